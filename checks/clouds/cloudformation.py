"""Writes AWS resources as CloudFormation templates, one a region, for cfn-lint to judge by AWS's own schemas."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable
from typing import Any

from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.decode.decode import decode_str
from cfnlint.exceptions import InvalidRegionException
from cfnlint.runner import Runner

from common import Inputs, Record, Verdict, replaced, without_none

# The region whose template holds resources that have none, such as those of Route 53.
ANY_REGION = "us-east-1"

# W3010 would have zones not named; they are, so that a machine stays where it is when AWS opens another zone.
IGNORED = ["W3010"]

# What is no property of the resource in AWS: where it stands, and how Pulumi is to treat it.
PULUMI_ONLY = {"region", "userDataReplaceOnChange", "forceDestroy", "allowOverwrite", "revokeRulesOnDelete"}

Properties = dict[str, Any]
# From what a program gave a resource to CloudFormation's resources for it: type and properties of each.
Converter = Callable[[Record, Inputs], "list[tuple[str, Properties]]"]


def judge(records: list[Record]) -> Verdict:
    """Lints a template for each region that the records stand in."""
    verdict = Verdict()
    regions: dict[str, list[Record]] = {}
    for record in (record for record in records if record.type in CONVERTERS):
        regions.setdefault(record.inputs.get("region", ANY_REGION), []).append(record)
        verdict.judged += 1
    for region, there in regions.items():
        by_name = {f"R{index}": record for index, record in enumerate(there)}
        try:
            for resource, message in lint(template_of(there), region):
                verdict.refuse(by_name.get(resource.split("x")[0], there[0]), message)
        except InvalidRegionException as error:
            verdict.refuse(there[0], str(error))
    return verdict


@functools.cache
def runner(region: str) -> Runner:
    """cfn-lint for a region, with its rules, which take seconds to load."""
    return Runner(ConfigMixIn(**ManualArgs(ignore_checks=IGNORED, regions=[region])))


def lint(template: dict[str, Any], region: str) -> list[tuple[str, str]]:
    """What cfn-lint says of a template: the name of the resource in it, and the complaint."""
    decoded, _ = decode_str(json.dumps(template))
    found = []
    for match in runner(region).validate_template(decoded):
        resource, *path = [str(part) for part in (getattr(match, "path", None) or ["", ""])[1:]] or [""]
        where = f" at {'.'.join(path[1:])}" if len(path) > 1 else ""
        found.append((resource, f"{match.rule.id} {match.message}{where}"))
    return found


def template_of(records: list[Record]) -> dict[str, Any]:
    """A template of the records: `R7` is the eighth, `R7x1` the second resource that stands for it; ids become references."""
    names = {record.id: f"R{index}" for index, record in enumerate(records)}
    addresses = {record.id for record in records if record.type == "aws:ec2/eip:Eip"}

    def reference(text: str) -> Any:
        if text in addresses:
            return {"Fn::GetAtt": [names[text], "AllocationId"]}
        return {"Ref": names[text]} if text in names else text

    resources: dict[str, Any] = {}
    for record in records:
        inputs = {key: value for key, value in record.inputs.items() if key not in PULUMI_ONLY}
        own = {"Ref": names[record.id]}
        for index, (kind, properties) in enumerate(CONVERTERS[record.type](record, replaced(inputs, reference))):
            name = names[record.id] + (f"x{index}" if index > 0 else "")
            linked = {key: own if value is SELF else value for key, value in properties.items()}
            resources[name] = {"Type": kind, "Properties": linked}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


# Stands for a reference from a further resource to the first that was made of the same record.
SELF = object()


def capitalised(inputs: Inputs, others: dict[str, str] | None = None) -> Properties:
    """Inputs by CloudFormation's names: with a capital letter, or as told; tags as it writes them."""
    properties = {(others or {}).get(key, key[:1].upper() + key[1:]): value for key, value in inputs.items()}
    if isinstance(properties.get("Tags"), dict):
        properties["Tags"] = [{"Key": key, "Value": value} for key, value in properties["Tags"].items()]
    return properties


def without(inputs: Inputs, *keys: str) -> Inputs:
    """The inputs less some."""
    return {key: value for key, value in inputs.items() if key not in keys}


def simple(kind: str, **others: str) -> Converter:
    """A resource whose properties differ by name only."""
    return lambda _, inputs: [(kind, capitalised(inputs, others))]


def vpc(_: Record, inputs: Inputs) -> list[tuple[str, Properties]]:
    """A network; its IPv6 block is a resource of its own."""
    key = "assignGeneratedIpv6CidrBlock"
    resources = [("AWS::EC2::VPC", capitalised(without(inputs, key)))]
    if inputs.get(key):
        resources.append(("AWS::EC2::VPCCidrBlock", {"VpcId": SELF, "AmazonProvidedIpv6CidrBlock": True}))
    return resources


def internet_gateway(_: Record, inputs: Inputs) -> list[tuple[str, Properties]]:
    """A gateway; that it is attached is a resource of its own."""
    attachment = {"InternetGatewayId": SELF, **capitalised({"vpcId": inputs["vpcId"]})}
    gateway = capitalised(without(inputs, "vpcId"))
    return [("AWS::EC2::InternetGateway", gateway), ("AWS::EC2::VPCGatewayAttachment", attachment)]


