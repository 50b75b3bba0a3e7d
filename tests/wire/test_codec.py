"""The codec: nothing is coerced, nothing is lost, and every fault is named."""

import re
import typing

import attrs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import values as some

from kzarchive.errors import DataError, InvalidEvent, LogError, Problem, StorageError
from kzarchive.values import checks
from kzarchive.values.assertions import Assertion, Voice
from kzarchive.values.canonical import canonical
from kzarchive.values.content import Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import EVENT_TYPES, AgentRegistered, AssertionRecorded, DocumentRegistered, UnknownEvent
from kzarchive.values.evidence import Anchor
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Measure, Term
from kzarchive.wire import codec

A, B, C = "a" * 64, "b" * 64, "c" * 64

SLUG = "expected a slug of 1 to 80 ASCII letters, digits, '_', '-', '.', ':' that begins with a letter or a digit"
ID = "expected 64 lower-case hexadecimal digits"
TEXT = "expected non-empty text of at most 4000 characters"
NATURAL = "expected an integer from 0 to 9007199254740991"
PLAIN = "expected text, an integer, true, false, null, a list or a mapping"
MOMENT = "expected one moment, such as '[2022-01-05..2022-01-07]' for once, somewhere within it"
VOICE = "expected one of 'body', 'quote', 'headline', 'caption', 'section_header'"
KIND = "expected one of 'quantity', 'status', 'money', 'moment', 'text', 'unknown'"
MODIFIER = (
    "expected one of 'exact', 'more_than', 'less_than', 'at_least', 'at_most', 'nearly', 'about', 'between', "
    "'estimate', 'dozens', 'scores', 'hundreds', 'thousands', 'many', 'none', 'higher_than'"
)

QUANTITY = {"kind": "quantity", "modifier": "exact", "numbers": ["225"], "surface": "225"}
SPAN = {"kind": "span", "document": A, "start": 3, "end": 9, "sha256": B}
SAID = {
    "document": A,
    "evidence": [SPAN],
    "chain": [{"agent": "mayor", "role": "speaker", "mode": "direct"}],
    "frame": {"measure": "drowned", "subject": "all", "place": "UR"},
    "value": QUANTITY,
    "modality": "certain",
    "act": "state",
    "temporality": "occurred",
    "voice": "body",
}
DOCUMENT = {"id": A, "name": "courier", "size": 5120}
MEASURE = {"slug": "bread", "definition": "A loaf.", "value": "money", "aggregation": "level"}


def faults(data, kind, **options):
    with pytest.raises(InvalidEvent) as caught:
        codec.structure(data, kind, **options)
    return [str(problem) for problem in caught.value.problems]


def text_only(data):
    """The same data as a sheet has it: every number and flag as text."""
    if isinstance(data, dict):
        return {key: text_only(value) for key, value in data.items()}
    if isinstance(data, list):
        return [text_only(value) for value in data]
    return {True: "true", False: "false"}[data] if isinstance(data, bool) else data if data is None else str(data)


