"""Quantities as sheets word them, frames, policies and conventions by their names."""

from collections.abc import Callable, Iterator

from fuzzing.target import Target
from kzarchive.errors import DataError, UsageError
from kzarchive.policies.others import chosen_policy
from kzarchive.recording.forms import read_frame, read_value
from kzarchive.values.content import Value
from kzarchive.values.conventions import SHIPPED, convention, integer_problems
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.wire import codec

QUANTITIES = (
    *(
        "exact 225|225 people",
        "more_than 2000|more than 2,000",
        "less_than 0.27|below",
        "at_least 12|12",
        "at_most 19|x",
    ),
    *(
        "nearly 16000|nearly 16,000",
        "about 2000|about",
        "about 0.50|half",
        "between 10 15|10 to 15",
        "higher_than|higher",
    ),
    *(
        "estimate 7 5.5 9|seven",
        "higher_than 164|more",
        "dozens|dozens",
        "thousands|thousands",
        "many|many",
        "none|none",
    ),
)
MONEY = ("exact 120|120 tenge|KZT|litre", "about 60000000|60 million|USD|")
TOKENS = (*Modifier, *"0123456789", "-", ".", "0.0", "-0", "1e9", "00", "9" * 60, "0." + "0" * 57 + "1", "-1", "|", " ")


def _value(text: str) -> None:
    words, surface, currency, per, *_ = (*text.split("|"), "", "", "")
    given = {"quantity": words, "surface": surface}
    if currency:
        given = {"money": words, "surface": surface, "currency": currency} | ({"per": per} if per else {})
    value = codec.structure_text(read_value(given, "value"), Value, where="value")
    assert codec.structure(codec.plain(value), type(value)) == value
    if isinstance(value, Quantity):
        _read(value)


def _read(quantity: Quantity) -> None:
    for named in SHIPPED.values():
        for decimal in (True, False):
            if decimal or not list(integer_problems(quantity.numbers)):
                read = named.read(quantity, decimal=decimal)
                ends = [end for end in (read.low, read.point, read.high) if end is not None]
                assert ends == sorted(ends), (quantity, read)


def _frame(text: str) -> None:
    assert str(Frame.parse(text)) == text
    assert "/".join(read_frame(text, "frame").values()) == text


KINDS: dict[str, Callable[[str], object]] = {"q": _value, "f": _frame, "p": chosen_policy, "c": convention}


def read_word(data: bytes) -> None:
    """Reads one kind of word, told by the first character."""
    text = data.decode("utf-8", "surrogateescape")
    KINDS.get(text[:1], _value)(text[1:])


def targets() -> Iterator[Target]:
    """Yields the target of quantities."""
    seeds = [f"q{text}" for text in (*QUANTITIES, *MONEY)]
    seeds += ["fkilled/all/KZ", "farrested/csto.ru/KZ.almaty", "prange/1", "psource-priority/1(a.b,c)", "cacled/1"]
    yield Target(
        name="quantities",
        run=read_word,
        seeds=tuple(seed.encode() for seed in seeds),
        tokens=tuple(token.encode() for token in (*TOKENS, "/", "(", ")", ",", "source-priority/1", "half-grain/1")),
        modules=(
            *("kzarchive.values.quantities", "kzarchive.values.conventions", "kzarchive.values.frames"),
            *("kzarchive.recording.forms", "kzarchive.policies.others"),
        ),
        refusals=(DataError, UsageError),
        longest=600,
    )
