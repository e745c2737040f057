"""Further runs that a comparison's report needs: mechanism, conditions, delivery, and what it costs.

They are run from the comparison's own folder, with its scenarios, its draws of parameters and its luck,
and stored beside its tables; what is already there is not run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sos_sim.comparison.by_path import coalitions_of, effect_by_path
from sos_sim.comparison.by_posterior import effect_by_posterior, other_posterior, shipped_draws
from sos_sim.comparison.child_lives import same_children
from sos_sim.comparison.delivery import SHARES, delivery
from sos_sim.comparison.dials import DIALS, LEVELS, turn_dials
from sos_sim.comparison.economics import DISCOUNT_RATE, economics
from sos_sim.comparison.fates import summarise_fates
from sos_sim.comparison.lives import compare_lives, readings_of
from sos_sim.comparison.mechanism import links_in_every_arm, mechanism, other_differences, programme_links
from sos_sim.comparison.moderation import moderation
from sos_sim.comparison.net_benefit import net_benefit
from sos_sim.comparison.null_draws import null_draws
from sos_sim.comparison.paired import Runs
from sos_sim.comparison.subgroups import subgroup_effects, subgroup_interactions
from sos_sim.comparison.tables import FURTHER, TABLES
from sos_sim.core.errors import ResultsFolderError
from sos_sim.core.parameters import Value
from sos_sim.core.provenance import code_hash
from sos_sim.core.units import MONTHS_PER_YEAR
from sos_sim.files.scenario import Scenario, rebuilt
from sos_sim.files.targets import targets_again
from sos_sim.runs.forecast import Forecast, seconds_a_run
from sos_sim.runs.runner import Progress
from sos_sim.runs.store import ResultsFolder, read_manifest, read_table

PAIRS: Final[Mapping[str, int]] = {
    "paths": 100,
    "mechanism": 12,
    "dials": 20,
    "delivery": 100,
    "posteriors": 100,
    "lives": 100,
}
"""So many pairs of runs a point each study may have for its replicates, in place of one of each draw."""
MOST_DRAWS: Final = 100
"""Draws that further studies are run on, all on the same: enough for a reading, few enough for a long break."""
FOLDER: Final = "further"
"""Where in a comparison's folder these runs are kept."""
MEGABYTES_A_LIFE: Final = 0.01
Announce = Callable[[str], AbstractContextManager[Progress | None]]
"""Told which study begins; within it, what it gives is told of progress."""


