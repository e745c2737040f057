"""Calibrations small enough for tests: arithmetic with known answers in place of an authority."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sos_sim.calibration import course as calibrate_course
from sos_sim.core.luck import mix, uniform
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario

SCENARIO = """
name: toy
authority: {children: 3000}
run: {warmup_months: 6, months: 18, seed: 3}
"""
STUDY = """
name: Toy
scenario: toy.yaml
waves: [64, 128]
corrections: [128]
recoveries: [96, 64]
replicates: 2
reference: 20
seed: 5
targets: figures.yaml
vary: [rereferral_rate, turnover, need_threshold, voluntary_threshold, plan_effect]
"""
TARGET = (
    "  - {{id: {0}, measures: [{0}], values: [{1}], tolerance: {2}, unit: {3}, year: 2025, "
    "grade: A, source: made up}}\n"
)
FIGURES = (
    ("referral_rate", 500.0, 25.0, "per_10k_year"),
    ("rereferral_12m_share", 0.22, 0.01, "share"),
    ("sw_turnover", 0.118, 0.005, "per_year"),
    ("referral_not_in_need_share", 0.30, 0.015, "share"),
)
VALIDATING = TARGET.format("cin_start_rate", 330.0, 20.0, "per_10k_year")


@dataclass(frozen=True)
class ToyAuthority:
    """Stands in for ``SimulatedArms``: referrals, turnover and assessments by formula, and luck partly of the seed.

    ``voluntary_threshold`` and ``plan_effect`` reach nothing.
    """

    arms: tuple[Scenario, ...]
    measures: tuple[str, ...]

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(f"{arm.name}:{measure}" for arm in self.arms for measure in self.measures)

    def identity(self) -> Mapping[str, Any]:
        return {"arms": {arm.name: {} for arm in self.arms}, "measures": list(self.measures)}

    def __call__(self, values: Mapping[str, Value], replicate: int) -> list[float]:
        again = math.log(float(values["rereferral_rate"]) / 0.005)
        need = float(values["need_threshold"]) + 5.9
        said = {
            "referral_rate": 500.0 * math.exp(0.6 * again),
            "rereferral_12m_share": 0.22 * math.exp(0.8 * again),
            "sw_turnover": 12.0 * float(values["turnover"]),
            "referral_not_in_need_share": 1.0 / (1.0 + math.exp(0.85 - 0.9 * need)),
            "cin_start_rate": 330.0 * math.exp(0.5 * again - 0.3 * need),
        }
        person = mix(round(1e9 * float(values["rereferral_rate"])), replicate)
        shared, own = uniform(mix(7, replicate), 1) - 0.5, uniform(person, 1) - 0.5
        return [said[measure] * math.exp(0.06 * shared + 0.03 * own) for measure in self.measures]


def write_calibration(folder: Path, study: str = STUDY, validate: bool = True) -> Path:
    """The files of a toy calibration; the path of its study file."""
    (folder / "toy.yaml").write_text(SCENARIO)
    (folder / "figures.yaml").write_text("targets:\n" + "".join(TARGET.format(*figure) for figure in FIGURES))
    file = folder / "calibration.yaml"
    file.write_text(study + ("validate:\n" + VALIDATING if validate else ""))
    return file


def without_simulation(patch: pytest.MonkeyPatch) -> None:
    """Let calibrations evaluate the toy in place of an authority."""
    patch.setattr(calibrate_course, "SimulatedArms", ToyAuthority)
