"""A made-up comparison of a programme with usual practice, hardly two numbers alike: nothing is simulated."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pandas as pd

from sos_sim.comparison import tables, tables_of_costs
from sos_sim.comparison.chain import STEPS
from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS
from sos_sim.comparison.report.brief import briefs, opening
from sos_sim.comparison.report.economics import economics_section
from sos_sim.comparison.report.effect import effect_section
from sos_sim.comparison.report.implementation import implementation_section
from sos_sim.comparison.report.material import Material
from sos_sim.comparison.report.mechanism import mechanism_section
from sos_sim.comparison.report.moderators import moderators_section
from sos_sim.comparison.report.page import SAFELY, _summary
from sos_sim.core.links import LINKS
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.brief import Brief
from sos_sim.kit.page import Page
from sos_sim.model import by_team
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs import tables as tables_of_runs
from sos_sim.runs.contracts import Contract
from sos_sim.runs.store import keep_tables
from support import tables_of_effects as effects
from support.artists import told_apart
from support.declared import made

USUAL, OFFER = effects.COMPARATOR, effects.ARM
ARMS: Final = (USUAL, OFFER)
PAIRS: Final = 12
MONTHS: Final = 24
DRAWS: Final = 12
"""As many as pairs; in the first of them the theory is null."""
_ONLY_BRIEF: Final = {"cost_total": 3e5, "cost_programme": 1e5, "sw_turnover": 0.01}
"""Outcomes that only the brief tells, with what they are multiplied by."""
STUDY: Final = {"arm": OFFER, **effects.INTERVAL}


def comparison_material(folder: Path) -> Material:
    """The comparison, kept in a new folder."""
    folder.mkdir(parents=True)
    manifest = {
        "kind": "compare",
        "status": "complete",
        "rows": {"asked": 8, "done": 7, "failed": 1},
        "posterior": "England",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    keep_tables(folder, _tables(), tables.TABLES)
    run = SimpleNamespace(months=MONTHS)
    scenarios = [
        SimpleNamespace(name=name, values={"children": 20_000.0}, run=run, programmes=programmes, local_targets=())
        for name, programmes in ((USUAL, []), (OFFER, [SimpleNamespace(start_month=3)]))
    ]
    stored: Any = SimpleNamespace(
        folder=folder,
        scenarios=scenarios,
        arms=scenarios[1:],
        draws=[{"number": number} for number in range(DRAWS)],
        null=[0],
        acting=list(range(1, DRAWS)),
    )
    return Material(stored, manifest, [OFFER])


def made_up_comparison(folder: Path) -> Page:
    """The parts of its page that tell of the tables."""
    material = comparison_material(folder)
    sections = [
        make(material)
        for make in (effect_section, mechanism_section, moderators_section, implementation_section, economics_section)
    ]
    return Page(f"{OFFER} against {USUAL}", _summary(material), CAVEAT, sections, opening(material))


def made_up_brief(folder: Path) -> Brief:
    """Its two pages."""
    return briefs(comparison_material(folder))[0]


def _tables() -> dict[str, pd.DataFrame]:
    return {
        "effects": _sized(_in_both(pd.concat([effects.effects(), _money_and_staff()], ignore_index=True))),
        "joint": _joint(),
        "outcomes": _outcomes(),
        "monthly": _monthly(),
        "teams": _teams(),
        "runs": made(
            tables_of_runs.RUNS,
            [{"arm": arm, "draw": pair, "replicate": pair, "status": "done"} for arm in ARMS for pair in range(PAIRS)],
        ),
        "posteriors_effect": effects.by_posterior().assign(arm=OFFER),
        "fates": told_apart(effects.fates(), 10.0),
        "paths_effect": pd.concat([effects.by_path(), _paths_of_costs()], ignore_index=True),
        "mechanism_switched_off": _by_link(tables.SWITCHED_OFF),
        "mechanism_worlds": _by_link(tables.WORLDS),
        "mechanism_coverage": _by_link(tables.COVERAGE),
        "moderation_thirds": effects.brought_thirds(),
        "moderation_ends": effects.brought_ends(),
        "moderation_curves": effects.brought_curves(),
        "moderation_told": effects.apart(),
        "subgroup_effects": told_apart(effects.subgroups()),
        "dials_contrasts": _contrasts(),
        "delivery_response": _delivered(tables.DELIVERY_RESPONSE),
        "delivery_least": _least(),
        **_economics(),
    }


def _in_both(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(
        [
            told_apart(table).assign(condition=THEORY_ACTS, replicates=PAIRS - 1),
            told_apart(table, 0.5).assign(condition=ALL_DRAWS, replicates=PAIRS),
        ],
        ignore_index=True,
    )


def _money_and_staff() -> pd.DataFrame:
    """Rows for effects that only the brief tells."""
    table = effects.effects().head(len(_ONLY_BRIEF))
    return table.assign(measure=list(_ONLY_BRIEF), unit=[MEASURES[name].unit for name in _ONLY_BRIEF])


def _sized(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``_money_and_staff`` in sizes that they might have."""
    numbers = ["comparator_mean", "arm_mean", "estimate", "low", "high"]
    sizes = table["measure"].map(_ONLY_BRIEF).fillna(1.0)
    return table.assign(**table[numbers].mul(sizes, axis=0))


