"""The workload: a synthetic archive as a stream of events, the same for the same seed and size on every machine.

Two years of publications in a made-up country. 40 media publish documents of 10 to 30 assertions (20 on average), in
the order in which they reach the archive; 10 % of the documents arrive 5 to 120 days after they were published. An
assertion is of one of 12 measures x 50 subjects x 200 places, drawn by Zipf's law (exponent 1 for measures, 0.6 for
subjects and places), so that the hottest frame takes 0.15 to 0.2 % of all. Its chain has 1 to 3 links; its quantity is
worded in one of three ways: exact, vague or bounded, between two numbers. A third carries the slug of an utterance,
half of them one that another document carried shortly before. Its canonical body has 500 to 700 bytes.

Only ``random.Random(text).random()`` is drawn from, which gives the same numbers in every version of Python.
"""

import datetime as dt
import hashlib
import random
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from typing import Final, TypeVar

import attrs

from kzarchive.values.assertions import Act, Assertion, Modality, Temporality, ValidReading, Voice
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import AgentRegistered, AssertionRecorded, DocumentRegistered, Event
from kzarchive.values.evidence import Locator, TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Aggregation, Measure, Place, Subject, ValueType, Vocabulary

T = TypeVar("T")

ACTOR: Final = "desk"
ZONE: Final = "UTC"
START: Final = dt.date(2020, 1, 1)
DAYS: Final = 731
SUBJECTS: Final = 50
PLACES: Final = 200
HOTTEST: Final = "m00/s00/p000"
LATE: Final = 0.1
LATE_DAYS: Final = (5, 120)
ASSERTIONS_A_DOCUMENT: Final = (10, 30)

AGGREGATIONS: Final = (
    *(Aggregation.CUMULATIVE,) * 6,
    *(Aggregation.LEVEL,) * 4,
    Aggregation.INCREMENT,
    Aggregation.OCCURRENCE,
)
"""How the values of each measure relate, the most frequent measure first."""

MEDIA: Final = tuple(f"medium{number:02}" for number in range(40))
AGENCIES: Final = tuple(f"a{number:02}" for number in range(60))
SPEAKERS: Final = tuple(f"s{number:03}" for number in range(300))
VERBS: Final = ("said", "wrote", "added")
BOUNDED: Final = (Modifier.MORE_THAN, Modifier.AT_LEAST, Modifier.AT_MOST, Modifier.NEARLY, Modifier.ABOUT)
VAGUE: Final = (Modifier.DOZENS, Modifier.HUNDREDS)


def vocabulary() -> Vocabulary:
    """Returns the vocabulary of the workload: 12 measures of quantities, 50 subjects, 200 places."""
    measures = [
        Measure(
            slug=f"m{number:02}",
            definition=f"What is counted under number {number}.",
            value=ValueType.QUANTITY,
            aggregation=aggregation,
            unit="person",
        )
        for number, aggregation in enumerate(AGGREGATIONS)
    ]
    subjects = [Subject(slug=f"s{n:02}", definition=f"People of group {n}.") for n in range(SUBJECTS)]
    places = [Place(slug=f"p{n:03}", definition=f"Place number {n}.") for n in range(PLACES)]
    return Vocabulary(name="synthetic/1", measures=tuple(measures), subjects=tuple(subjects), places=tuple(places))


def agents() -> list[AgentRegistered]:
    """Returns the registrations of everybody who publishes, relays or speaks."""
    kinds = ((MEDIA, AgentKind.MEDIA), (AGENCIES, AgentKind.ORGANISATION), (SPEAKERS, AgentKind.PERSON))
    return [
        AgentRegistered(actor=ACTOR, agent=Agent(slug=slug, kind=kind, names=(slug.title(),)))
        for slugs, kind in kinds
        for slug in slugs
    ]


def events(size: int, seed: int) -> Iterator[Event]:
    """Yields the ``size - 1`` events that follow ``archive.opened`` in an archive of ``size`` events."""
    registered = agents()
    yield from islice(registered, size - 1)
    yield from islice(_Stream(size, seed, part="u").events(), _told(size))


