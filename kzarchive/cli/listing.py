"""Commands that list what there is: ``list`` the parts of an archive, ``format`` the forms that people write."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from kzarchive.archive import Archive
from kzarchive.cli.asking import ARCHIVE, opened


def _frames(archive: Archive) -> Iterator[str]:
    return map(str, archive.frames())


def _documents(archive: Archive) -> Iterator[str]:
    for document in archive.documents():
        published = "unknown" if document.published is None else document.published.text
        publisher = document.publisher or "unknown"
        yield f"{document.name}  published {published}  publisher {publisher}  sha256 {document.id}"


def _agents(archive: Archive) -> Iterator[str]:
    for agent in sorted(archive.agents(), key=lambda agent: agent.slug):
        yield f"{agent.slug}  {agent.kind.value}  {'; '.join(agent.names)}"


def _measures(archive: Archive) -> Iterator[str]:
    for measure in archive.vocabulary.measures:
        terms = f"  terms: {', '.join(term.slug for term in measure.terms)}" if measure.terms else ""
        yield f"{measure.slug}  {measure.value.value}, {measure.aggregation.value}  {measure.definition}{terms}"


def _subjects(archive: Archive) -> Iterator[str]:
    return (f"{subject.slug}  {subject.definition}" for subject in archive.vocabulary.subjects)


def _places(archive: Archive) -> Iterator[str]:
    return (f"{place.slug}  {place.definition}" for place in archive.vocabulary.places)


def _assertions(archive: Archive) -> Iterator[str]:
    for logged in archive.assertions():
        yield f"{logged.id}  {logged.frame}  document {logged.document}  {logged.origin}"


def _judgements(archive: Archive) -> Iterator[str]:
    for event in archive.events():
        if not event.type.startswith(("archive.", "agent.", "document.", "assertion.", "vocabulary.")):
            yield f"{event.id}  {event.type}  position {event.position}  recorded {event.recorded}"


def _redactions(archive: Archive) -> Iterator[str]:
    return map(str, archive.redactions())


PARTS: dict[str, Callable[[Archive], Iterator[str]]] = {
    "frames": _frames,
    "documents": _documents,
    "agents": _agents,
    "assertions": _assertions,
    "judgements": _judgements,
    "redactions": _redactions,
    "measures": _measures,
    "subjects": _subjects,
    "places": _places,
}


@click.command("list")
@click.argument("part", type=click.Choice(list(PARTS)))
@ARCHIVE
def listing(part: str, archive: Path | None) -> None:
    """List the frames, documents, agents, assertions, judgements, redactions, measures, subjects or places."""
    with opened(archive) as source:
        for line in PARTS[part](source):
            click.echo(line)


@click.command("format")
@click.argument("form", type=click.Choice(["sheet", "judgements", "vocabulary", "lines", "json-lines"]))
def form(form: str) -> None:
    """Print how a recording sheet, its judgements, a vocabulary, their YAML, or JSON Lines are written."""
    from kzarchive.recording import jsonl, judgements, lines, sheets, vocabularies

    modules = {
        "sheet": sheets,
        "judgements": judgements,
        "vocabulary": vocabularies,
        "lines": lines,
        "json-lines": jsonl,
    }
    click.echo(inspect.getdoc(modules[form]))
