"""The generated JSON Schemas: ``schemas/`` is current, and refuses what the codec refuses, where the codec does."""

import copy
import importlib.resources
import itertools
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzarchive.errors import InvalidDate, InvalidEvent, InvalidQuantity, UsageError
from kzarchive.recording import jsonl
from kzarchive.values.canonical import LARGEST_INTEGER
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import EVENT_TYPES, Event
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import decimal_text
from kzarchive.wire import codec, json_schema

jsonschema_rs = pytest.importorskip("jsonschema_rs")

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
ARCHIVE = importlib.resources.files("kzarchive.january2022").joinpath("archive.jsonl")
COMMAND = [sys.executable, "-m", "kzarchive.wire.json_schema"]

A, B, C = "a" * 64, "b" * 64, "c" * 64
SPAN = {"kind": "span", "document": A, "start": 0, "end": 7, "sha256": B}
NOTICE = {"published": "2022-01-09", "evidence": [SPAN], "reason": "counted twice"}
FRAME = {"measure": "killed", "subject": "all", "place": "KZ.almaty"}
JUDGED = {"actor": "analyst", "grounds": "both name the same ministry"}
VOCABULARY = {
    "name": "unrest/1",
    "measures": [
        {
            "slug": "killed",
            "definition": "People killed.",
            "value": "quantity",
            "aggregation": "cumulative",
            "unit": "p",
        },
        {
            "slug": "troops",
            "definition": "Where the troops are.",
            "value": "status",
            "aggregation": "status",
            "terms": [
                {"slug": "absent", "definition": "Not there."},
                {"slug": "present", "definition": "There."},
                {"slug": "sent", "definition": "On their way.", "milestone": True},
            ],
            "exclusive": [["absent", "present"]],
            "initial": "absent",
        },
    ],
    "subjects": [{"slug": "police", "definition": "Police officers.", "part_of": ["all"]}],
    "places": [{"slug": "KZ", "definition": "Kazakhstan."}],
}
ASSERTION = {
    "document": A,
    "evidence": [SPAN, {"kind": "cell", "document": A, "row": "3", "column": "n"}],
    "chain": [{"agent": "ministry", "role": "speaker", "mode": "indirect", "name": "the ministry", "verb": "said"}],
    "utterance": "ministry-01-09",
    "frame": FRAME,
    "value": {"kind": "quantity", "modifier": "between", "numbers": ["10", "15"], "surface": "10 to 15"},
    "modality": "certain",
    "act": "state",
    "temporality": "occurred",
    "voice": "body",
    "stated": "2022-01-09",
    "valid": "2022-01-05/2022-01-08",
    "valid_reading": "throughout",
    "relations": [{"kind": "includes", "target": C}],
    "hedge": "reportedly",
    "note": "the second table",
    "salt": B,
}
DOCUMENT = {
    "id": A,
    "name": "000",
    "published": "[2022-01-09..2022-01-10]",
    "published_basis": "the page",
    "zone": "Asia/Almaty",
    "publisher": "agency",
    "upstream": ["agency", "ministry"],
    "dates": [{"kind": "updated", "date": "2022-01-11T10:00+06:00", "basis": "the page"}],
    "size": 812,
    "language": "en",
}
BODIES: dict[str, dict[str, Any]] = {
    "archive.opened": {"actor": "archive", "name": "Unrest", "zone": "Asia/Almaty", "vocabulary": VOCABULARY},
    "coverage.declared": {"actor": "archive", "end": "2022-01-20", "start": "2022-01", "grounds": "five documents"},
    "vocabulary.extended": {"actor": "archive", "addition": VOCABULARY},
    "agent.registered": {"actor": "archive", "agent": {"slug": "ministry", "kind": "state", "names": ["the ministry"]}},
    "document.registered": {"actor": "archive", "document": DOCUMENT},
    "assertion.recorded": {"actor": "archive", "assertion": ASSERTION},
    "source.corrected": {"actor": "archive", "by": "ministry", "old": A, "new": B, "notice": NOTICE},
    "source.retracted": {"actor": "archive", "by": "ministry", "utterance": "ministry-01-09", "notice": NOTICE},
    "transcription.fixed": {**JUDGED, "old": A, "new": B},
    "date.assessed": {
        **JUDGED,
        "kind": "utterance",
        "target": "ministry-01-09",
        "axis": "valid",
        "date": "../2022-01-08",
    },
    "frame.reassigned": {**JUDGED, "assertions": [A, B], "frame": FRAME},
    "identity.judged": {**JUDGED, "of": "agent", "left": "ministry", "right": "officials", "judgement": "same"},
    "dependence.declared": {**JUDGED, "assertions": [A, B]},
    "reliability.assessed": {**JUDGED, "assessor": "Ms S.", "agent": "ministry", "reliability": "B"},
    "judgement.withdrawn": {**JUDGED, "target": A},
    "payload.redacted": {
        "actor": "archive",
        "target": 4,
        "reason": "endangers_person",
        "approvers": ["editor", "lawyer"],
        "tombstones": [A],
        "tombstone_key": B,
    },
}
VALUES: list[dict[str, Any]] = [
    {"kind": "quantity", "modifier": "exact", "numbers": ["353"], "surface": "353"},
    {"kind": "quantity", "modifier": "dozens", "numbers": [], "surface": "dozens"},
    {"kind": "quantity", "modifier": "higher_than", "numbers": [], "surface": "much higher"},
    {"kind": "quantity", "modifier": "estimate", "numbers": ["12", "10", "15"], "surface": "12 (10 to 15)"},
    {"kind": "status", "term": "present"},
    {
        "kind": "money",
        "amount": {"modifier": "exact", "numbers": ["0.50"], "surface": "0.50"},
        "currency": "KZT",
        "per": "litre",
    },
    {"kind": "moment", "date": "2022-01-05~"},
    {"kind": "text", "text": "a border was closed"},
    {"kind": "unknown", "reason": "not_disclosed"},
]
GONE = object()
Place = tuple[str | int, ...]


