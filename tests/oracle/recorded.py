"""What an archive holds at a position, read from a plain list of events: judgements, identity, dates, standing.

Written from the design alone: every question runs over the whole list; the same question is remembered.
"""

import functools
from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.values.assertions import Act, Assertion, RelationKind
from kzarchive.values.bounds import UNBOUNDED, Bounds, Order
from kzarchive.values.content import Money
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    Axis,
    CoverageDeclared,
    DateAssessed,
    DependenceDeclared,
    DocumentRegistered,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    Judgement,
    JudgementWithdrawn,
    Notice,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import AgentKind, Document
from kzarchive.wire.codec import identity


@attrs.frozen
class Row:
    """An event, its place in the log, and the UTC second at which the log took it in."""

    position: int
    recorded: int
    event: Any


@attrs.frozen(kw_only=True)
class Cut:
    """The coordinates of a question; UTC seconds, inclusive; None = not cut."""

    position: int
    published: int | None = None
    stated: int | None = None
    valid: int | None = None
    retrieved: int | None = None
    possible: bool = False

    def passes(self, order: Order) -> bool:
        """Section 3: the default takes what is definitely there, ``possible`` also what may be."""
        return order is Order.DEFINITELY or (self.possible and order is Order.POSSIBLY)


@attrs.frozen(kw_only=True)
class Dates:
    """The bounds of the three axes of an assertion that are cut by date."""

    stated: Bounds
    published: Bounds
    retrieved: Bounds


REMEMBERED = (
    "acting",
    "path",
    "agent",
    "utterance",
    "frame",
    "document_dates",
    "dates",
    "valid",
    "visibility",
    "appearances",
    "speakers",
    "stated",
    "corrections",
    "stands",
    "effective",
    "denials",
    "origin",
)


