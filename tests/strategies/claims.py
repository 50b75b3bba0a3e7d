"""Claims made by hand, for tests of policies: an interval, an origin, and when it refers to."""

from types import SimpleNamespace

from kzarchive.derived.facts import CERTAIN
from kzarchive.replay.claims import Claim
from kzarchive.values.bounds import Bounds
from kzarchive.values.content import Status
from kzarchive.values.conventions import Interval
from kzarchive.values.dated import Spell

DAY = 86_400
DOCUMENT = SimpleNamespace(zone="UTC")


def count(name, low, point=None, high=None, *, origin=None, day=1, days=1, soft=False, floor=False, open_above=False):
    """Returns a claim of a count that refers to ``day``, or to some day of ``days`` from it on."""
    interval = Interval(low, point, high, soft=soft, open_above=open_above)
    return claim(name, value=None, interval=interval, origin=origin, day=day, days=days, floor=floor)


def exact(name, number, **options):
    """Returns a claim of an exact count."""
    return count(name, number, number, number, **options)


def state(name, term, *, origin=None, day=1, days=1, end=None, vouched=None):
    """Returns a claim of a state that starts on ``day``; ``end`` and ``vouched`` are days too."""
    span = Bounds(day * DAY, (day + days) * DAY - 1)
    last = span.latest if vouched is None else (vouched + 1) * DAY - 1
    spell = Spell(span, None if end is None else (end + 1) * DAY - 1, last)
    return claim(name, value=Status(term), interval=None, origin=origin, day=day, days=days, spell=spell)


def claim(name, *, value, interval, origin, day, days, floor=False, spell=None):
    span = Bounds(day * DAY, (day + days) * DAY - 1)
    dated = SimpleNamespace(document=DOCUMENT, assertion=SimpleNamespace(document="d", value=value))
    return Claim(
        id=name,
        origin=origin or name,
        interval=interval,
        stated=span,
        reference=span,
        marks=CERTAIN,
        source=SimpleNamespace(dated=dated, spell=lambda _: spell or Spell(span, None, span.latest)),
        floor=floor,
    )


def origins(claims):
    """Counts the origins of claims, none of them dependent."""
    return len({each.origin for each in claims})
