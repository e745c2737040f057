"""Hypothesis cards of a comparison, with what sweeps and virtual trials add to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import isnan
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sos_sim.comparison.further import StoredComparison, read_comparison
from sos_sim.comparison.null_draws import CONDITION, told_first
from sos_sim.comparison.regions import told_regions
from sos_sim.comparison.tables import TABLES
from sos_sim.core.errors import ResultsFolderError
from sos_sim.core.links import LINKS, WHOLE_CHAIN
from sos_sim.core.parameters import GRADES
from sos_sim.evidence.behaviours import STATEMENTS, behaviours_of
from sos_sim.hypotheses.boxes import SweepTables, box_candidates, read_sweep
from sos_sim.hypotheses.candidates import LUCK, Candidate, sift
from sos_sim.hypotheses.contrasts import (
    NO_PART,
    TRUST,
    context_candidates,
    delivery_candidates,
    family_candidates,
    link_candidates,
    response_of,
    trust_candidates,
)
from sos_sim.hypotheses.outcomes import between_arms, effect_candidates, harm_candidates, no_effect_candidates
from sos_sim.hypotheses.tables import CARDS, DROPPED
from sos_sim.hypotheses.trial_tables import TRIAL_OUTCOMES, TrialTables, read_trials, trial_columns
from sos_sim.runs.store import read_table
from sos_sim.theory.parameters import declared, strengths

KINDS: Final = (
    "effect",
    "none",
    "harm",
    "link",
    "context",
    "families",
    "trust",
    "delivery",
    "programmes",
    "conditions",
)
"""Kinds of card in the order in which they are told."""
NEEDED: Final = (
    "dials_contrasts",
    "dials_response",
    "delivery_response",
    "delivery_shortfall",
    "subgroup_effects",
    "subgroup_interactions",
    "moderation_ends",
    "moderation_thirds",
)
"""Tables that ``sos-sim report`` makes of any programme; those of links only where arms differ in nothing else."""
NOT_RANKED: Final = ("none", "harm")
"""Kinds that predict no difference, or tell of a risk: ranked behind all others."""
STRONGEST: Final = 3
AFTER_RETURN: Final = ("reunified_12m_share", "reentry_after_home_1y", "reunified_12m", "reentered_12m")
"""Outcomes of children who go home."""


@dataclass(frozen=True)
class Hypotheses:
    """Cards, and how many candidates were no card and why.

    ``cards``: id, rank (1 the strongest; cards that predict no difference rank last), strength, link_name, the
    fields of ``Candidate``, behaviour columns (works, fails, instrument, statement, statement_gist, statement_grade),
    grade_weakest, grade_typical (of ``beliefs``) and those of ``trial_tables.trial_columns``.
    ``dropped``: kind, reason, candidates. ``trials`` are those that the cards were set against. In ``null`` of
    ``draws`` the theory is null; cards are about the others.
    """

    cards: pd.DataFrame
    dropped: pd.DataFrame
    trials: TrialTables
    null: int
    draws: int


@dataclass(frozen=True)
class _Sources:
    """All that cards are made from."""

    stored: StoredComparison
    sweeps: Sequence[SweepTables]
    trials: TrialTables

    def table(self, name: str, arm: str = "") -> pd.DataFrame:
        """Rows of a table, of one arm where one is named; no rows where the table was not made."""
        if not (self.stored.folder / f"{name}.parquet").exists():
            return pd.DataFrame()
        frame = read_table(self.stored.folder, TABLES[name])
        told = told_first(frame) if CONDITION in frame else frame
        return told[told["arm"] == arm] if arm else told

    @property
    def conditions(self) -> str:
        """What all cards of outcomes take as given."""
        first = self.stored.scenarios[0]
        where = f"an authority of {int(first.values['children']):,} children over {first.run.months} months"
        return f"{where}, where the theory is not null" if self.stored.null else where

    @property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes of the draws that cards are about: those in which the theory is not null."""
        runs, outcomes = self.table("runs"), self.table("outcomes")
        acting = runs.loc[runs["draw"].isin(self.stored.acting), "replicate"]
        return outcomes[outcomes["replicate"].isin(acting)]


