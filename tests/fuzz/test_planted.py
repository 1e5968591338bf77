"""Every door sees a fault that is planted behind it, and every oracle a wrong number."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest

from standoff import expression, units
from standoff.cli._registry import CommandFolder
from standoff.errors import StandoffError
from tests.fuzz import areas
from tests.fuzz.areas import commands, explorer, oracles
from tests.fuzz.door import Door
from tests.fuzz.harness import WARM, fuzz, outcome

DOORS = {door.name: door for door in areas.doors()}
TRIED = 60  #: inputs until a planted fault must have been seen; assumption
#: door -> function behind it, in which a fault is planted
BEHIND = {
    **{
        name: f"standoff.addons.data.{name.replace(' ', '.')}:parse" for name in DOORS if name.startswith("connectors ")
    },
    "commands quick": "standoff.cli._options:emit",
    "commands slow": "standoff.addons.games.single_game:solve",
    "estimate formula": "standoff.addons.games.estimate.model_data:split",
    "estimate .csv": "standoff.addons.games.estimate.estimate:model_data",
    "explorer body": "standoff.addons.explorer.bodies:check",
    "explorer move": "standoff.addons.explorer.explorer:Explorer.move",
    "explorer request": "standoff.addons.explorer.workshop:Workshop.move",
    "folders resume": "standoff.job_folder:unpack",
    "folders changed": "standoff.analysis.run_diff:RunInputs.read",
    "folders posterior": "standoff.inference.fit.posterior:_digest",
    "folders forged posterior": "standoff.inference.fit.posterior:load",
    "games .nfg": "standoff.addons.games.gambit:GambitGame.text",
    "games .efg": "standoff.addons.games.gambit:GambitGame.text",
    "games solve .nfg": "standoff.addons.games.single_game:solve",
    "games solve .efg": "standoff.addons.games.single_game:solve",
    "ledger frame": "standoff.ledger:Ledger.frame",
    "numbers belief": "standoff.beliefs:parse",
    "numbers unit": "standoff.units:show",
    "numbers date": "standoff.scenario.calendar:months",
    "numbers expression": "standoff.expression:evaluate",
    "priors": "standoff.priors:find",
    "templates": "standoff.case_templates.ask:Ask.read",
    "documents": "standoff.report.backends.docx:render",
    "reading prose": "standoff.dates:PartialDate.parse",
    "reading audit": "standoff.ledger:Ledger.as_of",
    "reading .txt": "standoff.addons.reading.text_files:load",
    "reading .html": "standoff.addons.reading.extract_text:html",
    "reading .pdf": "standoff.addons.reading.extract_text:pdf",
    "reading model": "standoff.addons.reading.language_model:read",
    "records forecasts": "standoff.evaluation.forecast_record:read",
    "records hindcast.yaml": "standoff.evaluation.hindcast.config:read",
    "records hindcast.yaml of a case": "standoff.evaluation.hindcast.config:read",
    "records data set": "standoff.addons.data.connectors._cache:find",
    "scenario yaml": "standoff.yaml_reader:read",
    "scenario read": "standoff.scenario.load:load_text",
    "scenario plan": "standoff.plan.builder:PlanBuilder.add_parameter",
    "scenario case": "standoff.scenario.load:load_text",
    "scenario --set": "standoff.scenario.load:load_document",
    "workers job": "standoff.engine.batches:simulate_batch",
    "workers message": "standoff.job:Job.from_bytes",
    "workers reply": "standoff.job_folder:JobResult.from_bytes",
    "workers folder": "standoff.job_folder:JobFolder.jobs",
    "ledger .jsonl": "standoff.ledger:Ledger.parse",
    "ledger .json": "standoff.ledger:Ledger.conflicts",
    "ledger .yaml": "standoff.ledger:Ledger.conflicts",
}


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", os.environ.get("XDG_CACHE_HOME", str(tmp_path)))


def marked(names: list[str]) -> list[Any]:
    return [pytest.param(name, marks=[pytest.mark.slow] if DOORS[name].slow else []) for name in names]


def plant(monkeypatch: pytest.MonkeyPatch, where: str, made: Callable[[Any], Any]) -> None:
    """Put `made(old)` in the place of `MODULE:NAME` or `MODULE:CLASS.NAME`, wherever it was imported to."""
    module, _, name = where.partition(":")
    holder = import_module(module)
    *outer, last = name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    monkeypatch.setattr(holder, last, made(getattr(holder, last)))


class Planted(Exception):
    """No exception of the product or of Python."""


def broken(old: Any) -> Any:
    def function(*_: Any, **__: Any) -> Any:
        raise Planted

    return function


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", marked([name for name in DOORS if name.split()[0] != "oracle"]))
def test_each_door_sees_a_fault_behind_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    DOORS[name].seeds()  # before the fault: some are made by what is behind the door
    plant(monkeypatch, BEHIND[name], broken)
    failures = fuzz(replace(DOORS[name], seconds=WARM), 1, most=TRIED, seeds=False).failures
    seen = [f"{each.place} {each.text}" for each in failures.values()]  # a server tells of it as 500
    assert any("Planted" in text or (name.startswith("explorer") and "500 at" in text) for text in seen), seen
    explorer.client.cache_clear()  # it remembers what failed


def test_no_input_is_a_fault_where_none_is_planted() -> None:
    door = DOORS["oracle belief"]
    assert not fuzz(replace(door, seconds=WARM), 1, most=TRIED).failures


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "door", [pytest.param(door, id=name, marks=[pytest.mark.slow] if door.slow else []) for name, door in DOORS.items()]
)
def test_a_door_takes_its_seeds(door: Door) -> None:
    """Else it tries what the product has not taken for long."""
    refused = {line: words for words, line in zip(commands.REFUSED, commands.seeds(commands.REFUSED), strict=True)}
    for raw in door.seeds():
        error = outcome(replace(door, seconds=WARM), raw)
        if raw in refused:
            assert isinstance(error, StandoffError) and "Usage:" not in str(error), (refused[raw], str(error))
        else:
            assert error is None, (raw[:200], str(error))


def test_every_command_is_tried_or_left_out_with_a_reason() -> None:
    folder = CommandFolder("standoff.cli")
    names = set()
    for name in folder:
        inner = folder.declared(name).function
        names |= {f"{name} {each}" for each in CommandFolder(inner)} if isinstance(inner, str) else {name}
    lines = (*commands.QUICK, *commands.REFUSED, *commands.SLOW)
    tried = {name for name in names if any(f"{line} ".startswith(f"{name} ") for line in lines)}
    assert names - tried == set(commands.UNTRIED) and not tried & set(commands.UNTRIED)
    assert {line.split()[0] for line in lines if line[0] != "-"} <= {name.split()[0] for name in names}


# ---- oracles


def million(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million that is not one."""
    monkeypatch.setattr(units, "MAGNITUDES", {**units.MAGNITUDES, "million": 1.1e6})


