"""Hypothesis cards: made only of what is told from luck, each refutable, honest about harm and about trials."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

from sos_sim.cli import hypotheses as command
from sos_sim.cli.shared import app
from sos_sim.comparison.compare import compare
from sos_sim.comparison.further import read_comparison, run_further
from sos_sim.comparison.moderation import MODERATED
from sos_sim.comparison.regions import told_regions
from sos_sim.comparison.report.material import read_material
from sos_sim.comparison.tables import TABLES
from sos_sim.core.errors import ResultsFolderError
from sos_sim.core.links import LINKS, WHOLE_CHAIN
from sos_sim.core.luck import mix
from sos_sim.core.parameters import GRADES
from sos_sim.core.provenance import CAVEAT
from sos_sim.evidence.behaviours import BEHAVIOURS, STATEMENTS, behaviours_of
from sos_sim.hypotheses.boxes import SweepTables, box_candidates
from sos_sim.hypotheses.build import NOT_RANKED, hypotheses, strongest
from sos_sim.hypotheses.candidates import (
    DISAGREE,
    EXACTLY_ZERO,
    FLEETING,
    LUCK,
    NO_INTERVAL,
    Candidate,
    Sifted,
    sift,
    uncertainty,
)
from sos_sim.hypotheses.contrasts import trust_candidates
from sos_sim.hypotheses.report.page import hypotheses_page, rules, worded
from sos_sim.hypotheses.tables import HYPOTHESES
from sos_sim.hypotheses.trial_tables import NOT_SEEN, SEEN, read_trials, trial_columns
from sos_sim.kit.page import Facts, Page, write_page
from sos_sim.runs.store import keep_tables, read_table
from sos_sim.statistics.intervals import held_by, middle, t_interval
from sos_sim.theory.parameters import strengths
from sos_sim.trials.tables import ASSURANCE, OF_STUDY, POWER
from support import tables_of_effects
from support.declared import made
from support.made_up_trials import normals
from support.small_studies import usual_and_offer

ENTRIES = "cla_start_rate"
ARM = "offer"


def candidate(estimate: float, low: float, high: float, *, agreeing: float = 0.95, draws: int = 20) -> Candidate:
    found = uncertainty(low, high, draws, draws)
    return Candidate(
        "effect", ARM, ENTRIES, "per 10,000 a year", estimate, low, high, draws, draws, found.error, found.sd, agreeing
    )


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison in which no link has any strength, with all that its report needs."""
    folder = tmp_path_factory.mktemp("nothing")
    none = dict.fromkeys(strengths(), 0.0)
    scenarios = [one.with_values(**none) for one in usual_and_offer(folder)]
    compare(scenarios, 2, folder / "out")
    run_further(read_comparison(folder / "out"))
    return folder / "out"


