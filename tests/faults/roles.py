"""The processes of a mixed load; each works until the other end of its pipe is closed, and rests in between."""

import random
from pathlib import Path

from faults.material import VOCABULARY, ZONE, Chain, Said, word

from kzarchive import Archive, Quantity
from kzarchive.derived.comparing import differences
from kzarchive.integrity.backups import backup
from kzarchive.integrity.verification import verify
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.testing import given

MEASURES, SUBJECTS = ("killed", "injured", "arrested"), ("all", "law_enforcement", "protesters", "civilians")
PLACES = tuple(place.slug for place in VOCABULARY.places if place.slug.startswith("KZ"))
FRAMES = tuple(f"{measure}/{subject}/{place}" for measure in MEASURES for subject in SUBJECTS for place in PLACES)
SPEAKERS = ("ministry", "police", "prosecutor", "mayor", None)
DAYS = tuple(f"2022-01-{day:02d}" for day in range(4, 27))


def report(tag, chance, assertions):
    """Returns a document of a random day, with assertions of any frame by any speaker."""
    name = word(tag)
    case = given(VOCABULARY, zone=ZONE).document(name, published=chance.choice(DAYS))
    for _ in range(assertions):
        number = chance.randint(1, 400)
        value = chance.choice((Quantity.exact, Quantity.at_least, Quantity.about))(number, surface=f"some {number}")
        case = case.says(chance.choice(SPEAKERS), chance.choice(FRAMES), value, document=name)
    return case.items


def write(say, path, writer, until, *, seed, rest):
    """Appends documents, and asks a question now and then, so that the index is brought further."""
    chance, number = random.Random(seed), 0
    with Archive.open(path) as archive:
        while not until.poll(chance.random() * 2 * rest):
            number += 1
            receipt = archive.append(report(f"{writer} {number}", chance, chance.choice((0, 1, 1, 2, 8))))
            say("done", [(placed.position, placed.identity.hex()) for placed in receipt.placed if placed.new])
            if number % 20 == 0:
                archive.as_of(chance.choice(DAYS), beyond_coverage=True)[chance.choice(FRAMES)].figure()


def follow(say, path, kept, until, *, rest):
    """Keeps a fold over events and one over assertions up with the log."""
    with (
        Archive.open(path, read_only=True) as archive,
        archive.follow(Chain(), snapshots=kept) as events,
        archive.follow(Said(), snapshots=kept) as assertions,
    ):
        while not until.poll(rest):
            run, other = events.catch_up(), assertions.catch_up()
            assert len(other.result) <= other.position
            say("done", run.position, run.result)


def ask(say, path, until, *, seed, rest):
    """Asks for states at random dates and explains some of their answers."""
    chance = random.Random(seed)
    with Archive.open(path, read_only=True) as archive:
        while not until.poll(chance.random() * 2 * rest):
            position = chance.choice((None, chance.randint(1, archive.head)))
            state = archive.as_of(chance.choice(DAYS), position=position, beyond_coverage=True)
            frames = [str(frame) for frame in state.frames()]
            for frame in chance.sample(frames, min(3, len(frames))):
                assert state[frame].figure() in str(state.explain(frame))
                assert archive.at(state.basis)[frame] == state[frame]
            say("done")


def rebuild(say, path, kept, until, *, seed, rest):
    """Makes the state of a fold anew, and now and then the index."""
    chance = random.Random(seed)
    with Archive.open(path) as archive:
        while not until.poll(chance.random() * 2 * rest):
            run = archive.rebuild(Chain(), snapshots=kept)
            say("done", run.position, run.result)
            if chance.random() < 0.25:
                archive.rebuild_index()


def check(say, path, until, *, rest):
    """Verifies the whole file, and its index against the log."""
    while not until.poll(rest):
        found = verify(path)
        assert found.clean, [str(finding) for finding in found.findings]
        with SqliteEventLog.open(path, read_only=True) as log:
            told = [line for line in differences(log, path) if "no such file" not in line]
        say("done", told)


def save(say, path, folder, until, *, rest):
    """Makes backups, and deletes each that was verified."""
    number = 0
    while not until.poll(rest):
        number += 1
        copy = Path(folder) / f"backup-{number}.db"
        found = backup(path, copy)
        copy.unlink()
        say("done", found.size)
