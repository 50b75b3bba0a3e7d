"""The contract of a projection, at two levels.

*By measure*: name the measures, get each frame's answer and live claims, return a result::

    class DeadAndMissing:
        name, version = "dead-and-missing", 1
        measures = ("killed", "missing")

        def result(self, frames):
            return {str(f.frame): f.answer.words() for f in frames}

*By fold*: reduce items one by one, in log order. ``over`` says what is handed to ``apply``::

    class PerDocument:
        name, version, over = "per-document", 1, "assertions"

        def initial(self): return {}
        def apply(self, total, item): return total | {item.document.name: total.get(item.document.name, 0) + 1}
        def merge(self, one, other): return {name: one.get(name, 0) + other.get(name, 0) for name in one | other}
        def result(self, total): return total

==============  =============================================================================================
``over``        items
==============  =============================================================================================
``assertions``  :class:`~kzarchive.projections.visible.VisibleAssertion`: what is visible and live at the question,
                after all corrections; its body is decoded on demand
``events``      :class:`~kzarchive.logged.LoggedEvent`: every event up to the position, decoded on demand; one that is
                redacted has ``redacted_by``, and no body
``headers``     :class:`~kzarchive.log.protocol.StoredHeader`: the narrow columns alone; no body is read. A fold with
                ``fields = ("frame", "recorded")`` is handed the position and these fields alone, which takes a
                fraction of the time
==============  =============================================================================================

A fold keeps these promises, which :func:`kzarchive.testing.check_laws` tries out:

* ``initial()`` gives a new accumulator of nothing at each call; ``apply`` gives the accumulator with one more item. It
  may be the same object, changed; nothing of it may be shared with another fold.
* ``merge(one, other)``, where there is one, gives the accumulator of all items of ``one`` followed by those of
  ``other``. It may change both. A fold without ``merge`` cannot be split, and runs in order only.
* ``result`` changes nothing, and depends on the accumulator alone.
* An accumulator that is stored is plain JSON data (dict with text keys, list, text, int, float, bool, None, and no
  subclass of these); or the projection has ``dump``, which turns it into such data, and ``load``, which turns it back.

A projection whose results change takes the next ``version``: what was stored under the earlier one is not used again.

Both are run by ``archive.replay(projection, as_of=...)``; :mod:`kzarchive.running` has the other ways of running them.
"""

import functools
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

import attrs

from kzarchive.errors import UsageError
from kzarchive.policies.answer import BestKnown
from kzarchive.policies.resolution import Resolver
from kzarchive.projections.utterances import converted, each_once
from kzarchive.replay.claims import Claim
from kzarchive.replay.selection import Selector
from kzarchive.replay.view import View
from kzarchive.values.frames import Frame

Result_co = TypeVar("Result_co", covariant=True)


