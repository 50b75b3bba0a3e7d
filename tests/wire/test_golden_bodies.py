"""Stored bytes that must be read for ever: one body of each event type, each kind of value and of anchor, and the ids.

A body here is never changed. A new version of a type gets a new body, and the old one stays, read through an upcaster.
"""

import hashlib

import attrs
import pytest

from kzarchive.values.assertions import (
    Act,
    Assertion,
    Modality,
    Relation,
    RelationKind,
    Temporality,
    ValidReading,
    Voice,
)
from kzarchive.values.canonical import canonical
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, UnknownReason
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    EVENT_TYPES,
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    Axis,
    CoverageDeclared,
    Credibility,
    DateAssessed,
    DependenceDeclared,
    DocumentRegistered,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    Judgement,
    JudgementWithdrawn,
    Notice,
    PayloadRedacted,
    RedactionReason,
    Reliability,
    ReliabilityAssessed,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
    VocabularyExtended,
)
from kzarchive.values.evidence import Locator, RecordCell, TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
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
from kzarchive.values.terms import Aggregation, Measure, Place, Subject, Term, ValueType, Vocabulary
from kzarchive.wire import codec

A, B, C = "a" * 64, "b" * 64, "c" * 64


def date(text):
    return ImpreciseDate.parse(text)


OPENED = ArchiveOpened(
    actor="archive",
    name="The flood at Ust-Reka",
    zone="Asia/Almaty",
    vocabulary=Vocabulary(
        name="flood/1",
        measures=(
            Measure(
                slug="drowned",
                definition="People who drowned.",
                value=ValueType.QUANTITY,
                aggregation=Aggregation.CUMULATIVE,
                unit="person",
            ),
            Measure(
                slug="dam",
                definition="The state of the dam.",
                value=ValueType.STATUS,
                aggregation=Aggregation.STATUS,
                terms=(
                    Term(slug="whole", definition="It holds."),
                    Term(slug="broken", definition="It does not."),
                    Term(slug="inspected", definition="Somebody looked at it.", milestone=True),
                ),
                exclusive=(("whole", "broken"),),
                initial="whole",
                inherits=True,
            ),
        ),
        subjects=(
            Subject(slug="all", definition="Everybody."),
            Subject(slug="children", definition="Under 14.", part_of=("all",)),
        ),
        places=(Place(slug="UR", definition="Ust-Reka – Усть-Река."),),
    ),
)
COVERAGE = CoverageDeclared(
    actor="archive", start=date("2021-03-01"), end=date("2021-04-30"), grounds="Two papers, read through."
)
EXTENDED = VocabularyExtended(
    actor="archive",
    addition=Vocabulary(
        name="flood/2",
        measures=(
            Measure(
                slug="bread",
                definition="Price of a loaf.",
                value=ValueType.MONEY,
                aggregation=Aggregation.LEVEL,
                decimal=True,
            ),
        ),
    ),
)
AGENT = AgentRegistered(
    actor="archive",
    agent=Agent(slug="mayor", kind=AgentKind.PERSON, names=("Mayor Aino", "Айно"), note="Elected 2019.", salt=B),
)
DOCUMENT = DocumentRegistered(
    actor="archive",
    document=Document(
        id=A,
        name="courier",
        published=date("[2021-03-04..2021-03-06]"),
        published_basis="Between two other issues.",
        retrieved=date("2021-05-01T09:30:00Z"),
        zone="Asia/Almaty",
        publisher="courier",
        upstream=("agency",),
        dates=(DocumentDate(kind=DateKind.UPDATED, date=date("2021-03-06~"), basis="Its foot."),),
        size=5120,
        language="en",
        media_type="text/plain; charset=utf-8",
        note="Page 1 only.",
        salt=C,
    ),
)
UNHASHED = DocumentRegistered(actor="archive", document=Document(id=B, name="broadcast", unhashed=True))
ASSERTION = Assertion(
    document=A,
    evidence=(
        TextSpan(document=A, start=12, end=40, sha256=B),
        RecordCell(document=A, row="3", column="dead"),
        Locator(document=A, place="page 1"),
    ),
    chain=(
        Link(agent="agency", role=LinkRole.RELAY, mode=LinkMode.INDIRECT),
        Link(agent="mayor", role=LinkRole.SPEAKER, mode=LinkMode.DIRECT, name="Mayor Aino", verb="said"),
    ),
    utterance="mayor-4-march",
    frame=Frame("drowned", "all", "UR"),
    value=Quantity.more_than(30, surface="over 30"),
    modality=Modality.COUNTER,
    act=Act.DENY,
    temporality=Temporality.OCCURRED,
    voice=Voice.QUOTE,
    stated=date("2021-03-04"),
    valid=date("2021-03-01/2021-03-04"),
    valid_reading=ValidReading.UP_TO,
    relations=(Relation(kind=RelationKind.RESPONDS_TO, target=C),),
    hedge="as far as we know",
    note="Our reading.",
    salt=C,
)
RECORDED = AssertionRecorded(actor="archive", assertion=ASSERTION)
NOTICE = Notice(published=date("2021-03-09"), evidence=(Locator(document=B, place="page 2"),), reason="A misprint.")
CORRECTED = SourceCorrected(actor="archive", by="courier", old=A, new=B, notice=NOTICE)
RETRACTED = SourceRetracted(
    actor="archive",
    by="mayor",
    utterance="mayor-4-march",
    notice=Notice(published=date("2021-03-10?"), reason="He had not been there."),
)
FIXED = TranscriptionFixed(actor="archive", grounds="We read 80 for 30.", old=A, new=B)
ASSESSED = DateAssessed(
    actor="dr-k",
    grounds="The harvest is named.",
    kind=TargetKind.UTTERANCE,
    target="mayor-4-march",
    axis=Axis.VALID,
    date=date("2021-02-28/.."),
)
REASSIGNED = FrameReassigned(
    actor="dr-k", grounds="It speaks of the children.", assertions=(A, B), frame=Frame("drowned", "children", "UR")
)
JUDGED = IdentityJudged(
    actor="dr-k",
    grounds="One name, two spellings.",
    of=IdentityOf.AGENT,
    left="mayor",
    right="aino",
    judgement=Judgement.SAME,
)
DEPENDENT = DependenceDeclared(actor="dr-k", grounds="Both quote the agency.", assertions=(A, B))
GRADED = ReliabilityAssessed(
    actor="ms-s",
    grounds="Long acquaintance.",
    assessor="Ms S.",
    agent="mayor",
    reliability=Reliability.B,
    assertion=A,
    credibility=Credibility.SIX,
)
WITHDRAWN = JudgementWithdrawn(actor="dr-k", grounds="A slip.", target=C)
REDACTED = PayloadRedacted(
    actor="archive",
    target=4,
    reason=RedactionReason.ENDANGERS_PERSON,
    approvers=("dr-k", "ms-s"),
    tombstones=(A,),
    tombstone_key=B,
)

