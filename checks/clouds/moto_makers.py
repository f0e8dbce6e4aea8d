"""How each AWS resource is created, by the calls that Pulumi makes for it."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable
from typing import Any

from common import Inputs, Record, without_none
from moto_account import ANY_REGION, Account

# An image that the program was told of is unknown to moto; one that is made there stands for it.
AMI = re.compile(r"ami-[0-9a-f]{8}(?:[0-9a-f]{9})?")

# Creates a record of which the inputs have the account's ids, and returns its id there, if others can refer to it.
Maker = Callable[[Account, Record, Inputs], str | None]


def tagged(kind: str, inputs: Inputs) -> dict[str, Any]:
    """The argument that gives a new resource its tags."""
    tags = [{"Key": key, "Value": value} for key, value in inputs.get("tags", {}).items()]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def vpc(account: Account, _: Record, inputs: Inputs) -> str:
    """A network."""
    ec2 = account.ec2(inputs)
    made = ec2.create_vpc(
        **without_none({"CidrBlock": inputs.get("cidrBlock"), "InstanceTenancy": inputs.get("instanceTenancy")}),
        AmazonProvidedIpv6CidrBlock=inputs.get("assignGeneratedIpv6CidrBlock", False),
        **tagged("vpc", inputs),
    )["Vpc"]["VpcId"]
    for key, attribute in {"enableDnsHostnames": "EnableDnsHostnames", "enableDnsSupport": "EnableDnsSupport"}.items():
        if key in inputs:
            ec2.modify_vpc_attribute(VpcId=made, **{attribute: {"Value": inputs[key]}})
    return str(made)


def internet_gateway(account: Account, _: Record, inputs: Inputs) -> str:
    """A gateway, attached."""
    ec2 = account.ec2(inputs)
    made = ec2.create_internet_gateway(**tagged("internet-gateway", inputs))["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=inputs["vpcId"])
    return str(made)


def subnet(account: Account, _: Record, inputs: Inputs) -> str:
    """A subnet; its IPv6 block is the one of the same number in the block that moto gave the network."""
    ec2 = account.ec2(inputs)
    block = inputs.get("ipv6CidrBlock")
    if block is not None:
        block = numbered_alike(block, ec2.describe_vpcs(VpcIds=[inputs["vpcId"]])["Vpcs"][0])
    made = ec2.create_subnet(
        **without_none(
            {
                "VpcId": inputs["vpcId"],
                "CidrBlock": inputs.get("cidrBlock"),
                "AvailabilityZone": inputs.get("availabilityZone"),
                "Ipv6CidrBlock": block,
            }
        ),
        **tagged("subnet", inputs),
    )["Subnet"]["SubnetId"]
    for key, attribute in {
        "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
        "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation",
    }.items():
        if key in inputs:
            ec2.modify_subnet_attribute(SubnetId=made, **{attribute: {"Value": inputs[key]}})
    return str(made)


def numbered_alike(block: str, network: dict[str, Any]) -> str:
    """The IPv6 block of a network that has the same number among its /64 blocks as the given one."""
    given = ipaddress.ip_network(block, strict=False)
    associated = network.get("Ipv6CidrBlockAssociationSet", [])
    if not associated or given.prefixlen != 64:
        return block
    number = (int(given.network_address) >> 64) & 0xFF
    whole = ipaddress.ip_network(associated[0]["Ipv6CidrBlock"])
    return str(ipaddress.ip_network((int(whole.network_address) + (number << 64), 64)))


def route_table(account: Account, _: Record, inputs: Inputs) -> str:
    """A table of routes."""
    made = account.ec2(inputs).create_route_table(VpcId=inputs["vpcId"], **tagged("route-table", inputs))
    return str(made["RouteTable"]["RouteTableId"])


def route(account: Account, _: Record, inputs: Inputs) -> None:
    """One route."""
    keys = {
        "routeTableId": "RouteTableId",
        "destinationCidrBlock": "DestinationCidrBlock",
        "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
        "gatewayId": "GatewayId",
    }
    account.ec2(inputs).create_route(**renamed(inputs, keys))


def route_table_association(account: Account, _: Record, inputs: Inputs) -> str:
    """A subnet's table."""
    keys = {"routeTableId": "RouteTableId", "subnetId": "SubnetId"}
    return str(account.ec2(inputs).associate_route_table(**renamed(inputs, keys))["AssociationId"])


