"""Text for the terminal: numbers stay with their signs."""

from __future__ import annotations

import io

from rich.console import Console, Group

from standoff.report.text_wrap import WrappedText


def test_a_line_does_not_break_before_a_percent_sign() -> None:
    out = io.StringIO()
    Console(file=out, width=20).print(Group(WrappedText("takes away it is 8.1 % of it")))
    assert [line.rstrip() for line in out.getvalue().splitlines()] == ["takes away it is", "8.1 % of it"]
