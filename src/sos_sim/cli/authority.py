"""The command that makes a place of an authority's own figures: authority."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from sos_sim.cli.shared import (
    Asked,
    Json,
    Workers,
    Yes,
    agree,
    announce_compilation,
    app,
    page,
    print_as_json,
    progress_bar,
    records,
)
from sos_sim.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.authorities.place import LocalPlace
    from sos_sim.evidence.areas import Area
    from sos_sim.evidence.authority import LocalAuthority
    from sos_sim.evidence.published import Published

Tables = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the department's CSV files, as downloaded.")]
Names = Annotated[
    list[str] | None,
    typer.Option("--name", metavar="NAME", help="Name or code of the authority or region; several make a group."),
]
Predecessors = Annotated[
    list[str] | None,
    typer.Option(
        "--predecessor", metavar="NAME", help="Authority that goes into the new one called --name; repeat it."
    ),
]
File = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Authority file to write; never overwritten.")]
Listing = Annotated[bool, typer.Option("--list", help="List the authorities and regions that the tables know.")]
Calibrate = Annotated[
    bool, typer.Option("--calibrate", help="Fit it to its own figures (ten minutes); write scenario, posterior, check.")
]
WithNeighbours = Annotated[bool, typer.Option("--neighbours", help="Make a page of it beside its neighbours.")]
STUDY: Final = "calibrate_local"
"""The study file that fits a place: the user's own of that name, else the one that comes with the package."""