class TestRoundTrips:
    @pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.type)
    def test_an_event_comes_back_from_its_bytes_and_from_plain_data(self, kind):
        @given(some.EVENTS[kind])
        def check(event):
            body = codec.encode(event)

            assert codec.decode(event.type, event.version, body) == event
            assert codec.decode_canonical(event.type, event.version, body) == event
            assert canonical(codec.plain(event)) == body
            assert codec.encoded(event) == codec.Encoded(bytes.fromhex(codec.identity(event)), body)
            assert codec.structure(codec.plain(event), kind) == event
            assert codec.structure_event(event.type, event.version, codec.loads(body)) == event
            assert codec.structure_text(text_only(codec.plain(event)), kind) == event
            assert canonical(codec.loads(body)) == body

        check()

    def test_the_strategies_know_every_event_type(self):
        assert set(some.EVENTS) == set(EVENT_TYPES)

    @given(some.events)
    def test_plain_data_are_of_the_exact_types_of_json(self, event):
        assert {type(leaf) for leaf in some.leaves(codec.plain(event))} <= {str, int, bool}

    @given(some.events)
    def test_an_event_can_be_a_key_and_cannot_be_changed(self, event):
        again = codec.decode(event.type, event.version, codec.encode(event))

        assert {event: 1}[again] == 1
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            event.actor = "somebody"

    @given(some.assertions())
    def test_a_member_of_a_union_carries_its_kind(self, assertion):
        plain = codec.plain(assertion)

        assert plain["value"]["kind"] == codec.VALUE_KINDS[type(assertion.value)]
        assert [anchor["kind"] for anchor in plain["evidence"]] == [
            codec.ANCHOR_KINDS[type(anchor)] for anchor in assertion.evidence
        ]

    @given(some.money)
    def test_the_quantity_inside_money_is_no_union_and_has_no_kind(self, money):
        said = codec.structure({**SAID, "value": {"kind": "money", **codec.plain(money)}}, Assertion)

        assert said.value == money
        assert "kind" not in codec.plain(said)["value"]["amount"]
        assert faults({**SAID, "value": {**codec.plain(said)["value"], "amount": QUANTITY}}, Assertion) == [
            "value.amount: expected no other fields, got 'kind'"
        ]

    @given(some.values)
    def test_a_value_comes_back_by_itself(self, value):
        kind = codec.VALUE_KINDS[type(value)]

        assert codec.structure({"kind": kind, **codec.plain(value)}, Value) == value
        assert codec.structure(codec.plain(value), type(value)) == value

    @given(some.anchors())
    def test_an_anchor_comes_back_by_itself(self, anchor):
        kind = codec.ANCHOR_KINDS[type(anchor)]

        assert codec.structure({"kind": kind, **codec.plain(anchor)}, Anchor) == anchor

    def test_fields_that_have_their_default_are_left_out(self):
        assert codec.plain(codec.structure(SAID, Assertion)) == SAID
        assert codec.plain(Link(agent="mayor", role=LinkRole.SPEAKER, mode=LinkMode.DIRECT)) == {
            "agent": "mayor",
            "role": "speaker",
            "mode": "direct",
        }

    def test_a_default_that_is_written_out_is_the_same_value(self):
        spelt_out = {**SAID, "note": None, "relations": [], "chain": [{**SAID["chain"][0], "verb": None}]}

        assert codec.structure(spelt_out, Assertion) == codec.structure(SAID, Assertion)


