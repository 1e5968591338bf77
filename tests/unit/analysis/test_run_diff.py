"""Two runs of one case: what differs in their inputs, and Shapley values that can be worked out.

Values that differ, as a scenario file has them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from standoff.analysis.run_diff import CUT, LENGTH, RunDiff, RunInputs, diff, differences, groups
from standoff.engine.build import build
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.errors import RunError
from standoff.ledger import Ledger
from standoff.report.backends import markdown
from standoff.report.sections import compare
from standoff.scenario import load_text

DRAWS = 200
TEXT = """
title: two numbers
as_of: 2030-01
start: 2030-01
end: 2031-01
step: month
actors: {ALA: {name: Aland}}
stocks:
  width: {unit: "1", initial: {from: SAYS}}
  length: {unit: "1", initial: LONG @assumption}
  noise: {unit: "1", floor: null, initial: "normal(0, 1) @assumption"}
mechanisms:
  gusts: {use: mean_reversion, stock: noise, mean: 0, speed: 0, volatility: 1, sources: assumption}
questions:
  area: {text: How large?, quantity: width * length + noise, at: 2030-06, resolution: a rule}
  wide: {text: Is it wide?, event: width + noise > 11, by: 2030-06, resolution: a rule}
"""
CLAIM = (
    '{{"id": "{id}", "subject": "ALA", "quantity": "width", "value": {value}, "unit": "1", "comparator": "exact", "as_of": '
    '"2029-12", "published": "2029-12-05", "speaker": "A surveyor", "side": "aland", "source": {{"title": "A book"}}, '
    '"basis": "recalled", "status": "accepted"}}\n'
)


def ran(folder: Path, says: str, long: float, claims: dict[str, float], text: str = TEXT) -> Path:
    ledger = Ledger.parse("".join(CLAIM.format(id=name, value=value) for name, value in claims.items()))
    model = build(load_text(text.replace("SAYS", says).replace("LONG", str(long))), ledger)
    simulate(model, draws=DRAWS, seed=2, folder=RunFolder(folder))
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ran(tmp_path_factory.mktemp("runs") / "before", "ala-width-1", 2, {"ala-width-1": 10})


@pytest.fixture(scope="module")
def found(before: Path) -> RunDiff:
    after = ran(before.with_name("after"), "ala-width-2", 3, {"ala-width-1": 10, "ala-width-2": 12})
    return diff(before, after)


def test_changes_that_need_one_another_are_one_group(found: RunDiff) -> None:
    together = next(group for group in found.groups if group.added)
    assert together.added == ("ala-width-2",) and "stocks.width.initial.from" in {
        entry.path for entry in together.entries
    }
    alone = next(group for group in found.groups if not group.added)
    assert [(entry.path, entry.before, entry.after) for entry in alone.entries] == [
        ("stocks.length.initial", "2 @assumption", "3 @assumption")
    ]


def test_shapley_values_of_a_product(found: RunDiff) -> None:
    move = next(move for move in found.moves if move.id == "area")
    parts = {part.group: part for part in move.parts}
    assert move.change == pytest.approx(12 * 3 - 10 * 2, rel=1e-5) and move.mc_error < 1e-4  # noise is the same in both
    width = next(part for name, part in parts.items() if "width" in name)
    length = next(part for name, part in parts.items() if "length" in name)
    assert width.change == pytest.approx(2 * (2 + 3) / 2, rel=1e-4)
    assert length.change == pytest.approx(1 * (10 + 12) / 2, rel=1e-4)


def test_a_group_that_changes_nothing_makes_nothing(found: RunDiff) -> None:
    move = next(move for move in found.moves if move.id == "wide")
    length = next(part for part in move.parts if "length" in part.group)
    assert length.change == length.mc_error == 0
    assert sum(part.change for part in move.parts) == pytest.approx(move.change, abs=1e-9)


def test_numbers_run_through_one_program(found: RunDiff) -> None:
    assert found.mixes == 4 and found.compiled == 1


def test_it_reads(found: RunDiff) -> None:
    text = markdown.render(compare.diff_blocks(found)).decode()
    assert "claim ala-width-2: new" in text and "2 @assumption → 3 @assumption" in text


def test_the_same_run_twice_has_nothing_to_say(before: Path) -> None:
    same = diff(before, before)
    assert not same.groups and all(move.change == 0 for move in same.moves) and same.mixes == 1
    assert "the same scenario" in markdown.render(compare.diff_blocks(same)).decode()


def test_a_claim_that_is_gone_or_written_otherwise(before: Path) -> None:
    other = ran(before.with_name("other"), "ala-width-1", 2, {"ala-width-1": 11, "ala-width-3": 9})
    here, there = RunInputs.read(before), RunInputs.read(other)
    assert [(group.added, group.edited) for group in groups(here, there)] == [
        (("ala-width-3",), ()),
        ((), ("ala-width-1",)),
    ]
    assert [group.removed for group in groups(there, here)] == [("ala-width-3",), ()]


def test_what_cannot_be_compared(before: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"not a run folder[\s\S]*standoff run CASE --folder DIR"):
        diff(before, tmp_path)
    strange = ran(
        tmp_path / "strange", "ala-width-1", 2, {"ala-width-1": 10}, TEXT.replace("two numbers", "another case")
    )
    with pytest.raises(RunError, match="different cases"):
        diff(before, strange)


def spoil(folder: Path, name: str, raw: bytes | None) -> None:
    if raw is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(raw)


@pytest.mark.parametrize("raw", [None, b"", b"{", b"[]", b"\xff\xfe", b'{"settings": 1}', b"[" * 100_000])
@pytest.mark.parametrize("name", ["run.json", "scenario.yaml", "claims.jsonl", "verdict.json"])
def test_a_damaged_folder_is_an_error_that_names_the_file(
    before: Path, tmp_path: Path, name: str, raw: bytes | None
) -> None:
    copy = Path(shutil.copytree(before, tmp_path / "copy"))
    RunFolder(copy).write_json("verdict.json", {"questions": [{"id": "area", "answer": 22.0}]})
    assert RunInputs.read(copy).answered()["area"]["answer"] == 22.0
    spoil(copy, name, raw)
    if (name, raw) == ("verdict.json", None):
        assert RunInputs.read(copy).answered() == {}
        return
    with pytest.raises(RunError, match="not a run folder" if (name, raw) == ("run.json", None) else name):
        RunInputs.read(copy).answered()


def test_a_folder_that_cannot_be_named_is_an_error(before: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "none", tmp_path / "file", tmp_path / ("n" * 300)):
        with pytest.raises(RunError, match=r"not a run folder|too long"):
            diff(before, folder)


def test_values_are_written_as_in_a_scenario_file() -> None:
    after = {"interventions": {"offers": {"value": "8 @assumption"}}, "held": ["a", 2], "on": True, "as_of": "2030-01"}
    entries = {
        entry.path: entry.after for entry in differences({"interventions": 1, "held": 1, "on": 2, "as_of": 1}, after)
    }
    assert entries["interventions"] == "{offers: {value: 8 @assumption}}"
    assert (entries["held"], entries["on"], entries["as_of"]) == ("[a, 2]", "true", "2030-01")


def test_a_long_value_is_cut_at_a_word() -> None:
    words = "abcd " * 60
    (entry,) = differences({"text": "x"}, {"text": words})
    assert len(entry.after) <= LENGTH and entry.after.endswith(f"abcd{CUT}")
