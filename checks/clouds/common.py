"""What the judges share: cases in, complaints out.

A case is a line of JSON on stdin: {"case": "...", "records": [{"type", "name", "id", "inputs"}, ...]}, in order of creation.
Each judge answers a case with a line for each complaint, {"case", "judge", "type", "name", "message"}, and one that says how
many resources it has judged, {"case", "judge", "judged"}.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """A resource as a program declared it, keys as in the SDK."""

    type: str
    name: str
    id: str
    inputs: Inputs

    @property
    def physical_name(self) -> str:
        """Its name in the cloud: the program's, or one like that which Pulumi makes of the resource's."""
        return str(self.inputs.get("name", f"{self.name}-0a1b2c3"))


@dataclass
class Verdict:
    """What one judge says of one case."""

    judged: int = 0
    complaints: list[tuple[Record, str]] = field(default_factory=list)

    def refuse(self, record: Record, message: str) -> None:
        """Adds a complaint about a record."""
        self.complaints.append((record, " ".join(message.split())))


Judge = Callable[[list[Record]], Verdict]


def serve(judges: dict[str, Judge]) -> None:
    """Has every case on stdin judged by every judge."""
    for line in sys.stdin:
        case = json.loads(line)
        records = [Record(**record) for record in case["records"]]
        for name, judge in judges.items():
            verdict = judge(records)
            for record, message in verdict.complaints:
                tell({"case": case["case"], "judge": name, "type": record.type, "name": record.name, "message": message})
            tell({"case": case["case"], "judge": name, "judged": verdict.judged})


def tell(answer: dict[str, Any]) -> None:
    """Prints one line of the answer."""
    print(json.dumps(answer), flush=True)


def replaced(value: Any, by: Callable[[str], Any]) -> Any:
    """A value with every string in it replaced, at any depth; keys stay."""
    if isinstance(value, str):
        return by(value)
    if isinstance(value, list):
        return [replaced(item, by) for item in value]
    if isinstance(value, dict):
        return {key: replaced(item, by) for key, item in value.items()}
    return value


def snake_case(key: str) -> str:
    """`ipRange` as `ip_range`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()


def without_none(values: Inputs) -> Inputs:
    """The entries that have a value."""
    return {key: value for key, value in values.items() if value is not None}
