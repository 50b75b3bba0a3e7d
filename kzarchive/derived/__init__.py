"""The derived floor: what is computed from the log, kept beside it, and may be thrown away at any time."""
