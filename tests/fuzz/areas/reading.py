"""Texts: prose by rules, pages, PDF files, encodings; audits of a text against a ledger; answers of a language model."""

from __future__ import annotations

import io
import json
import tempfile
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from standoff.addons.reading import extract_text, language_model, text_files
from standoff.addons.reading.audit import audit
from standoff.addons.reading.draft_claims import propose
from standoff.addons.reading.pipeline import read
from standoff.addons.reading.sections.text_audit import blocks
from standoff.errors import DataError
from tests.fuzz import changes
from tests.fuzz.door import Door
from tests.property.test_reading import WORDS
from tests.unit.addons.reading.conftest import LEDGER

if TYPE_CHECKING:
    from collections.abc import Sequence

PRINTED = ("", "2024-04-02", "2024-04", "2024", "0001-01-01", "9999-12-31", "1900-02-28")
PARTS = [word for line in WORDS.splitlines() for word in line.split("|")]
MORE = (
    "Yesterday",
    "today",
    "10 years ago",
    "10 months ago",
    "last year",
    "on Monday",
    "5 weeks ago",
    "so far",
    "January 31",
    "Feb 29",
    "29 February",
    "1st of May",
    "the end of 1500",
    "Q4 2099",
    "1500-01",
    "2099/00",
    "99/99/99",
    "12/13/2024",
    "31.12.99",
    "a trillion",
    "10 to 15 billion",
    "between 4 and",
    "thousand million billion trillion",
    "half",
    "a dozen dozens",
    "1,2,3",
    "9" * 400,
    "9" * 5000,
    "1e400",
    "$" + "9" * 400 + " billion",
    "minus",
    "-5",
    "−5",
    "½",
    "٣",
    "50-60",
    "50%-60%",
    "000,000,000",
    "0 soldiers",
)


def sentences(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A date of print, a line end, and prose of words that the rules look at."""
    words = (*PARTS, *PARTS, *MORE, "Russia", "\n", "\n\n", ".", "Ukraine")
    made = " ".join(rng.choice(words) if rng.random() < 0.97 else changes.piece(rng) for _ in range(rng.randrange(40)))
    if rng.random() < 0.3:
        made = changes.text(rng, [seeds[-1], made.encode("utf-8", "surrogatepass")]).decode("utf-8", "replace")
    return f"{rng.choice(PRINTED)}\n{made}".encode("utf-8", "surrogatepass")


def _split(raw: bytes) -> tuple[str, str]:
    printed, _, text = raw.decode("utf-8", "replace").partition("\n")
    return (printed if printed in PRINTED else ""), text


def prose(raw: bytes) -> None:
    printed, text = _split(raw)
    rows = read(text, printed)
    json.dumps([row.to_data() for row in rows], allow_nan=False).encode()
    propose(rows, "a title", printed or "2024")


def audited(raw: bytes) -> None:
    printed, text = _split(raw)
    found = audit(text, LEDGER, published=printed)
    json.dumps(found.to_data(), allow_nan=False)
    blocks(found)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp())


def loaded(raw: bytes) -> None:
    """A file of text, by its bytes."""
    file = _folder() / "fuzz.txt"
    file.write_bytes(raw[:20_000])
    text_files.load(file)


def html(raw: bytes) -> None:
    found = extract_text.html(raw[:20_000], "fuzz.html")
    read(found.text[:5000], found.published)


def pdf(raw: bytes) -> None:
    extract_text.pdf(raw, "fuzz.pdf")


@cache
def _pdfs() -> list[bytes]:
    import typst

    out = bytes(typst.compile(b"= Losses\n\nRussia has lost 400,000 soldiers, NATO said in 2024."))
    return [out, _plain_pdf()]


def _plain_pdf() -> bytes:
    """The least file with a line of text."""
    stream = b"BT /F1 12 Tf 72 720 Td (Russia lost 5 tanks.) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def answered(raw: bytes) -> None:
    """An answer of a language model."""
    answer = raw.decode("utf-8", "replace")
    text = "Russia has lost 400,000 soldiers, NATO said on 2 April 2024. China sent 5 drones to Russia."
    found = language_model.read(text, lambda messages, schema: answer, "2024-04-03")
    json.dumps([row.to_data() for row in found.rows], allow_nan=False)
    if found.problems and not found.rows:
        raise DataError(found.problems[0])


PAGE = b"""<!DOCTYPE html><html><head><title>Losses</title>
<meta property="article:published_time" content="2024-04-02"></head>
<body><article><h1>Losses</h1><p>Russia has lost 400,000 soldiers, NATO said on Tuesday. It lost over 6,000 tanks.</p>
<table><tr><td>tanks</td><td>6000</td></tr></table><p>China believes that the war &amp; its end are near&#x2026;</p>
</article></body></html>"""
PROSE = [
    b"2024-04-02\nRussia has lost over 400,000 soldiers, NATO said yesterday. Ukraine fired 6000 shells a day in June 2023."
    b"\n\nChina believes sanctions on Russia led to nearly $5.5 billion in aid to Iran since 2014, because of trade between "
    b"10 and 15 %."
]
ANSWER = json.dumps(
    {
        "statements": [
            {
                "quote": "Russia has lost 400,000 soldiers",
                "speaker": "NATO",
                "subject": "RUS",
                "quantity": "personnel_losses",
                "value": 400000,
                "low": None,
                "high": None,
                "unit": "person",
                "comparator": "exact",
                "as_of": "2024-04-02",
                "polarity": "positive",
                "relations": [{"kind": "aid", "source": "CHN", "target": "RUS", "polarity": "positive"}],
            }
        ]
    }
).encode()
ENCODED = [
    b"Russia lost 5 tanks.",
    "Раша 5".encode("utf-16"),
    "señor café".encode("latin-1"),
    "日本語の本文".encode("shift_jis"),
    b"\xef\xbb\xbfa",
]

DOORS = (
    Door(name="reading prose", enter=prose, seeds=lambda: PROSE, change=sentences, share=2.0),
    Door(name="reading audit", enter=audited, seeds=lambda: PROSE, change=sentences, share=1.0, slice=15),
    Door(name="reading .txt", enter=loaded, seeds=lambda: ENCODED, change=changes.binary, share=0.5),
    Door(name="reading .html", enter=html, seeds=lambda: [PAGE], share=1.0, slice=10),
    Door(name="reading .pdf", enter=pdf, seeds=_pdfs, change=changes.binary, share=1.0, slice=15),
    Door(name="reading model", enter=answered, seeds=lambda: [ANSWER], change=changes.mixed, share=0.6),
)
