"""Integrity: proofs, checkpoints, bundles, the check of a whole file, and backups."""