class TestNothingIsCoerced:
    @pytest.mark.parametrize(
        ("field", "value", "message", "got"),
        [
            ("utterance", 5, "utterance: expected text", "5"),
            ("hedge", True, "hedge: expected text", "True"),
            ("hedge", ["a"], "hedge: expected text", "['a']"),
            ("hedge", {}, "hedge: expected text", "{}"),
            ("hedge", "", f"hedge: {TEXT}", "''"),
            ("hedge", " \t", f"hedge: {TEXT}", r"' \t'"),
            ("hedge", "a" * 4001, f"hedge: {TEXT}", "'" + "a" * 37 + "..." + "a" * 38 + "'"),
            ("hedge", "\ud800", "hedge: expected text without lone surrogates", r"'\ud800'"),
            ("hedge", b"a", f"hedge: {PLAIN}", "b'a'"),
            ("document", None, "document: expected text", "None"),
            ("document", A.upper(), f"document: {ID}", f"'{A.upper()}'"),
            ("evidence", "abc", "evidence: expected a list", "'abc'"),
            ("evidence", {"kind": "span"}, "evidence: expected a list", "{'kind': 'span'}"),
            ("evidence", None, "evidence: expected a list", "None"),
            ("evidence", ("a",), "evidence: expected a list", "('a',)"),
            ("evidence", [], "evidence: expected at least 1 TextSpan or RecordCell or Locator", "()"),
            ("evidence", [None], "evidence[0].kind: expected one of 'span', 'cell', 'place'", "None"),
            ("evidence", [{**SPAN, "start": True}], "evidence[0].start: expected an integer", "True"),
            ("evidence", [{**SPAN, "start": "3"}], "evidence[0].start: expected an integer", "'3'"),
            ("evidence", [{**SPAN, "start": None}], "evidence[0].start: expected an integer", "None"),
            ("evidence", [{**SPAN, "start": 23.9}], f"evidence[0].start: {PLAIN}", "23.9"),
            ("evidence", [{**SPAN, "start": 3.0}], f"evidence[0].start: {PLAIN}", "3.0"),
            ("evidence", [{**SPAN, "start": -1}], f"evidence[0].start: {NATURAL}", "-1"),
            (
                "evidence",
                [{**SPAN, "end": 2**53}],
                "evidence[0].end: expected an integer of at most 53 bits",
                "one of 54 bits",
            ),
            ("evidence", [{**SPAN, "end": 3}], "evidence[0].end: expected an offset after the start 3", "3"),
            ("chain", {}, "chain: expected a list", "{}"),
            ("chain", ["mayor"], "chain[0]: expected a mapping", "'mayor'"),
            ("frame", "drowned/all/UR", "frame: expected a mapping", "'drowned/all/UR'"),
            ("frame", [], "frame: expected a mapping", "[]"),
            ("frame", {"measure": "m", "subject": "s"}, "frame.place: expected a value", "none"),
            ("frame", {"measure": "m/n", "subject": "s", "place": "p"}, f"frame.measure: {SLUG}", "'m/n'"),
            ("voice", "BODY", f"voice: {VOICE}", "'BODY'"),
            ("voice", Voice.BODY, f"voice: {VOICE}", "<Voice.BODY: 'body'>"),
            ("voice", None, f"voice: {VOICE}", "None"),
            ("voice", ["body"], f"voice: {VOICE}", "['body']"),
            ("stated", 2022, "stated: expected a date as text", "2022"),
            ("stated", "2022-01-05/2022-01-07", f"stated: {MOMENT}", "'2022-01-05/2022-01-07'"),
            ("stated", "../..", "stated: expected one moment, or none if it is unknown", "'../..'"),
            ("stated", "2022-02-30", "stated: expected a day from 01 to 28 in month 02 of year 2022", "'2022-02-30'"),
            ("value", None, f"value.kind: {KIND}", "None"),
            ("value", "225", f"value.kind: {KIND}", "'225'"),
            ("value", {**QUANTITY, "kind": "moar"}, f"value.kind: {KIND}", "'moar'"),
            ("value", {**QUANTITY, "kind": ["quantity"]}, f"value.kind: {KIND}", "['quantity']"),
            ("value", {"modifier": "exact", "numbers": ["1"], "surface": "1"}, f"value.kind: {KIND}", "None"),
            ("value", {**QUANTITY, "modifier": "EXACT"}, f"value.modifier: {MODIFIER}", "'EXACT'"),
            ("value", {**QUANTITY, "numbers": [225.0]}, f"value.numbers[0]: {PLAIN}", "225.0"),
            ("value", {**QUANTITY, "numbers": [225]}, "value.numbers[0]: expected text", "225"),
            ("value", {**QUANTITY, "numbers": "225"}, "value.numbers: expected a list", "'225'"),
            ("value", {**QUANTITY, "numbers": []}, "value.numbers: expected 1 number for exact", "0"),
            ("value", {**QUANTITY, "low": "200"}, "value: expected no other fields", "'low'"),
            ("value", {"kind": "status"}, "value.term: expected a value", "none"),
            ("value", {"kind": "status", "term": 1}, "value.term: expected text", "1"),
        ],
    )
    def test_a_bad_value_is_refused_with_its_path(self, field, value, message, got):
        assert faults({**SAID, field: value}, Assertion) == [f"{message}, got {got}"]

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("unhashed", 1, "unhashed: expected true or false, got 1"),
            ("unhashed", "true", "unhashed: expected true or false, got 'true'"),
            ("unhashed", None, "unhashed: expected true or false, got None"),
            ("size", True, "size: expected an integer, got True"),
            ("size", "5120", "size: expected an integer, got '5120'"),
            ("size", -1, f"size: {NATURAL}, got -1"),
            ("size", None, "size: expected the size in bytes, or 'unhashed' and no size, got None"),
            ("upstream", "agency", "upstream: expected a list, got 'agency'"),
            ("upstream", ["agency", "agency"], "upstream: expected slugs without repeats, got ('agency', 'agency')"),
            ("upstream", [""], f"upstream[0]: {SLUG}, got ''"),
            ("zone", "Mars/Base", "zone: expected the IANA name of a time zone such as 'Asia/Almaty', got 'Mars/Base'"),
        ],
    )
    def test_a_bad_field_of_a_document_is_refused(self, field, value, message):
        assert faults({**DOCUMENT, field: value}, Document) == [message]

    @pytest.mark.parametrize("data", [None, [], "a", 5, True])
    def test_an_object_is_a_mapping(self, data):
        assert faults(data, Assertion, where="assertions[3]") == [
            f"assertions[3]: expected a mapping, got {data!r}",
        ]

    def test_a_missing_field_is_named(self):
        bare = {key: value for key, value in SAID.items() if key not in {"frame", "act"}}

        assert faults(bare, Assertion) == ["frame: expected a value, got none", "act: expected a value, got none"]

    def test_a_field_that_nobody_knows_is_named(self):
        assert faults({**SAID, "confidence": 1, "Bias": 2}, Assertion, where="a[0]") == [
            "a[0]: expected no other fields, got 'Bias', 'confidence'"
        ]

    def test_keys_are_ascii_text(self):
        assert faults({**DOCUMENT, "é": 1, 5: 2}, Document) == [
            "expected ASCII text as a key, got 'é'",
            "expected ASCII text as a key, got 5",
        ]

    def test_data_that_hold_themselves_end(self):
        endless = []
        endless.append(endless)

        assert faults({**DOCUMENT, "note": endless}, Document) == [
            f"note{'[0]' * 99}: expected at most 100 levels of lists and mappings, got more",
            "note: expected text, got [[[[[[[...]]]]]]]",
        ]


