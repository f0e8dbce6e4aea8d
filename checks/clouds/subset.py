"""Makes digitalocean-openapi.json: of DigitalOcean's OpenAPI document, bundled into one JSON file, the part that the judge needs.

    python3 checks/clouds/subset.py FULL.json > checks/clouds/digitalocean-openapi.json
    npx prettier --write checks/clouds/digitalocean-openapi.json

Kept are the requests that create what Evenkeel declares, with every schema that these refer to; prose and examples are not.
"""

from __future__ import annotations

import json
import sys
from typing import Any

OPERATIONS = {
    "/v2/account/keys": "post",
    "/v2/droplets": "post",
    "/v2/firewalls": "post",
    "/v2/reserved_ips": "post",
    "/v2/reserved_ips/{reserved_ip}/actions": "post",
    "/v2/tags": "post",
    "/v2/vpcs": "post",
}

PROSE = {"description", "example", "examples", "externalDocs", "summary", "deprecated", "title"}


def subset(full: dict[str, Any]) -> dict[str, Any]:
    """The part of a document that the judge needs, as a document."""
    paths = {path: {method: operation(full["paths"][path][method])} for path, method in OPERATIONS.items()}
    components: dict[str, dict[str, Any]] = {}
    wanted = references(paths)
    while wanted:
        _, _, kind, name = wanted.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = without_prose(full["components"][kind][name])
            wanted |= references(components[kind][name])
    info = {key: full["info"][key] for key in ("title", "version", "license")}
    return {"openapi": full["openapi"], "info": info, "paths": paths, "components": components}


def operation(full: dict[str, Any]) -> dict[str, Any]:
    """A request without what is said of its answers."""
    kept = {key: full[key] for key in ("operationId", "parameters", "requestBody") if key in full}
    return dict(without_prose(kept))


def without_prose(schema: Any, names: bool = False) -> Any:
    """A part of the document without what only people read. `names`: its keys are names, which may be those of prose."""
    if isinstance(schema, list):
        return [without_prose(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: without_prose(value, names=key == "properties" and not names)
        for key, value in schema.items()
        if names or not (key in PROSE or key.startswith("x-"))
    }


def references(part: Any) -> set[str]:
    """Everything that a part of the document refers to."""
    if isinstance(part, list):
        return {found for item in part for found in references(item)}
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
    return own | {found for value in part.values() for found in references(value)}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        json.dump(subset(json.load(file)), sys.stdout, indent=2, sort_keys=True)
    print()
