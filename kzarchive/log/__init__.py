"""The log floor: an append-only sequence of opaque bodies with narrow headers, in memory or in one SQLite file."""
