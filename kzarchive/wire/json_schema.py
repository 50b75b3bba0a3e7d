r"""JSON Schemas (2020-12) of the events, made from their classes: ``python -m kzarchive.wire.json_schema schemas/``.

Format: one file for each event type in its newest version, ``TYPE.VERSION.json`` with the ``$id``
``urn:kzarchive:schema:TYPE:VERSION``, and ``line.1.json`` for a line of canonical JSON Lines. Each is whole by itself.
Keys are sorted, the indent is two spaces, and one line feed ends the file. The file of an older version is made
no more; it stays as it is. ``$defs`` holds classes and unions under their names and rules of text in lower case. A
member of a union is chosen by ``if`` on its tag ``kind``, so that a fault is named where it is.

What rests on several fields, or on more than a pattern, is left to :mod:`kzarchive.wire.codec`. It refuses, though the
schema accepts:

- a date: a day that its month lacks, a day or time in an unspecified month or in a season, a time on an unspecified
  day, year -0000, an offset beyond -12:00 or +14:00 or of -00:00, a reversed interval or bracket;
- a quantity: another count of numbers than its modifier takes, ``between`` and ``estimate`` out of order;
- an integer written ``5.0``, which JSON Schema calls an integer; a lone surrogate in a text; an unknown ``zone``;
- a span: an ``end`` that is not after the ``start``;
- an assertion: an anchor into another document, an agent twice in the chain, ``valid`` without ``valid_reading`` or the
  reverse, a denial without ``responds_to``, ``deny`` without ``counter``;
- a document: ``published`` without ``published_basis`` or the reverse, neither or both of ``size`` and ``unhashed``;
- a measure: an ``aggregation`` that its ``value`` does not have, terms without ``status`` or the reverse, ``exclusive`` or
  ``initial`` with a slug that is no state; a vocabulary: a slug that is there twice;
- ``date.assessed``: an axis that its target lacks, an interval for another axis than ``valid``;
- ``identity.judged``: ``left`` equal to ``right``; ``dependence.declared``: fewer than two assertions;
- ``reliability.assessed``: a letter without ``agent``, a digit without ``assertion``, the reverses, none of the four;
- a line: a body that is not canonical (a default written out), a float in a body of an unknown type, a ``position`` or
  ``recorded`` that does not follow the line before, a day of ``recorded`` that its month lacks, year 0000.
"""

import enum
import functools
import inspect
import json
import re
import sys
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from kzarchive.errors import InvalidEvent, UsageError
from kzarchive.values import checks, dates, quantities
from kzarchive.values.canonical import LARGEST_INTEGER
from kzarchive.values.events import (
    EVENT_TYPES,
    Event,
)
from kzarchive.values.quantities import Quantity
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


def _rule(description: str, pattern: str, **limits: int) -> Schema:
    return {"description": description, "pattern": pattern, **limits}


RULES: dict[str, Schema] = {
    "slug": _rule("A slug.", f"^{checks.SLUG.pattern}$"),
    "identifier": _rule("64 lower-case hexadecimal digits.", f"^{checks.HEX_ID.pattern}$"),
    "text": _rule("Text that is not blank.", VISIBLE, maxLength=checks.LONGEST_TEXT),
    "date": _rule(
        "EDTF as written: a moment, or an interval a/b.", f"^(?:{MOMENT}|{INTERVAL})$", maxLength=dates.MAX_LENGTH
    ),
    "moment": _rule(
        "EDTF as written: a date, a time, or [a..b] within.", f"^(?:{MOMENT})$", maxLength=dates.MAX_LENGTH
    ),
    "number": _rule("A canonical decimal text.", f"^(?:{NUMBER})$", maxLength=quantities.MAX_NUMBER_LENGTH),
    "surface": _rule("Words as written.", VISIBLE, maxLength=quantities.MAX_SURFACE_LENGTH),
}
RULE_OF_VALIDATOR = {
    getattr(checks, prefix + name): name
    for name in ("slug", "identifier", "text", "date", "moment")
    for prefix in ("", "optional_")
} | {checks.slugs: "slug", checks.identifiers: "identifier"}
# A quantity checks its fields together and has no validators.
RULE_OF_FIELD: dict[tuple[type, str], str] = {(Quantity, "numbers"): "number", (Quantity, "surface"): "surface"}


def _with(**fields: Schema) -> Schema:
    return {"properties": fields, "required": list(fields)}


def _when(fields: Schema, then: Schema) -> Schema:
    return {"if": fields, "then": then}


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


