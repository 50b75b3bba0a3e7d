"""Assertions as data that orjson writes: what cattrs would make of one, in half the time.

The fields stand here one by one, and a test holds them against the class. Members of enumerations stay as they are.
"""

from collections.abc import Callable
from typing import Any, Final

from kzarchive.values.assertions import Assertion
from kzarchive.values.evidence import Locator, TextSpan
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Link

Hook = Callable[[Any], Any]


def data_of(assertion: Assertion, *, anchor: Hook, value: Hook, relations: Hook) -> dict[str, Any]:
    """Returns the data of an assertion; fields that have their default are left out.

    Args:
        assertion: The assertion.
        anchor: Makes the data of an anchor that is neither a span of text nor a place.
        value: Makes the data of a value that is no quantity.
        relations: Makes the data of relations.
    """
    frame, stated = assertion.frame, assertion.value
    data: dict[str, Any] = {
        "act": assertion.act,
        "document": assertion.document,
        "evidence": [_ANCHORS.get(type(each), anchor)(each) for each in assertion.evidence],
        "frame": {"measure": frame.measure, "place": frame.place, "subject": frame.subject},
        "modality": assertion.modality,
        "temporality": assertion.temporality,
        "value": _quantity(stated) if type(stated) is Quantity else value(stated),
        "voice": assertion.voice,
    }
    if assertion.chain:
        data["chain"] = [_link(link) for link in assertion.chain]
    if assertion.relations:
        data["relations"] = relations(assertion.relations)
    if assertion.stated is not None:
        data["stated"] = assertion.stated.text
    if assertion.valid is not None:
        data["valid"] = assertion.valid.text
    if assertion.valid_reading is not None:
        data["valid_reading"] = assertion.valid_reading
    _add_words(data, assertion)
    return data


def _add_words(data: dict[str, Any], assertion: Assertion) -> None:
    if assertion.utterance is not None:
        data["utterance"] = assertion.utterance
    if assertion.hedge is not None:
        data["hedge"] = assertion.hedge
    if assertion.note is not None:
        data["note"] = assertion.note
    if assertion.salt is not None:
        data["salt"] = assertion.salt


def _span(span: TextSpan) -> dict[str, Any]:
    return {"document": span.document, "end": span.end, "kind": "span", "sha256": span.sha256, "start": span.start}


def _locator(locator: Locator) -> dict[str, Any]:
    return {"document": locator.document, "kind": "place", "place": locator.place}


_ANCHORS: Final[dict[type, Hook]] = {TextSpan: _span, Locator: _locator}


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "kind": "quantity",
        "modifier": quantity.modifier,
        "numbers": quantity.numbers,
        "surface": quantity.surface,
    }


def _link(link: Link) -> dict[str, Any]:
    data: dict[str, Any] = {"agent": link.agent, "mode": link.mode, "role": link.role}
    if link.name is not None:
        data["name"] = link.name
    if link.verb is not None:
        data["verb"] = link.verb
    return data