FILES = json_schema.files()


def validator_of(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator(json.loads(FILES[name]))


VALIDATORS = {kind.type: validator_of(f"{kind.type}.{kind.version}.json") for kind in EVENT_TYPES}
LINE = validator_of("line.1.json")


def faults_of_schema(kind: str, body: Any) -> set[str]:
    """The paths at which the schema refuses a body, written as the codec writes them."""
    faults = set()
    for error in VALIDATORS[kind].iter_errors(body):
        path = list(error.instance_path)
        if error.kind.name == "required":
            path.append(error.kind.property)
        faults.add("".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix("."))
    return faults


def problems_of_codec(kind: str, body: Any) -> dict[str, str]:
    try:
        codec.structure_event(kind, 1, body)
    except InvalidEvent as error:
        return {problem.where: problem.message for problem in error.problems}
    return {}


def changed(body: Any, path: Place, value: Any) -> Any:
    """A copy of ``body`` with another value at ``path``; ``GONE`` removes the field."""
    body = copy.deepcopy(body)
    target = body
    for step in path[:-1]:
        target = target[step]
    if value is GONE:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return body


def places_in(value: Any, above: Place = ()) -> Iterator[Place]:
    """Every place within ``value``."""
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield (*above, step)
        yield from places_in(value[step], (*above, step))


def lines() -> list[Any]:
    return [json.loads(line) for line in ARCHIVE.read_bytes().splitlines()]


def test_the_folder_holds_what_the_classes_give() -> None:
    assert {name: (SCHEMAS / name).read_bytes() for name in FILES} == FILES


def test_the_folder_holds_nothing_else_but_older_versions() -> None:
    versions = {kind.type: kind.version for kind in EVENT_TYPES} | {"line": 1}
    for file in SCHEMAS.iterdir():
        kind, version, suffix = file.name.rsplit(".", 2)
        assert suffix == "json"
        assert 1 <= int(version) <= versions[kind]


def test_the_command_writes_the_files(tmp_path: Path) -> None:
    subprocess.run([*COMMAND, str(tmp_path)], check=True, cwd=ROOT)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == FILES


def test_importing_the_package_leaves_the_module_out() -> None:
    code = "import kzarchive, sys; kzarchive.january_2022(); print('kzarchive.wire.json_schema' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout == "False\n"


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_a_2020_12_schema_whole_by_itself(name: str) -> None:
    schema = json.loads(FILES[name])
    kind, version, _ = name.rsplit(".", 2)
    jsonschema_rs.meta.validate(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:kzarchive:schema:{kind}:{version}"
    references = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(schema)))
    assert references == {f"#/$defs/{defined}" for defined in schema["$defs"]}


