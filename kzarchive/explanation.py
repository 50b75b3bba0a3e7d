"""Explanations: each assertion of a frame with who said it, where in which text, when, and why it won or lost."""

from collections.abc import Mapping
from typing import Any

import attrs

from kzarchive.policies.answer import BestKnown, span_words
from kzarchive.policies.questions import open_questions
from kzarchive.policies.resolution import Resolver
from kzarchive.replay.reasons import Role
from kzarchive.replay.redacted import Redacted
from kzarchive.values.assertions import Assertion
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, Value
from kzarchive.values.dated import DatedAssertion, reference, spell
from kzarchive.values.evidence import Anchor, RecordCell, TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Agent


@attrs.frozen(kw_only=True)
class Witness:
    """One assertion as an explanation shows it.

    Attributes:
        assertion: Its id.
        place: ``why``, ``why_not`` or ``pending``.
        rule: The rule that put it there; None = pending.
        role: Its role, of ``why``; else None.
        detail: What happened to it, in words; empty = nothing to add.
        value: The value in words, with the surface of the text.
        read_as: The bounds that the convention gives it; empty for what is no number.
        origin: Who said it.
        chain: The agents between the document and the origin, nearest first, as the text names them.
        document: Short name of the document.
        evidence: Where in the document it stands.
        voice: In which part of the document.
        stated: When it was said, as recorded or assessed.
        published: When the document was published, as recorded or assessed.
        about: The time that it is about: its ``valid``, or ``when stated``.
        position: Log position of the event that recorded it.
        note: The recorder's words; None = none.
        quotation: The words of the text behind the first anchor; None = the text was not at hand.
    """

    assertion: str
    place: str
    rule: str | None
    role: str | None
    detail: str
    value: str
    read_as: str
    origin: str
    chain: tuple[str, ...]
    document: str
    evidence: tuple[str, ...]
    voice: str
    stated: str
    published: str
    about: str
    position: int
    note: str | None
    quotation: str | None = None
    _when: tuple[int, int] = attrs.field(eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {field.name: getattr(self, field.name) for field in attrs.fields(Witness) if field.name != "_when"}

    def __str__(self) -> str:
        via = f" via {', '.join(self.chain[:-1])}" if len(self.chain) > 1 else ""
        reason = " ".join(part for part in (self.rule, self.role) if part)
        detail = f": {self.detail}" if self.detail else ""
        read = f", read as {self.read_as}" if self.read_as else ""
        name = self.origin.removeprefix("document:")
        speaker = self.origin if name == self.origin else f"the document itself ({name})"
        lines = [
            f"  {self.value}{read}",
            f"    said by {speaker}{via}; stated {self.stated}",
            f"    in document {self.document} ({self.voice}, {', '.join(self.evidence)}), published {self.published}",
            f"    {reason or 'pending'}{detail}; assertion {self.assertion[:12]}, position {self.position}",
        ]
        lines += [f"    text: {self.quotation}"] if self.quotation else []
        return "\n".join(lines + ([f"    note: {self.note}"] if self.note else []))


@attrs.frozen(kw_only=True)
class Explanation:
    """Why an answer is what it is.

    Attributes:
        answer: The answer.
        basis: What it depends on, in words.
        witnesses: Every assertion that is visible or pending, once.
        questions: What would change the answer, in words.
        redactions: What says nothing any more, of whichever frame it was.
    """

    answer: BestKnown
    basis: str
    witnesses: tuple[Witness, ...]
    questions: tuple[str, ...] = ()
    redactions: tuple[Redacted, ...] = ()

    @classmethod
    def of(cls, resolver: Resolver, frame: Frame, basis: str) -> "Explanation":
        """Returns the explanation of the answer for a frame."""
        answer = resolver.answer(frame)
        rows = [
            *(("why", w.assertion, w.rule.value, w.role.value, "") for w in answer.why),
            *(("why_not", w.assertion, w.rule.value, None, w.detail) for w in answer.why_not),
            *(("pending", identity, None, None, "only possibly known at the date") for identity in answer.pending),
        ]
        witnesses = sorted((_witness(resolver, *row) for row in rows), key=_rank)
        return cls(
            answer=answer,
            basis=basis,
            witnesses=tuple(witnesses),
            questions=open_questions(resolver, answer),
            redactions=resolver.view.index.redactions,
        )

    def timeline(self) -> tuple[Witness, ...]:
        """Returns the witnesses in the order of the times that they are about, by their latest bounds."""
        return tuple(sorted(self.witnesses, key=lambda witness: (witness._when, witness.position)))  # noqa: SLF001

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        witnesses = [witness.to_dict() for witness in self.witnesses]
        return {
            "answer": self.answer.to_dict(),
            "basis": self.basis,
            "witnesses": witnesses,
            "questions": list(self.questions),
            **({"redactions": [each.to_dict() for each in self.redactions]} if self.redactions else {}),
        }

    def __str__(self) -> str:
        parts = [f"{self.answer.frame}: {self.answer.words()}", f"as of {self.basis}"]
        parts += [f"note: {', '.join(flag.value for flag in self.answer.flags)}"] if self.answer.flags else []
        parts += [f"warning: {excess}" for excess in self.answer.excesses]
        for place, title in (("why", "It rests on:"), ("why_not", "Not part of it:"), ("pending", "Pending:")):
            rows = [str(witness) for witness in self.witnesses if witness.place == place]
            parts += ["", title, *rows] if rows else []
        parts += (
            ["", "What would change it:", *(f"  {question}" for question in self.questions)] if self.questions else []
        )
        gone = (f"  {each}" for each in self.redactions)
        parts += ["", "Redacted in this archive, of this frame or of another:", *gone] if self.redactions else []
        return "\n".join(parts)


def _rank(witness: Witness) -> tuple[int, int, int]:
    roles = [role.value for role in Role]
    places = ("why", "why_not", "pending")
    return places.index(witness.place), roles.index(witness.role) if witness.role else 0, witness.position


def _witness(resolver: Resolver, place: str, identity: str, rule: str | None, role: str | None, detail: str) -> Witness:
    view = resolver.view
    dated: DatedAssertion = view.dated(identity)
    assertion: Assertion = dated.assertion
    agents = view.ledger.agents
    return Witness(
        assertion=identity,
        place=place,
        rule=rule,
        role=role,
        detail=detail,
        value=value_words(assertion.value, assertion.hedge),
        read_as=_read_as(resolver, dated),
        origin=view.origin(view.index.utterance(identity)),
        chain=tuple(link.name or _name(agents, link.agent) for link in assertion.chain),
        document=dated.document.document.name,
        evidence=tuple(anchor_words(anchor) for anchor in assertion.evidence),
        voice=assertion.voice.value,
        stated=_stated_words(resolver, dated),
        published="unknown" if dated.document.published_date is None else dated.document.published_date.text,
        about="when stated" if dated.valid is None else f"{dated.valid.text} ({dated.reading})",
        position=dated.position,
        note=assertion.note,
        when=_when(resolver, dated),
    )


def _name(agents: Mapping[str, Agent], slug: str) -> str:
    """Returns the first spelling of an agent; its slug where the spellings were redacted."""
    agent = agents.get(slug)
    return slug if agent is None else agent.names[0]


def _read_as(resolver: Resolver, dated: DatedAssertion) -> str:
    measure = resolver.view.ledger.vocabulary.measure(resolver.view.index.frame(dated.id).measure)
    value = dated.assertion.value
    quantity = value.amount if isinstance(value, Money) else value
    if measure is None or not isinstance(quantity, Quantity):
        return ""
    interval = resolver.convention.read(quantity, decimal=measure.decimal)
    if interval.open_above:
        return "higher than someone else's figure"
    return span_words(interval.low, interval.point, interval.high)


def _when(resolver: Resolver, dated: DatedAssertion) -> tuple[int, int]:
    stated = resolver.view.stated(dated.id)
    is_state = isinstance(dated.assertion.value, Status)
    bounds = spell(dated, stated).start if is_state else reference(dated, stated)
    far = 2**62
    return (far if bounds.latest is None else bounds.latest, -far if bounds.earliest is None else bounds.earliest)


def _stated_words(resolver: Resolver, dated: DatedAssertion) -> str:
    date = resolver.view.index.dating.stated_date(dated.id)
    if date is not None:
        return date.text
    return "when published" if not dated.assertion.chain else "by publication, day unknown"


def value_words(value: Value, hedge: str | None = None) -> str:
    """Returns a value in words, with the surface of the text in quotation marks."""
    match value:
        case Quantity():
            words = f"{' '.join((value.modifier.value, *value.numbers))} “{value.surface}”"
        case Money():
            per = f" per {value.per}" if value.per else ""
            words = f"{value_words(value.amount)} {value.currency}{per}"
        case Status():
            words = value.term
        case Moment():
            words = value.date.text
        case Text():
            words = value.text
        case Unknown():
            words = f"unknown ({value.reason.value})"
    return f"{words}, hedged “{hedge}”" if hedge else words


def anchor_words(anchor: Anchor) -> str:
    """Returns an anchor in words."""
    if isinstance(anchor, TextSpan):
        return f"characters {anchor.start}..{anchor.end}"
    if isinstance(anchor, RecordCell):
        return f"row {anchor.row}, column {anchor.column}"
    return anchor.place
