"""Files: their forms and encodings, what is refused, and folders of them."""

from __future__ import annotations

import io
import json
import os
import zlib
from pathlib import Path
from typing import Any

import pytest

from standoff import versions
from standoff.addons.reading import extract_text, text_files
from standoff.addons.reading.pipeline import read
from standoff.addons.reading.text_files import read_all
from standoff.errors import ReadingError
from tests.progress_log import ProgressLog
from tests.time_limit import time_limit

SENTENCE = "According to Russian sources, Ukraine lost over 5,000 soldiers in May 2023."
PARAGRAPHS = "".join(
    f"<p>{SENTENCE} The report number {word} gives no more detail than that.</p>" for word in ("one", "two", "three")
)


def test_offsets_count_code_points_and_newlines_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffÉté \U0001f600.\r\n\r\nIran lost 40 soldiers.\r\n".encode())
    text = text_files.load(path).text
    row = read(text)[0]
    assert text[row.start : row.end] == "Iran lost 40 soldiers." and row.start == text.index("Iran")


def test_legacy_encodings(tmp_path: Path) -> None:
    words = "Der Präsident sagte, die Übung sei für Österreich größer als früher. " * 5
    marked = {"utf-16-be": b"\xfe\xff", "utf-16-le": b"\xff\xfe"}
    for encoding in ("cp1252", "utf-16", *marked):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(marked.get(encoding, b"") + words.encode(encoding))
        assert text_files.load(path).text == words


def test_main_text_of_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    menu = "<nav><a href='/'>Home</a> <a href='/war'>999 tanks were lost by France</a></nav>"
    path.write_text(
        f"<html><head><title>A report</title></head><body>{menu}<article><h1>A report</h1>{PARAGRAPHS}</article></body></html>"
    )
    found = text_files.load(path)
    assert SENTENCE in found.text and "999 tanks" not in found.text
    assert {row.value for row in read(found.text) if row.comparator} == {5000.0}


def test_text_of_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(SENTENCE))
    assert [row.value for row in read(text_files.load(path).text)] == [5000.0]


def pdf(words: str) -> bytes:
    """A file of one page with one line."""
    return page_of(f"BT /F1 12 Tf 40 700 Td ({words}) Tj ET".encode())


def page_of(stream: bytes, how: str = "") -> bytes:
    """A file of one page that is drawn by a stream."""
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} {how} >>\nstream\n{stream.decode('latin-1')}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n".encode("latin-1")
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 6\n0000000000 65535 f \n{rows}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("deep.html", b"<html><body>" + b"<div>" * 100_000 + b"<p>x</p>", "nested more than 250 deep"),
        ("deeper.html", b"<html><body><p>a</p>" + b"<b>" * 300 + b"x" + b"</b>" * 300, "nested more than 250 deep"),
        ("empty.html", b"<html><body></body></html>", "no text was found"),
        ("broken.pdf", b"%PDF-1.4 nothing", "the PDF cannot be read"),
        ("scan.pdf", pdf(""), "no text was found.*\n.*character recognition"),
        ("zero.txt", b"\xff\xfea\x00\x00", "not text in a supported"),
        ("unmarked.txt", "Iran lost 40 soldiers.".encode("utf-16-le"), "zero.*\n.*UTF-16 with a byte order mark"),
        ("numbers.txt", bytes(range(128)) + b"\xff" * 8 + b"\x00" * 8, "zero.*\n.*UTF-8"),
        ("nothing.txt", b"", "the file is empty"),
        ("white.md", b"\xef\xbb\xbf \n\t\r\n", "the file is empty"),
        ("control.txt", b"Iran \x07 lost", r"U\+0007"),
        ("bidi.txt", "Iran \u2067 lost".encode(), r"U\+2067"),
        ("a.docx", b"PK", "there is no text format"),
    ],
)
def test_hostile_files_give_a_clear_error(tmp_path: Path, name: str, raw: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(ReadingError, match=message) as caught:
        text_files.load(tmp_path / name)
    assert str(tmp_path / name) in caught.value.problems[0].where


def test_a_pdf_that_unpacks_to_gigabytes_is_refused_in_a_moment(tmp_path: Path) -> None:
    packer = zlib.compressobj()
    bomb = b"".join([*(packer.compress(b" " * 2**20) for _ in range(300)), packer.flush()])
    (tmp_path / "bomb.pdf").write_bytes(page_of(bomb, "/Filter /FlateDecode"))
    with pytest.raises(ReadingError, match=r"the PDF cannot be read: LimitReachedError"):
        text_files.load(tmp_path / "bomb.pdf")


def test_a_pdf_with_a_password_is_refused_and_one_that_opens_without_is_read(tmp_path: Path) -> None:
    import pypdf

    for word in ("secret", ""):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(SENTENCE)))
        writer.encrypt(word, "owner", algorithm="RC4-128")
        writer.write(tmp_path / f"{word or 'open'}.pdf")
    assert "5,000 soldiers" in text_files.load(tmp_path / "open.pdf").text
    with pytest.raises(ReadingError, match=r"has not been decrypted\n.*without a password"):
        text_files.load(tmp_path / "secret.pdf")


