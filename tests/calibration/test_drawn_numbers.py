"""Every number that the page of a fit draws or says is its table's, on the right side of the official figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sos_sim.calibration.report import figures as figures_fit
from sos_sim.calibration.report.page import (
    CARE_MONTHS,
    CARE_TARGET,
    PLAN_MONTHS,
    PLAN_TARGET,
    REENTRY_POINTS,
    WORKFORCE,
    Fit,
    exit_shares,
    figures_described,
    fit_page,
    official_targets,
)
from sos_sim.calibration.report.readings import SAYS, contraction_words, count_words, miss_words, validation_words
from sos_sim.calibration.tables import COVERAGE
from sos_sim.kit.figures import COLOURS
from sos_sim.kit.page import Page, Sheet
from sos_sim.outcomes.measures import MEASURES
from sos_sim.statistics.survival import ALL_DRAWS, incidence_by_draw
from support.artists import bands, lines
from support.declared import made
from support.page_as_text import column
from support.tables_of_fits import contraction, fit, spells

HEX = [to_hex(colour) for colour in COLOURS]
BLACK = "#000000"


def apart() -> pd.DataFrame:
    """A fit of which no two figures lie equally far away: some above, some below, one of three kept aside."""
    table = fit()
    order = np.arange(len(table), dtype=float)
    away = (-1.0) ** order * (0.1 + 0.21 * order)
    tolerance = table["tolerance"]
    simulated = table["official"] + away * tolerance
    found = table.assign(
        simulated=simulated,
        low=simulated - (0.2 + 0.01 * order) * tolerance,
        high=simulated + (0.4 + 0.01 * order) * tolerance,
        low_with_luck=simulated - (0.6 + 0.02 * order) * tolerance,
        high_with_luck=simulated + (0.9 + 0.02 * order) * tolerance,
        distance=away,
        validate=order % 3 == 2,
        authorities_low=table["official"] * 0.7,
        authorities_high=table["official"] * 1.6,
    )
    return found.assign(inside=found["official"].between(found["low_with_luck"], found["high_with_luck"]))


@pytest.fixture(scope="module")
def page() -> Page:
    truths = {"truths": 12, "coverage_50": 0.42, "coverage_90": 0.83, "identified": ""}
    coverage = made(COVERAGE, [{**truths, "parameter": "all parameters"}])
    return fit_page(Fit("A fit", apart(), spells(), "luck", beliefs(), coverage))


def beliefs() -> pd.DataFrame:
    """Parameters whose priors and posteriors all differ."""
    return contraction().assign(
        prior_low=[-1.0, -2.0, 0.0, 10.0],
        prior_high=[1.0, 2.0, 5.0, 30.0],
        posterior_low=[-0.5, 0.5, 1.0, 8.0],
        posterior_mean=[-0.25, 1.0, 2.0, 20.0],
        posterior_high=[0.5, 1.5, 4.0, 33.0],
        prior_mean=[0.1, 0.2, 0.3, 0.4],
        prior_sd=[1.1, 1.2, 1.3, 1.4],
        posterior_sd=[0.6, 0.7, 0.8, 0.9],
    )


def figure(page: Page, name: str) -> Figure:
    (found,) = [picture.figure for picture in page.pictures if picture.name == name]
    return found


def sheet(page: Page, name: str) -> Sheet:
    (found,) = [found for found in page.sheets if found.name == name]
    return found


def test_distances_are_in_tolerances_from_the_official_figure(page: Page) -> None:
    (axes,) = figure(page, "distances").axes
    table = figures_described(apart())
    table = table[~table["input"]].reset_index(drop=True)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == list(table["label"]) and list(axes.get_yticks()) == [-place for place in range(len(table))]
    drawn = [line for line in lines(axes) if line.y[0] == round(line.y[0]) and len(set(line.y)) == 1]
    marks = [line for line in axes.get_lines() if line.get_marker() in ("o", ">", "<")]
    for place, row in enumerate(table.to_dict("records")):
        luck, parameters, mark = [line for line in drawn if line.y[0] == -place]
        for line, low, high, width in (
            (luck, "low_with_luck", "high_with_luck", 1.0),
            (parameters, "low", "high", 3.0),
        ):
            assert line.width == width
            assert line.x == pytest.approx([(row[name] - row["official"]) / row["tolerance"] for name in (low, high)])
        assert mark.x == pytest.approx([min(max(row["distance"], -8.0), 8.0)])
        assert mark.colour == HEX[1 if abs(row["distance"]) > 2.0 else 0]
        beyond = "o" if abs(row["distance"]) <= 8.0 else ">" if row["distance"] > 0 else "<"
        assert marks[place].get_marker() == beyond
        assert (marks[place].get_markerfacecolor() == "white") == row["validate"]
    assert {mark.get_marker() for mark in marks} == {"o", ">", "<"}
    assert axes.get_xlim()[0] < 0.0 < axes.get_xlim()[1]
    grey = sorted((patch.get_x(), patch.get_width()) for patch in axes.patches)  # type: ignore[attr-defined]
    assert grey == [(-2.0, 4.0), (-1.0, 2.0)]


def test_beliefs_are_drawn_on_the_scale_of_their_prior_most_narrowed_first(page: Page) -> None:
    (axes,) = figure(page, "learned").axes
    labels = [" ".join(label.get_text().split()) for label in axes.get_yticklabels()]
    assert labels == ["closing 90%", "entry 60%", "trust_gain 10%", "shared_mapping -5%"]
    spans = [(segment[0], segment[1]) for drawn in axes.collections for segment in drawn.get_segments()]  # type: ignore[attr-defined]
    wanted = [(0.25, 0.375, 0.75), (0.625, 0.75, 0.875), (0.2, 0.4, 0.8), (-0.1, 0.5, 1.15)]
    assert [(left[0], right[0], left[1]) for left, right in spans] == [
        pytest.approx((low, high, -place)) for place, (low, _, high) in enumerate(wanted)
    ]
    dots = [(x, y) for line in lines(axes) for x, y in zip(line.x, line.y, strict=True)]
    assert dots == [pytest.approx((middle, -place)) for place, (_, middle, _) in enumerate(wanted)]
    assert {line.label: line.colour for line in lines(axes)} == {
        "identified": HEX[0],
        "hardly identified": HEX[1],
        "not identified by usual practice data": HEX[2],
    }


def assert_curve(axes: Axes, table: pd.DataFrame) -> None:
    """Single draws thin, all draws together thick with their interval."""
    found = lines(axes)
    singles = [line for line in found if line.width == 0.6]
    assert len(singles) == 2
    for line, (_, of_draw) in zip(singles, table[table["draw"] != ALL_DRAWS].groupby("draw"), strict=True):
        assert (line.x, line.y) == (list(of_draw["month"]), pytest.approx(list(of_draw["value"])))
    pooled = table[table["draw"] == ALL_DRAWS]
    (curve,) = [line for line in found if line.label == "all runs together"]
    assert (curve.x, curve.y) == (list(pooled["month"]), pytest.approx(list(pooled["value"])))
    (band,) = [band for band in bands(axes) if band.colour == HEX[0]]
    at = pooled[pooled["month"] == 20.0].iloc[0]
    assert (band.low[20.0], band.high[20.0]) == pytest.approx((at["low"], at["high"]))
    assert at["low"] < at["value"] < at["high"]


def published(axes: Axes) -> dict[float, tuple[float, float, float]]:
    """Published points by month: value and both ends of the tolerance."""
    found = {}
    for container in axes.containers:
        points, _, (bars,) = container.lines  # type: ignore[attr-defined]
        for x, y, segment in zip(points.get_xdata(), points.get_ydata(), bars.get_segments(), strict=True):
            found[float(x)] = (float(y), float(segment[0][1]), float(segment[1][1]))
    return found


def of_target(name: str, months: tuple[int, ...]) -> dict[float, tuple[float, float, float]]:
    """What a target says about each of these months."""
    target = official_targets(apart())[name]
    values = target.on_simulated_footing()
    return {
        float(month): pytest.approx((value, value - target.tolerance, value + target.tolerance))
        for month, value in zip(months, values, strict=True)
    }


def test_reentry_beside_published_shares(page: Page) -> None:
    (axes,) = figure(page, "reentry").axes
    assert_curve(axes, incidence_by_draw(spells()["returns_home"], ["re-entry"], 84))
    wanted = {}
    for month, name in REENTRY_POINTS.items():
        wanted |= of_target(name, (month,))
    assert published(axes) == wanted
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("months since return home", "share back in care")


def test_duration_of_plans_beside_published_shares(page: Page) -> None:
    (axes,) = figure(page, "plan_duration").axes
    assert_curve(axes, incidence_by_draw(spells()["plan_spells"], ["ended"], 36))
    assert published(axes) == of_target(PLAN_TARGET, PLAN_MONTHS)
    assert axes.get_ylabel() == "share whose plan has ended" and axes.get_xlabel() == "months since start of the plan"


def test_exits_from_care_by_type(page: Page) -> None:
    axes, margin = figure(page, "time_in_care").axes
    causes = ["home", "special guardianship", "adoption", "eighteenth birthday", "other"]
    table = incidence_by_draw(spells()["care_spells"], causes, 216)
    assert published(axes) == of_target(CARE_TARGET, CARE_MONTHS)
    curves = {line.label: line for line in lines(axes) if line.label in (*causes, "any exit")}
    pooled = table[table["draw"] == ALL_DRAWS]
    for cause in causes:
        of_cause = pooled[pooled["cause"] == cause]
        assert curves[cause].y == pytest.approx(list(of_cause["value"]))
    assert curves["any exit"].y == pytest.approx(list(pooled.groupby("month")["value"].sum()))
    assert curves["any exit"].colour == BLACK
    shares = exit_shares(official_targets(apart()))
    dots = {line.colour: line.y[0] for line in lines(margin)}
    assert dots == {curves[cause].colour: pytest.approx(share) for cause, share in shares.items()}
    of_home = table[(table["cause"] == "home") & (table["draw"] != ALL_DRAWS) & (table["month"] == 20.0)]["value"]
    home = next(band for band in bands(axes) if band.colour == curves["home"].colour)
    assert (home.low[20.0], home.high[20.0]) == pytest.approx((of_home.min(), of_home.max()))
    assert of_home.min() < of_home.max()


@pytest.mark.parametrize("name", ["age_at_start", "workforce"])
def test_levels_stand_beside_the_official_ones(page: Page, name: str) -> None:
    table = apart()
    rows = (
        table[table["measure"].isin(WORKFORCE)]
        if name == "workforce"
        else table[table["target"] == "cla_start_age_shares_2021"]
    )
    for axes, row in zip(figure(page, name).axes, rows.to_dict("records"), strict=True):
        spread, official, interval, simulated = lines(axes)[0], *_levels(axes)
        assert spread.x == pytest.approx([row["authorities_low"], row["authorities_high"]])
        assert official == pytest.approx(
            (row["official"], row["official"] - row["tolerance"], row["official"] + row["tolerance"])
        )
        assert interval == pytest.approx((row["low_with_luck"], row["high_with_luck"]))
        assert simulated == pytest.approx(row["simulated"])
        assert MEASURES[row["measure"]].meaning.split()[0] in axes.get_ylabel()
        assert axes.get_xlim()[0] < axes.get_xlim()[1]
        if name == "workforce":
            assert axes.get_ylabel().endswith(MEASURES[row["measure"]].unit)


def _levels(axes: Axes) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Official value with its tolerance, the simulated interval and the simulated value."""
    (container,) = axes.containers
    points, _, (bars,) = container.lines  # type: ignore[attr-defined]
    (segment,) = bars.get_segments()
    official = (float(points.get_xdata()[0]), float(segment[0][0]), float(segment[1][0]))
    (interval,) = [tuple(line.x) for line in lines(axes) if line.y == [0.0, 0.0]]
    (simulated,) = [line.x[0] for line in lines(axes) if line.label.startswith("simulated")]
    return official, interval, simulated


