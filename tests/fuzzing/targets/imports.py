"""JSON Lines made into an archive file: whole, with its checks against what was recorded before."""

import io
from collections.abc import Iterator

from fuzzing.room import room
from fuzzing.target import Target
from fuzzing.targets.bodies import MORE
from fuzzing.targets.lines import GOLDEN, MODULES, RECORDED, changed, line, words
from kzarchive.archive import Archive
from kzarchive.errors import ConflictingEvent, InvalidEvent
from kzarchive.integrity.verification import verify
from kzarchive.log.clock import FixedClock
from kzarchive.recording import jsonl


def make_archive(data: bytes) -> None:
    """Makes an archive; what is accepted is exported byte for byte, is clean, and can be asked."""
    with room().entered() as folder:
        path = folder / "made.db"
        with Archive.from_lines(path, io.BytesIO(data), name="log.jsonl", clock=FixedClock(RECORDED)) as made:
            assert b"".join(jsonl.write(made.stored_events())) == data
            state = made.as_of(beyond_coverage=True)
            for frame in made.frames():
                assert str(state.explain(str(frame)))
        assert verify(path).faults == ()


def targets() -> Iterator[Target]:
    """Yields the target of imports."""
    harbour = (GOLDEN / "harbour.jsonl").read_bytes()
    head = harbour.splitlines(keepends=True)
    more = [
        b"".join(head) + line(len(head) + 1, kind, 1, {"actor": "archive", **body})
        for kind, body in MORE.items()
        if kind != "payload.redacted"
    ]
    yield Target(
        name="imports",
        run=make_archive,
        seeds=(harbour, b"".join(head[:1]), b"".join(head[:3]), *more),
        tokens=words(),
        modules=("kzarchive.recording.intake", "kzarchive.recording.drafts", *MODULES),
        refusals=(InvalidEvent, ConflictingEvent),
        longest=16_384,
        smoke=15,
        mutator=changed,
    )
