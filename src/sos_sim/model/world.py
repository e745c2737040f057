"""The world as the phases see it: the same names over Mesa agents or over record arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sos_sim.agents import Child, Family, NetworkMember, Organisation, SocialWorker, Team, Tie
from sos_sim.agents.climate import Climate
from sos_sim.model.programmes import Lot
from sos_sim.theory.budget import Budget
from sos_sim.theory.levers import Levers
from sos_sim.theory.parameters import Parameters


class World(NamedTuple):
    """Everything a month reads and writes.

    In the readable engine the first seven are lists of Mesa agents (and plain teams, ties,
    organisation); in the compiled engine they are record arrays. ``levers`` holds every month's programmes one after
    the other, ``lots`` and ``turns`` are theirs (see ``model/programmes.py``), and ``everybody`` says of each month
    whether programmes of practice are offered to all families. ``budget`` has one entry. ``arrived_by`` counts
    the families first referred up to each month; ``moments`` holds each decision's half of
    this month's draws; ``present``, ``open_index``, ``closed_index`` and
    ``tiring_index`` (closed, with helpers still active) list families by
    index, in order; ``events`` has five columns, ``monthly`` one row a month,
    ``by_team`` one a month and team. ``danger`` (months, families) takes each family's true danger
    when it is traced, and is empty when it is not; ``expected`` likewise the chances of events when they are
    counted (see ``model/expected.py``). ``paths`` are the paths of the effect that are open, ``usual``
    and ``usual_voice`` the shadows of families and children, empty while all are (see ``model/paths.py``).
    """

    organisation: Sequence[Organisation]
    teams: Sequence[Team]
    workers: Sequence[SocialWorker]
    families: Sequence[Family]
    children: Sequence[Child]
    members: Sequence[NetworkMember]
    ties: Sequence[Tie]
    levers: Sequence[Levers]
    lots: Sequence[Lot]
    turns: NDArray[np.float64]
    everybody: Sequence[bool]
    budget: Sequence[Budget]
    climate: Sequence[Climate]
    arrived_by: Sequence[int]
    moments: Any
    present: Any
    open_index: Any
    closed_index: Any
    tiring_index: Any
    events: NDArray[np.int32]
    monthly: NDArray[np.float64]
    by_team: NDArray[np.float64]
    danger: NDArray[np.float32]
    expected: NDArray[np.float64]
    paths: NDArray[np.bool_]
    usual: NDArray[np.float64]
    usual_voice: NDArray[np.float64]
    parameters: Parameters
