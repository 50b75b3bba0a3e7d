"""Canonical JSON Lines: written and read back they are the same log; any other form of the same data is refused."""

import pytest
from strategies.toy import harbour_archive

from kzarchive.errors import InvalidEvent
from kzarchive.log.clock import recorded_us
from kzarchive.log.protocol import StoredEvent, body_digest
from kzarchive.recording import jsonl
from kzarchive.values.canonical import canonical
from kzarchive.values.events import UnknownEvent

OPENED = '{"actor":"a","name":"n","vocabulary":{"name":"v"},"zone":"UTC"}'
COVERAGE = '{"actor":"a","end":"2031-05-07","grounds":"g"}'


def line(position=1, body=OPENED, kind="archive.opened", recorded="2031-06-01T08:00:00.000000Z", version=1):
    return (
        f'{{"body":{body},"position":{position},"recorded":"{recorded}","type":"{kind}","version":{version}}}\n'
    ).encode()


def refusal(text):
    with pytest.raises(InvalidEvent) as caught:
        jsonl.read(text, "log.jsonl")
    return str(caught.value)


def lines_of(archive):
    return b"".join(jsonl.write(archive.stored_events()))


def test_the_written_form():
    body = b'{"actor":"a"}'
    stored = StoredEvent(3, "x.happened", 2, 1_000_000, bytes(32), body_digest(body), body)
    assert list(jsonl.write([stored])) == [
        b'{"body":{"actor":"a"},"position":3,"recorded":"1970-01-01T00:00:01.000000Z","type":"x.happened","version":2}\n'
    ]


def test_a_redacted_event_shows_the_gap_and_is_not_recorded_again():
    """A log that has one is copied as a file."""
    digest = body_digest(b"{}")
    stored = StoredEvent(3, "x.happened", 2, 1_000_000, bytes(32), digest, None, 7)
    (written,) = jsonl.write([stored])
    assert (
        written
        == canonical(
            {
                "digest": digest.hex(),
                "identity": "00" * 32,
                "position": 3,
                "recorded": "1970-01-01T00:00:01.000000Z",
                "redacted_by": 7,
                "type": "x.happened",
                "version": 2,
            }
        )
        + b"\n"
    )
    assert refusal(line() + written) == (
        "log.jsonl:2: expected an event with its body, got one redacted by position 7: "
        "a log that has redactions is copied as a file"
    )


def test_a_log_is_written_and_read_back():
    with harbour_archive() as archive:
        text = lines_of(archive)
        stored = list(archive.stored_events())
        read = jsonl.read(text)
        assert [logged.event for logged in archive.events()] == [line.event for line in read]
    assert [event.recorded for event in stored] == [line.recorded for line in read]
    assert all(line == canonical(jsonl.codec.loads(line)) for line in text.splitlines())


def test_two_runs_write_the_same_bytes():
    with harbour_archive() as one, harbour_archive() as other:
        assert lines_of(one) == lines_of(other)


def test_a_line_as_it_should_be():
    (read,) = jsonl.read(line())
    assert read.recorded == recorded_us("2031-06-01T08:00:00.000000Z")
    assert read.event.zone == "UTC"


def test_an_event_of_an_unknown_type_is_kept_as_it_came():
    _, read = jsonl.read(line() + line(2, '{"b":[1,null],"c":"é"}', "port.flooded", version=7))
    assert read.event == UnknownEvent(type="port.flooded", version=7, body='{"b":[1,null],"c":"é"}'.encode())


def test_nothing_is_no_event():
    assert jsonl.read(b"") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (line()[:-1], "log.jsonl:1: expected a line feed at the end of the last line, got none"),
        (line().replace(b"\n", b"\r\n"), "log.jsonl:1: expected canonical JSON, got the same data in another form"),
        (line().replace(b'"position"', b' "position"'), "log.jsonl:1: expected canonical JSON, got the same data"),
        (line().replace(b'"zone"', b'"salt":1,"zone"'), "log.jsonl:1.body: expected no other fields, got 'salt'"),
        (line(body=OPENED[:-1] + ',"zone":"UTC"}'), "log.jsonl:1: expected canonical JSON, got the same data"),
        (line(position=2), "log.jsonl:1.position: expected 1, got 2"),
        (line(position="true"), "log.jsonl:1.position: expected 1, got True"),
        (
            line(position="1.0"),
            "log.jsonl:1.position: expected text, an integer, true, false, null, a list or a mapping",
        ),
        (line() + line(1, COVERAGE, "coverage.declared"), "log.jsonl:2.position: expected 2, got 1"),
        (line() + b"\n", "log.jsonl:2: expected JSON, got b''"),
        (b"[]\n", "log.jsonl:1: expected the fields body, position, recorded, type, version, got []"),
        (line(version='"1"'), "log.jsonl:1.body: expected a type (a dotted name) and a version from 1"),
        (line(recorded="2031-06-01T08:00:00Z"), "log.jsonl:1.recorded: expected an instant like"),
        (line(body=OPENED.replace("UTC", "Mars/Base")), "log.jsonl:1.body.zone: expected"),
        (
            line() + line(2, COVERAGE.replace("05-07", "02-30"), "coverage.declared"),
            "log.jsonl:2.body.end: expected a day from 01 to 28 in month 02 of year 2031",
        ),
        (
            line() + line(2, COVERAGE, "coverage.declared", "2031-06-01T07:59:59.999999Z"),
            "log.jsonl:2.recorded: expected a time that does not run backwards",
        ),
    ],
)
def test_a_line_in_another_form_is_refused(text, message):
    assert refusal(text).startswith(message)


def test_every_bad_line_is_told():
    text = line() + b"{}\n" + line(3, COVERAGE, "coverage.declared") + line(5, COVERAGE, "coverage.declared")
    assert refusal(text).splitlines() == [
        "log.jsonl:2: expected the fields body, position, recorded, type, version, got []",
        "log.jsonl:4.position: expected 4, got 5",
    ]


def happened(position, recorded="2031-06-01T08:00:00.000000Z"):
    return line(position, f'{{"said":{position}}}', "x.happened", recorded)


def test_lines_of_one_time_stand_together_across_the_portions_in_which_they_are_read():
    later = "2031-06-01T09:00:00.000000Z"
    lines = [happened(1), *(happened(position, later) for position in range(2, 9))]
    parts = [[each.number for each in batch] for batch in jsonl.batches(lines, size=3)]
    assert parts == [[1], [2, 3, 4], [5, 6, 7], [8]]


def test_what_stands_before_a_faulty_portion_is_given_before_its_faults_are_told():
    lines = [happened(1), happened(2), happened(3, "2031-06-01T09:00:00.000000Z"), b"junk\n", happened(5), b"no\n"]
    batches = jsonl.batches(lines, "log.jsonl", size=3)
    assert [each.number for each in next(batches)] == [1, 2]
    assert [each.number for each in next(batches)] == [3]
    with pytest.raises(InvalidEvent, match=r"log\.jsonl:4: expected JSON") as caught:
        next(batches)
    assert [problem.where for problem in caught.value.problems] == ["log.jsonl:4", "log.jsonl:5.recorded"]
