"""What a report on a comparison is made from: its folder's tables, and the scenarios they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sos_sim.comparison.further import StoredComparison, read_comparison
from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS
from sos_sim.comparison.report.readings import GROUNDWORK
from sos_sim.comparison.tables import EFFECTS, TABLES
from sos_sim.core.errors import ResultsFolderError
from sos_sim.kit.page import Words
from sos_sim.kit.sentences import capital
from sos_sim.runs.store import read_manifest, read_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Material:
    """A comparison's folder, read as it is needed; tables that were never made are empty.

    ``arms`` are names of all arms but the comparator of which any pair of runs was finished.
    """

    stored: StoredComparison
    manifest: Mapping[str, Any]
    arms: Sequence[str]

    @property
    def comparator(self) -> str:
        """Name of the first arm."""
        return self.stored.scenarios[0].name

    @property
    def period(self) -> str:
        """The simulated time after the warm-up, in words."""
        months = self.stored.scenarios[0].run.months
        return f"{months // 12} years" if months % 12 == 0 and months > 12 else f"{months} months"

    @property
    def told_first(self) -> str:
        """The condition that is told first: the theory not null, or all draws where that is not drawn."""
        return THEORY_ACTS if 0 < len(self.stored.null) < len(self.stored.draws) else ALL_DRAWS

    @property
    def start_month(self) -> int | None:
        """The first month in which a programme acts in any arm that the comparator does not have."""
        months = [plan.start_month for arm in self.stored.arms for plan in arm.programmes]
        return min(months, default=None)

    def table(self, name: str, **chosen: str) -> pd.DataFrame:
        """Rows of a table with the chosen values, such as ``arm="…"``; no rows where the table was not made."""
        import pandas as pd

        if not (self.stored.folder / f"{name}.parquet").exists():
            return pd.DataFrame()
        frame = read_table(self.stored.folder, TABLES[name])
        for column, value in chosen.items():
            frame = frame[frame[column] == value]
        return frame.reset_index(drop=True)

    def about(self, arm: str, question: str) -> str:
        """A question about one arm, which is named where there are several."""
        return capital(question) if len(self.arms) == 1 else f"{arm}: {question}"

    def changes(self, arm: str, measures: Mapping[str, str]) -> pd.DataFrame:
        """Arm minus comparator in whole-period measures; ``measures`` gives columns new names.

        A row a pair of the draws that are told first.
        """
        whole, runs = self.table("outcomes", year="all"), self.table("runs")
        whole = whole[whole["replicate"].isin(runs.loc[runs["draw"].isin(self.stored.acting), "replicate"])]
        sides = [
            whole[whole["arm"] == name].pivot(index="replicate", columns="measure", values="value")[list(measures)]
            for name in (arm, self.comparator)
        ]
        return (sides[0] - sides[1]).dropna().rename(columns=dict(measures))

    @staticmethod
    def not_run(what: str) -> Words:
        """Says that a part of the report is missing and how to have it."""
        return Words((GROUNDWORK.sentence("not_run", what=what),))


def read_material(folder: Path) -> Material:
    """What is in a comparison's folder.

    Raises ResultsFolderError when the folder holds something else, is unfinished, or has no finished pair.
    """
    stored, effects = read_comparison(folder), read_table(folder, EFFECTS)
    paired = set(effects.loc[effects["replicates"] > 0, "arm"])
    arms = [arm.name for arm in stored.arms if arm.name in paired]
    if not arms:
        raise ResultsFolderError(f"{folder} has no pair of finished runs, so there is nothing to report.")
    return Material(stored, read_manifest(folder), arms)
