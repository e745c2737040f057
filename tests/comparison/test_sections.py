"""Sections of a comparison's report put the right rows under the right question."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sos_sim.comparison.report import economics, effect, mechanism, moderators, page
from support import tables_of_effects as tables
from support.artists import lines, told_apart

USUAL, OFFER = tables.COMPARATOR, tables.ARM


def material(**held: pd.DataFrame) -> Any:
    """Material that holds a few tables, each of one arm; a question about the arm stands as it is."""
    scenario = SimpleNamespace(name=USUAL, values={"children": 2000.0})
    return SimpleNamespace(
        table=lambda name, **chosen: held[name],
        about=lambda arm, question: question,
        comparator=USUAL,
        arms=[OFFER],
        period="5 years",
        start_month=None,
        stored=SimpleNamespace(scenarios=[scenario, scenario]),
        manifest={"rows": {"asked": 40, "done": 40, "failed": 0}},
    )


def test_entries_and_harm_by_path_stand_together_and_apart_from_the_rest() -> None:
    parts = tables.by_path()
    other = parts.head(5).assign(measure="cpp_start_rate", shown=[3.0, 1.0, 1.0, 1.0, 6.0])
    held = material(effects=tables.effects(), mechanism_switched_off=parts.head(0), mechanism_worlds=parts.head(0))
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
    held = material(
        effects=tables.effects(),
        joint=pd.DataFrame([joint("entries to care fall", 0.8)]),
        paths_effect=tables.by_path(entries=(-0.1, -0.2, -0.6, 0.0)),
    )
    assert page._outcomes(held, OFFER)[-1].startswith("Most of the fall in children starting to be looked after")
    held = material(
        effects=tables.effects(), joint=pd.DataFrame([joint("entries to care fall", 0.8)]), paths_effect=pd.DataFrame()
    )
    assert len(page._outcomes(held, OFFER)) == 2


def test_conditions_are_told_from_their_lowest_value_to_their_highest() -> None:
    turned = tables.response().assign(estimate=lambda at: 1.0 + at["value"]).iloc[::-1]
    _, dials = moderators._pictures(material(), OFFER, "entries-1", turned, tables.contrasts())
    assert "supervision from +1.00 (at 0) to +2.00 (at 1)" in dials.alt
    grid = tables.grid().assign(estimate=lambda at: 3.0 - at["x"])
    (drawn,) = moderators._maps(material(), OFFER, 1, grid)
    assert drawn.alt.startswith("Map of differences from +1.00 to +3.00 per 10,000 children a year; at 3 of 9 points")


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


def joint(statement: str, probability: float) -> dict[str, Any]:
    return {"statement": statement, "pairs": 20, "probability": probability, "low": 0.1, "high": 0.9, "level": 0.95}


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


def test_the_summary_tells_entries_harm_and_pairs_in_which_both_are_well() -> None:
    effects = told_apart(tables.effects())
    both = "entries to care fall and harm at home does not rise"
    told = pd.DataFrame([joint("entries to care fall", 0.8), joint(both, 0.6)])
    held = material(effects=effects, joint=told, paths_effect=tables.by_path())
    entries, harm, safely = page._outcomes(held, OFFER)
    assert entries.startswith("Children starting to be looked after: 20.00 under Usual and 19.30 under Offer")
    assert "In numbers: " in entries
    assert harm.startswith("Harm at home (child-months): 23.00 under Usual and 23.83 under Offer")
    assert safely.startswith("Entries to care fell and harm at home did not rise in 60% of pairs")
    assert "A simulated authority of 2,000 children lived 5 years under Usual" in page._compared(held)
    assert "repeated 20 times" in page._compared(held)
