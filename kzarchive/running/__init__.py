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

>>> import kzarchive
>>> class PerType:
...     name, version, over = "per-type", 1, "headers"
...     def initial(self): return {}
...     def apply(self, counts, item): return counts | {item.type: counts.get(item.type, 0) + 1}
...     def merge(self, one, other): return {kind: one.get(kind, 0) + other.get(kind, 0) for kind in one | other}
...     def result(self, counts): return counts
>>> archive = kzarchive.january_2022()
>>> archive.replay(PerType())["assertion.recorded"]
334
>>> with kzarchive.SnapshotStore.in_memory() as snapshots:
...     before = archive.run(PerType(), position=400, snapshots=snapshots)
...     with archive.follow(PerType(), snapshots=snapshots) as follower:
...         after = follower.catch_up()
>>> print(before.report(), after.report(), sep="; ")
began with nothing, now at position 400; went on from position 400, now at position 429
>>> after.result == archive.replay(PerType())
True
"""
