"""Recording sheets: what people write becomes events, and every fault comes back with its file and line."""

import hashlib

import pytest
from strategies.toy import EVENING_SHEET, MORNING, MORNING_SHEET, SHEETS, TEXTS, empty_archive, harbour, harbour_sheets

from kzarchive.errors import InvalidSheet, Problem
from kzarchive.recording.assertions import targets_first
from kzarchive.recording.recorder import record_sheets
from kzarchive.recording.sheets import read_sheets
from kzarchive.values.assertions import Modality, RelationKind, Temporality, ValidReading, Voice
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, UnknownReason
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Locator, RecordCell, TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Link, LinkMode, LinkRole

SHA = hashlib.sha256(MORNING.encode()).hexdigest()
QUOTE = "[{quote: The port is shut}]"


def read(sheet=MORNING_SHEET, *, find_text=TEXTS.get, vocabulary=None):
    (made,) = read_sheets([("morning.yaml", sheet)], vocabulary=vocabulary or harbour(), find_text=find_text)
    return made


def refusals(*sheets, find_text=TEXTS.get):
    sources = [(f"{'morning' if i == 0 else i}.yaml", sheet) for i, sheet in enumerate(sheets)]
    with pytest.raises(InvalidSheet) as caught:
        read_sheets(sources, vocabulary=harbour(), find_text=find_text)
    return str(caught.value).splitlines()


def changed(*pairs):
    """Returns the morning's sheet with words replaced; each must stand there once."""
    sheet = MORNING_SHEET
    for old, new in pairs:
        assert sheet.count(old) == 1, old
        sheet = sheet.replace(old, new)
    return sheet


def asserted(*pairs, **options):
    """Returns the first assertion of a sheet so changed."""
    return read(changed(*pairs), **options).events[3][1].assertion


# What a sheet says


def test_a_sheet_becomes_its_agents_its_document_and_its_assertions():
    sheet = read()
    assert [(where, event.type) for where, event in sheet.events] == [
        ("morning.yaml:11: agents[0]", "agent.registered"),
        ("morning.yaml:12: agents[1]", "agent.registered"),
        ("morning.yaml:3: document", "document.registered"),
        ("morning.yaml:15: assertions[0]", "assertion.recorded"),
        ("morning.yaml:21: assertions[1]", "assertion.recorded"),
        ("morning.yaml:25: assertions[2]", "assertion.recorded"),
    ]
    assert {event.actor for _, event in sheet.events} == {"clerk"}
    assert (sheet.name, sheet.checked, list(sheet.keys)) == ("morning.yaml", True, ["shut", "dismissals", "queue"])


def test_the_document_is_what_its_bytes_say():
    document = read().document
    assert (document.id, document.size, document.name) == (SHA, len(MORNING.encode()), "morning")
    assert document.published == ImpreciseDate.parse("2031-05-06")
    assert (document.retrieved, document.publisher) == (None, None)


def test_an_assertion_is_what_its_entry_says():
    assertion = read().events[5][1].assertion
    assert assertion.document == SHA
    assert assertion.evidence == (TextSpan.of(SHA, MORNING, 52, 85),)
    assert MORNING[52:85] == "Ten ships wait off the north quay"
    assert assertion.chain == (Link(agent="pilot", role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT, verb="says"),)
    assert assertion.frame == Frame("ships_waiting", "all", "port.north")
    assert assertion.value == Quantity.exact(10, surface="Ten ships")
    assert (assertion.modality, assertion.temporality) == (Modality.CERTAIN, Temporality.OCCURRED)
    assert (assertion.stated, assertion.valid, assertion.utterance, assertion.note) == (None, None, None, None)


