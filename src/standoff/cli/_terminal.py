"""Rich console for untrusted texts: escapes control characters before layout."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Span, Text

from standoff.cli._output import fitted


class Terminal(Console):
    """Console without markup that escapes control and unencodable characters.

    Texts and cells are made so before their width is measured, so that tables stay aligned; whatever else is drawn is made
    so afterwards. Only what rich adds (colours, and the movements of a progress bar) reaches the terminal unchanged.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        there = (sys.stderr if stderr else sys.stdout).isatty()
        super().__init__(stderr=stderr, width=None if there else 120, highlight=False, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Segments of a renderable, called for each of its parts too."""
        for segment in super().render(self._made(renderable), options):
            yield segment if segment.control else Segment(self._fitted(segment.text), segment.style)

    def render_str(self, text: str, **more: Any) -> Text:
        """A text, escaped first, since rich drops some control characters silently."""
        return super().render_str(self._fitted(text), **more)

    def on_broken_pipe(self) -> None:
        """Leave the end of the program to `output.streams`."""
        raise

    def _fitted(self, text: str) -> str:
        return text if text.isascii() and text.isprintable() else fitted(text, self.encoding)

    def _made(self, thing: Any) -> Any:
        """Escape the texts of a renderable; other kinds are escaped when drawn."""
        if isinstance(thing, str):
            return self._fitted(thing)
        if isinstance(thing, Text):
            return self._text(thing)
        if isinstance(thing, Table):
            out = copy.copy(thing)
            out.title, out.caption = self._made(thing.title), self._made(thing.caption)
            out.columns = [
                replace(
                    column,
                    header=self._made(column.header),
                    footer=self._made(column.footer),
                    _cells=[self._made(cell) for cell in column.cells],
                )
                for column in thing.columns
            ]
            return out
        return thing

    def _text(self, styled: Text) -> Text:
        plain = self._fitted(styled.plain)
        if plain == styled.plain:
            return styled

        def place(at: int) -> int:
            return len(self._fitted(styled.plain[:at]))

        out = styled.blank_copy(plain)
        out.spans = [Span(place(span.start), place(span.end), span.style) for span in styled.spans]
        return out
