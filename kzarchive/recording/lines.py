"""YAML with line numbers and without implicit types: the form in which people write sheets and vocabularies.

A subset of YAML 1.1: mappings with text keys of at most 200 characters, lists, and scalars, all of them text
(``2022-01-06`` and ``NO`` are the words that stand there). Anchors, aliases, tags, repeated keys, several documents in
one text, nesting of more than 20 levels and texts of more than 1 MiB are refused, so that reading takes linear
time and runs nothing.
"""

from typing import Any

import attrs
import yaml

from kzarchive.errors import InvalidSheet, Problem
from kzarchive.values.canonical import is_encodable, shown

DEEPEST = 20
LONGEST = 1024 * 1024
LONGEST_KEY = 200


@attrs.frozen
class Lined:
    """Plain data with the line of each part.

    Attributes:
        name: Name of the file, for messages.
        data: Mappings, lists and text.
        lines: The line, from 1, of each path such as ``assertions[3].value``.
    """

    name: str
    data: Any
    lines: dict[str, int]

    def place(self, path: str) -> str:
        """Returns ``file:line`` of a path; of a path that is not there, of the nearest part that holds it."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return f"{self.name}:{self.lines.get(path, 1)}"

    def where(self, path: str) -> str:
        """Returns ``file:line: path``; ``file:line`` of the whole."""
        return f"{self.place(path)}: {path}" if path else self.place(path)


class _Loader(yaml.BaseLoader):
    """Composes one document and refuses what the subset lacks as soon as it is met."""

    def __init__(self, source: str, file: str) -> None:
        super().__init__(source)
        self._file = file
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        place = f"{self._file}:{event.start_mark.line + 1}"
        part = "alias" if isinstance(event, yaml.AliasEvent) else "anchor"
        for word, got in ((part, getattr(event, "anchor", None)), ("tag", getattr(event, "tag", None))):
            if got is not None:
                raise InvalidSheet(Problem(place, f"expected no {word}, got {shown(got)}"))
        if self._depth == DEEPEST and isinstance(event, yaml.CollectionStartEvent):
            raise InvalidSheet(Problem(place, f"expected at most {DEEPEST} levels, got more"))
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def read_lines(text: str | bytes, name: str) -> Lined:
    """Returns the data of a YAML text; of an empty one an empty text.

    Args:
        text: The whole text; bytes are read as UTF-8.
        name: What messages call it.

    Raises:
        InvalidSheet: The text is no YAML of the subset; the message names file and line.
    """
    if len(text) > LONGEST:
        unit = "bytes" if isinstance(text, bytes) else "characters"
        raise InvalidSheet(Problem(f"{name}:1", f"expected at most {LONGEST} {unit}, got more"))
    node = _compose(_decoded(text, name) if isinstance(text, bytes) else text, name)
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    data = _plain(node, "", lines, problems, name)
    if problems:
        raise InvalidSheet(problems)
    return Lined(name, data, lines)


def _decoded(text: bytes, name: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        message = f"expected UTF-8 text, got the byte {text[error.start]:#04x}"
        raise InvalidSheet(Problem(f"{name}:{line}", message)) from error


def _compose(source: str, name: str) -> yaml.Node | None:
    try:
        loader = _Loader(source, name)
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 1
        message = f"expected text, got the character U+{ord(source[error.position]):04X}"
        raise InvalidSheet(Problem(f"{name}:{line}", message)) from error
    try:
        return loader.get_single_node()
    except InvalidSheet:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1 if mark else 1}"
        several = isinstance(error, yaml.composer.ComposerError)
        message = "expected one document, got another one" if several else f"expected YAML, got: {error.problem}"
        raise InvalidSheet(Problem(place, message)) from error
    except (ValueError, OverflowError) as error:
        # PyYAML lets the number of an escape or of a version pass unchecked.
        raise InvalidSheet(Problem(f"{name}:{loader.line + 1}", f"expected YAML, got: {error}")) from error


def _plain(node: yaml.Node | None, path: str, lines: dict[str, int], problems: list[Problem], name: str) -> Any:
    if node is None:
        return ""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{path}[{i}]", lines, problems, name) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, problems, name)
    if not is_encodable(node.value):
        place = f"{name}:{node.start_mark.line + 1}"
        problems.append(Problem(place, f"expected text without lone surrogates, got {shown(node.value)}"))
    return node.value


def _mapping(node: yaml.MappingNode, path: str, lines: dict[str, int], problems: list[Problem], name: str) -> Any:
    data: dict[str, Any] = {}
    for key, value in node.value:
        fault = _key_fault(key, data)
        if fault:
            problems.append(Problem(f"{name}:{key.start_mark.line + 1}", fault))
            continue
        inner = f"{path}.{key.value}" if path else key.value
        lines[inner] = key.start_mark.line + 1
        data[key.value] = _plain(value, inner, lines, problems, name)
    return data


def _key_fault(key: yaml.Node, data: dict[str, Any]) -> str | None:
    if not isinstance(key, yaml.ScalarNode):
        return "expected text as a key, got a list or a mapping"
    if len(key.value) > LONGEST_KEY or not is_encodable(key.value):
        return f"expected a key of at most {LONGEST_KEY} characters without lone surrogates, got {shown(key.value)}"
    return f"expected each key once, got {shown(key.value)} again" if key.value in data else None