BODIES = [
    (
        OPENED,
        (
            '{"actor":"archive","name":"The flood at Ust-Reka",'
            '"vocabulary":{"measures":[{"aggregation":"cumulative","definition":"People who drowned.",'
            '"slug":"drowned","unit":"person","value":"quantity"},{"aggregation":"status",'
            '"definition":"The state of the dam.","exclusive":[["whole","broken"]],"inherits":true,'
            '"initial":"whole","slug":"dam","terms":[{"definition":"It holds.","slug":"whole"},'
            '{"definition":"It does not.","slug":"broken"},{"definition":"Somebody looked at it.",'
            '"milestone":true,"slug":"inspected"}],"value":"status"}],"name":"flood/1",'
            '"places":[{"definition":"Ust-Reka – Усть-Река.","slug":"UR"}],'
            '"subjects":[{"definition":"Everybody.","slug":"all"},{"definition":"Under 14.",'
            '"part_of":["all"],"slug":"children"}]},"zone":"Asia/Almaty"}'
        ).encode(),
        "20db3611a775c0e652418bf2b00409b533b7ab36f7925e419c4542d88998c71d",
    ),
    (
        COVERAGE,
        b'{"actor":"archive","end":"2021-04-30","grounds":"Two papers, read through.","start":"2021-03-01"}',
        "7d7a93b118403c5c5c3ab66749b5c03cf4c51e51e712a9e8b6438ad9249a8ed5",
    ),
    (
        EXTENDED,
        (
            b'{"actor":"archive","addition":{"measures":[{"aggregation":"level","decimal":true,'
            b'"definition":"Price of a loaf.","slug":"bread","value":"money"}],"name":"flood/2"}}'
        ),
        "05b1bc31a2b117a2146ab31953952af79fdd1e0e99533349575bd6a4d27341d8",
    ),
    (
        AGENT,
        (
            '{"actor":"archive","agent":{"kind":"person","names":["Mayor Aino","Айно"],'
            '"note":"Elected 2019.",'
            '"salt":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","slug":"mayor"}}'
        ).encode(),
        "4fd866a3cea3323cd4d92aae7cf3fc6de6369a90d4b49fa1cf4d5d45b07f3c44",
    ),
    (
        DOCUMENT,
        (
            b'{"actor":"archive","document":{"dates":[{"basis":"Its foot.","date":"2021-03-06~",'
            b'"kind":"updated"}],"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",'
            b'"language":"en","media_type":"text/plain; charset=utf-8","name":"courier","note":"Page 1 only.",'
            b'"published":"[2021-03-04..2021-03-06]","published_basis":"Between two other issues.",'
            b'"publisher":"courier","retrieved":"2021-05-01T09:30:00Z",'
            b'"salt":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","size":5120,'
            b'"upstream":["agency"],"zone":"Asia/Almaty"}}'
        ),
        "6491aa76f3f81e2df39a245bb260cc8ab466e69a1f6f006a8a83920c7cc37a0c",
    ),
    (
        UNHASHED,
        (
            b'{"actor":"archive",'
            b'"document":{"id":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",'
            b'"name":"broadcast","unhashed":true}}'
        ),
        "e98aac9be0c5e231aaea3fe4678792bed7ed2e41d1fe562764dcfbe54137027d",
    ),
    (
        RECORDED,
        (
            b'{"actor":"archive","assertion":{"act":"deny","chain":[{"agent":"agency","mode":"indirect",'
            b'"role":"relay"},{"agent":"mayor","mode":"direct","name":"Mayor Aino","role":"speaker",'
            b'"verb":"said"}],"document":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",'
            b'"evidence":[{"document":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",'
            b'"end":40,"kind":"span",'
            b'"sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","start":12},'
            b'{"column":"dead","document":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",'
            b'"kind":"cell","row":"3"},'
            b'{"document":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","kind":"place",'
            b'"place":"page 1"}],"frame":{"measure":"drowned","place":"UR","subject":"all"},'
            b'"hedge":"as far as we know","modality":"counter","note":"Our reading.",'
            b'"relations":[{"kind":"responds_to",'
            b'"target":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}],'
            b'"salt":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","stated":"2021-03-04",'
            b'"temporality":"occurred","utterance":"mayor-4-march","valid":"2021-03-01/2021-03-04",'
            b'"valid_reading":"up_to","value":{"kind":"quantity","modifier":"more_than","numbers":["30"],'
            b'"surface":"over 30"},"voice":"quote"}}'
        ),
        "f0644fe5aaa5ac1d7101d4b03757947cbb47c0c4261d6465f8490cbf1cfd303d",
    ),
    (
        CORRECTED,
        (
            b'{"actor":"archive","by":"courier",'
            b'"new":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",'
            b'"notice":{"evidence":[{"document":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'
            b'bbbb","kind":"place","place":"page 2"}],"published":"2021-03-09","reason":"A misprint."},'
            b'"old":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}'
        ),
        "376629700eca4eb00cf682ceb0542a099ccd1a0823510b5138a1dc6307f1f1f5",
    ),
    (
        RETRACTED,
        (
            b'{"actor":"archive","by":"mayor","notice":{"published":"2021-03-10?",'
            b'"reason":"He had not been there."},"utterance":"mayor-4-march"}'
        ),
        "c2d193ac38dd3c0b3926438ac759f1c6bd030b326e03b4ab24f2f445eb27c108",
    ),
    (
        FIXED,
        (
            b'{"actor":"archive","grounds":"We read 80 for 30.",'
            b'"new":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",'
            b'"old":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}'
        ),
        "7b6ee93eef4f327330f6c77841155758bf091082bd6b905d59f3432d0a45e2b2",
    ),
    (
        ASSESSED,
        (
            b'{"actor":"dr-k","axis":"valid","date":"2021-02-28/..","grounds":"The harvest is named.",'
            b'"kind":"utterance","target":"mayor-4-march"}'
        ),
        "7c4d599b8ff9ff230f4a5b6fa2933bb6f22b904aed5730833b90d43ea20ba300",
    ),
    (
        REASSIGNED,
        (
            b'{"actor":"dr-k",'
            b'"assertions":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",'
            b'"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"],'
            b'"frame":{"measure":"drowned","place":"UR","subject":"children"},'
            b'"grounds":"It speaks of the children."}'
        ),
        "e0ab35a8348413b929e28357c75c83335fa3e9bc0d9e94abfd4aed8cc315eb79",
    ),
    (
        JUDGED,
        (
            b'{"actor":"dr-k","grounds":"One name, two spellings.","judgement":"same","left":"mayor",'
            b'"of":"agent","right":"aino"}'
        ),
        "278007d44e4f3a1449e0f5423d48a2fde8270af6f129fa00a2a92a169497d7a9",
    ),
    (
        DEPENDENT,
        (
            b'{"actor":"dr-k",'
            b'"assertions":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",'
            b'"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"],'
            b'"grounds":"Both quote the agency."}'
        ),
        "1174a172ecf969c913bfb27a8a57d5ef8a316fc168a6051026e6b99dff0d85eb",
    ),
    (
        GRADED,
        (
            b'{"actor":"ms-s","agent":"mayor",'
            b'"assertion":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",'
            b'"assessor":"Ms S.","credibility":"6","grounds":"Long acquaintance.","reliability":"B"}'
        ),
        "3b1cad967cec1ad645890f26035a5acaa7f2946a54acf8afa21f56304022ff99",
    ),
    (
        WITHDRAWN,
        (
            b'{"actor":"dr-k","grounds":"A slip.",'
            b'"target":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}'
        ),
        "969ecbbaddd4fb727c46097f1175c27bafb7e616c3b0dde1194c6bd30a583055",
    ),
    (
        REDACTED,
        (
            b'{"actor":"archive","approvers":["dr-k","ms-s"],"reason":"endangers_person","target":4,'
            b'"tombstone_key":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",'
            b'"tombstones":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}'
        ),
        "4a4ffe413cd0b123bd4eeddf889de526bb267b16dbb81f3d66f057924eea23d1",
    ),
]


