"""The JSON Schema of scenario files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from sos_sim.core.parameters import GRADES, Parameter
from sos_sim.evidence.targets import EARLIEST_YEAR, LATEST_YEAR, OWN_KEYS, england_targets
from sos_sim.files.keys import PROGRAMME_KEYS, SECTIONS, TARGETS, keys_of
from sos_sim.files.run_settings import WholeNumber

TEXTS = {
    "name": "what the scenario is called in tables and figures",
    "description": "what differs from usual practice and why, for a reader who does not know the model",
    "extends": "relative path of another scenario file; this one holds only what differs",
}
SECTION_MEANINGS = {
    "authority": "facts: what the authority is",
    "theory": "beliefs: how strongly the links of the programme theory hold, which nobody knows",
    "structure": "which of several readings of the theory holds",
    "run": "how long, how often and with which seed",
}


def json_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) made from the declarations; defaults fill what a file leaves out."""
    sections = {section: _section(section) | {"description": SECTION_MEANINGS[section]} for section in SECTIONS}
    programme = _section("programme", name={"type": "string", "minLength": 1, "description": "what it is called"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sos_sim scenario",
        "type": "object",
        "properties": {
            **{key: {"type": "string", "minLength": 1, "description": text} for key, text in TEXTS.items()},
            **sections,
            "programme": programme | {"description": "one programme: levers and when they act"},
            TARGETS: _targets(),
            "programmes": {"type": "array", "items": programme | {"required": ["name"]}},
        },
        "required": ["name"],
        "not": {"required": list(PROGRAMME_KEYS)},
        "additionalProperties": False,
    }


def _section(section: str, **others: Any) -> dict[str, Any]:
    keys = {key: _key(declaration) for key, declaration in keys_of(section).items()}
    return {"type": "object", "properties": {**others, **keys}, "additionalProperties": False}


def _targets() -> dict[str, Any]:
    figure: dict[str, Any] = {"type": "number", "minimum": 0}
    properties = {
        "id": {"type": "string", "enum": [target.id for target in england_targets()]},
        "values": {"type": "array", "items": figure},
        "tolerance": figure | {"description": "above 0, in the target's unit"},
        "year": {"type": "integer", "minimum": EARLIEST_YEAR, "maximum": LATEST_YEAR},
        "grade": {"type": "string", "enum": list(GRADES)},
        "source": {"type": "string", "minLength": 1},
        "note": {"type": "string", "minLength": 1},
    }
    entry = {"type": "object", "properties": properties, "required": list(OWN_KEYS), "additionalProperties": False}
    return {"type": "array", "items": entry, "description": "official figures of one authority, for sos-sim fit"}


def _key(declaration: Parameter | WholeNumber) -> dict[str, Any]:
    schema: dict[str, Any] = {"description": f"{declaration.meaning} ({declaration.unit}){_source(declaration)}"}
    if declaration.default is not None:
        schema["default"] = declaration.default
    if declaration.choices:
        return schema | {"type": "string", "enum": list(declaration.choices)}
    kind = "integer" if declaration.whole else "number"
    return schema | {"type": kind, "minimum": declaration.low, "maximum": declaration.high}


def _source(declaration: Parameter | WholeNumber) -> str:
    if isinstance(declaration, WholeNumber):
        return ""
    return f". Source: {declaration.source} ({GRADES[declaration.grade]})"
