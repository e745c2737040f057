"""What trust does in each reading: a gate without which nothing is shared, an amplifier, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sos_sim import load_scenario
from sos_sim.comparison.child_lives import child_lives
from sos_sim.comparison.subgroups import bands_of, count_subgroups, subgroup_outputs
from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario
from sos_sim.model.compiled import CompiledRun
from sos_sim.model.events import Event
from sos_sim.model.programmes import lay_out
from sos_sim.runs.simulate import run_from, run_past
from sos_sim.theory.casework import collaborate, relative_alliance, share_responsibility, share_understanding
from sos_sim.theory.home import safety
from sos_sim.theory.parameters import make_parameters
from sos_sim.theory.plan import rework_plan
from support.power import is_above, is_below
from support.worlds import NO_CLIMATE, column, count_events, full_programme, world

MONTHS, START, SEEDS = 84, 12, range(1, 13)
LOW, MIDDLE, HIGH = 0.05, 0.35, 0.6
NOBODY_LEAVES_HOME: Mapping[str, Value] = {"voluntary_threshold": 10.0, "pre_threshold": 10.0, "emergency": 0.0}
"""No entries to care, so that the families at home are the same in both arms."""


def held(trust: float) -> dict[str, Value]:
    """Trust of every family at one level for good."""
    still = {"trust_gain": 0.0, "coercion": 0.0, "discontinuity": 0.0}
    return {"trust_start_mean": trust, "trust_start_concentration": 5000.0, **still}


def arms(seed: int, values: Mapping[str, Value], children: int = 60_000) -> tuple[CompiledRun, CompiledRun]:
    """Usual practice and a full programme that share their past and their luck."""
    usual = CompiledRun(world(seed, MONTHS, children, {**NO_CLIMATE, **values})).advance(START)
    offers = lay_out(MONTHS, usual.setting.initial.teams, [full_programme(START, MONTHS)])
    programme = usual.branch(usual.setting._replace(offers=offers))
    return usual.advance(MONTHS - START), programme.advance(MONTHS - START)


@cache
def falls_in_danger(role: str, trust: float) -> NDArray[np.float64]:
    """How much lower danger at home is with the programme, as a share, in the last five years; one for each seed."""
    values = {**NOBODY_LEAVES_HOME, **held(trust), "trust_role": role}

    def fall(seed: int) -> float:
        usual, programme = (column(run, "mean_danger", START + 12).mean() for run in arms(seed, values))
        return float(1.0 - programme / usual)

    return np.array([fall(seed) for seed in SEEDS])


def test_behind_the_gate_a_programme_leaves_danger_as_it_is() -> None:
    shut, wide = falls_in_danger("gate", LOW), falls_in_danger("gate", HIGH)
    assert is_above(wide, 0.1)
    assert is_below(shut - 0.1 * wide)


def test_behind_the_gate_perceived_danger_still_falls_and_is_called_perception() -> None:
    usual, programme = arms(1, {**NOBODY_LEAVES_HOME, **held(LOW)})
    appraisal = column(programme, "mean_appraisal", START + 12) - column(usual, "mean_appraisal", START + 12)
    assert appraisal.mean() < -0.05


def test_the_effect_on_danger_rises_with_trust_from_shut_to_wide_open() -> None:
    levels = [falls_in_danger("gate", trust) for trust in (LOW, MIDDLE, HIGH, 0.95)]
    assert all(is_above(higher - lower) for lower, higher in pairwise(levels))


def safety_in_the_end(role: int, trust: float, delivered: float) -> float:
    """Safety of a family after three years on a plan at one level of trust, without a network."""
    parameters = make_parameters({})
    p, structure = parameters.casework, parameters.structure._replace(trust_role=role)
    family: Any = SimpleNamespace(
        trust=trust, consent=0.0, candour=0.0, understanding=0.0, responsibility=0.0, voice=0.2, visits=2.0
    )
    family.plan, family.cover = 0.0, 0.0
    worker: Any = SimpleNamespace(
        delivered=delivered, availability=0.85, purposeful=p.reference_purposeful * (1.0 + 0.4 * delivered)
    )
    for _ in range(36):
        collaborate(family, p, structure)
        share_understanding(family, worker, p, structure)
        share_responsibility(family, p)
        rework_plan(family, worker, relative_alliance(trust, p, structure), parameters.plan)
    return safety(family, parameters.home, p, structure)


@pytest.mark.parametrize(("role", "rises"), [(0, True), (1, True), (2, False)], ids=["gate", "amplifier", "none"])
@pytest.mark.parametrize("delivered", [0.2, 0.5, 0.8])
def test_by_the_rules_alone_the_effect_rises_with_trust_everywhere_or_not_at_all(
    role: int, rises: bool, delivered: float
) -> None:
    falls = []
    for trust in np.linspace(0.0, 1.0, 51):
        usual, programme = (safety_in_the_end(role, float(trust), depth) for depth in (0.0, delivered))
        falls.append((programme - usual) / (1.0 - usual))
    steps = np.diff(falls)
    assert (steps > 0.0).all() if rises else np.abs(steps).max() < 1e-12


def test_without_a_role_no_life_depends_on_trust() -> None:
    low, high = (arms(3, {**held(trust), "trust_role": "none"}, 12_000) for trust in (LOW, 0.95))
    for mine, theirs in zip(low, high, strict=True):
        assert np.array_equal(mine.events, theirs.events)
    assert not np.array_equal(low[0].events, low[1].events)


def test_an_amplifier_stands_between() -> None:
    def share_left(role: str) -> NDArray[np.float64]:
        return falls_in_danger(role, LOW) / falls_in_danger(role, HIGH)

    assert is_above(share_left("amplifier") - share_left("gate"), 0.1)
    assert is_below(share_left("amplifier"), 0.7)


PAIRS = 60
"""So many because the ratio of thirds of returns home varies from 1.5 to 2.5 over samples of twenty pairs."""
GATED_PAIRS = 40
RATIOS = {
    "care starts": ("care_starts", "child_months"),
    "harm": ("harm_months", "child_months"),
    "reunified": ("reunified_12m", "entries_followed"),
}


def scenarios(values: Mapping[str, Value]) -> list[Scenario]:
    """The scenarios that ship, with some values set."""
    return [load_scenario(name).with_values(**values) for name in ("base", "sos_supported")]


@cache
def counts_by_openness() -> NDArray[np.float64]:
    """Counts of each pair: shape (pairs, arms, outputs of subgroups)."""

    def one(replicate: int) -> list[list[float]]:
        usual, programme = scenarios({})
        past = run_past(usual, replicate)
        lives = [child_lives(run_from(past, arm, True), arm.run.warmup_months) for arm in (usual, programme)]
        return [count_subgroups(one, bands_of(lives[0])) for one in lives]

    return np.array([one(replicate) for replicate in range(PAIRS)])


def relative_effects(outcome: str, band: str) -> Callable[[NDArray[np.int64]], float]:
    """The relative effect on an outcome in a third of openness, as a function of which pairs are pooled."""
    places = {name: place for place, name in enumerate(subgroup_outputs())}
    above, below = (counts_by_openness()[:, :, places["openness", band, name]] for name in RATIOS[outcome])

    def effect(pairs: NDArray[np.int64]) -> float:
        usual, programme = above[pairs].sum(0) / below[pairs].sum(0)
        return float(programme / usual - 1.0)

    return effect


def resamples(number: int) -> NDArray[np.int64]:
    """Pairs drawn with replacement, shape (number, PAIRS)."""
    lucks = np.array([[uniform(mix(7, row), mix(1, pair)) for pair in range(PAIRS)] for row in range(number)])
    return (lucks * PAIRS).astype(np.int64)


@pytest.mark.parametrize(("outcome", "sign"), [("care starts", -1), ("harm", -1), ("reunified", 1)])
def test_those_who_bring_more_gain_at_least_twice_as_much(outcome: str, sign: int) -> None:
    low, high = (relative_effects(outcome, band) for band in ("low", "high"))
    everyone = np.arange(PAIRS)
    assert sign * high(everyone) > 2.0 * max(0.0, sign * low(everyone))
    gains = [sign * (high(pairs) - low(pairs)) for pairs in resamples(2000)]
    assert np.quantile(gains, 0.025) > 0.0, "the interval of the ratio would hold 1"


@cache
def relative_by_pair(gate: float) -> NDArray[np.float64]:
    """Relative effects on harm at home and on care starts at one height of the gate, shape (2, pairs)."""

    def one(replicate: int) -> NDArray[np.float64]:
        usual, programme = scenarios({"trust_gate": gate})
        past = run_past(usual, replicate)
        before, after = (harm_and_care_starts(run_from(past, arm)) for arm in (usual, programme))
        return after / before - 1.0

    return np.array([one(replicate) for replicate in range(GATED_PAIRS)]).T


def harm_and_care_starts(run: CompiledRun) -> NDArray[np.float64]:
    """Child-months of harm at home, and care starts, after the warm-up."""
    first = run.setting.months - 60
    return np.array([column(run, "harm_at_home", first).sum(), count_events(run, Event.CARE_START, first)])


@pytest.mark.parametrize(("place", "kept"), [(0, 1.0 / 3.0), (1, 3.0 / 4.0)], ids=["harm", "care starts"])
def test_a_higher_gate_takes_the_effect_away(place: int, kept: float) -> None:
    wide, narrow = relative_by_pair(0.1)[place], relative_by_pair(0.6)[place]
    assert is_below(wide, -0.01)
    assert is_above(narrow - kept * wide)
