"""A new case is a copy that loads, and nothing is overwritten."""

import json
from pathlib import Path
from urllib.parse import urlparse

import jsonschema
import pytest

from standoff import catalog, yaml_reader
from standoff.errors import ScenarioError
from standoff.new_case import new
from standoff.scenario.language import LANGUAGE


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


@pytest.mark.parametrize("of", [{}, {"origin": "korea-1950"}, {"template": "sanctions"}])
def test_an_editor_finds_the_schema_and_agrees(tmp_path, of):
    folder = new(tmp_path / "mine", **of)
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    first = text.partition("\n")[0]
    assert first.startswith("# yaml-language-server: $schema=file://") and text.count("$schema") == 1
    assert {file.suffix for file in folder.iterdir()} <= {".yaml", ".jsonl"}, "the schema is not copied"
    schema = json.loads(Path(urlparse(first.rpartition("=")[2]).path).read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(schema)
    data = yaml_reader.read(text, "scenario.yaml").data
    assert checker.is_valid(data) and not checker.is_valid({**data, "chioces": {}})
    assert data["language"] == LANGUAGE and not checker.is_valid({**data, "language": LANGUAGE + 1})
    again = new(tmp_path / "again", origin=folder)
    assert (again / "scenario.yaml").read_text(encoding="utf-8") == text
