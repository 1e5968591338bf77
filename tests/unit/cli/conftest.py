"""The command line in this process, and a small case on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from standoff.cli import app

if TYPE_CHECKING:
    from pathlib import Path

Command = Callable[..., Any]


@pytest.fixture
def standoff(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Run one command line in an empty folder: `standoff("list", "units")`; asserts its exit code (`code=0`)."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
        return result

    return run


@pytest.fixture
def case(standoff: Command, tmp_path: Path) -> Path:
    """A folder made by `standoff new`."""
    standoff("new", "north")
    return tmp_path / "north"
