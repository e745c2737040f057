"""Study files of a synthesis: which studies, how many draws and replicates; checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sos_sim.core.errors import ScenarioError
from sos_sim.files.declarations import Key, Name, Number, Text
from sos_sim.files.reading import Keys
from sos_sim.files.scenario import Scenario, scenarios_of
from sos_sim.files.shipped import find_file
from sos_sim.files.yaml_lines import Entry, quoted
from sos_sim.runs.rows import inputs
from sos_sim.synthesis.holding import months_needed
from sos_sim.synthesis.studies import HeldStudy, published_studies, read_held_studies, studies_digest
from sos_sim.theory.parameters import declared

_CHILDREN: Final = declared()["children"]
KEYS: Final[Mapping[str, Key]] = {
    "name": Name("what the synthesis is called", needed=True),
    "description": Text("what it asks, for a reader who does not know the model"),
    "scenario": Text("the scenario file of usual practice, from this file's folder", needed=True),
    "children": Number(None, "children", "simulated, whatever the scenario's", int(_CHILDREN.low), int(_CHILDREN.high)),
    "studies": Text("file of published studies; by default those that come with the package"),
    "prior_draws": Number(400, "draws", "of usual practice and strengths", 8, 100_000),
    "replicates": Number(2, "seeds", "of each draw, which tell luck from effect", 2, 1000),
    "seed": Number(1, "seed", "from which the draws come", 0, 2**63 - 1),
}


@dataclass(frozen=True)
class EvidenceSynthesis:
    """A checked synthesis. ``scenario`` is usual practice, as long as the longest study needs."""

    name: str
    description: str
    scenario: Scenario
    studies: tuple[HeldStudy, ...]
    prior_draws: int
    replicates: int
    seed: int

    def content(self) -> dict[str, Any]:
        """What determines its tables, as plain nested data; studies by their digest."""
        return {
            "scenario": inputs(self.scenario),
            "studies": studies_digest(self.studies),
            "prior_draws": self.prior_draws,
            "replicates": self.replicates,
            "seed": self.seed,
        }


def load_synthesis(file: Path | str, size: int | None = None) -> EvidenceSynthesis:
    """Read and check a study file, or one that comes with the package, by its name; ``size`` replaces its draws.

    Raises ScenarioError with every problem found, each with file, line, value and what is allowed.
    """
    keys = Keys.of(find_file(file, "experiments"), "a synthesis", KEYS)
    studies = _studies(keys)
    scenario = _scenario(keys, studies)
    keys.report()
    assert scenario is not None
    return EvidenceSynthesis(
        keys["name"],
        keys["description"],
        scenario,
        studies,
        size or keys["prior_draws"],
        keys["replicates"],
        keys["seed"],
    )


def _studies(keys: Keys) -> tuple[HeldStudy, ...]:
    """The studies of the file that is named; none, noted, where it cannot be used."""
    named: str = keys["studies"]
    try:
        found = read_held_studies(keys.file.parent / named if named else published_studies())
    except ScenarioError as problem:
        keys.refuse(f"studies {quoted(named)} cannot be used: {problem}", "studies")
        return ()
    if not any(study.role == "condition" for study in found):
        keys.refuse(f"studies {quoted(named)} has none of the role condition, so nothing would be weighed.", "studies")
    return found


def _scenario(keys: Keys, studies: tuple[HeldStudy, ...]) -> Scenario | None:
    """Usual practice of the size and length that are needed; None, noted, where there is none that can be used."""
    if not keys["scenario"]:
        return None
    found = scenarios_of(keys, [Entry(keys["scenario"], keys.given["scenario"].line)])
    if not found:
        return None
    if found[0].programmes:
        keys.refuse(f"{found[0].name} has a programme; a synthesis brings those of the studies.", "scenario")
        return None
    size = {"children": keys["children"]} if keys["children"] else {}
    return found[0].with_values(months=months_needed(studies) if studies else 1, **size)
