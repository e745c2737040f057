"""Every number that a page of virtual trials draws is its table's, in the unit said, with its own ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sos_sim.kit.figures import COLOURS
from sos_sim.trials.report.figures_operating import design_number
from sos_sim.trials.report.page import trial_page
from sos_sim.trials.report.readings import SPILLED
from support.artists import beside, filled, legend, lines, rows, standing, upright, whiskers, written
from support.tables_of_trials import keep_made_up, made_up, told_apart_trial

PRIMARY = "looked_after_18m"
DESIGNS = {"parallel": "parallel", "stepped_wedge": "stepped wedge"}
POINTS = "percentage points"
HEX = [to_hex(colour) for colour in COLOURS]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return told_apart_trial(made_up())


@pytest.fixture(scope="module")
def inside() -> dict[str, pd.DataFrame]:
    return told_apart_trial(made_up(("families",), (180,), draws=0))


def drawn(tables: dict[str, pd.DataFrame], folder: Path) -> dict[str, Figure]:
    """Figures of the page of these tables, by name."""
    return {picture.name: picture.figure for picture in trial_page(keep_made_up(folder, tables)).pictures}


@pytest.fixture(scope="module")
def figures(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Figure]:
    return drawn(tables, tmp_path_factory.mktemp("page") / "trial")


@pytest.fixture(scope="module")
def figures_inside(inside: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Figure]:
    return drawn(inside, tmp_path_factory.mktemp("page") / "inside")


def primary(tables: dict[str, pd.DataFrame], effect: str = "as assumed") -> pd.DataFrame:
    """Rows of the power table about the primary outcome."""
    power = tables["power"]
    return power[(power["outcome"] == PRIMARY) & (power["effect"] == effect)]


def leads(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Rows by which designs are judged, of the primary outcome, with the effect as assumed."""
    found = primary(tables)
    return found[found["lead"]]


def assert_curves(axes: Axes, table: pd.DataFrame, x: str, y: str, low: str = "", high: str = "") -> None:
    """Each design has its curve in its colour: ``y`` over ``x`` (nearly: designs stand apart), and its intervals."""
    bars = standing(axes)
    curves = [line for line in lines(axes) if line.label.split(",")[0] in DESIGNS.values()]
    for line, (design, of_design) in zip(curves, table.groupby("design", sort=False), strict=True):
        ordered = of_design.sort_values(x)
        assert line.x == pytest.approx(list(ordered[x]), rel=0.06, abs=0.04)
        assert line.y == pytest.approx(list(ordered[y]))
        assert line.label.split(",")[0] == DESIGNS[str(design)]
        assert line.colour == to_hex(HEX[design_number(design) % len(HEX)])
        if low:
            mine = [bar for bar in bars if bar[3] == line.colour]
            assert [bar[0] for bar in mine] == pytest.approx(line.x)
            assert [bar[1] for bar in mine] == pytest.approx(list(ordered[low]))
            assert [bar[2] for bar in mine] == pytest.approx(list(ordered[high]))
    assert upright(axes) and axes.get_ylim()[0] < axes.get_ylim()[1]


@pytest.mark.parametrize(
    ("name", "effect", "column", "factor", "axis", "wished"),
    [
        ("trial-errors", "none", "rejected", 1.0, "share of trials without any effect that find one", 0.05),
        ("trial-bias", "as assumed", "bias", 100.0, f"mean estimate less true effect ({POINTS})", 0.0),
        ("trial-coverage", "as assumed", "coverage", 1.0, "share of 95 % intervals that hold the true effect", 0.95),
    ],
)
def test_analyses(
    tables: dict[str, pd.DataFrame],
    figures: dict[str, Figure],
    name: str,
    effect: str,
    column: str,
    factor: float,
    axis: str,
    wished: float,
) -> None:
    table = primary(tables, effect)
    analyses = list(dict.fromkeys(table["analysis"]))
    for axes, design in zip(figures[name].axes, DESIGNS, strict=True):
        of_design = table[table["design"] == design]
        wanted = [row for size in (10, 40) for row in of_design[of_design["clusters"] == size].to_dict("records")]
        found = whiskers(axes)
        for mark, row in zip(found, wanted, strict=True):
            assert round(mark[0]) == analyses.index(row["analysis"])
            numbers = [factor * row[f"{column}{end}"] for end in ("", "_low", "_high")]
            assert mark[1:4] == pytest.approx(tuple(numbers))
            assert mark[4] == HEX[(10, 40).index(row["clusters"])]
        outside = [(row[f"{column}_low"] * factor, row[f"{column}_high"] * factor) for row in wanted]
        assert [mark[2] for mark in filled(axes)] == [low > wished or high < wished for low, high in outside]
        assert lines(axes)[0].x == [wished, wished], "the line of what is wished for"
        assert " ".join(axes.get_xlabel().split()) == axis and axes.get_title(loc="left") == DESIGNS[design]
        left, right = axes.get_xlim()
        assert left < right
    assert rows(figures[name].axes[0]) == [name.replace("_", " ").replace("gee", "GEE") for name in analyses]
    assert legend(figures[name]) == {"10": HEX[0], "40": HEX[1]}


