"""The five texts beside the archive: every anchor matches, and no text of theirs has got into the repository.

Runs only where ``KZARCHIVE_DOCUMENTS`` names the folder of the texts, which are not part of the project.
"""

import hashlib
import os
import re
import subprocess
from pathlib import Path

import pytest

from kzarchive.january2022 import FOLDER, load
from kzarchive.january2022.build import DOCUMENTS
from kzarchive.recording.anchors import check_anchors, folder_finder
from kzarchive.recording.sheets import read_sheets

PLACE = os.environ.get("KZARCHIVE_DOCUMENTS", "")
ROOT = Path(__file__).resolve().parent.parent
WORD = re.compile(r"[\w’'-]+")
RUN = 10
"""So many words in a row are a quotation."""

pytestmark = pytest.mark.skipif(
    not PLACE or not Path(PLACE).is_dir(), reason="KZARCHIVE_DOCUMENTS names no folder of texts"
)


@pytest.fixture(scope="module")
def archive():
    with load() as loaded:
        yield loaded


@pytest.fixture(scope="module")
def texts(archive):
    """The bytes of each document by its id."""
    raw = [path.read_bytes() for path in Path(PLACE).iterdir() if path.is_file()]
    ids = {document.id for document in archive.documents()}
    return {name: text for text in raw if (name := hashlib.sha256(text).hexdigest()) in ids}


def test_hash_and_size_of_each_document_are_those_of_its_text(archive, texts):
    assert {document.id: document.size for document in archive.documents()} == {
        name: len(text) for name, text in texts.items()
    }


def test_every_anchor_matches_its_text(archive):
    report = check_anchors(archive, Path(PLACE))
    assert report.problems == ()
    assert report.anchors == report.matching > 300
    assert report.registered == report.documents == len(DOCUMENTS)


def test_the_sheets_read_beside_their_texts_are_the_same_events():
    names = [f"{name}.yaml" for name in DOCUMENTS]
    sources = [(name, FOLDER.joinpath(f"sheets/{name}").read_bytes()) for name in names]
    beside, alone = read_sheets(sources, find_text=folder_finder(Path(PLACE))), read_sheets(sources)
    assert [sheet.checked for sheet in beside] == [True] * len(DOCUMENTS)
    assert [sheet.events for sheet in beside] == [sheet.events for sheet in alone]


def runs(text):
    """Returns every run of words in a row, in lower case."""
    words = WORD.findall(text.lower())
    return {tuple(words[index : index + RUN]) for index in range(len(words) - RUN + 1)}


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, cwd=ROOT, check=False)
    if listed.returncode or not listed.stdout:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_a_run_of_words_is_found_however_it_is_written():
    text = "One two, three — four: five’s six\nseven eight nine TEN eleven"
    assert runs(text) == {
        ("one", "two", "three", "four", "five’s", "six", "seven", "eight", "nine", "ten"),
        ("two", "three", "four", "five’s", "six", "seven", "eight", "nine", "ten", "eleven"),
    }


def test_no_text_of_the_documents_is_in_the_repository(texts):
    forbidden = set().union(*(runs(text.decode("utf-8")) for text in texts.values()))
    assert len(forbidden) > 1000
    found = {}
    for path in tracked_files():
        try:
            content = path.read_bytes().decode("utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        copied = runs(content) & forbidden
        if copied:
            found[str(path.relative_to(ROOT))] = sorted(" ".join(words) for words in copied)
    assert found == {}
