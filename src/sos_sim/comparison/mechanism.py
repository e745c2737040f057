"""Mechanism: through which links of the programme theory an arm's effect comes.

A link is switched off by setting its *programme strengths* to 0: those that act only through what a
programme adds, so that the comparator and the shared past stay as they are to the last bit. M2, M4 and
M7 have none: a programme reaches them through other links. For links with strengths that usual practice
uses too there are ``worlds``: the whole comparison in a world where these are 0 in both arms, whose
level of activity differs as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sos_sim.comparison.paired import DRAW, OUTCOMES, Runs, described, effect_rows, output, run_arms
from sos_sim.core.errors import InputError
from sos_sim.core.links import LINKS
from sos_sim.files.comparable import check_comparable
from sos_sim.files.scenario import Scenario
from sos_sim.outcomes.measures import MEASURES
from sos_sim.statistics.intervals import mean
from sos_sim.theory.parameters import THEORY_NULL, declared, strengths


@dataclass(frozen=True)
class Mechanism:
    """Tables of a mechanism study. All have measure, unit and the columns ``paired.INTERVAL``.

    ``switched_off``: link, name, without (mean effect with the link off); estimate is what the link's
    absence takes from the effect (effect of all links minus effect without it).
    ``worlds``: link, name, parameters (set to 0 in both arms), comparator_mean, arm_mean, estimate (the
    effect in that world); the row with link '' is the world as it is.
    ``coverage``: link, name, programme_strengths, strengths_in_every_arm, treatment (a sentence); this
    table has no measure and no interval.
    """

    switched_off: pd.DataFrame
    worlds: pd.DataFrame
    coverage: pd.DataFrame


def mechanism(comparator: Scenario, arm: Scenario, runs: Runs, measures: Sequence[str] = OUTCOMES) -> Mechanism:
    """What the effect of ``arm`` against ``comparator`` loses without each link, and in worlds without it.

    Raises InputError when the two differ in more than programmes and programme strengths: then part of
    their difference is not the programme's.
    """
    refuse_other_differences(comparator, arm)
    return Mechanism(
        _switched_off(comparator, arm, measures, runs), _worlds(comparator, arm, measures, runs), link_coverage()
    )


def programme_links() -> dict[str, list[str]]:
    """Programme strengths by link, links in order; links without any are left out."""
    return _by_link(strengths(programme_only=True))


def links_in_every_arm() -> dict[str, list[str]]:
    """Strengths that usual practice uses too, by link, links in order."""
    own = strengths(programme_only=True)
    return _by_link([name for name in strengths() if name not in own])


def other_differences(comparator: Scenario, arm: Scenario) -> list[str]:
    """Parameters, programme strengths aside, in which two scenarios differ, at once or later."""
    free = {*strengths(programme_only=True), THEORY_NULL}
    later = {name for plan in (*comparator.programmes, *arm.programmes) for name in plan.theory}
    dated = {*comparator.steps, *arm.steps}
    later |= {path.partition(".")[2] for path in dated if comparator.steps.get(path) != arm.steps.get(path)}
    return [
        name
        for name, value in comparator.values.items()
        if name in later or (name not in free and arm.values[name] != value)
    ]


def refuse_other_differences(comparator: Scenario, arm: Scenario) -> None:
    """Raise InputError for arms whose pasts differ, which cannot be taken apart."""
    for name in other_differences(comparator, arm):
        path = declared()[name].path
        raise InputError(
            f"the effect of {arm.name} against {comparator.name} cannot be taken apart: {path} is "
            f"{comparator.values[name]} in the first arm and {arm.values[name]} in the second, or changes there, so "
            f"they differ in more than practice. Compare scenarios that differ in levers only, or set it for both with "
            f"--set {path}=VALUE."
        )
    check_comparable([comparator, arm], 1)


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


def _switched_off(comparator: Scenario, arm: Scenario, measures: Sequence[str], runs: Runs) -> pd.DataFrame:
    """The effect with all links, and without each of them in turn."""
    links = {"": list[str](), **programme_links()}
    arms = [_without(arm, names, f"all but {link}") for link, names in links.items()]
    usual = [comparator]
    if comparator.programmes:
        usual = [_without(comparator, names, f"comparator, all but {link}") for link, names in links.items()]
    table = run_arms("links", [*usual, *arms], [{}], measures, runs.inside("links"))
    return pd.concat([_lost(table, usual, arms, measure) for measure in measures], ignore_index=True)


def _lost(table: pd.DataFrame, usual: Sequence[Scenario], arms: Sequence[Scenario], measure: str) -> pd.DataFrame:
    """What one measure's effect loses with each link, over pairs with a value in all arms."""
    before, after = (
        table[[output(scenario, measure) for scenario in scenarios]].to_numpy(dtype=float)
        for scenarios in (usual, arms)
    )
    effect = after - before
    whole = ~np.isnan(effect).any(axis=1)
    total, without = effect[whole, 0], effect[whole, 1:]
    draws = table[DRAW].to_numpy()[whole]
    return pd.DataFrame(
        [
            {
                "measure": measure,
                "unit": MEASURES[measure].unit,
                **described(total - left, draws),
                "link": link,
                "name": LINKS[link],
                "without": mean(left),
            }
            for link, left in zip(programme_links(), without.T, strict=True)
        ]
    )


def _without(scenario: Scenario, names: Sequence[str], label: str) -> Scenario:
    """The scenario with some strengths at 0."""
    return replace(scenario.with_values(**dict.fromkeys(names, 0.0)), name=label)


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