@app.command()
def authority(
    folder: Tables,
    name: Names = None,
    predecessor: Predecessors = None,
    out: File = None,
    list_: Listing = False,
    calibrate: Calibrate = False,
    neighbours: WithNeighbours = False,
    workers: Workers = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Read one authority's facts and targets from published tables; write them as a scenario, fitted if asked."""
    from sos_sim.evidence.authority import local_authority
    from sos_sim.evidence.published import read_published
    from sos_sim.files.targets import england_targets

    if list_ == (name is not None):
        raise InputError("say either --name and the authority, or --list.")
    if list_ and (out is not None or calibrate or neighbours or predecessor):
        raise InputError("--list writes nothing; leave --out, --calibrate, --neighbours and --predecessor away.")
    published = read_published(folder)
    if name is None:
        _show_areas(published, json)
        return
    found = local_authority(published, _area(published, name, predecessor or []), england_targets())
    if calibrate:
        _calibrated(found, published, _Files.of(found.area.name, out), Asked(None, workers, None, json, yes))
        return
    if out is not None:
        from sos_sim.authorities.scenario_file import write_authority_file

        write_authority_file(found, published, out)
    written = _write_page(_place(found, published), _Files.of(found.area.name, out)) if neighbours else None
    _show(found, published, out, json)
    if written is not None:
        typer.echo(f"The page beside its neighbours is {written}: open it in a browser.", err=json)


class _Files:
    """Where what is written of a place goes: the scenario, its posterior beside it, and the folder of its page."""

    def __init__(self, scenario: Path) -> None:
        self.scenario = scenario
        self.posterior = scenario.with_name(f"{scenario.stem}_posterior.parquet")
        self.page = scenario.with_name(f"{scenario.stem}_page")

    @classmethod
    def of(cls, name: str, out: Path | None) -> _Files:
        from sos_sim.evidence.area_names import plain_name

        return cls(out or Path(f"{plain_name(name).replace(' ', '_')}.yaml"))

    def refuse_overwriting(self) -> None:
        """Raise InputError where the scenario or its posterior is there already: before minutes of work, not after."""
        for file in (self.scenario, self.posterior):
            if file.exists():
                raise InputError(f"{file} is there already and may be in use; delete it or choose another --out.")


def _area(published: Published, names: list[str], predecessors: list[str]) -> Area:
    """The place that is meant: an authority, a region, a group of them, or one to come, made of ``predecessors``."""
    from sos_sim.evidence.areas import find_area, group_of
    from sos_sim.kit.sentences import listed

    if predecessors and len(names) > 1:
        raise InputError("--predecessor makes one new authority; give its --name once.")
    if predecessors:
        return group_of(published, names[0], predecessors)
    if len(names) > 1:
        return group_of(published, listed([find_area(published, one).name for one in names]), names)
    return find_area(published, names[0])


def _place(found: LocalAuthority, published: Published, check: pd.DataFrame | None = None, **files: str) -> LocalPlace:
    from sos_sim.authorities.neighbours import neighbours_of
    from sos_sim.authorities.place import LocalPlace

    return LocalPlace(found, published, neighbours_of(published, found.area), check, **files)


def _write_page(place: LocalPlace, files: _Files) -> Path:
    """The page of a place, and of one that was calibrated the check, which is given back."""
    from sos_sim.authorities.report.place_page import check_page, place_page
    from sos_sim.kit.page import write_page

    if place.check is None:
        return write_page(place_page(place), files.page, "neighbours")
    write_page(place_page(place), files.page, "authority")
    return write_page(check_page(place), files.page, "check")


def _calibrated(found: LocalAuthority, published: Published, files: _Files, asked: Asked) -> None:
    """Fit a place to its own figures; write scenario, posterior and check; say how near it came."""
    from sos_sim.authorities.place import check_table
    from sos_sim.authorities.scenario_file import write_authority_file
    from sos_sim.runs.store import keep_file

    files.refuse_overwriting()
    if not found.targets:
        raise InputError(f"{found.area.name} has no figures of its own in {published.folder}; there is nothing to fit.")
    fitted, fit = _fit(found, published, files, asked)
    check = check_table(fit)
    place = _place(found, published, check, scenario=files.scenario.name, posterior=files.posterior.name)
    written = _write_page(place, files)
    keep_file(files.posterior, (fitted / "posterior.parquet").read_bytes())
    write_authority_file(found, published, files.scenario, files.posterior.name)
    _show_check(place.name, check, files, written, fitted, asked.json)


def _fit(found: LocalAuthority, published: Published, files: _Files, asked: Asked) -> tuple[Path, pd.DataFrame]:
    """The folder of the calibration, begun before or new, and its table of figures."""
    from tempfile import TemporaryDirectory

    from sos_sim.authorities.scenario_file import write_authority_file
    from sos_sim.calibration.calibrate import CalibrationQuestion
    from sos_sim.calibration.file import load_calibration
    from sos_sim.runs.question import Workplace, default_folder

    with TemporaryDirectory() as place:
        scenario = Path(place) / files.scenario.name
        write_authority_file(found, published, scenario)
        question = CalibrationQuestion(load_calibration(STUDY, scenario))
    folder = default_folder(f"calibrate-{files.scenario.stem}", question)
    agree(question.forecast(), folder, asked)
    announce_compilation(question.engine)
    return folder, question.answer(folder, Workplace(asked.workers, None, progress_bar)).tables["fit"]


def _show_check(name: str, check: pd.DataFrame, files: _Files, page_: Path, folder: Path, json: bool) -> None:
    from sos_sim.authorities.report.place_page import banner_said, check_said
    from sos_sim.kit.tables import plain_table

    if json:
        written = {"scenario": str(files.scenario), "posterior": str(files.posterior), "page": str(page_)}
        print_as_json({**written, "folder": str(folder), "banner": banner_said(name, check), "check": records(check)})
        return
    rows = [
        [
            row["measure"],
            f"{row['official']:.4g}",
            f"{row['simulated']:.4g}",
            "" if row["off"] != row["off"] else f"{row['off']:+.0%}",
            f"{row['distance']:+.1f}",
            f"{row['england']:.4g}",
            "headline" if row["headline"] else "",
        ]
        for row in check.to_dict("records")
    ]
    sheet = page()
    sheet.print(plain_table(["own figure", "published", "simulated", "off", "tolerances", "England", ""], rows))
    for sentence in filter(None, (banner_said(name, check), check_said(name, check))):
        sheet.print(sentence)
    typer.echo(f"Written: {files.scenario}, which names {files.posterior.name} beside it; every command draws from it.")
    whole = page_.with_name("authority.html")
    typer.echo(f"The check is {page_}; neighbours and sources are beside it in {whole}: open them in a browser.")
    typer.echo(f"The calibration is in {folder}.")


def _show_areas(published: Published, json: bool) -> None:
    from dataclasses import asdict

    from sos_sim.evidence.areas import areas, regions
    from sos_sim.kit.tables import plain_table

    known, around = areas(published), regions(published)
    if json:
        listed = {"authorities": [asdict(area) for area in known], "regions": [asdict(area) for area in around]}
        print_as_json({**listed, "seen": [seen._asdict() for seen in published.seen]})
        return
    rows = [[area.name, area.code, area.new_code, f"{area.first_year}-{area.last_year}"] for area in known]
    rows += [[area.name, "region", area.new_code, f"{area.first_year}-{area.last_year}"] for area in around]
    page().print(plain_table(["authority", "code", "new code", "figures"], rows))
    _show_seen(published)


def _show_seen(published: Published) -> None:
    """What became of every file of the folder."""
    from sos_sim.kit.tables import plain_table

    page().print(plain_table(["file", "", "what it is"], [list(seen) for seen in published.seen]))


def _show(found: LocalAuthority, published: Published, out: Path | None, json: bool) -> None:
    from dataclasses import asdict

    if json:
        seen = [seen._asdict() for seen in published.seen]
        print_as_json({"file": None if out is None else str(out), **asdict(found), "seen": seen})
        return
    from sos_sim.kit.tables import plain_table

    _show_seen(published)
    sheet = page()
    sheet.print()
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
