"""What an archive holds at a position, read from a plain list of events: judgements, identity, dates, standing.

Written from the design alone and slow on purpose: every question runs over the whole list again.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.values.assertions import Act, Assertion, RelationKind
from kzarchive.values.bounds import UNBOUNDED, Bounds, Order
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    Axis,
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


class Recorded:
    """The events up to a position, with the judgements that stand at it."""

    def __init__(self, rows: Sequence[Row], position: int) -> None:
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
        for row in held:
            event = row.event
            if isinstance(event, DocumentRegistered):
                self.documents.setdefault(event.document.id, event.document)
                self.document_recorded.setdefault(event.document.id, row.recorded)
            elif isinstance(event, AssertionRecorded):
                self.assertions.setdefault(identity(event), event.assertion)
                self.order.setdefault(identity(event), row.position)
            elif isinstance(event, AgentRegistered):
                self.kinds[event.agent.slug] = event.agent.kind

    def acting(self, kind: type) -> list[Any]:
        """Returns the events of a kind that act, in log order."""
        return [row.event for row in self.rows if isinstance(row.event, kind)]

    # Transcription fixes: the new assertion stands for the old one at every date.

    def is_fixed(self, assertion: str) -> bool:
        """Section 5: whether the archive misread this one."""
        return any(fix.old == assertion for fix in self.acting(TranscriptionFixed))

    def now(self, assertion: str) -> str:
        """Returns the assertion that stands for this one, following fixes of fixes."""
        for fix in reversed(self.acting(TranscriptionFixed)):
            if fix.old == assertion:
                return self.now(fix.new)
        return assertion

    # Frames and identity

    def frame(self, assertion: str) -> Frame:
        """Section 5: the frame of the last reassignment that stands, else the one recorded."""
        for event in reversed(self.acting(FrameReassigned)):
            if assertion in event.assertions:
                return event.frame
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
            return f"{slug}@{document}"
        return min(same)

    def utterance(self, assertion: str) -> str:
        """S5: the act of speech; without an utterance an assertion is its own."""
        slug = self.assertions[assertion].utterance
        return assertion if slug is None else min(self._same(IdentityOf.UTTERANCE, slug))

    def appearances(self, utterance: str) -> list[str]:
        """Returns the assertions that carry an utterance, without those misread, in log order."""
        return [a for a in self.assertions if not self.is_fixed(a) and self.utterance(a) == utterance]

    def chain(self, assertion: str) -> list[str]:
        """Returns the agents from the nearest to the farthest; of a document's own voice, its publisher."""
        what = self.assertions[assertion]
        if what.chain:
            return [self.agent(link.agent, what.document) for link in what.chain]
        publisher = self.documents[what.document].publisher
        return [f"document:{what.document}" if publisher is None else self.agent(publisher, what.document)]

    def longest_chains(self, utterance: str) -> list[list[str]]:
        """S5: the longest recorded chains; a document's own voice is a chain of no link."""
        own = self.appearances(utterance)
        most = max((len(self.assertions[a].chain) for a in own), default=0)
        return [self.chain(a) for a in own if len(self.assertions[a].chain) == most]

    def origin(self, utterance: str, denied: frozenset[str] = frozenset()) -> str:
        """S5, S14: the farthest agents that do not deny; joint speakers are one origin."""
        left = [[agent for agent in chain if agent not in denied] for chain in self.longest_chains(utterance)]
        farthest = sorted({chain[-1] for chain in left if chain})
        return "+".join(farthest) if farthest else f"unattributed:{utterance}"

    # Dates

    def assessed(self, kind: TargetKind, target: str, axis: Axis) -> ImpreciseDate | None:
        """Section 5: of several standing assessments of one target the last counts."""
        found = None
        for event in self.acting(DateAssessed):
            if event.kind is kind and event.axis is axis and self._target(kind, event.target) == target:
                found = event.date
        return found

    def _target(self, kind: TargetKind, target: str) -> str:
        if kind is TargetKind.ASSERTION or target in self.assertions:
            return target
        return min(self._same(IdentityOf.UTTERANCE, target)) if kind is TargetKind.UTTERANCE else target

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

    def visibility(self, assertion: str, cut: Cut, stated: Bounds | None = None) -> Order:
        """Section 3: definitely, possibly or definitely not known at the cut; ``valid`` is S0's."""
        dates = self.dates(assertion)
        orders = [
            bounds.by(instant)
            for bounds, instant in (
                (dates.published, cut.published),
                (dates.retrieved, cut.retrieved),
                (stated or dates.stated, cut.stated),
            )
            if instant is not None
        ]
        if Order.NOT in orders:
            return Order.NOT
        return Order.POSSIBLY if Order.POSSIBLY in orders else Order.DEFINITELY

    def stated(self, assertion: str, cut: Cut) -> Bounds:
        """S5: the intersection of what the appearances that take part give; if they share nothing, its own."""
        own = self.dates(assertion).stated
        shared: Bounds | None = own
        for other in self.appearances(self.utterance(assertion)):
            if shared is not None and cut.passes(self.visibility(other, cut)):
                shared = shared.intersect(self.dates(other).stated)
        return own if shared is None else shared

    def seen(self, assertion: str, cut: Cut) -> Order:
        """Returns how far an assertion is known at the cut, by the date that its utterance has there."""
        return self.visibility(assertion, cut, self.stated(assertion, cut))

    def acts(self, notice: Notice, cut: Cut) -> bool:
        """S12, S13: a notice acts from its own date of publication; one that is only possible is a pending change."""
        if cut.published is None:
            return True
        zone = self.document_zone(notice.evidence[0].document) if notice.evidence else self.zone
        return cut.passes(notice.published.bounds(zone).by(cut.published))

    # Standing

    def is_corrected(self, assertion: str, cut: Cut) -> bool:
        """S12: replaced by its source, from the notice's date."""
        return any(
            self.now(event.old) == assertion for event in self.acting(SourceCorrected) if self.acts(event.notice, cut)
        )

    def is_retracted(self, assertion: str, cut: Cut) -> bool:
        """S13: withdrawn in every appearance that passes through the agent that retracts; by the speaker in all."""
        utterance = self.utterance(assertion)
        for event in self.acting(SourceRetracted):
            target = event.utterance
            if target in self.assertions:
                target = self.utterance(self.now(target))
            else:
                target = min(self._same(IdentityOf.UTTERANCE, target))
            if target == utterance and self.acts(event.notice, cut) and self._passes_through(assertion, event.by):
                return True
        return False

    def _passes_through(self, assertion: str, by: str) -> bool:
        what = self.assertions[assertion]
        agent = self.agent(by, what.document)
        publisher = self.documents[what.document].publisher
        return (
            agent in self.chain(assertion)
            or (publisher is not None and self.agent(publisher, what.document) == agent)
            or self.origin(self.utterance(assertion)) == agent
        )

    def stands(self, assertion: str, cut: Cut) -> bool:
        """S4 without denials: neither fixed nor corrected nor retracted at this basis."""
        return not (
            self.is_fixed(assertion) or self.is_corrected(assertion, cut) or self.is_retracted(assertion, cut)
        )

    def denials(self, act: Act, cut: Cut) -> list[tuple[str, str]]:
        """S14: pairs of a denial that is known and stands, and the assertion that it responds to."""
        return [
            (assertion, self.now(relation.target))
            for assertion, what in self.assertions.items()
            for relation in what.relations
            if what.act is act and relation.kind is RelationKind.RESPONDS_TO
            if cut.passes(self.seen(assertion, cut)) and self.stands(assertion, cut)
        ]

    def origin_at(self, utterance: str, cut: Cut) -> str:
        """S14: an agent that denies having said it is passed over, in all documents at once."""
        agents = {agent for chain in self.longest_chains(utterance) for agent in chain}
        deniers = {
            self.origin(self.utterance(denial))
            for denial, target in self.denials(Act.DENY_ATTRIBUTION, cut)
            if self.utterance(target) == utterance
        }
        return self.origin(utterance, frozenset(agents & deniers))

    def is_denied_by_origin(self, assertion: str, cut: Cut) -> bool:
        """S14: a counter-assertion by the target's own origin is a retraction."""
        origin = self.origin_at(self.utterance(assertion), cut)
        return any(
            self.utterance(target) == self.utterance(assertion)
            and self.frame(target) == self.frame(assertion)
            and self.origin_at(self.utterance(denial), cut) == origin
            for denial, target in self.denials(Act.DENY, cut)
        )

    def is_denied_by_another(self, assertion: str, cut: Cut) -> bool:
        """S14: another origin says that it is not so."""
        return any(target == assertion for _, target in self.denials(Act.DENY, cut))

    def counted(self, origin: str, cut: Cut) -> str:
        """S10: origins of assertions that rest on one source count as one."""
        found, grown = {origin}, True
        while grown:
            grown = False
            for event in self.acting(DependenceDeclared):
                joined = {self.origin_at(self.utterance(self.now(a)), cut) for a in event.assertions}
                if joined & found and not joined <= found:
                    found, grown = found | joined, True
        return min(found)


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
