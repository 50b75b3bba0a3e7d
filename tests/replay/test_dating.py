"""The bounds of each axis after the assessments that stand, and the times that counts and states refer to."""

import hashlib

import pytest

from kzarchive.derived.index import DerivedIndex
from kzarchive.log.clock import FixedClock
from kzarchive.log.memory import MemoryEventLog
from kzarchive.recording.drafts import draft
from kzarchive.replay.gathering import Ledgers
from kzarchive.values.assertions import Act, Assertion, Modality, Temporality, ValidReading, Voice
from kzarchive.values.bounds import UNBOUNDED, Bounds
from kzarchive.values.content import Text
from kzarchive.values.dated import BEGINNING, Ordered, Spell, counted_to, first_day, minimum, reference, spell
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    Axis,
    DateAssessed,
    DocumentRegistered,
    JudgementWithdrawn,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Vocabulary
from kzarchive.wire import codec

RECORDED = "2022-02-01T00:00:00Z"
PUBLISHED, STATED, VALID, RETRIEVED = Axis.PUBLISHED, Axis.STATED, Axis.VALID, Axis.RETRIEVED


def at(text, zone="UTC"):
    """Returns the bounds of a text in a zone."""
    return ImpreciseDate.parse(text).bounds(zone)


def between(first, last):
    """Returns the bounds from the first second of one text to the last of another; None = open."""
    return Bounds(first and at(first).earliest, last and at(last).latest)


def identity(name):
    return hashlib.sha256(name.encode()).hexdigest()


def date(text):
    return None if text is None else ImpreciseDate.parse(text)


class Log:
    """A log whose documents and assertions are known by short names; everything is recorded within ``RECORDED``."""

    def __init__(self, zone="UTC"):
        self.log = MemoryEventLog(clock=FixedClock(RECORDED.replace("Z", ".900000Z")))
        self.ids = {}
        self.zone = zone
        self.add("opened", ArchiveOpened(actor="clerk", name="toy", zone=zone, vocabulary=Vocabulary(name="toy/1")))
        agent = Agent(slug="speaker", kind=AgentKind.PERSON, names=("Speaker",))
        self.add("speaker", AgentRegistered(actor="clerk", agent=agent))

    def add(self, name, event):
        self.log.append([draft(event, {}, self.zone, codec.encoded(event))])
        self.ids[name] = codec.identity(event)

    def document(self, name, *, published=None, retrieved=None, zone=None):
        basis = None if published is None else "printed"
        document = Document(
            id=identity(name),
            name=name,
            published=date(published),
            published_basis=basis,
            retrieved=date(retrieved),
            zone=zone,
            unhashed=True,
        )
        self.add(name, DocumentRegistered(actor="clerk", document=document))

    def says(self, name, document, *, speaker=True, stated=None, valid=None, reading="throughout", utterance=None):
        link = Link(agent="speaker", role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT)
        assertion = Assertion(
            document=identity(document),
            evidence=(Locator(document=identity(document), place=name),),
            chain=(link,) if speaker else (),
            utterance=utterance,
            frame=Frame.parse("news/all/KZ"),
            value=Text(name),
            modality=Modality.CERTAIN,
            act=Act.STATE,
            temporality=Temporality.OCCURRED,
            voice=Voice.BODY,
            stated=date(stated),
            valid=date(valid),
            valid_reading=None if valid is None else ValidReading(reading),
        )
        self.add(name, AssertionRecorded(actor="clerk", assertion=assertion))

    def assesses(self, name, kind, target, axis, text):
        event = DateAssessed(
            actor="clerk", grounds="context", kind=TargetKind(kind), target=target, axis=axis, date=date(text)
        )
        self.add(name, event)

    def withdraws(self, name):
        self.add(f"not {name}", JudgementWithdrawn(actor="clerk", grounds="a slip", target=self.ids[name]))

    def fixes(self, old, new):
        fix = TranscriptionFixed(actor="clerk", grounds="misread", old=self.ids[old], new=self.ids[new])
        self.add(f"{old}->{new}", fix)

    @property
    def dating(self):
        return Ledgers(self.log, DerivedIndex(self.log, None, writable=False)).index(self.log.head).dating

    def dated(self, name):
        return self.dating.assertion(self.ids[name])

    def dated_document(self, name):
        return self.dating.document(identity(name))


@pytest.fixture
def log():
    return Log()


# Documents


