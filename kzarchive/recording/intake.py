"""Intake: the rules that an event must keep before the log takes it.

An event is checked against the ledger at the head and against the events before it in its batch: measures, subjects,
places and terms stand in the vocabulary, agents and documents are registered, targets exist. All faults of
a batch are found; nothing is written when there is one. A path in a message begins at the document, agent or assertion
itself, and at the event where there is none.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from kzarchive.errors import InvalidEvent, Problem, UsageError, near
from kzarchive.recording.corrections import correction_by_a_stranger, correction_in_a_circle
from kzarchive.recording.identities import contradicted_clock, contradicted_fix, contradicted_identity, made_again
from kzarchive.replay.axes import instant
from kzarchive.replay.ledger import Ledger
from kzarchive.values.assertions import Assertion, ValidReading
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, Value
from kzarchive.values.conventions import integer_problems
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    CoverageDeclared,
    DateAssessed,
    DependenceDeclared,
    DocumentRegistered,
    Event,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    Judged,
    JudgementWithdrawn,
    Notice,
    PayloadRedacted,
    ReliabilityAssessed,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
    UnknownEvent,
    VocabularyExtended,
)
from kzarchive.values.frames import UNSTATED, Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Document
from kzarchive.values.terms import Measure, ValueType, Vocabulary
from kzarchive.wire import codec

VALUE_TYPES: dict[type, ValueType] = {
    Quantity: ValueType.QUANTITY,
    Status: ValueType.STATUS,
    Money: ValueType.MONEY,
    Moment: ValueType.MOMENT,
    Text: ValueType.TEXT,
}

KEPT = (ArchiveOpened.type, CoverageDeclared.type, VocabularyExtended.type, PayloadRedacted.type)
"""The types whose bodies cannot go: without them nothing could be replayed, or said of what is gone."""

THINGS = (AgentRegistered, DocumentRegistered, AssertionRecorded)


def check_batch(
    events: Sequence[tuple[str, Event | UnknownEvent]], ledger: Ledger, identities: Sequence[str] | None = None
) -> list[Problem]:
    """Returns every fault of a batch.

    Args:
        events: Each event with the path or place that messages name.
        ledger: The ledger at the head of the log; it is not changed.
        identities: The identity of each event, 64 hexadecimal digits; None = they are made here.
    """
    batch = _Batch(ledger)
    problems: list[Problem] = []
    if identities is None:
        identities = [codec.identity(event) for _, event in events]
    for (where, event), identity in zip(events, identities, strict=True):
        if type(event) is not AssertionRecorded or not batch.has_taken(event, identity):
            problems += _faults(where, event, identity, batch)
    return problems


def _faults(where: str, event: Event | UnknownEvent, identity: str, batch: "_Batch") -> list[Problem]:
    found = _check(event, batch)
    # A thing with a fault is known all the same, so that what refers to it is no second fault.
    if not found or (batch.begun and isinstance(event, THINGS)):
        batch.take(event, identity)
    else:
        batch.pass_over()
    return [Problem(_join(where, problem.where), problem.message) for problem in found]


def _join(where: str, field: str) -> str:
    return f"{where}.{field}" if where and field else where or field


class _Batch:
    """The events of a batch that were checked so far, on top of the ledger that they follow.

    Assertions are by far the most, and hardly anything asks for the one before: they wait until something does. A
    batch only adds, so what was once found to be registered is not looked up again.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._branch = ledger.branch()
        self._position = ledger.position
        self._waiting: list[tuple[AssertionRecorded, int, str]] = []
        self._documents: set[str] = set()
        self._agents: set[str] = set()
        self.begun = ledger.position > 0

    @property
    def known(self) -> Ledger:
        """The ledger with everything that was taken so far."""
        for event, position, identity in self._waiting:
            self._branch.add(event, position=position, recorded=0, identity=identity)
        self._waiting.clear()
        self._branch.position = self._position
        return self._branch

    @property
    def without_assertions(self) -> Ledger:
        """The ledger, in which assertions of this batch may be missing."""
        return self._branch

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary so far, which assertions leave as it is."""
        return self._branch.vocabulary

    def take(self, event: Event | UnknownEvent, identity: str) -> None:
        """Takes the next event."""
        self._position += 1
        if type(event) is AssertionRecorded:
            self._waiting.append((event, self._position, identity))
        else:
            self._branch.add(event, position=self._position, recorded=0, identity=identity)
            self.begun = True

    def pass_over(self) -> None:
        """Leaves the next event out."""
        self._position += 1

    def has_taken(self, event: AssertionRecorded, identity: str) -> bool:
        """Takes an assertion of a quantity that has no fault; False = it was not taken, and must be looked into."""
        assertion, vocabulary = event.assertion, self._branch.vocabulary
        frame, value = assertion.frame, assertion.value
        measure = vocabulary.measure(frame.measure)
        if measure is None or measure.value is not ValueType.QUANTITY or type(value) is not Quantity:
            return False
        if assertion.relations or not vocabulary.has_subject(frame.subject) or not vocabulary.has_place(frame.place):
            return False
        agents, document = self._agents, assertion.document
        for link in assertion.chain:
            if link.agent not in agents and not self.has_agent(link.agent):
                return False
        if document not in self._documents and not self.has_document(document):
            return False
        if not self.begun or not (measure.decimal or _are_whole(value.numbers)):
            return False
        self._position += 1
        self._waiting.append((event, self._position, identity))
        return True

    def has_document(self, identity: str) -> bool:
        """Returns whether a document is registered."""
        return identity in self._documents or _found(identity, self._branch.documents, self._documents)

    def has_agent(self, slug: str) -> bool:
        """Returns whether an agent is registered."""
        return slug in self._agents or _found(slug, self._branch.agents, self._agents)


def _found(key: str, where: Mapping[str, Any], seen: set[str]) -> bool:
    if key not in where:
        return False
    seen.add(key)
    return True


def _check(event: Event | UnknownEvent, batch: _Batch) -> Sequence[Problem]:
    if type(event) is AssertionRecorded and batch.begun:
        return _faults_of(event.assertion, batch)
    if isinstance(event, UnknownEvent):
        return [] if batch.begun else [Problem("", "expected archive.opened as the first event")]
    if batch.begun == isinstance(event, ArchiveOpened):
        return [Problem("", f"expected one archive.opened, as the first event, got {event.type}")]
    known = batch.without_assertions if isinstance(event, (DocumentRegistered, AgentRegistered)) else batch.known
    check = CHECKS.get(type(event))
    found = check(event, known) if check else []
    return found or (made_again(event, known) if isinstance(event, (Judged, CoverageDeclared)) else [])


def _faults_of(assertion: Assertion, batch: _Batch) -> list[Problem]:
    vocabulary, frame = batch.vocabulary, assertion.frame
    measure = vocabulary.measure(frame.measure)
    found: list[Problem] = []
    if measure is None or not vocabulary.has_subject(frame.subject) or not vocabulary.has_place(frame.place):
        found += check_frame(frame, vocabulary)
    if not batch.has_document(assertion.document):
        found.append(_not_registered("document", assertion.document))
    for index, link in enumerate(assertion.chain):
        if not batch.has_agent(link.agent):
            found += _agent(f"chain[{index}].agent", link.agent, batch.known)
    for index, relation in enumerate(assertion.relations):
        found += _assertion(f"relations[{index}].target", relation.target, batch.known)
    return found + check_value(assertion.value, measure) + _check_reading(assertion, measure) if measure else found


def _check_reading(assertion: Assertion, measure: Measure) -> list[Problem]:
    """Returns the fault of a state that is read as counted up to a date."""
    if measure.value is not ValueType.STATUS or assertion.valid_reading is not ValidReading.UP_TO:
        return []
    expected = "expected 'throughout' or 'within' for a status, which holds on days and is not counted up to one"
    return [Problem("valid_reading", f"{expected}, got 'up_to'")]


def check_frame(frame: Frame, vocabulary: Vocabulary) -> list[Problem]:
    """Returns which parts of a frame the vocabulary lacks, naming near ones."""
    found = []
    if vocabulary.measure(frame.measure) is None:
        names = [measure.slug for measure in vocabulary.measures]
        found.append(_lacking("measure", frame.measure, names))
    if not vocabulary.has_subject(frame.subject):
        found.append(_lacking("subject", frame.subject, [s.slug for s in vocabulary.subjects] + [UNSTATED]))
    if not vocabulary.has_place(frame.place):
        found.append(_lacking("place", frame.place, [p.slug for p in vocabulary.places] + [UNSTATED]))
    return found


def _lacking(part: str, word: str, known: list[str]) -> Problem:
    return Problem(f"frame.{part}", f"expected a {part} of the vocabulary, got {word!r}{near(word, known)}")


def check_value(value: Value, measure: Measure) -> list[Problem]:
    """Returns what is wrong with the value of an assertion for its measure."""
    if type(value) is Quantity and measure.value is ValueType.QUANTITY:
        return _check_quantity(value, measure)
    if isinstance(value, Unknown):
        return []
    kind = VALUE_TYPES[type(value)]
    if kind is not measure.value:
        message = f"expected the kind {measure.value.value!r} for {measure.slug!r}, got {kind.value!r}"
        return [Problem("value", message)]
    if isinstance(value, Status) and measure.term(value.term) is None:
        names = [term.slug for term in measure.terms]
        message = f"expected a term of {measure.slug!r} ({', '.join(names)}), got {value.term!r}"
        return [Problem("value.term", message)]
    quantity = value.amount if isinstance(value, Money) else value
    if isinstance(quantity, Quantity):
        return _check_quantity(quantity, measure)
    return []


def _check_quantity(quantity: Quantity, measure: Measure) -> list[Problem]:
    if measure.decimal or _are_whole(quantity.numbers):
        return []
    return [Problem(_join("value", p.where), p.message) for p in integer_problems(quantity.numbers)]


def _are_whole(numbers: tuple[str, ...]) -> bool:
    return all("." not in number for number in numbers) if len(numbers) > 1 else not numbers or "." not in numbers[0]


def _not_registered(where: str, document: str) -> Problem:
    return Problem(where, f"expected a registered document, got {document!r}")


def _agent(where: str, slug: str, known: Ledger) -> list[Problem]:
    if slug in known.agents:
        return []
    return [Problem(where, f"expected a registered agent, got {slug!r}{near(slug, known.agents)}")]


def _check_document(event: DocumentRegistered, known: Ledger) -> list[Problem]:
    document = event.document
    found = [] if document.publisher is None else _agent("publisher", document.publisher, known)
    for index, slug in enumerate(document.upstream):
        found += _agent(f"upstream[{index}]", slug, known)
    holder = known.names.get(document.name, document.id)
    if holder != document.id:
        message = f"expected a name of its own, got {document.name!r}, which document {holder[:12]} has"
        found.append(Problem("name", message))
    return found + _changed_document(document, known)


def _changed_document(document: Document, known: Ledger) -> list[Problem]:
    placed = known.documents.get(document.id)
    if placed is None or placed.what == document:
        return []
    names = [field.name for field in attrs.fields(Document)]
    changed = [name for name in names if getattr(placed.what, name) != getattr(document, name)]
    message = (
        f"expected the document as it stands at position {placed.position}, got it with another {', '.join(changed)}; "
        "a date that was recorded wrongly is mended by date.assessed"
    )
    return [Problem(changed[0], message)]


def _check_agent(event: AgentRegistered, known: Ledger) -> list[Problem]:
    old = known.agents.get(event.agent.slug)
    if old is None or old.kind is event.agent.kind:
        return []
    message = f"expected the kind {old.kind.value!r} that the agent has, got {event.agent.kind.value!r}"
    return [Problem("kind", message)]


def _check_extension(event: VocabularyExtended, known: Ledger) -> list[Problem]:
    try:
        known.vocabulary.extended(event.addition)
    except InvalidEvent as error:
        return [Problem("addition", problem.message) for problem in error.problems]
    return []


def _assertion(where: str, identity: str, known: Ledger) -> list[Problem]:
    if identity in known.assertions:
        return []
    return [Problem(where, f"expected the id of a recorded assertion, got {identity!r}")]


def _check_coverage(event: CoverageDeclared, known: Ledger) -> list[Problem]:
    found = []
    for field, date in (("start", event.start), ("end", event.end)):
        try:
            _ = None if date is None else instant(date.text, known.zone, field)
        except UsageError as error:
            found.append(Problem(field, str(error).removeprefix(f"{field}: ")))
    return found


def _check_assessment(event: DateAssessed, known: Ledger) -> list[Problem]:
    if event.kind is TargetKind.ASSERTION:
        return _assertion("target", event.target, known)
    targets = known.documents.keys() if event.kind is TargetKind.DOCUMENT else known.utterances()
    if event.target in targets:
        return contradicted_clock(event, known)
    return [
        Problem("target", f"expected a known {event.kind.value}, got {event.target!r}{near(event.target, targets)}")
    ]


def _check_reassignment(event: FrameReassigned, known: Ledger) -> list[Problem]:
    found = check_frame(event.frame, known.vocabulary)
    for index, identity in enumerate(event.assertions):
        found += _assertion(f"assertions[{index}]", identity, known)
        placed = known.assertions.get(identity)
        measure = known.vocabulary.measure(event.frame.measure)
        if placed and measure:
            misfit = check_value(placed.what.value, measure) + _check_reading(placed.what, measure)
            found += [Problem(f"assertions[{index}]", problem.message) for problem in misfit]
    return found


def _check_identity(event: IdentityJudged, known: Ledger) -> list[Problem]:
    found = []
    for side, slug in (("left", event.left), ("right", event.right)):
        if event.of is IdentityOf.AGENT:
            found += _agent(side, slug, known)
        elif slug not in known.utterances():
            found.append(Problem(side, f"expected a known utterance, got {slug!r}{near(slug, known.utterances())}"))
    return found or contradicted_identity(event, known)


def _check_dependence(event: DependenceDeclared, known: Ledger) -> list[Problem]:
    return [p for i, identity in enumerate(event.assertions) for p in _assertion(f"assertions[{i}]", identity, known)]


def _check_replacement(event: TranscriptionFixed | SourceCorrected, known: Ledger) -> list[Problem]:
    found = _assertion("old", event.old, known) + _assertion("new", event.new, known)
    if event.old == event.new:
        found.append(Problem("new", "expected another assertion than 'old', got the same"))
    if isinstance(event, SourceCorrected):
        found += _agent("by", event.by, known) + _notice(event.notice, known)
        return found or correction_by_a_stranger(event, known) + correction_in_a_circle(event, known)
    return found or contradicted_fix(event, known) or _misfit_of_fix(event, known)


def _misfit_of_fix(event: TranscriptionFixed, known: Ledger) -> list[Problem]:
    """Returns what keeps the new reading out of the frame that the old one was reassigned to."""
    reassigned = [p.what for p in known.standing(FrameReassigned) if event.old in p.what.assertions]
    measure = known.vocabulary.measure(reassigned[-1].frame.measure) if reassigned else None
    new = known.assertions[event.new].what
    problems = check_value(new.value, measure) + _check_reading(new, measure) if measure else []
    return [
        Problem("new", f"{problem.message}, of the frame that the old one was reassigned to") for problem in problems
    ]


def _notice(notice: Notice, known: Ledger) -> list[Problem]:
    return [
        _not_registered(f"notice.evidence[{index}].document", anchor.document)
        for index, anchor in enumerate(notice.evidence)
        if anchor.document not in known.documents
    ]


def _check_retraction(event: SourceRetracted, known: Ledger) -> list[Problem]:
    found = _agent("by", event.by, known)
    if event.utterance not in known.utterances():
        message = (
            f"expected an utterance that was said, got {event.utterance!r}{near(event.utterance, known.utterances())}"
        )
        found.append(Problem("utterance", message))
    return found + _notice(event.notice, known)


def _check_reliability(event: ReliabilityAssessed, known: Ledger) -> list[Problem]:
    found = [] if event.agent is None else _agent("agent", event.agent, known)
    return found + ([] if event.assertion is None else _assertion("assertion", event.assertion, known))


def _check_withdrawal(event: JudgementWithdrawn, known: Ledger) -> list[Problem]:
    placed = known.judgements.get(event.target)
    if placed is None:
        return [Problem("target", f"expected the id of a judgement, got {event.target!r}")]
    if event.target in known.withdrawals:
        return [Problem("target", f"expected a judgement that stands, got {event.target!r}, which is withdrawn")]
    if placed.what.actor != event.actor:
        return [Problem("actor", f"expected its maker {placed.what.actor!r}, got {event.actor!r}")]
    return []


def _check_redaction(event: PayloadRedacted, known: Ledger) -> list[Problem]:
    kind, order = known.types.get(event.target), known.redactions.get(event.target)
    if kind is None:
        return [Problem("target", f"expected a position of the log, 1 to {len(known.types)}, got {event.target}")]
    if kind in KEPT:
        return [Problem("target", f"expected an event whose body may go, got position {event.target}, {kind}")]
    if order is not None:
        message = (
            f"expected a body that is there, got position {event.target}, which position {order.position} redacted"
        )
        return [Problem("target", message)]
    if bool(event.tombstones) != (kind in {thing.type for thing in THINGS}):
        expected = "no tombstone" if event.tombstones else "a tombstone, which Archive.redact() makes,"
        return [Problem("tombstones", f"expected {expected} for the type {kind}, got {len(event.tombstones)}")]
    return []


CHECKS: dict[type[Event], Callable[..., list[Problem]]] = {
    DocumentRegistered: _check_document,
    AgentRegistered: _check_agent,
    VocabularyExtended: _check_extension,
    CoverageDeclared: _check_coverage,
    DateAssessed: _check_assessment,
    FrameReassigned: _check_reassignment,
    IdentityJudged: _check_identity,
    DependenceDeclared: _check_dependence,
    TranscriptionFixed: _check_replacement,
    SourceCorrected: _check_replacement,
    SourceRetracted: _check_retraction,
    ReliabilityAssessed: _check_reliability,
    JudgementWithdrawn: _check_withdrawal,
    PayloadRedacted: _check_redaction,
}
