"""The report of a fit to official figures: of a calibration folder, or of a single scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sos_sim.calibration.report import figures as figures_fit
from sos_sim.calibration.report.readings import SAYS, contraction_words, count_words, miss_words, validation_words
from sos_sim.calibration.report.sheets import OF_A_CALIBRATION, OF_A_SCENARIO
from sos_sim.calibration.spells import DRAWS, EXITS, simulate_spells, spells_of_calibration
from sos_sim.calibration.tables import CONTRACTION, COVERAGE, FIT, TABLES
from sos_sim.evidence.targets import Target
from sos_sim.files.targets import england_targets
from sos_sim.kit.page import Page, Picture, Section, Sheet, Words
from sos_sim.outcomes.measures import MEASURES
from sos_sim.statistics.survival import incidence_by_draw

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.files.scenario import Scenario

REENTRY_POINTS: Final = {
    3: "reentry_after_home_3m",
    12: "reentry_after_home_1y",
    24: "reentry_after_home_2y",
    72: "reentry_after_home_6y",
}
PLAN_TARGET, PLAN_MONTHS = "cpp_ended_cum_le3m_6m_12m_24m", (3, 6, 12, 24)
CARE_TARGET, CARE_MONTHS = "care_exit_cum_8wk_6m_1y_2y_5y", (2, 6, 12, 24, 60)
AGE_TARGET: Final = "cla_start_age_shares_2021"
WORKFORCE: Final = ("sw_fte_rate", "caseload_mean", "sw_turnover", "sw_vacancy", "sw_agency")
HOME_TARGET, AT_18 = "exit_home_share_under18", "eighteenth birthday"
EXIT_TARGETS: Final = {
    "special guardianship": "exit_sgo_share",
    "adoption": "exit_adoption_share",
    AT_18: "exit_at_18_share",
}
CHILDHOOD_MONTHS, PLAN_AXIS_MONTHS, REENTRY_AXIS_MONTHS = 216, 36, 84
_FIT_COLUMNS = (
    "name",
    "official",
    "england",
    "tolerance",
    "authorities_low",
    "authorities_high",
    "simulated",
    "low_with_luck",
    "high_with_luck",
    "distance",
    "verdict",
    "unit",
    "year",
    "grade",
    "source",
)
_FIT_LABELS = {
    "name": "figure",
    "england": "England",
    "authorities_low": "authorities, 10th centile",
    "authorities_high": "90th centile",
    "low_with_luck": "90% interval from",
    "high_with_luck": "to",
    "distance": "distance, tolerances",
}


@dataclass(frozen=True)
class Fit:
    """What a fit report is made of.

    ``figures``: the table ``fit`` of a calibration folder, or what ``of_scenario`` makes; ``spells``: the
    tables of ``calibration.spells`` by name; ``interval``: what the 90% intervals hold, in words. Only a
    calibration has ``contraction`` and ``coverage``.
    """

    title: str
    figures: pd.DataFrame
    spells: Mapping[str, pd.DataFrame]
    interval: str
    contraction: pd.DataFrame | None = None
    coverage: pd.DataFrame | None = None


def calibration_page(folder: Path) -> Page:
    """The report of a finished calibration folder; its spells are simulated once and kept there.

    Raises ResultsFolderError when the folder holds something else or is unfinished.
    """
    from sos_sim.runs.store import read_table

    def optional(name: str) -> pd.DataFrame | None:
        return read_table(folder, TABLES[name]) if (folder / f"{name}.parquet").exists() else None

    return fit_page(
        Fit(
            "Fit to official figures",
            read_table(folder, FIT),
            spells_of_calibration(folder),
            SAYS.sentence("of_a_calibration"),
            read_table(folder, CONTRACTION),
            optional("coverage"),
        )
    )


def scenario_page(scenario: Scenario, table: pd.DataFrame) -> Page:
    """The report of a scenario's fit (``calibration.fit.fit``); its first ``DRAWS`` replicates show spells."""
    replicates = scenario.run.replicates
    spells = simulate_spells(scenario, [{}] * min(replicates, DRAWS))
    interval = SAYS.sentence("of_a_scenario", replicates=replicates)
    return fit_page(Fit(f"Fit of {scenario.name} to official figures", of_scenario(table), spells, interval))


