"""Every number in tables and sentences of a page of virtual trials is its table's, under its own heading."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sos_sim.kit.page import Page, Sheet
from sos_sim.trials.report import readings
from sos_sim.trials.report.material import HeldTrial
from sos_sim.trials.report.page import trial_page
from support.page_as_text import column, texts_of
from support.tables_of_trials import CONTRASTS, asked, keep_made_up, made_up, told_apart_trial

PRIMARY = "looked_after_18m"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return told_apart_trial(made_up())


@pytest.fixture(scope="module")
def inside() -> dict[str, pd.DataFrame]:
    return told_apart_trial(made_up(("families",), (180,), draws=0))


@pytest.fixture(scope="module")
def page(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Page:
    return trial_page(keep_made_up(tmp_path_factory.mktemp("page") / "trial", tables))


@pytest.fixture(scope="module")
def page_inside(inside: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Page:
    return trial_page(keep_made_up(tmp_path_factory.mktemp("page") / "inside", inside))


def sheet(page: Page, name: str) -> Sheet:
    (found,) = [sheet for sheet in page.sheets if sheet.name == name]
    return found


def share(value: float) -> str:
    return f"{100 * value:.1f}%" if value < 0.1 else f"{100 * value:.0f}%"


def points(value: float) -> str:
    return f"{100 * value:+.2f}".replace("-", "−")


def with_ends(row: Any, name: str, written: Any) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{written(row[name])} ({written(low)} to {written(high)})"


def primary(tables: dict[str, pd.DataFrame], effect: str) -> list[dict[Any, Any]]:
    """Rows about the primary outcome."""
    power = tables["power"]
    return power[(power["outcome"] == PRIMARY) & (power["effect"] == effect)].to_dict("records")


def test_cells_of_error_rates(tables: dict[str, pd.DataFrame], page: Page) -> None:
    shown, rows = sheet(page, "trial_errors"), primary(tables, "none")
    assert column(shown, "rejected without an effect (95 % interval)") == [
        with_ends(row, "rejected", share) for row in rows
    ]
    assert column(shown, "verdict") == [row["verdict"] for row in rows]
    assert column(shown, "size") == [str(row["clusters"]) for row in rows]
    assert column(shown, "design") == [row["design"].replace("_", " ") for row in rows]


def test_cells_of_power(tables: dict[str, pd.DataFrame], page: Page) -> None:
    shown, rows = sheet(page, "trial_power"), primary(tables, "as assumed")
    assert column(shown, "power (95 % interval)") == [with_ends(row, "rejected", share) for row in rows]
    assert column(shown, "true effect") == [points(row["true_effect"]) for row in rows]
    assert column(shown, "seen with 80 % power") == [points(row["detectable"])[1:] for row in rows]
    assert set(column(shown, "unit")) == {"percentage points"}
    assert column(shown, "cost (£ million)") == [f"{row['cost'] / 1e6:.1f}" for row in rows]
    assert column(shown, "children counted") == [f"{row['children']:,.0f}" for row in rows]


def test_cells_of_other_outcomes_are_in_their_own_units(tables: dict[str, pd.DataFrame], page: Page) -> None:
    shown, power = sheet(page, "trial_outcomes"), tables["power"]
    rows = power[power["outcome"].isin(["care_starts", "harm_seen"]) & (power["effect"] == "as assumed")]
    assert set(column(shown, "unit")) == {"per 10,000 child-years"}
    assert column(shown, "power (95 % interval)") == [
        with_ends(row, "rejected", share) for row in rows.to_dict("records")
    ]


def test_cells_of_bias_and_coverage(tables: dict[str, pd.DataFrame], page: Page) -> None:
    shown, rows = sheet(page, "trial_bias"), primary(tables, "as assumed")
    assert column(shown, "bias (95 % interval)") == [with_ends(row, "bias", points) for row in rows]
    assert column(shown, "coverage (95 % interval)") == [with_ends(row, "coverage", share) for row in rows]
    for heading, name in (("true effect", "true_effect"), ("mean estimate", "mean_estimate")):
        assert column(shown, heading) == [points(row[name]) for row in rows]
    for heading, name in (("mean error", "mean_error"), ("SD of estimates", "empirical_sd")):
        assert column(shown, heading) == [points(row[name])[1:] for row in rows]
    assert shown.title.endswith("(percentage points)")


def test_cells_of_assurance(tables: dict[str, pd.DataFrame], page: Page) -> None:
    shown, table = sheet(page, "trial_assurance"), tables["assurance"]
    rows = table[table["outcome"] != "harm_months"].to_dict("records")
    assert column(shown, "conclusive (95 % interval)") == [
        f"{share(row['assurance'])} ({share(row['low'])} to {share(row['high'])})" for row in rows
    ]
    assert set(column(shown, "finds a fall")) == {"25%"} and set(column(shown, "finds a rise")) == {"5.0%"}
    assert set(column(shown, "in the draw's direction, of conclusive ones")) == {"90%"}


@pytest.mark.parametrize(
    ("name", "table", "cells"),
    [
        (
            "trial_reach",
            "reach",
            {"power": ("rejected", ".1%"), "from": ("rejected_low", ".1%"), "to": ("rejected_high", ".1%")},
        ),
        (
            "trial_information",
            "information",
            {
                "worth of a result (£)": ("evsi", ",.0f"),
                "from": ("low", ",.0f"),
                "to": ("high", ",.0f"),
                "explained": ("explained", ".0%"),
                "worth of knowing all (£)": ("evpi", ",.0f"),
                "from (all)": ("evpi_low", ",.0f"),
                "to (all)": ("evpi_high", ",.0f"),
                "cost of the trial (£)": ("cost", ",.0f"),
                "decisions that pay for it": ("authorities_to_pay", ",.0f"),
            },
        ),
        (
            "trial_correlations",
            "correlations",
            {
                "mean": ("mean", ".3g"),
                "ICC": ("icc", ".3g"),
                "from": ("icc_low", ".3g"),
                "to": ("icc_high", ".3g"),
                "autocorrelation": ("cluster_autocorrelation", ".3g"),
                "CV": ("between_cv", ".3g"),
                "ICC from elsewhere": ("reference_icc", ".3g"),
            },
        ),
        (
            "trial_spread",
            "spread",
            {"official": ("official", ".3f"), "simulated": ("simulated", ".3f"), "from": ("low", ".3f")},
        ),
        (
            "trial_textbook",
            "textbook",
            {
                "simulated power": ("simulated", ".1%"),
                "from": ("simulated_low", ".1%"),
                "to": ("simulated_high", ".1%"),
                "power by formula": ("textbook", ".1%"),
                "error by formula": ("textbook_error", ".4f"),
                "SD of estimates": ("empirical_sd", ".4f"),
            },
        ),
    ],
)
def test_cells_stand_under_their_headings(
    tables: dict[str, pd.DataFrame], page: Page, name: str, table: str, cells: dict[str, tuple[str, str]]
) -> None:
    for heading, (of_table, written) in cells.items():
        wanted = [format(value, written).replace("-", "−") for value in tables[table][of_table]]
        assert column(sheet(page, name), heading) == wanted, heading


def test_cells_of_a_trial_inside_one_authority(inside: dict[str, pd.DataFrame], page_inside: Page) -> None:
    (row,) = inside["contamination"].to_dict("records")
    (cells,) = sheet(page_inside, "trial_contamination").cells
    assert cells[1:] == [points(row[f"{name}{end}"]) for name in CONTRASTS for end in ("", "_low", "_high")]
    funnel = sheet(page_inside, "trial_funnel")
    assert column(funnel, "families") == ["1,600", "1,500", "690", "660"]
    assert column(funnel, "of those referred") == ["100%", "94%", "43%", "41%"]


def test_numbers_of_the_plan_are_those_asked_for(tables: dict[str, pd.DataFrame], page: Page) -> None:
    shown = sheet(page, "trial_numbers").frame.set_index("number")["value"]
    plan = asked(tables)
    assert {name: plan[name] for name in shown.index} == shown.to_dict()
    assert plan["follow_up_months"] != plan["roll_in_months"]


def held(tables: dict[str, pd.DataFrame]) -> HeldTrial:
    return HeldTrial(asked(tables), tables, {})


def largest(tables: dict[str, pd.DataFrame], design: str) -> dict[Any, Any]:
    """The row by which a design is judged, of its largest trial."""
    (found,) = [
        row
        for row in primary(tables, "as assumed")
        if row["lead"] and row["design"] == design and row["clusters"] == 40
    ]
    return found


@pytest.mark.parametrize("design", ["parallel", "stepped_wedge"])
def test_each_design_is_said_with_its_own_numbers(tables: dict[str, pd.DataFrame], design: str) -> None:
    row, trial = largest(tables, design), f"{design.replace('_', ' ')} with 40 authorities"
    said = readings.conclusive(held(tables))
    low, high = share(row["rejected_low"]), share(row["rejected_high"])
    assert (
        f"{trial} in {share(row['rejected'])} of cases ({low} to {high}), for a true effect of "
        f"{points(row['true_effect'])} in the model, where {points(row['detectable'])[1:]} is the smallest" in said
    )
    low, high = points(row["bias_low"]), points(row["bias_high"])
    assert (
        f"{trial} {points(row['bias'])} ({low} to {high}, more than luck leaves open), coverage "
        f"{share(row['coverage'])}" in readings.biased(held(tables))
    )
    assured = tables["assurance"].set_index(["design", "clusters", "outcome"]).loc[(design, 40, PRIMARY)]
    numbers = f"{share(assured['assurance'])} ({share(assured['low'])} to {share(assured['high'])}; a fall in 25%"
    assert f"{trial} {numbers}" in " ".join(readings.assurance_said(held(tables)))


def test_error_rates_are_said_from_the_lowest_to_the_highest(tables: dict[str, pd.DataFrame]) -> None:
    rates = [row["rejected"] for row in primary(tables, "none") if row["analysis"] == "children_alone"]
    said = " ".join(readings.error_rates(held(tables)))
    assert f"in {share(min(rates))} to {share(max(rates))} of trials instead of 5 %" in said


def test_a_lead_analysis_that_errs_is_said_to_be_one_and_another_is_not(tables: dict[str, pd.DataFrame]) -> None:
    power = tables["power"]

    def said(failing: str) -> str:
        verdicts = ["too high" if name == failing else "at nominal" for name in power["analysis"]]
        return " ".join(readings.error_rates(held({**tables, "power": power.assign(verdict=verdicts)})))

    assert "do not read its power" in said("exposure_time")
    told = said("mixed_model")
    assert "Fails its error rate: mixed model" in told and "do not read" not in told


def test_analyses_not_made_are_counted(tables: dict[str, pd.DataFrame]) -> None:
    power = tables["power"].assign(failed=0, trials=700)
    of_one = (power["analysis"] == "gee_corrected") & (power["design"] == "parallel") & (power["effect"] == "none")
    power.loc[of_one, "failed"] = [1100, 34]
    assert list(readings.not_made(held({**tables, "power": power}))) == [
        "GEE corrected could not be made in 1,134 of 1,400 trials (too few clusters, no variation, or no convergence); "
        "shares are of the others (parallel with 10 and 40 authorities)."
    ]


def test_the_same_money_is_read_between_sizes_at_the_smaller_of_the_dearest_trials() -> None:
    power = made_up()["power"]
    lead = power["lead"] & (power["effect"] == "as assumed") & (power["outcome"] == PRIMARY)
    numbers = {
        ("parallel", 10): (1e6, 0.2),
        ("parallel", 40): (3e6, 0.6),
        ("stepped_wedge", 10): (2e6, 0.3),
        ("stepped_wedge", 40): (4e6, 0.7),
    }
    for (design, size), (cost, rejected) in numbers.items():
        here = lead & (power["design"] == design) & (power["clusters"] == size)
        power.loc[here, ["cost", "rejected"]] = cost, rejected
    assert readings.same_money(held({**made_up(), "power": power})) == (
        "At £3.0 million, read between the sizes tried, power is: parallel 60%, stepped wedge 50%."
    )


def test_the_worth_of_each_result_is_said_with_its_own_interval_and_cost(tables: dict[str, pd.DataFrame]) -> None:
    worths = tables["information"].assign(
        evsi=[1.0, 2.5e6, 3.0, 4.2e5], low=[0.0, -1.5e6, 0.0, 3.1e5], high=9.9e6, cost=4e6, authorities_to_pay=1600.0
    )
    said = list(readings.worth(held({**tables, "information": worths})))
    assert said[1] == (
        "The result of parallel with 40 authorities is worth £2.5 million (−£1.5 million to £9.9 million) to one "
        "decision and costs £4.0 million: 1,600 such decisions would pay for it."
    )
    assert said[2].startswith(
        "The result of stepped wedge with 40 authorities is worth £420,000 (£310,000 to £9.9 million)"
    )


def test_worths_are_said_of_what_they_are_worths_of() -> None:
    found = made_up()
    plan = {**asked(found), "worth_care_start": 30_000.0, "worth_harm_month": 1_500.0}
    said = next(readings.worth(HeldTrial(plan, found, {})))
    assert "a care start avoided at £30,000" in said and "a month of harm at home avoided at £1,500" in said


def test_the_smallest_trial_is_the_one_with_most_power_among_the_smallest(tables: dict[str, pd.DataFrame]) -> None:
    power = tables["power"]
    strong = {("parallel", 10): 0.81, ("stepped_wedge", 10): 0.85, ("parallel", 40): 0.99, ("stepped_wedge", 40): 0.98}
    told = [strong[row] for row in zip(power["design"], power["clusters"], strict=True)]
    said = readings.smallest_enough(held({**tables, "power": power.assign(rejected=told)}))
    assert said.endswith("if the theory holds as assumed: stepped wedge with 10 authorities.")


def test_harm_that_falls_as_assumed_is_said_to_fall(tables: dict[str, pd.DataFrame]) -> None:
    effects = tables["true_effects"]
    assert readings.harm_said(held(tables), "harm_months").startswith(
        "harm at home, seen or not (child-months), which no record shows: −1.00 per 10,000 child-years as assumed,"
    )
    turned = {**tables, "true_effects": effects.assign(true_effect=-effects["true_effect"])}
    assert ": +1.00 per 10,000 child-years as assumed, −0.20 to +2.50 over 5 draws, higher with the programme in 4" in (
        readings.harm_said(held(turned), "harm_months")
    )


def test_what_stands_for_a_figure_says_what_the_text_says(tables: dict[str, pd.DataFrame], page: Page) -> None:
    alts = {picture.name: picture.alt for picture in page.pictures}
    trial = held(tables)
    for name, said in {
        "trial-errors": readings.error_rates(trial),
        "trial-power": readings.power_at_sizes(trial),
        "trial-assurance": readings.assurance_said(trial),
        "trial-bias": [readings.biased(trial)],
        "trial-cost": [readings.same_money(trial)],
        "trial-worth": readings.worth(trial),
    }.items():
        assert alts[name].endswith(" ".join(said)), name
    assert "Scenarios: programme against usual." in texts_of(page)