def test_the_dates_of_a_document_are_read_in_its_zone_or_that_of_the_archive():
    log = Log(zone="Asia/Almaty")
    log.document("local", published="2022-01-06", retrieved="2022-01-10")
    log.document("foreign", published="2022-01-06", retrieved="2022-01-10", zone="Europe/Moscow")
    local, foreign = log.dated_document("local"), log.dated_document("foreign")
    assert (local.zone, foreign.zone) == ("Asia/Almaty", "Europe/Moscow")
    assert (local.published, local.retrieved) == (at("2022-01-06", "Asia/Almaty"), at("2022-01-10", "Asia/Almaty"))
    assert foreign.published == at("2022-01-06", "Europe/Moscow")
    assert foreign.retrieved == at("2022-01-10", "Europe/Moscow")
    assert (local.document.name, local.published_date) == ("local", ImpreciseDate.parse("2022-01-06"))


def test_an_unknown_date_is_bounded_by_those_that_follow_and_precede(log):
    log.document("bare")
    log.document("captured", retrieved="2022-01-10")
    log.document("printed", published="2022-01-06")
    bare, captured, printed = (log.dated_document(name) for name in ("bare", "captured", "printed"))
    second = at(RECORDED).earliest
    assert (bare.published, bare.retrieved) == (Bounds(None, second), Bounds(None, second))
    assert bare.published_date is None
    assert (captured.published, captured.retrieved) == (between(None, "2022-01-10"), at("2022-01-10"))
    assert (printed.published, printed.retrieved) == (at("2022-01-06"), Bounds(at("2022-01-06").earliest, second))
    assert [dated.contradicts for dated in (bare, captured, printed)] == [False] * 3


def test_a_document_is_published_by_when_it_was_retrieved(log):
    log.document("d", published="2022-01", retrieved="2022-01-10")
    found = log.dated_document("d")
    assert (found.published, found.retrieved) == (between("2022-01-01", "2022-01-10"), at("2022-01-10"))


def test_a_document_is_retrieved_no_earlier_than_published_and_no_later_than_recorded(log):
    log.document("d", published="2022-01-06", retrieved="2022")
    assert log.dated_document("d").retrieved == Bounds(at("2022-01-06").earliest, at(RECORDED).earliest)


def test_published_after_retrieved_is_kept_and_flagged(log):
    log.document("d", published="2022-01-11", retrieved="2022-01-10")
    found = log.dated_document("d")
    assert found.contradicts
    assert (found.published, found.retrieved) == (at("2022-01-11"), at("2022-01-10"))


def test_retrieved_after_recorded_is_kept_and_flagged(log):
    log.document("d", published="2022-01-11", retrieved="2022-02-02")
    found = log.dated_document("d")
    assert found.contradicts
    assert (found.published, found.retrieved) == (at("2022-01-11"), at("2022-02-02"))


def test_the_second_of_the_recording_is_the_last_on_which_a_document_can_have_been_retrieved(log):
    log.document("same", published="2022-01-11", retrieved="2022-02-01T00:00:00Z")
    log.document("next", published="2022-01-11", retrieved="2022-02-01T00:00:01Z")
    assert (log.dated_document("same").contradicts, log.dated_document("next").contradicts) == (False, True)


# Assessments


def test_the_last_standing_assessment_of_a_document_counts_on_its_axis(log):
    log.document("d", published="2022-01-06", retrieved="2022-01-20")
    log.document("other", published="2022-01-06", retrieved="2022-01-20")
    log.assesses("first", "document", identity("d"), PUBLISHED, "2022-01-08")
    log.assesses("second", "document", identity("d"), PUBLISHED, "2022-01-09~")
    log.assesses("capture", "document", identity("d"), RETRIEVED, "2022-01-21")
    found = log.dated_document("d")
    assert (found.published, found.retrieved) == (at("2022-01-09"), at("2022-01-21"))
    assert found.published_date == ImpreciseDate.parse("2022-01-09~")
    assert log.dated_document("other").published == at("2022-01-06")
    log.withdraws("second")
    assert log.dated_document("d").published == at("2022-01-08")


def test_an_assessment_of_an_assertion_goes_before_one_of_its_utterance(log):
    log.document("d", published="2022-01-20")
    log.says("one", "d", stated="2022-01-06", utterance="briefing")
    log.says("two", "d", stated="2022-01-06", utterance="briefing")
    log.says("alone", "d", stated="2022-01-06")
    log.assesses("its own", "assertion", log.ids["one"], STATED, "2022-01-07")
    log.assesses("all", "utterance", "briefing", STATED, "2022-01-08")
    assert [log.dated(name).stated for name in ("one", "two", "alone")] == [
        at("2022-01-07"),
        at("2022-01-08"),
        at("2022-01-06"),
    ]
    assert [log.dating.stated_date(log.ids[name]).text for name in ("one", "two", "alone")] == [
        "2022-01-07",
        "2022-01-08",
        "2022-01-06",
    ]


