"""What a brief shows of a comparison: children in care by month, how futures fall out, money by year."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import pandas as pd

from sos_sim.comparison.compare import JOINTLY
from sos_sim.comparison.paired import Pairs, arm_minus_comparator
from sos_sim.comparison.tables import CARE_BY_MONTH, FUTURES, MONEY_BY_YEAR
from sos_sim.outcomes.costs import COST_LINES
from sos_sim.outcomes.measures import WHOLE_PERIOD

NOTHING, SAFER, RISKIER, NO_FEWER = "nothing", "fewer, harm no more", "fewer, harm more", "not fewer"
OUTCOMES: Final = (NOTHING, SAFER, RISKIER, NO_FEWER)
"""Every pair of runs is one of these: the theory is null and nothing differs, entries to care fall without or with more
harm at home, or they do not fall."""
_PROGRAMME: Final = [line.item for line in COST_LINES if line.part == "programme"]
_TOTAL: Final = "total_cost"


def care_by_month(monthly: pd.DataFrame, arms: Sequence[str], runs: pd.DataFrame) -> pd.DataFrame:
    """Children looked after at the end of every month in every arm and in the first of ``arms``, all draws together.

    ``monthly``: arm, replicate, month, measure, value; ``runs`` (arm, draw, replicate) says which draw a replicate
    belongs to. Columns as ``tables.CARE_BY_MONTH`` declares them.
    """
    draws = runs.drop_duplicates("replicate").set_index("replicate")["draw"]
    chosen = monthly[monthly["measure"] == "looked_after"]
    wide = {
        str(arm): rows.pivot(index="replicate", columns="month", values="value") for arm, rows in chosen.groupby("arm")
    }
    rows = [
        {"arm": arm, "month": month, **Pairs.of(wide[arms[0]][month], wide[arm][month], draws).described()}
        for arm in arms[1:]
        for month in wide[arm]
    ]
    return CARE_BY_MONTH.check(pd.DataFrame(rows, columns=CARE_BY_MONTH.names))


def futures(outcomes: pd.DataFrame, arms: Sequence[str], runs: pd.DataFrame, null: Collection[int]) -> pd.DataFrame:
    """Which share of pairs falls out in which of ``OUTCOMES``, all draws together; the shares of an arm add up to 1.

    ``outcomes``: arm, replicate, year, measure, value; ``null`` are the draws in which the theory is null. Columns as
    ``tables.FUTURES`` declares them.
    """
    drawn = runs.drop_duplicates("replicate").set_index("replicate")["draw"]
    whole = {
        str(arm): values.pivot(index="replicate", columns="measure", values="value")[JOINTLY]
        for arm, values in outcomes[outcomes["year"] == WHOLE_PERIOD].groupby("arm")
    }
    rows = []
    for arm in arms[1:]:
        change = arm_minus_comparator(whole[arms[0]], whole[arm])
        nothing = drawn.reindex(change.index).isin(list(null)) & (change == 0.0).all(axis=1)
        fewer, more_harm = change["cla_start_rate"] < 0.0, change["harm_months_rate"] > 0.0
        held = (nothing, fewer & ~more_harm, fewer & more_harm, ~fewer & ~nothing)
        rows += [
            {"arm": arm, "outcome": name, "share": float(holds.mean()), "pairs": len(change)}
            for name, holds in zip(OUTCOMES, held, strict=True)
        ]
    return FUTURES.check(pd.DataFrame(rows, columns=FUTURES.names))


def money_by_year(yearly: pd.DataFrame) -> pd.DataFrame:
    """What an arm costs more than the comparator by year: the programme itself, all else, and both together.

    ``yearly`` has the columns of ``economics_yearly``, of one arm or several. Columns as ``tables.MONEY_BY_YEAR``
    declares them, all draws together.
    """
    by_item = yearly.set_index("item")
    own = by_item[by_item.index.isin(_PROGRAMME)].groupby(["arm", "year"])["estimate"].sum()
    total = yearly[yearly["item"] == _TOTAL].reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(total[["arm", "year"]])
    programme = own.reindex(keys, fill_value=0.0).to_numpy()
    found = total.assign(programme=programme, services=total["estimate"] - programme)
    return MONEY_BY_YEAR.check(found[MONEY_BY_YEAR.names])
