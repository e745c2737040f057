"""Hypothesis cards in sentences: what is claimed, what would refute it, which trial would see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any, Final

from sos_sim.hypotheses import trial_tables as trials
from sos_sim.hypotheses.outcomes import MARGIN
from sos_sim.kit.sentences import amount, capital, interval_holds, level_said, said, span, unit_said
from sos_sim.outcomes.measures import MEASURES, SHARE
from sos_sim.sensitivity.study import EFFECT_OF
from sos_sim.trials.closed_form import POWER
from sos_sim.trials.report import material as material

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[Any, Any]
_INSIDE: Final = ("families", "workers")
"""Designs that are randomised inside an authority, whose clusters are no authorities."""
_NOT_COUNTED: Final = "not yet tried: none of the trial studies given counts this outcome"
_NOT_RECORDED: Final = (
    "none that reads administrative records alone, which do not show it: it takes interviews with parents and "
    "children, or linked records of police, hospitals and schools"
)
_NOT_TRIED: Final = "not yet tried: sos-sim trial STUDY, then sos-sim hypotheses FOLDER --trial ITS_FOLDER"


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
    how = "as the draws of parameters say" if row["draws"] > 1 else "as assumed here"
    return f"If the theory holds as strongly {how}, {prediction(row, comparator)}."


def prediction(row: Row, comparator: str) -> str:
    """The same without its condition, which must then stand elsewhere."""
    return _CLAIMS[row["kind"]](row, comparator)


def refuted_by(row: Row) -> str:
    """The result that would refute the card."""
    sides = [
        f"wholly {word} {_bound(row, row[f'refuting_{word}'])}"
        for word in ("below", "above")
        if not isnan(row[f"refuting_{word}"])
    ]
    return f"{_MEASURED[row['kind']]} whose {level_said(row['level'])} lies {' or '.join(sides)}"


def sample_said(row: Row) -> str:
    """The design and sample that would see it, or why none is known."""
    fixed = {trials.NO_TRIAL: _NOT_TRIED, trials.NOT_COUNTED: _NOT_COUNTED, trials.NOT_RECORDED: _NOT_RECORDED}
    if row["seen"] in fixed:
        return fixed[row["seen"]]
    clusters = f"{row['clusters']:.0f} {'clusters' if row['design'] in _INSIDE else 'authorities'}"
    trial = f"{material.design_in_short(row['design'])}, {clusters}, by {material.analysis_said(row['analysis'])}"
    detectable = f"{amount(row['detectable'], row['unit']).removeprefix('+')} {unit_said(row['unit'])}"
    told = f"it detects {detectable} with {POWER:.0%} power" + (
        ", with half of its clusters on either side of the contrast" if row["kind"] in trials.INTERACTIONS else ""
    )
    if row["kind"] == "effect":
        effect = f"{amount(row['true_effect'], row['unit'])} {unit_said(row['unit'])}"
        told += f"; its power for the {effect} of the simulated trials is {row['power']:.0%}"
    if row["seen"] == trials.NOT_SEEN:
        return f"none of the designs tried sees so small a difference, up to {clusters} ({trial}: {told})"
    return f"{trial}: {told}"


def answer_said(row: Row) -> str:
    """The probability of a conclusive answer, where trials were tried."""
    if isnan(row["assurance"]):
        return "not known: no trial of it was simulated"
    interval = f"95% interval over draws {row['assurance_low']:.0%} to {row['assurance_high']:.0%}"
    return f"{row['assurance']:.0%} ({interval}) with that design, over what is uncertain and luck"


def agreement(row: Row) -> str:
    """How far the draws agree, and from what that is known."""
    what = {"harm": "of pairs show it", "none": "lie within the margin", "conditions": "of rows inside succeed"}
    share = f"{row['agreeing']:.0%} {what.get(row['kind'], 'agree in direction')}"
    if row["outcome"] == "spared_not_safer":
        share = f"{row['agreeing']:.0%} have any such child"
    return f"{share} ({row['agreeing_by']}; {row['draws']:,} draws, {row['pairs']:,} pairs)"


def card_conditions_said(row: Row) -> str:
    """Where it holds, and for a condition that was turned where a trial could tell the difference itself."""
    text = row["conditions"] or "as in the compared scenarios"
    return f"{text}; a trial could tell the difference at {row['region']}" if row["region"] else text


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
    "delivery": _CONTRAST,
    "conditions": "a share of successes where the conditions hold",
}


def _effect(row: Row, comparator: str) -> str:
    side = "lower" if row["estimate"] < 0.0 else "higher"
    return (
        f"{_outcome(row)}: {side} under {row['arm']} than under {comparator} in {row['agreeing']:.0%} of pairs, a "
        f"difference of {_sized(row)}"
    )


def _none(row: Row, comparator: str) -> str:
    margin = f"{amount(row['refuting_above'], row['unit']).removeprefix('+')} {unit_said(row['unit'])}"
    return (
        f"{_outcome(row)}: no difference between {row['arm']} and {comparator} beyond {margin}, a margin of "
        f"{MARGIN:.0%} of the level under {comparator}; the difference is {_sized(row)}"
    )


def _harm(row: Row, comparator: str) -> str:
    if row["outcome"] == "spared_not_safer":
        return (
            f"{row['estimate']:,.1f} children ({level_said(row['level'])}: {row['low']:,.1f} to {row['high']:,.1f}) "
            f"are spared entry to care under {row['arm']} although their danger is {row['setting_high']}: for them "
            "the agency believes something else, and they are not safer"
        )
    return (
        f"under {row['arm']} entries to care fall and harm at home rises in {row['estimate']:.0%} of pairs of "
        f"authorities ({level_said(row['level'])} {row['low']:.0%} to {row['high']:.0%})"
    )


def _link(row: Row, comparator: str) -> str:
    return (
        f"{_outcome(row)}: the difference between {row['arm']} and {comparator} is {_at(row, 'at_high')} with all "
        f"links and {_at(row, 'at_low')} without {row['subject']}; the link carries {_sized(row)}"
    )


def _context(row: Row, comparator: str) -> str:
    return (
        f"{_outcome(row)}: the difference between {row['arm']} and {comparator} moves from {_at(row, 'at_low')} to "
        f"{_at(row, 'at_high')} as {row['subject']} goes from {row['setting_low']} to {row['setting_high']}, by "
        f"{_sized(row)}"
    )


def _families(row: Row, comparator: str) -> str:
    return (
        f"{_outcome(row)}: the difference between {row['arm']} and {comparator} is {_at(row, 'at_high')} where "
        f"{row['subject']} is {row['setting_high']} and {_at(row, 'at_low')} where it is {row['setting_low']}, "
        f"{_sized(row)} apart"
    )


def _delivery(row: Row, comparator: str) -> str:
    return (
        f"{_outcome(row)}: with {row['setting_low']} of the programme delivered the difference between {row['arm']} "
        f"and {comparator} is {_at(row, 'at_low')}, and {_at(row, 'at_high')} with {row['setting_high']}; the rest "
        f"brings {_sized(row)}"
    )


def _programmes(row: Row, comparator: str) -> str:
    return _effect({**row, "arm": row["setting_high"]}, row["setting_low"])


def _conditions(row: Row, comparator: str) -> str:
    interval = f"{level_said(row['level'])} {row['low']:.0%} to {row['high']:.0%}"
    return (
        f"{_criteria(row['subject'])} in {row['estimate']:.0%} of cases ({interval}) where {row['conditions']}, "
        f"against {row['base']:.0%} of all cases"
    )


def _criteria(text: str) -> str:
    """A sweep's success criteria with measures in words."""
    return re.sub(
        rf"({EFFECT_OF})?\b({'|'.join(MEASURES)})\b",
        lambda found: f"{'the difference in ' if found[1] else ''}{said(found[2])}",
        text,
    )


_CLAIMS: Final[Mapping[str, Callable[[Row, str], str]]] = {
    "effect": _effect,
    "none": _none,
    "harm": _harm,
    "link": _link,
    "context": _context,
    "families": _families,
    "delivery": _delivery,
    "programmes": _programmes,
    "conditions": _conditions,
}


def _outcome(row: Row) -> str:
    return outcome_said(row["outcome"])


def _at(row: Row, column: str) -> str:
    return amount(row[column], row["unit"])


def _sized(row: Row) -> str:
    """Estimate, unit and interval."""
    interval = f"{interval_holds({**row, 'replicates': row['pairs']})}: {span(row['low'], row['high'], row['unit'])}"
    return f"{amount(row['estimate'], row['unit'])} {unit_said(row['unit'])} ({interval})"


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
