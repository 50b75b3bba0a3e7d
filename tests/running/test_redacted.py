"""What was redacted stands in no snapshot any more, neither in what is read nor in the bytes of the file."""

import contextlib

import pytest
from running.folds import Headers, Types

from kzarchive.errors import StorageError
from kzarchive.values.quantities import Quantity

WORDS = "one hundred and one of the family named"


class Words:
    """The words of every value, over assertions."""

    name, version, over = "words", 1, "assertions"

    def initial(self):
        return []

    def apply(self, words, item):
        words.append(getattr(item.assertion.value, "surface", ""))
        return words

    def result(self, words):
        return list(words)


class Bodies(Words):
    """The bodies of every event; None where one is redacted."""

    name, over = "bodies", "events"

    def apply(self, words, item):
        words.append(None if item.body is None else item.body.decode())
        return words


def redact(archive, position):
    archive.redact(position, reason="endangers_person", approvers=("editor", "lawyer"))


@pytest.fixture
def secret(grown):
    """Says the secret in the archive, and two more things after it; returns its position."""
    said = grown.case.says(None, "killed/all/KZ", Quantity.exact(101, surface=WORDS), document="wire")
    grown.add(said)
    position = grown.archive.head
    grown.grow(2)
    return position


def bytes_of(kept):
    return b"".join(file.read_bytes() for file in kept.parent.glob(f"{kept.name}*"))


@pytest.mark.parametrize("kind", [Words, Bodies])
def test_a_run_sets_the_snapshot_aside_and_its_bytes_are_gone(grown, kept, secret, kind):
    before = grown.archive.run(kind(), snapshots=kept)
    assert WORDS in str(before.result)
    assert WORDS.encode() in bytes_of(kept)
    redact(grown.archive, secret)
    run = grown.archive.run(kind(), snapshots=kept)
    assert WORDS not in str(run.result)
    assert (grown.archive.replay(kind()), 0) == (run.result, run.started)
    told = f"position {secret} is redacted by position {grown.archive.head}"
    assert [(before.position, told)] == [(aside.position, aside.why) for aside in run.set_aside]
    assert WORDS.encode() not in bytes_of(kept)
    assert grown.archive.head == grown.archive.run(kind(), snapshots=kept).started


@pytest.mark.parametrize("kind", [Words, Bodies])
def test_a_follower_forgets_it_too(grown, kept, secret, kind):
    with grown.others() as archive, archive.follow(kind(), snapshots=kept, batch=4, keep_every=4) as follower:
        follower.catch_up()
        redact(grown.archive, secret)
        run = follower.catch_up()
        assert WORDS not in str(run.result)
        assert (grown.archive.replay(kind()), grown.archive.head) == (run.result, run.position)
        assert WORDS.encode() not in bytes_of(kept)


def test_what_is_redacted_while_it_is_read_is_not_kept_either(grown, kept, secret):
    grown.archive._log._timeout = 0

    class Overtaken(Bodies):
        done = False

        def apply(self, words, item):
            words = super().apply(words, item)
            if item.position == secret and not self.done:
                type(self).done = True
                with contextlib.suppress(StorageError):  # the order stands; to erase waits until nobody reads
                    redact(grown.archive, secret)
            return words

    with grown.others() as archive:
        archive.run(Overtaken(), snapshots=kept)
        assert WORDS not in str(archive.run(Overtaken(), snapshots=kept).result)
    assert WORDS.encode() not in bytes_of(kept)


def test_a_follower_goes_on_when_a_document_is_redacted_while_it_is_read(grown, kept):
    """Its last document goes when the first of its assertions was applied."""
    grown.archive._log._timeout = 0
    place = grown.archive.ledger.documents[list(grown.archive.ledger.documents)[-1]].position

    class Overtaken(Words):
        def apply(self, words, item):
            if not grown.archive.redactions():
                with contextlib.suppress(StorageError):  # the order stands; to erase waits until nobody reads
                    redact(grown.archive, place)
            return super().apply(words, item)

    with grown.others() as archive, archive.follow(Overtaken(), snapshots=kept) as follower:
        run = follower.catch_up()
        assert (archive.replay(Words()), archive.head) == (run.result, run.position)
    assert len(run.result) == 2


def test_a_follower_in_memory_forgets_it_too(grown, secret):
    with grown.archive.follow(Bodies()) as follower:
        follower.catch_up()
        redact(grown.archive, secret)
        assert grown.archive.replay(Bodies()) == follower.catch_up().result


def test_an_earlier_question_after_the_redaction_is_answered_without_it(grown, kept, secret):
    redact(grown.archive, secret)
    for _ in range(2):
        run = grown.archive.run(Bodies(), position=secret + 1, snapshots=kept)
        assert (None, ()) == (run.result[secret - 1], run.set_aside)


def test_what_is_redacted_after_a_snapshot_of_earlier_events_touches_it_not(grown, kept, secret):
    grown.archive.run(Types(), position=secret - 1, snapshots=kept)
    redact(grown.archive, secret)
    run = grown.archive.run(Types(), snapshots=kept)
    assert (secret - 1, grown.archive.replay(Types())) == (run.started, run.result)


def test_headers_are_folded_as_before(grown, kept, secret):
    redact(grown.archive, secret)
    assert grown.archive.head == len(grown.archive.run(Headers(), snapshots=kept).result)