def security_group(account: Account, record: Record, inputs: Inputs) -> str:
    """A group; Pulumi takes away the rules that AWS gives each."""
    ec2 = account.ec2(inputs)
    made = ec2.create_security_group(
        GroupName=record.physical_name,
        Description=inputs.get("description", "Managed by Pulumi"),
        **without_none({"VpcId": inputs.get("vpcId")}),
        **tagged("security-group", inputs),
    )["GroupId"]
    return closed(ec2, made)


def default_security_group(account: Account, _: Record, inputs: Inputs) -> str:
    """The group that comes with a network; Pulumi takes it over, and its rules away."""
    ec2 = account.ec2(inputs)
    network = ec2.describe_vpcs(VpcIds=[inputs["vpcId"]])["Vpcs"][0]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [network]}, {"Name": "group-name", "Values": ["default"]}]
    return closed(ec2, ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])


def closed(ec2: Any, group: str) -> str:
    """A group, without the rules that it came with."""
    rules = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=rules)
    return group


def rule(direction: str) -> Maker:
    """Makes one rule of a group, in a direction."""

    def make(account: Account, _: Record, inputs: Inputs) -> None:
        permission = renamed(inputs, {"ipProtocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"})
        if "cidrIpv4" in inputs:
            permission["IpRanges"] = [{"CidrIp": inputs["cidrIpv4"]}]
        if "cidrIpv6" in inputs:
            permission["Ipv6Ranges"] = [{"CidrIpv6": inputs["cidrIpv6"]}]
        authorize(account, direction, inputs, permission)

    return make


def rule_of_many(account: Account, _: Record, inputs: Inputs) -> None:
    """One rule of a group with many blocks of addresses."""
    permission = renamed(inputs, {"protocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"})
    permission["IpRanges"] = [{"CidrIp": block} for block in inputs.get("cidrBlocks", [])]
    permission["Ipv6Ranges"] = [{"CidrIpv6": block} for block in inputs.get("ipv6CidrBlocks", [])]
    authorize(account, inputs["type"], inputs, permission)


def authorize(account: Account, direction: str, inputs: Inputs, permission: dict[str, Any]) -> None:
    """Adds a permission to a group."""
    ec2 = account.ec2(inputs)
    if "referencedSecurityGroupId" in inputs:
        permission["UserIdGroupPairs"] = [{"GroupId": inputs["referencedSecurityGroupId"]}]
    call = ec2.authorize_security_group_ingress if direction == "ingress" else ec2.authorize_security_group_egress
    call(GroupId=inputs["securityGroupId"], IpPermissions=[permission])


def instance(account: Account, _: Record, inputs: Inputs) -> str:
    """A machine."""
    ami = inputs.get("ami", "")
    image = account.image(inputs.get("region", ANY_REGION)) if AMI.fullmatch(ami) else ami
    user_data = inputs.get("userData")
    if "userDataBase64" in inputs:
        user_data = base64.b64decode(inputs["userDataBase64"] + "==")
    disk = capitalised(inputs.get("rootBlockDevice", {}))
    keys = {
        "instanceType": "InstanceType",
        "subnetId": "SubnetId",
        "vpcSecurityGroupIds": "SecurityGroupIds",
        "ebsOptimized": "EbsOptimized",
        "ipv6AddressCount": "Ipv6AddressCount",
        "keyName": "KeyName",
    }
    made = account.ec2(inputs).run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        **renamed(inputs, keys),
        **without_none({"UserData": user_data}),
        **({"MetadataOptions": capitalised(inputs["metadataOptions"])} if "metadataOptions" in inputs else {}),
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {key: disk[key] for key in disk if key != "Tags"}}],
        **tagged("instance", inputs),
    )
    return str(made["Instances"][0]["InstanceId"])


