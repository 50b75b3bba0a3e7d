"""Selection: from the assertions of a frame to the claims that a policy decides among (rules S0 to S5)."""

from collections.abc import Iterable

import attrs

from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Flag, Rule, WhyNot
from kzarchive.replay.view import View
from kzarchive.values.assertions import Act, Modality, RelationKind, Temporality, Voice
from kzarchive.values.bounds import Order
from kzarchive.values.civil import local_day
from kzarchive.values.content import Moment, Money, Text, Unknown, Value
from kzarchive.values.content import Status as StatusValue
from kzarchive.values.conventions import Convention, Interval, Number, check_reading
from kzarchive.values.dated import DatedAssertion, reference, spell
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import LinkMode
from kzarchive.values.terms import Aggregation, Measure


@attrs.define
class Selected:
    """What a frame offers at a cut.

    Attributes:
        frame: The frame.
        measure: Its measure.
        live: Live and certain, by utterance (after S5).
        claims: Those of them that stand after supersession, older ones as floors (after S6 and S7).
        unknowns: Live assertions that there is no value.
        uncommitted: Live assertions that are not certain.
        plans: Live assertions about what lies ahead.
        openers: Live and certain assertions that it is higher, without a number.
        pending: Ids of what is only possibly known or in scope.
        why_not: What is visible and takes no part.
        flags: What a reader should know.
    """

    frame: Frame
    measure: Measure
    live: tuple[Claim, ...] = ()
    claims: list[Claim] = attrs.field(factory=list)
    unknowns: list[Claim] = attrs.field(factory=list)
    uncommitted: list[Claim] = attrs.field(factory=list)
    plans: list[Claim] = attrs.field(factory=list)
    openers: list[Claim] = attrs.field(factory=list)
    pending: list[str] = attrs.field(factory=list)
    why_not: list[WhyNot] = attrs.field(factory=list)
    flags: set[Flag] = attrs.field(factory=set)

    @property
    def visible(self) -> bool:
        """Whether anything is visible and in scope, live or not."""
        out_of_scope = all(entry.rule is Rule.S0 for entry in self.why_not)
        return bool(self.claims or self.unknowns or self.uncommitted or self.plans) or not out_of_scope


class Selector:
    """Selects the claims of frames in one view under one convention."""

    def __init__(self, view: View, convention: Convention) -> None:
        self.view = view
        self.convention = convention

    def select(self, frame: Frame, measure: Measure) -> Selected:
        """Returns what a frame offers.

        Raises:
            UsageError: The convention gives something that is no interval.
        """
        selected = Selected(frame, measure)
        live: list[Claim] = []
        for identity in self.view.index.ids_in(frame):
            claim = self._admit(identity, selected)
            if claim is not None:
                live.append(claim)
        for claim in live:
            self._sort(claim, selected)
        selected.claims = self._by_utterance(selected.claims, selected)
        selected.live = tuple(selected.claims)
        return selected

    def _admit(self, identity: str, selected: Selected) -> Claim | None:
        order = self.view.visibility(identity)
        if order is Order.NOT:
            return None
        if not self.view.takes_part(identity):
            selected.pending.append(identity)
            return None
        claim = self.claim(identity, selected.measure)
        scope = self._scope(claim, selected.measure)
        if scope is Order.POSSIBLY and not self.view.cut.possible:
            selected.pending.append(identity)
            return None
        if scope is Order.NOT:
            selected.why_not.append(WhyNot(identity, Rule.S0, "about a later time than was asked"))
            return None
        dropped = self.view.dropped(identity)
        if dropped is not None:
            selected.why_not.append(WhyNot(identity, dropped.rule, dropped.detail))
            selected.flags |= {Flag.ZOMBIE} if dropped.zombie else set()
            return None
        return claim

    def _scope(self, claim: Claim, measure: Measure) -> Order:
        valid = self.view.cut.valid
        if valid is None:
            return Order.DEFINITELY
        if claim.dated.assertion.temporality is Temporality.PROSPECTIVE:
            return claim.stated.by(valid)
        if measure.aggregation in {Aggregation.STATUS, Aggregation.TEXT}:
            return claim.spell.start.by(valid)
        return claim.reference.by(valid)

    def claim(self, identity: str, measure: Measure) -> Claim:
        """Returns the claim that one assertion makes by itself."""
        dated, stated = self.view.dated(identity), self.view.stated(identity)
        return Claim(
            id=identity,
            origin=self.view.origin(self.view.index.utterance(identity)),
            value=dated.assertion.value,
            interval=self._interval(dated, measure),
            stated=stated,
            reference=reference(dated, stated),
            spell=spell(dated, stated),
            dated=dated,
        )

    def _interval(self, dated: DatedAssertion, measure: Measure) -> Interval | None:
        value: Value = dated.assertion.value
        if isinstance(value, Moment):
            return days_of(value, own=dated.document.zone, archive=self.view.ledger.zone)
        quantity = value.amount if isinstance(value, Money) else value
        if not isinstance(quantity, Quantity):
            return None
        read = self.convention.read(quantity, decimal=measure.decimal)
        return check_reading(self.convention, quantity, read)

    def _sort(self, claim: Claim, selected: Selected) -> None:
        assertion = claim.dated.assertion
        if claim.dated.contradicts:
            selected.flags.add(Flag.DATES_CONTRADICT)
        if self.view.index.utterance(claim.id) in self.view.contested_attributions:
            selected.flags.add(Flag.ATTRIBUTION_CONTESTED)
        if isinstance(claim.value, Unknown):
            selected.unknowns.append(claim)
        elif _is_converted(claim):
            selected.why_not.append(WhyNot(claim.id, Rule.S4, "converted from another value, which has the vote"))
        elif assertion.temporality is Temporality.PROSPECTIVE:
            selected.plans.append(claim)
        elif not is_certain(claim):
            selected.uncommitted.append(claim)
        elif claim.interval is not None and claim.interval.open_above:
            selected.openers.append(claim)
        else:
            selected.claims.append(claim)

    def _by_utterance(self, claims: Iterable[Claim], selected: Selected) -> list[Claim]:
        groups: dict[tuple[str, str], list[Claim]] = {}
        for claim in claims:
            key = (self.view.index.utterance(claim.id), discriminator(claim, selected.measure))
            groups.setdefault(key, []).append(claim)
        return [claim for group in groups.values() for claim in self._speakers(group, selected)]

    def _speakers(self, group: list[Claim], selected: Selected) -> list[Claim]:
        """Returns the appearance that speaks for an utterance; each value where equally prominent ones differ."""
        ordered = sorted(group, key=lambda claim: (prominence(claim), claim.id))
        speakers: list[Claim] = []
        for claim in ordered:
            foremost = prominence(claim) == prominence(ordered[0])
            if foremost and not any(same_value(claim, speaker) for speaker in speakers):
                speakers.append(claim)
        varying = tuple(c.id for c in ordered if not any(same_value(c, speaker) for speaker in speakers))
        if varying or len(speakers) > 1:
            selected.flags.add(Flag.RELAY_VARIANCE)
        for identity in varying:
            detail = f"relay_variance: {speakers[0].id[:12]} speaks for the utterance"
            selected.why_not.append(WhyNot(identity, Rule.S5, detail))
        return [
            attrs.evolve(speaker, agreeing=_agreeing(speaker, ordered), varying=varying if number == 0 else ())
            for number, speaker in enumerate(speakers)
        ]


