"""Priors: spikes, truncation, and every declared default within reach of its prior."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sos_sim.core.priors import beta, gamma, lognormal, normal
from sos_sim.theory.parameters import declared

WITH_PRIOR = {name: parameter for name, parameter in declared().items() if parameter.prior is not None}


def test_a_spike_takes_its_share_of_the_draws() -> None:
    values = beta(2, 3, spike=0.25).quantile(np.linspace(0.0005, 0.9995, 1000), 0.0, 1.0)
    assert (values == 0.0).mean() == pytest.approx(0.25)
    assert values[values > 0.0].mean() == pytest.approx(0.4, abs=0.005)


def test_means_and_medians_are_as_named() -> None:
    middle = np.array([0.5])
    assert normal(-3.0, 0.5).quantile(middle, -10, 10) == pytest.approx(-3.0)
    assert lognormal(0.1, 0.4).quantile(middle, 0, 10) == pytest.approx(0.1)
    shares = np.linspace(0.0005, 0.9995, 1000)
    assert gamma(4, 2.0).quantile(shares, 0, 100).mean() == pytest.approx(2.0, abs=0.02)


@given(st.floats(0.0, 1.0), st.floats(-4.0, 0.0), st.floats(0.1, 4.0))
def test_truncation_keeps_values_inside(chance: float, low: float, high: float) -> None:
    value = float(normal(0.0, 2.0).quantile(chance, low, high))
    assert low <= value <= high


def test_a_prior_says_what_it_is() -> None:
    assert str(beta(2, 3, spike=0.25)) == "0.25 at 0, else beta(a=2, b=3)"


@pytest.mark.parametrize("name", sorted(WITH_PRIOR))
def test_the_default_lies_within_its_prior(name: str) -> None:
    parameter = WITH_PRIOR[name]
    assert parameter.prior is not None
    low, high = parameter.prior.quantile([0.01, 0.99], parameter.low, parameter.high)
    assert low <= parameter.number(parameter.default) <= high


@pytest.mark.parametrize("name", [name for name, parameter in declared().items() if parameter.is_strength])
def test_every_strength_has_prior_weight_on_zero(name: str) -> None:
    prior = declared()[name].prior
    assert prior is not None and prior.spike > 0.0
