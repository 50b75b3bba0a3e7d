"""The command line: ``kzarchive state``, ``why``, ``diff``, ``list``, ``record``, ``verify-anchors`` and others.

Exit codes: 0 = done; 1 = the archive, the data or the question has a fault, which is told on standard error; 2 = the
command line itself is wrong.
"""

import sys

import click

from kzarchive.cli import asking, listing, making, proving, recording, redacting, running, verifying
from kzarchive.cli.terminal import prepare_output, shown
from kzarchive.errors import KzArchiveError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kzarchive")
def commands() -> None:
    """Best-known state of a contested subject as of any date, with who said it and what lost.

    Without --archive the shipped archive of January 2022 in Kazakhstan is read.
    """


for command in (asking.state, asking.why, asking.diff, recording.record, recording.verify_anchors):
    commands.add_command(command)
for command in (listing.listing, listing.form, asking.export, asking.copy, redacting.redact):
    commands.add_command(command)
for command in (making.upgrade_file, making.import_lines):
    commands.add_command(command)
for command in (
    verifying.verify,
    running.follow,
    running.rebuild,
    verifying.backup,
    verifying.restore,
    proving.checkpoint,
    proving.prove,
):
    commands.add_command(command)
for command in (proving.keygen, proving.export_bundle, proving.export_verifier):
    commands.add_command(command)


def main() -> None:
    """Runs the command line; errors of this package become one message and exit code 1.

    What the output cannot encode, such as the name of a file that is no text, is escaped, and so are control characters
    for a terminal; JSON is UTF-8 wherever it goes.
    """
    prepare_output()
    try:
        commands(prog_name="kzarchive")
    except KzArchiveError as error:
        for line in str(error).splitlines():
            click.echo(f"error: {shown(line)}", err=True)
        sys.exit(1)
