"""Dates, zones, instants of the log and coordinates of a question: what is parsed comes back as it was."""

from collections.abc import Iterator

from fuzzing.target import Target
from kzarchive.errors import DataError, InvalidDate, UsageError
from kzarchive.log.clock import recorded_text, recorded_us
from kzarchive.replay.axes import instant
from kzarchive.values.dates import ImpreciseDate, moment

SEEDS = (
    *("2022-01-06", "2022-01", "2022", "-0044-03-15", "Y17000", "Y-17000", "2022-01-07T03:18", "2022-01-07T03:18:00Z"),
    *("2022-01-07T03:18+06:00", "2022-01-07T03:18:09-11", "202X", "20XX", "2022-XX", "2022-01-XX", "2022-XX-XX"),
    *("2022-21", "2022-24~", "2022-01-06?", "2022-01-06~", "2022-01-06%", "2022-01-05/2022-01-19", "2022-01-05/.."),
    *("../2022-01-05", "/2022", "2022-01-05/", "/..", "../", "[2022-01-15..2022-01-18]", "[..2022-01-18]", "[2022..]"),
    *("0000-02-29", "9999-12-31T23:59:59Z", "2022-01-07T03:18/2022-01-07T03:18:30+06:00", "2024-02-29~/2024-03-01?"),
)
ZONES = ("Asia/Almaty", "UTC", "America/New_York", "Pacific/Apia", "Asia/Manila", "Africa/Monrovia", "Europe/Dublin")
TOKENS = (
    *(
        "T",
        "Z",
        "Y",
        "X",
        "XX",
        "-",
        "--",
        "/",
        "..",
        "[",
        "]",
        "?",
        "~",
        "%",
        ":",
        "+",
        ".",
        ",",
        "{",
        "}",
        "24",
        "00",
    ),
    *(
        "60",
        "12",
        "13",
        "29",
        "30",
        "31",
        "32",
        "02-29",
        "02-30",
        "0000",
        "9999",
        "+14",
        "-12",
        "+14:01",
        "-00:00",
        "E",
    ),
    *(
        "T24:00",
        "T23:59:60",
        "2022",
        "-0001",
        "Y10000",
        "Y99999999",
        "21",
        "25",
        "41",
        "Factory",
        "posix/UTC",
        "../UTC",
    ),
)


def read_date(data: bytes) -> None:
    """Reads a date from the first line, in the zone of the second."""
    text, _, zone = data.decode("utf-8", "surrogateescape").partition("\n")
    date = ImpreciseDate.parse(text)
    assert (date.text, str(date), date.flagged) == (text, text, date.is_uncertain or date.is_approximate)
    assert ImpreciseDate.parse(date.text) == date
    if not date.is_interval:
        assert moment(text) == date
    for place in (None, "Asia/Almaty", zone or None):
        bounds, start, end = date.bounds(place), date.start(place), date.end(place)
        assert bounds.earliest is None or bounds.latest is None or bounds.earliest <= bounds.latest
        assert (start.earliest, end.latest) == (bounds.earliest, bounds.latest) or place is not None


def read_coordinate(data: bytes) -> None:
    """Reads a coordinate of a question, or an instant of the log, which comes back as it was."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        assert recorded_text(recorded_us(text)) == text
    except InvalidDate:
        instant(text, "Asia/Almaty", "published")


def targets() -> Iterator[Target]:
    """Yields the targets of dates."""
    seeds = tuple(text.encode() for text in SEEDS)
    zoned = tuple(f"{text}\n{zone}".encode() for text, zone in zip(SEEDS, ZONES * 9, strict=False))
    tokens = tuple(text.encode() for text in (*TOKENS, *ZONES))
    modules = ("kzarchive.values.dates", "kzarchive.values.civil", "kzarchive.values.bounds")
    yield Target(
        name="dates",
        run=read_date,
        seeds=seeds + zoned,
        tokens=tokens,
        modules=modules,
        refusals=(InvalidDate,),
        longest=250,
    )
    yield Target(
        name="coordinates",
        run=read_coordinate,
        seeds=(*seeds, b"2026-11-23T03:15:00.000000Z", b"0001-01-01T00:00:00.000000Z", b"9999-12-31T23:59:59.999999Z"),
        tokens=tokens,
        modules=("kzarchive.log.clock", *modules),
        refusals=(UsageError, DataError),
        longest=250,
    )