def security_group(record: Record, inputs: Inputs) -> list[tuple[str, Properties]]:
    """A group, with the name that Pulumi gives it."""
    group = capitalised(without(inputs, "name"), {"description": "GroupDescription"})
    return [("AWS::EC2::SecurityGroup", {"GroupName": record.physical_name, **group})]


def rule(direction: str) -> Converter:
    """One rule of a group, in a direction."""
    names = {"securityGroupId": "GroupId", "cidrIpv4": "CidrIp", "referencedSecurityGroupId": "SourceSecurityGroupId"}
    # Rules have no tags in CloudFormation.
    return lambda _, inputs: [(f"AWS::EC2::SecurityGroup{direction}", capitalised(without(inputs, "tags"), names))]


def rule_of_many(_: Record, inputs: Inputs) -> list[tuple[str, Properties]]:
    """One rule of a group for each of its blocks of addresses."""
    direction = str(inputs["type"]).capitalize()
    names = {"securityGroupId": "GroupId", "protocol": "IpProtocol"}
    common = capitalised(without(inputs, "type", "cidrBlocks", "ipv6CidrBlocks"), names)
    blocks = [{"CidrIp": block} for block in inputs.get("cidrBlocks", [])]
    blocks += [{"CidrIpv6": block} for block in inputs.get("ipv6CidrBlocks", [])]
    return [(f"AWS::EC2::SecurityGroup{direction}", {**common, **block}) for block in blocks]


def instance(_: Record, inputs: Inputs) -> list[tuple[str, Properties]]:
    """A machine, with its first disk and its user data."""
    properties = capitalised(
        without(inputs, "userData", "userDataBase64", "rootBlockDevice"),
        {"ami": "ImageId", "vpcSecurityGroupIds": "SecurityGroupIds"},
    )
    if "metadataOptions" in inputs:
        properties["MetadataOptions"] = capitalised(inputs["metadataOptions"])
    if "creditSpecification" in inputs:
        properties["CreditSpecification"] = {"CPUCredits": inputs["creditSpecification"].get("cpuCredits")}
    if "rootBlockDevice" in inputs:
        disk = capitalised(without(inputs["rootBlockDevice"], "tags"))
        properties["BlockDeviceMappings"] = [{"DeviceName": "/dev/sda1", "Ebs": disk}]
    user_data = inputs.get("userDataBase64")
    if "userData" in inputs:
        user_data = base64.b64encode(inputs["userData"].encode()).decode()
    return [("AWS::EC2::Instance", {**properties, **without_none({"UserData": user_data})})]


def health_check(_: Record, inputs: Inputs) -> list[tuple[str, Properties]]:
    """A check of an address."""
    names = {"ipAddress": "IPAddress", "fqdn": "FullyQualifiedDomainName", "enableSni": "EnableSNI"}
    tags = capitalised({"tags": inputs.get("tags", {})})["Tags"]
    config = capitalised(without(inputs, "tags"), names)
    return [("AWS::Route53::HealthCheck", {"HealthCheckConfig": config, "HealthCheckTags": tags})]


def hosted_zone(_: Record, inputs: Inputs) -> list[tuple[str, Properties]]:
    """A zone of names."""
    properties = capitalised(without(inputs, "tags", "comment"))
    properties["HostedZoneTags"] = capitalised({"tags": inputs.get("tags", {})})["Tags"]
    if "comment" in inputs:
        properties["HostedZoneConfig"] = {"Comment": inputs["comment"]}
    return [("AWS::Route53::HostedZone", properties)]


def dns_record(_: Record, inputs: Inputs) -> list[tuple[str, Properties]]:
    """A record."""
    names = {
        "zoneId": "HostedZoneId",
        "ttl": "TTL",
        "records": "ResourceRecords",
        "multivalueAnswerRoutingPolicy": "MultiValueAnswer",
    }
    properties = capitalised(without(inputs, "failoverRoutingPolicies"), names)
    if "TTL" in properties:
        properties["TTL"] = str(properties["TTL"])
    for policy in inputs.get("failoverRoutingPolicies", []):
        properties["Failover"] = policy["type"]
    return [("AWS::Route53::RecordSet", properties)]


CONVERTERS: dict[str, Converter] = {
    "aws:ec2/vpc:Vpc": vpc,
    "aws:ec2/internetGateway:InternetGateway": internet_gateway,
    "aws:ec2/subnet:Subnet": simple("AWS::EC2::Subnet"),
    "aws:ec2/routeTable:RouteTable": simple("AWS::EC2::RouteTable"),
    "aws:ec2/route:Route": simple("AWS::EC2::Route"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": simple("AWS::EC2::SubnetRouteTableAssociation"),
    "aws:ec2/securityGroup:SecurityGroup": security_group,
    # It comes with the network; CloudFormation has nothing that takes it over.
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": lambda *_: [],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
    "aws:ec2/securityGroupRule:SecurityGroupRule": rule_of_many,
    "aws:ec2/instance:Instance": instance,
    "aws:ec2/eip:Eip": simple("AWS::EC2::EIP"),
    "aws:ec2/eipAssociation:EipAssociation": simple("AWS::EC2::EIPAssociation"),
    "aws:route53/zone:Zone": hosted_zone,
    "aws:route53/healthCheck:HealthCheck": health_check,
    "aws:route53/record:Record": dns_record,
}
