"""A made-up study of four authorities, of which no two numbers are alike: nothing is simulated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sos_sim.authorities.study import STEPS
from sos_sim.authorities.tables import AUTHORITIES, DEPRIVATION, EXPLAINED, OF_STUDY, OFFICIAL, PREDICTIONS
from sos_sim.core.provenance import CAVEAT
from sos_sim.runs.store import keep_tables
from support.declared import made

NAMES: Final = {"E1": "Ashby", "E2": "Borough", "E3": "Carrow", "E4": "Dale"}
FIGURES: Final = {"cla_start_rate": 20.0, "cpp_start_rate": 50.0, "referral_rate": 500.0}
"""Official mean of each measure; those of authorities differ from it."""
GIVEN: Final = "referral_rate"
"""The measure that the model is told from the second step on."""
DRAWS: Final = 2


def keep_authorities(folder: Path) -> Path:
    """The folder of a finished study of these authorities."""
    folder.mkdir(parents=True)
    manifest = {
        "kind": "authorities",
        "status": "complete",
        "caveat": CAVEAT,
        "authorities": len(NAMES),
        "panel_year": 2023,
        "drawn": DRAWS,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    tables = {
        "authorities": made(AUTHORITIES, _authorities()),
        "official": made(OFFICIAL, _official()),
        "predictions": made(PREDICTIONS, _predictions()),
        "explained": made(EXPLAINED, _explained()),
        "deprivation": made(DEPRIVATION, _deprivation()),
    }
    keep_tables(folder, tables, OF_STUDY)
    return folder


def _authorities() -> Iterator[dict[str, Any]]:
    for place, (code, name) in enumerate(NAMES.items()):
        yield {"authority": code, "name": name, "children": 30_000.0 + 7_000 * place}


def _official() -> Iterator[dict[str, Any]]:
    for measure, mean in FIGURES.items():
        for place, code in enumerate(NAMES):
            yield {"authority": code, "measure": measure, "value": mean * (0.8 + 0.11 * place)}


def _predictions() -> Iterator[dict[str, Any]]:
    for step, facts in enumerate(STEPS):
        for measure, mean in FIGURES.items():
            for place, code in enumerate(NAMES):
                for draw in range(DRAWS):
                    value = mean * (0.9 + 0.07 * place + 0.03 * step - 0.05 * draw)
                    yield {"facts": facts, "authority": code, "draw": draw, "measure": measure, "value": value}


def _explained() -> Iterator[dict[str, Any]]:
    for step, facts in enumerate(STEPS):
        for place, (measure, mean) in enumerate(FIGURES.items()):
            r2 = 0.21 + 0.17 * step + 0.05 * place
            yield {
                "facts": facts,
                "measure": measure,
                "authorities": len(NAMES),
                "given": measure == GIVEN and step > 0,
                "correlation": r2**0.5,
                "r2": r2,
                "r2_low": r2 - 0.12,
                "r2_high": r2 + 0.23,
                "skill": 0.13 * step - 0.04,
                "draws": DRAWS,
                "r2_lowest_draw": r2 - 0.06,
                "r2_highest_draw": r2 + 0.08,
                "skill_lowest_draw": 0.13 * step - 0.3,
                "skill_highest_draw": 0.13 * step + 0.1,
                "slope": 1.4 - 0.2 * step,
                "official_mean": mean,
                "simulated_mean": 1.02 * mean,
                "official_sd": 0.12 * mean,
                "simulated_sd": (0.04 + 0.02 * step) * mean,
                "linear": 0.33 + 0.09 * step - 0.02 * place,
            }


def _deprivation() -> Iterator[dict[str, Any]]:
    """In the first step the model is too flat in care, near in plans and too steep in referrals."""
    for step, facts in enumerate(STEPS):
        for place, (measure, difference) in enumerate(zip(FIGURES, (-0.29, 0.04, 0.17), strict=True)):
            official, apart_by = 0.51 - 0.13 * place, difference + 0.01 * step
            error = 0.031 + 0.002 * step + 0.003 * place
            yield {
                "facts": facts,
                "measure": measure,
                "authorities": len(NAMES),
                "given": measure == GIVEN and step > 0,
                "draws": DRAWS,
                "official": official,
                "official_se": 0.9 * error,
                "official_low": official - 1.5 * error,
                "official_high": official + 1.6 * error,
                "simulated": official + apart_by,
                "simulated_se": 0.4 * error,
                "simulated_low": official + apart_by - 0.7 * error,
                "simulated_high": official + apart_by + 0.8 * error,
                "difference": apart_by,
                "difference_se": error,
                "apart": apart_by / error,
            }
