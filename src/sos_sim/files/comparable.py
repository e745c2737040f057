"""Whether scenarios may be compared: what arms that share their luck must agree on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sos_sim.core.errors import InputError
from sos_sim.files.scenario import Scenario

_MUST_AGREE: tuple[tuple[str, Callable[[Scenario], Any]], ...] = (
    ("run.months", lambda scenario: scenario.run.months),
    ("run.warmup_months", lambda scenario: scenario.run.warmup_months),
    ("run.seed", lambda scenario: scenario.run.seed),
    ("run.draws", lambda scenario: scenario.run.draws),
    ("authority.children", lambda scenario: scenario.values["children"]),
)


def check_comparable(scenarios: Sequence[Scenario], replicates: int | None = None) -> int:
    """The number of replicates of all arms; raises InputError, with both values, when arms do not agree."""
    if len(scenarios) < 2:
        raise InputError(f"a comparison needs at least two scenarios; {len(scenarios)} given.")
    first = scenarios[0]
    agreed = (
        _MUST_AGREE
        if replicates is not None
        else (*_MUST_AGREE, ("run.replicates", lambda scenario: scenario.run.replicates))
    )
    for other in scenarios[1:]:
        for path, value in agreed:
            if value(other) != value(first):
                raise InputError(
                    f"{first.name} and {other.name} cannot be compared: {path} is {value(first)} in the first "
                    f"and {value(other)} in the second. Set it for all arms with --set {path}=VALUE."
                )
    return first.run.replicates if replicates is None else replicates
