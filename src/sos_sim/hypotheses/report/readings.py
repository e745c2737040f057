"""Hypothesis cards in sentences: what is claimed, what would refute it, which trial would see it.

The sentences themselves are in ``words/cards.jinja``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any, Final

from sos_sim.hypotheses import trial_tables as trials
from sos_sim.hypotheses.outcomes import MARGIN
from sos_sim.kit.sentences import amount, capital, said, span, unit_said
from sos_sim.kit.words import Wording
from sos_sim.outcomes.expected import READABLE
from sos_sim.outcomes.measures import SHARE
from sos_sim.sensitivity.study import EFFECT_OF
from sos_sim.trials.closed_form import POWER
from sos_sim.trials.report import material as material

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[Any, Any]
_INSIDE: Final = ("families", "workers")
"""Designs that are randomised inside an authority, whose clusters are no authorities."""
SAYS: Final = Wording("sos_sim.hypotheses.report", "cards")


def in_words(cards: pd.DataFrame, comparator: str) -> pd.DataFrame:
    """The cards with further columns of texts.

    They are claim, prediction (the claim without its condition), refuted_by, design_said, answer_said, agreement and
    conditions_said.
    """
    rows = cards.to_dict("records")
    texts: dict[str, Callable[[Row], str]] = {
        "claim": lambda row: claim(row, comparator),
        "prediction": lambda row: prediction(row, comparator),
        "refuted_by": refuted_by,
        "design_said": sample_said,
        "answer_said": answer_said,
        "agreement": agreement,
        "conditions_said": card_conditions_said,
    }
    return cards.assign(**{name: [write(row) for row in rows] for name, write in texts.items()})


def claim(row: Row, comparator: str) -> str:
    """What is predicted, with its size and interval, as what follows if the theory holds."""
    return SAYS.sentence("claim", row=row, predicted=prediction(row, comparator))


def prediction(row: Row, comparator: str) -> str:
    """The same without its condition, which must then stand elsewhere."""
    return _CLAIMS[row["kind"]](row, comparator)


def refuted_by(row: Row) -> str:
    """The result that would refute the card."""
    below, above = (
        "" if isnan(row[f"refuting_{word}"]) else _bound(row, row[f"refuting_{word}"]) for word in ("below", "above")
    )
    return SAYS.sentence("refuted", row=row, measured=_MEASURED[row["kind"]], below=below, above=above)


def sample_said(row: Row) -> str:
    """The design and sample that would see it, or why none is known."""
    fixed = {trials.NO_TRIAL: "not_tried", trials.NOT_COUNTED: "not_counted", trials.NOT_RECORDED: "not_recorded"}
    if row["seen"] in fixed:
        return SAYS.sentence(fixed[row["seen"]])
    clusters = f"{row['clusters']:.0f} {'clusters' if row['design'] in _INSIDE else 'authorities'}"
    trial = f"{material.design_in_short(row['design'])}, {clusters}, by {material.analysis_said(row['analysis'])}"
    detectable = _in_unit(row, "detectable").removeprefix("+")
    told = SAYS.sentence("detects", detectable=detectable, power=POWER, halved=row["kind"] in trials.INTERACTIONS)
    if row["kind"] == "effect":
        told += "; " + SAYS.sentence("powered", effect=_in_unit(row, "true_effect"), power=row["power"])
    if row["seen"] == trials.NOT_SEEN:
        return SAYS.sentence("too_small", clusters=clusters, trial=trial, told=told)
    return f"{trial}: {told}"


def answer_said(row: Row) -> str:
    """The probability of a conclusive answer, where trials were tried."""
    return SAYS.sentence("answer", row=row)


def agreement(row: Row) -> str:
    """How far the draws agree, and from what that is known."""
    what = {"harm": "of pairs show it", "none": "lie within the margin", "conditions": "of rows inside succeed"}
    told = what.get(row["kind"], "agree in direction")
    if row["outcome"] == "spared_not_safer":
        told = "have any such child"
    return SAYS.sentence("agreement", row=_counts(row), what=told)


def card_conditions_said(row: Row) -> str:
    """Where it holds, and for a condition that was turned where a trial could tell the difference itself."""
    return SAYS.sentence("where", row=row)


def outcome_said(outcome: str) -> str:
    """An outcome of a card in short words."""
    return _OUTCOMES.get(outcome) or said(outcome)


_OUTCOMES: Final = {
    "entries_fall_harm_rises": "entries to care fall and harm at home rises",
    "spared_not_safer": "children spared entry whose danger is not lower",
    "success": "the sweep's success criterion",
}
_DIFFERENCE, _CONTRAST = "a difference between arms", "a contrast of differences between arms"
_MEASURED: Final = {
    "effect": _DIFFERENCE,
    "none": _DIFFERENCE,
    "programmes": "a difference between the two programmes",
    "harm": "a share or number, measured independently of case files,",
    "link": _CONTRAST,
    "context": _CONTRAST,
    "families": _CONTRAST,
    "trust": "a contrast of relative differences, by openness or working alliance measured before the programme,",
    "delivery": _CONTRAST,
    "conditions": "a share of successes where the conditions hold",
}


def _between_arms(row: Row, comparator: str) -> str:
    """A card about a difference between arms, or about what changes one."""
    macro, margin = ("no_difference", {"margin": MARGIN}) if row["kind"] == "none" else (row["kind"], {})
    return SAYS.sentence(
        macro, row=_counts(row), outcome=_outcome(row), arm=row["arm"], comparator=comparator, **margin
    )


def _programmes(row: Row, comparator: str) -> str:
    return _between_arms({**row, "kind": "effect", "arm": row["setting_high"]}, row["setting_low"])


def _harm(row: Row, comparator: str) -> str:
    macro = "not_safer" if row["outcome"] == "spared_not_safer" else "harm"
    return SAYS.sentence(macro, row=row, arm=row["arm"])


def _conditions(row: Row, comparator: str) -> str:
    return SAYS.sentence("conditions", row=row, criteria=_criteria(row["subject"]))


def _counts(row: Row) -> Row:
    """A card whose counts are whole numbers, its pairs also under the name that intervals know."""
    return {**row, "draws": int(row["draws"]), "pairs": int(row["pairs"]), "replicates": int(row["pairs"])}


def _criteria(text: str) -> str:
    """A sweep's success criteria with measures in words."""
    return re.sub(
        rf"({EFFECT_OF})?\b({'|'.join(READABLE)})\b",
        lambda found: f"{'the difference in ' if found[1] else ''}{said(found[2])}",
        text,
    )


