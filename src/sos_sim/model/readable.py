"""The readable engine: the same month over Mesa agents, to look inside, extend and watch."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sos_sim.agents import Child, Family, NetworkMember, Organisation, SocialWorker, Team, Tie
from sos_sim.agents.climate import Climate
from sos_sim.agents.codes import Status
from sos_sim.agents.fields import Recorded
from sos_sim.agents.state import State
from sos_sim.model.checks import raise_fault, refuse_months_beyond
from sos_sim.model.events import EventColumn
from sos_sim.model.month import DECISIONS, month_passes
from sos_sim.model.paths import Shadow, shadow
from sos_sim.model.programmes import Lot
from sos_sim.model.setting import Setting, arrived_by_month, empty_tables, present_families
from sos_sim.model.world import World
from sos_sim.theory.levers import Levers


class ReadableRun(mesa.Model):  # type: ignore[misc]
    """A local authority as a Mesa model; one ``step()`` is one calendar month.

    Families and their children become agents in the month of their first referral and are removed
    when their last child is grown up. ``events``, ``monthly``, ``by_team``, ``danger`` and ``expected`` are equal, to
    the last bit, to those of the compiled engine. It is ``running`` until the last month of the setting has
    passed. All luck comes with the setting; ``rng`` seeds the generators that Mesa gives every model, which no
    rule uses. ``usual`` is a shadow begun elsewhere (see ``model/paths.py``).
    """

    def __init__(
        self,
        setting: Setting,
        state: State | None = None,
        first_month: int = 0,
        traced: bool = False,
        counted: bool = False,
        rng: int = 0,
        usual: Shadow | None = None,
    ) -> None:
        super().__init__(rng=rng)
        self.setting = setting
        self.month = first_month
        self.monthly, self.by_team, self.danger, self.expected = empty_tables(setting, traced, counted)
        self._source = (state or setting.initial).copy()
        self.usual = usual or shadow(self._source, setting.paths)
        self._events = np.zeros((4096, len(EventColumn)), dtype=np.int32)
        self._world = self._build_world()
        self._born = 0
        self._meet(int(self._source.organisation["arrived"][0]))
        self.running = self.month < setting.months

    @property
    def events(self) -> NDArray[np.int32]:
        """The event record so far, shape (events, 5)."""
        return self._events[: self._world.organisation[0].events]

    @property
    def organisation(self) -> Organisation:
        """The authority as a whole."""
        return self._world.organisation[0]

    def step(self) -> None:
        """One month, or nothing after the last. Raises ModelError when a self-check fails."""
        if not self.running:
            return
        self._meet(int(self._world.arrived_by[self.month]))
        self._make_room()
        self._world = self._world._replace(parameters=self.setting.parameters_in(self.month))
        month_passes(self._world, self.month)
        raise_fault(self.organisation.fault, self.organisation.fault_entity, self.month)
        self.month += 1
        self.running = self.month < self.setting.months
        self._part_from_gone()

    def advance(self, months: int) -> ReadableRun:
        """A number of steps; returns the model itself. Raises InputError when the setting has not so many left."""
        refuse_months_beyond(self.setting.months, self.month + months)
        for _ in range(months):
            self.step()
        return self

    @property
    def state(self) -> State:
        """Everybody as record arrays: a snapshot from which either engine can go on."""
        snapshot = self._source.copy()
        for records, agents in zip(snapshot, self._world[:7], strict=True):
            for index, agent in enumerate(agents):
                if agent is not None:
                    records[index] = agent.as_tuple()
        return snapshot

    def _build_world(self) -> World:
        source, setting = self._source, self.setting
        room = len(source.families)
        known = present_families(source).tolist()
        authority = _plain(Organisation, source.organisation[0])
        authority.present = len(known)
        offers = setting.offers.laid_end_to_end()
        everything: dict[str, Any] = {
            "organisation": [authority],
            "teams": [_plain(Team, record) for record in source.teams],
            "workers": [SocialWorker(self, index, record) for index, record in enumerate(source.workers)],
            "families": [None] * room,
            "children": [None] * len(source.children),
            "members": [None] * len(source.members),
            "ties": [None] * len(source.ties),
            **offers,
            "budget": [setting.budget],
            "levers": [Levers(*record.item()) for record in offers["levers"]],
            "lots": [Lot(*record.item()) for record in offers["lots"]],
            "climate": [Climate(*record.item()) for record in setting.climate],
            "arrived_by": arrived_by_month(source.families, setting.months).tolist(),
            "moments": [0] * DECISIONS,
            "present": known + [0] * (room - len(known)),
            "open_index": [0] * room,
            "closed_index": [0] * room,
            "tiring_index": [0] * room,
            "events": self._events,
            "monthly": self.monthly,
            "by_team": self.by_team,
            "danger": self.danger,
            "expected": self.expected,
            "paths": setting.paths,
            "usual": self.usual[0],
            "usual_voice": self.usual[1],
            "parameters": setting.parameters_in(self.month),
        }
        return World(**everything)

    def _meet(self, arrived: int) -> None:
        """Make agents of the families up to index ``arrived``, their children, ties and members."""
        source, world = self._source, self._world
        agents: Any = world
        for index in range(self._born, arrived):
            family = source.families[index]
            if family["status"] == Status.GONE:
                continue
            agents.families[index] = Family(self, index, family)
            first, count = int(family["first_child"]), int(family["children"])
            for number in range(first, first + count):
                agents.children[number] = Child(self, number, source.children[number])
            first, count = int(family["first_tie"]), int(family["ties"])
            for number in range(first, first + count):
                agents.ties[number] = tie = _plain(Tie, source.ties[number])
                if agents.members[tie.member] is None:
                    agents.members[tie.member] = NetworkMember(self, tie.member, source.members[tie.member])
        self._born = max(self._born, arrived)

    def _make_room(self) -> None:
        """Double the event record when a month might overflow it."""
        needed = self.organisation.events + 2 * len(self._source.children) + 64 * self.organisation.open_families + 4096
        while needed > len(self._events):
            self._events = np.concatenate([self._events, np.zeros_like(self._events)])
        self._world = self._world._replace(events=self._events)

    def _part_from_gone(self) -> None:
        """Families whose children are all grown up leave Mesa's agent sets, with their children."""
        for family in list(self.agents_by_type[Family]) if Family in self.agents_by_type else []:
            if family.status == Status.GONE:
                for number in range(family.first_child, family.first_child + family.children):
                    self._world.children[number].remove()
                family.remove()


def _plain(kind: type[Any], record: np.void) -> Any:
    """A team, tie or organisation made from its record."""
    thing: Recorded = kind()
    thing.read(record)
    return thing
