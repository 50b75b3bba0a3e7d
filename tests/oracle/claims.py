"""Rules S0 to S6: which assertions of a frame take part at a cut, and which claims they make.

Each function names its rule; the rules that decide among the claims are in :mod:`oracle.oracle`.
"""

import functools
import re
from collections.abc import Sequence
from typing import Any

import attrs
from oracle.recorded import Cut, Recorded

from kzarchive.values.assertions import Act, Assertion, Modality, RelationKind, Temporality, ValidReading, Voice
from kzarchive.values.bounds import Bounds, Order
from kzarchive.values.civil import local_day
from kzarchive.values.content import Moment, Money, Status, Text, Unknown
from kzarchive.values.conventions import Convention, Interval, Number
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import LinkMode
from kzarchive.values.terms import Aggregation, Measure

OPEN = Interval(None, None, None)
LONG_AGO = Bounds(-(2**53), -(2**53))
PERIODIC = {Aggregation.INCREMENT, Aggregation.OCCURRENCE}


@attrs.frozen(kw_only=True)
class Claim:
    """S5: one utterance about one frame, said by one origin; ``speaker`` is the appearance that speaks for it."""

    origin: str
    speaker: str
    same: tuple[str, ...]
    differ: tuple[str, ...]
    what: Assertion
    interval: Interval
    stated: Bounds
    reference: Bounds
    start: Bounds
    end: int | None
    own_days: int | None
    period: str

    @property
    def appearances(self) -> set[str]:
        return {self.speaker, *self.same}