@pytest.fixture(scope="module")
def committed(nothing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder with made-up tables in which fewer enter care, through the network, and sometimes with harm."""
    folder = tmp_path_factory.mktemp("committed") / "out"
    shutil.copytree(nothing, folder)
    interval: dict[str, Any] = {"level": 0.95, "replicates": 20, "draws": 20}
    entries = {"measure": ENTRIES, **interval}
    changes = {
        "effects": {
            **entries,
            "estimate": -2.0,
            "low": -3.2,
            "high": -0.8,
            "comparator_mean": 21.0,
            "luck_sd": 0.5,
            "parameter_sd": 0.7,
            "replicates": 40,
            "probability_lower": 0.95,
            "probability_higher": 0.05,
        },
        "mechanism_switched_off": {
            **entries,
            "link": "M5",
            "estimate": -1.1,
            "low": -1.7,
            "high": -0.4,
            "without": -0.9,
        },
        "dials_contrasts": {**entries, "dial": "supervision", "estimate": -1.4, "low": -2.0, "high": -0.7},
        "delivery_shortfall": {**entries, "delivered": 0.5, "estimate": -1.0, "low": -1.5, "high": -0.5},
        "joint": {
            "statement": "entries to care fall and harm at home rises",
            "probability": 0.18,
            "low": 0.09,
            "high": 0.32,
        },
    }
    keep_tables(folder, {name: changed(nothing, name, row) for name, row in changes.items()}, TABLES)
    falls = {"statement": "entries to care fall", "probability": 0.95, "low": 0.8, "high": 0.99}
    keep_tables(folder, {"joint": changed(folder, "joint", falls)}, TABLES)
    response = read_table(nothing, TABLES["dials_response"])
    moved = (response["dial"] == "supervision") & (response["measure"] == ENTRIES)
    response.loc[moved, "estimate"] = -2.0 * response.loc[moved, "value"]
    keep_tables(folder, {"dials_response": response}, TABLES)
    return folder


def changed(folder: Path, table: str, row: dict[str, Any]) -> pd.DataFrame:
    """A folder's table with other values in the rows that the texts and the share of ``row`` pick."""
    frame = read_table(folder, TABLES[table])
    picked = pd.Series(True, index=frame.index)
    for name, value in row.items():
        if isinstance(value, str) or name == "delivered":
            picked &= frame[name] == value
    assert picked.sum() == 1
    for name, value in row.items():
        frame[name] = frame[name].mask(picked, value)
    return frame


def trial_study(folder: Path, power: dict[int, float], verdict: str = "at nominal") -> Path:
    """A trial study's folder: entries to care, by numbers of clusters with their power."""
    rows = [
        {
            "design": "parallel",
            "clusters": clusters,
            "outcome": "care_starts",
            "analysis": "cluster_summary",
            "lead": True,
            "effect": effect,
            "trials": 100,
            "rejected": rejected if effect != "none" else 0.05,
            "rejected_low": rejected - 0.05,
            "rejected_high": rejected + 0.05,
            "true_effect": -2.0,
            "detectable": 4.0 / clusters**0.5,
            "verdict": verdict if effect == "none" else "",
        }
        for clusters, rejected in power.items()
        for effect in ("as assumed", "none")
    ]
    keys = ["design", "clusters", "outcome", "analysis"]
    assured = pd.DataFrame(rows)[keys].drop_duplicates().assign(assurance=0.4, low=0.3, high=0.5)
    tables = {"power": made(POWER, rows), "assurance": made(ASSURANCE, assured.to_dict("records"))}
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"kind": "trial", "status": "complete"}))
    keep_tables(folder, tables, OF_STUDY)
    return folder


def words_of(page: Page) -> str:
    facts = [block for section in page.sections for block in section.blocks if isinstance(block, Facts)]
    return " ".join([*page.summary, *(text for fact in facts for pair in fact.pairs for text in pair)])


def test_the_width_of_an_interval_gives_back_the_spread_it_was_made_from() -> None:
    scores = 3.0 * stats.norm.ppf((np.arange(1, 13) - 0.375) / 12.25)
    level = held_by(12)
    assert uncertainty(*middle(scores, level), 12, 12, level) == pytest.approx((3.0 / 12**0.5, 3.0))
    values = np.array([1.0, 2.0, 4.0, 7.0])
    assert uncertainty(*t_interval(values), 1, 4) == pytest.approx((values.std(ddof=1) / 2.0, values.std(ddof=1)))
    assert all(isnan(number) for number in uncertainty(nan, nan, 1, 1))


@pytest.mark.parametrize("draws", [8, 20, 60])
def test_the_spread_read_from_an_interval_of_normal_draws_is_theirs(draws: int) -> None:
    """Mean over 600 studies of normal values, their interval made as studies make it: within 5 %, four errors."""
    level = held_by(draws)
    found = [uncertainty(*middle(one, level), draws, draws, level).sd for one in normals(draws, 1, 600, draws)]
    assert np.mean(found) == pytest.approx(1.0, rel=0.05)


def test_only_what_is_told_from_luck_and_agreed_on_is_kept() -> None:
    clear, noise = candidate(-2.0, -3.0, -1.0), candidate(-0.1, -3.0, 3.0, agreeing=0.55)
    split, zero = candidate(-1.6, -3.4, 0.2, agreeing=0.7), candidate(0.0, 0.0, 0.0)
    single, fleeting = candidate(-1.0, nan, nan), candidate(-0.65, -2.45, 1.15)
    sifted = sift([clear, noise, split, zero, single, fleeting])
    assert [one.estimate for one in sifted.kept] == [clear.estimate] and sifted.kept[0].returning > 0.99
    assert [reason for _, reason in sifted.dropped] == [LUCK, DISAGREE, EXACTLY_ZERO, NO_INTERVAL, FLEETING]


