"""Rules S7 to S19 of the policy ``range/1`` as plain loops over lists; each function names its rule.

An answer has the figures of the policy and three sets of assertion ids: ``why``, ``why_not`` and ``pending``. The
reasons are left to the policy; which set an assertion stands in is part of the answer.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import attrs
from oracle.claims import OPEN, PERIODIC, Claim, Claims, is_bare_bound_under, is_milestone, unit

from kzarchive.values.assertions import Act, Modality, RelationKind, Temporality
from kzarchive.values.bounds import Order
from kzarchive.values.civil import local_day
from kzarchive.values.content import Status, Unknown
from kzarchive.values.conventions import Interval, Number
from kzarchive.values.frames import Frame
from kzarchive.values.terms import Aggregation, Measure, ValueType


@attrs.frozen(kw_only=True)
class Answer:
    """What the rules give for one frame at one basis."""

    status: str
    low: Number | str | None = None
    best: Number | str | None = None
    high: Number | str | None = None
    open_above: bool = False
    state: str | None = None
    states: tuple[tuple[str, str, bool], ...] = ()
    inferred: bool = False
    flags: frozenset[str] = frozenset()
    why: frozenset[str] = frozenset()
    why_not: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    decides: frozenset[str] = attrs.field(default=frozenset(), eq=False)
    by_unit: tuple["Answer", ...] = ()
    by_period: tuple["Answer", ...] = ()
    broken: frozenset[tuple[Frame, Frame]] = frozenset()


@attrs.frozen(kw_only=True)
class InForce:
    """S18: what a status frame offers by itself."""

    states: list[Claim]
    ended: list[Claim]
    milestones: list[Claim]
    unknowns: list[str]
    pending: list[str]
    later: list[str]


@attrs.frozen(kw_only=True)
class Held:
    """S18: a state that holds, with the claims of it; an initial one has none."""

    term: str
    claims: tuple[Claim, ...]
    status: str
    inferred: bool


@attrs.frozen(kw_only=True)
class Standing:
    """S18: the states that hold side by side, rivals without a state, or an explicit "not clear"."""

    status: str = ""
    held: tuple[Held, ...] = ()
    rivals: tuple[Claim, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        return (*(claim for held in self.held for claim in held.claims), *self.rivals)

    @property
    def last(self) -> Held | None:
        """The state whose latest claim starts definitely after all claims of the others that hold."""
        if self.rivals:
            return None
        for one in self.held:
            others = [claim for held in self.held if held != one for claim in held.claims]
            newest = [a for a in one.claims if all(b.start.before(a.start) is Order.DEFINITELY for b in others)]
            if newest or len(self.held) == 1:
                return one
        return None


class Oracle(Claims):
    """Answers for frames at one cut, by one convention."""

    def answer(self, frame: Frame) -> Answer:
        """Returns the answer of a frame: the cuts, then the rule of its kind of value."""
        measure = self.recorded.vocabulary.measure(frame.measure)
        assert measure is not None
        visible, pending, out = self._in_frame(frame, measure)
        live = [a for a in visible if self._is_live(a)]
        dead = {a for a in visible if a not in live}
        if measure.aggregation is Aggregation.STATUS:
            answer = self._status(frame, measure, live)
        elif measure.aggregation is Aggregation.TEXT:
            answer = self._texts(measure, live)
        else:
            answer = self._range(measure, live)
        broken = self._broken(frame)
        return attrs.evolve(
            answer,
            why_not=answer.why_not | dead | set(out),
            pending=frozenset(pending),
            broken=broken,
            flags=answer.flags | ({"part_exceeds_whole"} if broken else set()),
        )

    # Rule S17, parts and wholes

    def _broken(self, frame: Frame) -> frozenset[tuple[Frame, Frame]]:
        """S17: the pairs of a part and a whole, this frame in them, whose values can't both be right."""
        frames = {self.recorded.frame(a) for a in self.recorded.assertions}
        pairs = {(one, frame) for one in frames} | {(frame, one) for one in frames}
        return frozenset(
            (part, whole)
            for part, whole in pairs
            if part != whole and self._is_part(part, whole) and self._exceeds(part, whole)
        )

    def _is_part(self, part: Frame, whole: Frame) -> bool:
        """S17: by subject and place, of what is counted; or because a live assertion says that it includes it."""
        one, other = map(self.recorded.vocabulary.measure, (part.measure, whole.measure))
        assert one is not None
        assert other is not None
        subject = part.subject == whole.subject or whole.subject in self.recorded.vocabulary.wholes(part.subject)
        place = part.place == whole.place or part.place.startswith(whole.place + ".")
        if one == other and one.value is ValueType.QUANTITY and one.unit and not one.decimal and subject and place:
            return True
        if one.value not in {ValueType.QUANTITY, ValueType.MONEY} or (one.value, one.unit) != (other.value, other.unit):
            return False
        return any(
            relation.kind is RelationKind.INCLUDES
            and self.recorded.frame(a) == whole
            and self.recorded.frame(self.recorded.now(relation.target)) == part
            and self._takes_part_alive(a)
            and self._takes_part_alive(self.recorded.now(relation.target))
            for a, what in self.recorded.assertions.items()
            for relation in what.relations
        )

    def _takes_part_alive(self, assertion: str) -> bool:
        return self.cut.passes(self.recorded.visibility(assertion, self.cut)) and self._is_live(assertion)

    def _exceeds(self, part: Frame, whole: Frame) -> bool:
        """S17: the lowest of the part is above the highest of the whole, in one unit and of one period."""
        wholes = self._claimed(whole)
        return any(
            key in wholes and low is not None and wholes[key][1] is not None and low > wholes[key][1]
            for key, (low, _) in self._claimed(part).items()
        )

    def _claimed(self, frame: Frame) -> dict[object, tuple[Any, Any]]:
        """S17: what is claimed of a frame by unit and period; of several periods nothing."""
        measure = self.recorded.vocabulary.measure(frame.measure)
        assert measure is not None
        live = [a for a in self._in_frame(frame, measure)[0] if self._is_live(a)]
        voting = [a for a in live if self._votes(a) and not self._interval(measure, a).open_above]
        found: dict[object, tuple[Any, Any]] = {}
        for one in {unit(self._what(a)) for a in voting}:
            of_unit = [a for a in voting if unit(self._what(a)) == one]
            answer = self._range_of(measure, live, of_unit)
            if not answer.by_period:
                claims = self._standing(measure, of_unit)
                name = claims[0].period if measure.aggregation in PERIODIC else None
                found[one, name] = (answer.low, None if answer.open_above else answer.high)
        return found

    # S7 to S10: the range of quantities, amounts and moments

    def _range(self, measure: Measure, live: list[str]) -> Answer:
        """S19: money is a range for each unit and currency; several stand side by side and none is converted."""
        voting = [a for a in live if self._votes(a) and not self._interval(measure, a).open_above]
        units = sorted({unit(self._what(a)) for a in voting})
        if len(units) < 2:
            return self._range_of(measure, live, voting)
        parts = [self._range_of(measure, live, [a for a in voting if unit(self._what(a)) == one]) for one in units]
        why = frozenset(a for part in parts for a in part.why)
        status = "contested" if any(part.status == "contested" for part in parts) else "vague"
        return Answer(
            status=status,
            open_above=any(part.open_above for part in parts),
            why=why,
            why_not=frozenset(live) - why,
            flags=frozenset(flag for part in parts for flag in part.flags),
            by_unit=tuple(map(_figures, parts)),
        )

    def _standing(self, measure: Measure, voting: list[str]) -> list[Claim]:
        """S6, S7: the claims that stand, of increments those of the periods that may be the latest."""
        claims = self._current(self._claims(measure, voting), measure)
        if measure.aggregation in PERIODIC:
            claims = self._latest_periods(claims)
        if measure.aggregation is Aggregation.LEVEL:
            claims = [a for a in claims if not self._is_older(a, claims)]
        return claims

    def _range_of(self, measure: Measure, live: list[str], voting: list[str]) -> Answer:
        lowered = {"downward_revision"} if self._is_lowered(self._claims(measure, voting), measure) else set()
        claims = self._standing(measure, voting)
        periods = sorted({claim.period for claim in claims}) if measure.aggregation in PERIODIC else []
        if len(periods) > 1:
            return self._by_period(measure, live, claims, periods, frozenset({"several_periods"} | lowered))
        return attrs.evolve(self._range_of_period(measure, live, claims), flags=frozenset(lowered))

    def _by_period(
        self, measure: Measure, live: list[str], claims: list[Claim], periods: list[str], flags: frozenset[str]
    ) -> Answer:
        """S7: which period is the latest is not known, so each has its own answer and none is mixed with another."""
        parts = [self._range_of_period(measure, live, [c for c in claims if c.period == name]) for name in periods]
        why = frozenset(a for part in parts for a in part.why)
        return Answer(
            status="contested" if any(part.status == "contested" for part in parts) else "order_unknown",
            open_above=any(part.open_above for part in parts),
            why=why,
            why_not=frozenset(live) - why,
            flags=flags,
            by_period=tuple(map(_figures, parts)),
        )

    def _range_of_period(self, measure: Measure, live: list[str], claims: list[Claim]) -> Answer:
        higher = self._higher(measure, live, claims)
        if not claims:
            return self._without_claims(live, higher)
        floors = [a for a in claims if measure.aggregation is Aggregation.CUMULATIVE and self._is_older(a, claims)]
        answer = self._decide(claims, floors, moment=measure.aggregation is Aggregation.MOMENT)
        if any(self._is_denied(a) for a in answer.decides):
            answer = attrs.evolve(answer, status="contested")
        why = frozenset(a for claim in claims for a in claim.appearances) | frozenset(higher)
        return attrs.evolve(answer, open_above=bool(higher), why=why, why_not=frozenset(live) - why)

    def _without_claims(self, live: list[str], higher: Sequence[str] = ()) -> Answer:
        """S10, S15: nothing that is certain; only unknowns give ``unknown``, which is not ``no_data``."""
        unknown = [a for a in live if isinstance(self._what(a).value, Unknown)]
        others = [a for a in live if a not in unknown and not self._is_converted(a)]
        if unknown and not others:
            return Answer(status="unknown", why=frozenset(unknown), why_not=frozenset(live) - frozenset(unknown))
        certain = [a for a in higher if self._votes(a)]
        status = "vague" if certain else "uncommitted" if others else "no_data"
        why = frozenset(higher)
        return Answer(status=status, open_above=bool(higher), why=why, why_not=frozenset(live) - why)

    def _higher(self, measure: Measure, live: list[str], claims: list[Claim]) -> list[str]:
        """S4: who says "may be higher", until a live assertion with a later reference time states a point."""
        return [
            a
            for a in live
            if self._interval(measure, a).open_above
            and self._what(a).modality is not Modality.COUNTER
            and self._what(a).act is not Act.DENY_ATTRIBUTION
            and self._what(a).temporality is not Temporality.PROSPECTIVE
            and not self._is_converted(a)
            and all(unit(self._what(a)) == unit(claim.what) for claim in claims)
            and not any(
                claim.interval.point is not None and self._reference(a).before(claim.reference) is Order.DEFINITELY
                for claim in claims
            )
        ]

    def _is_older(self, a: Claim, claims: list[Claim]) -> bool:
        """S7: another one counts later, unless it states the same or is a bare bound under it."""
        return any(
            a.reference.before(b.reference) is Order.DEFINITELY
            and a.interval != b.interval
            and not is_bare_bound_under(b.interval, a.interval)
            for b in claims
        )

    def _latest_periods(self, claims: list[Claim]) -> list[Claim]:
        """S7: the latest period is the answer, with every other one that is not known to be an earlier one."""
        last = {
            a.period
            for a in claims
            if not any(a.period != b.period and a.reference.before(b.reference) is Order.DEFINITELY for b in claims)
        }
        return [claim for claim in claims if claim.period in last]

    def _decide(self, current: list[Claim], floors: list[Claim], *, moment: bool) -> Answer:
        """S8 to S10: agreement or conflict of what is left, its figures and its status."""
        effective = [Interval(c.interval.low, None, None) if c in floors else c.interval for c in current]
        rest = [
            (claim, interval)
            for claim, interval in zip(current, effective, strict=True)
            if not any(interval.properly_contains(other) for other in effective)
        ]
        strong = [claim for claim, _ in rest]
        decides = frozenset(a for claim in strong for a in claim.appearances)
        shared: Interval | None = OPEN
        for _, interval in rest:
            shared = shared.intersect(interval) if shared is not None else None
        points = [interval.point for _, interval in rest if interval.point is not None]
        if shared is None or (len(points) > 1 and not any(shared.holds(point) for point in points)):
            return attrs.evolve(self._conflict(strong, moment=moment), decides=decides)
        best = _best([claim.interval for claim in current if claim not in floors], shared)
        if best is not None:
            stating = [c for c in current if c not in floors and c.interval.point == best]
            decides |= frozenset(a for claim in stating for a in claim.appearances)
        return Answer(
            status=self._agreement(current, strong, shared, best),
            low=_shown(shared.low, moment),
            best=_shown(best, moment),
            high=_shown(shared.high, moment),
            decides=decides,
        )

    def _is_denied(self, assertion: str) -> bool:
        """S14: another origin says that it is not so; that contests what decides the answer."""
        return any(target == assertion for _, target in self.recorded.denials(Act.DENY, self.cut))

    def _conflict(self, rest: list[Claim], *, moment: bool) -> Answer:
        """S8 and S10: the hull of what is claimed, floors with their own upper end; never a best figure."""
        lows = [claim.interval.low for claim in rest]
        highs = [claim.interval.high for claim in rest]
        low = None if None in lows else min(low for low in lows if low is not None)
        high = None if None in highs else max(high for high in highs if high is not None)
        status = "contested" if self._origins(rest) > 1 else "order_unknown"
        return Answer(status=status, low=_shown(low, moment), high=_shown(high, moment))

    def _agreement(self, current: list[Claim], rest: list[Claim], shared: Interval, best: Number | None) -> str:
        """S10: who states the point; without one, who bounds the answer."""
        if best is not None:
            return (
                "corroborated"
                if self._origins([c for c in current if c.interval.point == best]) > 1
                else "single_origin"
            )
        if shared.low is None or shared.high is None:
            return "vague"
        if self._origins([c for c in rest if (c.interval.low, c.interval.high) == (shared.low, shared.high)]) > 1:
            return "corroborated"
        return "compatible" if self._origins(rest) > 1 else "single_origin"

    def _origins(self, claims: list[Claim]) -> int:
        return self.recorded.count([(claim.origin, claim.appearances | set(claim.differ)) for claim in claims])

    # Rule S18, states

    def _status(self, frame: Frame, measure: Measure, live: list[str]) -> Answer:
        """S18: the state with its status; milestones are shown beside it and are never whereabouts."""
        standing = self._state(frame, measure)
        own = self._in_force(frame, measure)
        beside = frozenset(a for claim in own.milestones for a in claim.appearances)
        why = (
            beside | frozenset(a for claim in standing.claims for a in claim.appearances) | frozenset(standing.unknown)
        )
        last = standing.last
        answer = Answer(
            status=standing.status,
            state=last.term if last else None,
            states=tuple(sorted((held.term, held.status, held.inferred) for held in standing.held)),
            inferred=last.inferred if last else any(held.inferred for held in standing.held),
        )
        if standing.status == "no_data" and own.milestones:
            terms = {_term(claim): [c for c in own.milestones if _term(c) == _term(claim)] for claim in own.milestones}
            both = any(self._origins(claims) > 1 for claims in terms.values())
            answer = Answer(status="corroborated" if both else "single_origin")
        elif standing.status == "no_data":
            answer = self._without_claims([a for a in live if not self._votes(a)])
        decides = beside if not standing.status or standing.status == "no_data" else why - beside
        if answer.status not in {"no_data", "unknown"} and any(self._is_denied(a) for a in decides):
            answer = attrs.evolve(answer, status="contested")
        return attrs.evolve(answer, why=why, why_not=frozenset(live) - why)

    def _in_force(self, frame: Frame, measure: Measure) -> "InForce":
        """S18: the claims of a frame after S5 and S6: states in force, those that have ended, milestones."""
        visible, pending, out = self._in_frame(frame, measure)
        live = [a for a in visible if self._is_live(a)]
        claims = self._current(self._claims(measure, [a for a in live if self._votes(a)]), measure)
        states = [claim for claim in claims if not _is_milestone(claim, measure)]
        valid = self.cut.valid
        return InForce(
            states=[c for c in states if valid is None or c.end is None or valid <= c.end],
            ended=[c for c in states if valid is not None and c.end is not None and c.end < valid],
            milestones=[claim for claim in claims if _is_milestone(claim, measure)],
            unknowns=[a for a in live if isinstance(self._what(a).value, Unknown)],
            pending=[a for a in pending if self.cut.passes(self.recorded.visibility(a, self.cut))],
            later=out,
        )

    def _own_state(self, frame: Frame, measure: Measure) -> "Standing":
        """S18: each in-force claim that no exclusive one definitely follows; a milestone ends states, and is none."""
        found = self._in_force(frame, measure)
        both = [*found.states, *found.milestones]
        last = [a for a in both if not any(_exclude(a, b, measure) and _is_after(b, a) for b in both)]
        clash = [a for a in last if any(_exclude(a, b, measure) for b in last)]
        terms = {_term(a) for a in last if a in found.states and a not in clash}
        held = tuple(self._held(term, [a for a in last if _term(a) == term]) for term in sorted(terms))
        kept = tuple(h for h in held if not (h.inferred and self._is_unclear_after(found, h)))
        if clash:
            status = "contested" if self._origins(clash) > 1 else "order_unknown"
            return Standing(status=status, held=kept, rivals=tuple(a for a in clash if a in found.states))
        if kept:
            return _founded(kept)
        if found.unknowns:
            return Standing(status="unknown", unknown=tuple(found.unknowns))
        return Standing(status="no_data")

    def _held(self, term: str, claims: list[Claim]) -> Held:
        status = "corroborated" if self._origins(claims) > 1 else "single_origin"
        return Held(term=term, claims=tuple(claims), status=status, inferred=all(self._is_past(c) for c in claims))

    def _is_unclear_after(self, found: InForce, held: Held) -> bool:
        """S18: "not clear", said of a time after all claims of a state."""
        return any(all(c.start.before(self._start(a)) is Order.DEFINITELY for c in held.claims) for a in found.unknowns)

    def _is_past(self, claim: Claim) -> bool:
        """S18: whether the day asked for lies past the claim's own days."""
        if self.cut.valid is None or claim.own_days is None:
            return False
        zone = self._zone(claim.speaker)
        return local_day(claim.own_days, zone) < local_day(self.cut.valid, zone)

    def _state(self, frame: Frame, measure: Measure) -> "Standing":
        """S18: a part takes the whole's state where it is named and its own is older; "not clear" ends only that."""
        own = self._own_state(frame, measure)
        taken = own
        wholes = self._wholes(frame, measure)
        for whole in wholes:
            state = self._state(whole, measure)
            inferred = not taken.rivals and bool(taken.held) and all(held.inferred for held in taken.held)
            if state.rivals:
                continue
            if state.held and self._starts_after(state, taken):
                held = tuple(attrs.evolve(each, inferred=True) for each in state.held)
                taken = attrs.evolve(state, held=held)
            elif state.unknown and (inferred or taken.status == "no_data") and self._starts_after(state, taken):
                taken = state
        if taken is not own:
            unclear = Standing(status="unknown", unknown=tuple(self._in_force(frame, measure).unknowns))
            return unclear if unclear.unknown and self._starts_after(unclear, taken) else taken
        return self._initial(frame, wholes, measure) or own if own.status == "no_data" else own

    def _wholes(self, frame: Frame, measure: Measure) -> list[Frame]:
        """S18: the wholes of a part that a live assertion names."""
        named = any(
            self.recorded.frame(a) == frame
            and self.cut.passes(self.recorded.visibility(a, self.cut))
            and self._is_live(a)
            for a in self.recorded.assertions
        )
        wholes = self.recorded.vocabulary.wholes(frame.subject) if measure.inherits and named else ()
        return [attrs.evolve(frame, subject=whole) for whole in wholes]

    def _starts_after(self, one: "Standing", other: "Standing") -> bool:
        """Tells whether something of the one starts definitely after all of the other."""
        starts = [claim.start for claim in other.claims] + [self._start(a) for a in other.unknown]
        return any(
            all(start.before(last) is Order.DEFINITELY for start in starts)
            for last in [claim.start for claim in one.claims] + [self._start(a) for a in one.unknown]
        )

    def _initial(self, frame: Frame, wholes: list[Frame], measure: Measure) -> "Standing | None":
        """S18: the initial state is inferred only for days before a visible assertion first begins another one."""
        found = [self._in_force(each, measure) for each in (frame, *wholes)]
        begun = [claim for each in found for claim in (*each.states, *each.ended)]
        maybe = [a for each in found for a in each.pending if self._begins(a, measure)]
        later = [a for each in found for a in each.later if self._begins(a, measure)]
        if measure.initial is None or not later or maybe or any(_term(claim) != measure.initial for claim in begun):
            return None
        status = "corroborated" if self.recorded.count([(self._origin(a), {a}) for a in later]) > 1 else "single_origin"
        held = Held(term=measure.initial, claims=(), status=status, inferred=True)
        return Standing(status=status, held=(held,))

    def _begins(self, assertion: str, measure: Measure) -> bool:
        """Tells whether a live, certain assertion claims a state other than the initial one."""
        value = self._what(assertion).value
        term = measure.term(value.term) if isinstance(value, Status) else None
        return (
            term is not None
            and not term.milestone
            and term.slug != measure.initial
            and self._votes(assertion)
            and self._is_live(assertion)
        )

    # Rule S19, texts

    def _texts(self, measure: Measure, live: list[str]) -> Answer:
        """S19: listed per origin, never merged, contested only by a counter-assertion."""
        claims = self._claims(measure, [a for a in live if self._votes(a)])
        if not claims:
            return self._without_claims(live)
        why = frozenset(a for claim in claims for a in claim.appearances)
        texts = {c.what.value: [other for other in claims if other.what.value == c.what.value] for c in claims}
        status = "single_origin" if self._origins(claims) == 1 else "compatible"
        if any(self._origins(said) > 1 for said in texts.values()):
            status = "corroborated"
        if any(self._is_denied(a) for a in why):
            status = "contested"
        return Answer(status=status, why=why, why_not=frozenset(live) - why)