def test_the_pages_of_a_pdf_hold_no_more_than_a_text_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_text, "LARGEST", 10)
    (tmp_path / "long.pdf").write_bytes(pdf("Iran lost 40 soldiers in 2015."))
    with pytest.raises(ReadingError, match="more than 10 characters when unpacked") as caught:
        text_files.load(tmp_path / "long.pdf")
    assert "long.pdf" in caught.value.problems[0].where


@pytest.mark.skipif(os.name == "nt", reason="links of Unix")
def test_a_folder_is_not_left_by_links_and_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    folder, outside = tmp_path / "texts", tmp_path / "secrets"
    for place in (folder, folder / "deep", outside):
        place.mkdir()
    (outside / "key.txt").write_text("secret")
    (folder / "a.txt").write_text("Iran lost 40 soldiers.")
    (folder / "same.txt").symlink_to("a.txt")
    (folder / "deep" / "up.txt").symlink_to("../a.txt")
    (folder / "deep" / "loop").symlink_to(folder)
    (folder / "out").symlink_to(outside)
    (folder / "out.txt").symlink_to(outside / "key.txt")
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "round.txt").symlink_to("round.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.txt")
    readable, left_out = text_files.files(folder)
    assert [path.name for path in readable] == ["a.txt", "up.txt", "same.txt"]
    assert [path.name for path in left_out] == ["gone.txt", "out.txt", "pipe.txt", "round.txt", "zero.txt"]
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert [path.name for path in text_files.files(link)[0]] == ["a.txt", "up.txt", "same.txt"]


def test_a_text_may_come_from_standard_input_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Iran lost 40 soldiers.")))
    assert text_files.load("-").text == "Iran lost 40 soldiers."
    monkeypatch.setattr(text_files, "LARGEST", 10)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Iran lost 40 soldiers.")))
    with pytest.raises(ReadingError, match=r"standard input\n.*more than 10 bytes"):
        text_files.load("-")


def test_a_missing_package_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "find_spec", lambda _: None)
    (tmp_path / "a.html").write_text("<p>x</p>")
    with pytest.raises(ReadingError, match=r'needs trafilatura.*\n.*pip install .*"trafilatura>='):
        text_files.load(tmp_path / "a.html")


def test_a_folder_is_read_with_the_errors_of_its_files(tmp_path: Path) -> None:
    for i in range(3):
        (tmp_path / f"{i}.txt").write_text(f"Iran lost {i + 4}0 soldiers.")
    (tmp_path / "bad.txt").write_bytes(b"a\x00\xff")
    (tmp_path / "empty.md").write_text("\n")
    paths, out, log = text_files.files(tmp_path)[0], tmp_path / "rows.jsonl", ProgressLog()
    assert read_all(paths, out, read, progress=log) == 2 and log.of("reading")[-1] == (5, 5)
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.read_text().splitlines()]
    assert "the file is empty" in {Path(line["document"]).name: line.get("error", "") for line in lines}["empty.md"]
    assert [line["rows"][0]["value"] for line in lines if "rows" in line] == [40, 50, 60]


@pytest.mark.parametrize(
    "piece", ["June 5, 2019 ", "see 1. and so ", "Russia and ", "one ", "U.S. ", "not over ", '"said, ', "a,\n"]
)
def test_time_grows_with_the_text(piece: str) -> None:
    with time_limit(15):  # linear: under a second; quadratic: more than twenty
        read(piece * (100_000 // len(piece)))
