"""Between-authority realism: how much of the official differences do an authority's own facts explain?

Every authority of a panel is simulated with England's posterior and its own facts only; nothing is tuned
to its outcomes. Facts are scaled to the authority from England's level in the draw, so that what is
uncertain for England stays so. Facts are added in steps, so that what each adds can be seen.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from sos_sim.agents.authority import MIDDLE_DECILE
from sos_sim.authorities.between import FEWEST, explained_table
from sos_sim.authorities.deprivation import deprivation_table
from sos_sim.authorities.tables import OF_STUDY
from sos_sim.core.errors import InputError
from sos_sim.core.luck import mix
from sos_sim.core.parameters import Value
from sos_sim.evidence.local_facts import DERIVATIONS
from sos_sim.evidence.panel import Panel
from sos_sim.evidence.spread import DECILES_PER_SCORE
from sos_sim.files.keys import VALUE_SECTIONS
from sos_sim.files.scenario import Scenario, rebuilt
from sos_sim.runs.arms import SimulatedArms
from sos_sim.runs.forecast import Forecast, check_rows, seconds_a_run
from sos_sim.runs.points import run_points
from sos_sim.runs.posterior_draws import posterior_note
from sos_sim.runs.question import Answer, Workplace
from sos_sim.runs.rows import inputs
from sos_sim.runs.store import ResultsFolder
from sos_sim.theory.parameters import declared

if TYPE_CHECKING:
    from sos_sim.runs.runner import Progress

KIND: Final = "authorities"
MONTHS: Final = 36
"""Three years hold less luck than the single year of an official figure, at little cost beside the warm-up."""
DEMAND, WORKFORCE = ("first_referral_rate",), ("post_rate", "held_share", "turnover", "permanent_fill", "agency_fill")
MEGABYTES_A_ROW: Final = 0.005
"""Some 200 values of a draw and the measures, in a block and in the joined table, before compression."""
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "children and deprivation": ("deprivation",),
    "and referrals": ("deprivation", *DEMAND),
    "and workforce": ("deprivation", *DEMAND, *WORKFORCE),
}
"""Facts of the model known in each step, besides the number of children. Referrals are partly the authority's
own doing. Placements are never told: they are counted by the children looked after."""


@dataclass(frozen=True)
class BetweenAuthorities:
    """Tables of the study, as kept in its folder.

    ``predictions``: facts (a key of ``STEPS``), authority, draw, measure, value. ``authorities``:
    authority, name, children, and for each fact the value the model was given or NaN for England's.
    ``official``: authority, measure, value. ``explained``: see ``authorities.between``. ``deprivation``: see
    ``authorities.deprivation``. ``runs``: the run table.
    """

    predictions: pd.DataFrame
    authorities: pd.DataFrame
    official: pd.DataFrame
    explained: pd.DataFrame
    deprivation: pd.DataFrame
    runs: pd.DataFrame


@dataclass(frozen=True)
class AuthoritiesQuestion:
    """How much of the differences between authorities their own facts explain."""

    scenario: Scenario
    panel: Panel
    draws: Sequence[Mapping[str, Value]]
    posterior: str = ""
    engine: str = "compiled"

    def content(self) -> Any:
        """The scenario, the panel's tables and the draws."""
        tables = [
            table.to_json(orient="split", double_precision=15) for table in (self.panel.facts, self.panel.official)
        ]
        return [inputs(self.scenario), self.panel.year, tables, [dict(draw) for draw in self.draws]]

    def forecast(self) -> Forecast:
        """A row for each authority, draw and step, of the size of the authority."""
        each = len(STEPS) * len(self.draws)
        rows = check_rows(each * len(self.panel.facts))
        of_typical = seconds_a_run([self.scenario]) / float(self.scenario.values["children"])
        seconds = each * of_typical * float(self.panel.facts["children"].sum())
        return Forecast(rows, seconds, rows * MEGABYTES_A_ROW)

    def answer(self, out: Path, where: Workplace) -> Answer[BetweenAuthorities]:
        """Run it; the tables say what facts explain and how deprivation shows."""
        with where.announce("runs") as progress:
            found = between_authorities(
                self.scenario,
                self.panel,
                self.draws,
                out,
                workers=where.workers,
                scheduler=where.scheduler,
                progress=progress,
                posterior=self.posterior,
            )
        tables = {"explained": found.explained, "deprivation": found.deprivation}
        return Answer(found, found.runs.assign(arm=self.scenario.name), tables)


def between_authorities(
    scenario: Scenario,
    panel: Panel,
    draws: Sequence[Mapping[str, Value]],
    out: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    posterior: str = "",
) -> BetweenAuthorities:
    """Simulate every authority of the panel once for each draw and step, and set it against its official figures.

    ``draws`` are values of what is uncertain for England; an empty mapping stands for the scenario's own;
    the folder says from which ``posterior`` they come.
    Each authority has luck of its own, which differs between draws and is the same in all steps. The folder
    ``out`` is written or resumed. Raises InputError for what cannot be run, ResultsFolderError for a
    folder that cannot be used.
    """
    plan = [
        (step, authority, number) for step in STEPS for number in range(len(draws)) for authority in panel.facts.index
    ]
    known = {step: known_facts(panel, names) for step, names in STEPS.items()}
    points = [
        point_of(scenario, draws[number], known[step].loc[authority], _luck(scenario, authority, number))
        for step, authority, number in plan
    ]
    evaluate = SimulatedArms((scenario,), tuple(panel.official.columns))
    runs = run_points(
        evaluate,
        points,
        1,
        out,
        kind=KIND,
        workers=workers,
        scheduler=scheduler,
        progress=progress,
        about={
            "panel_year": panel.year,
            "authorities": len(panel.facts),
            "drawn": len(draws),
            **posterior_note(posterior),
        },
    )
    predictions = _predictions(runs, plan, list(panel.official.columns), scenario.name)
    tables = BetweenAuthorities(
        predictions,
        _told(panel),
        _official(panel),
        explained_table(predictions, panel.official, known),
        deprivation_table(predictions, panel.official, known),
        runs,
    )
    _keep(out, tables)
    return tables


