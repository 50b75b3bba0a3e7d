"""Ids: of what is asserted, of a document's bytes, and of an event's body."""

import re

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import values as some

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
from kzarchive.values.canonical import canonical, content_id
from kzarchive.values.content import Status, Text
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import AssertionRecorded, DocumentRegistered, JudgementWithdrawn, UnknownEvent
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Link, LinkMode, LinkRole
from kzarchive.wire import codec

A, B, C = "a" * 64, "b" * 64, "c" * 64

# One assertion with every field filled, and other values for each.
FULL = Assertion(
    document=A,
    evidence=(Locator(document=A, place="page 1"),),
    chain=(Link(agent="mayor", role=LinkRole.SPEAKER, mode=LinkMode.DIRECT),),
    utterance="mayor-4-march",
    frame=Frame("drowned", "all", "UR"),
    value=Quantity.exact(30, surface="30"),
    modality=Modality.CERTAIN,
    act=Act.STATE,
    temporality=Temporality.OCCURRED,
    voice=Voice.BODY,
    stated=ImpreciseDate.parse("2021-03-04"),
    valid=ImpreciseDate.parse("2021-03-03"),
    valid_reading=ValidReading.UP_TO,
    relations=(Relation(kind=RelationKind.INCLUDES, target=B),),
    hedge="perhaps",
    note="Our reading.",
    salt=C,
)
OTHERS = {
    "document": some.ids,
    "evidence": some.tuples_of(some.anchors(st.just(A)), min_size=1),
    "chain": some.chains,
    "utterance": some.optional(some.slugs),
    "frame": some.frames,
    "value": some.values,
    "modality": st.sampled_from(Modality),
    "act": st.sampled_from(some.HARMLESS_ACTS),
    "temporality": st.sampled_from(Temporality),
    "voice": st.sampled_from(Voice),
    "stated": some.optional(some.moments),
    "valid": some.dates,
    "valid_reading": st.sampled_from(ValidReading),
    "relations": some.tuples_of(some.relations()),
    "hedge": some.optional(some.texts),
    "salt": some.optional(some.ids),
}


@pytest.mark.parametrize("field", OTHERS)
def test_another_value_of_any_field_is_another_assertion(field):
    @given(OTHERS[field])
    def check(value):
        assume(value != getattr(FULL, field))
        change = {field: value}
        if field == "document":
            change["evidence"] = (Locator(document=value, place="page 1"),)

        assert codec.assertion_id(attrs.evolve(FULL, **change)) != codec.assertion_id(FULL)

    check()


def test_every_field_but_the_note_is_tried():
    assert {*OTHERS, "note"} == {field.name for field in attrs.fields(Assertion)}


@given(some.assertions(), some.optional(some.texts))
def test_a_note_does_not_change_the_id(assertion, note):
    noted = AssertionRecorded(actor="archive", assertion=attrs.evolve(assertion, note=note))

    assert codec.assertion_id(noted.assertion) == codec.assertion_id(assertion)
    assert codec.identity(noted) == codec.assertion_id(assertion)


def test_who_recorded_it_does_not_change_the_id():
    assert codec.identity(AssertionRecorded(actor="one", assertion=FULL)) == codec.identity(
        AssertionRecorded(actor="two", assertion=FULL)
    )


@given(some.assertions(), some.ids, some.ids)
def test_a_protected_assertion_has_another_id_under_another_salt(assertion, salt, other):
    assume(salt != other)
    plain, one, two = (attrs.evolve(assertion, salt=value) for value in (None, salt, other))

    assert len({codec.assertion_id(said) for said in (plain, one, two)}) == 3


@given(some.documents(), some.documents(), some.slugs, some.slugs)
def test_the_identity_of_a_document_is_that_of_its_bytes(one, other, actor, another):
    one, other = (attrs.evolve(document, salt=None) for document in (one, other))
    same = attrs.evolve(other, id=one.id)
    events = [
        DocumentRegistered(actor=actor, document=one),
        DocumentRegistered(actor=another, document=same),
        DocumentRegistered(actor=actor, document=other),
    ]
    identities = [codec.identity(event) for event in events]

    assert identities[0] == identities[1]
    assert (identities[0] == identities[2]) == (one.id == other.id)


@given(some.documents(), some.ids, some.ids)
def test_the_identity_of_a_protected_document_covers_its_salt(document, salt, other):
    """Who has the bytes, or guesses them, cannot tell from the header that they were here."""
    assume(salt != other)
    copies = (attrs.evolve(document, salt=value) for value in (None, salt, other))
    assert len({codec.identity(DocumentRegistered(actor="archive", document=copy)) for copy in copies}) == 3


@given(some.events, some.slugs)
def test_the_identity_of_any_other_event_covers_its_maker(event, actor):
    assume(actor != event.actor and not isinstance(event, (AssertionRecorded, DocumentRegistered)))

    assert codec.identity(attrs.evolve(event, actor=actor)) != codec.identity(event)


@given(some.events)
def test_an_identity_is_64_hexadecimal_digits(event):
    assert re.fullmatch("[0-9a-f]{64}", codec.identity(event))


def test_the_identity_of_an_unknown_event_covers_type_version_and_bytes():
    events = [
        UnknownEvent(type="a.b", version=1, body=b"{}"),
        UnknownEvent(type="a.c", version=1, body=b"{}"),
        UnknownEvent(type="a.b", version=2, body=b"{}"),
        UnknownEvent(type="a.b", version=1, body=b"[]"),
    ]

    assert len({codec.identity(event) for event in events}) == 4


def test_kinds_of_things_do_not_share_ids():
    """The same bytes as an assertion, as an event and as a document are three things."""
    body = canonical(codec.plain(FULL))
    ids = {content_id(f"kzarchive.{kind}/1", body) for kind in ("assertion", "event", "document")}

    assert len(ids) == 3


def test_a_withdrawal_said_twice_is_one_event():
    events = [JudgementWithdrawn(actor="dr-k", grounds="A slip.", target=C) for _ in range(2)]

    assert len({codec.identity(event) for event in events}) == 1


def test_a_status_and_a_text_of_the_same_word_are_two_assertions():
    status = attrs.evolve(FULL, value=Status("broken"))
    text = attrs.evolve(FULL, value=Text("broken"))

    assert codec.assertion_id(status) != codec.assertion_id(text)
