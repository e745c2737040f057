"""The links of the theory: every declaration names one of them, and none is without declarations."""

from __future__ import annotations

from typing import get_args

from sos_sim.comparison.chain import STEPS
from sos_sim.core.links import LINKS, WHOLE_CHAIN, Link
from sos_sim.evidence.behaviours import BEHAVIOURS
from sos_sim.theory.parameters import declared


def test_every_link_has_a_name_of_its_own() -> None:
    assert tuple(LINKS) == get_args(Link) and len(set(LINKS.values())) == len(LINKS)


def test_parameters_steps_and_behaviours_are_about_links_of_the_theory() -> None:
    assert {parameter.link for parameter in declared().values()} == {*LINKS, WHOLE_CHAIN}
    assert {step.link for step in STEPS.values()} == set(LINKS)
    assert {behaviour.link for behaviour in BEHAVIOURS} == {*LINKS, WHOLE_CHAIN}
