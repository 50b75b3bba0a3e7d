"""Which lines of a target's modules its inputs reach, by ``sys.monitoring`` (Python 3.12 and newer)."""

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, ModuleType
from typing import Any, Final

import attrs

TOOL: Final = 4


@attrs.define
class Reached:
    """The lines of functions, and those that were run.

    Attributes:
        lines: Every line with code inside a function of the modules, as file and number.
        seen: Those that were run.
    """

    lines: set[tuple[str, int]]
    seen: set[tuple[str, int]] = attrs.field(factory=set)

    def __str__(self) -> str:
        return f"{len(self.seen & self.lines)} of {len(self.lines)} lines"

    def missing(self) -> Iterator[str]:
        """Yields the lines that were not run, as ``file:line``."""
        return (f"{file}:{line}" for file, line in sorted(self.lines - self.seen))


@contextmanager
def reaching(names: Sequence[str]) -> Iterator[Reached]:
    """Lends what the block reaches of the functions of some modules."""
    codes = [code for name in names for code in _codes(importlib.import_module(name))]
    found = Reached({(code.co_filename, line) for code in codes for line in _lines(code)})
    if sys.version_info < (3, 12):
        yield found
        return
    tools: Any = sys.monitoring

    def line(code: CodeType, number: int) -> Any:
        found.seen.add((code.co_filename, number))
        return tools.DISABLE

    tools.use_tool_id(TOOL, "kzarchive.fuzzing")
    tools.register_callback(TOOL, tools.events.LINE, line)
    for code in codes:
        tools.set_local_events(TOOL, code, tools.events.LINE)
    try:
        yield found
    finally:
        for code in codes:
            tools.set_local_events(TOOL, code, 0)
        tools.register_callback(TOOL, tools.events.LINE, None)
        tools.free_tool_id(TOOL)
        tools.restart_events()


def _lines(code: CodeType) -> Iterator[int]:
    return (line for _, _, line in code.co_lines() if line is not None and line != code.co_firstlineno)


def _codes(module: ModuleType) -> Iterator[CodeType]:
    """Yields the code of every function of a module, also of those within classes and functions."""
    seen: set[int] = set()
    for named in vars(module).values():
        thing = getattr(named, "callback", None) or named
        if getattr(thing, "__module__", None) == module.__name__:
            yield from _within(thing, module, seen)


def _within(thing: Any, module: ModuleType, seen: set[int]) -> Iterator[CodeType]:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    for inner in (getattr(thing, name, None) for name in ("__wrapped__", "__func__", "fget", "func")):
        if inner is not None:
            yield from _within(inner, module, seen)
    code = getattr(thing, "__code__", None)
    if isinstance(code, CodeType) and code.co_filename == module.__file__:
        yield from _nested(code)
    if isinstance(thing, type):
        for inner in vars(thing).values():
            yield from _within(inner, module, seen)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
