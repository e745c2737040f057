"""What virtual trials say, in sentences made from their tables: each for the theory as assumed, none a finding.

The sentences themselves are in ``words/trials.jinja``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sos_sim.kit.sentences import listed
from sos_sim.kit.words import Wording
from sos_sim.trials.report.material import (
    HeldTrial,
    Row,
    analysis_said,
    between,
    design_in_short,
    difference,
    difference_unit,
    enough,
    in_per_cent,
    money_said,
    share_between,
    size,
)
from sos_sim.trials.virtual import OWN

if TYPE_CHECKING:
    import pandas as pd

TOO_HIGH, NOMINAL, TOO_LOW, TOO_FEW = "too high", "at nominal", "too low", "too few to tell"
SPILLED: Final = {
    "true_all": "offered to everybody",
    "true_offered": "by lot, those offered it",
    "true_spilled": "by lot, those not offered it",
    "contrast": "offered less not offered",
}
"""True differences from usual practice inside one authority (columns of the table of contamination)."""
SAYS: Final = Wording("sos_sim.trials.report", "trials")


def trial_summary(held: HeldTrial) -> list[str]:
    """What a trial designer asks first: conclusive or not, which analyses fail, biased or not, what stays unseen."""
    return [
        conclusive(held),
        smallest_enough(held),
        *assurance_said(held),
        *held.drawn_from,
        *error_rates(held),
        biased(held),
        *spilled(held),
        unseen(held),
    ]


def conclusive(held: HeldTrial) -> str:
    """Power of each design at its largest size, beside the smallest difference it sees and the true effect."""
    unit, rows = held.unit(held.primary), held.power(effect=True, outcome=held.primary, lead=True)
    trials = [
        {
            "trial": _trial(row, held),
            "rejected": in_per_cent(row["rejected"]),
            "interval": share_between(row["rejected_low"], row["rejected_high"]),
            "true_effect": difference(row["true_effect"], unit),
            "detectable": size(row["detectable"], unit),
        }
        for row in _largest(rows)
    ]
    return SAYS.sentence("conclusive", outcome=held.label(held.primary), unit=difference_unit(unit), trials=trials)


def power_at_sizes(held: HeldTrial) -> Iterator[str]:
    """A sentence a design: how often it is conclusive at each size."""
    rows = held.power(effect=True, outcome=held.primary, lead=True)
    for design, of_design in rows.groupby("design", sort=False):
        sizes = [f"{in_per_cent(row['rejected'])} with {row['clusters']:g}" for row in of_design.to_dict("records")]
        yield SAYS.sentence(
            "power_at_sizes",
            design=design_in_short(str(design)),
            analysis=analysis_said(str(of_design["analysis"].iloc[0])),
            sizes=sizes,
            clusters_are=held.clusters_are,
        )


def smallest_enough(held: HeldTrial) -> str:
    """The smallest trial with 80 % power for the effect as assumed, or that there is none among those tried."""
    rows = held.power(effect=True, outcome=held.primary, lead=True)
    strong = enough(rows).sort_values(["clusters", "rejected"], ascending=[True, False], kind="stable")
    if strong.empty:
        return SAYS.sentence("none_is_enough", most=f"{rows['clusters'].max():g}", clusters_are=held.clusters_are)
    return SAYS.sentence("smallest_enough", trial=_trial(strong.iloc[0].to_dict(), held))


def assurance_said(held: HeldTrial) -> Iterator[str]:
    """The probability of a conclusive trial over draws, for the largest trial of each design."""
    rows = _largest(held.table("assurance", outcome=held.primary))
    trials = [
        {
            "trial": _trial(row, held),
            "assurance": in_per_cent(row["assurance"]),
            "interval": share_between(row["low"], row["high"]),
            "fall": in_per_cent(row["conclusive_fall"]),
            "rise": in_per_cent(row["conclusive_rise"]),
        }
        for row in rows
    ]
    if trials:
        draws, no_effect = (int(rows[0][name]) for name in ("draws", "no_effect"))
        yield SAYS.sentence("assured", draws=draws, no_effect=no_effect, trials=trials)


def error_rates(held: HeldTrial) -> Iterator[str]:
    """Which analyses fail their nominal error rate of 5 %, and where; which hold it; of which it cannot be told."""
    rows = held.power(effect=False, outcome=held.primary)
    failing = rows[rows["verdict"] == TOO_HIGH]
    for analysis, where in failing.groupby("analysis", sort=False):
        yield SAYS.sentence(
            "fails",
            analysis=analysis_said(str(analysis)),
            rates=_range(where["rejected"]),
            places=_places(where, held),
            lead=bool(where["lead"].any()),
        )
    yield from _by_luck(rows)
    names = list(dict.fromkeys(rows["analysis"]))
    holds = [name for name in names if name not in set(failing["analysis"])]
    cautious = rows[rows["analysis"].isin(holds) & (rows["verdict"] == TOO_LOW)]
    unknown = rows[rows["analysis"].isin(holds) & (rows["verdict"] == TOO_FEW)]
    never = [name for name in holds if (rows.loc[rows["analysis"] == name, "verdict"] == TOO_FEW).all()]
    told = [name for name in holds if name not in never]
    if told:
        yield SAYS.sentence("holds", analyses=[analysis_said(name) for name in told])
    if len(cautious):
        yield SAYS.sentence("cautious", analyses=_named(cautious, rows, held))
    if len(unknown):
        yield SAYS.sentence("unknown", analyses=_named(unknown, rows, held))


def steps(held: HeldTrial) -> Iterator[str]:
    """What the lead analysis of a stepped wedge estimates, and what others miss."""
    if "stepped_wedge" in held.asked["designs"]:
        yield SAYS.sentence("stepped_wedge")


def not_made(held: HeldTrial) -> Iterator[str]:
    """Analyses that could not be made in some trials."""
    rows = held.power(effect=False, outcome=held.primary)
    for analysis, where in rows[rows["failed"] > 0].groupby("analysis", sort=False):
        yield SAYS.sentence(
            "not_made",
            analysis=analysis_said(str(analysis)),
            failed=f"{where['failed'].sum():,}",
            trials=int(where["trials"].sum()),
            places=_places(where, held),
        )


def biased(held: HeldTrial) -> str:
    """The bias of each design by its lead analysis, at its largest size."""
    unit = held.unit(held.primary)
    trials = [
        {
            "trial": _trial(row, held),
            "bias": difference(row["bias"], unit),
            "interval": between(row["bias_low"], row["bias_high"], unit),
            "off": _off(row),
            "coverage": in_per_cent(row["coverage"]),
        }
        for row in _largest(held.power(effect=True, outcome=held.primary, lead=True))
    ]
    return SAYS.sentence("biased", unit=difference_unit(unit), trials=trials)


def _off(row: Row) -> bool:
    return bool(row["bias_low"] > 0.0 or row["bias_high"] < 0.0)


def _largest(rows: pd.DataFrame) -> list[Row]:
    """The row of most clusters of each design; none of no rows."""
    if rows.empty:
        return []
    groups = rows.groupby("design", sort=False)
    return [of_design.sort_values("clusters").iloc[-1].to_dict() for _, of_design in groups]


def _trial(row: Row, held: HeldTrial) -> str:
    return f"{design_in_short(row['design'])} with {row['clusters']:g} {held.clusters_are}"


def unseen(held: HeldTrial) -> str:
    """What no trial from records can see, with the true effect of it in the model beside what records would show."""
    hidden = any(not held.recorded(name) for name in harms(held))
    return SAYS.sentence("unseen", harms=[harm_said(held, name) for name in harms(held)], hidden=hidden)


def harm_said(held: HeldTrial, outcome: str) -> str:
    """The model's own effect on one outcome of harm, and its range over draws."""
    unit, rows = held.unit(outcome), held.effects(outcome, str(held.asked["designs"][0]))
    own, drawn = (rows.loc[here, "true_effect"] for here in (rows["draw"] == OWN, rows["draw"] != OWN))
    return SAYS.sentence(
        "harm",
        outcome=held.label(outcome),
        recorded=held.recorded(outcome),
        as_assumed=[difference(value, unit) for value in own],
        unit=difference_unit(unit),
        drawn=between(drawn.min(), drawn.max(), unit) if len(drawn) else "",
        draws=len(drawn),
        higher=int((drawn > 0).sum()),
    )


