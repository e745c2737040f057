"""Figures of sensitivity: what moves an output, how surely, with whom, and whether the sample is large enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.figures import COLOURS, QUIET, bare, refuse_empty, ribbon, rows_from_the_top, sheet, whisker
from sos_sim.sensitivity.estimators import SLICES
from sos_sim.sensitivity.study import DUMMY

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SHOWN: Final = 20
MOST_LABELS: Final = 10
MOST_LINES: Final = 4
NOISE: Final = "0.6"


def morris_plane(indices: pd.DataFrame, unit: str, foot: str = CAVEAT) -> Figure:
    """Which factors move the output, and whose effect depends on where the others stand?

    ``indices`` are those of one output by Morris: mean absolute elementary effect (mu*) across, with its
    interval, and the standard deviation of effects (sigma) up, in ``unit``. Hollow marks cannot be told from
    noise. Raises ValueError without rows.
    """
    wide = _wide(indices, ("mu_star", "sigma"))
    figure = sheet(8.0, 6.0, foot)
    axes = figure.add_subplot()
    for clear, rows in wide.groupby("distinguishable"):
        _draw_effects(axes, rows, bool(clear))
    limit = float(max(wide["mu_star_high"].max(), wide["sigma"].max()))
    axes.plot([0, limit], [0, limit], color=QUIET, linewidth=0.8, linestyle=":")
    axes.annotate(
        "σ = μ*:\neffects differ as\nmuch as they are large",
        (limit, limit),
        fontsize=8,
        color=QUIET,
        ha="right",
        va="bottom",
    )
    shown = wide[wide["distinguishable"]].nlargest(MOST_LABELS, "mu_star")
    _name_points(axes, shown if len(shown) else wide.nlargest(3, "mu_star"))
    axes.set_xlabel(f"μ*: mean absolute effect of a factor over its whole distribution\n({unit}; lines: 95% interval)")
    axes.set_ylabel(f"σ: standard deviation of its effects ({unit})")
    axes.set_xlim(0.0, 1.2 * limit)
    axes.set_ylim(0.0, 1.15 * limit)
    axes.legend(loc="upper left", frameon=False, fontsize=9)
    bare(axes)
    return figure


def index_bars(
    indices: pd.DataFrame, names: Sequence[str], label: str, foot: str = CAVEAT, most: int = MOST_SHOWN
) -> Figure:
    """How large is each index, with its interval, against what noise would make it?

    ``indices`` are those of one output and method; the first of ``names`` orders the factors, of which the
    ``most`` largest are shown. The grey bar behind each row is its floor: the dummy's upper bound, or what luck that
    the factor stirs would make. Raises ValueError without rows.
    """
    chosen = indices[indices["index"].isin(list(names)) & (indices["factor"] != DUMMY) & (indices["other"] == "")]
    refuse_empty(chosen)
    ranked = list(chosen[chosen["index"] == names[0]].sort_values("rank")["factor"][:most])
    figure = sheet(8.5, 2.2 + 0.34 * len(ranked), foot)
    axes = figure.add_subplot()
    for number, name in enumerate(names):
        rows = chosen[chosen["index"] == name].set_index("factor")
        _draw_index(axes, rows.loc[ranked], number, len(names), name)
    rows_from_the_top(axes, ranked)
    axes.axvline(0.0, color="0.35", linewidth=1.0, zorder=0)
    axes.set_xlabel(label)
    axes.plot([], [], color="0.85", linewidth=7.0, label="floor of noise (dummy, or luck stirred)")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", frameon=False, fontsize=9, ncols=3)
    return figure


def pair_map(indices: pd.DataFrame, name: str, label: str, foot: str = CAVEAT) -> Figure:
    """Which factors work together? ``name`` is the index of pairs, of one output.

    Pairs that stand out from noise have their number in bold. Raises ValueError without rows.
    """
    chosen = indices[(indices["index"] == name) & (indices["factor"] != DUMMY) & (indices["other"] != DUMMY)]
    refuse_empty(chosen)
    factors = list(dict.fromkeys([*chosen["factor"], *chosen["other"]]))
    figure = sheet(2.8 + 0.62 * len(factors), 2.4 + 0.5 * len(factors), foot)
    axes = figure.add_subplot()
    values = np.full((len(factors), len(factors)), np.nan)
    for row in chosen.to_dict("records"):
        place = factors.index(row["other"]), factors.index(row["factor"])
        values[place] = row["estimate"]
        weight = "bold" if row["distinguishable"] else "normal"
        axes.text(place[1], place[0], f"{row['estimate']:.2f}", ha="center", va="center", fontsize=8, weight=weight)
    most = float(np.nanmax(np.abs(values))) or 1.0
    image = axes.imshow(values, cmap="PuOr", vmin=-1.6 * most, vmax=1.6 * most)
    axes.set_xticks(range(len(factors) - 1), factors[:-1], rotation=40, ha="right")
    axes.set_yticks(range(1, len(factors)), factors[1:])
    axes.set_xlim(-0.5, len(factors) - 1.5)
    axes.set_ylim(len(factors) - 0.5, 0.5)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    figure.colorbar(image, ax=axes, label=f"{label}\n(bold: stands out from noise)", shrink=0.8)
    return figure


def conditional_curves(
    values: pd.DataFrame, outputs: Any, factors: Sequence[str], label: str, foot: str = CAVEAT
) -> Figure:
    """How does the output's distribution shift as one factor goes from low to high?

    ``values`` has a column for each factor, a row a run, ``outputs`` the output in the same order. Thin lines
    are distributions within ten slices of a factor (of as many categories as there are), the thick one is over all:
    PAWN is the gap between them. Raises ValueError without rows.
    """
    refuse_empty(values)
    columns = min(2, len(factors))
    lines = -(-len(factors) // columns)
    figure = sheet(8.5, 1.4 + 2.6 * lines, foot)
    panes: Any = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    figure.suptitle(label, fontsize=10)
    for pane, factor in zip(panes.ravel(), factors, strict=False):
        _draw_slices(pane, values[factor], np.asarray(outputs, dtype=float), factor)
    for pane in panes.ravel()[len(factors) :]:
        pane.set_axis_off()
    for pane in panes[:, 0]:
        pane.set_ylabel("share of rows\nup to this value", fontsize=9)
    return figure


def convergence(curve: pd.DataFrame, counted_in: str, label: str, foot: str = CAVEAT) -> Figure:
    """Would a larger sample change the indices?

    ``curve`` has blocks, factor, estimate, low, high of one output and method: the factors that are largest
    in the end, and the dummy. Raises ValueError without rows.
    """
    from matplotlib.ticker import MaxNLocator

    refuse_empty(curve)
    last = curve[curve["blocks"] == curve["blocks"].max()]
    largest = last[last["factor"] != DUMMY].assign(size=last["estimate"].abs()).nlargest(MOST_LINES, "size")
    figure = sheet(8.0, 4.8, foot)
    axes = figure.add_subplot()
    for number, factor in enumerate(largest["factor"]):
        rows = curve[curve["factor"] == factor].sort_values("blocks")
        ribbon(axes, rows["blocks"], rows["estimate"], rows["low"], rows["high"], number=number, label=factor)
    dummy = curve[curve["factor"] == DUMMY].sort_values("blocks")
    axes.fill_between(dummy["blocks"], dummy["low"], dummy["high"], color=NOISE, alpha=0.35, linewidth=0)
    axes.plot(dummy["blocks"], dummy["estimate"], color=NOISE, linewidth=1.5, label="dummy (noise)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(f"sample size ({counted_in})")
    axes.set_ylabel(label)
    axes.legend(frameon=False, fontsize=9, title="bands: 95% interval", alignment="left")
    bare(axes)
    return figure


def _wide(indices: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """A row a factor (the dummy left out): each index, the first one's interval, and whether it stands out."""
    kept = indices[indices["factor"] != DUMMY]
    refuse_empty(kept)
    wide = kept[kept["index"].isin(names)].pivot(index="factor", columns="index", values="estimate")
    first = kept[kept["index"] == names[0]].set_index("factor")[["low", "high", "distinguishable"]]
    return wide.join(first.rename(columns={"low": f"{names[0]}_low", "high": f"{names[0]}_high"}))


