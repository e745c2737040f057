"""The report of a trial study: would it tell, does it err, what can it see, what would it cost, how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from sos_sim.core.provenance import CAVEAT
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Page, Picture, Section, Sheet, Words
from sos_sim.kit.sentences import capital, listed
from sos_sim.trials.analyses import ANALYSES
from sos_sim.trials.protocol import NUMBERS
from sos_sim.trials.report import figures_effects as effects
from sos_sim.trials.report import figures_operating as figures
from sos_sim.trials.report import readings
from sos_sim.trials.report.estimands import estimand
from sos_sim.trials.report.implied import implied_sections
from sos_sim.trials.report.material import (
    DESIGNS,
    HeldTrial,
    analysis_said,
    design_in_short,
    difference_unit,
    in_unit,
    read_held,
)
from sos_sim.trials.report.sheets import (
    ANALYSES_SHOWN,
    NUMBERS_SHOWN,
    REACH_SHOWN,
    assurance_sheet,
    bias_sheet,
    error_sheet,
    power_sheet,
)
from sos_sim.trials.report.worth import cost_sections

_INSIDE_ONLY: Final = ("offered", "recruit_months", "recruited")
_INSIDE: Final = (
    *_INSIDE_ONLY,
    "roll_in_months",
    "follow_up_months",
    "horizon_months",
    "draws",
    "trials",
    "trials_per_draw",
    "seed",
)
"""Numbers of a trial file that matter inside one authority."""


def trial_page(folder: Path) -> Page:
    """The page of a finished trial study. Raises ResultsFolderError where it is unfinished or holds none."""
    held = read_held(folder)
    made = (_unseen, _errors, _power, _assurance, _bias, implied_sections, cost_sections, _how_made)
    sections = [section for make in made for section in make(held)]
    return Page(str(held.asked["name"]), readings.trial_summary(held), CAVEAT, sections)


def _unseen(held: HeldTrial) -> Iterator[Section]:
    """Harm that records show beside harm that they do not, over draws."""
    import pandas as pd

    names, design = readings.harms(held), str(held.asked["designs"][0])
    blocks: list[Block] = [Words((readings.unseen(held),))]
    for unit in dict.fromkeys(held.unit(name) for name in names):
        alike = [name for name in names if held.unit(name) == unit]
        here = pd.concat([held.effects(name, design).assign(outcome=name) for name in alike])
        labels = [
            (name, f"{'recorded' if held.recorded(name) else 'not recorded'}: {held.label(name)}") for name in alike
        ]
        here = here.assign(true_effect=in_unit(here["true_effect"], unit))
        blocks.append(
            Picture(
                f"trial-harm-{len(blocks)}",
                "What would become of harm that records show, and of harm that they do not?",
                effects.harm_seen_and_unseen(here, labels, difference_unit(unit)),
                f"True effects in the model over draws: {'; '.join(readings.harm_said(held, name) for name in alike)}.",
            )
        )
    yield Section("unseen", "What a trial cannot see", blocks)


def _errors(held: HeldTrial) -> Iterator[Section]:
    rows = held.power(effect=False, outcome=held.primary)
    said = [*readings.error_rates(held), *readings.not_made(held)]
    figure = figures.by_analysis(rows, figures.ERROR_RATE, capital(held.clusters_are))
    yield Section(
        "errors",
        "Type I error: does each analysis hold its 5 %?",
        [
            Words((readings.SAYS.sentence("errors_read"), *said)),
            Picture(
                "trial-errors",
                "How often does each analysis find an effect where there is none?",
                figure,
                f"Shares of trials without an effect that find one, by analysis, design and size. {' '.join(said)}",
            ),
            error_sheet(rows),
        ],
    )


def _power(held: HeldTrial) -> Iterator[Section]:
    unit, every = held.unit(held.primary), held.power(effect=True, outcome=held.primary)
    rows = held.power(effect=True, outcome=held.primary, lead=True)
    scaled = rows.assign(**{name: in_unit(rows[name], unit) for name in ("detectable", "true_effect")})
    said, about = list(readings.power_at_sizes(held)), capital(held.label(held.primary))
    blocks: list[Block] = [
        Words(
            (
                *([] if held.inside else [estimand(held.asked, design) for design in held.asked["designs"]]),
                readings.SAYS.sentence("power_read", outcome=held.label(held.primary)),
                *said,
                readings.smallest_enough(held),
            )
        ),
        Picture(
            "trial-power",
            f"Would a trial tell, and what is the smallest difference it sees? {about}",
            figures.power_and_detectable(scaled, difference_unit(unit), held.clusters_are),
            f"Power and detectable difference by size and design. {' '.join(said)}",
        ),
        power_sheet("trial_power", "Power and detectable difference", every, held),
        *_reach(held),
        *_other_outcomes(held),
    ]
    yield Section("power", "Power, and the smallest difference seen", blocks)


def _reach(held: HeldTrial) -> Iterator[Block]:
    """Power over follow-up and size of authorities, at the most clusters for which all are known."""
    table = held.table("reach")
    if table.empty:
        return
    known = table.groupby(["design", "clusters"])["size"].transform("nunique")
    best = table[known == known.groupby(table["design"]).transform("max")]
    best = best[best["clusters"] == best.groupby("design")["clusters"].transform("max")]
    yield Picture(
        "trial-reach",
        "Would longer follow-up, or larger authorities, make it tell?",
        figures.power_by_reach(best),
        "Power by months in which children are counted, and by size of the authorities that are drawn from, by design.",
    )
    yield as_sheet(
        "trial_reach",
        "Power over follow-up and size of authorities",
        table.assign(design=[design_in_short(name) for name in table["design"]]),
        REACH_SHOWN,
        formats={**dict.fromkeys(("rejected", "rejected_low", "rejected_high"), ".1%"), "children": ",.0f"},
        labels={
            "clusters": held.clusters_are,
            "size": "drawn from",
            "follow_up_months": "months of counting",
            "rejected": "power",
            "rejected_low": "from",
            "rejected_high": "to",
            "children": "children counted",
        },
    )


def _other_outcomes(held: HeldTrial) -> Iterator[Block]:
    """Power for outcomes besides the primary one; of those that no record shows nothing is drawn."""
    names = [name for name in held.outcomes if name != held.primary and held.recorded(name)]
    if not names:
        return
    rows = held.power(effect=True)
    rows = rows[rows["outcome"].isin(names)]
    yield Picture(
        "trial-outcomes",
        "Would a trial tell differences in other outcomes?",
        figures.power_by_outcome(rows, {name: capital(held.label(name)) for name in names}, held.clusters_are),
        f"Power by size and design for {listed([held.label(name) for name in names])}.",
    )
    yield power_sheet("trial_outcomes", "Power for other outcomes that records show", rows, held)


def _assurance(held: HeldTrial) -> Iterator[Section]:
    rows = held.table("assurance", outcome=held.primary)
    blocks: list[Block] = []
    if len(rows):
        said = list(readings.assurance_said(held))
        blocks = [
            Words((readings.SAYS.sentence("assurance_read"), *said)),
            Picture(
                "trial-assurance",
                "How probable is a conclusive trial when the effect itself is uncertain?",
                figures.assurance_by_size(rows, held.clusters_are),
                f"Probability of a conclusive trial by size and design. {' '.join(said)}",
            ),
            assurance_sheet(held),
        ]
    blocks += _true_effects(held)
    if blocks:
        yield Section("assurance", "Assurance, and the effects that a trial could tell", blocks)


def _true_effects(held: HeldTrial) -> Iterator[Block]:
    unit, rows = held.unit(held.primary), held.table("true_effects", outcome=held.primary)
    power = held.power(effect=True, outcome=held.primary, lead=True)
    if rows.empty or power["detectable"].isna().all():
        return
    scaled = rows.assign(true_effect=in_unit(rows["true_effect"], unit))
    power = power.assign(detectable=in_unit(power["detectable"], unit))
    yield Picture(
        "trial-true-effects",
        "Which effects are held possible, and which of them could a trial tell from none?",
        effects.effects_and_detectable(scaled, power, difference_unit(unit), held.clusters_are),
        "True effects of every draw beside the region in which each design and size sees nothing with 80 % power.",
    )


def _bias(held: HeldTrial) -> Iterator[Section]:
    unit, rows = held.unit(held.primary), held.power(effect=True, outcome=held.primary)
    scaled = rows.assign(**{name: in_unit(rows[name], unit) for name in ("bias", "bias_low", "bias_high")})
    said, sizes_are = readings.biased(held), capital(held.clusters_are)
    yield Section(
        "bias",
        "Bias and coverage",
        [
            Words((said, *readings.steps(held))),
            Picture(
                "trial-bias",
                "Do estimates lie around the true effect?",
                figures.by_analysis(scaled, figures.bias_in(difference_unit(unit)), sizes_are),
                f"Mean estimate less true effect by analysis, design and size. {said}",
            ),
            Picture(
                "trial-coverage",
                "Do 95 % intervals hold the true effect in 95 % of trials?",
                figures.by_analysis(rows, figures.COVERAGE, sizes_are),
                "Shares of intervals that hold the true effect, by analysis, design and size.",
            ),
            bias_sheet(rows, unit),
        ],
    )


def _how_made(held: HeldTrial) -> Iterator[Section]:
    import pandas as pd

    asked: Mapping[str, object] = held.asked
    numbers = [
        {"number": name, "value": asked[name], "unit": number.unit, "meaning": number.meaning}
        for name, number in NUMBERS.items()
        if name in asked and (name in _INSIDE if held.inside else name not in _INSIDE_ONLY)
    ]
    left_out = [
        readings.SAYS.sentence("failed", failed=f"{failed:,}", started=f"{started:,}", what=what)
        for what, (started, failed) in held.rows.items()
        if failed
    ]
    designs = [f"{capital(DESIGNS[name][0])}: {DESIGNS[name][1]}" for name in held.asked["designs"]]
    about = [
        str(asked["description"]).strip(),
        f"Scenarios: {' against '.join(reversed(list(held.asked['arms'])))}.",
        *held.drawn_from,
    ]
    if held.lacking:
        about.append(readings.SAYS.sentence("lacking", tables=held.lacking))
    if held.inside:
        about.append(readings.SAYS.sentence("no_costs_inside"))
    yield Section(
        "made",
        "How it was made",
        [
            Words(tuple(text for text in (*about, *left_out, *designs) if text)),
            Sheet("trial_numbers", "Numbers of the trial", pd.DataFrame(numbers), NUMBERS_SHOWN, shows_effect=False),
            *_analyses(held),
        ],
    )


def _analyses(held: HeldTrial) -> Iterator[Block]:
    import pandas as pd

    names = list(dict.fromkeys(held.tables["power"]["analysis"]))
    rows = [
        {
            "analysis": analysis_said(name),
            "what": ANALYSES[name].description,
            "source": ANALYSES[name].source,
            "expected": "hold 5 %" if ANALYSES[name].corrected else "find too much",
        }
        for name in names
        if name in ANALYSES
    ]
    yield Sheet(
        "trial_analyses",
        "Analyses",
        pd.DataFrame(rows),
        ANALYSES_SHOWN,
        shows_effect=False,
        labels={"expected": "expected to"},
    )