def test_descriptions_are_words_and_not_markup() -> None:
    texts = [text.decode() for text in FILES.values()]
    assert not any(mark in text for text in texts for mark in ("``", ":class:", ":func:", ">>>", "Attributes:"))


def test_a_field_has_the_words_of_its_class_or_of_its_base() -> None:
    schema = json.loads(FILES["assertion.recorded.1.json"])
    assert schema["properties"]["actor"]["description"] == "Slug of who recorded or judged."
    assert schema["$defs"]["Assertion"]["properties"]["hedge"] == {
        "$ref": "#/$defs/text",
        "description": "The hedge as written; None = none.",
        "type": ["string", "null"],
    }


def test_every_line_of_the_shipped_archive_is_valid() -> None:
    for line in lines():
        assert list(LINE.iter_errors(line)) == []
        assert faults_of_schema(line["type"], line["body"]) == set()


def test_there_is_a_body_for_every_type() -> None:
    assert list(BODIES) == [kind.type for kind in EVENT_TYPES]


@pytest.mark.parametrize("kind", BODIES)
def test_a_full_body_is_accepted_by_schema_and_codec(kind: str) -> None:
    assert faults_of_schema(kind, BODIES[kind]) == set()
    assert problems_of_codec(kind, BODIES[kind]) == {}


@pytest.mark.parametrize("value", VALUES)
def test_every_kind_of_value_is_accepted(value: dict[str, Any]) -> None:
    body = changed(BODIES["assertion.recorded"], ("assertion", "value"), value)
    assert faults_of_schema("assertion.recorded", body) == set()
    assert problems_of_codec("assertion.recorded", body) == {}


def test_every_event_of_an_archive_that_can_be_drawn_is_valid() -> None:
    archives = pytest.importorskip("strategies.archives").archives

    @settings(max_examples=30)
    @given(archives())
    def check(made: Any) -> None:
        for event in made.events:
            assert faults_of_schema(event.type, json.loads(codec.encode(event))) == set()

    check()


def test_every_event_that_can_be_made_is_valid() -> None:
    events = pytest.importorskip("strategies.values").events

    @given(events() if callable(events) else events)
    def check(event: Event) -> None:
        assert faults_of_schema(event.type, json.loads(codec.encode(event))) == set()

    check()


