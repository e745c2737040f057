"""Sentences as templates: a person who writes well can change one without Python.

How to use it. Put the sentences of a page beside the code that makes the page, in a folder ``words``: one file a
section, such as ``comparison/report/words/effect.jinja``. Each sentence, or few sentences that belong together, is
one macro whose arguments are what may be said::

    {# How many children: row has estimate, low, high (children). #}
    {% macro counted(row, arm) %}
    {% if row.estimate < 0 %}
    {{ arm }} has {{ -row.estimate | number(1) }} fewer children ({{ row | interval_holds }}).
    {% else %}
    {{ arm }} has {{ row.estimate | number(1) }} more children ({{ row | interval_holds }}).
    {% endif %}
    {% endmacro %}

and in Python, at the head of the module and where it is said::

    SAYS: Final = Wording("sos_sim.comparison.report", "effect")
    text = SAYS.sentence("counted", row=row, arm=arm)

Numbers are passed in as values and written by a filter: ``amount``, ``plain``, ``number``, ``digits``, ``percent``,
``pounds``, ``millions``, ``level_said``, ``counted``; words by ``said``, ``unit_said``, ``capital``, ``listed``; rows
of tables by ``interval_holds``; ``span(low, high, unit)`` writes an interval, ``would_do()`` how many draws one needs;
``is missing`` asks whether a number is missing (all from ``kit.sentences``). A number with decimals that no filter
wrote, a name that nobody passed in and a filter that does not exist are errors. Line breaks and spaces of a template do
not matter; an empty line begins a new paragraph, for which there is ``SAYS.paragraphs``. Text is plain: the page
escapes it for HTML.

``tests/kit/test_words.py`` checks every file named ``words/*.jinja`` in the package: that it can be read, and that
every macro is asked for.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Final

from sos_sim.kit import sentences

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment, Template

FOLDER: Final = "words"
SUFFIX: Final = ".jinja"
FILTERS: Final = {
    written.__name__: written
    for written in (
        sentences.amount,
        sentences.plain,
        sentences.number,
        sentences.digits,
        sentences.percent,
        sentences.pounds,
        sentences.millions,
        sentences.counted,
        sentences.level_said,
        sentences.interval_holds,
        sentences.said,
        sentences.unit_said,
        sentences.capital,
        sentences.listed,
    )
}
FUNCTIONS: Final = {"span": sentences.span, "would_do": sentences.would_do}
_NEW_PARAGRAPH = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Wording:
    """The sentences of one file: ``words/NAME.jinja`` in the folder of ``package``, a dotted name."""

    package: str
    name: str

    def paragraphs(self, macro: str, **values: object) -> list[str]:
        """The paragraphs that a macro writes, none of them empty.

        Raises jinja2.TemplateError for a macro or name that does not exist, TypeError for a value that the macro
        does not take and for a number with decimals that no filter wrote.
        """
        from jinja2 import TemplateRuntimeError

        found = getattr(_read(self.package, self.name).module, macro, None)
        if found is None:
            raise TemplateRuntimeError(f"{self.name}{SUFFIX} of {self.package} has no macro {macro!r}")
        return [text for part in _NEW_PARAGRAPH.split(str(found(**values))) if (text := " ".join(part.split()))]

    def sentence(self, macro: str, **values: object) -> str:
        """What a macro writes, on one line; raises as ``paragraphs`` does."""
        return " ".join(self.paragraphs(macro, **values))


def environment(loader: BaseLoader) -> Environment:
    """Where sentences are read: strict about names, free about line breaks, with the filters of ``FILTERS``."""
    from jinja2 import Environment, StrictUndefined

    made = Environment(
        loader=loader,
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )
    made.filters |= FILTERS
    made.globals |= FUNCTIONS
    made.tests |= {"missing": sentences.missing}
    return made


@functools.cache
def _read(package: str, name: str) -> Template:
    from jinja2 import PackageLoader

    return environment(PackageLoader(package, FOLDER)).get_template(name + SUFFIX)


def _written(value: object) -> object:
    """A value as it stands in a sentence: text on one line; numbers with decimals have to be written by a filter."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Real) and not isinstance(value, Integral):
        raise TypeError(f"the number {value!r} stands in a sentence without a filter that says how it is written")
    return value
