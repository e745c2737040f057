"""Tables that every study has: what its runs gave, month by month and as outcomes, and how each run went."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sos_sim.model import by_team, monthly
from sos_sim.model.events import Event
from sos_sim.outcomes.measures import MEASURES
from sos_sim.runs.contracts import OF_THE_MEASURE, Contract, catalogue, numeric, text, whole

ARM: Final = text("arm", "the scenario, by its name")
REPLICATE: Final = whole("replicate", "the run's number, from 0; equal numbers share their luck in all arms")
MONTH: Final = whole("month", "month after the warm-up, from 0", "months")
VALUE: Final = numeric("value", "the measure's value; NaN where there was nobody to count", OF_THE_MEASURE)
STATUSES: Final = ("waiting", "done", "failed")
STATUS: Final = text("status", "how the run went; 'waiting' only in a study that still runs", codes=STATUSES)
REASON: Final = text("reason", "why the run failed; empty for the others")

SEXES: Final = ("boy", "girl")
EVENT_NAMES: Final = tuple(event.name.lower() for event in Event)
MEASURE: Final = text("measure", "an outcome measure, see docs/measures.md", codes=tuple(MEASURES))

OUTCOMES: Final = Contract(
    "outcomes",
    "Every outcome measure of every run.",
    (ARM, REPLICATE, text("year", "year after the warm-up from 1, or 'all' for the whole time"), MEASURE, VALUE),
    ("arm", "replicate", "year", "measure"),
)
MONTHLY: Final = Contract(
    "monthly",
    "The authority at the end of every month of every run, and what happened in it.",
    (ARM, REPLICATE, MONTH, text("measure", "what is counted", codes=tuple(monthly.COLUMNS)), VALUE),
    ("arm", "replicate", "month", "measure"),
)
TEAMS: Final = Contract(
    "teams",
    "Every team at the end of every month of every run.",
    (
        ARM,
        REPLICATE,
        MONTH,
        whole("team", "number of the team, from 0"),
        text("measure", "what is counted", codes=tuple(by_team.COLUMNS)),
        VALUE,
    ),
    ("arm", "replicate", "month", "team", "measure"),
)
_OF_EVENT: Final = (
    whole("child", "number of the child, from 0; -1 for events of a family"),
    whole("family", "number of the family, from 0"),
    text("event", "what happened", codes=EVENT_NAMES),
    whole("detail", "what the event says besides, such as a kind of placement or of ending"),
)
EVENTS: Final = Contract(
    "events",
    "The record of all that happened, event by event, in the order in which it happened.",
    (ARM, REPLICATE, MONTH, *_OF_EVENT),
)
WARMUP_EVENTS: Final = Contract(
    "warmup_events",
    "The same record of the warm-up, kept where it is asked for.",
    (ARM, REPLICATE, whole("month", "month before the end of the warm-up, from -1 back", "months"), *_OF_EVENT),
)
CHILDREN: Final = Contract(
    "children",
    "Who the children of the event record are, whatever became of them.",
    (
        ARM,
        REPLICATE,
        whole("child", "number of the child, from 0, as in events"),
        whole("family", "number of the family, from 0, as in events"),
        whole(
            "birth", "month of birth, counted from the end of the warm-up as months are; below 0 before it", "months"
        ),
        text("sex", "drawn at birth; no rule reads it", codes=SEXES),
    ),
    ("arm", "replicate", "child"),
)
RUNS: Final = Contract(
    "runs",
    "How every run of every arm went.",
    (ARM, whole("draw", "number of the draw of parameters, from 0; 0 without draws"), REPLICATE, STATUS, REASON),
    ("arm", "replicate"),
)
DRAWS: Final = Contract(
    "draws", "The draws of parameters, in order.", (), further="one for each parameter that was drawn"
)
POINTS: Final = Contract(
    "runs",
    "How every run of every point went, with what went in and what came out.",
    (
        whole("point", "number of the point, from 0: values of the inputs that were run together"),
        REPLICATE,
        text("id", "name of the run's content: equal ids are one run"),
        STATUS,
        REASON,
    ),
    ("point", "replicate"),
    "one for each input (its name or path) and one for each output; outputs of runs that failed are NaN",
)


def _of_one_run(contract: Contract) -> Contract:
    columns = tuple(column for column in contract.columns if column not in (ARM, REPLICATE))
    key = tuple(name for name in contract.key if name not in (ARM.name, REPLICATE.name))
    return replace(contract, columns=columns, key=key)


ROW_TABLES: Final = catalogue(OUTCOMES, MONTHLY, EVENTS, CHILDREN, WARMUP_EVENTS, TEAMS)
"""Tables that are made of a part for every run."""
ONE_RUN: Final = {name: _of_one_run(contract) for name, contract in ROW_TABLES.items()}
"""The parts, which lack arm and replicate; ``sos_sim.simulate`` returns them."""
TABLES: Final = {**ROW_TABLES, **catalogue(RUNS, DRAWS)}
"""Tables of runs of scenarios."""