VALUE, FIRST_SPAN, FIRST_LINK = ("assertion", "value"), ("assertion", "evidence", 0), ("assertion", "chain", 0)
MEASURE = ("vocabulary", "measures", 0)
BROKEN: list[tuple[str, Place, Any, str]] = [
    ("assertion.recorded", ("actor",), GONE, "actor"),
    ("assertion.recorded", ("actor",), "no slug", "actor"),
    ("assertion.recorded", ("actor",), "s" * 81, "actor"),
    ("assertion.recorded", ("actor",), "slug\n", "actor"),
    ("assertion.recorded", ("actor",), None, "actor"),
    ("assertion.recorded", ("author",), "archive", ""),
    ("assertion.recorded", ("assertion",), [], "assertion"),
    ("assertion.recorded", ("assertion", "frame"), GONE, "assertion.frame"),
    ("assertion.recorded", ("assertion", "frame"), "killed/all/KZ", "assertion.frame"),
    ("assertion.recorded", ("assertion", "frame", "place"), "KZ/almaty", "assertion.frame.place"),
    ("assertion.recorded", ("assertion", "place"), "KZ", "assertion"),
    ("assertion.recorded", ("assertion", "modality"), "sure", "assertion.modality"),
    ("assertion.recorded", ("assertion", "act"), None, "assertion.act"),
    ("assertion.recorded", ("assertion", "hedge"), " \u2003\x1f", "assertion.hedge"),
    ("assertion.recorded", ("assertion", "note"), "n" * 4001, "assertion.note"),
    ("assertion.recorded", ("assertion", "salt"), "A" * 64, "assertion.salt"),
    ("assertion.recorded", ("assertion", "stated"), "9 January", "assertion.stated"),
    ("assertion.recorded", ("assertion", "stated"), "2022-01-09/2022-01-10", "assertion.stated"),
    ("assertion.recorded", ("assertion", "valid"), "2022-13", "assertion.valid"),
    ("assertion.recorded", ("assertion", "valid"), "/", "assertion.valid"),
    ("assertion.recorded", ("assertion", "valid"), 2022, "assertion.valid"),
    ("assertion.recorded", ("assertion", "valid_reading"), "always", "assertion.valid_reading"),
    ("assertion.recorded", ("assertion", "relations"), {}, "assertion.relations"),
    ("assertion.recorded", ("assertion", "relations", 0, "target"), "b", "assertion.relations[0].target"),
    ("assertion.recorded", ("assertion", "evidence"), [], "assertion.evidence"),
    ("assertion.recorded", (*FIRST_SPAN, "kind"), GONE, "assertion.evidence[0].kind"),
    ("assertion.recorded", (*FIRST_SPAN, "kind"), "page", "assertion.evidence[0].kind"),
    ("assertion.recorded", (*FIRST_SPAN, "start"), -1, "assertion.evidence[0].start"),
    ("assertion.recorded", (*FIRST_SPAN, "start"), "0", "assertion.evidence[0].start"),
    ("assertion.recorded", (*FIRST_SPAN, "start"), False, "assertion.evidence[0].start"),
    ("assertion.recorded", (*FIRST_SPAN, "end"), 2**53, "assertion.evidence[0].end"),
    ("assertion.recorded", (*FIRST_SPAN, "end"), 7.5, "assertion.evidence[0].end"),
    ("assertion.recorded", (*FIRST_SPAN, "place"), "page 3", "assertion.evidence[0]"),
    ("assertion.recorded", (*FIRST_LINK, "mode"), "loud", "assertion.chain[0].mode"),
    ("assertion.recorded", (*VALUE, "kind"), "number", "assertion.value.kind"),
    ("assertion.recorded", VALUE, {"term": "present"}, "assertion.value.kind"),
    ("assertion.recorded", VALUE, {"kind": "status", "term": "not there"}, "assertion.value.term"),
    ("assertion.recorded", VALUE, {"kind": "unknown", "reason": "lost"}, "assertion.value.reason"),
    ("assertion.recorded", VALUE, {"kind": "moment", "date": "2022/2023"}, "assertion.value.date"),
    ("assertion.recorded", VALUE, {"kind": "text"}, "assertion.value.text"),
    ("assertion.recorded", (*VALUE, "modifier"), "moar", "assertion.value.modifier"),
    ("assertion.recorded", (*VALUE, "numbers"), ["10"], "assertion.value.numbers"),
    ("assertion.recorded", (*VALUE, "numbers"), ["10", "12", "15"], "assertion.value.numbers"),
    ("assertion.recorded", (*VALUE, "numbers", 1), "15,000", "assertion.value.numbers[1]"),
    ("assertion.recorded", (*VALUE, "numbers", 1), "9" * 61, "assertion.value.numbers[1]"),
    ("assertion.recorded", (*VALUE, "numbers", 0), "-0.0", "assertion.value.numbers[0]"),
    ("assertion.recorded", (*VALUE, "surface"), "w" * 201, "assertion.value.surface"),
    ("assertion.recorded", (*VALUE, "low"), 10, "assertion.value"),
    ("assertion.recorded", VALUE, {**VALUES[5], "amount": VALUES[0]}, "assertion.value.amount"),
    ("agent.registered", ("agent", "names"), [], "agent.names"),
    ("agent.registered", ("agent", "names"), "the ministry", "agent.names"),
    ("agent.registered", ("agent", "names"), [7], "agent.names[0]"),
    ("agent.registered", ("agent", "names"), ["the ministry", " "], "agent.names[1]"),
    ("agent.registered", ("agent", "names"), ["the ministry", "the ministry"], "agent.names"),
    ("archive.opened", (*MEASURE, "decimal"), "no", "vocabulary.measures[0].decimal"),
    ("archive.opened", (*MEASURE, "decimal"), 0, "vocabulary.measures[0].decimal"),
    ("archive.opened", ("vocabulary", "measures", 1, "exclusive"), ["absent"], "vocabulary.measures[1].exclusive[0]"),
    ("archive.opened", ("vocabulary", "_measures"), {}, "vocabulary"),
    (
        "archive.opened",
        ("vocabulary", "measures", 1, "exclusive"),
        [["absent", "present", "absent"]],
        "vocabulary.measures[1].exclusive[0]",
    ),
    ("document.registered", ("document", "size"), -1, "document.size"),
    ("document.registered", ("document", "upstream"), ["agency", "agency"], "document.upstream"),
    ("document.registered", ("document", "upstream"), [None], "document.upstream[0]"),
    ("document.registered", ("document", "upstream"), ["agency", ""], "document.upstream[1]"),
    ("frame.reassigned", ("assertions",), [A, A], "assertions"),
    ("source.corrected", ("notice", "published"), "soon", "notice.published"),
    ("date.assessed", ("axis",), "recorded", "axis"),
    ("reliability.assessed", ("reliability",), "G", "reliability"),
]


