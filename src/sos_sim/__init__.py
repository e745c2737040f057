"""Agent-based simulation of a children's services authority and the programme theory of Signs of Safety."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = [
    "CareSystem",
    "Scenario",
    "calibrate",
    "compare",
    "fit_table",
    "hold_trial",
    "load_scenario",
    "load_study",
    "load_trial",
    "read_calibration",
    "replicate",
    "simulate",
    "sweep",
]

_HOMES = {
    "CareSystem": "sos_sim.model.care_system",
    "Scenario": "sos_sim.files.scenario",
    "calibrate": "sos_sim.calibration.calibrate",
    "compare": "sos_sim.comparison.compare",
    "fit_table": "sos_sim.calibration.fit",
    "hold_trial": "sos_sim.trials.trial",
    "load_scenario": "sos_sim.files.scenario",
    "load_study": "sos_sim.sensitivity.sweep",
    "load_trial": "sos_sim.trials.trial",
    "read_calibration": "sos_sim.calibration.file",
    "replicate": "sos_sim.runs.replicate",
    "simulate": "sos_sim.runs.simulate",
    "sweep": "sos_sim.sensitivity.sweep",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import sos_sim`` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sos_sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
