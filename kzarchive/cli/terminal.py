"""What is printed on a terminal cannot drive it: control characters of a text from elsewhere are shown as escapes."""

import io
import sys
from typing import Any, Final

_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def shown(text: str) -> str:
    """Returns a text whose control characters, but for line feeds and tabs, are written as escapes."""
    return text.translate(_CONTROLS)


class Terminal:
    """A stream that shows what is written to it."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        """Wraps a stream."""
        self._stream = stream

    def write(self, text: str) -> int:
        """Writes a text as :func:`shown`."""
        return self._stream.write(shown(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def prepare_output() -> None:
    """Sees to it that whatever is printed can be: what the output cannot encode is escaped, and so for a terminal."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
        if sys.stdout.isatty():
            sys.stdout = Terminal(sys.stdout)
