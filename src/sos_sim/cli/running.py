"""Commands that run scenarios: run, compare, fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sos_sim.cli.reports import point_to, write_report
from sos_sim.cli.shared import (
    Asked,
    Assignments,
    Draws,
    EngineName,
    Events,
    Json,
    Out,
    PosteriorFile,
    Replicates,
    ScenarioFile,
    Scheduler,
    Seed,
    WarmupEvents,
    Workers,
    Yes,
    announce_compilation,
    answer,
    app,
    load,
    named_file,
    page,
    print_as_json,
    progress_bar,
    records,
    say_how_long,
    timed,
)

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.compare import Comparison
    from sos_sim.runs.replicate import Replicates as Replicated


Report = Annotated[bool, typer.Option("--report", help="Then make the report, as sos-sim report does.")]


FitOut = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Make a page of it too, with figures in time.")
]


@app.command()
def run(
    scenario: ScenarioFile,
    out: Out = None,
    replicates: Replicates = None,
    draws: Draws = None,
    posterior: PosteriorFile = None,
    seed: Seed = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    engine: EngineName = "compiled",
    assign: Assignments = None,
    json: Json = False,
    events: Events = False,
    warmup_events: WarmupEvents = False,
    yes: Yes = False,
) -> None:
    """Run one scenario and show its outcomes by year."""
    from sos_sim.core.provenance import CAVEAT
    from sos_sim.kit.tables import outcome_overview
    from sos_sim.runs.replicate import ReplicateQuestion, summarise

    file = named_file(scenario, "scenarios")
    chosen = load(file, assign, replicates, seed, draws)

    def show(found: Replicated, folder: Path) -> None:
        summary = summarise(found.outcomes)
        if not summary.empty:
            page().print(outcome_overview(summary))
            if chosen.programmes:
                page().print(CAVEAT, style="italic")

    question = ReplicateQuestion([chosen], posterior, engine, events, warmup_events)
    answer(question, file.stem, Asked(out, workers, scheduler, json, yes), show)


@app.command()
def compare(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="The first is the comparator.")],
    out: Out = None,
    replicates: Replicates = None,
    draws: Draws = None,
    posterior: PosteriorFile = None,
    seed: Seed = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    engine: EngineName = "compiled",
    assign: Assignments = None,
    json: Json = False,
    events: Events = False,
    warmup_events: WarmupEvents = False,
    report: Report = False,
    yes: Yes = False,
) -> None:
    """Run scenarios with the same luck and set each against the first."""
    from sos_sim.comparison.compare import ComparisonQuestion
    from sos_sim.files.comparable import check_comparable

    files = [named_file(name, "scenarios") for name in scenarios]
    chosen = [load(file, assign, replicates, seed, draws) for file in files]
    check_comparable(chosen)

    def show(found: Comparison, folder: Path) -> None:
        _show_effects(chosen[0].name, found, folder)
        _point_to_report(folder, write_report(folder, workers, scheduler) if report else None)

    question = ComparisonQuestion(chosen, posterior, engine, events, warmup_events)
    name = "_vs_".join(file.stem for file in files)
    answer(question, name, Asked(out, workers, scheduler, json, yes), show)


@app.command()
def fit(
    scenario: ScenarioFile,
    replicates: Replicates = None,
    seed: Seed = None,
    workers: Workers = None,
    assign: Assignments = None,
    out: FitOut = None,
    json: Json = False,
) -> None:
    """Set a scenario against official figures: its authority's own where its file has them, else England's."""
    from sos_sim.calibration import fit as fitting
    from sos_sim.kit.tables import fit_overview
    from sos_sim.runs.forecast import Forecast, check_rows, seconds_a_run
    from sos_sim.runs.pace import known_pace

    chosen = load(named_file(scenario, "scenarios"), assign, replicates, seed)
    rows = check_rows(chosen.run.replicates)
    reckoned = Forecast(rows, rows * seconds_a_run([chosen]), 0.0)
    say_how_long(reckoned.at_pace(known_pace("fit")), workers)
    announce_compilation("compiled")
    with timed("fit", reckoned.seconds, workers), progress_bar() as progress:
        table = fitting.fit(chosen, None, workers, progress)
    within = {tolerances: fitting.targets_within(table, tolerances) for tolerances in (1, 2)}
    fitted = int(table.loc[~table["input"], "target"].nunique())
    counts = {"targets": fitted, "within_1": within[1], "within_2": within[2], "given": len(table[table["input"]])}
    if json:
        print_as_json({"scenario": chosen.name, **counts, "fit": records(table)})
    else:
        page().print(fit_overview(table))
        typer.echo(
            f"{within[1]} of {fitted} targets lie within 1 tolerance and {within[2]} within 2 (a target of several "
            f"figures counts by its worst, * is beyond 2); with {counts['given']} prices taken as given, "
            f"{within[2] + counts['given']} of {fitted + counts['given']}. Matching these figures tests thresholds "
            "and flows of usual practice, not the programme theory. Sources: --json."
        )
    if out is not None:
        from sos_sim.calibration.report.page import scenario_page
        from sos_sim.kit.page import write_page

        written = write_page(scenario_page(chosen, table), out)
        typer.echo(f"The report is {written}: open it in a browser.", err=json)


def _point_to_report(folder: Path, report: Path | None) -> None:
    if report is None:
        typer.echo(f"For the report, with mechanism, conditions, delivery and costs: sos-sim report {folder}")
    else:
        point_to(report)


def _show_effects(comparator: str, result: Comparison, folder: Path) -> None:
    from sos_sim.comparison.further import read_comparison
    from sos_sim.comparison.report.readings import null_said
    from sos_sim.core.provenance import CAVEAT
    from sos_sim.kit.tables import effect_tables, joint_table

    sheet = page()
    stored = read_comparison(folder)
    for sentence in null_said(len(stored.null), len(stored.draws), stored.posterior):
        sheet.print(sentence, style="bold")
    sheet.print(f"Comparator: {comparator}")
    for table in effect_tables(result.effects):
        sheet.print(table)
    sheet.print(_what_intervals_hold(result.effects))
    sheet.print(CAVEAT, style="italic")
    sheet.print(joint_table(result.joint))


def _what_intervals_hold(effects: pd.DataFrame) -> str:
    from sos_sim.kit.sentences import would_do
    from sos_sim.statistics.intervals import LEAST_LEVEL, draws_needed

    pairs, draws = effects["replicates"].max(), effects["draws"].max()
    lower = "'lower in' counts the pairs in which the arm lies below the comparator."
    if draws > 1 and draws < draws_needed(LEAST_LEVEL):
        return f"There are no intervals from {draws} draws of parameters: {would_do()}. {lower}"
    if draws > 1:
        return (
            "Intervals hold what draws of parameters, fitted to official figures or from their priors, "
            f"disagree on about the expected difference; a single authority's also has luck. {lower}"
        )
    return (
        f"Intervals show luck over {pairs} replicates of this model only, not uncertainty about the theory "
        f"(for that: --draws). {lower}"
    )
