"""`standoff history build`."""

from __future__ import annotations

import json
import shutil

import polars as pl

from standoff import catalog
from standoff.addons.history.fit import save
from standoff.history.recorded import recorded
from tests.unit.addons.history import six_wars
from tests.unit.addons.history.small_fit import posterior


def test_build_prints_the_account_and_writes_the_decisions(standoff, tmp_path):
    six_wars.write(six_wars.tables(), tmp_path / "tables")
    out = standoff("history", "build", "--data", "tables", "-o", "panel.parquet").stdout
    assert "224 decisions" in out and "CC BY 4.0" in out and "wrote panel.parquet" in out
    assert pl.read_parquet(tmp_path / "panel.parquet").height == 224
    data = json.loads(standoff("history", "build", "--data", "tables", "--json", "-o", "panel.csv").stdout)
    assert data["decisions"] == pl.read_csv(tmp_path / "panel.csv").height == 224
    assert data["account"][0]["total"] == 36 and len(data["tables"]) == 18


def test_missing_files_and_wrong_suffixes_are_errors(standoff, tmp_path):
    (tmp_path / "empty").mkdir()
    error = standoff("history", "build", "--data", "empty", code=1).stderr
    assert "18 problems" in error and "https://ucdp.uu.se/downloads/" in error
    assert ".parquet" in standoff("history", "build", "--data", "empty", "-o", "panel.xlsx", code=1).stderr


def test_ask_and_fit_say_what_is_wrong_with_their_files(standoff, tmp_path):
    words = ("--actor", "CHN", "--side", "RUS", "--against", "UKR", "--year", "2024")
    assert (
        "history fit"
        in standoff("history", "ask", "--data", "nowhere", "--posterior", "none.npz", *words, code=1).stderr
    )
    assert "is no folder" in standoff("history", "fit", "--data", "nowhere", "-o", "fit.npz", code=1).stderr


def test_an_answer_is_kept_beside_a_question_of_a_case(standoff, tmp_path):
    six_wars.write(six_wars.tables(), tmp_path / "tables")
    save(posterior(until=1995), tmp_path / "fit.npz")
    shutil.copytree(catalog.find("closed-form").parent, tmp_path / "case")
    asked = ("history", "ask", "--data", "tables", "--posterior", "fit.npz", "--side", "IRQ", "--against", "AFG")
    asked = (*asked, "--actor", "USA", "--year", "1996")
    question = next(iter(catalog.load("closed-form")[0].scenario.questions))
    assert "begin to help" in standoff(*asked, "--keep", "case", "--question", question).stdout
    assert [each.question for each in recorded(tmp_path / "case")] == [question]
    assert "--question ID" in standoff(*asked, "--keep", "case", code=1).stderr
    assert "there is no question" in standoff(*asked, "--keep", "case", "--question", "none", code=1).stderr