def _agreeing(speaker: Claim, group: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(other.id for other in group if other.id != speaker.id and same_value(speaker, other))


def is_certain(claim: Claim) -> bool:
    """Returns whether the origin commits itself to the value; who denies having said it does not."""
    assertion = claim.dated.assertion
    return assertion.modality is Modality.CERTAIN and assertion.act is not Act.DENY_ATTRIBUTION


def votes(claim: Claim) -> bool:
    """Returns whether a live claim may decide an answer (S4)."""
    plan = claim.dated.assertion.temporality is Temporality.PROSPECTIVE
    return is_certain(claim) and not plan and not isinstance(claim.value, Unknown) and not _is_converted(claim)


def _is_converted(claim: Claim) -> bool:
    return any(relation.kind is RelationKind.CONVERTED_FROM for relation in claim.dated.assertion.relations)


def discriminator(claim: Claim, measure: Measure) -> str:
    """Returns what one utterance may say besides another thing about the same frame without varying from itself."""
    value = claim.value
    of_period = period(claim) if measure.aggregation in {Aggregation.INCREMENT, Aggregation.OCCURRENCE} else ""
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Money):
        return f"{value.currency}/{value.per} {of_period}"
    if isinstance(value, StatusValue):
        term = measure.term(value.term)
        groups = [i for i, group in enumerate(measure.exclusive) if value.term in group]
        return value.term if not groups or (term is not None and term.milestone) else f"group {groups[0]}"
    return of_period


def period(claim: Claim) -> str:
    """Returns the text of the period that an increment or an occurrence is of; empty = that of its statement."""
    return "" if claim.dated.valid is None else claim.dated.valid.text


def prominence(claim: Claim) -> tuple[bool, bool, tuple[int, int, Number]]:
    """Orders the appearances of an utterance: body before headline, quote before paraphrase, narrower before wider."""
    assertion = claim.dated.assertion
    direct = bool(assertion.chain) and assertion.chain[-1].mode is LinkMode.DIRECT
    return (
        assertion.voice not in {Voice.BODY, Voice.QUOTE},
        not (assertion.voice is Voice.QUOTE or direct),
        _width(claim.interval),
    )


def _width(interval: Interval | None) -> tuple[int, int, Number]:
    """Orders intervals from narrow to wide; of two that are open on the same side the inner one is narrower."""
    if interval is None or (interval.low is None and interval.high is None):
        return (2, 0, 0)
    if interval.high is None:
        return (1, 0, -interval.low if interval.low is not None else 0)
    return (1, 1, interval.high) if interval.low is None else (0, 0, interval.high - interval.low)


def same_value(one: Claim, other: Claim) -> bool:
    """Returns whether two claims state the same bounds and point, or the same term or text."""
    if one.interval is not None and other.interval is not None:
        return one.interval == other.interval
    return one.value == other.value


def days_of(value: Moment, *, own: str, archive: str) -> Interval:
    """Returns a moment as an interval of days since 1970-01-01; the point is stated where it is one day.

    A bare day is that day wherever it was written. A time of day lies on the day that it is in the archive's zone, so
    that one instant is one day in whichever document it stands.

    Args:
        value: The moment.
        own: The zone of the bare dates of its document.
        archive: The archive's zone.
    """
    bounds = value.date.bounds(own)
    zone = archive if "T" in value.date.text else own
    low = None if bounds.earliest is None else local_day(bounds.earliest, zone)
    high = None if bounds.latest is None else local_day(bounds.latest, zone)
    return Interval(low, low if low == high and not value.date.flagged else None, high)