@pytest.mark.parametrize("aside", [False, True])
def test_cells_of_figures(page: Page, aside: bool) -> None:
    shown, table = sheet(page, "validation" if aside else "fit"), figures_described(apart())
    rows = table[(table["validate"] == aside) & (aside | ~table["input"])].to_dict("records")
    assert column(shown, "figure") == [row["name"] for row in rows]
    assert column(shown, "distance, tolerances") == [f"{row['distance']:+.2f}".replace("-", "−") for row in rows]
    names = ["official", "tolerance", "authorities_low", "authorities_high", "simulated", "low_with_luck"]
    headings = ["official", "tolerance", "authorities, 10th centile", "90th centile", "simulated", "90% interval from"]
    for heading, name in zip([*headings, "to"], [*names, "high_with_luck"], strict=True):
        cells = [float(cell.replace(",", "").replace("−", "-")) for cell in column(shown, heading)]
        assert cells == pytest.approx([row[name] for row in rows], rel=0.005, abs=5.1e-4), heading
    assert set(column(shown, "verdict")) >= {"met", "near", "MISSED"}
    for row, verdict in zip(rows, column(shown, "verdict"), strict=True):
        away = abs(row["distance"])
        wanted = "given" if row["input"] else "met" if away <= 1.0 else "near" if away <= 2.0 else "MISSED"
        assert verdict == wanted