@pytest.mark.parametrize(("event", "body", "identity"), BODIES, ids=[type(event).__name__ for event, *_ in BODIES])
def test_a_stored_body_is_read_and_written_as_ever(event, body, identity):
    assert codec.decode(event.type, 1, body) == event
    assert codec.encode(event) == body
    assert codec.identity(event) == identity


def test_every_event_type_has_a_body_here():
    assert {type(event) for event, *_ in BODIES} == set(EVENT_TYPES)


VALUES = [
    (Quantity.exact(225, surface="225"), b'{"kind":"quantity","modifier":"exact","numbers":["225"],"surface":"225"}'),
    (
        Quantity.estimate(227, 200, "250.5", surface="some 227"),
        b'{"kind":"quantity","modifier":"estimate","numbers":["227","200","250.5"],"surface":"some 227"}',
    ),
    (
        Quantity.word("dozens", surface="dozens"),
        b'{"kind":"quantity","modifier":"dozens","numbers":[],"surface":"dozens"}',
    ),
    (Status("broken"), b'{"kind":"status","term":"broken"}'),
    (
        Money(amount=Quantity.about(120, surface="about 120"), currency="KZT", per="loaf"),
        (
            b'{"amount":{"modifier":"about","numbers":["120"],"surface":"about 120"},'
            b'"currency":"KZT","kind":"money","per":"loaf"}'
        ),
    ),
    (
        Money(amount=Quantity.exact("0.50", surface="50 cents"), currency="USD"),
        b'{"amount":{"modifier":"exact","numbers":["0.50"],"surface":"50 cents"},"currency":"USD","kind":"money"}',
    ),
    (Moment(date("[2021-03..2021-04-02~]")), b'{"date":"[2021-03..2021-04-02~]","kind":"moment"}'),
    (Text("The road is cut."), b'{"kind":"text","text":"The road is cut."}'),
    (Unknown(UnknownReason.NOT_DISCLOSED), b'{"kind":"unknown","reason":"not_disclosed"}'),
]


