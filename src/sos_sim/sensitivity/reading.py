"""One sentence or two on what an analysis says, for a reader who does not know the method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from sos_sim.kit.words import Wording
from sos_sim.sensitivity.estimators import METHODS
from sos_sim.sensitivity.study import DUMMY, Method

SAYS: Final = Wording("sos_sim.sensitivity.report", "reading")
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
    return " ".join(
        [
            _what_moves_it(ranked),
            SAYS.sentence("luck", luck=luck["luck"], left=luck["luck_left"], seeds=int(luck["seeds"])),
            SAYS.sentence("verdict", **{name: verdict[name] for name in ("counted_in", "stable", "blocks", "more")}),
        ]
    )


def _what_moves_it(ranked: pd.DataFrame) -> str:
    clear = ranked[ranked["distinguishable"]]
    return SAYS.sentence(
        "moves_it",
        ranked=len(ranked),
        clear=clear.head(MOST_NAMED).to_dict("records"),
        more=max(0, len(clear) - MOST_NAMED),
        rest=len(ranked) - len(clear),
        floor=ranked.loc[~ranked["distinguishable"], "floor"].max(),
    )
