"""A projection that breaks its contract is told so before it runs, with everything that is wrong with it."""

import pytest

import kzarchive
from kzarchive.errors import UsageError


class Right:
    name, version, over = "right", 1, "events"

    def initial(self):
        return []

    def apply(self, ids, item):
        return [*ids, item.id]

    def result(self, ids):
        return ids


def without(*names, **fields):
    """Returns a fold like the right one, without some parts and with others."""
    parts = {name: part for name, part in vars(Right).items() if not name.startswith("__") and name not in names}
    return type("Wrong", (), parts | fields)()


def refused(shipped, projection, message):
    with pytest.raises(UsageError) as error:
        shipped.replay(projection)
    assert message == str(error.value)


def test_the_class_instead_of_an_instance(shipped):
    refused(shipped, Right, "projection: expected an instance such as Right(), got the class itself")


def test_neither_measures_nor_over(shipped):
    message = "projection Wrong: expected 'measures' (for one by measure) or 'over' (for one by fold), got neither"
    refused(shipped, without("over"), message)
    refused(shipped, 5, message.replace("Wrong", "int"))


def test_every_fault_is_told_at_once(shipped):
    wrong = without("name", "apply", version="1", over="rows", merge=lambda self: None, dump=lambda self, ids: ids)
    refused(
        shipped,
        wrong,
        "projection Wrong: name: expected a text in one line, got None; "
        "version: expected an int of 1 or more, got '1'; "
        "over: expected 'assertions', 'events' or 'headers', got 'rows'; "
        "apply: expected an operation apply(accumulator, item), got none; "
        "merge: expected an operation merge(one, other), got merge(); "
        "expected 'dump' and 'load' or neither, got 'dump' alone",
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (["frame"], "expected a tuple of fields of a header, got ['frame']"),
        ("frame", "expected a tuple of fields of a header, got 'frame'"),
        (("frame", "documents"), "expected fields of a header, got 'documents' (near: document)"),
    ],
)
def test_fields_that_no_header_has(shipped, fields, words):
    refused(shipped, without(over="headers", fields=fields), f"projection Wrong: fields: {words}")


def test_a_fold_over_headers_is_handed_the_fields_that_it_names(shipped):
    class Seen:
        name, version, over = "seen", 1, "headers"
        fields = ("recorded", "frame")

        def initial(self):
            return set()

        def apply(self, seen, item):
            return seen | {item._fields}

        def result(self, seen):
            return seen

    assert shipped.replay(Seen()) == {("position", "recorded", "frame")}


@pytest.mark.parametrize("name", [None, 5, "", " ", "two\nlines"])
def test_a_name_that_is_none(shipped, name):
    refused(shipped, without(name=name), f"projection Wrong: name: expected a text in one line, got {name!r}")


@pytest.mark.parametrize("version", [None, 0, -1, 1.0, True, "2"])
def test_a_version_that_is_none(shipped, version):
    message = f"projection Wrong: version: expected an int of 1 or more, got {version!r}"
    refused(shipped, without(version=version), message)


@pytest.mark.parametrize("name", ["initial", "apply", "result"])
def test_an_operation_that_is_missing_or_no_operation(shipped, name):
    expected = {"initial": "initial()", "apply": "apply(accumulator, item)", "result": "result(accumulator)"}[name]
    message = f"projection Wrong: {name}: expected an operation {expected}, got"
    refused(shipped, without(name), f"{message} none")
    refused(shipped, without(**{name: 5}), f"{message} 5")


def test_measures_that_the_vocabulary_lacks(shipped):
    class Wrong:
        name, version, measures = "wrong", 1, ("kiled", "xyz", "injured")

        def result(self, frames):
            return None

    refused(
        shipped,
        Wrong(),
        "projection Wrong: measures: expected measures of the vocabulary, got 'kiled' (near: killed); "
        "measures: expected measures of the vocabulary, got 'xyz'",
    )


@pytest.mark.parametrize("measures", ["killed", {"killed"}, {"killed": 1}, (1, 2), 5])
def test_measures_that_are_no_tuple_of_texts(shipped, measures):
    wrong = without("over", "initial", "apply", measures=measures)
    refused(shipped, wrong, f"projection Wrong: measures: expected a tuple of measures, got {measures!r}")


def test_measures_and_over_together(shipped):
    refused(shipped, without(measures=("killed",)), "projection Wrong: expected 'measures' or 'over', got both")


def test_a_fold_over_events_has_no_date(shipped):
    message = (
        "expected a position or a moment of recording for a fold over events, which have no other axis; "
        "got date, include"
    )
    with pytest.raises(UsageError) as error:
        shipped.replay(Right(), "2022-01-07", include="possible")
    assert message == str(error.value)
    assert 7 == len(shipped.replay(Right(), position=7))
    assert shipped.head == len(shipped.replay(Right(), include="definite"))
    with pytest.raises(UsageError, match=f"position: expected 1 to {shipped.head}, got 0"):
        shipped.replay(Right(), position=0)


def test_a_fold_over_events_is_cut_by_the_moment_of_recording(shipped):
    recorded = [event.recorded for event in shipped.events()]
    last = next(number for number, moment in enumerate(recorded) if moment != recorded[0])
    assert last == len(shipped.replay(Right(), recorded=recorded[0]))


def test_a_state_has_no_events(shipped):
    with pytest.raises(UsageError, match="expected a fold over 'assertions', got one over 'events': ask the archive"):
        shipped.as_of().replay(Right())


def test_an_accumulator_that_two_folds_share(shipped):
    ids = []
    message = (
        "projection 'right': expected initial() to give a new accumulator at each call; it gave the same list twice, "
        "so that one fold would find what another one left"
    )
    refused(shipped, without(initial=lambda self: ids), message)


def test_a_part_of_an_accumulator_that_two_folds_share(shipped):
    ids = []

    def apply(self, total, item):
        total["ids"].append(item.position)
        return total

    wrong = without(initial=lambda self: {"ids": ids}, apply=apply)
    with pytest.raises(UsageError, match=r"it gave \{'ids': \[\]\} before a fold and \{'ids': \[1, 2, "):
        shipped.replay(wrong)


def test_an_object_that_two_folds_share(shipped):
    class Tally:
        count = 0

    tally = Tally()

    def apply(self, total, item):
        total.count += 1
        return total

    wrong = without(initial=lambda self: tally, apply=apply)
    with pytest.raises(UsageError, match="it gave the same Tally twice"):
        shipped.replay(wrong)


def test_what_cannot_change_may_be_given_twice(shipped):
    for nothing in (None, 0, "", (), frozenset(), kzarchive.Order.NOT, kzarchive.Bounds(None, None)):
        last = without(initial=lambda self, it=nothing: it, apply=lambda self, _, item: item.position)
        last.result = lambda position: position
        assert shipped.head == shipped.replay(last)


def test_apply_that_lacks_its_return(shipped):
    def apply(self, ids, item):
        ids.append(item.id)

    message = (
        "projection 'right': expected apply(accumulator, item) to return the accumulator, got None at position 1; "
        "does it lack its return?"
    )
    refused(shipped, without(apply=apply), message)


def test_what_apply_raises_tells_where_it_was(shipped):
    def apply(self, ids, item):
        return {}["nothing"] if item.position == 3 else ids

    with pytest.raises(KeyError) as error:
        shipped.replay(without(apply=apply))
    assert ["while projection 'right' was applied to position 3"] == error.value.__notes__
