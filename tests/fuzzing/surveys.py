"""What is done with a file that calls itself an archive: read, asked, verified, written to, copied. Every entry."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from fuzzing.limits import Finding
from fuzzing.samples import CLOCK, heads
from kzarchive.archive import Archive
from kzarchive.cli.listing import PARTS
from kzarchive.derived.comparing import differences
from kzarchive.errors import KzArchiveError, LogError, StorageError, UsageError
from kzarchive.integrity.backups import backup
from kzarchive.integrity.verification import verify
from kzarchive.log.clock import FixedClock
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.log.upgrade import upgrade
from kzarchive.projections.counts import Toll
from kzarchive.recording import jsonl
from kzarchive.report import state_text
from kzarchive.values.sources import Agent, AgentKind


class Unclean(Exception):
    """``verify`` ended, and told of faults."""


class PerType:
    """A fold over events, whose state is kept in a file of snapshots."""

    name, version, over = "per-type", 1, "headers"

    def initial(self) -> dict[str, int]:
        return {}

    def apply(self, state: dict[str, int], item: object) -> dict[str, int]:
        kind = getattr(item, "type", "")
        return state | {kind: state.get(kind, 0) + 1}

    def merge(self, one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
        return {kind: one.get(kind, 0) + other.get(kind, 0) for kind in one | other}

    def result(self, state: dict[str, int]) -> dict[str, int]:
        return state


def _read(path: Path) -> None:
    with Archive.open(path, read_only=True) as archive:
        list(jsonl.write(archive.stored_events()))
        for logged in archive.events():
            with suppress(UsageError, LogError):
                assert logged.event, logged


def _listed(path: Path) -> None:
    with Archive.open(path, read_only=True) as archive:
        for part in PARTS.values():
            with suppress(KzArchiveError):
                "\n".join(part(archive)).encode("utf-8", "surrogatepass")


def _asked(path: Path) -> str:
    with Archive.open(path, read_only=True) as archive:
        state = archive.as_of(beyond_coverage=True)
        told = [state_text(state, everything=True), state.to_json()]
        told += [str(state.explain(str(frame))) for frame in archive.frames()[:5]]
        return "\n".join((*told, *(agent.slug for agent in archive.agents())))


def _proved(path: Path) -> None:
    with Archive.open(path, read_only=True) as archive:
        assert archive.inclusion_proof(archive.head).holds() in (True, False)
        assert archive.consistency_proof(1).holds() in (True, False)
        assert archive.position_of(next(archive.events(after=1)).id)
        archive.as_of(recorded="2026-11-24T00:00:00.000000Z", beyond_coverage=True)
        archive.export_bundle(path.with_name("bundle"), archive.tree_head("example.org/a"))


def _verified(path: Path) -> None:
    before = path.read_bytes()
    report = verify(path)
    assert path.read_bytes() == before, "verify wrote to the file"
    if not report.clean:
        raise Unclean(str(report.findings[0]))


def _verified_quickly(path: Path) -> None:
    if not verify(path, quick=True).clean:
        raise Unclean


def _verified_against(path: Path) -> None:
    with SqliteEventLog.open(path, read_only=True) as log:
        told = list(differences(log, path))
    if not verify(path, against=heads(), derived=[lambda _: ()]).clean or told:
        raise Unclean(str(told))


def _rebuilt(path: Path) -> None:
    with Archive.open(path, clock=FixedClock(CLOCK)) as archive:
        archive.rebuild(PerType(), snapshots=path.with_name("snapshots"))
        archive.rebuild_index()


def _written(path: Path) -> None:
    with Archive.open(path, clock=FixedClock(CLOCK)) as archive:
        archive.append([Agent(slug="somebody-new", kind=AgentKind.PERSON, names=("New",))])
        archive.as_of(beyond_coverage=True).to_json()


def _redacted(path: Path) -> None:
    with Archive.open(path, clock=FixedClock(CLOCK)) as archive:
        archive.redact(min(8, archive.head), reason="court_order", approvers=("a", "b"))


def _copied(path: Path) -> None:
    with Archive.open(path, read_only=True) as archive:
        archive.copy_to(path.with_name("copy.db"))


def _backed_up(path: Path) -> None:
    backup(path, path.with_name("backup.db"))


def _upgraded(path: Path) -> None:
    upgrade(path, path.with_name("new.db"))


def _run(path: Path) -> None:
    with Archive.open(path, read_only=True) as archive:
        archive.run(PerType(), snapshots=path.with_name("snapshots"))
        archive.run(Toll())


WAYS: Final[dict[str, tuple[Callable[[Path], str | None], tuple[type[Exception], ...]]]] = {
    "read": (_read, (KzArchiveError,)),
    "listed": (_listed, (KzArchiveError,)),
    "asked": (_asked, (KzArchiveError,)),
    "proved": (_proved, (KzArchiveError,)),
    "verified": (_verified, (StorageError, Unclean)),
    "verified quickly": (_verified_quickly, (StorageError, Unclean)),
    "verified against": (_verified_against, (KzArchiveError, Unclean)),
    "rebuilt": (_rebuilt, (KzArchiveError,)),
    "written": (_written, (KzArchiveError,)),
    "redacted": (_redacted, (KzArchiveError,)),
    "copied": (_copied, (KzArchiveError,)),
    "backed up": (_backed_up, (KzArchiveError,)),
    "upgraded": (_upgraded, (KzArchiveError,)),
    "run": (_run, (KzArchiveError,)),
}
"""Each way with the errors that its documentation names."""


class Refused(Exception):
    """The file was refused, in the words of the package."""


def survey(path: Path, number: int) -> str | None:
    """Does one thing with a file, told by a number; returns what the archive answers where that is to ask it."""
    name = list(WAYS)[number % len(WAYS)]
    way, refusals = WAYS[name]
    try:
        return way(path)
    except refusals as error:
        raise Refused(f"{name}: {type(error).__name__}: {error}") from error
    except Exception as error:
        raise Finding(f"{name}: {type(error).__name__}: {error}") from error
