"""One place: what it was told, what its folder held, and how near its calibrated model comes to its own figures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sos_sim.authorities.neighbours import Neighbours
from sos_sim.authorities.sheets import FOLDER_SEEN, PLACE_CHECK, PLACE_FACTS
from sos_sim.evidence.authority import LocalAuthority
from sos_sim.evidence.published import Published
from sos_sim.files.targets import england_targets
from sos_sim.kit.place import HEADLINES
from sos_sim.theory.parameters import declared


@dataclass(frozen=True)
class LocalPlace:
    """What the page of a place is made of; ``check`` (``PLACE_CHECK``) only where it was calibrated.

    ``posterior`` and ``scenario`` name the files that were written.
    """

    authority: LocalAuthority
    published: Published
    neighbours: Neighbours
    check: pd.DataFrame | None = None
    scenario: str = ""
    posterior: str = ""

    @property
    def name(self) -> str:
        """Its name."""
        return self.authority.area.name


def check_table(fit: pd.DataFrame) -> pd.DataFrame:
    """The place's own figures beside simulated ones (``PLACE_CHECK``), headlines first.

    ``fit`` is the table of a calibration: target, measure, official, simulated, low_with_luck, high_with_luck,
    distance, tolerance, unit, year, source and local.
    """
    own = fit[fit["local"]].assign(low=fit["low_with_luck"], high=fit["high_with_luck"])
    england = {
        (target.id, measure): value
        for target in england_targets()
        for measure, value in zip(target.measures, target.values, strict=True)
    }
    told = own.assign(
        headline=own["measure"].isin(HEADLINES),
        off=own["simulated"] / own["official"].where(own["official"] != 0.0) - 1.0,
        england=[england[key] for key in zip(own["target"], own["measure"], strict=True)],
    )
    ordered = told.sort_values("headline", ascending=False, kind="stable")
    return PLACE_CHECK.check(ordered[PLACE_CHECK.names].reset_index(drop=True))


def facts_table(authority: LocalAuthority) -> pd.DataFrame:
    """What the model is told of a place beside England's (``PLACE_FACTS``)."""
    known = declared()
    rows = [
        {
            "fact": fact.name,
            "here": float(fact.value),
            "england": float(known[fact.name].default),
            "unit": known[fact.name].unit,
            "source": fact.source,
        }
        for fact in authority.facts
    ]
    return PLACE_FACTS.check(pd.DataFrame(rows, columns=PLACE_FACTS.names))


def seen_table(published: Published) -> pd.DataFrame:
    """What became of every file of the folder (``FOLDER_SEEN``)."""
    return FOLDER_SEEN.check(pd.DataFrame(list(published.seen), columns=FOLDER_SEEN.names))