_CLAIMS: Final[Mapping[str, Callable[[Row, str], str]]] = {
    **dict.fromkeys(("effect", "none", "link", "context", "families", "trust", "delivery"), _between_arms),
    "harm": _harm,
    "programmes": _programmes,
    "conditions": _conditions,
}


def _outcome(row: Row) -> str:
    return outcome_said(row["outcome"])


def _at(row: Row, column: str) -> str:
    return amount(row[column], row["unit"])


def _in_unit(row: Row, column: str) -> str:
    return f"{_at(row, column)} {unit_said(row['unit'])}"


def _bound(row: Row, bound: float) -> str:
    if row["kind"] == "conditions" or row["outcome"] == "entries_fall_harm_rises":
        return f"{bound:.0%}"
    if row["kind"] == "harm":
        return f"{bound:,.1f}"
    unit = "percentage points" if row["unit"] == SHARE else unit_said(row["unit"])
    return f"{amount(bound, row['unit'])} {unit}"


def in_short(row: Row) -> str:
    """A card, with its texts, in one line."""
    if row["kind"] == "conditions" or row["outcome"] == "entries_fall_harm_rises":
        size = f"{row['estimate']:.0%} ({row['low']:.0%} to {row['high']:.0%})"
    else:
        size = f"{_at(row, 'estimate')} ({span(row['low'], row['high'], row['unit'])}) {unit_said(row['unit'])}"
    return f"{heading(row)}: {size}; {row['agreement']}"


def heading(row: Row) -> str:
    """A card's heading: its id, what it is about, and the programme where that does not say it."""
    about = f"{capital(_outcome(row))}{' · ' + row['subject'] if row['subject'] else ''}"
    return f"{row['id']}: {about}" + ("" if row["arm"] in about else f" ({row['arm']})")
