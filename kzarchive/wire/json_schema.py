r"""JSON Schemas (2020-12) of the events, made from their classes: ``python -m kzarchive.wire.json_schema schemas/``.

Format: one file for each event type in its newest version, ``TYPE.VERSION.json`` with the ``$id``
``urn:kzarchive:schema:TYPE:VERSION``, and ``line.1.json`` for a line of canonical JSON Lines. Each is whole by itself.
Keys are sorted, the indent is two spaces, and one line feed ends the file. The file of an older version is made
no more; it stays as it is. ``$defs`` holds classes and unions under their names and rules of text in lower case. A
member of a union is chosen by ``if`` on its tag ``kind``, so that a fault is named where it is.

What no schema can say is left to :mod:`kzarchive.wire.codec`, which then refuses a body that its schema accepts:

- dates: a day that its month lacks, a day or a time in an unspecified month or a season, year -0000, an offset beyond
  -12:00 or +14:00 or of -00:00, a reversed interval or bracket;
- zones: a ``zone`` that is no IANA name;
- numbers: ``between`` and ``estimate`` with numbers out of order; ``5.0``, which JSON Schema calls an integer;
- a span: an ``end`` that is not after the ``start``;
- an assertion: an anchor into another document, an agent that is twice in the chain;
- a vocabulary: a slug that is there twice, ``exclusive`` or ``initial`` with a slug that is no state of the measure;
- an identity judgement: ``left`` equal to ``right``;
- text: a lone surrogate;
- a line: a body that is not canonical (a default written out), ``position`` and ``recorded`` beside the line before,
  a day in ``recorded`` that its month lacks, year 0000.
"""

import enum
import functools
import inspect
import json
import re
import sys
import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from kzarchive.errors import InvalidQuantity, UsageError
from kzarchive.values import checks, dates, quantities
from kzarchive.values.assertions import Act, Assertion, Modality, RelationKind
from kzarchive.values.canonical import LARGEST_INTEGER
from kzarchive.values.events import AXES, EVENT_TYPES, Axis, DateAssessed, DependenceDeclared, Event, ReliabilityAssessed
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.values.sources import Document
from kzarchive.values.terms import AGGREGATIONS, Measure, ValueType
from kzarchive.wire.codec import ANCHOR_KINDS, VALUE_KINDS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
UNIONS = {frozenset(kinds): (name, kinds) for name, kinds in (("Value", VALUE_KINDS), ("Anchor", ANCHOR_KINDS))}

# What str.isspace does not call a space; \S of a schema's regular expressions differs from it.
VISIBLE = r"[^\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
NUMBER = r"-?[1-9][0-9]*(?:\.[0-9]+)?|0(?:\.[0-9]+)?|-0\.[0-9]*[1-9][0-9]*"
_DAY, _CLOCK = "(?:0[1-9]|[12][0-9]|3[01])", "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = rf"T{_CLOCK}(?::[0-5][0-9])?(?:Z|[+-][0-9]{{2}}(?::[0-5][0-9])?)?"
_DATE = rf"-?[0-9]{{4}}(?:-(?:0[1-9]|1[0-2]|2[1-4]|XX)(?:-(?:{_DAY}|XX)(?:{_TIME})?)?)?"
_SINGLE = rf"(?:Y-?[1-9][0-9]{{4,7}}|[0-9]{{2}}(?:[0-9]X|XX)|{_DATE})[?~%]?"
MOMENT = rf"{_SINGLE}|\[{_SINGLE}\.\.(?:{_SINGLE})?\]|\[\.\.{_SINGLE}\]"
INTERVAL = rf"(?:{_SINGLE}|\.\.)/(?:{_SINGLE}|\.\.)?|/(?:{_SINGLE}|\.\.)"
RECORDED = rf"[0-9]{{4}}-(?:0[1-9]|1[0-2])-{_DAY}T{_CLOCK}:[0-5][0-9]\.[0-9]{{6}}Z"


def _rule(description: str, pattern: str, longest: int) -> Schema:
    return {"description": description, "pattern": pattern, "maxLength": longest}