def test_an_assessment_of_one_axis_leaves_the_other(log):
    log.document("d", published="2022-01-20")
    log.says("a", "d", stated="2022-01-06", valid="2022-01-05")
    log.assesses("when", "assertion", log.ids["a"], VALID, "2022-01-04/2022-01-05")
    found = log.dated("a")
    assert (found.stated, found.valid.text) == (at("2022-01-06"), "2022-01-04/2022-01-05")


def test_an_assessment_of_a_misread_assertion_is_one_of_what_stands_for_it(log):
    log.document("d", published="2022-01-20")
    for name in ("misread", "again", "right"):
        log.says(name, "d", stated="2022-01-06")
    log.assesses("when", "assertion", log.ids["misread"], STATED, "2022-01-09")
    log.fixes("misread", "again")
    log.fixes("again", "right")
    assert [log.dated(name).stated for name in ("misread", "again", "right")] == [at("2022-01-09")] * 3


# Assertions


def test_an_assertion_knows_where_it_comes_from(log):
    log.document("d", published="2022-01-08", retrieved="2022-01-10")
    log.says("a", "d", stated="2022-01-06", valid="2022-01-05", reading="within")
    found = log.dated("a")
    assert (found.id, found.position, found.assertion.value) == (log.ids["a"], 4, Text("a"))
    assert found.document == log.dated_document("d")
    assert (found.stated, found.published, found.retrieved) == (at("2022-01-06"), at("2022-01-08"), at("2022-01-10"))
    assert (found.valid.text, found.reading) == ("2022-01-05", ValidReading.WITHIN)
    assert (found.uncertain, found.contradicts) == (False, False)


def test_an_own_voice_without_a_date_is_stated_when_published_and_follows_an_assessment(log):
    log.document("d", published="2022-01-08")
    log.says("own", "d", speaker=False)
    log.says("speaker", "d")
    log.says("dated", "d", speaker=False, stated="2022-01-03")
    assert [log.dated(name).stated for name in ("own", "speaker", "dated")] == [
        at("2022-01-08"),
        between(None, "2022-01-08"),
        at("2022-01-03"),
    ]
    log.assesses("later", "document", identity("d"), PUBLISHED, "2022-01-09")
    assert [log.dated(name).stated for name in ("own", "speaker")] == [at("2022-01-09"), between(None, "2022-01-09")]


def test_a_word_is_stated_by_when_its_document_is_published_and_no_document_is_older_than_its_words(log):
    log.document("d", published="[2022-01-05..2022-01-10]", retrieved="2022-01")
    log.says("a", "d", stated="2022-01")
    log.says("b", "d", stated="2022-01-08")
    first, second = log.dated("a"), log.dated("b")
    assert (first.stated, first.published) == (between("2022-01-01", "2022-01-10"), between("2022-01-05", "2022-01-10"))
    assert second.published == between("2022-01-08", "2022-01-10")
    assert second.retrieved == between("2022-01-08", "2022-01-31")
    assert (first.contradicts, second.contradicts) == (False, False)


def test_a_word_stated_after_its_publication_is_kept_and_flagged(log):
    log.document("d", published="2022-01-08", retrieved="2022-01-10")
    log.says("early", "d", stated="2022-01-07")
    log.says("late", "d", stated="2022-01-09")
    early, late = log.dated("early"), log.dated("late")
    assert (early.contradicts, late.contradicts) == (False, True)
    assert (late.stated, late.published) == (at("2022-01-09"), at("2022-01-08"))


def test_a_document_whose_dates_contradict_each_other_flags_its_words(log):
    log.document("d", published="2022-01-11", retrieved="2022-01-10")
    log.says("a", "d", stated="2022-01-07")
    assert log.dated("a").contradicts


@pytest.mark.parametrize(
    ("published", "stated", "valid", "uncertain"),
    [
        ("2022-01-08", "2022-01-07", "2022-01-06", False),
        ("2022-01-08?", "2022-01-07", "2022-01-06", True),
        ("2022-01-08", "2022-01-07~", "2022-01-06", True),
        ("2022-01-08", "2022-01-07", "2022-01-06/2022-01-07%", True),
        ("2022-01-08", None, None, False),
        (None, None, None, False),
        (None, None, "2022-01-06~", True),
    ],
)
def test_what_rests_on_a_marked_date_is_uncertain(log, published, stated, valid, uncertain):
    log.document("d", published=published)
    log.says("a", "d", stated=stated, valid=valid)
    assert log.dated("a").uncertain is uncertain


