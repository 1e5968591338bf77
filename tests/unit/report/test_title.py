"""What differs from the base case stands on top of every document, in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from standoff.analysis.finding import Provenance
from standoff.plan import InterventionRecord
from standoff.report import answer_text, render, title
from standoff.report.document import Heading, Notice, Paragraph

if TYPE_CHECKING:
    from pathlib import Path

BASE = Provenance(
    title="North",
    variant="",
    as_of="2024-03",
    model="a" * 64,
    draws=10,
    failed=0,
    seed=1,
    precision="single",
    versions={},
)
MOVED = Provenance(
    **{
        **BASE.__dict__,
        "variant": "calm",
        "interventions": (InterventionRecord(path="aid", value="0", since="2024-04"),),
    }
)


def test_the_base_case_has_no_notice() -> None:
    assert answer_text.moved(BASE) == answer_text.notice(BASE) == ""
    assert title.blocks(BASE) == [
        Heading("North", 1),
        Paragraph("as of 2024-03 · variant base · 10 draws · seed 1", soft=True),
    ]


def test_a_variant_and_a_lever_are_named_together() -> None:
    text = answer_text.moved(MOVED)
    assert text.split("; ") == ["variant calm", str(MOVED.interventions[0])]
    document = title.blocks(MOVED, "and more")
    assert document[1].text.endswith("and more") and isinstance(document[2], Notice)


def test_every_format_shows_the_notice(tmp_path: Path) -> None:
    document = title.blocks(MOVED)
    for suffix in (".md", ".html"):
        assert answer_text.moved(MOVED) in render.write(document, tmp_path / f"a{suffix}").read_text(encoding="utf-8")
    console = Console(width=100, record=True)
    console.print(render.terminal(document))
    assert answer_text.notice(MOVED) in console.export_text()
