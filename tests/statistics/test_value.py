"""Value of information: closed forms of the normal case, nothing for what is idle, and a comparison's ranking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sos_sim.comparison.compare import compare
from sos_sim.comparison.net_benefit import PARAMETERS
from sos_sim.comparison.report.figures_value import MOST_BELIEFS, what_to_find_out
from sos_sim.comparison.value_ranking import ProgrammeChoice, rank_beliefs, rank_information, read_decision
from sos_sim.core.errors import InputError, ResultsFolderError
from sos_sim.core.luck import mix, uniform
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.drawing import as_png, says
from sos_sim.runs.posterior_draws import over_posterior
from sos_sim.statistics.intervals import Floats, Whole
from sos_sim.statistics.value import Information, informed, perfect_information, sample_information
from support.small_studies import usual_and_offer

STATES = 4000
MEAN, SD = 0.4, 1.0
"""Net benefit of a programme, in an arbitrary unit; usual practice has 0."""


def normal(number: int, what: int) -> Floats:
    """Independent standard normal draws by address."""
    return np.asarray(norm.ppf([uniform(mix(91, place), mix(what, 0)) for place in range(number)]))


def against_nothing(net: Floats) -> Floats:
    return np.column_stack([np.zeros_like(net), net])


def closed_form(share: float) -> float:
    """Value of knowing what makes up this share of the variance of a normal net benefit."""
    sd = share**0.5 * SD
    return float(sd * norm.pdf(MEAN / sd) - abs(MEAN) * norm.cdf(-abs(MEAN) / sd))


def holds(found: Information, expected: float) -> bool:
    """Whether the 95 % interval, stretched to 99.9 %, holds what is expected."""
    return abs(found.worth - expected) <= 1.7 * (found.high - found.low) / 2


@pytest.fixture(scope="module")
def normal_case() -> tuple[Floats, Floats]:
    """Benefits, and three independent causes of them with 50, 10 and 0 % of the variance."""
    causes = np.column_stack([normal(STATES, what) for what in (1, 2, 3)])
    rest = normal(STATES, 4)
    net = MEAN + SD * (causes @ np.sqrt([0.5, 0.1, 0.0]) + np.sqrt(0.4) * rest)
    return against_nothing(net), causes


def test_perfect_information_is_the_closed_form(normal_case: tuple[Floats, Floats]) -> None:
    assert perfect_information(normal_case[0]).mean() == pytest.approx(closed_form(1.0), rel=0.05)


def knowing_some(benefits: Floats, causes: Floats) -> Information:
    """The value of knowing some parameters before deciding (EVPPI), draws in the order they are in."""
    return informed(benefits[:, :, None], causes, np.arange(len(benefits)))[0]


@pytest.mark.parametrize(("known", "share"), [([0], 0.5), ([1], 0.1), ([0, 1], 0.6), ([0, 1, 2], 0.6)])
def test_partial_information_is_the_closed_form(
    normal_case: tuple[Floats, Floats], known: list[int], share: float
) -> None:
    benefits, causes = normal_case
    found = knowing_some(benefits, causes[:, known])
    assert holds(found, closed_form(share))
    assert found.worth == pytest.approx(closed_form(share), abs=0.02)
    assert found.explained == pytest.approx(share, abs=0.04)


def test_the_scale_on_which_a_parameter_is_written_does_not_matter(normal_case: tuple[Floats, Floats]) -> None:
    benefits, causes = normal_case
    assert knowing_some(benefits, np.exp(3.0 * causes[:, :1])) == knowing_some(benefits, causes[:, :1])


def test_what_has_no_straight_line_is_found_alone_and_among_many_idle_ones() -> None:
    causes = np.column_stack([normal(400, what) for what in range(200, 240)])
    net = 1.2 - causes[:, 0] ** 2 + 0.3 * normal(400, 240)
    best = float(np.maximum(1.2 - causes[:, 0] ** 2, 0.0).mean() - max(0.0, net.mean()))
    assert holds(knowing_some(against_nothing(net), causes[:, :1]), best)
    among = knowing_some(against_nothing(net), causes)
    assert among.worth > 0.75 * best and among.explained > 0.5


def test_idle_parameters_are_worth_nothing_on_average_however_few_the_draws() -> None:
    """Sixty decisions that are close calls; the value that a fit seems to have on its own draws is above 0."""
    worth = [
        knowing_some(against_nothing(0.05 + normal(60, 2 * study)), normal(60, 2 * study + 1)[:, None]).worth
        for study in range(100, 160)
    ]
    error = np.std(worth, ddof=1) / len(worth) ** 0.5
    assert np.mean(worth) < 2.0 * error
    assert np.mean(worth) > -0.08, "nor is it worth far less than nothing"


def test_what_cannot_change_the_decision_is_worth_nothing_although_it_moves_net_benefit() -> None:
    cause = normal(500, 40)
    found = knowing_some(against_nothing(10.0 + cause), cause[:, None])
    assert found.worth == 0.0 and found.explained > 0.99


def test_three_options_are_told_apart() -> None:
    """One programme or the other is right, as a known cause has it; the mean of a folded normal (Leone 1961)."""
    cause, ahead = normal(2000, 41), 0.3
    found = knowing_some(np.column_stack([np.zeros(2000), ahead + cause, -cause]), cause[:, None])
    middle = ahead / 2
    folded = (2 / np.pi) ** 0.5 * np.exp(-(middle**2) / 2) + middle * (1.0 - 2.0 * norm.cdf(-middle))
    assert holds(found, middle + folded - ahead) and found.worth > 0.5


def sampled(error: float, trials: int = 2, draws: int = 1500) -> tuple[Floats, Floats, Whole]:
    """Benefits by draw, and what trials with this standard error report of them."""
    net = MEAN + SD * normal(draws, 50)
    rows = np.repeat(np.arange(draws), trials)
    return against_nothing(net), (net[rows] + error * normal(len(rows), 51))[:, None], rows


@pytest.mark.parametrize("error", [0.5, 1.0, 2.0])
def test_sample_information_is_the_closed_form_of_the_preposterior(error: float) -> None:
    found = sample_information(*sampled(error))
    share = SD**2 / (SD**2 + error**2)
    assert holds(found, closed_form(share))
    assert found.worth == pytest.approx(closed_form(share), abs=0.035)


def test_more_precise_trials_are_worth_more_and_never_more_than_knowing() -> None:
    worth = [sample_information(*sampled(error)).worth for error in (4.0, 2.0, 1.0, 0.5, 0.1)]
    assert worth == sorted(worth)
    benefits = sampled(1.0)[0]
    knowing = knowing_some(benefits, benefits[:, 1:]).worth
    assert worth[-1] <= knowing + 1e-3 and knowing <= perfect_information(benefits).mean() + 1e-12


def test_two_outcomes_that_report_the_same_thing_are_worth_more_than_one() -> None:
    benefits, first, rows = sampled(1.5)
    second = benefits[rows, 1:] + 1.5 * normal(len(rows), 52)[:, None]
    both = sample_information(benefits, np.hstack([first, second]), rows)
    assert both.worth > sample_information(benefits, first, rows).worth
    assert holds(both, closed_form(SD**2 / (SD**2 + 1.5**2 / 2)))


def test_a_trial_that_failed_teaches_nothing() -> None:
    benefits, estimates, rows = sampled(0.5)
    half = np.where(np.arange(len(rows))[:, None] % 2 == 0, estimates, np.nan)
    whole, failed = sample_information(benefits, estimates, rows), sample_information(benefits, half, rows)
    assert failed.worth == pytest.approx(whole.worth / 2, rel=0.15)


def test_trials_of_one_draw_are_held_out_together() -> None:
    """An estimate that names its draw and says nothing else must not be learned by heart."""
    net = 0.1 + normal(32, 60)
    rows = np.repeat(np.arange(32), 20)
    found = sample_information(against_nothing(net), rows[:, None].astype(float), rows)
    assert found.explained < 0.05


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(InputError, match=r"at least 30 draws of parameters; there are 29"):
        knowing_some(np.zeros((29, 2)), np.zeros((29, 1)))


@pytest.fixture(scope="module")
def ranking() -> pd.DataFrame:
    """Net benefit depends on two beliefs and luck; the other four are idle."""
    names = ["trust_gain", "bias_shrink", "rigour_signs", "drift", "need_mean", "closeness_mean"]
    beliefs = pd.DataFrame({name: normal(300, 70 + place) for place, name in enumerate(names)})
    net = 2e5 + 8e5 * beliefs["trust_gain"] + 6e5 * beliefs["bias_shrink"] + 6e5 * normal(300, 69)
    return rank_beliefs(
        ProgrammeChoice(["usual", "offer"], against_nothing(net.to_numpy()), beliefs, PARAMETERS, "£1 each")
    )


def test_beliefs_and_links_are_ranked_and_told_from_chance(ranking: pd.DataFrame) -> None:
    beliefs = ranking[ranking["kind"] == "belief"].set_index("name")
    assert list(beliefs.index[:2]) == ["trust_gain", "bias_shrink"]
    assert list(beliefs.index[beliefs["distinguishable"]]) == ["trust_gain", "bias_shrink"]
    links = ranking[ranking["kind"] == "link"].set_index("name")
    assert set(links.index) == {"M2", "M8", "M6", "M5", "implementation", "moderator"}
    assert set(links.index[links["moves"]]) == {"M2", "M8"}
    assert ranking["evppi"].is_monotonic_decreasing
    assert (ranking["evppi"] <= ranking["evpi"]).all()
    assert ranking["share_of_evpi"].equals(ranking["evppi"] / ranking["evpi"])
    assert (beliefs.loc["trust_gain", "grade"], links.loc["M2", "label"]) == ("B", "M2 practice to trust")


def test_a_ranking_is_the_same_again_and_chance_is_dealt_by_seed(ranking: pd.DataFrame) -> None:
    beliefs = pd.DataFrame({"trust_gain": normal(60, 80)})
    decision = ProgrammeChoice(["usual", "offer"], against_nothing(normal(60, 81)), beliefs, PARAMETERS, "")
    first, again, other = (rank_beliefs(decision, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert first["noise"][0] != other["noise"][0] and first["evppi"][0] == other["evppi"][0]


def test_chance_stands_out_in_few_studies() -> None:
    """Forty studies of three idle beliefs, close calls all: two in forty are to be expected."""
    found = []
    for study in range(40):
        beliefs = pd.DataFrame(
            {
                name: normal(40, 1000 + 7 * study + place)
                for place, name in enumerate(["trust_gain", "bias_shrink", "drift"])
            }
        )
        net = against_nothing(0.1 + normal(40, 1006 + 7 * study))
        ranked = rank_beliefs(ProgrammeChoice(["usual", "offer"], net, beliefs, PARAMETERS, ""))
        found.append(bool(ranked.loc[ranked["kind"] == "belief", "distinguishable"].any()))
    assert sum(found) <= 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("value")
    scenarios = usual_and_offer(place, run__draws=32)
    compare(scenarios, 1, place / "compared", workers=1, draws=over_posterior(scenarios[0]))
    return place / "compared"


def test_the_ranking_of_a_comparison(folder: Path) -> None:
    decision = read_decision(folder, 50_000.0, 1_000.0)
    assert decision.benefits.shape == (32, 2) and (decision.benefits[:, 0] == 0.0).all()
    assert len(decision.beliefs) == 32 and "children" not in decision.beliefs
    assert (decision.beliefs.nunique() > 1).all()
    few = ProgrammeChoice(
        decision.options, decision.benefits, decision.beliefs.iloc[:, :4], decision.about, decision.stated
    )
    assert len(rank_beliefs(few)) > 4


def test_values_and_folders_that_cannot_be_weighed_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be 0 or more"):
        read_decision(folder, -1.0, 0.0)
    with pytest.raises(InputError, match=r"'care_start' has no stated worth.*Did you mean 'care_starts'"):
        rank_information(folder, 0.0, 0.0, "care_start")
    with pytest.raises(ResultsFolderError):
        read_decision(tmp_path, 0.0, 0.0)
    scenarios = usual_and_offer(tmp_path)
    compare(scenarios, 1, tmp_path / "undrawn", workers=1)
    with pytest.raises(InputError, match=r"compares over 0 draws of parameters.*--draws"):
        read_decision(tmp_path / "undrawn", 0.0, 0.0)


def test_figures_carry_the_caveat_and_their_units(ranking: pd.DataFrame) -> None:
    figure = what_to_find_out(ranking)
    assert says(figure, CAVEAT) and "£ thousand" in figure.axes[-1].get_xlabel()
    drawn = [len(axes.patches) for axes in figure.axes]
    assert drawn == [6, 6] and as_png(figure)[:4] == b"\x89PNG"
    many = pd.concat([ranking[ranking["kind"] == "belief"]] * 4)
    assert [len(axes.patches) for axes in what_to_find_out(many).axes] == [MOST_BELIEFS]
    with pytest.raises(ValueError, match="no rows"):
        what_to_find_out(ranking.head(0))
