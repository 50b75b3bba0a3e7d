"""Dating: the bounds of each axis of each assertion, after the assessments that stand.

1. The last standing assessment of a target counts; one of an assertion goes before one of its utterance.
2. An assessment of a misread assertion is one of the assertion that stands for it.
3. The rest is the order of the axes: see :mod:`kzarchive.values.dated`.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Final

from kzarchive.replay.ledger import Ledger, Placed
from kzarchive.values.assertions import Assertion
from kzarchive.values.dated import DatedAssertion, DatedDocument, dated_assertion, dated_document
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import Axis, DateAssessed, TargetKind
from kzarchive.values.sources import Document

KEPT: Final = 20_000
"""How many dated documents and assertions are kept for the next one who asks."""


class Dating:
    """The bounds of everything in a ledger; computed on demand and kept."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        utterance: Callable[[str], str],
        targets: Callable[[TargetKind, str], Iterable[str]],
    ) -> None:
        """Wraps a ledger.

        Args:
            ledger: The ledger.
            utterance: Returns the utterance of an assertion.
            targets: Returns what an assessment of a target is about.
        """
        self._ledger = ledger
        self._utterance = utterance
        self._assessed: dict[tuple[TargetKind, str, Axis], ImpreciseDate] = {
            (placed.what.kind, target, placed.what.axis): placed.what.date
            for placed in ledger.standing(DateAssessed)
            for target in targets(placed.what.kind, placed.what.target)
        }
        self.document = functools.lru_cache(KEPT)(self._document)
        self.assertion = functools.lru_cache(KEPT)(self._assertion)

    def _document(self, identity: str) -> DatedDocument:
        placed = self._ledger.documents[identity]
        document = placed.what
        return dated_document(
            document,
            recorded=placed.recorded // 1_000_000,
            zone=document.zone or self._ledger.zone,
            published=self._document_date(document, Axis.PUBLISHED, document.published),
            retrieved=self._document_date(document, Axis.RETRIEVED, document.retrieved),
        )

    def _document_date(self, document: Document, axis: Axis, own: ImpreciseDate | None) -> ImpreciseDate | None:
        return self._assessed.get((TargetKind.DOCUMENT, document.id, axis), own)

    def _assertion(self, identity: str) -> DatedAssertion:
        placed: Placed[Assertion] = self._ledger.assertions[identity]
        return dated_assertion(
            identity,
            placed.position,
            placed.what,
            self.document(placed.what.document),
            stated=self.stated_date(identity),
            valid=self._date(identity, Axis.VALID, placed.what.valid),
        )

    def stated_date(self, identity: str) -> ImpreciseDate | None:
        """Returns when an assertion was stated, as assessed or as recorded; None = the document does not say."""
        assertion = self._ledger.assertions[identity].what
        return self._date(identity, Axis.STATED, assertion.stated)

    def _date(self, identity: str, axis: Axis, own: ImpreciseDate | None) -> ImpreciseDate | None:
        by_id = self._assessed.get((TargetKind.ASSERTION, identity, axis))
        return by_id or self._assessed.get((TargetKind.UTTERANCE, self._utterance(identity), axis), own)
