"""Bodies of events as the log keeps them: ``type/version``, a line feed, and the bytes."""

from collections.abc import Iterator
from random import Random

import orjson

from fuzzing.mutating import json_changed, json_text, mutated
from fuzzing.target import Target
from kzarchive.errors import InvalidEvent, LogError
from kzarchive.january2022 import load
from kzarchive.values.events import UnknownEvent
from kzarchive.wire import codec


def read_body(data: bytes) -> None:
    """Reads a body as one that a log vouches for, and as data from elsewhere; both say the same."""
    head, _, body = data.partition(b"\n")
    kind, _, version = head.decode("utf-8", "surrogateescape").partition("/")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 19 else 1
    try:
        known = codec.decode_canonical(kind, number, body)
    except LogError:
        known = None
    try:
        event = codec.structure_event(kind, number, codec.loads(body))
    except InvalidEvent:
        assert known is None or isinstance(known, UnknownEvent)
        raise
    assert known is None or known == event or isinstance(known, UnknownEvent)
    made = codec.encoded(event)
    assert (made.body, made.identity.hex()) == (codec.encode(event), codec.identity(event))
    if not isinstance(event, UnknownEvent):
        assert codec.decode_canonical(event.type, event.version, made.body) == event


def changed(data: bytes, random: Random, target: Target) -> bytes:
    """Changes a node of the body, or its text."""
    head, _, body = data.partition(b"\n")
    try:
        plain = orjson.loads(body)
    except ValueError:
        return mutated(data, random, target.tokens, target.seeds)
    if random.random() < 0.25:
        return mutated(data, random, target.tokens, target.seeds)
    words = [token.decode() for token in target.tokens]
    for _ in range(random.choice((1, 1, 2, 3))):
        plain = json_changed(plain, random, words)
    return head + b"\n" + json_text(plain, random, escaped=0.1)


def samples() -> dict[str, list[tuple[int, bytes]]]:
    """Returns some bodies of the shipped archive by type; of assertions one of each kind of value and length."""
    found: dict[str, list[tuple[int, bytes]]] = {}
    seen = set()
    with load() as archive:
        for logged in archive.stored_events():
            plain = orjson.loads(logged.body or b"{}")
            asserted = plain.get("assertion", {})
            mark = (logged.type, asserted.get("value", {}).get("kind"), tuple(sorted(asserted)))
            if mark not in seen and logged.type != "archive.opened":
                seen.add(mark)
                found.setdefault(logged.type, []).append((logged.version, logged.body or b""))
    return found


MORE = {
    "identity.judged": {"left": "a", "right": "b", "of": "agent", "judged": "same", "grounds": "g"},
    "judgement.withdrawn": {"target": "0" * 64, "grounds": "g"},
    "payload.redacted": {"target": 4, "reason": "court_order", "approvers": ["a", "b"]},
    "transcription.fixed": {"old": "0" * 64, "new": "1" * 64, "grounds": "g"},
    "vocabulary.extended": {"places": [{"slug": "KZ.x", "definition": "d"}]},
    "coverage.declared": {"end": "2022-01-20", "grounds": "g"},
    "port.flooded": {"x": [1, None, True, {"y": "é"}]},
}


def targets() -> Iterator[Target]:
    """Yields the target of bodies."""
    seeds = [f"{kind}/{version}\n".encode() + body for kind, each in samples().items() for version, body in each]
    seeds += [f"{kind}/1\n".encode() + orjson.dumps({"actor": "archive", **body}) for kind, body in MORE.items()]
    words = set(codec.CLASSES) | {
        "kind",
        "span",
        "cell",
        "place",
        "quantity",
        "numbers",
        "unknown",
        "KZT",
        "note",
        "id",
    }
    words |= {key for _, each in samples().items() for _, body in each for key in orjson.loads(body)}
    words |= {
        "chain",
        "salt",
        "valid_reading",
        "throughout",
        "deny",
        "certain",
        "2022-01-07",
        "../..",
        "[..2022]",
        "/1\n",
    }
    yield Target(
        name="bodies",
        run=read_body,
        seeds=tuple(seeds),
        tokens=tuple(sorted(word.encode() for word in words)),
        modules=(
            *("kzarchive.wire.codec", "kzarchive.wire.faults", "kzarchive.wire.quick", "kzarchive.wire.scalars"),
            *("kzarchive.values.canonical", "kzarchive.values.checks", "kzarchive.values.assertions"),
            *("kzarchive.values.events", "kzarchive.values.evidence", "kzarchive.values.sources"),
        ),
        refusals=(InvalidEvent,),
        longest=8_192,
        mutator=changed,
    )