def eip(account: Account, _: Record, inputs: Inputs) -> str:
    """An address."""
    made = account.ec2(inputs).allocate_address(**renamed(inputs, {"domain": "Domain"}), **tagged("elastic-ip", inputs))
    return str(made["AllocationId"])


def eip_association(account: Account, _: Record, inputs: Inputs) -> str:
    """An address's machine."""
    keys = {"allocationId": "AllocationId", "instanceId": "InstanceId"}
    return str(account.ec2(inputs).associate_address(**renamed(inputs, keys))["AssociationId"])


def zone(account: Account, record: Record, inputs: Inputs) -> str:
    """A zone of names."""
    return str(account.route53().create_hosted_zone(Name=inputs["name"], CallerReference=record.id)["HostedZone"]["Id"])


def health_check(account: Account, record: Record, inputs: Inputs) -> str:
    """A check of an address."""
    keys = {
        "type": "Type",
        "ipAddress": "IPAddress",
        "fqdn": "FullyQualifiedDomainName",
        "port": "Port",
        "resourcePath": "ResourcePath",
        "requestInterval": "RequestInterval",
        "failureThreshold": "FailureThreshold",
    }
    made = account.route53().create_health_check(CallerReference=record.id, HealthCheckConfig=renamed(inputs, keys))
    return str(made["HealthCheck"]["Id"])


def dns_record(account: Account, record: Record, inputs: Inputs) -> None:
    """A record, in its zone; a zone that was looked up stands for one of the record's domain."""
    if record.inputs["zoneId"] not in account.ids:
        domain = ".".join(inputs["name"].rstrip(".").split(".")[-2:])
        made = account.route53().create_hosted_zone(Name=domain, CallerReference=record.inputs["zoneId"])
        account.ids[record.inputs["zoneId"]] = inputs["zoneId"] = made["HostedZone"]["Id"]
    keys = {
        "name": "Name",
        "type": "Type",
        "ttl": "TTL",
        "setIdentifier": "SetIdentifier",
        "healthCheckId": "HealthCheckId",
        "multivalueAnswerRoutingPolicy": "MultiValueAnswer",
    }
    declared = renamed(inputs, keys)
    declared["ResourceRecords"] = [{"Value": value} for value in inputs.get("records", [])]
    for policy in inputs.get("failoverRoutingPolicies", []):
        declared["Failover"] = policy["type"]
    changes = [{"Action": "CREATE", "ResourceRecordSet": declared}]
    account.route53().change_resource_record_sets(HostedZoneId=inputs["zoneId"], ChangeBatch={"Changes": changes})


def renamed(inputs: Inputs, keys: dict[str, str]) -> dict[str, Any]:
    """The inputs that have one of the keys, under the API's names for them."""
    return {name: inputs[key] for key, name in keys.items() if key in inputs}


def capitalised(inputs: Inputs) -> dict[str, Any]:
    """Inputs under the API's names for them, where these differ by the first letter only."""
    return {key[0].upper() + key[1:]: value for key, value in inputs.items()}


MAKERS: dict[str, Maker] = {
    "aws:ec2/vpc:Vpc": vpc,
    "aws:ec2/internetGateway:InternetGateway": internet_gateway,
    "aws:ec2/subnet:Subnet": subnet,
    "aws:ec2/routeTable:RouteTable": route_table,
    "aws:ec2/route:Route": route,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": route_table_association,
    "aws:ec2/securityGroup:SecurityGroup": security_group,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": default_security_group,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("egress"),
    "aws:ec2/securityGroupRule:SecurityGroupRule": rule_of_many,
    "aws:ec2/instance:Instance": instance,
    "aws:ec2/eip:Eip": eip,
    "aws:ec2/eipAssociation:EipAssociation": eip_association,
    "aws:route53/zone:Zone": zone,
    "aws:route53/healthCheck:HealthCheck": health_check,
    "aws:route53/record:Record": dns_record,
}