def test_an_entry_may_differ_from_the_defaults():
    assertion = asserted(("  - key: shut\n", "  - key: shut\n    voice: headline\n    modality: possible\n"))
    assert (assertion.voice, assertion.modality) == (Voice.HEADLINE, Modality.POSSIBLE)
    assert assertion.valid_reading is ValidReading.THROUGHOUT


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ("{quantity: more_than 2000, surface: s}", Quantity.more_than(2000, surface="s")),
        ("{quantity: between 10 15, surface: s}", Quantity.between(10, 15, surface="s")),
        ("{quantity: dozens, surface: s}", Quantity("dozens", (), "s")),
        ("{status: open}", Status("open")),
        (
            "{money: exact 0.50, currency: EUR, per: hour, surface: s}",
            Money(amount=Quantity.exact("0.50", surface="s"), currency="EUR", per="hour"),
        ),
        ("{moment: 2031-05-06}", Moment(ImpreciseDate.parse("2031-05-06"))),
        ("{text: no more}", Text("no more")),
        ("{unknown: not_disclosed}", Unknown(UnknownReason.NOT_DISCLOSED)),
    ],
)
def test_the_six_forms_of_a_value(value, made):
    sheet = MORNING_SHEET.replace("{status: closed}", value)
    (read_sheet,) = read_sheets([("morning.yaml", sheet)], find_text=TEXTS.get)
    assert read_sheet.events[3][1].assertion.value == made


def test_words_that_yaml_takes_for_other_things_stay_words():
    assertion = asserted(("    valid: 2031-05-06\n", "    valid: 2031-05-06\n    hedge: NO\n    note: 1e3\n"))
    assert (assertion.hedge, assertion.note) == ("NO", "1e3")
    assert assertion.valid.text == "2031-05-06"


# Anchors


def test_a_span_may_leave_out_its_hash_where_the_text_is_at_hand():
    whole = asserted((QUOTE, "[0..16]"))
    assert whole.evidence == (TextSpan.of(SHA, MORNING, 0, 16),) == asserted().evidence


def test_a_span_with_its_hash_needs_no_text():
    spanned = changed((QUOTE, f"['0..16 {TextSpan.of(SHA, MORNING, 0, 16).sha256}']"))
    bare = spanned.replace("[{quote: dismissed 40 dockers}]", "[{kind: cell, row: r7, column: dismissed}]")
    bare = bare.replace("[{quote: Ten ships wait off the north quay}]", "[{kind: place, place: page 3}]")
    bare = bare.replace("  file: morning.txt\n", f"  sha256: {SHA}\n  size: {len(MORNING.encode())}\n")
    sheet = read(bare, find_text=lambda _: None)
    assert [event.assertion.evidence[0] for _, event in sheet.events[3:]] == [
        TextSpan.of(SHA, MORNING, 0, 16),
        RecordCell(document=SHA, row="r7", column="dismissed"),
        Locator(document=SHA, place="page 3"),
    ]
    assert (sheet.checked, sheet.keys["shut"]) == (False, read().keys["shut"])


@pytest.mark.parametrize(
    ("anchor", "message"),
    [
        (
            f"['0..16 {'a' * 64}']",
            "expected a span with sha256 aaaaaaaaaaaa... at 0..16, got "
            + TextSpan.of(SHA, MORNING, 0, 16).sha256[:12]
            + "...",
        ),
        ("['16..16']", f"expected offsets within the text of {len(MORNING)} code points, got (16, 16)"),
        ("['0..999']", f"expected offsets within the text of {len(MORNING)} code points, got (0, 999)"),
        ("[{quote: The port is open}]", "expected a quote that occurs once in the text, got one that does not occur"),
        ("[{quote: The}]", "expected a quote that occurs once in the text, got one that occurs again: 'The'"),
        ("[{quote: ''}]", "expected a quote that occurs once in the text, got one that does not occur: ''"),
        (
            "[{kind: span, start: '0', end: '16', sha256: x}]",
            "expected 'START..END sha256', {quote: ...}, {kind: cell, ...} or {kind: place, ...}, got {",
        ),
        ("['16']", "expected 'START..END sha256', {quote: ...}, {kind: cell, ...} or {kind: place, ...}, got '16'"),
    ],
)
def test_an_anchor_that_does_not_match_is_refused(anchor, message):
    (told,) = refusals(changed((QUOTE, anchor)))
    assert told.startswith(f"morning.yaml:16: assertions[0].evidence[0]: {message}")


def test_a_quote_that_overlaps_itself_occurs_twice():
    text = b"nananana 40 dockers, Ten ships"
    sheet = changed((QUOTE, "[{quote: nanana}]"), ("quote: dismissed 40 dockers", "quote: 40 dockers")).replace(
        "quote: Ten ships wait off the north quay", "quote: Ten ships"
    )
    assert refusals(sheet, find_text=lambda _: text) == [
        (
            "morning.yaml:16: assertions[0].evidence[0]: "
            "expected a quote that occurs once in the text, got one that occurs again: 'nanana'"
        )
    ]


