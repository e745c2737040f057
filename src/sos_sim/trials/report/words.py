"""What virtual trials say, in sentences made from their tables: each for the theory as assumed, none a finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sos_sim.kit.sentences import capital, listed
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
CANNOT_SEE: Final = (
    "Records show harm at home only where somebody sees and reports it. If families tell more, or workers look more "
    "closely, recorded harm may rise while harm falls, and it may fall because less is told: neither direction of "
    "recorded harm says what became of children."
)


def trial_summary(held: HeldTrial) -> list[str]:
    """What a trial designer asks first: conclusive or not, which analyses fail, biased or not, what stays unseen."""
    return [
        conclusive(held),
        smallest_enough(held),
        *assurance_said(held),
        *error_rates(held),
        biased(held),
        *spilled(held),
        unseen(held),
    ]


def conclusive(held: HeldTrial) -> str:
    """Power of each design at its largest size, beside the smallest difference it sees and the true effect."""
    unit, rows = held.unit(held.primary), held.power(effect=True, outcome=held.primary, lead=True)
    texts = [
        f"{_trial(row, held)} in {in_per_cent(row['rejected'])} of cases "
        f"({share_between(row['rejected_low'], row['rejected_high'])}), for a true effect of "
        f"{difference(row['true_effect'], unit)} in the model, where {size(row['detectable'], unit)} is the smallest "
        "difference seen with 80 % power"
        for row in _largest(rows)
    ]
    return (
        f"Outcome: {held.label(held.primary)}, differences in {difference_unit(unit)}. If the theory holds as strongly "
        f"as assumed, a trial would be conclusive (p below 0.05): {'; '.join(texts)}. Intervals (95 %) contain the "
        "luck of the virtual trials."
    )


def power_at_sizes(held: HeldTrial) -> Iterator[str]:
    """A sentence a design: how often it is conclusive at each size."""
    rows = held.power(effect=True, outcome=held.primary, lead=True)
    for design, of_design in rows.groupby("design", sort=False):
        sizes = [f"{in_per_cent(row['rejected'])} with {row['clusters']:g}" for row in of_design.to_dict("records")]
        analysis = analysis_said(str(of_design["analysis"].iloc[0]))
        yield f"{capital(design_in_short(str(design)))}, analysed by {analysis}: {listed(sizes)} {held.clusters_are}."


def smallest_enough(held: HeldTrial) -> str:
    """The smallest trial with 80 % power for the effect as assumed, or that there is none among those tried."""
    rows = held.power(effect=True, outcome=held.primary, lead=True)
    strong = enough(rows).sort_values(["clusters", "rejected"], ascending=[True, False], kind="stable")
    if strong.empty:
        return (
            f"None of the trials tried, up to {rows['clusters'].max():g} {held.clusters_are}, is conclusive in 80 % of "
            "cases: if such a trial found nothing, that would not mean that there is nothing."
        )
    return (
        "The smallest trial tried that is conclusive in 80 % of cases or more, if the theory holds as assumed: "
        f"{_trial(strong.iloc[0].to_dict(), held)}."
    )


def assurance_said(held: HeldTrial) -> Iterator[str]:
    """The probability of a conclusive trial over draws, for the largest trial of each design."""
    rows = _largest(held.table("assurance", outcome=held.primary))
    if rows:
        texts = [
            f"{_trial(row, held)} {in_per_cent(row['assurance'])} ({share_between(row['low'], row['high'])}; a fall in "
            f"{in_per_cent(row['conclusive_fall'])}, a rise in {in_per_cent(row['conclusive_rise'])})"
            for row in rows
        ]
        yield (
            f"Assurance, the probability of a conclusive trial over {rows[0]['draws']:,} draws of what is uncertain: "
            f"{'; '.join(texts)}."
        )


def error_rates(held: HeldTrial) -> Iterator[str]:
    """Which analyses fail their nominal error rate of 5 %, and where; which hold it; of which it cannot be told."""
    rows = held.power(effect=False, outcome=held.primary)
    failing = rows[rows["verdict"] == TOO_HIGH]
    for analysis, where in failing.groupby("analysis", sort=False):
        lead = " It is the lead analysis there: do not read its power." if where["lead"].any() else ""
        yield (
            f"Fails its error rate: {analysis_said(str(analysis))} finds an effect where there is none in "
            f"{_range(where['rejected'])} of trials instead of 5 % ({_places(where, held)}).{lead}"
        )
    yield from _by_luck(rows)
    names = list(dict.fromkeys(rows["analysis"]))
    holds = [name for name in names if name not in set(failing["analysis"])]
    cautious = rows[rows["analysis"].isin(holds) & (rows["verdict"] == TOO_LOW)]
    unknown = rows[rows["analysis"].isin(holds) & (rows["verdict"] == TOO_FEW)]
    never = [name for name in holds if (rows.loc[rows["analysis"] == name, "verdict"] == TOO_FEW).all()]
    told = [name for name in holds if name not in never]
    if told:
        yield f"No error rate above 5 % can be told from luck in {listed([analysis_said(name) for name in told])}."
    if len(cautious):
        yield f"More cautious than 5 %: {_named(cautious, rows, held)}."
    if len(unknown):
        yield f"Too few trials to tell the error rate: {_named(unknown, rows, held)}."


def steps(held: HeldTrial) -> Iterator[str]:
    """Why a stepped wedge may miss an effect that grows."""
    if "stepped_wedge" in held.asked["designs"]:
        yield (
            "Analyses of a stepped wedge take the effect to be the same from the end of roll-in on. Where it still "
            "grows, they are pulled away from its mean over the time with the programme (Kenny, Voldal, Xia, Heagerty "
            "and Hughes 2022, Statistics in Medicine 41:4311)."
        )


def not_made(held: HeldTrial) -> Iterator[str]:
    """Analyses that could not be made in some trials."""
    rows = held.power(effect=False, outcome=held.primary)
    for analysis, where in rows[rows["failed"] > 0].groupby("analysis", sort=False):
        yield (
            f"{capital(analysis_said(str(analysis)))} could not be made in {where['failed'].sum():,} of "
            f"{where['trials'].sum():,} trials (too few clusters, no variation, or no convergence); shares are of the "
            f"others ({_places(where, held)})."
        )


def biased(held: HeldTrial) -> str:
    """The bias of each design by its lead analysis, at its largest size."""
    unit = held.unit(held.primary)
    texts = [
        f"{_trial(row, held)} {difference(row['bias'], unit)} ({between(row['bias_low'], row['bias_high'], unit)}"
        f"{', more than luck leaves open' if _off(row) else ''}), coverage {in_per_cent(row['coverage'])}"
        for row in _largest(held.power(effect=True, outcome=held.primary, lead=True))
    ]
    unit_said = difference_unit(unit)
    return (
        f"Bias (mean estimate less true effect, {unit_said}) and coverage (95 % intervals that hold the true effect): "
        f"{'; '.join(texts)}."
    )


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
    hidden = [name for name in harms(held) if not held.recorded(name)]
    if not hidden:
        return (
            "What a trial cannot see is not counted here: outcomes of the trial file name no harm that records do not "
            f"show. {CANNOT_SEE}"
        )
    told = "; ".join(harm_said(held, name) for name in harms(held))
    return f"What a trial from records cannot see, true effects in the model: {told}. {CANNOT_SEE}"


def harm_said(held: HeldTrial, outcome: str) -> str:
    """The model's own effect on one outcome of harm, and its range over draws."""
    unit, rows = held.unit(outcome), held.effects(outcome, str(held.asked["designs"][0]))
    own, drawn = (rows.loc[here, "true_effect"] for here in (rows["draw"] == OWN, rows["draw"] != OWN))
    texts = [f"{difference(value, unit)} {difference_unit(unit)} as assumed" for value in own]
    if len(drawn):
        risen = f"higher with the programme in {(drawn > 0).sum()}"
        texts.append(f"{between(drawn.min(), drawn.max(), unit)} over {len(drawn)} draws, {risen}")
    shown = "which records show" if held.recorded(outcome) else "which no record shows"
    return f"{held.label(outcome)}, {shown}: {', '.join(texts)}"


