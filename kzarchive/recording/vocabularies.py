"""Vocabularies written by people: a YAML file with ``name``, ``measures``, ``subjects`` and ``places``.

Format (every scalar is text; see :mod:`kzarchive.recording.lines`)::

    name: harbour/1
    measures:
      - {slug: dismissed, definition: People dismissed so far., value: quantity, aggregation: cumulative, unit: person}
      - slug: port_status
        definition: Whether the port works.
        value: status
        aggregation: status
        exclusive: [[open, closed]]
        terms:
          - {slug: open, definition: Ships are handled.}
          - {slug: closed, definition: No ship is handled.}
    subjects:
      - {slug: all, definition: Everybody who is counted.}
    places:
      - {slug: port, definition: The port.}

The further fields are those of Measure, Term, Subject and Place.
"""

import os
from pathlib import Path

from kzarchive.errors import DataError, InvalidSheet, Problem
from kzarchive.log.places import beginning
from kzarchive.recording.lines import LONGEST, read_lines
from kzarchive.values.terms import Vocabulary
from kzarchive.wire import codec


def parse_vocabulary(text: str | bytes, name: str = "vocabulary") -> Vocabulary:
    """Returns the vocabulary of a YAML text.

    Args:
        text: The whole text.
        name: What messages call it.

    Raises:
        InvalidSheet: With every fault, each with its line.
    """
    lined = read_lines(text, name)
    try:
        return codec.structure_text(lined.data, Vocabulary)
    except DataError as error:
        raise InvalidSheet(
            [Problem(lined.where(problem.where), problem.message) for problem in error.problems]
        ) from error


def read_vocabulary(path: str | os.PathLike[str]) -> Vocabulary:
    """Returns the vocabulary of a YAML file.

    Raises:
        InvalidSheet: With every fault, each with file and line.
        StorageError: The file cannot be read.
    """
    return parse_vocabulary(beginning(path, LONGEST), Path(path).name)
