"""Selection: from the assertions of a frame to the claims that a policy decides among (rules S0 to S5).

Most of it reads facts alone. Where an origin's claims about a count are all plain, those that a later word of it has
replaced (S6) are set aside by their numbers (:mod:`kzarchive.replay.thinning`) before any claim is made of them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from kzarchive.derived.facts import (
    AS_STATED,
    CERTAIN,
    CONTRADICTS,
    CONVERTED,
    DIRECT,
    MINOR_VOICE,
    NUMBERED,
    OPEN_ABOVE,
    PROSPECTIVE,
    UNCERTAIN,
    UNKNOWN,
    Fact,
)
from kzarchive.replay.claims import Claim, StoredSource
from kzarchive.replay.reasons import Flag, Rule, WhyNot
from kzarchive.replay.speech import Speeches
from kzarchive.replay.thinning import thinned
from kzarchive.replay.view import View
from kzarchive.values.bounds import Order
from kzarchive.values.civil import local_day
from kzarchive.values.content import Moment, Money, Text, Value
from kzarchive.values.content import Status as StatusValue
from kzarchive.values.conventions import HALF_GRAIN, Convention, Interval, Number, check_reading
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.terms import Aggregation, Measure, ValueType

COUNTS = {Aggregation.CUMULATIVE, Aggregation.LEVEL}
HELD = {Aggregation.STATUS, Aggregation.TEXT}
# Half of what it costs to call the class of a tuple with names.
_new: Final = tuple.__new__
NUMBERS = {ValueType.QUANTITY, ValueType.MONEY, ValueType.MOMENT}


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
        involved: Returns the claims that were set aside because a later word of their origin replaced them, beside
            those of the same origins that stand.
        replaced: Returns more of what is visible and takes no part, made when somebody asks.
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
    involved: Callable[[], Sequence[Claim]] | None = None
    replaced: Callable[[], Sequence[WhyNot]] = tuple
    flags: set[Flag] = attrs.field(factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there: no assertion is known by then, not even possibly."""
        return not (
            self.claims
            or self.unknowns
            or self.uncommitted
            or self.plans
            or self.openers
            or self.pending
            or self.why_not
        )

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
        self._default = convention == HALF_GRAIN

    def select(self, frame: Frame, measure: Measure, *, thin: bool = True) -> Selected:
        """Returns what a frame offers.

        Args:
            frame: The frame.
            measure: Its measure.
            thin: Whether claims that a later word has replaced may be left out of ``live`` and ``claims``.

        Raises:
            UsageError: The convention gives something that is no interval.
        """
        selected = Selected(frame, measure)
        facts: Sequence[Fact] = self.view.index.facts(frame)
        if all(self.view.order(fact) is Order.NOT for fact in facts):
            return selected
        speeches = Speeches(self.view, facts)
        if thin and len(facts) > 1 and self._default and _is_count(measure):
            found = thinned(facts, self.view, speeches)
            facts = found.left
            if found.replaced:
                selected.flags |= {Flag.DOWNWARD_REVISION} if found.lowered else set()
                selected.involved = lambda: [self._claim(fact, measure, speeches) for fact in found.involved]
        for fact in facts:
            self._admit(fact, selected, speeches)
        selected.claims = self._by_utterance(selected.claims, selected)
        selected.live = tuple(selected.claims)
        return selected

    def _admit(self, fact: Fact, selected: Selected, speeches: Speeches) -> None:
        order = self.view.order(fact)
        if order is Order.NOT:
            return
        if order is Order.POSSIBLY and not self.view.cut.possible:
            selected.pending.append(fact.id)
            return
        claim = self._claim(fact, selected.measure, speeches)
        scope = self._scope(claim, selected.measure)
        if scope is Order.POSSIBLY and not self.view.cut.possible:
            selected.pending.append(claim.id)
        elif scope is Order.NOT:
            selected.why_not.append(WhyNot(claim.id, Rule.S0, "about a later time than was asked"))
        elif fact.identity in self.view.index.disputed and (dropped := self.view.dropped(claim.id)) is not None:
            selected.why_not.append(WhyNot(claim.id, dropped.rule, dropped.detail))
            selected.flags |= {Flag.ZOMBIE} if dropped.zombie else set()
        else:
            self._sort(claim, fact, selected)

    def _scope(self, claim: Claim, measure: Measure) -> Order:
        valid = self.view.cut.valid
        if valid is None:
            return Order.DEFINITELY
        if claim.marks & PROSPECTIVE:
            return claim.stated.by(valid)
        if measure.aggregation in HELD:
            return claim.spell.start.by(valid)
        return claim.reference.by(valid)

    def claim(self, identity: str, measure: Measure) -> Claim:
        """Returns the claim that one assertion makes by itself."""
        return self._claim(self.view.index.fact(identity), measure, Speeches(self.view, ()))

    def _claim(self, fact: Fact, measure: Measure, speeches: Speeches) -> Claim:
        identity = fact.id
        source = StoredSource(identity, self.view.dated)
        origin, stated = speeches.of(fact)
        marks, unit = fact.marks, ""
        if self._default and marks & NUMBERED and measure.value is ValueType.QUANTITY:
            interval = fact.interval
        else:
            interval = self._interval(fact, source, measure)
            unit = _unit(source) if measure.value is ValueType.MONEY else ""
        period = "" if fact.period is None else self.view.index.period(fact.period)
        utterance = "" if speeches.is_alone(fact) else self.view.index.utterance_of(fact)
        reference = stated if marks & AS_STATED else fact.refers_to(stated)
        of_source = (source, unit, period, utterance, fact.document)
        return _new(Claim, (identity, origin, interval, stated, reference, marks, *of_source, (), (), (), False))

    def _interval(self, fact: Fact, source: StoredSource, measure: Measure) -> Interval | None:
        if measure.value not in NUMBERS or fact.marks & UNKNOWN:
            return None
        if self._default and fact.marks & (NUMBERED | OPEN_ABOVE):
            return fact.interval
        dated = source.dated
        value: Value = dated.assertion.value
        if isinstance(value, Moment):
            return days_of(value, own=dated.document.zone, archive=self.view.ledger.zone)
        quantity = value.amount if isinstance(value, Money) else value
        if not isinstance(quantity, Quantity):
            return None
        read = self.convention.read(quantity, decimal=measure.decimal)
        return check_reading(self.convention, quantity, read)

    def _sort(self, claim: Claim, fact: Fact, selected: Selected) -> None:
        if fact.marks & CONTRADICTS:
            selected.flags.add(Flag.DATES_CONTRADICT)
        contested = self.view.contested_attributions
        if contested and self.view.index.utterance_of(fact) in contested:
            selected.flags.add(Flag.ATTRIBUTION_CONTESTED)
        if fact.marks & UNKNOWN:
            selected.unknowns.append(claim)
        elif fact.marks & CONVERTED:
            selected.why_not.append(WhyNot(claim.id, Rule.S4, "converted from another value, which has the vote"))
        elif fact.marks & PROSPECTIVE:
            selected.plans.append(claim)
        elif not fact.marks & CERTAIN:
            selected.uncommitted.append(claim)
        elif claim.interval is not None and claim.interval.open_above:
            selected.openers.append(claim)
        else:
            selected.claims.append(claim)

    def _by_utterance(self, claims: Sequence[Claim], selected: Selected) -> list[Claim]:
        if not any(claim.utterance for claim in claims):
            return list(claims)
        groups: list[list[Claim]] = []
        said: dict[tuple[str, str], list[Claim]] = {}
        for claim in claims:
            what = (claim.utterance, discriminator(claim, selected.measure)) if claim.utterance else None
            if what is not None and what in said:
                said[what].append(claim)
                continue
            groups.append([claim])
            if what is not None:
                said[what] = groups[-1]
        return [claim for group in groups for claim in (group if len(group) == 1 else speakers(group, selected))]


