"""Names and codes of local authorities as people and files write them."""

from __future__ import annotations

import re
from typing import Final

ENGLAND: Final = "E92000001"
"""The statisticians' code of England."""
TOGETHER: Final = " / "
"""Joins the codes of authorities that report together."""
_TITLES: Final = re.compile(
    r"\b(the|city of|county of|royal borough of|london borough of|metropolitan borough|borough of|borough|city council"
    r"|county council|council)\b"
)
"""What people write around the name of an authority."""


def plain_name(name: str) -> str:
    """A name without case, punctuation and what the department puts behind it: 'Bristol, City of' is 'bristol'."""
    words = re.sub(r", (city|county) of$", "", name.casefold().strip()).replace("&", " and ").replace("saint ", "st ")
    return " ".join(re.sub(r"[^a-z]+", " ", words).split())


def names_meant(asked: str) -> set[str]:
    """Plain names that somebody may mean: as asked, and without a council's title."""
    return {plain_name(asked), " ".join(_TITLES.sub(" ", plain_name(asked)).split())}
