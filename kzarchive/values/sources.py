"""Documents, agents, and the chain of attribution between them.

A document is one captured text; its id is the sha256 of its raw bytes, so another version of a page is another
document. An agent is whoever speaks, relays or publishes. A chain of links leads from the document (nearest)
to the farthest speaker; an empty chain is the document's own voice.
"""

import enum

import attrs

from kzarchive.errors import InvalidEvent
from kzarchive.values import checks
from kzarchive.values.dates import ImpreciseDate


class AgentKind(enum.StrEnum):
    """What an agent is. Collective and unnamed agents are new in each document until judged the same."""

    PERSON = "person"
    ORGANISATION = "organisation"
    STATE = "state"
    MEDIA = "media"
    ROLE = "role"
    COLLECTIVE = "collective"
    UNNAMED = "unnamed"


@attrs.frozen(kw_only=True)
class Agent:
    """Whoever speaks, relays or publishes.

    Attributes:
        slug: The name by which events refer to the agent.
        kind: What the agent is.
        names: Every spelling that occurs, as written; at least one.
        note: The recorder's own words, None = nothing to add.
        salt: 64 random hexadecimal digits when the agent is protected, None = not protected.
    """

    slug: str = attrs.field(validator=checks.slug)
    kind: AgentKind = attrs.field(validator=checks.member(AgentKind))
    names: tuple[str, ...] = attrs.field(validator=checks.texts)
    note: str | None = attrs.field(default=None, validator=checks.optional_text)
    salt: str | None = attrs.field(default=None, validator=checks.optional_identifier)


class LinkRole(enum.StrEnum):
    """What an agent did in a chain (after W3C PROV): spoke, spoke for another, or passed it on."""

    SPEAKER = "speaker"
    SPOKESPERSON = "spokesperson"
    RELAY = "relay"


class LinkMode(enum.StrEnum):
    """How the words reached us: in the agent's own words, or in the words of the one that is nearer."""

    DIRECT = "direct"
    INDIRECT = "indirect"


@attrs.frozen(kw_only=True)
class Link:
    """One step of an attribution chain.

    Attributes:
        agent: Slug of the agent.
        role: What the agent did.
        mode: Whether the agent's own words are quoted.
        name: The agent as the document names it; None = the document's own name of the agent's slug is not in the text.
        verb: The verb of saying as written, such as ``said``; None = the text has none.
    """

    agent: str = attrs.field(validator=checks.slug)
    role: LinkRole = attrs.field(validator=checks.member(LinkRole))
    mode: LinkMode = attrs.field(validator=checks.member(LinkMode))
    name: str | None = attrs.field(default=None, validator=checks.optional_text)
    verb: str | None = attrs.field(default=None, validator=checks.optional_text)


class DateKind(enum.StrEnum):
    """A date that a document bears beside the two axes ``published`` and ``retrieved``."""

    UPDATED = "updated"
    RENDERED = "rendered"
    FIRST_PUBLISHED = "first_published"


@attrs.frozen(kw_only=True)
class DocumentDate:
    """One more date that a document bears; it takes no part in any cut.

    Attributes:
        kind: What the date is of.
        date: The date, one moment.
        basis: Where it comes from.
    """

    kind: DateKind = attrs.field(validator=checks.member(DateKind))
    date: ImpreciseDate = attrs.field(validator=checks.moment)
    basis: str = attrs.field(validator=checks.text)


@attrs.frozen(kw_only=True)
class Document:
    """One captured text.

    Attributes:
        id: sha256 of the raw bytes in hexadecimal; given by the recorder when ``unhashed``.
        name: A short slug for people, unique in its archive.
        published: From when a reader could know it, one moment; None = unknown.
        published_basis: Where ``published`` comes from; None = ``published`` is unknown.
        retrieved: When the bytes were captured, one moment; None = unknown.
        zone: IANA name of the zone of its bare dates; None = the archive's zone.
        publisher: Slug of the agent that published it; None = unknown.
        upstream: Slugs of the agents that it says it is based on.
        dates: Other dates that it bears.
        size: Bytes of the raw text; None when ``unhashed``.
        language: BCP 47 tag; None = not recorded.
        media_type: Such as ``text/plain; charset=utf-8``; None = not recorded.
        unhashed: True when no bytes were at hand.
        note: The recorder's own words; None = nothing to add.
        salt: 64 random hexadecimal digits when the document is protected, None = not protected.
    """

    id: str = attrs.field(validator=checks.identifier)
    name: str = attrs.field(validator=checks.slug)
    published: ImpreciseDate | None = attrs.field(default=None, validator=checks.optional_moment)
    published_basis: str | None = attrs.field(default=None, validator=checks.optional_text)
    retrieved: ImpreciseDate | None = attrs.field(default=None, validator=checks.optional_moment)
    zone: str | None = attrs.field(default=None, validator=checks.optional_text)
    publisher: str | None = attrs.field(default=None, validator=checks.optional_slug)
    upstream: tuple[str, ...] = attrs.field(default=(), validator=checks.slugs)
    dates: tuple[DocumentDate, ...] = attrs.field(default=(), validator=checks.tuple_of(DocumentDate))
    size: int | None = attrs.field(default=None, validator=attrs.validators.optional(checks.natural))
    language: str | None = attrs.field(default=None, validator=checks.optional_text)
    media_type: str | None = attrs.field(default=None, validator=checks.optional_text)
    unhashed: bool = attrs.field(default=False, validator=checks.flag)
    note: str | None = attrs.field(default=None, validator=checks.optional_text)
    salt: str | None = attrs.field(default=None, validator=checks.optional_identifier)

    def __attrs_post_init__(self) -> None:
        problems = checks.zone_problems("zone", self.zone)
        if (self.published is None) != (self.published_basis is None):
            got = self.published_basis
            problems.append(checks.problem("published_basis", "a basis exactly when 'published' is known", got))
        if self.unhashed != (self.size is None):
            problems.append(checks.problem("size", "the size in bytes, or 'unhashed' and no size", self.size))
        if problems:
            raise InvalidEvent(problems)
