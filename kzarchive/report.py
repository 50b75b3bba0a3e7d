"""Reports: states and differences for a terminal and for a notebook."""

import html
from collections.abc import Iterable

from kzarchive.policies.answer import BestKnown
from kzarchive.replay.reasons import Status
from kzarchive.state import State

COUNTS = ("killed", "injured", "missing", "arrested", "troops_sent")


def state_text(state: State) -> str:
    """Returns a state for a terminal: basis, documents, troops, counts, and the other frames."""
    documents = state.documents
    lines = [f"{state.basis.archive}", f"as of {state.basis}", ""]
    lines.append(f"documents  visible: {', '.join(documents.visible) or 'none'}")
    if documents.pending:
        lines.append(f"           pending: {', '.join(documents.pending)} (only possibly published by then)")
    if documents.age_days is not None:
        lines.append(f"           newest: {documents.newest}, {_days(documents.age_days)} old")
    known = [answer for answer in state if answer.status is not Status.NO_DATA]
    measures = [m for m in COUNTS if any(a.frame.measure == m for a in known)]
    measures += sorted({a.frame.measure for a in known} - set(COUNTS))
    if "contingent_status" in measures:
        measures.remove("contingent_status")
        lines += ["", "contingents", *_indented(str(state.troops).splitlines())]
    for measure in measures:
        rows = [(_subject(answer), _words(answer)) for answer in known if answer.frame.measure == measure]
        lines += ["", measure, *_table(rows)]
    return "\n".join(lines)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _subject(answer: BestKnown) -> str:
    return f"{answer.frame.subject}/{answer.frame.place}"


def _words(answer: BestKnown) -> str:
    pending = f"; {len(answer.pending)} pending" if answer.pending else ""
    return answer.words() + pending


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines if not line.startswith("troops_sent/")]


def _table(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [f"  {name:{width}}  {words}" for name, words in rows]


def state_html(state: State) -> str:
    """Returns a state as an HTML table for a notebook."""
    rows = "".join(
        f"<tr><td>{html.escape(str(answer.frame))}</td><td>{html.escape(_words(answer))}</td></tr>"
        for answer in state
        if answer.status is not Status.NO_DATA
    )
    caption = html.escape(f"{state.basis.archive}, as of {state.basis}")
    return f"<table><caption>{caption}</caption><tr><th>frame</th><th>best known</th></tr>{rows}</table>"
