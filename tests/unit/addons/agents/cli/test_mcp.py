"""`standoff mcp` refuses folders that it cannot serve before it serves."""

from pathlib import Path
from typing import Any


def test_folders_are_tried_first(standoff: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert str(file) in standoff("mcp", "--write", str(file / "below"), code=1).stderr
    assert "none" in standoff("mcp", "--cases", str(tmp_path / "none"), code=2).stderr