@dataclass(frozen=True)
class StoredComparison:
    """What a comparison's folder was made from; the first of ``scenarios`` is the comparator.

    ``posterior`` is the name of that which ``draws`` come from, or its file; '' where they were given.
    """

    folder: Path
    scenarios: Sequence[Scenario]
    draws: Sequence[Mapping[str, Value]]
    replicates: int
    posterior: str = ""

    @property
    def arms(self) -> Sequence[Scenario]:
        """All scenarios but the comparator."""
        return self.scenarios[1:]

    @property
    def null(self) -> Sequence[int]:
        """Numbers of the draws in which the theory is null."""
        return null_draws(self.scenarios, self.draws)

    @property
    def acting(self) -> Sequence[int]:
        """Numbers of the draws that are told of first: where the theory is not null, or all if it is null in all."""
        null = set(self.null)
        drawn = range(max(1, len(self.draws)))
        return [number for number in drawn if number not in null] or list(drawn)

    def runs(
        self, study: str, part: str, workers: int | None, scheduler: str | None, progress: Progress | None
    ) -> Runs:
        """How often a further study is run: the comparison's own pairs in which the theory acts, up to a limit.

        Where the theory is null no outcome differs, so nothing is run for it. Every study has the same draws, all of
        them up to ``MOST_DRAWS``, so that statements of one page are about the same; of more pairs than it may have
        there are fewer replicates.
        """
        among = self.acting[:MOST_DRAWS]
        replicates = min(self.replicates, max(1, PAIRS[study] // len(among)))
        folder = self.folder / FOLDER / part
        return Runs(replicates, self.draws, folder, workers, scheduler, progress, among, self.replicates)


def read_comparison(folder: Path) -> StoredComparison:
    """Scenarios and draws of a finished comparison.

    Raises ResultsFolderError when the folder holds something else or is unfinished, ScenarioError when its
    values are none that this version of the model knows.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != "compare":
        raise ResultsFolderError(f"{folder} holds a {manifest.get('kind')!r} study, not a comparison.")
    replicates, given, local = int(manifest["replicates"]), manifest.get("given", {}), manifest.get("own_figures", {})
    scenarios = [
        replace(
            rebuilt(name, resolved, replicates, given.get(name, ())), local_targets=targets_again(local.get(name, ()))
        )
        for name, resolved in manifest["arms"].items()
    ]
    table = read_table(folder, TABLES["draws"]).to_dict("records") if "draws" in manifest else []
    draws = [{str(name): value for name, value in draw.items()} for draw in table]
    return StoredComparison(folder, scenarios, draws, replicates, str(manifest.get("posterior", "")))


def run_further(
    stored: StoredComparison,
    workers: int | None = None,
    scheduler: str | None = None,
    announce: Announce = lambda study: nullcontext(),
    discount_rate: float = DISCOUNT_RATE,
) -> None:
    """Run what the report needs besides the comparison, and store its tables, arms told apart by ``arm``.

    Tables are ``fates`` (see ``summarise_fates``), ``subgroup_effects`` and ``subgroup_interactions``, and others
    called after study and field (``paths_effect``, ``posteriors_effect``, ``mechanism_switched_off``,
    ``moderation_thirds``, ``dials_response``, ``delivery_least``, ``economics_table``, ``net_benefit_curve``, …);
    columns as in the docstrings of ``ByPath``, ``ByPosterior``, ``Mechanism``, ``ByFamilies``, ``Dials``,
    ``Delivery``, ``Economics`` and ``NetBenefit``. Raises ResultsFolderError when the model's code has changed since,
    InputError for a discount rate outside 0 to 1.
    """
    _refuse_other_code(stored.folder)
    found = _weighed(stored, discount_rate)
    with announce("families and children") as progress:
        found |= _lives(stored, stored.runs("lives", "lives", workers, scheduler, progress))
    for number, arm in enumerate(stored.arms, 1):
        for study, run in _studies(stored, arm).items():
            with announce(f"{study} of {arm.name}") as progress:
                tables = run(stored.runs(study, f"{study}-{number}", workers, scheduler, progress))
            for name, table in _named(study, tables).items():
                found.setdefault(name, []).append(table.assign(arm=arm.name))
    with ResultsFolder(stored.folder, {}) as results:
        for name, frames in found.items():
            results.keep_table(FURTHER[name], pd.concat(frames, ignore_index=True))


def forecast_further(stored: StoredComparison) -> Forecast:
    """What the further runs take, roughly: lives of an authority, as many in each study for every pair of runs."""
    lives = _pairs(stored, "lives") * len(stored.scenarios) * len(readings_of(stored.scenarios))
    for arm in stored.arms:
        lives += sum(_pairs(stored, study) * _lives_a_pair(arm)[study] for study in _studies(stored, arm))
    return Forecast(lives, lives * seconds_a_run(stored.scenarios[:1]), lives * MEGABYTES_A_LIFE)


def _lives_a_pair(arm: Scenario) -> Mapping[str, int]:
    """How many lives each study of an arm has for a pair of runs."""
    return {
        "paths": 1 + len(coalitions_of(arm)),
        "mechanism": 2 + len(programme_links()) + 2 * (1 + len(links_in_every_arm())),
        "dials": 2 * LEVELS * len(DIALS),
        "delivery": 1 + len(SHARES),
        "posteriors": 2,
    }


def _pairs(stored: StoredComparison, study: str) -> int:
    asked = stored.runs(study, study, None, None, None)
    return asked.replicates * len(asked.among)


def _weighed(stored: StoredComparison, rate: float) -> dict[str, list[pd.DataFrame]]:
    """Tables of economics, from what the comparison holds; none for runs shorter than a year."""
    if stored.scenarios[0].run.months < MONTHS_PER_YEAR:
        return {}
    outcomes, monthly, runs = (read_table(stored.folder, TABLES[name]) for name in ("outcomes", "monthly", "runs"))
    costs = economics(outcomes, monthly, runs, stored.scenarios, rate)
    weighed = net_benefit(costs, [scenario.name for scenario in stored.scenarios])
    tables = {f"economics_{name}": table for name, table in vars(costs).items() if name != "rate"}
    tables["economics_table"] = costs.table.assign(rate=rate)
    return {name: [table] for name, table in {**tables, **_named("net_benefit", weighed)}.items()}


def _lives(stored: StoredComparison, runs: Runs) -> dict[str, list[pd.DataFrame]]:
    """Fates, subgroups and moderation; none where the arms are not about the same children."""
    first, *others = (scenario.past_setting(0).initial for scenario in stored.scenarios)
    if not all(same_children(first, other) for other in others):
        return {}
    lives = compare_lives(stored.scenarios, runs)
    return {
        "fates": [summarise_fates(lives.fates)],
        "subgroup_effects": [subgroup_effects(lives.subgroups)],
        "subgroup_interactions": [subgroup_interactions(lives.subgroups)],
        **{name: [table] for name, table in _named("moderation", moderation(lives.subgroups, lives.doses)).items()},
    }


def _named(study: str, tables: Any) -> dict[str, pd.DataFrame]:
    return {f"{study}_{name}": table for name, table in vars(tables).items()}


def _studies(stored: StoredComparison, arm: Scenario) -> dict[str, Callable[[Runs], Any]]:
    """The studies that make sense for an arm: without a programme there is nothing to take apart.

    Nor are there paths and links to an effect where the arms differ in more than programmes.
    """
    comparator = stored.scenarios[0]
    if not arm.programmes:
        return {}
    studies: dict[str, Callable[[Runs], Any]] = {
        "dials": lambda runs: turn_dials(comparator, arm, runs),
        "delivery": lambda runs: delivery(comparator, arm, runs),
        **_posteriors(stored, arm),
    }
    if other_differences(comparator, arm):
        return studies
    return {
        "paths": lambda runs: effect_by_path(comparator, arm, runs),
        "mechanism": lambda runs: mechanism(comparator, arm, runs),
        **studies,
    }


def _posteriors(stored: StoredComparison, arm: Scenario) -> dict[str, Callable[[Runs], Any]]:
    """The study of the other posterior, with as many draws; none where draws come from none that is shipped."""
    comparator, other = stored.scenarios[0], other_posterior(stored.posterior)
    if not (other and stored.draws):
        return {}
    draws = shipped_draws(other, min(len(stored.draws), MOST_DRAWS), comparator.run.seed)
    return {"posteriors": lambda runs: effect_by_posterior(comparator, arm, other, replace(runs, draws=draws))}


def _refuse_other_code(folder: Path) -> None:
    if read_manifest(folder).get("code") != code_hash():
        raise ResultsFolderError(
            f"{folder} was run with another version of the model; its further runs would not belong to it. "
            "Run the comparison again into another folder."
        )
