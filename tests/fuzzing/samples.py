"""Archives to begin with: the pinned ones of every format, and one with denials, corrections and a redaction."""

import functools
import io
from pathlib import Path
from typing import Final

from fuzzing.room import room
from kzarchive.archive import Archive
from kzarchive.integrity.checkpoints import TreeHead
from kzarchive.january2022 import filled
from kzarchive.log.clock import FixedClock
from kzarchive.recording import jsonl
from kzarchive.recording.recorder import record_sheets
from kzarchive.recording.vocabularies import read_vocabulary

CLOCK: Final = "2026-11-25T00:00:00.000000Z"
GOLDEN: Final = Path(__file__).parents[1] / "log" / "golden"
EXAMPLES: Final = Path(__file__).parents[2] / "examples" / "retraction_of_164"


@functools.cache
def retraction() -> bytes:
    """Returns an archive of denials, corrections and a retraction as lines: that of an example."""
    words = read_vocabulary(EXAMPLES / "vocabulary.yaml")
    sources = [(file.name, file.read_bytes()) for file in sorted(EXAMPLES.glob("[1-6]_*.yaml"))]
    with Archive.in_memory(vocabulary=words, clock=FixedClock(CLOCK)) as archive:
        record_sheets(archive, sources)
        return b"".join(jsonl.write(archive.stored_events()))


@functools.cache
def archives() -> dict[str, bytes]:
    """Returns the bytes of archive files by their names: the present format, an older one, and the one with all."""
    made = {file.stem: file.read_bytes() for file in sorted(GOLDEN.glob("format-*.kz"), reverse=True)}
    with room().entered() as folder:
        lines = io.BytesIO(retraction())
        with Archive.from_lines(folder / "log", lines, clock=FixedClock(CLOCK)) as archive:
            judgement = next(event.position for event in archive.events() if event.type == "identity.judged")
            archive.redact(judgement, reason="court_order", approvers=("one", "another"))
            archive.copy_to(folder / "copy")
        return {"retraction": (folder / "copy").read_bytes(), **made}


@functools.cache
def heads() -> tuple[TreeHead, ...]:
    """Returns heads that the archive with all continues."""
    with Archive(filled(retraction())) as archive:
        return tuple(archive.tree_head("example.org/a", size) for size in (0, 1, archive.head // 2, archive.head))
