"""The ways of running a projection; each gives the answer that a replay of the whole log gives.

==============================================  ==========================================================
way                                             call
==============================================  ==========================================================
whole, or as of any axes                        ``archive.replay(projection, as_of)``
the same with a report of what was done         ``archive.run(projection, as_of)``
from a snapshot, and only what came after it    ``archive.run(projection, snapshots=FILE)``
over ranges of the log in several processes     ``archive.run(projection, workers=2)``
live: what is there, then what is appended      ``archive.follow(projection, snapshots=FILE)``
anew, beside what readers read meanwhile        ``archive.rebuild(projection, snapshots=FILE)``
==============================================  ==========================================================

Snapshots are a cache in a file of their own beside the log. Everything in it can be dropped: the log alone is the
archive. Each is kept under the name and version of its projection, the log, and the position, never under a valid
date, and carries a checksum; one that is damaged, or of another log, another version or a later position is set aside,
and the report says so.
"""