def test_without_the_text_a_span_needs_its_hash():
    sheet = changed((QUOTE, "['0..16']"), ("  file: morning.txt\n", f"  sha256: {SHA}\n  size: 5\n"))
    assert refusals(sheet, find_text=lambda _: None) == [
        "morning.yaml:17: assertions[0].evidence[0]: expected a sha256 after the offsets, for the text is not at hand",
        (
            "morning.yaml:23: assertions[1].evidence[0]: "
            "expected offsets and a sha256, for the text is not at hand to find a quote in"
        ),
        (
            "morning.yaml:27: assertions[2].evidence[0]: "
            "expected offsets and a sha256, for the text is not at hand to find a quote in"
        ),
    ]


def test_offsets_into_what_is_no_text_are_refused():
    sheet = changed((QUOTE, f"['0..16 {SHA}']")).replace("{quote: d", "{kind: place, place: d")
    sheet = sheet.replace("{quote: T", "{kind: place, place: T")
    assert refusals(sheet, find_text=lambda _: b"\xff\xd8\xff") == [
        (
            "morning.yaml:16: assertions[0].evidence[0]: "
            "expected a cell or a place, for the file 'morning.txt' is no UTF-8 text"
        )
    ]


# Documents


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (("name: morning", "name: the morning"), ["4: document.name: expected a slug of 1 to 80 ASCII letters"]),
        (("  retrieved: unknown\n", ""), ["3: document: expected 'retrieved': a value or 'unknown'"]),
        (
            ("  file: morning.txt\n", f"  file: morning.txt\n  sha256: {'b' * 64}\n  size: 7\n"),
            [
                f"6: document.sha256: expected {SHA} as the file 'morning.txt' has it, got 'bbbb",
                f"7: document.size: expected {len(MORNING)} as the file 'morning.txt' has it, got '7'",
            ],
        ),
        (
            ("  file: morning.txt\n", f"  file: morning.txt\n  id: {SHA}\n"),
            ["6: document.id: expected 'sha256' as the"],
        ),
        (
            ("published: 2031-05-06", "published: unknown"),
            ["7: document.published_basis: expected a basis exactly when"],
        ),
        (("published: 2031-05-06", "published: 2031-05-06/2031-05-07"), ["6: document.published: expected one moment"]),
        (("published: 2031-05-06", "published: 2031-13"), ["6: document.published: expected a month from 01 to 12"]),
        (
            ("publisher: unknown", "publisher: unknown\n  colour: red"),
            ["3: document: expected no other fields, got 'col"],
        ),
    ],
)
def test_a_faulty_document_is_told_once_and_not_by_its_assertions(change, messages):
    for line, message in zip(refusals(changed(change)), messages, strict=True):
        assert line.startswith(f"morning.yaml:{message}")


def test_a_file_name_is_text():
    sheet = MORNING_SHEET.replace("quote:", "kind: place, place:").replace("file: morning.txt", "file: [morning.txt]")
    assert refusals(sheet)[0] == "morning.yaml:5: document.file: expected the name of a file, got ['morning.txt']"


def test_a_text_that_is_not_at_hand_has_hash_and_size_in_the_sheet():
    told = refusals(MORNING_SHEET, find_text=lambda _: None)
    assert told[:2] == [
        "morning.yaml:3: document.sha256: expected 'sha256', for the text of the document is not at hand",
        "morning.yaml:3: document.size: expected 'size', for the text of the document is not at hand",
    ]
    assert all("evidence" in line for line in told[2:])


def test_a_document_without_bytes_has_an_id_by_its_recorder():
    sheet = MORNING_SHEET.replace("quote:", "kind: place, place:")
    document = read(sheet.replace("  file: morning.txt\n", f"  sha256: {'d' * 64}\n  unhashed: true\n")).document
    assert (document.id, document.size, document.unhashed) == ("d" * 64, None, True)
    assert refusals(sheet.replace("  file: morning.txt\n", "  unhashed: true\n")) == [
        "morning.yaml:3: document.sha256: expected 'sha256', for the text of the document is not at hand"
    ]


def test_a_finder_that_refuses_a_name_is_told_with_its_line():
    def find(name):
        raise InvalidSheet(Problem("document.file", f"expected a plain file name, got {name!r}"))

    sheet = changed(("file: morning.txt", f"file: ../morning.txt\n  sha256: {SHA}\n  size: 5"))
    told = refusals(sheet, find_text=find)
    assert told[0] == "morning.yaml:5: document.file: expected a plain file name, got '../morning.txt'"


