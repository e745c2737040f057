"""Which authorities a folder of published tables knows, under which names and codes, old and new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sos_sim.core.errors import EvidenceError, did_you_mean
from sos_sim.evidence.area_names import TOGETHER, names_meant, plain_name
from sos_sim.evidence.published import AUTHORITY, REGION, Published
from sos_sim.evidence.published_further import COUNTED

SUCCEEDED: Mapping[str, str] = {"940": "928", "941": "928", "942": "909", "943": "909"}
"""Authorities made by dividing another, which covered the whole of each, by the department's codes.

Northamptonshire (928) was divided in April 2021, Cumbria (909) in April 2023. Where one was joined
together from several (839, Bournemouth, Christchurch and Poole) or lost a part (838, Dorset, before 835)
no predecessor covers the same children, so none stands in.
"""
_MANY_NAMED: Final = 6


@dataclass(frozen=True)
class Area:
    """An authority: the department's code, the latest code of the Office for National Statistics, names, years.

    ``names`` are all that its files use, the latest first; figures run from ``first_year`` to ``last_year``.
    ``members`` are the codes of the authorities that a region, a group or an authority to come is made of.
    """

    code: str
    new_code: str
    names: tuple[str, ...]
    first_year: int
    last_year: int
    members: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The latest name."""
        return self.names[0]


def areas(published: Published) -> list[Area]:
    """All authorities with a figure of their own, by name; those that only report together are left out."""
    cells = published.cells
    authorities = (cells["level"] == AUTHORITY) & ~cells["code"].str.contains("/") & cells["figure"].isin(COUNTED)
    own = cells[cells["value"].notna() & authorities].sort_values("year", ascending=False)
    by_code = own.groupby("code")
    names = own.drop_duplicates(["code", "name"]).groupby("code")["name"].agg(tuple)
    found = pd.DataFrame(
        {
            "new_code": by_code["new_code"].first(),
            "names": names,
            "first_year": by_code["year"].min(),
            "last_year": by_code["year"].max(),
        }
    )
    return sorted((Area(*row) for row in found.itertuples()), key=lambda area: (area.name, area.code))


def regions(published: Published) -> list[Area]:
    """All regions with a figure, by name; their members are the authorities in them in the last year."""
    cells = published.cells
    rows = cells[(cells["level"] == REGION) & cells["value"].notna() & (cells["code"] != "")]
    found = []
    for code, own in rows.groupby("code"):
        name = str(own["name"].iloc[0])
        inside = cells[(cells["level"] == AUTHORITY) & (cells["region"] == name) & cells["value"].notna()]
        last = inside[inside["year"] == inside["year"].max()]
        members = tuple(sorted(code for code in last["code"].unique() if TOGETHER not in code))
        found.append(Area(str(code), str(code), (name,), int(own["year"].min()), int(own["year"].max()), members))
    return sorted(found, key=lambda area: area.name)


def group_of(published: Published, name: str, asked: Sequence[str]) -> Area:
    """Several authorities as one place called ``name``; each by name or code, none twice.

    Raises EvidenceError as ``find_area``, and for one that is given twice.
    """
    found = [find_area(published, one) for one in asked]
    codes = [code for area in found for code in (area.members or (area.code,))]
    for code in codes:
        if codes.count(code) > 1:
            raise EvidenceError(f"{name}: {_name(published, code)} ({code}) is given twice.")
    first, last = max(area.first_year for area in found), min(area.last_year for area in found)
    return Area("+".join(sorted(codes)), "", (name,), first, last, tuple(sorted(codes)))


def find_area(published: Published, asked: str) -> Area:
    """The authority of this name or code, old or new, or else the region.

    Of two that share a name (Dorset before and after 2019) it is the one with the latest figures. Raises
    EvidenceError with suggestions when none or several fit.
    """
    known = areas(published)
    fitting = [area for area in known if asked.strip().upper() in (area.code, area.new_code)]
    wanted = names_meant(asked)
    fitting = fitting or [area for area in known if wanted & {plain_name(name) for name in area.names}]
    fitting = fitting or [
        area for area in regions(published) if asked.strip().upper() == area.code or plain_name(area.name) in wanted
    ]
    latest = [area for area in fitting if area.last_year == max(other.last_year for other in fitting)]
    if len(latest) == 1:
        return latest[0]
    if latest:
        raise EvidenceError(f"{asked!r} is the name of {_named(latest)}; give the code.")
    raise EvidenceError(f"no authority in {published.folder} is called {asked!r}.{_suggestion(asked, known)}")


def places_of(published: Published, area: Area) -> list[tuple[frozenset[str], str]]:
    """Codes whose figures can stand for an authority's, best first, each with a sentence ('' for its own).

    Its own; those it reports together with; those of the authority it was divided from. Of a group its members', of a
    region its own and else its members'.
    """
    if area.members:
        members = (frozenset(area.members), "")
        return [members] if area.code not in set(published.cells["code"]) else [(frozenset([area.code]), ""), members]
    codes = published.cells["code"].unique()
    joined = sorted(code for code in codes if TOGETHER in code and area.code in code.split(TOGETHER))
    together = [(code, f"of {' and '.join(_name(published, code).split(TOGETHER))} together") for code in joined]
    before = [SUCCEEDED[area.code]] if SUCCEEDED.get(area.code) in codes else []
    inherited = [(code, f"of {_name(published, code)}, of which it was a part") for code in before]
    return [(frozenset(code.split(TOGETHER)), whose) for code, whose in [(area.code, ""), *together, *inherited]]


def _name(published: Published, code: str) -> str:
    return str(published.cells.loc[published.cells["code"] == code, "name"].iloc[0])


def _suggestion(asked: str, known: list[Area]) -> str:
    wanted = plain_name(asked)
    containing = [area for area in known if wanted and wanted in plain_name(area.name)]
    if containing:
        return f" Did you mean {_named(containing)}?"
    close = did_you_mean(wanted, [plain_name(area.name) for area in known])
    meant = [area for area in known if f"'{plain_name(area.name)}'" in close]
    return f" Did you mean {_named(meant)}?" if meant else " See all of them with --list."


def _named(found: list[Area]) -> str:
    """Names with codes; a few of many."""
    named = " or ".join(f"{area.name!r} ({area.code}, figures to {area.last_year})" for area in found[:_MANY_NAMED])
    return named if len(found) <= _MANY_NAMED else f"{named} or one of {len(found) - _MANY_NAMED} more"
