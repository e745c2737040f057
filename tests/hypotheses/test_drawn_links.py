"""What the figure of the theory's links draws: each loss on its own side, in its colour, with the whole in the box."""

from __future__ import annotations

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sos_sim.comparison import tables
from sos_sim.core.links import LINKS
from sos_sim.hypotheses.report.figures import mechanism_path
from sos_sim.kit.figures import COLOURS
from support.declared import made

MEASURES = ("cla_start_rate", "harm_months_rate")
LOST = {("cla_start_rate", "M1"): -0.6, ("cla_start_rate", "M5"): 0.2, ("harm_months_rate", "M1"): -1.5}


def drawn() -> Figure:
    """Losses by two links of a whole of -2.0 and -5.0."""
    whole = dict(zip(MEASURES, (-2.0, -5.0), strict=True))
    rows = [
        {
            "measure": measure,
            "unit": "per 10,000 a year",
            "link": link,
            "name": LINKS[link],
            "estimate": lost,
            "low": lost - 0.1,
            "high": lost + 0.3,
            "without": whole[measure] - lost,
            "level": 0.95,
            "replicates": 12,
            "draws": 12,
        }
        for (measure, link), lost in LOST.items()
    ]
    return mechanism_path(made(tables.SWITCHED_OFF, rows))


def arrows(axes: Axes) -> dict[tuple[str, float], tuple[str, float]]:
    """Colour and alpha of every arrow to an outcome, by its link and side."""
    found = {}
    for text in axes.texts:
        arrow = getattr(text, "arrow_patch", None)
        if arrow is not None and text.xy[0] != 0.0:
            found[list(LINKS)[round(text.xy[1])], text.xy[0]] = (to_hex(arrow.get_edgecolor()), arrow.get_alpha())
    return found


def test_losses_are_drawn_on_the_side_and_in_the_colour_of_their_outcome() -> None:
    (axes,) = drawn().axes
    left, right = min(place for _, place in arrows(axes)), max(place for _, place in arrows(axes))
    lowers, raises = (to_hex(shade) for shade in COLOURS[:2])
    assert arrows(axes) == {("M1", left): (lowers, 1.0), ("M5", left): (raises, 1.0), ("M1", right): (lowers, 1.0)}


def test_losses_and_wholes_are_written_as_the_table_has_them() -> None:
    (axes,) = drawn().axes
    written = [" ".join(text.get_text().split()) for text in axes.texts]
    assert "−0.60 (−0.70 to −0.30)" in written and "+0.20 (+0.10 to +0.50)" in written
    boxes = [text for text in written if "with all links" in text]
    assert [float(box.split("links: ")[1].split()[0].replace("−", "-")) for box in boxes] == pytest.approx([-2.0, -5.0])
    assert "looked after" in boxes[0] and "harm" in boxes[1].lower()