# Other faults


FIRST = "  - key: shut\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("sheet: kzarchive.sheet/1", "sheet: other/1"), "1: expected a recording sheet that begins with 'sheet: kz"),
        (("actor: clerk\n", ""), "1: actor: expected the slug of who records, got None"),
        (("actor: clerk", "actor: [a]"), "2: actor: expected the slug of who records, got ['a']"),
        (
            ("defaults:", "colour: red\ndefaults:"),
            "13: colour: expected one of sheet, actor, document, agents, defaults",
        ),
        (("voice: body}", "voice: body, note: x}"), "13: defaults.note: expected one of modality, act, temporality"),
        (
            ("kind: role", "kind: rule"),
            "12: agents[1].kind: expected one of 'person', 'organisation', 'state', 'media'",
        ),
        (("names: [the pilot]", "names: the pilot"), "12: agents[1].names: expected a list, got 'the pilot'"),
        ((FIRST, "  - shut\n  - key: shut\n"), "15: assertions[0]: expected a mapping, got 'shut'"),
        ((FIRST, "  - note: shut\n"), "15: assertions[0]: expected a 'key' for the assertion"),
        ((FIRST, "  - key: [shut]\n"), "15: assertions[0]: expected a 'key' for the assertion"),
        ((FIRST, "  - key: queue\n"), "25: assertions[2].key: expected each key once, got 'queue' again"),
        (
            (FIRST, FIRST + f"    document: {SHA}\n"),
            "16: assertions[0].document: expected no 'document', for it is that",
        ),
        ((FIRST, FIRST + "    colour: red\n"), "15: assertions[0]: expected no other fields, got 'colour'"),
        ((FIRST, FIRST + "    act: tell\n"), "16: assertions[0].act: expected one of 'state', 'allege', 'expect'"),
        ((QUOTE, "words"), "16: assertions[0].evidence: expected a list, got 'words'"),
        ((QUOTE, "[]"), "16: assertions[0].evidence: expected at least 1"),
        (("    frame: port_status/all/port\n", ""), "15: assertions[0].frame: expected a value, got none"),
        (
            ("port_status/all/port", "port_status/all"),
            "17: assertions[0].frame: expected measure/subject/place, got 'po",
        ),
        (
            ("port_status/all/port", "port_statsu/all/port"),
            "17: assertions[0].frame: expected a measure of the vocabulary, got 'port_statsu' (near: port_status)",
        ),
        (
            ("port_status/all/port", "port_status/everybody/port"),
            "17: assertions[0].frame: expected a subject of the vocabulary, got 'everybody'",
        ),
        (
            ("port_status/all/port", "port_status/all/port.nort"),
            "17: assertions[0].frame: expected a place of the vocabulary, got 'port.nort' (near: port.north, port)",
        ),
        (
            ("{status: closed}", "closed"),
            "18: assertions[0].value: expected one of quantity, status, money, moment, text",
        ),
        (
            ("{status: closed}", "{status: shut}"),
            "18: assertions[0].value.term: expected a term of 'port_status' (open, closed), got 'shut'",
        ),
        (
            ("{status: closed}", "{status: closed, term: open}"),
            "18: assertions[0].value: expected nothing beside 'status', got 'term'",
        ),
        (
            ("{status: closed}", "{quantity: exact 5, surface: s}"),
            "18: assertions[0].value: expected the kind 'status' for 'port_status', got 'quantity'",
        ),
        (
            ("{status: closed}", "{status: closed, text: x}"),
            "18: assertions[0].value: expected one of quantity, status",
        ),
        (
            ("exact 40, surface: 40 dockers}", "exact 40, numbers: ['41'], surface: 40 dockers}"),
            "24: assertions[1].value: expected surface beside 'quantity', got 'numbers'",
        ),
        (("quantity: exact 40", "quantity: moar 40"), "24: assertions[1].value.modifier: expected one of"),
        (("quantity: exact 40", "quantity: exact 4e1"), "24: assertions[1].value.numbers[0]: expected"),
        (("quantity: exact 40", "quantity: exact 40.5"), "24: assertions[1].value.numbers[0]: expected an integer"),
        (
            ("quantity: exact 40", "quantity: []"),
            "24: assertions[1].value: expected a modifier and its numbers, such as",
        ),
        ((", surface: 40 dockers", ""), "24: assertions[1].value.surface: expected a value, got none"),
        (
            ("    valid: 2031-05-06\n", "    valid: 2031-02-30\n"),
            "19: assertions[0].valid: expected a day from 01 to 28 in month 02 of year 2031, got '2031-02-30'",
        ),
        (
            ("    valid: 2031-05-06\n", "    valid: 2031-05-06/2031-05-01\n"),
            "19: assertions[0].valid: reversed interval: expected a start that is not after the end",
        ),
        (
            ("    valid: 2031-05-06\n", ""),
            "19: assertions[0].valid_reading: expected a reading exactly when 'valid' is",
        ),
        (
            (FIRST, FIRST + "    relations: [queue]\n"),
            "16: assertions[0].relations[0]: expected one relation such as {inc",
        ),
        (
            (FIRST, FIRST + "    relations: [{includes: queu}]\n"),
            (
                "16: assertions[0].relations[0]: "
                "expected the key of an assertion of this sheet or of one before it, got 'queu' (near: queue)"
            ),
        ),
        (
            (FIRST, FIRST + "    relations: [{contains: queue}]\n"),
            "16: assertions[0].relations[0].kind: expected one of 'includes', 'same_event'",
        ),
    ],
)
def test_a_fault_is_told_once_with_its_line(change, message):
    (told,) = refusals(changed(change))
    assert told.startswith(f"morning.yaml:{message}")


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "word", "sheet: 2\n"])
def test_something_else_is_no_sheet(text):
    assert refusals(text) == ["morning.yaml:1: expected a recording sheet that begins with 'sheet: kzarchive.sheet/1'"]


