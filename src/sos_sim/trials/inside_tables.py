"""How trials inside one authority behave: the tables of trials of authorities, and what contamination hides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, cast

import pandas as pd

from sos_sim.statistics.intervals import t_interval
from sos_sim.trials.enrolment import FOLLOWED
from sos_sim.trials.inside import FUNNEL, NONE, TRUTHS, InsideTrial, Unit
from sos_sim.trials.operating import assured, characteristics, detectable, parts
from sos_sim.trials.protocol import TrialProtocol
from sos_sim.trials.recorded import SHARE
from sos_sim.trials.virtual import AS_ASSUMED, OWN
from sos_sim.trials.virtual import NONE as NO_EFFECT

LEAD: Final = "children_clustered"
"""The analysis by which a trial inside an authority is judged."""


def inside_trial(plan: TrialProtocol) -> InsideTrial:
    """The evaluator of a plan that randomises inside an authority. Raises InputError when it cannot be held."""
    usual, programme = (
        replace(scenario, run=scenario.run._replace(months=_start(plan) + plan.months)) for scenario in plan.scenarios
    )
    return InsideTrial(
        (usual, programme),
        cast(Unit, plan.designs[0]),
        plan.offered,
        plan.roll_in_months,
        plan.recruit_months,
        plan.follow_up_months,
        plan.recruited,
        plan.outcomes,
    )


def _start(plan: TrialProtocol) -> int:
    return min(programme.start_month for programme in plan.scenarios[1].programmes)


def inside_tables(plan: TrialProtocol, runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables by name: power and assurance (columns of ``operating``; clusters are families or workers, their mean
    number), contamination, funnel and outcomes (as in a trial of authorities).

    ``contamination``: outcome, and means over trials with 95 % intervals (luck) of the true differences
    ``true_all``, ``true_offered``, ``true_spilled`` (see ``inside.TRUTHS``), and ``contrast``, the second less
    the third, which is what the trial estimates; each with ``_low`` and ``_high``.
    ``funnel``: step, families (mean), share (of those referred).
    """
    done = runs[runs["status"] == "done"]
    own = done[done["draw"] == OWN]
    found = {
        "power": _power(plan, own),
        "assurance": _assurance(plan, done[done["draw"] != OWN]),
        "contamination": pd.DataFrame([_contamination(own, outcome) for outcome in plan.outcomes]),
        "funnel": _funnel(own),
        "outcomes": _outcomes(plan),
    }
    return {name: table for name, table in found.items() if len(table)}


def _power(plan: TrialProtocol, own: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for outcome in plan.outcomes:
        names = plan.analyses if outcome == plan.primary else [_lead(plan)]
        clusters, children = (_mean_of_both(own, outcome, what) for what in ("clusters", "children"))
        for analysis in names:
            findings = {
                AS_ASSUMED: parts(own, f"{outcome}:{analysis}"),
                NO_EFFECT: parts(own, f"{NONE}:{outcome}:{analysis}"),
            }
            for effect, found in findings.items():
                truth = float(own[f"{outcome}:true_all"].mean()) if effect == AS_ASSUMED else 0.0
                rows.append(
                    {
                        "design": plan.designs[0],
                        "clusters": round(clusters),
                        "outcome": outcome,
                        "analysis": analysis,
                        "lead": analysis == _lead(plan),
                        "effect": effect,
                        **characteristics(found, truth, effect),
                        "detectable": detectable(findings[NO_EFFECT]),
                        "children": children,
                        "cost": float("nan"),
                    }
                )
    return pd.DataFrame(rows)


def _lead(plan: TrialProtocol) -> str:
    return LEAD if LEAD in plan.analyses else plan.analyses[0]


def _assurance(plan: TrialProtocol, drawn: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for outcome in plan.outcomes if len(drawn) else ():
        found = parts(drawn, f"{outcome}:{_lead(plan)}").assign(draw=drawn["draw"])
        truth = drawn.groupby("draw")[f"{outcome}:true_all"].transform("mean")
        rows.append(
            {
                "design": plan.designs[0],
                "clusters": round(_mean_of_both(drawn, outcome, "clusters")),
                "outcome": outcome,
                "analysis": _lead(plan),
                **assured(found, truth.to_numpy(float)),
            }
        )
    return pd.DataFrame(rows)


def _mean_of_both(runs: pd.DataFrame, outcome: str, what: str) -> float:
    """Mean number of clusters or children, both arms together."""
    return float((runs[f"{outcome}:{what}_offered"] + runs[f"{outcome}:{what}_usual"]).mean())


def _contamination(own: pd.DataFrame, outcome: str) -> dict[str, Any]:
    truths = {name: own[f"{outcome}:{name}"].dropna().to_numpy(float) for name in TRUTHS}
    contrast = (own[f"{outcome}:true_offered"] - own[f"{outcome}:true_spilled"]).dropna().to_numpy(float)
    row: dict[str, Any] = {"outcome": outcome}
    for name, values in {**truths, "contrast": contrast}.items():
        low, high = t_interval(values)
        row |= {name: float(values.mean()) if len(values) else float("nan"), f"{name}_low": low, f"{name}_high": high}
    return row


def _funnel(own: pd.DataFrame) -> pd.DataFrame:
    means = own[list(FUNNEL)].mean()
    return pd.DataFrame(
        {
            "step": [name.removeprefix("families_").replace("_", " ") for name in FUNNEL],
            "families": means.to_numpy(float),
            "share": (means / means.iloc[0]).to_numpy(float),
        }
    )


def _outcomes(plan: TrialProtocol) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "outcome": name,
                "label": FOLLOWED[name].label,
                "unit": SHARE,
                "follow_up_months": FOLLOWED[name].months,
                "recorded": FOLLOWED[name].recorded,
            }
            for name in plan.outcomes
        ]
    )
