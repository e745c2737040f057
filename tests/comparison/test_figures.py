"""Figures of a comparison's report: intervals drawn, units on axes, the caveat on every one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from sos_sim.comparison.report import (
    figures_economics,
    figures_effects,
    figures_implementation,
    figures_mechanism,
    figures_moderators,
)
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit import drawing
from support import tables_of_effects as tables
from support.artists import whiskers

USUAL = tables.COMPARATOR
PAIRS = pd.DataFrame(
    {
        "entries": [-1.0, -2.0, 1.0, -1.0] * 10,
        "harm": [-3.0, 2.0, 0.0, -1.0] * 10,
        "avoided": [2.0, 3.0, -1.0, 0.0] * 10,
        "cost": [1e6, -2e6, 1e6, 1e5] * 10,
    }
)
DRAWN: dict[str, tuple[Callable[..., Figure], tuple[object, ...]]] = {
    "effects": (figures_effects.effects_forest, (tables.effects(), USUAL)),
    "entries and harm": (figures_effects.entries_and_harm, (PAIRS, USUAL)),
    "fates": (figures_effects.fates_bars, (tables.fates(),)),
    "danger": (figures_effects.danger_of_spared, (tables.fates(),)),
    "paths": (figures_mechanism.effect_by_paths, (tables.by_path(),)),
    "chain": (figures_mechanism.chain_by_year, (tables.chain(),)),
    "conditions": (figures_moderators.conditions_forest, (tables.contrasts(),)),
    "brought": (figures_moderators.by_what_families_bring, (tables.brought_curves(), tables.brought_thirds())),
    "families": (figures_moderators.subgroup_forest, (tables.subgroups(),)),
    "delivery": (figures_implementation.draw_least_delivery, (tables.delivered(), 0.4)),
    "teams": (figures_implementation.fidelity_by_team, (tables.teams(),)),
    "staff": (figures_implementation.staffing_by_year, (tables.staff(),)),
    "costs": (figures_economics.cost_lines, (tables.costs(), USUAL)),
    "plane": (figures_economics.cost_plane, (PAIRS, USUAL, "5 years")),
    "net benefit": (figures_economics.net_benefit_curve, (tables.curve(),)),
    "acceptability": (figures_economics.acceptability_curve, (tables.curve(),)),
    "information": (figures_economics.value_of_information, (tables.information(),)),
}


def texts(figure: Figure) -> str:
    """Everything written on a figure."""
    from matplotlib.text import Text

    return " ".join(found.get_text() for found in figure.findobj(Text))


def segments(figure: Figure) -> list[tuple[float, float]]:
    """Ends of every lying line of two points, in the first axes."""
    lines = [line.get_xydata() for line in figure.axes[0].get_lines()]
    return [
        (float(min(points[:, 0])), float(max(points[:, 0])))
        for points in lines
        if len(points) == 2 and points[0][1] == points[1][1]
    ]


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_carries_the_caveat_units_and_what_its_interval_holds(name: str) -> None:
    draw, given = DRAWN[name]
    figure = draw(*given)
    assert drawing.says(figure, CAVEAT)
    written = texts(figure)
    assert any(word in written for word in ("95%", "80%"))
    units = ("per 10,000", "£", "0-1", "children", "%", "year")
    assert any(unit in written.replace(CAVEAT, "") for unit in units)


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_can_be_drawn_and_drawn_the_same_again(name: str) -> None:
    draw, given = DRAWN[name]
    first, second = (drawing.as_svg(draw(*given), "one", "alt") for _ in range(2))
    assert first == second
    assert CAVEAT[:20] in first


@pytest.mark.parametrize("name", sorted(set(DRAWN) - {"teams"}))
def test_an_empty_table_is_refused(name: str) -> None:
    draw, (table, *others) = DRAWN[name]
    assert isinstance(table, pd.DataFrame)
    with pytest.raises(ValueError, match=r"no rows|no pairs"):
        draw(table.head(0), *others)


def test_teams_without_practice_are_refused() -> None:
    with pytest.raises(ValueError, match="no measure 'mean_fidelity'"):
        figures_implementation.fidelity_by_team(tables.teams().head(0))


def test_forest_draws_expected_and_single_authority_intervals_relative_to_the_comparator() -> None:
    drawn = segments(figures_effects.effects_forest(tables.effects(-1.0, 0.5), USUAL))
    assert any(np.allclose(ends, (-7.5, -2.5)) for ends in drawn)
    assert any(np.allclose(ends, (-10.0, 0.0)) for ends in drawn)


def test_forest_writes_differences_in_their_own_unit() -> None:
    written = texts(figures_effects.effects_forest(tables.effects(-1.0, 0.5), USUAL))
    assert "−1.00  (−1.50 to −0.50)\nper 10,000 children a year" in written
    assert "10 draws of parameters" in written


def test_quarters_count_ties_as_no_rise_and_no_fall() -> None:
    written = texts(figures_effects.entries_and_harm(PAIRS, USUAL)).replace("\n", " ")
    assert "fewer entries, more harm at home 25% of pairs" in written
    assert "fewer entries, harm not more 50% of pairs" in written
    assert "entries not fewer, harm not more 25% of pairs" in written
    cost = texts(figures_economics.cost_plane(PAIRS, USUAL, "5 years")).replace("\n", " ")
    assert "not dearer, fewer entries 25% of pairs" in cost


def test_an_exact_nothing_is_drawn_as_nothing() -> None:
    nothing = tables.by_path().assign(estimate=0.0, low=0.0, high=0.0, shown=0.0)
    figure = figures_mechanism.effect_by_paths(nothing)
    assert {mark[1:4] for axes in figure.axes for mark in whiskers(axes)} == {(0.0, 0.0, 0.0)}
    assert "0.00  (0.00 to 0.00)" in texts(figure)


def test_delivery_marks_the_least_or_says_that_there_is_none() -> None:
    assert "clear of zero from about 40%" in texts(figures_implementation.draw_least_delivery(tables.delivered(), 0.4))
    never = figures_implementation.draw_least_delivery(tables.delivered(), float("nan"))
    assert "the interval never keeps clear of zero" in texts(never)


def test_shares_are_drawn_in_percentage_points() -> None:
    shares = tables.contrasts().assign(measure="reunified_12m_share", unit="share", estimate=0.02, low=0.01, high=0.03)
    figure = figures_moderators.conditions_forest(shares)
    assert any(np.allclose(ends, (1.0, 3.0)) for ends in segments(figure))
    assert "percentage points" in texts(figure)
