"""As much of JSON Schema (2020-12) as docs/cad-sr.md uses; a word that is not known here is an error."""

import json
import re
from pathlib import Path
from typing import Any

_PAGE = Path(__file__).parents[2] / "docs" / "cad-sr.md"

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "null": (type(None),),
}
_KNOWN = {"$schema", "type", "enum", "required", "additionalProperties", "properties", "items", "minItems",
          "maxItems"}  # fmt: skip


def misfits(value: Any, schema: dict[str, Any], where: str = "$") -> list[str]:
    """Say where `value` is not what `schema` says."""
    if unknown := set(schema) - _KNOWN:
        raise ValueError(f"this check does not know {unknown}")
    kinds = schema.get("type", [])
    allowed = tuple(t for kind in ([kinds] if isinstance(kinds, str) else kinds) for t in _TYPES[kind])
    if allowed and (not isinstance(value, allowed) or isinstance(value, bool)):
        return [f"{where} is {type(value).__name__}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where} is {value!r}"]
    found = []
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{where}.{word} is missing" for word in schema.get("required", []) if word not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{where}.{word} is unknown" for word in value if word not in known]
        for word in known:
            if word in value:
                found += misfits(value[word], known[word], f"{where}.{word}")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{where} has {len(value)} items")
        for place, each in enumerate(value):
            found += misfits(each, schema.get("items", {}), f"{where}[{place}]")
    return found


def documented() -> dict[str, Any]:
    """The schema of what `klarsyn sr marks` prints, as docs/cad-sr.md promises it."""
    found = re.search(r"```json\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    schema: dict[str, Any] = json.loads(found[1] if found else "")
    return schema
