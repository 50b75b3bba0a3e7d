"""Keeps what each source asserted and rebuilds the best-known state as of any date."""
