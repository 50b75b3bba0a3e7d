"""Bundles, given to the stand-alone verifier as the file that anybody runs: 0, or 1 and a named fault."""

import base64
import io
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from random import Random
from zlib import crc32

import orjson

from fuzzing.mutating import json_changed, json_text, mutated
from fuzzing.room import room
from fuzzing.target import Target
from fuzzing.targets.proofs import ORIGIN, own_key
from kzarchive.integrity import verifier
from kzarchive.integrity.checkpoints import Checkpoint
from kzarchive.january2022 import load


class Refused(Exception):
    """The verifier ended with its exit code 1 and named a fault."""


def check_bundle(data: bytes) -> None:
    """Runs the verifier on a bundle; with a key where the checksum of the bundle says so, for signatures are slow."""
    key = ["--key", str(own_key().verifier)] if crc32(data) % 16 == 0 else []
    with room().entered() as folder:
        (folder / "bundle").write_bytes(data)
        code, out, err = run_verifier("bundle", *key)
    if code == 1 and err.startswith("refused: ") and not out:
        raise Refused(err)
    assert (code, err, out[:10]) == (0, "", "accepted: "), (code, out, err)


def run_verifier(*arguments: str) -> tuple[int, str, str]:
    """Returns the exit code of the verifier's command line, and what it printed."""
    before, sys.argv = sys.argv, ["verifier.py", *arguments]
    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = verifier.main()
    finally:
        sys.argv = before
    out.getvalue().encode("utf-8")  # a terminal shows no lone surrogate
    return code, out.getvalue(), err.getvalue()


def changed(data: bytes, random: Random, target: Target) -> bytes:
    """Changes a node of a line, or of the body within it, or the text."""
    rows = data.split(b"\n")
    at = random.randrange(len(rows))
    try:
        plain = orjson.loads(rows[at])
    except ValueError:
        return mutated(data, random, target.tokens, target.seeds)
    if random.random() < 0.3:
        return mutated(data, random, target.tokens, target.seeds)
    words = [token.decode() for token in target.tokens]
    plain = json_changed(plain, random, words)
    if isinstance(plain, dict) and isinstance(plain.get("body"), str) and random.random() < 0.5:
        plain = _with_another_body(plain, random, words)
    rows[at] = json_text(plain, random, escaped=0.05)
    return b"\n".join(made_to_fit(rows) if random.random() < 0.4 else rows)


def made_to_fit(rows: list[bytes]) -> list[bytes]:
    """Returns a bundle of all events with hashes that fit its bodies, as a forger would make it."""
    try:
        head, *events = [json.loads(row) for row in rows if row]
        peaks: list[tuple[int, bytes]] = []
        for position, event in enumerate(events, start=1):
            event["position"] = position
            event["digest"] = verifier.sha256(b"kzarchive.body/1\0", event["body"].encode()).hex()
            event["identity"] = verifier.identity(event, json.loads(event["body"])).hex()
            verifier.add_leaf(
                peaks, verifier.sha256(b"\0", verifier.canonical({name: event[name] for name in verifier.LEAF}))
            )
        root = base64.b64encode(verifier.root_of(peaks)).decode()
        head |= {"count": len(events), "checkpoint": f"{ORIGIN}\n{len(events)}\n{root}\n"}
        return [*map(verifier.canonical, (head, *events)), b""]
    except (ValueError, KeyError, TypeError, AttributeError, verifier.Fault, RecursionError):
        return rows


def _with_another_body(plain: dict[str, object], random: Random, words: list[str]) -> dict[str, object]:
    """Changes the body and makes its digest fit, so that the checks behind it are reached."""
    try:
        body = json_changed(json.loads(str(plain["body"])), random, words)
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = verifier.sha256(b"kzarchive.body/1\0", text.encode()).hex()
    except (ValueError, RecursionError):
        return plain
    return plain | {"body": text, "digest": digest}


def _seeds() -> Iterator[bytes]:
    with room().entered() as folder, load() as archive:
        for name, size, chosen in (("a", 3, None), ("b", 429, [3, 9]), ("c", 429, [419, 425]), ("d", 1, None)):
            head = archive.tree_head(ORIGIN, size)
            archive.export_bundle(folder / name, Checkpoint.signed(head, own_key()) if chosen else head, chosen)
            yield (folder / name).read_bytes()


def targets() -> Iterator[Target]:
    """Yields the target of bundles."""
    names = ("checkpoint", "count", "events", "format", "body", "digest", "identity", "position", "proof", "recorded")
    kinds = (
        "type",
        "version",
        "all",
        "chosen",
        "kzarchive.bundle/1",
        "payload.redacted",
        "assertion.recorded",
        "target",
    )
    more = (
        "document.registered",
        "salt",
        "id",
        "document",
        "assertion",
        "note",
        "0" * 64,
        "2026-11-23T03:15:00.000000Z",
    )
    yield Target(
        name="bundles",
        run=check_bundle,
        seeds=tuple(seed for seed in _seeds() if len(seed) < 40_000),
        tokens=tuple(word.encode() for word in (*names, *kinds, *more)),
        modules=("kzarchive.integrity.verifier",),
        refusals=(Refused,),
        longest=40_000,
        smoke=40,
        mutator=changed,
    )
