"""Bars of block characters, which need no colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions

EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class Bar:
    """Bar of `width` characters filled by `share`; with `#` on ASCII consoles."""

    share: float
    width: int = 20
    style: str = "cyan"

    def text(self, ascii_only: bool = False) -> str:
        """The bar as text, `width` characters long."""
        filled = min(max(self.share, 0.0), 1.0) * self.width
        if ascii_only:
            return ("#" * round(filled)).ljust(self.width, ".")
        whole, rest = int(filled), int((filled % 1) * 8)
        return ("█" * whole + (EIGHTHS[rest] if rest else "")).ljust(self.width, "·")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        text = self.text(options.ascii_only)
        full = len(text.rstrip("·."))
        yield Segment(text[:full], Style.parse(self.style))
        yield Segment(text[full:], Style.parse("dim"))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self.width, self.width)


@dataclass(frozen=True)
class SignedBar:
    """Bar of a signed number, to the right of the middle if positive, to the left if negative."""

    part: float
    largest: float
    width: int = 13  #: odd, so that there is a middle

    def text(self, ascii_only: bool = False) -> str:
        """The bar as text, `width` characters long."""
        half = self.width // 2
        length = min(half, round(half * abs(self.part) / self.largest)) if self.largest > 0 else 0
        mark = "#" if ascii_only else "█"
        left = (mark * length if self.part < 0 else "").rjust(half)
        right = (mark * length if self.part > 0 else "").ljust(half)
        return f"{left}|{right}" if ascii_only else f"{left}│{right}"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        yield Segment(self.text(options.ascii_only), Style.parse("red" if self.part < 0 else "green"))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self.width, self.width)
