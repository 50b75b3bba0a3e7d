"""Replay: what the log holds at a position, what a reader could know at a date, and who said it."""