@attrs.frozen
class _Definitions:
    """Makes schemas, and gathers in ``found`` what they refer to by name."""

    found: dict[str, Schema] = attrs.field(factory=dict)

    def reference(self, name: str, make: Callable[[], Schema]) -> Schema:
        """Returns a reference to the definition of that name, which is made when it is the first."""
        if name not in self.found:
            self.found[name] = {}
            self.found[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def of_class(self, kind: type, tag: Schema) -> Schema:
        """Returns the schema of an attrs class; ``tag`` is the property that a union adds."""
        fields = [field for field in attrs.fields(kind) if field.init]
        words = _field_words(kind)
        described = {field.name: {"description": words[field.name]} if field.name in words else {} for field in fields}
        return {
            "type": "object",
            "description": _words(inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0]),
            "properties": {**tag, **{field.name: self._field(kind, field) | described[field.name] for field in fields}},
            "required": [*tag, *(field.name for field in fields if field.default is attrs.NOTHING)],
            "additionalProperties": False,
        }

    def _field(self, kind: type, field: "attrs.Attribute[Any]") -> Schema:
        validator: Any = getattr(field.validator, "validator", field.validator)
        schema = self._type(field.type, RULE_OF_FIELD.get((kind, field.name), RULE_OF_VALIDATOR.get(validator)))
        if validator is checks.natural:
            schema["minimum"] = 0
        if validator in {checks.slugs, checks.identifiers}:
            schema["uniqueItems"] = True
        if schema.get("type") == "array" and validator and _refuses_empty(field):
            schema["minItems"] = 1
        return schema

    def _type(self, hint: Any, rule: str | None) -> Schema:
        if hint in (str, dates.ImpreciseDate):
            return {"type": "string"} | (self.reference(rule, lambda: RULES[rule]) if rule else {})
        if hint is bool:
            return {"type": "boolean"}
        if hint is int:
            return {"type": "integer", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER}
        if isinstance(hint, enum.EnumMeta):
            return {"type": "string", "enum": [member.value for member in hint]}
        if typing.get_origin(hint) is tuple:
            return {"type": "array", "items": self._type(typing.get_args(hint)[0], rule)}
        if isinstance(hint, types.UnionType):
            return self._union(typing.get_args(hint), rule)
        if attrs.has(hint):
            return self.reference(hint.__name__, lambda: self.of_class(hint, {}))
        raise UsageError(f"expected the type of a field that JSON can hold, got {hint!r}")

    def _union(self, members: tuple[type, ...], rule: str | None) -> Schema:
        if frozenset(members) in UNIONS:
            name, kinds = UNIONS[frozenset(members)]
            return self.reference(name, lambda: self._tagged(kinds))
        (member,) = set(members) - {types.NoneType}
        schema = self._type(member, rule)
        schema["type"] = [schema["type"], "null"]
        return schema | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})

    def _tagged(self, kinds: dict[type, str]) -> Schema:
        cases = [_when(_with(kind={"const": tag}), self.of_class(kind, {"kind": {}})) for kind, tag in kinds.items()]
        return {"type": "object", **_with(kind={"enum": list(kinds.values())}), "allOf": cases}


def _refuses_empty(field: "attrs.Attribute[Any]") -> bool:
    try:
        typing.cast("Any", field.validator)(None, field, ())
    except InvalidEvent:
        return True
    return False


def _headed(title: str, name: str, version: int, schema: Schema, definitions: _Definitions) -> Schema:
    head = {"$schema": DIALECT, "$id": f"urn:kzarchive:schema:{name}:{version}", "title": title}
    return head | schema | {"$defs": definitions.found}


def event_schema(kind: type[Event]) -> Schema:
    """Returns the schema of the body of an event type in its newest version, as plain JSON data.

    Raises:
        UsageError: A field has a type that no schema is known for.
    """
    definitions = _Definitions()
    return _headed(kind.type, kind.type, kind.version, definitions.of_class(kind, {}), definitions)


def line_schema() -> Schema:
    """Returns the schema of a line of JSON Lines; the body of a type or version not known here may be any object."""
    definitions = _Definitions()
    bodies = [
        _when(
            _with(type={"const": kind.type}, version={"const": kind.version}),
            _with(body=definitions.reference(kind.__name__, functools.partial(definitions.of_class, kind, {}))),
        )
        for kind in EVENT_TYPES
    ]
    natural = {"type": "integer", "minimum": 1, "maximum": LARGEST_INTEGER}
    fields = _with(
        body={"type": "object"},
        position=natural,
        recorded={"type": "string", "pattern": f"^{RECORDED}$"},
        type={"type": "string"},
        version=natural,
    )
    schema = {"type": "object", **fields, "additionalProperties": False, "allOf": bodies}
    return _headed("A line of canonical JSON Lines", "line", 1, schema, definitions)


def files() -> dict[str, bytes]:
    """Returns the bytes of each generated file by its name."""
    schemas = {f"{kind.type}.{kind.version}.json": event_schema(kind) for kind in EVENT_TYPES}
    schemas["line.1.json"] = line_schema()
    return {name: f"{json.dumps(schema, indent=2, sort_keys=True)}\n".encode() for name, schema in schemas.items()}


if __name__ == "__main__":
    for name, text in files().items():
        Path(sys.argv[1], name).write_bytes(text)