class TestAllFaultsAtOnce:
    def test_faults_of_many_fields_are_reported_together_in_the_order_of_the_fields(self):
        bad = {
            **SAID,
            "document": "A",
            "evidence": [SPAN, {**SPAN, "start": 3.5, "sha256": "zz"}],
            "chain": [{"agent": "-", "role": "speaker"}],
            "value": {"kind": "quantity", "modifier": "moar", "numbers": [1, "2", "03"], "surface": ""},
            "act": "STATE",
            "hedge": "",
            "salt": 5,
            "colour": "red",
        }
        found = faults(bad, Assertion, where="assertions[3]")

        assert found[0] == f"assertions[3].evidence[1].start: {PLAIN}, got 3.5"
        assert found[1:] == [
            f"assertions[3].document: {ID}, got 'A'",
            f"assertions[3].evidence[1].sha256: {ID}, got 'zz'",
            f"assertions[3].chain[0].agent: {SLUG}, got '-'",
            "assertions[3].chain[0].mode: expected a value, got none",
            f"assertions[3].value.modifier: {MODIFIER}, got 'moar'",
            "assertions[3].value.numbers[0]: expected text, got 1",
            "assertions[3].value.surface: expected the words as written, got ''",
            (
                "assertions[3].act: expected one of 'state', 'allege', 'expect', 'request', 'urge', 'deny', "
                "'deny_attribution', 'decline', got 'STATE'"
            ),
            f"assertions[3].hedge: {TEXT}, got ''",
            "assertions[3].salt: expected text, got 5",
            "assertions[3]: expected no other fields, got 'colour'",
        ]

    def test_two_validators_of_one_object_are_both_heard(self):
        assert faults({**MEASURE, "slug": "a b", "unit": "", "exclusive": [["a"], "b"]}, Measure) == [
            f"slug: {SLUG}, got 'a b'",
            f"unit: {SLUG}, got ''",
            "exclusive[1]: expected a list, got 'b'",
        ]

    def test_rules_between_fields_are_tested_when_the_fields_are_right(self):
        denied = {
            **SAID,
            "evidence": [{**SPAN, "document": C}],
            "chain": SAID["chain"] * 2,
            "act": "deny",
            "valid": "2022-01-06",
        }
        assert faults(denied, Assertion) == [
            f"evidence[0].document: expected the assertion's document, got '{C}'",
            "chain: expected each agent once, got ['mayor', 'mayor']",
            "modality: expected 'counter' beside the act 'deny', got 'certain'",
            "valid_reading: expected a reading exactly when 'valid' is given, got None",
            "relations: expected 'responds_to' beside the act 'deny', got none",
        ]

    def test_one_fault_is_reported_once(self):
        assert faults({**SAID, "hedge": ""}, Assertion) == [f"hedge: {TEXT}, got ''"]

    @given(st.dictionaries(st.sampled_from(sorted(SAID)), st.none() | st.booleans() | st.floats() | st.just([None])))
    def test_every_field_that_cannot_be_right_is_named(self, wrong):
        """None, a flag, a float and a list of None are right nowhere in these fields."""
        if not wrong:
            assert codec.structure({**SAID, **wrong}, Assertion)
            return
        named = {re.split(r"[.\[:]", fault)[0] for fault in faults({**SAID, **wrong}, Assertion)}

        assert named == set(wrong)


