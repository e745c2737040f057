"""The figure of the value of information: what to find out first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sos_sim.comparison.report.figures_economics import THOUSAND
from sos_sim.kit.figures import QUIET, beside, colour, refuse_empty, rows_from_the_top, sheet
from sos_sim.kit.sentences import amount, level_said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_BELIEFS: Final = 12
_PANELS: Final = {"link": "links of the theory, each with all its beliefs", "belief": "single beliefs"}


def what_to_find_out(ranking: pd.DataFrame) -> Figure:
    """Which link, and which single belief, is most worth knowing before an authority decides?

    ``ranking`` has the columns of ``comparison.value_ranking.rank_beliefs``; of beliefs the first ``MOST_BELIEFS`` are
    drawn. Full bars stand out from chance, pale ones do not. Raises ValueError without rows.
    """
    refuse_empty(ranking)
    panels = {kind: ranking[ranking["kind"] == kind] for kind in _PANELS}
    panels["belief"] = panels["belief"].head(MOST_BELIEFS)
    panels = {kind: rows for kind, rows in panels.items() if len(rows)}
    figure = sheet(10.5, 2.6 + 0.4 * sum(map(len, panels.values())) + 0.4 * len(panels))
    heights = [len(rows) + 1 for rows in panels.values()]
    stacked = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    for axes, (kind, rows) in zip(stacked, panels.items(), strict=True):
        _bars(axes, rows)
        axes.set_title(_PANELS[kind], fontsize=10, loc="left")
    stacked[-1].set_xlabel("worth of knowing beforehand (£ thousand for one authority's decision)")
    figure.legend(
        *stacked[0].get_legend_handles_labels(),
        loc="outside upper left",
        frameon=False,
        ncols=2,
        title=_said_of(ranking.iloc[0].to_dict()),
        alignment="left",
        title_fontsize=9,
    )
    return figure


def _bars(axes: Axes, rows: pd.DataFrame) -> None:
    for place, row in enumerate(rows.to_dict("records")):
        worth, low, high = (row[name] / THOUSAND for name in ("evppi", "low", "high"))
        axes.barh(place, worth, height=0.55, color=colour(0), alpha=0.85 if row["distinguishable"] else 0.3)
        axes.plot([low, high], [place, place], color=QUIET, linewidth=1.4)
        beside(axes, place, f"{_in_numbers(worth, low, high)}\nexplains {max(0.0, row['explained']):.0%}")
    rows_from_the_top(axes, [_name(row) for row in rows.to_dict("records")], width=50)
    axes.tick_params(axis="y", labelsize=8)
    noise, evpi = (float(rows[name].iloc[0]) / THOUSAND for name in ("noise", "evpi"))
    axes.axvline(noise, color=colour(1), linestyle="--", linewidth=1.2, label="most that chance alone made any worth")
    axes.axvline(evpi, color=colour(2), linestyle="-.", linewidth=1.2, label="worth of knowing everything")
    axes.axvline(0.0, color="0.35", linewidth=1.0, zorder=0)


def _in_numbers(*interval: float) -> str:
    if not any(interval):
        return "changes no draw's decision"
    worth, low, high = (amount(value, "£ thousand", decimals=1).removeprefix("+") for value in interval)
    return f"{worth}  ({low} to {high})"


def _name(row: dict[Any, Any]) -> str:
    if row["kind"] == "link":
        return f"{row['label']} ({row['grade']})"
    return f"{row['label']} [{row['name']}, {row['grade']}]"


def _said_of(row: dict[Any, Any]) -> str:
    return (
        f"an authority decides at {row['stated']}\n"
        f"full bars stand out from chance, pale ones do not; lines: {level_said(row['level'])} over {row['draws']} "
        "draws of parameters\nletters: grade of evidence (of a link, its weakest); 'explains': share of the "
        f"differences in net benefit\neverything: {row['about']}"
    )
