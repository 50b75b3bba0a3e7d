"""The toll of 164 that was withdrawn: whose it was, who denied it, who took it back, and who repeats it still.

On 9 January 2022 a Telegram channel of the government of Kazakhstan gave 164 dead and named the Health Ministry. The
ministry answered that it had given no such figure; the channel removed its message, a technical error. On 15 January
a news agency still called 164 the previous official toll, beside the 225 of the Prosecutor General's Office.

The sheets in the folder beside this script hold what the texts say, with dates no narrower than the texts give them:

- the message: the day, 9 January; a reader surely knew it by the end of that day;
- the ministry's answer: an hour later; surely by 01:00 on the 10th;
- the removal: between the day of the message and that of the report on it; surely by the end of the 10th.

A change that is only possible by a date does not act yet, and the answer says that it is open.

Run: python examples/retraction_of_164.py [FOLDER]
"""

import sys
import tempfile
from pathlib import Path

import kzarchive
from kzarchive.recording.recorder import record_sheets

SHEETS = Path(__file__).with_suffix("")
TOLL = "killed/all/KZ"
MOMENTS = {
    "2022-01-09T12:00+06:00": "noon of the 9th: the hour of the message is not known",
    "2022-01-09": "the evening of the 9th: the figure stands, and it is the ministry's",
    "2022-01-10T00:58+06:00": "before the ministry had surely answered",
    "2022-01-10T01:00+06:00": "after the answer: the figure stands, and the channel alone answers for it",
    "2022-01-10T23:58+06:00": "before the removal was surely known",
    "2022-01-10": "after the removal: no figure is left, in whatever text it stands",
    "2022-01-15": "a new figure, and a repeat of the old one",
}
LATER = "2022-01-15"


def record(folder: Path) -> kzarchive.Archive:
    """Returns the archive of the sheets, in a file of the folder; what is already there is not written again."""
    words = kzarchive.read_vocabulary(SHEETS / "vocabulary.yaml")
    archive = kzarchive.Archive.open(folder / "retraction_of_164.db", vocabulary=words, zone="Asia/Almaty")
    sheets = sorted(SHEETS.glob("[0-9]_*.yaml"))
    recorded = record_sheets(archive, [(sheet.name, sheet.read_bytes()) for sheet in sheets])
    print(f"{len(recorded.sheets)} sheets recorded; the log ends at {recorded.receipt.head}")
    return archive


def tell(state: kzarchive.State) -> None:
    explanation = state.explain(TOLL)
    flags = "".join(f", {flag.value}" for flag in explanation.answer.flags)
    print(f"  {explanation.answer}{flags}")
    for witness in explanation.witnesses:
        detail = f": {witness.detail}" if witness.detail else ""
        print(f"    {witness.place} {witness.rule or '-'} {witness.document}, said by {witness.origin}{detail}")
    for question in explanation.questions:
        print(f"    open: {question}")


def positions(archive: kzarchive.Archive) -> dict[str, int]:
    """Returns the positions at which the archive did not yet know something, by what it was."""
    first = {event.type: event.position for event in reversed(list(archive.events()))}
    denial = next(archive.assertions(document="reply"))
    return {
        "before the denial was recorded": denial.position - 1,
        "before the retraction was recorded": first["source.retracted"] - 1,
        "before the repeat was judged to be the same utterance": first["identity.judged"] - 1,
        "now": archive.head,
    }


def main(folder: Path) -> None:
    with record(folder) as archive:
        for moment, words in MOMENTS.items():
            print(f"\n{moment}: {words}")
            tell(archive.as_of(moment))
        print(f"\nWhat this archive would have answered about {LATER}:")
        for words, position in positions(archive).items():
            explanation = archive.as_of(LATER, position=position).explain(TOLL)
            origins = sorted({witness.origin for witness in explanation.witnesses if witness.place == "why"})
            print(f"  {words} (position {position}): {explanation.answer.words()}, said by {' and '.join(origins)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()))
