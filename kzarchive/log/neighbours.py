"""A guard against a second SQLite library in the same process.

Python's ``sqlite3`` and a package with a SQLite of its own do not know of each other's locks. On POSIX systems, when
one of them closes a file, the operating system drops every lock that this process holds upon it, those of the other
too: another process may then write in the midst of our transaction, and the file is lost (SQLite, "How To Corrupt",
section 2.2). Reading the file with plain ``open`` does the same. What helps is to hand such a package a copy, made by
``archive.copy_to`` or ``kzarchive copy``, or to run it in a process of its own.
"""

import sys
import warnings
from typing import Final

OTHERS: Final = frozenset({"adbc_driver_sqlite", "apsw", "connectorx", "pysqlite3", "sqlcipher3", "sqlean"})
"""Packages that bring a SQLite library of their own."""


def warn_of_other_libraries() -> None:
    """Warns if a package with a SQLite library of its own is loaded in this process."""
    # It is asked at every append: six questions, and not one for each of a thousand modules.
    loaded = [name for name in OTHERS if name in sys.modules]
    if not loaded:
        return
    names = ", ".join(sorted(loaded))
    warnings.warn(
        f"{names} brings a second SQLite library into this process: opening the file of an archive with it drops the "
        "locks that protect the archive; hand it a copy (archive.copy_to)",
        RuntimeWarning,
        stacklevel=4,
    )
