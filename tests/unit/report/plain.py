"""Records with made-up values for tests of sections and charts, and their text."""

from __future__ import annotations

import io
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from rich.console import Console

from standoff.analysis.finding import Provenance
from standoff.ledger import Claim
from standoff.report import no_break, outputs, render
from standoff.report.backends import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from standoff.analysis.brief import Brief
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run
    from standoff.report.document import Block

ORIGIN = Provenance(
    title="Aland",
    variant="",
    as_of="2024-03",
    model="a" * 64,
    draws=1000,
    failed=0,
    seed=1,
    precision="single",
    versions={"standoff": "0.1"},
)


def finding_with(kind: type[Any], /, **given: Any) -> Any:
    """A finding of which only these fields matter; all others are None."""
    return kind(**{item.name: ORIGIN if item.name == "origin" else None for item in fields(kind)} | given)


def written(blocks: Sequence[Block]) -> str:
    """A document as Markdown."""
    return markdown.render(blocks).decode().replace(no_break.SPACE, " ")


def page(run: Run, found: Verdict, with_causes: bool = False, brief: Brief | None = None) -> str:
    """The page of a run, its spaces ordinary ones."""
    return outputs.page(run, (), with_causes, found, brief).replace(no_break.SPACE, " ")


def shown(blocks: Sequence[Block], width: int = 160, is_cut: bool = False) -> str:
    """A document in a terminal of a width, as a file would hold it."""
    out = io.StringIO()
    Console(file=out, width=width).print(render.terminal(blocks, is_cut))
    return out.getvalue()


def joined(text: str) -> str:
    """The text without line ends, so that wrapping between words does not matter."""
    return re.sub(r"\s+", " ", text)


def printed(*items: RenderableType | list[Block]) -> str:
    """What a wide terminal prints of documents and other renderables."""
    out = io.StringIO()
    console = Console(file=out, width=200)
    for item in items:
        console.print(render.terminal(item) if isinstance(item, list) else item)
    return out.getvalue()


def cells(line: str) -> list[str]:
    """The cells of a line of a Markdown table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def row(text: str, first: str) -> list[str]:
    """The line of a Markdown table that begins with a cell."""
    return next(cells(line) for line in text.splitlines() if line.startswith("|") and cells(line)[0] == first)


def figure(svg: str) -> ElementTree.Element:
    """An SVG text, parsed; raises where it is not well formed or a colour is left open."""
    assert "var(--" not in svg
    return ElementTree.fromstring(svg)


def drawn_texts(root: ElementTree.Element) -> list[str]:
    """Texts of a figure."""
    return ["".join(node.itertext()) for node in root.iter() if node.tag.rpartition("}")[2] == "text"]


def claim(name: str, **changes: Any) -> Claim:
    """A claim about the men of AAA with some keys changed; None takes a key away."""
    data = {
        "id": name,
        "subject": "AAA",
        "quantity": "men",
        "value": 1200,
        "unit": "person",
        "comparator": "about",
        "as_of": "2024-01-31",
        "published": "2024-03-01",
        "speaker": "Staff",
        "side": "aland",
        "source": {"title": "Numbers"},
        "basis": "found",
        "status": "accepted",
    }
    return Claim.parse({key: value for key, value in {**data, **changes}.items() if value is not None})
