"""Tombstones: keyed digests by which redacted content is known again, so that it is not recorded a second time.

A tombstone is the HMAC-SHA256 of the kind of thing (``assertion``, ``document``, ``agent``), one zero byte, and the
canonical JSON of its content without ``salt`` and ``note``; of a document the content is ``{"id": ...}`` alone. The
message is preceded by the ASCII bytes ``kzarchive.tombstone/1`` and one zero byte. The fingerprint of a key is its HMAC
of ``kzarchive.tombstone-key/1``, by which another key is told from the right one.

The key is 32 random bytes, as 64 hexadecimal digits and a line feed in ``NAME-tombstones.key`` beside the log, of mode
0600; it is made at the first redaction and never stands in the log. An archive in memory keeps it in memory.

Limits:

- Whoever has the key and the archive can test a guess of what was redacted, as with no key at all. Keep it apart from
  copies that are given away. Without it nobody can, not even of content that is easily guessed.
- A copy of the archive needs a copy of the key before anything can be recorded in it.
- The same content is known again, and nothing like it: another spelling, another frame or another anchor is other
  content. Of a document it is the same bytes.
- What left the archive before, in copies, exports and answers, stays known to whoever has it.
- The id of a thing that was not protected is a plain hash of its content, and stays: it confirms a guess. So do the
  frame, the dates and the document in its header.
- The slug of an agent in assertions and judgements, and words about it in their notes and grounds, are not the body of
  the agent: they go only when those events are redacted as well. So does the id of a document in its assertions.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import attrs

from kzarchive.errors import Problem, StorageError
from kzarchive.log.connection import publish
from kzarchive.values.canonical import canonical
from kzarchive.values.checks import HEX_ID
from kzarchive.values.events import (
    AgentRegistered,
    AssertionRecorded,
    DocumentRegistered,
    Event,
    PayloadRedacted,
    UnknownEvent,
)
from kzarchive.wire.codec import plain

_DOMAIN: Final = b"kzarchive.tombstone/1\0"
_FINGERPRINT: Final = b"kzarchive.tombstone-key/1"


def key_path(log: Path) -> Path:
    """Returns where the key of a log file is kept."""
    return log.with_name(f"{log.name}-tombstones.key")


def unsalted(event: Event | UnknownEvent) -> bytes | None:
    """Returns the kind and the content of what an event records, without salt and note; None = it records no thing."""
    match event:
        case AssertionRecorded():
            return b"assertion\0" + canonical(plain(attrs.evolve(event.assertion, salt=None, note=None)))
        case AgentRegistered():
            return b"agent\0" + canonical(plain(attrs.evolve(event.agent, salt=None, note=None)))
        case DocumentRegistered():
            return b"document\0" + canonical({"id": event.document.id})
    return None


class Tombstones:
    """The tombstones of one log, with their key where it is at hand."""

    def __init__(self, log: Path | None) -> None:
        """Takes the key of a log when it is first needed.

        Args:
            log: The file of the log; None = it is in memory, and so is the key.
        """
        self._file = None if log is None else key_path(log)
        self._key: bytes | None = None

    def of(self, event: Event | UnknownEvent, orders: Iterable[PayloadRedacted]) -> tuple[tuple[str, ...], str | None]:
        """Returns the tombstones of what an event records, and the fingerprint of their key; of another event none.

        Args:
            event: What is to be redacted.
            orders: The redactions so far; where none of them has a tombstone, a key is made.

        Raises:
            StorageError: The key is missing, damaged or another one, or cannot be written.
        """
        content = unsalted(event)
        if content is None:
            return (), None
        known = [order.tombstone_key for order in orders if order.tombstone_key is not None]
        if not known and self._key is None and (self._file is None or not self._file.exists()):
            self._make()
        key = self._checked(known[-1] if known else None)
        return (_digest(key, content),), _fingerprint(key)

    def problems(
        self, events: Sequence[tuple[str, Event | UnknownEvent]], orders: Sequence[tuple[int, PayloadRedacted]]
    ) -> list[Problem]:
        """Returns which events would record again what was redacted.

        Args:
            events: Each event with the place that messages name.
            orders: The redactions so far, each with its position.

        Raises:
            StorageError: There are tombstones, something is to be recorded that could match one, and the key is
                missing, damaged or another one.
        """
        stones = {stone: position for position, order in orders for stone in order.tombstones}
        if not stones:
            return []
        contents = [(where, event, content) for where, event in events if (content := unsalted(event)) is not None]
        if not contents:
            return []
        key = self._checked(next(order.tombstone_key for _, order in reversed(orders) if order.tombstones))
        found = [(where, event, stones.get(_digest(key, content))) for where, event, content in contents]
        return [
            Problem(where, f"expected what is not redacted, got {_words(event)}, which position {position} redacted")
            for where, event, position in found
            if position is not None
        ]

    def _checked(self, fingerprint: str | None) -> bytes:
        """Returns the key, which must have that fingerprint; None = any."""
        key = self._key or self._read()
        if fingerprint is not None and _fingerprint(key) != fingerprint:
            raise StorageError(f"{self._file}: expected the key of the tombstones of this archive, got another one")
        self._key = key
        return key

    def _read(self) -> bytes:
        if self._file is None:
            raise StorageError(
                "expected the key of the tombstones of this archive, which is gone with the memory it was in"
            )
        try:
            text = self._file.read_bytes()
        except FileNotFoundError:
            raise StorageError(
                f"{self._file}: expected the key of the tombstones of this archive, found no file: without it nobody "
                "can tell what was redacted, and nothing that could be the same is recorded; put the key back"
            ) from None
        except OSError as error:
            raise StorageError(f"{self._file}: the key of the tombstones cannot be read: {error.strerror}") from error
        digits = text[:-1].decode("ascii", errors="replace")
        if text[-1:] != b"\n" or not HEX_ID.fullmatch(digits):
            raise StorageError(f"{self._file}: expected 64 lower-case hexadecimal digits and a line feed, got others")
        return bytes.fromhex(digits)

    def _make(self) -> None:
        key = secrets.token_bytes(32)
        if self._file is None:
            self._key = key
            return
        partial = self._file.with_name(f"{self._file.name}.{secrets.token_hex(8)}")
        try:
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(f"{key.hex()}\n".encode())
                file.flush()
                os.fsync(file.fileno())
            publish(partial, self._file)
        except FileExistsError:
            # Another process made one meanwhile: that one is read.
            return
        except OSError as error:
            raise StorageError(
                f"{self._file}: the key of the tombstones cannot be written: {error.strerror}"
            ) from error
        finally:
            partial.unlink(missing_ok=True)


def _digest(key: bytes, content: bytes) -> str:
    return hmac.new(key, _DOMAIN + content, hashlib.sha256).hexdigest()


def _fingerprint(key: bytes) -> str:
    return hmac.new(key, _FINGERPRINT, hashlib.sha256).hexdigest()


def _words(event: Event | UnknownEvent) -> str:
    return f"the same {event.type.partition('.')[0]}"
