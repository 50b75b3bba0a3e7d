"""Corrections by sources that could never act: by a stranger, or in a circle.

Who may correct an assertion is its publisher, an agent of its chain, and its speaker, whom another appearance of the
utterance may name. Everybody whom the log connects with it so far is allowed, and so are those judged the same; an
appearance that names the speaker is recorded before the correction.
"""

from collections.abc import Iterator

from kzarchive.errors import Problem
from kzarchive.replay.identity import judged_same, reachable
from kzarchive.replay.ledger import Ledger
from kzarchive.values.assertions import Assertion
from kzarchive.values.events import IdentityOf, SourceCorrected, TranscriptionFixed


def correction_by_a_stranger(event: SourceCorrected, known: Ledger) -> list[Problem]:
    """Returns the fault of a correction by somebody who neither said, passed on nor published the old assertion.

    The message names those who may correct it.
    """
    agents = judged_same(known, IdentityOf.AGENT)
    allowed = sorted({slug for assertion in _appearances(event.old, known) for slug in _passed(assertion, known)})
    if agents.find(event.by) in {agents.find(slug) for slug in allowed}:
        return []
    expected = (
        f"one of {', '.join(allowed)}" if allowed else "an agent of its chain or its publisher (it names neither)"
    )
    message = f"expected who said, passed on or published the old assertion: {expected}; got {event.by!r}"
    return [Problem("by", message)]


def _appearances(identity: str, known: Ledger) -> Iterator[Assertion]:
    """Yields an assertion and the others that carry its utterance, with those that a fix puts in its place."""
    fixes = {placed.what.old: placed.what.new for placed in known.standing(TranscriptionFixed)}
    path = reachable(identity, {old: (new,) for old, new in fixes.items()})
    utterances = judged_same(known, IdentityOf.UTTERANCE)
    there = {each: known.assertions.get(each) for each in path}
    slugs = {utterances.find((placed and placed.what.utterance) or each) for each, placed in there.items()}
    for each, placed in known.assertions.items():
        if each in path or (placed.what.utterance and utterances.find(placed.what.utterance) in slugs):
            yield placed.what


def _passed(assertion: Assertion, known: Ledger) -> Iterator[str]:
    yield from (link.agent for link in assertion.chain)
    document = known.documents.get(assertion.document)
    if document is not None and document.what.publisher is not None:
        yield document.what.publisher


def correction_in_a_circle(event: SourceCorrected, known: Ledger) -> list[Problem]:
    """Returns the fault of a correction by an assertion that was itself corrected, over however many steps, by the old.

    A source that returns to what it said first says it anew: that is an assertion of its own.
    """
    leads: dict[str, set[str]] = {}
    for placed in known.standing(TranscriptionFixed):
        leads.setdefault(placed.what.old, set()).add(placed.what.new)
    for notice in known.notices:
        if isinstance(notice.what, SourceCorrected):
            leads.setdefault(notice.what.old, set()).add(notice.what.new)
    if event.old not in reachable(event.new, leads):
        return []
    message = (
        f"expected an assertion that does not lead back to the old one, got {event.new[:12]}, which corrections or "
        f"fixes lead to {event.old[:12]}; what a source says anew is an assertion of its own"
    )
    return [Problem("new", message)]
