"""What the folder of a trial study holds, and how its designs, analyses and outcomes are named for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sos_sim.kit.drawn_from import posterior_said
from sos_sim.kit.sentences import amount
from sos_sim.outcomes.measures import SHARE
from sos_sim.trials.closed_form import POWER
from sos_sim.trials.protocol import INSIDE
from sos_sim.trials.tables import OF_STUDY
from sos_sim.trials.virtual import AS_ASSUMED, NONE, OWN

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[Any, Any]
OF_AUTHORITIES: Final[Mapping[str, str]] = {
    "assurance": "assurance over draws, which needs draws of parameters (draws in the trial file)",
    "information": "what a result is worth to a decision, which needs some tens of draws",
    "reach": "power over follow-up and size of authorities",
    "true_effects": "true effects of every draw",
    "correlations": "correlations within authorities",
    "spread": "how synthetic authorities differ",
    "textbook": "power by textbook formulas, which are for shares of children",
}
"""Tables that a trial of authorities may lack, and what is not told without them."""
OF_ONE_AUTHORITY: Final[Mapping[str, str]] = {
    "assurance": OF_AUTHORITIES["assurance"],
    "contamination": "what spills over",
    "funnel": "who is left to take part",
}
"""The same for a trial inside one authority."""
DESIGNS: Final[Mapping[str, tuple[str, str]]] = {
    "parallel": (
        "parallel",
        "Half of the authorities are given the programme by lot; both halves are compared after "
        "roll-in, with nothing known of them before.",
    ),
    "parallel_baseline": (
        "parallel with baseline",
        "Half of the authorities are given the programme by lot, and "
        "each one's own figures before the start are known too.",
    ),
    "stepped_wedge": (
        "stepped wedge",
        "All authorities are given the programme, in an order drawn by lot, one group of them at every step.",
    ),
    "before_after": (
        "matched before-after",
        "Nobody is drawn by lot: authorities that volunteer are set beside others "
        "matched on past care starts and their rise, before and after.",
    ),
    "families": ("families by lot", "Inside one authority, families are offered the programme by lot."),
    "workers": (
        "workers by lot",
        "Inside one authority, social workers are offered the programme by lot, and families "
        "have the arm of the worker to whom they fall.",
    ),
}
"""Each design in short words, and in a sentence."""


@dataclass(frozen=True)
class HeldTrial:
    """A trial study: what was ``asked`` (the manifest's plan), and its tables by name (``power`` and ``outcomes``
    always). ``rows`` are how many of what was simulated were asked for, and how many failed, ``drawn_from`` what
    is said of where draws come from.
    """

    asked: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    rows: Mapping[str, tuple[int, int]]
    drawn_from: Sequence[str] = ()

    @property
    def primary(self) -> str:
        """The primary outcome."""
        return str(self.asked["primary"])

    @property
    def inside(self) -> bool:
        """Whether families or workers of one authority are drawn by lot."""
        return bool(set(self.asked["designs"]) & set(INSIDE))

    @property
    def clusters_are(self) -> str:
        """What clusters are, in the plural."""
        return str(self.asked["designs"][0]) if self.inside else "authorities"

    @property
    def lacking(self) -> list[str]:
        """What is not told, because the folder has no table of it."""
        may_be = OF_ONE_AUTHORITY if self.inside else OF_AUTHORITIES
        return [said for name, said in may_be.items() if name not in self.tables]

    def power(self, *, effect: bool, outcome: str = "", lead: bool = False) -> pd.DataFrame:
        """Rows of the power table with or without an effect; of one outcome, and of lead analyses alone, if asked."""
        rows = self.tables["power"]
        rows = rows[rows["effect"] == (AS_ASSUMED if effect else NONE)]
        if outcome:
            rows = rows[rows["outcome"] == outcome]
        return rows[rows["lead"].astype(bool)] if lead else rows

    def table(self, name: str, **chosen: object) -> pd.DataFrame:
        """Rows of a table with these values; no rows where there is no such table."""
        import pandas as pd

        if name not in self.tables:
            return pd.DataFrame()
        rows = self.tables[name]
        for column, value in chosen.items():
            rows = rows[rows[column] == value]
        return rows

    def effects(self, outcome: str, design: str) -> pd.DataFrame:
        """True effects in the model, columns draw (``OWN``: as the scenarios assume) and true_effect."""
        rows = self.table("true_effects", outcome=outcome, design=design)
        if rows.empty:
            rows = self.power(effect=True, outcome=outcome, lead=True).head(1).assign(draw=OWN)
        return rows[["draw", "true_effect"]]

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that were counted, the primary one first."""
        return list(dict.fromkeys([self.primary, *self.tables["power"]["outcome"]]))

    def recorded(self, outcome: str) -> bool:
        """Whether administrative records show an outcome."""
        return bool(self._outcome(outcome)["recorded"])

    def label(self, outcome: str) -> str:
        """An outcome in words."""
        return str(self._outcome(outcome)["label"])

    def unit(self, outcome: str) -> str:
        """The unit of an outcome, as its tables have it."""
        return str(self._outcome(outcome)["unit"])

    def _outcome(self, outcome: str) -> Row:
        row: Row = self.tables["outcomes"].set_index("outcome").loc[outcome].to_dict()
        return row


