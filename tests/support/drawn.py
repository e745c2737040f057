"""Authorities, beliefs, readings of the theory and programmes as hypothesis draws them."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Value
from sos_sim.model.paths import Path, paths
from sos_sim.model.programmes import Programme, Rollout, Unit
from sos_sim.model.setting import UNLIMITED, Setting
from sos_sim.theory.budget import PAID_BY_POST, Budget
from sos_sim.theory.levers import WHO, Levers
from sos_sim.theory.parameters import declared
from support.worlds import FULL_OFFER, world

FEW = settings(max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))
FIXED = {"children"}
NUMBERS = sorted(
    name for name, parameter in declared().items() if parameter.kind in ("belief", "fact") and name not in FIXED
)
SWITCHES = {name: parameter.choices for name, parameter in declared().items() if parameter.kind == "structure"}
SEEDS = st.integers(1, 2**40)


def everything(address: int) -> dict[str, float]:
    """All numbers drawn at once by address: a share of its range for each."""
    return {name: uniform(mix(address, place), mix(1, 0)) for place, name in enumerate(NUMBERS)}


@st.composite
def beliefs(draw: st.DrawFn) -> dict[str, Value]:
    """Some or all numbers anywhere in their declared ranges, and any reading of the theory."""
    some = st.dictionaries(st.sampled_from(NUMBERS), st.floats(0.0, 1.0), max_size=30)
    chosen = draw(some | SEEDS.map(everything))
    values: dict[str, Value] = {}
    for name, share in chosen.items():
        parameter = declared()[name]
        value = parameter.low + share * (parameter.high - parameter.low)
        values[name] = int(value) if parameter.whole else value
    for name, choices in SWITCHES.items():
        values[name] = draw(st.sampled_from(choices))
    return values


@st.composite
def programmes(draw: st.DrawFn, first: int = 0) -> list[Programme]:
    """Up to two programmes of any levers and reach, from month ``first`` or later; half are full, to some by lot."""
    found = []
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(first, first + 10))
        names = draw(st.sets(st.sampled_from(Levers._fields), min_size=1))
        levers = {name: draw(st.floats(0.0, 1.0)) for name in sorted(names)}
        if draw(st.booleans()):
            levers = FULL_OFFER | levers | {name: draw(st.floats(0.0, 1.0)) for name in WHO}
        found.append(Programme(start, start + draw(st.integers(1, 40)), levers, draw(reaches(start))))
    return found


@st.composite
def reaches(draw: st.DrawFn, start: int) -> Rollout:
    """Whom a programme reaches: lots of any unit, one team or all, at once or by turns, own lots or common."""
    full_by = draw(st.none() | st.integers(start, start + 30))
    waves = None if full_by is None else draw(st.none() | st.integers(1, 4))
    teams = draw(st.just(()) | st.just((0,)))
    return Rollout(draw(st.sampled_from(Unit)), teams, full_by, waves, draw(st.sampled_from(["", "pilot"])))


class Drawn(NamedTuple):
    """What hypothesis chose; the setting itself is too large to print."""

    seed: int
    months: int
    children: int
    values: dict[str, Value]
    programmes: list[Programme]
    open_paths: set[Path]
    budget: Budget

    def setting(self) -> Setting:
        """The setting that these choices make."""
        lived = world(self.seed, self.months, self.children, self.values, self.programmes)
        return lived._replace(paths=paths(self.open_paths), budget=self.budget)


BUDGETS = st.just(UNLIMITED) | st.builds(
    lambda pounds, order: Budget(pounds, 3, *order), st.floats(0.0, 50_000.0), st.permutations(range(len(PAID_BY_POST)))
)
OPEN_PATHS = st.just(set(Path)) | st.sets(st.sampled_from(Path))


def worlds() -> st.SearchStrategy[Drawn]:
    """Authorities of 1,000-3,000 children over 15-40 months, any paths of the effect open."""
    return st.builds(
        Drawn, SEEDS, st.integers(15, 40), st.integers(1000, 3000), beliefs(), programmes(), OPEN_PATHS, BUDGETS
    )
