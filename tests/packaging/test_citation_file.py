"""CITATION.cff and `standoff cite --format cff` in the eyes of cffconvert, in an environment of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from standoff import __version__, build, catalog, cite

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cffconvert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, which needs an older jsonschema than our tests."""
    home = tmp_path_factory.mktemp("cff") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, timeout=120)
    words = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "cffconvert>=2.0", "setuptools<81"]
    if subprocess.run(words, capture_output=True, timeout=300).returncode:
        (pytest.fail if os.environ.get("CI", "").lower() in ("true", "1") else pytest.skip)("needs a package index")
    return home / "bin" / "cffconvert"


def converted(program: Path, file: Path, *words: str) -> str:
    done = subprocess.run(
        [str(program), "-i", str(file), *words], capture_output=True, text=True, timeout=120, cwd=file.parent
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_file_of_the_repository_is_valid_and_names_what_we_name(cffconvert: Path, tmp_path: Path) -> None:
    file = tmp_path / "CITATION.cff"
    file.write_bytes((ROOT / "CITATION.cff").read_bytes())
    converted(cffconvert, file, "--validate")
    theirs, ours = converted(cffconvert, file, "-f", "bibtex"), cite().text("bibtex")
    fields = [dict(re.findall(r"(?m)^\s*(author|title) = \{+([^}]*)\}", text)) for text in (theirs, ours)]
    assert fields[0] == fields[1] and fields[0].keys() == {"author", "title"}
    assert f"(version {__version__})" in converted(cffconvert, file, "-f", "apalike")


@pytest.mark.parametrize("case", ["korea-1950", "china-russia"])
def test_the_citation_of_a_case_is_valid(case: str, cffconvert: Path, tmp_path: Path) -> None:
    file = tmp_path / "CITATION.cff"
    file.write_text(cite(build(*catalog.load(case))).text("cff"), encoding="utf-8")
    converted(cffconvert, file, "--validate")
    file.write_text(file.read_text(encoding="utf-8").replace("type: data", "type: nothing"), encoding="utf-8")
    assert subprocess.run(
        [str(cffconvert), "--validate", "-i", str(file)], capture_output=True, cwd=tmp_path, timeout=120
    ).returncode
