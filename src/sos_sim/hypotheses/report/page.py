"""The page of hypothesis cards: what could be found out, what would refute it, and which trial would tell."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any, Final

from sos_sim.comparison.report.figures_moderators import conditions_forest, subgroup_forest
from sos_sim.comparison.report.figures_value import what_to_find_out
from sos_sim.comparison.report.mechanism import SHOWN
from sos_sim.comparison.tables_of_costs import VALUE_RANKING
from sos_sim.core.provenance import CAVEAT
from sos_sim.evidence.behaviours import BEHAVIOURS
from sos_sim.hypotheses.build import KINDS, Hypotheses, strongest
from sos_sim.hypotheses.candidates import FALSE_DISCOVERIES, LEAST_AGREEING, LEAST_RETURNING
from sos_sim.hypotheses.report import figures as figures
from sos_sim.hypotheses.report.readings import heading, in_words
from sos_sim.hypotheses.report.sheets import PRACTICE
from sos_sim.hypotheses.tables import DROPPED, HYPOTHESES
from sos_sim.hypotheses.trial_tables import TRIAL_OUTCOMES, TrialTables
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.drawn_from import posterior_said
from sos_sim.kit.page import Block, Facts, Page, Picture, Section, Words
from sos_sim.kit.sentences import amount, listed, said, unit_said
from sos_sim.kit.words import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sos_sim.comparison.report.material import Material

NAME: Final = "hypotheses"
_MOST_NAMED: Final = 6
TITLES: Final[Mapping[str, str]] = {
    "effect": "Outcomes that should differ",
    "none": "Outcomes that should not differ",
    "harm": "Where harm may rise",
    "link": "Links of the theory",
    "context": "Conditions of the authority",
    "families": "Families",
    "trust": "What trust does",
    "delivery": "How much is delivered",
    "programmes": "One programme against another",
    "conditions": "Conditions found by a sweep",
}
SAYS: Final = Wording("sos_sim.hypotheses.report", "page")
_SHOWN: Final = {
    "claim": "claim",
    "refuted_by": "refuted by",
    "conditions_said": "conditions",
    "link_tested": "link it tests",
    "works": "practice, if the link works",
    "fails": "practice, if it does not",
    "statement_said": "statement behind it",
    "design_said": "design that would see it",
    "answer_said": "chance of an answer",
    "agreement": "agreement",
    "grades": "evidence behind it",
    "rank": "strength",
}


def worded(found: Hypotheses, comparator: str) -> pd.DataFrame:
    """The cards with everything that is said of them in words; no rows stay no rows."""
    import pandas as pd

    if found.cards.empty:
        return pd.DataFrame(columns=HYPOTHESES.names)
    cards = in_words(found.cards, comparator)
    return cards.assign(
        link_tested=(cards["link"] + " " + cards["link_name"]).str.strip(),
        statement_said=cards["statement"] + ": " + cards["statement_gist"],
        grades=[_grades(row) for row in cards.to_dict("records")],
    )


def _grades(row: Mapping[Any, Any]) -> str:
    """Grades of the beliefs that drive a card, and the first of their names."""
    names = str(row["beliefs"]).split(", ")
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"weakest {row['grade_weakest']}, typical {row['grade_typical']}: {', '.join(names[:_MOST_NAMED])}{more}"


def hypotheses_page(material: Material, found: Hypotheses, worths: tuple[float, float] | None = None) -> Page:
    """The page of a comparison's cards, with the figures behind them.

    ``worths`` are what a reader would give for one care start and one month of harm at home avoided (pounds):
    with them the page ranks what to find out first. Raises InputError for what ``rank_information`` refuses.
    """
    cards = worded(found, material.comparator)
    sections = [_section(kind, cards, _pictures(kind, material, found.trials)) for kind in KINDS]
    sections = [*sections, _trials(found.trials), _value(material, worths), _tables(cards, found)]
    title = f"What could be found out: {listed(material.arms)} against {material.comparator}"
    summary = [*cards_summary(cards, found), *posterior_said(material.manifest)]
    return Page(title, summary, CAVEAT, sections)


def rules(found: Hypotheses) -> str:
    """How many cards there are, under what condition all of them stand, and what makes a candidate a card."""
    return SAYS.sentence(
        "rules",
        cards=len(found.cards),
        dropped=int(found.dropped["candidates"].sum()),
        discoveries=FALSE_DISCOVERIES,
        returning=LEAST_RETURNING,
        agreeing=LEAST_AGREEING,
        null=found.null,
        draws=found.draws,
    )


def cards_summary(cards: pd.DataFrame, found: Hypotheses) -> list[str]:
    """The rules, and the strongest cards."""
    best = [f"{row['id']}. {row['claim']}" for row in strongest(cards).to_dict("records")]
    return [rules(found), *SAYS.paragraphs("strongest", claims=best)]


def _section(kind: str, cards: pd.DataFrame, pictures: list[Block]) -> Section:
    rows = cards[cards["kind"] == kind].to_dict("records") if len(cards) else []
    blocks: list[Block] = [_card(row) for row in rows] or [Words((SAYS.sentence("none_of_this_kind"),))]
    return Section(kind, TITLES[kind], [*blocks, *pictures])


def _card(row: Mapping[Any, Any]) -> Facts:
    texts = {**row, "rank": f"{row['strength']:.2f}, rank {row['rank']}"}
    return Facts(row["id"], heading(row), [(label, str(texts[name])) for name, label in _SHOWN.items()])


def _pictures(kind: str, material: Material, trials: TrialTables) -> list[Block]:
    make = {"link": _paths, "context": _doses, "families": _forests}.get(kind)
    if make is None:
        return []
    return [block for number, arm in enumerate(material.arms, 1) for block in make(material, trials, arm, number)]


def _paths(material: Material, trials: TrialTables, arm: str, number: int) -> list[Block]:
    table = material.table("mechanism_switched_off", arm=arm)
    if table.empty:
        return []
    lost = table[table["measure"].isin(list(SHOWN))]
    told = [
        f"{row['link']} {row['name']} to {said(row['measure'])} {amount(row['estimate'], row['unit'])}"
        for row in lost.to_dict("records")
    ]
    return [
        Picture(
            f"hypotheses-path-{number}",
            material.about(
                arm, "what would the differences in entries and in harm lose without each link of the theory?"
            ),
            figures.mechanism_path(lost),
            f"Links in order with arrows to two outcomes: {'; '.join(told)}.",
        )
    ]


def _doses(material: Material, trials: TrialTables, arm: str, number: int) -> list[Block]:
    contrasts = material.table("dials_contrasts", arm=arm)
    if contrasts.empty:
        return []
    blocks: list[Block] = []
    for measure, name in SHOWN.items():
        rows, detectable = contrasts[contrasts["measure"] == measure], _detectable(trials, measure)
        told = "no trial was simulated that counts it" if isnan(detectable) else f"detectable: {detectable:.3g}"
        blocks.append(
            Picture(
                f"hypotheses-dose-{name}-{number}",
                material.about(arm, f"how does the difference in {said(measure)} go with conditions?"),
                conditions_forest(rows),
                f"Changes of the difference with intervals, {unit_said(rows['unit'].iloc[0])}; {told}.",
            )
        )
    return blocks


def _forests(material: Material, trials: TrialTables, arm: str, number: int) -> list[Block]:
    effects = material.table("subgroup_effects", arm=arm)
    if effects.empty:
        return []
    rows = effects[effects["measure"] == "care_starts"]
    parts = [
        f"{row['characteristic']} {row['band']} {amount(row['estimate'], row['unit'])}"
        for row in rows.to_dict("records")
    ]
    return [
        Picture(
            f"hypotheses-families-{number}",
            material.about(arm, "what difference in entries to care is predicted for which families?"),
            subgroup_forest(rows),
            f"Differences with intervals, {unit_said(rows['unit'].iloc[0])}: {'; '.join(parts)}.",
        )
    ]


def _detectable(trials: TrialTables, measure: str) -> float:
    largest = trials.largest(TRIAL_OUTCOMES.get(measure, ""))
    return float(largest["detectable"]) if largest else float("nan")


def _trials(trials: TrialTables) -> Section:
    """Power and assurance of every outcome that trials counted."""
    if not trials.tried:
        return Section("trials", "What trials could tell", [Words((SAYS.sentence("no_trials"),))])
    pictures = [
        Picture(
            f"hypotheses-power-{outcome.replace('_', '-')}",
            f"How many clusters does a trial of {outcome.replace('_', ' ')} need, and how probable is an answer?",
            figures.power_and_assurance(rows, trials.assurance_of(outcome)),
            _power_alt(rows),
        )
        for outcome, rows in ((str(name), rows) for name, rows in trials.power.groupby("outcome", sort=False))
    ]
    return Section("trials", "What trials could tell", pictures)


def _value(material: Material, worths: tuple[float, float] | None) -> Section:
    """What is most worth knowing before deciding, at the worths that the reader states."""
    from sos_sim.comparison.value_ranking import rank_information

    title = "What to find out first"
    if worths is None:
        return Section("value", title, [Words((SAYS.sentence("no_worths"),))])
    ranking = rank_information(material.stored.folder, *worths)
    clear = [str(row["name"]) for row in ranking.to_dict("records") if row["distinguishable"]]
    told = SAYS.sentence("worth", clear=clear)
    return Section(
        "value",
        title,
        [
            Words((SAYS.sentence("at_worths", care=worths[0], harm=worths[1], told=told),)),
            Picture(
                "hypotheses-value",
                "Which link, and which single belief, is most worth knowing before deciding?",
                what_to_find_out(ranking),
                f"Bars of pounds with intervals. {told}",
            ),
            as_sheet("hypotheses-value", "what to find out first", ranking, VALUE_RANKING),
        ],
    )


def _power_alt(rows: pd.DataFrame) -> str:
    parts = [
        f"{row['design']} with {row['clusters']} clusters ({row['analysis']}) {row['rejected']:.0%}"
        for row in rows.sort_values(["design", "clusters"]).to_dict("records")
    ]
    return f"Lines of power and assurance over numbers of clusters. Power: {'; '.join(parts)}."


def _tables(cards: pd.DataFrame, found: Hypotheses) -> Section:
    """All cards, what was dropped, and the behaviours that cards name."""
    import pandas as pd

    seen = pd.DataFrame([{**one._asdict(), "grade": one.grade} for one in BEHAVIOURS])
    blocks: list[Block] = [
        as_sheet(
            "hypotheses-dropped", "candidates that became no card, and why", found.dropped, DROPPED, shows_effect=False
        ),
        as_sheet(
            "hypotheses-behaviours",
            "what practice would show of each link",
            seen,
            PRACTICE,
            (),
            SAYS.sentence("behaviours_read"),
            shows_effect=False,
        ),
    ]
    if len(cards):
        blocks.insert(
            0,
            as_sheet(
                NAME,
                "all cards",
                cards.sort_values("rank"),
                HYPOTHESES,
                ("id", "rank", "claim", "agreeing", "link_tested", "grade_weakest", "grade_typical"),
                formats={"agreeing": ".0%"},
                labels={"agreeing": "agreeing", "link_tested": "link"},
            ),
        )
    return Section("tables", "All cards, and what was dropped", blocks)
