"""Evidence anchors: where in a document an assertion stands.

Three kinds: a span of text (W3C Web Annotation position selector with a state: half-open code-point offsets in the
UTF-8 decoding of the raw bytes, no normalisation, and the sha256 of the span's UTF-8 bytes), a cell of a
record, and a place in something that is not text.
"""

import hashlib

import attrs

from kzarchive.errors import Problem
from kzarchive.values import checks
from kzarchive.values.canonical import is_encodable


@attrs.frozen(kw_only=True)
class TextSpan:
    """A span of a text.

    Attributes:
        document: Id of the document.
        start: Code points before the span.
        end: Code points before the first one after the span; greater than ``start``.
        sha256: Of the span's UTF-8 bytes, hexadecimal.
    """

    document: str = attrs.field(validator=checks.identifier)
    start: int = attrs.field(validator=checks.natural)
    end: int = attrs.field(validator=checks.natural)
    sha256: str = attrs.field(validator=checks.identifier)

    def __attrs_post_init__(self) -> None:
        if self.end <= self.start:
            raise checks.fault("end", f"an offset after the start {self.start}", self.end)

    @classmethod
    def of(cls, document: str, text: str, start: int, end: int) -> "TextSpan":
        """Returns the anchor of ``text[start:end]``.

        Raises:
            InvalidEvent: The span is empty, leaves the text, or holds a lone surrogate.
        """
        if not 0 <= start < end <= len(text):
            raise checks.fault("end", f"offsets within the text of {len(text)} code points", (start, end))
        return cls(document=document, start=start, end=end, sha256=span_hash(text[start:end]))

    def check(self, text: str) -> Problem | None:
        """Returns what is wrong with this anchor in ``text``; None = it matches."""
        if self.end > len(text):
            return Problem("evidence", f"expected offsets within {len(text)} code points, got {self.start}..{self.end}")
        found = span_hash(text[self.start : self.end])
        if found == self.sha256:
            return None
        return Problem(
            "evidence",
            f"expected a span with sha256 {self.sha256[:12]}... at {self.start}..{self.end}, got {found[:12]}...",
        )


def span_hash(span: str) -> str:
    """Returns the sha256 of a span's UTF-8 bytes, hexadecimal.

    Raises:
        InvalidEvent: The span holds a lone surrogate.
    """
    if not is_encodable(span):
        raise checks.fault("text", "text without lone surrogates", span)
    return hashlib.sha256(span.encode("utf-8")).hexdigest()


@attrs.frozen(kw_only=True)
class RecordCell:
    """A cell of a table or a record.

    Attributes:
        document: Id of the document.
        row: Key of the row as the document gives it.
        column: Name of the column.
    """

    document: str = attrs.field(validator=checks.identifier)
    row: str = attrs.field(validator=checks.text)
    column: str = attrs.field(validator=checks.text)


@attrs.frozen(kw_only=True)
class Locator:
    """A place in a document that is not text.

    Attributes:
        document: Id of the document.
        place: The place in words or figures, such as ``page 3`` or ``00:12:31``.
    """

    document: str = attrs.field(validator=checks.identifier)
    place: str = attrs.field(validator=checks.text)


Anchor = TextSpan | RecordCell | Locator