def same_money(held: HeldTrial) -> str:
    """Power of each design at one cost that all of them can have, read between sizes; or that there is none."""
    import numpy as np

    rows = held.power(effect=True, outcome=held.primary, lead=True).sort_values("cost")
    by_design = {str(design): of_design for design, of_design in rows.groupby("design", sort=False)}
    cost = min(float(of_design["cost"].max()) for of_design in by_design.values())
    if len(by_design) < 2 or any(of_design["cost"].min() > cost for of_design in by_design.values()):
        return "No cost is common to several of the designs tried: power is not compared at equal cost."
    texts = [
        f"{design_in_short(design)} {in_per_cent(float(np.interp(cost, of_design['cost'], of_design['rejected'])))}"
        for design, of_design in by_design.items()
    ]
    return f"At £{cost / 1e6:,.1f} million, read between the sizes tried, power is: {', '.join(texts)}."


def worth(held: HeldTrial) -> Iterator[str]:
    """What the result of each design's largest trial is worth to one authority that decides, beside its cost."""
    rows = _largest(held.table("information"))
    if not rows:
        return
    care, harm = (money_said(float(held.asked[name])) for name in ("worth_care_start", "worth_harm_month"))
    yield (
        f"Worth to one authority that then decides whether to adopt the programme, with a care start avoided at {care} "
        f"beyond its cost and a month of harm at home avoided at {harm} (worths of the trial file: a judgement that is "
        f"yours). Over {rows[0]['draws']:,} draws, knowing everything beforehand would be worth "
        f"{money_said(rows[0]['evpi'])}."
    )
    if not rows[0]["evpi"]:
        yield (
            "In every draw the same option has the higher net benefit at these worths, so no result would change the "
            "decision. That is a statement about these draws and worths, not about the programme."
        )
    for row in rows:
        needed = "no number of decisions pays for it"
        if row["evsi"] > 0.0:
            needed = f"{row['authorities_to_pay']:,.0f} such decisions would pay for it"
        yield (
            f"The result of {_trial(row, held)} is worth {money_said(row['evsi'])} ({money_said(row['low'])} to "
            f"{money_said(row['high'])}) to one decision and costs {money_said(row['cost'])}: {needed}."
        )


def spilled(held: HeldTrial) -> Iterator[str]:
    """What contamination hides inside one authority."""
    unit = held.unit(held.primary)
    for row in held.table("contamination", outcome=held.primary).to_dict("records"):
        told = [
            f"{said} {difference(row[name], unit)} ({between(row[f'{name}_low'], row[f'{name}_high'], unit)})"
            for name, said in SPILLED.items()
        ]
        yield (
            f"What spills over ({held.label(held.primary)}, {difference_unit(unit)}): {'; '.join(told)}. Intervals "
            "(95 %) contain luck. A trial estimates the last, so that bias beside the first holds what spilled over."
        )


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
        yield (
            f"{failing} of {len(rows)} error rates are judged too high; if all were 5 %, luck alone would bring about "
            f"{len(rows) / 40:.1f} such verdicts."
        )


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
