"""Helpers for those who test their own code against kzarchive; nothing in the package imports them."""