def test_an_assertion_without_valid_has_no_reading_until_an_analyst_dates_it(log):
    log.document("d", published="2022-01-08")
    log.says("a", "d")
    assert (log.dated("a").valid, log.dated("a").reading) == (None, None)
    log.assesses("when", "assertion", log.ids["a"], VALID, "2022-01-02/2022-01-05")
    assert (log.dated("a").valid.text, log.dated("a").reading) == ("2022-01-02/2022-01-05", ValidReading.THROUGHOUT)


# Order of two moments


def test_a_pair_in_order_is_tightened():
    order = Ordered()
    assert order.by(Bounds(1, 9), Bounds(3, 5)) == Bounds(1, 5)
    assert order.after(Bounds(1, 9), Bounds(3, 5)) == Bounds(3, 9)
    assert order.by(UNBOUNDED, Bounds(3, 5)) == Bounds(None, 5)
    assert order.contradicts is False


def test_a_pair_against_the_order_is_kept_and_remembered():
    order = Ordered()
    assert order.by(Bounds(6, 9), Bounds(3, 5)) == Bounds(6, 9)
    assert order.contradicts is True
    assert order.by(Bounds(1, 2), Bounds(3, 5)) == Bounds(1, 2)
    assert order.contradicts is True
    other = Ordered()
    assert other.after(Bounds(1, 2), Bounds(3, 5)) == Bounds(1, 2)
    assert other.contradicts is True


@pytest.mark.parametrize(
    ("one", "other", "earlier"),
    [
        (Bounds(1, 5), Bounds(3, 9), Bounds(1, 5)),
        (Bounds(1, 9), Bounds(3, 5), Bounds(1, 5)),
        (Bounds(1, 5), Bounds(None, 9), Bounds(None, 5)),
        (Bounds(1, 5), Bounds(3, None), Bounds(1, 5)),
        (Bounds(1, None), Bounds(3, None), Bounds(1, None)),
        (UNBOUNDED, Bounds(3, 9), Bounds(None, 9)),
        (UNBOUNDED, UNBOUNDED, UNBOUNDED),
    ],
)
def test_the_earlier_of_two_moments(one, other, earlier):
    assert minimum(one, other) == earlier == minimum(other, one)


# What counts and states refer to: stated on 10 January in a document of 12 January

TENTH = "2022-01-10"
ZONE = "Asia/Almaty"


def said(valid, reading="throughout"):
    log = Log(zone=ZONE)
    log.document("d", published="2022-01-12")
    log.says("a", "d", stated=TENTH, valid=valid, reading=reading)
    dated = log.dated("a")
    assert dated.stated == at(TENTH, ZONE)
    return dated


def local(first, last=None):
    """Returns the bounds from the start of one text to the end of another in the zone; ``last=None``: the same."""
    return Bounds(first and at(first, ZONE).earliest, at(last or first, ZONE).latest)


@pytest.mark.parametrize(
    ("valid", "reading", "refers_to"),
    [
        (None, None, local(TENTH)),
        ("2022-01-05", "throughout", local("2022-01-05")),
        ("2022-01-05", "up_to", local("2022-01-05")),
        ("2022-01-14", "throughout", local(TENTH)),
        ("2022-01", "throughout", local("2022-01-01", TENTH)),
        ("[2022-01-03..2022-01-05]", "within", local("2022-01-03", "2022-01-05")),
        ("[..2022-01-05]", "throughout", local(None, "2022-01-05")),
        ("[2022-01-03..]", "throughout", local("2022-01-03", TENTH)),
        ("2022-01-03/2022-01-05", "throughout", local("2022-01-05")),
        ("2022-01-03/2022-01-05", "up_to", local("2022-01-05")),
        ("2022-01-03/2022-01-05", "within", local("2022-01-03", "2022-01-05")),
        ("2022-01-03/2022-01", "throughout", local("2022-01-01", TENTH)),
        ("2022-01-03/2022-01-14", "throughout", local(TENTH)),
        ("2022-01-03/2022-01-14", "within", local("2022-01-03", TENTH)),
        ("2022-01-03/..", "throughout", local(TENTH)),
        ("2022-01-03/..", "within", local("2022-01-03", TENTH)),
        ("../2022-01-05", "throughout", local("2022-01-05")),
        ("/2022-01-05", "throughout", local("2022-01-05")),
        ("2022-01-03/", "throughout", local("2022-01-03", TENTH)),
        ("../", "throughout", local(None, TENTH)),
        ("../..", "throughout", local(TENTH)),
    ],
)
def test_a_count_refers_to_the_end_of_its_days_and_never_to_later_than_it_was_stated(valid, reading, refers_to):
    dated = said(valid, reading)
    assert reference(dated, dated.stated) == refers_to


