"""A small synthesis from file to page: rows, tables, posterior, command; and what its page says of made-up tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sos_sim.cli import app
from sos_sim.core.errors import ModelError
from sos_sim.core.provenance import CAVEAT
from sos_sim.evidence.posterior import england_posterior, read_posterior
from sos_sim.kit.drawing import says
from sos_sim.runs.question import Workplace
from sos_sim.runs.store import read_manifest, read_table
from sos_sim.synthesis.file import EvidenceSynthesis, load_synthesis
from sos_sim.synthesis.report.figures import findings_against_model
from sos_sim.synthesis.report.page import studies_said, summary_said, synthesis_page, troubles_said
from sos_sim.synthesis.synthesize import SynthesisQuestion, synthesis_draws
from sos_sim.synthesis.tables import OF_STUDY, OUTCOMES_HELD, STRENGTHS, WEIGHINGS
from sos_sim.synthesis.tabulate import verdict_of, weigh_draws
from sos_sim.theory.parameters import is_null, strengths
from support.declared import made

STUDIES = """\
studies:
  - id: skilled
    title: Training
    what: workers trained or not
    role: condition
    links: [M1]
    source: made up
    programme: {training: 1, coaching: 1, supervision: 1, alignment: 1}
    outcomes:
      - {id: skill, reading: worker_skill, months: 9, found: estimate, value: 0.3, error: 0.1, note: made up}
  - id: warm
    title: Warmth
    what: workers observed
    role: condition
    links: [M2]
    source: made up
    recruit_months: 6
    follow_up_months: 4
    outcomes:
      - {id: trust, reading: warmth_with_trust, months: 4, found: more, error: 0.1, note: made up}
  - id: unreachable
    title: A wonder
    what: families trained or not
    role: predict
    links: [M8]
    source: made up
    programme: {training: 1}
    recruit_months: 6
    follow_up_months: 4
    outcomes:
      - {id: harm, reading: harm_seen, months: 4, found: estimate, value: -0.9, error: 0.01, note: made up}
  - {id: told, title: Told, what: schools, role: context, links: [M0], source: made up, not_formed: no schools}