def later(size: int, seed: int) -> Iterator[Event]:
    """Yields what arrives after the two years of :func:`events`, without end; its agents are those of the archive."""
    return _Stream(size, seed, part="v", elapsed=DAYS).events()


def day(number: int) -> str:
    """Returns a day as text, counted from the first of the two years, which is number 0."""
    return (START + dt.timedelta(days=number)).isoformat()


class _Draw:
    """Random choices that are the same in every version of Python."""

    def __init__(self, seed: str) -> None:
        self.share = random.Random(seed).random

    def below(self, end: int) -> int:
        return int(self.share() * end)

    def between(self, first: int, last: int) -> int:
        return first + self.below(last - first + 1)

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def ranked(self, weights: Sequence[float]) -> int:
        return bisect_right(weights, self.share() * weights[-1])


def _zipf(number: int, exponent: float) -> list[float]:
    return list(accumulate(rank**-exponent for rank in range(1, number + 1)))


MEASURE_RANKS: Final = _zipf(len(AGGREGATIONS), 1.0)
SUBJECT_RANKS: Final = _zipf(SUBJECTS, 0.6)
PLACE_RANKS: Final = _zipf(PLACES, 0.6)
SPEAKER_RANKS: Final = _zipf(len(SPEAKERS), 0.6)
CHAIN_LENGTHS: Final = (0.5, 0.85, 1.0)


@attrs.frozen(kw_only=True)
class _Said:
    """An act of speech that several documents may quote."""

    slug: str | None
    frame: Frame
    speaker: str
    value: Quantity
    stated: ImpreciseDate | None
    valid: ImpreciseDate | None
    reading: ValidReading | None


