"""An account of AWS as moto plays it in this process; nothing leaves the machine."""

from __future__ import annotations

import functools
import os
from typing import Any

# Nothing of the user's own settings: neither credentials nor endpoints, which are not moto's.
for variable in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[variable]
# What moto checks only when told to; no images that nobody asks for; and credentials that are none.
os.environ.update(
    AWS_ACCESS_KEY_ID="none",
    AWS_SECRET_ACCESS_KEY="none",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION="true",
    MOTO_EC2_LOAD_DEFAULT_AMIS="false",
    MOTO_ENABLE_AMI_VALIDATION="true",
    MOTO_ENABLE_KEYPAIR_VALIDATION="true",
)

import boto3  # noqa: E402
from moto import mock_aws  # noqa: E402

from common import Inputs, Record, replaced  # noqa: E402

__all__ = ["ANY_REGION", "Account", "UnknownRegion", "mock_aws"]

# The region of resources that have none, such as those of Route 53.
ANY_REGION = "us-east-1"


class UnknownRegion(Exception):
    """A region that AWS does not have."""


@functools.cache
def client(service: str, region: str) -> Any:
    """An API in a region, as moto plays it."""
    if region not in boto3.session.Session().get_available_regions(service) and region != ANY_REGION:
        raise UnknownRegion(f"AWS has no region {region}")
    return boto3.client(service, region_name=region)


class Account:
    """One account of moto's, and which of its ids stand for the program's."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.refused: set[str] = set()
        self.image = functools.cache(self._image)

    def needs_refused(self, record: Record) -> bool:
        """Whether a record refers to one that was refused."""
        found: list[str] = []
        replaced(record.inputs, found.append)
        return not self.refused.isdisjoint(found)

    def known(self, inputs: Inputs) -> Inputs:
        """Inputs with the ids of this account."""
        return dict(replaced(inputs, lambda text: self.ids.get(text, text)))

    def ec2(self, inputs: Inputs) -> Any:
        """The EC2 API of a resource's region."""
        return client("ec2", inputs.get("region", ANY_REGION))

    def route53(self) -> Any:
        """The Route 53 API."""
        return client("route53", ANY_REGION)

    def _image(self, region: str) -> str:
        return str(client("ec2", region).register_image(Name="ubuntu", Architecture="x86_64")["ImageId"])
