"""Every number that a page of a sweep draws is its table's: real sweeps of functions that are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sos_sim.kit.figures import COLOURS
from sos_sim.sensitivity.report import figures_conditions, figures_indices
from support.artists import bands, bars, beside, legend, lines, rows, upright, whiskers
from support.page_as_text import column
from support.small_studies import CONDITIONS, swept

HEX = [to_hex(colour) for colour in COLOURS]
SCREENING = "{name: Screening, model: sobol_g, method: morris, size: 20}"
PAIRS = "{name: Pairs, model: ishigami, method: sobol, size: 64, second_order: true}"


def held(text: str, table: str) -> pd.DataFrame:
    """A table of a sweep's folder."""
    return pd.read_parquet(swept(text)[0] / f"{table}.parquet")


def figure(text: str, name: str) -> Figure:
    """The figure of a page whose name begins so."""
    (found,) = [picture.figure for picture in swept(text)[1].pictures if picture.name.startswith(name)]
    return found


def indices(text: str, index: str) -> pd.DataFrame:
    """Indices of single factors, the largest first, without the dummy."""
    table = held(text, "indices")
    table = table[(table["index"] == index) & (table["factor"] != "dummy") & (table["other"] == "")]
    return table.sort_values("rank")


def test_the_plane_has_each_factor_at_its_own_mean_and_spread_with_its_interval() -> None:
    (axes,) = figure(SCREENING, "plane-").axes
    mean, spread = (indices(SCREENING, index).set_index("factor") for index in ("mu_star", "sigma"))
    wanted = mean.join(spread["estimate"].rename("sigma")).sort_index()
    for clear, colour in ((True, HEX[0]), (False, "#999999")):
        here = wanted[wanted["distinguishable"] == clear]
        if here.empty:
            continue
        marks = [line for line in lines(axes) if line.colour == colour and line.label.endswith(f"({len(here)})")]
        assert marks[0].x == pytest.approx(list(here["estimate"]))
        assert marks[0].y == pytest.approx(list(here["sigma"]))
        (across,) = [drawn for drawn in axes.collections if to_hex(drawn.get_color()[0]) == colour]  # type: ignore[attr-defined]
        ends = [(segment[0][0], segment[1][0], segment[0][1]) for segment in across.get_segments()]  # type: ignore[attr-defined]
        wanted_ends = zip(here["low"].clip(lower=0.0), here["high"], here["sigma"], strict=True)
        assert ends == [pytest.approx(numbers) for numbers in wanted_ends]
    texts = {text.get_text(): text.xy for text in axes.texts if text.get_text() in wanted.index}  # type: ignore[attr-defined]
    for name, place in texts.items():
        assert place == pytest.approx((wanted.loc[name, "estimate"], wanted.loc[name, "sigma"]))
    assert set(texts) == set(wanted.index[wanted["distinguishable"]])
    assert axes.get_xlabel().startswith("μ*") and axes.get_ylabel().startswith("σ") and upright(axes)


def assert_bars(axes: Axes, text: str, names: tuple[str, ...]) -> None:
    """Bars are in order of the first index; each has its interval, and behind it its floor of noise."""
    order = list(indices(text, names[0])["factor"])
    assert rows(axes) == order
    marks, floors = whiskers(axes), bars(axes)
    for number, name in enumerate(names):
        wanted = indices(text, name).set_index("factor").loc[order]
        mine = marks[number * len(order) : (number + 1) * len(order)]
        assert [mark[1:4] for mark in mine] == [
            pytest.approx((row["estimate"], row["low"], row["high"])) for row in wanted.to_dict("records")
        ]
        assert [round(mark[0]) for mark in mine] == list(range(len(order)))
        assert {mark[4] for mark in mine} == {HEX[number]}
        behind = floors[number * len(order) : (number + 1) * len(order)]
        assert [abs(bar.end - bar.start) for bar in behind] == pytest.approx(list(wanted["floor"]))
        beyond = (wanted["estimate"] < 0) & (wanted["estimate"].abs() > wanted["floor"]) & (wanted["floor"] > 0)
        assert [bar.end + bar.start < 0 for bar in behind] == list(beyond), "on the side where the index lies"
    assert any(line.x == [0.0, 0.0] for line in lines(axes)) and upright(axes)


