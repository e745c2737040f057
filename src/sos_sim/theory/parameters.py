"""All parameters of the model in one nested tuple, and their declarations in one table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple, get_type_hints

import numpy as np

from sos_sim.agents.authority import Authority, Families
from sos_sim.agents.climate import Unrest
from sos_sim.agents.ties import Ties
from sos_sim.core.parameters import Parameter, Value, declarations, fill
from sos_sim.theory.ages import Ages
from sos_sim.theory.appraisal import Appraisal
from sos_sim.theory.casework import Casework
from sos_sim.theory.costs import Costs
from sos_sim.theory.frontdoor import FrontDoor
from sos_sim.theory.home import Home
from sos_sim.theory.leaving import Leaving
from sos_sim.theory.levers import Levers
from sos_sim.theory.meetings import Meetings
from sos_sim.theory.network import Network
from sos_sim.theory.organisation import Workforce
from sos_sim.theory.outside import Outside
from sos_sim.theory.pathway import Pathway
from sos_sim.theory.placement import Placement
from sos_sim.theory.plan import SafetyPlan
from sos_sim.theory.practice import Practice
from sos_sim.theory.relatives import Relatives
from sos_sim.theory.structure import Structure
from sos_sim.theory.voluntary import Voluntary

THEORY_NULL: Final = "theory_null"


class Parameters(NamedTuple):
    """Every number the model reads, grouped as the rules read them."""

    authority: Authority
    unrest: Unrest
    families: Families
    network_ties: Ties
    workforce: Workforce
    practice: Practice
    front_door: FrontDoor
    casework: Casework
    network: Network
    meetings: Meetings
    plan: SafetyPlan
    home: Home
    appraisal: Appraisal
    ages: Ages
    outside: Outside
    pathway: Pathway
    voluntary: Voluntary
    placement: Placement
    relatives: Relatives
    leaving: Leaving
    costs: Costs
    structure: Structure


@cache
def groups() -> dict[str, type[Any]]:
    """The parameter groups by their name in ``Parameters``."""
    return get_type_hints(Parameters)


@cache
def declared() -> dict[str, Parameter]:
    """Every declaration by parameter name, levers included."""
    return declarations([*groups().values(), Levers])


def strengths(*, programme_only: bool = False) -> list[str]:
    """Names of the link strengths; ``programme_only`` leaves out those that act in every arm."""
    return [
        name
        for name, parameter in declared().items()
        if parameter.is_strength and not (programme_only and parameter.in_every_arm)
    ]


def make_parameters(values: Mapping[str, Value]) -> Parameters:
    """The engines' tuple from named values; unnamed parameters take their default.

    Values are taken as they are: scenario files are where ranges and types are checked. Where the theory is null,
    programme strengths are 0. Raises KeyError for a name that no parameter has.
    """
    unknown = set(values) - set(declared())
    if unknown:
        raise KeyError(f"no such parameter: {', '.join(sorted(unknown))}")
    none = dict.fromkeys(strengths(programme_only=True), 0.0) if is_null(values) else {}
    return Parameters(*(fill(group, {**values, **none}) for group in groups().values()))


def is_null(values: Mapping[str, Value]) -> bool:
    """Whether the programme theory is null in these values."""
    return values.get(THEORY_NULL, "off") == "on"


def as_record(parameters: Parameters) -> np.void:
    """The same numbers as one nested record, which compiled functions pass by reference."""
    layout = [
        (group, [(name, "i8" if isinstance(value, int) else "f8") for name, value in values._asdict().items()])
        for group, values in parameters._asdict().items()
    ]
    records = np.zeros(1, dtype=np.dtype(layout, align=True))
    records[0] = tuple(tuple(values) for values in parameters)
    record: np.void = records[0]
    return record
