"""The brief of a comparison: two pages for someone who decides, all draws together, the null ones counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from sos_sim.comparison.compare import counts_per_authority
from sos_sim.comparison.null_draws import ALL_DRAWS, THEORY_ACTS
from sos_sim.comparison.outlook import NOTHING, RISKIER, SAFER, care_by_month, futures, money_by_year
from sos_sim.comparison.report import figures_brief as charts
from sos_sim.comparison.report.readings import BRIEF, Row
from sos_sim.evidence.posterior import null_weight_of
from sos_sim.kit.brief import Brief, Chart, Part, Rows
from sos_sim.kit.page import Block, Said
from sos_sim.kit.sentences import missing

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material

BESIDE: Final = ("cla_start_rate", "harm_months_rate", "harm_unseen_rate")
WATCHED: Final = (
    "rereferral_12m_share",
    "cpp_start_rate",
    "cla_start_rate",
    "reunified_12m_share",
    "reentry_after_home_1y",
    "sw_turnover",
)
"""Outcomes that an authority sees in its own returns and that a programme would move, in the order of a child's way."""
ENTRIES: Final = "cla_start_rate"
HALF: Final = 0.5
"""The share of a programme that the brief compares with all of it."""
MOST_CONDITIONS: Final = 3


def briefs(material: Material, notes: Sequence[str] = ()) -> list[Brief]:
    """A brief for each arm, ``brief`` for the first, ``brief-2`` for the second and so on, with links to the others.

    ``notes`` are said on the first page, such as that the simulated place is not the real one.
    """
    titles = titles_of_briefs(material)
    return [
        Brief(
            titles[name],
            _about(material),
            " ".join((BRIEF.sentence("caution", arm=arm), *notes)),
            (_first(material, arm), _second(material, arm)),
            _terms(material, arm),
            name,
            {other: title for other, title in titles.items() if other != name},
        )
        for arm, name in zip(material.arms, titles, strict=True)
    ]


def titles_of_briefs(material: Material) -> dict[str, str]:
    """Titles of the briefs by name, in the order of the arms."""
    names = ["brief", *(f"brief-{number}" for number in range(2, len(material.arms) + 1))]
    return {name: BRIEF.sentence("title", arm=arm) for name, arm in zip(names, material.arms, strict=True)}


def opening(material: Material) -> list[Block]:
    """What the full report opens with: the same charts and statements as the first pages of the briefs."""
    return [
        replace(part, question=material.about(arm, part.question)).picture()
        if isinstance(part, Chart)
        else Said(material.about(arm, part.title), part.points)
        for arm in material.arms
        for part in _first(material, arm)
    ]


def _first(material: Material, arm: str) -> list[Chart | Said]:
    """The first page: children in care, three statements, the chance that nothing happens, harm beside entries."""
    effects, months, shares = _effects(material, arm), _care(material, arm), _futures(material, arm)
    return [
        _care_chart(material, arm, months),
        Said(BRIEF.sentence("statements_title"), _statements(material, effects, months, shares)),
        _futures_chart(material, arm, shares),
        _beside_chart(material, arm, effects),
    ]


def _second(material: Material, arm: str) -> list[Part]:
    """The second page: money, what would change the answer, what to watch."""
    watched = [row for name, row in _effects(material, arm).items() if name in WATCHED]
    ordered = sorted(watched, key=lambda row: WATCHED.index(row["measure"]))
    return [
        *_money_chart(material, arm),
        Said(BRIEF.sentence("change_title"), _what_would_change(material, arm)),
        Rows(
            BRIEF.sentence("watch_title"),
            BRIEF.paragraphs("watch_headings", arm=arm),
            [_watched(row) for row in ordered],
            BRIEF.sentence("watch_note"),
        ),
    ]


def _about(material: Material) -> str:
    scenarios = material.stored.scenarios
    return BRIEF.sentence(
        "about",
        comparator=material.comparator,
        children=int(scenarios[0].values["children"]),
        period=material.period,
        times=material.manifest["rows"]["done"] // len(scenarios),
    )


