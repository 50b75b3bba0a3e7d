"""The values that an assertion may state: a tagged union of six kinds.

=============  ============================================================================
kind           holds
=============  ============================================================================
``quantity``   a quantity as worded (:class:`~kzarchive.values.quantities.Quantity`)
``status``     a term of the measure, such as ``withdrawn``
``money``      a quantity of a currency, per unit
``moment``     an imprecise date
``text``       the recorder's short rendering of something that has no narrower form
``unknown``    that there is no value, and why
=============  ============================================================================
"""

import enum

import attrs

from kzarchive.values import checks
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.quantities import Quantity


@attrs.frozen
class Status:
    """A term that the vocabulary lists for the measure.

    Attributes:
        term: Slug of the term.
    """

    term: str = attrs.field(validator=checks.slug)


@attrs.frozen(kw_only=True)
class Money:
    """An amount of money, per unit.

    Attributes:
        amount: The quantity as worded.
        currency: ISO 4217 code.
        per: The unit that the amount buys, such as ``litre``; None = the amount is not per unit.
    """

    amount: Quantity = attrs.field(validator=checks.instance(Quantity))
    currency: str = attrs.field(validator=checks.slug)
    per: str | None = attrs.field(default=None, validator=checks.optional_slug)


@attrs.frozen
class Moment:
    """A moment of the world that the measure is about.

    Attributes:
        date: The imprecise date; one moment.
    """

    date: ImpreciseDate = attrs.field(validator=checks.moment)


@attrs.frozen
class Text:
    """The recorder's short rendering of what was said.

    Attributes:
        text: In the recorder's own words, but for short words of the source.
    """

    text: str = attrs.field(validator=checks.text)


class UnknownReason(enum.StrEnum):
    """Why there is no value."""

    NOT_KNOWN = "not_known"
    NOT_DISCLOSED = "not_disclosed"
    NOT_STATED = "not_stated"
    DENIED_TO_EXIST = "denied_to_exist"


@attrs.frozen
class Unknown:
    """That a value is not known, not disclosed, not stated, or denied to exist.

    Attributes:
        reason: Which of the four.
    """

    reason: UnknownReason = attrs.field(validator=checks.member(UnknownReason))


Value = Quantity | Status | Money | Moment | Text | Unknown
