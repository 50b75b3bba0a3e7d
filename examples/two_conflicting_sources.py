"""Two sources of your own that disagree: a new archive, one vocabulary, two documents, and the state.

The port company and the union count the dismissed differently. The archive is a file in the folder given.

Run: python examples/two_conflicting_sources.py [FOLDER]
"""

import hashlib
import sys
import tempfile
from pathlib import Path

import kzarchive
from kzarchive import Act, AgentKind, Aggregation, LinkMode, LinkRole, Modality, Temporality, ValueType, Voice

VOCABULARY = kzarchive.Vocabulary(
    name="harbour/1",
    measures=(
        kzarchive.Measure(
            slug="dismissed",
            definition="People whom the company dismissed since the strike began, counted so far.",
            value=ValueType.QUANTITY,
            aggregation=Aggregation.CUMULATIVE,
            unit="person",
        ),
    ),
    subjects=(kzarchive.Subject(slug="dockers", definition="Dockers, crane drivers included."),),
    places=(kzarchive.Place(slug="port", definition="The port."),),
)

TEXTS = {
    "company": ("2024-03-04", "port-company", "The company said it had let 120 dockers go."),
    "union": ("2024-03-05", "union", "The union counts more than 300 dockers who lost their work."),
}
FIGURES = {
    "company": (kzarchive.Quantity.exact(120, surface="120 dockers"), "120 dockers"),
    "union": (kzarchive.Quantity.more_than(300, surface="more than 300 dockers"), "more than 300 dockers"),
}


def document(name: str) -> kzarchive.Document:
    published, _, text = TEXTS[name]
    return kzarchive.Document(
        id=hashlib.sha256(text.encode()).hexdigest(),
        name=name,
        size=len(text.encode()),
        published=kzarchive.ImpreciseDate.parse(published),
        published_basis="printed",
    )


def assertion(name: str) -> kzarchive.Assertion:
    _, agent, text = TEXTS[name]
    quantity, quote = FIGURES[name]
    source, start = document(name).id, text.index(quote)
    return kzarchive.Assertion(
        document=source,
        evidence=(kzarchive.TextSpan.of(source, text, start, start + len(quote)),),
        chain=(kzarchive.Link(agent=agent, role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT),),
        frame=kzarchive.Frame("dismissed", "dockers", "port"),
        value=quantity,
        modality=Modality.CERTAIN,
        act=Act.STATE,
        temporality=Temporality.OCCURRED,
        voice=Voice.BODY,
    )


def main(folder: Path) -> None:
    agents = [
        kzarchive.Agent(slug="port-company", kind=AgentKind.ORGANISATION, names=("The company",)),
        kzarchive.Agent(slug="union", kind=AgentKind.ORGANISATION, names=("The union",)),
    ]
    with kzarchive.Archive.open(folder / "harbour.db", vocabulary=VOCABULARY, zone="Europe/Amsterdam") as archive:
        receipt = archive.append([*agents, *map(document, TEXTS), *map(assertion, TEXTS)])
        print(f"{len(receipt.new)} events recorded; the log ends at {receipt.head}")
        for date in ("2024-03-04", "2024-03-05"):
            print(f"{date}: {archive.as_of(date)['dismissed/dockers/port']}")
        print()
        print(archive.as_of("2024-03-05").explain("dismissed/dockers/port"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()))
