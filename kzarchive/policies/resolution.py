"""Resolution: the answer for each frame of a view, under a policy and a convention.

The one place where selection (S0 to S5), standing (S6, S7), the policy (S8 to S10) and the rules around it (S14 to S19)
come together. Answers are made on demand and kept; a resolver never changes.
"""

import functools
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import attrs

from kzarchive.derived.facts import PERIODS, UNCERTAIN
from kzarchive.errors import UsageError
from kzarchive.policies.answer import BestKnown, HeldState, Saying, best_known, day_text
from kzarchive.policies.decision import Decision, Policy, check_decision
from kzarchive.policies.named import deciding, named, why_not_of, why_of
from kzarchive.policies.parts import Parts, Range, excesses
from kzarchive.policies.range import RANGE
from kzarchive.policies.standings import Standings, last_said, since
from kzarchive.policies.states import milestone_terms, milestones_agree
from kzarchive.replay.claims import Claim
from kzarchive.replay.identity import count_origins
from kzarchive.replay.reasons import Flag, Role, Rule, Status, Why, WhyNot
from kzarchive.replay.selection import Selected, Selector
from kzarchive.replay.standing import settle
from kzarchive.replay.view import View
from kzarchive.values.assertions import Act, Modality
from kzarchive.values.bounds import Order
from kzarchive.values.content import Text
from kzarchive.values.conventions import Convention, Number
from kzarchive.values.frames import Frame
from kzarchive.values.later import Kept, Later
from kzarchive.values.terms import Aggregation, Measure, ValueType

KEPT = 2_000
"""How many answers are kept for the next one who asks."""
_WHY_IN_ORDER = attrgetter("assertion", "rule", "role")
_WHY_NOT_IN_ORDER = attrgetter("assertion", "rule", "detail")
DENIALS = {Act.DENY: "denies that it is so", Act.DENY_ATTRIBUTION: "denies that it was said so"}


