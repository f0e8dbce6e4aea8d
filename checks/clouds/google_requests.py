"""The requests that create Google Cloud resources, as Pulumi makes them of what a program gives a resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common import Inputs, Record, without_none

Body = dict[str, Any]

# What is no field of the resource in Google's API: where it stands, and how Pulumi is to treat it.
PULUMI_ONLY = {
    "project",
    "deletionPolicy",
    "forceDestroy",
    "allowStoppingForUpdate",
    "desiredStatus",
    "deleteDefaultRoutesOnCreate",
    "recreateClosedPsc",
}


@dataclass(frozen=True)
class Request:
    """The call that creates a type of resource: which method, and what its body is made of."""

    api: str
    collection: str
    convert: Callable[[Inputs], Body]
    method: str = "insert"
    in_path: tuple[str, ...] = ()

    def place(self, record: Record) -> dict[str, Any]:
        """What the program says that stands in the path of the call."""
        return without_none({key: record.inputs.get(key) for key in (*self.in_path, "project")})

    def body(self, record: Record) -> Body:
        """The body of the call, with the name that Pulumi gives."""
        inputs = {key: value for key, value in record.inputs.items() if key not in PULUMI_ONLY and key not in self.in_path}
        return {"name": record.physical_name, **self.convert(inputs)}


def renamed(inputs: Inputs, **names: str) -> Body:
    """The inputs, some of them under another name."""
    return {names.get(key, key): value for key, value in inputs.items()}


def network(inputs: Inputs) -> Body:
    """A network; how it routes is a field in a field."""
    body = renamed(inputs)
    routing = without_none({"routingMode": body.pop("routingMode", None)})
    return {**body, **({"routingConfig": routing} if routing else {})}


def firewall(inputs: Inputs) -> Body:
    """A rule of a firewall."""
    body = renamed(inputs, allows="allowed", denies="denied")
    for key in ("allowed", "denied"):
        if key in body:
            body[key] = [renamed(rule, protocol="IPProtocol") for rule in body[key]]
    return body


def instance(inputs: Inputs) -> Body:
    """A machine."""
    body = renamed(inputs, bootDisk="disks", serviceAccount="serviceAccounts", enableDisplay="displayDevice")
    body["machineType"] = f"zones/zone/machineTypes/{inputs.get('machineType')}"
    body["disks"] = [boot_disk(inputs.get("bootDisk", {}))]
    body["networkInterfaces"] = [interface(item) for item in inputs.get("networkInterfaces", [])]
    body["tags"] = {"items": inputs.get("tags", [])}
    entries = {**inputs.get("metadata", {})}
    if "metadataStartupScript" in body:
        entries["startup-script"] = body.pop("metadataStartupScript")
    body["metadata"] = {"items": [{"key": key, "value": value} for key, value in entries.items()]}
    if "serviceAccounts" in body:
        body["serviceAccounts"] = [body["serviceAccounts"]]
    return body


def boot_disk(disk: Inputs) -> Body:
    """A machine's first disk."""
    body = renamed(disk)
    if "initializeParams" in disk:
        names = {"image": "sourceImage", "size": "diskSizeGb", "type": "diskType"}
        body["initializeParams"] = renamed(disk["initializeParams"], **names)
    return {"boot": True, **body}


def interface(declared: Inputs) -> Body:
    """A machine's place in a network."""
    body = renamed(declared, networkIp="networkIP")
    if "accessConfigs" in body:
        body["accessConfigs"] = [{"type": "ONE_TO_ONE_NAT", **renamed(config, natIp="natIP")} for config in body["accessConfigs"]]
    if "ipv6AccessConfigs" in body:
        body["ipv6AccessConfigs"] = [{"type": "DIRECT_IPV6", **config} for config in body["ipv6AccessConfigs"]]
    return body


def forwarding_rule(inputs: Inputs) -> Body:
    """An address's way to a machine."""
    return renamed(inputs, ipAddress="IPAddress", ipProtocol="IPProtocol")


def health_check(inputs: Inputs) -> Body:
    """A health check; its type is that of the part which is filled in."""
    kinds = {"httpHealthCheck": "HTTP", "httpsHealthCheck": "HTTPS", "tcpHealthCheck": "TCP"}
    found = [kind for key, kind in kinds.items() if key in inputs]
    return {**({"type": found[0]} if found else {}), **inputs}


def record_set(inputs: Inputs) -> Body:
    """The answers to a name."""
    body = renamed(inputs)
    if "routingPolicy" in body:
        body["routingPolicy"] = routing_policy(body["routingPolicy"])
    return body


def routing_policy(inputs: Inputs) -> Body:
    """What decides which answer is given."""
    body = renamed(inputs, wrrs="wrr", geos="geo")
    fencing = body.pop("enableGeoFencing", None)
    if "wrr" in body:
        body["wrr"] = {"items": body["wrr"]}
    if "geo" in body:
        body["geo"] = without_none({"items": body["geo"], "enableFencing": fencing})
    if "primaryBackup" in body:
        names = {"primary": "primaryTargets", "trickleRatio": "trickleTraffic", "backupGeos": "backupGeoTargets"}
        backup = renamed(body["primaryBackup"], **names)
        fencing = backup.pop("enableGeoFencingForBackups", None)
        backup["backupGeoTargets"] = without_none({"items": backup.get("backupGeoTargets"), "enableFencing": fencing})
        body["primaryBackup"] = backup
    return body


def compute(collection: str, convert: Callable[[Inputs], Body], *in_path: str) -> Request:
    """A resource of Compute Engine."""
    return Request("compute.v1", collection, convert, in_path=in_path)


REQUESTS: dict[str, Request] = {
    "gcp:compute/network:Network": compute("networks", network),
    "gcp:compute/subnetwork:Subnetwork": compute("subnetworks", renamed, "region"),
    "gcp:compute/firewall:Firewall": compute("firewalls", firewall),
    "gcp:compute/address:Address": compute("addresses", renamed, "region"),
    "gcp:compute/instance:Instance": compute("instances", instance, "zone"),
    "gcp:compute/targetInstance:TargetInstance": compute("targetInstances", renamed, "zone"),
    "gcp:compute/forwardingRule:ForwardingRule": compute("forwardingRules", forwarding_rule, "region"),
    "gcp:compute/healthCheck:HealthCheck": compute("healthChecks", health_check),
    "gcp:dns/managedZone:ManagedZone": Request("dns.v1", "managedZones", renamed, method="create"),
    "gcp:dns/recordSet:RecordSet": Request("dns.v1", "resourceRecordSets", record_set, method="create", in_path=("managedZone",)),
}
