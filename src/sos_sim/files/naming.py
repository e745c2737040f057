"""Parameters by name or by phrase: ``trust_gain``, ``all beliefs``, ``link M5``, ``group Network``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from sos_sim.core.errors import did_you_mean
from sos_sim.core.parameters import Parameter
from sos_sim.files.everyday_words import meant_by
from sos_sim.files.scenario import Scenario
from sos_sim.files.yaml_lines import quoted
from sos_sim.theory.parameters import declared, strengths

_PHRASES: Final[dict[str, Callable[[Parameter], bool]]] = {
    "all beliefs": lambda parameter: parameter.kind == "belief",
    "all facts": lambda parameter: parameter.kind == "fact",
    "all levers": lambda parameter: parameter.kind == "lever",
    "all structure": lambda parameter: parameter.kind == "structure",
    "all strengths": lambda parameter: parameter.is_strength,
    "programme strengths": lambda parameter: parameter.name in strengths(programme_only=True),
    "all moderators": lambda parameter: parameter.heading == "moderator" and parameter.kind == "belief",
}


def chosen_parameters(phrase: str, scenarios: Sequence[Scenario], switches: Collection[str]) -> list[Parameter]:
    """The parameters that a name or phrase means; a phrase leaves out those without a distribution.

    A phrase also leaves out what has no effect under the scenarios' ``structure``, unless the switch it
    belongs to varies itself (``switches``). Raises ValueError, with a hint, when nothing is meant.
    """
    if phrase in declared():
        return [declared()[phrase]]
    named = _predicate(phrase)
    if named is None:
        raise ValueError(
            f"{quoted(phrase)} is neither a parameter nor one of {', '.join(_PHRASES)}, link NAME, group NAME."
            f"{_meant(phrase) or did_you_mean(phrase, names_and_phrases())}"
        )
    return [
        parameter
        for parameter in declared().values()
        if named(parameter) and _can_vary(parameter) and _acts(parameter, scenarios, switches)
    ]


def names_and_phrases() -> list[str]:
    """Everything that means one parameter or several."""
    return [*declared(), *_PHRASES, *sorted(_words())]


def _meant(word: str) -> str:
    """The parameter that an everyday word stands for, a sentence after a blank or ''."""
    found = meant_by(word, (parameter.path for parameter in declared().values()))
    return f" Did you mean {found.key.rpartition('.')[2]!r}? {found.about}".rstrip() if found else ""


def _predicate(phrase: str) -> Callable[[Parameter], bool] | None:
    if phrase not in _words():
        return _PHRASES.get(phrase)
    kind, _, name = phrase.partition(" ")
    return lambda parameter: (parameter.link if kind == "link" else parameter.group) == name


def _words() -> set[str]:
    links = {f"link {parameter.link}" for parameter in declared().values() if parameter.link}
    return links | {f"group {parameter.group}" for parameter in declared().values()}


def _can_vary(parameter: Parameter) -> bool:
    return parameter.prior is not None or parameter.kind in ("lever", "structure")


def _acts(parameter: Parameter, scenarios: Sequence[Scenario], switches: Collection[str]) -> bool:
    switch, _, choice = parameter.only_under.partition("=")
    if not switch or switch in switches or not scenarios:
        return True
    return any(scenario.values[switch] == choice for scenario in scenarios)
