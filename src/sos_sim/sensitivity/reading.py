"""One sentence or two on what an analysis says, for a reader who does not know the method."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from sos_sim.sensitivity.estimators import METHODS
from sos_sim.sensitivity.plan import DUMMY, Method

MOST_NAMED: Final = 3
_MEANS: Final[Mapping[Method, str]] = {
    "morris": "mean absolute change of the output, per whole distribution of the factor, as factors move one at a time",
    "sobol": "share of the output's variance in which the factor has a part, alone or with others",
    "shapley": "share of the output's variance, what factors do together divided among them",
    "factorial": "difference of the output between the factor's two levels",
    "pawn": "largest gap between the output's distribution when the factor is held and when it varies, 0 to 1",
    "delta": "part of the output's distribution that holding the factor displaces, 0 to 1",
    "rbd_fast": "share of the output's variance that the factor explains alone",
    "rsa": "distance between the factor's distributions inside and outside a tenth of the output",
}


def meaning(method: Method) -> str:
    """What the ranking index of a method measures, in words."""
    return _MEANS[method]


def indices_said(method: Method, indices: pd.DataFrame, verdict: Any, luck: Mapping[str, Any]) -> str:
    """What stands out, what cannot be told from noise, how much is luck, and whether the sample is large enough.

    ``indices`` are those of one output and method, ``verdict`` a row of verdicts, ``luck`` a row of luck.
    """
    ranked = indices[(indices["index"] == METHODS[method].ranked_by) & (indices["factor"] != DUMMY)].sort_values("rank")
    return " ".join([_what_moves_it(ranked), _luck(luck), _verdict(verdict)])


def _what_moves_it(ranked: pd.DataFrame) -> str:
    clear = ranked[ranked["distinguishable"]]
    rest = len(ranked) - len(clear)
    if clear.empty:
        return f"None of the {len(ranked)} factors can be told from noise."
    named = "; ".join(
        f"{row.factor} {row.estimate:.3g} ({row.low:.3g} to {row.high:.3g})"
        for row in clear.head(MOST_NAMED).itertuples()
    )
    more = f"; {len(clear) - MOST_NAMED} more stand out" if len(clear) > MOST_NAMED else ""
    none_left = (
        "all factors stand out from noise"
        if not rest
        else (f"{rest} of {len(ranked)} factors cannot be told from noise (up to {clear['floor'].max():.2g})")
    )
    return f"What moves it most: {named}{more}; {none_left}."


def _luck(luck: Mapping[str, Any]) -> str:
    if math.isnan(luck["luck"]):
        return "With one seed the part of luck is unknown."
    return (
        f"Luck is {luck['luck']:.0%} of the variance of a single run and {luck['luck_left']:.0%} of what is analysed, "
        f"the mean of {luck['seeds']} seeds."
    )


def _verdict(verdict: Any) -> str:
    if verdict["counted_in"] == "design":
        return "A factorial has one size; more seeds narrow its intervals."
    if verdict["stable"]:
        return f"Rank stable at {verdict['blocks']} {verdict['counted_in']}."
    return f"Ranks are not stable yet: needs about {verdict['more']} more {verdict['counted_in']}."
