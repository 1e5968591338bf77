"""A new case is a copy that loads, and nothing is overwritten."""

import pytest

from standoff import catalog
from standoff.catalog.new_case import new
from standoff.errors import ScenarioError


def test_a_new_case_loads_and_is_that_of_its_origin(tmp_path):
    starter = catalog.load(new(tmp_path / "mine"))
    assert starter.questions and starter.choices
    copied = catalog.load(new(tmp_path / "korea", "korea-1950"))
    assert copied.scenario.scenario == catalog.load("korea-1950").scenario.scenario
    assert copied.ledger.hash == catalog.load("korea-1950").ledger.hash
    assert {file.suffix for file in (tmp_path / "korea").iterdir()} == {".yaml", ".jsonl"}


def test_a_folder_that_exists_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(ScenarioError, match="exists already"):
        new(tmp_path / "mine")
    assert not list((tmp_path / "mine").iterdir())
    with pytest.raises(ScenarioError, match="no case and no file `koera-1950`"):
        new(tmp_path / "other", "koera-1950")
