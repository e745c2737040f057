"""The command that writes a folder to work in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sos_sim.cli.shared import app

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder to write; it must be new, or empty.")]
README = "new_folder.md"


@app.command()
def new(folder: Folder) -> None:
    """Write a folder to work in: scenarios and studies to change, and the schemas by which editors check them."""
    from sos_sim.runs.store import fill_folder

    fill_folder(folder, working_files())
    typer.echo(
        f"{folder} holds scenarios, studies and a README.md that says what to do with them. Begin with:\n"
        f"  cd {folder}\n  sos-sim run base --set authority.children=5000 --replicates 2"
    )


def working_files() -> dict[str, bytes]:
    """Content of the files of a new working folder, by path inside it."""
    from sos_sim.files.shipped import SHIPPED, shipped_folder

    files = {
        f"{name}/{file.name}": file.read_bytes() for name in SHIPPED for file in sorted(shipped_folder(name).iterdir())
    }
    return {**files, "README.md": Path(__file__).with_name(README).read_bytes()}