def hypotheses(folder: Path, sweeps: Sequence[Path] = (), trials: Sequence[Path] = ()) -> Hypotheses:
    """Cards of a finished comparison whose report has been made.

    Raises ResultsFolderError when a folder holds another kind of study than it should, is unfinished, or lacks
    tables, and says what to run.
    """
    stored = read_comparison(folder)
    sources = _Sources(stored, [read_sweep(sweep) for sweep in sweeps], read_trials(trials))
    _refuse_without_tables(sources)
    kept, dropped = [], Counter[tuple[str, str]]()
    sifted = sift(_judged_together(sources))
    kept += sifted.kept
    dropped.update((candidate.kind, reason) for candidate, reason in sifted.dropped)
    kept += [*_without_part(sources), *_always(sources, kept, dropped)]
    cards, counted = CARDS.check(_table(kept, sources)), DROPPED.check(_counted(dropped))
    return Hypotheses(cards, counted, sources.trials, len(stored.null), len(stored.draws))


_FROM_TWO_TABLES: Final = (
    (context_candidates, "dials_contrasts", "dials_response"),
    (family_candidates, "subgroup_interactions", "subgroup_effects"),
    (delivery_candidates, "delivery_shortfall", "delivery_response"),
)
"""What makes candidates of an arm's rows in two tables."""


def strongest(cards: pd.DataFrame, number: int = STRONGEST) -> pd.DataFrame:
    """The cards that predict a difference and to which the draws commit most, no two of one kind and outcome."""
    predicting = cards[~cards["kind"].isin(NOT_RANKED)] if len(cards) else cards
    return predicting.sort_values("rank").drop_duplicates(["kind", "outcome"]).head(number) if len(cards) else cards


def _refuse_without_tables(sources: _Sources) -> None:
    folder = sources.stored.folder
    if not any(arm.programmes for arm in sources.stored.arms):
        return
    missing = [name for name in NEEDED if not (folder / f"{name}.parquet").exists()]
    if missing:
        raise ResultsFolderError(
            f"{folder} has no {', '.join(missing)}: cards of links, conditions, families and delivery need them. "
            f"Run sos-sim report {folder} first."
        )


def _judged_together(sources: _Sources) -> list[Candidate]:
    """Candidates on which a test decides: of all kinds, outcomes and arms, because all stand in one report."""
    names = [arm.name for arm in sources.stored.arms]
    programmes = [arm.name for arm in sources.stored.arms if arm.programmes]
    by_arm = [
        [effect_candidates(sources.table("effects", name), sources.conditions) for name in names],
        [link_candidates(sources.table("mechanism_switched_off", name)) for name in names],
        [[one for one in _of_trust(sources, name) if one.subject != NO_PART] for name in names],
        *(
            [make(table, sources.table(other, name)) for name in names if len(table := sources.table(one, name))]
            for make, one, other in _FROM_TWO_TABLES
        ),
    ]
    between = between_arms(sources.outcomes, sources.table("runs"), programmes, sources.conditions)
    return [*(one for arms in by_arm for found in arms for one in found), *between]


def _of_trust(sources: _Sources, arm: str) -> list[Candidate]:
    ends, thirds = (sources.table(f"moderation_{name}", arm) for name in ("ends", "thirds"))
    return trust_candidates(ends, thirds) if len(ends) else []


def _without_part(sources: _Sources) -> list[Candidate]:
    """Cards of the reading in which trust plays no part, where another reading predicts more than its whole interval.

    They predict no difference, so no test against luck decides on them.
    """
    found = [one for arm in sources.stored.arms for one in _of_trust(sources, arm.name)]
    most: dict[tuple[str, str], float] = {}
    for one in found:
        if one.subject != NO_PART and not isnan(one.estimate):
            most[one.arm, one.outcome] = max(abs(one.estimate), most.get((one.arm, one.outcome), 0.0))
    return [
        one
        for one in found
        if one.subject == NO_PART and max(-one.low, one.high) < most.get((one.arm, one.outcome), 0.0)
    ]


