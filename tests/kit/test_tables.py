"""Tables for the terminal: the right figures in the right cells, nothing cut off."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from rich.console import Console

from sos_sim.cli.shared import page
from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS
from sos_sim.kit.tables import (
    effect_tables,
    fit_overview,
    joint_table,
    number_in_unit,
    outcome_overview,
    parameter_overview,
)
from sos_sim.outcomes.measures import MEASURES, POUNDS, SHARE


def shown(table: object, width: int = 160) -> str:
    page = Console(file=io.StringIO(), width=width, highlight=False)
    page.print(table)
    return page.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def line_of(text: str, start: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith(start)]
    return " ".join(line.split())


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (1234567.8, POUNDS, "1,234,568"),
        (0.12345, SHARE, "0.123"),
        (48.26, "per 10,000", "48.3"),
        (0.4567, "per year", "0.457"),
        (float("nan"), SHARE, "–"),
        (1.0, "per year", "1.0"),
        (-0.9994, "per year", "-0.999"),
        (-48.26, "per 10,000", "-48.3"),
        (12.3456, SHARE, "12.346"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float, unit: str, written: str) -> None:
    assert number_in_unit(value, unit) == written


def test_numbers_of_one_row_agree_in_decimals() -> None:
    assert number_in_unit(0.456, "per 10,000", size=48.0) == "0.5"
    assert number_in_unit(0.456, "per 10,000", size=48.0, sign="+") == "+0.5"
    assert number_in_unit(0.456, "per 10,000", size=-48.0) == "0.5"
    assert number_in_unit(48.0, "per 10,000", size=0.4) == "48.000"


def test_overview_of_many_years_shows_a_few_with_first_and_last() -> None:
    rows = [
        (name, year, 40.0 + place, 2.5, 20)
        for name in MEASURES
        for place, year in enumerate([*map(str, range(1, 13)), "all"])
    ]
    text = shown(outcome_overview(pd.DataFrame(rows, columns=["measure", "year", "mean", "sd", "replicates"])))
    assert "Means over 20 replicates" in text
    assert line_of(text, "measure") == "measure unit year 1 year 4 year 7 year 9 year 12 all years ± sd"
    assert line_of(text, "cla_start_rate") == "cla_start_rate per 10,000 a year 40.0 43.0 46.0 48.0 51.0 52.0 ± 2.5"


@pytest.mark.parametrize(
    ("years", "told"), [(5, "1 2 3 4 5"), (6, "1 2 3 5 6"), (7, "1 3 4 5 7"), (9, "1 3 5 7 9"), (1, "1")]
)
def test_up_to_five_years_are_all_shown_and_of_more_five(years: int, told: str) -> None:
    rows = [
        (name, year, 0.25, 0.0625, replicates)
        for name in MEASURES
        for year in [*map(str, range(1, years + 1)), "all"]
        for replicates in (20,)
    ]
    text = shown(outcome_overview(pd.DataFrame(rows, columns=["measure", "year", "mean", "sd", "replicates"])))
    headings = "".join(f"year {year} " for year in told.split())
    assert line_of(text, "measure") == f"measure unit {headings}all years ± sd"
    assert line_of(text, "cla_start_rate").endswith("a year" + " 0.250" * len(told.split()) + " 0.250 ± 0.062")


def test_missing_numbers_are_dashes_and_nothing_is_counted_of_no_pairs() -> None:
    nothing = float("nan")
    effects = pd.DataFrame([{"measure": measure, "unit": found.unit} for measure, found in MEASURES.items()]).assign(
        arm="offer",
        condition=ALL_DRAWS,
        comparator_mean=nothing,
        arm_mean=nothing,
        estimate=nothing,
        level=0.95,
        low=nothing,
    )
    (table,) = effect_tables(effects.assign(high=nothing, relative=nothing, replicates=0, probability_lower=nothing))
    text = shown(table)
    assert line_of(text, "cla_start_rate").endswith(" – – – – to – – 0 of 0")
    assert line_of(text, "cost_programme").startswith("cost_programme £ a year")


def test_names_of_measures_are_not_broken_in_a_narrow_terminal() -> None:
    rows = [{"target": "starts", "measure": name, "unit": "per 10,000 children", "year": "2025"} for name in ("a", "b")]
    numbers = {"official": 2.0, "tolerance": 1.0, "simulated": 4.5, "distance": 2.01, "input": False, "local": False}
    numbers |= {"england": 3.0}
    table = pd.DataFrame([row | numbers | {"grade": "A"} for row in rows])
    several = shown(fit_overview(table.assign(measure=["a_long_name_of_a_part", "b"])), 70)
    assert line_of(several, "a_long_name_of_a_part").endswith("2.0 1.0 4.5 +2.01 *")
    one = shown(fit_overview(table.head(1)), 160)
    assert line_of(one, "starts") == "starts per 10,000 children 2025 A England 2.0 1.0 4.5 +2.01 *"


def test_parameters_are_told_with_their_default() -> None:
    row = {"path": "theory.x", "unit": "0-1", "allowed": "0 to 1", "grade": "D", "meaning": "something"}
    for default, told in ((0.5, "0.5"), (2.0, "2"), (3, "3"), ("on", "on")):
        text = shown(parameter_overview([{**row, "default": default}]))
        assert line_of(text, "path") == "path default unit allowed grade meaning"
        assert line_of(text, "theory.x") == f"theory.x {told} 0-1 0 to 1 D something"


def test_effects_show_difference_interval_and_sign() -> None:
    effects = pd.DataFrame(
        {
            "arm": "offer",
            "condition": ALL_DRAWS,
            "measure": list(MEASURES),
            "unit": [measure.unit for measure in MEASURES.values()],
            "comparator_mean": 50.0,
            "arm_mean": 48.5,
            "estimate": -1.5,
            "low": -3.04,
            "high": 0.04,
            "level": 0.95,
            "replicates": 20,
            "probability_lower": 0.85,
            "relative": -0.03,
        }
    )
    (table,) = effect_tables(effects)
    assert line_of(shown(table), "cla_start_rate") == (
        "cla_start_rate per 10,000 a year 50.0 48.5 -1.5 -3.0 to +0.0 -3.0% 17 of 20"
    )


def test_the_level_of_intervals_is_their_heading_where_all_have_one() -> None:
    names = list(MEASURES)
    effects = pd.DataFrame({"arm": "offer", "condition": ALL_DRAWS, "measure": names, "unit": SHARE, "replicates": 20})
    numbers = ("comparator_mean", "arm_mean", "estimate", "low", "high", "relative", "probability_lower")
    for levels, heading in ((24 / 26, "92% interval"), ([0.95, *[24 / 26] * (len(names) - 1)], " interval")):
        (table,) = effect_tables(effects.assign(**dict.fromkeys(numbers, 0.1), level=levels))
        assert heading in shown(table).splitlines()[1]
    assert "%" not in shown(table).splitlines()[1]


@pytest.mark.parametrize("estimate", [-1.5, 1.5])
def test_pairs_in_which_the_arm_lies_lower_are_counted_whichever_way_the_mean_goes(estimate: float) -> None:
    effects = pd.DataFrame(
        {
            "arm": "offer",
            "condition": ALL_DRAWS,
            "measure": list(MEASURES),
            "unit": [measure.unit for measure in MEASURES.values()],
            "comparator_mean": 50.0,
            "arm_mean": 50.0 + estimate,
            "estimate": estimate,
            "level": 0.95,
            "low": estimate - 0.25,
            "high": estimate + 2.0,
            "replicates": 20,
            "probability_lower": 0.15,
            "relative": estimate / 50.0,
        }
    )
    (table,) = effect_tables(effects)
    text = shown(table)
    assert line_of(text, "measure").split()[2:5] == ["comparator", "arm", "difference"]
    assert "offer: paired difference from the comparator" in text
    for name in ("cla_start_rate", "harm_months_rate"):
        ends = f"{estimate - 0.25:+.1f} to {estimate + 2.0:+.1f}"
        told = f"50.0 {50.0 + estimate:.1f} {estimate:+.1f} {ends} {estimate / 50.0:+.1%} 3 of 20"
        assert line_of(text, name).endswith(told)


def test_joint_outcomes_are_shown_with_share_and_interval() -> None:
    joint = pd.DataFrame(
        [{"arm": "offer", "statement": "entries fall", "pairs": 20, "probability": 0.75, "low": 0.53, "high": 0.89}]
    ).assign(condition=ALL_DRAWS)
    text = shown(joint_table(joint))
    assert line_of(text, "arm") == "arm draws statement pairs share 95% interval"
    assert line_of(text, "offer") == "offer all draws entries fall 20 75% 53% to 89%"


def test_each_set_of_draws_has_a_table_in_the_order_given() -> None:
    row = {
        "arm": "offer",
        "comparator_mean": 50.0,
        "level": 0.95,
        "low": -3.0,
        "high": 0.0,
        "relative": -0.03,
        "replicates": 20,
    }
    effects = pd.DataFrame([{"measure": measure, "unit": found.unit} for measure, found in MEASURES.items()])
    both = [
        effects.assign(**row, condition=condition, estimate=estimate, arm_mean=50.0 + estimate, probability_lower=0.5)
        for condition, estimate in ((THEORY_ACTS, -2.0), (ALL_DRAWS, -1.0))
    ]
    acting, together = map(shown, effect_tables(pd.concat(both)))
    assert "offer: paired difference from the comparator (theory not null)" in acting
    assert "offer: paired difference from the comparator (all draws)" in together
    assert " -2.0 " in line_of(acting, "cla_start_rate") and " -1.0 " in line_of(together, "cla_start_rate")


@pytest.mark.parametrize(("distance", "mark"), [(-2.5, "-2.50 *"), (2.5, "+2.50 *"), (1.9, "+1.90"), (-2.0, "-2.00")])
def test_fit_shows_official_beside_simulated_and_marks_what_lies_far_off(distance: float, mark: str) -> None:
    row = {
        "target": "starts",
        "measure": "cla_start_rate",
        "unit": "per 10,000",
        "year": "2025",
        "grade": "A",
        "local": False,
    }
    numbers = {"official": 26.5, "tolerance": 1.25, "simulated": 23.4, "distance": distance, "input": False}
    numbers |= {"england": 25.0}
    text = shown(fit_overview(pd.DataFrame([row | numbers])))
    assert line_of(text, "target") == "target unit year grade of official tolerance simulated distance"
    assert line_of(text, "starts") == f"starts per 10,000 2025 A England 26.5 1.2 23.4 {mark}"
    given = shown(fit_overview(pd.DataFrame([row | numbers | {"input": True, "local": True}])))
    assert line_of(given, "starts").endswith(f"{mark.split()[0]} given 25.0"), "England's beside its own"
    assert " authority " in given


NAMES = ["x [/nope]", "[red]", "Plan [draft]", "$x_{1$", "a_b^c", "<b>", "% [b]", ":smile:", "[link=file:///]x"]


@pytest.mark.parametrize("name", NAMES)
def test_names_stand_in_the_terminal_as_they_were_written(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    joint = {"condition": ALL_DRAWS, "statement": name, "pairs": 2, "probability": 0.5, "low": 0.1, "high": 0.9}
    effects = pd.DataFrame([{"measure": measure, "unit": found.unit} for measure, found in MEASURES.items()]).assign(
        comparator_mean=1.0, arm_mean=1.0, estimate=0.0, level=0.95, low=0.0, high=0.0, relative=0.0, replicates=2
    )
    page().print(joint_table(pd.DataFrame([{"arm": name, **joint}])))
    page().print(effect_tables(effects.assign(arm=name, condition=ALL_DRAWS, probability_lower=0.5))[0])
    page().print(f"Comparator: {name}")
    text = capsys.readouterr().out
    assert text.count(name) == 4
    assert f"{name}: paired difference" in text


def test_a_long_name_leaves_room_for_the_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    joint = {
        "condition": ALL_DRAWS,
        "statement": "entries to care fall",
        "pairs": 2,
        "probability": 0.5,
        "low": 0.1,
        "high": 0.9,
    }
    page().print(joint_table(pd.DataFrame([{"arm": "long name " * 30, "condition": ALL_DRAWS, **joint}])))
    lines = capsys.readouterr().out.splitlines()
    assert "entries to care fall" in " ".join(lines[2].split())
    assert sum(line.count("long name") for line in lines) == 30
