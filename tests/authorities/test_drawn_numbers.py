"""Every number that the page of a study of all authorities draws or says is its table's."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sos_sim.authorities.report.page import authorities_page, rates_said
from sos_sim.authorities.study import STEPS
from sos_sim.kit.figures import COLOURS
from sos_sim.kit.page import Page, Picture, Sheet
from sos_sim.outcomes.measures import MEASURES
from support.artists import lines, standing, upright
from support.page_as_text import column, texts_of
from support.tables_of_authorities import FIGURES, GIVEN, NAMES, keep_authorities

HEX = [to_hex(colour) for colour in COLOURS]
LAST = list(STEPS)[-1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_authorities(tmp_path_factory.mktemp("study") / "out")


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return authorities_page(folder)


@pytest.fixture(scope="module")
def explained(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "explained.parquet")


def picture(page: Page, name: str) -> Picture:
    (found,) = [found for found in page.pictures if found.name == name]
    return found


def test_what_facts_explain_is_drawn_by_measure_and_step(page: Page, explained: pd.DataFrame) -> None:
    (axes,) = picture(page, "explained").figure.axes
    rows = explained[~explained["given"]]
    measures = list(dict.fromkeys(rows["measure"]))
    assert [label.get_text() for label in axes.get_yticklabels()] == [MEASURES[name].meaning for name in measures]
    for number, (step, colour) in enumerate(zip(STEPS, HEX, strict=False)):
        of_step = rows[rows["facts"] == step]
        model, regression = [line for line in lines(axes) if line.colour == colour]
        assert model.x == pytest.approx(list(of_step["r2"])) and model.label == f"model: {step}"
        assert regression.x == pytest.approx(list(of_step["linear"]))
        assert [round(-place) for place in model.y] == [measures.index(name) for name in of_step["measure"]]
        assert model.y == regression.y
        drawn = axes.collections[number]
        assert to_hex(drawn.get_color()[0]) == colour  # type: ignore[attr-defined]
        ends = [(segment[0][0], segment[1][0], segment[0][1]) for segment in drawn.get_segments()]  # type: ignore[attr-defined]
        wanted = zip(of_step["r2_low"], of_step["r2_high"], model.y, strict=True)
        assert ends == [pytest.approx(numbers) for numbers in wanted]
    assert GIVEN not in set(rows.loc[rows["facts"] == LAST, "measure"]) and GIVEN in measures
    assert upright(axes) and axes.get_ylim()[0] < axes.get_ylim()[1]


@pytest.mark.parametrize("measure", FIGURES)
def test_authorities_stand_official_across_and_simulated_up(folder: Path, page: Page, measure: str) -> None:
    figure: Figure = picture(page, measure).figure
    (axes,) = figure.axes
    official = pd.read_parquet(folder / "official.parquet")
    official = official[official["measure"] == measure].set_index("authority")["value"]
    simulated = pd.read_parquet(folder / "predictions.parquet")
    simulated = simulated[(simulated["measure"] == measure) & (simulated["facts"] == LAST)]
    drawn = simulated.groupby("authority")["value"].agg(["mean", "min", "max"])
    (dots,) = [line for line in lines(axes) if line.label == f"an authority ({len(NAMES)})"]
    assert (dots.x, dots.y) == (pytest.approx(list(official)), pytest.approx(list(drawn["mean"])))
    assert [bar[:3] for bar in standing(axes)] == [
        pytest.approx(numbers) for numbers in zip(official, drawn["min"], drawn["max"], strict=True)
    ]
    (equal,) = [line for line in lines(axes) if line.label == "official = simulated"]
    assert equal.x == equal.y and axes.get_xlim() == axes.get_ylim()
    assert axes.get_xlabel().startswith(f"official: {MEASURES[measure].meaning}")
    assert axes.get_ylabel() == f"simulated from all facts ({MEASURES[measure].unit})"


def test_questions_over_scatters_say_their_own_share(page: Page, explained: pd.DataFrame) -> None:
    shares = explained[explained["facts"] == LAST].set_index("measure")["r2"]
    for measure in FIGURES:
        given = ", which was given" if measure == GIVEN else ""
        assert picture(page, measure).question.endswith(f"(R² {shares[measure]:.2f}{given})?")


def sheet(page: Page, name: str) -> Sheet:
    (found,) = [found for found in page.sheets if found.name == name]
    return found


def test_cells_stand_under_their_headings(page: Page, explained: pd.DataFrame) -> None:
    shown = sheet(page, "explained")
    for heading, name in {
        "R²": "r2",
        "from": "r2_low",
        "to": "r2_high",
        "regression on the same facts": "linear",
        "1 - SSE/SST": "skill",
        "lowest draw": "skill_lowest_draw",
        "highest draw": "skill_highest_draw",
        "slope": "slope",
    }.items():
        assert column(shown, heading) == [f"{value:.2f}".replace("-", "−") for value in explained[name]], heading
    for name in ("official_mean", "simulated_mean", "official_sd", "simulated_sd"):
        cells = [float(cell.replace(",", "")) for cell in column(shown, name.replace("_", " "))]
        assert cells == pytest.approx(list(explained[name]), rel=0.005)
    assert column(shown, "facts known") == list(explained["facts"])
    assert column(sheet(page, "authorities"), "name") == list(NAMES.values())


def test_each_rate_is_said_step_by_step_with_the_regression_beside_it() -> None:
    rows = pd.DataFrame(
        {
            "facts": ["children", "and referrals"],
            "measure": "cla_start_rate",
            "r2": [0.23, 0.41],
            "linear": [0.31, 0.52],
            "skill": [0.4, -0.17],
            "official_sd": [3.0, 4.0],
            "simulated_sd": [2.0, 1.0],
        }
    )
    assert rates_said(rows) == [
        "Children starting to be looked after: the model explains 23% from children (a regression on the same facts: "
        "31%); 41% with referrals (a regression on the same facts: 52%). With all facts its differences are 25% of the "
        "size of the official ones, and 1 - SSE/SST is −0.17."
    ]


def test_the_summary_says_shares_of_the_last_step(page: Page, explained: pd.DataFrame) -> None:
    shares = explained[explained["facts"] == LAST].set_index("measure")["r2"]
    assert page.summary[0] == (
        "4 authorities, figures of 2023, each simulated under 2 draws of parameters from its own facts alone."
    )
    starts, plans = (f"{MEASURES[name].meaning} {shares[name]:.0%}" for name in ("cla_start_rate", "cpp_start_rate"))
    assert page.summary[1].endswith(f"{starts}, {plans}.")
    assert GIVEN not in page.summary[1] and "the model explains" in texts_of(page)
