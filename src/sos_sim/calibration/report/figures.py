"""Figures of the fit to official statistics: how near, what was learned, how long spells last.

They compare no arms and show no effect; their foot says what a good fit does and does not mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sos_sim.kit.figures import COLOURS, QUIET, STYLES, bare, sheet
from sos_sim.statistics.survival import ALL_DRAWS, LEVEL

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FOOT: Final = (
    "Fitting official figures tests thresholds and flows of usual practice, not the programme theory of Signs of "
    "Safety: no trust, understanding, network or plan mechanism is measured by them."
)
OFFICIAL: Final = "black"
FARTHEST = 8.0
"""Distances beyond so many tolerances are drawn at the edge, with an arrow."""
MOST_PARAMETERS = 40


def distances(fit: pd.DataFrame, names: Sequence[str]) -> Figure:
    """How far is every figure from the official one, in tolerances, and how uncertain is that?

    ``fit`` has the columns official, tolerance, simulated, low, high, low_with_luck, high_with_luck and
    validate, as a calibration folder's; ``names`` label its rows. Thick lines are uncertainty about
    parameters, thin ones include the luck of one authority. Figures not used for the fit are hollow.
    """
    rows = fit.reset_index(drop=True)
    figure = sheet(9.5, 1.6 + 0.21 * len(rows), FOOT)
    axes = figure.add_subplot()
    for tolerances, shade in ((2.0, "0.95"), (1.0, "0.88")):
        axes.axvspan(-tolerances, tolerances, color=shade, linewidth=0, zorder=0)
    axes.axvline(0.0, color=OFFICIAL, linewidth=1.0, zorder=1)
    for place, row in rows.iterrows():
        _draw_distance(axes, -float(str(place)), row)
    axes.set_yticks([-place for place in range(len(rows))], names, fontsize=8)
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.set_xlim(-FARTHEST - 0.4, FARTHEST + 0.4)
    axes.set_xlabel("distance from the official figure, in tolerances (grey: within 1 and 2)")
    axes.legend(
        handles=_key_to_distances(bool(rows["validate"].any())),
        frameon=False,
        fontsize=8,
        loc="lower center",
        bbox_to_anchor=(0.4, 1.0),
        ncols=2,
    )
    bare(axes)
    return figure


def learned(contraction: pd.DataFrame) -> Figure:
    """Which beliefs did the official figures narrow, and which keep their prior?

    ``contraction`` is that of a calibration folder. Every parameter is drawn on the scale of its own
    prior (0 and 1 are its 5th and 95th centile); at most ``MOST_PARAMETERS`` are drawn, those that
    changed most. Colours tell those the data identify from those they do not.
    """
    rows = contraction.sort_values("contraction", ascending=False).head(MOST_PARAMETERS).reset_index(drop=True)
    figure = sheet(8.0, 1.5 + 0.21 * len(rows), FOOT)
    axes = figure.add_subplot()
    axes.axvspan(0.0, 1.0, color="0.92", linewidth=0, zorder=0, label="prior, middle 90%")
    for number, kind in enumerate(dict.fromkeys(rows["identified"])):
        _draw_learned(axes, rows[rows["identified"] == kind], COLOURS[number], str(kind).partition(":")[0])
    axes.set_yticks(
        [-place for place in rows.index],
        [f"{name}  {gain:.0%}" for name, gain in zip(rows["parameter"], rows["contraction"], strict=True)],
        fontsize=8,
    )
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.set_xlabel(
        "posterior, middle 90%, on the scale of the prior; % of its variance taken away\n"
        f"({len(rows)} of {len(contraction)} parameters, most narrowed first)"
    )
    axes.legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2)
    bare(axes)
    return figure


def curve_against_points(
    incidence: pd.DataFrame, published: pd.DataFrame, *, event: str, beginning: str, months: int
) -> Figure:
    """How soon after its beginning does a spell end, and what do published figures say?

    ``incidence`` has the columns draw, month, value, low and high of one cause
    (``statistics.survival.incidence_by_draw``); ``published`` has month, value, tolerance and source. The
    band is chance over the spells of all draws together, thin lines are single draws, a run each.
    """
    figure = sheet(8.0, 5.0, FOOT)
    axes = figure.add_subplot()
    shown = incidence[incidence["month"] <= months]
    _draw_single_draws(axes, shown)
    pooled = shown[shown["draw"] == ALL_DRAWS]
    axes.fill_between(
        pooled["month"],
        pooled["low"],
        pooled["high"],
        step="post",
        color=COLOURS[0],
        alpha=0.25,
        linewidth=0,
        label=f"{LEVEL:.0%} interval, chance alone",
    )
    axes.step(
        pooled["month"], pooled["value"], where="post", color=COLOURS[0], linewidth=1.8, label="all runs together"
    )
    for number, (source, points) in enumerate(published.groupby("source", sort=False)):
        axes.errorbar(
            points["month"],
            points["value"],
            yerr=points["tolerance"],
            color=OFFICIAL,
            linestyle="none",
            marker="os^D"[number % 4],
            markersize=5,
            capsize=3,
            label=f"published, ± tolerance: {source}",
        )
    axes.set_xlabel(f"months since {beginning}")
    axes.set_ylabel(f"share {event}")
    _months_axis(axes, months)
    rises_early = pooled["value"].max() > 0.5
    if not rises_early:
        axes.set_ylim(top=1.35 * float(shown["value"].max()) or 1.0)
    axes.legend(frameon=False, fontsize=8, loc="lower right" if rises_early else "upper left")
    return figure


def exits_by_type(incidence: pd.DataFrame, published: pd.DataFrame, shares: Mapping[str, float], months: int) -> Figure:
    """How long are children looked after, and how does it end?

    ``incidence`` has draw, cause, month and value for every type of exit; ``published`` has month,
    value and tolerance of all exits; ``shares`` are the published shares of exits by type. Bands run
    from the lowest to the highest draw. The published figures are shares of the exits of one year: they
    equal chances from entry only where numbers in care are steady.
    """
    figure = sheet(8.5, 5.4, FOOT)
    axes, margin = figure.subplots(1, 2, sharey=True, width_ratios=(12, 1))
    shown = incidence[incidence["month"] <= months]
    total = shown.groupby(["draw", "month"], as_index=False)["value"].sum().assign(cause="any exit")
    for number, (cause, rows) in enumerate([*shown.groupby("cause", sort=False), ("any exit", total)]):
        colour, style = (OFFICIAL, "-") if cause == "any exit" else (COLOURS[number], STYLES[number % len(STYLES)])
        _draw_range(axes, rows, colour, style, str(cause))
        if cause in shares:
            margin.plot([0.5], [shares[str(cause)]], "o", color=colour, markersize=6)
    axes.errorbar(
        published["month"],
        published["value"],
        yerr=published["tolerance"],
        color=OFFICIAL,
        marker="o",
        markersize=5,
        capsize=3,
        linestyle="none",
        label="published, any exit, ± tolerance",
    )
    axes.set_xlabel("months since entry to care")
    axes.set_ylabel("share of children who have left care")
    _months_axis(axes, months)
    margin.set_xlim(0.0, 1.0)
    margin.set_xticks([0.5], ["published\nshare of\nall exits"], fontsize=8)
    margin.tick_params(left=False)
    margin.spines[["left"]].set_visible(False)
    bare(margin)
    bands = f"all runs together; bands from the lowest to the highest of {shown['draw'].nunique() - 1} runs"
    axes.legend(frameon=False, fontsize=8, loc="upper left", ncols=2, title=bands, title_fontsize=8, alignment="left")
    axes.set_ylim(0.0, 1.35)
    axes.set_yticks([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    return figure


def official_against_simulated(fit: pd.DataFrame, names: Sequence[str], *, one_scale: bool = False) -> Figure:
    """Do simulated figures, each in its own unit, agree with the official ones and their spread between authorities?

    ``fit`` has official, tolerance, simulated, low_with_luck, high_with_luck, authorities_low and
    authorities_high; ``names`` label its rows, with their unit. Each row has a scale of its own, unless
    all share ``one_scale``.
    """
    figure = sheet(8.0, 1.0 + 0.62 * len(fit), FOOT)
    panels = figure.subplots(len(fit), 1, squeeze=False, sharex=one_scale)[:, 0]
    for axes, (_, row), name in zip(panels, fit.iterrows(), names, strict=True):
        _draw_strip(axes, row)
        axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    if one_scale:
        panels[-1].set_xlabel("share", fontsize=9)
    panels[0].legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return figure


def _draw_distance(axes: Axes, place: float, row: Any) -> None:
    """One figure's distance, its two intervals, and an arrow where it lies beyond the edge."""
    away = {
        name: (float(row[name]) - row["official"]) / row["tolerance"]
        for name in ("simulated", "low", "high", "low_with_luck", "high_with_luck")
    }
    colour = COLOURS[1] if abs(away["simulated"]) > 2.0 else COLOURS[0]
    for low, high, width in (("low_with_luck", "high_with_luck", 1.0), ("low", "high", 3.0)):
        axes.plot([away[low], away[high]], [place, place], color=colour, linewidth=width, solid_capstyle="butt")
    at = min(max(away["simulated"], -FARTHEST), FARTHEST)
    mark = "o" if at == away["simulated"] else ">" if at > 0 else "<"
    face = "white" if row["validate"] else colour
    axes.plot([at], [place], mark, color=colour, markerfacecolor=face, markersize=5, zorder=3)


