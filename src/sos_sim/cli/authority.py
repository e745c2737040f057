"""The command that starts from one authority's own figures: authority."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sos_sim.cli.shared import Json, app, page, print_as_json
from sos_sim.core.errors import InputError

if TYPE_CHECKING:
    from sos_sim.evidence.authority import LocalAuthority
    from sos_sim.evidence.published import Published

Tables = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the department's CSV files, as downloaded.")]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="Name or code (old or new) of the authority.")]
File = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Authority file to write; never overwritten.")]
Listing = Annotated[bool, typer.Option("--list", help="List the authorities that the tables know.")]


@app.command()
def authority(folder: Tables, name: Name = None, out: File = None, list_: Listing = False, json: Json = False) -> None:
    """Read one authority's facts and targets from published tables; with --out, write them as a scenario file."""
    from sos_sim.authorities.scenario_file import write_authority_file
    from sos_sim.evidence.areas import find_area
    from sos_sim.evidence.authority import local_authority
    from sos_sim.evidence.published import read_published
    from sos_sim.files.targets import england_targets

    if list_ == (name is not None):
        raise InputError("say either --name and the authority, or --list.")
    if list_ and out is not None:
        raise InputError("--list writes nothing; leave --out away.")
    published = read_published(folder)
    if name is None:
        _show_areas(published, json)
        return
    found = local_authority(published, find_area(published, name), england_targets())
    if out is not None:
        write_authority_file(found, published, out)
    _show(found, out, json)


def _show_areas(published: Published, json: bool) -> None:
    from dataclasses import asdict

    from sos_sim.evidence.areas import areas
    from sos_sim.kit.tables import plain_table

    known = areas(published)
    if json:
        print_as_json({"authorities": [asdict(area) for area in known]})
        return
    rows = [[area.name, area.code, area.new_code, f"{area.first_year}-{area.last_year}"] for area in known]
    page().print(plain_table(["authority", "code", "new code", "figures"], rows))


def _show(found: LocalAuthority, out: Path | None, json: bool) -> None:
    from dataclasses import asdict

    if json:
        print_as_json({"file": None if out is None else str(out), **asdict(found)})
        return
    from sos_sim.kit.tables import plain_table

    sheet = page()
    sheet.print(plain_table(["fact", "here", "England", "unit", "source"], _fact_rows(found)))
    sheet.print()
    sheet.print(plain_table(["target", "here", "tolerance", "England", "unit", "source"], _target_rows(found)))
    for note in found.notes:
        sheet.print(note)
    if out is not None:
        typer.echo(f"Written to {out}: it can be run as it is, and other scenarios can extend it.")


def _fact_rows(found: LocalAuthority) -> list[list[str]]:
    from sos_sim.theory.parameters import declared

    known = declared()
    return [
        [fact.name, f"{fact.value:g}", f"{known[fact.name].default:g}", known[fact.name].unit, fact.source]
        for fact in found.facts
    ]


def _target_rows(found: LocalAuthority) -> list[list[str]]:
    from sos_sim.files.targets import england_targets

    england: dict[str, Any] = {target.id: target for target in england_targets()}
    return [
        [
            target.id,
            f"{target.values[0]:g}",
            f"{target.tolerance:g}",
            f"{england[target.id].values[0]:g}",
            target.unit,
            target.source,
        ]
        for target in found.targets
    ]
