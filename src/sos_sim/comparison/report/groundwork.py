"""The last parts of a comparison's report: what it rests on, how the model fits, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sos_sim.comparison.report.readings import GROUNDWORK
from sos_sim.comparison.report.sheets import BELIEFS, PROVENANCE, SCENARIOS
from sos_sim.core.parameters import GRADES
from sos_sim.kit.columns import as_sheet
from sos_sim.kit.page import Block, Section, Words
from sos_sim.kit.parameters import parameter_rows
from sos_sim.runs.tables import RUNS
from sos_sim.theory.parameters import declared

if TYPE_CHECKING:
    import pandas as pd

    from sos_sim.comparison.report.material import Material
    from sos_sim.files.programmes import ScheduledProgramme
    from sos_sim.files.scenario import Scenario

_GRADES: Final = f"Grades: {', '.join(f'{grade} {meaning}' for grade, meaning in GRADES.items())}."
DRAWN: Final = "drawn"


def assumptions_section(material: Material) -> Section:
    """What differs between the scenarios, and every belief with its prior, grade and source."""
    import pandas as pd

    columns = [*SCENARIOS.names, *map(_under, material.stored.scenarios)]
    differences = pd.DataFrame(
        [*_values_apart(material), *_programmes(material), *_in_words(material)], columns=columns
    )
    beliefs = [_belief(row, material) for row in parameter_rows("belief")]
    blocks: list[Block] = [
        Words(
            (GROUNDWORK.sentence("assumptions_read"), GROUNDWORK.sentence("drawn", draws=len(material.stored.draws)))
        ),
        as_sheet("scenarios", "what differs between the scenarios", differences, SCENARIOS, shows_effect=False),
        as_sheet(
            "beliefs",
            "every belief, with the value used, its prior, grade and source",
            pd.DataFrame(beliefs),
            BELIEFS,
            (),
            GROUNDWORK.sentence("beliefs_note", drawn=DRAWN, grades=_GRADES),
            shows_effect=False,
        ),
    ]
    return Section("assumptions", "Assumptions", blocks)


def fit_of_comparator(material: Material) -> pd.DataFrame:
    """The comparator's outcomes against official figures."""
    from sos_sim.calibration.fit import set_against_targets

    outcomes = material.table("outcomes", arm=material.comparator)
    return set_against_targets(material.stored.scenarios[0], outcomes)


def fit_section(material: Material) -> Section:
    """How the comparator stands against official figures, its authority's own where it brings them."""
    from sos_sim.calibration.fit import targets_within
    from sos_sim.calibration.tables import SCENARIO_FIT

    table = fit_of_comparator(material)
    fitted = table.loc[~table["input"], "target"].nunique()
    text = GROUNDWORK.sentence(
        "fit",
        comparator=material.comparator,
        within_one=targets_within(table, 1.0),
        within_two=targets_within(table, 2.0),
        figures=fitted,
        own=table.loc[table["local"], "target"].nunique(),
    )
    columns = (
        "target",
        "measure",
        "official",
        *(["england"] if table["local"].any() else []),
        "tolerance",
        "simulated",
        "spread",
        "distance",
        "unit",
        "local",
        "year",
        "grade",
        "source",
    )
    sheet = as_sheet(
        "fit",
        "official against simulated figures",
        table,
        SCENARIO_FIT,
        columns,
        GROUNDWORK.sentence("fit_note", grades=_GRADES),
        formats={"distance": "+.1f"},
        shows_effect=False,
    )
    return Section("fit", "Fit to official figures", [Words((text,)), sheet])


