"""How things show themselves in a notebook: a heading and a table of a few lines, every text as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

_LINES: Final = 6


def fact_table(title: str, facts: Mapping[str, object]) -> str:
    """HTML of a heading and one line for each fact."""
    lines = [f"<tr><th>{escape(str(name))}</th><td>{escape(str(fact))}</td></tr>" for name, fact in facts.items()]
    return f"<b>{escape(title)}</b><table>{''.join(lines)}</table>"


class ShownByTables:
    """A result that shows the names, sizes and first lines of its tables, instead of all it holds."""

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(table):,}" for name, table in _tables_of(self))
        return f"{type(self).__name__}(rows: {sizes})"

    def _repr_html_(self) -> str:
        shown = [
            f"<details><summary>{escape(name)}: {len(table):,} rows</summary>{table.to_html(max_rows=_LINES)}</details>"
            for name, table in _tables_of(self)
        ]
        return f"<b>{type(self).__name__}</b>{''.join(shown)}"


def _tables_of(result: object) -> Iterator[tuple[str, Any]]:
    """Tables among the fields of a result, and in a field that holds several by name."""
    for name, value in vars(result).items():
        if hasattr(value, "to_html"):
            yield name, value
        elif isinstance(value, Mapping):
            yield from ((inner, table) for inner, table in value.items() if hasattr(table, "to_html"))
