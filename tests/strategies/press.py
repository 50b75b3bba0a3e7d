"""A press of a toy country: an archive in memory, filled claim by claim, whose claims are known by short names.

The vocabulary is that of :mod:`strategies.archives`. Each claim stands in a document of its own unless it names one
that is already there; days are those of UTC.
"""

import hashlib

from strategies.archives import VOCABULARY

from kzarchive import Archive
from kzarchive.log.clock import FixedClock
from kzarchive.values.assertions import (
    Act,
    Assertion,
    Modality,
    Relation,
    RelationKind,
    Temporality,
    ValidReading,
    Voice,
)
from kzarchive.values.content import Status, Text, Unknown, UnknownReason
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import IdentityJudged, IdentityOf, Judgement, Notice, SourceCorrected, SourceRetracted
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import ValueType

UNKNOWN = Unknown(UnknownReason.NOT_KNOWN)
HIGHER = Quantity.word("higher_than", surface="may be higher")


def date(text):
    return None if text is None else ImpreciseDate.parse(text)


class Press:
    """The press and its archive.

    Attributes:
        archive: The archive.
        ids: The ids of the assertions by the names of their claims.
    """

    def __init__(self):
        self.archive = Archive.in_memory(vocabulary=VOCABULARY, clock=FixedClock("2023-01-01T00:00:00.000000Z"))
        self.ids = {}
        self._documents = {}

    def says(
        self,
        name,
        value,
        *,
        frame="killed/all/KZ",
        by="aida",
        published="2022-01-06",
        document=None,
        stated=None,
        about=None,
        reading="throughout",
        plan=False,
        denies=None,
        **fields,
    ):
        """Records a claim: a number, a term, a text or any value; ``by=None`` is the document's own voice."""
        paper = document or "paper-" + name.replace(" ", "-")
        fields = {"act": Act.EXPECT if plan else Act.STATE, "modality": Modality.CERTAIN, "voice": Voice.BODY, **fields}
        if denies is not None:
            relation = Relation(kind=RelationKind.RESPONDS_TO, target=self.ids[denies])
            fields |= {"act": Act.DENY, "modality": Modality.COUNTER, "relations": (relation,)}
        assertion = Assertion(
            document=self._printed(paper, published),
            evidence=(Locator(document=self._documents[paper], place=name),),
            chain=() if by is None else tuple(self._link(agent) for agent in by.split("<")),
            frame=Frame.parse(frame),
            value=self._value(value, frame),
            temporality=Temporality.PROSPECTIVE if plan else Temporality.OCCURRED,
            stated=date(stated),
            valid=date(about),
            valid_reading=None if about is None else ValidReading(reading),
            **fields,
        )
        self.ids[name] = self.archive.append([assertion]).placed[-1].identity.hex()

    def _printed(self, paper, published):
        if paper not in self._documents:
            self._documents[paper] = hashlib.sha256(paper.encode()).hexdigest()
            document = Document(
                id=self._documents[paper],
                name=paper,
                published=date(published),
                published_basis="its head",
                unhashed=True,
            )
            self.archive.append([document])
        return self._documents[paper]

    def _link(self, agent):
        if agent not in {known.slug for known in self.archive.agents()}:
            self.archive.append([Agent(slug=agent, kind=AgentKind.ORGANISATION, names=(agent,))])
        return Link(agent=agent, role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT)

    def _value(self, value, frame):
        if isinstance(value, int):
            return Quantity.exact(value, surface=str(value))
        if not isinstance(value, str):
            return value
        status = VOCABULARY.measure(frame.split("/")[0]).value is ValueType.STATUS
        return Status(value) if status else Text(value)

    def corrects(self, old, new, *, by="aida", on):
        """Records that a source replaces one claim by another."""
        notice = Notice(published=date(on), reason="a slip")
        self.archive.append(
            [SourceCorrected(actor="clerk", by=by, old=self.ids[old], new=self.ids[new], notice=notice)]
        )

    def retracts(self, name, *, by="aida", on):
        """Records that a source withdraws a claim, or an utterance."""
        notice = Notice(published=date(on), reason="a slip")
        utterance = self.ids.get(name, name)
        self.archive.append([SourceRetracted(actor="clerk", by=by, utterance=utterance, notice=notice)])

    def judges(self, left, right, judgement="unsure", *, of="agent"):
        """Records a judgement on two agents or utterances."""
        event = IdentityJudged(
            actor="clerk",
            grounds="the names",
            of=IdentityOf(of),
            left=left,
            right=right,
            judgement=Judgement(judgement),
        )
        self.archive.append([event])

    def best(self, date, frame="killed/all/KZ", **coordinates):
        """Returns what is best known of a frame as of a date."""
        return self.archive.as_of(date, **coordinates)[frame]

    def places(self, answer):
        """Returns where each claim of an answer stands: ``S9 point``, ``S6: the words``, or ``pending``."""
        names = {identity: name for name, identity in self.ids.items()}
        why = {names[w.assertion]: f"{w.rule} {w.role}" for w in answer.why}
        why_not = {names[w.assertion]: f"{w.rule}: {w.detail}" for w in answer.why_not}
        return why | why_not | {names[identity]: "pending" for identity in answer.pending}

    def questions(self, date, frame="killed/all/KZ", **coordinates):
        """Returns the questions that are open about an answer."""
        return self.archive.as_of(date, **coordinates).explain(frame).questions

    def short(self, name):
        """Returns the first characters of the id of a claim, as words show it."""
        return self.ids[name][:12]