def test_pure_luck_rarely_makes_a_card() -> None:
    noise = stats.norm.ppf((np.arange(400) + 0.5) / 400.0) / 20**0.5
    half = float(np.diff(middle(stats.norm.ppf((np.arange(1, 21) - 0.375) / 20.25), held_by(20)))[0]) / 2.0
    means = [candidate(value, value - half, value + half, agreeing=1.0) for value in noise]
    assert sum(one.p < 0.05 for one in means) > 10
    assert sift(means).kept == []


def studied(seed: int, truth: np.ndarray, draws: int = 20) -> list[Candidate]:
    """A study's candidates: means of draws with standard error 1 about their ``truth``, error read from the draws."""
    noise = draws**0.5 * normals(seed, 3, len(truth), draws)
    error = noise.std(axis=1, ddof=1) / draws**0.5
    return [
        Candidate("link", ARM, str(place), "", mean, nan, nan, draws, draws, size, size * draws**0.5, 1.0)
        for place, (mean, size) in enumerate(zip((truth + noise.mean(axis=1)).tolist(), error.tolist(), strict=True))
    ]


def test_a_report_without_anything_rarely_has_a_card() -> None:
    """200 reports of 100 candidates that all come of luck: with a card in fewer than 10 of 100, which a share of 15 %
    would exceed with probability 0.97. Judged in 28 families apart, as once, most of them had one."""
    nothing = [studied(seed, np.zeros(100)) for seed in range(200)]
    assert sum(bool(sift(found).kept) for found in nothing) < 20
    apart = [[sift(found[place::28]) for place in range(28)] for found in nothing[:50]]
    told = [any(reason == FLEETING for one in family for _, reason in one.dropped) for family in apart]
    assert sum(told) > 20


def test_cards_are_told_from_luck_again_on_another_seed() -> None:
    """40 reports of 100 candidates, of which a third differ by some standard errors: 80 % of cards and more are told
    from luck in a study of other seeds, and of those dropped because they might not be, fewer."""
    firm, weak = [], []
    for seed in range(40):
        truth = 3.5 * normals(seed, 4, 100) * (np.arange(100) % 3 == 0)
        first, second = (sift(studied(mix(seed, luck), truth)) for luck in (1, 2))
        there = {one.outcome for one in [*second.kept, *_fleeting(second)]}
        firm += [one.outcome in there for one in first.kept]
        weak += [one.outcome in there for one in _fleeting(first)]
    assert len(firm) > 300 and np.mean(firm) > 0.8
    assert len(weak) > 100 and np.mean(weak) < 0.7


def _fleeting(sifted: Sifted) -> list[Candidate]:
    return [one for one, reason in sifted.dropped if reason == FLEETING]


def test_a_trial_could_tell_where_the_curve_is_far_enough_from_zero() -> None:
    assert told_regions([0.0, 1.0, 2.0], [0.0, -2.0, -4.0], 1.0) == [(0.5, 2.0)]
    assert told_regions([0.0, 4.0], [-2.0, 2.0], 1.0) == [(0.0, 1.0), (3.0, 4.0)]
    assert told_regions([0.0, 1.0], [0.5, -0.5], 1.0) == []


def test_without_any_strength_there_are_only_cards_of_no_difference(nothing: Path) -> None:
    found = hypotheses(nothing)
    assert set(found.cards["kind"]) == {"none"} and len(strongest(found.cards)) == 0
    assert (found.cards[["estimate", "low", "high"]] == 0.0).all().all()
    assert (found.cards["refuting_below"] < 0.0).all() and (found.cards["refuting_above"] > 0.0).all()
    assert set(found.dropped["reason"]) <= {EXACTLY_ZERO, NO_INTERVAL, LUCK}


def test_cards_say_what_the_draws_commit_to(committed: Path) -> None:
    cards = hypotheses(committed).cards.set_index("kind")
    effect, link, context = cards.loc["effect"], cards.loc["link"], cards.loc["context"]
    assert (effect["outcome"], effect["estimate"], effect["agreeing"]) == (ENTRIES, -2.0, 0.95)
    assert (link["link"], link["link_name"], link["at_low"], link["at_high"]) == ("M5", "network", -0.9, -2.0)
    assert (context["subject"], context["at_low"], context["at_high"]) == ("supervision", 0.0, -2.0)
    assert cards.loc["delivery", "setting_low"] == "50%"
    assert cards.loc["harm", "estimate"] == 0.18
    assert set(strongest(cards.reset_index())["kind"]).isdisjoint(NOT_RANKED)


