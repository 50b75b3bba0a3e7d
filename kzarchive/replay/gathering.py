"""Gathering: the ledgers of a log at the positions that are asked for, kept so that none is made twice.

A ledger at a position never changes, so the newest few are kept. One more grows with the log and serves the checks of
appends; it is never given out.
"""

from kzarchive.log.protocol import EventLog
from kzarchive.replay.index import LedgerIndex
from kzarchive.replay.ledger import Ledger

KEPT_LEDGERS = 8


class Ledgers:
    """The ledgers of one log."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._gathered = Ledger()
        self._ledgers: dict[int, Ledger] = {}
        self._indexes: dict[int, LedgerIndex] = {}

    def newest(self, position: int) -> Ledger:
        """Returns what the log holds at a position not before those asked for so far; it grows and is not given out."""
        try:
            self._gathered.extend(self._log.read(after=self._gathered.position, until=position))
        except BaseException:
            # A ledger that stopped midway would pass over what stopped it.
            self._gathered = Ledger()
            raise
        return self._gathered

    def at(self, position: int) -> Ledger:
        """Returns what the log holds at a position; the newest ones are kept, for positions never change."""
        if position not in self._ledgers:
            ledger = self._gather(position)
            while len(self._ledgers) >= KEPT_LEDGERS:
                oldest = next(iter(self._ledgers))
                del self._ledgers[oldest]
                self._indexes.pop(oldest, None)
            self._ledgers[position] = ledger
        return self._ledgers[position]

    def _gather(self, position: int) -> Ledger:
        if position >= self._gathered.position:
            return self.newest(position).copy()
        below = max((known for known in self._ledgers if known < position), default=0)
        ledger = self._ledgers[below].copy() if below else Ledger()
        ledger.extend(self._log.read(after=below, until=position))
        return ledger

    def index(self, position: int) -> LedgerIndex:
        """Returns what follows from the ledger at a position; appending alone never needs it."""
        ledger = self.at(position)
        if position not in self._indexes:
            self._indexes[position] = LedgerIndex(ledger)
        return self._indexes[position]