@pytest.mark.parametrize(("value", "body"), VALUES, ids=[type(value).__name__ for value, _ in VALUES])
def test_a_value_is_stored_as_ever(value, body):
    assertion = attrs.evolve(ASSERTION, value=value)
    event = AssertionRecorded(actor="archive", assertion=assertion)

    assert canonical(codec.plain(assertion)["value"]) == body
    assert codec.decode(event.type, 1, codec.encode(event)) == event


def test_every_kind_of_value_has_a_body_here():
    assert {type(value) for value, _ in VALUES} == set(codec.VALUE_KINDS)


def test_an_id_is_the_sha256_of_a_domain_a_zero_byte_and_canonical_bytes():
    """The formula by itself, so that another program can check the ids of an archive."""
    said = codec.encode(RECORDED).removeprefix(b'{"actor":"archive","assertion":').removesuffix(b"}")
    said = said.replace(b'"note":"Our reading.",', b"")

    assert codec.assertion_id(ASSERTION) == hashlib.sha256(b"kzarchive.assertion/1\0" + said).hexdigest()
    assert codec.identity(UNHASHED) == hashlib.sha256(b"kzarchive.document/1\0" + B.encode()).hexdigest()
    salted = b"kzarchive.protected-document/1\0" + A.encode() + b"\0" + C.encode()
    assert codec.identity(DOCUMENT) == hashlib.sha256(salted).hexdigest()
    assert (
        codec.identity(WITHDRAWN)
        == hashlib.sha256(b"kzarchive.event/1\0judgement.withdrawn/1\0" + codec.encode(WITHDRAWN)).hexdigest()
    )
