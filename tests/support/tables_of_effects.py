"""Small made-up tables with the columns that studies give, for figures and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sos_sim.comparison import tables, tables_of_costs, tables_of_moderation
from sos_sim.comparison.columns import PATH_LABELS
from sos_sim.comparison.moderation import MODERATED
from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS
from sos_sim.comparison.subgroups import CHARACTERISTICS, DOSES, THIRDS
from sos_sim.kit.sentences import HEADLINE
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs import tables as runs_tables
from support.declared import made

ARM, COMPARATOR = "Offer", "Usual"
READINGS = ("gate", "amplifier", "none")
INTERVAL = {"level": 0.95, "replicates": 20, "draws": 10}
STARTS = {"measure": "cla_start_rate", "unit": MEASURES["cla_start_rate"].unit, **INTERVAL}


def between(estimate: float, half: float) -> dict[str, float]:
    """An estimate with an interval to both sides."""
    return {"estimate": estimate, "low": estimate - half, "high": estimate + half}


def effects(estimate: float = -1.0, half: float = 0.5) -> pd.DataFrame:
    """Rows of ``paired_effects`` for every headline outcome of one arm, around a comparator's 20."""
    return made(
        tables.EFFECTS,
        [
            {
                "arm": ARM,
                "measure": name,
                "unit": MEASURES[name].unit,
                "comparator_mean": 20.0,
                "arm_mean": 20.0 + estimate,
                **between(estimate, half),
                **INTERVAL,
                "luck_sd": 1.0,
                "parameter_sd": 0.3,
                "authority_low": estimate - 2 * half,
                "authority_high": estimate + 2 * half,
                "probability_lower": 0.9,
                "probability_higher": 0.1,
                "relative": estimate / 20.0,
                "count": 6 * estimate,
                "count_low": 6 * (estimate - half),
                "count_high": 6 * (estimate + half),
                "variance_ratio": 5.0,
            }
            for name in HEADLINE
        ],
    )


def by_path(
    entries: Sequence[float] = (-0.5, -0.3, -0.2, 0.1), harm: Sequence[float] = (-4, -2, 1, 0.5)
) -> pd.DataFrame:
    """What comes of entries and of harm on each path, and the whole, which can be told from nothing."""
    return made(
        tables.PATHS,
        [
            {
                **STARTS,
                "arm": ARM,
                "measure": measure,
                "path": path,
                "label": label,
                **between(part, 0.05),
                "decimals": 2,
                "shown": part,
                "share": part / sum(parts),
            }
            for measure, parts in (("cla_start_rate", entries), ("harm_months_rate", harm))
            for (path, label), part in zip(PATH_LABELS.items(), [*parts, sum(parts)], strict=True)
        ],
    )


def by_posterior() -> pd.DataFrame:
    """Entries and harm under the other posterior, in whose 20 draws the theory is null 3 times."""
    return made(
        tables.POSTERIORS,
        [
            {
                **STARTS,
                "posterior": "england_with_trials",
                "null": 3,
                "condition": condition,
                "measure": measure,
                "comparator_mean": 20.0,
                "arm_mean": 20.0 + estimate,
                "draws": draws,
                **between(estimate, 0.5),
            }
            for condition, measure, draws, estimate in (
                (THEORY_ACTS, "cla_start_rate", 17, -1.0),
                (THEORY_ACTS, "harm_months_rate", 17, 2.0),
                (ALL_DRAWS, "cla_start_rate", 20, -0.75),
                (ALL_DRAWS, "harm_months_rate", 20, 1.5),
            )
        ],
    )


def contrasts() -> pd.DataFrame:
    """One condition whose interval clears zero and one whose does not."""
    return made(
        tables.DIALS_CONTRASTS,
        [
            {
                **STARTS,
                "dial": dial,
                "lowest": 0.0,
                "highest": 1.0,
                "at_lowest": 0.0,
                "at_highest": change,
                "value_unit": "0-1",
                "told": told,
                **between(change, 0.4),
            }
            for dial, change, told in (("supervision", -0.8, True), ("culture", 0.1, False))
        ],
    )


def brought_thirds() -> pd.DataFrame:
    """Relative effects by thirds of openness and starting trust, another number in every row."""
    rows = [
        {"reading": reading, "characteristic": name, "band": band, "measure": measure}
        for reading in READINGS
        for name in DOSES
        for measure in MODERATED
        for band in THIRDS
    ]
    return made(tables_of_moderation.MODERATION_THIRDS, _told_apart(rows))


def brought_ends() -> pd.DataFrame:
    """The highest third less the lowest of ``brought_thirds``, clear of nothing under the gate only."""
    named = brought_thirds().set_index(["reading", "characteristic", "measure", "band"])["estimate"].unstack()
    rows = [
        {
            **dict(zip(("reading", "characteristic", "measure"), name, strict=True)),
            **{"arm": ARM, **INTERVAL, **between(change, 0.001 if name[0] == "gate" else 9.0)},
            "ratio": 2.0,
            "ratio_low": 1.5 if name[0] == "gate" else float("nan"),
            "ratio_high": 2.6 if name[0] == "gate" else float("nan"),
        }
        for name, change in (named["high"] - named["low"]).items()
    ]
    ordered = sorted(rows, key=lambda row: (READINGS.index(row["reading"]), MODERATED.index(row["measure"])))
    return made(tables_of_moderation.MODERATION_ENDS, ordered)


def brought_curves() -> pd.DataFrame:
    """Curves of three points."""
    rows = [
        {"reading": reading, "characteristic": name, "measure": measure, "place": place}
        for reading in READINGS
        for name in DOSES
        for measure in MODERATED
        for place in (0.0, 0.5, 1.0)
    ]
    return made(tables_of_moderation.MODERATION_CURVES, _told_apart(rows))


