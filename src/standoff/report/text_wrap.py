"""Text for the terminal that folds long names between their parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.text import Text

from standoff.report import no_break
from standoff.report.document import NotedText

if TYPE_CHECKING:
    from rich.console import Console
    from rich.containers import Lines

TIED = "\ue000"  #: for a space that no line may break at, while rich wraps: it breaks at no-break spaces, too
PARTS = re.compile(r"[^-._/]*[-._/]+|[^-._/]+")


class WrappedText(Text):
    """Text that folds long words after their parts and keeps numbers with their signs."""

    @classmethod
    def noted(cls, text: str) -> WrappedText:
        """A text; the note of a `NotedText` is dim."""
        if not isinstance(text, NotedText):
            return cls(text)
        out = cls(text.text)
        if text.note:
            out.append(f" ({text.note})", "dim")
        return out

    def wrap(self, console: Console, width: int, **more: Any) -> Lines:
        """Wrap the text to a width."""
        tied = self.copy()
        tied.plain = no_break.text(self.plain).replace(no_break.SPACE, TIED)
        at = [
            match.start() + index
            for match in re.finditer(rf"\S{{{width + 1},}}", tied.plain)
            for index in _cuts(match[0], width)
        ]
        whole = Text("\n", end="").join(tied.divide(at)) if at else Text.assemble(tied, end=self.end)
        whole.justify, whole.overflow, whole.no_wrap = self.justify, self.overflow, self.no_wrap
        lines = whole.wrap(console, width, **more)
        for line in lines:
            line.plain = line.plain.replace(TIED, " ")
        return lines


def _cuts(word: str, width: int) -> list[int]:
    """Cut positions of a word, as late as its parts allow."""
    out: list[int] = []
    start = 0
    for part in PARTS.finditer(word):
        if part.end() - start > width and part.start() > start:
            out.append(part.start())
            start = part.start()
    return out
