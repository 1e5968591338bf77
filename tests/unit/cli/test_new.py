"""`standoff new --template`: prompts, options and a file give the same case."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from standoff.case_templates import find_template
from standoff.cli import app
from tests.unit.cli.conftest import Command

ANSWERS = {
    "ally": "FIN Finland",
    "patron": "SWE Sweden",
    "rival": "RUS Russia",
    "ally_options": "stay, leave",
    "rival_options": "wait, court",
    "ally_reasons": "treaty, gain, public",
    "as_of": "2030-04",
    "horizon": "18",
    "questions": "leave, clash",
}


def asked(folder: str, keys: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["new", folder, "--template", "alliance", *words], input=keys)


def test_options_prompts_and_a_file_give_the_same_files(standoff: Command, tmp_path: Path):
    options = [word for key, value in ANSWERS.items() for word in ("--answer", f"{key}={value}")]
    standoff("new", "options", "--template", "alliance", *options)
    (tmp_path / "answers.yaml").write_text("".join(f"{key}: {value}\n" for key, value in ANSWERS.items()))
    standoff("new", "file", "--template", "alliance", "--answers", "answers.yaml", "--yes")
    assert set(ANSWERS) == {ask.key for ask in find_template("alliance").asks}
    result = asked("prompt", "".join(f"{value}\n" for value in ANSWERS.values()))
    assert result.exit_code == 0, result.output
    half = list(ANSWERS.items())
    given = [word for key, value in half[:4] for word in ("--answer", f"{key}={value}")]
    mixed = asked("mixed", "".join(f"{value}\n" for _, value in half[4:]), *given)
    assert mixed.exit_code == 0, mixed.output
    for name in ("scenario.yaml", "claims.yaml"):
        texts = {(tmp_path / folder / name).read_bytes() for folder in ("options", "file", "prompt", "mixed")}
        assert len(texts) == 1
    for text in ANSWERS.values():
        assert text in (tmp_path / "prompt" / "scenario.yaml").read_text()
    standoff("validate", "prompt")


def test_enter_takes_the_defaults_as_yes_does(standoff: Command, tmp_path: Path):
    standoff("new", "yes", "--template", "alliance", "--yes")
    assert asked("enter", "\n" * len(ANSWERS)).exit_code == 0
    assert (tmp_path / "yes" / "scenario.yaml").read_bytes() == (tmp_path / "enter" / "scenario.yaml").read_bytes()


def test_a_bad_answer_to_a_prompt_is_asked_again_with_what_is_allowed(standoff: Command, tmp_path: Path):
    result = asked("again", "finland\nFIN Finland\n" + "\n" * (len(ANSWERS) - 1))
    assert result.exit_code == 0 and "`NOR Northland`" in result.output and "`finland`" in result.output
    assert "name: Finland" in (tmp_path / "again" / "scenario.yaml").read_text()


def test_an_answer_that_clashes_with_an_earlier_one_is_asked_again(standoff: Command, tmp_path: Path):
    keys = "FIN Finland\nFIN Finland\nEST Estonia\n" + "\n" * (len(ANSWERS) - 2)
    result = asked("clash", keys)
    assert result.exit_code == 0 and "`ally` already" in result.output
    assert "name: Estonia" in (tmp_path / "clash" / "scenario.yaml").read_text()


def test_a_number_is_asked_for_with_its_unit(standoff: Command):
    result = CliRunner().invoke(app, ["new", "unit", "--template", "intervention"], input="\n" * 40)
    assert result.exit_code == 0 and "person/month" in result.output


ALLIANCE = ("--template", "alliance")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((*ALLIANCE, "--answer", "horizon=1", "--yes"), "6 to 96"),
        ((*ALLIANCE, "--answer", "horizon"), "KEY=VALUE"),
        ((*ALLIANCE, "--answer", "hrizon=12"), "did you mean `horizon`"),
        (("--template", "aliance"), "did you mean `alliance`"),
        ((*ALLIANCE, "--answers", "bad.yaml", "--yes"), "bad.yaml:2"),
        ((*ALLIANCE, "--answers", "none.yaml"), "none.yaml"),
        (("--answer", "horizon=12"), "--template"),
        (("--yes",), "--template"),
        ((*ALLIANCE, "--from", "korea-1950"), "--from"),
        (ALLIANCE, "--yes"),
        (("--template", "sanctions", "--answer", "review=24", "--yes"), "1 to 23"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    standoff: Command, tmp_path: Path, words: tuple[str, ...], message: str
):
    (tmp_path / "bad.yaml").write_text("horizon: 12\nally: [a, b]\n")
    result = standoff("new", "case", *words, code=1)
    assert message in result.output and not (tmp_path / "case").exists()


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix")
def test_a_closed_standard_input_says_how_to_answer(tmp_path: Path):
    words = f"{shlex.quote(sys.executable)} -m standoff new case --template alliance <&-"
    done = subprocess.run(words, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "--answers FILE" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "case").exists()
