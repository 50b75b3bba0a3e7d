"""Processes that are killed: started from a server that has all imported and no file open, and listened to."""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import time
import traceback
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["pytest", "kzarchive.archive", "kzarchive.cli", "kzarchive.testing", "faults.works"])
TESTS = str(Path(__file__).parent.parent)


class Companion:
    """A process that works while the test goes on; what it says is read at the end."""

    def __init__(self, work, *arguments, **options):
        self._listening, saying = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=_working, args=(saying, work, arguments, options), daemon=True)
        with _path():
            self._process.start()
        saying.close()
        self.said = []
        self.finished = False
        if not self._listening.poll(60):
            raise AssertionError("the process did not begin within a minute")
        self._hear()

    def _hear(self):
        kind, *what = self._listening.recv()
        if kind == "failed":
            raise AssertionError(f"a process beside failed:\n{what[0]}")
        self.finished = self.finished or kind == "finished"
        if kind not in {"begun", "finished"}:
            self.said.append((kind, *what))

    def hear(self):
        """Reads what it has said so far."""
        with contextlib.suppress(EOFError):
            while self._listening.poll():
                self._hear()

    def end(self):
        """Waits until it has finished."""
        with contextlib.suppress(EOFError):
            while True:
                self._hear()
        self._process.join()
        assert (self._process.exitcode, self.finished) == (0, True)

    def killed_after(self, seconds):
        """Kills it so long after it began, with SIGKILL."""
        time.sleep(seconds)
        self._process.kill()
        self._process.join()
        self.hear()
        assert self.finished or self._process.exitcode == -signal.SIGKILL

    @property
    def pid(self):
        return self._process.pid

    @property
    def done(self):
        """What it was acknowledged, in order."""
        return [what for kind, *what in self.said if kind == "done"]

    @property
    def in_flight(self):
        """What it was about to do when it was killed; None = nothing."""
        return self.said[-1][1] if self.said and self.said[-1][0] == "about" else None


class Stopping:
    """A companion that works until it is told to stop, or the block ends."""

    def __init__(self, work, *arguments, **options):
        until, self._stop = CONTEXT.Pipe(duplex=False)
        self.companion = Companion(work, *arguments, until, **options)
        until.close()

    def stop(self):
        """Tells it to stop, and waits until it has finished."""
        self._stop.close()
        self.companion.end()

    def __enter__(self):
        return self.companion

    def __exit__(self, kind, error, trace):
        self._stop.close()
        if error is None:
            self.companion.end()


@contextlib.contextmanager
def _path():
    """Lets the server of processes, which starts with the first of them, find what it imports beforehand."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (TESTS, before)))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _working(saying, work, arguments, options):
    saying.send(("begun",))
    try:
        work(lambda *what: saying.send(what), *arguments, **options)
    except BaseException:
        saying.send(("failed", traceback.format_exc()))
        raise
    saying.send(("finished",))