def check_panel(panel: Panel) -> None:
    """Raise InputError, before anything is run, when a panel has too few authorities for anything to be said."""
    if len(panel.facts) < FEWEST:
        raise InputError(
            f"the panel has {len(panel.facts)} authorities with figures of {panel.year}; nothing can be said of the "
            f"differences between fewer than {FEWEST}."
        )


def usual_practice(draws: int, seed: int) -> Scenario:
    """England's usual practice for this study: every declared default, and ``MONTHS`` after the warm-up."""
    run = {"months": MONTHS, "draws": draws, "seed": seed}
    return rebuilt("England", {**{section: {} for section in VALUE_SECTIONS}, "run": run, "programmes": []}, 1)


def known_facts(panel: Panel, names: Sequence[str]) -> pd.DataFrame:
    """What the model is told of every authority: its children, and each other fact relative to England's.

    Columns: children, and ``names``: deprivation in deciles from England's mean, others as the ratio of
    what follows from the authority's figures to what follows from England's (``evidence.local_facts``).
    England is the mean over the panel's authorities, weighted by children. NaN for suppressed facts.
    """
    numbers = panel.facts.drop(columns="name")
    weights = numbers["children"]
    england = numbers.mul(weights, axis=0).sum() / numbers.notna().mul(weights, axis=0).sum()
    told = {name: [_relative(name, own, england) for _, own in numbers.iterrows()] for name in names}
    return pd.DataFrame({"children": weights, **told}, index=panel.facts.index)


def _relative(name: str, own: pd.Series[float], england: pd.Series[float]) -> float:
    """A fact of one authority relative to England's; other figures in its formula are England's where suppressed."""
    if name == "deprivation":
        return float(own[name] - england[name]) * DECILES_PER_SCORE
    derived = DERIVATIONS[name]
    if np.isnan(own[derived.ratio]):
        return float("nan")
    filled = own.fillna(england)
    return derived.formula(filled.__getitem__, england.__getitem__) / derived.formula(
        england.__getitem__, england.__getitem__
    )


def point_of(scenario: Scenario, draw: Mapping[str, Value], told: pd.Series[float], seed: int) -> dict[str, Value]:
    """Parameter values of an authority: the draw's, with its own facts, within their declared ranges."""
    values: dict[str, Value] = {**draw, "children": int(told["children"]), "seed": seed}
    for name, own in told.drop("children").dropna().items():
        level = float(draw.get(str(name), scenario.values[str(name)]))
        values[str(name)] = _allowed(str(name), level + own if name == "deprivation" else level * own)
    if "first_referral_rate" in told.dropna():
        # known referrals hold already what deprivation does to them
        slope, decile = (
            float(values.get(name, scenario.values[name])) for name in ("referral_deprivation", "deprivation")
        )
        rate = float(values["first_referral_rate"]) * math.exp(-slope * (decile - MIDDLE_DECILE))
        values["first_referral_rate"] = _allowed("first_referral_rate", rate)
    return values


def _allowed(name: str, value: float) -> float:
    parameter = declared()[name]
    return float(min(max(value, parameter.low), parameter.high))


def _luck(scenario: Scenario, authority: str, draw: int) -> int:
    """The seed of an authority in a draw, by its code: one authority more changes no other."""
    address = int.from_bytes(hashlib.sha256(authority.encode()).digest()[:8], "big")
    return mix(mix(scenario.run.seed, address), draw) >> 1


def _predictions(
    runs: pd.DataFrame, plan: Sequence[tuple[str, str, int]], measures: Sequence[str], arm: str
) -> pd.DataFrame:
    """Tidy predictions; ``plan`` names step, authority and draw of each point."""
    names = pd.DataFrame(plan, columns=["facts", "authority", "draw"]).iloc[runs["point"]].reset_index(drop=True)
    values = runs[[f"{arm}:{measure}" for measure in measures]].set_axis(list(measures), axis="columns")
    wide = pd.concat([names, values], axis="columns")
    return wide.melt(["facts", "authority", "draw"], var_name="measure", value_name="value")


def _told(panel: Panel) -> pd.DataFrame:
    """The authorities and what the model was told of them in the last step."""
    told = known_facts(panel, list(STEPS.values())[-1])
    told.insert(0, "name", panel.facts["name"])
    return told.rename_axis("authority").reset_index()


def _official(panel: Panel) -> pd.DataFrame:
    wide = panel.official.rename_axis("authority").reset_index()
    return wide.melt("authority", var_name="measure", value_name="value")


def _keep(out: Path, tables: BetweenAuthorities) -> None:
    """Keep the tables beside the run table."""
    with ResultsFolder(out, {"kind": KIND}) as folder:
        for name, contract in OF_STUDY.items():
            folder.keep_table(contract, getattr(tables, name))