def test_a_card_says_how_likely_another_seed_tells_it_again(committed: Path) -> None:
    cards = worded(hypotheses(committed), "usual practice").set_index("kind")
    effect = cards.loc["effect"]
    assert 0.8 <= effect["returning"] <= 1.0
    assert f"would tell it from luck again in {effect['returning']:.0%} of cases" in effect["agreement"]
    assert isnan(cards.loc["harm", "returning"]) and "again" not in cards.loc["harm", "agreement"]


def test_each_reading_of_trust_says_what_it_predicts_and_what_would_refute_it() -> None:
    ends = tables_of_effects.brought_ends().assign(low=-0.08, high=-0.01, estimate=-0.05)
    thirds = tables_of_effects.brought_thirds()
    cards = {(one.subject, one.outcome): one for one in trust_candidates(ends, thirds)}
    assert set(cards) == {(reading, name) for reading in ("gate", "amplifier", "none") for name in MODERATED}
    gate, none = cards["gate", "harm_months"], cards["none", "harm_months"]
    at = thirds.query("reading == 'gate' and characteristic == 'openness' and measure == 'harm_months'")["estimate"]
    assert (gate.at_low, gate.at_high) == (at.iloc[0], at.iloc[-1]) and gate.beliefs == ("trust_role",)
    assert isnan(gate.refuting_below) and gate.refuting_above == -0.01
    assert (none.refuting_below, none.refuting_above) == (-0.08, -0.01), "either side refutes that there is none"
    assert gate.p == pytest.approx(2.0 * stats.t.sf(0.05 / (0.035 / stats.t.ppf(0.975, 9)), 9))


