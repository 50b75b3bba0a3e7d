"""Anchors against texts: finding the text of a document in a folder, and checking every anchor of an archive."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import attrs

from kzarchive.errors import InvalidSheet, Problem, StorageError
from kzarchive.log.places import absolute
from kzarchive.values.assertions import Assertion
from kzarchive.values.evidence import TextSpan
from kzarchive.values.sources import Document


@attrs.frozen(kw_only=True)
class AnchorReport:
    """What a check of anchors found.

    Attributes:
        registered: Documents of the archive.
        documents: Documents whose text was found by its hash.
        anchors: Text spans of all assertions.
        matching: Text spans that match.
        problems: What is missing or does not match; empty = clean.
    """

    registered: int
    documents: int
    anchors: int
    matching: int
    problems: tuple[Problem, ...]


class HasAnchors(Protocol):
    """An archive, as far as anchors go."""

    def documents(self) -> tuple[Document, ...]:
        """Returns the documents."""
        ...

    def assertions(self) -> Iterable["HasAssertion"]:
        """Yields the assertions."""
        ...


class HasAssertion(Protocol):
    """A logged assertion, as far as anchors go."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def assertion(self) -> Assertion:
        """The assertion."""
        ...


def folder_finder(folder: Path | None) -> Callable[[str], bytes | None]:
    """Returns a function that finds the bytes of a text by the plain name of its file; None = not in the folder.

    Raises:
        InvalidSheet: (by the function) The name leads out of the folder, or can be that of no file.
        StorageError: (by the function) The file cannot be read.
    """

    def find(name: str) -> bytes | None:
        if name in {".", ".."} or any(mark in name for mark in ("/", "\\", "\0")):
            raise InvalidSheet(Problem("document.file", f"expected a plain file name, got {name!r}"))
        if folder is None:
            return None
        try:
            found = absolute(folder / name)
        except StorageError as error:
            raise InvalidSheet(Problem("document.file", str(error))) from error
        if not found.is_file():
            return None
        try:
            return found.read_bytes()
        except OSError as error:
            raise StorageError(f"expected a readable text, got {error}") from error

    return find


def texts_by_hash(folder: Path) -> dict[str, bytes]:
    """Returns the bytes of every file of a folder by their sha256, hexadecimal.

    Raises:
        StorageError: A file cannot be read.
    """
    try:
        contents = [file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()]
    except OSError as error:
        raise StorageError(f"expected a readable folder of texts, got {error}") from error
    return {hashlib.sha256(content).hexdigest(): content for content in contents}


def check_anchors(archive: HasAnchors, folder: Path) -> AnchorReport:
    """Returns what a check of every text span of an archive against the texts of a folder finds.

    Raises:
        StorageError: A file cannot be read.
    """
    raw = texts_by_hash(folder)
    documents = {document.id: document for document in archive.documents()}
    texts: dict[str, str] = {}
    problems = []
    for document in documents.values():
        if document.id in raw:
            texts[document.id] = raw[document.id].decode("utf-8", errors="replace")
        else:
            problems.append(
                Problem(f"document {document.name}", f"expected a text with sha256 {document.id}, found none")
            )
    anchors = matching = 0
    for logged in archive.assertions():
        spans = [anchor for anchor in logged.assertion.evidence if isinstance(anchor, TextSpan)]
        anchors += len(spans)
        for span in spans:
            found = span.check(texts[span.document]) if span.document in texts else None
            matching += span.document in texts and found is None
            if found is not None:
                problems.append(Problem(f"{documents[span.document].name}: assertion {logged.id[:12]}", found.message))
    return AnchorReport(
        registered=len(documents),
        documents=len(texts),
        anchors=anchors,
        matching=matching,
        problems=tuple(problems),
    )
