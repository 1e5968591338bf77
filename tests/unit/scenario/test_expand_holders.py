"""`stock.*` in observations: one entry for each holder, and mistakes in it told once, where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff.engine.build import build
from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import dump, load_scenario, load_text
from standoff.scenario.load import load_document, read_scenario

TEXT = """
title: three
as_of: 2024-06
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}, CCC: {name: C}}
stocks:
  troops: {unit: person, initial: {AAA: 1, BBB: 2, CCC: 3}, sources: assumption}
  mood: {unit: "1", initial: 1, sources: assumption}
mechanisms: {drift: {use: mean_reversion, stock: mood, mean: 1, speed: 0.5 1/month, volatility: 0, sources: assumption}}
observations:
OBSERVATIONS
variants:
  louder: {text: louder, change: {observations: {troops.*: {scale: 2 @assumption}, troops.BBB: {scale: 3 @assumption}}}}
  fewer: {text: fewer, change: {observations: {troops.BBB: null}}}
  none: {text: none, change: {observations: {troops.*: null}}}
  more: {text: more, change: {stocks: {troops: {initial: {DDD: 4}}}, actors: {DDD: {name: D}},
    observations: {troops.*: {claims: {quantity: troops}, scale: 1 @assumption}}}}
"""
SHORT = """  troops.*:
    claims: {quantity: troops}
    scale: 1 @assumption
    note: counted
  troops.BBB: {note: told}"""
LONG = """  troops.AAA: {claims: {subject: AAA, quantity: troops}, scale: 1 @assumption, note: counted}
  troops.BBB: {claims: {subject: BBB, quantity: troops}, scale: 1 @assumption, note: told}
  troops.CCC: {claims: {subject: CCC, quantity: troops}, scale: 1 @assumption, note: counted}"""


def text(observations: str) -> str:
    return TEXT.replace("OBSERVATIONS", observations)


def ledger(*subjects: str) -> Ledger:
    lines = [
        f'{{"id": "{subject.lower()}-troops", "subject": "{subject}", "quantity": "troops", "value": 5, "unit": "person", '
        '"comparator": "exact", "as_of": "2024-03", "published": "2024-04-01", "speaker": "x", "side": "neutral", '
        '"source": {"title": "t"}, "basis": "found", "status": "accepted"}'
        for subject in subjects
    ]
    return Ledger.parse("\n".join(lines))


def test_it_is_what_stands_written_out():
    short, long = load_text(text(SHORT)), load_text(text(LONG))
    assert dump(short.scenario) == dump(long.scenario)
    claims = ledger("AAA", "BBB", "CCC")
    assert build(short, claims).hash == build(long, claims).hash
    found = {item.cell: item.claims for item in build(short, claims).plan.observations}
    assert found == {f"troops.{code}": (f"{code.lower()}-troops",) for code in ("AAA", "BBB", "CCC")}


def test_a_holder_can_be_left_out():
    for own in ("  troops.BBB: null\n  troops.*: ", "  troops.*: "):
        observations = f"{own}{{claims: {{quantity: troops}}, scale: 1 @assumption}}"
        if "null" not in own:
            observations += "\n  troops.BBB:"
        assert list(load_text(text(observations)).scenario.observations) == ["troops.AAA", "troops.CCC"]


def test_a_variant_changes_all_or_one_or_none():
    base = load_text(text(SHORT))
    scales = {
        name: {cell: entry.scale.numbers[0] for cell, entry in base.with_variant(name).scenario.observations.items()}
        for name in ("louder", "fewer", "none", "more")
    }
    assert scales["louder"] == {"troops.AAA": 2, "troops.BBB": 3, "troops.CCC": 2}
    assert list(scales["fewer"]) == ["troops.AAA", "troops.CCC"] and not scales["none"]
    assert list(scales["more"]) == [f"troops.{code}" for code in ("AAA", "BBB", "CCC", "DDD")]
    more = base.with_variant("more").scenario.observations
    assert more["troops.DDD"].claims == {"subject": "DDD", "quantity": "troops"} and more["troops.BBB"].note == "told"
    same = load_document(base.document, None, "louder")
    assert dump(same.scenario) == dump(base.with_variant("louder").scenario)


def test_a_scenario_that_extends_another_takes_a_holder_out(tmp_path: Path):
    (tmp_path / "base.yaml").write_text(text(SHORT), encoding="utf-8")
    top = tmp_path / "scenario.yaml"
    top.write_text("extends: base.yaml\nobservations: {troops.CCC: null}\n", encoding="utf-8")
    assert list(load_scenario(top).scenario.observations) == ["troops.AAA", "troops.BBB"]


@pytest.mark.parametrize(
    ("observations", "line", "path", "words"),
    [
        ("  trops.*: {claims: {quantity: troops}, scale: 1 @assumption}", 13, "trops.*", "did you mean `troops`"),
        ("  mood.*: {claims: {quantity: mood}, scale: 1 @assumption}", 13, "mood.*", "write `mood` alone"),
        (
            "  troops.*:\n    claims: {subject: AAA, quantity: troops}\n    scale: 1 @assumption",
            14,
            "troops.*.claims.subject",
            "it is each holder in turn",
        ),
        (
            "  troops.*:\n    claims: {quantity: troops}\n    scle: 1 @assumption",
            15,
            "troops.*.scle",
            "did you mean `scale`",
        ),
        ("  troops.*: 4", 13, "troops.*", "is not a mapping"),
        (
            "  troops.*:\n    claims: {quantity: troops}\n    scale: 1 @assumption\n  troops.BBB:\n    scle: 2",
            17,
            "troops.BBB.scle",
            "did you mean `scale`",
        ),
    ],
)
def test_a_mistake_is_told_once_where_it_stands(observations, line, path, words):
    with pytest.raises(ScenarioError) as caught:
        load_text(text(observations), "case.yaml")
    told = [problem for problem in caught.value.problems if problem.path == f"observations.{path}"]
    assert len(told) == 1 and told[0].where == f"case.yaml:{line}"
    assert words in str(caught.value)


def test_mistakes_elsewhere_are_told_in_the_same_go(tmp_path: Path):
    file = tmp_path / "scenario.yaml"
    file.write_text(text("  trops.*: {claims: {}, scale: 1}").replace("step: month", "step: moon"), encoding="utf-8")
    paths = [problem.path for problem in read_scenario(file).problems]
    assert paths == ["observations.trops.*", "step"]


def test_what_the_ledger_lacks_is_told_for_each_holder():
    with pytest.raises(ModelError) as caught:
        plan(load_text(text(SHORT), "case.yaml"), ledger("BBB"))
    told = [(problem.where, problem.path, problem.what) for problem in caught.value.problems]
    assert [(where, path) for where, path, _ in told] == 2 * [("case.yaml:14", "observations.troops.*.claims")]
    assert [what.rpartition(" ")[2] for _, _, what in told] == ["`troops.AAA`", "`troops.CCC`"]
    wrong = text("  troops.*:\n    claims: {quanity: troops}\n    scale: 1 @assumption")
    with pytest.raises(ModelError) as caught:
        plan(load_text(wrong, "case.yaml"), ledger("AAA", "BBB", "CCC"))
    assert [problem.where for problem in caught.value.problems] == ["case.yaml:14"]
    assert "did you mean `quantity`" in str(caught.value)
