"""Tables of hypothesis cards."""

from __future__ import annotations

from typing import Final

from sos_sim.runs.contracts import Contract, catalogue, numeric, text, whole

OF_THE_OUTCOME: Final = "that of the outcome"

_CARD: Final = (
    text("id", "name of the card: its kind and a number"),
    whole("rank", "place by strength, 1 the strongest; cards that predict no difference come last"),
    text("kind", "what kind of prediction it is"),
    text("arm", "the arm it is about"),
    text("outcome", "the outcome it predicts, an outcome measure or what happens together"),
    text("unit", "unit of the outcome"),
    numeric("estimate", "the predicted difference", OF_THE_OUTCOME),
    numeric("low", "lower end of its interval", OF_THE_OUTCOME),
    numeric("high", "upper end of its interval", OF_THE_OUTCOME),
    whole("draws", "draws of parameters", "draws"),
    whole("pairs", "pairs of runs", "pairs"),
    numeric("error", "standard error of the estimate; NaN where there is none", OF_THE_OUTCOME),
    numeric("sd", "standard deviation between the values of draws", OF_THE_OUTCOME),
    numeric("agreeing", "share of pairs, or of draws, on the side of the estimate", "share"),
    text("agreeing_by", "how that share was found"),
    numeric("returning", "chance that a study of other seeds tells it from luck again; NaN: no test decides", "share"),
    numeric("level", "the share of cases that the interval is meant to hold", "share"),
    numeric("base", "value of the comparator; NaN where there is none", OF_THE_OUTCOME),
    text("subject", "link, condition, band or arm that is contrasted; empty for the whole effect"),
    text("setting_low", "what the contrast starts from"),
    text("setting_high", "what it goes to"),
    numeric("at_low", "difference between arms at the first", OF_THE_OUTCOME),
    numeric("at_high", "difference between arms at the second", OF_THE_OUTCOME),
    numeric("refuting_below", "an interval wholly below this refutes the card; NaN: none does", OF_THE_OUTCOME),
    numeric("refuting_above", "an interval wholly above this refutes the card; NaN: none does", OF_THE_OUTCOME),
    text("conditions", "under what conditions it holds"),
    text("region", "over which values of a condition the largest trial would see the difference"),
    text("link", "link of the theory that it tests, M0 to M8; empty for the whole chain"),
    text("beliefs", "parameters that drive it, joined by commas"),
    numeric("strength", "how strongly the draws commit, times the share that agrees"),
    text("link_name", "the link in words"),
    text("works", "what would be seen in practice if the link works"),
    text("fails", "what would be seen if it fails"),
    text("statement", "statements of the review that the behaviour comes from, with their grades"),
    text("statement_gist", "what these statements say"),
    text("grade_weakest", "the weakest grade among the beliefs, A to D"),
    text("grade_typical", "the commonest grade among them"),
    text("seen", "whether a trial sees it, or why that is not known"),
    text("trial_outcome", "the trial's outcome that stands for it; empty where none does"),
    text("design", "design of the fewest clusters that see it, else of the largest tried; empty without one"),
    text("analysis", "its analysis"),
    numeric("clusters", "its clusters; NaN without a trial", "clusters"),
    numeric("power", "its power for the trial's own true effect", "share"),
    numeric("true_effect", "that effect", OF_THE_OUTCOME),
    numeric("detectable", "the difference that it sees in 80 % of trials", OF_THE_OUTCOME),
    numeric("assurance", "how probable a conclusive trial is", "share"),
    numeric("assurance_low", "lower end of its interval", "share"),
    numeric("assurance_high", "upper end of its interval", "share"),
)
CARDS: Final = Contract("cards", "The cards as ``sos_sim.hypotheses.build`` returns them.", _CARD, ("id",))
HYPOTHESES: Final = Contract(
    "hypotheses",
    "The cards, with what is said of them.",
    (
        *_CARD,
        text("claim", "what is predicted, as what follows if the theory holds"),
        text("prediction", "the same without its condition"),
        text("refuted_by", "the result that would refute it"),
        text("design_said", "the trial that would see it, or why none is known"),
        text("answer_said", "how probable a conclusive answer is"),
        text("agreement", "how far draws or pairs agree"),
        text("conditions_said", "the conditions in words"),
        text("link_tested", "the link with its name"),
        text("statement_said", "the statements with what they say"),
        text("grades", "grades of the beliefs, and their names"),
    ),
    ("id",),
)
DROPPED: Final = Contract(
    "dropped",
    "Candidates that became no card.",
    (
        text("kind", "what kind of prediction they were"),
        text("reason", "why they were dropped"),
        whole("candidates", "how many", "candidates"),
    ),
    ("kind", "reason"),
)

TABLES: Final = catalogue(HYPOTHESES)
"""Tables that are kept, in the folder of the comparison."""
RETURNED: Final = catalogue(CARDS, DROPPED)
"""Tables that are returned only."""
