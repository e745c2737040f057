"""The outcome measures for people: what is counted, over what, from when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sos_sim.outcomes.expected import READABLE
from sos_sim.outcomes.measures import MEASURES, POUNDS, RATE, STOCK, Measure
from sos_sim.runs.csv_text import csv_text

Row = dict[str, str]

COLUMNS = ("name", "unit", "meaning", "denominator", "clock")
_WHOLE = {
    RATE: "children aged 0-17 of the authority, in ten thousands, times years",
    STOCK: "children aged 0-17 of the authority, in ten thousands",
    MEASURES["care_days"].unit: "children aged 0-17 of the authority, in ten thousands, times years",
    POUNDS: "years",
}
_CLOCK = {STOCK: "the last month of each year, averaged over the years of the period", POUNDS: "the month of the work"}
_PREFACE = """# Outcome measures

Made from the definitions in the code; refresh it with `sos-sim measures --format markdown > docs/measures.md`.

Every measure is read over a *period*: a year after the warm-up ("1", "2", …) or all months after it ("all").
Definitions follow the children in need census, the SSDA903 return and the workforce census of the Department for
Education, England.

- **meaning** is what is counted or summed over the period, the numerator; **denominator** is what it is divided by.
  The authority's children aged 0-17 are a fixed number, the same in every arm.
- **clock** is what time is counted from, or the month in which an event counts. Shares of *spells that ended* take
  the spells that ended in the period, whenever they began.
- Years are counted back from the period's last month, where stocks are taken at year end: of 30 months, "all" takes
  the stocks of months 30, 18 and 6.
- Harm at home is the model's true harm, which no official figure counts. Look at it as a difference or ratio between
  arms, and beside the share that is seen.
- *Expected* counts sum, along the path of a run, the chance of each event in the state in which it is decided, in place
  of the events. They equal the counts of events in the mean, in each arm and so for effects, and vary less between
  seeds. Sensitivity studies can ask for them by name; tables of single runs and comparisons do without them.
- A share, mean or probability is missing (NaN) when there is nobody to count.
"""


def measure_rows() -> list[Row]:
    """One row for each outcome measure, in the order of definition; keys are ``COLUMNS``."""
    return [_row(measure) for measure in READABLE.values()]


def as_csv(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows as CSV with a header line."""
    return csv_text(COLUMNS, (list(row.values()) for row in rows))


def as_markdown(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows as a markdown page: how to read it, then one table."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    for row in rows:
        cells = [f"`{row['name']}`", *(row[column] for column in COLUMNS[1:])]
        lines.append("| " + " | ".join(cells) + " |")
    return _PREFACE + "\n" + "\n".join(lines) + "\n"


def _row(measure: Measure) -> Row:
    return {
        "name": measure.name,
        "unit": measure.unit,
        "meaning": measure.meaning,
        "denominator": measure.whole or _WHOLE[measure.unit],
        "clock": measure.clock or _CLOCK.get(measure.unit, "the month in which it happens"),
    }
