"""The commands that a run names at its end, with the options that were given."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

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
