"""What a reader could know on three days of January 2022: the toll, the arrests, the troops.

Run: python examples/replay_at_three_dates.py
"""

import kzarchive

DATES = ("2022-01-06", "2022-01-18", "2022-01-20")
FRAMES = ("killed/all/KZ", "killed/law_enforcement/KZ", "injured/all/KZ", "arrested/all/KZ")


def main() -> None:
    archive = kzarchive.january_2022()
    for date in DATES:
        state = archive.as_of(date)
        print(f"{date}: documents {', '.join(state.documents.visible)}")
        for frame in FRAMES:
            print(f"  {state[frame]}")
        for contingent in state.troops:
            print(f"  {contingent.contingent}: {contingent.state}{' (inferred)' if contingent.answer.inferred else ''}")
        print()


if __name__ == "__main__":
    main()
