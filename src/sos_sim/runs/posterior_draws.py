"""Parameters as uncertain as calibration leaves them: draws laid over the arms of a study."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sos_sim.core.parameters import Value
from sos_sim.evidence.posterior import england_posterior, posterior_file, read_posterior
from sos_sim.files.scenario import Scenario


def over_posterior(scenario: Scenario, posterior: Path | None = None) -> list[Mapping[str, Value]]:
    """As many draws as ``run.draws`` says, from a posterior's file or name, or England's; none where it is 0.

    Raises EvidenceError when the file is absent or no posterior.
    """
    if not scenario.run.draws:
        return []
    source = england_posterior() if posterior is None else read_posterior(posterior_file(posterior))
    return list(source.sample(scenario.run.draws, scenario.run.seed))


def said_posterior(posterior: Path | None = None) -> str:
    """What results say of where draws come from: the name of a posterior that is shipped, or its file as given."""
    return "england" if posterior is None else str(posterior)


def posterior_note(posterior: str) -> dict[str, str]:
    """What a manifest says of where draws come from, as ``said_posterior`` has it; nothing for ''."""
    return {"posterior": posterior} if posterior else {}
