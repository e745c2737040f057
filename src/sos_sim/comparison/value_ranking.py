"""What to find out first: the value of knowing each belief, and each link of the theory, before deciding.

Values that fits find by chance are told apart by dealing the net benefits out to the draws in other orders:
worlds in which no belief can be worth anything. What stands out is worth more than the most valuable of all
beliefs (or links) in all those worlds, so that in one study in ``ORDERS + 1`` a belief stands out although
none is worth anything (Westfall and Young 1993, Resampling-Based Multiple Testing, maximum statistics).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.comparison.economics import DISCOUNT_RATE, economics
from sos_sim.comparison.further import read_comparison
from sos_sim.comparison.net_benefit import WORTH, about, benefits_by_draw
from sos_sim.comparison.tables import TABLES
from sos_sim.comparison.tables_of_costs import VALUE_RANKING
from sos_sim.core.errors import InputError
from sos_sim.core.links import LINKS
from sos_sim.core.luck import mix, uniform
from sos_sim.runs.store import read_table
from sos_sim.statistics.intervals import LEVEL, Floats, mean
from sos_sim.statistics.value import FEWEST_DRAWS, Information, informed, perfect_information
from sos_sim.theory.parameters import declared

ORDERS: Final = 19
"""Other orders in which benefits are dealt out: with them, chance stands out in one study in twenty."""


@dataclass(frozen=True)
class ProgrammeChoice:
    """One authority's choice between usual practice and programmes, draw by draw of what is uncertain.

    ``benefits``: net benefit in pounds over the period, shape (draws, options); the first of ``options`` is
    usual practice with 0. ``beliefs``: a row for each of those draws, a column for each parameter that varies.
    ``about``: what differs between states, in words; with one replicate a draw, luck as well. ``stated``: what
    avoiding an outcome and a month of harm at home is taken to be worth, in words.
    """

    options: Sequence[str]
    benefits: Floats
    beliefs: pd.DataFrame
    about: str
    stated: str


def rank_information(
    folder: Path, value: float, harm_value: float, item: str = "care_starts", discount_rate: float = DISCOUNT_RATE
) -> pd.DataFrame:
    """What to find out first, from the folder of a comparison over draws; columns as in ``rank_beliefs``.

    ``value`` and ``harm_value`` are what a reader would give for one of ``item`` (a key of ``net_benefit.WORTH``)
    and for one month of harm at home avoided, pounds. Raises as ``read_decision``.
    """
    return rank_beliefs(read_decision(folder, value, harm_value, item, discount_rate))


def read_decision(
    folder: Path, value: float, harm_value: float, item: str = "care_starts", discount_rate: float = DISCOUNT_RATE
) -> ProgrammeChoice:
    """The decision that a comparison over draws informs, present values over whole years.

    Parameters that a scenario sets, and which draws therefore do not move, are left out. Raises InputError for
    fewer than ``FEWEST_DRAWS`` draws, for values below 0, for an unknown item and for runs shorter than a year,
    ResultsFolderError for a folder that holds no finished comparison.
    """
    stored = read_comparison(folder)
    if len(stored.draws) < FEWEST_DRAWS:
        raise InputError(
            f"{folder} compares over {len(stored.draws)} draws of parameters; the value of information needs at "
            f"least {FEWEST_DRAWS}: compare again with --draws 200 or more."
        )
    outcomes, monthly, runs = (read_table(folder, TABLES[name]) for name in ("outcomes", "monthly", "runs"))
    costs = economics(outcomes, monthly, runs, stored.scenarios, discount_rate)
    names = [scenario.name for scenario in stored.scenarios]
    benefits = benefits_by_draw(costs, names, item, value, harm_value)
    beliefs = as_numbers(pd.DataFrame(stored.draws).loc[benefits.index].reset_index(drop=True))
    fixed = set.union(*(set(scenario.given) for scenario in stored.scenarios))
    moving = [name for name in beliefs if name not in fixed and beliefs[name].nunique() > 1]
    states = costs.present.loc[costs.present["arm"] == names[0], "draw"].to_numpy()
    stated = f"£{value:,.0f} for each {WORTH[item]}, £{harm_value:,.0f} for each month of harm at home avoided"
    return ProgrammeChoice(names, benefits.to_numpy(), beliefs[moving], about(states), stated)


def as_numbers(drawn: pd.DataFrame) -> pd.DataFrame:
    """Draws with choices, such as whether the theory is null, as their places among the choices."""
    choices = {name: declared()[name].choices for name in map(str, drawn) if declared()[name].choices}
    return drawn.assign(**{name: drawn[name].map(found.index) for name, found in choices.items()})


def rank_beliefs(decision: ProgrammeChoice, seed: int = 1) -> pd.DataFrame:
    """What to find out first: the expected value of knowing each belief and each link, the highest first.

    ``seed`` deals out the benefits of chance worlds. One row a parameter that varies (kind 'belief'; facts of an
    authority that are themselves drawn included) and one row a link of the theory with all its parameters (kind
    'link'; parameters of no link are grouped by EMMIE heading). Rows of equal worth are in order of ``explained``.
    Columns: name (parameter; 'M0' … 'M8'; heading), label, kind, members (parameters known), evppi, low, high (£
    for one authority's decision, see ``value.Information``), noise (£, the most that any row of this kind is worth
    in any chance world), distinguishable (evppi above noise), explained (share of the variance of net benefit
    predicted, held out), noise_explained (the most explained in any chance world), moves (explained above it:
    it moves net benefit, whether or not knowing it changes the decision), grade (of a link: the weakest among its
    parameters), source, evpi (£, perfect information on all that differs between states), level, draws, about,
    stated, share_of_evpi. Raises InputError for fewer than ``value.FEWEST_DRAWS`` draws.
    """
    singly = {str(name): [str(name)] for name in decision.beliefs}
    rows = [*_rows(decision, singly, "belief", seed), *_rows(decision, _groups(singly), "link", seed)]
    evpi = mean(perfect_information(decision.benefits))
    found = pd.DataFrame(rows).assign(evpi=evpi, level=LEVEL, draws=len(decision.benefits))
    found = found.assign(about=decision.about, stated=decision.stated)
    found["share_of_evpi"] = found["evppi"] / evpi if evpi else float("nan")
    order = found.sort_values(["evppi", "explained"], ascending=False, ignore_index=True, kind="stable")
    return VALUE_RANKING.check(order)


def _rows(decision: ProgrammeChoice, groups: Mapping[str, Sequence[str]], kind: str, seed: int) -> list[dict[str, Any]]:
    """One row a group; all of a kind share the level of noise."""
    benefits, draws = _dealt_out(decision.benefits, seed), np.arange(len(decision.benefits))
    found = {
        name: informed(benefits, decision.beliefs[list(members)].to_numpy(dtype=float), draws)
        for name, members in groups.items()
    }
    chances = [chance for worlds in found.values() for chance in worlds[1:]]
    noise = max(0.0, *(chance.worth for chance in chances))
    noise_explained = max(0.0, *(chance.explained for chance in chances))
    return [_row(name, kind, groups[name], worlds[0], noise, noise_explained) for name, worlds in found.items()]


def _row(
    name: str, kind: str, members: Sequence[str], found: Information, noise: float, noise_explained: float
) -> dict[str, Any]:
    parameters = [declared()[member] for member in members]
    single = kind == "belief"
    return {
        "name": name,
        "label": parameters[0].meaning if single else _label(name),
        "kind": kind,
        "members": len(members),
        "evppi": found.worth,
        "low": found.low,
        "high": found.high,
        "noise": noise,
        "distinguishable": found.worth > noise,
        "explained": found.explained,
        "noise_explained": noise_explained,
        "moves": found.explained > noise_explained,
        "grade": max(parameter.grade for parameter in parameters),
        "source": parameters[0].source if single else f"{len(members)} parameters",
    }


def _label(group: str) -> str:
    return f"{group} {LINKS[group]}" if group in LINKS else f"{group} (of no one link)"


def _groups(names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Parameters by link, links in order; those of no link by heading."""
    group_of = {name: declared()[name].link or declared()[name].heading for name in names}
    found = sorted(set(group_of.values()), key=lambda group: (group not in LINKS, group))
    return {group: [name for name in names if group_of[name] == group] for group in found}


def _dealt_out(benefits: Floats, seed: int) -> Floats:
    """Benefits as they are, then in other orders of draws, shape (draws, options, 1 + ORDERS)."""
    states = range(len(benefits))
    orders = [
        np.argsort([uniform(mix(seed, state), mix(order, 0)) for state in states], kind="stable")
        for order in range(ORDERS)
    ]
    return np.stack([benefits, *(benefits[order] for order in orders)], axis=2)
