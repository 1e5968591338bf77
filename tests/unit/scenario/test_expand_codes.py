"""A table of codes is the long form, to the bit; its mistakes are told with row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff.engine.build import build
from standoff.errors import StandoffError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import dump, load_scenario, load_text
from standoff.scenario.load import read_scenario

TEXT = """\
title: two coders
as_of: 2030-01
start: 2030-01
end: 2030-12
step: month
sources: {smith: "Smith, On words"}
actors: {ALA: {name: A}}
stocks:
  fighting: {unit: share, initial: 0.5 @assumption, cap: 1}
  tension: {unit: share, initial: 0.5 @assumption, cap: 1, constant: true}
mechanisms:
  drift: {use: mean_reversion, stock: fighting, mean: 0.5, speed: 0.1 1/month, volatility: 0.1, sources: assumption}
choices:
  ALA:
    actor: ALA
    options: {hold: , probe: , strike: }
    status_quo: hold
    every: 3 months
    rationality: 1
    half_life: 3 month
    sources: assumption
"""
TABLE = """\
    codes:
      options:              [hold, probe, strike]
      word:                 [0, 0.1 to 0.3, {value: 0.9, sources: smith}]
      pacific.commitment:   [0, 0.1, prior(other_theatre.commitment.full), "@smith @assumption"]
      pacific.prolongation: [0, {p5: 0.1, p95: 0.2}, 0.2 @assumption]
      prize:                [~, 0.2 * tension, 0.5 * tension @smith]
"""
REASONS = """\
    reasons:
      word: {use: stated_norm, weight: 1, commitment: 0.5}
      pacific: {use: other_theatre, weight: 1, diversion: 0}
      prize: {use: expression, weight: 1}
"""
LONG = """\
    reasons:
      word: {use: stated_norm, weight: 1, commitment: 0.5, breach: {hold: 0, probe: 0.1 to 0.3, strike: 0.9 @smith}}
      pacific:
        use: other_theatre
        weight: 1
        diversion: 0
        commitment: {hold: 0 @smith @assumption, probe: 0.1 @smith @assumption, strike: prior(other_theatre.commitment.full)}
        prolongation: {hold: 0, probe: {p5: 0.1, p95: 0.2}, strike: 0.2 @assumption}
      prize: {use: expression, weight: 1, value: {probe: 0.2 * tension, strike: 0.5 * tension @smith}}
"""
SECOND = """\
variants:
  second-coder:
    text: the codes of a second person
    rival_model: true
    change: {choices: {ALA: {codes: {options: [strike, hold], word: [0.6 to 0.7, 0.1]}}}}
