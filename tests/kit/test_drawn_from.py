"""What is said of where draws come from."""

from __future__ import annotations

import pytest

from sos_sim.kit.drawn_from import posterior_said
from sos_sim.runs.posterior_draws import posterior_note


@pytest.mark.parametrize(
    ("posterior", "told"),
    [
        ("england", "as their priors have them"),
        ("england_with_trials", "as published studies leave them"),
        ("mine.parquet", "the posterior in mine.parquet"),
    ],
)
def test_a_manifest_says_which_posterior_is_drawn_from(posterior: str, told: str) -> None:
    (said,) = posterior_said({"status": "complete", **posterior_note(posterior)})
    assert told in said and posterior in said


def test_without_draws_nothing_is_said() -> None:
    assert posterior_said({"status": "complete", **posterior_note("")}) == []
