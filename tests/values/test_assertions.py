"""The assertion: its rules, one by one and together."""

import attrs
import pytest
from hypothesis import given
from strategies import values as some

from kzarchive.errors import InvalidEvent
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
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, UnknownReason
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Link, LinkMode, LinkRole

A, B = "a" * 64, "b" * 64
SLUG = "expected a slug of 1 to 80 ASCII letters, digits, '_', '-', '.', ':' that begins with a letter or a digit"
TEXT = "expected non-empty text of at most 4000 characters"
ID = "expected 64 lower-case hexadecimal digits"
DAY, DAYS = ImpreciseDate.parse("2021-03-04"), ImpreciseDate.parse("2021-03-01/2021-03-04")
PAGE = Locator(document=A, place="page 1")
MAYOR = Link(agent="mayor", role=LinkRole.SPEAKER, mode=LinkMode.DIRECT)
ANSWER = Relation(kind=RelationKind.RESPONDS_TO, target=B)
SAID = {
    "document": A,
    "evidence": (PAGE,),
    "frame": Frame("drowned", "all", "UR"),
    "value": Quantity.exact(30, surface="30"),
    "modality": Modality.CERTAIN,
    "act": Act.STATE,
    "temporality": Temporality.OCCURRED,
    "voice": Voice.BODY,
}


def said(**change):
    return Assertion(**{**SAID, **change})


def faults(make, **fields):
    with pytest.raises(InvalidEvent) as caught:
        make(**fields)
    return [str(problem) for problem in caught.value.problems]


def test_what_a_document_says_in_its_own_voice_needs_no_chain_and_no_dates():
    bare = said()

    assert (bare.chain, bare.utterance, bare.stated, bare.valid, bare.relations) == ((), None, None, None, ())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"document": "5aff"}, f"document: {ID}, got '5aff'"),
        ({"evidence": ()}, "evidence: expected at least 1 TextSpan or RecordCell or Locator, got ()"),
        ({"evidence": [PAGE]}, None),
        ({"evidence": ("page 1",)}, "evidence: expected a tuple of TextSpan or RecordCell or Locator, got ('page 1',)"),
        ({"chain": ("mayor",)}, "chain: expected a tuple of Link, got ('mayor',)"),
        ({"utterance": "the mayor"}, f"utterance: {SLUG}, got 'the mayor'"),
        ({"frame": "drowned/all/UR"}, "frame: expected Frame, got 'drowned/all/UR'"),
        ({"value": 30}, "value: expected Quantity or Status or Money or Moment or Text or Unknown, got 30"),
        (
            {"modality": "certain"},
            "modality: expected one of certain, probable, possible, counter, uncommitted, got 'certain'",
        ),
        ({"temporality": None}, "temporality: expected one of occurred, ongoing, prospective, got None"),
        ({"voice": ""}, "voice: expected one of body, quote, headline, caption, section_header, got ''"),
        (
            {"stated": DAYS},
            (
                "stated: expected one moment, such as '[2021-03-01..2021-03-04]' for once, somewhere within it, "
                "got '2021-03-01/2021-03-04'"
            ),
        ),
        ({"stated": "2021"}, "stated: expected an ImpreciseDate, got '2021'"),
        ({"valid": DAY}, "valid_reading: expected a reading exactly when 'valid' is given, got None"),
        (
            {"valid_reading": ValidReading.WITHIN},
            "valid_reading: expected a reading exactly when 'valid' is given, got 'within'",
        ),
        ({"relations": (B,)}, None),
        ({"hedge": ""}, f"hedge: {TEXT}, got ''"),
        ({"salt": "salt"}, f"salt: {ID}, got 'salt'"),
        (
            {"act": Act.DENY_ATTRIBUTION},
            "relations: expected 'responds_to' beside the act 'deny_attribution', got none",
        ),
        (
            {"act": Act.DENY, "relations": (ANSWER,)},
            "modality: expected 'counter' beside the act 'deny', got 'certain'",
        ),
        ({"chain": (MAYOR, MAYOR)}, "chain: expected each agent once, got ['mayor', 'mayor']"),
        (
            {"evidence": (PAGE, Locator(document=B, place="page 1"))},
            f"evidence[1].document: expected the assertion's document, got '{B}'",
        ),
    ],
)
def test_a_wrong_field_is_named(change, message):
    (fault,) = faults(said, **change)

    if message is None:
        (field,) = change
        assert fault.startswith(f"{field}: expected a tuple of ")
    else:
        assert fault == message


