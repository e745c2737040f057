"""Distributions as study files write them.

``{range: [low, high]}`` is uniform, ``{choices: [a, b]}`` equally likely values, and ``{NAME: {arguments}}``
any SciPy distribution by its name, cut to the parameter's declared range, with an optional ``spike`` at 0.
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np

from sos_sim.core.errors import did_you_mean
from sos_sim.core.parameters import Parameter, Value
from sos_sim.core.priors import Prior
from sos_sim.files.declarations import Number, as_declared, number_schema, trouble_with
from sos_sim.files.factors import Choices, SpreadFactor, uniform_between
from sos_sim.files.yaml_lines import Entry, describe, quoted

_SPIKE: Final = Number(0.0, "0-1", "probability that the value is exactly 0", 0.0, 0.999, whole=False)
_ARGUMENT: Final = Number(None, "as SciPy takes it", "an argument of a distribution", -1e300, 1e300, whole=False)


def read_distribution(parameter: Parameter, entry: Entry) -> SpreadFactor | Choices:
    """The distribution of a parameter as written. Raises ValueError saying what is wrong and what is allowed."""
    given = entry.value if isinstance(entry.value, dict) else {}
    kinds = [key for key in given if key != "spike"]
    if len(kinds) != 1:
        raise ValueError(
            f"{parameter.name} is given {describe(entry.value)}, but must be {{range: [low, high]}}, "
            "{choices: [a, b]} or {DISTRIBUTION: {argument: value}} with a name in scipy.stats."
        )
    if "spike" in given and kinds[0] in ("choices", "range"):
        raise ValueError(f"spike of {parameter.name} goes with a distribution, not with {kinds[0]}.")
    if kinds[0] == "choices":
        return Choices(_allowed_values(parameter, given["choices"], "choices"))
    if kinds[0] == "range":
        low, high = _bounds(parameter, given["range"])
        return uniform_between(low, high, parameter.whole)
    spike = _number(parameter, "spike", _SPIKE, given["spike"]) if "spike" in given else 0.0
    return _scipy_distribution(parameter, kinds[0], given[kinds[0]], spike)


def _allowed_values(parameter: Parameter, entry: Entry, word: str) -> tuple[Value, ...]:
    items = entry.value if isinstance(entry.value, list) else []
    if len(items) < 2:
        raise ValueError(f"{word} of {parameter.name} must be a list of at least two values.")
    for item in items:
        trouble = trouble_with(parameter.path, parameter, item.value)
        if trouble:
            raise ValueError(trouble)
    values = tuple(as_declared(parameter, item.value) for item in items)
    if len(set(values)) < len(values):
        raise ValueError(f"{word} of {parameter.name} names a value twice.")
    return values


def _bounds(parameter: Parameter, entry: Entry) -> tuple[float, float]:
    if parameter.choices:
        raise ValueError(f"{parameter.name} is a switch; give {{choices: [...]}} of {', '.join(parameter.choices)}.")
    low, high = (float(value) for value in (_allowed_values(parameter, entry, "range")[:2]))
    if low >= high or len(entry.value) != 2:
        raise ValueError(f"range of {parameter.name} must be [low, high] with low below high.")
    return low, high


def _number(parameter: Parameter, name: str, declared: Number, entry: Entry) -> float:
    trouble = trouble_with(f"{quoted(name)} of {parameter.name}", declared, entry.value)
    if trouble:
        raise ValueError(trouble)
    return float(as_declared(declared, entry.value))


def _scipy_distribution(parameter: Parameter, name: str, entry: Entry, spike: float) -> SpreadFactor:
    from scipy import stats

    known = [key for key, value in vars(stats).items() if isinstance(value, stats.rv_continuous | stats.rv_discrete)]
    if name not in known:
        raise ValueError(f"scipy.stats has no distribution {name!r}.{did_you_mean(name, known)}")
    if parameter.choices or not isinstance(entry.value, dict):
        raise ValueError(f"{name} of {parameter.name} must be a mapping of its arguments, and not of a switch.")
    arguments = {key: _number(parameter, key, _ARGUMENT, item) for key, item in entry.value.items()}
    prior = Prior(name, arguments, spike)
    _refuse_unusable(parameter, prior)
    return SpreadFactor(prior, parameter.low, parameter.high, parameter.whole)


def _refuse_unusable(parameter: Parameter, prior: Prior) -> None:
    shares = [prior.spike + (1.0 - prior.spike) * share for share in (0.1, 0.5, 0.9)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values: Any = prior.quantile(shares, parameter.low, parameter.high)
    except Exception as problem:  # each of SciPy's distributions fails in its own way
        text = f"{prior.distribution} of {parameter.name} does not take these arguments: {problem}."
        raise ValueError(text) from None
    if not np.all(np.isfinite(values)):
        raise ValueError(f"{prior.distribution} of {parameter.name} has impossible arguments.")
    if values[0] == values[-1]:
        raise ValueError(f"{prior} of {parameter.name} does not vary within its range, {parameter.allowed()}.")


def distribution_schema() -> dict[str, Any]:
    """What may stand after a parameter's name, as a JSON Schema."""
    value = {"type": ["number", "string"]}
    listed = {"type": "array", "items": value, "minItems": 2, "uniqueItems": True}
    return {
        "type": "object",
        "properties": {
            "range": listed | {"maxItems": 2, "description": "[low, high], uniform between them"},
            "choices": listed | {"description": "equally likely values"},
            "spike": _SPIKE.schema(),
        },
        "additionalProperties": {"type": "object", "additionalProperties": number_schema(whole=False)},
        "minProperties": 1,
        "maxProperties": 2,
    }