@pytest.mark.parametrize(("kind", "path", "value", "where"), BROKEN)
def test_a_broken_body_is_refused_where_the_codec_refuses_it(kind: str, path: Place, value: Any, where: str) -> None:
    body = changed(BODIES[kind], path, value)
    assert faults_of_schema(kind, body) == {where}
    assert set(problems_of_codec(kind, body)) == {where}


LEFT_TO_THE_CODEC: list[tuple[str, Place, Any]] = [
    ("coverage.declared", ("end",), "2022-02-30"),
    ("coverage.declared", ("end",), "-0000"),
    ("coverage.declared", ("end",), "2022-01-07T03:18+14:01"),
    ("coverage.declared", ("end",), "2022-01-07T03:18-12:01"),
    ("coverage.declared", ("end",), "2022-01-07T03:18-00:00"),
    ("coverage.declared", ("end",), "[2022-02..2022-01]"),
    ("date.assessed", ("date",), "2022-02/2022-01"),
    ("archive.opened", ("zone",), "Asia/Almata"),
    ("document.registered", ("document", "zone"), "Asia/Almata"),
    ("assertion.recorded", (*VALUE, "numbers"), ["15", "10"]),
    ("assertion.recorded", VALUE, {**VALUES[3], "numbers": ["10", "12", "15"]}),
    ("assertion.recorded", (*FIRST_SPAN, "end"), 5.0),
    ("assertion.recorded", (*FIRST_SPAN, "end"), 0),
    ("assertion.recorded", (*FIRST_SPAN, "document"), B),
    ("assertion.recorded", ("assertion", "chain"), [ASSERTION["chain"][0]] * 2),  # type: ignore[index]
    ("assertion.recorded", ("assertion", "valid"), GONE),
    ("assertion.recorded", ("assertion", "valid_reading"), GONE),
    ("assertion.recorded", ("assertion", "act"), "deny_attribution"),
    (
        "assertion.recorded",
        ("assertion",),
        {**ASSERTION, "act": "deny", "relations": [{"kind": "responds_to", "target": C}]},
    ),
    ("document.registered", ("document", "published"), GONE),
    ("document.registered", ("document", "published_basis"), GONE),
    ("document.registered", ("document", "size"), GONE),
    ("document.registered", ("document", "unhashed"), True),
    ("archive.opened", (*MEASURE, "aggregation"), "moment"),
    ("archive.opened", (*MEASURE, "terms"), VOCABULARY["measures"][1]["terms"]),  # type: ignore[index]
    ("archive.opened", ("vocabulary", "measures", 1, "terms"), GONE),
    ("archive.opened", ("vocabulary", "measures", 1, "initial"), "sent"),
    ("archive.opened", ("vocabulary", "measures", 1, "exclusive"), [["absent", "gone"]]),
    ("archive.opened", ("vocabulary", "measures", 1, "slug"), "killed"),
    ("date.assessed", ("axis",), "published"),
    ("date.assessed", ("axis",), "stated"),
    ("identity.judged", ("right",), "ministry"),
    ("dependence.declared", ("assertions",), [A]),
    ("reliability.assessed", ("agent",), GONE),
    ("reliability.assessed", ("assertion",), A),
    ("reliability.assessed", ("credibility",), "2"),
    ("reliability.assessed", (), {**JUDGED, "assessor": "Ms S."}),
    ("payload.redacted", ("approvers",), ["editor"]),
    ("payload.redacted", ("tombstones",), GONE),
    ("payload.redacted", ("tombstone_key",), GONE),
]


@pytest.mark.parametrize(("kind", "path", "value"), LEFT_TO_THE_CODEC)
def test_what_rests_on_several_fields_is_left_to_the_codec(kind: str, path: Place, value: Any) -> None:
    body = changed(BODIES[kind], path, value) if path else value
    assert faults_of_schema(kind, body) == set()
    assert problems_of_codec(kind, body) != {}


