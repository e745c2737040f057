"""Made-up tables of a fit to England's official figures: every figure met exactly but those that a test changes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sos_sim.calibration.spells import CENSORED
from sos_sim.calibration.tables import CONTRACTION, FIT, SCENARIO_FIT
from sos_sim.files.targets import england_targets
from support.declared import made


def fit(**changes: Any) -> pd.DataFrame:
    """England's figures, each simulated exactly; ``measure=(simulated, half of the interval)`` changes one."""
    rows = [
        {
            "target": target.id,
            "measure": measure,
            "official": value,
            "tolerance": target.tolerance,
            "simulated": value,
            "unit": target.unit,
            "year": target.year,
            "grade": target.grade,
            "source": target.source,
            "note": target.note,
            "validate": False,
            "half": target.tolerance,
            "authorities_low": target.range[0] if target.range else float("nan"),
            "authorities_high": target.range[1] if target.range else float("nan"),
        }
        for target in england_targets()
        for measure, value in zip(target.measures, target.values, strict=True)
    ]
    table = pd.DataFrame(rows).set_index("measure", drop=False)
    for measure, (simulated, half) in changes.items():
        table.loc[measure, ["simulated", "half"]] = simulated, half
    away = table["simulated"] - table["official"]
    return made(
        FIT,
        table.assign(
            low=table["simulated"],
            high=table["simulated"],
            low_with_luck=table["simulated"] - table["half"],
            high_with_luck=table["simulated"] + table["half"],
            distance=away / table["tolerance"],
            inside=away.abs() <= table["half"],
            prior_low=table["official"] - 1.0,
            prior_high=table["official"] + 1.0,
        )
        .drop(columns="half")
        .to_dict("records"),
    )


def scenario_fit(**changes: Any) -> pd.DataFrame:
    """The same of one scenario, as ``calibration.fit.fit`` gives it; replicates spread by 1."""
    given = {target.id: target.input for target in england_targets()}
    figures = fit(**changes)
    alike = figures[[name for name in SCENARIO_FIT.names if name in figures]]
    own = alike.assign(spread=1.0, input=alike["target"].map(given), england=alike["official"])
    return SCENARIO_FIT.check(own)


def spells() -> dict[str, pd.DataFrame]:
    ends = {
        "care_spells": ["home", "adoption", CENSORED],
        "returns_home": ["re-entry", CENSORED, CENSORED],
        "plan_spells": ["ended", "ended", CENSORED],
    }
    return {
        name: pd.DataFrame({"draw": [0, 0, 1], "duration": [3.0, 9.0, 11.5], "entry": 0.0, "end": end})
        for name, end in ends.items()
    }


def contraction() -> pd.DataFrame:
    gains = {"closing": 0.9, "entry": 0.6, "trust_gain": 0.1, "shared_mapping": -0.05}
    kinds = ["identified", "identified", "hardly identified", "not identified by usual practice data: keeps its prior"]
    found = pd.DataFrame(
        {
            "parameter": list(gains),
            "path": [f"theory.{name}" for name in gains],
            "unit": "logit",
            "meaning": "about it",
            "strength": [False, False, False, True],
            "prior_mean": 0.0,
            "prior_sd": 1.0,
            "prior_low": -1.6,
            "prior_high": 1.6,
            "posterior_mean": 0.1,
            "posterior_sd": 0.5,
            "posterior_low": -0.7,
            "posterior_high": 0.9,
            "contraction": list(gains.values()),
            "identified": kinds,
        }
    )
    return made(CONTRACTION, found.to_dict("records"))
