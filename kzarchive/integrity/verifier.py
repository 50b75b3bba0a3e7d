#!/usr/bin/env python3
"""Checks a bundle of events exported from a kzarchive log. One file, Python 3.9 or newer, nothing else.

    python -I verifier.py BUNDLE [--key VERIFIER_KEY]

Exit code 0: every check below passed. 1: the bundle is refused, and the first fault is named. 2: wrong usage.

A bundle is UTF-8 text, one JSON object a line, each line ended by one line feed, in canonical form: keys sorted, no
white space, no escape that could be avoided, no floating-point number. First the head, then one event a line:

    {"checkpoint":TEXT,"count":N,"events":"all" or "chosen","format":"kzarchive.bundle/1"}
    {"body":TEXT,"digest":HEX,"identity":HEX,"position":N,"proof":[BASE64,...],"recorded":TIME,"type":TEXT,"version":N}

The checkpoint is origin, size and root, a line each; if it was signed, then an empty line and signature lines
(c2sp.org/tlog-checkpoint). "proof" stands only in bundles of chosen events. "body" is missing where an event of type
payload.redacted, later in the same bundle, has the position of the event as its field "target": it was taken out.

What is checked:
 1. digest   = SHA-256("kzarchive.body/1" 0x00 body), and the body is one canonical JSON object
 2. identity = SHA-256(domain 0x00 data), where domain and data are, by type of the event:
               assertion.recorded   "kzarchive.assertion/1", the body's field "assertion" without its field "note"
               document.registered  "kzarchive.document/1", the field "id" of the body's field "document"; where that
                                    has a field "salt", "kzarchive.protected-document/1", id 0x00 salt
               any other            "kzarchive.event/1", type "/" version 0x00 body
    Of an event whose body is gone neither can be made again; both are bound by the next check.
 3. leaf     = SHA-256(0x00 data), data = the line with only digest, identity, position, recorded, type, version,
    and RFC 9162 hashing from there: of all events the root is computed, of chosen ones each path leads to the root.
 4. Positions rise by one (all) or rise (chosen); times of recording never run backwards; no identity stands twice.
 5. With --key: an Ed25519 signature (RFC 8032) over the checkpoint's first three lines, by that key.

What is not: that the events are true, that they were recorded when they say (that is the archive's own clock), or that
others are shown the same checkpoint. Compare the checkpoint printed here with one that you got another way.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from typing import Any, BinaryIO

HASH = "[0-9a-f]{64}"
TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z"
HEAD = {"checkpoint": str, "count": int, "events": "all|chosen", "format": "kzarchive[.]bundle/1"}
EVENT = {
    "digest": HASH,
    "identity": HASH,
    "position": int,
    "recorded": TIME,
    "type": "[a-z0-9_.-]{1,80}",
    "version": int,
}
LEAF = sorted(EVENT)


class Fault(Exception):
    """What is wrong with the bundle."""


def expect(holds: Any, words: str) -> None:
    """Refuses the bundle unless a condition holds."""
    if not holds:
        raise Fault(words)


# Canonical JSON


def refuse_float(text: str) -> None:
    """Is called by the JSON parser for every number that is no integer."""
    raise Fault(f"expected no floating-point number, got {text}")


def canonical(value: Any) -> bytes:
    """Returns the one form of JSON data."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def parsed(data: bytes, what: str) -> dict[str, Any]:
    """Returns the JSON object of bytes in canonical form."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=refuse_float, parse_constant=refuse_float)
        same = canonical(value) == data
    except (ValueError, RecursionError) as error:
        raise Fault(f"{what}: expected JSON: {error}") from None
    expect(type(value) is dict and same, f"{what}: expected a JSON object in canonical form, got it in another form")
    return dict(value)


def expect_fields(value: dict[str, Any], forms: dict[str, Any], optional: dict[str, Any]) -> None:
    """Refuses an object that lacks a field, has another, or has one of another form (a type, or a pattern of text)."""
    for name in {**value, **forms}:
        form, found = {**optional, **forms}.get(name), value.get(name)
        expect(form is not None, f"expected no field {name!r}")
        fits = re.fullmatch(form, found) if isinstance(form, str) and type(found) is str else type(found) is form
        expect(fits, f"expected the field {name!r} in its form, got {found!r:.80}")


def base64_bytes(text: Any, length: int | None, what: str) -> bytes:
    """Returns the bytes of a base64 text, of which there is one form; None = of any length."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, AttributeError):
        data = b""
    right = base64.b64encode(data).decode() == text and len(data) == (length or len(data) or 1)
    expect(right, f"{what}: expected {length or 'some'} bytes in base64")
    return data