def read_held(folder: Path) -> HeldTrial:
    """The tables of a finished trial study. Raises ResultsFolderError where it is unfinished or holds none."""
    from sos_sim.runs.store import read_manifest, read_table

    may_be = dict.fromkeys([*OF_AUTHORITIES, *OF_ONE_AUTHORITY])
    names = ["power", "outcomes", *(name for name in may_be if (folder / f"{name}.parquet").exists())]
    tables = {name: read_table(folder, OF_STUDY[name]) for name in names}
    manifests = {"virtual trials": read_manifest(folder)}
    for part, what in (("authorities", "authorities"), ("draws", "virtual trials over draws")):
        if (folder / part).exists():
            manifests[what] = read_manifest(folder / part)
    rows = {what: (held["rows"]["asked"], held["rows"]["failed"]) for what, held in manifests.items()}
    held = manifests["virtual trials"]
    return HeldTrial(held["trial"], tables, rows, posterior_said(held))


def design_in_short(design: str) -> str:
    """A design in short words."""
    return DESIGNS[design][0] if design in DESIGNS else design.replace("_", " ")


def analysis_said(analysis: str) -> str:
    """An analysis in short words."""
    return analysis.replace("_", " ").replace("gee", "GEE")


def difference_unit(unit: str) -> str:
    """The unit in which differences of outcomes are told."""
    return "percentage points" if unit == SHARE else unit


def in_unit(values: pd.Series[float], unit: str) -> pd.Series[float]:
    """Differences in the unit in which they are told: shares as percentage points."""
    return values * 100.0 if unit == SHARE else values


def difference(value: float, unit: str) -> str:
    """A difference as people write it, without its unit: two decimals of percentage points."""
    return amount(value, unit, decimals=4 if unit == SHARE else None)


def size(value: float, unit: str) -> str:
    """A difference without its sign."""
    return difference(abs(value), unit).removeprefix("+")


def between(low: float, high: float, unit: str) -> str:
    """An interval of differences; a dash where there is none."""
    return "–" if low != low or high != high else f"{difference(low, unit)} to {difference(high, unit)}"


def in_per_cent(value: float) -> str:
    """A share of trials in per cent, with decimals where it is small."""
    return "–" if value != value else f"{value:.1%}" if value < 0.1 else f"{value:.0%}"


def share_between(low: float, high: float) -> str:
    """An interval of a share of trials."""
    return "–" if low != low or high != high else f"{in_per_cent(low)} to {in_per_cent(high)}"


def money_said(value: float) -> str:
    """A sum of money: millions from a million on."""
    sign, amount_said = "−" if value < 0.0 else "", abs(value)
    return f"{sign}£{amount_said / 1e6:,.1f} million" if amount_said >= 1e6 else f"{sign}£{amount_said:,.0f}"


def enough(power: pd.DataFrame) -> pd.DataFrame:
    """Rows whose power is 80 % or more."""
    return power[power["rejected"] >= POWER]