@pytest.mark.parametrize("part", ["agents", "assertions", "judgements", "document", "defaults"])
def test_a_part_of_another_form_is_told_once(part):
    kind = "mapping" if part in {"document", "defaults"} else "list"
    sheet = f"sheet: kzarchive.sheet/1\nactor: a\n{part}: word\n"
    assert refusals(sheet) == [f"morning.yaml:3: {part}: expected a {kind}, got 'word'"]


def test_assertions_need_a_document():
    head, rest = MORNING_SHEET.split("document:\n")
    sheet = head + rest[rest.index("agents:") :].replace("quote:", "kind: place, place:")
    assert refusals(sheet) == ["morning.yaml:7: assertions: expected a document for the assertions, got none"]


def test_an_empty_document_is_no_document():
    told = refusals("sheet: kzarchive.sheet/1\nactor: a\ndocument: {}\n")
    assert "morning.yaml:3: document: expected 'published': a value or 'unknown'" in told
    assert "morning.yaml:3: document.name: expected a value, got none" in told


def test_all_faults_of_all_sheets_are_told_and_nothing_is_written():
    morning = changed(
        ("kind: role", "kind: rule"),
        ("{status: closed}", "{status: shut}"),
        ("    valid: 2031-05-06\n", "    valid: 2031-02-30\n"),
        ("dismissed/all/port", "dismised/all/port"),
        ("quantity: exact 10", "quantity: exact ten"),
    )
    evening = EVENING_SHEET.replace("quote: The port works again", "quote: The port worked")
    with empty_archive() as archive:
        head = archive.head
        with pytest.raises(InvalidSheet) as caught:
            record_sheets(archive, [("m.yaml", morning), ("e.yaml", evening), ("x.yaml", "a: *b")], find_text=TEXTS.get)
        assert (archive.head, head) == (1, 1)
    assert [line.split(": expected")[0] for line in str(caught.value).splitlines()] == [
        "x.yaml:1",
        "m.yaml:12: agents[1].kind",
        "m.yaml:18: assertions[0].value.term",
        "m.yaml:19: assertions[0].valid",
        "m.yaml:23: assertions[1].frame",
        "m.yaml:29: assertions[2].value.numbers[0]",
        "e.yaml:16: assertions[0].evidence[0]",
    ]


