"""Redaction, as a story: a witness is in danger; what was said goes, the proof stays, every answer tells the gap."""

import stat
from pathlib import Path

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from strategies.archives import Made, archives, recorded
from test_cli import run

import kzarchive
from kzarchive import Archive, FixedClock
from kzarchive.derived import index as derived
from kzarchive.derived.index import index_path
from kzarchive.errors import InvalidEvent, RedactedSince, StorageError, UsageError
from kzarchive.integrity.verification import verify
from kzarchive.log.leaves import leaf_of
from kzarchive.log.merkle import check_inclusion
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.recording.recorder import record_sheets
from kzarchive.recording.tombstones import key_path
from kzarchive.recording.vocabularies import read_vocabulary
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    AgentRegistered,
    AssertionRecorded,
    DependenceDeclared,
    DocumentRegistered,
    PayloadRedacted,
    RedactionReason,
    TranscriptionFixed,
)
from kzarchive.values.evidence import Locator
from kzarchive.values.sources import Agent, AgentKind, Document
from kzarchive.wire import codec

CLOCK = "2026-11-24T03:15:00.000000Z"
APPROVED = {"reason": "endangers_person", "approvers": ("editor", "lawyer")}
FRAME = "killed/law_enforcement/KZ"
NAME = "Ainur Sadykova of house 17"
SALT = "5a" * 32
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "retraction_of_164"
PROJECTIONS = (
    kzarchive.Toll,
    kzarchive.Arrests,
    kzarchive.TroopDeployment,
    kzarchive.Prices,
    kzarchive.Measures,
    kzarchive.Government,
    kzarchive.Facilities,
    kzarchive.ForeignInvolvement,
    kzarchive.ProtestSpread,
    kzarchive.Mandate,
    kzarchive.Reactions,
    kzarchive.Contributors,
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The shipped archive as a file, not to be changed."""
    path = tmp_path_factory.mktemp("shipped") / "january.db"
    with kzarchive.january_2022() as archive:
        archive.copy_to(path)
    return path


@pytest.fixture
def file(shipped, tmp_path):
    path = tmp_path / "january.db"
    path.write_bytes(shipped.read_bytes())
    return path


def opened(path, **options):
    return Archive.open(path, clock=FixedClock(CLOCK), **options)


def bytes_beside(path):
    """Every byte of the folder but those of the key, so also of the log, its side files and its index."""
    return b"".join(each.read_bytes() for each in path.parent.iterdir() if each != key_path(path))


def decider(archive):
    """The assertion that says 13 officers were killed: it contests the answer for 7 January."""
    return next(row for row in archive.assertions(frame=FRAME) if "13" in str(row.assertion.value))


def witness(archive, salt=SALT):
    """Records what a witness said, under protection: the agent, the document and the assertion."""
    document = Document(
        id="d0" * 32,
        name="talk-17",
        published=ImpreciseDate.parse("2022-01-06"),
        published_basis="its head",
        unhashed=True,
        note=NAME,
        salt=salt,
    )
    agent = Agent(slug="witness-17", kind=AgentKind.PERSON, names=(NAME,), salt=salt)
    model = next(iter(archive.assertions()))
    said = attrs.evolve(
        model.assertion,
        document=document.id,
        evidence=(Locator(document=document.id, place="line 1"),),
        chain=(),
        utterance=None,
        relations=(),
        note=NAME,
        hedge=f"says {NAME}",
        salt=salt,
    )
    receipt = archive.append([agent, document, said])
    return (agent, document, said), [placed.position for placed in receipt.placed]


def ask_everything(archive):
    """Asks for every frame, projection, explanation, difference and list; returns the state at the end."""
    state = archive.as_of(beyond_coverage=True)
    early = archive.as_of("2022-01-07", include="possible")
    for answer in state:
        assert str(state.explain(answer.frame))
    for frame in archive.frames():
        assert str(early.explain(frame))
        assert state[frame].to_dict()
    if archive.vocabulary.name.startswith("january2022"):
        for projection in PROJECTIONS:
            assert str(archive.replay(projection(), beyond_coverage=True)) is not None
            early.replay(projection())
    early.diff(state)
    for frame in archive.frames()[:3]:
        archive.sensitivity(frame, beyond_coverage=True)
    for row in archive.assertions():
        assert archive.assertion(row.id) == row
    assert state.to_json()
    assert str(state)
    assert state.documents
    assert len(archive.documents()) + len(archive.agents()) > 0
    return state


class TestTheGap:
    def test_an_answer_no_longer_rests_on_it_and_says_so(self, file):
        with opened(file) as archive:
            assert str(archive.as_of("2022-01-07")[FRAME]) == f"{FRAME}: 12..13 (contested)"
            position = decider(archive).position
            done = archive.redact(position, **APPROVED)
            state = archive.as_of("2022-01-07")
            assert (done.position, done.ordered_by, done.resumed) == (position, archive.head, False)
            assert str(state[FRAME]) == f"{FRAME}: 12 (single origin)"
            line = f"position {position} (assertion.recorded) by position {archive.head}: endangers_person"
            assert f"redacted   {line}" in str(state)
            assert line in str(state.explain(FRAME))
            assert state.to_dict()["redactions"] == [
                {
                    "position": position,
                    "type": "assertion.recorded",
                    "ordered_by": archive.head,
                    "reason": "endangers_person",
                    "with_document": False,
                }
            ]

    def test_where_nothing_is_redacted_no_answer_speaks_of_it(self, shipped):
        with opened(shipped, read_only=True) as archive:
            state = archive.as_of("2022-01-07")
            assert "redactions" not in state.to_dict()
            assert "redact" not in str(state) + str(state.explain(FRAME))

    def test_an_answer_given_before_is_refused_and_never_given_as_another(self, file):
        with opened(file) as archive:
            early = archive.as_of("2022-01-07", position=100)
            before, digest = archive.as_of("2022-01-07"), early.digest()
            position = decider(archive).position
            archive.redact(position, **APPROVED)
            with pytest.raises(RedactedSince, match=f"since then was redacted: position {position} "):
                archive.at(before.basis)
            assert archive.at(early.basis).digest() == digest, "nothing up to its position was redacted"
            after = archive.as_of("2022-01-07")
            assert archive.at(after.basis).to_json() == after.to_json()

    def test_the_order_itself_and_what_replay_needs_stay(self, file):
        with opened(file) as archive:
            order = archive.redact(decider(archive).position, **APPROVED).ordered_by
            for position in (1, order):
                with pytest.raises(InvalidEvent, match="target: expected an event whose body may go"):
                    archive.redact(position, **APPROVED)

    def test_every_fault_is_told_at_once(self, file):
        with opened(file) as archive, pytest.raises(InvalidEvent) as caught:
            archive.redact(9999, reason=f"the name {NAME}", approvers=("editor",), actor="?")
        assert sorted(problem.where for problem in caught.value.problems) == ["actor", "reason", "target"]
        with opened(file) as archive, pytest.raises(InvalidEvent, match="approvers: expected at least two different"):
            archive.redact(2, reason="court_order", approvers=("editor",))
        assert not key_path(file).exists()

    def test_a_second_redaction_of_it_is_refused(self, file):
        with opened(file) as archive:
            done = archive.redact(decider(archive).position, **APPROVED)
            with pytest.raises(InvalidEvent, match=f"which position {done.ordered_by} redacted"):
                archive.redact(done.position, **APPROVED)

    def test_without_a_tombstone_a_thing_is_not_redacted(self, file):
        """An event made by hand would leave no way to know the content again."""
        with opened(file) as archive:
            order = PayloadRedacted(
                actor="archive", target=3, reason=RedactionReason.COURT_ORDER, approvers=("editor", "lawyer")
            )
            with pytest.raises(InvalidEvent, match=r"a tombstone, which Archive\.redact\(\) makes"):
                archive.append([order])


class TestWhatRefersToIt:
    @pytest.mark.parametrize("kind", ["agent.registered", "document.registered", "assertion.recorded", "judged"])
    def test_each_kind_of_thing_in_the_shipped_archive(self, file, kind):
        with opened(file) as archive:
            expected = kind if kind != "judged" else ("date.", "frame.", "identity.", "dependence.", "source.")
            places = [row.position for row in archive.events() if row.type.startswith(expected)]
            for position in {places[0], places[len(places) // 2]}:
                archive.redact(position, **APPROVED)
            assert {row.position for row in ask_everything(archive).redactions} >= {places[0]}
        assert verify(file).clean
        for command in (["state"], ["list", "assertions"], ["list", "redactions"], ["list", "agents"], ["why", FRAME]):
            done = run(*command, "--archive", file)
            assert (done.returncode, done.stderr) == (0, "")
            assert f"position {places[0]} " in done.stdout or command[0] == "list"

    def test_each_event_of_the_example_of_164(self, tmp_path):
        path = tmp_path / "164.db"
        with opened(path, vocabulary=read_vocabulary(EXAMPLE / "vocabulary.yaml"), zone="Asia/Almaty") as archive:
            record_sheets(archive, [(sheet.name, sheet.read_bytes()) for sheet in sorted(EXAMPLE.glob("[0-9]_*.yaml"))])
            events = [(row.position, row.type) for row in archive.events()]
        whole = path.read_bytes()
        for position, kind in events:
            if kind in {"archive.opened", "coverage.declared", "vocabulary.extended"}:
                continue
            for each in tmp_path.iterdir():
                each.unlink()
            path.write_bytes(whole)
            with opened(path) as archive:
                archive.redact(position, **APPROVED)
                assert ask_everything(archive).redactions[0].position <= position, kind
            assert verify(path).clean, kind

    def test_all_that_may_go_is_redacted_one_after_the_other(self, tmp_path):
        path = tmp_path / "164.db"
        with opened(path, vocabulary=read_vocabulary(EXAMPLE / "vocabulary.yaml"), zone="Asia/Almaty") as archive:
            record_sheets(archive, [(sheet.name, sheet.read_bytes()) for sheet in sorted(EXAMPLE.glob("[0-9]_*.yaml"))])
            kept = {"archive.opened", "coverage.declared", "vocabulary.extended"}
            for position in [row.position for row in archive.events() if row.type not in kept]:
                archive.redact(position, **APPROVED)
                archive.as_of(beyond_coverage=True).to_json()
            assert list(archive.assertions()) == []
            assert archive.frames() == ()

    def test_the_assertions_of_a_redacted_document_go_with_it(self, file):
        with opened(file) as archive:
            document = decider(archive).document
            gone = {row.position for row in archive.assertions(document=document)}
            place = archive.ledger.documents[decider(archive).assertion.document].position
            order = archive.redact(place, **APPROVED).ordered_by
            rows = archive.redactions()
            assert {row.position for row in rows if row.with_document} == gone
            assert {row.ordered_by for row in rows} == {order}
            assert not gone & {row.position for row in archive.assertions()}
            with pytest.raises(UsageError, match="document: expected one that the archive has"):
                archive.assertions(document=document)

    def test_of_two_protected_documents_it_is_not_told_which_took_an_assertion_with_it(self, file):
        with opened(file) as archive:
            (_, first, said), places = witness(archive)
            second = attrs.evolve(first, id="d1" * 32, name="another")
            more = attrs.evolve(said, document=second.id, evidence=(Locator(document=second.id, place="line 1"),))
            receipt = archive.append([second, more])
            order = archive.redact(places[1], **APPROVED).ordered_by
            archive.redact(receipt.placed[0].position, **APPROVED)
            orders = {row.position: row.ordered_by for row in archive.redactions()}
            assert orders[places[2]] == order, "the other document came later"
            assert orders[receipt.placed[1].position] is None
            ask_everything(archive)

    def test_a_misread_assertion_stays_dead_where_the_right_reading_is_redacted(self, file):
        with opened(file) as archive:
            old = decider(archive)
            new = attrs.evolve(old.assertion, hedge="about")
            archive.append([new, TranscriptionFixed(actor="a", grounds="g", old=old.id, new=codec.assertion_id(new))])
            archive.redact(archive.assertion(codec.assertion_id(new)).position, **APPROVED)
            state = ask_everything(archive)
            assert str(archive.as_of("2022-01-07")[FRAME]) == f"{FRAME}: 12 (single origin)"
            (told,) = [row for row in state.explain(FRAME).witnesses if row.assertion == old.id]
            assert told.detail == f"misread; {codec.assertion_id(new)[:12]}, whose body is redacted"

    def test_judgements_about_it_are_about_nothing(self, file):
        with opened(file) as archive:
            target, other = decider(archive), next(iter(archive.assertions()))
            grounds = {"actor": "a", "grounds": "g"}
            archive.append(
                [
                    DependenceDeclared(assertions=(target.id, other.id), **grounds),
                    codec.structure(
                        {
                            **grounds,
                            "kind": "assertion",
                            "target": target.id,
                            "axis": "stated",
                            "date": "2022-01-06",
                        },
                        codec.CLASSES["date.assessed"],
                    ),
                    codec.structure(
                        {**grounds, "assertions": [target.id], "frame": codec.plain(target.assertion.frame)},
                        codec.CLASSES["frame.reassigned"],
                    ),
                ]
            )
            archive.redact(target.position, **APPROVED)
            ask_everything(archive)
            with pytest.raises(InvalidEvent, match="expected the id of a recorded assertion"):
                archive.append([DependenceDeclared(assertions=(target.id, other.id), actor="b", grounds="h")])


class TestProtection:
    def test_nothing_unsalted_stands_in_a_header(self, file):
        with opened(file) as archive:
            (agent, document, said), places = witness(archive)
            headers = [header for header in archive._log.headers() if header.position in places]
            plain = [attrs.evolve(thing, salt=None) for thing in (agent, document, said)]
            guesses = [
                codec.identity(kind(actor="archive", **{name: thing}))
                for kind, name, thing in zip(
                    (AgentRegistered, DocumentRegistered, AssertionRecorded),
                    ("agent", "document", "assertion"),
                    plain,
                    strict=True,
                )
            ]
            assert not {header.identity.hex() for header in headers} & set(guesses)
            assert all(header[6:] == (None,) * 6 for header in headers)
            assert archive.ledger.documents[document.id].what == document

    def test_an_unprotected_assertion_does_not_show_a_protected_document(self, file):
        with opened(file) as archive:
            (_, document, said), _ = witness(archive)
            archive.append([attrs.evolve(said, salt=None)])
            assert not [row for row in archive._log.headers() if row.document == bytes.fromhex(document.id)]
        assert verify(file).clean

    def test_the_same_is_not_recorded_again_under_another_salt(self, file):
        with opened(file) as archive:
            things, places = witness(archive)
            orders = [archive.redact(position, **APPROVED).ordered_by for position in reversed(places)]
            for thing, order in zip(reversed(things), orders, strict=True):
                for salt in (SALT, "77" * 32, None):
                    again = attrs.evolve(thing, salt=salt, note="other words")
                    with pytest.raises(InvalidEvent, match=f"which position {order} redacted"):
                        archive.append([again])
        with opened(file) as archive, pytest.raises(InvalidEvent, match="the same agent, which position"):
            archive.append([attrs.evolve(things[0], salt=None)])

    def test_a_redacted_judgement_is_not_made_again(self, file):
        with opened(file) as archive:
            judged = DependenceDeclared(
                actor="a", grounds=NAME, assertions=tuple(row.id for row in archive.assertions())[:2]
            )
            position = archive.append([judged]).placed[0].position
            archive.redact(position, **APPROVED)
            with pytest.raises(InvalidEvent, match=f"the dependence.declared of position {position}, which position"):
                archive.append([judged])

    def test_other_content_is_still_recorded(self, file):
        with opened(file) as archive:
            (agent, _, _), places = witness(archive)
            archive.redact(places[0], **APPROVED)
            assert archive.append([attrs.evolve(agent, names=("Somebody else",))]).new


class TestTheKey:
    def test_it_lies_outside_and_only_its_owner_may_read_it(self, file):
        with opened(file) as archive:
            position = decider(archive).position
            assert not key_path(file).exists()
            archive.redact(position, **APPROVED)
        assert key_path(file).name == "january.db-tombstones.key"
        assert stat.S_IMODE(key_path(file).stat().st_mode) == 0o600
        key = key_path(file).read_bytes().strip()
        assert key not in bytes_beside(file)
        assert bytes.fromhex(key.decode()) not in bytes_beside(file)

    @pytest.mark.parametrize("state", ["missing", "another", "damaged"])
    def test_without_it_nothing_that_could_be_the_same_is_recorded(self, file, state):
        with opened(file) as archive:
            archive.redact(decider(archive).position, **APPROVED)
        place = key_path(file)
        kept = place.read_bytes()
        contents = {"another": b"0" * 64 + b"\n", "damaged": kept[:30]}
        place.unlink()
        if state != "missing":
            place.write_bytes(contents[state])
        agent = Agent(slug="new", kind=AgentKind.PERSON, names=("New",))
        with opened(file) as archive:
            with pytest.raises(StorageError, match=r"january\.db-tombstones\.key: expected "):
                archive.append([agent])
            with pytest.raises(StorageError, match=r"january\.db-tombstones\.key: expected "):
                archive.redact(3, **APPROVED)
            archive.declare_coverage("2022-06-01", grounds="a judgement matches no tombstone")
        place.write_bytes(kept)
        with opened(file) as archive:
            assert archive.append([agent]).new


class TestNothingIsLeft:
    @pytest.mark.parametrize("kept_from", [10, 100_000], ids=["an index in a file", "an index in memory"])
    def test_the_words_are_in_no_file(self, file, kept_from, monkeypatch):
        """Sought for in the file, its side files, its index, and copies made afterwards; before, they are found."""
        monkeypatch.setattr(derived, "KEPT_FROM", kept_from)
        secrets = [NAME.encode(), b"witness-17", ("d0" * 32).encode(), bytes.fromhex("d0" * 32), b"talk-17"]
        with opened(file) as archive:
            _, places = witness(archive)
            ask_everything(archive)
            assert index_path(file).exists() == (kept_from == 10)
            assert secrets[0] in bytes_beside(file)
            for position in places:
                archive.redact(position, **APPROVED)
            ask_everything(archive)
            assert [secret for secret in secrets if secret in bytes_beside(file)] == []
            archive.copy_to(file.parent / "copy.db")
            archive.declare_coverage("2022-06-01", grounds="more")
        assert [secret for secret in secrets if secret in bytes_beside(file)] == []

    def test_the_root_and_every_proof_made_before_still_hold(self, file):
        with opened(file) as archive:
            size, root = archive.head, archive._log.root()
            position = decider(archive).position
            proof = archive._log.inclusion(position)
            archive.redact(position, **APPROVED)
            assert archive._log.root(size) == root
            header = next(archive._log.headers(after=position - 1, until=position))
            assert check_inclusion(leaf_of(header), position - 1, size, proof, root)
        assert verify(file).clean

    def test_what_is_in_a_file_of_snapshots_is_dropped_by_the_next_run(self, file, tmp_path):
        snapshots = tmp_path / "snapshots"
        snapshots.mkdir()
        with opened(file) as archive:
            witness(archive)
            archive.run(Words(), snapshots=snapshots / "s.db", beyond_coverage=True)
            assert NAME.encode() in b"".join(each.read_bytes() for each in snapshots.iterdir())
            position = archive.head
            archive.redact(position, **APPROVED)
            run = archive.run(Words(), snapshots=snapshots / "s.db", beyond_coverage=True)
            assert NAME not in str(run.result)
        assert NAME.encode() not in b"".join(each.read_bytes() for each in snapshots.iterdir())


class Words:
    """A fold that keeps the recorder's words."""

    name, version, over = "words", 1, "assertions"

    def initial(self):
        return []

    def apply(self, total, item):
        return [*total, item.assertion.note or ""]

    def merge(self, one, other):
        return one + other

    def result(self, total):
        return tuple(total)


class TestACrash:
    def test_between_the_order_and_the_erasure_is_mended_by_the_next_opening(self, file, monkeypatch):
        with opened(file) as archive:
            _, places = witness(archive)
            with monkeypatch.context() as patch:
                patch.setattr(SqliteEventLog, "erase", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
                with pytest.raises(KeyboardInterrupt):
                    archive.redact(places[2], **APPROVED)
            order = archive.head
        assert NAME.encode() in bytes_beside(file)
        with opened(file, read_only=True) as archive:
            assert [row.ordered_by for row in archive.redactions()] == [order]
            with pytest.raises(StorageError, match="expected a log whose redacted bodies are erased"):
                archive.copy_to(file.parent / "copy.db")
        with opened(file) as archive:
            assert archive.erasures == (
                f"finished the erasure of position {places[2]}, which an earlier call had begun",
            )
        with opened(file) as archive:
            assert archive.erasures == ()

    def test_or_by_a_second_call(self, file, monkeypatch):
        with opened(file) as archive:
            position = decider(archive).position
            with monkeypatch.context() as patch:
                patch.setattr(SqliteEventLog, "erase", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
                with pytest.raises(KeyboardInterrupt):
                    archive.redact(position, **APPROVED)
            done = archive.redact(position, **APPROVED)
            assert (done.ordered_by, done.resumed) == (archive.head, True)
            assert [row.erased for row in archive._log.redactions()] == [True]

    def test_a_reader_who_holds_it_up_is_told_of(self, file):
        log = SqliteEventLog.open(file, clock=FixedClock(CLOCK), timeout_seconds=1)
        with Archive(log, path=file) as archive:
            reading = archive.stored_events()
            next(reading)
            with pytest.raises(StorageError, match="erase it again when that has finished"):
                archive.redact(decider(archive).position, **APPROVED)
            position = archive.redactions()[0].position
            reading.close()
            assert archive.redact(position, **APPROVED).resumed


ANY_ARCHIVE = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@ANY_ARCHIVE
@given(archives(), st.data())
def test_whatever_is_redacted_every_question_is_still_answered(made: Made, data: st.DataObject) -> None:
    with recorded(made) as archive:
        kept = {"archive.opened", "coverage.declared", "vocabulary.extended"}
        places = [row.position for row in archive.events() if row.type not in kept]
        for position in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=4, unique=True)):
            archive.redact(position, **APPROVED)
        for date in (None, "2022-01-06"):
            for include in ("definite", "possible"):
                state = archive.as_of(date, include=include, beyond_coverage=True)
                for frame in state.frames():
                    assert str(state.explain(frame))
                assert state.to_dict()["redactions"]
        for row in archive.assertions():
            assert archive.assertion(row.id) == row


@ANY_ARCHIVE
@given(archives(changes=False), st.data())
def test_where_nothing_refers_to_it_a_redacted_assertion_is_as_if_it_had_not_been_recorded(
    made: Made, data: st.DataObject
) -> None:
    said = [event for event in made.events if isinstance(event, AssertionRecorded)]
    referred = {relation.target for event in said for relation in event.assertion.relations}
    free = [event for event in said if codec.identity(event) not in referred]
    gone = data.draw(st.sampled_from(free))
    never = attrs.evolve(made, events=tuple(event for event in made.events if event != gone))
    with recorded(made) as archive, recorded(never) as other:
        archive.redact(archive.assertion(codec.identity(gone)).position, **APPROVED)
        assert archive.frames() == other.frames()
        for date in (None, "2022-01-06"):
            one, two = (each.as_of(date, beyond_coverage=True) for each in (archive, other))
            assert [answer.to_dict() for answer in one] == [answer.to_dict() for answer in two]


def test_another_process_learns_of_it(file):
    """It had everything decoded; at its next question and its next append nothing of it is left."""
    with opened(file) as one, opened(file) as other:
        target = decider(other)
        ask_everything(other)
        other.declare_coverage("2022-06-01", grounds="so that it holds what an append needs")
        one.redact(target.position, **APPROVED)
        assert target.id not in {row.id for row in other.assertions()}
        with pytest.raises(InvalidEvent, match="the same assertion, which position"):
            other.append([target.assertion])


def test_who_is_still_asking_when_another_redacts_is_told_so(file):
    """The document that all of 7 January rests on is gone between the state and its answer: no damage of the log."""
    with opened(file) as one, opened(file) as other:
        place = one.ledger.documents[decider(one).assertion.document].position
        state = other.as_of("2022-01-07")
        one.redact(place, **APPROVED)
        words = f"expected a document at position {place}, which position {one.head} has redacted since"
        with pytest.raises(RedactedSince, match=words):
            str(state)
        assert str(place) in str(other.as_of("2022-01-07"))


def test_what_was_only_appended_to_learns_of_it_too():
    """Nothing was asked before, so that there is no index to throw away; the document was decoded all the same."""
    with kzarchive.january_2022() as shipped:
        things = [row.event for row in shipped.events()]
        place = shipped.ledger.documents[decider(shipped).assertion.document].position
    with Archive(SqliteEventLog.in_memory(clock=FixedClock(CLOCK))) as archive:
        archive.append(things)
        archive.redact(place, **APPROVED)
        ask_everything(archive)


def test_in_memory_it_is_the_same():
    with kzarchive.january_2022() as shipped:
        things = [row.event for row in shipped.events()]
    with Archive(SqliteEventLog.in_memory(clock=FixedClock(CLOCK))) as archive:
        archive.append(things)
        target = decider(archive)
        archive.redact(target.position, **APPROVED)
        assert str(archive.as_of("2022-01-07")[FRAME]) == f"{FRAME}: 12 (single origin)"
        with pytest.raises(InvalidEvent, match="the same assertion, which position"):
            archive.append([target.assertion])


class TestTheCommand:
    def test_it_tells_what_goes_and_what_stays_and_asks(self, file):
        with opened(file, read_only=True) as archive:
            position = decider(archive).position
        arguments = ["redact", position, "--archive", file, "--reason", "court_order", "--approver", "editor"]
        done = run(*arguments, "--approver", "lawyer", input="n\n")
        assert done.returncode == 1
        for words in (f"an assertion of {FRAME}", "stays known to whoever has it", "confirms a guess"):
            assert words in done.stdout
        assert "Take it away? [y/N]" in done.stdout
        with opened(file, read_only=True) as archive:
            assert archive.redactions() == ()
        done = run(*arguments, "--approver", "lawyer", "--yes")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith(f"position {position} is redacted by position 430; its bytes are erased\n")

    def test_one_approver_is_not_enough(self, file):
        done = run("redact", 5, "--archive", file, "--reason", "court_order", "--approver", "editor", "--yes")
        assert done.returncode == 1
        assert "error: approvers: expected at least two different slugs, got ('editor',)" in done.stderr

    def test_of_a_protected_one_it_does_not_say_that_a_guess_is_confirmed(self, file):
        with opened(file) as archive:
            _, places = witness(archive)
        options = ["--reason", "court_order", "--approver", "editor", "--approver", "lawyer"]
        done = run("redact", places[1], "--archive", file, *options, input="n\n")
        assert "the document talk-17, and with it 1 assertions" in done.stdout
        assert "confirms a guess" not in done.stdout
