"""docs/mistakes.md, made by ``make pages``: ten mistakes and the message that each brings, by running them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from typer.testing import CliRunner

from sos_sim.cli import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mistakes.md"
HEAD = """# Ten mistakes

What people get wrong at first, and what `sos-sim` says. A message gives the file, the line, what stands there, what is
allowed, and where it can what to write instead. All mistakes of a file are told at once. A refused file harms
nothing: no result has been written, and you can mend it and try again. `sos-sim check FILE` looks at a file without
running it.

Made by running each of them; refresh it with `make pages`.
"""


class Mistake(NamedTuple):
    """A mistake by its heading: the file as somebody wrote it, what to know, and the command that was given."""

    heading: str
    text: str
    about: str
    command: str = "check our_place.yaml"


MISTAKES = (
    Mistake(
        "A percentage without its sign",
        "name: Our place\nprogramme:\n  training: 40\n",
        "`40%` and `0.4` are the same and both are read. So are `60,000`, `£6,500` and `12 months`.",
    ),
    Mistake(
        "A year's turnover",
        "name: Our place\nauthority:\n  turnover: 13%\n",
        "The workforce census counts who left in a year; the model asks for the chance to leave in a month.",
    ),
    Mistake(
        "A year's price",
        "name: Our place\nauthority:\n  foster_week: £40,000 a year\n",
        "Every price says for what time it is: by the week, by the month, or for each case.",
    ),
    Mistake(
        "Years where months are asked for",
        "name: Our place\nyears: 5\n",
        "`run.months` is the key; `months: 5 years` below `run:` is read too.",
    ),
    Mistake(
        "Something that is not set but comes out",
        "name: Our place\nauthority:\n  caseload: 15\n",
        "Caseloads, vacancies and children in care are what the model works out. What can be set is on the page of "
        "[parameters](parameters.md).",
    ),
    Mistake(
        "A key that is misspelt, and one in the wrong place",
        "name: Our place\nchildren: 60000\nprogramme:\n  trainning: 1\n",
        "Two mistakes, two messages.",
    ),
    Mistake(
        "A tab",
        "name: Our place\nauthority:\n\tchildren: 60000\n",
        "What belongs under a heading is set off by blanks, two by custom, never by the tab key.",
    ),
    Mistake(
        "A list from a word processor",
        "name: Our place\nprogrammes:\n  – name: training offer\n    training: 1\n",
        "Word processors turn a hyphen into a dash. Write such files in a plain editor, such as Notepad.",
    ),
    Mistake(
        "A programme that starts after the end",
        "name: Our place\nprogramme:\n  start_month: 72\n  training: 1\n",
        "Every value is allowed here, but they do not go together.",
    ),
    Mistake(
        "A calibration that is too small",
        "name: Our place, calibrated\nscenario: sos_sim:base\nchildren: 5,000\nwaves: [64, 64]\n",
        "It would have run for minutes and then failed.",
        "calibrate our_place.yaml",
    ),
)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for mistake in MISTAKES for line in section(mistake))])


def section(mistake: Mistake) -> Iterator[str]:
    """A mistake, the file as it was written, and what is said."""
    yield from (f"## {mistake.heading}", "", mistake.about, "", "```text", mistake.text.rstrip("\n"), "```", "")
    yield from ("```console", f"$ sos-sim {mistake.command}", message(mistake), "```", "")


def message(mistake: Mistake) -> str:
    """What the command says of the file. Raises AssertionError when it does not refuse it."""
    with _folder_with({"our_place.yaml": mistake.text}):
        answer = CliRunner().invoke(app, mistake.command.split())
    assert answer.exit_code == 2 and answer.stdout == "", answer.output
    return answer.stderr.rstrip("\n")


@contextmanager
def _folder_with(files: Mapping[str, str]) -> Iterator[None]:
    """Work in a new folder that holds these files."""
    before = Path.cwd()
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
