"""Recording sheets and vocabularies: YAML of people, and what it may name in the folder of documents."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

import kzarchive.january2022
from fuzzing.room import room
from fuzzing.samples import EXAMPLES
from fuzzing.target import Target
from kzarchive.archive import Archive
from kzarchive.errors import ConflictingEvent, InvalidSheet
from kzarchive.january2022 import ZONE
from kzarchive.january2022 import vocabulary as shipped_vocabulary
from kzarchive.log.clock import FixedClock
from kzarchive.recording.anchors import folder_finder
from kzarchive.recording.recorder import record_sheets
from kzarchive.recording.sheets import read_sheets
from kzarchive.recording.vocabularies import parse_vocabulary
from kzarchive.values.terms import Vocabulary

SHEETS = Path(kzarchive.january2022.__file__).parent / "sheets"
TEXT = "Officials said that 225 people died, “at least 12” of them police.\nMany were hurt.\n"
BETWEEN = b"\n=====\n"
ODD = (
    *(
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "!!binary ",
        "<<: ",
        "? ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "|",
        ">",
        "''",
    ),
    *(
        '"\\ud800"',
        '"\\U00110000"',
        '"\\x00"',
        "%YAML 9.9\n",
        "%TAG ! tag:x,2000:\n",
        "---\n",
        "...\n",
        "# ",
        "\t",
        "@",
        "`",
    ),
    *("[" * 30, "{a: " * 30, "&a [*a, *a]", "0x10", "1e999", "1_000", ".inf", "0o7", "~", "null", "yes", "2022-01-06"),
)
WORDS = (
    *(
        "file",
        "sha256",
        "size",
        "unhashed",
        "true",
        "unknown",
        "quote",
        "kind",
        "cell",
        "place",
        "row",
        "column",
        "chain",
    ),
    *(
        "utterance",
        "frame",
        "value",
        "quantity",
        "money",
        "status",
        "moment",
        "text",
        "surface",
        "relations",
        "includes",
    ),
    *(
        "judgements",
        "type",
        "grounds",
        "protected",
        "zone",
        "../text.txt",
        "text.txt",
        "link.txt",
        "/etc/passwd",
        ".",
        "..",
    ),
    *(
        "0..10",
        "999999999..0",
        "killed/all/KZ",
        "throughout",
        "within",
        "[..2022]",
        "2022/..",
        "exact 225",
        "between 5 1",
    ),
)


@functools.cache
def documents() -> dict[str, bytes]:
    """Returns the texts of the folder of documents by their names."""
    return {"text.txt": TEXT.encode(), "binary": b"\xff\xfe\0", "empty": b""}


@functools.cache
def vocabulary() -> Vocabulary:
    """Returns the shipped vocabulary, read once."""
    return shipped_vocabulary()


def read_sheet(data: bytes) -> None:
    """Reads sheets; of what is accepted every fourth is recorded, into memory, for that takes longer."""
    with room().entered() as folder:
        for name, content in documents().items():
            (folder / name).write_bytes(content)
        (folder / "link.txt").symlink_to("text.txt")
        (folder / "circle").symlink_to("circle")
        sources = [(f"{number}.yaml", part) for number, part in enumerate(data.split(BETWEEN))]
        find = folder_finder(folder)
        read_sheets(sources, vocabulary=vocabulary(), find_text=find)
        if crc32(data) % 4:
            return
        with Archive.in_memory(vocabulary=vocabulary(), zone=ZONE, clock=FixedClock(0)) as archive:
            done = record_sheets(archive, sources, find_text=find)
            again = record_sheets(archive, sources, find_text=find)
            assert (done.receipt.head, again.receipt.new) == (again.receipt.head, ())
            archive.as_of(beyond_coverage=True).to_json()


def read_words(data: bytes) -> None:
    """Reads a vocabulary, and opens an archive with what is accepted."""
    words = parse_vocabulary(data)
    with Archive.in_memory(vocabulary=words, clock=FixedClock(0)) as archive:
        assert archive.vocabulary == words
        archive.as_of(beyond_coverage=True).to_json()


def sheet_seeds() -> Iterator[bytes]:
    """Yields small sheets made of the shipped ones: of each kind of value and fields one assertion, with its agents."""
    seen = set()
    for file in sorted(SHEETS.glob("00*.yaml")):
        sheet: dict[str, Any] = yaml.load(file.read_bytes(), yaml.BaseLoader)  # noqa: S506
        for entry in sheet["assertions"]:
            mark = (tuple(sorted(entry)), tuple(sorted(entry["value"])), tuple(sorted(sheet.get("defaults", ()))))
            if mark in seen:
                continue
            seen.add(mark)
            names = {link["agent"] for link in entry.get("chain", ())} | {sheet["document"].get("publisher")}
            agents = [agent for agent in sheet["agents"] if agent["slug"] in names]
            yield as_text({**sheet, "agents": agents, "assertions": [entry]})
    assessments: dict[str, Any] = yaml.load((SHEETS / "assessments.yaml").read_bytes(), yaml.BaseLoader)  # noqa: S506
    for entry in assessments["judgements"][:4]:
        yield as_text({**assessments, "judgements": [entry]})
    yield as_text(AT_HAND)
    yield BETWEEN.join(file.read_bytes() for file in sorted(EXAMPLES.glob("[12]_*.yaml")))


AT_HAND = {
    "sheet": "kzarchive.sheet/1",
    "actor": "archive",
    "document": {"name": "t", "file": "text.txt", "published": "2022-01-15", "published_basis": "page"}
    | dict.fromkeys(("retrieved", "publisher"), "unknown"),
    "agents": [{"slug": "officials", "kind": "collective", "names": ["Officials"]}],
    "defaults": {"modality": "certain", "act": "state", "temporality": "occurred", "voice": "body"},
    "assertions": [
        {
            "key": "toll",
            "evidence": [{"quote": "225 people"}, "0..9"],
            "chain": [{"agent": "officials", "role": "speaker", "mode": "indirect", "verb": "said"}],
            "frame": "killed/all/KZ",
            "value": {"quantity": "exact 225", "surface": "225 people"},
            "valid": "2022-01-05",
            "valid_reading": "up_to",
        },
    ],
    "judgements": [
        {"type": "date.assessed", "document": "t", "axis": "published", "date": "2022-01-16", "grounds": "g"}
    ],
}


def vocabulary_seeds() -> Iterator[bytes]:
    """Yields small vocabularies: that of an example, and one of each measure with terms of the shipped one."""
    yield (EXAMPLES / "vocabulary.yaml").read_bytes()
    shipped: dict[str, Any] = yaml.load((SHEETS.parent / "vocabulary.yaml").read_bytes(), yaml.BaseLoader)  # noqa: S506
    for measure in shipped["measures"]:
        kept = {"name": "small/1", "measures": [measure]}
        yield as_text(kept | {part: shipped[part][:2] for part in ("subjects", "places")})


def as_text(sheet: dict[str, Any]) -> bytes:
    """Returns a sheet as YAML."""
    return yaml.safe_dump(_short(sheet), sort_keys=False, allow_unicode=True).encode()


def _short(value: Any) -> Any:
    """Returns data whose long texts are cut, so that a run takes less time."""
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return value if value.count(" ") < 8 else " ".join(value.split()[:5])


def targets() -> Iterator[Target]:
    """Yields the targets of sheets and vocabularies."""
    tokens = tuple(word.encode() for word in (*ODD, *WORDS))
    reading = ("kzarchive.recording.lines", "kzarchive.wire.codec", "kzarchive.wire.scalars")
    yield Target(
        name="sheets",
        run=read_sheet,
        seeds=tuple(sheet_seeds()),
        tokens=(*tokens, BETWEEN),
        modules=(
            *("kzarchive.recording.sheets", "kzarchive.recording.assertions", "kzarchive.recording.evidence"),
            *("kzarchive.recording.judgements", "kzarchive.recording.forms", "kzarchive.recording.intake", *reading),
        ),
        refusals=(InvalidSheet, ConflictingEvent),
        longest=8_192,
        smoke=20,
    )
    yield Target(
        name="vocabularies",
        run=read_words,
        seeds=tuple(vocabulary_seeds()),
        tokens=tokens,
        modules=("kzarchive.recording.vocabularies", "kzarchive.values.terms", *reading),
        refusals=(InvalidSheet,),
        longest=8_192,
        smoke=40,
    )
