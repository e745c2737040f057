"""The section of a moderation study: what moderates each effect, told from luck, and one line about the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from sos_sim.kit.figures import bare, broken, no_difference, refuse_empty, ribbon, rows_from_the_top, sheet, whisker
from sos_sim.kit.page import Block, Picture, Section, Sheet, Words
from sos_sim.kit.words import Wording
from sos_sim.outcomes.expected import READABLE
from sos_sim.outcomes.measures import SHARE
from sos_sim.sensitivity.study import EFFECT_OF
from sos_sim.sensitivity.tables import ANALYSES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SAYS: Final = Wording("sos_sim.sensitivity.report", "moderators")
MOST_NAMED: Final = 4
_OF_THE_OUTPUT: Final = ("effect_from", "effect_to", "difference", "low", "high", "would_be_seen", "error", "estimate")


def moderation_said(moderation: pd.DataFrame, output: str, label: str) -> str:
    """What moderates one effect, by size, and the smallest contrast that would have been seen among the rest."""
    mine = moderation[moderation["output"] == output]
    told = mine[mine["told"]].sort_values("difference", key=abs, ascending=False)
    rest = mine[~mine["told"]]
    return SAYS.sentence(
        "told",
        label=label,
        told=told.head(MOST_NAMED).to_dict("records"),
        more=max(0, len(told) - MOST_NAMED),
        rest=len(rest),
        seen=float(rest["would_be_seen"].max()) if len(rest) else 0.0,
    )


def links_said(links: pd.DataFrame, output: str) -> str:
    """Which strengths do more where a moderator is high, or that none could be told."""
    mine = links[links["output"] == output]
    told = mine[mine["told"]].sort_values("estimate", key=abs, ascending=False)
    return SAYS.sentence("links", told=told.head(MOST_NAMED).to_dict("records"), tried=len(mine))


def interaction_said(indices: pd.DataFrame, output: str) -> str:
    """How much of what an effect varies by its largest moderators account for, and how many indices are luck."""
    mine = indices[indices["output"] == output]
    above = mine[~mine["is_luck"]].sort_values("total", ascending=False)
    luck, others = int(mine["is_luck"].sum()), len(mine) - min(len(above), MOST_NAMED)
    return SAYS.sentence("indices", indices=above.head(MOST_NAMED).to_dict("records"), luck=luck, others=others)


def points_label(label: str) -> str:
    """The name of an effect with the unit in which people read it."""
    return label.replace(f"({SHARE})", "(percentage points)")


def in_points(table: pd.DataFrame, output: str) -> pd.DataFrame:
    """A table about one effect as people read it: an effect on a share in percentage points."""
    measure = READABLE.get(output.removeprefix(EFFECT_OF))
    if measure is None or measure.unit != SHARE:
        return table
    return table.assign(**{name: 100.0 * table[name] for name in _OF_THE_OUTPUT if name in table})


def moderation_sections(tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], foot: str) -> Iterator[Section]:
    """A section for each effect of a moderation study; none for other studies. ``labels`` name effects for people."""
    if "moderation" not in tables:
        return
    moderation, links, surface = (tables[name] for name in ("moderation", "moderated_links", "moderation_surface"))
    indices, by_year = tables["moderation_indices"], tables["moderation_by_year"]
    for number, output in enumerate(dict.fromkeys(moderation["output"]), 1):
        mine, label = moderation[moderation["output"] == output], points_label(labels[output])
        shown, years = (in_points(table[table["output"] == output], output) for table in (moderation, by_year))
        as_shares = ", as shares" if label != labels[output] else ""
        predicted = surface[surface["output"] == output].iloc[0]
        fit = SAYS.sentence("surface", **{str(name): predicted[name] for name in predicted.index if name != "output"})
        said = moderation_said(shown, output, label), links_said(in_points(links, output), output)
        words = Words((*said, interaction_said(indices, output), fit))
        blocks: list[Block] = [words]
        if mine["told"].any():
            picture = moderators_figure(shown[shown["told"]], label, foot)
            caption = f"Differences in {label} from the low to the high end of each moderator, with 95% intervals."
            blocks.append(
                Picture(f"moderators-{number}", f"Who gains more, and where? {label}", picture, caption, True)
            )
            if years["year"].nunique() > 1:
                blocks.append(
                    Picture(
                        f"moderators-by-year-{number}",
                        f"When does it matter? {label}",
                        moderators_by_year(years, shown[shown["told"]], label, foot),
                        f"The same differences in {label} by year, the largest moderators, with 95% intervals.",
                        True,
                    )
                )
        sheets = {
            "moderation": f"All moderators{as_shares}",
            "moderation_by_year": f"The same by year{as_shares}",
            "moderation_indices": "Shares of what the effect varies by",
            "moderated_links": f"Strengths by moderators{as_shares}",
        }
        blocks += [_sheet_of_one(name, title, tables[name], output, number) for name, title in sheets.items()]
        yield Section(f"moderators-{number}", f"Moderators of {label}", blocks)


def _sheet_of_one(name: str, title: str, table: pd.DataFrame, output: str, number: int) -> Sheet:
    """What a table of a moderation study says of one effect."""
    mine = table[table["output"] == output].drop(columns="output")
    contract = ANALYSES[name].derived(without=("output",))
    return Sheet(f"{name.replace('_', '-')}-{number}", title, mine, contract, shows_effect=True)


def moderators_figure(told: pd.DataFrame, label: str, foot: str) -> Figure:
    """What does the effect gain or lose from a moderator's low to its high end?

    ``told`` are rows of the table ``moderation`` that are told from luck; the largest stands first. Raises ValueError
    without rows.
    """
    refuse_empty(told)
    ordered = told.sort_values("difference", key=abs, ascending=False)
    figure = sheet(8.5, 1.9 + 0.5 * len(ordered), foot)
    axes = figure.add_subplot()
    for place, row in enumerate(ordered.to_dict("records")):
        whisker(axes, place, row["difference"], row["low"], row["high"])
    rows_from_the_top(axes, [_named(row) for row in ordered.to_dict("records")])
    no_difference(axes)
    axes.set_xlabel(broken(f"change of the effect, {label}", 60))
    return figure


def moderators_by_year(years: pd.DataFrame, told: pd.DataFrame, label: str, foot: str) -> Figure:
    """In which year does a moderator make a difference to the effect?

    ``years`` are rows of the table ``moderation_by_year``, ``told`` those of ``moderation`` that are told from luck;
    the largest ``MOST_NAMED`` are drawn, a panel each. Raises ValueError without rows.
    """
    refuse_empty(years)
    refuse_empty(told)
    largest = told.sort_values("difference", key=abs, ascending=False).head(MOST_NAMED)
    figure = sheet(8.5, 3.6, foot)
    panels = figure.subplots(1, len(largest), sharey=True, squeeze=False)[0]
    for axes, row in zip(panels, largest.to_dict("records"), strict=True):
        mine = years[(years["moderator"] == row["moderator"]) & (years["to_value"] == row["to_value"])]
        ribbon(axes, mine["year"], mine["difference"], mine["low"], mine["high"])
        axes.set_title(broken(_named(row), 26), fontsize=9)
        axes.set_xticks(list(mine["year"]))
        axes.set_xlabel("year")
        no_difference(axes, across=True)
        bare(axes)
    panels[0].set_ylabel(broken(f"change of the effect, {label}", 40))
    return figure


def _named(row: Mapping[Any, Any]) -> str:
    return f"{row['moderator']}: {row['from_value']} to {row['to_value']}"
