"""Loads a table of changes of cells, one row a change, into an archive, and reads the table back as of a moment.

Columns of the table (CSV, UTF-8, one header line, rows in the order in which the changes were published)::

    seq        number of the row; not stored
    op         assert, revise, reattribute (same number, other qualifier), retract
    recorded   when the version of the table was published: a committer time with a zone
    published  date of the bulletin that the table repeats
    valid      day of the cell
    source     who publishes the table
    speaker    whom the table names as the speaker
    kind, topic, measure    what is counted; together one measure of the vocabulary
    group, place            subject and place of the vocabulary
    value, qualifier        the cell; digits with a word before them, or a text; empty when ``op`` is retract
    prev_value              what the cell held before
    commit, path            which version of which file

What a row becomes:

1. A version (``commit`` and ``path``) is a document without bytes, published at ``recorded``. A value that returns is
   a new assertion, for it stands in another document.
2. A cell that is filled is an assertion, stated on the date of the bulletin, counted up to the day of the cell.
3. A cell that holds another value than the version before is an assertion too, and ``source.corrected`` by the
   publisher: the table has one value a cell, so the new one stands for the old one, not beside it. A newer figure for a
   newer day corrects nothing.
4. A cell that is gone is ``source.retracted`` by the publisher, of that one cell; the notice is the version that lacks
   it. As the value was a correction of what stood there before, nothing older stands again.

All items of a version are one append: all or none.
"""

import csv
import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs

import kzarchive
from kzarchive.values.assertions import Act, Modality, Temporality, ValidReading, Voice
from kzarchive.values.content import Text
from kzarchive.values.events import Event, Notice, SourceCorrected, SourceRetracted
from kzarchive.values.evidence import RecordCell
from kzarchive.values.sources import AgentKind, LinkMode, LinkRole
from kzarchive.values.terms import Aggregation, ValueType
from kzarchive.wire.codec import assertion_id

COLUMNS = [
    *("seq", "op", "recorded", "published", "valid", "source", "speaker", "kind", "topic", "measure", "group", "place"),
    *("value", "qualifier", "prev_value", "commit", "path"),
]
QUALIFIERS = {
    "": kzarchive.Quantity.exact,
    "about": kzarchive.Quantity.about,
    "almost": kzarchive.Quantity.nearly,
    "more": kzarchive.Quantity.more_than,
    "more than": kzarchive.Quantity.more_than,
    "at least": kzarchive.Quantity.at_least,
}
AGGREGATIONS = {"cumulative": Aggregation.CUMULATIVE, "level": Aggregation.LEVEL, "daily": Aggregation.INCREMENT}
NUMBER = re.compile(r"0|[1-9][0-9]*", re.ASCII)
Cell = tuple[str, kzarchive.Frame, str]
Recordable = kzarchive.Document | kzarchive.Agent | kzarchive.Assertion | Event


@attrs.frozen(kw_only=True)
class Change:
    """One row of the table; every field is text as the table has it."""

    op: str = attrs.field(validator=attrs.validators.in_(("assert", "revise", "reattribute", "retract")))
    recorded: str
    published: str
    valid: str
    source: str
    speaker: str
    kind: str
    topic: str
    measure: str
    group: str
    place: str
    value: str
    qualifier: str
    prev_value: str
    commit: str
    path: str

    @property
    def cell(self) -> Cell:
        """What the value stands in: publisher, frame and day."""
        return slug(self.source), self.frame, self.valid

    @property
    def frame(self) -> kzarchive.Frame:
        """What the value is of."""
        return kzarchive.Frame(measure_slug(self.kind, self.measure, self.topic), slug(self.group), slug(self.place))

    @property
    def version(self) -> tuple[str, str]:
        """Which version of which file the row belongs to."""
        return self.commit, self.path

    @property
    def document(self) -> str:
        """The id that the recorder gives to the version."""
        return hashlib.sha256(f"{self.commit}:{self.path}".encode()).hexdigest()