def fit_page(fit: Fit) -> Page:
    """The report as a page: how near, what is missed and why, figures in time, what was learned."""
    figures = figures_described(fit.figures)
    fitted = figures[~figures["validate"] & ~figures["input"]]
    kept_aside = figures[figures["validate"]]
    sections = [
        Section(
            "targets",
            "Every official figure",
            [
                Picture(
                    "distances",
                    "How far is every simulated figure from the official one?",
                    figures_fit.distances(figures[~figures["input"]], list(figures.loc[~figures["input"], "label"])),
                    "Simulated minus official figure in tolerances, a row a figure, with 90% intervals.",
                    False,
                ),
                _sheet_of("fit", "Official and simulated figures", fitted, fit.interval),
            ],
        ),
        Section("misses", "What is missed, and why", [Words(tuple(miss_words(fitted)))]),
        *(
            [
                Section(
                    "validation",
                    "Figures kept aside",
                    [
                        Words(tuple(validation_words(kept_aside))),
                        _sheet_of("validation", "Figures that were not used for the fit", kept_aside, fit.interval),
                    ],
                )
            ]
            if len(kept_aside)
            else []
        ),
        Section("time", "How long things last", _pictures_of_time(fit)),
        Section("who", "Age at start, and the workforce", _pictures_of_levels(figures)),
        *_learning(fit),
    ]
    return Page(fit.title, count_words(fitted, kept_aside), figures_fit.FOOT, sections)


