"""Events: the immutable rows of the log, one class for each type and version.

Each class has a stable dotted ``type`` and an integer ``version``; neither is ever a Python path. Every event
carries its ``actor``. The log adds position and ``recorded``; no event holds them.

======================  ==========  ===================================================================
type                    by          effect
======================  ==========  ===================================================================
archive.opened          archive     name, zone and vocabulary; always the first event, once
coverage.declared       archive     up to which day the archive claims to have looked
vocabulary.extended     archive     adds measures, terms, subjects, places; never changes any
agent.registered        archive     kind and spellings of an agent
document.registered     archive     a document and its dates
assertion.recorded      archive     an assertion
source.corrected        source      from the notice's date the new assertion stands for the old one
source.retracted        source      from the notice's date an utterance is withdrawn
transcription.fixed     archive     we misread: the new assertion stands at every date
date.assessed           analyst     bounds of one axis of a document, an utterance or an assertion
frame.reassigned        analyst     assertions belong to another frame
identity.judged         analyst     two agents or two utterances are the same, different, or it is unsure
dependence.declared     analyst     assertions that rest on one source count as one origin
reliability.assessed    assessor    Admiralty letters and digits; ignored by the default policy
judgement.withdrawn     its maker   an earlier analyst's or archive's event stops acting
payload.redacted        archive     the body of an earlier event is taken away; its place and its hashes stay
======================  ==========  ===================================================================
"""

import enum
from typing import Any, ClassVar

import attrs

from kzarchive.errors import InvalidEvent
from kzarchive.values import checks
from kzarchive.values.assertions import Assertion
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Anchor, Locator, RecordCell, TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.sources import Agent, Document
from kzarchive.values.terms import Vocabulary


@attrs.frozen(kw_only=True)
class Event:
    """What every event has.

    Attributes:
        actor: Slug of who recorded or judged.
    """

    type: ClassVar[str]
    version: ClassVar[int] = 1

    actor: str = attrs.field(validator=checks.slug)


@attrs.frozen(kw_only=True)
class ArchiveOpened(Event):
    """The first event: the archive's name, the zone of its bare dates, and its vocabulary."""

    type: ClassVar[str] = "archive.opened"

    name: str = attrs.field(validator=checks.text)
    zone: str = attrs.field(validator=checks.text)
    vocabulary: Vocabulary = attrs.field(validator=checks.instance(Vocabulary))

    def __attrs_post_init__(self) -> None:
        problems = checks.zone_problems("zone", self.zone)
        if problems:
            raise InvalidEvent(problems)


@attrs.frozen(kw_only=True)
class CoverageDeclared(Event):
    """Up to which moment the archive claims to have looked; the end is inclusive, and the last one declared counts."""

    type: ClassVar[str] = "coverage.declared"

    end: ImpreciseDate = attrs.field(validator=checks.moment)
    start: ImpreciseDate | None = attrs.field(default=None, validator=checks.optional_moment)
    grounds: str = attrs.field(validator=checks.text)


@attrs.frozen(kw_only=True)
class VocabularyExtended(Event):
    """Adds the entries of ``addition`` to the vocabulary."""

    type: ClassVar[str] = "vocabulary.extended"

    addition: Vocabulary = attrs.field(validator=checks.instance(Vocabulary))


@attrs.frozen(kw_only=True)
class AgentRegistered(Event):
    """Registers an agent; to record a further spelling the agent is registered again with more names."""

    type: ClassVar[str] = "agent.registered"

    agent: Agent = attrs.field(validator=checks.instance(Agent))


@attrs.frozen(kw_only=True)
class DocumentRegistered(Event):
    """Registers a document."""

    type: ClassVar[str] = "document.registered"

    document: Document = attrs.field(validator=checks.instance(Document))


@attrs.frozen(kw_only=True)
class AssertionRecorded(Event):
    """Records an assertion."""

    type: ClassVar[str] = "assertion.recorded"

    assertion: Assertion = attrs.field(validator=checks.instance(Assertion))


@attrs.frozen(kw_only=True)
class Notice:
    """The text by which a source corrects or retracts.

    Attributes:
        published: When a reader could know it, one moment.
        evidence: Where it stands, in a registered document; may be empty when only its existence is known.
        reason: In the recorder's words, the reason that the source gives.
    """

    published: ImpreciseDate = attrs.field(validator=checks.moment)
    evidence: tuple[Anchor, ...] = attrs.field(default=(), validator=checks.tuple_of(TextSpan, RecordCell, Locator))
    reason: str = attrs.field(validator=checks.text)


