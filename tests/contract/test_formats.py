"""An output format is one file in `standoff/report/backends/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff import registry
from standoff.errors import RunError
from standoff.report import backends, render
from standoff.report.document import Heading, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = """
SUFFIX = ".txt"


def render(blocks):
    return "\\n".join(block.text for block in blocks).encode()
"""


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with one more format, as if its file stood in `backends/`."""
    folder = tmp_path / "backends"
    folder.mkdir()
    (folder / "plain.py").write_text(FORMAT)
    monkeypatch.setattr(backends, "__path__", [*backends.__path__, str(folder)])
    registry.forget()
    yield tmp_path
    registry.forget()


def test_a_format_is_one_file(added: Path) -> None:
    assert ".txt" in render.formats()
    path = added / "report.txt"
    render.check(path)
    assert render.write([Heading("a", 1), Paragraph("b")], path).read_text() == "a\nb"


def test_every_format_writes_an_empty_document_and_no_other_suffix_is_written(tmp_path: Path) -> None:
    assert set(render.formats()) == {".docx", ".html", ".md", ".pdf"}
    for suffix in render.formats():
        render.check(tmp_path / f"x{suffix}")
    with pytest.raises(RunError, match=r"\.docx, \.html, \.md, \.pdf"):
        render.check(tmp_path / "x.odt")


def test_the_suffix_in_capitals_is_the_same_format(tmp_path: Path) -> None:
    assert render.write([Paragraph("b")], tmp_path / "x.MD").read_text() == "b\n"
