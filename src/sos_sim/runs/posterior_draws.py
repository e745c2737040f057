"""Parameters as uncertain as calibration leaves them: draws laid over the arms of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sos_sim.core.errors import InputError
from sos_sim.core.parameters import Value
from sos_sim.evidence.posterior import england_posterior, posterior_file, read_posterior
from sos_sim.files.scenario import Scenario

ENGLAND = "england"


def over_posterior(scenario: Scenario, posterior: Path | None = None) -> list[Mapping[str, Value]]:
    """As many draws as ``run.draws`` says; none where it is 0.

    They come from a posterior's file or name, else from the one that the scenario's files name, else from England's.
    Raises EvidenceError when the file is absent or no posterior.
    """
    if not scenario.run.draws:
        return []
    named = said_posterior(posterior, scenario)
    source = england_posterior() if named == ENGLAND else read_posterior(posterior_file(Path(named)))
    return list(source.sample(scenario.run.draws, scenario.run.seed))


def said_posterior(posterior: Path | None = None, scenario: Scenario | None = None) -> str:
    """What results say of where draws come from: the name of a posterior that is shipped, or its file as given."""
    return str(posterior) if posterior is not None else (scenario.posterior if scenario else "") or ENGLAND


def check_one_posterior(scenarios: Sequence[Scenario], posterior: Path | None = None) -> None:
    """Raise InputError when draws would be asked for and the scenarios' files name different posteriors."""
    first = scenarios[0]
    for other in scenarios[1:] if first.run.draws and posterior is None else ():
        if other.posterior != first.posterior:
            named = [said_posterior(None, scenario) for scenario in (first, other)]
            raise InputError(
                f"{first.name} and {other.name} cannot be compared over draws: they would come from the posterior "
                f"{named[0]} in the first and {named[1]} in the second. Let both extend one file, or say --posterior."
            )


def posterior_note(posterior: str, scenario: Scenario | None = None) -> dict[str, Any]:
    """What a manifest says of where draws come from, as ``said_posterior`` has it; nothing for ''.

    ``own_posterior`` is there where it is the one that the scenario's files name.
    """
    if not posterior:
        return {}
    own = scenario is not None and posterior == scenario.posterior
    return {"posterior": posterior, **({"own_posterior": True} if own else {})}