@attrs.frozen(kw_only=True)
class SourceCorrected(Event):
    """The source ``by`` replaces what it said: from the notice's date ``new`` stands for ``old`` (assertion ids)."""

    type: ClassVar[str] = "source.corrected"

    by: str = attrs.field(validator=checks.slug)
    old: str = attrs.field(validator=checks.identifier)
    new: str = attrs.field(validator=checks.identifier)
    notice: Notice = attrs.field(validator=checks.instance(Notice))


@attrs.frozen(kw_only=True)
class SourceRetracted(Event):
    """The source ``by`` withdraws an utterance from the notice's date, in every document whose chain passes through it.

    ``utterance`` is the slug of an utterance, or the id of an assertion that is an utterance of its own.
    """

    type: ClassVar[str] = "source.retracted"

    by: str = attrs.field(validator=checks.slug)
    utterance: str = attrs.field(validator=checks.slug)
    notice: Notice = attrs.field(validator=checks.instance(Notice))


@attrs.frozen(kw_only=True)
class Judged(Event):
    """An event by an analyst or the archive that may be withdrawn; ``grounds`` say why it was made."""

    grounds: str = attrs.field(validator=checks.text)


@attrs.frozen(kw_only=True)
class TranscriptionFixed(Judged):
    """The archive misread: assertion ``new`` stands for ``old`` at every date."""

    type: ClassVar[str] = "transcription.fixed"

    old: str = attrs.field(validator=checks.identifier)
    new: str = attrs.field(validator=checks.identifier)


class TargetKind(enum.StrEnum):
    """What a date assessment is about."""

    DOCUMENT = "document"
    UTTERANCE = "utterance"
    ASSERTION = "assertion"


class Axis(enum.StrEnum):
    """The imprecise axes of time."""

    PUBLISHED = "published"
    RETRIEVED = "retrieved"
    STATED = "stated"
    VALID = "valid"


AXES = {
    TargetKind.DOCUMENT: (Axis.PUBLISHED, Axis.RETRIEVED),
    TargetKind.UTTERANCE: (Axis.STATED, Axis.VALID),
    TargetKind.ASSERTION: (Axis.STATED, Axis.VALID),
}


@attrs.frozen(kw_only=True)
class DateAssessed(Judged):
    """An analyst dates one axis of a document (by id), an utterance (by slug) or an assertion (by id)."""

    type: ClassVar[str] = "date.assessed"

    kind: TargetKind = attrs.field(validator=checks.member(TargetKind))
    target: str = attrs.field(validator=checks.slug)
    axis: Axis = attrs.field(validator=checks.member(Axis))
    date: ImpreciseDate = attrs.field(validator=checks.date)

    def __attrs_post_init__(self) -> None:
        problems = []
        if self.axis not in AXES[self.kind]:
            expected = " or ".join(repr(axis.value) for axis in AXES[self.kind])
            problems.append(
                checks.problem("axis", f"{expected} for a target of kind {self.kind.value!r}", self.axis.value)
            )
        if self.axis is not Axis.VALID:
            problems += checks.moment_problems("date", self.date)
        if problems:
            raise InvalidEvent(problems)


@attrs.frozen(kw_only=True)
class FrameReassigned(Judged):
    """Assertions (by id) are read as of another frame."""

    type: ClassVar[str] = "frame.reassigned"

    assertions: tuple[str, ...] = attrs.field(validator=checks.identifiers)
    frame: Frame = attrs.field(validator=checks.instance(Frame))


class IdentityOf(enum.StrEnum):
    """What an identity judgement compares."""

    AGENT = "agent"
    UTTERANCE = "utterance"


