"""Forecast origins: futures simulated from past dates, stored so that a hindcast can resume.

At each origin the scenario's as_of is that day and later claims are redacted (`ledger.redact`). A check plans the case
with and without redaction and refuses to go on where any number differs. Numbers whose author cites only later claims
are leaks that no program can detect; they are widened, and counted.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from standoff import expression, input_files
from standoff.array_files import pack, unpack
from standoff.dates import add_months
from standoff.engine.anchors import anchored, prior
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.engine.reference import referenced
from standoff.engine.run import Run
from standoff.engine.run_folder import LARGEST
from standoff.engine.simulate import simulate
from standoff.errors import RunError
from standoff.evaluation.hindcast.config import question_at
from standoff.files import write_atomic, write_errors
from standoff.ledger import Ledger
from standoff.ledger.redact import redact_after
from standoff.plan import Plan
from standoff.plan import plan as plan_case
from standoff.plan.leak_check import (
    WIDER,
    LateEntry,
    late_entries,
    require_no_leaks,
    widen_late_parameters,
)
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.scenario import LoadedScenario, Scenario, calendar
from standoff.scenario.question import Question
from standoff.versions import versions

LOG = logging.getLogger(__name__)
#: fields of a question that speak of its own date
OF_ANOTHER_DAY = ("within", "since", "anchor", "compare_with", "data_rate", "claims", "outcome")
SLACK = 2  #: months simulated beyond the longest horizon, for claims about a day near it
BEFORE = 13  #: stored months before as_of, for means over a year and the last report before as_of


@record
class OriginForecasts:
    """Simulation from one origin. Paths begin some months before as_of, at state number `now`."""

    as_of: dt.date
    ledger: str  #: digest of the claims published by then
    model: str  #: digest of the model
    definition: str  #: digest of the model without claims
    last_claim: str  #: last day on which a claim known then was published
    late: tuple[LateEntry, ...]
    widened: float  #: factor by which late parameters were widened, 1 for none
    priors: Mapping[str, float]  #: question -> the rate of its class, from which its options start
    failed: int
    now: int
    months: tuple[str, ...]  #: (T,) labels of the states
    cells: dict[str, np.ndarray]  #: stock -> (draw, T), canonical units
    chosen: dict[str, np.ndarray]  #: choice -> (draw, T) option in force in the step up to the state


@dataclass(frozen=True)
class HindcastSettings:
    """Settings of the simulation of origins; with the case they determine it."""

    months: int  #: longest horizon
    draws: int
    seed: int
    late_parameter_widening: float = WIDER


def origins(first: str, last: str, every: str) -> tuple[dt.date, ...]:
    """Month ends from `first` to `last`, `every` `quarter` or `6 months`; or `ScenarioError`."""
    stride = calendar.months(every if every[:1].isdigit() else f"1 {every}")
    if stride != int(stride):
        raise RunError(f"`{every}` is not a number of months", "--every", allowed="month, quarter, 6 months, year")
    begin, end, out = calendar.last_day(first), calendar.last_day(last), list[dt.date]()
    while (day := add_months(begin, int(stride) * len(out))) <= end:
        out.append(day)
    if not out:
        raise RunError(f"no origin lies between {first} and {last}", "--from", fix="use an earlier --from")
    return tuple(out)


def model_at(
    loaded: LoadedScenario, ledger: Ledger, day: dt.date, how: HindcastSettings, progress: Progress = SILENT
) -> tuple[Model, tuple[LateEntry, ...]]:
    """The case as of a day, and its entries that cite only later claims.

    Its choices start from their classes. Raises `ModelError` where a number depends on a later claim, and where no
    constants meet the rate of a class.
    """
    resolved, lates = plan_at(loaded, ledger, day, how)
    return referenced(anchored(Model(resolved, *build_table(resolved)), progress), progress), lates


def plan_at(
    loaded: LoadedScenario, ledger: Ledger, day: dt.date, how: HindcastSettings
) -> tuple[Plan, tuple[LateEntry, ...]]:
    """The plan of `model_at`, which costs no simulation."""
    then, wider = _as_of(loaded, day, how), how.late_parameter_widening
    require_no_leaks(then, ledger)
    lates = late_entries(plan_case(then, ledger))
    resolved = plan_case(then, redact_after(ledger, day))
    if wider != 1:
        resolved = widen_late_parameters(resolved, lates, wider)
    return resolved, lates


def _as_of(loaded: LoadedScenario, day: dt.date, how: HindcastSettings) -> LoadedScenario:
    """The case as of a day, asked only for the rates from which its choices start.

    The date of a question with a base rate is its own; of one with classes it is the longest horizon.
    """
    scenario = loaded.scenario
    changes: dict[str, Any] = {
        "as_of": str(day),
        "end": add_months(day, how.months + SLACK).strftime("%Y-%m"),
        **dict.fromkeys(("levers", "interventions")),
        "title": f"{scenario.title} (as of {day}, late numbers {how.late_parameter_widening:g} times as wide)",
        "questions": {
            name: _start(scenario, question_at(loaded, name, day), day, how.months) for name in scenario.questions
        },
    }
    anchors = {name: {"anchor": None} for name, choice in scenario.choices.items() if choice.anchor}
    return loaded.over(changes | ({"choices": anchors} if anchors else {}))  # a prior is one as of another day


def _start(scenario: Scenario, question: Question, day: dt.date, months: int) -> dict[str, Any] | None:
    """What changes in a question from whose rate a choice starts; None where it has none.

    A stated rate is that of the day of the case or later: as of an earlier one it might know what came.
    """
    others = dict.fromkeys(OF_ANOTHER_DAY)
    if question.base_rate is not None:
        last = calendar.last_day(question.by) if question.by else day
        return {"by": str(last)} | others if scenario.as_of_day <= day < last <= add_months(day, months) else None
    if _starts_a_choice(scenario, question, day, months):
        return {"by": str(add_months(day, months)), "base_rate": None} | others
    return None


def _starts_a_choice(scenario: Scenario, question: Question, day: dt.date, months: int) -> bool:
    """Whether a choice may start from the class of a question, within some months of a day."""
    first = next(iter(question.classes), None)
    if first is None or first.count is None or first.per == "case" or first.goes_past(day):
        return False
    terms = expression.choice_terms(expression.parse(question.event, scenario.units))
    return 0 < max((calendar.months(scenario.choices[each.choice].every) for each in terms), default=0) <= months


def least_late_variant(loaded: LoadedScenario, ledger: Ledger, days: Sequence[dt.date], how: HindcastSettings) -> str:
    """The variant as of a day from the first origin on that knows least of what came after it.

    Empty for the case as it stands. What counts is the number of entries all of whose claims were published after the
    first origin: an assumption beside them is no excuse. Of equal ones the newest is taken.
    """
    first = min(days)
    variants = {name: str(item.change.get("as_of", "")) for name, item in loaded.scenario.variants.items()}
    dated = {name: calendar.last_day(day) for name, day in variants.items() if day} | {"": loaded.scenario.as_of_day}
    late = {
        name: len(late_entries(plan_case(_as_of(loaded.with_variant(name) if name else loaded, first, how), ledger)))
        for name, day in dated.items()
        if day >= first or not name
    }
    return min(late, key=lambda name: (late[name], -dated[name].toordinal(), name))


def simulate_origins(
    loaded: LoadedScenario,
    ledger: Ledger,
    days: Sequence[dt.date],
    how: HindcastSettings,
    folder: Path,
    progress: Progress = SILENT,
) -> Iterator[OriginForecasts]:
    """The futures of each origin, simulated or read from `folder`, and stored one by one."""
    with write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for day in track(progress, "origins", days):
        model, lates = model_at(loaded, ledger, day, how, progress)
        mark, file = mark_of(model, how), folder / f"{day}.npz"
        stored = read(file, mark)
        LOG.info("origin %s: %s", day, "simulated" if stored is None else "read from the folder")
        if stored is None:
            stored = simulated(model, how, progress)
            write(file, mark, stored)
        yield futures_of(stored, model, ledger.as_of(day), lates, how.late_parameter_widening)


def mark_of(model: Model, how: HindcastSettings) -> str:
    """Identity of an origin: everything that its futures depend on."""
    table = model.table.digest
    return json.dumps([model.hash, table, how.draws, how.seed, how.months, BEFORE, versions()], sort_keys=True)


def simulated(model: Model, how: HindcastSettings, progress: Progress = SILENT) -> dict[str, np.ndarray]:
    """Its paths, as `paths_of` gives them."""
    return paths_of(simulate(model, draws=how.draws, seed=how.seed, paths="all", progress=progress))


def paths_of(run: Run) -> dict[str, np.ndarray]:
    """Stocks (draw, state, cell), options (draw, state, choice), and number of failed draws."""
    first, good, failed = _first(run.model), run.valid_paths, np.array(int((~run.valid).sum()))
    return {"cells": run.stock_paths[good, first:], "chosen": run.path_chosen[good, first - 1 :], "failed": failed}


def _first(model: Model) -> int:
    """The first stored state."""
    return max(model.plan.first_future_step - BEFORE, 1)


def write(file: Path, mark: str, stored: Mapping[str, np.ndarray]) -> None:
    """Store the simulation of an origin."""
    write_atomic(file, pack({"mark": np.array(mark), **stored}, small=True))


def read(file: Path, mark: str) -> dict[str, np.ndarray] | None:
    """The stored simulation of an origin; None if absent, damaged, or of other settings."""
    with suppress(RunError, ValueError):
        stored = unpack(input_files.contents(file, LARGEST, RunError))
        return stored if str(stored.get("mark")) == mark else None
    return None


def futures_of(
    stored: dict[str, np.ndarray], model: Model, known: Ledger, lates: tuple[LateEntry, ...] = (), widened: float = 1.0
) -> OriginForecasts:
    """The simulation of a model as of a day with the claims known then, by stock and choice."""
    cells, chosen, plan, first = stored["cells"], stored["chosen"], model.plan, _first(model)
    return OriginForecasts(
        as_of=model.scenario.as_of_day,
        ledger=known.hash,
        model=model.hash,
        definition=model.definition,
        last_claim=max((str(claim.published.last) for claim in known), default=""),
        late=lates,
        widened=widened,
        priors={item.question: prior(plan, item) for item in plan.anchors if item.question},
        failed=int(stored["failed"]),
        now=plan.first_future_step - first,
        months=tuple(model.scenario.calendar.label(first + k) for k in range(cells.shape[1])),
        cells={cell: cells[:, :, n] for n, cell in enumerate(plan.cells)},
        chosen={choice.name: chosen[:, :, n] for n, choice in enumerate(plan.choices)},
    )
