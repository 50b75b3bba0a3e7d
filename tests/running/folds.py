"""Folds that the tests of running share; processes of a pool import them from here."""

from collections import Counter


class Trace:
    """What each visible assertion is read as, in log order: nothing that a fold may see is lost in it."""

    name, version, over = "trace", 1, "assertions"

    def initial(self):
        return []

    def apply(self, rows, item):
        return [*rows, [item.position, item.id, str(item.frame), item.origin, item.document.name]]

    def merge(self, one, other):
        return one + other

    def result(self, rows):
        return [tuple(row) for row in rows]


class Events(Trace):
    """Every event with its type and id."""

    name, over = "events", "events"

    def apply(self, rows, item):
        rows.append([item.position, item.type, item.id])
        return rows


class Headers(Trace):
    """Every header with its type, document and frame."""

    name, over = "headers", "headers"

    def apply(self, rows, item):
        document = item.document and item.document.hex()
        rows.append([item.position, item.type, item.identity.hex(), document, item.frame])
        return rows


class Types:
    """How many events of each type; keeps a Counter, which only ``dump`` and ``load`` bring through a file."""

    name, version, over = "types", 1, "headers"
    fields = ("type",)

    def initial(self):
        return Counter()

    def apply(self, counts, item):
        counts[item.type] += 1
        return counts

    def merge(self, one, other):
        return one + other

    def result(self, counts):
        return dict(counts)

    def dump(self, counts):
        return dict(counts)

    def load(self, data):
        return Counter(data)


class Latest:
    """The id of the newest event; it cannot merge, and its accumulator of nothing is None."""

    name, version, over = "latest", 1, "events"

    def initial(self):
        return None

    def apply(self, latest, item):
        return item.id

    def result(self, latest):
        return latest


FOLDS = (Trace, Events, Headers, Types, Latest)
