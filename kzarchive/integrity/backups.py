"""Backups: copies of a log that are checked before they get their name, and the way back.

A backup is a file of its own in rollback-journal mode, written with SQLite's backup interface while others append: it
is the log as of one moment. Its events, tree and root are made again from its bytes before it is called a backup.

Copying the file with other tools while it is open loses what stands in the ``-wal`` file beside it, or worse.
"""

from pathlib import Path

from kzarchive.errors import LogError, StorageError, UsageError
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead
from kzarchive.integrity.files import sync_folder
from kzarchive.integrity.findings import Report
from kzarchive.integrity.keys import VerifierKey
from kzarchive.integrity.layout import side_files
from kzarchive.integrity.verification import verify
from kzarchive.log.copying import new_file
from kzarchive.log.places import absolute
from kzarchive.log.sqlite import SqliteEventLog


def backup(source: Path, target: Path) -> Report:
    """Writes a checked copy of a log and returns what the check found.

    Args:
        source: The log; others may be appending to it.
        target: A place where there is no file yet, nor a side file of one.

    Raises:
        UsageError: There is something at the target.
        LogError: The log has faults; all are named, and nothing is left at the target.
        StorageError: A file cannot be read or written.
    """
    return _copy(source, target, (), None)


def restore(
    source: Path, target: Path, *, against: tuple[Checkpoint | TreeHead, ...] = (), key: VerifierKey | None = None
) -> Report:
    """Puts a checked copy of a backup to where a log is wanted, and returns what the check found.

    Args:
        source: The backup.
        target: A place where there is no file; a damaged one is moved away first, together with its side files.
        against: Checkpoints that the backup must continue.
        key: The key that must have signed them; None = signatures are not checked.

    Raises:
        UsageError: There is something at the target.
        LogError: The backup has faults; all are named, and nothing is left at the target.
        StorageError: A file cannot be read or written.
    """
    return _copy(source, target, against, key)


def _copy(source: Path, target: Path, against: tuple[Checkpoint | TreeHead, ...], key: VerifierKey | None) -> Report:
    # A write-ahead log that another file left here would be taken for that of the copy.
    left = side_files(absolute(target))
    if left:
        raise UsageError(
            f"{left[0]}: expected no side file of a log, got one; move it away with the file that it is of"
        )
    with new_file(target) as partial:
        with SqliteEventLog.open(source, read_only=True) as log:
            log.copy_to(partial)
        report = verify(partial, against=against, key=key)
        if not report.clean:
            faults = "; ".join(map(str, report.faults[:20]))
            raise LogError(f"{source}: expected a log without faults, got one with {len(report.faults)}: {faults}")
    try:
        sync_folder(absolute(target).parent)
    except OSError as error:
        raise StorageError(f"{target}: the copy may not outlast a crash: {error.strerror}") from error
    return report
