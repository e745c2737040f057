"""Tables of how an effect differs with what families bring and are."""

from __future__ import annotations

from typing import Final

from sos_sim.comparison.columns import DRAWS, JUDGED, LEVEL, PAIRS, VISIBLE
from sos_sim.comparison.moderation import MODERATED
from sos_sim.comparison.subgroups import CHARACTERISTICS, DOSES, THIRDS
from sos_sim.runs.contracts import OF_THE_MEASURE, Contract, catalogue, numeric, text, truth
from sos_sim.runs.tables import ARM

_READING: Final = text("reading", "what trust does: a choice of structure.trust_role, or each arm's own")
_BROUGHT: Final = text("characteristic", "what children are ordered by", tuple(DOSES))
_MEASURE: Final = text("measure", "what happened to the children of the band", MODERATED)
_RELATIVE: Final = numeric("estimate", "effect over the comparator's level in the same band, all pairs pooled", "share")
_ENDS: Final = (
    numeric("low", "lower end of the interval of the pooled value (luck and the choice of draws)", "share"),
    numeric("high", "upper end of the interval", "share"),
    LEVEL,
    PAIRS,
    DRAWS,
)
_DIFFERENCE: Final = "the relative effect in {} less that in {}, all pairs pooled"
MODERATION_THIRDS: Final = Contract(
    "moderation_thirds",
    "Relative effects by thirds of what families bring, under each reading of what trust does.",
    (
        ARM,
        _READING,
        _BROUGHT,
        text("band", "the third", THIRDS),
        _MEASURE,
        numeric("children", "children in the third, mean of the runs", "children"),
        numeric("comparator_value", "value of the comparator: a child and year, or a share", OF_THE_MEASURE),
        numeric("arm_value", "value of the arm", OF_THE_MEASURE),
        _RELATIVE,
        *_ENDS,
    ),
    ("arm", "reading", "characteristic", "band", "measure"),
)
MODERATION_ENDS: Final = Contract(
    "moderation_ends",
    "Whether a relative effect differs between the highest and the lowest third of what families bring.",
    (
        ARM,
        _READING,
        _BROUGHT,
        _MEASURE,
        numeric("estimate", _DIFFERENCE.format("the highest third", "the lowest"), "share"),
        *_ENDS,
        numeric("ratio", "the effect in the highest third over that in the lowest; NaN where that is 0", "ratio"),
        numeric("ratio_low", "lower end of its interval (Fieller); NaN where the divisor may be 0", "ratio"),
        numeric("ratio_high", "upper end of its interval", "ratio"),
        truth("precise", "whether that interval is at most 1 wide"),
    ),
    ("arm", "reading", "characteristic", "measure"),
)
MODERATION_CURVES: Final = Contract(
    "moderation_curves",
    "Relative effects as smooth curves over what families bring, under each reading of what trust does.",
    (
        ARM,
        _READING,
        _BROUGHT,
        _MEASURE,
        numeric("place", "share of children whose parents bring less", "share"),
        _RELATIVE,
        *_ENDS,
    ),
    ("arm", "reading", "characteristic", "measure", "place"),
)
MODERATION_TOLD: Final = Contract(
    "moderation_told",
    "Which bands of families have another relative effect than the first band, and which could not be told from it.",
    (
        ARM,
        text("characteristic", "by what children are divided", tuple(CHARACTERISTICS)),
        text("band", "the part of the children, a band of the characteristic"),
        text("against", "the first band"),
        _MEASURE,
        numeric("in_band", "relative effect in the band", "share"),
        numeric("in_first", "relative effect in the first band", "share"),
        numeric("estimate", _DIFFERENCE.format("the band", "the first"), "share"),
        *_ENDS,
        *JUDGED,
        numeric("visible", VISIBLE, "share"),
    ),
    ("arm", "characteristic", "band", "measure"),
)
TABLES: Final = catalogue(MODERATION_THIRDS, MODERATION_ENDS, MODERATION_CURVES, MODERATION_TOLD)
"""All of them."""
