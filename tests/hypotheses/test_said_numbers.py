"""Every number that a card says is the card's, lower where it falls and higher where it rises; and so in figures."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from sos_sim.hypotheses.report.figures import power_and_assurance
from sos_sim.hypotheses.report.page import worded
from sos_sim.hypotheses.report.readings import in_short, in_words
from sos_sim.hypotheses.tables import CARDS
from sos_sim.hypotheses.trial_tables import NOT_COUNTED, NOT_RECORDED, NOT_SEEN
from sos_sim.kit.figures import COLOURS
from support.artists import lines
from support.declared import made
from support.tables_of_cards import CARD, NOTHING, trials

SIZED = "−1.50 per 10,000 children a year (95% interval over 12 draws of parameters: −2.75 to −0.25)"


def words(**changed: Any) -> dict[str, Any]:
    """A card with its texts."""
    (row,) = in_words(made(CARDS, [{**CARD, **changed}]), "Usual").to_dict("records")
    return {str(name): value for name, value in row.items()}


CLAIMS = {
    "effect": (
        {},
        "children starting to be looked after: lower under Offer than under Usual in 83% of pairs, a "
        f"difference of {SIZED}",
    ),
    "a rise": (
        {"estimate": 1.5, "low": 0.25, "high": 2.75, "refuting_above": NOTHING, "refuting_below": 0.25},
        "children starting to be looked after: higher under Offer than under Usual in 83% of pairs, a "
        "difference of +1.50",
    ),
    "programmes": (
        {"kind": "programmes", "setting_low": "Less", "setting_high": "More"},
        "children starting to be looked after: lower under More than under Less in 83% of pairs",
    ),
    "none": (
        {"kind": "none", "refuting_below": -1.05, "refuting_above": 1.05},
        "no difference between Offer and Usual beyond 1.05 per 10,000 children a year, a margin of",
    ),
    "link": (
        {"kind": "link", "subject": "M5 network"},
        "the difference between Offer and Usual is −1.90 with all links and −0.40 without M5 network; the link carries "
        f"{SIZED}",
    ),
    "context": (
        {"kind": "context", "subject": "supervision", "setting_low": "0.1", "setting_high": "0.9"},
        "the difference between Offer and Usual moves from −0.40 to −1.90 as supervision goes from 0.1 to 0.9, by "
        f"{SIZED}",
    ),
    "families": (
        {"kind": "families", "subject": "need", "setting_low": "low", "setting_high": "high"},
        f"the difference between Offer and Usual is −1.90 where need is high and −0.40 where it is low, {SIZED} apart",
    ),
    "delivery": (
        {"kind": "delivery", "setting_low": "50%", "setting_high": "100%"},
        "with 50% of the programme delivered the difference between Offer and Usual is −0.40, and −1.90 with 100%; the "
        f"rest brings {SIZED}",
    ),
    "trust": (
        {
            "kind": "trust",
            "subject": "gate",
            "unit": "share",
            "setting_low": "the least open third",
            "setting_high": "the most open third",
            "estimate": -0.2,
            "low": -0.3,
            "high": -0.1,
            "at_low": -0.05,
            "at_high": -0.25,
        },
        "where trust is a gate: relative to Usual, the difference under Offer is −25.0% among the most open third and "
        "−5.0% among the least open third, −20.0 percentage points apart (95% interval of the pooled value: −30.0 to "
        "−10.0)",
    ),
    "harm": (
        {"kind": "harm", "outcome": "entries_fall_harm_rises", "estimate": 0.18, "low": 0.09, "high": 0.32},
        "under Offer entries to care fall and harm at home rises in 18% of pairs of authorities (95% "
        "interval 9% to 32%)",
    ),
    "not safer": (
        {
            "kind": "harm",
            "outcome": "spared_not_safer",
            "estimate": 7.25,
            "low": 2.5,
            "high": 12.0,
            "setting_high": "not lower",
        },
        "7.2 children (95% interval: 2.5 to 12.0) are spared entry to care under Offer although their danger "
        "is not lower",
    ),
    "conditions": (
        {
            "kind": "conditions",
            "outcome": "success",
            "subject": "effect of cla_start_rate below -0.5",
            "estimate": 0.6,
            "low": 0.46,
            "high": 0.72,
            "base": 0.2,
            "conditions": "trust_gain above 0.1",
        },
        "the difference in children starting to be looked after below -0.5 in 60% of cases (95% interval 46% "
        "to 72%) where "
        "trust_gain above 0.1, against 20% of all cases",
    ),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_what_a_card_claims(name: str) -> None:
    changed, told = CLAIMS[name]
    said = words(**changed)
    assert told in said["claim"]
    assert said["claim"].startswith("If the theory holds as strongly as the draws of parameters say, ")
    assert said["claim"].rstrip(".").endswith(said["prediction"].rstrip("."))


def test_without_draws_the_condition_is_what_is_assumed() -> None:
    said = words(draws=1)["claim"]
    assert said.startswith("If the theory holds as strongly as assumed here, ")
    assert "for luck over 24 pairs, parameters held: −2.75 to −0.25" in said


def test_the_margin_of_no_difference_is_that_beyond_which_it_is_refuted() -> None:
    said = words(kind="none", refuting_below=-1.05, refuting_above=1.05)
    assert "wholly below −1.05 per 10,000 children a year or wholly above +1.05" in said["refuted_by"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "a difference between arms whose 95% interval lies wholly above −0.25 per 10,000 children a year"),
        (
            {"refuting_below": 0.25, "refuting_above": NOTHING, "level": 0.9},
            "a difference between arms whose 90% interval lies wholly below +0.25 per 10,000 children a year",
        ),
        (
            {"kind": "link", "refuting_above": 0.0},
            "a contrast of differences between arms whose 95% interval lies wholly above 0.00",
        ),
        (
            {"kind": "conditions", "outcome": "success", "refuting_below": 0.2, "refuting_above": NOTHING},
            "a share of successes where the conditions hold whose 95% interval lies wholly below 20%",
        ),
        (
            {"kind": "harm", "outcome": "spared_not_safer", "refuting_below": NOTHING, "refuting_above": 3.25},
            "measured independently of case files, whose 95% interval lies wholly above 3.2",
        ),
    ],
)
def test_what_would_refute_it(changed: dict[str, Any], told: str) -> None:
    assert told in words(**changed)["refuted_by"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {},
            "parallel, 20 authorities, by cluster summary: it detects 1.25 per 10,000 children a year with 80% "
            "power; its "
            "power for the −2.00 per 10,000 children a year of the simulated trials is 64%",
        ),
        (
            {"kind": "context"},
            "it detects 1.25 per 10,000 children a year with 80% power, with half of its clusters on either side "
            "of the",
        ),
        (
            {"seen": NOT_SEEN, "kind": "link"},
            "none of the designs tried sees so small a difference, up to 20 authorities (parallel, 20 authorities, by "
            "cluster summary: it detects 1.25",
        ),
        ({"design": "families", "clusters": 150.0}, "families by lot, 150 clusters, by"),
        ({"seen": NOT_COUNTED}, "none of the trial studies given counts this outcome"),
        ({"seen": NOT_RECORDED}, "administrative records alone, which do not show it"),
    ],
)
def test_which_trial_would_see_it(changed: dict[str, Any], told: str) -> None:
    assert told in words(**changed)["design_said"]


def test_chances_of_an_answer_and_agreement() -> None:
    assert words()["answer_said"].startswith("40% (95% interval over draws 30% to 55%) with that design")
    assert words(assurance=NOTHING)["answer_said"] == "not known: no trial of it was simulated"
    assert words()["agreement"] == "83% agree in direction (counted; 12 draws, 24 pairs)"
    assert words(kind="none")["agreement"].startswith("83% lie within the margin")
    assert words(kind="harm", outcome="spared_not_safer")["agreement"].startswith("83% have any such child")
    assert words(region="0.5 to 1")["conditions_said"].endswith("; a trial could tell the difference at 0.5 to 1")


def test_a_card_in_one_line() -> None:
    assert in_short(words()) == (
        "effect-1: Children starting to be looked after (Offer): −1.50 (−2.75 to −0.25) per 10,000 children "
        "a year; 83% "
        "agree in direction (counted; 12 draws, 24 pairs)"
    )
    boxed = words(kind="conditions", outcome="success", subject="x", estimate=0.6, low=0.46, high=0.72)
    assert ": 60% (46% to 72%); 83% of rows inside succeed" in in_short(boxed)


def test_grades_and_strength_are_the_card_s() -> None:
    class Found:
        cards = made(CARDS, [CARD])

    said = worded(Found(), "Usual").iloc[0]  # type: ignore[arg-type]
    assert said["grades"] == "weakest D, typical C: a, b"


def curves(axes: Axes) -> dict[str, tuple[str, list[tuple[float, float, float, float]]]]:
    """Colour of every curve by its label, and its points: clusters, value and both ends."""
    found = {}
    for container in axes.containers:
        line, _, (bars,) = container.lines  # type: ignore[attr-defined]
        points = [
            (float(x), float(y), float(segment[0][1]), float(segment[1][1]))
            for x, y, segment in zip(line.get_xdata(), line.get_ydata(), bars.get_segments(), strict=True)
        ]
        found[str(container.get_label())] = (to_hex(line.get_color()), points)
    return found


def test_power_and_assurance_by_the_analysis_with_most_power() -> None:
    power, assurance = trials()
    left, right = power_and_assurance(power, assurance).axes
    for axes, table, names in (
        (left, power, ("rejected", "rejected_low", "rejected_high")),
        (right, assurance, ("assurance", "low", "high")),
    ):
        wanted = {}
        for number, design in enumerate(("stepped_wedge", "parallel")):
            rows = table[(table["design"] == design) & (table["analysis"] == "cluster_summary")].sort_values("clusters")
            told = f"{design.replace('_', ' ')} (cluster summary)"
            points = [tuple(map(float, row)) for row in rows[["clusters", *names]].to_numpy()]
            wanted[told] = (to_hex(COLOURS[number]), [pytest.approx(point) for point in points])
        assert curves(axes) == wanted
        assert axes.get_ylim() == (0.0, 1.0)
        assert [line.y for line in lines(axes) if line.x == [0.0, 1.0]] == [[0.8, 0.8]]
    assert left.get_title(loc="left").startswith("power") and right.get_title(loc="left").startswith("assurance")
    title = left.figure.legends[0].get_title().get_text()
    assert "of power for the luck of the simulated trials, of assurance over draws" in title
