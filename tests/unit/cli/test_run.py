"""The commands that a run names at its end, with the options that were given."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING

from standoff import catalog

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Command

SET = ("--set", "incidents.speed='2 1/month @assumption'")
FEW = ("--draws", "200", "--no-html", "--no-band")


def named(page: str) -> list[list[str]]:
    text = page[page.index("next: ") + 6 :].replace(" · ", "\n")
    return [shlex.split(line)[1:] for line in text.splitlines()]


def test_what_says_which_case_is_simulated_is_kept_where_a_command_takes_it(standoff: Command, case: Path) -> None:
    brief, opened, explain = named(standoff("run", str(case), "--variant", "calm", "--seed", "3", *SET, *FEW).stdout)
    assert brief == ["brief", str(case), "--variant", "calm", *SET, "--draws", "200", "--seed", "3"]
    assert opened == ["open", str(case), "--variant", "calm"]
    assert "Why: Will Northland cross" in standoff(*explain).stdout


def test_without_options_only_the_case_is_named_in_one_line(standoff: Command, case: Path) -> None:
    page = standoff("run", str(case), *FEW).stdout
    assert named(page)[1] == ["open", str(case)]


def test_a_run_refuses_late_reasons_unless_told(standoff: Command, tmp_path: Path) -> None:
    """`validate` warns of them; `share` and `brief` refuse them too."""
    shutil.copytree(catalog.find("closed-form").parent, tmp_path / "early")
    scenario = tmp_path / "early" / "scenario.yaml"
    text = (
        scenario.read_text(encoding="utf-8")
        .replace("as_of: 2030-01", "as_of: 2029-12")
        .replace("start: 2030-01", "start: 2029-12")
    )
    scenario.write_text(text, encoding="utf-8")
    notes = standoff("validate", "early").stdout
    assert "choices.BLU.reasons.gain" in notes and "refuses it" in notes
    for words in (("run", "early"), ("brief", "early"), ("share", "early", "-o", "early.html")):
        told = standoff(*words, "--draws", "64", code=1).stderr
        assert "3 problems" in told and "reasons.gain" in told and "--allow-late-reasons" in told
    assert not (tmp_path / "runs").exists()
    page = standoff("run", "early", "--draws", "64", "--no-html", "--allow-late-reasons").stdout
    brief, *others = named(page)
    assert brief[:2] == ["brief", "early"] and "--allow-late-reasons" in brief
    assert not any("--allow-late-reasons" in words for words in others)
