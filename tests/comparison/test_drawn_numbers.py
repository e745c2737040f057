"""Every number that a figure draws is the table's, in its unit, on the right side, in the colour of its name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from sos_sim.comparison.columns import PATH_LABELS
from sos_sim.comparison.fates import ADDED, ARM_ONLY, BOTH, COMPARATOR_ONLY, ENTRY, SPARED
from sos_sim.comparison.moderation import MODERATED
from sos_sim.comparison.report import (
    figures_economics,
    figures_effects,
    figures_implementation,
    figures_mechanism,
    figures_moderators,
    figures_value,
)
from sos_sim.comparison.report.readings import in_millions
from sos_sim.kit.figures import COLOURS, arms_over_time
from sos_sim.kit.sentences import HEADLINE, amount, span
from support import tables_of_effects as tables
from support.artists import bands, bars, beside, legend, lines, rows, told_apart, upright, whiskers, written

USUAL, OFFER = tables.COMPARATOR, tables.ARM
HEX = [to_hex(colour) for colour in COLOURS]
PAIRS = pd.DataFrame({"entries": [-3.0, -1.0, -2.0, 4.0], "harm": [2.0, -5.0, -1.0, -2.5]})
COSTS = pd.DataFrame({"avoided": [3.0, 1.0, 2.0, -4.0], "cost": [2e6, -5e6, -1e6, 4e6]})


def intervals(table: pd.DataFrame, factor: float = 1.0) -> list[tuple[float, float, float]]:
    """Estimate, low and high of each row."""
    return [(factor * row["estimate"], factor * row["low"], factor * row["high"]) for row in table.to_dict("records")]


def band_of(table: pd.DataFrame, at: str, low: str, high: str, x: float = 1.0, y: float = 1.0) -> Any:
    """Edges of a band as the table has them."""
    places = [x * value for value in table[at]]
    return tuple(pytest.approx(dict(zip(places, y * table[name], strict=True))) for name in (low, high))


def test_forest_of_effects() -> None:
    effects = told_apart(tables.effects())
    figure = figures_effects.effects_forest(effects, USUAL)
    (axes,) = figure.axes
    percent = 100.0 / effects["comparator_mean"]
    marks = whiskers(axes)
    assert [mark[0] for mark in marks] == list(range(len(effects)))
    for column, name in enumerate(("estimate", "low", "high"), 1):
        assert [mark[column] for mark in marks] == pytest.approx(list(effects[name] * percent))
    thin = [line for line in lines(axes) if line.width == 1.0 and len(line.x) == 2 and line.y[0] == line.y[1]]
    assert [line.x[0] for line in thin] == pytest.approx(list(effects["authority_low"] * percent))
    assert [line.x[1] for line in thin] == pytest.approx(list(effects["authority_high"] * percent))
    assert rows(axes) == list(HEADLINE.values())
    assert axes.get_xlabel() == f"difference from {USUAL}, % of its mean"
    for place, row in enumerate(effects.to_dict("records")):
        base, unit = row["comparator_mean"], row["unit"]
        said = f"{amount(row['estimate'], unit, base)}  ({span(row['low'], row['high'], unit, base)})"
        assert beside(axes)[place].splitlines()[0] == said
    widths = {text.get_text(): line.get_linewidth() for text, line in _in_legend(figure)}
    assert [label.split(":")[0] for label, width in widths.items() if width == 4.0] == ["expected difference"]
    assert [width for label, width in widths.items() if "single authorities" in label] == [1.0]
    assert upright(axes)


def _in_legend(figure: Any) -> list[tuple[Any, Any]]:
    (found,) = figure.legends
    return list(zip(found.get_texts(), found.get_lines(), strict=True))


@pytest.mark.parametrize(
    ("draw", "given", "x", "y"),
    [
        (lambda pairs: figures_effects.entries_and_harm(pairs, USUAL), PAIRS, "entries", "harm"),
        (lambda pairs: figures_economics.cost_plane(pairs, USUAL, "5 years"), COSTS, "avoided", "cost"),
    ],
)
@pytest.mark.parametrize(("times", "level"), [(1, None), (3, 11 / 13), (10, 0.95)])
def test_planes_draw_each_pair_and_the_middle_of_them(
    draw: Any, given: pd.DataFrame, x: str, y: str, times: int, level: float | None
) -> None:
    given = pd.concat([(1.0 + 0.1 * number) * given for number in range(times)], ignore_index=True)
    figure = draw(given)
    (axes,) = figure.axes
    if level is None:
        assert "cross: none: 9 pairs would do" in figure.get_suptitle()
        assert len([line for line in lines(axes) if line.colour == HEX[1]]) == 0
        return
    assert f"cross: mean, middle {level:.0%} of pairs" in figure.get_suptitle()
    across, up = given[x], given[y] / (1e6 if y == "cost" else 1.0)
    dots, lying, standing = lines(axes)[:3]
    assert (dots.x, dots.y) == (pytest.approx(list(across)), pytest.approx(list(up)))
    ends = [0.5 - level / 2, 0.5 + level / 2]
    assert lying.x == pytest.approx(list(np.quantile(across, ends, method="weibull")))
    assert lying.y == pytest.approx([up.mean()] * 2)
    assert standing.y == pytest.approx(list(np.quantile(up, ends, method="weibull")))
    assert standing.x == pytest.approx([across.mean()] * 2)
    assert upright(axes) and axes.get_ylim()[0] < 0.0 < axes.get_ylim()[1]
    assert axes.get_xlim()[0] == -axes.get_xlim()[1]
    zeros = [line for line in lines(axes)[3:] if 0.0 in (line.x[0], line.y[0])]
    assert len(zeros) == 2


def test_quarters_stand_where_their_pairs_are() -> None:
    (axes,) = figures_effects.entries_and_harm(PAIRS, USUAL).axes
    assert _quarters(axes) == {
        ("left", "top"): "fewer entries, more harm at home 25% of pairs",
        ("right", "top"): "entries not fewer, more harm at home 0% of pairs",
        ("left", "bottom"): "fewer entries, harm not more 50% of pairs",
        ("right", "bottom"): "entries not fewer, harm not more 25% of pairs",
    }
    assert axes.get_xlabel().startswith("children starting to be looked after: difference from Usual")
    assert axes.get_ylabel().startswith("child-months with harm at home: difference")
    (axes,) = figures_economics.cost_plane(COSTS, USUAL, "5 years").axes
    assert _quarters(axes) == {
        ("left", "top"): "dearer, entries not fewer 25% of pairs",
        ("right", "top"): "dearer, fewer entries 25% of pairs",
        ("left", "bottom"): "not dearer, entries not fewer 0% of pairs",
        ("right", "bottom"): "not dearer, fewer entries 50% of pairs",
    }
    assert axes.get_xlabel() == "care starts avoided against Usual\n(children, 5 years)"
    assert axes.get_ylabel() == "difference in cost (£ million, 5 years)"


def _quarters(axes: Any) -> dict[tuple[str, str], str]:
    """What stands in which corner, by where it is drawn."""
    found = {}
    for text in axes.texts:
        (x, y), words = text.get_position(), " ".join(text.get_text().split())
        corner = ("left" if x < 0.5 else "right", "bottom" if y < 0.5 else "top")
        assert (text.get_ha(), text.get_va()) == corner
        found[corner] = words
    return found


def test_fates_of_children() -> None:
    fates = told_apart(tables.fates()).assign(level=0.95)
    figure = figures_effects.fates_bars(fates)
    left, right = figure.axes
    of = {(row["fate"], row["measure"]): row for row in fates[fates["decision"] == ENTRY].to_dict("records")}
    order = (BOTH, COMPARATOR_ONLY, ARM_ONLY)
    assert rows(left) == ["enter in both arms", "spared: comparator only", "added: arm only"]
    assert [mark[:4] for mark in whiskers(left)] == [
        pytest.approx((place, *_numbers(of[fate, "children"]))) for place, fate in enumerate(order)
    ]
    assert [mark[1:4] for mark in whiskers(right)] == [
        pytest.approx(_numbers(of[fate, measure])) for fate in order for measure in ("harm_comparator", "harm_arm")
    ]
    assert [round(mark[0]) for mark in whiskers(right)] == [0, 0, 1, 1, 2, 2]
    assert legend(figure) == {"in the comparator": HEX[0], "in the arm": HEX[1]}
    assert [mark[4] for mark in whiskers(right)] == [HEX[0], HEX[1]] * 3
    assert left.get_xlabel().startswith("children\n")
    assert right.get_xlabel().startswith("child-months with harm at home")


def _numbers(row: Any) -> tuple[float, float, float]:
    return row["estimate"], row["low"], row["high"]


def test_danger_of_the_spared() -> None:
    fates = told_apart(tables.fates())
    (axes,) = figures_effects.danger_of_spared(fates).axes
    wanted = fates[fates["decision"].isin([SPARED, ADDED]) & (fates["measure"] == "children")]
    assert [mark[1:4] for mark in whiskers(axes)] == [pytest.approx(numbers) for numbers in intervals(wanted)]
    assert rows(axes) == [
        f"{word} entry, danger {fate}"
        for word in ("spared", "added")
        for fate in ("lower in the arm", "about the same", "higher in the arm")
    ]
    assert [mark[4] for mark in whiskers(axes)] == [HEX[0]] * 3 + [HEX[1]] * 3
    assert axes.get_xlabel() == "children (one authority, whole period)"


def test_effect_by_paths() -> None:
    parts = told_apart(tables.by_path())
    entries, harm = (parts[parts["measure"] == measure] for measure in ("cla_start_rate", "harm_months_rate"))
    panels = figures_mechanism.effect_by_paths(pd.concat([entries, harm])).axes
    for axes, wanted, measure in zip(panels, (entries, harm), ("cla_start_rate", "harm_months_rate"), strict=True):
        assert [mark[1:4] for mark in whiskers(axes)] == [pytest.approx(numbers) for numbers in intervals(wanted)]
        assert [mark[0] for mark in whiskers(axes)] == [0, 1, 2, 3, 4]
        assert [mark[4] for mark in whiskers(axes)] == HEX[:5]
        assert list(beside(axes).values()) == [
            f"{amount(row['shown'], row['unit'])}  ({span(row['low'], row['high'], row['unit'])})"
            for row in wanted.to_dict("records")
        ]
        assert axes.get_xlabel().startswith(f"difference in {HEADLINE[measure]}")
        assert upright(axes)
    assert rows(panels[0]) == list(PATH_LABELS.values())
    assert rows(panels[1]) == [""] * 5
    assert panels[0].get_ylim() == panels[1].get_ylim()


def test_paths_of_shares_are_drawn_in_percentage_points_and_of_pounds_in_millions() -> None:
    parts = told_apart(tables.by_path().head(5)).assign(measure="reunified_12m_share", unit="share", decimals=4)
    (axes,) = figures_mechanism.effect_by_paths(parts).axes
    assert [mark[1:4] for mark in whiskers(axes)] == [pytest.approx(numbers) for numbers in intervals(parts, 100.0)]
    assert beside(axes)[0] == "−70.00  (−81.00 to −33.00)"
    assert axes.get_xlabel().endswith("(percentage points)")
    costs = told_apart(tables.by_path().head(5), 1e6).assign(measure="cost_total", unit="£ a year", decimals=-4)
    (axes,) = figures_mechanism.effect_by_paths(in_millions(costs)).axes
    assert [mark[1:4] for mark in whiskers(axes)] == [pytest.approx(numbers) for numbers in intervals(costs, 1e-6)]
    assert beside(axes)[1] == "+0.83  (+0.71 to +1.21)"
    assert axes.get_xlabel().endswith("(£ million a year)")


@pytest.mark.parametrize("draw", [figures_mechanism.chain_by_year, figures_implementation.staffing_by_year])
def test_means_by_year(draw: Any) -> None:
    table = told_apart(tables.chain() if draw is figures_mechanism.chain_by_year else tables.staff())
    figure = draw(table)
    years = table[table["year"] != "all"]
    named = {"trust": "trust", "voice": "voice"}
    if draw is figures_mechanism.chain_by_year:
        named = {label: f"M2 {label}" for label in named}
    assert [axes.get_title(loc="left") for axes in figure.axes] == [f"{name} (0-1)" for name in named.values()]
    for axes, label in zip(figure.axes, named, strict=True):
        for number, arm in enumerate((USUAL, OFFER)):
            wanted = years[(years["arm"] == arm) & (years["label"] == label)].assign(
                year=lambda at: at["year"].astype(int)
            )
            line, band = lines(axes)[number], bands(axes)[number]
            assert (line.x, line.y) == ([1, 2, 3], pytest.approx(list(wanted["mean"])))
            assert (line.label, line.colour, band.colour) == (arm, HEX[number], HEX[number])
            assert (band.low, band.high) == band_of(wanted, "year", "mean_low", "mean_high")
        assert axes.get_xlabel() == "year"
    assert legend(figure) == {USUAL: HEX[0], OFFER: HEX[1]}


def test_what_families_bring_has_a_panel_for_each_thing_and_outcome_and_a_colour_for_each_reading() -> None:
    curves, thirds = tables.brought_curves(), tables.brought_thirds()
    figure = figures_moderators.by_what_families_bring(curves.iloc[::-1], thirds.iloc[::-1])
    named = [(name, measure) for name in ("starting trust", "openness") for measure in reversed(MODERATED)]
    for axes, (name, measure) in zip(figure.axes, named, strict=True):
        here = [table[(table["characteristic"] == name) & (table["measure"] == measure)] for table in (curves, thirds)]
        assert axes.get_xlabel().startswith(f"children by parents' {name.removeprefix('starting ')}")
        found = lines(axes)
        for number, reading in enumerate(("none", "amplifier", "gate")):
            curve, marks = (table[table["reading"] == reading] for table in here)
            mine, band = [line for line in found if line.colour == HEX[number]], bands(axes)[number]
            (drawn,) = [line for line in mine if line.x == [0.0, 50.0, 100.0]]
            assert drawn.y == pytest.approx(100 * curve["estimate"])
            ends = ("estimate", "estimate") if number else ("low", "high")
            assert (band.low, band.high) == band_of(curve, "place", *ends, 100, 100), "of the first reading alone"
            (dots,) = [line for line in mine if len(line.x) == 3 and line is not drawn]
            assert (
                dots.y == pytest.approx(100 * marks["estimate"]) and 10.0 < dots.x[0] < 25.0 < 75.0 < dots.x[2] < 90.0
            )
            intervals_drawn = [line.y for line in mine if len(line.x) == 2]
            assert intervals_drawn == [
                pytest.approx((100 * row["low"], 100 * row["high"])) for row in marks.to_dict("records")
            ]
    assert legend(figure) == {"trust plays no part": HEX[0], "trust amplifies": HEX[1], "trust is a gate": HEX[2]}
    assert not any(axes.texts for axes in figure.axes)


def test_curves_far_beyond_the_thirds_of_an_outcome_are_cut_off_and_that_is_said_where_they_are() -> None:
    curves, thirds = tables.brought_curves(), tables.brought_thirds()
    far = (curves["measure"] == MODERATED[1]) & (curves["characteristic"] == "openness")
    figure = figures_moderators.by_what_families_bring(
        curves.assign(estimate=curves["estimate"].where(~far, 1000.0)), thirds
    )
    reached = 100.0 * thirds.loc[thirds["measure"] == MODERATED[1], ["estimate", "low", "high"]].abs().to_numpy().max()
    panels = [(name, measure) for name in dict.fromkeys(curves["characteristic"]) for measure in MODERATED]
    for axes, (name, measure) in zip(figure.axes, panels, strict=True):
        said = figures_moderators.CUT_OFF in [text.get_text() for text in axes.texts]
        assert said == (name == "openness" and measure == MODERATED[1])
        assert measure != MODERATED[1] or axes.get_ylim() == pytest.approx((-1.5 * reached, 1.5 * reached))
        assert axes.yaxis.get_major_formatter()(0.0) == "0%" and axes.yaxis.get_major_formatter()(-20.0) == "−20%"


@pytest.mark.parametrize(("unit", "factor"), [(tables.STARTS["unit"], 1.0), ("share", 100.0)])
def test_forests_of_conditions_and_families(unit: str, factor: float) -> None:
    contrasts = told_apart(tables.contrasts()).assign(unit=unit, lowest=[0.1, 0.2], highest=[0.8, 0.9])
    (axes,) = figures_moderators.conditions_forest(contrasts).axes
    assert [mark[:4] for mark in whiskers(axes)] == [
        pytest.approx((place, *numbers)) for place, numbers in enumerate(intervals(contrasts, factor))
    ]
    assert rows(axes) == ["supervision: 0.1 to 0.8 (0-1)", "culture: 0.2 to 0.9 (0-1)"]
    assert axes.get_xlabel().startswith("change in the difference in children starting to be looked after")
    families = told_apart(tables.subgroups()).assign(unit=unit, children=[300.0, 1200.0])
    (axes,) = figures_moderators.subgroup_forest(families).axes
    assert [mark[:4] for mark in whiskers(axes)] == [
        pytest.approx((place, *numbers)) for place, numbers in enumerate(intervals(families, factor))
    ]
    assert rows(axes) == ["sibship: one (300 children)", "sibship: two (1,200 children)"]
    assert axes.get_xlabel().startswith("difference in starts of being looked after")
    assert ("percentage points" in axes.get_xlabel()) == (factor == 100.0)


@pytest.mark.parametrize(("unit", "factor"), [(tables.STARTS["unit"], 1.0), ("share", 100.0)])
def test_response_to_delivery(unit: str, factor: float) -> None:
    response = told_apart(tables.delivered()).assign(unit=unit)
    (axes,) = figures_implementation.draw_least_delivery(response.iloc[::-1], 0.37).axes
    line, dots = lines(axes)[:2]
    assert line.x == dots.x == pytest.approx([0.0, 50.0, 100.0])
    assert line.y == dots.y == pytest.approx(list(factor * response["estimate"]))
    assert (bands(axes)[0].low, bands(axes)[0].high) == band_of(response, "delivered", "low", "high", 100.0, factor)
    (mark,) = [found for found in lines(axes) if found.colour == HEX[1]]
    assert mark.x == pytest.approx([37.0, 37.0])
    assert "clear of zero from about 37%" in written(axes)
    assert axes.get_xlabel() == "share of the programme delivered (%)"
    assert ("percentage points" in axes.get_ylabel()) == (factor == 100.0)


def test_practice_by_team() -> None:
    teams = tables.teams()
    depth, offered = teams["measure"] == "mean_fidelity", teams["arm"] == OFFER
    shift = 0.1 * teams["team"] + 0.05 * teams["replicate"] + 0.2 * offered + 0.03 * ~depth
    teams = teams.assign(value=0.1 * teams["month"] + shift)
    figure = figures_implementation.fidelity_by_team(teams)
    assert [axes.get_title() for axes in figure.axes] == [
        "depth of practice (fidelity)",
        "surface (form without depth)",
    ]
    for axes, measure in zip(figure.axes, ("mean_fidelity", "mean_surface"), strict=True):
        chosen = teams[teams["measure"] == measure]
        for number, arm in enumerate((USUAL, OFFER)):
            mine = chosen[chosen["arm"] == arm]
            drawn = [line for line in lines(axes) if line.colour == HEX[number]]
            thin = [line.y for line in drawn if line.width == 0.6]
            assert thin == [
                pytest.approx(list(team["value"])) for _, team in mine[mine["replicate"] == 0].groupby("team")
            ]
            (thick,) = [line for line in drawn if line.width > 1.0]
            assert thick.y == pytest.approx(list(mine.groupby("month")["value"].mean()))
            by_month = mine.groupby("month")["value"]
            assert list(bands(axes)[number].low.values()) == pytest.approx(list(by_month.quantile(0.1)))
            assert list(bands(axes)[number].high.values()) == pytest.approx(list(by_month.quantile(0.9)))
    assert legend(figure) == {USUAL: HEX[0], OFFER: HEX[1]}


def test_cost_lines() -> None:
    costs = told_apart(tables.costs(), 1e6)
    (axes,) = figures_economics.cost_lines(costs, USUAL).axes
    assert [mark[:4] for mark in whiskers(axes)] == [
        pytest.approx((place, *numbers)) for place, numbers in enumerate(intervals(costs, 1e-6))
    ]
    assert rows(axes) == ["foster", "training", "total cost"]
    assert axes.get_xlabel() == f"difference from {USUAL} (£ million, present value over the whole period)"
    assert beside(axes)[0] == "−0.70  (−0.81 to −0.33)\n£20.00m to £19.30m"
    assert beside(axes)[1] == "+0.83  (+0.71 to +1.21)\n£23.00m to £23.83m"
    assert upright(axes)


@pytest.mark.parametrize(
    ("draw", "columns", "y", "label"),
    [
        (figures_economics.net_benefit_curve, ("estimate", "low", "high"), 1e-6, "net benefit (£ million"),
        (
            figures_economics.acceptability_curve,
            ("probability", "probability_low", "probability_high"),
            1.0,
            "probability that net benefit is above zero (0-1)",
        ),
        (
            figures_economics.value_of_information,
            ("evpi", "low", "high"),
            1e-6,
            "expected value of perfect information",
        ),
    ],
)
def test_curves_by_stated_value(draw: Any, columns: tuple[str, str, str], y: float, label: str) -> None:
    made = tables.information() if columns[0] == "evpi" else tables.curve()
    curve = told_apart(made, 1e6)
    figure = draw(curve.iloc[::-1])
    (axes,) = figure.axes
    middle, low, high = columns
    for number, (harm, wanted) in enumerate(curve.groupby("harm_value")):
        line, band = lines(axes)[number], bands(axes)[number]
        assert (line.x, line.y) == ([0.0, 50.0, 100.0], pytest.approx(list(y * wanted[middle])))
        assert (line.label, line.colour, band.colour) == (f"£{harm:,.0f}", HEX[number], HEX[number])
        assert (band.low, band.high) == band_of(wanted, "value", low, high, 1e-3, y)
    assert axes.get_xlabel() == "what one care start avoided is worth to the reader (£ thousand)"
    assert axes.get_ylabel().startswith(label)
    assert legend(figure) == {"£0": HEX[0], "£20,000": HEX[1]}
    assert figure.legends[0].get_title().get_text() == "worth to the reader of one month of harm at home avoided"


def ranking() -> pd.DataFrame:
    """A link and two beliefs, of which one stands out from chance."""
    return pd.DataFrame(
        [
            {
                "name": name,
                "label": label,
                "kind": kind,
                "grade": grade,
                "evppi": worth,
                "low": worth - 1e3,
                "high": worth + 4e3,
                "explained": explained,
                "noise": noise,
                "evpi": 9e4,
                "distinguishable": worth > noise,
                "level": 0.95,
                "draws": 40,
                "about": "parameters",
                "stated": "£0 a start",
            }
            for name, label, kind, grade, worth, explained, noise in (
                ("M5", "network", "link", "D", 6e4, 0.4, 1e4),
                ("relational", "relations", "belief", "B", 3e4, 0.25, 2e4),
                ("voice", "voice of children", "belief", "C", 8e3, -0.1, 2e4),
            )
        ]
    )


def test_what_to_find_out() -> None:
    figure = figures_value.what_to_find_out(ranking())
    links, beliefs = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == list(figures_value._PANELS.values())
    assert [(bar.start, bar.end) for bar in bars(links)] == [pytest.approx((0.0, 60.0))]
    assert [(bar.start, bar.end) for bar in bars(beliefs)] == [pytest.approx((0.0, 30.0)), pytest.approx((0.0, 8.0))]
    assert [bar.get_alpha() for bar in beliefs.patches] == [0.85, 0.3]
    assert [line.x for line in lines(beliefs) if line.y[0] == line.y[1] and len(line.x) == 2][:2] == [
        pytest.approx([29.0, 34.0]),
        pytest.approx([7.0, 12.0]),
    ]
    assert rows(links) == ["network (D)"]
    assert rows(beliefs) == ["relations [relational, B]", "voice of children [voice, C]"]
    assert beside(beliefs) == {0: "30.0  (29.0 to 34.0)\nexplains 25%", 1: "8.0  (7.0 to 12.0)\nexplains 0%"}
    marked = {line.label: (line.x[0], line.colour) for line in lines(beliefs) if not line.label.startswith("_")}
    assert marked == {
        "most that chance alone made any worth": (20.0, HEX[1]),
        "worth of knowing everything": (90.0, HEX[2]),
    }
    assert beliefs.get_xlabel() == "worth of knowing beforehand (£ thousand for one authority's decision)"
    assert legend(figure) == {label: colour for label, (_, colour) in marked.items()}


def test_arms_over_time_are_told_apart_as_the_legend_says() -> None:
    monthly = pd.DataFrame(
        [
            {
                "arm": arm,
                "replicate": place,
                "month": month,
                "measure": "looked_after",
                "value": level + month + place / 2,
            }
            for arm, level in ((USUAL, 10.0), (OFFER, 4.0))
            for month in range(3)
            for place in range(9)
        ]
    )
    figure = arms_over_time(monthly, "looked_after", label="children", scale=10.0, level=0.8, start_month=1)
    (axes,) = figure.axes
    shown = legend(figure)
    for number, level in enumerate((10.0, 4.0)):
        line, band = lines(axes)[number], bands(axes)[number]
        assert line.y == pytest.approx([10.0 * (level + month + 2.0) for month in range(3)])
        assert shown[line.label] == line.colour == band.colour
        by_month = 10.0 * monthly[monthly["arm"] == line.label].groupby("month")["value"].quantile([0.1, 0.9]).unstack()
        assert list(band.low.values()) == pytest.approx(list(by_month[0.1]))
        assert list(band.high.values()) == pytest.approx(list(by_month[0.9]))
    assert list(shown) == [USUAL, OFFER]
    (few,) = arms_over_time(monthly[monthly["replicate"] < 8], "looked_after", label="children", level=0.8).axes
    assert [band.low == band.high for band in bands(few)] == [True, True], "no band from 8 runs"
    titles = [one.get_legend().get_title().get_text() for one in (axes, few)]  # type: ignore[union-attr]
    assert titles == ["mean of 9 runs; band: middle 80%", "mean of 8 runs; no band: 9 would do"]
    assert axes.get_legend().get_title().get_text() == "mean of 9 runs; band: middle 80%"


@pytest.mark.parametrize("name", ["x [/nope]", "[red]", "$x_{1$", "a_b^c$", "_hidden", "<b>", "%d {0}", "long " * 60])
def test_names_stand_on_figures_as_they_were_written(name: str) -> None:
    from sos_sim.kit.drawing import as_png, as_svg

    table = tables.staff().assign(arm=lambda at: np.where(at["arm"] == OFFER, name, at["arm"]))
    figure = figures_implementation.staffing_by_year(table)
    assert name.split() in [label.replace("\u200b", "").split() for label in legend(figure)]
    forest = figures_effects.effects_forest(tables.effects(), name)
    assert " ".join(name.split()) in " ".join(forest.axes[0].get_xlabel().split())
    for drawn in (figure, forest):
        svg = as_svg(drawn, "one", name)
        assert as_png(drawn).startswith(b"\x89PNG")
        assert "<b>" not in svg
        assert not [
            text for text in drawn.findobj(lambda found: hasattr(found, "get_parse_math")) if text.get_parse_math()
        ]
