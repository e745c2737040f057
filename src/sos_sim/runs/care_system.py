"""The model for users of Mesa: made from a scenario, collected month by month, in batches and on pages."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import mesa
import numpy as np

from sos_sim.core.errors import InputError
from sos_sim.core.notebook import fact_table
from sos_sim.core.parameters import Value
from sos_sim.files.scenario import Scenario, scenario_of
from sos_sim.model import monthly
from sos_sim.model.readable import ReadableRun

_LARGEST_DRAWN_SEED = 2**31 - 1


class CareSystem(ReadableRun):
    """A local authority as a Mesa model; one ``step()`` is one calendar month, the warm-up comes first.

    ``scenario`` is a Scenario, the path of its file, or the name of one that comes with the package; ``values``
    change its parameters, levers and run keys by name, as ``CareSystem("base", children=5000, months=24)``.
    ``seed``, or a whole number as ``rng``, replaces the scenario's own and gives the history of
    ``simulate(scenario, seed)``. Any other ``rng`` that Mesa takes draws a seed; with neither, as in every Mesa
    model, each system is another replicate, and ``inputs.run.seed`` tells which. ``datacollector`` collects the
    columns of ``model.monthly`` after every month; a subclass may put another in its place.

    Raises ScenarioError for a scenario or value that is not allowed, InputError for both ``seed`` and ``rng``.
    """

    def __init__(
        self,
        scenario: Scenario | Path | str = "base",
        seed: int | None = None,
        rng: object = None,
        replicate: int = 0,
        traced: bool = False,
        **values: Value,
    ) -> None:
        if seed is not None and rng is not None:
            raise InputError("give either seed or rng, not both.")
        chosen = _whole_number(rng if seed is None else seed)
        self.inputs = scenario_of(scenario).with_values(**values, seed=chosen)
        super().__init__(self.inputs.setting(replicate), traced=traced, rng=chosen)
        columns = {name: partial(_last_month, place=place) for place, name in enumerate(monthly.COLUMNS)}
        self.datacollector = mesa.DataCollector(model_reporters=columns)

    @property
    def scenario(self) -> None:
        """Always None: Mesa's pages would fill it with a class of Mesa's own; the scenario is ``inputs``."""

    @scenario.setter
    def scenario(self, ignored: object) -> None:
        """Mesa sets this."""

    def step(self) -> None:
        """One month and what is collected of it, or nothing after the last. Raises ModelError as the engine does."""
        if self.running:
            super().step()
            self.datacollector.collect(self)

    def __repr__(self) -> str:
        facts = ", ".join(f"{name} {fact}" for name, fact in self._facts().items())
        return f"CareSystem({self.inputs.name!r}: {facts})"

    def _repr_html_(self) -> str:
        return fact_table(f"CareSystem: {self.inputs.name}", self._facts())

    def _facts(self) -> dict[str, object]:
        return {
            "seed": self.inputs.run.seed,
            "month": f"{self.month} of {self.setting.months}",
            "families open": f"{self.organisation.open_families:,}",
            "children looked after": f"{self.organisation.looked_after:,}",
        }


def _whole_number(rng: object) -> int:
    """A whole number as it is; else one drawn by Mesa's generator, which takes its seed as Mesa's models do."""
    if isinstance(rng, int | np.integer):
        return int(rng)
    return int(mesa.Model(rng=rng).rng.integers(_LARGEST_DRAWN_SEED))


def _last_month(model: ReadableRun, place: int) -> float:
    return float(model.monthly[model.month - 1, place])