class TestTextMode:
    """A sheet: all scalars are text."""

    @pytest.mark.parametrize(("text", "number"), [("0", 0), ("9", 9), ("5120", 5120), ("9007199254740991", 2**53 - 1)])
    def test_digits_are_an_integer(self, text, number):
        assert codec.structure_text({**DOCUMENT, "size": text}, Document).size == number

    @pytest.mark.parametrize(
        "text", ["", "05", "+5", "-5", "5.0", " 5", "5\n", "1e3", "1_000", "٣", "5٣", "5" * 17, 5, True]
    )
    def test_other_digits_are_refused(self, text):
        with pytest.raises(InvalidEvent) as caught:
            codec.structure_text({**DOCUMENT, "size": text}, Document)
        assert str(caught.value) == f"size: expected digits of an integer, got {text!r}"

    def test_digits_of_more_than_53_bits_are_refused(self):
        with pytest.raises(InvalidEvent) as caught:
            codec.structure_text({**DOCUMENT, "size": "9007199254740992"}, Document)
        assert str(caught.value) == f"size: {NATURAL}, got 9007199254740992"

    @pytest.mark.parametrize(("text", "flag"), [("true", True), ("false", False)])
    def test_true_and_false_are_flags(self, text, flag):
        data = {"slug": "sent", "definition": "Sent.", "milestone": text}

        assert codec.structure_text(data, Term).milestone is flag

    @pytest.mark.parametrize("value", ["True", "yes", "1", "", True, 1, None, [], ["true"]])
    def test_other_flags_are_refused(self, value):
        with pytest.raises(InvalidEvent) as caught:
            codec.structure_text({"slug": "sent", "definition": "Sent.", "milestone": value}, Term)
        assert str(caught.value) == f"milestone: expected true or false, got {value!r}"


class TestReadingFromElsewhere:
    @given(some.events)
    def test_a_canonical_body_is_read_and_encoded_in_one(self, event):
        body = codec.encode(event)
        assert codec.read_canonical(event.type, event.version, body) == (
            event,
            codec.encoded(event),
        )

    def test_only_two_fields_of_an_assertion_may_be_written_out_as_what_is_left_out(self):
        """Others may only be null, which is refused; whoever adds a third field looks at ``_is_as_short``."""
        seen, found = set(), set()

        def visit(kind):
            for inner in (*typing.get_args(kind), kind):
                if attrs.has(inner) and inner not in seen and inner is not ImpreciseDate:
                    seen.add(inner)
                    for field in attrs.fields(inner):
                        if field.default is not attrs.NOTHING and field.default is not None:
                            found.add((inner.__name__, field.name, field.default))
                    for hint in typing.get_type_hints(inner).values():
                        visit(hint)
                elif inner is not kind:
                    visit(inner)

        visit(AssertionRecorded)
        assert Quantity in seen
        assert found == {("Assertion", "chain", ()), ("Assertion", "relations", ())}

    @pytest.mark.parametrize("written_out", [b'"chain":[],', b'"hedge":null,', b'"relations":[],'])
    def test_a_field_written_out_that_is_left_out_is_no_canonical_body(self, written_out):
        event = AssertionRecorded(actor="archive", assertion=codec.structure({**SAID, "chain": []}, Assertion))
        body = codec.encode(event)
        data = orjson.loads(body.replace(b'"assertion":{', b'"assertion":{' + written_out))
        assert codec.read_canonical("assertion.recorded", 1, canonical(data)) is None


