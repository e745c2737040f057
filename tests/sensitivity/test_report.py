"""Figures and report of a sweep: what they draw is what the tables hold, and they say what they must."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit import drawing
from sos_sim.kit.page import Picture, write_page
from sos_sim.sensitivity.report import figures_conditions
from sos_sim.sensitivity.report import figures_indices as figures_sensitivity
from sos_sim.sensitivity.report.page import output_said
from support.page_as_text import texts_of
from support.small_studies import CONDITIONS, swept

matplotlib.use("agg")

INDICES = pd.DataFrame(
    {
        "factor": ["strong", "weak", "dummy"] * 2,
        "other": "",
        "index": ["mu_star"] * 3 + ["sigma"] * 3,
        "estimate": [3.0, 0.5, 0.0, 1.0, 0.4, 0.0],
        "low": [2.0, -0.2, 0.0, 0.5, 0.1, 0.0],
        "high": [4.0, 1.2, 0.0, 1.5, 0.7, 0.0],
        "floor": [0.2] * 6,
        "distinguishable": [True, False, False] * 2,
        "rank": [1, 2, 3] * 2,
    }
)


EFFECTS = """
name: Small screening
scenarios: [usual.yaml, offer.yaml]
vary: [need_mean, first_referral_rate, skill_response]
outputs: [effect of worker_changes_rate, cin_stock_rate]
method: morris
size: 4
seeds: 2
"""


def test_the_plane_draws_every_factor_where_its_effects_are() -> None:
    figure = figures_sensitivity.morris_plane(INDICES, "per 10,000 a year")
    drawn = {
        (float(x), float(y))
        for line in figure.axes[0].lines
        if line.get_marker() == "o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)  # type: ignore[arg-type]
    }
    assert drawn == {(3.0, 1.0), (0.5, 0.4)}
    assert drawing.says(figure, CAVEAT)
    assert [text.get_text() for text in figure.axes[0].texts if text.get_text() in ("strong", "weak")] == ["strong"]


def test_bars_are_ordered_and_reach_as_far_as_their_intervals() -> None:
    figure = figures_sensitivity.index_bars(INDICES, ("mu_star",), "change")
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["strong", "weak"]
    spans = [tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]  # type: ignore[arg-type]
    assert (2.0, 4.0) in spans and (-0.2, 1.2) in spans
    assert any(np.isclose(patch.get_width(), 0.2) for patch in axes.patches)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "draw",
    [
        lambda empty: figures_sensitivity.morris_plane(empty, "x"),
        lambda empty: figures_sensitivity.index_bars(empty, ("mu_star",), "x"),
        lambda empty: figures_sensitivity.pair_map(empty, "second order", "x"),
        lambda empty: figures_sensitivity.convergence(empty, "rows", "x"),
        lambda empty: figures_conditions.box_limits(empty, empty),
        lambda empty: figures_conditions.peeling(empty, 0.5),
        lambda empty: figures_conditions.response_surface(empty, "x"),
    ],
)
def test_nothing_is_drawn_of_nothing(draw: object) -> None:
    with pytest.raises(ValueError, match="no rows"):
        draw(INDICES.iloc[:0])  # type: ignore[operator]


def test_limits_of_a_box_are_drawn_over_the_range_of_each_factor() -> None:
    limits = pd.DataFrame(
        {
            "factor": ["trust", "network"],
            "low": [0.5, np.nan],
            "high": [np.inf, np.nan],
            "categories": ["", "kin, friend"],
            "quasi_p_low": [0.0001, 0.02],
            "quasi_p_high": [np.nan, np.nan],
        }
    )
    values = pd.DataFrame({"trust": [0.0, 0.25, 1.0], "network": ["kin", "friend", "none"]})
    axes = figures_conditions.box_limits(limits, values).axes[0]
    thick = [tuple(np.round(line.get_xdata(), 3)) for line in axes.lines if line.get_linewidth() == 9.0]
    assert thick == [(0.5, 1.0), (0.0, 0.667)]
    beside = [text.get_text() for text in axes.texts]
    assert beside == ["above 0.5 (quasi-p below 0.001)", "kin or friend (quasi-p 0.020)"]


def test_the_second_order_map_holds_every_pair() -> None:
    pairs = pd.DataFrame(
        {
            "factor": ["a", "a", "b"],
            "other": ["b", "c", "c"],
            "index": "second order",
            "estimate": [0.3, 0.1, -0.05],
            "distinguishable": [True, False, False],
        }
    )
    axes = figures_sensitivity.pair_map(pairs, "second order", "share").axes[0]
    assert {text.get_text(): text.get_weight() for text in axes.texts} == {
        "0.30": "bold",
        "0.10": "normal",
        "-0.05": "normal",
    }


def test_curves_have_a_line_for_every_slice_and_one_for_all() -> None:
    values = pd.DataFrame({"a": np.linspace(0, 1, 200), "kind": ["x", "y"] * 100})
    figure = figures_sensitivity.conditional_curves(values, np.linspace(0, 2, 200), ["a", "kind"], "value")
    assert [len(axes.lines) for axes in figure.axes] == [11, 3]


def test_the_page_of_effects_carries_caveat_indices_and_reading() -> None:
    folder, page = swept(EFFECTS)
    assert page.title == "Small screening" and page.caveat == CAVEAT
    assert all(drawing.says(picture.figure, CAVEAT) for picture in page.pictures)
    kinds = {picture.name.split("-")[0] for picture in page.pictures}
    assert kinds == {"plane", "bars"}, "four trajectories have no parts to converge"
    assert any("Luck is" in sentence for sentence in page.summary)
    assert "offer against usual; method morris, size 4, 2 shared seeds." in texts_of(page)
    written = write_page(page, folder)
    assert "difference in changes of a family&#39;s social worker" in written.read_text()
    kept = pd.read_csv(folder / "tables" / "indices-cin-stock-rate-morris.csv")
    assert set(kept["index"]) == {"mu_star", "mu", "sigma"} and "dummy" in set(kept["factor"])


def test_the_page_of_conditions_shows_boxes_curves_and_surface() -> None:
    _, page = swept(CONDITIONS)
    names = {picture.name for picture in page.pictures}
    assert names >= {
        "box-prim-box-1",
        "peeling-prim-box-1",
        "box-cart-box-1",
        "curves-value-pawn",
        "surface-value-pawn",
    }
    assert {"boxes", "box-limits", "box-means", "peeling", "luck", "verdicts", "emulator"} <= {
        sheet.name.replace("_", "-") for sheet in page.sheets
    }
    assert not any(drawing.says(picture.figure, CAVEAT) for picture in page.pictures), "a toy says nothing of children"


def test_every_picture_of_a_page_can_be_heard() -> None:
    _, page = swept(CONDITIONS)
    assert all(isinstance(picture, Picture) and len(picture.alt) > 20 for picture in page.pictures)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("effect of cla_start_rate", "difference in children starting to be looked after (per 10,000 a year)"),
        ("cla_start_rate recalibrated", "children starting to be looked after, levels kept (per 10,000 a year)"),
        ("value", "value"),
    ],
)
def test_outputs_are_said_with_unit(output: str, said: str) -> None:
    assert output_said(output) == said
