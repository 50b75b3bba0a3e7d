"""Answers from numbers alone are those that the rules give over whole claims: the short ways change nothing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import hypothesis.strategies as st
from hypothesis import given, settings

from kzarchive import Archive
from kzarchive.replay import selection, speech
from kzarchive.replay.thinning import Thinned
from kzarchive.values.assertions import Act, Assertion, Modality, Temporality, ValidReading, Voice
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Aggregation, Measure, Place, Subject, ValueType, Vocabulary

COUNTS = {"dead": Aggregation.CUMULATIVE, "waiting": Aggregation.LEVEL, "born": Aggregation.INCREMENT}
VOCABULARY = Vocabulary(
    name="plain/1",
    measures=tuple(
        Measure(slug=slug, definition=slug, value=ValueType.QUANTITY, aggregation=aggregation, unit="person")
        for slug, aggregation in COUNTS.items()
    ),
    subjects=(Subject(slug="all", definition="Everybody."),),
    places=(Place(slug="X", definition="There."),),
)
KINDS = {"ministry": AgentKind.ORGANISATION, "police": AgentKind.ORGANISATION, "officials": AgentKind.COLLECTIVE}
CHAINS = [(), ("ministry",), ("ministry",), ("police",), ("agency", "police"), ("officials",)]
DAYS = [f"2022-01-{day:02}" for day in range(4, 12)]
TIMES = ["2022-01-06T10:00:00Z", "2022-01-06T10:00:01Z"] * 2
QUANTITIES = [
    *(Quantity.exact(number, surface="as said") for number in (3, 5, 8)),
    Quantity.more_than(4, surface="more than four"),
    Quantity.at_least(5, surface="at least five"),
    Quantity.at_most(6, surface="at most six"),
    Quantity.about(5, surface="about five"),
    Quantity.between(2, 6, surface="two to six"),
    Quantity.word("dozens", surface="dozens"),
    Quantity.higher_than(surface="may be higher"),
    Quantity.exact(2**64, surface="beyond all measure"),
]


def date(text: str | None) -> ImpreciseDate | None:
    return None if text is None else ImpreciseDate.parse(text)


@st.composite
def documents(draw: st.DrawFn, number: int) -> Document:
    """Draws a document: published on a known day, on one of two, or nobody knows when."""
    text = draw(st.sampled_from([*DAYS, *DAYS, "[2022-01-05..2022-01-08]", "2022-01", None]))
    return Document(
        id=hashlib.sha256(bytes([number])).hexdigest(),
        name=f"d{number}",
        published=date(text),
        published_basis=None if text is None else "its head",
        publisher=draw(st.sampled_from([None, "paper", "paper", "officials"])),
        size=100,
    )


@st.composite
def assertions(draw: st.DrawFn, number: int, document: Document) -> Assertion:
    """Draws a count, mostly a plain one, said by one of a few who speak often."""
    speakers = draw(st.sampled_from(CHAINS))
    valid = draw(st.sampled_from([None, None, *DAYS, "2022-01-04/2022-01-06", "2022-01-05/..", "2022-01-05/"]))
    return Assertion(
        document=document.id,
        evidence=(Locator(document=document.id, place=str(number)),),
        chain=tuple(Link(agent=slug, role=LinkRole.SPEAKER, mode=draw(st.sampled_from(LinkMode))) for slug in speakers),
        utterance=draw(st.sampled_from([None, None, None, None, "briefing", f"u{number}"])),
        frame=Frame(draw(st.sampled_from([*COUNTS, "dead", "dead"])), "all", "X"),
        value=draw(st.sampled_from(QUANTITIES)),
        modality=draw(st.sampled_from([Modality.CERTAIN] * 6 + [Modality.POSSIBLE])),
        act=Act.STATE,
        temporality=draw(st.sampled_from([Temporality.OCCURRED] * 6 + [Temporality.PROSPECTIVE])),
        voice=draw(st.sampled_from([Voice.BODY, Voice.HEADLINE])),
        stated=date(draw(st.sampled_from([None, *DAYS, *DAYS, "[2022-01-05..2022-01-07]", *TIMES]))),
        valid=date(valid),
        valid_reading=None if valid is None else draw(st.sampled_from([ValidReading.THROUGHOUT, ValidReading.WITHIN])),
    )


@st.composite
def archives(draw: st.DrawFn) -> list[Any]:
    """Draws the events of an archive whose speakers repeat and revise themselves."""
    held = [draw(documents(number)) for number in range(draw(st.integers(1, 4)))]
    said = [draw(assertions(number, draw(st.sampled_from(held)))) for number in range(draw(st.integers(1, 14)))]
    kinds = {**KINDS, "paper": AgentKind.MEDIA, "agency": AgentKind.MEDIA}
    return [*(Agent(slug=slug, kind=kind, names=(slug,)) for slug, kind in kinds.items()), *held, *said]


@contextmanager
def the_long_way() -> Iterator[None]:
    """Every utterance is looked up in the view, and nothing is set aside by its numbers."""

    def looked_up(self: speech.Speeches, fact: Any) -> Any:
        view = self._view
        return view.origin(view.index.utterance_of(fact)), view.stated(fact.id)

    with (
        mock.patch.object(selection, "thinned", lambda facts, *_: Thinned(list(facts), [], False)),
        mock.patch.object(speech.Speeches, "of", looked_up),
        mock.patch.object(speech.Speeches, "is_alone", return_value=False),
    ):
        yield


cuts = st.fixed_dictionaries(
    {},
    optional={
        "published": st.sampled_from(DAYS),
        "valid": st.sampled_from(DAYS),
        "stated": st.sampled_from(DAYS),
        "include": st.sampled_from(["definite", "possible"]),
    },
)


@settings(max_examples=300, deadline=None)
@given(archives(), cuts)
def test_the_short_way_gives_the_answers_of_the_long_one(events: list[Any], cut: dict[str, str]) -> None:
    with Archive.in_memory(vocabulary=VOCABULARY) as archive:
        archive.append(events)
        short = [answer.to_dict() for answer in archive.as_of(**cut)]
        with the_long_way():
            long = [answer.to_dict() for answer in archive.as_of(**cut)]
    assert long == short


def test_what_a_later_word_replaced_is_told_with_what_replaced_it() -> None:
    """The ministry counts 3, then 5, then 8: the first two are set aside, and still name what replaced them."""
    document = Document(id="0" * 64, name="d", published=date("2022-01-10"), published_basis="its head", size=1)
    ministry = Agent(slug="ministry", kind=AgentKind.ORGANISATION, names=("the ministry",))
    with Archive.in_memory(vocabulary=VOCABULARY) as archive:
        said = [
            Assertion(
                document=document.id,
                evidence=(Locator(document=document.id, place=day),),
                chain=(Link(agent="ministry", role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT),),
                frame=Frame("dead", "all", "X"),
                value=Quantity.exact(number, surface=str(number)),
                modality=Modality.CERTAIN,
                act=Act.STATE,
                temporality=Temporality.OCCURRED,
                voice=Voice.BODY,
                stated=date(day),
            )
            for number, day in ((3, "2022-01-05"), (5, "2022-01-06"), (8, "2022-01-07"))
        ]
        archive.append([ministry, document, *said])
        answer = archive.as_of(published="2022-01-10")["dead/all/X"]
        newest = next(why.assertion for why in answer.why)
        assert (answer.low, answer.best, answer.high) == (8, 8, 8)
        assert [f"superseded by {newest[:12]} of the same origin"] * 2 == [lost.detail for lost in answer.why_not]