class Judgement(enum.StrEnum):
    """The three answers to "are they the same?"."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@attrs.frozen(kw_only=True)
class IdentityJudged(Judged):
    """Two agents or two utterances (by slug) are the same, different, or it is unsure; unsure merges nothing."""

    type: ClassVar[str] = "identity.judged"

    of: IdentityOf = attrs.field(validator=checks.member(IdentityOf))
    left: str = attrs.field(validator=checks.slug)
    right: str = attrs.field(validator=checks.slug)
    judgement: Judgement = attrs.field(validator=checks.member(Judgement))

    def __attrs_post_init__(self) -> None:
        if self.left == self.right:
            raise checks.fault("right", f"another slug than {self.left!r}", self.right)


@attrs.frozen(kw_only=True)
class DependenceDeclared(Judged):
    """Assertions (by id) rest on one source: their origins count as one when origins are counted."""

    type: ClassVar[str] = "dependence.declared"

    assertions: tuple[str, ...] = attrs.field(validator=checks.identifiers)

    def __attrs_post_init__(self) -> None:
        if len(self.assertions) < 2:
            raise checks.fault("assertions", "at least two ids", self.assertions)


class Reliability(enum.StrEnum):
    """Admiralty letter for a source; F = cannot be judged."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Credibility(enum.StrEnum):
    """Admiralty digit for a piece of information, never a number to reckon with; 6 = cannot be judged."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"


def _optional_member(kind: type[enum.Enum]) -> Any:
    return attrs.validators.optional(checks.member(kind))


@attrs.frozen(kw_only=True)
class ReliabilityAssessed(Judged):
    """A named assessor grades an agent (letter), an assertion (digit), or both."""

    type: ClassVar[str] = "reliability.assessed"

    assessor: str = attrs.field(validator=checks.text)
    agent: str | None = attrs.field(default=None, validator=checks.optional_slug)
    reliability: Reliability | None = attrs.field(default=None, validator=_optional_member(Reliability))
    assertion: str | None = attrs.field(default=None, validator=checks.optional_identifier)
    credibility: Credibility | None = attrs.field(default=None, validator=_optional_member(Credibility))

    def __attrs_post_init__(self) -> None:
        problems = []
        if (self.agent is None) != (self.reliability is None):
            got = self.reliability and self.reliability.value
            problems.append(checks.problem("reliability", "a letter exactly when 'agent' is given", got))
        if (self.assertion is None) != (self.credibility is None):
            got = self.credibility and self.credibility.value
            problems.append(checks.problem("credibility", "a digit exactly when 'assertion' is given", got))
        if self.agent is None and self.assertion is None:
            problems.append(checks.problem("agent", "an agent, an assertion, or both", None))
        if problems:
            raise InvalidEvent(problems)


@attrs.frozen(kw_only=True)
class JudgementWithdrawn(Judged):
    """An earlier judgement (by the id of its event) stops acting, at every date."""

    type: ClassVar[str] = "judgement.withdrawn"

    target: str = attrs.field(validator=checks.identifier)


class RedactionReason(enum.StrEnum):
    """Why a body is taken away: a closed list, because words of one's own could repeat what they are to remove."""

    ENDANGERS_PERSON = "endangers_person"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    PERSONAL_DATA = "personal_data"
    COURT_ORDER = "court_order"
    UNLAWFUL_CONTENT = "unlawful_content"


@attrs.frozen(kw_only=True)
class PayloadRedacted(Event):
    """The body of an earlier event is taken away, for ever; no field holds free text, so that none can repeat it.

    It is never withdrawn: nothing could bring the body back. Of judgements, corrections and retractions, what they did
    ends with their body, at every date and position.

    Attributes:
        target: Position of the event whose body goes.
        reason: Why it goes.
        approvers: Slugs of those who approved it; at least two.
        tombstones: Keyed digests by which the same content is known again, see :mod:`kzarchive.recording.tombstones`.
        tombstone_key: The fingerprint of their key; None = there are none.
    """

    type: ClassVar[str] = "payload.redacted"

    target: int = attrs.field(validator=checks.position)
    reason: RedactionReason = attrs.field(validator=checks.member(RedactionReason))
    approvers: tuple[str, ...] = attrs.field(validator=checks.slugs)
    tombstones: tuple[str, ...] = attrs.field(default=(), validator=checks.identifiers)
    tombstone_key: str | None = attrs.field(default=None, validator=checks.optional_identifier)

    def __attrs_post_init__(self) -> None:
        problems = []
        if len(self.approvers) < 2:
            problems.append(checks.problem("approvers", "at least two different slugs", self.approvers))
        if bool(self.tombstones) != (self.tombstone_key is not None):
            got = self.tombstone_key
            problems.append(checks.problem("tombstone_key", "a key exactly when there are tombstones", got))
        if problems:
            raise InvalidEvent(problems)


EVENT_TYPES: tuple[type[Event], ...] = (
    ArchiveOpened,
    CoverageDeclared,
    VocabularyExtended,
    AgentRegistered,
    DocumentRegistered,
    AssertionRecorded,
    SourceCorrected,
    SourceRetracted,
    TranscriptionFixed,
    DateAssessed,
    FrameReassigned,
    IdentityJudged,
    DependenceDeclared,
    ReliabilityAssessed,
    JudgementWithdrawn,
    PayloadRedacted,
)


@attrs.frozen(kw_only=True)
class UnknownEvent:
    """An event of a type or version that this release does not know: kept, reported, and without effect.

    Attributes:
        type: Its type as stored.
        version: Its version as stored.
        body: Its canonical bytes as stored.
    """

    type: str
    version: int
    body: bytes
