"""Words that people write for a key, and the key that is meant, with the conversion where one is needed.

The one place for it: scenarios, studies and ``--set`` look words up here once a key is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any, Final, NamedTuple

from sos_sim.core.units import MONTHS_PER_YEAR, WEEKS_PER_MONTH
from sos_sim.files.notation import number_in

WEEKS_PER_YEAR: Final = WEEKS_PER_MONTH * MONTHS_PER_YEAR


class Meant(NamedTuple):
    """The key that a word stands for, what to know about it, and what turns a number given for the word into its.

    ``key`` is a path of a scenario (``run.months``), or a key of a study by itself.
    """

    key: str
    about: str = ""
    convert: Callable[[float], float] | None = None


def _in_months(years: float) -> float:
    return years * MONTHS_PER_YEAR


def _a_month(yearly: float) -> float:
    return (yearly if yearly <= 1.0 else yearly / 100.0) / MONTHS_PER_YEAR


def _a_week(yearly: float) -> float:
    return yearly / WEEKS_PER_YEAR


def _from_least(decile: float) -> float:
    return 11.0 - decile


_YEARS: Final = "Lengths of time are in months, twelve to a year."
_POSTS: Final = (
    "Posts are given per 10,000 children: their number / children * 10,000, so that 106 for 60,000 children are 17.7. "
    "Only those that hold cases count."
)
_CASELOAD: Final = "Caseloads are not set: they follow from what comes in and from posts. Fewer posts make them higher."
_TURNOVER: Final = "It is the chance to leave in a month: a year's turnover as a share, divided by 12."
_CARE: Final = (
    "How many children are looked after is not set: it comes out. The official figure of a place, for sos-sim fit and "
    "calibrate, is a target with the id cla_stock_rate."
)
_MEETING: Final = "It is the share of families who are offered one; meetings_at_conference offers it earlier."
_EXTRA: Final = "It is a share of the posts that there are: 0.1 is one more for every ten."
_WEEKLY: Final = "It is a price for a child and week: a year's is divided by 52.18."
_TEAMS: Final = "Teams are made of posts: team_size says of how many; their number follows."
_DRAWS: Final = "draws are parameter values; replicates are runs that differ in luck only."

EVERYDAY: Final[Mapping[str, tuple[Meant, ...]]] = {
    # How long, how often
    "years": (Meant("run.months", _YEARS, _in_months), Meant("follow_up_months", _YEARS, _in_months)),
    "duration": (Meant("run.months", _YEARS), Meant("follow_up_months", _YEARS)),
    "length": (Meant("run.months", _YEARS), Meant("follow_up_months", _YEARS)),
    "follow_up": (Meant("follow_up_months", _YEARS),),
    "follow_up_years": (Meant("follow_up_months", _YEARS, _in_months),),
    "baseline": (Meant("baseline_months", _YEARS),),
    "warmup": (Meant("run.warmup_months"),),
    "warmup_years": (Meant("run.warmup_months", _YEARS, _in_months),),
    "burn_in": (Meant("run.warmup_months"),),
    "runs": (Meant("run.replicates", _DRAWS), Meant("trials"), Meant("seeds"), Meant("prior_draws"), Meant("waves")),
    "repetitions": (Meant("run.replicates", _DRAWS), Meant("trials"), Meant("seeds"), Meant("replicates")),
    "iterations": (Meant("run.replicates", _DRAWS), Meant("trials"), Meant("size"), Meant("waves")),
    "simulations": (Meant("run.replicates", _DRAWS), Meant("trials"), Meant("size"), Meant("waves")),
    "samples": (Meant("run.draws", _DRAWS), Meant("size"), Meant("prior_draws"), Meant("waves"), Meant("trials")),
    "sample_size": (Meant("clusters"), Meant("size"), Meant("prior_draws"), Meant("waves"), Meant("run.draws", _DRAWS)),
    "random_seed": (Meant("run.seed"), Meant("seed")),
    "end": (Meant("programme.end_month", "It is the first month in which the programme no longer acts."),),
    # What the place is
    "population": (Meant("authority.children", "It is children aged 0-17 alone, not all who live there."),),
    "child_population": (Meant("authority.children"), Meant("children")),
    "number_of_children": (Meant("authority.children"), Meant("children")),
    "social_workers": (Meant("authority.post_rate", _POSTS),),
    "workers": (Meant("authority.post_rate", _POSTS),),
    "staff": (Meant("authority.post_rate", _POSTS),),
    "workforce": (Meant("authority.post_rate", _POSTS),),
    "posts": (Meant("authority.post_rate", _POSTS),),
    "caseload": (Meant("authority.post_rate", _CASELOAD),),
    "caseloads": (Meant("authority.post_rate", _CASELOAD),),
    "cases_per_worker": (Meant("authority.post_rate", _CASELOAD),),
    "team": (Meant("authority.team_size", _TEAMS),),
    "turnover_per_year": (Meant("authority.turnover", _TURNOVER, _a_month),),
    "yearly_turnover": (Meant("authority.turnover", _TURNOVER, _a_month),),
    "annual_turnover": (Meant("authority.turnover", _TURNOVER, _a_month),),
    "turnover_rate": (Meant("authority.turnover", _TURNOVER, _a_month),),
    "vacancies": (Meant("authority.permanent_fill", "Vacancies follow from turnover and from how soon posts fill."),),
    "vacancy_rate": (
        Meant("authority.permanent_fill", "Vacancies follow from turnover and from how soon posts fill."),
    ),
    "agency": (Meant("authority.agency_fill", "It is the chance in a month that agency staff cover a vacancy."),),
    "agency_staff": (Meant("authority.agency_fill", "It is the chance in a month that agency staff cover a vacancy."),),
    "poverty": (Meant("authority.deprivation", "It is a decile, 10 being most deprived."),),
    "deprivation_decile": (Meant("authority.deprivation", "It is a decile, 10 being most deprived."),),
    "imd_decile": (
        Meant("authority.deprivation", "Here 10 is most deprived; in the official deciles 1 is.", _from_least),
    ),
    "referrals": (Meant("authority.first_referral_rate", "It counts first referrals per 10,000; others follow."),),
    "referral_rate": (Meant("authority.first_referral_rate", "It counts first referrals per 10,000; others follow."),),
    "looked_after": (Meant("targets", _CARE),),
    "children_in_care": (Meant("targets", _CARE),),
    "looked_after_children": (Meant("targets", _CARE),),
    "foster_cost": (Meant("authority.foster_week", _WEEKLY, _a_week),),
    "fostering_cost": (Meant("authority.foster_week", _WEEKLY, _a_week),),
    "residential_cost": (Meant("authority.residential_week", _WEEKLY, _a_week),),
    "children_home_cost": (Meant("authority.residential_week", _WEEKLY, _a_week),),
    "social_worker_cost": (Meant("authority.extra_post_month", "It is a price by the month, a year's divided by 12."),),
    "court_cost": (Meant("authority.proceedings", "It is a price for each application to the court."),),
    # What is done
    "extra_social_workers": (Meant("programme.extra_posts", _EXTRA),),
    "more_posts": (Meant("programme.extra_posts", _EXTRA),),
    "new_posts": (Meant("programme.extra_posts", _EXTRA),),
    "family_group_conference": (Meant("programme.meetings_at_pre_proceedings", _MEETING),),
    "family_group_conferences": (Meant("programme.meetings_at_pre_proceedings", _MEETING),),
    "family_meetings": (Meant("programme.meetings_at_pre_proceedings", _MEETING),),
    "intervention": (Meant("programme"),),
    "policy": (Meant("programme"),),
    "interventions": (Meant("programmes"),),
    # Parts of a file
    "title": (Meant("name"),),
    "based_on": (Meant("extends", "It is the path of another scenario file, of which this one says what differs."),),
    "parent": (Meant("extends", "It is the path of another scenario file, of which this one says what differs."),),
    "notes": (Meant("description"),),
    "facts": (Meant("authority"), Meant("vary")),
    "council": (Meant("authority"),),
    "local_authority": (Meant("authority"), Meant("scenario")),
    "beliefs": (Meant("theory"), Meant("vary")),
    "assumptions": (Meant("theory"), Meant("vary")),
    "settings": (Meant("run"),),
    "official_figures": (Meant("targets"),),
    # Studies
    "sites": (Meant("clusters"),),
    "outcome": (Meant("outcomes"), Meant("primary"), Meant("outputs")),
    "primary_outcome": (Meant("primary"), Meant("outputs")),
    "measures": (Meant("outputs"), Meant("outcomes")),
    "results": (Meant("outputs"), Meant("outcomes")),
    "randomisation": (Meant("design"),),
    "dropout": (Meant("loss", "It is a share of clusters: 0.1 or 10%."),),
    "attrition": (Meant("loss", "It is a share of clusters: 0.1 or 10%."),),
    "parameters": (Meant("vary"),),
    "factors": (Meant("vary"),),
    "inputs": (Meant("vary"),),
}
"""Each word, in lower case and with underscores, and what it may mean: the first that a file has is told."""


def meant_by(word: str, keys: Iterable[str]) -> Meant | None:
    """What a word stands for among the keys or paths that may be written where it was found, None when nothing does."""
    allowed = set(keys)
    plain = "_".join(word.lower().replace("-", " ").replace("_", " ").split())
    return next((meant for meant in EVERYDAY.get(plain, ()) if meant.key in allowed), None)


def instead_of(word: str, value: Any, keys: Iterable[str], place: Callable[[str], str] = lambda key: "") -> str:
    """What to write in place of a word: the key, where it stands, what to know, and the value converted; or ''.

    ``keys`` are those that may be written; ``place`` gives a phrase for where one stands, such as "under 'run'".
    """
    meant = meant_by(word, keys)
    if meant is None:
        return ""
    where = f" {place(meant.key)}".rstrip()
    about = f" {meant.about}" if meant.about else ""
    return f" Write {meant.key.rpartition('.')[2]}{where}.{about}{_converted(word, value, meant)}"


def _converted(word: str, value: Any, meant: Meant) -> str:
    number = number_in(value) if isinstance(value, str) else value
    if meant.convert is None or not isinstance(number, Real) or isinstance(number, bool):
        return ""
    return f" {word}: {value} is {meant.key.rpartition('.')[2]}: {meant.convert(float(number)):.4g}."
