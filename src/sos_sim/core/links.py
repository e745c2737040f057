"""The links of the programme theory, by number and name; see docs/model.md.

They stand in the lowest room because parameters of agents declare theirs too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

Link = Literal["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8"]
WHOLE_CHAIN: Final = ""
"""In the place of a link: about no single one."""
LinkOrNone = Link | Literal[""]

LINKS: Final[Mapping[str, str]] = dict(
    zip(
        get_args(Link),
        (
            "organisation",
            "depth to practice",
            "practice to trust",
            "shared understanding and voice",
            "shared responsibility",
            "network",
            "safety plan",
            "safety at home",
            "agency confidence",
        ),
        strict=True,
    )
)
"""Names of the links, from the organisation to the agency's decisions."""
