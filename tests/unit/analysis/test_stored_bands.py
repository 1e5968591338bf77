"""Bands beside the scenario file: shown for the very case and program that they were made with."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from standoff import build, catalog
from standoff.analysis import stored_bands as module
from standoff.analysis.answer import answer
from standoff.analysis.stored_bands import MISSING, NAME, Bands, store_bands, stored_bands
from standoff.engine.model import Model
from standoff.engine.session import session as open_session
from standoff.errors import RunError
from standoff.questions import EpistemicBand
from standoff.scenario import load_text

BAND = EpistemicBand(
    low=0.1234567,
    high=0.6,
    mean=0.3,
    shares={"parameters": 0.4, "chance": 0.6},
    parameters=3,
    variants=2,
    theories=5,
    draws=800,
    replicates=8,
)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    shutil.copytree(catalog.HOME / "closed-form", tmp_path / "case", ignore=shutil.ignore_patterns(NAME))
    return tmp_path / "case"


def model(case: Path, variant: str = "") -> Model:
    return build(*catalog.load(case, variant))


def test_a_case_without_them_says_what_to_do(case: Path) -> None:
    assert stored_bands(model(case)) == Bands(note=MISSING) and "standoff uncertainty CASE --keep" in MISSING


def test_they_come_back_for_the_same_case(case: Path) -> None:
    path = store_bands(model(case), {"acts": BAND}, {"seed": 4})
    assert path == case / NAME and json.loads(path.read_text())["seed"] == 4
    assert stored_bands(model(case)) == Bands(of={"acts": replace(BAND, low=0.1235)})


def test_under_another_digest_they_are_not_shown(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_bands(model(case), {"acts": BAND}, {})
    assert stored_bands(model(case, "word-is-talk")) == Bands(note=MISSING), "they are those of the base"
    with monkeypatch.context() as patch:
        patch.setattr(module, "source_digest", lambda modules: "another")
        found = stored_bands(model(case))
    assert not found.of and "program" in found.note and "--keep" in found.note
    text = (case / "scenario.yaml").read_text()
    (case / "scenario.yaml").write_text(text.replace("normal(1, 0.3)", "normal(1, 0.2)"))
    found = stored_bands(model(case))
    assert not found.of and "program" not in found.note


@pytest.mark.parametrize(
    "damage", ["{", "[]", '{"model": "a"}', '{"model": 1, "program": 2, "questions": {"acts": {"low": 1}}}']
)
def test_a_damaged_file_is_no_band(case: Path, damage: str) -> None:
    (case / NAME).write_text(damage)
    assert not stored_bands(model(case)).of and "cannot be read" in stored_bands(model(case)).note


def test_a_scenario_without_a_folder_has_no_place_for_them(case: Path) -> None:
    loaded, ledger = catalog.load(case)
    free = build(load_text(loaded.document.name and (case / "scenario.yaml").read_text()), ledger)
    assert stored_bands(free) == Bands(note=MISSING)
    with pytest.raises(RunError, match="not from a file"):
        store_bands(free, {}, {})


def test_a_changed_table_has_not_the_bands_of_the_case(case: Path) -> None:
    """As with a claim set aside: neither levers nor beliefs are set, and the answer is another one."""
    made = model(case)
    store_bands(made, {"acts": BAND}, {})
    session = open_session(made)
    index = next(i for i, item in enumerate(made.plan.parameters) if item.path == "stocks.cost.initial")
    other = made.table.with_value(made.layout, {index: 5.0})
    as_it_is, moved = (answer(session.move(draws=128, table=table), "acts")["acts"] for table in (made.table, other))
    assert as_it_is.band == replace(BAND, low=0.1235) and as_it_is.point == BAND.mean
    assert moved.band is None and moved.point == moved.answer
    assert answer(session.run(draws=128, table=other), "acts")["acts"].band is None
