"""The engine and the oracle answer alike, for every frame of any small archive at any basis."""

import os
from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, note, settings
from oracle.oracle import Answer, Oracle
from oracle.recorded import Cut, Recorded, Row
from strategies.archives import FORCE_FRAMES, Made, Question, archives, questions, recorded

from kzarchive import Archive
from kzarchive.log.protocol import StoredEvent
from kzarchive.policies.answer import BestKnown
from kzarchive.replay.reasons import Flag
from kzarchive.values.conventions import convention
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.frames import Frame
from kzarchive.wire import codec

CAMPAIGN = int(os.environ.get("KZARCHIVE_AGREEMENT", "20000"))
QUESTIONS = 12


def rows(archive: Archive) -> list[Row]:
    """Returns what the log holds, as the oracle reads it."""
    return [Row(stored.position, stored.recorded // 1_000_000, decoded(stored)) for stored in archive.stored_events()]


def decoded(stored: StoredEvent) -> Any:
    """Returns the event of a row of the log."""
    return codec.decode(stored.type, stored.version, stored.body)


def cut_of(question: Question, recorded: Recorded, position: int) -> Cut:
    """Returns the coordinates as seconds: a bare date cuts ``published`` and ``valid``, each named axis itself.

    Without any date the question is asked at the end of the coverage, where one is declared.
    """
    texts = {name: getattr(question, name) for name in ("published", "stated", "valid", "retrieved")}
    if question.date is not None:
        texts["published"], texts["valid"] = question.date, texts["valid"] or question.date
    elif recorded.coverage is not None and not any(texts.values()):
        texts["published"] = texts["valid"] = recorded.coverage.end.text
    cuts = {
        name: None if text is None else ImpreciseDate.parse(text).bounds(recorded.zone).latest
        for name, text in texts.items()
    }
    return Cut(position=position, possible=question.include == "possible", **cuts)


FLAGS = {Flag.DOWNWARD_REVISION, Flag.PART_EXCEEDS_WHOLE, Flag.SEVERAL_PERIODS}


def essence(answer: BestKnown) -> Answer:
    """Returns what the oracle answers too."""
    return Answer(
        status=answer.status.value,
        low=answer.low,
        best=answer.best,
        high=answer.high,
        open_above=answer.open_above,
        state=answer.state,
        states=tuple(sorted((held.term, held.status.value, held.inferred) for held in answer.states)),
        inferred=answer.inferred,
        flags=frozenset(flag.value for flag in answer.flags if flag in FLAGS),
        why=frozenset(why.assertion for why in answer.why),
        why_not=frozenset(why_not.assertion for why_not in answer.why_not),
        pending=frozenset(answer.pending),
        by_unit=tuple(figures(part) for part in map(essence, answer.by_unit)),
        by_period=tuple(figures(part) for part in map(essence, answer.by_period)),
        broken=frozenset((excess.part, excess.whole) for excess in answer.excesses),
    )


def figures(answer: Answer) -> Answer:
    """Returns an answer without what takes no part in it: of one unit among several only the whole tells that."""
    return attrs.evolve(answer, why_not=frozenset(), pending=frozenset(), flags=frozenset())


def frames_of(archive: Archive) -> list[Frame]:
    """Returns the frames to ask for: all with an assertion, and those that may inherit."""
    return sorted({*archive.frames(), *FORCE_FRAMES})


def check(made: Made, asked: list[Question]) -> None:
    """Asserts that both answer alike."""
    with recorded(made) as archive:
        log = rows(archive)
        for question in asked:
            position = question.position or archive.head
            held = Recorded(log, position)
            cut = cut_of(question, held, position)
            oracle = Oracle(held, cut, convention(question.convention))
            state = archive.as_of(**question.arguments())
            for frame in frames_of(archive):
                note(f"{question} {frame}")
                assert essence(state[frame]) == oracle.answer(frame)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Made, list[Question]]:
    """Draws an archive and questions about it."""
    made = draw(archives())
    return made, draw(st.lists(questions(len(made.events) + 1), min_size=QUESTIONS, max_size=QUESTIONS))


common: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
}


@settings(max_examples=150, **common)
@given(cases())
def test_the_engine_and_the_oracle_agree(case: tuple[Made, list[Question]]) -> None:
    check(*case)


@pytest.mark.long
@settings(max_examples=CAMPAIGN, **common)
@given(cases())
def test_the_engine_and_the_oracle_agree_in_a_campaign(case: tuple[Made, list[Question]]) -> None:
    check(*case)
