"""Who is quoted by whom, and how often: a fold over assertions that can be split, stored, and run as of any date.

Run: python examples/quoted_by_whom.py
"""

import tempfile
from pathlib import Path

import kzarchive

Quoted = dict[str, dict[str, int]]


class QuotedByWhom:
    """How many live assertions of each origin each document carries, of origins that several documents carry."""

    name = "quoted-by-whom"
    version = 1
    over = "assertions"

    def initial(self) -> Quoted:
        return {}

    def apply(self, quoted: Quoted, item) -> Quoted:
        by_document = quoted.setdefault(item.origin, {})
        by_document[item.document.name] = by_document.get(item.document.name, 0) + 1
        return quoted

    def merge(self, one: Quoted, other: Quoted) -> Quoted:
        for origin, by_document in other.items():
            mine = one.setdefault(origin, {})
            for document, count in by_document.items():
                mine[document] = mine.get(document, 0) + count
        return one

    def result(self, quoted: Quoted) -> list[tuple[str, dict[str, int]]]:
        ranked = sorted(quoted.items(), key=lambda entry: (-len(entry[1]), -sum(entry[1].values()), entry[0]))
        return [(origin, dict(sorted(by_document.items()))) for origin, by_document in ranked if len(by_document) > 1]


def main() -> None:
    archive = kzarchive.january_2022()
    for date in ("2022-01-07", "2022-01-20"):
        print(date)
        for origin, by_document in archive.replay(QuotedByWhom(), as_of=date)[:4]:
            print(f"  {origin}: " + ", ".join(f"{count} in {name}" for name, count in by_document.items()))

    with tempfile.TemporaryDirectory() as folder:
        archive.copy_to(Path(folder) / "january.db")
        with kzarchive.Archive.open(Path(folder) / "january.db", read_only=True) as copy:
            whole = copy.replay(QuotedByWhom())
            print("in two processes, the same:", copy.run(QuotedByWhom(), workers=2).result == whole)
            snapshots = Path(folder) / "quoted.snapshots"
            copy.run(QuotedByWhom(), position=380, snapshots=snapshots)
            run = copy.run(QuotedByWhom(), snapshots=snapshots)
            print("from a snapshot, the same:", run.result == whole)
            print(run.report().splitlines()[1])


if __name__ == "__main__":
    main()
