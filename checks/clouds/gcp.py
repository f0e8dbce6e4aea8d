"""Judges what is declared for Google Cloud, by the schemas in Google's own discovery documents."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import googleapiclient
from jsonschema import Draft202012Validator

from common import Record, Verdict, serve
from google_requests import REQUESTS

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"

# What stands for the project, which a stack names by its configuration.
PROJECT = "shop-123456"


def judge(records: list[Record]) -> Verdict:
    """Compares the request that would create each record with what the API takes."""
    verdict = Verdict()
    for record in (record for record in records if record.type in REQUESTS):
        verdict.judged += 1
        request = REQUESTS[record.type]
        api = document(request.api)
        method = api["resources"][request.collection]["methods"][request.method]
        place = {"project": PROJECT, **request.place(record)}
        for message in [*path_complaints(method, place), *body_complaints(request.api, method, request.body(record))]:
            verdict.refuse(record, message)
    return verdict


@functools.cache
def document(api: str) -> dict[str, Any]:
    """The discovery document of an API."""
    return dict(json.loads((DOCUMENTS / f"{api}.json").read_text()))


def path_complaints(method: dict[str, Any], place: dict[str, Any]) -> list[str]:
    """What is wrong with the parameters of a request's path."""
    complaints = []
    for name in method["parameterOrder"]:
        schema = json_schema(method["parameters"][name])
        complaints += [f"{name}: {error.message}" for error in Draft202012Validator(schema).iter_errors(place.get(name))]
    return complaints


def body_complaints(api: str, method: dict[str, Any], body: dict[str, Any]) -> list[str]:
    """What is wrong with the body of a request."""
    kind = method["request"]["$ref"]
    errors = sorted(validator(api, kind).iter_errors(body), key=lambda error: error.json_path)
    complaints = [f"{error.json_path[2:] or kind}: {error.message}" for error in errors]
    for name, schema in document(api)["schemas"][kind]["properties"].items():
        if method["id"] in schema.get("annotations", {}).get("required", []) and name not in body:
            complaints.append(f"{name} is missing")
    return complaints


@functools.cache
def validator(api: str, kind: str) -> Draft202012Validator:
    """What judges a kind of resource."""
    definitions = {name: json_schema(schema) for name, schema in document(api)["schemas"].items()}
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": definitions})


def json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of a discovery document as JSON Schema. A property that the document does not know is an error."""
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    kind = schema.get("type")
    if kind == "any":
        return {}
    if kind == "string" and schema.get("format") in ("int64", "uint64"):
        return {"anyOf": [{"type": "string", "pattern": "^-?[0-9]+$"}, {"type": "integer"}]}
    made: dict[str, Any] = {"type": kind} if kind else {}
    if schema.get("format") in ("int32", "uint32"):
        low, high = (-(2**31), 2**31 - 1) if schema["format"] == "int32" else (0, 2**32 - 1)
        made |= {"minimum": low, "maximum": high}
    if "enum" in schema:
        made["enum"] = schema["enum"]
    if "pattern" in schema:
        made["pattern"] = f"^(?:{schema['pattern']})$"
    if "properties" in schema:
        made["properties"] = {name: json_schema(inner) for name, inner in schema["properties"].items()}
        made["additionalProperties"] = False
    if isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = json_schema(schema["additionalProperties"])
    if "items" in schema:
        made["items"] = json_schema(schema["items"])
        # The documents hang the pattern of an array's items on the array.
        if "pattern" in made:
            made["items"]["pattern"] = made.pop("pattern")
    return made


if __name__ == "__main__":
    serve({"discovery document": judge})
