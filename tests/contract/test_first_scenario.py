"""The walk-through docs/first-scenario.md: a reader who follows it gets a case that is valid after every step, and what
the page shows."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from typer.testing import CliRunner

from standoff.cli import app
from standoff.scenario import document

if TYPE_CHECKING:
    from standoff.scenario.document import Document

PAGE = (Path(__file__).parents[2] / "docs" / "first-scenario.md").read_text(encoding="utf-8")
DRAWS = 200
QUICK = ("validate", "show", "claims")  # commands that simulate nothing


@dataclass(frozen=True)
class Shown:
    """A command of the page with what it prints there, and the files that the reader has by then."""

    scenario: str
    claims: str
    command: tuple[str, ...]
    output: tuple[str, ...]


def blocks() -> list[tuple[str, str]]:
    """Kind and text of every block of the page."""
    return re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", PAGE)


def followed() -> list[Shown]:
    """Every command in turn: mappings are laid over `scenario.yaml`, claims go to the end of `claims.yaml`."""
    scenario: Document | None = None
    claims, command, out = "", (), []
    for kind, text in blocks():
        if kind == "yaml" and text.startswith("- "):
            claims += text
        elif kind == "yaml":
            more = document.read_text(text, "block")
            scenario = more if scenario is None else document.overlay(scenario, more)
        elif kind == "sh":
            command = tuple(shlex.split(text))
        elif kind == "text":
            assert scenario is not None and command
            out.append(
                Shown(yaml.safe_dump(scenario.data, sort_keys=False), claims, command[1:], tuple(text.split("\n")))
            )
    return out


def entered(shown: Shown, *more: str) -> list[str]:
    """The lines that the command prints in a folder which holds the reader's files."""
    folder = Path("strait")
    folder.mkdir(exist_ok=True)
    (folder / "scenario.yaml").write_text(shown.scenario, encoding="utf-8")
    (folder / "claims.yaml").write_text(shown.claims or "[]", encoding="utf-8")
    result = CliRunner().invoke(app, [*shown.command, *more])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return (result.stdout + result.stderr).split("\n")


def first_not_in(wanted: tuple[str, ...], printed: list[str]) -> str | None:
    """The first line that the page shows and the command does not print after those before it."""
    rest = iter([line.rstrip() for line in printed])
    return next((line for line in wanted if line not in ("", "...") and line not in rest), None)


def words(line: str) -> str:
    """A line without its numbers and bars, and with single spaces: what more or fewer draws leave as it is."""
    return " ".join(re.sub(r"[<+−-]? ?\d[\d,.e-]*|[█-▏·│─]+", " ", line).split())


STEPS = followed()
LAST = STEPS[-1]


def test_the_first_block_has_twenty_lines() -> None:
    kind, text = blocks()[0]
    assert kind == "yaml" and text.count("\n") == 20


def test_every_block_is_used() -> None:
    kinds = [kind for kind, _ in blocks()]
    assert set(kinds) == {"yaml", "sh", "text"}
    assert all(kinds[i + 1] == "text" for i, kind in enumerate(kinds) if kind == "sh")
    last = max(i for i, kind in enumerate(kinds) if kind == "yaml")
    assert "sh" in kinds[last:]  # else the last block would not be tried


def test_the_page_shows_every_command_that_it_promises() -> None:
    used = {step.command[0] for step in STEPS}
    assert used >= {"validate", "run", "answer", "explain", "show", "claims"}
    whole = document.read_text(LAST.scenario, "scenario").data
    parts = (*whole["mechanisms"].values(), *whole["choices"].values())
    assert sum("when" in part for part in parts) == 3
    assert whole["observations"] and whole["variants"]


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_the_case_is_valid_wherever_a_command_is_given(
    step: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    at = STEPS[step]
    printed = entered(Shown(at.scenario, at.claims, ("validate", "strait"), ()))
    assert ": valid; " in printed[0], printed


@pytest.mark.parametrize("step", [i for i, step in enumerate(STEPS) if step.command[0] in QUICK])
def test_what_simulates_nothing_prints_what_the_page_shows(
    step: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = entered(STEPS[step])
    line = first_not_in(STEPS[step].output, printed)
    assert line is None, f"docs/first-scenario.md shows a line that is not printed: {line}\n" + "\n".join(printed)


def test_the_finished_case_runs_and_answers_as_the_page_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    run = Shown(LAST.scenario, LAST.claims, ("run", "strait", "--draws", str(DRAWS), "--no-html", "--json"), ())
    asked = {item["id"]: item for item in json.loads("\n".join(entered(run)))["questions"]}
    base = next(step for step in STEPS if step.command == ("answer", "strait") and step.scenario == LAST.scenario)
    page = "\n".join(base.output)
    for name in ("most_of_it", "seizure"):
        said = float(re.search(rf"\({name}\)\n +([\d.]+) %", page).group(1)) / 100  # type: ignore[union-attr]
        # 200 draws against 10,000 of the same seed: 4 standard errors of the 200, and half of the last digit shown
        assert abs(asked[name]["answer"] - said) < 4 * sqrt(said * (1 - said) / DRAWS) + 0.0005
    assert set(asked) == {"most_of_it", "seizure", "shots"}


@pytest.mark.slow
@pytest.mark.parametrize("step", [i for i, step in enumerate(STEPS) if step.command[0] not in QUICK])
def test_what_simulates_prints_the_words_that_the_page_shows(
    step: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = entered(STEPS[step])
    line = first_not_in(tuple(map(words, STEPS[step].output)), [words(line) for line in printed])
    assert line is None, f"docs/first-scenario.md shows words that are not printed: {line}\n" + "\n".join(printed)
