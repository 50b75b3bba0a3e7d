"""Cases: a small archive said in a few lines, a date, and the result that is expected of a projection.

Each step gives a new case and leaves the one before as it was, so that cases may share a beginning. Documents and
agents are registered when they are first named; what a case does not say is plain: an assertion that occurred, of
which its speaker is certain, in the body of a document without bytes.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import attrs

from kzarchive.archive import Archive
from kzarchive.errors import UnknownFrame, UsageError
from kzarchive.log.clock import FixedClock
from kzarchive.recording.drafts import Recordable
from kzarchive.recording.forms import read_value
from kzarchive.replay.axes import DateLike
from kzarchive.state import State
from kzarchive.values.assertions import (
    Act,
    Assertion,
    Modality,
    Relation,
    RelationKind,
    Temporality,
    ValidReading,
    Voice,
)
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import CoverageDeclared
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Measure, ValueType, Vocabulary
from kzarchive.wire import codec

RECORDED = "2100-01-01T00:00:00.000000Z"
"""When the events of a case are recorded, a second apart: after everything that they tell of."""

_KINDS: dict[ValueType, str] = {
    ValueType.QUANTITY: "quantity",
    ValueType.STATUS: "status",
    ValueType.MOMENT: "moment",
    ValueType.TEXT: "text",
}
_CLASSES: dict[str, type[Value]] = {
    "quantity": Quantity,
    "money": Money,
    "status": Status,
    "moment": Moment,
    "text": Text,
    "unknown": Unknown,
}


def given(vocabulary: Vocabulary, *, zone: str = "UTC") -> "Given":
    """Returns a case of an archive in which nothing is said yet.

    Args:
        vocabulary: The vocabulary of the archive.
        zone: The zone of its bare dates.
    """
    return Given(vocabulary=vocabulary, zone=zone)


@attrs.frozen(kw_only=True)
class Given:
    """A small archive; made by :func:`given`.

    Attributes:
        vocabulary: Its vocabulary.
        zone: The zone of its bare dates.
        items: What is recorded in it, in order.
        keys: The ids of those assertions that were given a key.
    """

    vocabulary: Vocabulary
    zone: str = "UTC"
    items: tuple[Recordable, ...] = ()
    keys: Mapping[str, str] = attrs.field(factory=dict)

    def document(self, name: str, *, published: str | None = None, **fields: Any) -> "Given":
        """Returns the case with a document.

        Args:
            name: Its short name; its id is made from it.
            published: From when a reader could know it; None = unknown.
            **fields: More fields of :class:`~kzarchive.values.sources.Document`.

        Raises:
            InvalidEvent: A field breaks its rule.
        """
        if published is not None:
            fields |= {"published": _date(published), "published_basis": "as given"}
        if "retrieved" in fields:
            fields["retrieved"] = _date(fields["retrieved"])
        return self.events(Document(id=document_id(name), name=name, unhashed=True, **fields))

    def agent(self, slug: str, kind: str = "organisation") -> "Given":
        """Returns the case with an agent; one that is named without this is an organisation."""
        return self.events(Agent(slug=slug, kind=AgentKind(kind), names=(slug,)))

    def says(
        self,
        agents: str | tuple[str, ...] | None,
        frame: str,
        value: Value | str | int | Mapping[str, Any],
        *,
        document: str,
        published: str | None = None,
        stated: str | None = None,
        valid: str | None = None,
        reading: str = "throughout",
        key: str | None = None,
        responds_to: str | None = None,
        **fields: Any,
    ) -> "Given":
        """Returns the case with an assertion.

        Args:
            agents: Who says it, several from the nearest to the document to the farthest; None = the document itself.
            frame: ``measure/subject/place``.
            value: A value; or an int or a text as the measure takes it (``"exact 12"``, a term, a date, words); or a
                mapping as in a recording sheet (``{"money": "exact 120", "currency": "KZT", "per": "litre"}``).
            document: Short name of its document.
            published: From when a reader could know a document that is named for the first time; None = unknown.
            stated: When it was said; None = the document does not say.
            valid: When it is true of the world; None = when it is said.
            reading: How ``valid`` is read.
            key: A name by which :meth:`id` gives its id.
            responds_to: The key of an assertion that it responds to.
            **fields: More fields of :class:`~kzarchive.values.assertions.Assertion`, members of enumerations as text.

        Raises:
            InvalidEvent: A field breaks its rule.
            UnknownFrame: The vocabulary lacks the measure.
            UsageError: A document that is there already is given a date of publication, or a key is not known.
        """
        chain = (agents,) if isinstance(agents, str) else agents or ()
        case = self._naming(document, published, chain)
        parsed, identity = Frame.parse(frame), document_id(document)
        responds = (
            () if responds_to is None else (Relation(kind=RelationKind.RESPONDS_TO, target=self.id(responds_to)),)
        )
        assertion = Assertion(
            document=identity,
            evidence=(Locator(document=identity, place=f"assertion {len(self.items)}"),),
            chain=tuple(Link(agent=slug, role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT) for slug in chain),
            frame=parsed,
            value=_value(value, self._measure(parsed)),
            stated=None if stated is None else _date(stated),
            valid=None if valid is None else _date(valid),
            valid_reading=None if valid is None else ValidReading(reading),
            relations=(*fields.pop("relations", ()), *responds),
            **_PLAIN | {name: _MEMBERS.get(name, _as_is)(given) for name, given in fields.items()},
        )
        keys = case.keys if key is None else {**case.keys, key: codec.assertion_id(assertion)}
        return attrs.evolve(case.events(assertion), keys=keys)

    def coverage(self, end: str) -> "Given":
        """Returns the case with a declaration that the archive has looked up to a date."""
        return self.events(CoverageDeclared(actor="archive", end=_date(end), grounds="as given"))

    def events(self, *items: Recordable) -> "Given":
        """Returns the case with events, or bare documents, agents and assertions, at the end."""
        return attrs.evolve(self, items=(*self.items, *items))

    def id(self, key: str) -> str:
        """Returns the id of the assertion of a key.

        Raises:
            UsageError: No assertion has that key.
        """
        if key not in self.keys:
            raise UsageError(f"expected the key of an assertion, one of {', '.join(self.keys) or 'none'}, got {key!r}")
        return self.keys[key]

    def archive(self) -> Archive:
        """Returns a new archive in memory with everything recorded, one append each.

        Raises:
            InvalidEvent: The archive refuses an item.
        """
        clock = FixedClock(RECORDED, step_us=1_000_000)
        archive = Archive.in_memory(vocabulary=self.vocabulary, clock=clock, zone=self.zone, name="case")
        for item in self.items:
            archive.append([item])
        return archive

    def as_of(self, date: DateLike | None = None, **axes: Any) -> "Asked":
        """Returns the case as of a date; the arguments are those of ``archive.as_of``."""
        return Asked(case=self, date=date, axes=axes)

    def _naming(self, document: str, published: str | None, agents: tuple[str, ...]) -> "Given":
        """Returns the case with a document and agents that it names for the first time."""
        case = self
        held = next((item for item in self.items if isinstance(item, Document) and item.name == document), None)
        if held is None:
            case = case.document(document, published=published)
        elif published is not None and held.published != _date(published):
            raise UsageError(
                f"document {document}: expected it as it is there, published {held.published}, got {published!r}"
            )
        known = {item.slug for item in self.items if isinstance(item, Agent)}
        for slug in agents:
            case = case if slug in known else case.agent(slug)
        return case

    def _measure(self, frame: Frame) -> Measure:
        measure = self.vocabulary.measure(frame.measure)
        if measure is None:
            raise UnknownFrame(f"expected a measure of the vocabulary, got {frame.measure!r}")
        return measure


@attrs.frozen(kw_only=True)
class Asked:
    """A case as of a date."""

    case: Given
    date: DateLike | None
    axes: Mapping[str, Any]

    @property
    def state(self) -> State:
        """The best-known state."""
        return self.case.archive().as_of(self.date, **self.axes)

    def result(self, projection: Any) -> Any:
        """Returns the result of a projection."""
        return self.case.archive().replay(projection, self.date, **self.axes)

    def expect(self, projection: Any, expected: Any) -> None:
        """Checks the result of a projection.

        Raises:
            AssertionError: It is another one; the message shows both, and the basis.
        """
        got = self.result(projection)
        if got != expected:
            raise AssertionError(
                f"projection {projection.name!r} as of {self.state.basis}:\n  expected {expected!r}\n  got      {got!r}"
            )


def document_id(name: str) -> str:
    """Returns the id of the document of a short name in a case."""
    return hashlib.sha256(f"case {name}".encode()).hexdigest()


def _date(text: str) -> ImpreciseDate:
    return ImpreciseDate.parse(text)


def _value(value: Value | str | int | Mapping[str, Any], measure: Measure) -> Value:
    """Returns a value of a measure from its short form."""
    if not isinstance(value, (str, int, Mapping)):
        return value
    if isinstance(value, Mapping):
        data = dict(value)
    else:
        data = {_KINDS.get(measure.value, measure.value.value): f"exact {value}" if isinstance(value, int) else value}
    for kind in data.keys() & {"quantity", "money"}:
        data.setdefault("surface", data[kind])
    plain = read_value(data, "value")
    return codec.structure_text(plain, _CLASSES[plain.pop("kind")])


def _as_is(value: Any) -> Any:
    return value


_PLAIN: dict[str, Any] = {
    "modality": Modality.CERTAIN,
    "act": Act.STATE,
    "temporality": Temporality.OCCURRED,
    "voice": Voice.BODY,
}
_MEMBERS: dict[str, Any] = {"modality": Modality, "act": Act, "temporality": Temporality, "voice": Voice}
