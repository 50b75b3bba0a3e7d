"""Projections: named, versioned questions to an archive, and their results."""
