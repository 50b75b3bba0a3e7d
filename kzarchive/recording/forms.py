"""Short forms of sheets: frames and values as people write them, turned into the plain data of the codec.

A frame is ``measure/subject/place``. A value is a mapping with one key that names its kind, and what belongs to it:

============  =========================  ====================================
kind          holds                      beside it
============  =========================  ====================================
``quantity``  a modifier, its numbers    ``surface``
``money``     a modifier, its numbers    ``currency``, ``per``, ``surface``
``status``    a term of the measure
``moment``    a date
``text``      words of the recorder
``unknown``   a reason
============  =========================  ====================================
"""

from typing import Any

from kzarchive.errors import DataError, Problem
from kzarchive.values.canonical import shown

BESIDE: dict[str, tuple[str, ...]] = {
    "quantity": ("surface",),
    "status": (),
    "money": ("surface", "currency", "per"),
    "moment": (),
    "text": (),
    "unknown": (),
}
FIELDS = {"status": "term", "moment": "date", "text": "text", "unknown": "reason"}


def read_frame(value: Any, path: str) -> dict[str, str]:
    """Returns the parts of ``measure/subject/place`` as plain data.

    Raises:
        DataError: There are not three parts.
    """
    parts = value.split("/") if isinstance(value, str) else ()
    if len(parts) != 3:
        raise DataError(Problem(path, f"expected measure/subject/place, got {shown(value)}"))
    return dict(zip(("measure", "subject", "place"), parts, strict=True))


def read_value(value: Any, path: str) -> dict[str, Any]:
    """Returns a value of a sheet as plain data of the union of values.

    Raises:
        DataError: The value has none of the six forms.
    """
    found = [kind for kind in BESIDE if isinstance(value, dict) and kind in value]
    if len(found) != 1:
        message = f"expected one of {', '.join(BESIDE)} with what belongs to it, got {shown(value)}"
        raise DataError(Problem(path, message))
    (kind,) = found
    rest = {key: item for key, item in value.items() if key != kind}
    strange = [key for key in rest if key not in BESIDE[kind]]
    if strange:
        beside = ", ".join(BESIDE[kind]) or "nothing"
        raise DataError(Problem(path, f"expected {beside} beside {kind!r}, got {', '.join(map(shown, strange))}"))
    if kind in FIELDS:
        return {"kind": kind, FIELDS[kind]: value[kind]}
    quantity = _quantity(value[kind], rest.pop("surface", None), path)
    return {"kind": kind, **quantity} if kind == "quantity" else {"kind": kind, "amount": quantity, **rest}


def _quantity(words: Any, surface: Any, path: str) -> dict[str, Any]:
    if not isinstance(words, str) or not words.split():
        raise DataError(Problem(path, f"expected a modifier and its numbers, such as 'exact 225', got {shown(words)}"))
    modifier, *numbers = words.split()
    quantity = {"modifier": modifier, "numbers": numbers}
    return quantity if surface is None else quantity | {"surface": surface}
