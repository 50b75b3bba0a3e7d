"""The commands of integrity, as a person types them: what they print, what they refuse, and with which exit code."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from kzarchive.cli import commands
from kzarchive.errors import KzArchiveError
from kzarchive.january2022 import load

ROOT = Path(__file__).resolve().parent.parent
ORIGIN = "example.org/my-archive"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive, a key and a checkpoint; what is in it is not changed."""
    folder = tmp_path_factory.mktemp("desk")
    with load() as archive:
        archive.copy_to(folder / "my.db")
    key = said("keygen", ORIGIN, "--key", folder / "my.key")
    assert key == (folder / "my.key.pub").read_text()
    (folder / "checkpoint").write_text(
        said("checkpoint", "sign", "--key", folder / "my.key", "--archive", folder / "my.db")
    )
    return folder


def invoked(*arguments: object):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def said(*arguments: object) -> str:
    done = invoked(*arguments)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return done.stdout


def refused(*arguments: object) -> str:
    """Returns the message of the one error of this package that a command ends in."""
    done = invoked(*arguments)
    assert isinstance(done.exception, KzArchiveError), done.output
    assert done.stdout == ""
    return str(done.exception)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs ``kzarchive`` in a process of its own."""
    command = [sys.executable, "-m", "kzarchive", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_a_clean_file_gives_exit_code_0_and_its_root(desk: Path) -> None:
    root = (desk / "checkpoint").read_text().splitlines()[2]
    done = run("verify", desk / "my.db", "--against", desk / "checkpoint", "--key", desk / "my.key.pub")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"clean: 429 events, root {root}\n"
    assert said("verify") == done.stdout
    assert said("verify", "--quick", desk / "my.db") == f"clean: 429 events, root {root}, quick\n"


def test_a_changed_file_gives_exit_code_1_and_says_what_to_do(desk: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.db"
    shutil.copy(desk / "my.db", changed)
    with closing(sqlite3.connect(changed, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER body_no_update")
        connection.execute("UPDATE body SET bytes = x'7b7d' WHERE position = 9")
    done = run("verify", changed, "--quick")
    assert done.returncode == 1
    assert done.stdout.startswith("2 faults: 429 events, root ")
    lines = done.stderr.splitlines()
    assert lines[0] == "fault schema.missing: the trigger body_no_update is missing"
    assert lines[1].startswith("fault digest.differs at position 9: expected the digest ")
    assert lines[2].startswith("schema.missing: A table or trigger that every log has is gone")
    assert lines[3] == (
        "digest.differs: The content of an event was changed after it was recorded. Put the file aside unchanged, "
        "restore a backup that verifies against a checkpoint, and compare the two."
    )
    told = invoked("verify", changed, "--quick", "--json")
    data = json.loads(told.stdout)
    assert told.exit_code == 1
    assert (data["clean"], data["size"], data["quick"]) == (False, 429, True)
    assert [finding["code"] for finding in data["findings"]] == ["schema.missing", "digest.differs"]
    assert {"advice", "code", "detail", "meaning", "position", "severity"} == set(data["findings"][0])


def test_a_file_that_is_no_log_gives_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("some notes " * 20)
    done = invoked("verify", tmp_path / "notes.txt")
    assert done.exit_code == 1
    assert "fault file.foreign: " in done.stderr
    assert "0 events, root not known" in done.stdout
    assert "expected a kzarchive log, got no file" in refused("verify", tmp_path / "nothing.db")


def test_anchors_are_checked_against_the_texts_given(desk: Path, tmp_path: Path) -> None:
    done = invoked("verify", desk / "my.db", "--documents", tmp_path)
    assert done.exit_code == 1
    assert done.stderr.count("fault anchor.text at position ") == 5


def test_a_checkpoint_of_another_log_or_key_gives_exit_code_1(desk: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged"
    forged.write_text((desk / "checkpoint").read_text().replace("\n429\n", "\n428\n"))
    done = invoked("verify", desk / "my.db", "--quick", "--against", forged, "--key", desk / "my.key.pub")
    assert done.exit_code == 1
    assert "fault checkpoint.signature: " in done.stderr
    assert "fault checkpoint.fork: " in done.stderr
    unsigned = invoked("verify", desk / "my.db", "--quick", "--against", desk / "checkpoint")
    assert unsigned.exit_code == 0
    assert "note checkpoint.unsigned: example.org/my-archive, 429 events" in unsigned.stderr


def test_checkpoints_are_shown_and_signed_again_alike(desk: Path) -> None:
    checkpoint = (desk / "checkpoint").read_text()
    assert said("checkpoint", "sign", "--key", desk / "my.key", "--archive", desk / "my.db") == checkpoint
    head = checkpoint.split("\n\n")[0] + "\n"
    key = (desk / "my.key.pub").read_text().strip()
    assert said("checkpoint", "show", desk / "checkpoint", "--key", key) == f"{head}signed by {ORIGIN} (checked)\n"
    assert said("checkpoint", "show", desk / "checkpoint") == f"{head}signed by {ORIGIN} (not checked: no key given)\n"
    assert said("checkpoint", "head", ORIGIN) == head


def test_a_shorter_log_is_not_signed(desk: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text((ROOT / "kzarchive" / "january2022" / "sheets" / "000.yaml").read_text("utf-8"), "utf-8")
    assert invoked("record", sheet, "--archive", tmp_path / "other.db").exit_code == 0
    message = refused("checkpoint", "sign", "--key", desk / "my.key", "--archive", tmp_path / "other.db")
    assert message.startswith("expected a log of at least the 429 events signed before, got one of ")


def test_proofs_are_printed_and_checked(desk: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    proof.write_text(said("prove", "inclusion", 12, "--archive", desk / "my.db"))
    by_id = load()
    identity = next(event.id for event in by_id.events() if event.position == 12)
    assert said("prove", "inclusion", identity, "--archive", desk / "my.db") == proof.read_text()
    held = "holds: the event at position 12 stands in the log of 429 events, by the checkpoint\n"
    assert said("prove", "check", proof, "--checkpoint", desk / "checkpoint") == held
    grown = tmp_path / "grown"
    grown.write_text(said("prove", "consistency", 100, 429))
    held = "holds: the log of 429 events begins with the 100 of an earlier one, by the root in the proof\n"
    assert said("prove", "check", grown) == held
    proof.write_text(proof.read_text().replace("position 12", "position 13"))
    assert "expected a proof that holds" in refused("prove", "check", proof)
    grown.write_text(said("prove", "consistency", 100, 428))
    message = refused("prove", "check", grown, "--checkpoint", desk / "checkpoint")
    assert "expected a proof of the size and root of the checkpoint" in message


def test_a_proof_for_other_tools_carries_the_checkpoint(desk: Path) -> None:
    text = said("prove", "inclusion", 12, "--archive", desk / "my.db", "--checkpoint", desk / "checkpoint")
    first, index, *_ = text.splitlines()
    assert (first, index) == ("c2sp.org/tlog-proof@v1", "index 11")
    assert text.endswith("\n\n" + (desk / "checkpoint").read_text())


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("430", "expected one of 1 to 429"),
        ("0", "expected one of 1 to 429"),
        ("f" * 64, "expected the id of an event"),
        ("9" * 30, "expected the id of an event"),
        ("killed", "expected the id of an event"),
    ],
)
def test_an_event_that_is_not_there_is_told(event: str, words: str) -> None:
    assert words in refused("prove", "inclusion", event)


def test_a_bundle_and_the_verifier_go_to_somebody_else(desk: Path, tmp_path: Path) -> None:
    options = ["--checkpoint", desk / "checkpoint", "--archive", desk / "my.db"]
    assert said("export-bundle", tmp_path / "all", *options) == f"429 of 429 events in {tmp_path / 'all'}\n"
    assert said("export-bundle", tmp_path / "two", *options, "--event", 12, "--event", 345).startswith("2 of 429 ")
    said("export-verifier", tmp_path / "verifier.py")
    key = (desk / "my.key.pub").read_text().strip()
    for bundle in ("all", "two"):
        command = [sys.executable, "-I", "verifier.py", bundle, "--key", key]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
    other = tmp_path / "other"
    other.write_text(said("checkpoint", "head", ORIGIN).replace("\n429\n", "\n428\n"))
    message = refused("export-bundle", tmp_path / "three", "--checkpoint", other, "--archive", desk / "my.db")
    assert "expected a checkpoint of this archive" in message


def test_backups_go_and_come_back(desk: Path, tmp_path: Path) -> None:
    made = said("backup", tmp_path / "backup.db", "--archive", desk / "my.db")
    assert made.endswith(f"backed up to {tmp_path / 'backup.db'}\n")
    options = ["--against", desk / "checkpoint", "--key", desk / "my.key.pub"]
    back = said("restore", tmp_path / "backup.db", tmp_path / "mine.db", *options)
    assert back.endswith(f"restored to {tmp_path / 'mine.db'}\n")
    assert "expected no file" in refused("restore", tmp_path / "backup.db", tmp_path / "mine.db")


@pytest.mark.parametrize(
    ("arguments", "content", "words"),
    [
        (["prove", "check"], b"\xff\xfe\n", "line 1: expected 'kzarchive.inclusion/1'"),
        (["prove", "check"], b"", "each ended by a line feed"),
        (["checkpoint", "show"], b"\xff\n1\n", "checkpoint: expected origin, size and root"),
        (["checkpoint", "show"], b"nothing", "each ended by a line feed"),
        (["checkpoint", "sign", "--key"], b"nothing", "expected a secret key file"),
        (["verify", "--key", "+", "--against"], b"", "expected an Ed25519 key"),
    ],
)
def test_files_that_hold_something_else_are_told(
    tmp_path: Path, arguments: list[str], content: bytes, words: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    file.chmod(0o600)
    assert words in refused(*arguments, file)


def test_a_key_is_made_once(desk: Path, tmp_path: Path) -> None:
    assert "never overwritten" in refused("keygen", ORIGIN, "--key", desk / "my.key")
    assert "name: expected" in refused("keygen", "my archive", "--key", tmp_path / "my.key")
