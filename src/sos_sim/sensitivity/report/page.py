"""The report of a sweep: what moves each output, how surely, under what conditions, and what was varied."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.page import Block, Page, Picture, Section, Sheet, Words
from sos_sim.kit.sentences import capital
from sos_sim.kit.words import Wording
from sos_sim.outcomes.expected import READABLE
from sos_sim.runs.tables import POINTS
from sos_sim.sensitivity.estimators import METHODS
from sos_sim.sensitivity.reading import meaning
from sos_sim.sensitivity.report import figures_conditions
from sos_sim.sensitivity.report import figures_indices as figures_sensitivity
from sos_sim.sensitivity.report.moderators import in_points, moderation_said, moderation_sections, points_label
from sos_sim.sensitivity.report.sheets import FACTORS, INDICES_OF_ONE
from sos_sim.sensitivity.responses import RECALIBRATED
from sos_sim.sensitivity.study import DUMMY, EFFECT_OF, Method
from sos_sim.sensitivity.tables import ANALYSES

if TYPE_CHECKING:
    import pandas as pd

MOST_CURVES: Final = 4
_IN_UNITS: Final[tuple[Method, ...]] = ("morris", "factorial")
SAYS: Final = Wording("sos_sim.sensitivity.report", "page")


@dataclass(frozen=True)
class _Study:
    """What a sweep's folder holds: what was asked, its tables by name, its runs, and the statement under figures."""

    asked: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    runs: pd.DataFrame
    foot: str

    def of(self, table: str, output: str, method: str) -> pd.DataFrame:
        """The rows of a table about one output and method."""
        frame = self.tables[table]
        return frame[(frame["output"] == output) & (frame["method"] == method)]

    def value(self, output: str) -> pd.Series[float]:
        """The output's mean over seeds, a row of the sample each."""
        frame = self.tables["responses"]
        return frame[frame["output"] == output].sort_values("row")["mean"].reset_index(drop=True)


def sweep_page(folder: Path) -> Page:
    """The report of a finished sweep. Raises ResultsFolderError when the folder holds none."""
    study = _read(folder)
    labels = {output: output_said(output) for output in _moderated(study)}
    sections = [*moderation_sections(study.tables, labels, study.foot), *_conditions(study)]
    sections += [section for output in _outputs(study) for section in _output(study, output)]
    noise = _noise(study)
    sections += [*([noise] if noise.blocks else []), _what_varied(study)]
    return Page(study.asked["name"], _summary(study), study.foot, sections)


def output_said(output: str) -> str:
    """An output with its unit, as axes and headings name it."""
    plain = output.removesuffix(RECALIBRATED)
    measure = READABLE.get(plain.removeprefix(EFFECT_OF))
    if measure is None:
        return output
    level = ", levels kept" if output.endswith(RECALIBRATED) else ""
    what = f"difference in {measure.meaning}" if plain.startswith(EFFECT_OF) else measure.meaning
    return f"{what}{level} ({measure.unit})"


def _read(folder: Path) -> _Study:
    from sos_sim.runs.store import read_manifest, read_table

    asked = read_manifest(folder)["study"]
    tables = {
        name: read_table(folder, contract)
        for name, contract in ANALYSES.items()
        if (folder / f"{name}.parquet").exists()
    }
    foot = SAYS.sentence("toy") if asked["model"] else CAVEAT
    return _Study(asked, tables, read_table(folder, POINTS), foot)


def _summary(study: _Study) -> list[str]:
    said = [f"{capital(output_said(row.output))}, {row.method}: {row.sentence}" for row in _rows(study, "readings")]
    found = [str(row.sentence) for row in _rows(study, "conditions")]
    found += [
        moderation_said(in_points(study.tables["moderation"], name), name, points_label(output_said(name)))
        for name in _moderated(study)
    ]
    refused = [SAYS.sentence("no_indices", output=row.output, reason=row.reason) for row in _rows(study, "refused")]
    return [*found, *said, *refused] or [SAYS.sentence("nothing")]


def _rows(study: _Study, table: str) -> Iterator[Any]:
    frame = study.tables.get(table)
    return iter(()) if frame is None else frame.itertuples()


