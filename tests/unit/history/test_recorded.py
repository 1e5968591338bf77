"""Answers of history beside a scenario file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from standoff import catalog
from standoff.addons.history import ask, fit
from standoff.errors import DataError
from standoff.history.recorded import NAME, RecordedAnswer, of_question, record, recorded
from standoff.report.track_record import from_history as sentence

ANSWER = RecordedAnswer(
    question="direct",
    actor="CHN",
    side="RUS",
    against="UKR",
    year=2025,
    until=2017,
    any_help=0.013,
    arms_or_troops=0.007,
    low=0.002,
    high=0.02,
    posterior="0" * 64,
    made="2026-11-27",
)


def test_an_answer_is_kept_beside_the_scenario_and_replaces_the_earlier_one(tmp_path):
    assert recorded(None) == recorded(tmp_path) == ()
    record(ANSWER, tmp_path)
    record(replace(ANSWER, question="another"), tmp_path)
    record(replace(ANSWER, year=2026), tmp_path)
    found = recorded(tmp_path)
    assert [each.question for each in found] == ["another", "direct"]
    assert of_question(found, "direct") == replace(ANSWER, year=2026) and of_question(found, "nothing") is None


@pytest.mark.parametrize("change", [{"low": 2.0}, {"any_help": "0.1"}, {"extra": 1}])
def test_a_damaged_file_is_an_error_that_names_it(tmp_path, change):
    record(ANSWER, tmp_path)
    rows = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    (tmp_path / NAME).write_text(json.dumps([{**rows[0], **change}]), encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        recorded(tmp_path)


def test_the_sentence_has_the_rates():
    text = sentence((ANSWER,), "direct")
    assert all(word in text for word in ("0.7 %", "0.2 %", "2 %", "1.3 %", "2025"))
    assert sentence((ANSWER,), "other") == ""


def test_answers_of_the_catalogue_come_from_the_posterior_that_ships():
    draws = fit.load(ask.SHIPPED).draws
    digest = hashlib.sha256(np.ascontiguousarray(draws).tobytes()).hexdigest()
    kept = [each for name in catalog.slugs() for each in recorded(catalog.find(name).parent)]
    assert kept and {each.posterior for each in kept} == {digest}