"""
DRAWS = 12


def write(folder: Path) -> Path:
    (folder / "usual.yaml").write_text("name: Usual\nauthority: {children: 3000}\nrun: {warmup_months: 12, seed: 3}\n")
    (folder / "studies.yaml").write_text(STUDIES)
    file = folder / "small.yaml"
    file.write_text(f"name: Small\nscenario: usual.yaml\nstudies: studies.yaml\nprior_draws: {DRAWS}\nseed: 4\n")
    return file


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> EvidenceSynthesis:
    return load_synthesis(write(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="module")
def folder(study: EvidenceSynthesis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results") / "small"
    SynthesisQuestion(study).answer(out, Workplace(workers=1))
    return out


def table(folder: Path, name: str) -> pd.DataFrame:
    return read_table(folder, OF_STUDY[name])


class TestDraws:
    def test_usual_practice_is_england_s_and_programme_strengths_come_from_priors(self) -> None:
        draws = pd.DataFrame(synthesis_draws(400, 5))
        held = england_posterior().draws
        assert draws["need_threshold"].isin(held["need_threshold"]).all()
        for name in strengths(programme_only=True):
            slab = draws.loc[draws[name] > 0.0, name]
            assert slab.is_unique
            assert name not in held or not slab.isin(held[name]).any()
        assert (draws["theory_null"] == "on").mean() == pytest.approx(0.25, abs=0.07)

    def test_links_in_every_arm_keep_what_official_figures_told(self) -> None:
        draws = pd.DataFrame(synthesis_draws(50, 5))
        in_every_arm = set(strengths()) - set(strengths(programme_only=True))
        held = england_posterior().draws
        assert all(draws[name].isin(held[name]).all() for name in in_every_arm & set(held.columns))


class TestTables:
    def test_weights_are_the_product_of_what_studies_say(self, folder: Path) -> None:
        draws = table(folder, "draws")
        logs = draws["study:skilled"] + draws["study:warm"]
        weights = np.exp(logs - logs.max())
        assert draws["weight"].to_numpy() == pytest.approx((weights / weights.sum()).to_numpy())
        assert "study:unreachable" not in draws

    def test_where_the_theory_is_null_programmes_do_nothing(self, study: EvidenceSynthesis, folder: Path) -> None:
        runs = pd.read_parquet(folder / "runs.parquet")
        null = [is_null(draw) for draw in synthesis_draws(DRAWS, study.seed)]
        here = runs["point"].map(dict(enumerate(null)))
        assert here.any() and not here.all()
        assert (runs.loc[here, ["skilled:skill", "unreachable:harm"]] == 0.0).all(axis=None)
        assert (runs.loc[~here, "skilled:skill"] != 0.0).any()

    def test_every_draw_has_luck_of_its_own(self, folder: Path) -> None:
        runs = pd.read_parquet(folder / "runs.parquet")
        assert runs.groupby("point")["seed"].first().is_unique

    def test_the_null_theory_falls_when_training_is_found_to_work(self, folder: Path) -> None:
        weighings = table(folder, "weighings").set_index(["setting", "study"]).sort_index()
        before, alone = weighings.loc[("none", "")], weighings.loc[("only", "skilled")]
        assert alone["null"] < before["null"] and alone["bayes_factor"] < 1.0
        odds = alone["bayes_factor"] * before["null"] / (1.0 - before["null"])
        assert alone["null"] == pytest.approx(odds / (1.0 + odds))
        assert before["effective"] == pytest.approx(DRAWS)
        assert 1.0 <= weighings.loc[("all", "")]["effective"] < DRAWS

    def test_without_a_study_is_the_other_alone(self, folder: Path) -> None:
        by_study = table(folder, "by_study").set_index(["setting", "study", "parameter"])["mean"].sort_index()
        assert by_study["without", "warm"].to_numpy() == pytest.approx(by_study["only", "skilled"].to_numpy())
        strengths_after = table(folder, "strengths").set_index("parameter")["after_mean"].sort_index()
        assert by_study["all", ""].to_numpy() == pytest.approx(strengths_after.to_numpy())

    def test_what_cannot_be_reached_is_said_and_by_how_much(self, folder: Path) -> None:
        held = table(folder, "held").set_index("study")
        wonder = held.loc["unreachable"]
        assert wonder["verdict"] == "out of reach" and wonder["share_reaching"] == 0.0
        assert wonder["gap"] == pytest.approx(wonder["before_low"] - (-0.9 + 1.96 * 0.01), abs=0.05)

    def test_the_posterior_can_be_drawn_from_with_its_null_theory(self, folder: Path) -> None:
        posterior = read_posterior(folder / "posterior.parquet")
        draws, weighings = posterior.sample(2000, 1), table(folder, "weighings").set_index("setting")
        assert np.mean([is_null(draw) for draw in draws]) == pytest.approx(weighings.loc["all", "null"], abs=0.01)
        assert {draw["theory_null"] for draw in draws} <= {"on", "off"}
        assert posterior.provenance["command"] == "make trials-posterior"

    def test_too_few_finished_rows_are_no_answer(self, study: EvidenceSynthesis, folder: Path) -> None:
        runs = pd.read_parquet(folder / "runs.parquet")
        with pytest.raises(ModelError, match="only 3 draws"):
            weigh_draws(study.studies, synthesis_draws(DRAWS, study.seed), runs[runs["point"] < 3])


@pytest.mark.parametrize(
    ("role", "reached", "before", "left_out", "verdict"),
    [
        ("condition", 0.0, 0.5, 0.5, "out of reach"),
        ("condition", 0.2, 0.3, 0.01, "conflict"),
        ("condition", 0.2, 0.01, 0.01, "unlikely"),
        ("condition", 0.2, 0.01, 0.3, "unlikely"),
        ("predict", 0.2, 0.3, 0.01, "unlikely"),
        ("predict", 0.9, 0.3, 0.4, "agree"),
    ],
)
def test_verdicts(role: str, reached: float, before: float, left_out: float, verdict: str) -> None:
    assert verdict_of(role, reached, before, left_out) == verdict


class TestPage:
    def test_a_finished_folder_has_a_page_with_every_table(self, folder: Path) -> None:
        page = synthesis_page(folder)
        assert [section.id for section in page.sections] == ["findings", "links", "null", "predicted", "studies"]
        assert any("no schools" in text for text in page.sections[-1].blocks[0].paragraphs)

    def test_a_result_out_of_reach_is_told_with_its_numbers(self) -> None:
        (said,) = troubles_said(held_rows(gap=0.0312))
        assert "Trial, looked after then (12 months): the study found −8.6 percentage points (−13.5 to −3.7)" in said
        assert "the model says −0.5 (−1.2 to +0.1)" in said and "short by 3.1 percentage points" in said

    @pytest.mark.parametrize(
        ("changed", "too_much"),
        [
            ({"value": 0.03, "before_mean": 0.25}, True),
            ({"value": -0.03, "before_mean": -0.25}, True),
            ({"found": "none", "before_mean": 0.25}, True),
            ({"value": 0.03, "before_mean": -0.25}, False),
            ({"value": 0.25, "before_mean": 0.0}, False),
            ({"found": "more", "before_mean": 0.0}, False),
        ],
    )
    def test_whether_the_model_makes_too_much_or_too_little_of_it(
        self, changed: dict[str, float | str], too_much: bool
    ) -> None:
        (said,) = troubles_said(held_rows(gap=0.0312, **changed))
        assert ("goes 3.1 percentage points beyond" in said and "found less than it would" in said) == too_much
        assert ("falls short by 3.1 percentage points" in said and "found more than it would" in said) != too_much

    def test_agreement_is_said_plainly(self) -> None:
        assert troubles_said(held_rows(verdict="agree")) == [
            "No finding is out of reach, unlikely, or in conflict with the other studies."
        ]

    def test_a_conflict_names_what_the_others_say(self) -> None:
        (said,) = troubles_said(held_rows(verdict="conflict", probability_left_out=0.0123))
        assert "probability 0.012" in said and "another way" in said

    @pytest.mark.parametrize(("moved", "word"), [(0.5, "relational (up)"), (-0.5, "relational (down)")])
    def test_the_summary_says_what_moved_and_which_way(self, moved: float, word: str) -> None:
        rows = [{"parameter": "relational", "moved": moved, "noise": 0.1}]
        said = " ".join(summary_said(held_rows(), made(STRENGTHS, rows), weighing_rows()))
        assert word in said and "25% before and 12% after" in said and "0.41 times as likely" in said
        assert "1 result is out of reach" in said

    def test_nothing_that_moved_within_noise_is_claimed(self) -> None:
        rows = [{"parameter": "relational", "moved": 0.15, "noise": 0.1}]
        assert "No strength moved" in " ".join(summary_said(held_rows(), made(STRENGTHS, rows), weighing_rows()))

    def test_each_study_is_told_alone_and_left_out(self) -> None:
        (said,) = studies_said(weighing_rows().assign(title="Trial"))
        assert "to 8% (Bayes factor 0.27; 33 effective draws)" in said and "without it say 21%" in said

    def test_the_figure_names_every_finding(self) -> None:
        figure = findings_against_model(held_rows())
        (label,) = figure.axes[0].get_yticklabels()
        assert label.get_text().replace("\n", " ") == "Trial: looked after then (12 months)"
        assert says(figure, CAVEAT)


def held_rows(**changed: float | str) -> pd.DataFrame:
    """One finding of a trial, out of reach."""
    row: Mapping[str, float | str] = {
        "study": "trial",
        "role": "condition",
        "label": "looked after then",
        "unit": "share",
        "months": 12,
        "found": "estimate",
        "value": -0.086,
        "error": 0.025,
        "before_mean": -0.005,
        "before_low": -0.012,
        "before_high": 0.001,
        "after_mean": -0.006,
        "after_low": -0.013,
        "after_high": 0.0,
        "verdict": "out of reach",
        "gap": 0.03,
        **changed,
    }
    return made(OUTCOMES_HELD, [row]).assign(title="Trial")


def weighing_rows() -> pd.DataFrame:
    """Weighings of one study."""
    numbers = {
        "none": (200.0, 0.25, 1.0),
        "all": (31.0, 0.12, 0.41),
        "only": (33.0, 0.08, 0.27),
        "without": (150.0, 0.21, 0.8),
    }
    return made(
        WEIGHINGS,
        [
            {"setting": setting, "draws": 200, "effective": effective, "null": null, "bayes_factor": factor}
            for setting, (effective, null, factor) in numbers.items()
        ],
    )


class TestCommand:
    def test_it_answers_in_tables_and_as_json_and_makes_the_report(self, tmp_path: Path) -> None:
        file, out = write(tmp_path), tmp_path / "out"
        command = ["evidence", str(file), "--size", "8", "--out", str(out), "--workers", "1"]
        shown = CliRunner().invoke(app, command)
        assert shown.exit_code == 0, shown.output
        assert "effective draws of 8" in shown.stdout and "out of reach (predicted)" in " ".join(shown.stdout.split())
        told = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
        assert {"held", "strengths", "weighings"} <= set(told)
        assert CliRunner().invoke(app, ["report", str(out)]).exit_code == 0
        assert read_manifest(out)["kind"] == "synthesis" and (out / "report.html").is_file()

    def test_check_says_what_would_be_run(self, tmp_path: Path) -> None:
        shown = CliRunner().invoke(app, ["check", str(write(tmp_path))])
        assert shown.exit_code == 0 and "2 studies weigh, 1 are predicted and 1 told only" in " ".join(
            shown.stdout.split()
        )


def test_studies_of_one_programme_share_a_life(study: EvidenceSynthesis) -> None:
    arms = {one.id: one.arm for one in study.studies}
    assert arms["skilled"] != arms["unreachable"] and arms["warm"] == arms["told"]
