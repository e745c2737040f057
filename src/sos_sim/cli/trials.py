"""The command that holds virtual trials, and what check says of a trial file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sos_sim.cli.shared import (
    Asked,
    Json,
    Out,
    PosteriorFile,
    Scheduler,
    Workers,
    Yes,
    announce_compilation,
    answer,
    app,
    duration,
    named_file,
    page,
)

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.trials.protocol import TrialProtocol
    from sos_sim.trials.trial import Trial

Data = Annotated[
    int | None,
    typer.Option("--data", min=1, help="Also write so many virtual trials of each design as data to rehearse on."),
]
TrialFile = Annotated[Path, typer.Argument(metavar="STUDY", help="Trial file (YAML).")]


@app.command()
def trial(
    study: TrialFile,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    posterior: PosteriorFile = None,
    data: Data = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Hold a trial many times inside the model: does it hold its error rate, what can it see, is it conclusive?"""
    from sos_sim.trials.trial import TrialQuestion, load_trial

    file = named_file(study, "experiments")
    question = TrialQuestion(load_trial(file), posterior, data or 0)
    answer(question, file.stem, Asked(out, workers, scheduler, json, yes), _show)


def describe_trial(file: Path) -> None:
    """Say what a trial would run and what it would take; one authority is lived to measure it, nothing is kept."""
    from sos_sim.runs.executors import default_workers
    from sos_sim.trials.report.estimands import estimand
    from sos_sim.trials.trial import load_trial, measured_seconds, size_of

    plan = load_trial(file)
    size = size_of(plan)
    announce_compilation("compiled")
    each = measured_seconds(plan)
    typer.echo(
        f"{file} can be held: {plan.name!r}, {', '.join(plan.designs)}; primary outcome {plan.primary}, "
        f"{len(plan.outcomes)} outcomes, {len(plan.analyses)} analyses.\n"
        f"Simulated: {size.lives} {size.what}, {each:.2g} s each (measured on one): about "
        f"{duration(size.lives * each / default_workers())} on {default_workers()} workers here.\n"
        f"Then {size.trials} virtual trials are drawn from them and analysed, some hundredths of a second each."
    )
    for design in () if plan.inside else plan.designs:
        typer.echo(estimand(plan.content(), design))
    _list_sizes(plan)
    if "stepped_wedge" in plan.designs:
        _tell_wedge(plan)


def _tell_wedge(plan: TrialProtocol) -> None:
    """Which periods carry the effect of a stepped wedge, with what expected error, and what it leaves open."""
    from sos_sim.kit.tables import plain_table
    from sos_sim.trials.identified import not_identified, told_by_wedge

    clusters = max(plan.clusters)
    told = told_by_wedge(plan, plan.primary, clusters)
    typer.echo(
        f"The stepped wedge with {clusters} authorities, on {plan.primary}: {told.exposures} effects by time since the "
        f"start, and {told.leads} terms for periods before a start whose children are followed past it. Expected "
        f"standard error of their mean: {told.error:.2f} standard deviations of an authority's value in a period; "
        f"{told.constant:.2f} if the effect were taken to be the same throughout, which is biased where it grows or "
        "children straddle a start."
    )
    if told.without:
        without = [f"{times:.2f}" if times < float("inf") else "not identified" for times in told.without]
        rows = [[f"{period * plan.period_months}", said] for period, said in zip(told.periods, without, strict=True)]
        page().print(plain_table(["period from month", "times the error without it"], rows))
    for name in not_identified(plan):
        typer.echo(
            f"Warning: the effect on {name} by time since the start is not identified: no period tells it from time "
            "and from children who straddle a start, and its lead analysis will fail in every trial. Records from "
            "before the trial (baseline_months), more steps or a shorter roll-in may help."
        )


def _list_sizes(plan: TrialProtocol) -> None:
    from sos_sim.kit.tables import plain_table
    from sos_sim.trials.protocol import NUMBERS

    rows = [[name, f"{getattr(plan, name):g}", declared.unit, declared.meaning] for name, declared in NUMBERS.items()]
    page().print(plain_table(["key", "value", "unit", "meaning"], rows))


def _show(held: Trial, folder: Path) -> None:
    from sos_sim.core.provenance import CAVEAT
    from sos_sim.kit.tables import plain_table

    power: pd.DataFrame = held.tables["power"]
    primary = power[power["outcome"] == held.plan.primary]
    headings = [
        "design",
        "clusters",
        "analysis",
        "rejected, no effect",
        "",
        "rejected, effect",
        "true effect",
        "bias",
        "detectable",
    ]
    page().print(
        plain_table(
            headings, [_row(rows) for _, rows in primary.groupby(["design", "clusters", "analysis"], sort=False)]
        )
    )
    assurance = held.tables.get("assurance")
    for row in () if assurance is None else assurance[assurance["outcome"] == held.plan.primary].to_dict("records"):
        typer.echo(
            f"{row['design']}, {row['clusters']} clusters: conclusive in {row['assurance']:.0%} of trials over "
            f"{row['draws']} draws ({row['low']:.0%} to {row['high']:.0%})."
        )
    if held.data:
        typer.echo(f"Data to rehearse on are in {held.data}; the truth is in {held.data / 'sealed'}.")
    typer.echo("Intervals contain the luck of trials drawn from one pool of authorities, not whether the theory holds.")
    page().print(CAVEAT, style="italic")


def _row(rows: pd.DataFrame) -> list[str]:
    by_effect: dict[str, Any] = {str(row["effect"]): row for row in rows.to_dict("records")}
    none, assumed = by_effect["none"], by_effect["as assumed"]
    return [
        assumed["design"],
        str(assumed["clusters"]),
        assumed["analysis"],
        f"{none['rejected']:.3f} ({none['rejected_low']:.3f} to {none['rejected_high']:.3f})",
        none["verdict"],
        f"{assumed['rejected']:.3f} ({assumed['rejected_low']:.3f} to {assumed['rejected_high']:.3f})",
        f"{assumed['true_effect']:+.4g}",
        f"{assumed['bias']:+.2g}",
        f"{assumed['detectable']:.3g}",
    ]
