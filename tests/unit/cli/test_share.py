"""`standoff share`: what it refuses before anything is simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Command


def test_only_a_page_can_be_shared(standoff: Command, case: Path, tmp_path: Path) -> None:
    error = standoff("share", str(case), "-o", "case.docx", code=1).stderr
    assert "ends in .html" in error and not (tmp_path / "case.docx").exists()
    assert (
        "1999" in standoff("share", str(case), "-o", "case.html", "--as-of", "1999", code=1).stderr
    )