def percent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A percent that is not one."""
    monkeypatch.setattr(units, "DERIVED", {**units.DERIVED, "%": (0.011, "")})


class Calculator:
    """NumPy or JAX with another function in one place."""

    def __init__(self, real: Any, name: str, made: Callable[..., Any]) -> None:
        self.real, self.name, self.made = real, name, made

    def __getattr__(self, name: str) -> Any:
        return self.made if name == self.name else getattr(self.real, name)


def computed(name: str, made: Callable[[Any], Callable[..., Any]]) -> Callable[[pytest.MonkeyPatch], None]:
    """A fault in a function of expressions."""

    def planted(monkeypatch: pytest.MonkeyPatch) -> None:
        real = expression.evaluate
        for module in ("standoff.expression",):
            monkeypatch.setattr(
                f"{module}.evaluate",
                lambda node, value, holds, xp: real(node, value, holds, Calculator(xp, name, made(xp))),
            )

    return planted


EXPRESSION = {
    "other units": million,
    "percent": percent,
    "scaled": computed("divide", lambda xp: lambda a, b: a / b * 1.001),
    "negated": computed("logical_not", lambda xp: lambda a: a),
    "negated twice": computed("logical_not", lambda xp: lambda a: xp.logical_not(a) | True),
    "minus": computed("negative", lambda xp: lambda a: abs(a)),
}


def forget() -> None:
    """What was read before a fault, or under it."""
    for module in ("standoff.units", "standoff.expression", "standoff.beliefs", "tests.fuzz.areas.oracles"):
        for held in vars(import_module(module)).values():
            if callable(getattr(held, "cache_clear", None)):
                held.cache_clear()


@pytest.fixture
def fresh() -> Any:
    forget()
    yield
    forget()


@pytest.mark.parametrize("fault", EXPRESSION)
def test_the_oracle_of_expressions_sees_wrong_numbers(fault: str, monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    EXPRESSION[fault](monkeypatch)
    failures = fuzz(DOORS["oracle expression"], 2, most=TRIED, seeds=False).failures
    assert any("AssertionError" in place for place in failures)


@pytest.mark.parametrize("fault", [million, percent])
def test_the_oracle_of_beliefs_sees_wrong_units(
    fault: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    fault(monkeypatch)
    assert fuzz(DOORS["oracle belief"], 1, most=TRIED, seeds=False).failures


def test_the_oracle_of_claims_sees_wrong_numbers(monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    real = oracles.belief_of
    monkeypatch.setattr(oracles, "belief_of", lambda claim: replace(real(claim), unit="person"))
    assert fuzz(DOORS["oracle belief"], 1, most=TRIED, seeds=False).failures


def pushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that goes on at rate 0."""
    from standoff.mechanisms import flow

    real = flow.flows
    monkeypatch.setattr(
        flow, "flows", lambda p, s, t, z: {name: change + 0.02 * s[name] for name, change in real(p, s, t, z).items()}
    )


def by_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that depend on what stands first."""
    answered(monkeypatch, lambda scenario: 1.0 + 0.01 * list(scenario.questions).index("left"))


def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that depend on names."""
    answered(monkeypatch, lambda scenario: 1.0 + 0.01 * sum(map(len, scenario.stocks)))


def answered(monkeypatch: pytest.MonkeyPatch, factor: Callable[[Any], float]) -> None:
    real = oracles.simulate

    class Wrong:
        def __init__(self, model: Any, **settings: Any) -> None:
            self.run = real(model, **settings)

        def answer(self, name: str) -> Any:
            return self.run.answer(name) * factor(self.run.model.scenario)

    monkeypatch.setattr(oracles, "simulate", Wrong)


SCENARIO = {
    "unit": million,
    "scale": computed("divide", lambda xp: lambda a, b: a / b * 1.01),
    "negation": computed("logical_not", lambda xp: lambda a: a),
    "rate 0": pushed,
    "order": by_place,
    "names": by_name,
}


@pytest.mark.parametrize("relation", oracles.RELATIONS)
def test_the_oracle_of_scenarios_sees_wrong_answers(
    relation: str, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    SCENARIO[relation](monkeypatch)
    oracles.base_answers("still")  # under the fault
    for seed in range(4):
        made = oracles.RELATIONS[relation](oracles.data(oracles.STILL), Random(seed))
        try:
            oracles.compare(oracles.base_answers("still"), made)
        except AssertionError as error:
            assert relation != "negation" or "negation" in str(error)
            return
    raise AssertionError(f"four scenarios agree under a wrong `{relation}`: {json.dumps(made)}")