def test_cells_of_what_was_learned(page: Page) -> None:
    shown, table = sheet(page, "contraction"), beliefs()
    for name in ("prior_mean", "prior_sd", "posterior_mean", "posterior_sd"):
        cells = [float(cell.replace("−", "-")) for cell in column(shown, name.replace("_", " "))]
        assert cells == pytest.approx(list(table[name]), rel=0.01)
    assert column(shown, "contraction") == ["0.90", "0.60", "0.10", "−0.05"]
    assert column(sheet(page, "coverage"), "coverage 90") == ["0.830"]


def test_counts_are_of_targets_by_their_worst_figure_and_of_figures_in_their_interval() -> None:
    table = figures_described(apart())
    fitted, aside = table[~table["validate"] & ~table["input"]], table[table["validate"]]
    worst = fitted.groupby("target")["distance"].agg(lambda found: found.abs().max())
    one, two = int((worst <= 1.0).sum()), int((worst <= 2.0).sum())
    assert one != two and two != len(worst)
    said = count_words(fitted, aside)
    assert said[0].startswith(f"Of {len(worst)} official targets used for the fit, {one} ")
    assert f"within 1 tolerance and {two} within 2" in said[0]
    inside = int(
        ((fitted["low_with_luck"] <= fitted["official"]) & (fitted["official"] <= fitted["high_with_luck"])).sum()
    )
    assert said[1].endswith(f"contains {inside} of {len(fitted)} published figures.")
    within = int((aside["distance"].abs() <= 2.0).sum())
    assert said[2] == f"Published figures kept aside: {len(aside)}, of which {within} within 2 tolerances."
    one = int((aside["distance"].abs() <= 1.0).sum())
    assert (
        f"of which {one} within 1 tolerance, {within} within 2, and {int(aside['inside'].sum())} inside"
        in (validation_words(aside)[0])
    )


