"""A follower in a newsroom: documents come in one by one, and each change of the toll is told once.

The documents of January 2022 are recorded anew here, one after the other, as a recorder would append them from another
program. The follower keeps in a file how far it has come: it may be stopped between any two of them, or killed, and
the next one goes on from there. What changed since is the difference between two positions of the log.

Run: python examples/newsroom_follower.py
"""

import tempfile
from itertools import groupby
from pathlib import Path

import kzarchive
from kzarchive.values.events import DocumentRegistered


class Toll:
    """What is best known of the killed, injured and arrested, in words."""

    name = "toll-in-words"
    version = 1
    measures = ("killed", "injured", "arrested")

    def result(self, frames) -> dict[str, str]:
        return {str(frame.frame): frame.answer.words() for frame in frames}


def arrivals(shipped: kzarchive.Archive):
    """Yields the events of the shipped archive in portions, each with one document and what is said in it."""
    documents = 0

    def portion(event) -> int:
        nonlocal documents
        documents += isinstance(event, DocumentRegistered)
        return documents

    for _, events in groupby((logged.event for logged in shipped.events(after=1)), key=portion):
        yield list(events)


def tell_changes(archive: kzarchive.Archive, snapshots: Path) -> None:
    """Prints what changed in the toll since this was last called, by this program or by one before it."""
    with archive.follow(Toll(), snapshots=snapshots) as follower:
        run = follower.catch_up()
    before = archive.replay(Toll(), position=run.started) if run.started else {}
    print(f"position {run.started} to {run.position}")
    for frame in sorted(before.keys() | run.result.keys()):
        earlier, now = (known.get(frame, "no data") for known in (before, run.result))
        if earlier != now:
            print(f"  {frame}: {earlier} -> {now}")


def main() -> None:
    shipped = kzarchive.january_2022()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with kzarchive.Archive.open(folder / "news.db", vocabulary=shipped.vocabulary, zone="Asia/Almaty") as archive:
            for events in arrivals(shipped):
                archive.append(events)
                tell_changes(archive, folder / "toll.snapshots")


if __name__ == "__main__":
    main()