def apart() -> pd.DataFrame:
    """Groups of families: age is told apart in care starts, nothing else is."""
    rows = [
        {
            "arm": ARM,
            "characteristic": name,
            "band": CHARACTERISTICS[name].bands[1],
            "against": CHARACTERISTICS[name].bands[0],
            "measure": measure,
            "in_band": -0.3,
            "in_first": -0.1,
            **between(-0.2, 0.1),
            **INTERVAL,
            "q": 0.01 if name == "child's age" and measure == "care_starts" else 0.5,
            "told": name == "child's age" and measure == "care_starts",
            "visible": 0.11,
        }
        for name in ("openness", "child's age", "worker changes")
        for measure in MODERATED
    ]
    return made(tables_of_moderation.MODERATION_TOLD, rows)


def _told_apart(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"arm": ARM, **INTERVAL, **row, **between(-0.01 * (place + 1), 0.005)} for place, row in enumerate(rows)]


def delivered() -> pd.DataFrame:
    """Effect at three shares of the programme."""
    return made(
        tables.DELIVERY_RESPONSE,
        [{**STARTS, "delivered": share, **between(-share, 0.4 * share)} for share in (0.0, 0.5, 1.0)],
    )


def fates() -> pd.DataFrame:
    """Children of every fate, as ``summarise_fates`` tells them: five each, two of the spared harmed."""
    from sos_sim.comparison.fates import MEASURES_BY_DANGER, fate_outputs

    return made(
        tables.FATES,
        [
            {
                "arm": ARM,
                "decision": decision,
                "fate": fate,
                "measure": measure,
                "meaning": MEASURES_BY_DANGER[measure],
                **between(2.0 if measure == "harmed_at_home_since" else 5.0, 1.0),
                **INTERVAL,
            }
            for decision, fate, measure in fate_outputs()
        ],
    )


def subgroups() -> pd.DataFrame:
    """Effects in two bands of one characteristic."""
    return made(
        tables.SUBGROUP_EFFECTS,
        [
            {
                "arm": ARM,
                "characteristic": "sibship",
                "band": band,
                "measure": "care_starts",
                "unit": "per 10,000 known children a year",
                "children": 300.0,
                **between(change, 2.0),
                **INTERVAL,
            }
            for band, change in (("one", -1.0), ("two", -6.0))
        ],
    )


def interactions() -> pd.DataFrame:
    """The second band of ``subgroups`` against the first, clear of zero, and one more that is not."""
    table = subgroups().assign(against="one", estimate=[-5.0, 0.5], low=[-8.0, -2.0], high=[-2.0, 3.0])
    rows = table.assign(band=["two", "three or more"], clear=[True, False])[tables.SUBGROUP_INTERACTIONS.names]
    return made(tables.SUBGROUP_INTERACTIONS, rows.to_dict("records"))


def chain() -> pd.DataFrame:
    """Two steps of the theory over three years and all of them, in both arms."""
    return made(tables.CHAIN, [{**row, "link": "M2"} for row in _by_year()])


def staff() -> pd.DataFrame:
    """The same of two measures of staff."""
    return made(tables.STAFF, _by_year())


def _by_year() -> list[dict[str, Any]]:
    return [
        {
            "arm": arm,
            "measure": label,
            "label": label,
            "unit": "0-1",
            "year": year,
            "mean": 0.5,
            "mean_low": 0.4,
            "mean_high": 0.6,
            **between(0.1, 0.05),
            **INTERVAL,
        }
        for arm in (COMPARATOR, ARM)
        for label in ("trust", "voice")
        for year in ("1", "2", "3", "all")
    ]


def teams() -> pd.DataFrame:
    """Depth and surface of two teams over four months, five replicates, both arms."""
    return made(
        runs_tables.TEAMS,
        [
            {"arm": arm, "replicate": replicate, "month": month, "team": team, "measure": measure, "value": 0.1 * month}
            for arm in (COMPARATOR, ARM)
            for replicate in range(5)
            for month in range(4)
            for team in range(2)
            for measure in ("mean_fidelity", "mean_surface")
        ],
    )


def costs() -> pd.DataFrame:
    """Two cost lines and the total."""
    return made(
        tables_of_costs.COSTS,
        [
            {
                "arm": ARM,
                "item": item,
                "label": item.replace("_", " "),
                "kind": "cost",
                "unit": "£",
                "comparator_mean": 5e6,
                "arm_mean": 5e6 + change,
                **between(change, 2e5),
                **INTERVAL,
            }
            for item, change in (("foster", -4e5), ("training", 1e5), ("total_cost", -3e5))
        ],
    )


def curve() -> pd.DataFrame:
    """Net benefit and its probability at three values, harm valued in two ways."""
    return made(
        tables_of_costs.BENEFIT_CURVE,
        [
            {
                "arm": ARM,
                "item": "care_starts",
                "outcome": "care start avoided",
                "value": value,
                "harm_value": harm,
                **between(value + harm, 1e4),
                "probability": 0.6,
                "probability_low": 0.5,
                "probability_high": 0.7,
                "about": "parameters",
                **INTERVAL,
            }
            for value in (0.0, 5e4, 1e5)
            for harm in (0.0, 2e4)
        ],
    )


def information() -> pd.DataFrame:
    """The value of information at the same values."""
    return made(
        tables_of_costs.INFORMATION,
        [
            {
                "item": "care_starts",
                "outcome": "care start avoided",
                "value": value,
                "harm_value": harm,
                "best": ARM,
                "probability_best": 0.6,
                "evpi": 1e4,
                "low": 0.0,
                "high": 2e4,
                "about": "parameters",
                **INTERVAL,
            }
            for value in (0.0, 5e4, 1e5)
            for harm in (0.0, 2e4)
        ],
    )