def _joint() -> pd.DataFrame:
    rows = [
        {"condition": condition, "statement": statement, "pairs": PAIRS, "probability": share, "level": 0.95}
        for condition, less in ((THEORY_ACTS, 0.0), (ALL_DRAWS, 0.2))
        for statement, share in (("entries to care fall", 0.75 - less), (SAFELY, 0.5 - less))
    ]
    table = made(tables.JOINT, [{"arm": OFFER, **row} for row in rows])
    return table.assign(low=table["probability"] - 0.13, high=table["probability"] + 0.11)


def _outcomes() -> pd.DataFrame:
    rows = [
        {"arm": arm, "replicate": pair, "year": "all", "measure": measure, "value": _number(place, number, pair)}
        for number, arm in enumerate(ARMS)
        for pair in range(PAIRS)
        for place, measure in enumerate(("cla_start_rate", "harm_months_rate", "harm_unseen_rate"))
    ]
    return made(tables_of_runs.OUTCOMES, rows)


def _number(place: int, number: int, pair: int) -> float:
    """Arms differ to either side, by pairs, but for the first, in whose draw the theory is null."""
    return 20.0 + 3.0 * place + 0.5 * pair + number * bool(pair) * (-1.0) ** (pair + place) * (0.3 + 0.1 * pair)


def _monthly() -> pd.DataFrame:
    rows = [
        {"arm": arm, "replicate": pair, "month": month, "measure": measure}
        for arm in ARMS
        for pair in range(PAIRS)
        for month in range(MONTHS)
        for measure in ("looked_after", *STEPS)
    ]
    return _valued(made(tables_of_runs.MONTHLY, rows))


def _teams() -> pd.DataFrame:
    rows = [
        {"arm": arm, "replicate": pair, "month": month, "team": team, "measure": measure}
        for arm in ARMS
        for pair in range(PAIRS)
        for month in range(MONTHS)
        for team in range(2)
        for measure in by_team.COLUMNS
    ]
    return _valued(made(tables_of_runs.TEAMS, rows))


def _valued(table: pd.DataFrame) -> pd.DataFrame:
    """Values that differ by everything that a row is of, and rise by the month under the programme."""
    measures = list(dict.fromkeys(table["measure"]))
    of = table["measure"].map({measure: 0.2 + 0.01 * place for place, measure in enumerate(measures)})
    offered = (table["arm"] == OFFER).astype(float)
    other = table.get("team", 0.0)
    rise = 0.004 * table["month"] * (1.0 + offered) + 0.003 * table["replicate"] ** 2 + 0.02 * other
    size = 1.0 + 999.0 * (table["measure"] == "looked_after")
    return table.assign(value=size * (of + rise + 0.007 * offered * table["replicate"]))


def _paths_of_costs() -> pd.DataFrame:
    table = told_apart(effects.by_path().head(5), 1e6)
    return table.assign(measure="cost_total", unit=MEASURES["cost_total"].unit, decimals=-4)


def _contrasts() -> pd.DataFrame:
    """Conditions of entries, and of harm the other way round."""
    entries = effects.contrasts().assign(arm=OFFER)
    harm = entries.assign(measure="harm_months_rate", estimate=-entries["estimate"], q=[0.21, 0.43])
    return pd.concat([entries, harm.assign(low=-entries["high"], high=-entries["low"])], ignore_index=True)


