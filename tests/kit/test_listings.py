"""Tables of declarations and figures show what they are given, and carry the caveat."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

from sos_sim.core.errors import InputError
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.figures import COLOURS, arms_over_time
from sos_sim.kit.parameters import as_csv, as_markdown, parameter_rows
from sos_sim.theory.parameters import declared


def monthly_table(arms: dict[str, float]) -> pd.DataFrame:
    """Three replicates, four months; an arm's value is its level plus month and replicate."""
    return pd.DataFrame(
        [
            {"arm": arm, "replicate": place, "month": month, "measure": "looked_after", "value": level + month + place}
            for arm, level in arms.items()
            for place in range(3)
            for month in range(4)
        ]
    )


def test_rows_hold_every_declaration_and_serialise() -> None:
    rows = parameter_rows()
    assert [row["path"] for row in rows] == [parameter.path for parameter in declared().values()]
    assert json.loads(json.dumps(rows)) == rows


def test_rows_of_one_kind() -> None:
    assert {row["kind"] for row in parameter_rows("lever")} == {"lever"}
    assert len(parameter_rows("lever")) < len(parameter_rows())


def test_unknown_kind_is_refused_with_a_hint() -> None:
    with pytest.raises(InputError, match="Did you mean 'belief'"):
        parameter_rows("beliefs")


def test_csv_reads_back() -> None:
    rows = parameter_rows()
    back = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert [row["path"] for row in back] == [row["path"] for row in rows]
    switch = next(row for row in back if row["path"] == "structure.skill_response")
    assert (switch["choices"], switch["low"]) == ("linear|threshold", "")
    assert as_csv([]) == ""


def test_markdown_marks_strengths_and_conditions() -> None:
    page = as_markdown(parameter_rows())
    line = {
        path: next(row for row in page.splitlines() if f"`theory.{path}`" in row)
        for path in ("relational", "plan_effect", "competence")
    }
    assert "| strength |" in line["relational"]
    assert "| strength, in every arm |" in line["plan_effect"]
    assert "only under `skill_response=threshold`" in line["competence"]


def test_figure_draws_means_in_the_unit_asked_for() -> None:
    table = monthly_table({"usual": 10.0, "programme": 8.0})
    figure = arms_over_time(table, "looked_after", label="children", scale=2.0)
    usual, programme = figure.axes[0].get_lines()
    assert np.allclose(usual.get_ydata(), [22.0, 24.0, 26.0, 28.0])
    assert np.allclose(programme.get_ydata(), [18.0, 20.0, 22.0, 24.0])
    assert (usual.get_color(), usual.get_linestyle()) != (programme.get_color(), programme.get_linestyle())
    assert figure.axes[0].get_ylim()[0] == 0.0


def test_figure_band_holds_the_middle_of_the_replicates() -> None:
    figure = arms_over_time(monthly_table({"usual": 10.0}), "looked_after", label="children", level=0.5)
    band = figure.axes[0].collections[0].get_paths()[0].vertices
    at_start = band[band[:, 0] == 0.0][:, 1]
    assert (at_start.min(), at_start.max()) == (10.5, 11.5)


def test_figure_names_axes_arms_start_and_caveat() -> None:
    table = monthly_table({"usual": 10.0, "programme": 8.0})
    figure = arms_over_time(table, "looked_after", label="children", start_month=2)
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("months after the warm-up", "children")
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["usual", "programme"]
    assert [text.get_text() for text in axes.texts] == ["programme starts"]
    assert list(axes.get_lines()[2].get_xdata()) == [2, 2]
    assert " ".join(figure.texts[0].get_text().split()) == CAVEAT


def test_figure_below_zero_is_not_cut() -> None:
    figure = arms_over_time(monthly_table({"usual": -20.0}), "looked_after", label="logit")
    assert figure.axes[0].get_ylim()[0] < -18.0


def test_figure_of_an_unknown_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="no measure 'trust'"):
        arms_over_time(monthly_table({"usual": 1.0}), "trust", label="0-1")


def test_more_arms_than_colours_are_still_drawn() -> None:
    arms = {f"arm {number}": float(number) for number in range(len(COLOURS) + 2)}
    assert len(arms_over_time(monthly_table(arms), "looked_after", label="children").axes[0].get_lines()) == len(arms)
