"""docs/commands.md, made by ``make pages`` from what the command line says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from sos_sim.cli import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
HEAD = """# Commands

Made from the command line's own help; refresh it with `make pages`. `sos-sim COMMAND --help` says the same.
[Exit codes](how-to.md#what-exit-codes-mean) are explained among the recipes.
"""


def page() -> str:
    """The whole page: an index of the commands, then a section for each with its arguments and options."""
    known = commands()
    index = [f"- [`sos-sim {name}`](#sos-sim-{name}): {first_sentence(command)}" for name, command in known.items()]
    return "\n".join([HEAD, *index, *(line for name, command in known.items() for line in section(name, command))])


def commands() -> dict[str, Any]:
    """All commands by name, in the order of the alphabet."""
    return dict(sorted(get_command(app).commands.items()))  # type: ignore[attr-defined]


def first_sentence(command: Any) -> str:
    """What a command does, as the first sentence of its help says it."""
    text = one_line(command.help)
    sentence = text.split(". ")[0]
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def section(name: str, command: Any) -> Iterator[str]:
    """One command: its help, its line, and a table of what can be given."""
    arguments = [item for item in command.params if item.param_type_name == "argument"]
    options = [item for item in command.params if item.param_type_name == "option" and not item.hidden]
    line = " ".join(["sos-sim", name, *(shown_argument(item) for item in arguments), *(["[OPTIONS]"] * bool(options))])
    yield from ("", f"## sos-sim {name}", "", one_line(command.help), "", "```text", line, "```")
    if arguments or options:
        yield from ("", "| given | meaning | default |", "| --- | --- | --- |")
    for item in (*arguments, *options):
        shown = shown_argument(item).strip("[]") if item in arguments else shown_option(item)
        yield f"| `{cell(shown)}` | {cell(one_line(item.help or ''))} | {default(item)} |"


def shown_argument(item: Any) -> str:
    """An argument in a command's line; three points where several may be given."""
    shown = (item.metavar or item.name.upper()).removesuffix("...").rstrip("…")
    shown += "…" if item.nargs == -1 else ""
    return shown if item.required else f"[{shown}]"


def shown_option(item: Any) -> str:
    """An option's names, and what is to be given with it unless it is a switch."""
    names = ", ".join((*item.opts, *item.secondary_opts))
    return names if item.is_flag else f"{names} {item.metavar or 'VALUE'}"


def default(item: Any) -> str:
    """A default where there is one to say."""
    if item.required:
        return "required"
    return "" if item.default in (None, False) or callable(item.default) else f"`{item.default}`"


def one_line(text: str) -> str:
    """A docstring's text without its line breaks, its code marked as Markdown marks it."""
    return " ".join(text.split()).replace("``", "`")


def cell(text: str) -> str:
    """Text that may stand in a cell of a table."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page() + "\n", encoding="utf-8")