def test_readings_of_trust_become_cards_where_they_can_be_told_apart(committed: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(committed, tmp_path / "out")
    ends = read_table(folder, TABLES["moderation_ends"]).assign(draws=20, replicates=40)
    for reading, numbers in {
        "gate": (-0.2, -0.3, -0.1),
        "amplifier": (-0.1, -0.3, 0.1),
        "none": (0.0, -0.1, 0.1),
    }.items():
        ends.loc[ends["reading"] == reading, ["estimate", "low", "high"]] = numbers
    keep_tables(folder, {"moderation_ends": ends}, TABLES)
    cards = worded(hypotheses(folder), "usual")
    trust = cards[cards["kind"] == "trust"]
    assert sorted(trust["subject"]) == ["gate"] * 4 + ["none"] * 4
    gate = trust[(trust["subject"] == "gate") & (trust["outcome"] == "harm_months")].iloc[0]
    assert "where trust is a gate: relative to usual, the difference under offer is" in gate["claim"]
    assert "−20.0 percentage points apart (95% interval of the pooled value: −30.0 to −10.0)" in gate["claim"]
    assert gate["refuted_by"] == (
        "a contrast of relative differences, by openness or working alliance measured before the programme, whose 95% "
        "interval lies wholly above −10.0 percentage points"
    )
    none = trust[(trust["subject"] == "none") & (trust["outcome"] == "harm_months")].iloc[0]
    assert "which is no more than luck" in none["claim"]
    assert "wholly below −10.0 percentage points or wholly above +10.0 percentage points" in none["refuted_by"]
    wide = ends.assign(low=ends["low"].mask(ends["reading"] == "none", -0.5))
    keep_tables(folder, {"moderation_ends": wide}, TABLES)
    again = hypotheses(folder).cards
    assert set(again.loc[again["kind"] == "trust", "subject"]) == {"gate"}, "none predicts nothing that gate does not"


def test_cards_are_about_draws_in_which_the_theory_acts(committed: Path) -> None:
    found = hypotheses(committed)
    assert (found.null, found.draws) == (0, 0) and "null" not in rules(found)
    told = rules(replace(found, null=3, draws=12))
    assert told.startswith("In 3 of 12 draws the theory is null: there no card that predicts a difference holds")
    assert "All cards are about the other 9." in told


def test_what_refutes_a_card_lies_beyond_its_interval_on_the_other_side(committed: Path) -> None:
    cards = hypotheses(committed).cards
    directed = cards[~cards["kind"].isin((*NOT_RANKED, "trust"))]
    assert len(directed) == 4
    for row in directed.to_dict("records"):
        assert row["estimate"] < 0.0 and isnan(row["refuting_below"])
        assert row["estimate"] < row["high"] <= row["refuting_above"] <= 0.0
    rising = candidate(2.0, -0.5, 3.0).against_its_direction()
    assert rising.refuting_below == 0.0 and isnan(rising.refuting_above)


def test_every_card_has_everything_and_claims_no_effect(committed: Path) -> None:
    found = hypotheses(committed)
    cards = worded(found, "usual")
    texts = [
        "id",
        "claim",
        "refuted_by",
        "outcome",
        "unit",
        "conditions_said",
        "link_tested",
        "works",
        "fails",
        "statement",
        "design_said",
        "answer_said",
        "grade_weakest",
        "grade_typical",
        "agreement",
    ]
    assert (cards[texts].map(lambda text: len(text.strip())) > 0).all().all()
    assert cards[["estimate", "low", "high", "level", "agreeing", "strength", "rank"]].notna().all().all()
    assert sorted(cards["rank"]) == list(range(1, len(cards) + 1))
    assert cards["claim"].str.startswith("If the theory holds as strongly as").all()
    assert cards["grade_weakest"].isin(list(GRADES)).all()
    page = hypotheses_page(read_material(committed), found)
    assert "effect of" not in words_of(page).lower()
    assert page.caveat == CAVEAT


def test_without_a_trial_a_card_says_how_to_have_one(committed: Path) -> None:
    cards = worded(hypotheses(committed), "usual").set_index("kind")
    assert "sos-sim trial" in cards.loc["effect", "design_said"]
    assert "administrative records alone" in cards.loc["harm", "design_said"]


def test_the_fewest_clusters_that_see_the_predicted_difference_are_named(committed: Path, tmp_path: Path) -> None:
    trial = trial_study(tmp_path / "trial", {2: 0.3, 20: 0.82, 40: 0.99})
    cards = worded(hypotheses(committed, trials=[trial]), "usual").set_index("kind")
    assert cards.loc["effect", "clusters"] == 20 and cards.loc["effect", "assurance"] == 0.4
    assert "20 authorities" in cards.loc["effect", "design_said"]
    assert "40% (95% interval over draws 30% to 50%)" in cards.loc["effect", "answer_said"]
    assert cards.loc["context", "region"] == f"{2.0 / 40**0.5:.3g} to 1"


def test_too_little_power_and_unsound_analyses_are_no_answer(committed: Path, tmp_path: Path) -> None:
    weak = trial_study(tmp_path / "weak", {2: 0.3, 3: 0.5})
    cards = worded(hypotheses(committed, trials=[weak]), "usual").set_index("kind")
    assert cards.loc["effect", "seen"] == NOT_SEEN
    said = str(cards.loc["effect", "design_said"])
    assert said.startswith("none of the designs tried sees so small a difference, up to 3 authorities")
    assert "its power for the −2.00 per 10,000 children a year of the simulated trials is 50%" in said
    unsound = trial_study(tmp_path / "unsound", {10: 0.9}, "too high")
    assert not read_trials([unsound]).tried


def test_an_analysis_that_does_not_lead_is_no_answer_however_precise(tmp_path: Path) -> None:
    """One effect for all periods of a wedge sees smaller differences, and something else."""
    trial = trial_study(tmp_path / "trial", {20: 0.9})
    power = read_table(trial, POWER)
    other = power.assign(analysis="lead_terms", lead=False, detectable=0.01)
    keep_tables(trial, {"power": pd.concat([power, other], ignore_index=True)}, OF_STUDY)
    found = read_trials([trial]).smallest_that_detects("care_starts", 1.0)
    assert found is not None and found["analysis"] == "cluster_summary"


def test_a_trial_held_without_draws_has_no_assurance(committed: Path, tmp_path: Path) -> None:
    trial = trial_study(tmp_path / "trial", {20: 0.82})
    (trial / "assurance.parquet").unlink()
    cards = worded(hypotheses(committed, trials=[trial]), "usual").set_index("kind")
    assert cards.loc["effect", "clusters"] == 20 and "not known" in cards.loc["effect", "answer_said"]


def test_a_contrast_between_halves_of_a_trial_needs_four_times_the_clusters(tmp_path: Path) -> None:
    trials = read_trials([trial_study(tmp_path / "trial", {10: 0.3, 20: 0.5, 40: 0.6, 80: 0.8})])
    whole = trial_columns(trials, "link", ENTRIES, -1.0)
    halves = trial_columns(trials, "context", ENTRIES, -1.0)
    assert (whole["seen"], whole["clusters"]) == (SEEN, 20)
    assert (halves["seen"], halves["clusters"]) == (SEEN, 80)


def test_a_box_is_a_card_about_where_success_is_common() -> None:
    boxes = pd.DataFrame(
        [{"method": "prim", "box": 1, "density": 0.6, "overall": 0.2, "rows": 50, "mass": 0.1, "coverage": 0.3}]
    )
    limits = pd.DataFrame(
        [
            {"method": "prim", "box": 1, "factor": "trust_gain", "low": 0.1, "high": np.inf, "categories": ""},
            {"method": "prim", "box": 1, "factor": "role_lock", "low": nan, "high": nan, "categories": "a, b"},
        ]
    )
    asked = {"arms": {"usual": {}, ARM: {}}, "success": ["effect of cla_start_rate below -0.5"]}
    (card,) = box_candidates(SweepTables(asked, boxes, limits, pd.DataFrame()))
    assert card.conditions == "trust_gain above 0.1 and role_lock is a or b"
    assert card.low < 0.6 < card.high and card.refuting_below == 0.2
    assert box_candidates(SweepTables(asked, pd.DataFrame(), pd.DataFrame(), pd.DataFrame())) == []


def test_missing_tables_and_other_folders_are_refused(nothing: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(nothing, bare)
    (bare / "dials_contrasts.parquet").unlink()
    with pytest.raises(ResultsFolderError, match=r"no dials_contrasts.*sos-sim report"):
        hypotheses(bare)
    with pytest.raises(ResultsFolderError, match="--sweep takes"):
        hypotheses(nothing, sweeps=[nothing])
    with pytest.raises(ResultsFolderError, match="--trial takes"):
        hypotheses(nothing, trials=[nothing])


def test_every_link_has_behaviours_that_would_show_it_and_its_absence() -> None:
    for link in (*LINKS, WHOLE_CHAIN):
        assert behaviours_of(link)
    assert all(one.works != one.fails and one.statement in STATEMENTS for one in BEHAVIOURS)
    assert {one.statement for one in BEHAVIOURS} == set(STATEMENTS)


def test_the_page_is_written_beside_the_report(committed: Path, tmp_path: Path) -> None:
    found = hypotheses(committed, trials=[trial_study(tmp_path / "trial", {10: 0.3, 20: 0.82})])
    page = hypotheses_page(read_material(committed), found)
    written = write_page(page, tmp_path, "hypotheses")
    assert written.name == "hypotheses.html" and not (tmp_path / "report.html").exists()
    kept = pd.read_csv(tmp_path / "tables" / "hypotheses.csv")
    assert sorted(kept["id"]) == sorted(found.cards["id"])
    names = {picture.name for picture in page.pictures}
    assert {"hypotheses-path-1", "hypotheses-dose-entries-1", "hypotheses-power-care-starts"} <= names


def test_the_command_keeps_the_cards_and_prints_them(committed: Path) -> None:
    assert command.hypotheses is not None
    answer = CliRunner().invoke(app, ["hypotheses", str(committed)])
    assert answer.exit_code == 0, answer.output
    assert "Refuted by" in answer.output and "Dropped" in answer.output
    assert len(read_table(committed, HYPOTHESES)) == len(hypotheses(committed).cards)
    as_json = CliRunner().invoke(app, ["hypotheses", str(committed), "--json"])
    assert {card["kind"] for card in json.loads(as_json.output)["cards"]} >= {"effect", "harm", "link"}


def test_worths_are_stated_together_and_need_draws(committed: Path) -> None:
    alone = CliRunner().invoke(app, ["hypotheses", str(committed), "--worth", "10000"])
    assert alone.exit_code == 2 and "go together" in alone.stderr
    undrawn = CliRunner().invoke(app, ["hypotheses", str(committed), "--worth", "10000", "--harm-worth", "500"])
    assert undrawn.exit_code == 2 and "draws" in undrawn.stderr