@attrs.frozen(kw_only=True, eq=False)
class FrameClaims:
    """One frame as a by-measure projection sees it; what is not asked for is not computed.

    Attributes:
        frame: The frame.
    """

    frame: Frame
    _resolver: Resolver = attrs.field(repr=False)

    @property
    def answer(self) -> BestKnown:
        """What is best known of it."""
        return self._resolver.answer(self.frame)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Its live and certain claims after supersession, each with its bounds."""
        return tuple(self._resolver.selected(self.frame).claims)

    @functools.cached_property
    def live(self) -> tuple[Claim, ...]:
        """All its live and certain claims, those that a later word has replaced among them.

        Supersession compares every claim with the others; who reads only this is spared it.
        """
        measure = self._resolver.view.ledger.vocabulary.measure(self.frame.measure)
        if measure is None:
            raise UsageError(f"expected a measure of the vocabulary, got {self.frame.measure!r}")
        return Selector(self._resolver.view, self._resolver.convention).select(self.frame, measure, thin=False).live

    @property
    def parts(self) -> tuple[str, ...]:
        """Slugs of the subjects that are part of the frame's subject."""
        return self._resolver.view.ledger.vocabulary.parts(self.frame.subject)

    @property
    def wholes(self) -> tuple[str, ...]:
        """Slugs of the subjects that the frame's subject is part of."""
        return self._resolver.view.ledger.vocabulary.wholes(self.frame.subject)

    @functools.cached_property
    def plans(self) -> tuple[Claim, ...]:
        """Its live claims about what lies ahead, each utterance once."""
        return each_once(self._resolver.view, self._resolver.selected(self.frame).plans)

    @functools.cached_property
    def unknowns(self) -> tuple[Claim, ...]:
        """Its live claims that there is no value, each utterance once."""
        return each_once(self._resolver.view, self._resolver.selected(self.frame).unknowns)

    @functools.cached_property
    def uncommitted(self) -> tuple[Claim, ...]:
        """Its live claims that are not certain, each utterance once."""
        return each_once(self._resolver.view, self._resolver.selected(self.frame).uncommitted)

    @functools.cached_property
    def converted(self) -> tuple[Claim, ...]:
        """Its live claims whose value is converted from that of another one, which has the vote."""
        return each_once(self._resolver.view, converted(self._resolver, self.frame))

    @property
    def valid(self) -> int | None:
        """The UTC second that is asked about; None = not cut."""
        return self._resolver.view.cut.valid

    @property
    def dependence(self) -> tuple[frozenset[str], ...]:
        """Groups of assertions that were declared to rest on one source, in the whole archive."""
        return self._resolver.view.index.dependence


@runtime_checkable
class ByMeasure(Protocol[Result_co]):
    """A projection over the answers and claims of the frames of some measures."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def version(self) -> int:
        """Its version; a projection whose result changes takes the next one."""
        ...

    @property
    def measures(self) -> tuple[str, ...]:
        """Slugs of the measures that it reads."""
        ...

    def result(self, frames: Sequence[FrameClaims]) -> Result_co:
        """Returns the result; frames come sorted, those without any visible assertion as well."""
        ...


@runtime_checkable
class ByFold(Protocol[Result_co]):
    """A projection that reduces visible assertions, events or their headers in log order."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def version(self) -> int:
        """Its version; a projection whose result changes takes the next one."""
        ...

    @property
    def over(self) -> str:
        """What it reduces: ``assertions``, ``events`` or ``headers``."""
        ...

    def initial(self) -> Any:
        """Returns the accumulator of nothing; a new one at each call."""
        ...

    def apply(self, accumulator: Any, item: Any) -> Any:
        """Returns the accumulator with one more item."""
        ...

    def result(self, accumulator: Any) -> Result_co:
        """Returns the result."""
        ...


@runtime_checkable
class Mergeable(ByFold[Result_co], Protocol[Result_co]):
    """A fold that may be split over ranges of the log."""

    def merge(self, one: Any, other: Any) -> Any:
        """Returns the accumulator of the items of ``one`` followed by those of ``other``."""
        ...


@runtime_checkable
class Storable(ByFold[Result_co], Protocol[Result_co]):
    """A fold that says how its accumulator is stored."""

    def dump(self, accumulator: Any) -> Any:
        """Returns the accumulator as plain JSON data, and leaves it as it is."""
        ...

    def load(self, data: Any) -> Any:
        """Returns the accumulator of what ``dump`` gave."""
        ...


def frames_of(resolver: Resolver, measures: Sequence[str]) -> list[FrameClaims]:
    """Returns the frames of some measures, sorted: those that the archive holds, and the parts that may inherit."""
    held = [frame for frame in resolver.view.index.frames if frame.measure in measures]
    return [FrameClaims(frame=frame, resolver=resolver) for frame in sorted(with_parts(resolver.view, held))]


def with_parts(view: View, frames: Iterable[Frame]) -> set[Frame]:
    """Returns frames and, where the measure inherits, those of the parts of their subjects."""
    vocabulary, found = view.ledger.vocabulary, set(frames)
    for frame in tuple(found):
        measure = vocabulary.measure(frame.measure)
        if measure is not None and measure.inherits:
            found |= {Frame(frame.measure, part, frame.place) for part in vocabulary.parts(frame.subject)}
    return found
