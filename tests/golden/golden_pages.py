"""Golden pages: what reports say and draw of made-up tables and of known functions, as readable text.

Nothing of the model is in them, so they move when a report changes and at no other time. Run this file
(``make golden``) to write them anew after a change that is meant to move what people read, and say in the commit why.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from sos_sim.authorities.report.page import authorities_page
from sos_sim.calibration.report.page import Fit, fit_page
from sos_sim.calibration.tables import COVERAGE
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.brief import Brief
from sos_sim.kit.figures import (
    arms_over_time,
    beside,
    draw_by_year,
    no_difference,
    plane,
    ribbon,
    rows_from_the_top,
    sheet,
    whisker,
)
from sos_sim.kit.page import Page, Picture, Section
from sos_sim.records.keeping import keep_records
from sos_sim.records.reading import read_records
from sos_sim.records.report.page import records_page
from sos_sim.sensitivity.report.page import sweep_page
from sos_sim.sensitivity.sweep import load_sweep, sweep
from sos_sim.synthesis.report.page import synthesis_page
from sos_sim.trials.report.page import trial_page
from support.census_files import write_census
from support.declared import made
from support.page_as_text import brief_as_text, page_as_text
from support.returns903 import write_years
from support.tables_of_authorities import keep_authorities
from support.tables_of_cards import made_up_cards
from support.tables_of_comparisons import made_up_brief, made_up_comparison
from support.tables_of_evidence import keep_synthesis
from support.tables_of_fits import contraction, fit, spells
from support.tables_of_trials import keep_made_up, made_up

HERE = Path(__file__).resolve().parent / "pages"
SWEEPS = {
    "screening": "{name: Screening, model: ishigami, method: morris, size: 20}",
    "pairs": "{name: Pairs, model: ishigami, method: sobol, size: 64, second_order: true}",
    "given": "{name: Any sample, model: sobol_g, method: [pawn, prim], success: value below 0.5, size: 300}",
}


def swept(text: str) -> Callable[[Path], Page]:
    """How the page of a study of a known function is made."""

    def make(folder: Path) -> Page:
        (folder / "study.yaml").write_text(text, encoding="utf-8")
        sweep(load_sweep(folder / "study.yaml"), folder / "out", workers=1)
        return sweep_page(folder / "out")

    return make


def trial(folder: Path) -> Page:
    """A trial of authorities with all its tables."""
    return trial_page(keep_made_up(folder / "trial", made_up()))


def trial_inside(folder: Path) -> Page:
    """A trial of families inside one authority."""
    return trial_page(keep_made_up(folder / "trial", made_up(("families",), (180,), draws=0)))


def fitted(folder: Path) -> Page:
    """A fit to England's figures, three of them missed, with what a calibration adds."""
    missed = fit(cla_start_rate=(36.8, 1.0), cla_start_1_4_share=(0.11, 0.01), cpp_start_rate=(58.0, 9.0))
    figures = missed.assign(validate=missed["measure"] == "cpp_start_rate")
    held = {"truths": 12, "coverage_50": 0.42, "coverage_90": 0.83, "contraction": 0.6, "identified": "identified"}
    coverage = made(
        COVERAGE, [{**held, "parameter": "closing"}, {**held, "parameter": "all parameters", "identified": ""}]
    )
    return fit_page(Fit("A made-up fit", figures, spells(), "luck and parameters", contraction(), coverage))


def authorities(folder: Path) -> Page:
    """A study of four authorities that were told their referrals."""
    return authorities_page(keep_authorities(folder / "out"))


def own_records(folder: Path) -> Page:
    """Three returns of ten made-up children, and a census of five."""
    returns = write_years(folder / "returns")
    write_census(returns / "cin.xml", 2026)
    keep_records(read_records(returns), folder / "out")
    return records_page(folder / "out")


def figures(folder: Path) -> Page:
    """The figures that every page may have, of tables in which nothing is alike."""
    rows = [
        {"arm": arm, "replicate": replicate, "month": month, "measure": "looked_after", "value": value}
        for number, arm in enumerate(("usual", "_offer"))
        for replicate in range(5)
        for month in range(4)
        for value in [10.0 + month - 0.7 * number * month + 0.3 * replicate**2]
    ]
    years = [
        {
            "arm": arm,
            "label": label,
            "unit": f"{label} {year}",
            "year": year,
            "level": 0.95,
            "draws": 3,
            "replicates": 6,
        }
        | {"mean": mean, "mean_low": mean - 0.2, "mean_high": mean + 0.5}
        for place, label in enumerate(("vacancy", "caseload", "agency", "age"))
        for number, arm in enumerate(("usual", "offer"))
        for year in ("1", "2", "3", "all")
        for mean in [place + 0.3 * number + 0.1 * (4 if year == "all" else int(year))]
    ]
    x, y = pd.Series([-3.0, -1.0, 0.5, 2.0]), pd.Series([0.1, -0.4, 0.2, 0.3])
    names = ("dearer and fewer", "dearer and not fewer", "cheaper and fewer", "cheaper and not fewer")
    signs = ((x < 0, y > 0), (x > 0, y > 0), (x < 0, y < 0), (x > 0, y < 0))
    quarters = [(name, left & up) for name, (left, up) in zip(names, signs, strict=True)]
    label = "children looked after"
    drawn = {
        "over-time": arms_over_time(
            pd.DataFrame(rows), "looked_after", label=label, start_month=2, scale=2.0, level=0.6
        ),
        "by-year": draw_by_year(pd.DataFrame(years)),
        "plane": plane(x, y, quarters),
        "marks": _marks(),
    }
    pictures = [Picture(name, name, figure, name) for name, figure in drawn.items()]
    return Page("Figures", ["Nothing is alike."], CAVEAT, [Section("figures", "Figures", pictures)])


def _marks() -> Figure:
    """Intervals and lines of more arms than there are colours, marks and styles, under names long and hidden."""
    figure = sheet(6.0, 4.0)
    left, right = figure.subplots(1, 2)
    for number in range(13):
        whisker(left, number, 0.3 * number, 0.3 * number - 0.4, 0.3 * number + 0.7, number=number, label=f"_{number}")
        middle = pd.Series([1.0 + number, 1.5 + 0.9 * number])
        ribbon(right, [0, 2], middle, middle - 0.1, middle + 0.2, number=number, label=f"arm {number} " * 20)
        beside(left, number, f"{number} of 13")
    rows_from_the_top(left, [f"a name of many words {number}" for number in range(13)], 12)
    no_difference(left)
    no_difference(right, across=True)
    figure.legend(*right.get_legend_handles_labels())
    return figure


PAGES: dict[str, Callable[[Path], Page | Brief]] = {
    "trial": trial,
    "trial_inside": trial_inside,
    "comparison": lambda folder: made_up_comparison(folder / "out"),
    "brief": lambda folder: made_up_brief(folder / "out"),
    "hypotheses": lambda folder: made_up_cards(folder / "out"),
    "synthesis": lambda folder: synthesis_page(keep_synthesis(folder / "out")),
    "figures": figures,
    "fit": fitted,
    "authorities": authorities,
    "records": own_records,
    **{f"sweep_{name}": swept(text) for name, text in SWEEPS.items()},
}


def text_of(name: str) -> str:
    """A golden page as it is now."""
    matplotlib.use("agg")
    with TemporaryDirectory() as folder:
        page = PAGES[name](Path(folder))
        return brief_as_text(page) if isinstance(page, Brief) else page_as_text(page)


if __name__ == "__main__":
    for page in PAGES:
        (HERE / f"{page}.txt").write_text(text_of(page), encoding="utf-8")
