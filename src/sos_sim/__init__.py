"""Agent-based simulation of a children's services authority and the programme theory of Signs of Safety.

Verbs run something and return its tables: ``simulate`` (one run), ``replicate`` (one scenario, many runs),
``compare`` (scenarios with shared luck), ``sweep``, ``trial``, ``calibrate`` and ``fit``. Each takes a loaded
scenario or study, or the path of its file. ``CareSystem`` is the model itself. Every error raised on purpose is a
``SosSimError``; input that is refused is an ``InputError``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sos_sim.calibration.calibrate import calibrate as calibrate
    from sos_sim.calibration.file import CalibrationStudy as CalibrationStudy
    from sos_sim.calibration.file import load_calibration as load_calibration
    from sos_sim.calibration.fit import fit as fit
    from sos_sim.comparison.compare import Comparison as Comparison
    from sos_sim.comparison.compare import compare as compare
    from sos_sim.core.errors import EvidenceError as EvidenceError
    from sos_sim.core.errors import InputError as InputError
    from sos_sim.core.errors import ModelError as ModelError
    from sos_sim.core.errors import ResultsFolderError as ResultsFolderError
    from sos_sim.core.errors import ScenarioError as ScenarioError
    from sos_sim.core.errors import SosSimError as SosSimError
    from sos_sim.core.errors import WorkersLostError as WorkersLostError
    from sos_sim.files.scenario import Scenario as Scenario
    from sos_sim.files.scenario import load_scenario as load_scenario
    from sos_sim.runs.care_system import CareSystem as CareSystem
    from sos_sim.runs.replicate import Replicates as Replicates
    from sos_sim.runs.replicate import replicate as replicate
    from sos_sim.runs.simulate import SimulationResult as SimulationResult
    from sos_sim.runs.simulate import simulate as simulate
    from sos_sim.sensitivity.study import Study as Study
    from sos_sim.sensitivity.sweep import Sweep as Sweep
    from sos_sim.sensitivity.sweep import load_sweep as load_sweep
    from sos_sim.sensitivity.sweep import sweep as sweep
    from sos_sim.trials.protocol import TrialProtocol as TrialProtocol
    from sos_sim.trials.trial import Trial as Trial
    from sos_sim.trials.trial import load_trial as load_trial
    from sos_sim.trials.trial import trial as trial

__version__ = "0.1.0"
_NAMES = {
    "calibration.calibrate": ("calibrate",),
    "calibration.file": ("CalibrationStudy", "load_calibration"),
    "calibration.fit": ("fit",),
    "comparison.compare": ("Comparison", "compare"),
    "core.errors": (
        "EvidenceError",
        "InputError",
        "ModelError",
        "ResultsFolderError",
        "ScenarioError",
        "SosSimError",
        "WorkersLostError",
    ),
    "files.scenario": ("Scenario", "load_scenario"),
    "runs.care_system": ("CareSystem",),
    "runs.replicate": ("Replicates", "replicate"),
    "runs.simulate": ("SimulationResult", "simulate"),
    "sensitivity.study": ("Study",),
    "sensitivity.sweep": ("Sweep", "load_sweep", "sweep"),
    "trials.protocol": ("TrialProtocol",),
    "trials.trial": ("Trial", "load_trial", "trial"),
}
"""The same names by module, as they are found at run time (a test holds the two lists together)."""
_HOMES = {name: f"sos_sim.{module}" for module, names in _NAMES.items() for name in names}
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a public name when it is first asked for, so that ``import sos_sim`` stays quick."""
        if name not in _HOMES:
            raise AttributeError(f"module 'sos_sim' has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)

    def __dir__() -> list[str]:
        return sorted([*globals(), *__all__])
