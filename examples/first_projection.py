"""A first projection of your own: how far apart are the claims about each count, and who makes them?

Run: python examples/first_projection.py
"""

import kzarchive
from kzarchive.projections.contract import FrameClaims


class Spread:
    """The lowest and the highest figure that a live claim gives for each frame, with the origins of both."""

    name = "spread"
    version = 1
    measures = ("killed", "injured", "arrested", "troops_sent")

    def result(self, frames: list[FrameClaims]) -> dict[str, str]:
        rows = {}
        for entry in frames:
            bounds = [(c.interval.low, c.interval.high, c.origin) for c in entry.claims if c.interval and not c.floor]
            lows = [(low, origin) for low, _, origin in bounds if low is not None]
            highs = [(high, origin) for _, high, origin in bounds if high is not None]
            if len(bounds) > 1 and lows and highs:
                (low, by_low), (high, by_high) = min(lows), max(highs)
                rows[str(entry.frame)] = f"{low} ({by_low}) to {high} ({by_high}): {entry.answer.status}"
        return rows


def main() -> None:
    archive = kzarchive.january_2022()
    for date in ("2022-01-07", "2022-01-19"):
        print(date)
        for frame, words in archive.replay(Spread(), as_of=date).items():
            print(f"  {frame}: {words}")


if __name__ == "__main__":
    main()
