"""Reports: states for a terminal and for a notebook, each number with the assertions behind it."""

import html
from collections.abc import Iterator, Sequence
from typing import Protocol

from kzarchive.basis import Basis, DocumentsAt
from kzarchive.comparison import Change
from kzarchive.explanation import Explanation
from kzarchive.policies.answer import BestKnown
from kzarchive.replay.reasons import Status
from kzarchive.replay.redacted import Redacted
from kzarchive.values.frames import Frame
from kzarchive.values.terms import Aggregation, Vocabulary

COUNTED = {Aggregation.CUMULATIVE, Aggregation.LEVEL, Aggregation.INCREMENT, Aggregation.OCCURRENCE, Aggregation.MOMENT}


class Reportable(Protocol):
    """A state, as far as reports go."""

    @property
    def basis(self) -> Basis:
        """Everything that the answers depend on."""

    @property
    def documents(self) -> DocumentsAt:
        """The documents visible and pending."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary."""

    @property
    def redactions(self) -> tuple[Redacted, ...]:
        """What says nothing any more."""

    def __iter__(self) -> Iterator[BestKnown]:
        """Yields the answer of each frame."""

    def __getitem__(self, frame: Frame, /) -> BestKnown:
        """Returns the answer for a frame."""

    def explain(self, frame: Frame, /) -> Explanation:
        """Returns the explanation of an answer."""

    def inheriting(self, frames: Sequence[Frame], /) -> tuple[Frame, ...]:
        """Returns the frames of parts that may take a state from one of ``frames``."""


def state_text(state: Reportable, *, everything: bool = False) -> str:
    """Returns a state for a terminal: basis, documents, numbers with what they rest on, states of things.

    Args:
        state: The state.
        everything: Whether texts (reactions, background, mandates) are printed too.
    """
    known = [answer for answer in state if answer.status is not Status.NO_DATA]
    vocabulary = state.vocabulary
    numbers = [a for a in known if _aggregation(a, vocabulary) in COUNTED]
    states = [a for a in known if _aggregation(a, vocabulary) is Aggregation.STATUS]
    texts = [a for a in known if _aggregation(a, vocabulary) is Aggregation.TEXT]
    lines = [state.basis.archive, f"as of {state.basis}", "", *_documents(state)]
    for measure in _in_order(numbers, vocabulary):
        lines += ["", measure, *(line for a in numbers if a.frame.measure == measure for line in _number(a, state))]
    for measure in _in_order(states, vocabulary):
        rows = _with_parts([a for a in states if a.frame.measure == measure], state)
        lines += ["", measure, *_table([(_subject(answer), _words(answer)) for answer in rows])]
    if everything:
        for measure in _in_order(texts, vocabulary):
            rows = [a for a in texts if a.frame.measure == measure]
            lines += ["", measure, *(line for answer in rows for line in _sayings(answer))]
    elif texts:
        lines += ["", f"{len(texts)} frames of texts are not shown (--all shows them)"]
    return "\n".join(lines)


def changes_text(before: Reportable, after: Reportable, changes: Sequence[Change], *, everything: bool = False) -> str:
    """Returns what differs between two states for a terminal, in the vocabulary's order.

    Args:
        before: The first state.
        after: The second one.
        changes: What differs between them.
        everything: Whether texts are compared too.
    """
    hidden = [c for c in changes if _aggregation(c.after, after.vocabulary) is Aggregation.TEXT and not everything]
    shown = [change for change in changes if change not in hidden]
    lines = [f"before: {before.basis}", f"after:  {after.basis}"]
    for measure in _in_order([change.after for change in shown], after.vocabulary):
        rows = [change for change in shown if change.frame.measure == measure]
        lines += ["", measure, *(f"  {_subject(c.after)}  {c.before.words()} -> {c.after.words()}" for c in rows)]
    lines += ["", f"{len(hidden)} more in frames of texts (--all shows them)"] if hidden else []
    return "\n".join(lines if changes else [*lines, "", "nothing changed"])


def _aggregation(answer: BestKnown, vocabulary: Vocabulary) -> Aggregation | None:
    measure = vocabulary.measure(answer.frame.measure)
    return None if measure is None else measure.aggregation


def _in_order(answers: Sequence[BestKnown], vocabulary: Vocabulary) -> list[str]:
    present = {answer.frame.measure for answer in answers}
    return [measure.slug for measure in vocabulary.measures if measure.slug in present]


def _documents(state: Reportable) -> list[str]:
    documents = state.documents
    lines = [f"documents  visible: {', '.join(documents.visible) or 'none'}"]
    if documents.pending:
        lines.append(f"           pending: {', '.join(documents.pending)} (only possibly published by then)")
    if documents.age_days is not None:
        age = "1 day" if documents.age_days == 1 else f"{documents.age_days} days"
        lines.append(f"           newest: {documents.newest}, {age} old")
    return lines + [f"redacted   {each}" for each in state.redactions]


def _subject(answer: BestKnown) -> str:
    return f"{answer.frame.subject}/{answer.frame.place}"


def _words(answer: BestKnown) -> str:
    pending = f"; {len(answer.pending)} pending" if answer.pending else ""
    since = f", since {answer.since}" if answer.state and answer.since else ""
    return answer.words() + since + pending


def _number(answer: BestKnown, state: Reportable) -> list[str]:
    lines = [f"  {_subject(answer)}  {_words(answer)}"]
    return lines + [
        f"      {witness.role:10} {witness.value}  [{witness.origin}, document {witness.document}]"
        for witness in state.explain(answer.frame).witnesses
        if witness.place == "why"
    ]


def _with_parts(answers: Sequence[BestKnown], state: Reportable) -> list[BestKnown]:
    """Returns answers with those of the parts that inherit a state and have no assertion of their own."""
    frames = {answer.frame for answer in answers}
    found = [state[frame] for frame in state.inheriting(sorted(frames))]
    return sorted([*answers, *(a for a in found if a.status is not Status.NO_DATA)], key=lambda answer: answer.frame)


def _table(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [f"  {name:{width}}  {words}" for name, words in rows]


def _sayings(answer: BestKnown) -> list[str]:
    return [f"  {_subject(answer)}", *(f"      {saying.text}  [{saying.origin}]" for saying in answer.sayings)]


def state_html(state: Reportable) -> str:
    """Returns a state as an HTML table for a notebook."""
    rows = "".join(
        f"<tr><td>{html.escape(str(answer.frame))}</td><td>{html.escape(_words(answer))}</td></tr>"
        for answer in state
        if answer.status is not Status.NO_DATA
    )
    caption = html.escape(f"{state.basis.archive}, as of {state.basis}")
    return f"<table><caption>{caption}</caption><tr><th>frame</th><th>best known</th></tr>{rows}</table>"
