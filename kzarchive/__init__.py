"""Keeps what each source asserted as immutable events and rebuilds the best-known state as of any date.

>>> import kzarchive
>>> archive = kzarchive.january_2022()
>>> print(archive.as_of("2022-01-07")["killed/law_enforcement/KZ"])
killed/law_enforcement/KZ: 12..13 (contested)

Names are loaded when they are first used, so that ``import kzarchive`` stays fast.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kzarchive.archive import Archive
    from kzarchive.basis import Basis
    from kzarchive.comparison import Change, Sensitivity
    from kzarchive.errors import (
        AnchorMismatch,
        BeyondCoverage,
        ConflictingEvent,
        DataError,
        InvalidDate,
        InvalidEvent,
        InvalidQuantity,
        InvalidSheet,
        KzArchiveError,
        LogError,
        NotAnArchive,
        PositionConflict,
        Problem,
        RedactedSince,
        StorageError,
        UnknownFrame,
        UnsafeLog,
        UsageError,
        VocabularyMismatch,
    )
    from kzarchive.explanation import Explanation
    from kzarchive.january2022 import load as january_2022
    from kzarchive.log.clock import Clock, FixedClock, SystemClock
    from kzarchive.log.protocol import Receipt
    from kzarchive.logged import LoggedAssertion, LoggedEvent
    from kzarchive.policies.answer import BestKnown
    from kzarchive.policies.decision import Decision, Policy
    from kzarchive.projections.contract import ByFold, ByMeasure, FrameClaims, Mergeable, Storable
    from kzarchive.projections.contributors import Contributors
    from kzarchive.projections.counts import Arrests, Toll
    from kzarchive.projections.deployment import TroopDeployment
    from kzarchive.projections.facilities import Facilities
    from kzarchive.projections.foreign import ForeignInvolvement
    from kzarchive.projections.government import Government
    from kzarchive.projections.mandate import Mandate
    from kzarchive.projections.measures import Measures
    from kzarchive.projections.prices import Prices
    from kzarchive.projections.reactions import Reactions
    from kzarchive.projections.unrest import ProtestSpread
    from kzarchive.projections.visible import VisibleAssertion
    from kzarchive.recording.sheets import read_sheets
    from kzarchive.recording.vocabularies import read_vocabulary
    from kzarchive.replay.claims import Claim
    from kzarchive.replay.reasons import Flag, Role, Rule, Status
    from kzarchive.running.following import Follower
    from kzarchive.running.source import Run
    from kzarchive.running.store import SnapshotStore
    from kzarchive.state import State
    from kzarchive.values.assertions import Act, Assertion, Modality, Temporality, ValidReading, Voice
    from kzarchive.values.bounds import Bounds, Order
    from kzarchive.values.conventions import Convention, Interval, vague_words
    from kzarchive.values.dates import ImpreciseDate
    from kzarchive.values.events import RedactionReason
    from kzarchive.values.evidence import TextSpan
    from kzarchive.values.frames import Frame
    from kzarchive.values.quantities import Quantity
    from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
    from kzarchive.values.terms import Aggregation, Measure, Place, Subject, Term, ValueType, Vocabulary

__version__ = "0.1.0"

_HOMES = {
    "kzarchive.archive": ("Archive",),
    "kzarchive.comparison": ("Change", "Sensitivity"),
    "kzarchive.logged": ("LoggedAssertion", "LoggedEvent"),
    "kzarchive.errors": (
        "AnchorMismatch",
        "BeyondCoverage",
        "ConflictingEvent",
        "DataError",
        "InvalidDate",
        "InvalidEvent",
        "InvalidQuantity",
        "InvalidSheet",
        "KzArchiveError",
        "LogError",
        "NotAnArchive",
        "PositionConflict",
        "Problem",
        "RedactedSince",
        "StorageError",
        "UnknownFrame",
        "UnsafeLog",
        "UsageError",
        "VocabularyMismatch",
    ),
    "kzarchive.explanation": ("Explanation",),
    "kzarchive.log.clock": ("Clock", "FixedClock", "SystemClock"),
    "kzarchive.log.protocol": ("Receipt",),
    "kzarchive.policies.answer": ("BestKnown",),
    "kzarchive.policies.decision": ("Decision", "Policy"),
    "kzarchive.projections.unrest": ("ProtestSpread",),
    "kzarchive.projections.reactions": ("Reactions",),
    "kzarchive.projections.prices": ("Prices",),
    "kzarchive.projections.measures": ("Measures",),
    "kzarchive.projections.mandate": ("Mandate",),
    "kzarchive.projections.government": ("Government",),
    "kzarchive.projections.foreign": ("ForeignInvolvement",),
    "kzarchive.projections.facilities": ("Facilities",),
    "kzarchive.projections.contributors": ("Contributors",),
    "kzarchive.projections.contract": (
        "ByFold",
        "ByMeasure",
        "FrameClaims",
        "Mergeable",
        "Storable",
    ),
    "kzarchive.projections.visible": ("VisibleAssertion",),
    "kzarchive.running.following": ("Follower",),
    "kzarchive.running.source": ("Run",),
    "kzarchive.running.store": ("SnapshotStore",),
    "kzarchive.projections.counts": ("Arrests", "Toll"),
    "kzarchive.projections.deployment": ("TroopDeployment",),
    "kzarchive.recording.sheets": ("read_sheets",),
    "kzarchive.recording.vocabularies": ("read_vocabulary",),
    "kzarchive.replay.claims": ("Claim",),
    "kzarchive.replay.reasons": ("Flag", "Role", "Rule", "Status"),
    "kzarchive.basis": ("Basis",),
    "kzarchive.state": ("State",),
    "kzarchive.values.assertions": ("Act", "Assertion", "Modality", "Temporality", "ValidReading", "Voice"),
    "kzarchive.values.bounds": ("Bounds", "Order"),
    "kzarchive.values.conventions": ("Convention", "Interval", "vague_words"),
    "kzarchive.values.dates": ("ImpreciseDate",),
    "kzarchive.values.events": ("RedactionReason",),
    "kzarchive.values.evidence": ("TextSpan",),
    "kzarchive.values.frames": ("Frame",),
    "kzarchive.values.quantities": ("Quantity",),
    "kzarchive.values.sources": ("Agent", "AgentKind", "Document", "Link", "LinkMode", "LinkRole"),
    "kzarchive.values.terms": ("Aggregation", "Measure", "Place", "Subject", "Term", "ValueType", "Vocabulary"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Act",
    "Agent",
    "AgentKind",
    "Aggregation",
    "AnchorMismatch",
    "Archive",
    "Arrests",
    "Assertion",
    "Basis",
    "BestKnown",
    "BeyondCoverage",
    "Bounds",
    "ByFold",
    "ByMeasure",
    "Change",
    "Claim",
    "Clock",
    "ConflictingEvent",
    "Contributors",
    "Convention",
    "DataError",
    "Decision",
    "Document",
    "Explanation",
    "Facilities",
    "FixedClock",
    "Flag",
    "Follower",
    "ForeignInvolvement",
    "Frame",
    "FrameClaims",
    "Government",
    "ImpreciseDate",
    "Interval",
    "InvalidDate",
    "InvalidEvent",
    "InvalidQuantity",
    "InvalidSheet",
    "KzArchiveError",
    "Link",
    "LinkMode",
    "LinkRole",
    "LogError",
    "LoggedAssertion",
    "LoggedEvent",
    "Mandate",
    "Measure",
    "Measures",
    "Mergeable",
    "Modality",
    "NotAnArchive",
    "Order",
    "Place",
    "Policy",
    "PositionConflict",
    "Prices",
    "Problem",
    "ProtestSpread",
    "Quantity",
    "Reactions",
    "Receipt",
    "RedactedSince",
    "RedactionReason",
    "Role",
    "Rule",
    "Run",
    "Sensitivity",
    "SnapshotStore",
    "State",
    "Status",
    "Storable",
    "StorageError",
    "Subject",
    "SystemClock",
    "Temporality",
    "Term",
    "TextSpan",
    "Toll",
    "TroopDeployment",
    "UnknownFrame",
    "UnsafeLog",
    "UsageError",
    "ValidReading",
    "ValueType",
    "VisibleAssertion",
    "Vocabulary",
    "VocabularyMismatch",
    "Voice",
    "january_2022",
    "read_sheets",
    "read_vocabulary",
    "vague_words",
]


def __getattr__(name: str) -> Any:
    if name == "january_2022":
        return importlib.import_module("kzarchive.january2022").load
    if name in _HOME_OF:
        return getattr(importlib.import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'kzarchive' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