@pytest.mark.parametrize(
    ("text", "names"), [(SCREENING, ("mu_star",)), (PAIRS, ("total", "first order")), (CONDITIONS, ("median",))]
)
def test_indices_with_floors_of_noise(text: str, names: tuple[str, ...]) -> None:
    drawn = figure(text, "bars-")
    assert_bars(drawn.axes[0], text, names)
    assert {name: colour for name, colour in legend(drawn).items() if name in names} == dict(
        zip(names, HEX, strict=False)
    )


def test_a_falling_index_has_its_floor_on_its_own_side() -> None:
    made = pd.DataFrame(
        {
            "factor": ["a", "b", "c"],
            "other": "",
            "index": "effect",
            "estimate": [-3.0, 2.0, -0.1],
            "low": [-4.0, 1.5, -0.6],
            "high": [-2.0, 2.5, 0.4],
            "floor": [0.5, 0.25, 0.75],
            "rank": [1, 2, 3],
        }
    )
    (axes,) = figures_indices.index_bars(made, ["effect"], "x").axes
    assert [(bar.start, bar.end) for bar in bars(axes)] == [(0.0, -0.5), (0.0, 0.25), (0.0, 0.75)]
    (only,) = figures_indices.index_bars(made, ["effect"], "x", most=1).axes
    assert rows(only) == ["a"]


def test_pairs_stand_where_their_two_factors_cross() -> None:
    axes = figure(PAIRS, "pairs-").axes[0]
    table = held(PAIRS, "indices")
    table = table[(table["index"] == "second order") & (table["factor"] != "dummy") & (table["other"] != "dummy")]
    across, up = (
        dict(zip(ticks, [label.get_text() for label in labels], strict=True))
        for ticks, labels in ((axes.get_xticks(), axes.get_xticklabels()), (axes.get_yticks(), axes.get_yticklabels()))
    )
    told = {
        (across[text.get_position()[0]], up[text.get_position()[1]]): (text.get_text(), text.get_weight())
        for text in axes.texts
    }
    assert told == {
        (row["factor"], row["other"]): (f"{row['estimate']:.2f}", "bold" if row["distinguishable"] else "normal")
        for row in table.to_dict("records")
    }
    shown = np.asarray(axes.images[0].get_array(), float)
    for row in table.to_dict("records"):
        x = next(at for at, name in across.items() if name == row["factor"])
        y = next(at for at, name in up.items() if name == row["other"])
        assert shown[int(y), int(x)] == pytest.approx(row["estimate"])


@pytest.mark.parametrize("text", [SCREENING, PAIRS, CONDITIONS])
def test_convergence_draws_the_largest_at_every_size(text: str) -> None:
    (axes,) = figure(text, "convergence-").axes
    curve, counted = held(text, "convergence"), held(text, "verdicts")["counted_in"].item()
    last = curve[(curve["blocks"] == curve["blocks"].max()) & (curve["factor"] != "dummy")]
    largest = list(last.sort_values("estimate", ascending=False)["factor"][:4])
    assert [line.label for line in lines(axes)] == [*largest, "dummy (noise)"]
    for line, band, factor in zip(lines(axes), bands(axes), [*largest, "dummy"], strict=True):
        of_factor = curve[curve["factor"] == factor].sort_values("blocks")
        assert (line.x, line.y) == (list(of_factor["blocks"]), pytest.approx(list(of_factor["estimate"])))
        places = of_factor["blocks"].astype(float)
        for edge, name in ((band.low, "low"), (band.high, "high")):
            assert edge == pytest.approx(dict(zip(places, of_factor[name], strict=True)))
    assert axes.get_xlabel() == f"sample size ({counted})"


