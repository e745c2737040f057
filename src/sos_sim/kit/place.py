"""Whether a simulated place is the real one: by which figures that is told, and from which distance pages say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

HEADLINES: Final = (
    "referral_rate",
    "cin_stock_rate",
    "cpp_start_rate",
    "cpp_stock_rate",
    "cla_start_rate",
    "cla_stock_rate",
)
"""Own figures of an authority, by measure, by which a simulated place is told from the real one."""
FAR: Final = 0.1
"""A tenth: further off, a page says at its beginning that the simulated place is another one."""


def headlines_off(fit: pd.DataFrame) -> pd.DataFrame:
    """Own headline figures from which the simulated ones are further than ``FAR`` away, with ``off``, relatively.

    ``fit`` has the columns measure, official, simulated and local.
    """
    own = fit[fit["local"] & fit["measure"].isin(HEADLINES)]
    told = own.assign(off=own["simulated"] / own["official"] - 1.0)
    return told[told["off"].abs() > FAR]