def _by_link(contract: Contract) -> pd.DataFrame:
    """A row a link of entries, and of harm; numbers only where the table has them."""
    measures = ("cla_start_rate", "harm_months_rate") if "measure" in contract.names else ("",)
    rows: Iterable[dict[str, Any]] = (
        {**STUDY, "measure": measure, "unit": effects.STARTS["unit"], "link": link, "name": name, "treatment": "kept"}
        for measure in measures
        for link, name in list(LINKS.items())[1:4]
    )
    return told_apart(made(contract, [{name: row[name] for name in row if name in contract.names} for row in rows]))


def _delivered(contract: Contract) -> pd.DataFrame:
    rows = [
        {**STUDY, "measure": measure, "unit": effects.STARTS["unit"], "delivered": share}
        for measure in ("cla_start_rate", "harm_months_rate")
        for share in (0.0, 0.5, 1.0)
    ]
    return told_apart(made(contract, rows))


def _least() -> pd.DataFrame:
    rows = [
        {
            **STUDY,
            "measure": measure,
            "unit": effects.STARTS["unit"],
            "least": least,
            "direction": direction,
            "statement": f"{direction} from {least:.0%}",
        }
        for measure, least, direction in (("cla_start_rate", 0.37, "lower"), ("harm_months_rate", 0.71, "higher"))
    ]
    return made(tables.DELIVERY_LEAST, rows)


def _of_year(lines: pd.DataFrame, year: int) -> Iterable[dict[str, Any]]:
    """Lines of costs in one year, no two years alike."""
    scaled = lines.assign(**{name: lines[name] / (1.0 + year) for name in ("estimate", "low", "high")}, year=year)
    return ({name: row[name] for name in tables_of_costs.COSTS_BY_YEAR.names} for row in scaled.to_dict("records"))


def _economics() -> dict[str, pd.DataFrame]:
    worths = [(value, harm) for value in (0.0, 5e4, 1e5) for harm in (0.0, 1e4, 2e4, 3e4)]
    weighed = [
        {**STUDY, "item": "care_starts", "outcome": "care start avoided", "value": value, "harm_value": harm}
        for value, harm in worths
    ]
    informed = [{name: value for name, value in row.items() if name != "arm"} | {"best": OFFER} for row in weighed]
    lines = told_apart(effects.costs(), 1e6)
    ratio = {"item": "care_starts", "outcome": "care start avoided", "statement": "£25,000 for each"}
    present = pd.DataFrame(
        [
            {
                "arm": arm,
                "replicate": pair,
                "draw": pair,
                "total_cost": 1e6 * _number(0, number, pair),
                "care_starts": _number(1, number, pair),
            }
            for number, arm in enumerate(ARMS)
            for pair in range(PAIRS)
        ]
    )
    return {
        "economics_table": lines.assign(undiscounted=1.1 * lines["estimate"], rate=0.035),
        "economics_present": present,
        "economics_yearly": pd.concat(
            [made(tables_of_costs.COSTS_BY_YEAR, _of_year(lines, year)) for year in (1, 2)], ignore_index=True
        ),
        "economics_prices": made(
            tables_of_costs.PRICES,
            [
                {"item": item, "label": item, "price": price, "price_unit": "a month", "price_year": "2024-25"}
                for item, price in (("foster", 3456.7), ("training", 789.1))
            ],
        ),
        "net_benefit_ratios": told_apart(
            made(tables_of_costs.RATIOS, [{**STUDY, **ratio, "extra_cost": 2e5, "cost_low": 1e5, "cost_high": 4e5}])
        ).assign(avoided=8.0, avoided_low=3.0, avoided_high=12.0, ratio=25_000.0),
        "net_benefit_benefit": told_apart(made(tables_of_costs.BENEFIT, weighed), 1e6),
        "net_benefit_curve": told_apart(made(tables_of_costs.BENEFIT_CURVE, weighed), 1e6),
        "net_benefit_information": told_apart(made(tables_of_costs.INFORMATION, informed), 1e6).assign(
            probability_best=np.linspace(0.4, 0.9, len(informed))
        ),
    }