@pytest.mark.parametrize("valid", [None, "2022-01-03/..", "../.."])
def test_days_without_an_end_of_their_own_count_to_when_it_was_stated(valid):
    assert counted_to(said(valid)) is None


@pytest.mark.parametrize(
    ("valid", "reading", "counted"),
    [
        ("2022-01-14", "throughout", local("2022-01-14")),
        ("2022-01", "up_to", local("2022-01")),
        ("2022-01-03/2022-01-14", "throughout", local("2022-01-14")),
        ("2022-01-03/2022-01-14", "within", local("2022-01-03", "2022-01-14")),
        ("2022-01-03/", "throughout", Bounds(local("2022-01-03").earliest, None)),
    ],
)
def test_the_end_of_the_days_of_a_count_whenever_it_was_stated(valid, reading, counted):
    assert counted_to(said(valid, reading)) == counted


def test_a_count_without_days_refers_to_when_it_was_stated_as_other_appearances_narrow_it():
    assert reference(said(None), local("2022-01-09", TENTH)) == local("2022-01-09", TENTH)


LAST = local(TENTH).latest
ALWAYS = Bounds(BEGINNING, BEGINNING)


@pytest.mark.parametrize(
    ("valid", "reading", "expected"),
    [
        (None, None, Spell(local(TENTH), None, LAST)),
        ("2022-01-05", "throughout", Spell(local("2022-01-05"), None, local("2022-01-05").latest)),
        ("2022-01", "throughout", Spell(local("2022-01-01"), None, local("2022-01").latest)),
        ("2021~", "throughout", Spell(local("2021-01-01"), None, local("2021").latest)),
        ("2022-01", "within", Spell(local("2022-01"), None, local("2022-01").latest)),
        ("2022-01", "up_to", Spell(local("2022-01"), None, local("2022-01").latest)),
        (
            "[2022-01-03..2022-01-05]",
            "throughout",
            Spell(local("2022-01-03", "2022-01-05"), None, local("2022-01-05").latest),
        ),
        (
            "2022-01-03/2022-01-05",
            "within",
            Spell(local("2022-01-03", "2022-01-05"), None, local("2022-01-05").latest),
        ),
        (
            "2022-01-03/2022-01-05",
            "throughout",
            Spell(local("2022-01-03"), local("2022-01-05").latest, local("2022-01-05").latest),
        ),
        ("2022-01-03/..", "throughout", Spell(local("2022-01-03"), None, None)),
        ("2022-01-03/", "throughout", Spell(local("2022-01-03"), None, LAST)),
        ("../2022-01-05", "throughout", Spell(ALWAYS, local("2022-01-05").latest, local("2022-01-05").latest)),
        (
            "/2022-01-05",
            "throughout",
            Spell(local(None, "2022-01-05"), local("2022-01-05").latest, local("2022-01-05").latest),
        ),
        ("../..", "throughout", Spell(ALWAYS, None, None)),
        ("../", "throughout", Spell(ALWAYS, None, LAST)),
        ("/..", "throughout", Spell(local(None, TENTH), None, None)),
    ],
)
def test_the_days_of_a_state_as_claimed(valid, reading, expected):
    dated = said(valid, reading)
    assert spell(dated, dated.stated) == expected


@pytest.mark.parametrize(
    ("valid", "first"),
    [
        ("2022-01", "2022-01-01"),
        ("2022-12?", "2022-12-01"),
        ("2022", "2022-01-01"),
        ("-0044%", "-0044-01-01"),
        ("2022-01-05", "2022-01-05"),
        ("2022-21", "2022-21"),
        ("202X", "202X"),
        ("2022-01/2022-02", "2022-01/2022-02"),
    ],
)
def test_a_whole_month_or_year_has_a_first_day_and_no_other_date_has(valid, first):
    assert first_day(ImpreciseDate.parse(valid)).text == first


def test_always_is_before_every_date():
    assert at("Y-99999999").earliest > BEGINNING
