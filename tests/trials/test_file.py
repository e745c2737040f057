"""Trial files: what is refused, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from sos_sim.core.errors import ScenarioError
from sos_sim.trials.trial import load_trial

ROOT = Path(__file__).parents[2]
LINES = {
    "name": "a trial",
    "scenarios": f"[{ROOT / 'scenarios/base.yaml'}, {ROOT / 'scenarios/sos_supported.yaml'}]",
    "design": "parallel",
    "clusters": "[10, 20]",
}


def write(folder: Path, **changes: str) -> Path:
    """A trial file with some lines changed; '' leaves a key out."""
    lines = {**LINES, **changes}
    file = folder / "trial.yaml"
    file.write_text("\n".join(f"{key}: {value}" for key, value in lines.items() if value))
    return file


@pytest.mark.parametrize("file", sorted((ROOT / "experiments").glob("trial_*.yaml")), ids=lambda file: file.stem)
def test_every_trial_of_the_project_can_be_held(file: Path) -> None:
    assert load_trial(file).name


def test_a_file_is_read_with_defaults_and_with_what_it_sets(tmp_path: Path) -> None:
    plan = load_trial(write(tmp_path, loss="0.1", outcomes="[plan_starts, reentry_12m]"))
    assert (plan.clusters, plan.loss, plan.primary, plan.roll_in_months) == ((10, 20), 0.1, "plan_starts", 12)
    assert "cluster_summary" in plan.analyses and "difference_in_differences" not in plan.analyses


def test_each_design_is_offered_the_analyses_that_fit_it(tmp_path: Path) -> None:
    inside = load_trial(write(tmp_path, design="families", clusters=""))
    assert set(inside.analyses) == {"cluster_summary", "children_alone", "children_clustered"}
    wedge = load_trial(write(tmp_path, design="stepped_wedge"))
    assert "mixed_model" in wedge.analyses and "cluster_summary" not in wedge.analyses


@pytest.mark.parametrize(
    ("changes", "line", "words"),
    [
        ({"clusters": "1"}, 4, "at least 4"),
        ({"design": "stepped_wedge", "clusters": "[4]", "steps": "5"}, 5, "one to a step"),
        ({"follow_up_months": "96"}, 5, "beyond horizon_months"),
        ({"design": "parallel_baseline", "baseline_months": "0"}, 5, "need a baseline"),
        ({"roll_in_months": "7"}, 5, "multiple of period_months"),
        ({"clusters": "[10, 500]"}, None, "draws from at least 500"),
        ({"design": "[families, parallel]"}, 3, "stand alone"),
        ({"design": "paralel"}, 3, "Did you mean 'parallel'?"),
        ({"loss": "2"}, 5, "a number from 0 to 0.9"),
        ({"trials": "40.5"}, 5, "a whole number"),
        ({"outcome": "plan_starts"}, 5, "Write outcomes"),
        ({"outcomes": "cla_start_rate"}, 5, "must be one of looked_after_18m"),
        ({"analyses": "t_test"}, 5, "must be one of cluster_summary"),
        ({"design": ""}, None, "design is missing"),
        ({"clusters": ""}, None, "clusters is missing"),
        ({"clusters": "[ten]"}, 4, r"must be a whole number from 1 to 5000 \(authorities\)"),
        ({"name": ""}, None, "name is missing"),
        ({"period_months": "8", "follow_up_months": "24", "roll_in_months": "8"}, 5, "must divide a year"),
        ({"period_months": "24"}, 5, "from 1 to 12"),
        ({"outcomes": "[plan_starts, plan_starts]"}, 5, "outcomes names 'plan_starts' twice"),
        ({"analyses": "[cluster_summary, cluster_summary]"}, 5, "names 'cluster_summary' twice"),
        ({"design": "[parallel, parallel]"}, 3, "names 'parallel' twice"),
        ({"primary": "[plan_starts, care_starts]"}, 5, "primary is a list, but must be one of"),
        ({"draws": "5000", "trials_per_draw": "10000"}, 6, "more than 1000000 trials"),
        ({"design": "families"}, 4, "leave the key out"),
        ({"design": "before_after", "clusters": "[10, 13]"}, 4, "compares pairs"),
        (
            {"design": "[parallel, stepped_wedge]", "steps": "4", "analyses": "cluster_summary"},
            6,
            "stepped_wedge needs one of mixed_model",
        ),
        ({"clusters": "[]"}, 4, r"clusters is a list of none, but must be a whole number from 1 to 5000"),
        ({"clusters": "3.5"}, 4, r"must be a whole number from 1 to 5000 \(authorities\)"),
    ],
)
def test_what_cannot_be_held_is_refused_with_line_and_reason(
    tmp_path: Path, changes: dict[str, str], line: int | None, words: str
) -> None:
    with pytest.raises(ScenarioError, match=words) as refused:
        load_trial(write(tmp_path, **changes))
    assert refused.value.line == line


def test_the_first_scenario_must_be_usual_practice(tmp_path: Path) -> None:
    turned = f"[{ROOT / 'scenarios/sos_supported.yaml'}, {ROOT / 'scenarios/base.yaml'}]"
    with pytest.raises(ScenarioError, match="usual practice without a programme"):
        load_trial(write(tmp_path, scenarios=turned))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("name: usual", "both scenarios are called 'usual'"),
        ("run: {warmup_months: 60}", "run.warmup_months is 48 in the first and 60"),
        ("run: {seed: 5}", "run.seed"),
    ],
)
def test_scenarios_must_be_told_apart_and_agree(tmp_path: Path, change: str, words: str) -> None:
    (tmp_path / "usual.yaml").write_text("name: usual\nrun: {warmup_months: 48, months: 12, seed: 1}\n")
    other = "extends: usual.yaml\nprogramme: {training: 1}\n" + change
    (tmp_path / "offer.yaml").write_text(other if change.startswith("name") else "name: offer\n" + other)
    with pytest.raises(ScenarioError, match=words):
        load_trial(write(tmp_path, scenarios="[usual.yaml, offer.yaml]", baseline_months="0"))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_trial(write(tmp_path, loss="2", trials="1"))
    assert "loss is 2" in str(refused.value) and "trials is 1" in str(refused.value)