def _unit(source: StoredSource) -> str:
    value = source.dated.assertion.value
    return f"{value.currency}/{value.per}" if isinstance(value, Money) else ""


def _is_count(measure: Measure) -> bool:
    return measure.aggregation in COUNTS and measure.value is ValueType.QUANTITY


def speakers(group: list[Claim], selected: Selected) -> list[Claim]:
    """Returns the appearance that speaks for an utterance; each value where equally prominent ones differ."""
    ordered = sorted(group, key=lambda claim: (prominence(claim), claim.id))
    chosen: list[Claim] = []
    for claim in ordered:
        foremost = prominence(claim) == prominence(ordered[0])
        if foremost and not any(same_value(claim, speaker) for speaker in chosen):
            chosen.append(claim)
    varying = tuple(c.id for c in ordered if not any(same_value(c, speaker) for speaker in chosen))
    if varying or len(chosen) > 1:
        selected.flags.add(Flag.RELAY_VARIANCE)
    for identity in varying:
        detail = f"relay_variance: {chosen[0].id[:12]} speaks for the utterance"
        selected.why_not.append(WhyNot(identity, Rule.S5, detail))
    return [_with_appearances(speaker, ordered, varying if not number else ()) for number, speaker in enumerate(chosen)]


def _with_appearances(speaker: Claim, group: Iterable[Claim], varying: tuple[str, ...]) -> Claim:
    agreeing = [other for other in group if other.id != speaker.id and same_value(speaker, other)]
    uncertain = any(other.marks & UNCERTAIN for other in agreeing)
    return speaker._replace(
        marks=speaker.marks | UNCERTAIN if uncertain else speaker.marks,
        agreeing=tuple(other.id for other in agreeing),
        carriers=tuple(other.document for other in agreeing),
        varying=varying,
    )


def discriminator(claim: Claim, measure: Measure) -> str:
    """Returns what one utterance may say besides another thing about the same frame without varying from itself."""
    if measure.value is ValueType.QUANTITY:
        return claim.period
    value = claim.value
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Money):
        return f"{value.currency}/{value.per} {claim.period}"
    if isinstance(value, StatusValue):
        term = measure.term(value.term)
        groups = [i for i, group in enumerate(measure.exclusive) if value.term in group]
        return value.term if not groups or (term is not None and term.milestone) else f"group {groups[0]}"
    return claim.period


def prominence(claim: Claim) -> tuple[bool, bool, tuple[int, int, Number]]:
    """Orders the appearances of an utterance: body before headline, quote before paraphrase, narrower before wider."""
    return (bool(claim.marks & MINOR_VOICE), not claim.marks & DIRECT, _width(claim.interval))


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