# One phrase from each message for a fault that the module's docstring leaves to the codec.
BEYOND_A_SCHEMA = re.compile(
    "IANA name|after the start|the assertion's document|when 'valid' is given|beside the act|the size in bytes"
    "|when 'published' is known|for a |terms exactly|(states|terms) of the measure|each slug once|another slug than"
    "|at least two ids|at least two different slugs|there are tombstones"
    "|when 'agent' is given|an agent, an assertion, or both|one moment,"
)
REPLACEMENTS: list[Any] = [
    GONE,
    None,
    True,
    -1,
    10**6,
    LARGEST_INTEGER + 1,
    "",
    " ",
    "x",
    "2022-01-06",
    "2022-01-06/..",
    A,
    "t" * 5000,
    [],
    ["x"],
    {},
    {"kind": "text"},
]


def check_each_change(kind: str, body: Any, places: list[Place]) -> None:
    for place, replacement in itertools.product(places, REPLACEMENTS):
        if replacement is GONE and isinstance(place[-1], int):
            continue
        other = changed(body, place, replacement)
        by_schema, by_codec = faults_of_schema(kind, other), problems_of_codec(kind, other)
        if not by_schema and all(map(BEYOND_A_SCHEMA.search, by_codec.values())):
            continue
        # Of a union's member that is no mapping the codec names the tag, and the schema the whole.
        schema_places, codec_places = (
            {where.removesuffix(".kind") for where in some} for some in (by_schema, by_codec)
        )
        assert schema_places == codec_places, (place, replacement, by_codec)


@pytest.mark.parametrize("kind", BODIES)
def test_any_one_change_is_judged_alike_but_for_what_is_left_to_the_codec(kind: str) -> None:
    check_each_change(kind, BODIES[kind], list(places_in(BODIES[kind])))


@pytest.mark.parametrize("value", VALUES)
def test_any_one_change_of_a_value_is_judged_alike(value: dict[str, Any]) -> None:
    body = changed(BODIES["assertion.recorded"], VALUE, value)
    check_each_change("assertion.recorded", body, [(*VALUE, *place) for place in places_in(value)])


LINE_BODY = {"body": BODIES["judgement.withdrawn"], "position": 1, "recorded": "2026-11-23T05:00:00.000000Z"}
A_LINE = {**LINE_BODY, "type": "judgement.withdrawn", "version": 1}