def _best(intervals: Sequence[Interval], shared: Interval) -> Number | None:
    """S9: a stated point inside the intersection, exact before soft; two different soft points give none."""
    inside = [i for i in intervals if i.point is not None and shared.holds(i.point)]
    exact = {i.point for i in inside if not i.soft}
    soft = {i.point for i in inside if i.soft}
    chosen = exact or soft
    return chosen.pop() if len(chosen) == 1 else None


def _figures(part: Answer) -> Answer:
    by_period = tuple(map(_figures, part.by_period))
    return attrs.evolve(part, why_not=frozenset(), pending=frozenset(), flags=frozenset(), by_period=by_period)


def _term(claim: Claim) -> str:
    assert isinstance(claim.what.value, Status)
    return claim.what.value.term


def _is_milestone(claim: Claim, measure: Measure) -> bool:
    assert isinstance(claim.what.value, Status)
    return is_milestone(claim.what.value, measure)


def _exclude(one: Claim, other: Claim, measure: Measure) -> bool:
    """S18: whether two claims are of terms that exclude each other; two milestones do not, for they only happen."""
    pair = {_term(one), _term(other)}
    if _is_milestone(one, measure) and _is_milestone(other, measure):
        return False
    return len(pair) == 2 and any(pair <= set(group) for group in measure.exclusive)


def _is_after(one: Claim, other: Claim) -> bool:
    return other.start.before(one.start) is Order.DEFINITELY


def _founded(held: tuple[Held, ...]) -> Standing:
    """S10: as well founded as the last of several states, or as the weakest where none is the last."""
    standing = Standing(held=held)
    statuses = [standing.last.status] if standing.last else [each.status for each in held]
    return attrs.evolve(standing, status=max(statuses))  # "corroborated" sorts before "single_origin"


def _shown(value: Number | None, moment: bool) -> Number | str | None:
    if value is None or not moment:
        return value
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(value))).isoformat()