def same_money(held: HeldTrial) -> str:
    """Power of each design at one cost that all of them can have, read between sizes; or that there is none."""
    import numpy as np

    rows = held.power(effect=True, outcome=held.primary, lead=True).sort_values("cost")
    by_design = {str(design): of_design for design, of_design in rows.groupby("design", sort=False)}
    cost = min(float(of_design["cost"].max()) for of_design in by_design.values())
    if len(by_design) < 2 or any(of_design["cost"].min() > cost for of_design in by_design.values()):
        return SAYS.sentence("no_common_cost")
    powers = [
        f"{design_in_short(design)} {in_per_cent(float(np.interp(cost, of_design['cost'], of_design['rejected'])))}"
        for design, of_design in by_design.items()
    ]
    return SAYS.sentence("same_money", cost=f"£{cost / 1e6:,.1f} million", powers=powers)


def worth(held: HeldTrial) -> Iterator[str]:
    """What the result of each design's largest trial is worth to one authority that decides, beside its cost."""
    rows = _largest(held.table("information"))
    if not rows:
        return
    care, harm = (money_said(float(held.asked[name])) for name in ("worth_care_start", "worth_harm_month"))
    yield SAYS.sentence(
        "worth_read", care=care, harm=harm, draws=int(rows[0]["draws"]), all=money_said(rows[0]["evpi"])
    )
    if not rows[0]["evpi"]:
        yield SAYS.sentence("nothing_to_decide")
    for row in rows:
        yield SAYS.sentence(
            "worth",
            trial=_trial(row, held),
            result=money_said(row["evsi"]),
            low=money_said(row["low"]),
            high=money_said(row["high"]),
            cost=money_said(row["cost"]),
            decisions=float(row["authorities_to_pay"]) if row["evsi"] > 0.0 else None,
        )


