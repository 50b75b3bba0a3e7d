"""Helpers for those who test their own code against kzarchive; nothing in the package imports them.

``given(...).as_of(date).expect(projection, result)``
    a small archive, said in a few lines, and what a projection makes of it (:mod:`kzarchive.testing.cases`)
``check_laws(projection)``
    tries a projection on generated archives: does it give the same answer however it is run?
    (:mod:`kzarchive.testing.laws`; needs hypothesis, which ``pip install kzarchive[testing]`` brings)
:mod:`kzarchive.testing.strategies`
    the hypothesis strategies behind it, for properties of your own
:class:`~kzarchive.testing.log_contract.EventLogContract`
    what every event log must do

>>> from kzarchive import january_2022
>>> from kzarchive.testing import given
>>> class Dead:
...     name, version, measures = "dead", 1, ("killed",)
...     def result(self, frames):
...         return {frame.frame.subject: frame.answer.best for frame in frames}
>>> case = (
...     given(january_2022().vocabulary, zone="Asia/Almaty")
...     .says("ministry", "killed/all/KZ", "exact 12", document="wire", published="2022-01-07", stated="2022-01-07")
...     .says("ministry", "killed/all/KZ", "exact 15", document="later", published="2022-01-09", stated="2022-01-09")
... )
>>> case.as_of("2022-01-08").expect(Dead(), {"all": 12})
>>> case.as_of("2022-01-09").expect(Dead(), {"all": 15})
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kzarchive.testing.cases import Asked, Given, given
    from kzarchive.testing.laws import LawBroken, check_laws
    from kzarchive.testing.log_contract import EventLogContract

_HOME_OF = {
    "Asked": "cases",
    "EventLogContract": "log_contract",
    "Given": "cases",
    "LawBroken": "laws",
    "check_laws": "laws",
    "given": "cases",
}

__all__ = ["Asked", "EventLogContract", "Given", "LawBroken", "check_laws", "given"]


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