def provenance_section(material: Material) -> Section:
    """What was run, with which code, and what failed."""
    import pandas as pd

    manifest, runs = material.manifest, material.table("runs")
    counts, draws = manifest["rows"], manifest.get("draws", {})
    rows = {
        "status": manifest["status"],
        "runs": f"{counts['done']:,} done, {counts['failed']:,} failed",
        "replicates of each draw": manifest["replicates"],
        "draws of parameters": draws.get("number", "none: the scenarios' own values"),
        "draws come from": manifest.get("posterior", "–"),
        "digest of the draws": draws.get("digest", "–"),
        "seed": material.stored.scenarios[0].run.seed,
        "engine": manifest["engine"],
        "code": manifest["code"],
        **{f"version of {name}": version for name, version in manifest["versions"].items()},
        **{f"machine: {name}": value for name, value in manifest["machine"].items()},
    }
    table = pd.DataFrame({"what": list(rows), "value": [str(value) for value in rows.values()]})
    failed = runs[runs["status"] == "failed"]
    blocks: list[Block] = [
        as_sheet("provenance", "where these numbers come from", table, PROVENANCE, shows_effect=False)
    ]
    if len(failed):
        note = GROUNDWORK.sentence("failed_note")
        blocks.append(as_sheet("failed-runs", "runs that failed", failed, RUNS, (), note, shows_effect=False))
    blocks.append(Words((GROUNDWORK.sentence("same_again"),)))
    return Section("provenance", "Provenance", blocks)


def _values_apart(material: Material) -> list[dict[str, str]]:
    """Parameters in which any scenario differs from the comparator, a row each."""
    scenarios, first = material.stored.scenarios, material.stored.scenarios[0]
    names = [name for name in first.values if any(other.values[name] != first.values[name] for other in scenarios)]
    return [
        {
            "what": declared()[name].meaning,
            "where": declared()[name].path,
            **{_under(scenario): _plain(scenario.values[name]) for scenario in scenarios},
        }
        for name in names
    ]


def _programmes(material: Material) -> list[dict[str, str]]:
    """Levers that any scenario's programmes set, a row each."""
    scenarios = material.stored.scenarios
    levers = dict.fromkeys(lever for scenario in scenarios for plan in scenario.programmes for lever in plan.levers)
    return [
        {
            "what": declared()[lever].meaning,
            "where": declared()[lever].path,
            **{_under(scenario): _lever_said(lever, scenario) for scenario in scenarios},
        }
        for lever in levers
    ]


def _in_words(material: Material) -> list[dict[str, str]]:
    """What scenarios set that is no single number and is not the same in all, a row each."""
    from sos_sim.files.in_words import besides_numbers

    said = [besides_numbers(scenario) for scenario in material.stored.scenarios]
    paths = [path for path in dict.fromkeys(path for words in said for path in words) if path != "run.start"]
    return [
        {
            "what": _meaning(path),
            "where": path,
            **{
                _under(scenario): words.get(path, "–")
                for scenario, words in zip(material.stored.scenarios, said, strict=True)
            },
        }
        for path in paths
        if len({words.get(path, "") for words in said}) > 1
    ]


def _meaning(path: str) -> str:
    """What a path of ``besides_numbers`` is about."""
    section, _, name = path.partition(".")
    key = path.rpartition(".")[2]
    known = {
        "budget": "what programmes may cost",
        "reach": "whom a programme reaches",
        "theory": "beliefs while it acts",
    }
    if section == "programmes" or path == "budget":
        return known[key]
    return f"{declared()[name].meaning}, by date"


def _under(scenario: Scenario) -> str:
    """The column of a scenario, which no name can make that of another thing."""
    return f"in {scenario.name}"


def _lever_said(lever: str, scenario: Scenario) -> str:
    settings = [f"{plan.levers[lever]:g} {_months(plan)}" for plan in scenario.programmes if lever in plan.levers]
    return "; ".join(settings) or f"{declared()[lever].default:g} (usual practice)"


def _months(plan: ScheduledProgramme) -> str:
    until = "" if plan.end_month is None else f" to month {plan.end_month}"
    return f"from month {plan.start_month}{until}"


def _belief(row: Mapping[str, object], material: Material) -> dict[str, Any]:
    """One belief with the value used in every scenario."""
    name = str(row["path"]).rpartition(".")[2]
    drawn = any(name in draw for draw in material.stored.draws)
    values = dict.fromkeys(
        DRAWN if drawn and name not in scenario.given else _plain(scenario.values[name])
        for scenario in material.stored.scenarios
    )
    return {
        "path": row["path"],
        "meaning": row["meaning"],
        "value": " / ".join(values),
        "unit": row["unit"],
        "strength": row["strength"],
        "link": row["link"],
        "prior": row["prior"],
        "grade": row["grade"],
        "source": row["source"],
    }


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
