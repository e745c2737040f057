"""Sections of a comparison's report put the right rows under the right question."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS
from sos_sim.comparison.report import economics, effect, mechanism, moderators, page
from sos_sim.comparison.tables import SWITCHED_OFF, WORLDS
from support import tables_of_effects as tables
from support.artists import lines, told_apart
from support.declared import made

USUAL, OFFER = tables.COMPARATOR, tables.ARM


def material(**held: pd.DataFrame) -> Any:
    """Material that holds a few tables, each of one arm, others being empty; a question about the arm stands as it is.

    In one of its 20 draws the theory is null.
    """
    scenario = SimpleNamespace(name=USUAL, values={"children": 2000.0})
    return SimpleNamespace(
        table=lambda name, **chosen: (
            held[name].query(f"condition == {chosen.get('condition', THEORY_ACTS)!r}")
            if "condition" in held.get(name, ())
            else held.get(name, pd.DataFrame())
        ),
        about=lambda arm, question: question,
        comparator=USUAL,
        arms=[OFFER],
        period="5 years",
        start_month=None,
        told_first=THEORY_ACTS,
        stored=SimpleNamespace(scenarios=[scenario, scenario], null=[1], draws=[{}] * 20, acting=[0, *range(2, 20)]),
        manifest={"rows": {"asked": 40, "done": 40, "failed": 0}},
    )


def test_entries_and_harm_by_path_stand_together_and_apart_from_the_rest() -> None:
    parts = tables.by_path()
    other = parts.head(5).assign(measure="cpp_start_rate", shown=[3.0, 1.0, 1.0, 1.0, 6.0])
    held = material(
        effects=tables.effects(),
        mechanism_switched_off=made(SWITCHED_OFF, [{"arm": OFFER}]).head(0),
        mechanism_worlds=made(WORLDS, [{"arm": OFFER}]).head(0),
    )
    taken = pd.concat([other, parts]).assign(replicates=12)
    words, first, rest, sheet, *_ = mechanism._of_arm(held, OFFER, 1, taken)
    assert "the first 12 of the 20 pairs above were taken apart" in words.paragraphs[0]
    assert [text.split(",")[0] for text in words.paragraphs[1:]] == [
        "Of the difference in children starting to be looked after",
        "Of the difference in harm at home (child-months)",
    ]
    assert (first.name, rest.name) == ("paths-1", "paths-of-others-1")
    assert len(first.figure.axes) == 2 and len(rest.figure.axes) == 1
    assert "all together −4.50" in first.alt and "all together +6.00" in rest.alt
    assert sheet.title == "Every difference by path"


def test_a_fall_by_perception_is_in_the_summary() -> None:
    told = {
        "effects": tables.effects().assign(condition=ALL_DRAWS),
        "joint": pd.DataFrame([joint("entries to care fall", 0.8, ALL_DRAWS)]),
    }
    for parts, sentences in ((tables.by_path(entries=(-0.1, -0.2, -0.6, 0.0)), 3), (pd.DataFrame(), 2)):
        held = material(**told, paths_effect=parts)
        held.told_first = ALL_DRAWS
        found = page._outcomes(held, OFFER)
        assert len(found) == sentences
        mostly = found[-1].startswith("Most of the fall in children starting to be looked after")
        assert mostly == (sentences == 3)


def test_conditions_that_are_told_from_luck_are_told_and_the_rest_is_counted() -> None:
    words, sheet = moderators._conditions(material(dials_contrasts=tables.contrasts()), OFFER, 1)
    assert words.paragraphs[1:] == (
        "Supervision from 0 to 1 (0-1): the difference in children starting to be looked after goes from 0.00 to −0.80 "
        "per 10,000 children a year.",
        "1 of 2 changes of a difference with a condition could not be told from luck; the table says what would have "
        "been seen.",
    )
    assert sheet.name == "conditions-1"


def test_families_open_with_the_draws_and_pairs_that_they_are_about() -> None:
    held = material(
        **{f"moderation_{name}": table for name, table in brought().items()},
        subgroup_effects=tables.subgroups(),
        effects=tables.effects(),
    )
    words, picture, others, *sheets = moderators._families(held, OFFER, 1)
    assert words.paragraphs[0] == (
        "What follows is about the 19 of 20 draws in which the theory is not null; in the other 1 no outcome differs "
        "for any family. It is made of the same 20 pairs of runs as the differences above. Differences are "
        "relative to the comparator's level in the same families."
    )
    assert (len(words.paragraphs), picture.name, len(others.paragraphs)) == (7, "brought-1", 2)
    assert [sheet.name for sheet in sheets] == ["thirds-1", "ends-1", "told-1", "families-1"]
    fewer = material(
        **{f"moderation_{name}": table for name, table in brought().items()},
        subgroup_effects=tables.subgroups(),
        effects=tables.effects().assign(replicates=80),
    )
    assert "It is made of 20 of the 80 pairs" in moderators._families(fewer, OFFER, 1)[0].paragraphs[0]


def brought() -> dict[str, pd.DataFrame]:
    """Tables of moderation."""
    return {
        "thirds": tables.brought_thirds(),
        "ends": tables.brought_ends(),
        "curves": tables.brought_curves(),
        "told": tables.apart(),
    }


def test_net_benefit_is_told_from_the_lowest_value_to_the_highest() -> None:
    curve = told_apart(tables.curve(), 1e6).iloc[::-1]
    held = material(net_benefit_benefit=curve)
    benefit, chance, _ = economics._weighed(held, OFFER, 1, curve)
    first, last = (curve[curve["harm_value"] == 0.0].sort_values("value").iloc[end] for end in (0, -1))
    assert f"{economics.ECONOMICS.sentence('net_benefit_alt', ends=[(first, last)])[:-1]}" in benefit.alt
    assert "with a harm month at £0, 41% to 45%" in chance.alt


def test_entries_and_harm_are_the_axes_that_their_names_say() -> None:
    asked: dict[str, str] = {}
    held = material(joint=pd.DataFrame([joint("entries to care fall", 0.75)]))

    def changes(arm: str, measures: dict[str, str]) -> pd.DataFrame:
        asked.update(measures)
        return pd.DataFrame({"entries": [-1.0, 2.0], "harm": [3.0, 4.0]})

    held.changes = changes
    effect._of_arm(held, OFFER, 1, tables.effects())
    assert asked == {"cla_start_rate": "entries", "harm_months_rate": "harm"}


def joint(statement: str, probability: float, condition: str = THEORY_ACTS) -> dict[str, Any]:
    numbers = {"arm": OFFER, "pairs": 20, "probability": probability, "low": 0.1, "high": 0.9, "level": 0.95}
    return {"condition": condition, "statement": statement, **numbers}


def test_children_looked_after_are_drawn_per_10_000() -> None:
    monthly = pd.DataFrame(
        [
            {"arm": arm, "replicate": 0, "month": month, "measure": "looked_after", "value": 12.0}
            for arm in (USUAL, OFFER)
            for month in range(2)
        ]
    )
    picture = effect._looked_after(material(monthly=monthly))
    assert lines(picture.figure.axes[0])[0].y == pytest.approx([60.0, 60.0])


def test_the_summary_tells_entries_harm_and_pairs_in_which_both_are_well_then_all_draws() -> None:
    first = told_apart(tables.effects())
    together = tables.effects(-0.5, 0.25).assign(condition=ALL_DRAWS, probability_lower=0.7)
    both = "entries to care fall and harm at home does not rise"
    rows = [
        joint("entries to care fall", 0.8),
        joint(both, 0.6),
        joint("entries to care fall", 0.3, ALL_DRAWS),
        joint(both, 0.2, ALL_DRAWS),
    ]
    effects = pd.concat([first, together])
    held = material(effects=effects, joint=pd.DataFrame(rows), paths_effect=tables.by_path())
    entries, harm, safely, all_draws = page._outcomes(held, OFFER)
    assert entries.startswith("Children starting to be looked after: 20.00 under Usual and 19.30 under Offer")
    assert "In numbers: " in entries
    assert harm.startswith("Harm at home (child-months): 23.00 under Usual and 23.83 under Offer")
    assert safely.startswith("Entries to care fell and harm at home did not rise in 60% of pairs")
    assert all_draws == (
        "All 20 draws together, the null ones counted: children starting to be looked after differ from Usual by −0.50 "
        "per 10,000 children a year (−0.75 to −0.25), lower in 70% of pairs; harm at home (child-months) differ from "
        "Usual by −0.50 per 10,000 children a year (−0.75 to −0.25), lower in 70% of pairs; entries fell and harm did "
        "not rise in 20%."
    )
    held.told_first = ALL_DRAWS
    assert len(page._outcomes(held, OFFER)) == 3
    assert "A simulated authority of 2,000 children lived 5 years under Usual" in page._compared(held)
    assert "repeated 20 times" in page._compared(held)