def test_misses_are_said_farthest_first_high_as_high_and_low_as_low() -> None:
    table = figures_described(apart())
    fitted = table[~table["validate"] & ~table["input"]]
    missed = fitted[fitted["distance"].abs() > 2.0]
    missed = missed.loc[missed["distance"].abs().sort_values(ascending=False).index]
    said = miss_words(fitted)
    for words, row in zip(said, missed.to_dict("records"), strict=True):
        assert f"({row['measure']})" in words
        assert (
            f"{abs(row['distance']):.1f} tolerances too {'high' if row['simulated'] > row['official'] else 'low'}"
            in words
        )
        assert ("does not contain the official figure" in words) == (not row["inside"])
        outside = not row["authorities_low"] <= row["simulated"] <= row["authorities_high"]
        assert ("It is outside the 10th to 90th centile" in words) == outside
    assert any("too high" in words for words in said) and any("too low" in words for words in said)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(36.0, 37.0, "contains the official figure"), (34.9, 37.5, "does not contain the official figure")],
)
def test_a_miss_says_its_own_interval(low: float, high: float, told: str) -> None:
    table = fit(cla_start_rate=(36.8, 1.0))
    table.loc[table["measure"] == "cla_start_rate", ["low_with_luck", "high_with_luck", "inside"]] = (
        low,
        high,
        not told.startswith("does not"),
    )
    (said,) = miss_words(figures_described(table))
    assert f"The 90% interval, {low:.1f} to {high:.1f}, {told}" in said


