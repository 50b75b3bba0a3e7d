"""An archive that lives through many kills, and what must be true of it after each."""

from pathlib import Path

from faults.material import ZONE, Chain, Said, bytes_beside, linked, made

from kzarchive import Archive
from kzarchive.derived.comparing import differences
from kzarchive.derived.index import index_path
from kzarchive.integrity.verification import verify
from kzarchive.log.erasing import marker
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.running.store import SnapshotStore
from kzarchive.values.events import PayloadRedacted

__all__ = ["ZONE", "Scene"]


class Scene:
    """An archive in a folder of its own, with all that is known of it.

    Attributes:
        ids: The id of the event at each position, the first at 0.
        followed: The position of the newest snapshot that readers were given.
        words: The word of each position that has one and is not redacted.
        gone: The words that were redacted.
    """

    def __init__(self, folder, documents):
        folder.mkdir()
        self.path = Path(folder) / "archive.db"
        self.kept = Path(folder) / "archive.db-kept"
        self.words = made(self.path, documents)
        self.gone = []
        self.ids = []
        self.root = None
        self.followed = 0
        self._extend(self._new())

    def _new(self):
        """Returns the headers of what came since the last look; what was there before is as it was."""
        with SqliteEventLog.open(self.path, read_only=True) as log:
            assert self.root in {None, log.root(len(self.ids))}, "what was acknowledged before is another one now"
            new = list(log.headers(after=len(self.ids)))
        start = len(self.ids) + 1
        assert [header.position for header in new] == list(range(start, start + len(new))), "positions with a gap"
        return new

    def _extend(self, new):
        self.ids += [header.identity.hex() for header in new]
        assert len(set(self.ids)) == len(self.ids), "an event twice"
        with SqliteEventLog.open(self.path, read_only=True) as log:
            self.root = log.root(len(self.ids))

    def check_appended(self, writers):
        """Every acknowledged event is where it was acknowledged; what else is there is a whole batch of a writer.

        Returns:
            How many batches are there that no writer was told of, for it was killed before.
        """
        new = self._new()
        found = {header.position: header.identity.hex() for header in new}
        for writer in writers:
            for (placed,) in writer.done:
                for position, identity in placed:
                    assert found.pop(position, None) == identity, f"position {position}: lost, moved or twice"
        whole = [(writer.in_flight, self._place_of(found, writer.in_flight)) for writer in writers if writer.in_flight]
        for batch, start in whole:
            for number, identity in enumerate(batch if start else ()):
                assert found.pop(start + number, None) == identity, f"position {start + number}: torn"
        assert found == {}, "events that nobody appended"
        self._extend(new)
        return sum(start is not None for _, start in whole)

    def _place_of(self, found, batch):
        return next((position for position, identity in found.items() if identity in batch), None)

    def check_redacted(self, victim):
        """What was acknowledged is gone from every byte; one more may be ordered, which nobody reads any more.

        Returns:
            Whether an erasure that was under way is still to be finished.
        """
        new = self._new()
        told = dict(victim.done)
        assert {header.type for header in new} <= {PayloadRedacted.type}
        assert len(new) - len(told) in ({0, 1} if victim.in_flight else {0}), "an order lost, or twice"
        self._extend(new)
        self._gone(told)
        with Archive.open(self.path, read_only=True) as archive:
            rows = {row.position: row for row in archive._log.redactions()}
            assert all(rows[position].ordered_by == ordered_by for position, ordered_by in told.items())
            assert all(rows[position].erased for position in told if victim.in_flight is None)
            assert all(event.body is None for event in archive.stored_events() if event.position in rows)
            ordered = set(rows) - set(told)
        left = [row for row in rows.values() if not row.erased]
        if new[len(told) :]:
            assert victim.in_flight in ordered
        self.check_words(but=victim.in_flight)
        self._finish(victim, rows, left)
        return bool(left)

    def _finish(self, victim, rows, left):
        """The next opening for writing finishes what was left, and says so; then the words are nowhere."""
        with Archive.open(self.path) as archive:
            assert bool(left) == bool(archive.erasures), archive.erasures
            assert all("finished the erasure" in words for words in archive.erasures)
            assert all(row.erased for row in archive._log.redactions())
        if victim.in_flight in rows:
            self._gone([victim.in_flight])
        assert not marker(self.path).exists()
        self.check_words()

    def _gone(self, positions):
        self.gone += [self.words.pop(position) for position in positions if position in self.words]

    def check_words(self, but=None):
        """What is redacted is in no file, and everything else is where it was, but for one that may be either."""
        kept = bytes_beside(self.path)
        assert [word for word in self.gone if word.encode() in kept] == [], "redacted words are still there"
        assert [word for position, word in self.words.items() if word.encode() not in kept and position != but] == [], (
            "words that were lost"
        )

    def check_snapshots(self):
        """Each snapshot is the fold of the events up to its position, each once; returns how many there are."""
        if not self.kept.exists():
            return 0
        with SnapshotStore.open(self.kept, read_only=True) as store:
            select = (
                "SELECT position, state FROM snapshot JOIN generation AS g ON g.id = generation WHERE over = 'events'"
            )
            rows = store._connection.execute(select).fetchall()
            live = store._connection.execute(f"{select} AND live = 1").fetchall()
            count = store._connection.execute("SELECT count(*) FROM snapshot").fetchone()[0]
        reached = max((position for position, _ in live), default=0)
        assert reached >= self.followed, "the newest snapshot is gone"
        self.followed = reached
        for position, state in rows:
            count_, digest = self.chain(position)
            assert state.decode() == f'{{"count":{count_},"digest":"{digest}"}}', f"position {position}: torn or twice"
        return count

    def chain(self, position):
        """Returns what the chain of events must be up to a position."""
        digest = ""
        for identity in self.ids[:position]:
            digest = linked(digest, identity)
        return position, digest

    def check_projections(self):
        """Whoever goes on from the snapshots has what a whole replay has, and none was set aside."""
        with Archive.open(self.path, read_only=True) as archive:
            assert archive.replay(Chain()) == self.chain(len(self.ids))
            for kind in (Chain, Said):
                with archive.follow(kind(), snapshots=self.kept) as follower:
                    run = follower.catch_up()
                assert (run.result, run.set_aside) == (archive.replay(kind()), ())

    def check_index(self):
        """The index is what the log makes, as far as it goes; whoever asks is answered as without it."""
        with SqliteEventLog.open(self.path, read_only=True) as log:
            told = [line for line in differences(log, self.path) if not self._is_unborn(line)]
        assert told == [], told

    def _is_unborn(self, line):
        """Whether the index has no tables yet: it was killed before its first transaction ended."""
        return "expected an index of format" in line and "got [0, 0]" in line and index_path(self.path).exists()

    def check_clean(self):
        """The log is what an unharmed one is."""
        report = verify(self.path)
        assert report.clean, [str(finding) for finding in report.findings]
        assert (report.size, report.root) == (len(self.ids), self.root)
        return report
