"""The four kinds of work that are killed: one round of each, and what is checked after it."""

import random
import time
from collections import Counter
from contextlib import nullcontext

from faults import works
from faults.killing import Companion, Stopping
from faults.material import Chain
from faults.scenes import Scene

from kzarchive import Archive

ROUNDS_OF_A_SCENE = 25


class Kind:
    """One kind of work; its rounds kill one process each.

    Attributes:
        tally: What the rounds found.
    """

    def __init__(self, folder, seed, documents):
        self.documents = documents
        self.tally = Counter()
        self.chance = random.Random(seed)
        self._windows = {}
        self._folder = folder
        self._scene = None
        self._rounds = 0

    def round(self):
        """Kills once, and checks."""
        if self._scene is None or self._rounds % ROUNDS_OF_A_SCENE == 0 or self.is_used_up:
            self._scene = Scene(self._folder / f"scene-{self._rounds}", self.documents)
            self.begin(self._scene)
        self._rounds += 1
        self.work(self._scene)

    def begin(self, scene):
        """Prepares a new scene."""

    def work(self, scene):
        """Starts processes, kills one, and checks what it left."""
        raise NotImplementedError

    is_used_up = False

    def kill(self, victim, variant, during=None):
        """Kills a process at a random instant of some work, and counts it.

        The first of a variant is left to finish, to learn how long it takes; the longest delay follows that.

        Args:
            victim: The process.
            variant: Names what takes equally long.
            during: The process whose work counts; None = the victim.
        """
        worker = during or victim
        if variant not in self._windows:
            self.tally["left to finish"] += 1
            self._windows[variant] = self._finished(worker)
            if worker is not victim:
                victim.killed_after(0)
            return
        victim.killed_after(self.chance.random() * self._windows[variant])
        worker.hear()
        self._windows[variant] *= 0.85 if worker.finished else 1.02
        self.tally["found it finished" if worker.finished else "kills inside the work"] += 1

    def _finished(self, worker):
        begun = time.monotonic()
        worker.end()
        return time.monotonic() - begun

    def reader(self, scene):
        """Returns a context with a process that reads meanwhile, in one of two rounds."""
        return Stopping(works.read, scene.path) if self.chance.random() < 0.5 else nullcontext()

    def seed(self):
        return self.chance.getrandbits(32)


class Appending(Kind):
    """One or two append; one of them is killed, the other one finishes."""

    def work(self, scene):
        with self.reader(scene):
            victim = Companion(works.append, scene.path, f"victim {self._rounds}", self.seed())
            writers = [victim]
            if self.chance.random() < 0.5:
                writers.append(Companion(works.append, scene.path, f"other {self._rounds}", self.seed(), 6, 0.01))
            self.kill(victim, "append")
            for other in writers[1:]:
                other.end()
        self.tally["acknowledged events"] += sum(len(placed) for writer in writers for (placed,) in writer.done)
        self.tally["whole batches that nobody was told of"] += scene.check_appended(writers)
        scene.check_clean()


class Following(Kind):
    """One follows while another one appends; the follower is killed."""

    def begin(self, scene):
        with Archive.open(scene.path, read_only=True) as archive:
            archive.run(Chain(), position=20, snapshots=scene.kept)

    def work(self, scene):
        other = Companion(works.append, scene.path, f"other {self._rounds}", self.seed(), 15, 0.01)
        victim = Companion(works.follow, scene.path, scene.kept, self.chance.choice(("events", "assertions")))
        self.kill(victim, "follow", during=other)
        other.end()
        scene.check_appended([other])
        self.tally["results that were told"] += len(victim.done)
        self.tally["snapshots checked"] += scene.check_snapshots()
        for position, result in victim.done:
            assert result in {None, scene.chain(position)}
        scene.check_projections()
        scene.check_clean()


class Rebuilding(Kind):
    """The state of a projection or the index is made anew; readers are answered from the old one or the new one."""

    def begin(self, scene):
        scene.check_projections()

    def work(self, scene):
        with self.reader(scene):
            what = self.chance.choice(("events", "assertions", "index", "index by the command"))
            if "index" in what:
                victim = Companion(works.rebuild_index, scene.path, by_command="command" in what)
            else:
                victim = Companion(works.rebuild, scene.path, scene.kept, what)
            self.kill(victim, what)
        scene.check_appended([])
        self.tally["snapshots checked"] += scene.check_snapshots()
        scene.check_projections()
        scene.check_index()
        scene.check_clean()
        self._rebuilt(scene)

    def _rebuilt(self, scene):
        with Archive.open(scene.path, read_only=True) as archive:
            run = archive.rebuild(Chain(), snapshots=scene.kept, resume=True)
        assert run.result == scene.chain(len(scene.ids))


class Redacting(Kind):
    """Bodies are redacted one after the other, some while others read."""

    def begin(self, scene):
        self._left = list(scene.words)
        self.chance.shuffle(self._left)

    @property
    def is_used_up(self):
        return len(self._left) < 20

    def work(self, scene):
        some, self._left = self._left[:8], self._left[8:]
        with self.reader(scene):
            victim = Companion(works.redact, scene.path, some, ask=self.chance.random() < 0.5)
            self.kill(victim, "redact")
        self.tally["redactions that were told"] += len(victim.done)
        self.tally["erasures that the next opening finished"] += scene.check_redacted(victim)
        self._left += [position for position in some if position in scene.words]
        scene.check_index()
        scene.check_clean()


KINDS = {"append": Appending, "follow": Following, "rebuild": Rebuilding, "redact": Redacting}
