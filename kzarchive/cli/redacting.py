"""The command that takes a body away: ``redact``."""

from collections.abc import Iterator
from pathlib import Path

import click

from kzarchive.archive import Archive
from kzarchive.logged import LoggedEvent
from kzarchive.values.events import (
    AgentRegistered,
    AssertionRecorded,
    DocumentRegistered,
    Event,
    RedactionReason,
    UnknownEvent,
)

FILE = click.Path(dir_okay=False, exists=True, path_type=Path)

STAYS = """\
What was copied, exported or shown before stays known to whoever has it; this takes it out of this file alone.
The body cannot be brought back.
"""
CONFIRMS = """\
It is not protected: its id is a plain hash of its content, which stays and confirms a guess of what it said. So do the
frame, the dates and the document in its header.
"""


@click.command()
@click.argument("position", type=int)
@click.option("--archive", required=True, type=FILE, help="Archive file to redact.")
@click.option(
    "--reason", required=True, type=click.Choice([reason.value for reason in RedactionReason]), help="Why it goes."
)
@click.option(
    "--approver", "approvers", multiple=True, required=True, metavar="SLUG", help="Who approved it; at least two."
)
@click.option("--actor", default="archive", show_default=True, metavar="SLUG", help="Who records it.")
@click.option("--yes", is_flag=True, help="Do not ask for a confirmation.")
def redact(position: int, archive: Path, reason: str, approvers: tuple[str, ...], actor: str, yes: bool) -> None:
    """Take the body of the event at POSITION away for ever; its place, its hashes and every proof stay."""
    with Archive.open(archive) as target:
        for line in target.erasures:
            click.echo(line, err=True)
        found = _at(target, position)
        if found is not None:
            for line in told(target, found):
                click.echo(line)
            if not yes:
                click.confirm("Take it away?", abort=True)
        done = target.redact(position, reason=reason, approvers=approvers, actor=actor)
        click.echo(f"position {done.position} is redacted by position {done.ordered_by}; its bytes are erased")


def _at(archive: Archive, position: int) -> LoggedEvent | None:
    """Returns the event of a position that has a body; None = there is none, and it will be refused."""
    if not 1 <= position <= archive.head:
        return None
    found = next(archive.events(after=position - 1))
    return None if found.body is None else found


def told(archive: Archive, found: LoggedEvent) -> Iterator[str]:
    """Yields what goes with the body of an event, and what stays known."""
    event = found.event
    yield f"position {found.position}: {found.type}, recorded {found.recorded}, id {found.id}"
    yield from _consequences(archive, event)
    yield STAYS.rstrip("\n")
    if not _is_protected(event):
        yield CONFIRMS.rstrip("\n")


def _consequences(archive: Archive, event: Event | UnknownEvent) -> Iterator[str]:
    match event:
        case AssertionRecorded():
            yield f"an assertion of {event.assertion.frame}: no answer rests on it any more"
        case DocumentRegistered():
            gone = sum(logged.assertion.document == event.document.id for logged in archive.assertions())
            yield f"the document {event.document.name}, and with it {gone} assertions, which nothing dates any more"
            yield "Their bodies stay, and hold its id: redact them too where that must not be known."
        case AgentRegistered():
            yield f"the agent {event.agent.slug}: its spellings and its kind are no longer known"
            yield "Its slug, and words about it, stay in other events: redact them too where they must not be known."
        case _:
            yield "What it did ends: what it withdrew, replaced or mended stands again as it was before."


def _is_protected(event: Event | UnknownEvent) -> bool:
    match event:
        case AssertionRecorded():
            return event.assertion.salt is not None
        case DocumentRegistered():
            return event.document.salt is not None
        case AgentRegistered():
            return event.agent.salt is not None
    return False
