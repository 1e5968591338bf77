"""Answers beside the scenario file: shown for the very case and program that they were made with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from standoff import build, catalog
from standoff.addons.explorer import shipped as module
from standoff.addons.explorer.explorer import Explorer
from standoff.addons.explorer.shipped import MOST, NAME, keep, shipped
from standoff.addons.explorer.state import ExplorerState
from standoff.engine.model import Model
from standoff.errors import RunError
from standoff.report import formatting
from standoff.serialise import to_plain


@pytest.fixture
def case(tmp_path: Path) -> Path:
    shutil.copytree(catalog.HOME / "closed-form", tmp_path / "case", ignore=shutil.ignore_patterns(NAME))
    return tmp_path / "case"


def model(case: Path, variant: str = "") -> Model:
    return build(*catalog.load(case, variant))


def test_the_catalogue_ships_the_answers_of_the_explorer(explorer: Explorer) -> None:
    move = shipped(explorer.model)
    assert move is not None and (catalog.HOME / "closed-form" / NAME).stat().st_size < MOST
    live = to_plain(explorer.move(ExplorerState()))
    assert move.keys() == live.keys() and (move["draws"], move["times"]) == (live["draws"], live["times"])
    for stored, now in zip(move["answers"], live["answers"], strict=True):
        assert stored["question"] == now["question"]
        if now["share"] is not None:  # another compiler may turn a future or two
            assert stored["share"] == pytest.approx(now["share"], abs=3 / live["draws"])


@pytest.mark.parametrize("path", sorted(catalog.HOME.glob(f"*/{NAME}")), ids=lambda path: path.parent.name)
def test_stored_words_are_those_of_the_stored_bands(path: Path) -> None:
    bands = json.loads(path.with_name("bands.json").read_text(encoding="utf-8"))["questions"]
    for answer in json.loads(path.read_text(encoding="utf-8"))["move"]["answers"]:
        band = bands.get(answer["question"], {"low": None})
        if answer["word"] and band["low"] is not None:
            assert answer["word"] == formatting.likelihoods(band["low"], band["high"])


def test_they_are_those_of_the_very_case_and_program(
    case: Path, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shipped(model(case)) is None
    monkeypatch.setattr(Explorer, "open", lambda _: explorer)
    assert keep(model(case)) == case / NAME
    assert shipped(model(case)) == {**to_plain(explorer.move(ExplorerState())), "seconds": 0}
    assert shipped(model(case, "word-is-talk")) is None
    with monkeypatch.context() as patch:
        patch.setattr(module, "_program", lambda _: "another")
        assert shipped(model(case)) is None
    text = (case / "scenario.yaml").read_text()
    (case / "scenario.yaml").write_text(text.replace("normal(1, 0.3)", "normal(1, 0.2)"))
    assert shipped(model(case)) is None


@pytest.mark.parametrize("damage", ["{", "[]", '{"model": "a"}', '{"model": 1, "program": 2, "move": 3}'])
def test_a_damaged_file_is_none(case: Path, damage: str) -> None:
    (case / NAME).write_text(damage)
    assert shipped(model(case)) is None


def test_variants_levers_and_large_answers_are_not_stored(
    case: Path, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = build(*catalog.load(case, "", {"restraint": 0.3}))
    for other in (model(case, "word-is-talk"), moved):
        with pytest.raises(RunError):
            keep(other)
    monkeypatch.setattr(Explorer, "open", lambda _: explorer)
    monkeypatch.setattr(module, "MOST", 1000)
    with pytest.raises(RunError, match="bytes"):
        keep(model(case))
    assert not (case / NAME).exists()