def _draw_effects(axes: Axes, rows: pd.DataFrame, clear: bool) -> None:
    shown, text = (COLOURS[0], "stands out from noise") if clear else (NOISE, "cannot be told from noise")
    axes.hlines(
        rows["sigma"],
        rows["mu_star_low"].clip(lower=0.0),
        rows["mu_star_high"],
        color=shown,
        linewidth=1.0,
        alpha=0.7 if clear else 0.3,
    )
    axes.plot(
        rows["mu_star"],
        rows["sigma"],
        "o",
        color=shown,
        markersize=6 if clear else 4,
        markerfacecolor=shown if clear else "white",
        label=f"{text} ({len(rows)})",
    )


def _name_points(axes: Axes, rows: pd.DataFrame) -> None:
    """Names beside points, one above another where they would overlap."""
    least = 0.035 * float(axes.get_ylim()[1])
    heights: list[float] = []
    for factor, row in rows.sort_values("sigma").iterrows():
        height = max(float(row["sigma"]), heights[-1] + least if heights else 0.0)
        heights.append(height)
        axes.annotate(
            str(factor),
            (row["mu_star"], row["sigma"]),
            xytext=(row["mu_star_high"] * 1.01, height),
            fontsize=8,
            va="center",
            textcoords="data",
        )


def _draw_index(axes: Axes, rows: pd.DataFrame, number: int, count: int, name: str) -> None:
    """One index of each factor, beside its companions."""
    for place, row in enumerate(rows.to_dict("records")):
        shifted = place + 0.3 * (number - (count - 1) / 2.0)
        side = -1.0 if row["estimate"] < 0 and abs(row["estimate"]) > row["floor"] else 1.0
        axes.barh(shifted, side * row["floor"], height=0.26, color="0.9", zorder=0)
        whisker(axes, shifted, row["estimate"], row["low"], row["high"], number=number, label=name if not place else "")


def _draw_slices(axes: Axes, values: pd.Series[Any], outputs: Any, factor: str) -> None:
    """Distributions of the output within slices of one factor, pale for low and dark for high values."""
    import matplotlib
    import pandas as pd

    words = not pd.api.types.is_numeric_dtype(values)
    parts = values.astype(str) if words else pd.qcut(values.rank(method="first"), SLICES, labels=False)
    groups = sorted(set(parts))
    shades = matplotlib.colormaps["viridis_r"](np.linspace(0.25, 0.95, len(groups)))
    for shade, group in zip(shades, groups, strict=True):
        inside = np.sort(outputs[(parts == group).to_numpy()])
        axes.step(
            inside,
            np.arange(1, len(inside) + 1) / len(inside),
            color=shade,
            linewidth=0.9,
            label=str(group) if words else "",
        )
    everywhere = np.sort(outputs)
    axes.step(everywhere, np.arange(1, len(everywhere) + 1) / len(everywhere), color="black", linewidth=2.0)
    ends = "" if words else f"\nlow {values.min():.3g} (pale) to high {values.max():.3g} (dark)"
    axes.set_title(f"{factor}{ends}", fontsize=9)
    if words:
        axes.legend(frameon=False, fontsize=8)
    axes.tick_params(labelbottom=True)
    bare(axes)
