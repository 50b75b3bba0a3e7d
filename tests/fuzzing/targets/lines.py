"""JSON Lines as ``kzarchive import`` reads them, one portion at a time, without an archive."""

from collections.abc import Iterator
from random import Random

import orjson

from fuzzing.mutating import json_changed, json_text, mutated
from fuzzing.samples import GOLDEN
from fuzzing.target import Target
from fuzzing.targets.bodies import MORE, samples
from kzarchive.errors import InvalidEvent
from kzarchive.log.clock import recorded_us
from kzarchive.recording import jsonl
from kzarchive.values.canonical import canonical

RECORDED = "2026-11-23T03:15:00.000000Z"
MODULES = ("kzarchive.recording.jsonl", "kzarchive.wire.codec", "kzarchive.wire.faults", "kzarchive.values.canonical")


def line(position: int, kind: str, version: int, body: object) -> bytes:
    """Returns a line."""
    return (
        canonical({"body": body, "position": position, "recorded": RECORDED, "type": kind, "version": version}) + b"\n"
    )


def read_lines(data: bytes) -> None:
    """Reads lines; those that are accepted are written again byte for byte."""
    for read, raw in zip(jsonl.read(data, "log.jsonl"), data.split(b"\n"), strict=False):
        plain = orjson.loads(raw)
        assert canonical(plain["body"]) == read.encoded.body
        assert recorded_us(plain["recorded"]) == read.recorded


def changed(data: bytes, random: Random, target: Target) -> bytes:
    """Changes a node of a line, or the text; what is changed in a node is then written in canonical form."""
    rows = data.split(b"\n")
    if random.random() < 0.3 or len(rows) < 2:
        return mutated(data, random, target.tokens, target.seeds)
    at = random.randrange(len(rows) - 1)
    try:
        plain = orjson.loads(rows[at])
    except ValueError:
        return mutated(data, random, target.tokens, target.seeds)
    words = [token.decode() for token in target.tokens]
    for _ in range(random.choice((1, 1, 2))):
        plain = json_changed(plain, random, words)
    if random.random() < 0.8 and isinstance(plain, dict):
        plain |= {"position": at + 1}
    rows[at] = json_text(plain, random, escaped=0.05)
    if random.random() < 0.1:
        rows.insert(at, random.choice(random.choice(target.seeds).split(b"\n")))
    return b"\n".join(rows)


def words() -> tuple[bytes, ...]:
    """Returns the words of events."""
    found = set(MORE) | {
        "body",
        "position",
        "recorded",
        "type",
        "version",
        "redacted_by",
        "digest",
        "identity",
        RECORDED,
    }
    for kind, each in samples().items():
        found |= {kind} | {key for _, body in each for key in orjson.loads(body)}
    return tuple(sorted(word.encode() for word in found))


def targets() -> Iterator[Target]:
    """Yields the target of lines."""
    seeds = [line(1, kind, version, orjson.loads(body)) for kind, each in samples().items() for version, body in each]
    seeds += [line(1, kind, 1, {"actor": "archive", **body}) for kind, body in MORE.items()]
    gone = {"digest": "0" * 64, "identity": "1" * 64, "position": 1, "recorded": RECORDED, "redacted_by": 2}
    seeds.append(canonical(gone | {"type": "agent.registered", "version": 1}) + b"\n")
    seeds.append((GOLDEN / "harbour.jsonl").read_bytes())
    yield Target(
        name="lines",
        run=read_lines,
        seeds=tuple(seeds),
        tokens=words(),
        modules=MODULES,
        refusals=(InvalidEvent,),
        longest=16_384,
        mutator=changed,
    )