def _moderated(study: _Study) -> list[str]:
    """Effects of a moderation study; none in others."""
    return list(dict.fromkeys(study.tables["moderation"]["output"])) if "moderation" in study.tables else []


def _outputs(study: _Study) -> list[str]:
    return list(dict.fromkeys(study.tables["indices"]["output"])) if "indices" in study.tables else []


def _output(study: _Study, output: str) -> Iterator[Section]:
    """A section for each method that looked at the output."""
    table = study.tables["indices"]
    for method in dict.fromkeys(table.loc[table["output"] == output, "method"]):
        place = name_of(f"{output}-{method}")
        indices = study.of("indices", output, method)
        sentence = study.of("readings", output, method)["sentence"].item()
        blocks: list[Block] = [
            Words((sentence, SAYS.sentence("index_read", meaning=meaning(method)))),
            *_pictures(study, output, method, indices, place),
            _index_sheet(indices, output, place, bool(study.asked["model"])),
        ]
        yield Section(place, f"{capital(output_said(output))}: {method}", blocks)


def _pictures(study: _Study, output: str, method: Method, indices: pd.DataFrame, place: str) -> Iterator[Picture]:
    effect, label, foot = not study.asked["model"], output_said(output), study.foot
    ranked_by = METHODS[method].ranked_by
    if method == "morris" and "sigma" in set(indices["index"]):
        yield Picture(
            f"plane-{place}",
            f"Which factors move it, and whose effect depends on others? {label}",
            figures_sensitivity.morris_plane(indices, _unit(output, method), foot),
            f"Mean absolute elementary effects and their standard deviation of every factor on {label}.",
            effect,
        )
    names = [name for name in (ranked_by, "first order") if name in set(indices["index"])]
    yield Picture(
        f"bars-{place}",
        f"How large is each index against noise? {label}",
        figures_sensitivity.index_bars(indices, list(dict.fromkeys(names)), _axis(method, output), foot),
        f"Indices by {method} with 95% intervals and noise floors, the largest first, of {label}.",
        effect,
    )
    for name in {"second order", "interaction"} & set(indices["index"]):
        yield Picture(
            f"pairs-{place}",
            f"Which factors work together? {label}",
            figures_sensitivity.pair_map(indices, name, name, foot),
            f"The {name} of every pair of factors on {label}.",
            effect,
        )
    if method == "pawn":
        yield _curves(study, output, indices, place)
    curve = study.of("convergence", output, method)
    if curve["blocks"].nunique() > 1:
        counted = study.of("verdicts", output, method)["counted_in"].item()
        yield Picture(
            f"convergence-{place}",
            f"Would a larger sample change the ranking? {label}",
            figures_sensitivity.convergence(curve, counted, f"{ranked_by} ({_unit(output, method)})", foot),
            f"Indices by {method} from growing parts of the sample, of {label}.",
            effect,
        )
    yield from _surface(study, output, method, place)


def _curves(study: _Study, output: str, indices: pd.DataFrame, place: str) -> Picture:
    ranked = indices[(indices["index"] == METHODS["pawn"].ranked_by) & (indices["factor"] != DUMMY)].sort_values("rank")
    factors = [str(name) for name in ranked["factor"][:MOST_CURVES]]
    once = study.runs[study.runs["replicate"] == 0].reset_index(drop=True)
    label = output_said(output)
    return Picture(
        f"curves-{place}",
        f"How does the whole distribution shift with one factor? {label}",
        figures_sensitivity.conditional_curves(once[factors], study.value(output), factors, label, study.foot),
        f"Cumulative distributions of {label} within slices of the most influential factors.",
        not study.asked["model"],
    )


def _surface(study: _Study, output: str, method: str, place: str) -> Iterator[Picture]:
    frame, indices = study.tables.get("surfaces"), study.tables["indices"]
    first = indices.loc[indices["output"] == output, "method"].iloc[0]
    if frame is None or method != first or output not in set(frame["output"]):
        return
    label = output_said(output)
    yield Picture(
        f"surface-{place}",
        f"What does the emulator expect over the two most influential factors? {label}",
        figures_conditions.response_surface(frame[frame["output"] == output], label, study.foot),
        f"Contours of {label} over two factors, all others averaged.",
        not study.asked["model"],
    )


