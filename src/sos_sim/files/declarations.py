"""What a key of a file may hold: one declaration, by which it is read, refused, and told to editors.

Each class is a kind of value. ``read`` gives the value in its one form, or notes what is wrong, what is allowed
and what may have been meant; ``schema`` says the same as a JSON Schema.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

from sos_sim.core.errors import did_you_mean
from sos_sim.core.parameters import Parameter, Value
from sos_sim.files.notation import TEXT_PATTERN, conversions, decimal_comma, taken
from sos_sim.files.yaml_lines import LONGEST_NAME, Entry, describe

Note = Callable[[str, Entry], None]
"""Takes down a problem and where it stands."""


@dataclass(frozen=True)
class Number:
    """A number from ``low`` (or ``above`` it) to ``high``; ``whole`` ones are integers. ``default`` None: none."""

    default: float | None
    unit: str
    meaning: str
    low: float
    high: float = math.inf
    whole: bool = True
    above: bool = False
    _: KW_ONLY
    needed: bool = False
    choices: ClassVar[tuple[str, ...]] = ()

    def allowed(self) -> str:
        """A phrase for error messages: what values are allowed."""
        kind = "a whole number" if self.whole else "a number"
        if math.isinf(self.high):
            return f"{kind} above {_plain(self.low)}" if self.above else f"{kind} of at least {_plain(self.low)}"
        return f"{kind} from {_plain(self.low)} to {_plain(self.high)}"

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """The number, int or float, else the default."""
        trouble = trouble_with(name, self, entry.value)
        if trouble:
            note(trouble, entry)
            return self.default
        return as_declared(self, entry.value)

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        kind = number_schema(self.whole) | {"description": f"{self.meaning} ({self.unit})"}
        default = {} if self.default is None else {"default": self.default}
        most = {} if math.isinf(self.high) else {"maximum": self.high}
        return kind | default | {"exclusiveMinimum" if self.above else "minimum": self.low} | most


@dataclass(frozen=True)
class Text:
    """Some text, '' when it is left out; ``rules`` are told to editors beside."""

    meaning: str
    _: KW_ONLY
    needed: bool = False
    rules: Callable[[], dict[str, Any]] = dict
    default: ClassVar[str] = ""

    def allowed(self) -> str:
        """A phrase for error messages."""
        return "text"

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """The text without blanks around it."""
        text = entry.value.strip() if isinstance(entry.value, str) else ""
        if not self._holds(text):
            note(f"{name} is {describe(entry.value)}, but must be {self.allowed()}.", entry)
        return text

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        return {"type": "string", "minLength": 1, "description": self.meaning} | self.rules()

    def _holds(self, text: str) -> bool:
        return bool(text)


@dataclass(frozen=True)
class Name(Text):
    """What something is called: one line that a table and a legend can hold."""

    def allowed(self) -> str:
        """A phrase for error messages."""
        return f"one line of text of at most {LONGEST_NAME} characters"

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        return super().schema() | {"maxLength": LONGEST_NAME}

    def _holds(self, text: str) -> bool:
        return 0 < len(text) <= LONGEST_NAME and len(text.splitlines()) == 1


@dataclass(frozen=True)
class OneOf:
    """One of some words, the default when it is left out; ``told`` stands for words too many to list."""

    meaning: str
    words: Sequence[str]
    default: str = ""
    _: KW_ONLY
    told: str = ""
    needed: bool = False

    def allowed(self) -> str:
        """A phrase for error messages."""
        return self.told or (self.words[0] if len(self.words) == 1 else f"one of {', '.join(self.words)}")

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """The word, else the default."""
        if isinstance(entry.value, str) and entry.value in self.words:
            return entry.value
        hint = did_you_mean(entry.value, self.words) if isinstance(entry.value, str) else ""
        note(f"{name} is {describe(entry.value)}, but must be {self.allowed()}.{hint}", entry)
        return self.default

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        return {"enum": list(self.words), "description": self.meaning}


@dataclass(frozen=True)
class Flag:
    """True or false, false when it is left out."""

    meaning: str
    default: ClassVar[bool] = False
    needed: ClassVar[bool] = False

    def allowed(self) -> str:
        """A phrase for error messages."""
        return "true or false"

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """Whether it is true."""
        if not isinstance(entry.value, bool):
            note(f"{name} is {describe(entry.value)}, but must be {self.allowed()}.", entry)
        return entry.value is True

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        return {"type": "boolean", "default": False, "description": self.meaning}


@dataclass(frozen=True)
class Several:
    """One value or a list of them, or (``as_list``) a list only: from ``least`` to ``most``, none twice."""

    meaning: str
    item: Number | Name | Text | OneOf
    _: KW_ONLY
    as_list: bool = False
    least: int = 1
    most: int | None = None
    needed: bool = False
    repeats: bool = False
    default: ClassVar[tuple[Entry, ...]] = ()

    def allowed(self) -> str:
        """A phrase for error messages."""
        amount = f"at least {self.least}" if self.most is None else f"{self.least} to {self.most}"
        amount = str(self.least) if self.least == self.most else amount
        each = self.item.allowed() + (f" ({self.item.unit})" if isinstance(self.item, Number) else "")
        return f"a list of {amount}, each {each}" if self.as_list else f"{each}, or a list of {amount} such"

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """Entries with their values in one form; those that are wrong are noted and left out."""
        items = self._items(entry)
        if not self.least <= len(items) <= (self.most or len(items)):
            note(f"{name} is {_amount(entry)}, but must be {self.allowed()}.", entry)
            return ()
        return tuple(self._read(name, items, note))

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        item = self.item.schema()
        several = {"type": "array", "items": item, "minItems": self.least, "uniqueItems": not self.repeats}
        several |= {} if self.most is None else {"maxItems": self.most}
        return (several if self.as_list else {"anyOf": [item, several]}) | {"description": self.meaning}

    def _items(self, entry: Entry) -> list[Entry]:
        if isinstance(entry.value, list):
            return entry.value
        return [] if self.as_list else [entry]

    def _read(self, name: str, items: Sequence[Entry], note: Note) -> Iterator[Entry]:
        problems: list[str] = []
        seen: set[Any] = set()
        called = f"an entry of {name}" if self.as_list or len(items) > 1 else name
        for item in items:
            value = self.item.read(called, item, lambda problem, _: problems.append(problem))
            if problems:
                note(problems.pop(), item)
            elif value in seen and not self.repeats:
                note(f"{name} names {value!r} twice; once is enough.", item)
            else:
                yield Entry(value, item.line)
            seen.add(value)


@dataclass(frozen=True)
class Block:
    """A mapping whose keys are declared in turn. It is read as written; see ``Keys.inside``."""

    meaning: str
    keys: Mapping[str, Key]
    default: ClassVar[None] = None
    needed: ClassVar[bool] = False

    def allowed(self) -> str:
        """A phrase for error messages."""
        return f"a mapping with the keys {', '.join(self.keys)}"

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """The mapping as written, None when there is none."""
        if isinstance(entry.value, dict):
            return entry
        note(f"{name} is {describe(entry.value)}, but must be {self.allowed()}.", entry)
        return None

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        return block_schema(self.keys) | {"description": self.meaning}


@dataclass(frozen=True)
class Blocks:
    """A list of mappings whose keys are declared. It is read as written; see ``Keys.inside``."""

    block: Block
    default: ClassVar[tuple[Entry, ...]] = ()
    needed: ClassVar[bool] = False

    def allowed(self) -> str:
        """A phrase for error messages."""
        return f"a list, each {self.block.allowed()}"

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """The mappings as written."""
        if isinstance(entry.value, list):
            return tuple(filter(None, (self.block.read(f"an entry of {name}", item, note) for item in entry.value)))
        note(f"{name} is {describe(entry.value)}, but must be {self.allowed()}.", entry)
        return ()

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        return {"type": "array", "items": self.block.schema()}


@dataclass(frozen=True)
class AsWritten:
    """Something with rules of its own: read by whoever declares it, told to editors by ``rules``."""

    meaning: str
    rules: Callable[[], dict[str, Any]]
    default: ClassVar[None] = None
    needed: ClassVar[bool] = False

    def allowed(self) -> str:
        """A phrase for error messages."""
        return self.meaning

    def read(self, name: str, entry: Entry, note: Note) -> Any:
        """The entry."""
        return entry

    def schema(self) -> dict[str, Any]:
        """As a JSON Schema."""
        return self.rules() | {"description": self.meaning}


Key = Number | Text | OneOf | Flag | Several | Block | Blocks | AsWritten


def block_schema(keys: Mapping[str, Key]) -> dict[str, Any]:
    """The JSON Schema of a mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": {name: key.schema() for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.needed],
        "additionalProperties": False,
    }


