"""Making: what is put together is what the class makes, on every Python, by either way."""

import copy
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import values as some

from kzarchive.policies.answer import BestKnown
from kzarchive.replay.reasons import Status
from kzarchive.values import making
from kzarchive.values.bounds import Bounds
from kzarchive.values.conventions import Interval
from kzarchive.values.frames import Frame
from kzarchive.values.making import maker
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.wire.codec import CLASSES

MADE = (
    Bounds(1, 5),
    Interval(None, 3, 9, soft=True),
    Frame("killed", "all", "KZ"),
    Quantity(Modifier.EXACT, ("9",), "nine"),
)


@pytest.fixture(params=["a class of the same layout", "the functions of the slots"])
def _way(request, monkeypatch):
    """Python 3.11 knows only the second way."""
    if request.param == "the functions of the slots":
        monkeypatch.setattr(making, "_may_become", lambda *_: False)


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("value", MADE, ids=lambda value: type(value).__name__)
def test_what_is_made_is_as_what_the_class_makes(value):
    fields = [getattr(value, field.name) for field in attrs.fields(type(value))]
    made = maker(type(value))(*fields)
    assert type(made) is type(value)
    assert (made, hash(made), repr(made)) == (value, hash(value), repr(value))
    pickled = pickle.loads(pickle.dumps(made))  # noqa: S301 (of this test)
    for again in (copy.copy(made), copy.deepcopy(made), pickled, attrs.evolve(made)):
        assert (again, hash(again)) == (value, hash(value))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, attrs.fields(type(value))[0].name, None)


@pytest.mark.usefixtures("_way")
def test_fields_at_the_end_that_have_a_default_may_be_left_out():
    made = maker(BestKnown)(Frame("killed", "all", "KZ"), Status.VAGUE, low=3)
    assert made == BestKnown(frame=Frame("killed", "all", "KZ"), status=Status.VAGUE, low=3)
    with pytest.raises(TypeError, match="status"):
        maker(BestKnown)(Frame("killed", "all", "KZ"))


@given(st.one_of(*(some.EVENTS[kind] for kind in CLASSES.values() if kind in some.EVENTS)))
def test_every_event_can_be_made(event):
    made = maker(type(event))(*(getattr(event, field.name) for field in attrs.fields(type(event))))
    assert made == event
