"""Reasons: the closed enumeration of rules by which an assertion decides an answer or does not.

The numbers are those of the rules of the default policy; every answer lists each assertion of its frame that is
visible or pending once, under ``why``, ``why_not`` or ``pending``.
"""

import enum

import attrs


class Rule(enum.StrEnum):
    """The rule that put an assertion where it stands.

    =======  ======================================================================================
    S0       about a later time than was asked
    S2       only possibly known at the date
    S4       misread, converted or not certain, so it enters no range
    S5       another appearance of the same utterance speaks for it
    S6       superseded by a later word of its own origin
    S7       an older figure, which counts only as a floor; an older level, which is history
    S8, S9   bounds the answer; states the number
    S12-S14  corrected, retracted or denied
    S15-S16  says that there is no value; is a plan
    S18-S19  is of a state or a milestone; is a moment or a text
    =======  ======================================================================================
    """

    S0 = "S0"
    """Out of scope on the valid axis."""
    S1 = "S1"
    """Published too late."""
    S2 = "S2"
    """Only possibly known at the date."""
    S4 = "S4"
    """Not live, or not of a kind that enters a range: corrected, fixed, prospective, not certain."""
    S5 = "S5"
    """Another appearance of the same utterance speaks for it."""
    S6 = "S6"
    """Superseded by a later word of its own origin."""
    S7 = "S7"
    """An older figure counts only as a floor; an older level is history."""
    S8 = "S8"
    """Bounds the answer, or agrees with it."""
    S9 = "S9"
    """States the point."""
    S12 = "S12"
    """Corrected by its source."""
    S13 = "S13"
    """Retracted by its source."""
    S14 = "S14"
    """Denied."""
    S15 = "S15"
    """Says that there is no value."""
    S16 = "S16"
    """A plan."""
    S18 = "S18"
    """A state, or a milestone."""
    S19 = "S19"
    """A moment or a text."""


class Role(enum.StrEnum):
    """What an assertion does for an answer that it is part of.

    ``point`` states the number or state; ``bound`` limits the range; ``floor`` is an older figure that a later one
    may not fall below; ``compatible`` is wider than another claim and narrows nothing; ``support`` says the same again.
    """

    POINT = "point"
    BOUND = "bound"
    FLOOR = "floor"
    COMPATIBLE = "compatible"
    SUPPORT = "support"


class Status(enum.StrEnum):
    """How well an answer is founded.

    =================  ===============================================================================
    ``no_data``        nothing is visible
    ``unknown``        all that is visible says that it is not known, not disclosed, or no longer clear
    ``uncommitted``    something is visible, and none of it is certain
    ``vague``          no number is stated, and the range is open at an end
    ``corroborated``   two independent origins or more state that number, that range or that state
    ``compatible``     no number is stated; several origins bound it
    ``single_origin``  one origin
    ``contested``      claims of two origins or more cannot all be true
    ``order_unknown``  claims of one origin cannot all be true, and which is later is not known
    =================  ===============================================================================
    """

    NO_DATA = "no_data"
    UNKNOWN = "unknown"
    UNCOMMITTED = "uncommitted"
    VAGUE = "vague"
    CORROBORATED = "corroborated"
    COMPATIBLE = "compatible"
    SINGLE_ORIGIN = "single_origin"
    CONTESTED = "contested"
    ORDER_UNKNOWN = "order_unknown"


class Flag(enum.StrEnum):
    """What a reader should know about an answer beside its status.

    ``downward_revision``: an origin lowered its figure; ``later_declined``: an origin that gave a figure says later
    that it is not known; ``date_uncertain``: it rests on a date marked ``~`` or ``?``; ``dates_contradict``: dates
    contradict the order stated, published, retrieved, recorded; ``denied``, ``attribution_contested``: somebody denies
    it, or who said it; ``relay_variance``: documents give one utterance differently; ``zombie``: a later document
    repeats what was retracted; ``several_units``: amounts in several units stand side by side; ``several_periods``:
    which of several periods is the latest is not known; ``part_exceeds_whole``: of a part more is claimed than of the
    whole.
    """

    DOWNWARD_REVISION = "downward_revision"
    LATER_DECLINED = "later_declined"
    DATE_UNCERTAIN = "date_uncertain"
    DATES_CONTRADICT = "dates_contradict"
    DENIED = "denied"
    ATTRIBUTION_CONTESTED = "attribution_contested"
    RELAY_VARIANCE = "relay_variance"
    ZOMBIE = "zombie"
    SEVERAL_UNITS = "several_units"
    SEVERAL_PERIODS = "several_periods"
    PART_EXCEEDS_WHOLE = "part_exceeds_whole"


@attrs.frozen(order=True)
class Why:
    """An assertion that is part of an answer.

    Attributes:
        assertion: Its id.
        rule: The rule.
        role: What it does for the answer.
    """

    assertion: str
    rule: Rule
    role: Role


@attrs.frozen(order=True)
class WhyNot:
    """An assertion that is not part of an answer.

    Attributes:
        assertion: Its id.
        rule: The rule that keeps it out.
        detail: In words, what happened to it; such as ``superseded by 3f2a...``.
    """

    assertion: str
    rule: Rule
    detail: str