class Claims:
    """The claims of frames at one cut, by one convention."""

    def __init__(self, recorded: Recorded, cut: Cut, convention: Convention) -> None:
        self.recorded, self.cut, self.convention = recorded, cut, convention
        self._in_frame = functools.cache(self._seen_in_frame)
        self._is_live = functools.cache(self._lives)

    # Rules S0 to S4, what takes part

    def _seen_in_frame(self, frame: Frame, measure: Measure) -> tuple[list[str], list[str], list[str]]:
        """S0 to S2: the assertions of a frame that take part, that are pending, and that are out of scope."""
        visible, pending, out = [], [], []
        for assertion in self.recorded.assertions:
            known = self.recorded.visibility(assertion, self.cut)
            if self.recorded.frame(assertion) != frame or known is Order.NOT:
                continue
            scope = self._scope(assertion, measure)
            if not self.cut.passes(known):
                pending.append(assertion)
            elif scope is Order.NOT:
                out.append(assertion)
            elif not self.cut.passes(scope):
                pending.append(assertion)
            else:
                visible.append(assertion)
        return visible, pending, out

    def _scope(self, assertion: str, measure: Measure) -> Order:
        """S0: numbers and moments by their reference time, plans by ``stated``, states and texts by their start."""
        if self.cut.valid is None:
            return Order.DEFINITELY
        if self._what(assertion).temporality is Temporality.PROSPECTIVE:
            return self.recorded.stated(assertion, self.cut).by(self.cut.valid)
        if measure.aggregation in {Aggregation.STATUS, Aggregation.TEXT}:
            return self._start(assertion).by(self.cut.valid)
        return self._reference(assertion).by(self.cut.valid)

    def _what(self, assertion: str) -> Assertion:
        return self.recorded.assertions[assertion]

    def _zone(self, assertion: str) -> str:
        return self.recorded.document_zone(self._what(assertion).document)

    def _stated(self, assertion: str) -> Bounds:
        return self.recorded.stated(assertion, self.cut)

    def _is_moment(self, assertion: str) -> bool:
        """Tells whether ``valid`` is once, somewhere in its bounds."""
        valid = self.recorded.valid(assertion)
        return valid is not None and (
            not valid.is_interval or self._what(assertion).valid_reading is ValidReading.WITHIN
        )

    def _reference(self, assertion: str) -> Bounds:
        """S7: the end of ``valid``, cut at ``stated`` (nobody counts the future); an open end is never reached."""
        valid, stated, zone = self.recorded.valid(assertion), self._stated(assertion), self._zone(assertion)
        if valid is None or (valid.has_open_end and not self._is_moment(assertion)):
            return stated
        end = valid.bounds(zone) if self._is_moment(assertion) else valid.end(zone)
        if valid.has_unknown_end:
            end = Bounds(valid.start(zone).earliest, None)
        earliest = None if end.earliest is None or stated.earliest is None else min(end.earliest, stated.earliest)
        latest = [bound for bound in (end.latest, stated.latest) if bound is not None]
        return Bounds(earliest, min(latest, default=None))

    def _start(self, assertion: str) -> Bounds:
        """S18: when ``valid`` starts; an open start is always past, an unknown one not after the end.

        A whole month or year that is read throughout starts on its first day.
        """
        valid, stated, zone = self.recorded.valid(assertion), self._stated(assertion), self._zone(assertion)
        if valid is None:
            return stated
        if self._is_moment(assertion):
            whole = re.fullmatch(r"(-?\d{4})(-\d{2})?[?~%]?", valid.text)
            reading = self._what(assertion).valid_reading or ValidReading.THROUGHOUT
            if whole and reading is ValidReading.THROUGHOUT and int((whole[2] or "-01")[1:]) <= 12:
                return ImpreciseDate.parse(whole[1] + (whole[2] or "-01") + "-01").bounds(zone)
            return valid.bounds(zone)
        if valid.has_open_start:
            return LONG_AGO
        if valid.has_unknown_start:
            latest = valid.bounds(zone).latest
            return Bounds(None, stated.latest if latest is None else latest)
        return valid.start(zone)

    def _end(self, assertion: str) -> int | None:
        """S18: the last second of the stated end; None = none was stated."""
        valid = self.recorded.valid(assertion)
        if valid is None or self._is_moment(assertion):
            return None
        return valid.bounds(self._zone(assertion)).latest

    def _own_days(self, assertion: str) -> int | None:
        """S18: the last second that the claim itself covers: of an open end none, of an unknown one ``stated``."""
        valid, stated = self.recorded.valid(assertion), self._stated(assertion)
        if valid is None:
            return stated.latest
        if self._is_moment(assertion):
            return valid.bounds(self._zone(assertion)).latest
        if valid.has_unknown_end:
            return stated.latest
        return valid.bounds(self._zone(assertion)).latest

    def _lives(self, assertion: str) -> bool:
        """S4 with S14: it stands, and its own origin does not deny it, here or where it says the same elsewhere."""
        if not self.recorded.stands(assertion, self.cut):
            return False
        if self._what(assertion).act in {Act.DENY, Act.DENY_ATTRIBUTION}:
            return not self.recorded.is_taken_back(assertion, self.cut)
        return not any(
            self._is_same_said(target, assertion) and self._origin(denial) == self._origin(assertion)
            for denial, target in self.recorded.denials(Act.DENY, self.cut)
        )

    def _is_same_said(self, one: str, other: str) -> bool:
        frame, utterance = self.recorded.frame, self.recorded.utterance
        measure = self.recorded.vocabulary.measure(frame(other).measure)
        assert measure is not None
        return (
            utterance(one) == utterance(other)
            and frame(one) == frame(other)
            and self._said(measure, one) == self._said(measure, other)
        )

    def _origin(self, assertion: str) -> str:
        return self.recorded.origin(self.recorded.utterance(assertion), self.cut)

    def _votes(self, assertion: str) -> bool:
        """S4: prospective, non-certain, unknown and converted values enter no range; nor does who denies a saying."""
        what = self._what(assertion)
        return (
            what.temporality is not Temporality.PROSPECTIVE
            and what.modality is Modality.CERTAIN
            and what.act is not Act.DENY_ATTRIBUTION
            and not isinstance(what.value, Unknown)
            and not self._is_converted(assertion)
        )

    def _is_converted(self, assertion: str) -> bool:
        return any(relation.kind is RelationKind.CONVERTED_FROM for relation in self._what(assertion).relations)

    # S5: one utterance is one claim of one origin

    def _claims(self, measure: Measure, assertions: Sequence[str]) -> list[Claim]:
        groups: dict[tuple[str, ...], list[str]] = {}
        for assertion in assertions:
            key = (self.recorded.utterance(assertion), *self._part(measure, assertion))
            groups.setdefault(key, []).append(assertion)
        return [claim for group in groups.values() for claim in self._claims_of(measure, group)]

    def _claims_of(self, measure: Measure, group: list[str]) -> list[Claim]:
        """S5: the foremost appearance speaks; where several are foremost, each of their values is a claim."""
        best = min(self._rank(measure, assertion) for assertion in group)
        foremost = sorted(a for a in group if self._rank(measure, a) == best)
        leaders: list[str] = []
        for assertion in foremost:
            if all(self._said(measure, assertion) != self._said(measure, leader) for leader in leaders):
                leaders.append(assertion)
        values = [self._said(measure, leader) for leader in leaders]
        differ = tuple(a for a in group if self._said(measure, a) not in values)
        return [self._claim(measure, group, leader, differ if leader == leaders[0] else ()) for leader in leaders]

    def _part(self, measure: Measure, assertion: str) -> tuple[str, ...]:
        """S5: values of one utterance that can't exclude each other are claims of their own."""
        value = self._what(assertion).value
        period = (str(self.recorded.valid(assertion)),) if measure.aggregation in PERIODIC else ()
        if isinstance(value, Money):
            return (value.currency, value.per or "", *period)
        if isinstance(value, Status):
            group = [states for states in measure.exclusive if value.term in states]
            return (str(group[0]) if group and not is_milestone(value, measure) else value.term,)
        return (value.text,) if isinstance(value, Text) else period

    def _claim(self, measure: Measure, group: list[str], speaker: str, differ: tuple[str, ...]) -> Claim:
        said = self._said(measure, speaker)
        return Claim(
            origin=self._origin(speaker),
            speaker=speaker,
            same=tuple(a for a in group if a != speaker and self._said(measure, a) == said),
            differ=differ,
            what=self._what(speaker),
            interval=self._interval(measure, speaker),
            stated=self._stated(speaker),
            reference=self._reference(speaker),
            start=self._start(speaker),
            end=self._end(speaker),
            own_days=self._own_days(speaker),
            period=str(self.recorded.valid(speaker) or ""),
        )

    def _said(self, measure: Measure, assertion: str) -> object:
        value = self._what(assertion).value
        return (
            value if isinstance(value, (Status, Text, Unknown)) else (type(value), self._interval(measure, assertion))
        )

    def _rank(self, measure: Measure, assertion: str) -> Any:
        """S5: body before headline, then a direct quote before a paraphrase, then the narrower interval."""
        what = self._what(assertion)
        direct = what.voice is Voice.QUOTE or (bool(what.chain) and what.chain[-1].mode is LinkMode.DIRECT)
        body = what.voice in {Voice.BODY, Voice.QUOTE}
        return (not body, not direct, _width(self._interval(measure, assertion)))

    def _interval(self, measure: Measure, assertion: str) -> Interval:
        """Section 4 and S19: bounds of a quantity by the convention, of an amount likewise, of a moment as days."""
        value = self._what(assertion).value
        if isinstance(value, Money):
            value = value.amount
        if isinstance(value, Quantity):
            return self.convention.read(value, decimal=measure.decimal)
        if isinstance(value, Moment):
            bounds = value.date.bounds(self._zone(assertion))
            zone = self.recorded.zone if "T" in value.date.text else self._zone(assertion)
            low = None if bounds.earliest is None else local_day(bounds.earliest, zone)
            high = None if bounds.latest is None else local_day(bounds.latest, zone)
            return Interval(low, low if low == high and not value.date.flagged else None, high)
        return OPEN

    # S6: within one origin

    def _current(self, claims: list[Claim], measure: Measure) -> list[Claim]:
        return [a for a in claims if not any(self._supersedes(b, a, measure) for b in claims)]

    def _is_lowered(self, claims: list[Claim], measure: Measure) -> bool:
        """S11: a claim that stands lies below one of its origin that it supersedes."""
        return any(
            self._supersedes(b, a, measure)
            for b in self._current(claims, measure)
            for a in claims
            if a.interval.low is not None and b.interval.high is not None and b.interval.high < a.interval.low
        )

    def _supersedes(self, b: Claim, a: Claim, measure: Measure) -> bool:
        """S6: said later, not about an earlier time, and not a bare bound under the other."""
        return (
            a.origin == b.origin
            and _rivals(a, b, measure)
            and a.stated.before(b.stated) is Order.DEFINITELY
            and b.reference.before(a.reference) is not Order.DEFINITELY
            and not is_bare_bound_under(b.interval, a.interval)
        )


