"""Bars on a terminal that vanish, nothing in a pipe, and log lines for those who ask."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from standoff.cli._progress import progress_bars, show_log
from standoff.progress import SILENT, track


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def on_screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Standard error on a terminal; called in a test, since pytest replaces the streams before it."""
    out = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "stderr", out)
    return out


def test_bars_are_shown_side_by_side_and_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_screen(monkeypatch)
    with progress_bars(quiet=False) as progress:
        for _ in track(progress, "origins", range(2)):
            with progress.task("draws", 1_000) as task:
                task.update(250)
                progress.bars.refresh()  # type: ignore[attr-defined]
        assert not progress.bars.tasks  # type: ignore[attr-defined]
    text = screen.getvalue()
    assert "origins" in text and "1/2" in text and "250/1000" in text
    assert text.rstrip().endswith("\x1b[?25h") or "\x1b[2K" in text[text.rindex("250/1000") :]  # the lines are cleared


def test_nothing_is_shown_in_a_pipe_or_beside_json(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_screen(monkeypatch)
    with progress_bars(quiet=True) as progress:
        assert progress is SILENT
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bars(quiet=False) as progress:
        assert progress is SILENT
    assert not screen.getvalue() + sys.stderr.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("verbose", "lines"), [(False, ["took \\x1b[2J long"]), (True, ["step 1", "took \\x1b[2J long"])]
)
def test_warnings_are_always_printed_and_steps_on_request(
    monkeypatch: pytest.MonkeyPatch, verbose: bool, lines: list[str]
) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    log = logging.getLogger("standoff.engine.test")
    try:
        for _ in range(2):  # once for each command of a process; lines are not doubled
            show_log(verbose)
        log.info("step %d", 1)
        log.warning("took \x1b[2J long")
    finally:
        show_log(False)
    assert [line.split(" s  ")[-1] for line in out.getvalue().splitlines()] == lines
