"""What moves the answers, as the page has it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from standoff import build, load
from standoff.addons.explorer import movers
from standoff.addons.explorer.bodies import LeverMapBody
from standoff.addons.explorer.explorer import MAP_SIDE, Explorer
from standoff.addons.explorer.workshop import Workshop
from standoff.analysis.paired import outcome_values
from standoff.errors import ModelError, StandoffError

DRAWS = 256


def test_rows_have_names_ends_and_what_is_clear(explorer: Explorer) -> None:
    model = explorer.model
    tried = movers.tried(model, explorer.order)
    found = [*movers.rows(explorer.session, tried, draws=DRAWS)]
    assert [row["kind"] for row in found][:2] == ["lever", "hold"] and len(found) == len(tried)
    lever, hold = found[:2]
    assert (hold["actor"], hold["text"]) == ("BLU", "Whether Blue acts") or hold["actor_name"] == "Blue"
    for row in found:
        assert row["text"] and model.plan.main_question in row["changes"] and row["futures"] == DRAWS
        for ends in row["changes"].values():
            assert len(ends) == len(row["ends"])
    assert [clear for _, _, clear in hold["changes"]["acts"]] == [True, True]
    assert lever["changes"]["acts"][0][0] > 0 > lever["changes"]["acts"][1][0]
    assert lever["unit"] == "" and lever["actor"] == "BLU"
    levers = {model.plan.number(item.target) for item in model.scenario.levers.values()}
    assert not {model.plan.index[row["name"]] for row in found if row["kind"] == "belief"} & levers


def test_they_are_stored_and_read_for_the_very_case(explorer: Explorer, tmp_path: Path, monkeypatch: Any) -> None:
    plan = explorer.model.plan
    model = replace(explorer.model, plan=replace(plan, loaded=replace(plan.loaded, folder=tmp_path)))
    rows = [{"kind": "lever", "name": "restraint"}]
    monkeypatch.setattr(movers, "rows", lambda session, of: iter(rows))
    path = movers.keep(replace(explorer.session, model=model), explorer.order)
    assert movers.stored(model) == rows and path.parent == tmp_path
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model": "another"}))
    assert movers.stored(model) is None


def test_they_come_one_after_another_where_none_are_stored(explorer: Explorer, monkeypatch: Any) -> None:
    monkeypatch.setattr(movers, "stored", lambda model: None)
    workshop = Workshop("closed-form", explorer.model)
    assert workshop.movers() == {"movers": [], "done": False}, "the page asks before the engine is warm"
    workshop.explorer = explorer
    until = time.monotonic() + 600  # a busy machine is no failure
    while not (view := workshop.movers())["done"] and time.monotonic() < until:
        time.sleep(0.05)
    assert view["done"] and len(view["movers"]) == len(movers.tried(explorer.model, explorer.order))


@pytest.mark.parametrize(
    ("across", "up", "question"),
    [("border", "border", "war"), ("bordr", "escalation_aversion", "war"), ("border", "escalation_aversion", "wat")],
)
def test_a_map_is_of_two_levers_and_a_probability(across: str, up: str, question: str) -> None:
    explorer = Explorer(model := build(load("korea-1950")), None)  # type: ignore[arg-type]
    question = model.plan.main_question if question == "war" else question
    explorer.__dict__["best"] = {}
    with pytest.raises((ModelError, StandoffError)):
        explorer.lever_map((across, up), question)


@pytest.fixture(scope="module")
def korea() -> Explorer:
    return Explorer.open(build(load("korea-1950")))


def test_corners_of_a_map_are_moves(korea: Explorer) -> None:
    workshop = Workshop("korea-1950", korea.model, explorer=korea)
    main = korea.model.plan.main_question
    found = workshop.lever_map(LeverMapBody(across="border", up="escalation_aversion", question=main))
    assert len(found["answers"]) == MAP_SIDE and {len(row) for row in found["answers"]} == {MAP_SIDE}
    low, high = found["answers"][0][0], found["answers"][-1][-1]
    best = korea.best[main].point
    question = korea.model.plan.question(main)
    assert best is not None
    with korea.session as warm:
        states = [warm.move({"border": end, "escalation_aversion": end}, draws=found["futures"]) for end in (0.0, 1.0)]
        base = outcome_values(warm.move(draws=found["futures"]), question).mean()
        for share, state in zip((low, high), states, strict=True):
            assert share - best == pytest.approx(outcome_values(state, question).mean() - base, abs=1e-6)