def _rivals(a: Claim, b: Claim, measure: Measure) -> bool:
    """Tells whether the two are about the same thing, so that one can outdate the other; milestones never are."""
    one, other = a.what.value, b.what.value
    if isinstance(one, Status) and isinstance(other, Status):
        if is_milestone(one, measure) or is_milestone(other, measure):
            return False
        return any({one.term, other.term} <= set(group) for group in measure.exclusive)
    return unit(a.what) == unit(b.what) and (measure.aggregation not in PERIODIC or a.period == b.period)


def is_bare_bound_under(b: Interval, a: Interval) -> bool:
    """S6: ``b`` says only "at least x", x <= a's low, while ``a`` says more."""
    if b.low is None or b.point is not None or b.high is not None or a.low is None:
        return False
    return b.low <= a.low and (a.low, a.point, a.high) != (b.low, None, None)


def is_milestone(value: Status, measure: Measure) -> bool:
    term = measure.term(value.term)
    return term is not None and term.milestone


def unit(what: Assertion) -> tuple[str, str]:
    return (what.value.currency, what.value.per or "") if isinstance(what.value, Money) else ("", "")


def _width(interval: Interval) -> tuple[int, int, Number]:
    """Returns a measure of width: of two intervals that are open on the same side the inner one is narrower."""
    if interval.low is not None and interval.high is not None:
        return (0, 0, interval.high - interval.low)
    if interval.low is not None:
        return (1, 0, -interval.low)
    return (2, 0, 0) if interval.high is None else (1, 1, interval.high)