class TestUnknownEvents:
    def test_an_event_of_a_later_release_keeps_its_bytes(self):
        body = b'{"b": [1,   2.50],"a":"as it came"}'

        event = codec.decode("payload.shredded", 1, body)

        assert event == UnknownEvent(type="payload.shredded", version=1, body=body)
        assert codec.encode(event) == body

    @pytest.mark.parametrize(("kind", "version"), [("assertion.recorded", 2), ("assertion.recorded", 0), ("x", 1)])
    def test_so_does_a_version_that_is_not_known(self, kind, version):
        assert codec.decode(kind, version, b"not even JSON") == UnknownEvent(
            type=kind, version=version, body=b"not even JSON"
        )

    @given(st.binary())
    def test_nothing_of_the_bytes_is_lost(self, body):
        assert codec.encode(codec.decode("payload.shredded", 7, body)) == body

    def test_one_from_elsewhere_is_stored_in_canonical_form(self):
        event = codec.structure_event("payload.shredded", 3, {"b": [1, None], "a": "é"})

        assert event == UnknownEvent(type="payload.shredded", version=3, body='{"a":"é","b":[1,null]}'.encode())

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"a": {"b": [1, 2.5]}}, f"body.a.b[1]: {PLAIN}, got 2.5"),
            ({"a": "\ud800"}, "body.a: expected text without lone surrogates, got '\\ud800'"),
            ([], "body: expected a mapping, got []"),
        ],
    )
    def test_one_that_cannot_be_stored_is_refused(self, data, message):
        with pytest.raises(InvalidEvent) as caught:
            codec.structure_event("payload.shredded", 3, data, where="body")
        assert str(caught.value) == message

    @pytest.mark.parametrize(
        ("kind", "version", "got"),
        [
            ("", 1, "'' and 1"),
            ("a b", 1, "'a b' and 1"),
            (None, 1, "None and 1"),
            ("\ud800", 1, "'\\ud800' and 1"),
            ("payload.shredded", 0, "'payload.shredded' and 0"),
            ("payload.shredded", True, "'payload.shredded' and True"),
            ("payload.shredded", "1", "'payload.shredded' and '1'"),
        ],
    )
    def test_a_type_and_a_version_are_needed(self, kind, version, got):
        with pytest.raises(InvalidEvent) as caught:
            codec.structure_event(kind, version, {}, where="line 2")
        assert str(caught.value) == f"line 2: expected a type (a dotted name) and a version from 1, got {got}"


AGENT = b'{"actor":"archive","agent":{"kind":"person","names":["Aino"],"slug":"mayor"}}'


class TestDecoding:
    def test_the_body_used_here_is_sound(self):
        assert codec.decode("agent.registered", 1, AGENT) == AgentRegistered(
            actor="archive", agent=Agent(slug="mayor", kind=AgentKind.PERSON, names=("Aino",))
        )

    @pytest.mark.parametrize(
        ("sound", "damaged"),
        [
            (AGENT, b""),
            (AGENT, b"[]"),
            (AGENT, b"null"),
            (AGENT, b"5"),
            (AGENT, AGENT[:-1]),
            (b'"archive"', b"5"),
            (b'"archive"', b"null"),
            (b'"archive"', b'"two words"'),
            (b'["Aino"]', b'"Aino"'),
            (b'["Aino"]', b"[]"),
            (b'["Aino"]', b"[7]"),
            (b'"person"', b'"PERSON"'),
            (b'"person"', b'["person"]'),
            (b'"kind":"person",', b""),
            (b'"mayor"', b'"mayor","title":"Ms"'),
            (b'"mayor"', b'"mayor","note":5'),
            (b'"mayor"', b'"mayor","note":null'),
            (b"Aino", b"Ain\xff"),
        ],
    )
    def test_a_damaged_body_is_no_event(self, sound, damaged):
        assert AGENT.count(sound) == 1
        for decode in (codec.decode, codec.decode_canonical):
            with pytest.raises(LogError, match=r"^expected a body of agent.registered/1"):
                decode("agent.registered", 1, AGENT.replace(sound, damaged))

    @pytest.mark.parametrize(
        ("sound", "other"),
        [
            (AGENT, AGENT + b"\n"),
            (b'"mayor"', b'"major","slug":"mayor"'),
            (b'"actor":"archive"', b'"actor": "archive"'),
            (b"Aino", b"Ain\\u006f"),
        ],
    )
    def test_a_body_in_another_form_is_the_same_event_and_not_canonical(self, sound, other):
        assert AGENT.count(sound) == 1
        body = AGENT.replace(sound, other)
        assert codec.decode("agent.registered", 1, body) == codec.decode_canonical("agent.registered", 1, AGENT)
        with pytest.raises(LogError, match=r"^expected a body of agent.registered/1 in canonical form, got"):
            codec.decode_canonical("agent.registered", 1, body)

    def test_a_body_of_an_unknown_type_has_no_form(self):
        assert codec.decode_canonical("x", 1, b"{ }") == UnknownEvent(type="x", version=1, body=b"{ }")

    def test_a_body_of_another_type_is_no_event(self):
        with pytest.raises(LogError) as caught:
            codec.decode("judgement.withdrawn", 1, b'{"actor":"archive"}')
        assert str(caught.value) == (
            "expected a body of judgement.withdrawn/1, got b'{\"actor\":\"archive\"}': 'grounds'"
        )

    def test_a_number_that_was_changed_to_a_float_is_noticed(self):
        event = DocumentRegistered(actor="archive", document=codec.structure(DOCUMENT, Document))
        body = codec.encode(event).replace(b"5120", b"5120.0")

        with pytest.raises(
            LogError, match=r"^expected a body of document.registered/1, got .*: size: expected an integer"
        ):
            codec.decode("document.registered", 1, body)

    @given(some.events, st.data())
    def test_a_changed_byte_never_passes_for_the_same_event(self, event, data):
        body = bytearray(codec.encode(event))
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] ^= data.draw(st.integers(1, 255))

        try:
            again = codec.decode_canonical(event.type, event.version, bytes(body))
        except LogError:
            return
        assert again != event
        assert codec.encode(again) == body

    @given(some.events, st.data())
    def test_a_changed_byte_is_in_the_event_or_is_refused(self, event, data):
        """Nothing is coerced or dropped on the way."""
        body = bytearray(codec.encode(event))
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] ^= data.draw(st.integers(1, 255))

        try:
            again = codec.decode(event.type, event.version, bytes(body))
        except LogError:
            return
        assert codec.encode(again) == canonical(orjson.loads(bytes(body)))