def _key_to_distances(validated: bool) -> list[Any]:
    from matplotlib.lines import Line2D

    key = [
        Line2D([], [], color=COLOURS[0], marker="o", linewidth=3.0, label="within 2 tolerances; 90% over parameters"),
        Line2D([], [], color=COLOURS[1], marker="o", linewidth=3.0, label="beyond 2 tolerances"),
        Line2D([], [], color=COLOURS[0], linewidth=1.0, label="90% over parameters and luck"),
    ]
    if validated:
        key.append(Line2D([], [], color=COLOURS[0], marker="o", linewidth=3.0, label="not used for the fit"))
        key[-1].set_markerfacecolor("white")
    return key


def _draw_learned(axes: Axes, rows: pd.DataFrame, colour: str, label: str) -> None:
    """Posterior intervals of one kind of parameter, each on the scale of its prior."""
    span = (rows["prior_high"] - rows["prior_low"]).where(rows["prior_high"] > rows["prior_low"], 1.0)
    low, middle, high = ((rows[f"posterior_{name}"] - rows["prior_low"]) / span for name in ("low", "mean", "high"))
    axes.hlines(-rows.index, low, high, color=colour, linewidth=3.0)
    axes.plot(middle, -rows.index, "o", color=colour, markersize=5, label=label)


