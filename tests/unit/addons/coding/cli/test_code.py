"""`standoff code` writes a sheet."""

from pathlib import Path
from typing import Any


def test_a_sheet_is_written_and_its_reader_named(standoff: Any, tmp_path: Path) -> None:
    assert "standoff pool" in standoff("code", "korea-1950", "-o", "sheet.xlsx").stdout
    assert (tmp_path / "sheet.xlsx").is_file()
    assert ".xlsx" in standoff("code", "korea-1950", "-o", "sheet.csv", code=1).stderr
