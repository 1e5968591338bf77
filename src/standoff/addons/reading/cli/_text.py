"""Texts that commands read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from standoff.addons.reading import text_files
from standoff.addons.reading.source_text import SourceText
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import ReadingError


def load_text(file: Path, published: str) -> SourceText:
    """Read a text; `published` overrides the day of publication that it gives itself."""
    day = publication_day(published)
    text = text_files.load(file)
    return replace(text, published=day or text.published)


def publication_day(published: str) -> str:
    """Check the day of `--published`; raises `ReadingError`."""
    if not published:
        return ""
    try:
        return str(PartialDate.parse(published))
    except ValueError as error:
        raise ReadingError(str(error), "--published", allowed=ALLOWED) from None
