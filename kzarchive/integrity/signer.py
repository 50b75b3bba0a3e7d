"""A signer that never contradicts itself: it signs only what continues the last checkpoint that it signed.

Beside the secret key ``KEY`` lies ``KEY.last``, the last checkpoint signed with it, as text. A new key has one over
the empty log there. To sign, the signer

1. takes the lock of ``KEY.last.lock``, so that two processes sign one after the other,
2. reads ``KEY.last`` and checks its signature,
3. demands that the log is not shorter than then, and a consistency proof from then to now,
4. writes the new checkpoint to ``KEY.last``, durably, and only then gives it out.

So a log that was cut, rewritten or swapped gets no signature, and neither does a key whose ``.last`` is gone: what it
signed before could not be known. Whoever copies key and ``.last`` together to two places can sign two futures; only
people who compare checkpoints notice that.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kzarchive.errors import InvalidProof, SigningRefused, StorageError
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead
from kzarchive.integrity.files import beside, check_free, sync_folder, write_new
from kzarchive.integrity.keys import SecretKey, generate, read_secret
from kzarchive.integrity.proofs import ConsistencyProof
from kzarchive.log.merkle import EMPTY_ROOT

Prove = Callable[[int, int], ConsistencyProof]
"""Returns the consistency proof of a log between two of its sizes."""

LAST: Final = ".last"


class Signer:
    """The key of one log, and what it signed last."""

    def __init__(self, key: SecretKey, path: Path) -> None:
        """Takes a key; callers use :meth:`new` and :meth:`open`.

        Args:
            key: The key.
            path: Its file.
        """
        self._key = key
        self._last = beside(path, LAST)

    @classmethod
    def new(cls, path: Path, name: str) -> "Signer":
        """Makes a key, and the checkpoint over the empty log that it begins with.

        Args:
            path: Where the secret key goes; nothing may be there, nor at the places beside it.
            name: Name of the key and origin of its checkpoints.

        Raises:
            InvalidProof: The name is not allowed.
            UsageError: A file is there already, or the extra ``sign`` is missing.
            StorageError: A file cannot be written.
        """
        check_free(path, beside(path, LAST))
        key = generate(path, name)
        empty = Checkpoint.signed(TreeHead(name, 0, EMPTY_ROOT), key)
        write_new(beside(path, LAST), str(empty), 0o600)
        return cls(key, path)

    @classmethod
    def open(cls, path: Path) -> "Signer":
        """Reads the key of a file; raises as :func:`~kzarchive.integrity.keys.read_secret`."""
        return cls(read_secret(path), path)

    @property
    def verifier(self) -> str:
        """The verifier key, to be published."""
        return str(self._key.verifier)

    @property
    def last(self) -> Checkpoint:
        """What was signed last.

        Raises:
            SigningRefused: It is gone, or is not the key's.
            StorageError: It cannot be read.
        """
        place = self._last
        try:
            checkpoint = Checkpoint.parse(place.read_bytes().decode("utf-8"))
            checkpoint.check(self._key.verifier)
        except FileNotFoundError as error:
            raise SigningRefused(f"{place}: expected the last checkpoint that the key signed, got no file") from error
        except (UnicodeDecodeError, InvalidProof) as error:
            raise SigningRefused(f"{place}: expected the last checkpoint that the key signed: {error}") from error
        except OSError as error:
            raise StorageError(f"{place}: the file cannot be read: {error.strerror}") from error
        return checkpoint

    def sign(self, size: int, root: bytes, prove: Prove) -> Checkpoint:
        """Returns a checkpoint over the size and root of a log, once it is kept as the last one.

        Args:
            size: Number of events of the log.
            root: Its root at that size.
            prove: The log's own consistency proofs; asked from the size signed last to ``size``.

        Raises:
            SigningRefused: The log is not a continuation of what was signed last, or that is not known.
            StorageError: The checkpoint cannot be kept.
        """
        with self._locked():
            last = self.last
            _check_continues(last.head, size, root, prove)
            if (last.head.size, last.head.root) == (size, root):
                return last
            checkpoint = Checkpoint.signed(TreeHead(self._key.verifier.name, size, root), self._key)
            self._keep(checkpoint)
            return checkpoint

    def _keep(self, checkpoint: Checkpoint) -> None:
        partial = beside(self._last, ".new")
        try:
            # Under the lock nobody else writes here: what lies there is left from a crash.
            partial.unlink(missing_ok=True)
            write_new(partial, str(checkpoint), 0o600)
            partial.replace(self._last)
            sync_folder(self._last.parent)
        except OSError as error:
            raise StorageError(f"{self._last}: the checkpoint cannot be kept: {error.strerror}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = beside(self._last, ".lock")
        try:
            file = lock.open("ab")
        except OSError as error:
            raise StorageError(f"{lock}: the file cannot be written: {error.strerror}") from error
        with file:
            if sys.platform != "win32":
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _check_continues(last: TreeHead, size: int, root: bytes, prove: Prove) -> None:
    if size < last.size:
        raise SigningRefused(f"expected a log of at least the {last.size} events signed before, got one of {size}")
    proof = prove(last.size, size)
    spoken_of = (proof.old_size, proof.old_root, proof.new_size, proof.new_root)
    if spoken_of != (last.size, last.root, size, root) or not proof.holds():
        raise SigningRefused(
            f"expected a log that begins with the {last.size} events signed before, got another one: "
            "it was rewritten or swapped, or the key belongs to another log"
        )
