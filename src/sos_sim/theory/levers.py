"""What a programme can do in a month: the levers, with usual practice as default."""

from __future__ import annotations

from typing import Final, NamedTuple

from sos_sim.core.parameters import lever


class Levers(NamedTuple):
    """Lever settings in one month; scenario files set them per programme from a start month."""

    training: float = lever(
        0.0,
        "0-1",
        "share of the full training offer delivered this month",
        low=0,
        high=1,
        source="two-day course for all staff, five days for leaders, over about two years (Tusla, English pilots)",
        grade="B",
    )
    coaching: float = lever(
        0.0,
        "0-1",
        "share of needed coaching offered (3-4 sessions in six months is full)",
        low=0,
        high=1,
        source="Schwalbe 2014",
        grade="B",
    )
    supervision: float = lever(
        0.0,
        "0-1",
        "share of supervision that is clinical and maps cases in groups",
        low=0,
        high=1,
        source="Bostock 2019; CMO 12",
        grade="B",
    )
    alignment: float = lever(
        0.0,
        "0-1",
        "leadership, forms and quality assurance aligned with the practice",
        low=0,
        high=1,
        source="English pilots: 3 of 10 rose, 4 moved some, 3 did not (CMO 13)",
        grade="B",
    )
    extra_posts: float = lever(
        0.0,
        "share of posts",
        "extra case-holding capacity funded by the programme",
        low=0,
        high=1,
        source="policy choice",
        grade="D",
    )
    meetings_at_pre_proceedings: float = lever(
        0.0,
        "share of families",
        "offered a family-group meeting when pre-proceedings begin",
        low=0,
        high=1,
        source="policy choice; CMO 8",
        grade="C",
    )
    meetings_at_conference: float = lever(
        0.0,
        "share of families",
        "offered a family-group meeting when a protection plan starts",
        low=0,
        high=1,
        source="policy choice; CMO 8",
        grade="C",
    )
    offered_posts: float = lever(
        1.0,
        "share of posts",
        "drawn by lot to be offered training, coaching and group supervision",
        low=0,
        high=1,
        source="trials that randomise workers, and roll-outs by turns",
        grade="D",
    )
    offered_families: float = lever(
        1.0,
        "share of families",
        "drawn by lot with whom workers are asked to use the practice",
        low=0,
        high=1,
        source="trials that randomise families (Forrester 2018)",
        grade="D",
    )
    costs_a_year: float = lever(
        0.0,
        "£ a year",
        "what the programme costs by itself while it acts, besides what its other levers cost",
        low=0,
        high=1_000_000_000,
        source="policy choice",
        grade="D",
    )
    costs_at_start: float = lever(
        0.0,
        "£",
        "what the programme costs once, in its first month",
        low=0,
        high=1_000_000_000,
        source="policy choice",
        grade="D",
    )


WHO: Final = ("offered_posts", "offered_families")
"""Levers that say who is offered the programme, not how much of it there is."""