def test_all_broken_rules_between_fields_are_reported_together():
    change = {
        "evidence": (Locator(document=B, place="page 1"),),
        "chain": (MAYOR, MAYOR),
        "valid": DAY,
        "act": Act.DENY,
    }

    assert faults(said, **change) == [
        f"evidence[0].document: expected the assertion's document, got '{B}'",
        "chain: expected each agent once, got ['mayor', 'mayor']",
        "valid_reading: expected a reading exactly when 'valid' is given, got None",
        "relations: expected 'responds_to' beside the act 'deny', got none",
        "modality: expected 'counter' beside the act 'deny', got 'certain'",
    ]


def test_a_denial_names_what_it_denies():
    denial = said(act=Act.DENY, modality=Modality.COUNTER, relations=(ANSWER,))

    assert denial.relations == (ANSWER,)


def test_another_relation_is_no_answer():
    included = Relation(kind=RelationKind.INCLUDES, target=B)

    assert faults(said, act=Act.DENY_ATTRIBUTION, relations=(included,)) == [
        "relations: expected 'responds_to' beside the act 'deny_attribution', got none"
    ]


def test_who_declines_to_say_or_contests_needs_no_target():
    assert said(act=Act.DECLINE).act is Act.DECLINE
    assert said(modality=Modality.COUNTER).modality is Modality.COUNTER


def test_valid_may_be_an_interval():
    assert said(valid=DAYS, valid_reading=ValidReading.THROUGHOUT).valid == DAYS


def test_a_relation_names_an_assertion_by_its_id():
    assert faults(Relation, kind=RelationKind.INCLUDES, target="mayor") == [f"target: {ID}, got 'mayor'"]
    assert faults(Relation, kind="includes", target=B) == [
        "kind: expected one of includes, same_event, responds_to, converted_from, got 'includes'"
    ]


@pytest.mark.parametrize(
    ("make", "fields", "message"),
    [
        (Status, {"term": "not a slug"}, f"term: {SLUG}, got 'not a slug'"),
        (Text, {"text": ""}, f"text: {TEXT}, got ''"),
        (Text, {"text": "a" * 4001}, f"text: {TEXT}, got '{'a' * 37}...{'a' * 38}'"),
        (Moment, {"date": DAYS}, None),
        (
            Unknown,
            {"reason": "secret"},
            "reason: expected one of not_known, not_disclosed, not_stated, denied_to_exist, got 'secret'",
        ),
        (Money, {"amount": 120, "currency": "KZT"}, "amount: expected Quantity, got 120"),
        (Money, {"amount": SAID["value"], "currency": "tenge!"}, f"currency: {SLUG}, got 'tenge!'"),
        (Money, {"amount": SAID["value"], "currency": "KZT", "per": ""}, f"per: {SLUG}, got ''"),
    ],
)
def test_a_wrong_value_is_named(make, fields, message):
    assert faults(make, **fields) == [
        message
        or "date: expected one moment, such as '[2021-03-01..2021-03-04]' for once, somewhere within it, "
        "got '2021-03-01/2021-03-04'"
    ]


def test_values_of_two_kinds_are_never_equal():
    assert Status("broken") != Text("broken")
    assert Unknown(UnknownReason.NOT_KNOWN) != Unknown(UnknownReason.NOT_STATED)


@given(some.assertions())
def test_an_assertion_cannot_be_changed_and_can_be_a_key(assertion):
    assert {assertion: 1}[attrs.evolve(assertion)] == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        assertion.note = "changed"
    with pytest.raises(TypeError):
        assertion.evidence[0] = PAGE
