"""A toy archive of a harbour strike: another subject, other measures and another place than the shipped archive's.

Two texts, a day apart, contradict each other about the people dismissed; the second one knows that the port opened
again. The texts are here as they were captured, so that sheets may quote them.
"""

from kzarchive.archive import Archive
from kzarchive.log.clock import FixedClock
from kzarchive.recording.sheets import ReadSheet, read_sheets
from kzarchive.recording.vocabularies import parse_vocabulary
from kzarchive.values.terms import Vocabulary

STARTED = "2031-06-01T08:00:00.000000Z"
ZONE = "Europe/Riga"

VOCABULARY_TEXT = """\
name: harbour/1
measures:
  - {slug: dismissed, definition: Dockers dismissed so far., value: quantity, aggregation: cumulative, unit: person}
  - {slug: ships_waiting, definition: Ships at anchor off the port., value: quantity, aggregation: level, unit: ship}
  - {slug: wage, definition: Wage that a side names., value: money, aggregation: level, unit: hour, decimal: "true"}
  - slug: port_status
    definition: Whether the port works.
    value: status
    aggregation: status
    exclusive: [[open, closed]]
    terms:
      - {slug: open, definition: Ships are handled.}
      - {slug: closed, definition: No ship is handled.}
subjects:
  - {slug: all, definition: Everybody who is counted.}
  - {slug: crane_drivers, definition: Drivers of cranes., part_of: [all]}
places:
  - {slug: port, definition: The port.}
  - {slug: port.north, definition: Its north quay.}
"""

MORNING = "The port is shut. The company dismissed 40 dockers. Ten ships wait off the north quay, says the pilot.\n"
EVENING = "The port works again. The union counts 55 dismissed. The company offers 12.50 euro an hour — no more.\n"
TEXTS = {"morning.txt": MORNING.encode(), "evening.txt": EVENING.encode()}

MORNING_SHEET = """\
sheet: kzarchive.sheet/1
actor: clerk
document:
  name: morning
  file: morning.txt
  published: 2031-05-06
  published_basis: the head of the page
  retrieved: unknown
  publisher: unknown
agents:
  - {slug: company, kind: organisation, names: [the company, Harbour Company]}
  - {slug: pilot, kind: role, names: [the pilot]}
defaults: {modality: certain, act: state, temporality: occurred, voice: body}
assertions:
  - key: shut
    evidence: [{quote: The port is shut}]
    frame: port_status/all/port
    value: {status: closed}
    valid: 2031-05-06
    valid_reading: throughout
  - key: dismissals
    evidence: [{quote: dismissed 40 dockers}]
    frame: dismissed/all/port
    value: {quantity: exact 40, surface: 40 dockers}
  - key: queue
    evidence: [{quote: Ten ships wait off the north quay}]
    chain: [{agent: pilot, role: speaker, mode: indirect, verb: says}]
    frame: ships_waiting/all/port.north
    value: {quantity: exact 10, surface: Ten ships}
"""

EVENING_SHEET = """\
sheet: kzarchive.sheet/1
actor: clerk
document:
  name: evening
  file: evening.txt
  published: 2031-05-07
  published_basis: the head of the page
  retrieved: unknown
  publisher: unknown
agents:
  - {slug: union, kind: organisation, names: [The union]}
  - {slug: company, kind: organisation, names: [The company]}
defaults: {modality: certain, act: state, temporality: occurred, voice: body}
assertions:
  - key: works
    evidence: [{quote: The port works again}]
    frame: port_status/all/port
    value: {status: open}
    valid: 2031-05-07
    valid_reading: throughout
  - key: count
    evidence: [{quote: The union counts 55 dismissed}]
    chain: [{agent: union, role: speaker, mode: indirect, verb: counts}]
    frame: dismissed/all/port
    value: {quantity: exact 55, surface: 55 dismissed}
    relations: [{same_event: "morning:dismissals"}]
  - key: offer
    evidence: [{quote: offers 12.50 euro an hour}]
    chain: [{agent: company, role: speaker, mode: indirect, verb: offers}]
    frame: wage/all/port
    value: {money: exact 12.50, currency: EUR, per: hour, surface: 12.50 euro an hour}
"""

SHEETS = (("morning.yaml", MORNING_SHEET), ("evening.yaml", EVENING_SHEET))


def harbour() -> Vocabulary:
    """Returns the vocabulary of the strike."""
    return parse_vocabulary(VOCABULARY_TEXT, "harbour.yaml")


def harbour_sheets() -> tuple[ReadSheet, ...]:
    """Returns both sheets, read beside their texts."""
    return read_sheets(SHEETS, vocabulary=harbour(), find_text=TEXTS.get)


def empty_archive() -> Archive:
    """Returns an archive of the strike without a document; its clock moves by a second at each append."""
    return Archive.in_memory(
        vocabulary=harbour(), clock=FixedClock(STARTED, step_us=1_000_000), name="Harbour strike", zone=ZONE
    )


def harbour_archive() -> Archive:
    """Returns the archive of the strike with both sheets recorded, one append each."""
    archive = empty_archive()
    for sheet in harbour_sheets():
        archive.append([event for _, event in sheet.events])
    return archive
