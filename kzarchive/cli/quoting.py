"""Quoting: the words behind the anchors of an explanation, from texts in a folder."""

from pathlib import Path

import attrs

from kzarchive.archive import Archive
from kzarchive.explanation import Explanation, Witness
from kzarchive.recording.anchors import texts_by_hash
from kzarchive.values.evidence import TextSpan

LONGEST = 300


def quoted(explanation: Explanation, archive: Archive, folder: Path) -> Explanation:
    """Returns an explanation whose witnesses quote the first span of text that matches; others stay as they are.

    Raises:
        StorageError: A file of the folder cannot be read.
    """
    texts = {identity: raw.decode("utf-8", errors="replace") for identity, raw in texts_by_hash(folder).items()}
    witnesses = tuple(_quoted(witness, archive, texts) for witness in explanation.witnesses)
    return attrs.evolve(explanation, witnesses=witnesses)


def _quoted(witness: Witness, archive: Archive, texts: dict[str, str]) -> Witness:
    for anchor in archive.assertion(witness.assertion).assertion.evidence:
        if isinstance(anchor, TextSpan) and anchor.document in texts and anchor.check(texts[anchor.document]) is None:
            words = " ".join(texts[anchor.document][anchor.start : anchor.end].split())
            cut = words if len(words) <= LONGEST else f"{words[:LONGEST]}..."
            return attrs.evolve(witness, quotation=cut)
    return witness
