"""Parameters as uncertain as calibration leaves them: draws laid over the arms of a study."""

from __future__ import annotations

from collections.abc import Mapping

from sos_sim.core.parameters import Value
from sos_sim.runs.scenario import Scenario


def over_posterior(scenario: Scenario) -> list[Mapping[str, Value]]:
    """As many draws from England's posterior as ``run.draws`` says; none where it is 0.

    Raises EvidenceError when no posterior is shipped.
    """
    if not scenario.run.draws:
        return []
    from sos_sim.evidence.posterior import england_posterior

    return list(england_posterior().sample(scenario.run.draws, scenario.run.seed))
