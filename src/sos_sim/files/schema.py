"""JSON Schemas of files that people write, for editors that complete and check while one types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sos_sim.core.parameters import GRADES, Parameter
from sos_sim.files.budget import BUDGET_BLOCK
from sos_sim.files.dated import may_change, steps_schema
from sos_sim.files.declarations import Key, Number, block_schema, number_schema
from sos_sim.files.draft import PROGRAMME_NAME
from sos_sim.files.keys import BUDGET, PROGRAMME_KEYS, SECTIONS, START, START_KEY, TARGETS, TEXTS, keys_of
from sos_sim.files.programmes import MORE_KEYS
from sos_sim.files.targets import local_block

SECTION_MEANINGS = {
    "authority": "facts: what the authority is",
    "theory": "beliefs: how strongly the links of the programme theory hold, which nobody knows",
    "structure": "which of several readings of the theory holds",
    "run": "how long, how often and with which seed",
}


def file_schema(title: str, keys: Mapping[str, Key]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file with these keys and no others."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **block_schema(keys)}


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files; defaults fill what a file leaves out."""
    others = {"run": {START: START_KEY.schema()}}
    sections = {
        section: _section(section, **others.get(section, {})) | {"description": SECTION_MEANINGS[section]}
        for section in SECTIONS
    }
    more = {name: key.schema() for name, key in MORE_KEYS.items()}
    programme = _section("programme", name=PROGRAMME_NAME.schema(), **more)
    schema = file_schema("sos-sim scenario", TEXTS)
    schema["properties"] |= {
        **sections,
        "programme": programme | {"description": "one programme: levers and when they act"},
        TARGETS: local_block().schema(),
        BUDGET: BUDGET_BLOCK.schema(),
        "programmes": {"type": "array", "items": programme | {"required": ["name"]}},
    }
    return schema | {"not": {"required": list(PROGRAMME_KEYS)}}


def _section(section: str, **others: Any) -> dict[str, Any]:
    keys = {
        key: declared.schema() if isinstance(declared, Number) else _parameter(declared)
        for key, declared in keys_of(section).items()
    }
    return {"type": "object", "properties": {**others, **keys}, "additionalProperties": False}


def _parameter(declared: Parameter) -> dict[str, Any]:
    meaning = f"{declared.meaning} ({declared.unit}). Source: {declared.source} ({GRADES[declared.grade]})"
    schema: dict[str, Any] = {"description": meaning, "default": declared.default}
    if declared.choices:
        return schema | {"type": "string", "enum": list(declared.choices)}
    schema |= number_schema(declared.whole) | {"minimum": declared.low, "maximum": declared.high}
    return schema | steps_schema(declared, schema) if may_change(declared.name) else schema