def _terms(material: Material, arm: str) -> dict[str, str]:
    """Words of the brief and what they mean."""
    row = _effects(material, arm)[ENTRIES]
    level = None if missing(row["low"]) else row["level"]
    found = (text.partition(": ") for text in BRIEF.paragraphs("terms", level=level))
    return {term: meaning for term, _, meaning in found}


def _effects(material: Material, arm: str, condition: str = ALL_DRAWS) -> dict[str, Row]:
    """Effects by measure, of all draws together unless another condition is asked for."""
    rows = material.table("effects", arm=arm, condition=condition).to_dict("records")
    return {str(row["measure"]): row for row in rows}


def _care(material: Material, arm: str) -> pd.DataFrame:
    monthly, runs = material.table("monthly"), material.table("runs")
    return care_by_month(monthly, [material.comparator, arm], runs)


def _futures(material: Material, arm: str) -> pd.DataFrame:
    outcomes, runs = material.table("outcomes"), material.table("runs")
    return futures(outcomes, [material.comparator, arm], runs, material.stored.null)


def _statements(
    material: Material, effects: dict[str, Row], months: pd.DataFrame, shares: pd.DataFrame
) -> list[tuple[str, str]]:
    """Children in care, harm at home, money, and the chance that nothing happens."""
    share = shares.set_index("outcome")["share"]
    last, period = months.iloc[-1].to_dict(), material.period
    stored = material.stored
    said = (
        ("in_care", "in_care_lead", {"stock": last, "entries": effects[ENTRIES], "period": period}),
        (
            "harm",
            "harm_lead",
            {
                "harm": effects["harm_months_rate"],
                "unseen": effects["harm_unseen_rate"],
                "safer": share[SAFER],
                "riskier": share[RISKIER],
                "period": period,
            },
        ),
        ("money", "money_lead", {"total": effects["cost_total"], "programme": effects["cost_programme"]}),
        (
            "nothing",
            "nothing_lead",
            {
                "null": len(stored.null),
                "draws": len(stored.draws),
                "weight": null_weight_of(str(material.manifest.get("posterior", ""))),
                "nothing": share[NOTHING],
            },
        ),
    )
    return [(BRIEF.sentence(lead), BRIEF.sentence(text, **values)) for text, lead, values in said]


def _care_chart(material: Material, arm: str, months: pd.DataFrame) -> Chart:
    first, last = (months.iloc[place].to_dict() for place in (0, -1))
    words = {
        "without": BRIEF.sentence("end_without", value=last["comparator_mean"]),
        "with": BRIEF.sentence("end_with", value=last["arm_mean"]),
        "label": BRIEF.sentence("axis_care"),
        "years": BRIEF.sentence("axis_years"),
        "from": BRIEF.sentence("axis_from"),
        "start": BRIEF.sentence("starts"),
    }
    return Chart(
        f"children-in-care-{_number(material, arm)}",
        BRIEF.sentence("care_asked"),
        BRIEF.sentence("care_alt", first=first, last=last),
        partial(charts.children_in_care, table=months, words=words, start_month=material.start_month),
        2.55,
    )


def _futures_chart(material: Material, arm: str, shares: pd.DataFrame) -> Chart:
    labels = {name: BRIEF.sentence("future", outcome=name) for name in shares["outcome"]}
    return Chart(
        f"futures-{_number(material, arm)}",
        BRIEF.sentence("futures_asked"),
        BRIEF.sentence("futures_alt", rows=shares.to_dict("records")),
        partial(charts.how_futures_fall_out, futures=shares, labels=labels, across=BRIEF.sentence("axis_futures")),
        1.3,
        legend=2,
    )


def _beside_chart(material: Material, arm: str, effects: dict[str, Row]) -> Chart:
    import pandas as pd

    rows = [effects[name] for name in BESIDE]
    labels = {name: BRIEF.sentence("beside_name", measure=name) for name in BESIDE}
    return Chart(
        f"harm-beside-entries-{_number(material, arm)}",
        BRIEF.sentence("beside_asked"),
        BRIEF.sentence("beside_alt", rows=rows),
        partial(
            charts.entries_beside_harm, rows=pd.DataFrame(rows), labels=labels, across=BRIEF.sentence("axis_beside")
        ),
        1.35,
    )


