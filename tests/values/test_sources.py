"""Documents, agents and links: what they refuse, and what they say when they do."""

import attrs
import pytest
from hypothesis import given
from strategies import values as some

from kzarchive.errors import InvalidEvent
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.sources import (
    Agent,
    AgentKind,
    DateKind,
    Document,
    DocumentDate,
    Link,
    LinkMode,
    LinkRole,
)

A = "a" * 64
SLUG = "expected a slug of 1 to 80 ASCII letters, digits, '_', '-', '.', ':' that begins with a letter or a digit"
TEXT = "expected non-empty text of at most 4000 characters"
ID = "expected 64 lower-case hexadecimal digits"
NATURAL = "expected an integer from 0 to 9007199254740991"


def faults(kind, fields, change):
    assert kind(**fields)
    with pytest.raises(InvalidEvent) as caught:
        kind(**{**fields, **change})
    return [str(problem) for problem in caught.value.problems]


AGENT = {"slug": "mayor", "kind": AgentKind.PERSON, "names": ("Aino", "Айно")}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slug": "the mayor"}, f"slug: {SLUG}, got 'the mayor'"),
        (
            {"kind": "person"},
            "kind: expected one of person, organisation, state, media, role, collective, unnamed, got 'person'",
        ),
        ({"names": ()}, "names: expected at least 1 of texts, got ()"),
        ({"names": ["Aino"]}, "names: expected a tuple of texts, got ['Aino']"),
        ({"names": "Aino"}, "names: expected a tuple of texts, got 'Aino'"),
        ({"names": ("Aino", "Aino")}, "names: expected texts without repeats, got ('Aino', 'Aino')"),
        ({"note": ""}, f"note: {TEXT}, got ''"),
        ({"salt": "5"}, f"salt: {ID}, got '5'"),
    ],
)
def test_a_wrong_field_of_an_agent_is_named(change, message):
    assert faults(Agent, AGENT, change) == [message]


def test_every_wrong_name_of_an_agent_is_named():
    assert faults(Agent, AGENT, {"names": ("Aino", "", 5)}) == [
        f"names[1]: {TEXT}, got ''",
        f"names[2]: {TEXT}, got 5",
    ]


LINK = {"agent": "mayor", "role": LinkRole.SPEAKER, "mode": LinkMode.DIRECT}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"agent": None}, f"agent: {SLUG}, got None"),
        (
            {"role": LinkMode.DIRECT},
            "role: expected one of speaker, spokesperson, relay, got <LinkMode.DIRECT: 'direct'>",
        ),
        ({"mode": None}, "mode: expected one of direct, indirect, got None"),
        ({"name": ""}, f"name: {TEXT}, got ''"),
        ({"verb": 1}, f"verb: {TEXT}, got 1"),
    ],
)
def test_a_wrong_field_of_a_link_is_named(change, message):
    assert faults(Link, LINK, change) == [message]


DOCUMENT = {"id": A, "name": "courier", "size": 5120}
DAY = ImpreciseDate.parse("2021-03-05")
SPAN = ImpreciseDate.parse("2021-03-05/2021-03-07")
ONE_MOMENT = (
    "expected one moment, such as '[2021-03-05..2021-03-07]' for once, somewhere within it, got '2021-03-05/2021-03-07'"
)


class TestDocument:
    def test_only_an_id_a_name_and_a_size_are_needed(self):
        document = Document(**DOCUMENT)

        assert (document.published, document.retrieved, document.publisher) == (None, None, None)
        assert (document.upstream, document.dates, document.unhashed) == ((), (), False)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"id": "5aff"}, f"id: {ID}, got '5aff'"),
            ({"name": ""}, f"name: {SLUG}, got ''"),
            ({"published": "2021-03-05"}, "published: expected an ImpreciseDate, got '2021-03-05'"),
            ({"published": SPAN, "published_basis": "Its head."}, f"published: {ONE_MOMENT}"),
            ({"retrieved": SPAN}, f"retrieved: {ONE_MOMENT}"),
            (
                {"published": DAY},
                "published_basis: expected a basis exactly when 'published' is known, got None",
            ),
            (
                {"published_basis": "Its head."},
                "published_basis: expected a basis exactly when 'published' is known, got 'Its head.'",
            ),
            ({"size": None}, "size: expected the size in bytes, or 'unhashed' and no size, got None"),
            ({"unhashed": True}, "size: expected the size in bytes, or 'unhashed' and no size, got 5120"),
            ({"size": -1}, f"size: {NATURAL}, got -1"),
            ({"size": True}, f"size: {NATURAL}, got True"),
            ({"unhashed": 0}, "unhashed: expected true or false, got 0"),
            ({"zone": "+06:00"}, "zone: expected the IANA name of a time zone such as 'Asia/Almaty', got '+06:00'"),
            ({"zone": ""}, f"zone: {TEXT}, got ''"),
            ({"publisher": "The Courier"}, f"publisher: {SLUG}, got 'The Courier'"),
            ({"upstream": "agency"}, "upstream: expected a tuple of slugs, got 'agency'"),
            ({"upstream": ("a", "b", "a")}, "upstream: expected slugs without repeats, got ('a', 'b', 'a')"),
            ({"dates": (DAY,)}, "dates: expected a tuple of DocumentDate, got (ImpreciseDate(text='2021-03-05'),)"),
            ({"language": ""}, f"language: {TEXT}, got ''"),
            ({"media_type": 5}, f"media_type: {TEXT}, got 5"),
            ({"note": "\ud800"}, "note: expected text without lone surrogates, got '\\ud800'"),
            ({"salt": "x" * 64}, f"salt: {ID}, got '{'x' * 64}'"),
        ],
    )
    def test_a_wrong_field_is_named(self, change, message):
        assert faults(Document, DOCUMENT, change) == [message]

    def test_rules_between_fields_are_reported_together(self):
        assert faults(Document, DOCUMENT, {"zone": "Nowhere", "published": DAY, "size": None}) == [
            "zone: expected the IANA name of a time zone such as 'Asia/Almaty', got 'Nowhere'",
            "published_basis: expected a basis exactly when 'published' is known, got None",
            "size: expected the size in bytes, or 'unhashed' and no size, got None",
        ]

    def test_every_wrong_slug_is_named(self):
        assert faults(Document, DOCUMENT, {"upstream": ("a", "-", None)}) == [
            f"upstream[1]: {SLUG}, got '-'",
            f"upstream[2]: {SLUG}, got None",
        ]

    def test_an_empty_document_has_the_size_0(self):
        assert Document(id=A, name="blank", size=0).size == 0

    def test_dates_whose_order_contradicts_itself_are_kept(self):
        """Retrieved before it was published: flagged in answers, never refused."""
        document = Document(
            **DOCUMENT, published=DAY, published_basis="Its head.", retrieved=ImpreciseDate.parse("2020")
        )

        assert document.retrieved == ImpreciseDate.parse("2020")


def test_a_further_date_of_a_document_is_one_moment():
    fields = {"kind": DateKind.UPDATED, "date": DAY, "basis": "Its foot."}

    assert faults(DocumentDate, fields, {"date": SPAN}) == [f"date: {ONE_MOMENT}"]
    assert faults(DocumentDate, fields, {"basis": " "}) == [f"basis: {TEXT}, got ' '"]


@given(some.documents(), some.agents, some.links)
def test_sources_cannot_be_changed_and_can_be_keys(document, agent, link):
    for value in (document, agent, link):
        assert {value: 1}[attrs.evolve(value)] == 1
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            value.salt = "changed"
