"""Mechanism: through which links of the programme theory an arm's effect comes.

A link is switched off by setting its *programme strengths* to 0: those that act only through what a
programme adds, so that the comparator and the shared past stay as they are to the last bit. M2, M4 and
M7 have none: a programme reaches them through other links. For links with strengths that usual practice
uses too there are ``worlds``: the whole comparison in a world where these are 0 in both arms, whose
level of activity differs as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from sos_sim.comparison import shares
from sos_sim.comparison.paired import DRAW, OUTCOMES, Runs, described, effect_rows, output, run_arms
from sos_sim.core.errors import InputError
from sos_sim.core.links import LINKS
from sos_sim.files.comparable import check_comparable
from sos_sim.files.scenario import Scenario
from sos_sim.outcomes.measures import MEASURES, RATE, SHARE, STOCK
from sos_sim.statistics.intervals import Floats
from sos_sim.theory.parameters import declared, strengths

DECIMALS: Final[Mapping[str, int]] = {RATE: 2, STOCK: 2, SHARE: 4}
"""Decimals with which steps of a measure are shown, by its unit (others: 0)."""


@dataclass(frozen=True)
class Mechanism:
    """Tables of a mechanism study. All have measure, unit and the columns ``paired.INTERVAL``.

    ``switched_off``: link, name, without (mean effect with the link off); estimate is what the link's
    absence takes from the effect (effect of all links minus effect without it).
    ``waterfall``: way ('alone' or 'in order'), step (0, 1, …), label, link ('' for the rows that are no
    link), shown (estimate rounded so that shown steps add up to the shown total), start and end (of the
    bar, in shown numbers), decimals. Rows of a way: 'programme delivered, all links off' (0 exactly
    unless a measure holds the programme's own cost), one for each link, 'interaction' (the way 'alone'
    only: total minus the sum of links each switched on by itself), 'total'.
    ``shapley``: link, name, shown, decimals, share (estimate over the total; NaN where the total's
    interval holds 0).
    ``worlds``: link, name, parameters (set to 0 in both arms), comparator_mean, arm_mean, estimate (the
    effect in that world); the row with link '' is the world as it is.
    ``coverage``: link, name, programme_strengths, strengths_in_every_arm, treatment (a sentence); this
    table has no measure and no interval.
    """

    switched_off: pd.DataFrame
    waterfall: pd.DataFrame
    shapley: pd.DataFrame
    worlds: pd.DataFrame
    coverage: pd.DataFrame


def mechanism(comparator: Scenario, arm: Scenario, runs: Runs, measures: Sequence[str] = OUTCOMES) -> Mechanism:
    """Take the effect of ``arm`` against ``comparator`` apart by link, every coalition of links run.

    Raises InputError when the two differ in more than programmes and programme strengths: then part of
    their difference is not the programme's.
    """
    _refuse_other_differences(comparator, arm)
    worth = _worth(comparator, arm, measures, runs)
    return Mechanism(
        _switched_off(worth),
        _waterfall(worth),
        _shapley(worth),
        _worlds(comparator, arm, measures, runs),
        link_coverage(),
    )


def programme_links() -> dict[str, list[str]]:
    """Programme strengths by link, links in order; links without any are left out."""
    return _by_link(strengths(programme_only=True))


def links_in_every_arm() -> dict[str, list[str]]:
    """Strengths that usual practice uses too, by link, links in order."""
    own = strengths(programme_only=True)
    return _by_link([name for name in strengths() if name not in own])


def other_differences(comparator: Scenario, arm: Scenario) -> list[str]:
    """Parameters, programme strengths aside, in which two scenarios differ: an effect with any has no links alone."""
    free = strengths(programme_only=True)
    return [name for name, value in comparator.values.items() if name not in free and arm.values[name] != value]


def link_coverage() -> pd.DataFrame:
    """Which links can be switched off for the programme alone; see ``Mechanism.coverage``."""
    own, shared = programme_links(), links_in_every_arm()
    return pd.DataFrame(
        [
            {
                "link": link,
                "name": name,
                "programme_strengths": ", ".join(own.get(link, [])),
                "strengths_in_every_arm": ", ".join(shared.get(link, [])),
                "treatment": _treatment(link in own, link in shared),
            }
            for link, name in LINKS.items()
        ]
    )


@dataclass(frozen=True)
class _Worth:
    """The effect of every coalition on one measure, shape (rows, coalitions), rows without gaps only."""

    measure: str
    values: Floats
    draws: np.ndarray[tuple[int], np.dtype[np.int64]]

    def described(self, values: Floats) -> dict[str, object]:
        """Measure, unit and interval columns for one number a row."""
        unit = MEASURES[self.measure].unit
        return {"measure": self.measure, "unit": unit, **described(values, self.draws)}

    @property
    def total(self) -> Floats:
        """The arm's effect, shape (rows,)."""
        return self.values[:, -1]

    @property
    def decimals(self) -> int:
        """Decimals with which steps are shown."""
        return DECIMALS.get(MEASURES[self.measure].unit, 0)


def _worth(comparator: Scenario, arm: Scenario, measures: Sequence[str], runs: Runs) -> list[_Worth]:
    """Run every coalition of links with the same luck, and pair each with its comparator."""
    groups = list(programme_links().values())
    coalitions = range(2 ** len(groups))
    arms = [_with_links(arm, groups, coalition, "links") for coalition in coalitions]
    usual = [comparator]
    if comparator.programmes:
        usual = [_with_links(comparator, groups, coalition, "comparator, links") for coalition in coalitions]
    table = run_arms("mechanism", [*usual, *arms], [{}], measures, runs.inside("coalitions"))
    found = []
    for measure in measures:
        before, after = (
            table[[output(scenario, measure) for scenario in scenarios]].to_numpy(dtype=float)
            for scenarios in (usual, arms)
        )
        worth = after - before
        whole = ~np.isnan(worth).any(axis=1)
        found.append(_Worth(measure, worth[whole], table[DRAW].to_numpy()[whole]))
    return found