def _always(sources: _Sources, kept: Sequence[Candidate], dropped: Counter[tuple[str, str]]) -> list[Candidate]:
    """Cards that no test decides on: no effect, harm, and confirmed boxes."""
    taken = {(card.arm, card.outcome) for card in kept if card.kind == "effect"}
    found = []
    for arm in sources.stored.arms:
        effects = effect_candidates(sources.table("effects", arm.name), sources.conditions)
        found += no_effect_candidates(one for one in effects if (one.arm, one.outcome) not in taken)
        fates = sources.table("fates", arm.name)
        found += harm_candidates(sources.table("joint", arm.name), fates, len(sources.stored.acting))
    for box in [one for sweep in sources.sweeps for one in box_candidates(sweep)]:
        if box.low > box.base:
            found.append(box)
        else:
            dropped["conditions", LUCK] += 1
    return found


def _table(kept: Sequence[Candidate], sources: _Sources) -> pd.DataFrame:
    """Cards as rows, kinds in order, the strongest of a kind first."""
    ordered = sorted(kept, key=lambda card: (KINDS.index(card.kind), -card.strength))
    numbers = Counter[str]()
    rows = []
    for card in ordered:
        numbers[card.kind] += 1
        rows.append({"id": f"{card.kind}-{numbers[card.kind]}", **_row(card, sources)})
    table = pd.DataFrame(rows)
    if table.empty:
        return pd.DataFrame(columns=CARDS.names)
    by_strength = table.assign(last=table["kind"].isin(NOT_RANKED)).sort_values(
        ["last", "strength"], ascending=[True, False], kind="stable"
    )
    ranks = pd.Series(range(1, len(table) + 1), index=by_strength.index)
    table.insert(1, "rank", ranks)
    return table


def _row(card: Candidate, sources: _Sources) -> dict[str, Any]:
    beliefs = _beliefs(card, sources.sweeps)
    grades: list[str] = sorted(declared()[name].grade for name in beliefs)
    counted = Counter(grades)
    behaviours = behaviours_of(card.link, after_return=card.outcome in AFTER_RETURN)
    fields = asdict(replace(card, region=_told(card, sources))) | {"beliefs": ", ".join(beliefs)}
    return {
        **fields,
        "strength": card.strength,
        "link_name": LINKS.get(card.link, "whole chain"),
        "works": "; ".join(f"{one.instrument}: {one.works}" for one in behaviours),
        "fails": "; ".join(f"{one.instrument}: {one.fails}" for one in behaviours),
        "statement": ", ".join(f"CMO {one.statement} ({one.grade})" for one in behaviours),
        "statement_gist": "; ".join(STATEMENTS[one.statement].gist for one in behaviours),
        "grade_weakest": grades[-1],
        "grade_typical": max(sorted(GRADES, reverse=True), key=lambda one: counted[one]),
        **trial_columns(sources.trials, card.kind, "" if card.kind == TRUST else card.outcome, _to_be_seen(card)),
    }


def _to_be_seen(card: Candidate) -> float:
    """The size that a trial must be able to see: that of the difference, or the margin within which there is none."""
    return card.refuting_above if card.kind == "none" else card.estimate


def _beliefs(card: Candidate, sweeps: Sequence[SweepTables]) -> list[str]:
    """Parameters that drive a card: its own, those that a sweep found to, else all strengths of its link or chain."""
    own = [name for sweep in sweeps for name in sweep.drivers(card.outcome) if card.link == WHOLE_CHAIN]
    of_link = [name for name, one in declared().items() if one.prior is not None and one.link == card.link]
    return list(dict.fromkeys([*card.beliefs, *(own or (strengths() if card.link == WHOLE_CHAIN else of_link))]))


def _told(card: Candidate, sources: _Sources) -> str:
    """Over which values of a condition the largest trial would see the difference itself; '' where nobody knows."""
    if card.kind != "context":
        return ""
    trial = sources.trials.largest(TRIAL_OUTCOMES.get(card.outcome, ""))
    if trial is None:
        return ""
    curve = response_of(sources.table("dials_response", card.arm), card.subject, card.outcome)
    regions = told_regions(list(curve["value"]), list(curve["estimate"]), float(trial["detectable"]))
    return " and ".join(f"{low:.3g} to {high:.3g}" for low, high in regions) or "nowhere in the range"


def _counted(dropped: Counter[tuple[str, str]]) -> pd.DataFrame:
    rows = [{"kind": kind, "reason": reason, "candidates": count} for (kind, reason), count in sorted(dropped.items())]
    return pd.DataFrame(rows, columns=["kind", "reason", "candidates"])
