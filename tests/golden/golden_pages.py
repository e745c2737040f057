"""Golden pages: what reports say and draw of made-up tables and of known functions, as readable text.

Nothing of the model is in them, so they move when a report changes and at no other time. Run this file
(``make golden``) to write them anew after a change that is meant to move what people read, and say in the commit why.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib

from sos_sim.authorities.report.page import authorities_page
from sos_sim.calibration.report.page import Fit, fit_page
from sos_sim.calibration.tables import COVERAGE
from sos_sim.kit.page import Page
from sos_sim.sensitivity.report.page import sweep_page
from sos_sim.sensitivity.sweep import load_sweep, sweep
from sos_sim.trials.report.page import trial_page
from support.declared import made
from support.page_as_text import page_as_text
from support.tables_of_authorities import keep_authorities
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


PAGES: dict[str, Callable[[Path], Page]] = {
    "trial": trial,
    "trial_inside": trial_inside,
    "fit": fitted,
    "authorities": authorities,
    **{f"sweep_{name}": swept(text) for name, text in SWEEPS.items()},
}


def text_of(name: str) -> str:
    """A golden page as it is now."""
    matplotlib.use("agg")
    with TemporaryDirectory() as folder:
        return page_as_text(PAGES[name](Path(folder)))


if __name__ == "__main__":
    for page in PAGES:
        (HERE / f"{page}.txt").write_text(text_of(page), encoding="utf-8")