def test_slices_go_from_low_to_high_and_hold_their_rows() -> None:
    values = pd.DataFrame({"a": np.linspace(0.0, 1.0, 20), "kind": ["x", "y"] * 10})
    outputs = np.linspace(10.0, 29.0, 20)
    numbers, words = figures_indices.conditional_curves(values, outputs, ["a", "kind"], "value").axes
    drawn = lines(numbers)
    assert [line.x for line in drawn[:-1]] == [pytest.approx(list(outputs[2 * n : 2 * n + 2])) for n in range(10)]
    assert drawn[-1].x == pytest.approx(list(outputs)) and drawn[-1].y[-1] == 1.0 and drawn[-1].y[0] == 0.05
    assert all(line.y == pytest.approx([0.5, 1.0]) for line in drawn[:-1])
    assert "low 0 (pale) to high 1 (dark)" in numbers.get_title()
    brightness = [sum(int(line.colour[place : place + 2], 16) for place in (1, 3, 5)) for line in drawn[:-1]]
    assert brightness[0] > brightness[-1]
    assert [line.label for line in lines(words)[:2]] == ["x", "y"]
    assert lines(words)[0].x == pytest.approx(list(outputs[::2]))


def test_slices_of_a_page_are_of_the_factors_that_matter_most() -> None:
    drawn = figure(CONDITIONS, "curves-")
    named = [axes.get_title().splitlines()[0] for axes in drawn.axes]
    assert named == list(indices(CONDITIONS, "median")["factor"][:4])
    responses, points = (
        held(CONDITIONS, "responses").set_index("row")["mean"],
        held(CONDITIONS, "runs").set_index("point"),
    )
    assert lines(drawn.axes[0])[-1].x == pytest.approx(sorted(responses))
    for axes, factor in zip(drawn.axes, named, strict=True):
        lowest = points[factor].nsmallest(len(points) // 10).index
        assert lines(axes)[0].x == pytest.approx(sorted(responses.loc[lowest]))


def test_limits_of_a_box_are_shares_of_the_range_of_their_factor() -> None:
    points = held(CONDITIONS, "runs")
    for method in ("prim", "cart"):
        limits = held(CONDITIONS, "box_limits")
        limits = limits[(limits["method"] == method) & (limits["box"] == 1)]
        (axes,) = figure(CONDITIONS, f"box-{method}-box-1").axes
        assert rows(axes) == list(limits["factor"])
        thick = [line.x for line in lines(axes) if line.width == 9.0]
        for place, row in enumerate(limits.to_dict("records")):
            values = points[row["factor"]]
            low, high = max(row["low"], values.min()), min(row["high"], values.max())
            share = [(end - values.min()) / (values.max() - values.min()) for end in (low, high)]
            assert thick[place] == pytest.approx(share)
            told = beside(axes)[place]
            assert (f"above {row['low']:.3g}" in told) == bool(np.isfinite(row["low"]))
            assert (f"below {row['high']:.3g}" in told) == bool(np.isfinite(row["high"]))


def test_chances_of_limits_stand_beside_their_own_limit() -> None:
    made = pd.DataFrame(
        [{"factor": "a", "low": 2.0, "high": 6.0, "categories": "", "quasi_p_low": 0.04, "quasi_p_high": 0.0002}]
    )
    (axes,) = figures_conditions.box_limits(made, pd.DataFrame({"a": [0.0, 10.0]})).axes
    assert beside(axes)[0].splitlines() == ["above 2 (quasi-p 0.040)", "below 6 (quasi-p below 0.001)"]
    assert [line.x for line in lines(axes) if line.width == 9.0] == [pytest.approx([0.2, 0.6])]


def test_the_way_to_a_box() -> None:
    steps, boxes = held(CONDITIONS, "peeling"), held(CONDITIONS, "boxes")
    axes = figure(CONDITIONS, "peeling-prim-box-1").axes[0]
    steps = steps[(steps["method"] == "prim") & (steps["box"] == 1)]
    line = lines(axes)[0]
    assert (line.x, line.y) == (pytest.approx(list(steps["coverage"])), pytest.approx(list(steps["density"])))
    dots, ring = axes.collections
    assert np.asarray(dots.get_offsets()) == pytest.approx(steps[["coverage", "density"]].to_numpy())
    assert list(dots.get_array()) == list(steps["limited"])  # type: ignore[arg-type]
    (chosen,) = steps[steps["chosen"]][["coverage", "density"]].to_numpy()
    assert np.asarray(ring.get_offsets())[0] == pytest.approx(chosen)
    overall = boxes.loc[(boxes["method"] == "prim") & (boxes["box"] == 1), "overall"].item()
    assert any(drawn.y == pytest.approx([overall] * 2) for drawn in lines(axes)[1:])
    assert axes.get_xlabel().startswith("coverage") and axes.get_ylabel().startswith("density")


def test_a_surface_lies_over_its_own_factors() -> None:
    grid = pd.DataFrame(
        [
            {"factor_x": "a", "factor_y": "b", "x": x, "y": y, "estimate": 10.0 * x + y}
            for x in (0.0, 1.0, 2.0)
            for y in (5.0, 6.0)
        ]
    )
    axes = figures_conditions.response_surface(grid, "value").axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a", "b")
    assert (axes.get_xlim(), axes.get_ylim()) == ((0.0, 2.0), (5.0, 6.0))
    filled: Any = axes.collections[0]
    places = np.vstack([path.vertices for path in filled.get_paths() if len(path.vertices)])
    assert filled.get_array().min() <= 6.0 and filled.get_array().max() >= 25.0
    highest = np.vstack([path.vertices for path in filled.get_paths()[-1:] if len(path.vertices)])
    assert highest[:, 0].min() > places[:, 0].mean(), "most where a is large"
    along = figures_conditions.response_surface(grid[grid["y"] == 5.0], "value").axes[0]
    assert (lines(along)[0].x, lines(along)[0].y) == ([0.0, 1.0, 2.0], [5.0, 15.0, 25.0])


def test_the_surface_of_a_page_is_that_of_its_table() -> None:
    surface = held(CONDITIONS, "surfaces")
    axes = figure(CONDITIONS, "surface-").axes[0]
    assert axes.get_xlabel() == surface["factor_x"].iloc[0]
    assert axes.get_ylabel() == surface["factor_y"].iloc[0]
    assert axes.get_xlim() == pytest.approx((surface["x"].min(), surface["x"].max()))


@pytest.mark.parametrize("text", [SCREENING, PAIRS, CONDITIONS])
def test_cells_are_the_tables_and_stand_under_their_headings(text: str) -> None:
    folder, page = swept(text)
    assert {sheet.name for sheet in page.sheets if sheet.name.startswith("indices-")}
    for sheet in page.sheets:
        if sheet.name == "factors":
            continue
        kept = _of_sheet(folder, sheet.name).loc[sheet.frame.index, sheet.shown]
        pd.testing.assert_frame_equal(sheet.frame[sheet.shown], kept)
        renamed = {"floor": "floor of noise", "distinguishable": "stands out", "other": "with"}
        told = renamed if sheet.name.startswith("indices-") else {}
        assert [heading for heading, _ in sheet.headings] == [
            told.get(name, name.replace("_", " ")) for name in sheet.shown
        ]


def _of_sheet(folder: Path, sheet: str) -> pd.DataFrame:
    """The table of the folder that a sheet shows."""
    return pd.read_parquet(folder / f"{'indices' if sheet.startswith('indices-') else sheet}.parquet")


def test_what_was_varied_is_what_was_asked() -> None:
    _, page = swept(PAIRS)
    (sheet,) = [sheet for sheet in page.sheets if sheet.name == "factors"]
    assert column(sheet, "factor") == ["x1", "x2", "x3"]