# Hashes and trees (RFC 9162, section 2.1)


def sha256(*parts: bytes) -> bytes:
    """Returns the SHA-256 of bytes put together."""
    return hashlib.sha256(b"".join(parts)).digest()


def identity(event: dict[str, Any], body: dict[str, Any]) -> bytes:
    """Returns what the identity of an event must be."""
    try:
        if event["type"] == "assertion.recorded":
            asserted = {name: value for name, value in body["assertion"].items() if name != "note"}
            return sha256(b"kzarchive.assertion/1\0", canonical(asserted))
        if event["type"] == "document.registered":
            document = body["document"]
            if "salt" not in document:
                return sha256(b"kzarchive.document/1\0", document["id"].encode())
            return sha256(b"kzarchive.protected-document/1\0", f"{document['id']}\0{document['salt']}".encode())
    except (AttributeError, KeyError, TypeError):
        raise Fault("the body lacks what the identity is made from") from None
    return sha256(b"kzarchive.event/1\0", f"{event['type']}/{event['version']}\0".encode(), event["body"].encode())


def add_leaf(peaks: list[tuple[int, bytes]], leaf: bytes) -> None:
    """Adds a leaf to the complete subtrees so far: number of leaves and hash of each, largest first."""
    leaves = 1
    while peaks and peaks[-1][0] == leaves:
        leaves, leaf = 2 * leaves, sha256(b"\1", peaks.pop()[1], leaf)
    peaks.append((leaves, leaf))


def root_of(peaks: list[tuple[int, bytes]]) -> bytes:
    """Returns the root over complete subtrees."""
    if not peaks:
        return sha256()
    root = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        root = sha256(b"\1", left, root)
    return root


def root_of_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Returns the root that a path leads to; None if it is not as long as index and size make it (2.1.3.2)."""
    last = size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            leaf = sha256(b"\1", sibling, leaf)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = sha256(b"\1", leaf, sibling)
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else None


# Ed25519 signatures (RFC 8032, section 5.1) in affine coordinates: slow, and enough to check one

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def point(data: bytes) -> tuple[int, int] | None:
    """Returns the point of the curve that 32 bytes stand for, or None (5.1.3)."""
    sign, y = data[31] >> 7, int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Returns the sum of two points of the curve -x^2 + y^2 = 1 + D x^2 y^2."""
    t = D * a[0] * b[0] * a[1] * b[1] % P
    inverse = pow(1 - t * t, -1, P)
    x = (a[0] * b[1] + a[1] * b[0]) * (1 - t) * inverse % P
    return x, (a[1] * b[1] + a[0] * b[0]) * (1 + t) * inverse % P


