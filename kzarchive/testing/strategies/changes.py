"""Strategies for what sources and analysts say of assertions that are there: corrections, retractions, judgements."""

from collections.abc import Sequence

import hypothesis.strategies as st

from kzarchive.testing.strategies.values import moments, valids
from kzarchive.values.assertions import Assertion
from kzarchive.values.events import (
    AXES,
    Axis,
    DateAssessed,
    DependenceDeclared,
    Event,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    Judgement,
    Notice,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.sources import Document
from kzarchive.wire.codec import assertion_id

_JUDGED = {"actor": "archive", "grounds": "its context"}
_KINDS = ("date", "date", "agent", "agent", "utterance", "dependence", "frame", "fix", "fix")


def one_of_them(said: Sequence[Assertion]) -> st.SearchStrategy[Assertion]:
    """Draws an assertion, often one of the first two, so that several events meet in one."""
    return st.one_of(st.sampled_from(said[:2]), st.sampled_from(said))


@st.composite
def notices(draw: st.DrawFn, held: Sequence[Document]) -> Notice:
    """Draws a notice that stands in one of the documents, or of which only the existence is known."""
    where = draw(st.one_of(st.none(), st.sampled_from(held)))
    evidence = () if where is None else (Locator(document=where.id, place="notice"),)
    return Notice(published=draw(moments()), evidence=evidence, reason="as it says")


@st.composite
def replacing(draw: st.DrawFn, said: Sequence[Assertion]) -> tuple[Assertion, Assertion]:
    """Draws two assertions, the first one recorded earlier, so that nothing comes to stand for itself."""
    old = draw(st.one_of(st.just(0), st.integers(0, len(said) - 2)))
    return said[old], said[draw(st.integers(old + 1, len(said) - 1))]


def replacements(said: Sequence[Assertion]) -> st.SearchStrategy[tuple[str, str]]:
    """Draws the ids of two assertions, as :func:`replacing` does."""
    return replacing(said).map(lambda pair: (assertion_id(pair[0]), assertion_id(pair[1])))


@st.composite
def source_events(draw: st.DrawFn, held: Sequence[Document], said: Sequence[Assertion], agents: Sequence[str]) -> Event:
    """Draws a correction by who said, passed on or published the old assertion, or a retraction by any agent.

    Args:
        draw: Of hypothesis.
        held: The documents of the archive.
        said: Its assertions; a correction leads from an earlier to a later one, and now and then back.
        agents: Slugs of its agents.
    """
    notice = draw(notices(held))
    if len(said) > 1 and draw(st.booleans()):
        old, new = draw(st.permutations(said))[:2] if draw(st.integers(0, 3)) == 0 else draw(replacing(said))
        if correctors := _correctors(old, held, said):
            ids = {"old": assertion_id(old), "new": assertion_id(new)}
            return SourceCorrected(actor="archive", by=draw(st.sampled_from(correctors)), notice=notice, **ids)
    what = draw(one_of_them(said))
    by = what.chain[-1].agent if draw(st.booleans()) and what.chain else draw(st.sampled_from(agents))
    return SourceRetracted(actor="archive", by=by, utterance=what.utterance or assertion_id(what), notice=notice)


def _correctors(old: Assertion, held: Sequence[Document], said: Sequence[Assertion]) -> list[str]:
    """Returns who may correct an assertion: who is named by it or by another appearance of its utterance."""
    appearances = [old, *(what for what in said if old.utterance and what.utterance == old.utterance)]
    publishers = {document.id: document.publisher for document in held}
    spoke = {link.agent for what in appearances for link in what.chain}
    published = {publishers.get(what.document) for what in appearances}
    return sorted(spoke | {slug for slug in published if slug is not None})


@st.composite
def _date_assessments(draw: st.DrawFn, held: Sequence[Document], said: Sequence[Assertion]) -> Event:
    what = draw(one_of_them(said))
    targets = {TargetKind.DOCUMENT: draw(st.sampled_from(held)).id, TargetKind.ASSERTION: assertion_id(what)}
    if what.utterance is not None:
        targets[TargetKind.UTTERANCE] = what.utterance
    kind = draw(st.sampled_from(sorted(targets)))
    axis = draw(st.sampled_from(AXES[kind]))
    date = draw(valids() if axis is Axis.VALID else moments())
    return DateAssessed(**_JUDGED, kind=kind, target=targets[kind], axis=axis, date=date)


@st.composite
def _identities(draw: st.DrawFn, of: IdentityOf, among: Sequence[str]) -> Event:
    answer = draw(st.sampled_from((Judgement.SAME, Judgement.SAME, Judgement.DIFFERENT, Judgement.UNSURE)))
    left, right = draw(st.permutations(among))[:2]
    # The collective one, which is another in each document until it is judged, is the one worth judging.
    if of is IdentityOf.AGENT and right != among[-1] and draw(st.booleans()):
        left = among[-1]
    return IdentityJudged(**_JUDGED, of=of, left=left, right=right, judgement=answer)


@st.composite
def judgements(
    draw: st.DrawFn,
    held: Sequence[Document],
    said: Sequence[Assertion],
    frames: Sequence[Frame],
    agents: Sequence[str],
) -> Event:
    """Draws a judgement of an analyst, other than a withdrawal.

    Args:
        draw: Of hypothesis.
        held: The documents of the archive.
        said: Its assertions.
        frames: The frames that an assertion may be read as of instead.
        agents: Slugs of its agents, at least two.
    """
    spoken = sorted({what.utterance for what in said if what.utterance is not None})
    kind = draw(st.sampled_from(_KINDS))
    if kind == "agent":
        return draw(_identities(IdentityOf.AGENT, agents))
    if kind == "utterance" and len(spoken) > 1:
        return draw(_identities(IdentityOf.UTTERANCE, spoken))
    if kind == "dependence" and len(said) > 1:
        chosen = draw(st.lists(st.sampled_from(said), min_size=2, max_size=3, unique_by=assertion_id))
        return DependenceDeclared(**_JUDGED, assertions=tuple(assertion_id(what) for what in chosen))
    if kind == "fix" and len(said) > 1:
        old, new = draw(replacements(said))
        return TranscriptionFixed(**_JUDGED, old=old, new=new)
    if kind == "frame":
        what = draw(one_of_them(said))
        other = [f for f in frames if f.measure == what.frame.measure]
        return FrameReassigned(**_JUDGED, assertions=(assertion_id(what),), frame=draw(st.sampled_from(other)))
    return draw(_date_assessments(held, said))
