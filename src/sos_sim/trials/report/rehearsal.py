"""The folder of data to rehearse on: cells, codebook, a protocol's skeleton, a script, and the truth sealed apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.words import Wording
from sos_sim.trials.analyses import ANALYSES
from sos_sim.trials.recorded import RECORDED
from sos_sim.trials.report.estimands import estimand
from sos_sim.trials.report.material import DESIGNS, analysis_said, difference, difference_unit, in_per_cent, size
from sos_sim.trials.virtual import AS_ASSUMED, NONE, lead_analysis

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.trials.protocol import Design, TrialProtocol

SAYS: Final = Wording("sos_sim.trials.report", "rehearsal")


def keep_rehearsal(folder: Path, plan: TrialProtocol, tables: dict[str, pd.DataFrame], power: pd.DataFrame) -> None:
    """Fill a new or empty folder with cells.csv, codebook.csv, README.md, protocol.md, analyse.py, sealed/truth.csv.

    ``tables`` are those of `rehearsed`, ``power`` the study's. Raises ResultsFolderError for a folder that holds
    anything.
    """
    from sos_sim.runs.csv_text import csv_text
    from sos_sim.runs.store import fill_folder
    from sos_sim.trials.rehearsal import CODE, codebook

    def as_csv(frame: pd.DataFrame) -> bytes:
        cells = frame.astype(object).where(frame.notna(), None)
        return csv_text([str(name) for name in frame], cells.itertuples(index=False, name=None)).encode("utf-8-sig")

    texts = {"README.md": _readme(plan, tables["truth"]), "protocol.md": protocol(plan, power), "analyse.py": CODE}
    sheets = {"cells.csv": tables["cells"], "codebook.csv": codebook(), "sealed/truth.csv": tables["truth"]}
    files = {name: text.encode() for name, text in texts.items()}
    fill_folder(folder, files | {name: as_csv(frame) for name, frame in sheets.items()})


def _readme(plan: TrialProtocol, truth: pd.DataFrame) -> str:
    designs = [DESIGNS[design][0] for design in plan.designs]
    trials = int(truth["trial"].nunique())
    about = SAYS.sentence("about", name=plan.name, trials=trials, designs=designs, periods=plan.period_months)
    return (
        "\n\n".join(["# Data to rehearse on", about, SAYS.sentence("children"), SAYS.sentence("sealed"), CAVEAT]) + "\n"
    )


def protocol(plan: TrialProtocol, power: pd.DataFrame) -> str:
    """A skeleton in Markdown: estimand, analysis and sample size of every design, at its largest size."""
    parts = [f"# {plan.name}: skeleton of a protocol", plan.description.strip()]
    for design in plan.designs:
        parts += [f"## {DESIGNS[design][0].capitalize()}", DESIGNS[design][1], *_of_design(plan, design, power)]
    return "\n\n".join([*parts, CAVEAT]) + "\n"


def _of_design(plan: TrialProtocol, design: Design, power: pd.DataFrame) -> list[str]:
    analysis, clusters = lead_analysis(plan, design), max(plan.clusters)
    lead = power[(power["design"] == design) & (power["clusters"] == clusters) & (power["analysis"] == analysis)]
    rows = {row["effect"]: row for row in lead[lead["outcome"] == plan.primary].to_dict("records")}
    assumed, none, unit = rows[AS_ASSUMED], rows[NONE], RECORDED[plan.primary].unit
    return [
        estimand(plan.content(), design),
        SAYS.sentence(
            "analysis_planned",
            analysis=analysis_said(analysis),
            description=ANALYSES[analysis].description,
            source=ANALYSES[analysis].source,
        ),
        SAYS.sentence(
            "size",
            clusters=clusters,
            power=in_per_cent(assumed["rejected"]),
            low=in_per_cent(assumed["rejected_low"]),
            high=in_per_cent(assumed["rejected_high"]),
            effect=difference(assumed["true_effect"], unit),
            unit=difference_unit(unit),
            detectable=size(assumed["detectable"], unit),
        ),
        SAYS.sentence(
            "error",
            rate=in_per_cent(none["rejected"]),
            low=in_per_cent(none["rejected_low"]),
            high=in_per_cent(none["rejected_high"]),
        ),
    ]