def number_schema(whole: bool) -> dict[str, Any]:
    """The JSON Schema of a number, which may be written as a text such as 40% or 60,000."""
    return {"type": ["integer" if whole else "number", "string"], "pattern": TEXT_PATTERN}


def trouble_with(path: str, declared: Parameter | Number, value: Any) -> str:
    """What is wrong with a value, in one sentence with a hint, or '' when it is allowed."""
    if _is_allowed(declared, _as_number(declared, value)):
        return ""
    unit = "" if declared.choices else f" ({declared.unit})"
    return f"{path} is {describe(value)}, but must be {declared.allowed()}{unit}.{_hint(declared, value)}"


def as_declared(declared: Parameter | Number, value: Any) -> Value:
    """An allowed value in its one form: text for choices, int for whole numbers, float for others."""
    if declared.choices:
        return str(value)
    number = _as_number(declared, value)
    return int(number) if declared.whole else float(number) + 0.0  # adding 0.0 turns -0.0 into 0.0


def _as_number(declared: Parameter | Number, value: Any) -> Any:
    return value if declared.choices else taken(declared.unit, value)


def _is_allowed(declared: Parameter | Number, value: Any) -> bool:
    if declared.choices:
        return isinstance(value, str) and value in declared.choices
    is_number = isinstance(value, Integral if declared.whole else Real) and not isinstance(value, bool)
    if not is_number or not declared.low <= value <= declared.high or value == math.inf:
        return False
    return not (isinstance(declared, Number) and declared.above and value == declared.low)


def _hint(declared: Parameter | Number, value: Any) -> str:
    """What may have been meant by a value that is not allowed, a sentence after a blank or ''."""
    if declared.choices:
        return did_you_mean(value, declared.choices) if isinstance(value, str) else ""
    if isinstance(value, float) and value.is_integer() and _is_allowed(declared, int(value)):
        return f" Write {int(value)}."
    if isinstance(value, str) and (pointed := decimal_comma(value)):
        return f" Write {pointed}, with a point before decimals."
    meant = [(said, round(number) if declared.whole else number) for said, number in conversions(declared, value)]
    return "".join(f" {said}: write {number:.4g}." for said, number in meant if _is_allowed(declared, number))


def _plain(bound: float) -> str:
    return str(bound) if isinstance(bound, int) else f"{bound:g}"


def _amount(entry: Entry) -> str:
    return f"a list of {len(entry.value) or 'none'}" if isinstance(entry.value, list) else describe(entry.value)