def _conditions(study: _Study) -> Iterator[Section]:
    """Boxes of PRIM and CART, if any were looked for."""
    if "boxes" not in study.tables:
        return
    effect = not study.asked["model"]
    blocks: list[Block] = [Words(tuple(str(row.sentence) for row in _rows(study, "conditions")))]
    limits, peeling = study.tables["box_limits"], study.tables["peeling"]
    once = study.runs[study.runs["replicate"] == 0].reset_index(drop=True)
    for row in study.tables["boxes"].to_dict("records"):
        mine = limits[(limits["method"] == row["method"]) & (limits["box"] == row["box"])]
        name = f"{row['method'].upper()} box {row['box']}"
        blocks.append(
            Picture(
                name_of(f"box-{name}"),
                f"Between which limits does success lie? {name}",
                figures_conditions.box_limits(mine, once, study.foot),
                f"Ranges of the factors that limit {name}.",
                effect,
            )
        )
        steps = peeling[(peeling["method"] == row["method"]) & (peeling["box"] == row["box"])]
        if len(steps):
            blocks.append(
                Picture(
                    name_of(f"peeling-{name}"),
                    f"What does it cost in coverage to make the box denser? {name}",
                    figures_conditions.peeling(steps, row["overall"], study.foot),
                    f"Coverage and density of every box on the way to {name}.",
                    effect,
                )
            )
    sheets = {
        "boxes": "Boxes: coverage, density and mass",
        "box_limits": "Limits of boxes, and how likely each is by chance",
        "box_means": "Outputs inside and outside",
        "peeling": "The way to each PRIM box",
    }
    blocks += [
        Sheet(name, title, study.tables[name], ANALYSES[name], shows_effect=effect) for name, title in sheets.items()
    ]
    yield Section("conditions", "Under what conditions", blocks)


def _noise(study: _Study) -> Section:
    """How much is luck, whether samples are large enough, and how good emulators and recalibration are."""
    titles = {
        "luck": "How much of each output's variance is luck",
        "verdicts": "Whether the ranking is stable",
        "emulator": "How well the emulator predicts held-out rows",
        "recalibration": "How levels were kept",
    }
    effect = not study.asked["model"]
    sheets = [
        Sheet(name, title, study.tables[name], ANALYSES[name], shows_effect=effect)
        for name, title in titles.items()
        if name in study.tables
    ]
    words = [] if _moderated(study) else [Words((SAYS.sentence("noise_read"),))]
    return Section("noise", "Luck, and the size of the sample", [*words, *sheets])


def _what_varied(study: _Study) -> Section:
    import pandas as pd

    asked = study.asked
    rows = [{"factor": name, "distribution": text} for name, text in asked["vary"].items()]
    scenarios = " against ".join(reversed(list(asked["arms"]))) or asked["model"]
    said = SAYS.paragraphs(
        "varied",
        description=asked["description"] or asked["name"],
        scenarios=scenarios,
        methods=asked["method"],
        size=asked["size"],
        seeds=asked["seeds"],
    )
    return Section(
        "varied",
        "What was varied",
        [
            Words(tuple(said)),
            Sheet("factors", "Factors and their distributions", pd.DataFrame(rows), FACTORS, shows_effect=False),
        ],
    )


def _index_sheet(indices: pd.DataFrame, output: str, place: str, toy: bool) -> Sheet:
    ordered = indices.sort_values(["index", "rank"]).drop(columns=["output", "method"])
    return Sheet(
        f"indices-{place}",
        f"Indices of {output}",
        ordered,
        INDICES_OF_ONE,
        shows_effect=not toy,
        labels={"floor": "floor of noise", "distinguishable": "stands out", "other": "with"},
    )


def _axis(method: Method, output: str) -> str:
    unit = f" ({_unit(output, method)})" if method in _IN_UNITS else ""
    return textwrap.fill(meaning(method) + unit, 80)


def _unit(output: str, method: Method) -> str:
    """The unit of an index: the output's for those that are differences, else a share."""
    if method not in _IN_UNITS:
        return "0 to 1"
    measure = READABLE.get(output.removesuffix(RECALIBRATED).removeprefix(EFFECT_OF))
    return measure.unit if measure else "units of the output"


def name_of(text: str) -> str:
    """A text as the name of a file or place."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
