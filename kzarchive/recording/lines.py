"""YAML with line numbers and without implicit types: the form in which people write sheets and vocabularies.

A subset of YAML 1.1: mappings with text keys, lists, and scalars, all of them text (``2022-01-06`` and ``NO`` are
the words that stand there). Anchors, aliases, tags, repeated keys, several documents in one text, nesting
of more than 20 levels and texts of more than 4 MiB are refused, so that reading takes linear time and runs nothing.
"""

from typing import Any

import attrs
import yaml

from kzarchive.errors import InvalidSheet, Problem

DEEPEST = 20
LONGEST = 4 * 1024 * 1024


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


def read_lines(text: str | bytes, name: str) -> Lined:
    """Returns the data of a YAML text.

    Raises:
        InvalidSheet: The text is no YAML of the subset; the message names file and line.
    """
    if len(text) > LONGEST:
        raise InvalidSheet(Problem(name, f"expected at most {LONGEST} characters, got {len(text)}"))
    try:
        source = text.decode("utf-8") if isinstance(text, bytes) else text
        depth = 0
        for event in yaml.parse(source, Loader=yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            _refuse(event, depth, name)
        node = yaml.compose(source, Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise InvalidSheet(
            Problem(name, f"expected UTF-8 text, got the byte {error.object[error.start]:#x}")
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}" if mark else name
        raise InvalidSheet(Problem(place, f"expected YAML, got {error.problem or error.context}")) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidSheet(Problem(name, f"expected YAML, got {error}")) from error
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    data = _plain(node, "", lines, problems, name)
    if problems:
        raise InvalidSheet(problems)
    return Lined(name, data, lines)


def _refuse(event: yaml.Event, depth: int, name: str) -> None:
    place = f"{name}:{event.start_mark.line + 1}" if event.start_mark else name
    for part in ("anchor", "tag"):
        if getattr(event, part, None):
            raise InvalidSheet(Problem(place, f"expected no {part}, got {getattr(event, part)!r}"))
    if depth > DEEPEST:
        raise InvalidSheet(Problem(place, f"expected at most {DEEPEST} levels, got more"))


def _plain(node: yaml.Node | None, path: str, lines: dict[str, int], problems: list[Problem], name: str) -> Any:
    if node is None:
        return ""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{path}[{i}]", lines, problems, name) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, problems, name)
    return node.value


def _mapping(node: yaml.MappingNode, path: str, lines: dict[str, int], problems: list[Problem], name: str) -> Any:
    data: dict[str, Any] = {}
    for key, value in node.value:
        place = f"{name}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(place, "expected text as a key, got a list or a mapping"))
        elif key.value in data:
            problems.append(Problem(place, f"expected each key once, got {key.value!r} again"))
        else:
            inner = f"{path}.{key.value}" if path else key.value
            lines[inner] = key.start_mark.line + 1
            data[key.value] = _plain(value, inner, lines, problems, name)
    return data