def test_a_faulty_field_does_not_hide_the_others_of_its_assertion():
    sheet = changed(
        (QUOTE, "['16']"),
        ("port_status/all/port", "port_status/all"),
        ("{status: closed}", "closed"),
        ("    valid: 2031-05-06\n", "    valid: soon\n    voice: loud\n"),
    )
    assert [line.split(": expected")[0] for line in refusals(sheet)] == [
        "morning.yaml:16: assertions[0].evidence[0]",
        "morning.yaml:17: assertions[0].frame",
        "morning.yaml:18: assertions[0].value",
        "morning.yaml:20: assertions[0].voice",
        "morning.yaml:19: assertions[0].valid",
    ]


# References


def test_a_relation_may_point_forward_and_to_an_earlier_sheet():
    first = changed((FIRST, FIRST + "    relations: [{same_event: queue}]\n"))
    morning, evening = read_sheets([("m.yaml", first), SHEETS[1]], vocabulary=harbour(), find_text=TEXTS.get)
    recorded = [(where, event.assertion) for where, event in morning.events[3:]]
    assert [where for where, _ in recorded] == [
        "m.yaml:26: assertions[2]",
        "m.yaml:15: assertions[0]",
        "m.yaml:22: assertions[1]",
    ]
    (relation,) = recorded[1][1].relations
    assert (relation.kind, relation.target) == (RelationKind.SAME_EVENT, morning.keys["queue"])
    (relation,) = evening.events[4][1].assertion.relations
    assert relation.target == morning.keys["dismissals"]


def test_a_relation_may_name_an_id():
    assert asserted((FIRST, FIRST + f"    relations: [{{includes: {'e' * 64}}}]\n")).relations[0].target == "e" * 64


def test_a_sheet_cannot_refer_to_a_later_one():
    with pytest.raises(InvalidSheet) as caught:
        read_sheets(SHEETS[::-1], vocabulary=harbour(), find_text=TEXTS.get)
    assert str(caught.value) == (
        "evening.yaml:26: assertions[1].relations[0]: "
        "expected the key of an assertion of this sheet or of one before it, got 'morning:dismissals'"
    )


@pytest.mark.parametrize(
    ("relations", "messages"),
    [
        ({"shut": "shut"}, ["16: assertions[0].relations[0]: {}'shut'"]),
        ({"shut": "queue", "queue": "shut"}, ["27: assertions[2].relations[0]: {}'shut'"]),
        (
            {"shut": "dismissals", "dismissals": "queue", "queue": "shut"},
            ["28: assertions[2].relations[0]: {}'shut'"],
        ),
    ],
)
def test_relations_that_lead_in_a_circle_are_refused(relations, messages):
    sheet = changed(
        *(
            (f"  - key: {key}\n", f"  - key: {key}\n    relations: [{{same_event: {to}}}]\n")
            for key, to in relations.items()
        )
    )
    circle = "expected relations that do not lead in a circle, got "
    assert refusals(sheet) == [f"morning.yaml:{message.format(circle)}" for message in messages]


def test_what_refers_to_a_faulty_assertion_is_no_second_fault():
    sheet = changed(
        ("{status: closed}", "{state: closed}"),
        ("  - key: queue\n", "  - key: queue\n    relations: [{same_event: shut}]\n"),
    )
    judging = (
        "sheet: kzarchive.sheet/1\nactor: a\njudgements:\n"
        "  - {type: dependence.declared, grounds: g, assertions: ['morning:shut', 'morning:queue']}\n"
    )
    (told,) = refusals(sheet, judging)
    assert told.startswith("morning.yaml:18: assertions[0].value: expected one of quantity")


def test_a_row_of_thousands_of_relations_is_read():
    order = targets_first([[index + 1] for index in range(20_000)] + [[]])
    assert order == list(range(20_000, -1, -1))
    assert targets_first([[1], [0]]) == [1, 0]
    assert targets_first([[2, 1], [2], [], [0]]) == [2, 1, 0, 3]


def test_the_same_sheets_read_twice_are_the_same_events():
    assert harbour_sheets() == harbour_sheets()


def test_the_words_of_a_quantity_stand_where_its_evidence_points():
    wrong = changed(("surface: 40 dockers", "surface: 400 dockers"))
    assert refusals(wrong) == [
        (
            "morning.yaml:24: assertions[1].value.surface: "
            "expected words that stand where the evidence points, got '400 dockers'"
        )
    ]


def test_the_words_of_a_quantity_may_differ_in_case_and_white_space():
    assert read(changed(("surface: 40 dockers", "surface: 40 DOCKERS"))).checked
