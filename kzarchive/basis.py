"""The basis of a state: everything that its answers depend on, and the documents behind them."""

from collections.abc import Mapping
from typing import Any

import attrs

from kzarchive.errors import UsageError
from kzarchive.replay.axes import Axes

# The version of the rules; a rule that changes takes the next one, another release of the package does not.
ENGINE = "kzarchive/1"


@attrs.frozen(kw_only=True)
class Basis:
    """Everything that an answer depends on.

    Attributes:
        axes: The coordinates of the question, each axis named.
        policy: Name and version of the policy.
        convention: Name and version of the convention.
        vocabulary: Name and version of the vocabulary.
        archive: Name of the archive.
        zone: The zone of bare dates.
        engine: Name and version of the engine.
        unknown_events: How many events of unknown types were kept without effect.
    """

    axes: Axes
    policy: str
    convention: str
    vocabulary: str
    archive: str
    zone: str
    engine: str = ENGINE
    unknown_events: int = 0

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Basis":
        """Returns the basis of the data of :meth:`to_dict`.

        Raises:
            UsageError: A field is missing, or one is there that no basis has.
        """
        axes = {field.name for field in attrs.fields(Axes)}
        rest = {field.name for field in attrs.fields(cls)} - {"axes"}
        if set(data) != axes | rest:
            differing = sorted(set(data) ^ (axes | rest))
            raise UsageError(f"expected the fields of a basis, got others or too few: {', '.join(differing)}")
        of_axes = Axes(**{name: data[name] for name in axes})
        return cls(axes=of_axes, **{name: data[name] for name in rest})

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data, all fields on one level."""
        rest = attrs.asdict(self, filter=lambda attribute, _: attribute.name != "axes")
        return {**attrs.asdict(self.axes), **rest}

    def __str__(self) -> str:
        axes = [f"{name} by {value}" for name, value in self._dates()] or ["all that is recorded"]
        possible = ", possible ones included" if self.axes.include == "possible" else ""
        return (
            f"{'; '.join(axes)}{possible}; position {self.axes.position}; "
            f"policy {self.policy}; convention {self.convention}; vocabulary {self.vocabulary}"
        )

    def _dates(self) -> list[tuple[str, str]]:
        names = ("published", "stated", "valid", "retrieved")
        return [(name, value) for name in names if (value := getattr(self.axes, name)) is not None]


@attrs.frozen(kw_only=True)
class DocumentsAt:
    """The documents of an archive as a reader at the date stands to them, by short name.

    Attributes:
        visible: Those published by then.
        pending: Those only possibly published by then.
        newest: Short name of the visible one published last; None = none is visible.
        age_days: Days from the latest bound of its publication to the date asked for; None = no date was asked for.
    """

    visible: tuple[str, ...]
    pending: tuple[str, ...]
    newest: str | None = None
    age_days: int | None = None
