"""Evidence in sheets: the text of a document where it is at hand, and the forms in which a sheet writes an anchor."""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Self

import attrs

from kzarchive.errors import AnchorMismatch, DataError, Problem
from kzarchive.values.evidence import TextSpan, span_hash

SPAN = re.compile(r"(\d{1,9})\.\.(\d{1,9})(?: ([0-9a-f]{64}))?", re.ASCII)


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
        """Returns the text of a file as ``find`` gives it."""
        raw = find(file) if file else None
        if raw is None:
            return cls(file)
        try:
            return cls(file, raw, raw.decode("utf-8"))
        except UnicodeDecodeError:
            return cls(file, raw, None)

    def describe(self, given: dict[str, Any], fault: Callable[[str, str], None]) -> dict[str, Any]:
        """Returns ``id`` and ``size`` of the document, from the bytes or as given; reports what does not agree."""
        found: dict[str, Any] = {}
        if self.raw is not None:
            found = {"id": hashlib.sha256(self.raw).hexdigest(), "size": str(len(self.raw))}
        for field, key in (("sha256", "id"), ("size", "size")):
            value = given.get(field)
            if value is None and key in found:
                continue
            if value is None:
                if not (field == "size" and given.get("unhashed") == "true"):
                    fault(field, f"expected {field!r}, for the text of the document is not at hand")
            elif key in found and found[key] != value:
                fault(field, f"expected {found[key]} as the file {self.file!r} has it, got {value!r}")
            else:
                found[key] = value
        return found


def read_anchor(value: Any, document: str, text: DocumentText, path: str) -> dict[str, Any]:
    """Returns an anchor of a sheet as plain data; where the text is at hand the anchor is checked against it.

    Raises:
        DataError: The anchor has none of the forms, or a quote does not occur exactly once.
        AnchorMismatch: The anchor does not match the text.
    """
    if isinstance(value, dict) and set(value) == {"quote"}:
        return _quote(str(value["quote"]), document, text, path)
    if isinstance(value, dict):
        return {"document": document, **value}
    match = SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise DataError(Problem(path, f"expected 'START..END sha256', a quote, a cell or a place, got {value!r}"))
    start, end, sha256 = int(match[1]), int(match[2]), match[3]
    if text.content is None:
        if sha256 is None:
            raise DataError(Problem(path, "expected a sha256 after the offsets, for the text is not at hand"))
    else:
        sha256 = _check(document, text.content, start, end, sha256, path)
    return {"kind": "span", "document": document, "start": str(start), "end": str(end), "sha256": sha256}


def _check(document: str, content: str, start: int, end: int, sha256: str | None, path: str) -> str:
    span = TextSpan.of(document, content, start, end)
    if sha256 not in {None, span.sha256}:
        problem = attrs.evolve(span, sha256=sha256).check(content)
        raise AnchorMismatch(Problem(path, problem.message if problem else "expected a span that matches"))
    return span.sha256


def _quote(quote: str, document: str, text: DocumentText, path: str) -> dict[str, Any]:
    if text.content is None:
        raise DataError(Problem(path, "expected offsets and a sha256, for the text is not at hand to find a quote in"))
    count = text.content.count(quote) if quote else 0
    if count != 1:
        raise AnchorMismatch(
            Problem(path, f"expected a quote that occurs once in the text, got {count} times: {quote!r}")
        )
    start = text.content.index(quote)
    return {
        "kind": "span",
        "document": document,
        "start": str(start),
        "end": str(start + len(quote)),
        "sha256": span_hash(quote),
    }
