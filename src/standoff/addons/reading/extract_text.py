"""Extract text from HTML (trafilatura) and PDF (pypdf), with limits on size and nesting."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.source_text import LARGEST, SourceText, decode, need
from standoff.errors import ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEEPEST = 250  # assumption: pages nest some 30 elements; parsers recurse, and a thousand levels are an attack
MOST_PAGES = 5000  # assumption: no report has more


def html(raw: bytes, where: str) -> SourceText:
    """The main text of a page, its title and its date; raises `ReadingError`."""
    source, encoding = decode(raw, where)
    trafilatura: Any = need("trafilatura", "reading", "reading HTML")
    tree = trafilatura.load_html(source)
    if tree is not None and tree.xpath("/*" * DEEPEST):  # libxml2 leaves out what is below 256 levels
        raise ReadingError(f"elements nested more than {DEEPEST} deep", where, fix="save the page as text")
    result = trafilatura.bare_extraction(source, include_comments=False, include_tables=True, with_metadata=True)
    text = (result.text if result is not None else "") or ""
    if not text.strip():
        raise ReadingError("no main text was found in the page", where, fix="save its text as .txt")
    date = re.fullmatch(r"\d{4}-\d\d-\d\d", str(result.date or ""))
    return SourceText(where, text, encoding, str(result.title or ""), date.group() if date else "")


def _within(pages: Iterable[str]) -> Iterator[str]:
    """Pages up to the size limit of a text; pypdf limits each stream."""
    size = 0
    for page in pages:
        size += len(page)
        if size > LARGEST:
            raise ReadingError(f"more than {LARGEST:,} characters when unpacked", fix="split the file")
        yield page


def pdf(raw: bytes, where: str) -> SourceText:
    """The text of all pages; raises `ReadingError`."""
    pypdf: Any = need("pypdf", "reading", "reading PDF")
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadingError("the file is protected by a password", where, fix="save it without a password")
        if (count := len(reader.pages)) > MOST_PAGES:
            raise ReadingError(f"{count:,} pages", where, allowed=f"up to {MOST_PAGES:,}", fix="split the file")
        text = "\n\n".join(_within(page.extract_text() or "" for page in reader.pages))
        title = str((reader.metadata or {}).get("/Title") or "")
    except ReadingError as error:
        raise ReadingError([replace(problem, where=where) for problem in error.problems]) from None
    except Exception as error:  # the parser of a foreign format raises many kinds on broken files
        what = f"the PDF cannot be read: {type(error).__name__}: {str(error)[:100]}"
        raise ReadingError(what, where, fix="save it again, or as text") from None
    if not text.strip():
        raise ReadingError("no text in the file; it may be a scan", where, fix="run character recognition first")
    return SourceText(where, re.sub("[\x00-\x08\x0b\x0e-\x1f\x7f]", " ", text), "pdf", title)
