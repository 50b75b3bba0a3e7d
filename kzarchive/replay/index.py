"""The index: what follows from a ledger alone and serves every cut.

Frames, dates, identities and transcription fixes. What is said of a misread assertion (a correction, a denial, an
assessment) is said of the one that stands for it, at every date. What is said of a redacted one is said of nothing; one
that was misread stays misread where the body of the one that stands for it is gone.

The facts of a frame come from the log's derived index, where no judgement is in them; here those that a judgement
touches are made anew.
"""

import functools
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from kzarchive.derived.facts import Fact, fact_of, period_of
from kzarchive.replay.dating import Dating
from kzarchive.replay.identity import dependent, judged_same
from kzarchive.replay.ledger import Ledger, Placed
from kzarchive.replay.redacted import Redacted, redacted
from kzarchive.replay.stored import NotThere, Reach, StoredAssertions, StoredDocuments
from kzarchive.values.assertions import Act, Assertion, RelationKind
from kzarchive.values.bounds import Bounds
from kzarchive.values.events import (
    DateAssessed,
    FrameReassigned,
    IdentityOf,
    Notice,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.frames import Frame
from kzarchive.values.sources import AgentKind

KEPT_FRAMES: Final = 2_000
"""Of how many frames the facts are kept for the next one who asks."""
READ_AHEAD: Final = 500
"""Of how many frames the facts are read at once for someone who asks for many."""


class LedgerIndex:
    """What follows from a ledger alone and serves every cut: frames, dates, identities, fixes."""

    def __init__(self, ledger: Ledger, reach: Reach) -> None:
        self.ledger = ledger
        self._reach = reach
        self._assertions = StoredAssertions(reach)
        self._documents = StoredDocuments(reach)
        self.agents = judged_same(ledger, IdentityOf.AGENT)
        self._utterances = judged_same(ledger, IdentityOf.UTTERANCE)
        self.fixes = {placed.what.old: placed.what.new for placed in ledger.standing(TranscriptionFixed)}
        self.dating = Dating(ledger, utterance=self.utterance, targets=self._assessed)
        self.dependence = tuple(frozenset(map(self.current, group)) for group in dependent(ledger))
        self._reassigned = {
            identity: placed.what.frame
            for placed in ledger.standing(FrameReassigned)
            for named in placed.what.assertions
            for identity in self._path(named)
            if self.is_there(identity)
        }
        self._origins: dict[Any, str] = {}
        self._facts: OrderedDict[Frame, tuple[Fact, ...]] = OrderedDict()
        self.heard_in = functools.cache(self._heard_in)
        self.utterance_slug = functools.lru_cache(20_000)(reach.index.utterance_slug)
        self.appearances = functools.lru_cache(2_000)(self._appearances)
        self.regroups = bool(self._utterances.parents)
        self.reassigns = bool(self._reassigned)

    def _path(self, identity: str) -> tuple[str, ...]:
        """Returns an assertion, the one that stands for it where it was misread, and so on."""
        path = [identity]
        while (following := self.fixes.get(path[-1])) is not None and following not in path:
            path.append(following)
        return tuple(path)

    def current(self, identity: str) -> str:
        """Returns the assertion that stands for one that was misread: what is said of that one is said of it."""
        return self._path(identity)[-1]

    @functools.cached_property
    def redactions(self) -> tuple[Redacted, ...]:
        """What says nothing any more because a body was redacted, in log order."""
        return redacted(self._reach)

    def is_there(self, identity: str) -> bool:
        """Returns whether an assertion can be read: it, and its document, are not redacted."""
        return not self._reach.events.gaps or identity in self.ledger.assertions

    def _assessed(self, kind: TargetKind, target: str) -> tuple[str, ...]:
        if kind is TargetKind.DOCUMENT:
            return (target,)
        if kind is TargetKind.ASSERTION:
            return self._path(target)
        return self._path(target) if target in self.ledger.assertions else (self._utterances.find(target),)

    # Frames

    def frame(self, identity: str) -> Frame:
        """Returns the frame that an assertion is read as of."""
        return self._reassigned.get(identity) or self.ledger.assertions[identity].what.frame

    @functools.cached_property
    def frames(self) -> frozenset[Frame]:
        """Every frame that an assertion is read as of."""
        found = set(map(Frame.parse, self._reach.index.frames(self._reach.position)))
        left = {self.ledger.assertions[identity].what.frame for identity in self._reassigned}
        found -= {frame for frame in left if not self.facts(frame)}
        return frozenset(found | set(self._reassigned.values()))

    @functools.cached_property
    def frames_by_measure(self) -> dict[str, frozenset[Frame]]:
        """The frames that assertions are read as of, by their measures."""
        found: dict[str, set[Frame]] = {}
        for frame in self.frames:
            found.setdefault(frame.measure, set()).add(frame)
        return {measure: frozenset(frames) for measure, frames in found.items()}

    def has_frame(self, frame: Frame) -> bool:
        """Returns whether an assertion is read as of a frame."""
        if self._reassigned:
            return bool(self.facts(frame))
        return self._reach.index.has_frame(str(frame), self._reach.position)

    def facts(self, frame: Frame) -> tuple[Fact, ...]:
        """Returns the facts of the assertions that are read as of a frame, in log order, as dated now."""
        found = self._facts.get(frame)
        return self._read(frame)[0] if found is None else found

    def read_ahead(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Yields frames for someone who asks for the facts of each; those of some hundreds are read at once."""
        waiting = iter(frames)
        while some := list(islice(waiting, READ_AHEAD)):
            self._read(*(frame for frame in some if frame not in self._facts))
            yield from some

    def _read(self, *frames: Frame) -> list[tuple[Fact, ...]]:
        read = [
            self._as_dated_now(frame, facts)
            for frame, facts in zip(frames, self._reach.index.facts(*map(str, frames)), strict=True)
        ]
        self._facts |= zip(frames, read, strict=True)
        while len(self._facts) > KEPT_FRAMES:
            self._facts.popitem(last=False)
        return read

    def ids_in(self, frame: Frame) -> tuple[str, ...]:
        """Returns the ids of the assertions that are read as of a frame, in log order."""
        return tuple(fact.id for fact in self.facts(frame))

    def _as_dated_now(self, frame: Frame, facts: list[Fact]) -> tuple[Fact, ...]:
        if facts and facts[-1].position > self._reach.position:
            del facts[bisect_right(facts, self._reach.position, key=lambda fact: fact.position) :]
        if self._reassigned:
            facts = [fact for fact in facts if self._reassigned.get(fact.id, frame) == frame]
            there = {fact.id for fact in facts}
            facts += [
                self._anew(identity)
                for identity, other in self._reassigned.items()
                if other == frame and identity not in there
            ]
            facts.sort()
        if any(self._touched):
            facts = [self._anew(fact.id) if self._is_assessed(fact) else fact for fact in facts]
        return tuple(facts)

    @functools.cached_property
    def _touched(self) -> tuple[frozenset[int], frozenset[bytes], frozenset[str]]:
        """Positions of documents, ids of assertions and names of utterances of which an assessment stands."""
        found: dict[TargetKind, set[str]] = {kind: set() for kind in TargetKind}
        for placed in self.ledger.standing(DateAssessed):
            found[placed.what.kind].update(self._assessed(placed.what.kind, placed.what.target))
        documents = {self._documents.position(identity) for identity in found[TargetKind.DOCUMENT]}
        return (
            frozenset(position for position in documents if position is not None),
            frozenset(bytes.fromhex(identity) for identity in found[TargetKind.ASSERTION]),
            frozenset(found[TargetKind.UTTERANCE]),
        )

    def _is_assessed(self, fact: Fact) -> bool:
        documents, assertions, utterances = self._touched
        if fact.document in documents or fact.identity in assertions:
            return True
        return bool(utterances) and self.utterance_of(fact) in utterances

    def fact(self, identity: str) -> Fact:
        """Returns the fact of an assertion, as dated now.

        Raises:
            KeyError: There is no such assertion.
        """
        return next(fact for fact in self.facts(self.frame(identity)) if fact.id == identity)

    def _anew(self, identity: str) -> Fact:
        """Returns the fact of an assertion as it is dated now, of the frame that it is read as of now."""
        placed = self.ledger.assertions[identity]
        stored = self._reach.index.fact_at(str(placed.what.frame), placed.position)
        if stored is None:
            raise NotThere("the id of an assertion", identity)
        dated = self.dating.assertion(identity)
        measure = self.ledger.vocabulary.measure(self.frame(identity).measure)
        period = period_of(dated, measure)
        return fact_of(
            dated,
            document=stored.document,
            utterance=stored.utterance,
            shared=stored.shared,
            origin=stored.origin,
            period=None if period is None else self._period_number(period),
            measure=measure,
        )

    @functools.cached_property
    def _periods(self) -> dict[int, str]:
        return self._reach.index.periods()

    def period(self, number: int) -> str:
        """Returns the text of a period by its number."""
        return self._periods[number]

    def _period_number(self, text: str) -> int:
        """Returns the number of a period; one that only an assessment gives has a number of this index, below 0."""
        for number, known in self._periods.items():
            if known == text:
                return number
        number = -1 - len(self._periods)
        self._periods[number] = text
        return number

    # Utterances

    def utterance(self, identity: str) -> str:
        """Returns the utterance that an assertion belongs to; its own id where it has none, or is redacted."""
        placed = self.ledger.assertions.get(identity)
        return self._utterances.find((placed and placed.what.utterance) or identity)

    def utterance_of(self, fact: Fact) -> str:
        """Returns the utterance that a fact belongs to; the assertion's id where it has none."""
        slug = fact.id if fact.utterance is None else self.utterance_slug(fact.utterance)
        return self._utterances.find(slug)

    def utterance_named(self, slug: str) -> str:
        """Returns the utterance that a slug or an assertion's id names."""
        known = slug in self.ledger.assertions
        return self.utterance(self.current(slug)) if known else self._utterances.find(slug)

    def _appearances(self, utterance: str) -> tuple[str, ...]:
        """Returns the ids of the assertions that belong to an utterance, in log order."""
        positions: list[int] = []
        for slug in self._utterances.members(utterance):
            positions += self._reach.index.appearances(slug, self._reach.position)
            own = self.ledger.assertions.get(slug)
            if own is not None and own.what.utterance is None:
                positions.append(own.position)
        return tuple(self._assertions.at(position)[0] for position in sorted(positions))

    # Agents

    def agent(self, slug: str, document: str) -> str:
        """Returns who an agent named in a document is: the slug that stands for those judged the same.

        An unnamed or collective one that several documents name is a new one in each, ``SLUG@NAME``, until it is judged
        the same as another.
        """
        if len(self.heard_in(slug)) > 1 and not self.agents.is_joined(slug):
            return f"{slug}@{self.ledger.documents[document].what.name}"
        return self.agents.find(slug)

    def _heard_in(self, slug: str) -> tuple[str, ...]:
        """Returns the documents in which an unnamed or collective agent speaks or which it publishes."""
        return self.heard_by(slug, self._reach.position)

    def heard_by(self, slug: str, until: int) -> tuple[str, ...]:
        """Returns the documents of :meth:`heard_in` as far as the log went at a position."""
        positions = self._reach.index.heard(slug, until)
        return tuple(self._documents.at(position).what.id for position in positions)

    def named(self, slug: str) -> frozenset[str]:
        """Returns everyone whom a slug names, in whichever document."""
        return frozenset(self.agent(slug, document) for document in self.heard_in(slug)) | {self.agents.find(slug)}

    def chain(self, assertion: Assertion) -> tuple[str, ...]:
        """Returns the agents of a chain, nearest first, each as :meth:`agent` says."""
        return tuple(self.agent(link.agent, assertion.document) for link in assertion.chain)

    def publisher(self, assertion: Assertion) -> str:
        """Returns the origin of a document's own voice: its publisher, or the document where none is known."""
        document = self.ledger.documents[assertion.document].what
        if document.publisher is None:
            return f"document:{document.name}"
        return self.agent(document.publisher, document.id)

    @functools.cached_property
    def _numbered(self) -> dict[int, tuple[str, str]]:
        return self._reach.index.agents()

    def origin_of(self, fact: Fact) -> str:
        """Returns the origin of an utterance that a fact alone carries, before any denial."""
        known = self._origins.get(fact.origin) or self._origins.get((fact.origin, fact.document))
        return known or self._find_origin(fact)

    def _find_origin(self, fact: Fact) -> str:
        key: Any = (fact.origin, fact.document)
        if fact.origin is None:
            found = f"document:{self._documents.at(fact.document).what.name}"
        else:
            slug, kind = self._numbered[fact.origin]
            if kind in {AgentKind.UNNAMED.value, AgentKind.COLLECTIVE.value}:
                found = self.agent(slug, self._documents.at(fact.document).what.id)
            else:
                key, found = fact.origin, self.agents.find(slug)
        self._origins[key] = found
        return found

    # Denials and notices

    @functools.cached_property
    def denials(self) -> tuple[tuple[str, str], ...]:
        """The denials of content or of attribution, in log order, each with the assertion that it answers."""
        found = sorted(
            (
                self._assertions.at(position)
                for act in (Act.DENY, Act.DENY_ATTRIBUTION)
                for position in self._telling(act)
            ),
            key=lambda pair: pair[1].position,
        )
        return tuple(
            (identity, self.current(relation.target))
            for identity, placed in found
            for relation in placed.what.relations
            if relation.kind is RelationKind.RESPONDS_TO and self.is_there(self.current(relation.target))
        )

    def _telling(self, kind: Act | RelationKind) -> list[int]:
        return self._reach.index.telling(kind.value, self._reach.position)

    @functools.cached_property
    def including(self) -> tuple[str, ...]:
        """The ids of the assertions that say that they include another one, in log order."""
        return tuple(self._assertions.at(position)[0] for position in self._telling(RelationKind.INCLUDES))

    @functools.cached_property
    def denials_backwards(self) -> tuple[str, ...]:
        """The denials, each once, from the one recorded last to the first; a fixed one stands where it was misread."""
        first = {identity: self.ledger.assertions[identity].position for identity, _ in self.denials}
        for old in self.fixes:
            new, position = self.current(old), self._assertions.place(old)
            if new in first and position is not None:
                first[new] = min(first[new], position)
        return tuple(sorted(first, key=lambda identity: (-first[identity], identity)))

    @functools.cached_property
    def disputed(self) -> frozenset[bytes]:
        """The ids of assertions that were misread, or that a denial or a notice may be about."""
        denied = (other for pair in self.denials for one in pair for other in self.appearances(self.utterance(one)))
        return frozenset(map(bytes.fromhex, {*self.fixes, *self.fixes.values(), *denied, *self._noticed()}))

    def _noticed(self) -> Iterable[str]:
        for about in self._notices:
            if about in self.ledger.assertions:
                yield about
            yield from self.appearances(self._utterances.find(about))

    @functools.cached_property
    def _notices(self) -> dict[str, list[Placed[SourceCorrected | SourceRetracted]]]:
        """The notices by the assertion that they correct or the utterance that they retract, in log order."""
        found: dict[str, list[Placed[SourceCorrected | SourceRetracted]]] = {}
        for placed in self.ledger.notices:
            event = placed.what
            if isinstance(event, SourceCorrected):
                about = self.current(event.old)
            else:
                about = self.utterance_named(event.utterance)
            found.setdefault(about, []).append(placed)
        return found

    def notices(self, identity: str) -> list[Placed[SourceCorrected | SourceRetracted]]:
        """Returns the notices that may be about an assertion, in log order."""
        if not self._notices:
            return []
        about = {identity, self.utterance(identity)}
        return sorted((n for key in about for n in self._notices.get(key, ())), key=lambda notice: notice.position)

    def notice(self, notice: Notice) -> Bounds:
        """Returns when a reader could know a notice; a bare date is a day in the zone of the document it stands in.

        Where that document is redacted its zone is gone with it, and the date is a day in whichever zone.
        """
        zone: str | None = self.ledger.zone
        for anchor in notice.evidence[:1]:
            document = self.ledger.documents.get(anchor.document)
            zone = None if document is None else document.what.zone or zone
        return notice.published.bounds(zone)


def named_alike(one: str, other: str) -> bool:
    """Returns whether two agents of one utterance are the same, or the same unnamed one in two documents."""
    return one.partition("@")[0] == other.partition("@")[0]


def one_each(agents: Iterable[str]) -> frozenset[str]:
    """Returns agents with an unnamed one that several documents name once: it spoke one utterance."""
    first: dict[str, str] = {}
    for agent in sorted(agents):
        first.setdefault(agent.partition("@")[0], agent)
    return frozenset(first.values())