def _money_chart(material: Material, arm: str) -> list[Chart]:
    """Money by year; nothing for runs shorter than a year, or whose report was never run."""
    yearly = material.table("economics_yearly", arm=arm)
    if yearly.empty:
        return []
    money = money_by_year(yearly)
    names = ("bar_programme", "bar_services", "mark_total", "axis_money")
    words = dict(zip(("programme", "services", "total", "label"), map(BRIEF.sentence, names), strict=True))
    years = [BRIEF.sentence("year_of", year=int(year)) for year in money["year"]]
    return [
        Chart(
            f"money-{_number(material, arm)}",
            BRIEF.sentence("money_asked"),
            BRIEF.sentence("money_alt", rows=money.to_dict("records")),
            partial(charts.draw_money, money=money, words=words, years=years),
            2.3,
            legend=3,
        )
    ]


def _what_would_change(material: Material, arm: str) -> list[tuple[str, str]]:
    """Whether it works, how much is delivered, conditions, published studies: as far as they were run."""
    children = counts_per_authority(material.stored.scenarios[0])[ENTRIES]
    parts: Sequence[Callable[[Material, str, float], list[tuple[str, str]]]] = (
        _whether,
        _delivered,
        _conditions,
        _studies,
    )
    said = [point for part in parts for point in part(material, arm, children)]
    return said or [("", material.not_run(BRIEF.sentence("change_title")).paragraphs[0])]


def _whether(material: Material, arm: str, children: float) -> list[tuple[str, str]]:
    if material.told_first != THEORY_ACTS:
        return []
    working, everything = _effects(material, arm, THEORY_ACTS)[ENTRIES], _effects(material, arm)[ENTRIES]
    said = BRIEF.sentence("whether", working=working, all=everything, period=material.period)
    return [(BRIEF.sentence("whether_lead"), said)]


def _delivered(material: Material, arm: str, children: float) -> list[tuple[str, str]]:
    response = material.table("delivery_response", arm=arm)
    rows = response[response["measure"] == ENTRIES].set_index("delivered") if len(response) else response
    if HALF not in rows.index or rows.index.max() <= HALF:
        return []
    less, full = (children * float(rows["estimate"][share]) for share in (HALF, rows.index.max()))
    return [(BRIEF.sentence("delivered_lead"), BRIEF.sentence("delivered", less=less, full=full))]


def _conditions(material: Material, arm: str, children: float) -> list[tuple[str, str]]:
    contrasts = material.table("dials_contrasts", arm=arm)
    if contrasts.empty:
        return []
    mine = contrasts[contrasts["measure"] == ENTRIES].sort_values("q")
    told = mine[mine["told"]].head(MOST_CONDITIONS).to_dict("records")
    rest = mine[~mine["told"]].to_dict("records")
    said = [
        (
            BRIEF.sentence("condition_lead", row=row),
            BRIEF.sentence("condition", **{name: children * row[name] for name in ("at_lowest", "at_highest")}),
        )
        for row in told
    ]
    return [*said, *([(BRIEF.sentence("no_matter_lead"), BRIEF.sentence("no_matter", rows=rest))] if rest else [])]


def _studies(material: Material, arm: str, children: float) -> list[tuple[str, str]]:
    effect = material.table("posteriors_effect", arm=arm, condition=ALL_DRAWS)
    rows = effect[effect["measure"] == ENTRIES].to_dict("records") if len(effect) else []
    return [
        (
            BRIEF.sentence("studies_lead", posterior=row["posterior"]),
            BRIEF.sentence(
                "studies",
                posterior=row["posterior"],
                other=children * row["estimate"],
                low=children * row["low"],
                high=children * row["high"],
                own=_effects(material, arm)[ENTRIES]["count"],
            ),
        )
        for row in rows
    ]


def _watched(row: Row) -> list[str]:
    levels = [BRIEF.sentence("level", value=row[name], row=row) for name in ("comparator_mean", "arm_mean")]
    return [BRIEF.sentence("watch_name", row=row), *levels, BRIEF.sentence("watch_difference", row=row)]


def _number(material: Material, arm: str) -> int:
    return list(material.arms).index(arm) + 1
