"""What the processes do that are killed, and those that go on beside them.

Each is given ``say``, which tells the test something: ``("about", ...)`` before a step and ``("done", ...)`` after the
call that acknowledges it has returned. What it says is short, so that no kill tears it: a pipe takes 4,096 bytes whole.
"""

import random
import time
from contextlib import suppress

from faults.material import VOCABULARY, Chain, Said, document, identities

from kzarchive import Archive, RedactedSince, StorageError
from kzarchive.cli import commands
from kzarchive.derived import deriving, index

KEPT_FROM = 10
PROJECTIONS = {"events": Chain, "assertions": Said}


def append(say, path, writer, seed, times=12, pause=0.0):
    """Appends documents with their assertions, an event or a batch at a time."""
    chance = random.Random(seed)
    with Archive.open(path) as archive:
        for number in range(times):
            items = document(f"{writer} {number}", chance.choice((0, 0, 0, 1, 4, 25)))
            say("about", identities(items))
            receipt = archive.append(items)
            say("done", [(placed.position, placed.identity.hex()) for placed in receipt.placed])
            time.sleep(chance.random() * pause)


def follow(say, path, kept, over):
    """Follows until it is killed."""
    with (
        Archive.open(path, read_only=True) as archive,
        archive.follow(PROJECTIONS[over](), snapshots=kept, batch=5, keep_every=40, poll_seconds=0.001) as follower,
    ):
        for run in follower:
            say("done", run.position, run.result if over == "events" else None)


def rebuild(say, path, kept, over, times=3):
    """Makes the stored state of a projection anew, again and again."""
    with Archive.open(path, read_only=True) as archive:
        for _ in range(times):
            archive.rebuild(PROJECTIONS[over](), snapshots=kept, batch=40, keep_every=200)
            say("done")


def rebuild_index(say, path, by_command):
    """Makes the index of a log anew, by the command or without it."""
    keep_small_indexes()
    for _ in range(2):
        if by_command:
            commands(["rebuild", "--archive", str(path)], standalone_mode=False)
        else:
            with Archive.open(path) as archive:
                archive.rebuild_index()
        say("done")


def keep_small_indexes():
    """Lets this process keep an index of small logs too, a few events a transaction."""
    index.KEPT_FROM, deriving.EVENTS_A_TRANSACTION = KEPT_FROM, 60


def redact(say, path, positions, *, ask):
    """Redacts one position after the other; what a reader holds up is asked for again."""
    keep_small_indexes()
    with Archive.open(path) as archive:
        if ask:
            archive.as_of("2022-01-20", beyond_coverage=True)
        for position in positions:
            say("about", position)
            say("done", position, redacted(archive, position).ordered_by)


def redacted(archive, position, tries=50):
    """Redacts a position, as often as it takes while readers hold it up."""
    for _ in range(tries):
        try:
            return archive.redact(position, reason="endangers_person", approvers=("editor", "lawyer"))
        except StorageError as error:
            if "erase it again when that has finished" not in str(error):
                raise
            time.sleep(0.01)
    raise AssertionError(f"{position}: held up {tries} times")


def read(say, path, until):
    """Reads all events and asks for a state, again and again, until the other end of a pipe is closed."""
    with Archive.open(path, read_only=True) as archive:
        seen = 0
        while not until.poll(0.002):
            positions = [event.position for event in archive.stored_events()]
            if positions != list(range(1, len(positions) + 1)) or len(positions) < seen:
                raise AssertionError(f"expected the events from 1 on, {seen} or more, got {positions}")
            seen = len(positions)
            with suppress(RedactedSince):
                say("done", str(archive.as_of("2022-01-20", beyond_coverage=True)["killed/all/KZ"]))


def create(say, folder, times=500):
    """Makes archives, one after the other."""
    for number in range(times):
        Archive.open(folder / f"{number}.db", vocabulary=VOCABULARY).close()
        say("done", number)