"""
WHOLE = TEXT + TABLE + REASONS + SECOND


def line_of(text: str, part: str) -> int:
    """The line of the first place of a part of a text."""
    return text[: text.index(part)].count("\n") + 1


def test_it_is_the_long_form_to_the_bit():
    short, long = build(load_text(TEXT + TABLE + REASONS), Ledger()), build(load_text(TEXT + LONG), Ledger())
    assert short.plan.parameters == long.plan.parameters and short.layout.names == long.layout.names
    assert str(short.plan.parameter("choices.ALA.reasons.pacific.commitment.probe").belief) == "0.1 @smith @assumption"
    plain = TABLE.replace("{value: 0.9, sources: smith}", "0.9 @smith")
    assert dump(load_text(TEXT + plain + REASONS).scenario) == dump(load_text(TEXT + LONG).scenario)
    assert build(load_text(TEXT + plain + REASONS), Ledger()).hash == long.hash
    assert dump(load_text(dump(load_text(WHOLE).scenario)).scenario) == dump(load_text(WHOLE).scenario)


def test_a_variant_has_the_table_of_a_second_coder_or_changes_one_cell():
    base = load_text(WHOLE)
    second = base.with_variant("second-coder").scenario.choices["ALA"].reasons["word"]
    assert second.params["breach"] == {"hold": 0.1, "probe": "0.1 to 0.3", "strike": "0.6 to 0.7"}
    assert load_text(WHOLE.replace("second-coder:", "other:")).choices == base.choices
    one = base.over({"choices": {"ALA": {"reasons": {"word": {"breach": {"probe": 1}}}}}})
    assert one.scenario.choices["ALA"].reasons["word"].params["breach"]["probe"] == 1


def test_a_table_stands_in_a_file_of_its_own_or_is_changed_row_by_row(tmp_path: Path):
    (tmp_path / "codes.yaml").write_text(f"choices:\n  ALA:\n{TABLE}")
    (tmp_path / "scenario.yaml").write_text(f"include: codes.yaml\n{TEXT}{REASONS}")
    loaded = load_scenario(tmp_path)
    assert dump(loaded.scenario) == dump(load_text(TEXT + TABLE + REASONS).scenario)
    assert loaded.document.where(("choices", "ALA", "reasons", "word", "breach", "probe")) == "codes.yaml:5"
    (tmp_path / "top.yaml").write_text(
        "extends: scenario.yaml\nchoices: {ALA: {codes: {word: [0, 0, 1]}, reasons: {word: {weight: 2}}}}\n"
    )
    word = load_scenario(tmp_path / "top.yaml").scenario.choices["ALA"].reasons["word"]
    assert word.params["breach"] == {"hold": 0, "probe": 0, "strike": 1} and word.weight.numbers == (2.0,)
    set_ = load_scenario(tmp_path, "", {"choices.ALA.reasons.word.breach.probe": 0.4}, "start")
    assert set_.scenario.choices["ALA"].reasons["word"].params["breach"]["probe"] == 0.4


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("[hold, probe, strike]", "[hold, prob, strike]", "codes.options", "allowed: hold, probe, strike"),
        ("[hold, probe, strike]", "[hold, probe, probe]", "codes.options", "each of them once"),
        ("[hold, probe, strike]", "hold  # no list", "codes.options", "not options"),
        ("word:                 [0", "wrd: [0", "codes.wrd", "did you mean `word`"),
        ("pacific.commitment", "pacific", "codes.pacific", "pacific.commitment, pacific.prolongation"),
        ("word:                 [0,", "word: [", "codes.word", "2 cells for 3 options"),
        ("word:                 [0, 0.1", "word: 7 #", "codes.word", "0 cells for 3 options"),
        ("commitment: 0.5", "commitment: 0.5, breach: 0", "codes.word", "`word.breach` is written twice"),
        ("use: stated_norm", "use: stated_nrm", "reasons.word.use", "did you mean `stated_norm`"),
        ("[0, 0.1 to 0.3", "[0, 0.1 too 0.3", "reasons.word.breach.probe", "unknown unit `too`"),
        ("[0, 0.1 to 0.3", "[0, 3", "reasons.word.breach.probe", "out of range"),
        ("[0, 0.1 to 0.3", "[0, ~", "reasons.word.breach", "no value for `probe`"),
        ("@smith @assumption", "@smth", "reasons.pacific.commitment.hold", "unknown source `smth`"),
        ("0.2 * tension", "0.2 * tesion", "reasons.prize.value.probe", "did you mean `tension`"),
    ],
)
def test_a_mistake_is_told_with_its_row_and_column(old: str, new: str, place: str, words: str):
    text = WHOLE.replace(old, new, 1)
    with pytest.raises(StandoffError) as caught:
        plan(load_text(text, "case.yaml"), Ledger())
    told = next(problem for problem in caught.value.problems if problem.path == f"choices.ALA.{place}")
    assert words in str(told)
    assert told.where == f"case.yaml:{line_of(text, 'word:  ' if 'twice' in words else new)}"


def test_mistakes_of_a_variant_and_in_other_sections_are_told_too(tmp_path: Path):
    text = WHOLE.replace("options: [strike, hold]", "options: [strike, hld]")
    with pytest.raises(StandoffError, match="the columns are not options"):
        load_text(text).with_variant("second-coder")
    (tmp_path / "scenario.yaml").write_text(WHOLE.replace("step: month", "step: moon").replace("word:   ", "wrd:   "))
    assert [each.path for each in read_scenario(tmp_path).problems] == ["choices.ALA.codes.wrd", "step"]
    for wrong in ("codes: 3", "codes: [1]", "codes: "):
        with pytest.raises(StandoffError, match=r"choices\.ALA\.codes"):
            load_text(f"{TEXT}    {wrong}\n{LONG}")
    for wrong in ("choices: 3", "choices: {ALA: 3}"):
        with pytest.raises(StandoffError, match="is not a mapping"):
            load_text(f"{TEXT.split('choices:')[0]}{wrong}\n")