class Recorded:
    """The events up to a position, with the judgements that stand at it."""

    def __init__(self, rows: Sequence[Row], position: int) -> None:
        for name in REMEMBERED:
            setattr(self, name, functools.cache(getattr(self, name)))
        held = [row for row in rows if row.position <= position]
        self.rows = standing(held)
        opened = held[0].event
        assert isinstance(opened, ArchiveOpened)
        self.zone, self.vocabulary = opened.zone, opened.vocabulary
        self.documents: dict[str, Document] = {}
        self.document_recorded: dict[str, int] = {}
        self.assertions: dict[str, Assertion] = {}
        self.order: dict[str, int] = {}
        self.kinds: dict[str, AgentKind] = {}
        self.coverage: CoverageDeclared | None = None
        for row in held:
            event = row.event
            if isinstance(event, DocumentRegistered):
                self.documents.setdefault(event.document.id, event.document)
                self.document_recorded.setdefault(event.document.id, row.recorded)
            elif isinstance(event, AssertionRecorded):
                self.assertions.setdefault(identity(event), event.assertion)
                self.order.setdefault(identity(event), row.position)
            elif isinstance(event, CoverageDeclared):
                self.coverage = event
            elif isinstance(event, AgentRegistered):
                self.kinds[event.agent.slug] = event.agent.kind

    def acting(self, kind: type) -> list[Any]:
        """Returns the events of a kind that act, in log order."""
        return [row.event for row in self.rows if isinstance(row.event, kind)]

    # Transcription fixes: the new assertion stands for the old one at every date.

    def is_fixed(self, assertion: str) -> bool:
        """Section 5: whether the archive misread this one."""
        return any(fix.old == assertion for fix in self.acting(TranscriptionFixed))

    def path(self, assertion: str) -> list[str]:
        """Returns an assertion, the one that stands for it, and so on through fixes of fixes."""
        for fix in reversed(self.acting(TranscriptionFixed)):
            if fix.old == assertion:
                return [assertion, *self.path(fix.new)]
        return [assertion]

    def now(self, assertion: str) -> str:
        """Returns the assertion that stands for this one; what is said of a misread one is said of it."""
        return self.path(assertion)[-1]

    # Frames and identity

    def frame(self, assertion: str) -> Frame:
        """Section 5: the frame of the last reassignment that stands, else the one recorded."""
        for event in reversed(self.acting(FrameReassigned)):
            if any(assertion in self.path(named) for named in event.assertions):
                frame: Frame = event.frame
                return frame
        return self.assertions[assertion].frame

    def _same(self, of: IdentityOf, slug: str) -> set[str]:
        """Returns all that is judged the same as a slug; of several judgements of a pair the last counts."""
        last = {frozenset((e.left, e.right)): e.judgement for e in self.acting(IdentityJudged) if e.of is of}
        found, grown = {slug}, True
        while grown:
            grown = False
            for pair, judgement in last.items():
                if judgement is Judgement.SAME and found & pair and not pair <= found:
                    found, grown = found | pair, True
        return found

    def agent(self, slug: str, document: str) -> str:
        """S5: an unnamed or collective agent is a new one in each document until judged the same as another."""
        same = self._same(IdentityOf.AGENT, slug)
        if len(same) == 1 and self.kinds.get(slug) in {AgentKind.UNNAMED, AgentKind.COLLECTIVE}:
            return f"{slug}@{self.documents[document].name}"
        return min(same)

    def utterance(self, assertion: str) -> str:
        """S5: the act of speech; without an utterance an assertion is its own."""
        slug = self.assertions[assertion].utterance
        return assertion if slug is None else min(self._same(IdentityOf.UTTERANCE, slug))

    def appearances(self, utterance: str, cut: Cut) -> list[str]:
        """Returns the assertions that carry an utterance and take part, without those misread, in log order."""
        return [
            a
            for a in self.assertions
            if not self.is_fixed(a) and self.utterance(a) == utterance and cut.passes(self.visibility(a, cut))
        ]

    def chain(self, assertion: str) -> list[str]:
        """Returns the agents from the nearest to the farthest; of a document's own voice none."""
        what = self.assertions[assertion]
        return [self.agent(link.agent, what.document) for link in what.chain]

    def publisher(self, assertion: str) -> str:
        """S5: the origin of an empty chain: the publisher, if unknown the document."""
        document = self.documents[self.assertions[assertion].document]
        return f"document:{document.id}" if document.publisher is None else self.agent(document.publisher, document.id)

    def speakers(self, utterance: str, cut: Cut, denied: frozenset[str] = frozenset()) -> set[str]:
        """S5, S14: the farthest agents of the longest chains that do not deny; joint speakers all speak."""
        own = self.appearances(utterance, cut)
        most = max((len(self.chain(a)) for a in own), default=0)
        if most == 0:
            return one_each({self.publisher(a) for a in own})
        chains = [self.chain(a) for a in own if len(self.chain(a)) == most]
        left = [[agent for agent in chain if agent not in denied] for chain in chains]
        longest = max(map(len, left))
        return one_each({chain[-1] for chain in left if chain and len(chain) == longest})

    # Dates

    def assessed(self, kind: TargetKind, target: str, axis: Axis) -> ImpreciseDate | None:
        """Section 5: of several standing assessments of one target the last counts."""
        found = None
        for event in self.acting(DateAssessed):
            if event.kind is kind and event.axis is axis and target in self._targets(kind, event.target):
                found = event.date
        return found

    def _targets(self, kind: TargetKind, target: str) -> set[str]:
        """Returns what an assessment is about; one of a misread assertion is also about the one that stands for it."""
        if kind is TargetKind.DOCUMENT:
            return {target}
        if target in self.assertions:
            return set(self.path(target))
        return {min(self._same(IdentityOf.UTTERANCE, target))}

    def document_zone(self, document: str) -> str:
        """Section 3: a bare date is a day in the document's zone, else in the archive's."""
        return self.documents[document].zone or self.zone

    def document_dates(self, document: str) -> tuple[Bounds, Bounds]:
        """Returns ``published`` and ``retrieved``, tightened by published <= retrieved <= recorded."""
        bare, zone = self.documents[document], self.document_zone(document)
        published = self.assessed(TargetKind.DOCUMENT, document, Axis.PUBLISHED) or bare.published
        retrieved = self.assessed(TargetKind.DOCUMENT, document, Axis.RETRIEVED) or bare.retrieved
        recorded = self.document_recorded[document]
        captured = no_later(UNBOUNDED if retrieved is None else retrieved.bounds(zone), Bounds(recorded, recorded))
        known = no_later(UNBOUNDED if published is None else published.bounds(zone), captured)
        return known, no_earlier(captured, known)

    def dates(self, assertion: str) -> Dates:
        """Section 3: the axes of an assertion by itself, tightened by stated <= published <= retrieved."""
        what = self.assertions[assertion]
        published, retrieved = self.document_dates(what.document)
        date = self._assessed_of(assertion, Axis.STATED) or what.stated
        if date is not None:
            stated = date.bounds(self.document_zone(what.document))
        else:
            stated = UNBOUNDED if what.chain else published
        known = no_earlier(published, stated)
        return Dates(stated=no_later(stated, published), published=known, retrieved=no_earlier(retrieved, known))

    def _assessed_of(self, assertion: str, axis: Axis) -> ImpreciseDate | None:
        of_assertion = self.assessed(TargetKind.ASSERTION, assertion, axis)
        return of_assertion or self.assessed(TargetKind.UTTERANCE, self.utterance(assertion), axis)

    def valid(self, assertion: str) -> ImpreciseDate | None:
        """Returns ``valid`` as assessed, else as recorded."""
        return self._assessed_of(assertion, Axis.VALID) or self.assertions[assertion].valid

    # What takes part at a cut

    def visibility(self, assertion: str, cut: Cut) -> Order:
        """Section 3: definitely, possibly or definitely not known at the cut; ``valid`` is S0's."""
        if self.is_before_the_start(cut):
            return Order.NOT
        dates = self.dates(assertion)
        orders = [
            bounds.by(instant)
            for bounds, instant in (
                (dates.published, cut.published),
                (dates.retrieved, cut.retrieved),
                (dates.stated, cut.stated),
            )
            if instant is not None
        ]
        if Order.NOT in orders:
            return Order.NOT
        return Order.POSSIBLY if Order.POSSIBLY in orders else Order.DEFINITELY

    def is_before_the_start(self, cut: Cut) -> bool:
        """Section 3: before the start of the coverage nothing was looked for, so there is no data."""
        start = None if self.coverage is None else self.coverage.start
        if start is None or cut.published is None:
            return False
        first = start.bounds(self.zone).earliest
        return first is not None and cut.published < first

    def stated(self, assertion: str, cut: Cut) -> Bounds:
        """S5: the intersection of what the appearances that take part give; if they share nothing, its own."""
        own = self.dates(assertion).stated
        shared: Bounds | None = own
        for other in self.appearances(self.utterance(assertion), cut):
            if shared is not None:
                shared = shared.intersect(self.dates(other).stated)
        return own if shared is None else shared

    def acts(self, notice: Notice, cut: Cut) -> bool:
        """S12, S13: a notice acts from its own date of publication; one that is only possible is a pending change."""
        if cut.published is None:
            return True
        zone = self.document_zone(notice.evidence[0].document) if notice.evidence else self.zone
        return cut.passes(notice.published.bounds(zone).by(cut.published))

    # Standing

    def corrections(self, cut: Cut) -> list[tuple[str, str]]:
        """S12: the old and the new assertion of each correction that acts, in log order.

        One by a stranger does not act, nor one that leads, with those before it, from an assertion back to itself.
        """
        pairs: list[tuple[str, str]] = []
        for event in self.acting(SourceCorrected):
            old, new = self.now(event.old), self.now(event.new)
            if (
                self.acts(event.notice, cut)
                and self.is_by_one_of_them(event.by, old, cut)
                and not leads(new, old, pairs)
            ):
                pairs.append((old, new))
        return pairs

    def is_by_one_of_them(self, by: str, assertion: str, cut: Cut) -> bool:
        """S12, S13: whether an agent passed on, published or said an assertion."""
        names = {self.agent(by, document) for document in self.documents}
        said = self.speakers(self.utterance(assertion), cut)
        return bool(names & {*self.chain(assertion), self.publisher(assertion), *said})

    def is_corrected(self, assertion: str, cut: Cut) -> bool:
        """S12: replaced by its source, from the notice's date."""
        return any(old == assertion for old, _ in self.corrections(cut))

    def is_retracted(self, assertion: str, cut: Cut) -> bool:
        """S13: withdrawn in every appearance that passes through the agent that retracts; by the speaker in all."""
        for event in self.acting(SourceRetracted):
            target = event.utterance
            own = target in self.assertions
            utterance = self.utterance(self.now(target)) if own else min(self._same(IdentityOf.UTTERANCE, target))
            of_it = utterance == self.utterance(assertion) and self.acts(event.notice, cut)
            if of_it and self.is_by_one_of_them(event.by, assertion, cut):
                return True
        return False

    def stands(self, assertion: str, cut: Cut) -> bool:
        """S4 without denials: neither fixed nor corrected nor retracted at this basis."""
        return not (self.is_fixed(assertion) or self.is_corrected(assertion, cut) or self.is_retracted(assertion, cut))

    def targets(self, assertion: str) -> list[str]:
        """Returns the assertions that an assertion responds to."""
        relations = self.assertions[assertion].relations
        return [self.now(r.target) for r in relations if r.kind is RelationKind.RESPONDS_TO]

    def effective(self, cut: Cut) -> list[str]:
        """S14: the denials that are known, stand, and are not denied by who made them; from the last one said back."""
        found: list[str] = []
        denying = [
            a
            for a, what in self.assertions.items()
            if what.act in {Act.DENY, Act.DENY_ATTRIBUTION} and self.targets(a)
            if cut.passes(self.visibility(a, cut)) and self.stands(a, cut)
        ]
        for denial in sorted(denying, key=self._backwards):
            if not self.takers_back(denial, found, cut):
                found.append(denial)
        return found

    def _backwards(self, assertion: str) -> tuple[int, str]:
        """Orders assertions from the last in the log to the first, by the first misreading that each stands for."""
        return -min(self.order[a] for a in self.assertions if self.now(a) == assertion), assertion

    def takers_back(self, denial: str, others: Sequence[str], cut: Cut) -> list[str]:
        """S14: those of other denials by which the same speakers take a denial back, or say that it is not theirs."""
        return [
            other
            for other in others
            if self.assertions[other].act in {Act.DENY, self.assertions[denial].act}
            if any(self._is_same(target, denial) for target in self.targets(other))
            if self.speakers(self.utterance(other), cut) == self.speakers(self.utterance(denial), cut)
        ]

    def _is_same(self, one: str, other: str) -> bool:
        frames, utterances = self.frame(one) == self.frame(other), self.utterance(one) == self.utterance(other)
        return frames and utterances and wordless(self.assertions[one].value) == wordless(self.assertions[other].value)

    def is_taken_back(self, denial: str, cut: Cut) -> bool:
        """S14: whether its own speakers deny the content of a denial."""
        decided = [other for other in self.effective(cut) if self._backwards(other) < self._backwards(denial)]
        takers = self.takers_back(denial, decided, cut)
        return any(self.assertions[taker].act is Act.DENY for taker in takers)

    def denials(self, act: Act, cut: Cut) -> list[tuple[str, str]]:
        """S14: pairs of a denial that acts, and the assertion that it responds to."""
        effective = self.effective(cut)
        return [
            (assertion, target)
            for assertion, what in self.assertions.items()
            if what.act is act and assertion in effective
            for target in self.targets(assertion)
        ]

    def origin(self, utterance: str, cut: Cut) -> str:
        """S14: an agent that denies having said it is passed over, in all documents at once; joint speakers are one."""
        deniers = {
            speaker
            for denial, target in self.denials(Act.DENY_ATTRIBUTION, cut)
            if self.utterance(target) == utterance
            for speaker in self.speakers(self.utterance(denial), cut)
        }
        # An unnamed agent is another one in each document, but it spoke this one utterance in all that carry it.
        agents = {agent for a in self.appearances(utterance, cut) for agent in self.chain(a)}
        deniers = {a for a in agents for denier in deniers & agents if a.split("@")[0] == denier.split("@")[0]}
        speakers = self.speakers(utterance, cut, frozenset(deniers))
        return "+".join(sorted(speakers)) if speakers else f"unattributed:{utterance}"

    def count(self, claims: Sequence[tuple[str, set[str]]]) -> int:
        """S10: how many origins stand behind claims, each given with its appearances.

        Those of claims that were declared to rest on one source count as one.
        """
        groups = [{origin} for origin, _ in claims]
        for event in self.acting(DependenceDeclared):
            named = set(map(self.now, event.assertions))
            joined = {origin for origin, appearances in claims if appearances & named}
            touched = [group for group in groups if group & joined]
            groups = [group for group in groups if not group & joined]
            groups += [set().union(*touched)] if touched else []
        return len({frozenset(group) for group in groups})