def _with_links(scenario: Scenario, groups: Sequence[Sequence[str]], coalition: int, label: str) -> Scenario:
    """The scenario with only the links of a coalition switched on."""
    off = {name: 0.0 for link, names in enumerate(groups) if not coalition >> link & 1 for name in names}
    return replace(scenario.with_values(**off), name=f"{label} {coalition}")


def _switched_off(worths: Sequence[_Worth]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                **worth.described(lost),
                "link": link,
                "name": LINKS[link],
                "without": float(np.mean(worth.total - lost)) if len(lost) else np.nan,
            }
            for worth in worths
            for link, lost in zip(programme_links(), shares.missed(worth.values).T, strict=True)
        ]
    )


def _waterfall(worths: Sequence[_Worth]) -> pd.DataFrame:
    """Both ways of building up the effect, bar by bar."""
    ways = (("alone", shares.alone), ("in order", shares.in_order))
    return pd.concat(
        [_steps(worth, way, steps(worth.values)) for worth in worths for way, steps in ways], ignore_index=True
    )


def _steps(worth: _Worth, way: str, by_link: Floats) -> pd.DataFrame:
    """Rows of one waterfall: ``by_link`` has shape (rows, links)."""
    bars = [("programme delivered, all links off", "", worth.values[:, 0])]
    bars += [(LINKS[link], link, by_link[:, place]) for place, link in enumerate(programme_links())]
    if way == "alone":
        bars.append(("interaction", "", worth.total - worth.values[:, 0] - by_link.sum(axis=1)))
    rows = [{**worth.described(values), "label": label, "link": link} for label, link, values in bars]
    total = {**worth.described(worth.total), "label": "total", "link": ""}
    table = pd.DataFrame([*rows, total]).assign(way=way, step=range(len(bars) + 1), decimals=worth.decimals)
    return table.assign(**_bars(table["estimate"].to_numpy(), worth.decimals))


def _bars(estimates: Floats, decimals: int) -> dict[str, Floats]:
    """Shown steps, and where each bar starts and ends; the last is the total, which starts at 0."""
    if np.isnan(estimates).any():
        return dict.fromkeys(("shown", "start", "end"), np.full(len(estimates), np.nan))
    steps = shares.shown_steps(estimates[:-1], estimates[-1], decimals)
    ends = np.round(np.cumsum(steps), decimals) + 0.0
    total = np.round(estimates[-1], decimals) + 0.0
    return {
        "shown": np.append(steps, total),
        "start": np.concatenate([[0.0], ends[:-1], [0.0]]),
        "end": np.append(ends, total),
    }


def _shapley(worths: Sequence[_Worth]) -> pd.DataFrame:
    return pd.concat([_shapley_of(worth) for worth in worths], ignore_index=True)


def _shapley_of(worth: _Worth) -> pd.DataFrame:
    by_link = shares.shapley(worth.values)
    rows = [
        {**worth.described(values), "link": link, "name": LINKS[link]}
        for link, values in zip(programme_links(), by_link.T, strict=True)
    ]
    table = pd.DataFrame(rows).assign(decimals=worth.decimals)
    estimates = table["estimate"].to_numpy()
    total = described(worth.total - worth.values[:, 0], worth.draws)
    clear = total["low"] > 0.0 or total["high"] < 0.0
    known = not np.isnan(estimates).any()
    return table.assign(
        shown=shares.shown_steps(estimates, total["estimate"], worth.decimals) if known else np.nan,
        share=estimates / total["estimate"] if clear else np.nan,
    )


def _worlds(comparator: Scenario, arm: Scenario, measures: Sequence[str], runs: Runs) -> pd.DataFrame:
    """The comparison as it is, and in worlds without the strengths of each link that usual practice uses."""
    worlds = {"": list[str](), **links_in_every_arm()}
    points = [dict.fromkeys(names, 0.0) for names in worlds.values()]
    table = run_arms("worlds", [comparator, arm], points, measures, runs.inside("worlds"))
    return pd.concat(
        [
            effect_rows(table[table["point"] == point], comparator, arm, measures).assign(
                link=link, name=LINKS.get(link, "as it is"), parameters=", ".join(names)
            )
            for point, (link, names) in enumerate(worlds.items())
        ],
        ignore_index=True,
    )


def _by_link(names: Sequence[str]) -> dict[str, list[str]]:
    links = {link: [name for name in names if declared()[name].link == link] for link in LINKS}
    return {link: own for link, own in links.items() if own}


def _treatment(own: bool, shared: bool) -> str:
    """What this study does with a link."""
    if own and shared:
        return "programme strengths switched off in the arm; shared strengths only as a world without them"
    if own:
        return "programme strengths switched off in the arm"
    if shared:
        return "no strength of the programme's own: only as a world without it, in both arms"
    return "no strength at all: a programme reaches it through other links, and it cannot be switched off"


def _refuse_other_differences(comparator: Scenario, arm: Scenario) -> None:
    """Arms whose pasts differ cannot be taken apart by link."""
    for name in other_differences(comparator, arm):
        path = declared()[name].path
        raise InputError(
            f"the effect of {arm.name} against {comparator.name} cannot be taken apart by link: {path} is "
            f"{comparator.values[name]} in the first arm and {arm.values[name]} in the second, so their pasts differ "
            f"too. Compare scenarios that differ in programmes only, or set it for both with --set {path}=VALUE."
        )
    check_comparable([comparator, arm], 1)
