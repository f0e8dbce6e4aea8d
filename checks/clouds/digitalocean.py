"""Judges what is declared for DigitalOcean, by the schemas in DigitalOcean's own OpenAPI document."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from common import Inputs, Record, Verdict, serve, snake_case, without_none

DOCUMENT = Path(__file__).parent / "digitalocean-openapi.json"

Body = dict[str, Any]


def judge(records: list[Record]) -> Verdict:
    """Compares the request that would create each record with what the API takes."""
    verdict = Verdict()
    for record in (record for record in records if record.type in REQUESTS):
        verdict.judged += 1
        path, convert = REQUESTS[record.type]
        for parameter in document()["paths"][path]["post"].get("parameters", []):
            name = resolved(parameter)["name"]
            value = snake_case_keys(record.inputs).get(PATH_PARAMETERS[name])
            for message in complaints(validator(resolved(parameter)["schema"]), value):
                verdict.refuse(record, f"{name}: {message}")
        body = convert(record)
        # That a field is unknown is only worth saying of a body whose fields are known to be sound: else all of them are.
        for message in complaints(body_validator(path), body) or complaints(body_validator(path, strict=True), body):
            verdict.refuse(record, message)
    return verdict


def complaints(validator: Draft202012Validator, value: Any) -> list[str]:
    """What is wrong with a value."""
    nearest = [nearest_of(error) for error in validator.iter_errors(value)]
    return [f"{error.json_path[2:]}: {error.message}" if error.path else error.message for error in nearest]


def nearest_of(error: ValidationError) -> ValidationError:
    """Where none of several schemas fits: what is wrong by the one that fits best."""
    if not error.context:
        return error
    by_schema: dict[Any, list[ValidationError]] = {}
    for cause in error.context:
        by_schema.setdefault(cause.relative_schema_path[0], []).append(cause)
    return nearest_of(min(by_schema.values(), key=len)[0])


@functools.cache
def document() -> dict[str, Any]:
    """The part of DigitalOcean's document that is kept here."""
    return dict(json.loads(DOCUMENT.read_text()))


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """A parameter, where the document only refers to it."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    return dict(document()["components"][kind][name])


@functools.cache
def body_validator(path: str, strict: bool = False) -> Draft202012Validator:
    """What judges the body of a request. `strict`: by whether the document knows its fields, too."""
    body = document()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return validator({"allOf": [body], **({"unevaluatedProperties": False} if strict else {})})


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """What judges a value by a schema of the document."""
    whole = json_schema({**schema, "components": document()["components"]})
    return Draft202012Validator(whole, format_checker=FormatChecker())


def json_schema(part: Any) -> Any:
    """A part of an OpenAPI 3.0 document as JSON Schema."""
    if isinstance(part, list):
        return [json_schema(item) for item in part]
    if not isinstance(part, dict):
        return part
    # One among several schemas; in each of these it stands again, by inheritance.
    if "discriminator" in part and ("anyOf" in part or "oneOf" in part):
        return chosen_by(**part["discriminator"])
    made = {key: json_schema(value) for key, value in part.items() if key not in ("nullable", "discriminator")}
    if part.get("nullable") is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made


def chosen_by(propertyName: str, mapping: dict[str, str]) -> dict[str, Any]:
    """Several schemas of which a property tells the one that holds."""
    cases = [
        {"if": {"properties": {propertyName: {"const": value}}}, "then": {"$ref": reference}}
        for value, reference in mapping.items()
    ]
    return {"allOf": cases, "required": [propertyName], "properties": {propertyName: {"enum": list(mapping)}}}


def snake_case_keys(inputs: Inputs) -> Body:
    """Inputs by the API's names for them."""
    return {snake_case(key): value for key, value in inputs.items()}


def named(record: Record) -> Body:
    """A resource whose fields differ by name only, with the name that Pulumi gives."""
    return {"name": record.physical_name, **snake_case_keys(record.inputs)}


def droplet(record: Record) -> Body:
    """A machine."""
    body = {**named(record), "with_droplet_agent": record.inputs.get("dropletAgent"), "volumes": record.inputs.get("volumeIds")}
    # How Pulumi is to treat it, and what has another name in the API.
    for key in ("droplet_agent", "volume_ids", "resize_disk", "graceful_shutdown"):
        body.pop(key, None)
    return without_none(body)


def assignment(record: Record) -> Body:
    """An address's machine; the address stands in the path."""
    return {"type": "assign", "droplet_id": record.inputs.get("dropletId")}


def firewall(record: Record) -> Body:
    """A firewall."""
    body = named(record)
    for direction, peers in (("inbound_rules", "sources"), ("outbound_rules", "destinations")):
        if direction in body:
            body[direction] = [rule(declared, peers) for declared in body[direction]]
    return body


def rule(declared: Inputs, peers: str) -> Body:
    """A rule; Pulumi has the kinds of peers beside the ports, the API in an object of their own."""
    fields = snake_case_keys(declared)
    prefix = peers.removesuffix("s") + "_"
    theirs = {key.removeprefix(prefix): fields.pop(key) for key in list(fields) if key.startswith(prefix)}
    # The document asks ports of every rule, the API only where a protocol has some; 0 stands for all.
    ports = {"ports": "0"} if fields.get("protocol") == "icmp" else {}
    if "port_range" in fields:
        ports = {"ports": fields.pop("port_range")}
    return {**fields, **ports, peers: theirs}


# Which field of a resource stands in the path of a request.
PATH_PARAMETERS = {"reserved_ip": "ip_address"}

REQUESTS: dict[str, tuple[str, Callable[[Record], Body]]] = {
    "digitalocean:index/vpc:Vpc": ("/v2/vpcs", named),
    "digitalocean:index/tag:Tag": ("/v2/tags", named),
    "digitalocean:index/sshKey:SshKey": ("/v2/account/keys", named),
    "digitalocean:index/droplet:Droplet": ("/v2/droplets", droplet),
    "digitalocean:index/reservedIp:ReservedIp": ("/v2/reserved_ips", lambda record: snake_case_keys(record.inputs)),
    "digitalocean:index/reservedIpAssignment:ReservedIpAssignment": ("/v2/reserved_ips/{reserved_ip}/actions", assignment),
    "digitalocean:index/firewall:Firewall": ("/v2/firewalls", firewall),
}


if __name__ == "__main__":
    serve({"OpenAPI document": judge})