def slug(name: str) -> str:
    """Returns a name of the table as a slug; :func:`vocabulary_of` refuses two names that share one."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)


def measure_slug(kind: str, measure: str, topic: str) -> str:
    """Returns the slug of the measure that a row is about."""
    return slug(f"{kind}.{measure}.{topic}")


def read_changes(path: Path) -> list[Change]:
    """Returns the rows of a table.

    Raises:
        ValueError: The header is not that of the format.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != COLUMNS:
            raise ValueError(f"expected the columns {COLUMNS}, got {rows.fieldnames}")
        return [Change(**{field: text for field, text in row.items() if field != "seq"}) for row in rows]


def vocabulary_of(name: str, changes: Iterable[Change]) -> kzarchive.Vocabulary:
    """Returns a vocabulary with every measure, subject and place that the rows name.

    Raises:
        ValueError: Two names share a slug.
    """
    changes = tuple(changes)
    measures: dict[tuple[str, str, str], set[str]] = {}
    for change in changes:
        measures.setdefault((change.kind, change.measure, change.topic), set()).add(change.value)
    slugs = [measure_slug(*words) for words in measures]
    if len(set(slugs)) != len(slugs):
        raise ValueError(f"expected topics with slugs of their own, got {sorted(measures)}")
    return kzarchive.Vocabulary(
        name=name,
        measures=tuple(_measure(*words, values) for words, values in measures.items()),
        subjects=tuple(
            kzarchive.Subject(slug=slug(group), definition=group) for group in _once(c.group for c in changes)
        ),
        places=tuple(kzarchive.Place(slug=slug(place), definition=place) for place in _once(c.place for c in changes)),
    )


def _once(names: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(names))
    if len({slug(name) for name in found}) != len(found):
        raise ValueError(f"expected names with slugs of their own, got {found}")
    return found


def _measure(kind: str, measure: str, topic: str, values: set[str]) -> kzarchive.Measure:
    counted = all(NUMBER.fullmatch(value) for value in values if value)
    return kzarchive.Measure(
        slug=measure_slug(kind, measure, topic),
        definition=f"{topic}, {measure}, as {kind}",
        value=ValueType.QUANTITY if counted else ValueType.TEXT,
        aggregation=AGGREGATIONS[measure] if counted else Aggregation.TEXT,
    )


def load(archive: kzarchive.Archive, changes: Iterable[Change]) -> None:
    """Appends every change, one version at a time, in the order of the rows.

    Raises:
        DataError: A row cannot be recorded; nothing of its version was written.
        ValueError: A row contradicts the one before it about the same cell, or another one about its version.
    """
    standing: dict[Cell, kzarchive.Assertion] = {}
    agents: set[str] = set()
    for _, rows in itertools.groupby(changes, key=lambda change: change.version):
        version = tuple(rows)
        if len({(change.recorded, change.source) for change in version}) != 1:
            raise ValueError(f"expected one publisher and one moment of a version, got {version}")
        new = {name: kind for c in version for name, kind in _agents(c).items() if slug(name) not in agents}
        items: list[Recordable] = [
            kzarchive.Agent(slug=slug(name), kind=kind, names=(name,)) for name, kind in new.items()
        ]
        items.append(document_of(version[0]))
        for change in version:
            items += _items(change, standing)
        archive.append(items)
        agents |= {slug(name) for name in new}


def _agents(change: Change) -> dict[str, AgentKind]:
    return {change.source: AgentKind.ORGANISATION, change.speaker: AgentKind.ORGANISATION}


def _items(change: Change, standing: dict[Cell, kzarchive.Assertion]) -> Iterator[Recordable]:
    old = standing.pop(change.cell, None)
    if (old is None) != (change.op == "assert"):
        raise ValueError(f"expected an empty cell exactly before 'assert', got {change}")
    if old is not None and written(old) != change.prev_value:
        raise ValueError(f"expected a cell that held {change.prev_value!r}, got {written(old)!r}: {change}")
    if change.op == "retract" and old is not None:
        yield SourceRetracted(
            actor="archive",
            by=slug(change.source),
            utterance=assertion_id(old),
            notice=_notice(change, "the cell is gone from this version of the table"),
        )
        return
    new = standing[change.cell] = assertion_of(change)
    yield new
    if old is not None:
        yield SourceCorrected(
            actor="archive",
            by=slug(change.source),
            old=assertion_id(old),
            new=assertion_id(new),
            notice=_notice(change, "the cell holds another value in this version of the table"),
        )