def of_scenario(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of a calibration's ``fit`` for a single scenario's (``calibration.fit.fit``).

    There are no parameter draws: the narrow interval is the mean itself, the wide one the middle 90 %
    of a normal distribution with the spread over replicates.
    """
    spreads = {target.id: target.range or (float("nan"), float("nan")) for target in england_targets()}
    half = 1.645 * table["spread"].fillna(0.0)
    inside = (table["simulated"] - table["official"]).abs() <= half
    return table.assign(
        validate=False,
        low=table["simulated"],
        high=table["simulated"],
        inside=inside,
        low_with_luck=table["simulated"] - half,
        high_with_luck=table["simulated"] + half,
        authorities_low=table["target"].map(lambda name: spreads[name][0]),
        authorities_high=table["target"].map(lambda name: spreads[name][1]),
    )


def figures_described(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures with words: name (what is counted), label (short), unit, verdict; ``input`` marks prices.

    ``england`` is England's value, beside an authority's own; NaN of a figure that England's targets lack.
    """
    import textwrap

    name = figures["measure"].map(lambda measure: MEASURES[measure].meaning if measure in MEASURES else measure)
    given = ~figures["measure"].isin(list(MEASURES))
    away = figures["distance"].abs()
    verdict = (away > 1.0).map({False: "met", True: "near"}).where(away <= 2.0, "MISSED").where(~given, "given")
    england = {
        (target.id, measure): value
        for target in england_targets()
        for measure, value in zip(target.measures, target.values, strict=True)
    }
    return figures.assign(
        england=[england.get(key, float("nan")) for key in zip(figures["target"], figures["measure"], strict=True)],
        name=name,
        unit=figures["measure"].map({known: MEASURES[known].unit for known in MEASURES}).fillna(figures["unit"]),
        input=given,
        verdict=verdict,
        label=name.map(lambda words: textwrap.shorten(words, 62, placeholder=" …")),
    )


def _sheet_of(name: str, title: str, figures: pd.DataFrame, interval: str) -> Sheet:
    note = SAYS.sentence("table_read", interval=interval)
    contract = OF_A_SCENARIO if "spread" in figures else OF_A_CALIBRATION
    return Sheet(
        name,
        title,
        figures,
        contract,
        note,
        {"distance": "+.2f", "year": "g"},
        _FIT_LABELS,
        [column for column in _FIT_COLUMNS if column != "england" or figures["local"].any()],
        shows_effect=False,
    )


def _pictures_of_time(fit: Fit) -> list[Picture]:
    """Re-entry, duration in care and duration of plans against published points."""
    targets = official_targets(fit.figures)
    return [
        _reentry(fit.spells["returns_home"], targets),
        _time_in_care(fit.spells["care_spells"], targets),
        _plan_duration(fit.spells["plan_spells"], targets),
    ]


def _reentry(spells: pd.DataFrame, targets: Mapping[str, Target]) -> Picture:
    published = _points([(month, targets[name], 0) for month, name in REENTRY_POINTS.items() if name in targets])
    figure = figures_fit.curve_against_points(
        incidence_by_draw(spells, ["re-entry"], REENTRY_AXIS_MONTHS),
        published,
        event="back in care",
        beginning="return home",
        months=REENTRY_AXIS_MONTHS,
    )
    return Picture(
        "reentry",
        "How soon do children who went home come back into care?",
        figure,
        "Kaplan-Meier curve of re-entry after return home, against published shares.",
        False,
    )


def _time_in_care(spells: pd.DataFrame, targets: Mapping[str, Target]) -> Picture:
    exits = list(dict.fromkeys(EXITS.values()))
    figure = figures_fit.exits_by_type(
        incidence_by_draw(spells, exits, CHILDHOOD_MONTHS),
        _parts(targets, CARE_TARGET, CARE_MONTHS),
        exit_shares(targets),
        CHILDHOOD_MONTHS,
    )
    return Picture(
        "time_in_care",
        "How long are children looked after, and how does it end?",
        figure,
        "Aalen-Johansen curves of leaving care by type of exit, against published durations and shares; "
        "unaccompanied children are taken out of the published figures.",
        False,
    )


def _plan_duration(spells: pd.DataFrame, targets: Mapping[str, Target]) -> Picture:
    figure = figures_fit.curve_against_points(
        incidence_by_draw(spells, ["ended"], PLAN_AXIS_MONTHS),
        _parts(targets, PLAN_TARGET, PLAN_MONTHS),
        event="whose plan has ended",
        beginning="start of the plan",
        months=PLAN_AXIS_MONTHS,
    )
    return Picture(
        "plan_duration",
        "How long do child protection plans last?",
        figure,
        "Kaplan-Meier curve of the end of protection plans, against published durations.",
        False,
    )


def official_targets(figures: pd.DataFrame) -> dict[str, Target]:
    """The targets whose figures are all in the table, by id, with the table's values, tolerances and sources."""
    found = {}
    for target in england_targets():
        rows = figures[figures["target"] == target.id].set_index("measure")
        if set(target.measures) <= set(rows.index):
            values = tuple(rows.loc[list(target.measures), "official"].astype(float))
            first = rows.iloc[0]
            found[target.id] = replace(
                target, values=values, tolerance=float(first["tolerance"]), source=str(first["source"])
            )
    return found


def exit_shares(targets: Mapping[str, Target]) -> dict[str, float]:
    """Published shares of all exits by type without unaccompanied children; home from its share under 18."""
    shares = {exit_: targets[name].on_simulated_footing()[0] for exit_, name in EXIT_TARGETS.items() if name in targets}
    if HOME_TARGET in targets and AT_18 in shares:
        shares["home"] = targets[HOME_TARGET].values[0] * (1.0 - shares[AT_18])
    return shares


def _parts(targets: Mapping[str, Target], name: str, months: Sequence[int]) -> pd.DataFrame:
    """Published points of a target that has a part for each of these months; none when it is absent."""
    target = targets.get(name)
    return _points([] if target is None else [(month, target, part) for part, month in enumerate(months)])


def _points(published: Sequence[tuple[int, Target, int]]) -> pd.DataFrame:
    """Published points of a curve: month, value (without unaccompanied children), tolerance, source."""
    import pandas as pd

    return pd.DataFrame(
        [
            (month, target.on_simulated_footing()[part], target.tolerance, target.source)
            for month, target, part in published
        ],
        columns=["month", "value", "tolerance", "source"],
    )


def _pictures_of_levels(figures: pd.DataFrame) -> list[Picture]:
    """Ages and workforce, as far as the fit has figures of them."""
    ages = figures[figures["target"] == AGE_TARGET]
    workforce = figures[figures["measure"].isin(WORKFORCE)]
    names = [
        f"{words},\n{unit}"
        for words, unit in zip(
            workforce["label"], workforce["measure"].map(lambda measure: MEASURES[measure].unit), strict=True
        )
    ]
    return [
        Picture(name, question, figures_fit.official_against_simulated(rows, labels, one_scale=one_scale), alt, False)
        for name, question, rows, labels, one_scale, alt in (
            (
                "age_at_start",
                "How old are children when they start to be looked after?",
                ages,
                list(ages["label"]),
                True,
                "Official and simulated shares of starts by age.",
            ),
            (
                "workforce",
                "Does the simulated workforce resemble the official one?",
                workforce,
                names,
                False,
                "Official and simulated workforce, each figure with its unit, and the spread between authorities.",
            ),
        )
        if len(rows)
    ]


def _learning(fit: Fit) -> list[Section]:
    """What the data taught, and what they could not: only a calibration has it."""
    if fit.contraction is None:
        return []
    blocks: list[Picture | Sheet | Words] = [
        Words(tuple(contraction_words(fit.contraction, fit.coverage))),
        Picture(
            "learned",
            "Which beliefs did the official figures narrow?",
            figures_fit.learned(fit.contraction),
            "Posterior intervals of parameters on the scale of their priors, most narrowed first.",
            False,
        ),
        Sheet(
            "contraction",
            "From prior to posterior, every parameter",
            fit.contraction,
            CONTRACTION,
            "Contraction is 1 minus posterior over prior variance; below 0 the data widened it.",
            {"contraction": ".2f"},
            columns=(
                "path",
                "prior_mean",
                "prior_sd",
                "posterior_mean",
                "posterior_sd",
                "contraction",
                "identified",
                "unit",
                "meaning",
            ),
            shows_effect=False,
        ),
    ]
    if fit.coverage is not None:
        blocks.append(
            Sheet(
                "coverage",
                "Recovery of known parameters",
                fit.coverage,
                COVERAGE,
                "Share of synthetic truths inside the 50% and 90% intervals.",
                shows_effect=False,
            )
        )
    return [Section("learned", "What was learned, and what was not", blocks)]
