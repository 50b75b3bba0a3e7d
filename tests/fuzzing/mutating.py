"""Changes of an input that keep most of its structure: words, numbers and lines, and the nodes of JSON."""

import copy
import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

_PIECES: Final = re.compile(rb"[0-9]+|[A-Za-z_]+|[ \t]+|\r?\n|[\x80-\xff]+|.", re.DOTALL)
_NUMBERS: Final = (b"0", b"-1", b"1", b"2", b"9", b"10", b"255", b"256", b"65536", b"2147483648", b"4294967296")
_WIDE: Final = (b"9007199254740991", b"9007199254740992", b"9223372036854775807", b"9223372036854775808", b"1" * 70)
_ODD: Final = (
    b"\0",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b"\xff",
    b"\xc3\xa9",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\xe2\x80\xa8",
)


def mutated(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    """Returns an input with one to four changes; often of its words, sometimes of its bytes or lines."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        data = random.choice(_WAYS)(data, random, tokens, others)
    return data


def _word(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    pieces = _PIECES.findall(data) or [b""]
    at = random.randrange(len(pieces))
    pieces[at] = random.choice(tokens or _ODD)
    return b"".join(pieces)


def _insert(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    pieces = _PIECES.findall(data)
    pieces.insert(random.randint(0, len(pieces)), random.choice(tokens or _ODD))
    return b"".join(pieces)


def _odd(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(_ODD) + data[at + random.randint(0, 1) :]


def _number(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    found = list(re.finditer(rb"[0-9]+", data))
    if not found:
        return _insert(data, random, tokens, others)
    start, end = random.choice(found).span()
    digits = data[start:end]
    made = random.choice(
        (
            b"%d" % max(0, int(digits[:18]) + random.choice((-1, 1))),
            bytes(random.choice(b"0123456789") for _ in digits),
            random.choice(_NUMBERS),
            random.choice(_WIDE),
            digits[:-1],
            digits + b"0",
            (b"%d" % random.randrange(100)).rjust(len(digits), b"0"),
        )
    )
    return data[:start] + made + data[end:]


def _cut(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    pieces = _PIECES.findall(data)
    at = random.randint(0, len(pieces))
    del pieces[at : at + random.choice((1, 1, 2, 5, 20))]
    return b"".join(pieces)


def _repeat(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    pieces = _PIECES.findall(data)
    at, length = random.randint(0, len(pieces)), random.choice((1, 2, 5, 20))
    return b"".join(
        pieces[: at + length] + pieces[at : at + length] * random.choice((1, 1, 1, 3, 30)) + pieces[at + length :]
    )


def _splice(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    other = random.choice(others) if others else data
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _lines(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    rows = data.splitlines(keepends=True)
    taken = random.choice(others).splitlines(keepends=True) if others else rows
    if not rows or not taken:
        return data
    at = random.randrange(len(rows))
    match random.randrange(4):
        case 0:
            del rows[at]
        case 1:
            rows.insert(at, random.choice(taken))
        case 2:
            rows[at] = random.choice(taken)
        case _:
            other = random.randrange(len(rows))
            rows[at], rows[other] = rows[other], rows[at]
    return b"".join(rows)


def _flip(data: bytes, random: Random, tokens: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    if not data:
        return random.randbytes(1)
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


_WAYS: Final[tuple[Callable[..., bytes], ...]] = (
    *(
        _word,
        _word,
        _insert,
        _insert,
        _number,
        _number,
        _number,
        _cut,
        _cut,
        _repeat,
        _splice,
        _lines,
        _lines,
        _flip,
        _odd,
    ),
)


# JSON

_LEAVES: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**53 - 1,
        2**53,
        2**63,
        10**70,
        0.5,
        float("inf"),
        float("nan"),
        "",
        "\0",
        "\ud800",
    ),
    *("x" * 5_000, [], {}, [[]], "2022-01-07", "0" * 64, {"kind": "span"}, "\U0001f600", "\u2028"),
)


def json_changed(data: Any, random: Random, words: Sequence[str]) -> Any:
    """Returns JSON data with one node changed: replaced, taken away, doubled, renamed, wrapped or exchanged."""
    parents = list(_parents(data))
    if not parents:
        return copy.deepcopy(random.choice(_LEAVES))
    parent, key = random.choice(parents)
    match random.randrange(8):
        case 0 | 1:
            parent[key] = copy.deepcopy(random.choice(_LEAVES))
        case 2:
            parent[key] = random.choice(words) if words else ""
        case 3:
            del parent[key]
        case 4:
            other, name = random.choice(parents)
            parent[key] = copy.deepcopy(other[name]) if _depth(other[name]) < 100 else None
        case 5:
            _add(parent, key, random, words)
        case 6:
            parent[key] = _nested(parent[key], random)
        case _:
            parent[key] = _altered(parent[key], random)
    return data


def json_text(data: Any, random: Random, *, escaped: float) -> bytes:
    """Returns JSON data as text, mostly in canonical form.

    Args:
        data: The data.
        random: Where chance comes from.
        escaped: How often letters beyond ASCII are written as escapes.
    """
    try:
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=random.random() < escaped)
    except RecursionError:
        return b"[" * 2_000
    return text.encode("utf-8", "surrogatepass")


def _depth(data: Any, most: int = 100) -> int:
    """Returns how many lists and mappings stand inside each other, as far as ``most``."""
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return 1 + max((_depth(item, most - 1) for item in items), default=0) if most else 0


def _parents(data: Any, levels: int = 40) -> Any:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(items):
        yield data, key
        if levels:
            yield from _parents(value, levels - 1)


def _add(parent: Any, key: Any, random: Random, words: Sequence[str]) -> None:
    if isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]) if _depth(parent[key]) < 100 else None)
    else:
        parent[random.choice(words) if words else "x"] = copy.deepcopy(random.choice(_LEAVES))


def _nested(value: Any, random: Random) -> Any:
    for _ in range(random.choice((1, 1, 90, 300))):
        value = [value] if random.random() < 0.7 else {"a": value}
    return value


def _altered(value: Any, random: Random) -> Any:
    if isinstance(value, str):
        changed = mutated(value.encode("utf-8", "surrogatepass"), random, (), ())
        return changed.decode("utf-8", "replace")
    if isinstance(value, int):
        return value + random.choice((-1, 1, 2**31, -(2**40)))
    return [value] if isinstance(value, dict) else value
