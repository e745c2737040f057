"""Synthetic authorities, lived under every start: potential outcomes that are really those of the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sos_sim.files.scenario import Scenario, load_scenario
from sos_sim.outcomes.histories import Histories
from sos_sim.runs.points import run_points
from sos_sim.runs.simulate import run_from, run_past
from sos_sim.theory.parameters import declared, strengths
from sos_sim.trials.clusters import DELIVERY, LEAN, synthetic_authority
from sos_sim.trials.pool import LivedAuthority, OutcomePool, authorities_of, lived_authority, read_pool
from sos_sim.trials.recorded import RECORDED, tally
from sos_sim.trials.trial import trial
from support.small_studies import write_files
from support.trial_pools import a_plan

SMALL = {"run.warmup_months": 60, "run.months": 42}
PLAIN = {"children": 3000, "seed": 5, LEAN: 0.0, DELIVERY: 1.0}


def arms(folder: Path, **values: float) -> tuple[Scenario, Scenario]:
    """Usual practice and a programme, small, with some beliefs set in both."""
    usual, offer = (load_scenario(file, SMALL).with_values(**values) for file in write_files(folder))
    return usual, offer


def evaluator(scenarios: tuple[Scenario, Scenario], trend: float = 0.0) -> LivedAuthority:
    """Two starts, half-year periods, a year and a half of history and two years of trial."""
    return LivedAuthority(*scenarios, (0, 6), 6, 3, 4, trend)


def by_start(evaluate: LivedAuthority, values: dict[str, float]) -> dict[str, np.ndarray]:
    """All numbers of an authority by start."""
    numbers = dict(zip(evaluate.outputs, evaluate(values, 0), strict=True))
    return {
        start: np.array(
            [number for name, number in numbers.items() if name.startswith(f"{start}:") and "cost" not in name]
        )
        for start in ("-1", "0", "6")
    }


def test_a_programme_of_no_strength_changes_no_count(tmp_path: Path) -> None:
    none = dict.fromkeys(strengths(programme_only=True), 0.0)
    lives = by_start(evaluator(arms(tmp_path, **none)), PLAIN)
    assert np.array_equal(lives["-1"], lives["0"], equal_nan=True)
    assert np.array_equal(lives["-1"], lives["6"], equal_nan=True)


def test_a_programme_of_full_strength_changes_what_follows_its_start_alone(tmp_path: Path) -> None:
    evaluate = evaluator(
        arms(
            tmp_path,
            mobilise=0.4,
            shared_mapping=3.0,
            relational=1.0,
            rigour_signs=1.0,
            plan_effect=0.9,
            trust_gate=0.05,
        )
    )
    numbers = dict(zip(evaluate.outputs, evaluate(PLAIN | {"children": 9000}, 0), strict=True))
    changed = {
        (start, int(name.split(":")[2]))
        for name, number in numbers.items()
        if name.split(":")[1:2] == ["harm_months"]
        and name.endswith("count")
        and (start := name.split(":")[0]) != "-1"
        and number != numbers[name.replace(f"{start}:", "-1:", 1)]
    }
    assert {start for start, _ in changed} == {"0", "6"}
    assert min(period for start, period in changed if start == "6") >= 1
    assert min(period for _, period in changed) >= 0


def test_a_later_start_is_the_scenario_with_a_later_programme(tmp_path: Path) -> None:
    usual, offer = arms(tmp_path)
    evaluate = evaluator((usual, offer))
    mine = dict(zip(evaluate.outputs, evaluate(PLAIN, 0), strict=True))
    facts = {"children": 3000, "seed": 5}
    later = replace(offer, programmes=tuple(plan._replace(start_month=6) for plan in offer.programmes))
    run = run_from(run_past(usual.with_values(**facts), 0), replace(later.with_values(**facts)))
    histories = Histories(run.events, run.monthly, run.state.children["birth"].astype(np.int64), run.setting.months)
    for outcome in RECORDED:
        count, size = tally(outcome, histories, 3000, 60 - 18, 6, 7)
        for period in range(-3, 4):
            for part, numbers in (("count", count), ("size", size)):
                assert np.array_equal(mine[f"6:{outcome}:{period}:{part}"], numbers[period + 3], equal_nan=True)


def test_children_who_cannot_be_followed_up_are_not_counted(tmp_path: Path) -> None:
    evaluate = evaluator(arms(tmp_path))
    numbers = dict(zip(evaluate.outputs, evaluate(PLAIN, 0), strict=True))
    assert np.isfinite(numbers["-1:looked_after_18m:3:count"]) and np.isfinite(numbers["-1:care_starts:3:count"])
    short = replace(evaluate, periods=5)
    numbers = dict(zip(short.outputs, short(PLAIN, 0), strict=True))
    assert np.isnan(numbers["-1:looked_after_18m:4:count"]) and np.isfinite(numbers["-1:looked_after_12m:4:count"])


def test_a_lean_to_danger_raises_care_entries(tmp_path: Path) -> None:
    evaluate = evaluator(arms(tmp_path))
    low, high = (
        sum(
            number
            for name, number in zip(evaluate.outputs, evaluate(PLAIN | {LEAN: lean}, 0), strict=True)
            if name.startswith("-1:care_starts") and name.endswith("count")
        )
        for lean in (-1.0, 1.0)
    )
    assert low < high


def test_a_secular_trend_begins_with_the_trial(tmp_path: Path) -> None:
    lives = [by_start(evaluator(arms(tmp_path), trend), PLAIN)["-1"] for trend in (0.0, 1.0)]
    assert not np.array_equal(*lives, equal_nan=True)
    rates = [place for place, name in enumerate(RECORDED) if not RECORDED[name].follow_up]
    for place in rates:
        before = slice(place * 14, place * 14 + 3)
        assert np.array_equal(lives[0][before], lives[1][before])


def test_delivery_scales_the_programme_and_nothing_else(tmp_path: Path) -> None:
    evaluate = evaluator(arms(tmp_path))
    weak, full = (by_start(evaluate, PLAIN | {DELIVERY: delivery}) for delivery in (0.0, 1.0))
    assert np.array_equal(weak["-1"], full["-1"], equal_nan=True)
    assert not np.array_equal(weak["0"], full["0"], equal_nan=True)


def test_an_authority_depends_on_its_number_and_seed_alone() -> None:
    scenario = a_plan().scenarios[0]
    first = synthetic_authority(scenario, 3, 1, 0.2)
    assert first == synthetic_authority(scenario, 3, 1, 0.2)
    assert first != synthetic_authority(scenario, 4, 1, 0.2)
    for name, value in first.items():
        parameter = declared().get(name)
        assert parameter is None or parameter.low <= value <= parameter.high
    drawn = synthetic_authority(scenario, 3, 1, 0.2, {"turnover": 2 * float(scenario.values["turnover"])})
    assert drawn["turnover"] == pytest.approx(2 * first["turnover"])


def test_facts_spread_as_they_should() -> None:
    scenario = a_plan().scenarios[0]
    many = [synthetic_authority(scenario, number, 1, 0.2) for number in range(400)]
    children = np.log([values["children"] for values in many])
    delivery = np.array([values[DELIVERY] for values in many])
    assert children.std() == pytest.approx(0.603, rel=0.12)
    assert delivery.mean() == pytest.approx(1.0, abs=0.04) and np.log(delivery).std() == pytest.approx(0.2, rel=0.12)


def test_a_pool_is_read_from_its_run_table(tmp_path: Path) -> None:
    usual, offer = arms(tmp_path)
    plan = a_plan(
        scenarios=(usual, offer),
        authorities=4,
        draws=1,
        authorities_per_draw=4,
        baseline_months=0,
        roll_in_months=0,
        follow_up_months=6,
    )
    evaluate = replace(lived_authority(plan), history_periods=2)
    points = [point | {"children": 1500} for point in authorities_of(plan, [{"turnover": 0.02}])]
    runs = run_points(evaluate, points, 1, None, kind="pool", workers=1)
    assert (runs["status"] == "done").all() and len(points) == 8
    plan_of_two = replace(plan, baseline_months=0)
    numbers = runs.loc[0, "-1:care_starts:0:count"]
    pool = _read(plan_of_two, runs, evaluate)
    assert pool.draw.tolist() == [-1] * 4 + [0] * 4
    assert pool.count["care_starts"][0, 0, 2] == numbers


def _read(plan, runs, evaluate) -> OutcomePool:
    """As ``read_pool``, with the history that the test keeps short."""
    import sos_sim.trials.pool as module

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "lived_authority", lambda _: evaluate)
        return read_pool(plan, runs)


def test_a_trial_study_is_resumed_and_gives_the_same_tables(tmp_path: Path) -> None:
    usual, offer = arms(tmp_path)
    longer = tuple(replace(arm, run=arm.run._replace(warmup_months=48)) for arm in (usual, offer))
    plan = a_plan(
        scenarios=longer,
        designs=("parallel",),
        clusters=(4,),
        authorities=6,
        baseline_months=0,
        roll_in_months=0,
        follow_up_months=6,
        trials=20,
        analyses=("cluster_summary",),
    )
    first = trial(plan, tmp_path / "out", workers=1)
    again = trial(plan, tmp_path / "out", workers=1)
    assert set(first.tables) >= {"power", "correlations", "spread", "true_effects", "outcomes"}
    for name, table in first.tables.items():
        assert table.equals(again.tables[name])
    assert len(first.authorities) == 6 and len(first.runs) == 40
    more = trial(replace(plan, trials=25), tmp_path / "out", workers=1)
    assert len(more.runs) == 50 and more.runs["status"].eq("done").all()
