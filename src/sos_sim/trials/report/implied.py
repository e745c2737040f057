"""What the simulated authorities imply for a trial: correlations, differences, textbook power, what spills over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Picture, Section, Words
from sos_sim.kit.sentences import capital
from sos_sim.trials.report import figures_effects as effects
from sos_sim.trials.report import readings
from sos_sim.trials.report.material import HeldTrial, analysis_said, design_in_short, difference_unit, in_unit
from sos_sim.trials.report.sheets import CONTAMINATION_SHOWN, CORRELATIONS_SHOWN, TEXTBOOK_SHOWN
from sos_sim.trials.tables import FUNNEL, SPREAD

POOL_FOOT: Final = (
    "Synthetic authorities under usual practice, without the programme. They differ as official figures say English "
    "authorities do; no figure of a real trial in England was found to check the correlations against."
)


def implied_sections(held: HeldTrial) -> Iterator[Section]:
    """A section of what authorities imply, or of what spills over inside one; none where there is no such table."""
    makers = {"correlations": _correlations, "spread": _spread, "textbook": _textbook}
    blocks = [block for name, make in makers.items() if name in held.tables for block in make(held)]
    if blocks:
        yield Section("implied", "What it implies: correlations, differences of authorities, textbook power", blocks)
    inside = {"contamination": _contamination, "funnel": _funnel}
    blocks = [block for name, make in inside.items() if name in held.tables for block in make(held)]
    if blocks:
        yield Section("inside", "Inside one authority: what spills over, and who takes part", blocks)


def _correlations(held: HeldTrial) -> Iterator[Block]:
    table = held.table("correlations")
    shares = table[table["icc"].notna()]
    if len(shares):
        yield Picture(
            "trial-correlations",
            "How alike are children of one authority?",
            effects.correlations(shares, [held.label(name) for name in shares["outcome"]], POOL_FOOT),
            "Intracluster correlations by outcome with intervals, and those known from elsewhere.",
            False,
        )
    yield as_sheet(
        "trial_correlations",
        "Correlations that the synthetic authorities imply",
        table.assign(outcome=[held.label(name) for name in table["outcome"]]),
        CORRELATIONS_SHOWN,
        note="ICC is of single children within an authority and period; the autocorrelation is of an authority's level "
        "one period apart; CV is the coefficient of variation between authorities. Rates have no ICC.",
        formats=dict.fromkeys(
            ("mean", "icc", "icc_low", "icc_high", "cluster_autocorrelation", "between_cv", "reference_icc"), ".3g"
        ),
        labels={
            "icc": "ICC",
            "icc_low": "from",
            "icc_high": "to",
            "cluster_autocorrelation": "autocorrelation",
            "between_cv": "CV",
            "reference_icc": "ICC from elsewhere",
            "reference": "source",
        },
        shows_effect=False,
    )


def _spread(held: HeldTrial) -> Iterator[Block]:
    yield as_sheet(
        "trial_spread",
        "How synthetic authorities differ in children starting to be looked after",
        held.table("spread"),
        SPREAD,
        note="Official: English authorities, years ending 31 March 2018 to 2023. Logarithms are "
        "natural; from and to hold 95 % for a standard deviation over so many authorities.",
        formats=dict.fromkeys(("official", "simulated", "low", "high"), ".3f"),
        labels={"what": "what differs"},
        shows_effect=False,
    )


def _textbook(held: HeldTrial) -> Iterator[Block]:
    table = held.table("textbook")
    yield Picture(
        "trial-textbook",
        "Do textbook formulas say what simulated trials do?",
        effects.formula_and_simulation(table, held.clusters_are),
        "Power in simulated trials with intervals against power by formula, with the line of agreement.",
    )
    yield as_sheet(
        "trial_textbook",
        "Textbook formula beside simulation",
        table.assign(design=table["design"].map(design_in_short), analysis=table["analysis"].map(analysis_said)),
        TEXTBOOK_SHOWN,
        note="Formulas assume authorities of one size and an effect that is the same everywhere; they are given the "
        "share, ICC and autocorrelation of the synthetic authorities and the true effect in the model.",
        formats={
            **dict.fromkeys(("simulated", "simulated_low", "simulated_high", "textbook"), ".1%"),
            "textbook_error": ".4f",
            "empirical_sd": ".4f",
        },
        labels={
            "clusters": held.clusters_are,
            "simulated": "simulated power",
            "simulated_low": "from",
            "simulated_high": "to",
            "textbook": "power by formula",
            "textbook_error": "error by formula",
            "empirical_sd": "SD of estimates",
        },
    )


def _contamination(held: HeldTrial) -> Iterator[Block]:
    table, unit, said = held.table("contamination"), held.unit(held.primary), tuple(readings.spilled(held))
    mine = table[table["outcome"] == held.primary]
    numbers = [f"{name}{end}" for name in readings.SPILLED for end in ("", "_low", "_high")]
    scaled = mine.assign(**{name: in_unit(mine[name], unit) for name in numbers})
    yield Words(said)
    yield Picture(
        "trial-contamination",
        f"How much spills over to those not offered it? {capital(held.label(held.primary))}",
        effects.what_spills_over(scaled, readings.SPILLED, difference_unit(unit)),
        " ".join(said),
    )
    yield as_sheet(
        "trial_contamination",
        f"True differences from usual practice, by outcome ({difference_unit(unit)})",
        table.assign(
            outcome=[held.label(name) for name in table["outcome"]],
            **{name: in_unit(table[name], unit) for name in numbers},
        ),
        CONTAMINATION_SHOWN,
        note="Means over trials with 95 % intervals for luck.",
        formats=dict.fromkeys(numbers, "+.2f"),
        labels={
            **readings.SPILLED,
            **{f"{name}{end}": said for name in readings.SPILLED for end, said in (("_low", "from"), ("_high", "to"))},
        },
    )


def _funnel(held: HeldTrial) -> Iterator[Block]:
    yield as_sheet(
        "trial_funnel",
        "Families at each step of recruitment (means over trials)",
        held.table("funnel"),
        FUNNEL,
        formats={"families": ",.0f", "share": ".0%"},
        labels={"share": "of those referred"},
        shows_effect=False,
    )