def _draw_single_draws(axes: Axes, incidence: pd.DataFrame) -> None:
    singles = [rows for draw, rows in incidence.groupby("draw") if draw != ALL_DRAWS]
    for number, rows in enumerate(singles):
        axes.step(
            rows["month"],
            rows["value"],
            where="post",
            color="0.6",
            linewidth=0.6,
            label=f"each of {len(singles)} runs" if number == 0 else None,
        )


def _draw_range(axes: Axes, rows: pd.DataFrame, colour: str, style: str, label: str) -> None:
    """The curve of all draws together, and the range over single draws."""
    pooled = rows[rows["draw"] == ALL_DRAWS]
    singles = rows[rows["draw"] != ALL_DRAWS].groupby("month")["value"]
    axes.fill_between(pooled["month"], singles.min(), singles.max(), step="post", color=colour, alpha=0.15, linewidth=0)
    axes.step(pooled["month"], pooled["value"], where="post", color=colour, linestyle=style, linewidth=1.6, label=label)


def _draw_strip(axes: Axes, row: Any) -> None:
    """One row: authorities' range, official value with tolerance, simulated value with interval."""
    if row["authorities_low"] == row["authorities_low"]:
        axes.plot(
            [row["authorities_low"], row["authorities_high"]],
            [1.0, 1.0],
            color="0.75",
            linewidth=6.0,
            solid_capstyle="butt",
            label="authorities, 10th-90th centile",
        )
    axes.errorbar(
        [row["official"]],
        [1.0],
        xerr=[row["tolerance"]],
        color=OFFICIAL,
        marker="o",
        markersize=5,
        capsize=3,
        linestyle="none",
        label="official, ± tolerance",
    )
    axes.plot([row["low_with_luck"], row["high_with_luck"]], [0.0, 0.0], color=COLOURS[0], linewidth=2.0)
    axes.plot([row["simulated"]], [0.0], "D", color=COLOURS[0], markersize=5, label="simulated, 90% interval")
    axes.set_ylim(-0.7, 1.7)
    axes.set_yticks([])
    axes.margins(x=0.08)
    axes.tick_params(labelsize=8, colors=QUIET)
    bare(axes)
    axes.spines[["left"]].set_visible(False)


def _months_axis(axes: Axes, months: int) -> None:
    """Whole years marked, shares from zero as per cent, no frame where nothing is read off."""
    step = 12 if months <= 96 else 24
    axes.set_xticks(range(0, months + 1, step))
    axes.set_xlim(0, months)
    axes.set_ylim(bottom=0.0)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    bare(axes)
