"""The shipped projections together read every assertion of the shipped archive, and every measure."""

import itertools

from kzarchive.january2022 import vocabulary
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
from kzarchive.values.canonical import canonical

COUNTED = (Toll(), Arrests(), TroopDeployment())
TOLD = (
    Prices(),
    Measures(),
    Government(),
    Facilities(),
    ForeignInvolvement(),
    ProtestSpread(),
    Mandate(),
    Reactions(),
    Contributors(),
)
ALL = (*COUNTED, *TOLD)


def ids_in(data):
    """Returns every text of 64 characters in plain data."""
    if isinstance(data, dict):
        return set(itertools.chain.from_iterable(map(ids_in, data.values())))
    if isinstance(data, list):
        return set(itertools.chain.from_iterable(map(ids_in, data)))
    return {data} if isinstance(data, str) and len(data) == 64 else set()


def test_each_measure_of_the_vocabulary_is_read():
    read = {measure for projection in ALL for measure in projection.measures}
    assert [] == [measure.slug for measure in vocabulary().measures if measure.slug not in read]


def test_no_projection_names_a_measure_that_is_not_there():
    held = {measure.slug for measure in vocabulary().measures}
    assert [] == sorted({measure for projection in ALL for measure in projection.measures} - held)


def test_each_assertion_is_of_a_measure_that_is_read(shipped):
    read = {measure for projection in ALL for measure in projection.measures}
    unread = [a.id for a in shipped.assertions() if a.frame.measure not in read]
    assert [] == unread


def test_each_assertion_stands_in_a_result_by_its_id(shipped):
    state = shipped.as_of("2022-01-20")
    shown = ids_in([state.replay(projection).to_dict() for projection in TOLD])
    # Counts and whereabouts are results of their own; the plans among the whereabouts stand with the mandate.
    counted = {measure for projection in COUNTED for measure in projection.measures}
    missing = [str(a.frame) for a in shipped.assertions() if a.frame.measure not in counted and a.id not in shown]
    assert [] == missing


def test_each_result_compares_prints_and_serialises(shipped):
    for projection in ALL:
        one, other = (shipped.replay(projection, as_of="2022-01-20") for _ in range(2))
        assert one == other
        assert one != shipped.replay(projection, as_of="2022-01-05"), projection.name
        assert str(one)
        assert canonical(one.to_dict()) == canonical(other.to_dict())


def test_names_are_distinct_and_versioned():
    names = [projection.name for projection in ALL]
    assert len(names) == len(set(names))
    assert {1} == {projection.version for projection in ALL}


def test_what_is_pending_is_named_and_takes_no_part(shipped):
    row = shipped.replay(Reactions(), as_of="2022-01-06")
    pending = {a.id for a in shipped.assertions() if a.document == "004"} & set(row.pending)
    assert pending
    assert not pending & ids_in([one.to_dict() for one in row])
