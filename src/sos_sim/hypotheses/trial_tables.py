"""What virtual trials say of a card: the smallest design that would see it, and how probable an answer is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sos_sim.core.errors import ResultsFolderError
from sos_sim.runs.store import read_manifest, read_table
from sos_sim.trials.analyses import ANALYSES
from sos_sim.trials.tables import ASSURANCE, POWER

TOO_HIGH: Final = "too high"
NO_TRIAL, SEEN, NOT_SEEN, NOT_COUNTED, NOT_RECORDED = "no trial", "seen", "not seen", "not counted", "not recorded"
TRIAL_OUTCOMES: Final[Mapping[str, str]] = {
    "cla_start_rate": "care_starts",
    "cpp_start_rate": "plan_starts",
    "reunified_12m_share": "reunified_12m",
    "reentry_after_home_1y": "reentry_12m",
    "rereferral_12m_share": "rereferred_12m",
    "reunified_12m": "reunified_12m",
    "reentered_12m": "reentry_12m",
    "harm_months_rate": "harm_months",
}
"""The trial's outcome that counts the same as a card's, where there is one."""
UNRECORDED: Final = (
    "harm_months_rate",
    "harm_unseen_rate",
    "harm_months",
    "unseen_harm_months",
    "entries_fall_harm_rises",
    "spared_not_safer",
)
"""Outcomes of cards that no administrative record shows."""
INTERACTIONS: Final = ("context", "families")
"""Kinds that compare differences between two halves of a trial: each half has half of the clusters, so the standard
error of their contrast is twice that of the whole trial's difference, and so is what can be detected."""
_KEYS: Final = ["design", "clusters", "outcome", "analysis"]
Row = Mapping[Any, Any]


@dataclass(frozen=True)
class TrialTables:
    """Tables ``power`` and ``assurance`` of one or more trial studies, without analyses that are not sound.

    Columns as the trial study stores them; both tables are empty without a study.
    """

    power: pd.DataFrame
    assurance: pd.DataFrame

    @property
    def tried(self) -> bool:
        """Whether there is any trial study."""
        return not self.power.empty

    def largest(self, outcome: str) -> Row | None:
        """Among the trials with most clusters, the one that detects the smallest difference in an outcome."""
        rows = self._of(outcome)
        if rows.empty:
            return None
        most = rows[rows["clusters"] == rows["clusters"].max()]
        found: Row = most.sort_values("detectable", kind="stable").iloc[0].to_dict()
        return found

    def smallest_that_detects(self, outcome: str, size: float) -> Row | None:
        """The trial of fewest clusters that detects a difference of this size with 80 % power."""
        rows = self._of(outcome)
        return _fewest(rows[rows["detectable"] <= size])

    def chance(self, trial: Row) -> Row | None:
        """The row of assurance that belongs to a trial, or None."""
        if self.assurance.empty:
            return None
        same = self.assurance
        for key in _KEYS:
            same = same[same[key] == trial[key]]
        found: Row | None = same.iloc[0].to_dict() if len(same) else None
        return found

    def assurance_of(self, outcome: str) -> pd.DataFrame:
        """Rows of assurance about one outcome."""
        return self.assurance[self.assurance["outcome"] == outcome] if len(self.assurance) else self.assurance

    def _of(self, outcome: str) -> pd.DataFrame:
        return self.power[self.power["outcome"] == outcome]


def read_trials(folders: Sequence[Path]) -> TrialTables:
    """The tables of finished trial studies; those held without draws have no assurance.

    Raises ResultsFolderError when a folder holds something else.
    """
    for folder in folders:
        kind = read_manifest(folder).get("kind")
        if kind != "trial":
            raise ResultsFolderError(
                f"{folder} holds a {kind!r} study; --trial takes the folder of a trial study (sos-sim trial STUDY)."
            )
    if not folders:
        return TrialTables(pd.DataFrame(columns=[*_KEYS, "rejected", "detectable"]), pd.DataFrame())
    power = pd.concat([_sound(read_table(folder, POWER)) for folder in folders], ignore_index=True)
    drawn = [folder for folder in folders if (folder / "assurance.parquet").exists()]
    assurance = [read_table(folder, ASSURANCE) for folder in drawn]
    return TrialTables(power, pd.concat(assurance, ignore_index=True) if assurance else pd.DataFrame())


def trial_columns(trials: TrialTables, kind: str, outcome: str, size: float) -> dict[str, Any]:
    """What trials say of one card; ``size`` is the difference that they must see, in the outcome's unit.

    ``seen``: why there is or is no design (NO_TRIAL, SEEN, NOT_SEEN, NOT_COUNTED, NOT_RECORDED). ``trial_outcome``;
    ``design``, ``clusters``, ``analysis`` of the fewest clusters that see it, else of the largest tried;
    ``power`` (for the trial's own true effect), ``true_effect``, ``detectable`` (by that design, for such a card),
    ``assurance``, ``assurance_low``, ``assurance_high`` (probability of a conclusive trial).
    """
    counted = TRIAL_OUTCOMES.get(outcome, "")
    if outcome in UNRECORDED or not trials.tried:
        return _nothing(NOT_RECORDED if outcome in UNRECORDED else NO_TRIAL, counted)
    largest = trials.largest(counted)
    if largest is None:
        return _nothing(NOT_COUNTED, counted)
    times = 2.0 if kind in INTERACTIONS else 1.0
    found = trials.smallest_that_detects(counted, abs(size) / times)
    trial = found or largest
    chance = trials.chance(trial) or {}
    return {
        "seen": SEEN if found else NOT_SEEN,
        "trial_outcome": counted,
        "design": str(trial["design"]),
        "clusters": float(trial["clusters"]),
        "analysis": str(trial["analysis"]),
        "power": float(trial["rejected"]),
        "true_effect": float(trial["true_effect"]),
        "detectable": times * float(trial["detectable"]),
        "assurance": float(chance.get("assurance", float("nan"))),
        "assurance_low": float(chance.get("low", float("nan"))),
        "assurance_high": float(chance.get("high", float("nan"))),
    }


def _fewest(rows: pd.DataFrame) -> Row | None:
    """The row of fewest clusters, of several the one that detects least."""
    if rows.empty:
        return None
    ordered = rows.sort_values(["clusters", "detectable"], kind="stable")
    found: Row = ordered.iloc[0].to_dict()
    return found


def _sound(power: pd.DataFrame) -> pd.DataFrame:
    """Rows of the assumed effect, by lead analyses that are corrected and do not reject too often without an effect.

    Others may be more precise about something else: a stepped wedge with one effect for all periods is.
    """
    inflated = power[(power["effect"] == "none") & (power["verdict"] == TOO_HIGH)]
    unsound = set(inflated[_KEYS].itertuples(index=False, name=None))
    corrected = power["analysis"].isin([name for name, analysis in ANALYSES.items() if analysis.corrected])
    assumed = power[(power["effect"] != "none") & corrected & power["lead"].astype(bool)]
    return assumed[[row not in unsound for row in assumed[_KEYS].itertuples(index=False, name=None)]]


def _nothing(why: str, outcome: str) -> dict[str, Any]:
    numbers = ("clusters", "power", "true_effect", "detectable", "assurance", "assurance_low", "assurance_high")
    return {"seen": why, "trial_outcome": outcome, "design": "", "analysis": "", **dict.fromkeys(numbers, float("nan"))}
