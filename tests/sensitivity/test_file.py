"""Study files: what they may hold, and how they are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.core.parameters import Value
from sos_sim.files.factors import Choices, SpreadFactor, points_at
from sos_sim.runs.arms import SimulatedArms
from sos_sim.sensitivity.sampling import points_of, sample
from sos_sim.sensitivity.study import Study
from sos_sim.sensitivity.sweep import evaluator_of, load_sweep
from sos_sim.theory.parameters import declared
from support.small_studies import write_files

SHARES = np.array([0.05, 0.35, 0.65, 0.95])


def study(folder: Path, text: str) -> Study:
    """A study file beside the small scenarios, read."""
    write_files(folder)
    file = folder / "study.yaml"
    file.write_text(text)
    return load_sweep(file)


def with_vary(folder: Path, vary: str) -> Study:
    """A study of the effect on entries over what is named."""
    return study(
        folder,
        f"""
name: a study
scenarios: [usual.yaml, offer.yaml]
vary: {vary}
outputs: [effect of cla_start_rate]
method: morris
""",
    )


def values(folder: Path, vary: str) -> list[Value]:
    """What the first factor becomes at ``SHARES``."""
    factor = with_vary(folder, vary).factors[0]
    return factor.distribution.values(SHARES)


def test_a_parameter_varies_by_its_declared_prior(tmp_path: Path) -> None:
    parameter = declared()["trust_gain"]
    assert parameter.prior is not None
    expected = parameter.prior.quantile(SHARES, parameter.low, parameter.high)
    assert values(tmp_path, "[trust_gain]") == pytest.approx(expected)


def test_a_spike_at_zero_is_drawn_as_often_as_it_weighs(tmp_path: Path) -> None:
    factor = with_vary(tmp_path, "[shared_mapping]").factors[0]
    shares = (np.arange(1000) + 0.5) / 1000
    drawn = np.array(factor.distribution.values(shares), dtype=float)
    assert (drawn == 0).mean() == pytest.approx(0.25)
    assert set(factor.distribution.settled(shares[:250])) == {0.125}


@pytest.mark.parametrize(
    ("vary", "expected"),
    [
        ("[children: {range: [1000, 1003]}]", [1000, 1001, 1002, 1003]),
        ("[skill_response]", ["linear", "linear", "threshold", "threshold"]),
        ("[training: {choices: [0, 1]}]", [0.0, 0.0, 1.0, 1.0]),
        ("[coaching]", [0.05, 0.35, 0.65, 0.95]),
        ("[trust_gain: {uniform: {loc: 0.1, scale: 0.1}}]", [0.105, 0.135, 0.165, 0.195]),
        ("[children: {randint: {low: 1000, high: 1004}}]", [1000, 1001, 1002, 1003]),
    ],
)
def test_distributions_are_written_as_ranges_choices_or_by_name(
    tmp_path: Path, vary: str, expected: list[Value]
) -> None:
    found = values(tmp_path, vary)
    assert found == (expected if isinstance(expected[0], str) else pytest.approx(expected))
    assert [type(value) for value in found] == [type(value) for value in expected]


def test_phrases_leave_out_what_is_fixed_or_idle(tmp_path: Path) -> None:
    names = {factor.name for factor in with_vary(tmp_path, "all beliefs").factors}
    assert "trust_gain" in names
    assert "reference_need" not in names, "a fixed scale constant has no prior"
    assert "competence" not in names, "only under skill_response=threshold"
    varied = {factor.name for factor in with_vary(tmp_path, "[all beliefs, skill_response]").factors}
    assert varied - names == {"competence", "competence_softness", "skill_response"}


def test_shares_of_one_whole_never_exceed_it(tmp_path: Path) -> None:
    factors = with_vary(tmp_path, "[kin_share, professional_share]").factors
    for point in points_at(factors, np.array([[0.999, 0.999], [0.5, 0.5]])):
        assert float(point["kin_share"]) + float(point["professional_share"]) <= 1.0


def test_a_study_of_effects_has_a_success_criterion_unless_it_says_another(tmp_path: Path) -> None:
    found = with_vary(tmp_path, "[trust_gain]")
    assert [str(condition) for condition in found.success] == [
        "effect of cla_start_rate below 0",
        "effect of harm_months_rate at most 0",
    ]
    assert found.measures == ("cla_start_rate", "harm_months_rate")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("vary: [trust_gian]", "line 4: 'trust_gian' is neither"),
        ("vary: [trust_gian]", "Did you mean 'trust_gain'"),
        ("vary: [link M99]", "Did you mean 'link M"),
        ("vary: [children]", "children has no declared distribution; give one, for example children: {range:"),
        ("vary: [trust_gain: {norn: {loc: 0}}]", "Did you mean 'norm'"),
        ("vary: [trust_gain: {norm: {loc: 0.1, size: 1}}]", "does not take these arguments"),
        ("vary: [trust_gain: {norm: {loc: 0.1, scale: -1}}]", "impossible arguments"),
        ("vary: [trust_gain: {uniform: {loc: 5, scale: 1}}]", "does not vary within its range"),
        ("vary: [trust_gain: {choices: [0.1]}]", "at least two values"),
        ("vary: [trust_gain: {choices: [0.1, 7]}]", "must be a number from 0.04 to 0.3"),
        ("vary: [skill_response: {choices: [linear, thresold]}]", "Did you mean 'threshold'"),
        ("vary: [dummy]", "'dummy' is neither"),
        ("vary: []", "vary is missing"),
        ("outputs: [cla_strt_rate]", "Did you mean 'cla_start_rate'"),
        ("method: moris", "Did you mean 'morris'"),
        ("method: [morris, pawn]", "only pawn, delta, rbd_fast, rsa, prim, cart can share one"),
        ("method: sobol\nsize: 100", "needs a power of 2"),
        ("size: many", "size is the text 'many', but must be a whole number"),
        ("size: 2", "at least 4 trajectories"),
        ("second_order: true", "second_order goes with method sobol"),
        ("method: pawn\ngroups: {a: trust_gain}", "goes with morris and sobol only"),
        ("groups: {a: capacity}", "names no factor that varies"),
        ("method: factorial", "seeds: 2 or more"),
        ("method: factorial\nvary: [network_mobilisation]\nseeds: 2", "give network_mobilisation two choices"),
        ("success: effect of cla_start_rate smaller 0", "write OUTPUT below|at most|above|at least NUMBER"),
        ("scenarios: usual.yaml", "needs two scenarios"),
        ("scenarios: [usual.yaml, ofer.yaml]", "Did you mean 'offer.yaml'"),
        ("failure: ignore", "failure is the text 'ignore', but must be one of keep, stop"),
        ("emulator: neural_network", "must be gaussian_process"),
        ("emulator: gaussian_process", "not with morris"),
        ("recalibrate: levels", "must be thresholds"),
        ("model: ishigami", "either scenarios, or a model"),
        ("sizes: 3", "unknown key 'sizes' in a study. Did you mean 'size'"),
    ],
)
def test_what_is_wrong_is_refused_with_line_and_hint(tmp_path: Path, line: str, told: str) -> None:
    keys = {
        "name": "a study",
        "scenarios": "[usual.yaml, offer.yaml]",
        "vary": "[trust_gain]",
        "outputs": "[effect of cla_start_rate]",
        "method": "morris",
    }
    keys |= dict(part.split(": ", 1) for part in line.split("\n"))
    text = "\n" + "\n".join(f"{key}: {value}" for key, value in keys.items())
    with pytest.raises(ScenarioError) as refused:
        study(tmp_path, text)
    assert told in str(refused.value)


def test_all_problems_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as refused:
        study(tmp_path, "name: a\nmodel: ishigamo\nmethod: pawn\nsise: 3\n")
    assert str(refused.value).count("study.yaml, line") == 2


def test_factors_show_how_they_vary(tmp_path: Path) -> None:
    shown = {factor.name: factor.distribution for factor in with_vary(tmp_path, "[all facts, role_lock]").factors}
    assert isinstance(shown["usual_fidelity"], SpreadFactor) and isinstance(shown["role_lock"], Choices)
    assert str(shown["usual_fidelity"]) == "beta(a=1.5, b=8.5) within 0 to 0.9"
    assert str(shown["role_lock"]) == "one of off, on"


EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("morris_screening", 6 * 208),
        ("sobol_moderators", 800),
        ("sobol_returns", 300),
        ("pawn_effects", 600),
        ("factorial_implementation", 32),
        ("discover_conditions", 600),
    ],
)
def test_shipped_studies_can_be_run(name: str, rows: int) -> None:
    found = load_sweep(EXPERIMENTS / f"{name}.yaml")
    drawn = sample(found)
    assert len(drawn.shares) == rows
    evaluate = evaluator_of(found)
    assert isinstance(evaluate, SimulatedArms)
    for point in points_of(found, drawn)[:: max(1, rows // 5)]:
        evaluate.refuse(point)