def written(assertion: kzarchive.Assertion) -> str:
    """Returns the cell as the table has it: the digits, or the text."""
    value = assertion.value
    return value.numbers[0] if isinstance(value, kzarchive.Quantity) else value.text  # type: ignore[union-attr]


def document_of(change: Change) -> kzarchive.Document:
    """Returns the document that a version is."""
    return kzarchive.Document(
        id=change.document,
        name=f"{change.commit}.{slug(Path(change.path).name)}",
        published=kzarchive.ImpreciseDate.parse(change.recorded),
        published_basis="committer time",
        publisher=slug(change.source),
        unhashed=True,
    )


def assertion_of(change: Change) -> kzarchive.Assertion:
    """Returns the assertion that a filled cell is.

    Raises:
        InvalidDate: The day of the cell or the date of the bulletin does not exist.
        KeyError: The qualifier is not one of :data:`QUALIFIERS`.
    """
    return kzarchive.Assertion(
        document=change.document,
        evidence=(_cell(change),),
        chain=(
            kzarchive.Link(
                agent=slug(change.speaker), role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT, name=change.speaker
            ),
        ),
        frame=change.frame,
        value=_value(change),
        modality=Modality.CERTAIN,
        act=Act.STATE,
        temporality=Temporality.OCCURRED,
        voice=Voice.BODY,
        stated=kzarchive.ImpreciseDate.parse(change.published),
        valid=kzarchive.ImpreciseDate.parse(change.valid),
        valid_reading=ValidReading.UP_TO,
        hedge=change.qualifier or None,
    )


def _value(change: Change) -> kzarchive.Quantity | Text:
    if not NUMBER.fullmatch(change.value):
        return Text(change.value)
    return QUALIFIERS[change.qualifier](int(change.value), surface=f"{change.qualifier} {change.value}".strip())


def _cell(change: Change) -> RecordCell:
    return RecordCell(document=change.document, row=change.valid, column=change.topic)


def _notice(change: Change, reason: str) -> Notice:
    return Notice(published=kzarchive.ImpreciseDate.parse(change.recorded), evidence=(_cell(change),), reason=reason)


class CellsOfDay:
    """The table as a reader saw it: the live claims about each cell, without supersession and floors.

    A figure for a later day does not replace the one for an earlier day, so the claims are read before S6 and S7. Of
    several live claims about one cell those count after which no other one was definitely published.
    """

    name = "cells-of-day"
    version = 1

    def __init__(self, measures: Sequence[str]) -> None:
        """Takes the slugs of the measures to read."""
        self.measures = tuple(measures)

    def result(self, frames: Sequence[kzarchive.FrameClaims]) -> dict[Cell, tuple[kzarchive.Claim, ...]]:
        """Returns the claims by cell; one claim each, unless two versions have no known order."""
        held: dict[Cell, list[kzarchive.Claim]] = {}
        for entry in frames:
            for claim in entry.live:
                publisher, day = claim.dated.document.document.publisher, claim.dated.valid
                held.setdefault((str(publisher), entry.frame, str(day)), []).append(claim)
        return {
            cell: tuple(c for c in claims if not any(_follows(o, c) for o in claims)) for cell, claims in held.items()
        }


def _follows(later: kzarchive.Claim, earlier: kzarchive.Claim) -> bool:
    return earlier.dated.published.before(later.dated.published) is kzarchive.Order.DEFINITELY


def cells_of(archive: kzarchive.Archive, published: str, measures: Sequence[str] = ()) -> dict[Cell, str]:
    """Returns the table as published by a moment: what each cell holds, as written.

    Args:
        archive: The archive.
        published: A moment with a zone, inclusive.
        measures: Slugs of the measures to read; none = all.
    """
    projection = CellsOfDay(measures or [measure.slug for measure in archive.vocabulary.measures])
    cells = archive.replay(projection, published=published)
    return {cell: written(claim.dated.assertion) for cell, (claim,) in cells.items()}
