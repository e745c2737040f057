"""Every number that the page of a study of all authorities draws or says is its table's."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sos_sim.authorities.report.page import authorities_page, rates_said
from sos_sim.authorities.report.slopes import slopes_said
from sos_sim.authorities.study import STEPS
from sos_sim.authorities.tables import DEPRIVATION
from sos_sim.kit.figures import COLOURS
from sos_sim.kit.page import Page, Picture, Sheet
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.store import keep_tables
from support.artists import legend, lines, rows, standing, upright, whiskers
from support.declared import made
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


@pytest.fixture(scope="module")
def deprivation(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "deprivation.parquet")


def test_slopes_on_deprivation_are_drawn_official_above_simulated(page: Page, deprivation: pd.DataFrame) -> None:
    figure = picture(page, "deprivation").figure
    (axes,) = figure.axes
    first = deprivation[deprivation["facts"] == next(iter(STEPS))]
    assert rows(axes) == [MEASURES[name].meaning for name in first["measure"]]
    wanted = [
        (place + off, row[name], row[f"{name}_low"], row[f"{name}_high"], colour)
        for name, off, colour in (("official", -0.15, HEX[0]), ("simulated", 0.15, HEX[1]))
        for place, row in enumerate(first.to_dict("records"))
    ]
    assert [found[:4] for found in whiskers(axes)] == [pytest.approx(numbers[:4]) for numbers in wanted]
    assert [found[4] for found in whiskers(axes)] == [numbers[4] for numbers in wanted]
    assert legend(figure) == {"official figures": HEX[0], "model: children and deprivation": HEX[1]}
    assert axes.get_xlabel().startswith("slope of the logarithm on the IDACI score, per 0.1") and upright(axes)


def test_slopes_stand_under_their_headings(page: Page, deprivation: pd.DataFrame) -> None:
    shown = sheet(page, "deprivation")
    for heading, name, decimals in (
        ("official slope", "official", 2),
        ("error of the official", "official_se", 2),
        ("simulated slope", "simulated", 2),
        ("error of the simulated", "simulated_se", 2),
        ("difference", "difference", 2),
        ("error of the difference", "difference_se", 2),
        ("standard errors apart", "apart", 1),
    ):
        wanted = [f"{value:.{decimals}f}".replace("-", "−") for value in deprivation[name]]
        assert column(shown, heading) == wanted, heading
    assert column(shown, "facts known") == list(deprivation["facts"])
    assert column(shown, "measure") == [MEASURES[name].meaning for name in deprivation["measure"]]


def said_of(*numbers: tuple[float, float, float]) -> str:
    """What is said of measures "rate 0", "rate 1", … with these official and simulated slopes and errors apart."""
    slopes = made(
        DEPRIVATION,
        (
            {
                "facts": "children",
                "measure": measure,
                "official": official,
                "simulated": simulated,
                "difference": simulated - official,
                "apart": apart,
            }
            for measure, (official, simulated, apart) in zip(MEASURES, numbers, strict=False)
        ),
    )
    meanings = [f"rate {place}" for place in range(len(numbers))]
    return slopes_said(slopes.assign(meaning=meanings)).split("per 0.1 of the IDACI score. ")[1]


def test_slopes_that_agree_and_those_missed_either_way_are_said() -> None:
    said = said_of(
        (0.26, 0.22, -1.9), (0.52, 0.2, -6.13), (0.31, 0.3, 2.0), (0.2, 0.45, 3.4), (0.1, -0.05, -2.6), (0.4, 0.1, -2.1)
    )
    assert said == (
        "Told only children, the model's slope is within 2 standard errors of the official one for rate 0 (0.22, "
        "official 0.26); rate 2 (0.30, official 0.31). From these facts alone it is too flat for rate 1, by 0.32 "
        "(0.20, official 0.52); rate 5, by 0.30 (0.10, official 0.40). And it is too steep for rate 3, by 0.25 (0.45, "
        "official 0.20). And it is the other way round for rate 4, by 0.15 (−0.05, official 0.10)."
    )


def test_a_slope_of_falling_figures_is_flat_or_steep_by_its_size() -> None:
    assert "it is too flat for rate 0, by 0.20 (−0.10, official −0.30)." in said_of((-0.3, -0.1, 4.0))
    assert "it is too steep for rate 0, by 0.20 (−0.50, official −0.30)." in said_of((-0.3, -0.5, -4.0))


def test_all_slopes_agreeing_or_none_is_said() -> None:
    assert said_of((0.2, 0.2, 0.1)).endswith("for rate 0 (0.20, official 0.20). None is missed.")
    assert said_of((0.2, 0.1, -3.0)).endswith(
        "for no rate. From these facts alone it is too flat for rate 0, by 0.10 (0.10, official 0.20)."
    )


def test_only_the_first_step_of_facts_is_said(page: Page) -> None:
    text = texts_of(page)
    assert "Told only children and deprivation, the model" in text and "Told only and" not in text
    assert "too flat for children starting to be looked after, by 0.29 (0.22, official 0.51)." in text
    assert "too steep for referrals of children, by 0.17 (0.42, official 0.25)." in text


def test_a_study_without_slopes_has_no_section_on_them(tmp_path: Path) -> None:
    folder = keep_authorities(tmp_path / "out")
    keep_tables(folder, {"deprivation": pd.DataFrame(columns=DEPRIVATION.names)}, {"deprivation": DEPRIVATION})
    assert "deprivation" not in [section.id for section in authorities_page(folder).sections]
