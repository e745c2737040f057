"""What a study will take is reckoned before it is planned, and what cannot be planned is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sos_sim.comparison.compare import ComparisonQuestion
from sos_sim.core.errors import InputError
from sos_sim.files.scenario import Scenario
from sos_sim.runs.forecast import LARGE_MEGABYTES, LARGE_SECONDS, MOST_ROWS, Forecast, check_rows, seconds_a_run
from sos_sim.runs.question import default_folder
from sos_sim.runs.rows import rows_of
from support.small_studies import usual_and_offer


@pytest.fixture
def scenarios(tmp_path: Path) -> list[Scenario]:
    """Usual practice and a programme; three replicates of 18 months of 2,000 children."""
    return usual_and_offer(tmp_path)


@pytest.mark.parametrize(
    ("seconds", "megabytes", "workers", "free", "large"),
    [
        (LARGE_SECONDS, 1.0, 1, 1e9, False),
        (LARGE_SECONDS + 1, 1.0, 1, 1e9, True),
        (LARGE_SECONDS + 1, 1.0, 2, 1e9, False),
        (1.0, LARGE_MEGABYTES, 1, 1e9, False),
        (1.0, LARGE_MEGABYTES + 1, 1, 1e9, True),
        (1.0, 51.0, 1, 100.0, True),
        (1.0, 49.0, 1, 100.0, False),
    ],
)
def test_large_is_long_or_much_or_half_of_what_is_free(
    seconds: float, megabytes: float, workers: int, free: float, large: bool
) -> None:
    assert Forecast(1, seconds, megabytes).is_large(workers, free) is large


def test_rows_time_and_space_of_a_comparison(scenarios: list[Scenario]) -> None:
    few = ComparisonQuestion(scenarios).forecast()
    assert few.rows == 6
    assert few.seconds == pytest.approx(3 * seconds_a_run(scenarios)) == pytest.approx(3 * 2 * 2000 * 18 * 2e-8)
    drawn = ComparisonQuestion([arm.with_values(draws=5) for arm in scenarios]).forecast()
    assert drawn == pytest.approx([5 * number for number in few])


def test_too_many_rows_are_refused_before_any_is_planned(scenarios: list[Scenario]) -> None:
    assert check_rows(MOST_ROWS) == MOST_ROWS
    with pytest.raises(InputError, match=r"2,000,001 rows; a study has at most 2,000,000"):
        check_rows(MOST_ROWS + 1)
    many = [arm.with_values(replicates=1_000_000, draws=100_000) for arm in scenarios]
    with pytest.raises(InputError, match="200,000,000,000 rows"):
        ComparisonQuestion(many).forecast()
    with pytest.raises(InputError, match="4,000,000 rows"):
        rows_of(scenarios, 2_000_000)


def test_other_content_has_another_folder(scenarios: list[Scenario]) -> None:
    asked = ComparisonQuestion(scenarios)
    same, fewer, drawn = (
        asked,
        replace(asked, scenarios=scenarios[:1]),
        replace(asked, scenarios=[arm.with_values(draws=5) for arm in scenarios]),
    )
    folders = [default_folder("a", question) for question in (same, fewer, drawn, replace(asked, posterior=Path("p")))]
    assert len(set(folders)) == 4 and default_folder("a", ComparisonQuestion(scenarios)) == folders[0]
    assert folders[0].parent == Path("results") and folders[0].name.startswith("a-")
