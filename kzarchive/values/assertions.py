"""The assertion: what one document says, through an attribution chain, about one frame.

Decision: ``valid`` may be absent.
    Context: most sentences give no date for what they say ("227 people were killed", "the troops have left").
    Decision: an absent ``valid`` means that the assertion speaks of the moment at which it is stated: a count so far,
    a state as it is. A past fact without a date is written as ``[..X]`` or as an interval read ``within``.
    Consequence: no end of a period is invented, and a later assessment of ``stated`` moves the reference time too.
"""

import enum
from typing import Any

import attrs

from kzarchive.errors import InvalidEvent, Problem
from kzarchive.values import checks
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Anchor, Locator, RecordCell, TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Link


class Modality(enum.StrEnum):
    """How far the origin commits itself, as the document reports it (FactBank)."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    COUNTER = "counter"
    UNCOMMITTED = "uncommitted"


class Act(enum.StrEnum):
    """What the origin does by saying it."""

    STATE = "state"
    ALLEGE = "allege"
    EXPECT = "expect"
    REQUEST = "request"
    URGE = "urge"
    DENY = "deny"
    DENY_ATTRIBUTION = "deny_attribution"
    DECLINE = "decline"


class Temporality(enum.StrEnum):
    """Whether what is asserted lies behind the speaker, goes on, or lies ahead."""

    OCCURRED = "occurred"
    ONGOING = "ongoing"
    PROSPECTIVE = "prospective"


class Voice(enum.StrEnum):
    """Where in the document the words stand; a quote is a passage inside quotation marks."""

    BODY = "body"
    QUOTE = "quote"
    HEADLINE = "headline"
    CAPTION = "caption"
    SECTION_HEADER = "section_header"


class ValidReading(enum.StrEnum):
    """How ``valid`` is read: on all its days, once somewhere in it, or counted up to its end."""

    THROUGHOUT = "throughout"
    WITHIN = "within"
    UP_TO = "up_to"


class RelationKind(enum.StrEnum):
    """How an assertion stands to another one."""

    INCLUDES = "includes"
    SAME_EVENT = "same_event"
    RESPONDS_TO = "responds_to"
    CONVERTED_FROM = "converted_from"


@attrs.frozen(kw_only=True)
class Relation:
    """A relation to another assertion.

    Attributes:
        kind: Which relation; ``includes`` runs from the whole (227) to the part (19).
        target: Id of the other assertion.
    """

    kind: RelationKind = attrs.field(validator=checks.member(RelationKind))
    target: str = attrs.field(validator=checks.identifier)


@attrs.frozen(kw_only=True)
class Assertion:
    """What one document says, through an attribution chain, about one frame.

    Attributes:
        document: Id of the document.
        evidence: Where it stands; at least one anchor into that document.
        chain: Links, nearest first; empty = the document's own voice.
        utterance: Slug of the act of speech; several documents may carry it. None = an utterance of its own.
        frame: What the value is of.
        value: One of six kinds.
        modality: How far the origin commits itself.
        act: What the origin does by saying it.
        temporality: Behind the speaker, going on, or ahead.
        voice: Where in the document it stands.
        stated: When the speaker said it, one moment; None = the document does not say (own voice: when published).
        valid: When it is true of the world; None = at the moment at which it is stated.
        valid_reading: How ``valid`` is read; None exactly when ``valid`` is None.
        relations: To other assertions.
        hedge: The hedge as written; None = none.
        note: The recorder's own words; no part of the id. None = nothing to add.
        salt: 64 random hexadecimal digits when the assertion is protected, None = not protected.

    Raises:
        InvalidEvent: A field breaks its rule; the message names the field.
    """

    document: str = attrs.field(validator=checks.identifier)
    evidence: tuple[Anchor, ...] = attrs.field(validator=checks.tuple_of(TextSpan, RecordCell, Locator, least=1))
    chain: tuple[Link, ...] = attrs.field(default=(), validator=checks.tuple_of(Link))
    utterance: str | None = attrs.field(default=None, validator=checks.optional_slug)
    frame: Frame = attrs.field(validator=checks.instance(Frame))
    value: Value = attrs.field(validator=checks.instance(Quantity, Status, Money, Moment, Text, Unknown))
    modality: Modality = attrs.field(validator=checks.member(Modality))
    act: Act = attrs.field(validator=checks.member(Act))
    temporality: Temporality = attrs.field(validator=checks.member(Temporality))
    voice: Voice = attrs.field(validator=checks.member(Voice))
    stated: ImpreciseDate | None = attrs.field(default=None, validator=checks.optional_moment)
    valid: ImpreciseDate | None = attrs.field(default=None, validator=checks.optional_date)
    valid_reading: ValidReading | None = attrs.field(
        default=None, validator=attrs.validators.optional(checks.member(ValidReading))
    )
    relations: tuple[Relation, ...] = attrs.field(default=(), validator=checks.tuple_of(Relation))
    hedge: str | None = attrs.field(default=None, validator=checks.optional_text)
    note: str | None = attrs.field(default=None, validator=checks.optional_text)
    salt: str | None = attrs.field(default=None, validator=checks.optional_identifier)

    def __attrs_post_init__(self) -> None:
        problems = [*_anchor_problems(self), *_chain_problems(self), *_reading_problems(self), *_act_problems(self)]
        if problems:
            raise InvalidEvent(problems)


def _anchor_problems(assertion: Assertion) -> list[Problem]:
    problems = []
    for index, anchor in enumerate(assertion.evidence):
        if anchor.document != assertion.document:
            message = f"expected the assertion's document, got {anchor.document!r}"
            problems.append(Problem(f"evidence[{index}].document", message))
    return problems


def _chain_problems(assertion: Assertion) -> list[Problem]:
    if len(assertion.chain) < 2:
        return []
    agents = [link.agent for link in assertion.chain]
    if len(set(agents)) == len(agents):
        return []
    return [checks.problem("chain", "each agent once", agents)]


def _reading_problems(assertion: Assertion) -> list[Problem]:
    if (assertion.valid is None) == (assertion.valid_reading is None):
        return []
    got: Any = assertion.valid_reading and assertion.valid_reading.value
    return [Problem("valid_reading", f"expected a reading exactly when 'valid' is given, got {got!r}")]


def _act_problems(assertion: Assertion) -> list[Problem]:
    if assertion.act is not Act.DENY and assertion.act is not Act.DENY_ATTRIBUTION:
        return []
    problems = []
    targets = [r for r in assertion.relations if r.kind is RelationKind.RESPONDS_TO]
    if not targets:
        problems.append(
            Problem("relations", f"expected 'responds_to' beside the act {assertion.act.value!r}, got none")
        )
    if assertion.act is Act.DENY and assertion.modality is not Modality.COUNTER:
        problems.append(
            Problem("modality", f"expected 'counter' beside the act 'deny', got {assertion.modality.value!r}")
        )
    return problems