class Resolver:
    """Answers for frames in one view.

    Attributes:
        view: The view.
        policy: The policy for numbers and moments.
        convention: The reading of vague quantities.
    """

    def __init__(self, view: View, policy: Policy, convention: Convention) -> None:
        self.view = view
        self.policy = policy
        self.convention = convention
        self._selector = Selector(view, convention)
        self._answers: Kept[Frame, BestKnown] = Kept(KEPT)
        self._known_ranges: Kept[Frame, tuple[Range, ...]] = Kept(KEPT)
        self._known_selected: Kept[Frame, Selected] = Kept(KEPT)

    def answer(self, frame: Frame) -> BestKnown:
        """Returns the answer of a frame."""
        found = self._answers.get(frame)
        return self._answers.put(frame, self._answer(frame)) if found is None else found

    def ranges(self, frame: Frame) -> tuple[Range, ...]:
        """Returns what is claimed of a frame in each unit; nothing where several periods may be the latest."""
        found = self._known_ranges.get(frame)
        return self._known_ranges.put(frame, self._ranges(frame)) if found is None else found

    def selected(self, frame: Frame) -> Selected:
        """Returns what a frame offers, after later words and later figures."""
        found = self._known_selected.get(frame)
        return self._known_selected.put(frame, self._selected(frame)) if found is None else found

    @functools.cached_property
    def standings(self) -> Standings:
        """The states of frames of status measures."""
        return Standings(self.view, self._selector, self.selected, self.origins)

    def _measure(self, frame: Frame) -> Measure:
        measure = self.view.ledger.vocabulary.measure(frame.measure)
        if measure is None:
            raise UsageError(f"expected a measure of the vocabulary, got {frame.measure!r}")
        return measure

    def _selected(self, frame: Frame) -> Selected:
        selected = self._selector.select(frame, self._measure(frame))
        settle(selected)
        return selected

    def origins(self, claims: Sequence[Claim]) -> int:
        """Returns how many independent origins stand behind claims; dependent ones count as one."""
        if not self.view.index.dependence:
            return len({claim.origin for claim in claims})
        pairs = ((identity, claim.origin) for claim in claims for identity in claim.appearances)
        return count_origins(pairs, self.view.index.dependence)

    def _documents(self, claims: Sequence[Claim]) -> int:
        """Returns how many documents carry claims, in whichever of their agreeing appearances."""
        return len({document for claim in claims for document in (claim.document, *claim.carriers)})

    @functools.cached_property
    def _parts(self) -> Parts:
        return Parts(self.view)

    def _answer(self, frame: Frame) -> BestKnown:
        """Returns the answer of a frame with the warnings that other frames give it (S17)."""
        alone = self._by_itself(frame)
        found = excesses(self._parts.pairs(frame), self.ranges)
        if not found:
            return alone
        return attrs.evolve(alone, excesses=found, flags=tuple(sorted({*alone.flags, Flag.PART_EXCEEDS_WHOLE})))

    def _ranges(self, frame: Frame) -> tuple[Range, ...]:
        selected, ranges = self.selected(frame), []
        in_periods = selected.measure.aggregation in PERIODS
        for name in sorted({claim.unit for claim in selected.claims}):
            claims = [claim for claim in selected.claims if claim.unit == name]
            periods = {claim.period if in_periods else None for claim in claims}
            if len(periods) == 1:
                decision = RANGE.decide(claims, origins=self.origins)
                high = None if self._openers(selected, claims) else decision.high
                ranges.append(Range(name or selected.measure.unit, periods.pop(), decision.low, high))
        return tuple(ranges)

    def _by_itself(self, frame: Frame) -> BestKnown:
        measure = self._measure(frame)
        selected = self.selected(frame)
        if selected.is_empty and measure.aggregation is not Aggregation.STATUS:
            has_unit = measure.aggregation is not Aggregation.TEXT and measure.value is not ValueType.MONEY
            return best_known(frame, Status.NO_DATA, unit=measure.unit if has_unit else None)
        match measure.aggregation:
            case Aggregation.STATUS:
                answer = self._state_answer(selected)
            case Aggregation.TEXT:
                answer = self._text_answer(selected)
            case _ if measure.value is ValueType.MONEY:
                answer = self._money_answer(selected)
            case _:
                answer = self._numbers_answer(selected, selected.claims, measure.unit)
        return self._finish(answer, selected)

    def _range_answer(self, selected: Selected, claims: Sequence[Claim], unit_name: str | None) -> BestKnown:
        if not claims:
            return self._without_claims(selected, unit_name)
        decision = self._decide(claims)
        check_decision(self.policy, decision, claims)
        decisive = deciding(claims, decision) if self.view.content_denials else []
        why, why_not = named(claims, decision)
        opener = self._openers(selected, claims)
        shown: Callable[[Number | None], Number | str | None]
        shown = day_text if selected.measure.value is ValueType.MOMENT else _same
        return best_known(
            frame=selected.frame,
            status=Status.CONTESTED if self._is_denied(decisive) else decision.status,
            low=shown(decision.low),
            best=shown(decision.best),
            high=shown(decision.high),
            soft=decision.soft,
            open_above=bool(opener),
            unit=unit_name,
            origins=self.origins(claims),
            documents=self._documents(claims),
            why=(*why, *(Why(claim.id, Rule.S4, Role.BOUND) for claim in opener)),
            why_not=tuple(why_not),
        )

    def _numbers_answer(self, selected: Selected, claims: Sequence[Claim], unit_name: str | None) -> BestKnown:
        """Returns the answer of claims of one unit; of several periods that may be the latest, one for each."""
        periods = sorted({claim.period for claim in claims})
        if len(periods) < 2:
            return self._range_answer(selected, claims, unit_name)
        selected.flags.add(Flag.SEVERAL_PERIODS)
        answers = [
            self._range_answer(selected, [claim for claim in claims if claim.period == name], unit_name)
            for name in periods
        ]
        by_period = [attrs.evolve(a, period=name) for a, name in zip(answers, periods, strict=True)]
        return self._side_by_side(selected, claims, by_period, Status.ORDER_UNKNOWN, by_period=tuple(by_period))

    def _side_by_side(
        self, selected: Selected, claims: Sequence[Claim], answers: Sequence[BestKnown], status: Status, **parts: Any
    ) -> BestKnown:
        """Returns one answer that lists several; it has no number, and is contested where one of them is."""
        why = {(entry.assertion, entry.rule, entry.role): entry for answer in answers for entry in answer.why}
        return best_known(
            frame=selected.frame,
            status=Status.CONTESTED if any(a.status is Status.CONTESTED for a in answers) else status,
            open_above=any(answer.open_above for answer in answers),
            unit=answers[0].unit if len({answer.unit for answer in answers}) == 1 else None,
            origins=self.origins(claims),
            documents=self._documents(claims),
            why=tuple(why.values()),
            why_not=tuple(entry for answer in answers for entry in answer.why_not),
            **parts,
        )

    def _is_denied(self, claims: Sequence[Claim]) -> bool:
        """Returns whether another origin denies one of ``claims`` (S14)."""
        if not self.view.content_denials:
            return False
        said = (identity for claim in claims for identity in (claim.id, *claim.agreeing))
        return any(self.view.content_denials.get(identity) for identity in said)

    def _decide(self, claims: Sequence[Claim]) -> Decision:
        try:
            return self.policy.decide(tuple(claims), origins=self.origins)
        except Exception as error:
            kind = type(error).__name__
            raise UsageError(f"policy {self.policy.name}: expected a decision, it raised {kind}: {error}") from error

    def _openers(self, selected: Selected, claims: Sequence[Claim]) -> list[Claim]:
        """Returns who says "may be higher" without a number, unless a later figure states a point."""
        return [
            opener
            for opener in (*selected.openers, *selected.uncommitted)
            if _says_higher(opener)
            and all(claim.unit == opener.unit for claim in claims)
            and not any(
                claim.interval is not None
                and claim.interval.point is not None
                and opener.reference.before(claim.reference) is Order.DEFINITELY
                for claim in claims
            )
        ]

    def _without_claims(self, selected: Selected, unit_name: str | None) -> BestKnown:
        if selected.unknowns and not selected.uncommitted and not selected.plans:
            status, why = Status.UNKNOWN, [Why(claim.id, Rule.S15, Role.SUPPORT) for claim in selected.unknowns]
        elif selected.uncommitted or selected.plans:
            status, why = Status.UNCOMMITTED, []
        else:
            status, why = Status.NO_DATA, []
        if selected.openers:
            status, why = Status.VAGUE, []
        openers = self._openers(selected, ())
        return best_known(
            frame=selected.frame,
            status=status,
            open_above=bool(openers),
            unit=unit_name,
            origins=self.origins(selected.unknowns) if why else 0,
            documents=self._documents(selected.unknowns) if why else 0,
            why=(*why, *(Why(claim.id, Rule.S4, Role.BOUND) for claim in openers)),
        )

    def _money_answer(self, selected: Selected) -> BestKnown:
        units = sorted({claim.unit for claim in selected.claims})
        by_unit = [
            self._numbers_answer(selected, [c for c in selected.claims if c.unit == name], name.removesuffix("/None"))
            for name in units
        ]
        if len(by_unit) < 2:
            return by_unit[0] if by_unit else self._without_claims(selected, None)
        selected.flags.add(Flag.SEVERAL_UNITS)
        return self._side_by_side(selected, selected.claims, by_unit, Status.VAGUE, by_unit=tuple(by_unit))

    def _text_answer(self, selected: Selected) -> BestKnown:
        if not selected.claims:
            return self._without_claims(selected, None)
        selected.claims.sort(key=lambda claim: (claim.origin, claim.id))
        said = [(claim, claim.value.text) for claim in selected.claims if isinstance(claim.value, Text)]
        texts: dict[str, list[Claim]] = {}
        for claim, text in said:
            texts.setdefault(text, []).append(claim)
        corroborated = any(self.origins(claims) > 1 for claims in texts.values())
        count = self.origins(selected.claims)
        status = Status.COMPATIBLE if count > 1 else Status.SINGLE_ORIGIN
        status = Status.CORROBORATED if corroborated else status
        return best_known(
            frame=selected.frame,
            status=Status.CONTESTED if self._is_denied(selected.claims) else status,
            sayings=tuple(Saying(origin=claim.origin, text=text, assertion=claim.id) for claim, text in said),
            origins=count,
            documents=self._documents(selected.claims),
            why=tuple(why for claim in selected.claims for why in why_of(claim, (Rule.S19, Role.POINT))),
        )

    def _state_answer(self, selected: Selected) -> BestKnown:
        standing, zone = self.standings.of(selected.frame), self.view.ledger.zone
        why = [
            entry
            for claim in (*standing.carriers, *standing.rivals, *standing.milestones)
            for entry in why_of(claim, standing.roles()[claim.id])
        ]
        shown = {entry.assertion for entry in why}
        why_not = [
            entry
            for claim in (*selected.claims, *selected.unknowns)
            for entry in why_not_of(claim, Rule.S18, "of a state that is over, or that another one has followed")
            if entry.assertion not in shown
        ]
        status, deciding = standing.status, (*standing.carriers, *standing.rivals)
        if standing.status is Status.NO_DATA and standing.milestones:
            agree = milestones_agree(standing.milestones, self.origins)
            status, deciding = Status.CORROBORATED if agree else Status.SINGLE_ORIGIN, standing.milestones
        if status is Status.NO_DATA and (selected.uncommitted or selected.plans):
            status = Status.UNCOMMITTED
        if status is not Status.UNKNOWN and self._is_denied(deciding):
            status = Status.CONTESTED
        counted = standing.last.carriers if standing.last else ()
        counted = counted or standing.rivals or standing.carriers or standing.milestones
        return best_known(
            frame=selected.frame,
            status=status,
            state=standing.term,
            inferred=standing.inferred,
            since=since(standing, zone),
            last_said=last_said(standing, zone),
            states=tuple(
                HeldState(term=each.term, status=each.status, inferred=each.inferred, since=since(each, zone))
                for each in standing.held
            ),
            milestones=milestone_terms(standing.milestones),
            origins=self.origins(counted),
            documents=self._documents(counted),
            why=tuple(why),
            why_not=tuple(why_not),
        )

    def _finish(self, answer: BestKnown, selected: Selected) -> BestKnown:
        """Adds what every answer has: flags, denials, and the assertions that take no part, when somebody asks."""
        flags = set(selected.flags)
        if self.view.content_denials and any(map(self.view.content_denials.get, (w.assertion for w in answer.why))):
            flags.add(Flag.DENIED)
        if self._is_uncertain(answer, selected):
            flags.add(Flag.DATE_UNCERTAIN)
        if selected.unknowns and _later_declined(selected):
            flags.add(Flag.LATER_DECLINED)
        return answer.completed(
            flags=tuple(sorted(flags)),
            why=tuple(sorted(answer.why, key=_WHY_IN_ORDER)),
            why_not=Later(functools.partial(_without_part, answer.why, answer.why_not, selected)),
            pending=tuple(sorted(selected.pending)),
        )

    def _is_uncertain(self, answer: BestKnown, selected: Selected) -> bool:
        claims = (*selected.claims, *selected.unknowns, *selected.openers)
        known = {identity: claim.marks for claim in claims for identity in (claim.id, *claim.agreeing)}
        return any(
            (known[why.assertion] & UNCERTAIN) if why.assertion in known else self.view.dated(why.assertion).uncertain
            for why in answer.why
        )


