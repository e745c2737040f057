"""What is drawn on a figure, read back from its artists: numbers, places, colours, words."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import same_color, to_hex
from matplotlib.figure import Figure


class Line(NamedTuple):
    """A line or a row of marks: its points, colour, width, and the label it has in a legend."""

    x: list[float]
    y: list[float]
    colour: str
    width: float
    label: str


class Band(NamedTuple):
    """The lower and upper edge of a band by place, and its colour."""

    low: dict[float, float]
    high: dict[float, float]
    colour: str


class Bar(NamedTuple):
    """A lying bar: its row, where it begins and ends, its colour."""

    place: float
    start: float
    end: float
    colour: str


def lines(axes: Axes) -> list[Line]:
    """All lines and marks, in the order drawn."""
    return [
        Line(
            [float(value) for value in line.get_xdata()],
            [float(value) for value in line.get_ydata()],
            to_hex(line.get_color()),
            line.get_linewidth(),
            str(line.get_label()),
        )
        for line in axes.get_lines()
    ]


def whiskers(axes: Axes) -> list[tuple[float, float, float, float, str]]:
    """Place, estimate, low, high and colour of every mark with its interval, in the order drawn."""
    drawn = lines(axes)
    return [
        (mark.y[0], mark.x[0], bar.x[0], bar.x[1], mark.colour)
        for bar, mark in pairwise(drawn)
        if len(bar.x) == 2 and len(mark.x) == 1 and bar.y == mark.y * 2 and bar.colour == mark.colour
    ]


def bands(axes: Axes) -> list[Band]:
    """Every band between two curves."""
    found = []
    for drawn in axes.collections:
        if isinstance(drawn, LineCollection):
            continue
        points = np.asarray(drawn.get_paths()[0].vertices)
        places = sorted(set(points[:, 0]))
        edges = {place: points[points[:, 0] == place][:, 1] for place in places}
        low, high = ({float(at): float(end(values)) for at, values in edges.items()} for end in (np.min, np.max))
        found.append(Band(low, high, to_hex(drawn.get_facecolor()[0])))
    return found


def standing(axes: Axes) -> list[tuple[float, float, float, str]]:
    """Place, low, high and colour of every standing interval, in the order drawn."""
    return [
        (float(segment[0][0]), float(segment[0][1]), float(segment[1][1]), to_hex(drawn.get_color()[0]))
        for drawn in axes.collections
        if isinstance(drawn, LineCollection)
        for segment in drawn.get_segments()
    ]


def filled(axes: Axes) -> list[tuple[float, float, bool]]:
    """Place across, row, and whether it is filled of every single mark, in the order drawn."""
    return [
        (
            float(line.get_xdata()[0]),
            float(line.get_ydata()[0]),
            same_color(line.get_markerfacecolor(), line.get_color()),
        )
        for line in axes.get_lines()
        if len(line.get_xdata()) == 1 and line.get_marker() != "None"
    ]


def bars(axes: Axes) -> list[Bar]:
    """Every lying bar."""
    return [
        Bar(
            round(float(bar.get_y() + bar.get_height() / 2), 9),
            float(bar.get_x()),
            float(bar.get_x() + bar.get_width()),
            to_hex(bar.get_facecolor()),
        )
        for bar in axes.patches
    ]


def rows(axes: Axes) -> list[str]:
    """Names of the rows of a lying figure from the top, on one line each."""
    ticks = sorted(zip(axes.get_yticks(), axes.get_yticklabels(), strict=True), key=lambda tick: tick[0])
    bottom, top = axes.get_ylim()
    assert bottom > top, "the first row is at the top"
    assert [place for place, _ in ticks] == list(range(len(ticks)))
    return [" ".join(label.get_text().split()) for _, label in ticks]


def beside(axes: Axes) -> dict[float, str]:
    """What is written to the right of each row."""
    of_rows = [text for text in axes.texts if getattr(text, "xycoords", "") == ("axes fraction", "data")]
    return {text.xy[1]: text.get_text() for text in of_rows}


def legend(figure: Figure) -> dict[str, str]:
    """Colour of every entry of the figure's legends, by its words."""
    kept = [*figure.legends, *filter(None, (axes.get_legend() for axes in figure.axes))]
    return {
        text.get_text(): to_hex(handle.get_color())
        for found in kept
        for text, handle in zip(found.get_texts(), found.get_lines(), strict=True)
    }


def written(axes: Axes) -> str:
    """Everything written on or around axes, on one line."""
    from matplotlib.text import Text

    return " ".join(" ".join(text.get_text() for text in axes.findobj(Text)).split())


def upright(axes: Axes) -> bool:
    """Whether more is to the right and, unless rows are counted from the top, upwards."""
    return axes.get_xlim()[0] < axes.get_xlim()[1]


def told_apart(table: pd.DataFrame, unit: float = 1.0) -> pd.DataFrame:
    """The table with numbers of which no two are alike, some rows falling and some rising, intervals lopsided.

    ``unit`` is the size of the numbers. Columns that the table does not have are not added.
    """
    order = np.arange(len(table), dtype=float)
    estimate = unit * ((-1.0) ** (order + 1.0)) * (0.7 + 0.13 * order)
    numbers: dict[str, Any] = {
        "estimate": estimate,
        "low": estimate - unit * (0.11 + 0.01 * order),
        "high": estimate + unit * (0.37 + 0.01 * order),
        "authority_low": estimate - unit * (0.61 + 0.01 * order),
        "authority_high": estimate + unit * (0.83 + 0.01 * order),
        "shown": estimate,
        "width": unit * (0.48 + 0.02 * order),
        "comparator_mean": unit * (20.0 + 3.0 * order),
        "arm_mean": unit * (20.0 + 3.0 * order) + estimate,
        "mean": 0.3 + 0.01 * order,
        "mean_low": 0.27 + 0.009 * order,
        "mean_high": 0.38 + 0.011 * order,
        "probability": 0.41 + 0.01 * order,
        "probability_low": 0.33 + 0.01 * order,
        "probability_high": 0.62 + 0.01 * order,
        "evpi": unit * (0.2 + 0.01 * order),
    }
    return table.assign(**{name: values for name, values in numbers.items() if name in table})


def shares_apart(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The table with shares of which no two are alike, in the columns named and their ``_low`` and ``_high``."""
    order = np.arange(len(table), dtype=float) / max(len(table), 1)
    numbers = {}
    for place, name in enumerate(names):
        middle = 0.12 + 0.6 * order + 0.01 * place
        numbers |= {
            name: middle,
            f"{name}_low": middle - 0.03 - 0.02 * order,
            f"{name}_high": middle + 0.05 + 0.1 * order,
        }
    return table.assign(**numbers)


def signed_apart(table: pd.DataFrame, *names: str, unit: float = 1.0) -> pd.DataFrame:
    """The table with numbers of size ``unit``, falling and rising in turn, in the columns named and their ends."""
    order = np.arange(len(table), dtype=float)
    numbers = {}
    for place, name in enumerate(names):
        middle = ((-1.0) ** (order + place + 1.0)) * (0.7 + 0.013 * order + 0.31 * place)
        ends = {f"{name}_low": middle - 0.11 - 0.01 * order, f"{name}_high": middle + 0.37 + 0.01 * order}
        numbers |= {name: middle, **ends}
    return table.assign(**{name: unit * values for name, values in numbers.items()})