def test_the_line_has_the_fields_of_json_lines() -> None:
    schema = json.loads(FILES["line.1.json"])
    assert set(schema["properties"]) == set(schema["required"]) == jsonl.FIELDS
    assert list(LINE.iter_errors(A_LINE)) == []


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("position", 0, ["position"]),
        ("version", 0, ["version"]),
        ("version", True, ["version"]),
        ("type", 7, ["type"]),
        ("type", "judgement withdrawn", ["type"]),
        ("recorded", "2026-11-23T05:00:00Z", ["recorded"]),
        ("recorded", "2026-11-23T24:00:00.000000Z", ["recorded"]),
        ("recorded", GONE, []),
        ("body", [], ["body"]),
        ("body", {**BODIES["judgement.withdrawn"], "target": "b"}, ["body", "target"]),
        ("digest", A, []),
    ],
)
def test_a_broken_line_is_refused(field: str, value: Any, path: list[str]) -> None:
    line = changed(A_LINE, (field,), value)
    assert {tuple(error.instance_path) for error in LINE.iter_errors(line)} == {tuple(path)}
    text = json.dumps(line, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(InvalidEvent):
        jsonl.read(text)


def test_a_line_of_an_unknown_type_or_version_may_have_any_body() -> None:
    assert LINE.is_valid({**LINE_BODY, "body": {"x": 1}, "type": "payload.shredded", "version": 1})
    assert LINE.is_valid({**LINE_BODY, "body": {"x": 1}, "type": "judgement.withdrawn", "version": 2})
    assert not LINE.is_valid({**LINE_BODY, "body": {"x": 1}, "type": "judgement.withdrawn", "version": 1})


YEARS = ("2022", "-0044", "0000", "-0000", "202X", "20XX", "2XXX", "Y17000", "Y-17000", "Y012345", "Y123456789", "22")
MONTHS = ("", "-01", "-02", "-12", "-00", "-13", "-21", "-24", "-25", "-XX", "-1")
DAYS = ("", "-01", "-29", "-31", "-32", "-00", "-XX", "-X1")
TIMES = ("T03:18", "T23:59:59", "T00:00", "T24:00", "T03:60", "T03:18:60", "T03", "T03:18:00.5", "t03:18")
OFFSETS = ("", "Z", "z", "+06:00", "+06", "-12:00", "+14:00", "+14:59", "-13", "+15", "-00:00", "+06:60", "+0600")
MARKS = ("", "?", "~", "%", "?~")
SIDES = (
    "",
    "..",
    "/",
    "2022-01-05",
    "2022-XX",
    "20XX?",
    "Y17000~",
    "-0044",
    "2022-01-07T03:18Z%",
    "2022-24",
    "2022-13",
)
SINGLES = [
    *map("".join, itertools.product(YEARS, MONTHS, DAYS, MARKS)),
    *map(
        "".join, itertools.product(["2022-01-07", "2022-01", "2022-01-XX", "2022-XX-XX", "202X"], TIMES, OFFSETS, MARKS)
    ),
]
PAIRS = [form.format(a, b) for form in ("{}/{}", "[{}..{}]", "{}..{}") for a, b in itertools.product(SIDES, SIDES)]
ODD = ["", "2022\n", " 2022", "[2022,2023]", "{2022}", "[..]", "[2022]", "2022/2023/2024", "\u0662022", "2022" * 60]
FINER_THAN_A_PATTERN = ("a day from 01 to", "year '0000'", "an offset from", "'Z' or '+00:00'", "reversed")


def validator_of_rule(rule: str) -> Any:
    return jsonschema_rs.Draft202012Validator(json_schema.RULES[rule])


def refusal_of(text: str) -> str | None:
    """Why the parser refuses a text; None when it is a date."""
    try:
        ImpreciseDate.parse(text)
    except InvalidDate as error:
        return str(error)
    return None


def test_the_pattern_of_a_date_is_the_grammar_of_the_parser() -> None:
    date, moment = validator_of_rule("date"), validator_of_rule("moment")
    accepted = 0
    for text in (*SINGLES, *PAIRS, *ODD):
        refusal = refusal_of(text)
        if refusal is None:
            accepted += 1
            assert date.is_valid(text), text
            assert moment.is_valid(text) == ImpreciseDate.parse(text).is_moment, text
        elif not any(words in refusal for words in FINER_THAN_A_PATTERN):
            assert not date.is_valid(text), (text, refusal)
            assert not moment.is_valid(text), (text, refusal)
    assert accepted > 300


@given(st.from_regex(json_schema.RULES["date"]["pattern"], fullmatch=True))
def test_what_the_pattern_of_a_date_accepts_the_parser_refuses_only_for_finer_rules(text: str) -> None:
    refusal = refusal_of(text.removesuffix("\n"))
    assert not refusal or any(words in refusal for words in FINER_THAN_A_PATTERN)


@given(st.text("-+0123456789.e,", max_size=8) | st.from_regex(r"-?[0-9]{1,2}(\.[0-9]{1,2})?", fullmatch=True))
def test_the_pattern_of_a_number_is_the_grammar_of_decimal_texts(text: str) -> None:
    number = validator_of_rule("number")
    try:
        decimal_text(text)
    except InvalidQuantity:
        assert not number.is_valid(text)
    else:
        assert number.is_valid(text)


def test_a_text_of_spaces_alone_is_blank_to_the_schema_as_to_python() -> None:
    visible = validator_of_rule("text")
    characters = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) != "Cs"]
    assert [c for c in characters if not visible.is_valid(c)] == [c for c in characters if c.isspace()]


@attrs.frozen(kw_only=True)
class Framed(Event):
    """An event with an optional frame."""

    type: ClassVar[str] = "test.framed"

    frame: Frame | None = None


@attrs.frozen(kw_only=True)
class Weighed(Event):
    """An event with a float."""

    type: ClassVar[str] = "test.weighed"

    weight: float


def test_an_optional_class_may_be_null() -> None:
    validator = jsonschema_rs.Draft202012Validator(json_schema.event_schema(Framed))
    assert validator.is_valid({"actor": "archive", "frame": None})
    assert validator.is_valid({"actor": "archive", "frame": FRAME})
    assert not validator.is_valid({"actor": "archive", "frame": {}})


def test_a_field_of_a_type_that_no_body_can_hold_is_an_error() -> None:
    message = "expected the type of a field that JSON can hold, got <class 'float'>"
    with pytest.raises(UsageError, match=re.escape(message)):
        json_schema.event_schema(Weighed)
