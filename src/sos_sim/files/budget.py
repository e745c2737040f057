"""What a scenario may spend on its programmes in a year, and what gives way first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sos_sim.files.declarations import Block, Key, Number, OneOf, Several
from sos_sim.files.reading import Keys
from sos_sim.files.yaml_lines import Entry
from sos_sim.theory.budget import PAID_BY_POST, Budget

MOST_POUNDS: Final = 1_000_000_000
KEYS: Final[Mapping[str, Key]] = {
    "a_year": Number(
        None, "£", "what all programmes together may cost in a year", 0, MOST_POUNDS, whole=False, needed=True
    ),
    "gives_way": Several(
        "levers in the order in which they give way, the first first; those left out follow",
        OneOf("a lever that is paid for by post and month", PAID_BY_POST),
        as_list=True,
    ),
}
BUDGET_BLOCK: Final = Block("what programmes may cost in a year, and what gives way first", KEYS)


class BudgetPlan(NamedTuple):
    """Pounds a year from month 0 on, and levers in the order in which they give way."""

    a_year: float
    gives_way: tuple[str, ...]

    def after(self, warmup: int) -> Budget:
        """The same as the model takes it, for a run that begins with so many months of warm-up."""
        order = [*self.gives_way, *(lever for lever in PAID_BY_POST if lever not in self.gives_way)]
        return Budget(self.a_year, warmup, *(order.index(lever) for lever in PAID_BY_POST))

    def resolved(self) -> dict[str, Any]:
        """What determines results, as plain nested data."""
        return {"a_year": self.a_year, "gives_way": list(self.gives_way)}


def read_budget(keys: Keys, entry: Entry) -> BudgetPlan | None:
    """The budget of a file; what is wrong with it is noted."""
    found = BUDGET_BLOCK.read("budget", entry, keys.refuse)
    if found is None:
        return None
    inside = keys.inside(found, "budget", KEYS)
    if not inside.sound:
        return None
    return BudgetPlan(inside["a_year"], tuple(lever.value for lever in inside["gives_way"]))