class _Stream:
    """Documents in the order of their arrival, each followed by its assertions."""

    def __init__(self, size: int, seed: int, *, part: str, elapsed: float = 0.0) -> None:
        self._origin = f"{seed}/{size}/{part}"
        self._part = part
        self._draw = _Draw(self._origin)
        self._step = DAYS / max(1, _told(size))
        self._elapsed = elapsed
        self._documents = 0
        self._utterances = 0
        self._quotable: deque[_Said] = deque(maxlen=64)

    def events(self) -> Iterator[Event]:
        """Yields the events, without end."""
        while True:
            document, day = self._document()
            yield DocumentRegistered(actor=ACTOR, document=document)
            self._elapsed += self._step
            for number in range(self._draw.between(*ASSERTIONS_A_DOCUMENT)):
                yield AssertionRecorded(actor=ACTOR, assertion=self._assertion(document.id, number, day))
                self._elapsed += self._step

    def _document(self) -> tuple[Document, int]:
        """Returns the next document and the day of its publication, counted from the start."""
        name = f"{self._part}{self._documents:07}"
        self._documents += 1
        today = int(self._elapsed)
        day = today
        if self._draw.share() < LATE and today >= LATE_DAYS[0]:
            day = today - self._draw.between(LATE_DAYS[0], min(LATE_DAYS[1], today))
        document = Document(
            id=_sha256(f"{self._origin}/{name}"),
            name=name,
            published=_day(day),
            published_basis="the head of the page",
            retrieved=_day(today),
            publisher=self._draw.one_of(MEDIA),
            size=self._draw.between(2_000, 20_000),
            language="en",
        )
        return document, day

    def _assertion(self, document: str, number: int, day: int) -> Assertion:
        draw = self._draw
        said = self._said(day)
        chain = self._chain(said.speaker)
        spanned = len(chain) == 1 and said.slug is None
        return Assertion(
            document=document,
            evidence=(self._span(document, number) if spanned else self._place(document, number),),
            chain=chain,
            utterance=said.slug,
            frame=said.frame,
            value=said.value,
            modality=Modality.CERTAIN if draw.share() < 0.9 else Modality.PROBABLE,
            act=Act.STATE,
            temporality=Temporality.OCCURRED,
            voice=draw.one_of((Voice.BODY, Voice.BODY, Voice.QUOTE, Voice.CAPTION)),
            stated=said.stated,
            valid=said.valid,
            valid_reading=said.reading,
        )

    def _span(self, document: str, number: int) -> TextSpan:
        start = 1_000 + 250 * number + self._draw.below(150)
        end = start + self._draw.between(12, 90)
        return TextSpan(document=document, start=start, end=end, sha256=_sha256(f"{document}/{number}"))

    def _place(self, document: str, number: int) -> Locator:
        return Locator(document=document, place=f"{number:02}:{self._draw.below(60):02}")

    def _chain(self, speaker: str) -> tuple[Link, ...]:
        relays = bisect_right(CHAIN_LENGTHS, self._draw.share())
        first = self._draw.below(len(AGENCIES))
        return (
            *(
                Link(agent=AGENCIES[(first + step) % len(AGENCIES)], role=LinkRole.RELAY, mode=LinkMode.DIRECT)
                for step in range(relays)
            ),
            Link(
                agent=speaker,
                role=LinkRole.SPEAKER,
                mode=self._draw.one_of((LinkMode.DIRECT, LinkMode.INDIRECT)),
                verb=None if relays else self._draw.one_of(VERBS),
            ),
        )

    def _said(self, day: int) -> _Said:
        kind = self._draw.below(6)
        if kind == 0 and self._quotable:
            return self._draw.one_of(self._quotable)
        slug = None
        if kind < 2:
            slug = f"{self._part}{self._utterances:07}"
            self._utterances += 1
        said = self._speech(slug, day)
        if slug is not None:
            self._quotable.append(said)
        return said

    def _speech(self, slug: str | None, day: int) -> _Said:
        draw = self._draw
        frame = _frame(draw)
        dated = draw.share() < 0.6
        stated = _day(max(0, day - draw.below(3))) if dated else None
        valid, reading = (None, None) if dated else self._valid(frame, day)
        return _Said(
            slug=slug,
            frame=frame,
            speaker=SPEAKERS[draw.ranked(SPEAKER_RANKS)],
            value=self._quantity(frame, day),
            stated=stated,
            valid=valid,
            reading=reading,
        )

    def _valid(self, frame: Frame, day: int) -> tuple[ImpreciseDate, ValidReading]:
        aggregation = AGGREGATIONS[int(frame.measure[-2:])]
        end = max(0, day - self._draw.below(4))
        if aggregation is Aggregation.CUMULATIVE:
            return _day(end), ValidReading.UP_TO
        if aggregation is Aggregation.INCREMENT:
            return ImpreciseDate.parse(_day(end).text[:7]), ValidReading.THROUGHOUT
        return _day(end), ValidReading.THROUGHOUT

    def _quantity(self, frame: Frame, day: int) -> Quantity:
        """Returns a quantity: 60 % exact, 25 % vague or bounded, 15 % between two; counts so far grow by the day."""
        draw = self._draw
        grown = day / DAYS if AGGREGATIONS[int(frame.measure[-2:])] is Aggregation.CUMULATIVE else 0.5
        number = 1 + int(int(_sha256(str(frame))[:3], 16) * (0.1 + 0.8 * grown) * (0.9 + 0.2 * draw.share()))
        way = draw.share()
        if way < 0.6:
            return Quantity.exact(number, surface=f"{number:,} people")
        if way < 0.8:
            modifier = draw.one_of(BOUNDED)
            words = modifier.value.replace("_", " ")
            return Quantity(modifier, (str(number),), surface=f"{words} {number:,}")
        if way < 0.85:
            modifier = draw.one_of(VAGUE)
            return Quantity.word(modifier, surface=f"{modifier.value} of people")
        high = number + 1 + draw.below(number)
        return Quantity.between(number, high, surface=f"{number:,} to {high:,}")


def _told(size: int) -> int:
    """Returns how many documents and assertions an archive of ``size`` events has."""
    return max(0, size - 1 - len(MEDIA) - len(AGENCIES) - len(SPEAKERS))


def _frame(draw: _Draw) -> Frame:
    return Frame(
        f"m{draw.ranked(MEASURE_RANKS):02}",
        f"s{draw.ranked(SUBJECT_RANKS):02}",
        f"p{draw.ranked(PLACE_RANKS):03}",
    )


def _day(number: int) -> ImpreciseDate:
    return ImpreciseDate.parse(day(number))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