def test_power_and_the_difference_seen(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    left, right = figures["trial-power"].axes
    table = leads(tables)
    assert_curves(left, table, "clusters", "rejected", "rejected_low", "rejected_high")
    assert_curves(right, table.assign(seen=100.0 * table["detectable"]), "clusters", "seen")
    levels = [line.y for line in lines(right) if line.label.startswith("_") and line.x == [0.0, 1.0]]
    wanted = [100.0 * abs(of_design["true_effect"].iloc[0]) for _, of_design in table.groupby("design", sort=False)]
    assert levels == [pytest.approx([level] * 2) for level in wanted]
    assert f"({POINTS})" in right.get_ylabel() and right.get_ylim()[0] == 0.0
    assert [line.y for line in lines(left) if line.x == [0.0, 1.0]] == [[0.8, 0.8]]


def test_power_by_outcome(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    power = tables["power"]
    power = power[(power["effect"] == "as assumed") & power["lead"]]
    labels = tables["outcomes"].set_index("outcome")["label"]
    recorded = tables["outcomes"].set_index("outcome")["recorded"]
    others = [name for name in dict.fromkeys(power["outcome"]) if name != PRIMARY and recorded[name]]
    for axes, outcome in zip(figures["trial-outcomes"].axes, others, strict=True):
        assert " ".join(axes.get_title(loc="left").split()).lower() == labels[outcome].lower()
        here = power[power["outcome"] == outcome]
        assert_curves(axes, here, "clusters", "rejected", "rejected_low", "rejected_high")


def test_power_over_follow_up_and_size(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    left, right = figures["trial-reach"].axes
    reach = tables["reach"]
    largest = reach[reach["clusters"] == 40]
    ends = ("rejected", "rejected_low", "rejected_high")
    assert_curves(left, largest[largest["size"] == "all"], "follow_up_months", *ends)
    halves = largest[largest["follow_up_months"] == 24]
    place = halves["size"].map({"smaller": 0, "all": 1, "larger": 2})
    assert_curves(right, halves.assign(place=place), "place", *ends)
    assert [tick.get_text() for tick in right.get_xticklabels()] == ["smaller half", "all", "larger half"]
    assert right.get_xlabel().endswith("(24 months)")


def test_assurance(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    (axes,) = figures["trial-assurance"].axes
    table = tables["assurance"]
    assert_curves(axes, table[table["outcome"] == PRIMARY], "clusters", "assurance", "low", "high")
    assert axes.get_ylabel() == "probability of a conclusive trial"


def test_power_against_cost_in_millions(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    (axes,) = figures["trial-cost"].axes
    table = leads(tables)
    ends = ("rejected", "rejected_low", "rejected_high")
    assert_curves(axes, table.assign(millions=table["cost"] / 1e6), "millions", *ends)
    assert axes.get_xlabel().endswith("(£ million)") and axes.get_xlim()[0] == 0.0


def test_worth_of_a_result_in_millions(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    (axes,) = figures["trial-worth"].axes
    table = tables["information"]
    scaled = table.assign(**{name: table[name] / 1e6 for name in ("evsi", "low", "high")})
    everything = [line for line in lines(axes) if line.label == "knowing everything"]
    assert [line.y for line in everything] == [[7.5, 7.5]]
    assert_curves(axes, scaled, "clusters", "evsi", "low", "high")
    assert axes.get_ylabel() == "worth to one decision (£ million)"
    assert any(line.y == [0.0, 0.0] for line in lines(axes))


def test_formula_beside_simulation(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    (axes,) = figures["trial-textbook"].axes
    assert [(line.x, line.y) for line in lines(axes) if line.label == "equal"] == [([0.0, 1.0], [0.0, 1.0])]
    assert_curves(axes, tables["textbook"], "textbook", "simulated", "simulated_low", "simulated_high")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("power by the textbook formula", "power in simulated trials")


def test_correlations(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    (axes,) = figures["trial-correlations"].axes
    table = tables["correlations"]
    assert [mark[1:4] for mark in whiskers(axes)] == [
        pytest.approx((row["icc"], row["icc_low"], row["icc_high"])) for row in table.to_dict("records")
    ]
    elsewhere = [line for line in lines(axes) if line.colour == HEX[1]]
    assert [(line.x, line.y) for line in elsewhere] == [
        (pytest.approx([known]), [place]) for place, known in enumerate(table["reference_icc"])
    ]
    labels = tables["outcomes"].set_index("outcome")["label"]
    assert rows(axes) == [labels[name] for name in table["outcome"]]


def test_what_spills_over(inside: dict[str, pd.DataFrame], figures_inside: dict[str, Figure]) -> None:
    (axes,) = figures_inside["trial-contamination"].axes
    (row,) = inside["contamination"].to_dict("records")
    assert [mark[1:4] for mark in whiskers(axes)] == [
        pytest.approx(tuple(100.0 * row[f"{name}{end}"] for end in ("", "_low", "_high"))) for name in SPILLED
    ]
    assert rows(axes) == list(SPILLED.values())
    assert f"({POINTS};" in axes.get_xlabel() and upright(axes)


def dots(axes: Axes) -> list[tuple[list[float], list[bool]]]:
    """Places across of every cloud of dots, and which of them are filled."""
    found = []
    for cloud in axes.collections:
        faces = [to_hex(face) != "#ffffff" for face in cloud.get_facecolor()]
        found.append(([float(x) for x, _ in cloud.get_offsets()], faces))
    return found


def test_effects_held_possible(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    (axes,) = figures["trial-true-effects"].axes
    power, effects = leads(tables), tables["true_effects"]
    effects = effects[effects["outcome"] == PRIMARY]
    own = [line for line in lines(axes) if line.colour == "#000000"]
    for place, row in enumerate(power.to_dict("records")):
        mine = effects[effects["design"] == row["design"]].set_index("draw")["true_effect"] * 100.0
        seen, shown = 100.0 * row["detectable"], mine[mine.index >= 0]
        band = axes.patches[place]
        assert (band.get_x(), band.get_width()) == pytest.approx((-seen, 2.0 * seen))  # type: ignore[attr-defined]
        assert dots(axes)[place] == (pytest.approx(list(shown)), [abs(value) >= seen for value in shown])
        assert (own[place].x, own[place].y) == (pytest.approx([mine[-1]]), [place])
        assert beside(axes)[place] == f"{sum(abs(value) >= seen for value in shown)} of {len(shown)} draws"
    assert rows(axes) == [
        f"{DESIGNS[row['design']]}, {row['clusters']} authorities" for row in power.to_dict("records")
    ]
    assert axes.get_xlabel() == f"true effect in the model ({POINTS})"


def test_harm_seen_and_unseen(tables: dict[str, pd.DataFrame], figures: dict[str, Figure]) -> None:
    effects = tables["true_effects"]
    effects = effects[effects["design"] == "parallel"]
    told: Any = tables["outcomes"].set_index("outcome")
    drawn_harm = [figure.axes[0] for name, figure in figures.items() if name.startswith("trial-harm-")]
    found = []
    for axes in drawn_harm:
        for place, label in enumerate(rows(axes)):
            word, called = label.split(": ", 1)
            (outcome,) = told.index[(told["label"] == called)]
            assert told.loc[outcome, "recorded"] == (word == "recorded")
            mine = effects[effects["outcome"] == outcome].set_index("draw")["true_effect"]
            assert dots(axes)[place][0] == pytest.approx(list(mine[mine.index >= 0]))
            own = [line for line in lines(axes) if line.colour == "#000000"][place]
            assert (own.x, own.y) == (pytest.approx([mine[-1]]), [place])
            found.append(outcome)
        assert "left of zero: lower with the programme" in axes.figure.legends[0].get_title().get_text()
        assert upright(axes)
        assert "per 10,000 child-years" in written(axes)
    assert sorted(found) == ["harm_months", "harm_seen"]
