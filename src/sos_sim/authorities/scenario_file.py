"""The scenario file of one authority: its facts and its targets, each with year and source."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Final

from sos_sim.core.errors import InputError
from sos_sim.evidence.authority import Fact, LocalAuthority
from sos_sim.evidence.published import Published
from sos_sim.evidence.targets import Target
from sos_sim.runs.store import keep_file
from sos_sim.theory.parameters import declared

_WIDTH = 116


FITTED_DRAWS: Final = 40
"""Draws of a calibrated authority that every command makes unless told otherwise: a 95% interval needs 39."""
FITTED_REPLICATES: Final = 2


def write_authority_file(authority: LocalAuthority, published: Published, path: Path, posterior: str = "") -> None:
    """Write an authority as a scenario file that stands alone: others say ``extends`` and name it.

    ``posterior`` names the file, from the scenario's folder, of what was fitted to the authority's figures. Raises
    InputError, and writes nothing, when there is a file of that name already;
    ResultsFolderError when the system refuses.
    """
    if path.exists():
        raise InputError(f"{path} is there already and may have been edited; delete it or choose another --out.")
    keep_file(path, authority_text(authority, published, posterior).encode())


def authority_text(authority: LocalAuthority, published: Published, posterior: str = "") -> str:
    """The file as text; equal tables give equal text."""
    name, last = authority.area.name, authority.last_year
    beliefs = (
        "What no table informs is England's; beliefs about how things work are fitted to its own figures, and drawn "
        "from its posterior"
        if posterior
        else "What no table informs, and every belief about how things work, is England's"
    )
    description = (
        f"Usual practice in {name} ({authority.area.code}) as the Department for Education's tables show it, mostly "
        f"the three years to March {last}. {beliefs}. No programme is introduced."
    )
    return "\n".join(
        [
            *_comment("", "Made by sos-sim authority from these tables. Edit it freely: it is never overwritten."),
            *_comment("", "Contains public sector information licensed under the Open Government Licence v3.0."),
            *(line for title, file in sorted(published.files.items()) for line in _comment("  ", f"{file}: {title}")),
            *_comment("", "What stays England's, and what is not its own:"),
            *(line for note in authority.notes for line in _comment("  ", f"- {note}")),
            f"name: {json.dumps(name, ensure_ascii=False)}",
            "description: >",
            *textwrap.wrap(description, _WIDTH, initial_indent="  ", subsequent_indent="  "),
            *([f"posterior: {json.dumps(posterior, ensure_ascii=False)}"] if posterior else []),
            *_section("run", [f"  draws: {FITTED_DRAWS}", f"  replicates: {FITTED_REPLICATES}"] if posterior else []),
            *_section("authority", [line for fact in authority.facts for line in _fact(fact)]),
            *_section("targets", [line for target in authority.targets for line in _target(target)]),
            "",
        ]
    )


def _section(name: str, lines: list[str]) -> list[str]:
    """A section of the file; one without content is left out."""
    return [f"{name}:", *lines] if lines else []


def _comment(indent: str, text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}  ")


def _fact(fact: Fact) -> list[str]:
    about = f"{declared()[fact.name].unit}; {fact.source}"
    comment = textwrap.wrap(about, _WIDTH, initial_indent="  # ", subsequent_indent="  #   ")
    return [*comment, f"  {fact.name}: {fact.value}"]


def _target(target: Target) -> list[str]:
    return [
        f"  - id: {target.id}",
        f"    values: {list(target.values)}",
        f"    tolerance: {target.tolerance}",
        f"    year: {target.year}",
        f"    grade: {target.grade}",
        f"    source: {json.dumps(target.source, ensure_ascii=False)}",
        f"    note: {json.dumps(target.note, ensure_ascii=False)}",
    ]
