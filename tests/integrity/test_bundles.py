"""Bundles and the stand-alone verifier: the good are accepted by ``python -I``, each of 200 spoilt ones is refused."""

import base64
import hashlib
import importlib.util
import io
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kzarchive.archive import Archive
from kzarchive.errors import LogError, UsageError
from kzarchive.integrity.bundles import export_bundle, export_verifier
from kzarchive.integrity.proving import tree_head
from kzarchive.integrity.signer import Signer
from kzarchive.log.clock import FixedClock
from kzarchive.log.merkle import Frontier, leaf_hash
from kzarchive.log.protocol import Columns, Draft, body_digest
from kzarchive.log.sqlite import SqliteEventLog

ORIGIN = "example.org/archive"
CHOSEN = (2, 12, 13, 19, 40)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the verifier copied out, and nothing else of kzarchive."""
    folder = tmp_path_factory.mktemp("expert")
    export_verifier(folder / "verifier.py")
    return folder


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer.new(tmp_path_factory.mktemp("key") / "log.key", ORIGIN)


@pytest.fixture(scope="module")
def bundles(small: Path, home: Path, signer: Signer) -> dict[str, Path]:
    """A bundle of all events and one of chosen ones."""
    with Archive.open(small, read_only=True) as archive:
        checkpoint = archive.checkpoint(signer)
        assert archive.export_bundle(home / "all.bundle", checkpoint) == 40
        assert archive.export_bundle(home / "chosen.bundle", checkpoint, CHOSEN) == len(CHOSEN)
    return {kind: home / f"{kind}.bundle" for kind in ("all", "chosen")}


@pytest.fixture(scope="module")
def verifier(home: Path) -> ModuleType:
    """The verifier as it was copied out."""
    spec = importlib.util.spec_from_file_location("copied_verifier", home / "verifier.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "verifier.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)


@pytest.mark.parametrize(("kind", "count"), [("all", 40), ("chosen", len(CHOSEN))])
def test_a_good_bundle_is_accepted_outside_the_environment(
    bundles: dict[str, Path], home: Path, signer: Signer, small: Path, kind: str, count: int
) -> None:
    done = run(home, bundles[kind].name, "--key", signer.verifier)
    with Archive.open(small, read_only=True) as archive:
        root = base64.b64encode(archive.root()).decode()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"accepted: {count} of 40 events, 0 of them redacted\norigin {ORIGIN}\nsize 40\nroot {root}\n"
        "signature: signed by the key given\n"
    )
    unsigned = run(home, bundles[kind].name)
    assert (unsigned.returncode, unsigned.stdout.splitlines()[-1]) == (0, "signature: NOT CHECKED (no --key)")


def test_the_verifier_is_one_file_of_the_standard_library(home: Path) -> None:
    source = (home / "verifier.py").read_text()
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= {"__future__", "argparse", "base64", "hashlib", "json", "re", "sys", "typing"}
    assert len(source.splitlines()) < 340
    with pytest.raises(UsageError, match="expected no file"):
        export_verifier(home / "verifier.py")


def test_a_wrong_command_line_is_told(home: Path, bundles: dict[str, Path]) -> None:
    assert run(home).returncode == 2
    assert run(home, "nothing.bundle").returncode == 2
    done = run(home, "all.bundle", "--key", "nonsense")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "refused: --key: expected 33 bytes in base64\n"


def test_another_key_is_refused(home: Path, bundles: dict[str, Path], tmp_path: Path) -> None:
    for name, words in ((ORIGIN, "expected a signature by"), ("example.org/other", "expected the origin")):
        other = Signer.new(tmp_path / f"{len(name)}.key", name)
        done = run(home, "all.bundle", "--key", other.verifier)
        assert (done.returncode, done.stdout) == (1, "")
        assert words in done.stderr


def test_a_key_of_another_algorithm_is_refused(home: Path, bundles: dict[str, Path], signer: Signer) -> None:
    """The same public key under the byte of another algorithm, with the key id that belongs to it."""
    name, _, material = signer.verifier.split("+", 2)
    other = b"\4" + base64.b64decode(material)[1:]
    key_id = hashlib.sha256(name.encode() + b"\n" + other).hexdigest()[:8]
    done = run(home, "all.bundle", "--key", f"{name}+{key_id}+{base64.b64encode(other).decode()}")
    assert (done.returncode, done.stderr) == (1, "refused: --key: expected an Ed25519 verifier key\n")


def lines_of(bundle: bytes) -> list[dict]:
    return [json.loads(line) for line in bundle.splitlines()]


def written(lines: list[dict]) -> bytes:
    dumped = [json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for line in lines]
    return "".join(f"{line}\n" for line in dumped).encode()


def edited(bundle: bytes, number: int, **fields: object) -> bytes:
    """Returns the bundle with fields of a line set, or taken out where they are None."""
    lines = lines_of(bundle)
    for name, value in fields.items():
        if value is None:
            del lines[number][name]
        else:
            lines[number][name] = value
    return written(lines)


def forged(event: dict, body: str) -> dict:
    """Returns the fields of an event with another body and everything that follows from it."""
    asserted = {name: value for name, value in json.loads(body)["assertion"].items() if name != "note"}
    dumped = json.dumps(asserted, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    identity = hashlib.sha256(b"kzarchive.assertion/1\0" + dumped).hexdigest()
    return {"body": body, "digest": body_digest(body.encode()).hex(), "identity": identity}


def spoilt(bundle: bytes) -> Iterator[tuple[str, bytes]]:
    """Yields words that must be in the refusal, and a spoilt bundle: what a forger with JSON at hand would try."""
    lines = lines_of(bundle)
    every = lines[0]["events"] == "all"
    at = next(n for n, line in enumerate(lines) if line.get("type") == "assertion.recorded")
    event, head, text = lines[at], lines[0], lines[0]["checkpoint"]
    rooted = "the size and root of the checkpoint" if every else "the proof does not lead to the root"
    where = "" if every else f"line {at + 1}: "
    body = event["body"]
    denied = body.replace("certain", "Certain")
    yield f"line {at + 1}: the digest is not that of the body", edited(bundle, at, body=denied)
    changed = forged(event, body.replace('"act":"state"', '"act":"deny"'))
    yield "the identity is not that of the body", edited(bundle, at, body=changed["body"], digest=changed["digest"])
    yield where + rooted if every else rooted, edited(bundle, at, **changed)
    renoted = body.replace('"note":"', '"note":"Not ')
    if renoted != body:
        yield rooted, edited(bundle, at, **forged(event, renoted))
    yield "the digest is not that", edited(bundle, at, digest="0" * 64)
    yield "the identity is not that", edited(bundle, at, identity="0" * 64)
    yield "the identity is not that", edited(bundle, at, type="assertion.withdrawn")
    yield rooted, edited(bundle, at, version=2)
    yield "expected the field 'version' in its form", edited(bundle, at, version=True)
    yield "expected the field 'version' in its form", edited(bundle, at, version="1")
    yield "expected the field 'position' in its form", edited(bundle, at, position=str(event["position"]))
    yield "got position 0", edited(bundle, at, position=0)
    yield f"got position {event['position'] + 100}", edited(bundle, at, position=event["position"] + 100)
    yield "runs backwards", edited(bundle, at, recorded="2000-01-01T00:00:00.000000Z")
    later = event["recorded"].replace(".000000Z", ".000001Z")
    yield "runs backwards" if every else rooted, edited(bundle, at, recorded=later)
    yield "expected the field 'recorded' in its form", edited(bundle, at, recorded="2026-11-23T03:15:00Z")
    yield "expected the field 'recorded' in its form", edited(bundle, at, recorded=None)
    yield "expected no field 'more'", edited(bundle, at, more=1)
    yield "no later event redacts them", edited(bundle, at, body=None)
    yield "body: expected JSON", edited(bundle, at, body="{", digest=body_digest(b"{").hex())
    yield "body: expected JSON", edited(bundle, at, body="\0", digest=body_digest(b"\0").hex())
    deep = "[" * 100_000
    yield "body: expected JSON", edited(bundle, at, body=deep, digest=body_digest(deep.encode()).hex())
    spaced = body.replace(":", ": ", 1)
    yield "in canonical form", edited(bundle, at, body=spaced, digest=body_digest(spaced.encode()).hex())
    floating = '{"a":1.5}'
    yield "no floating-point number", edited(bundle, at, body=floating, digest=body_digest(floating.encode()).hex())
    nothing = '{"assertion":[]}'
    yield "the body lacks", edited(bundle, at, body=nothing, digest=body_digest(nothing.encode()).hex())
    # The order and number of the events
    yield "got position", written([*lines[:at], *lines[at + 1 :], lines[at]])
    yield "got position", written([*lines[:at], lines[at], *lines[at:]])
    yield "got position" if every else "events, as line 1 says", written(lines[:at] + lines[at + 1 :])
    yield "events, as line 1 says", written(lines[:-1])
    yield "events, as line 1 says", edited(bundle, 0, count=head["count"] + 1)
    yield "events, as line 1 says", written(lines[:1])
    if every:
        yield "the size and root of the checkpoint", edited(written(lines[:-1]), 0, count=39)
        yield "none with all events", edited(bundle, at, proof=[])
        yield "expected a proof with each chosen event", edited(bundle, 0, events="chosen")
    else:
        path = event["proof"]
        yield "got position 2 after 0", edited(bundle, 0, events="all")
        yield "expected a proof with each chosen event", edited(bundle, at, proof=None)
        yield rooted, edited(bundle, at, proof=path[:-1])
        yield rooted, edited(bundle, at, proof=[*path, path[0]])
        yield rooted, edited(bundle, at, proof=[])
        yield rooted, edited(bundle, at, proof=path[::-1])
        yield "proof: expected 32 bytes in base64", edited(bundle, at, proof=[path[0][:-1], *path[1:]])
        yield "proof: expected 32 bytes in base64", edited(bundle, at, proof=[7, *path[1:]])
        yield "expected the field 'proof' in its form", edited(bundle, at, proof="".join(path))
    # The checkpoint
    yield "expected a size in decimal", edited(bundle, 0, checkpoint=text.replace("\n40\n", "\n040\n"))
    yield "the signature does not hold", edited(bundle, 0, checkpoint=text.replace("\n40\n", "\n41\n"))
    root = text.split("\n")[2]
    other = base64.b64encode(bytes(32)).decode()
    yield "the signature does not hold", edited(bundle, 0, checkpoint=text.replace(root, other))
    yield "root: expected 32 bytes in base64", edited(bundle, 0, checkpoint=text.replace(root, root[:-4]))
    yield "expected the origin", edited(bundle, 0, checkpoint=text.replace(f"{ORIGIN}\n", "example.org/b\n"))
    yield "expected a signature by", edited(bundle, 0, checkpoint=text.split("\n\n")[0] + "\n")
    yield "expected a signature by", edited(bundle, 0, checkpoint=text.replace(f"— {ORIGIN}", "— example.org/b"))
    yield "expected a signature line", edited(bundle, 0, checkpoint=text.replace("—", "-"))
    yield "expected a signature line", edited(bundle, 0, checkpoint=f"{text}more\n")
    yield "expected a line feed", edited(bundle, 0, checkpoint=text[:-1])
    yield "signature: expected some bytes in base64", edited(bundle, 0, checkpoint=f"{text[:-2]}\n")
    yield "expected origin, size and root", edited(bundle, 0, checkpoint=text.replace(root, f"{root}\nextension"))
    yield "expected origin, size and root", edited(bundle, 0, checkpoint="")
    # The form of the lines
    yield "line 1: expected JSON", b""
    yield "line 1: expected JSON", b"\xef\xbb\xbf" + bundle
    yield "line 1: expected JSON", bundle[1:]
    yield "line 1: expected JSON", bundle.replace(b"\n", b"\r\n").replace(b'{"checkpoint"', b'{"check\x00point"', 1)
    yield "in canonical form", bundle.replace(b"\n", b"\r\n")
    yield "in canonical form", bundle.replace(b'{"checkpoint"', b'{ "checkpoint"', 1)
    yield "in canonical form", bundle.replace(b'"format":', b'"format":"x","format":', 1)
    kind = head["events"].encode()
    yield "in canonical form", bundle.replace(b'"%s"' % kind, b'"\\u%04x%s"' % (kind[0], kind[1:]), 1)
    yield "expected the field 'format' in its form", edited(bundle, 0, format="kzarchive.bundle/2")
    yield "expected the field 'events' in its form", edited(bundle, 0, events="some")
    yield "expected the field 'count' in its form", edited(bundle, 0, count=None)
    yield "expected a line feed at the end", bundle[:-1]
    yield "a JSON object", bundle + b"[]\n"
    yield "expected JSON", bundle + b"\n"
    yield "expected the field", bundle + b"{}\n"


def flipped(bundle: bytes, count: int) -> Iterator[bytes]:
    """Yields bundles with one byte changed, cut off, or put in, here and there."""
    chance = random.Random(1)  # noqa: S311
    for _ in range(count):
        at, other = chance.randrange(len(bundle)), chance.randrange(1, 256)
        match chance.randrange(4):
            case 0 | 1:
                yield bundle[:at] + bytes([bundle[at] ^ other]) + bundle[at + 1 :]
            case 2:
                yield bundle[:at]
            case _:
                yield bundle[:at] + bytes([other]) + bundle[at:]


def all_spoilt(bundles: dict[str, Path]) -> list[tuple[str, bytes]]:
    made = []
    for path in bundles.values():
        content = path.read_bytes()
        made += [*spoilt(content), *(("", each) for each in flipped(content, 45))]
    return made


def test_each_of_200_spoilt_bundles_is_refused_with_its_fault(
    bundles: dict[str, Path], verifier: ModuleType, signer: Signer
) -> None:
    tried = all_spoilt(bundles)
    assert len(tried) >= 200
    for words, content in tried:
        with pytest.raises(verifier.Fault) as caught:
            verifier.check_bundle(io.BytesIO(content), signer.verifier)
        assert words in str(caught.value)
        assert 0 < len(str(caught.value)) < 500


@pytest.mark.long
def test_each_of_200_spoilt_bundles_is_refused_outside_the_environment(
    bundles: dict[str, Path], home: Path, signer: Signer
) -> None:
    for words, content in all_spoilt(bundles):
        (home / "spoilt.bundle").write_bytes(content)
        done = run(home, "spoilt.bundle", "--key", signer.verifier)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("refused: ")
        assert words in done.stderr
        assert done.stderr.count("\n") == 1


def refusing(log: SqliteEventLog, path: Path, head, positions=None) -> str:
    with pytest.raises((UsageError, LogError)) as caught:
        export_bundle(log, path, head, positions)
    assert not path.exists()
    return str(caught.value)


def test_what_cannot_be_bundled_is_told_and_leaves_no_file(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.bundle"
    with Archive.open(small, read_only=True) as archive:
        log, head = archive._log, archive.tree_head(ORIGIN, 20)
        assert "some of 1 to the checkpoint's size 20, got 21" in refusing(log, target, head, [3, 21])
        assert "got 0" in refusing(log, target, head, [0])
        other = type(head)(ORIGIN, 20, bytes(32))
        assert "got one whose first 20 events have another root" in refusing(log, target, other)
        beyond = type(head)(ORIGIN, 41, bytes(32))
        assert "at most 40 events, which the log has, got 41" in refusing(log, target, beyond)
        target.write_text("mine")
        with pytest.raises(UsageError, match="expected no file"):
            archive.export_bundle(target, head)
        assert target.read_text() == "mine"
        assert archive.export_bundle(tmp_path / "b.bundle", head) == 20


def test_a_log_whose_bodies_are_no_events_cannot_be_bundled(tmp_path: Path) -> None:
    """A bundle is checked before it gets its name: what its reader would refuse is refused here."""
    for body, words in ((b"\xff", "position 1: expected a body in UTF-8"), (b"no json", "line 2: body: expected JSON")):
        with SqliteEventLog.in_memory(clock=FixedClock("2026-11-23T03:15:00.000000Z")) as log:
            log.append([Draft("test.event", 1, bytes(32), body, Columns(), "test")])
            assert words in refusing(log, tmp_path / "a.bundle", tree_head(log, ORIGIN))


def test_an_empty_log_has_a_bundle(tmp_path: Path, verifier: ModuleType) -> None:
    with SqliteEventLog.in_memory(clock=FixedClock("2026-11-23T03:15:00.000000Z")) as log:
        assert export_bundle(log, tmp_path / "a.bundle", tree_head(log, ORIGIN)) == 0
    with (tmp_path / "a.bundle").open("rb") as file:
        assert verifier.check_bundle(file, None).startswith("accepted: 0 of 0 events")


def made_up(*events: dict) -> bytes:
    """Returns a bundle of all events that is right in itself, whatever the events are."""
    tree = Frontier()
    rows = []
    for position, given in enumerate(events, start=1):
        event = {"position": position, "recorded": "2026-11-23T03:15:00.000000Z", "version": 1, **given}
        if event.get("body") is not None:
            body = event["body"].encode()
            event["digest"] = body_digest(body).hex()
            made = b"kzarchive.event/1\0" + f"{event['type']}/1\0".encode() + body
            event["identity"] = hashlib.sha256(made).hexdigest()
        leaf = {name: value for name, value in event.items() if name != "body"}
        tree.add(leaf_hash(json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()))
        rows.append({name: value for name, value in event.items() if value is not None})
    root = base64.b64encode(tree.root()).decode()
    checkpoint = f"{ORIGIN}\n{len(rows)}\n{root}\n"
    head = {"checkpoint": checkpoint, "count": len(rows), "events": "all", "format": "kzarchive.bundle/1"}
    return written([head, *rows])


A = {"type": "test.event", "body": '{"a":1}'}
GONE = {"type": "test.event", "digest": "1" * 64, "identity": "2" * 64}
ORDER = {"type": "payload.redacted", "body": '{"target":2}'}
FIRST = {"type": "payload.redacted", "body": '{"target":1}'}


def test_a_redacted_event_is_accepted_with_a_later_event_that_names_it(verifier: ModuleType) -> None:
    told = verifier.check_bundle(io.BytesIO(made_up(A, GONE, ORDER)), None)
    assert told.startswith("accepted: 3 of 3 events, 1 of them redacted\n")
    assert told.endswith("\nsignature: none")


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((A, ORDER, GONE), "the bodies at positions [3] are gone, and no later event redacts them"),
        ((A, GONE), "the bodies at positions [2] are gone"),
        ((GONE, {**FIRST, "type": "test.event"}), "the bodies at positions [1] are gone"),
        ((GONE, ORDER), "the bodies at positions [1] are gone"),
        ((A, GONE, {**ORDER, "body": '{"target":"2"}'}), "expected the position of an event as the target"),
        ((A, A), "line 3: the identity stands twice"),
        ((GONE, GONE, ORDER), "line 3: the identity stands twice"),
    ],
)
def test_a_log_that_contradicts_itself_is_refused_though_its_root_is_right(
    verifier: ModuleType, events: tuple[dict, ...], words: str
) -> None:
    with pytest.raises(verifier.Fault) as caught:
        verifier.check_bundle(io.BytesIO(made_up(*events)), None)
    assert words in str(caught.value)


def test_a_redaction_after_the_checkpoint_asks_for_a_later_one(tmp_path: Path, verifier: ModuleType) -> None:
    """The event that orders it is not in a bundle of the earlier size, and nothing else would justify the gap."""
    with SqliteEventLog.in_memory(clock=FixedClock("2026-11-23T03:15:00.000000Z")) as log:
        secret = simple(b'{"a":1}')
        log.append([secret, simple(b'{"a":2}')])
        log.append([simple(b'{"target":1}', "payload.redacted", 1)])
        words = "position 1: its body was redacted by the event at position 3: expected a checkpoint of at least that"
        assert words in refusing(log, tmp_path / "a", tree_head(log, ORIGIN, 2))
        assert words in refusing(log, tmp_path / "a", tree_head(log, ORIGIN, 2), [1])
        assert export_bundle(log, tmp_path / "a", tree_head(log, ORIGIN, 2), [2]) == 1
        assert export_bundle(log, tmp_path / "b", tree_head(log, ORIGIN)) == 3
        # The event that orders it comes along with the one that is asked for.
        assert export_bundle(log, tmp_path / "c", tree_head(log, ORIGIN), [1]) == 2
    for name in "bc":
        told = verifier.check_bundle(io.BytesIO((tmp_path / name).read_bytes()), None)
        assert "of 3 events, 1 of them redacted" in told


def simple(body: bytes, kind: str = "test.event", redacts: int | None = None) -> Draft:
    identity = hashlib.sha256(b"kzarchive.event/1\0" + f"{kind}/1\0".encode() + body).digest()
    return Draft(kind, 1, identity, body, Columns(), "test", redacts)
