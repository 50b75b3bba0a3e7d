"""Evidence in sheets: the text of a document where it is at hand, and the forms in which a sheet writes an anchor."""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any, Self

import attrs

from kzarchive.errors import AnchorMismatch, DataError, Problem
from kzarchive.values.canonical import shown
from kzarchive.values.evidence import Anchor, TextSpan

SPAN = re.compile(r"(\d{1,9})\.\.(\d{1,9})(?: ([0-9a-f]{64}))?", re.ASCII)
FORMS = "'START..END sha256', {quote: ...}, {kind: cell, ...} or {kind: place, ...}"


@attrs.frozen
class DocumentText:
    """The text of a document, if it is at hand.

    Attributes:
        file: Name of its file; empty = none given.
        raw: Its bytes; None = not at hand.
        content: Its UTF-8 decoding; None = not at hand or no UTF-8.
    """

    file: str = ""
    raw: bytes | None = None
    content: str | None = None

    @classmethod
    def find(cls, file: str, find: Callable[[str], bytes | None]) -> Self:
        """Returns the text of a file as ``find`` gives it; raises what ``find`` raises."""
        raw = find(file) if file else None
        if raw is None:
            return cls(file)
        try:
            return cls(file, raw, raw.decode("utf-8"))
        except UnicodeDecodeError:
            return cls(file, raw, None)

    def identify(self, given: dict[str, Any], fault: Callable[[str, str], None]) -> dict[str, Any]:
        """Returns ``id`` and ``size`` of the document, from the bytes or as given.

        Args:
            given: The document as the sheet has it; ``sha256`` and ``size`` may be missing where the bytes are at hand,
                and ``size`` is where there are none.
            fault: Is called with the field and the message of each fault.
        """
        found = {"sha256": given.get("sha256"), "size": given.get("size")}
        if self.raw is not None:
            found = {"sha256": hashlib.sha256(self.raw).hexdigest(), "size": str(len(self.raw))}
        elif given.get("unhashed") == "true" and "size" not in given:
            del found["size"]
        for field, value in found.items():
            if value is None:
                fault(field, f"expected {field!r}, for the text of the document is not at hand")
            elif given.get(field, value) != value:
                fault(field, f"expected {value} as the file {self.file!r} has it, got {shown(given[field])}")
        names = {"sha256": "id", "size": "size"}
        return {names[field]: value for field, value in found.items() if value is not None}


def read_anchor(value: Any, document: str, text: DocumentText, path: str) -> dict[str, Any]:
    """Returns an anchor of a sheet as plain data; where the text is at hand a span is checked against it.

    Raises:
        DataError: The anchor has none of the forms, or needs a text that is not at hand.
        AnchorMismatch: The anchor does not match the text.
    """
    if isinstance(value, dict) and value.get("kind") in {"cell", "place"}:
        return {"document": document, **value}
    if isinstance(value, dict) and set(value) == {"quote"} and isinstance(value["quote"], str):
        span = _quote(value["quote"], document, text, path)
    else:
        match = SPAN.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise DataError(Problem(path, f"expected {FORMS}, got {shown(value)}"))
        start, end, sha256 = int(match[1]), int(match[2]), match[3]
        if text.content is None:
            return _unchecked(document, start, end, sha256, text, path)
        span = _span(document, text.content, start, end, path)
        if sha256 not in {None, span.sha256}:
            problem = attrs.evolve(span, sha256=sha256).check(text.content)
            raise AnchorMismatch(Problem(path, problem.message if problem else "expected a span that matches"))
    return _plain(document, span.start, span.end, span.sha256)


def words_stand_in(words: str, anchors: Iterable[Anchor], content: str) -> bool:
    """Returns whether words occur in a span of a text that an anchor points to, whatever their case and white space.

    Where no anchor is a span of text there is nothing to compare, and the answer is True.
    """
    spans = [content[anchor.start : anchor.end] for anchor in anchors if isinstance(anchor, TextSpan)]
    return not spans or any(_folded(words) in _folded(span) for span in spans)


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def _plain(document: str, start: int, end: int, sha256: str) -> dict[str, Any]:
    return {"kind": "span", "document": document, "start": str(start), "end": str(end), "sha256": sha256}


def _span(document: str, content: str, start: int, end: int, path: str) -> TextSpan:
    try:
        return TextSpan.of(document, content, start, end)
    except DataError as error:
        raise AnchorMismatch([Problem(path, problem.message) for problem in error.problems]) from error


def _unchecked(
    document: str, start: int, end: int, sha256: str | None, text: DocumentText, path: str
) -> dict[str, Any]:
    if text.raw is not None:
        raise DataError(Problem(path, f"expected a cell or a place, for the file {text.file!r} is no UTF-8 text"))
    if sha256 is None:
        raise DataError(Problem(path, "expected a sha256 after the offsets, for the text is not at hand"))
    return _plain(document, start, end, sha256)


def _quote(quote: str, document: str, text: DocumentText, path: str) -> TextSpan:
    if text.content is None:
        raise DataError(Problem(path, "expected offsets and a sha256, for the text is not at hand to find a quote in"))
    start, last = text.content.find(quote), text.content.rfind(quote)
    if not quote or start != last or start < 0:
        got = "one that occurs again" if quote and start != last else "one that does not occur"
        raise AnchorMismatch(Problem(path, f"expected a quote that occurs once in the text, got {got}: {shown(quote)}"))
    return _span(document, text.content, start, start + len(quote), path)
