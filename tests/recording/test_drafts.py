"""Drafts: what an event tells the indexes beside its body, in the zone of its document."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import values as some
from strategies.toy import harbour_archive, harbour_sheets

from kzarchive.log.checks import checked_drafts
from kzarchive.log.protocol import Columns
from kzarchive.recording.drafts import NO_COLUMNS, draft, drafts, named_documents
from kzarchive.replay.ledger import Ledger
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import AssertionRecorded, CoverageDeclared, DocumentRegistered, UnknownEvent
from kzarchive.wire import codec

SALT = "5" * 64


def day(date, zone):
    bounds = ImpreciseDate.parse(date).bounds(zone)
    return bounds.earliest, bounds.latest


@pytest.fixture
def shut():
    """The port is shut throughout 6 May 2031, says the document itself."""
    return next(event for _, event in harbour_sheets()[0].events if isinstance(event, AssertionRecorded))


def test_an_assertion_shows_its_document_its_frame_and_its_times(shut):
    columns = draft(shut, {}, "UTC").columns
    assert columns == Columns(
        document=bytes.fromhex(shut.assertion.document),
        frame="port_status/all/port",
        valid_earliest=day("2031-05-06", "UTC")[0],
        valid_latest=day("2031-05-06", "UTC")[1],
    )


def test_times_are_those_of_the_documents_zone_before_the_archives(shut):
    document = next(event.document for _, event in harbour_sheets()[0].events if isinstance(event, DocumentRegistered))
    zoned = attrs.evolve(document, zone="Asia/Tokyo")
    columns = draft(shut, {document.id: zoned}, "UTC").columns
    assert (columns.valid_earliest, columns.valid_latest) == day("2031-05-06", "Asia/Tokyo")
    assert columns.valid_earliest == day("2031-05-06", "UTC")[0] - 9 * 3600


def test_a_time_that_is_not_given_stays_open(shut):
    later = attrs.evolve(shut.assertion, stated=ImpreciseDate.parse("[2031-05-06..]"), valid=None, valid_reading=None)
    columns = draft(attrs.evolve(shut, assertion=later), {}, "UTC").columns
    assert (columns.stated_earliest, columns.stated_latest) == (day("2031-05-06", "UTC")[0], None)
    assert (columns.valid_earliest, columns.valid_latest) == (None, None)


def test_a_protected_assertion_shows_nothing(shut):
    protected = attrs.evolve(shut, assertion=attrs.evolve(shut.assertion, salt=SALT))
    assert draft(protected, {}, "UTC").columns == NO_COLUMNS == Columns()


def test_an_assertion_does_not_show_the_id_of_a_protected_document(shut):
    document = next(event.document for _, event in harbour_sheets()[0].events if isinstance(event, DocumentRegistered))
    assert document.id == shut.assertion.document
    shown, hidden = (
        draft(shut, {document.id: attrs.evolve(document, salt=salt)}, "UTC").columns for salt in (None, SALT)
    )
    assert shown.document == bytes.fromhex(document.id)
    assert hidden == shown._replace(document=None)


def test_a_document_shows_its_id_unless_it_is_protected():
    event = next(event for _, event in harbour_sheets()[0].events if isinstance(event, DocumentRegistered))
    assert draft(event, {}, "UTC").columns == Columns(document=bytes.fromhex(event.document.id))
    protected = attrs.evolve(event, document=attrs.evolve(event.document, salt=SALT))
    assert draft(protected, {}, "UTC").columns == NO_COLUMNS


def test_a_draft_is_the_event_as_the_codec_writes_it(shut):
    made = draft(shut, {}, "UTC")
    identity = codec.assertion_id(shut.assertion)
    assert (made.type, made.version, made.body) == ("assertion.recorded", 1, codec.encode(shut))
    assert (made.identity.hex(), made.label) == (identity, None)


def test_an_event_of_an_unknown_type_keeps_its_bytes():
    made = draft(UnknownEvent(type="port.flooded", version=2, body=b'{"depth":3}'), {}, "UTC")
    assert (made.type, made.version, made.body, made.columns) == ("port.flooded", 2, b'{"depth":3}', NO_COLUMNS)


def test_other_events_show_nothing():
    end = ImpreciseDate.parse("2031-05-07")
    assert draft(CoverageDeclared(actor="clerk", end=end, grounds="g"), {}, "UTC").columns == NO_COLUMNS


def test_the_documents_of_a_batch_are_the_new_ones_and_those_that_its_assertions_rest_on(shut):
    registered = next(event for _, event in harbour_sheets()[0].events if isinstance(event, DocumentRegistered))
    document = registered.document
    assert named_documents([registered, shut], Ledger())(document.id) == document
    with harbour_archive() as archive:
        assert named_documents([shut], archive.ledger)(document.id) == document


def test_what_the_archive_stores_are_these_columns():
    with harbour_archive() as archive:
        headers = list(archive._log.headers(types=["assertion.recorded"]))
    assert {header.columns.frame for header in headers} == {
        "port_status/all/port",
        "dismissed/all/port",
        "ships_waiting/all/port.north",
        "wage/all/port",
    }
    assert headers[0].columns.valid_earliest == day("2031-05-06", "Europe/Riga")[0]


@given(st.lists(some.events, max_size=5))
def test_the_drafts_of_events_of_known_types_keep_the_rules_of_the_format(events):
    made = drafts(events, {}.get, "Asia/Almaty", [codec.encoded(event) for event in events])
    assert checked_drafts(made) == tuple(made)