def leads(start: str, end: str, pairs: Sequence[tuple[str, str]]) -> bool:
    """Tells whether pairs lead from one assertion to another, over any number of them."""
    return start == end or any(
        leads(new, end, [pair for pair in pairs if pair != (old, new)]) for old, new in pairs if old == start
    )


def wordless(value: Any) -> Any:
    """Returns a value without the words in which it was written."""
    if isinstance(value, Money):
        return (value.currency, value.per, wordless(value.amount))
    return attrs.evolve(value, surface="?") if isinstance(value, Quantity) else value


def one_each(agents: set[str]) -> set[str]:
    """S5: one utterance has one speaker of a name: an unnamed one of several documents is that of the first by name."""
    return {min(other for other in agents if other.split("@")[0] == agent.split("@")[0]) for agent in agents}


def standing(rows: Sequence[Row]) -> list[Row]:
    """Section 5: without the judgements that a standing ``judgement.withdrawn`` names."""
    withdrawn: set[str] = set()
    for row in reversed(rows):
        if isinstance(row.event, JudgementWithdrawn) and identity(row.event) not in withdrawn:
            withdrawn.add(row.event.target)
    return [row for row in rows if identity(row.event) not in withdrawn]


def no_later(bounds: Bounds, other: Bounds) -> Bounds:
    """Returns bounds tightened by not being after the others; dates that contradict each other are kept."""
    return bounds.at_most(other) or bounds


def no_earlier(bounds: Bounds, other: Bounds) -> Bounds:
    """Returns bounds tightened by not being before the others; dates that contradict each other are kept."""
    return bounds.at_least(other) or bounds