def times(n: int, a: tuple[int, int]) -> tuple[int, int]:
    """Returns the sum of n times the same point."""
    total = (0, 1)
    for bit in f"{n:b}":
        total = add(total, total)
        total = add(total, a) if bit == "1" else total
    return total


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Returns whether a signature over a message was made with the secret half of a public key (5.1.7)."""
    base, key, s = point(b"\x58" + b"\x66" * 31), point(public), int.from_bytes(signature[32:], "little")
    if base is None or key is None or len(signature) != 64 or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    x, y = add(times(s, base), times(k, (P - key[0], key[1])))
    return signature[:32] == (y | (x & 1) << 255).to_bytes(32, "little")


# Checkpoints and bundles


def read_checkpoint(text: str) -> tuple[str, int, bytes, str]:
    """Returns origin, size, root and signature lines of a checkpoint."""
    head, signed, signatures = text.partition("\n\n")
    lines = (head + "\n" if signed else text).split("\n")
    expect(len(lines) == 4 and lines[0] and not lines[3], "checkpoint: expected origin, size and root, a line each")
    printable = lines[0].isprintable() and not {" ", "+"} & set(lines[0])
    expect(printable, f"checkpoint: expected an origin of printable characters, no space or '+', got {lines[0]!r:.80}")
    expect(
        re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]), f"checkpoint: expected a size in decimal, got {lines[1]!r:.80}"
    )
    return lines[0], int(lines[1]), base64_bytes(lines[2], 32, "checkpoint: root"), signatures


def check_signature(text: str, vkey: str) -> None:
    """Refuses a checkpoint that a verifier key (c2sp.org/signed-note) did not sign."""
    name, key_id, material = (*vkey.split("+", 2), "", "")[:3]
    public = base64_bytes(material, 33, "--key")
    own_id = sha256(name.encode(), b"\n", public)[:4]
    expect(public[:1] == b"\1" and key_id == own_id.hex(), "--key: expected an Ed25519 verifier key")
    origin, _, _, signatures = read_checkpoint(text)
    expect(origin == name, f"checkpoint: expected the origin {name}, which the key is for, got {origin}")
    own = []
    for line in signatures.split("\n")[:-1]:
        form = re.fullmatch("\u2014 ([^ +]+) ([A-Za-z0-9+/]+={0,2})", line)
        expect(form, f"checkpoint: expected a signature line, got {line!r:.80}")
        blob = base64_bytes(form[2], None, "checkpoint: signature") if form else b""
        if form and form[1] == name and blob[:4] == own_id:
            own.append(blob[4:])
    expect(text.endswith("\n"), "checkpoint: expected a line feed at the end")
    expect(own, f"checkpoint: expected a signature by {name}, got none")
    message = text.partition("\n\n")[0].encode() + b"\n"
    expect(all(ed25519_holds(public[1:], message, each) for each in own), "checkpoint: the signature does not hold")


def check_event(event: dict[str, Any], redacted: dict[int, int]) -> None:
    """Refuses an event whose digest or identity is not that of its body; adds what it redacts."""
    expect_fields(event, EVENT, {"body": str, "proof": list})
    if "body" not in event:
        return
    digest = sha256(b"kzarchive.body/1\0", event["body"].encode())
    expect(event["digest"] == digest.hex(), "the digest is not that of the body")
    body = parsed(event["body"].encode(), "body")
    expect(event["identity"] == identity(event, body).hex(), "the identity is not that of the body")
    if event["type"] == "payload.redacted":
        expect(type(body.get("target")) is int, "expected the position of an event as the target of a redaction")
        redacted[body["target"]] = event["position"]


def check_bundle(file: BinaryIO, vkey: str | None) -> str:
    """Returns what was found in a bundle, in words, or raises the first fault."""
    head = parsed(file.readline().removesuffix(b"\n"), "line 1")
    expect_fields(head, HEAD, {})
    origin, size, root, signatures = read_checkpoint(head["checkpoint"])
    if vkey is not None:
        check_signature(head["checkpoint"], vkey)
    every, count, position, recorded = head["events"] == "all", 0, 0, ""
    seen: set[str] = set()
    gone: list[int] = []
    redacted: dict[int, int] = {}
    peaks: list[tuple[int, bytes]] = []
    for number, line in enumerate(file, start=2):
        try:
            expect(line.endswith(b"\n"), "expected a line feed at the end")
            event = parsed(line[:-1], "event")
            check_event(event, redacted)
            right = event["position"] == position + 1 if every else event["position"] > position
            expect(right and event["position"] <= size, f"got position {event['position']} after {position}, of {size}")
            expect(event["recorded"] >= recorded, "the time of recording runs backwards")
            expect(event["identity"] not in seen, "the identity stands twice")
            expect(("proof" in event) != every, "expected a proof with each chosen event, and none with all events")
            leaf = sha256(b"\0", canonical({name: event[name] for name in LEAF}))
            if every:
                add_leaf(peaks, leaf)
            else:
                path = [base64_bytes(each, 32, "proof") for each in event["proof"]]
                shown = root_of_path(leaf, event["position"] - 1, size, path)
                expect(shown == root, "the proof does not lead to the root")
        except Fault as fault:
            raise Fault(f"line {number}: {fault}") from None
        count, position, recorded = count + 1, event["position"], event["recorded"]
        seen.add(event["identity"])
        if "body" not in event:
            gone.append(position)
    expect(count == head["count"], f"expected {head['count']} events, as line 1 says, got {count}")
    complete = not every or (count == size and root_of(peaks) == root)
    expect(complete, f"the {count} events have not the size and root of the checkpoint")
    unjustified = [place for place in gone if redacted.get(place, 0) <= place]
    expect(not unjustified, f"the bodies at positions {unjustified[:9]} are gone, and no later event redacts them")
    signed = "signed by the key given" if vkey else "NOT CHECKED (no --key)" if signatures else "none"
    return (
        f"accepted: {count} of {size} events, {len(gone)} of them redacted\n"
        f"origin {origin}\nsize {size}\nroot {base64.b64encode(root).decode()}\nsignature: {signed}"
    )


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Checks a bundle of events exported from a kzarchive log.")
    parser.add_argument("bundle")
    parser.add_argument("--key", metavar="VERIFIER_KEY", help="verifier key (name+id+base64) that must have signed")
    arguments = parser.parse_args()
    try:
        with open(arguments.bundle, "rb") as file:  # noqa: PTH123
            print(check_bundle(file, arguments.key))  # noqa: T201
    except OSError as error:
        parser.error(str(error))
    except (Fault, ValueError) as fault:
        print(f"refused: {fault}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