RULES: dict[str, Schema] = {
    "slug": _rule("A slug.", f"^{checks.SLUG.pattern}$", 80),
    "identifier": _rule("64 lower-case hexadecimal digits.", f"^{checks.HEX_ID.pattern}$", 64),
    "text": _rule("Text that is not blank.", VISIBLE, checks.LONGEST_TEXT),
    "date": _rule("EDTF as written: a moment, or an interval a/b.", f"^(?:{MOMENT}|{INTERVAL})$", dates.MAX_LENGTH),
    "moment": _rule("EDTF as written: a date, a time, or [a..b] within.", f"^(?:{MOMENT})$", dates.MAX_LENGTH),
    "number": _rule("A canonical decimal text.", f"^(?:{NUMBER})$", quantities.MAX_NUMBER_LENGTH),
    "surface": _rule("Words as written.", VISIBLE, quantities.MAX_SURFACE_LENGTH),
}
RULE_OF_VALIDATOR = {
    getattr(checks, prefix + name): name
    for name in ("slug", "identifier", "text", "date", "moment")
    for prefix in ("", "optional_")
} | {checks.slugs: "slug", checks.identifiers: "identifier"}
# A quantity checks its fields together and has no validators.
RULE_OF_FIELD = {(Quantity, "numbers"): "number", (Quantity, "surface"): "surface"}

NULL: Schema = {"type": "null"}
GIVEN: Schema = {"not": NULL}


def _with(**fields: Schema) -> Schema:
    return {"properties": fields, "required": list(fields)}


def _any_of(values: Iterable[enum.Enum]) -> Schema:
    return {"enum": [value.value for value in values]}


def _when(condition: Schema, then: Schema, otherwise: Schema | None = None) -> Schema:
    return {"if": condition, "then": then} | ({} if otherwise is None else {"else": otherwise})


def _paired(field: str, other: str) -> Schema:
    return _when(_with(**{field: GIVEN}), _with(**{other: GIVEN}), {"properties": {other: NULL}})


def _takes(modifier: Modifier, count: int) -> bool:
    try:
        Quantity(modifier, ("1",) * count, "1")
    except InvalidQuantity:
        return False
    return True


def _count(modifier: Modifier) -> Schema:
    taken = [count for count in range(4) if _takes(modifier, count)]
    return _when(_with(modifier=_any_of([modifier])), _with(numbers={"minItems": taken[0], "maxItems": taken[-1]}))


CONDITIONS: dict[type, list[Schema]] = {
    Quantity: [_count(modifier) for modifier in Modifier],
    Assertion: [
        _paired("valid", "valid_reading"),
        _when(
            _with(act=_any_of([Act.DENY, Act.DENY_ATTRIBUTION])),
            _with(relations={"contains": _with(kind=_any_of([RelationKind.RESPONDS_TO]))}),
        ),
        _when(_with(act=_any_of([Act.DENY])), _with(modality=_any_of([Modality.COUNTER]))),
    ],
    Document: [
        _paired("published", "published_basis"),
        _when(_with(unhashed={"const": True}), {"properties": {"size": NULL}}, _with(size=GIVEN)),
    ],
    Measure: [
        *(_when(_with(value=_any_of([value])), _with(aggregation=_any_of(some))) for value, some in AGGREGATIONS.items()),
        _when(
            _with(value=_any_of([ValueType.STATUS])),
            _with(terms={"minItems": 1}),
            {"properties": {"terms": {"maxItems": 0}}},
        ),
    ],
    DateAssessed: [
        *(_when(_with(kind=_any_of([kind])), _with(axis=_any_of(axes))) for kind, axes in AXES.items()),
        _when(_with(axis=_any_of([Axis.VALID])), {}, _with(date={"pattern": "^[^/]*$"})),
    ],
    DependenceDeclared: [_with(assertions={"minItems": 2})],
    ReliabilityAssessed: [
        _paired("agent", "reliability"),
        _paired("assertion", "credibility"),
        _when(_with(assertion=GIVEN), {}, _with(agent=GIVEN)),
    ],
}


def _words(text: str) -> str:
    return " ".join(text.split()).replace("``", "`")


def _field_words(kind: type) -> dict[str, str]:
    """Returns what the Attributes sections of a class and of its bases say of each field."""
    words: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        _, _, section = inspect.cleandoc(base.__doc__ or "").partition("\nAttributes:\n")
        entries = re.findall(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", section.partition("\n\n")[0], re.MULTILINE)
        words |= {name: _words(text) for name, text in entries}
    return words


def _array(items: Schema, validator: Any, field: "attrs.Attribute[Any]") -> Schema:
    """Returns the schema of a tuple; asks its validator whether it takes an empty one."""
    unique = {"uniqueItems": True} if validator in {checks.slugs, checks.identifiers} else {}
    try:
        if validator is not None:
            validator(None, field, ())
    except InvalidEvent:
        return {"type": "array", "items": items, "minItems": 1, **unique}
    return {"type": "array", "items": items, **unique}
