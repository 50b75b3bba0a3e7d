"""The shipped archive, and a small one whose claims stand in each test."""

import hashlib

import pytest

import kzarchive
from kzarchive.january2022 import ZONE, vocabulary
from kzarchive.log.clock import FixedClock
from kzarchive.values.assertions import Act, Assertion, Modality, Temporality, ValidReading, Voice
from kzarchive.values.content import Status, Text
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.sources import AgentKind, LinkMode, LinkRole


@pytest.fixture(scope="session")
def shipped():
    with kzarchive.january_2022() as archive:
        yield archive


class Toy:
    """An archive in memory with the vocabulary of January 2022; each claim has a document of its own, or shares one."""

    def __init__(self):
        clock = FixedClock("2026-01-01T00:00:00.000000Z")
        self.archive = kzarchive.Archive.in_memory(vocabulary=vocabulary(), clock=clock, zone=ZONE)
        self.count = 0

    def says(self, agent, frame, value, *, published, document=None, about=None, reading="within", **fields):
        """Records that an agent says a term, a text or a quantity; ``plan=True`` puts it ahead. Returns its id."""
        self.count += 1
        name = document or f"d{self.count}"
        text = f"{name} says it"
        source = hashlib.sha256(text.encode()).hexdigest()
        measure = self.archive.vocabulary.measure(frame.split("/")[0])
        if isinstance(value, str):
            value = Status(value) if measure.terms else Text(value)
        plan = fields.pop("plan", False)
        assertion = Assertion(
            document=source,
            evidence=(kzarchive.TextSpan.of(source, text, 0, len(name)),),
            chain=(kzarchive.Link(agent=agent, role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT),),
            frame=kzarchive.Frame.parse(frame),
            value=value,
            modality=fields.pop("modality", Modality.CERTAIN),
            act=fields.pop("act", Act.EXPECT if plan else Act.STATE),
            temporality=Temporality.PROSPECTIVE if plan else Temporality.OCCURRED,
            voice=Voice.BODY,
            stated=ImpreciseDate.parse(fields.pop("stated", published)),
            valid=None if about is None else ImpreciseDate.parse(about),
            valid_reading=None if about is None else ValidReading(reading),
            note=f"claim {self.count}",
            **fields,
        )
        speaker = kzarchive.Agent(slug=agent, kind=AgentKind.ORGANISATION, names=(agent,))
        paper = kzarchive.Document(
            id=source,
            name=name,
            size=len(text.encode()),
            published=ImpreciseDate.parse(published),
            published_basis="printed",
        )
        known = {agent.slug for agent in self.archive.agents()}
        items = [*([] if agent in known else [speaker]), paper, assertion]
        return self.archive.append(items).placed[-1].identity.hex()

    def replay(self, projection, date):
        return self.archive.replay(projection, as_of=date)


@pytest.fixture
def toy():
    return Toy()