def test_most_and_least_are_not_swapped_and_strengths_are_counted() -> None:
    many = pd.concat([contraction()] * 3, ignore_index=True).assign(
        parameter=[f"p{number}" for number in range(12)], contraction=[0.05 * number for number in range(12)]
    )
    held = {"truths": 30.0, "coverage_50": 0.47, "coverage_90": 0.91}
    coverage = pd.DataFrame([{"parameter": "all parameters", **held}])
    said = contraction_words(many, coverage)
    assert said[0].startswith("12 uncertain parameters: 6 identified, 3 ")
    assert said[1] == (
        "Most was learned about p11 (55%), p10 (50%), p9 (45%), p8 (40%), p7 (35%); least about p0 (0%), p1 (5%), "
        "p2 (10%), p3 (15%), p4 (20%)."
    )
    assert said[2].startswith("3 of the 3 strengths of links in the programme theory are not identified")
    assert said[3] == (
        "When figures were simulated from 30 known sets of parameters, the calibration's 90% intervals covered 91% of "
        "the true values and its 50% intervals 47%."
    )
    anew = {"parameter": "all parameters, trials run again", "truths": 3, "coverage_50": 0.44, "coverage_90": 0.88}
    assert contraction_words(many, pd.concat([coverage, pd.DataFrame([anew])]))[3].endswith(
        " intervals 47%; where the trials that look for them were run again (3 sets), 88% and 44%."
    )
    learned = many.assign(identified="identified")
    assert contraction_words(learned, None)[2].startswith("0 of the 3 strengths")


def test_what_an_interval_holds_is_said_under_the_table(page: Page) -> None:
    assert sheet(page, "fit").note.startswith("The 90% interval holds luck. Distance is in tolerances: met within 1")
    assert "12 replicates" in SAYS.sentence("of_a_scenario", replicates=12)


def test_a_curve_that_rises_early_has_its_legend_out_of_the_way() -> None:
    early = pd.DataFrame({"draw": [0, 1], "duration": [1.0, 2.0], "entry": 0.0, "end": ["ended", "ended"]})
    late = pd.DataFrame({"draw": [0] * 9, "duration": [30.0] * 9, "entry": 0.0, "end": ["ended", *["on"] * 8]})
    points = pd.DataFrame(columns=["month", "value", "tolerance", "source"])
    for given, loc in ((early, 4), (late.assign(end=["ended", *["still going on"] * 8]), 2)):
        drawn = figures_fit.curve_against_points(
            incidence_by_draw(given, ["ended"], 36), points, event="out", beginning="the start", months=36
        )
        assert drawn.axes[0].get_legend()._loc == loc  # type: ignore[union-attr]
