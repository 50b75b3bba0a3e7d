"""What the processes of these tests record, each word of it only once, so that it can be looked for in the bytes."""

import hashlib
from pathlib import Path

from kzarchive import Archive
from kzarchive.january2022 import vocabulary
from kzarchive.recording.drafts import as_event
from kzarchive.testing import given
from kzarchive.values.quantities import Quantity
from kzarchive.wire import codec

VOCABULARY = vocabulary()
ZONE = "Asia/Almaty"
DAYS = 14


def word(tag):
    """Returns the word of a tag, as no other text has it."""
    return f"w{hashlib.sha256(tag.encode()).hexdigest()[:20]}"


def document(tag, assertions):
    """Returns a document and so many assertions of it; the name and the utterances are words of their own."""
    name = word(tag)
    published = f"2022-01-{6 + int(name[1:9], 16) % DAYS:02d}"
    case = given(VOCABULARY, zone=ZONE).document(name, published=published)
    for number in range(assertions):
        said = word(f"{tag}.{number}")
        value = Quantity.exact(100 + number, surface=f"one hundred {said}")
        case = case.says(None, "killed/all/KZ", value, document=name, utterance=f"said-{said}")
    return case.items


def words_of(tag, assertions):
    """Returns the word of each item of a document, in order."""
    return [word(tag), *(word(f"{tag}.{number}") for number in range(assertions))]


def identities(items):
    """Returns the ids that the events of items will have."""
    return [codec.identity(as_event(item, "archive", number)) for number, item in enumerate(items)]


def made(path, documents, assertions=3):
    """Makes an archive with so many documents; returns the word of each position that has one."""
    words = {}
    with Archive.open(path, vocabulary=VOCABULARY, zone=ZONE) as archive:
        for number in range(documents):
            placed = archive.append(document(f"made {number}", assertions)).placed
            words |= zip((each.position for each in placed), words_of(f"made {number}", assertions), strict=True)
    return words


def bytes_beside(path):
    """Returns every byte of the files whose names begin with that of a log: side files, index and snapshots too."""
    return b"".join(each.read_bytes() for each in sorted(Path(path).parent.glob(f"{Path(path).name}*")))


class Chain:
    """Chains the ids of all events: one that is taken twice, left out or out of turn gives another digest."""

    name, version, over = "chain", 1, "events"

    def initial(self):
        return {"count": 0, "digest": ""}

    def apply(self, chain, item):
        chain["count"] += 1
        chain["digest"] = linked(chain["digest"], item.id)
        return chain

    def result(self, chain):
        return chain["count"], chain["digest"]


def linked(digest, identity):
    """Returns the digest of a chain with one more link."""
    return hashlib.sha256(f"{digest}{identity}".encode()).hexdigest()


class Said(Chain):
    """The words of all visible assertions in log order."""

    name, over = "said", "assertions"

    def initial(self):
        return []

    def apply(self, said, item):
        said.append([item.position, item.assertion.value.surface])
        return said

    def result(self, said):
        return [tuple(each) for each in said]
