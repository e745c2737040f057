"""Where the theory can be read in several ways, each reading is a switch."""

from __future__ import annotations

from typing import NamedTuple

from sos_sim.core.parameters import structure

NO_MOBILISATION, WORKER_LED, PARENT_LED, CHILD_LED, FAMILY_GROUP_MEETING = range(5)
LINEAR, THRESHOLD = range(2)
ELASTIC, FINITE = range(2)
NO_SUPPORT, AS_IN_NEED, ON_PLAN = range(3)
GATE, AMPLIFIER, NO_ROLE = range(3)
POWERS_OFF, POWERS_ON = range(2)


class Structure(NamedTuple):
    """Structural switches; engines hold the position of the choice."""

    theory_null: int = structure(
        "off",
        ("off", "on"),
        "whether the programme theory is null: no programme strength acts, whatever its value",
        source="review: little to no evidence that it has an effect; a prior weight of 1 in 4 on none at all, assumed "
        "for want of a base rate that fits, and open to change",
        grade="D",
        weights=(0.75, 0.25),
    )
    trust_role: int = structure(
        "gate",
        ("gate", "amplifier", "none"),
        "what parents' trust in the worker does: without it nothing is shared, with it more is, or it plays no part",
        source="review: parents have to trust and collaborate before shared responsibility forms (gate); "
        "Forrester 2019, Dunkerley 2023: alliance goes with outcomes, weakly (amplifier); Altman 2008: no link (none); "
        "studies that vary it draw each reading in a third of their rows, since nothing known ranks them",
        grade="C",
        link="M4",
    )
    network_mobilisation: int = structure(
        "worker_led",
        ("none", "worker_led", "parent_led", "child_led", "family_group_meeting"),
        "who brings the wider family in: the gap the review names",
        source="review (stated gap); CMO 8",
        grade="C",
        link="M5",
    )
    meeting_powers: int = structure(
        "off",
        ("off", "on"),
        "whether a family-group meeting only tells relatives and friends, or its plan is put before those who decide "
        "on issuing and relatives are assessed as carers early",
        source="English trial: fewer cases issued, fewer children looked after (Taylor et al. 2024); off, since few "
        "draws come near that result even when it is on",
        grade="C",
        link="M5",
    )
    skill_response: int = structure(
        "linear",
        ("linear", "threshold"),
        "whether practice improves in step with fidelity or only past a threshold",
        source="Forrester 2018: gains below competence changed nothing; review: fidelity under-specified",
        grade="C",
        link="M1",
    )
    role_lock: int = structure(
        "on",
        ("off", "on"),
        "whether relatives recruited as monitors are less often considered as carers",
        source="English pilots: kinship share 13 points lower; one of three rival readings (K2)",
        grade="B",
        link="M5",
    )
    placement_supply: int = structure(
        "elastic",
        ("elastic", "finite"),
        "whether placements follow need, or scarcity raises (and freed places lower) care thresholds",
        source="Wulczyn & Halloran 2017; CMO 20",
        grade="D",
    )
    return_support: int = structure(
        "need",
        ("none", "need", "plan"),
        "how a family is supported after a child's return home: may close at once, three months in need, or on a plan",
        source="78% of authorities say support before return is short, 63% after (NSPCC 2024); CMO 17",
        grade="B",
    )
