r"""JSON Schemas (2020-12) of the events, made from their classes: ``python -m kzarchive.wire.json_schema schemas/``.

Format: one file for each event type in its newest version, ``TYPE.VERSION.json`` with the ``$id``
``urn:kzarchive:schema:TYPE:VERSION``, and ``line.1.json`` for a line of canonical JSON Lines. Each is whole by itself.
Keys are sorted, the indent is two spaces, and one line feed ends the file. The file of an older version is made
no more; it stays as it is. ``$defs`` holds classes and unions under their names and rules of text in lower case. A
member of a union is chosen by ``if`` on its tag ``kind``, so that a fault is named where it is.

What rests on several fields, or on more than a pattern, is left to :mod:`kzarchive.wire.codec`. It refuses, though the
schema accepts:

- a date: a day that its month lacks, year -0000, an offset before -12:00, after +14:00 or of -00:00, a reversed
  interval or bracket; a ``zone`` that nobody knows;
- a quantity: the numbers of ``between`` or ``estimate`` out of order;
- an integer written ``5.0``, which JSON Schema calls an integer; a lone surrogate in a text;
- a span: an ``end`` that is not after the ``start``;
- an assertion: an anchor into another document, an agent twice in the chain, ``valid`` without ``valid_reading`` or the
  reverse, a denial without ``responds_to``, ``deny`` without ``counter``;
- a document: ``published`` without ``published_basis`` or the reverse, both or neither of ``size`` and ``unhashed``;
- a measure: an ``aggregation`` that its ``value`` lacks, terms without ``status`` or the reverse, ``exclusive`` or
  ``initial`` with a slug that is no state; a vocabulary: a slug that is there twice;
- ``date.assessed``: an axis that its target lacks, an interval on another axis than ``valid``;
- ``identity.judged``: ``left`` equal to ``right``; ``dependence.declared``: fewer than two assertions;
- ``payload.redacted``: fewer than two approvers, tombstones without their key or the reverse;
- ``reliability.assessed``: a letter without ``agent``, a digit without ``assertion``, the reverses, none of the four;
- a line: a body that is not canonical (a default written out) or, of an unknown type, not plain; a ``position`` or
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

from kzarchive.errors import InvalidEvent, InvalidQuantity, UsageError
from kzarchive.values import checks, dates, quantities
from kzarchive.values.canonical import LARGEST_INTEGER
from kzarchive.values.events import EVENT_TYPES, Event
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.wire.codec import ANCHOR_KINDS, VALUE_KINDS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
UNIONS = {frozenset(VALUE_KINDS): "Value", frozenset(ANCHOR_KINDS): "Anchor"}
TAGS = VALUE_KINDS | ANCHOR_KINDS

# What str.isspace does not call a space; \S of a schema's regular expressions differs from it.
VISIBLE = r"[^\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
NUMBER = r"-?[1-9][0-9]*(?:\.[0-9]+)?|0(?:\.[0-9]+)?|-0\.[0-9]*[1-9][0-9]*"
_MONTH, _DAY, _CLOCK = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])", "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = rf"T{_CLOCK}(?::[0-5][0-9])?(?:Z|[+-](?:0[0-9]|1[0-4])(?::[0-5][0-9])?)?"
_DATE = rf"-?[0-9]{{4}}(?:-(?:2[1-4]|XX(?:-XX)?|{_MONTH}(?:-(?:XX|{_DAY}(?:{_TIME})?))?))?"
_SINGLE = rf"(?:Y-?[1-9][0-9]{{4,7}}|[0-9]{{2}}(?:[0-9]X|XX)|{_DATE})[?~%]?"
MOMENT = rf"{_SINGLE}|\[{_SINGLE}\.\.(?:{_SINGLE})?\]|\[\.\.{_SINGLE}\]"
INTERVAL = rf"(?:{_SINGLE}|\.\.)/(?:{_SINGLE}|\.\.)?|/(?:{_SINGLE}|\.\.)"
RECORDED = rf"[0-9]{{4}}-{_MONTH}-{_DAY}T{_CLOCK}:[0-5][0-9]\.[0-9]{{6}}Z"


def _rule(description: str, pattern: str, **limits: int) -> Schema:
    return {"description": description, "pattern": pattern, **limits}


RULES: dict[str, Schema] = {
    "slug": _rule("A slug.", f"^{checks.SLUG.pattern}$"),
    "identifier": _rule("64 lower-case hexadecimal digits.", f"^{checks.HEX_ID.pattern}$"),
    "text": _rule("Text that is not blank.", VISIBLE, maxLength=checks.LONGEST_TEXT),
    "date": _rule("EDTF: a moment, or an interval a/b.", f"^(?:{MOMENT}|{INTERVAL})$", maxLength=dates.MAX_LENGTH),
    "moment": _rule("EDTF: a date, a time, or [a..b] within.", f"^(?:{MOMENT})$", maxLength=dates.MAX_LENGTH),
    "number": _rule("A canonical decimal text.", f"^(?:{NUMBER})$", maxLength=quantities.MAX_NUMBER_LENGTH),
    "surface": _rule("Words as written.", VISIBLE, maxLength=quantities.MAX_SURFACE_LENGTH),
}
RULE_OF_VALIDATOR = {
    getattr(checks, prefix + name): name
    for name in ("slug", "identifier", "text", "date", "moment")
    for prefix in ("", "optional_")
}
WITHOUT_REPEATS = {checks.slugs: "slug", checks.identifiers: "identifier", checks.texts: "text"}
RULE_OF_VALIDATOR |= WITHOUT_REPEATS | {checks.slug_groups: "slug"}
# A quantity checks its fields together and has no validators.
RULE_OF_FIELD: dict[tuple[type, str], str] = {(Quantity, "numbers"): "number", (Quantity, "surface"): "surface"}


def _with(**fields: Schema) -> Schema:
    return {"properties": fields, "required": list(fields)}


def _when(fields: Schema, then: Schema) -> Schema:
    return {"if": fields, "then": then}


def _takes(modifier: Modifier, count: int) -> bool:
    try:
        Quantity(modifier, ("1",) * count, "1")
    except InvalidQuantity:
        return False
    return True


def _count(modifier: Modifier) -> Schema:
    taken = [count for count in range(4) if _takes(modifier, count)]
    return _when(
        _with(modifier={"const": modifier.value}), _with(numbers={"minItems": taken[0], "maxItems": taken[-1]})
    )


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
        properties = {field.name: self._field(kind, field) for field in fields}
        for name in words.keys() & properties.keys():
            properties[name]["description"] = words[name]
        schema = {
            "type": "object",
            "description": _words(inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0]),
            "properties": tag | properties,
            "required": [*tag, *(field.name for field in fields if field.default is attrs.NOTHING)],
            "additionalProperties": False,
        }
        return schema | ({"allOf": [_count(modifier) for modifier in Modifier]} if kind is Quantity else {})

    def _field(self, kind: type, field: "attrs.Attribute[Any]") -> Schema:
        validator: Any = getattr(field.validator, "validator", field.validator)
        schema = self._type(field.type, RULE_OF_FIELD.get((kind, field.name), RULE_OF_VALIDATOR.get(validator)))
        if validator is checks.natural:
            schema["minimum"] = 0
        if validator is checks.position:
            schema["minimum"] = 1
        if validator in WITHOUT_REPEATS:
            schema["uniqueItems"] = True
        if validator is checks.slug_groups:
            schema["items"]["uniqueItems"] = True
        if schema.get("type") == "array" and validator and _refuses_empty(validator, field):
            schema["minItems"] = 1
        return schema

    def _type(self, hint: Any, rule: str | None) -> Schema:
        arguments = typing.get_args(hint)
        if hint in (str, dates.ImpreciseDate):
            return {"type": "string"} | (self.reference(rule, lambda: RULES[rule]) if rule else {})
        if hint is bool:
            return {"type": "boolean"}
        if hint is int:
            return {"type": "integer", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER}
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return {"type": "string", "enum": [member.value for member in hint]}
        if typing.get_origin(hint) is tuple:
            return {"type": "array", "items": self._type(arguments[0], rule)}
        if frozenset(arguments) in UNIONS:
            return self.reference(UNIONS[frozenset(arguments)], lambda: self._tagged(arguments))
        if arguments and arguments[1:] == (types.NoneType,):
            return _or_null(self._type(arguments[0], rule))
        if attrs.has(hint):
            return self.reference(hint.__name__, lambda: self.of_class(hint, {}))
        raise UsageError(f"expected the type of a field that JSON can hold, got {hint!r}")

    def _tagged(self, kinds: tuple[type, ...]) -> Schema:
        cases = [_when(_with(kind={"const": TAGS[kind]}), self.of_class(kind, {"kind": {}})) for kind in kinds]
        return {"type": "object", **_with(kind={"enum": [TAGS[kind] for kind in kinds]}), "allOf": cases}


def _or_null(schema: Schema) -> Schema:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    members = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return schema | {"type": [schema["type"], "null"]} | members


def _refuses_empty(validator: checks.Validator, field: "attrs.Attribute[Any]") -> bool:
    try:
        validator(None, field, ())
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
    bodies = []
    for kind in EVENT_TYPES:
        body = definitions.reference(kind.__name__, functools.partial(definitions.of_class, kind, {}))
        bodies.append(_when(_with(type={"const": kind.type}, version={"const": kind.version}), _with(body=body)))
    natural: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_INTEGER}
    recorded: Schema = {"type": "string", "pattern": f"^{RECORDED}$"}
    slug = {"type": "string", **definitions.reference("slug", lambda: RULES["slug"])}
    fields = _with(body={"type": "object"}, position=natural, recorded=recorded, type=slug, version=natural)
    schema = {"type": "object", **fields, "additionalProperties": False, "allOf": bodies}
    return _headed("A line of canonical JSON Lines", "line", 1, schema, definitions)


def files() -> dict[str, bytes]:
    """Returns the bytes of each generated file by its name."""
    schemas = {f"{kind.type}.{kind.version}.json": event_schema(kind) for kind in EVENT_TYPES}
    schemas["line.1.json"] = line_schema()
    return {name: f"{json.dumps(schema, indent=2, sort_keys=True)}\n".encode() for name, schema in schemas.items()}


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: python -m kzarchive.wire.json_schema FOLDER")
    for name, text in files().items():
        Path(sys.argv[1], name).write_bytes(text)