class TestJsonFromElsewhere:
    def test_text_becomes_plain_data(self):
        assert codec.loads(b'{"b":[1,true,null],"a":"\xc3\xa9"}') == {"b": [1, True, None], "a": "é"}

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (b'{"a":[1,2.5]}', f"line 2.a[1]: {PLAIN}, got 2.5"),
            (b"1e3", f"line 2: {PLAIN}, got 1000.0"),
            (b'{"a":9007199254740992}', "line 2.a: expected an integer of at most 53 bits, got one of 54 bits"),
            ('{"é":1}'.encode(), "line 2: expected ASCII text as a key, got 'é'"),
            (
                b"[" * 101 + b"]" * 101,
                f"line 2{'[0]' * 100}: expected at most 100 levels of lists and mappings, got more",
            ),
        ],
    )
    def test_what_an_archive_cannot_hold_is_refused(self, text, message):
        with pytest.raises(InvalidEvent) as caught:
            codec.loads(text, where="line 2")
        assert str(caught.value) == message

    @pytest.mark.parametrize("text", [b"", b"{", b"NaN", b"'a'", b'"\xff"', b'"\\ud800"', b"[" * 2000 + b"]" * 2000])
    def test_what_is_no_json_is_refused(self, text):
        with pytest.raises(InvalidEvent, match=r"^line 2: expected JSON, got b"):
            codec.loads(text, where="line 2")

    def test_a_hundred_levels_are_read(self):
        assert codec.loads(b"[" * 100 + b"]" * 100)


def test_an_error_of_intake_is_a_data_error_and_keeps_its_cause():
    with pytest.raises(DataError) as caught:
        codec.structure({**SAID, "act": "moar"}, Assertion, where="assertions[3]")

    assert isinstance(caught.value.problems[0], Problem)
    assert caught.value.problems[0].where == "assertions[3].act"
    assert caught.value.__cause__ is not None


def test_a_machine_without_time_zones_is_no_fault_of_the_data(monkeypatch):
    def no_zones(name):
        raise StorageError("expected time zone data on this machine, found none")

    monkeypatch.setattr(checks, "zone_named", no_zones)
    body = codec.encode(DocumentRegistered(actor="archive", document=codec.structure(DOCUMENT, Document)))
    zoned = body.replace(b'"size":5120', b'"size":5120,"zone":"Asia/Almaty"')

    with pytest.raises(StorageError, match="time zone data"):
        codec.structure({**DOCUMENT, "zone": "Asia/Almaty"}, Document)
    with pytest.raises(StorageError, match="time zone data"):
        codec.decode("document.registered", 1, zoned)


@attrs.frozen
class Grown:
    """A class of a user, whose fields have no validators of this package."""

    size: int
    name: str = attrs.field(default="", validator=attrs.validators.max_len(3))


def test_a_class_without_validators_takes_only_what_an_archive_can_hold():
    assert faults({"size": 2**60}, Grown, where="it") == [
        "it.size: expected an integer of at most 53 bits, got one of 61 bits"
    ]


def test_an_error_that_is_not_of_this_package_becomes_a_problem():
    assert faults({"size": 5, "name": "Aino"}, Grown, where="it") == [
        "it: expected valid data, got Length of 'name' must be <= 3: 4"
    ]
