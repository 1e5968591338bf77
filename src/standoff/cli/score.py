"""`standoff score`: settled questions against what happened, beside what one would have said without a model."""

from __future__ import annotations

import math
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.options import Draws, Json, Seed, Variant, cases, display, load_case, print_json, progress_bar
from standoff.cli.output import put_error
from standoff.errors import Problem, RunError
from standoff.report.text_table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from standoff.engine.build import Model
    from standoff.engine.run import Run
    from standoff.engine.simulate import Progress
    from standoff.evaluation.records import Scored, Scores

CATALOG, FORECASTS = "catalog", ".jsonl"
DRAWS = 2000  #: Monte Carlo error of a probability at most 1.1 percentage points
SCORES = {"brier": "Brier", "log": "log", "crps": "CRPS"}
OTHERS = {"base_rate": "base rate", "persistence": "as now", "even": "equal chances"}


def score(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="CASE...",
            help="Cases with settled questions; `catalog` for all of these; or a file of forecasts, .jsonl.",
            autocompletion=cases,
        ),
    ],
    variant: Variant = "",
    draws: Draws = DRAWS,
    seed: Seed = 1,
    claims: Annotated[
        Path | None,
        typer.Option(
            "--claims",
            metavar="FILE",
            help="Of forecasts: the ledger that resolves them; that of their case if left out.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Score settled questions (those with an `outcome`) against base rate, no change and equal chances.

    A file that `standoff hindcast --record` wrote is resolved by later claims; what cannot be resolved says why.
    """
    if any(name.endswith(FORECASTS) for name in names):
        _forecasts(names, claims, as_json)
        return
    if claims is not None:
        raise RunError(
            Problem("only forecasts are resolved by another ledger", "--claims", allowed="with a file .jsonl")
        )
    from standoff.evaluation.score import score as scored

    found = scored(_runs(_models(names, variant), draws, seed, as_json), seed)
    if as_json:
        print_json(found.to_data())
    else:
        display(*page(found))


def _forecasts(names: list[str], claims: Path | None, as_json: bool) -> None:
    """Resolve and score the forecasts of files."""
    from standoff import catalog
    from standoff.evaluation.hindcast import forecast_ledger
    from standoff.ledger import Ledger
    from standoff.serialise import to_plain

    if not all(name.endswith(FORECASTS) for name in names):
        raise RunError(Problem("cases and forecasts are scored apart", allowed="either cases, or files .jsonl"))
    ledger = None if claims is None else Ledger.load(claims)
    found = [item for name in names for item in forecast_ledger.read(Path(name))]
    out = []
    for case in dict.fromkeys(item.case for item in found):
        loaded, own = catalog.load(case)
        mine = [item for item in found if item.case == case]
        judged = forecast_ledger.resolve(mine, own if ledger is None else ledger, loaded.scenario.units)
        out += list(zip(mine, judged, strict=True))
    if as_json:
        from dataclasses import asdict

        print_json(
            to_plain([{**asdict(each), "id": item.id, "asks": item.asks, "made": item.created} for item, each in out])
        )
        return
    from standoff.report.sections.hindcast import promised_page

    display(promised_page(out))


def _models(names: list[str], variant: str) -> dict[str, Model]:
    """The cases, all built before any is run: those of the catalogue only where something is settled."""
    from standoff import catalog
    from standoff.engine.build import build

    wanted = dict.fromkeys(name for each in names for name in (catalog.slugs() if each == CATALOG else (each,)))
    out = {}
    for name in wanted:
        loaded, ledger = load_case(name, variant if name in names else "")
        if name in names or any(asked.outcome for asked in loaded.scenario.questions.values()):
            out[name] = build(loaded, ledger)
    return out


def _runs(models: dict[str, Model], draws: int, seed: int, quiet: bool) -> Iterator[tuple[str, Run]]:
    """One run after another, on one bar; where nobody watches it, several have a line each on standard error."""
    from standoff.engine.simulate import simulate

    whole = draws * len(models)
    with progress_bar("draws", quiet=quiet) as tick:
        for place, (name, model) in enumerate(models.items()):
            if len(models) > 1 and not quiet and not sys.stderr.isatty():
                put_error(f"{place + 1} of {len(models)}: {name}")
            step = None if tick is None else partial(_further, tick, place * draws, whole)
            yield name, simulate(model, draws=draws, seed=seed, progress=step)


def _further(tick: Progress, before: int, whole: int, done: int, _: int) -> None:
    tick(before + done, whole)


# ---- as text ------------------------------------------------------------------------------------------------------


def page(found: Scores) -> list[RenderableType]:
    """Verdict and what it can mean, questions, skill, calibration, notes."""
    first, *notes = found.notes  # whether a score can mean foresight belongs beside the verdict
    out: list[RenderableType] = [found.verdict, f"note: {first}"]
    chances = [row for row in found.questions if row.kind in {"event", "first_of"}]
    numbers = [row for row in found.questions if row not in chances]
    if chances:
        head = ("case", "question", "model", "base rate", "happened", "Brier", "base", "log", "base")
        out.append(table("Probabilities", head, map(_chance, chances), head[2:]))
    if numbers:
        head = ("case", "question", "median", "90 %", "happened", "below", "CRPS", "base rate", "as now")
        out.append(table("Numbers", head, map(_number, numbers), head[2:]))
    head = ("score", "against", "questions", "cases", "model", "other", "skill", "90 %", "better on")
    rows = [
        (
            SCORES[item.score], OTHERS[item.against], str(item.questions), str(item.cases), _figure(item.model),
            _figure(item.other), _gain(item.score, item.skill),
            "too few" if item.interval is None else " to ".join(_gain(item.score, end) for end in item.interval),
            str(item.better),
        )
        for item in found.skills
    ]  # fmt: skip
    out.append(table("Skill (of the log score: nats gained a question)", head, rows, head[2:]))
    if found.calibration:
        columns = ("said", "events", "mean", "happened", "90 %")
        bins = [(f"{item.low:.0%} to {item.high:.0%}", str(item.questions), f"{item.forecast:.0%}", f"{item.happened:.0%}",
                  " to ".join(f"{end:.0%}" for end in item.interval)) for item in found.calibration]  # fmt: skip
        out.append(table("Calibration", columns, bins, columns[1:]))
    for part in found.coverage:
        low, high = part.interval
        out.append(f"{part.inside:.0%} of {part.questions} outcomes inside the central {part.level:.0%} of futures "
                   f"(90 %: {low:.0%} to {high:.0%})")  # fmt: skip
    return [*out, *(f"note: {note}" for note in notes)]


def _chance(row: Scored) -> tuple[str, ...]:
    base = row.scores.get("base_rate", {})
    mine = row.scores["model"]
    return (row.case, row.id, _share(row.forecast), _share(row.base_rate), row.outcome, _figure(mine["brier"]),
            _figure(base.get("brier")), _figure(mine["log"]), _figure(base.get("log")))  # fmt: skip


def _number(row: Scored) -> tuple[str, ...]:
    low, high = (_plain(end) for end in row.interval or (None, None))
    scores = [row.scores.get(who, {}).get("crps") for who in ("model", "base_rate", "persistence")]
    return (row.case, f"{row.id}, {row.unit}", _plain(row.forecast), f"{low} to {high}", row.outcome, _share(row.below),
            *map(_plain, scores))  # fmt: skip


def _share(p: float | None) -> str:
    return "" if p is None else f"{100 * p:.1f} %"


def _figure(value: float | None) -> str:
    return "" if value is None else "infinite" if math.isinf(value) else f"{value:.3f}"


def _plain(value: float | None) -> str:
    return "never" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _gain(name: str, value: float) -> str:
    return f"{value:+.2f}" if name == "log" or math.isinf(value) else f"{value:+.0%}"