def _without_part(why: Sequence[Why], own: Sequence[WhyNot], selected: Selected) -> tuple[WhyNot, ...]:
    """Returns what is visible and takes no part; no method, so that an answer does not hold who made it."""
    why_not = [*own, *selected.why_not, *selected.replaced()]
    shown = {entry.assertion for entry in why} | {entry.assertion for entry in why_not}
    denying = [claim for claim in selected.uncommitted if claim.denial]
    by_act = {act: [c for c in denying if c.dated.assertion.act is act] for act in DENIALS}
    for claims, rule, words in (
        *((by_act[act], Rule.S14, words) for act, words in DENIALS.items()),
        (selected.unknowns, Rule.S15, "says that it is not known; that erases no number"),
        ([c for c in selected.uncommitted if not c.denial], Rule.S4, "not certain"),
        (selected.openers, Rule.S4, "bounds nothing, and a later figure stands"),
        (selected.plans, Rule.S16, "a plan or an expectation"),
    ):
        why_not += [WhyNot(claim.id, rule, words) for claim in claims if claim.id not in shown]
    return tuple(sorted(why_not, key=_WHY_NOT_IN_ORDER))


def _same(value: Number | None) -> Number | None:
    return value


def _says_higher(claim: Claim) -> bool:
    if claim.interval is None or not claim.interval.open_above:
        return False
    assertion = claim.dated.assertion
    return assertion.modality is not Modality.COUNTER and assertion.act is not Act.DENY_ATTRIBUTION


def _later_declined(selected: Selected) -> bool:
    return any(
        unknown.origin == claim.origin and claim.stated.before(unknown.stated) is Order.DEFINITELY
        for unknown in selected.unknowns
        for claim in selected.claims
    )
