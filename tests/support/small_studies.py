"""Studies small enough to run many times in tests: one authority, with and without a programme."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sos_sim.files.scenario import Scenario, load_scenario
from sos_sim.kit.page import Page
from sos_sim.sensitivity.report.page import sweep_page
from sos_sim.sensitivity.sweep import load_sweep, sweep

USUAL = """
name: usual
authority: {children: 2000}
run: {warmup_months: 6, months: 12, replicates: 3, seed: 11}
"""
OFFER = """
name: offer
extends: usual.yaml
programme: {training: 1, coaching: 1, supervision: 1, alignment: 1}
"""
CONDITIONS = """
name: Conditions
model: sobol_g
method: [pawn, prim, cart]
success: value below 0.5
size: 300
emulator: gaussian_process
"""
"""Every kind of figure of a search for conditions, of a function that is known."""
TABLES = ("outcomes", "monthly", "runs", "effects", "events")


def write_files(folder: Path) -> list[Path]:
    """Scenario files of usual practice and of a programme."""
    files = [folder / "usual.yaml", folder / "offer.yaml"]
    for file, text in zip(files, (USUAL, OFFER), strict=True):
        file.write_text(text)
    return files


def usual_and_offer(folder: Path, **overrides: Any) -> list[Scenario]:
    """The two scenarios; overrides are written ``run__months=6`` for ``run.months``."""
    changed = {path.replace("__", "."): value for path, value in overrides.items()}
    return [load_scenario(file, changed) for file in write_files(folder)]


def table_bytes(folder: Path) -> dict[str, bytes]:
    """The content of every table in a results folder, by name."""
    found = {name: folder / f"{name}.parquet" for name in TABLES}
    return {name: path.read_bytes() for name, path in found.items() if path.exists()}


@cache
def swept(text: str) -> tuple[Path, Page]:
    """The folder and page of a sweep."""
    folder = Path(mkdtemp())
    write_files(folder)
    (folder / "study.yaml").write_text(text)
    sweep(load_sweep(folder / "study.yaml"), folder / "out", workers=1)
    return folder / "out", sweep_page(folder / "out")
