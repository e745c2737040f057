"""What is drawn before a run begins."""

from __future__ import annotations

import numpy as np

from sos_sim.agents.population import YEARS_KNOWN
from support.worlds import world

MONTHS = 12


def test_families_that_are_added_are_first_referred_in_their_month() -> None:
    usual, more = (world(months=MONTHS, extra_arrivals=extra).initial.families for extra in ({}, {5: 3, -1: 2}))
    first = -12 * YEARS_KNOWN
    months = np.arange(first, MONTHS)
    counts = [np.bincount(families["arrival"] - first, minlength=len(months)) for families in (usual, more)]
    added = counts[1] - counts[0]
    assert dict(zip(months[added != 0].tolist(), added[added != 0].tolist(), strict=True)) == {-1: 2, 5: 3}