def spilled(held: HeldTrial) -> Iterator[str]:
    """What contamination hides inside one authority."""
    unit = held.unit(held.primary)
    for row in held.table("contamination", outcome=held.primary).to_dict("records"):
        groups = [
            f"{said} {difference(row[name], unit)} ({between(row[f'{name}_low'], row[f'{name}_high'], unit)})"
            for name, said in SPILLED.items()
        ]
        yield SAYS.sentence("spilled", outcome=held.label(held.primary), unit=difference_unit(unit), groups=groups)


def harms(held: HeldTrial) -> list[str]:
    """Outcomes of harm at home and others that no record shows, recorded ones first."""
    found = [name for name in held.outcomes if name.startswith("harm") or not held.recorded(name)]
    return sorted(found, key=lambda name: not held.recorded(name))


def _named(rows: pd.DataFrame, every: pd.DataFrame, held: HeldTrial) -> str:
    """Analyses of some rows, and where among ``every`` row."""
    made = every["analysis"].value_counts()
    return "; ".join(
        f"{analysis_said(str(name))} ({'wherever made' if len(where) == made[name] else _places(where, held)})"
        for name, where in rows.groupby("analysis", sort=False)
    )


def _by_luck(rows: pd.DataFrame) -> Iterator[str]:
    """How many verdicts luck alone would bring: an interval of 95 % lies above the truth in 1 of 40."""
    failing = int((rows["verdict"] == TOO_HIGH).sum())
    if failing:
        yield SAYS.sentence("by_luck", failing=failing, rates=len(rows), expected=len(rows) / 40)


def _places(rows: pd.DataFrame, held: HeldTrial) -> str:
    """Designs and sizes of some rows."""
    sizes = {
        str(design): listed([f"{clusters:g}" for clusters in where["clusters"]])
        for design, where in rows.groupby("design", sort=False)
    }
    return "; ".join(f"{design_in_short(design)} with {text} {held.clusters_are}" for design, text in sizes.items())


def _range(shares: pd.Series[float]) -> str:
    low, high = in_per_cent(shares.min()), in_per_cent(shares.max())
    return low if low == high else f"{low} to {high}"
