"""Roll a case on: new claims, a later `as_of`, what changed and why, forecasts recorded.

Four runs in the same futures lead from the last date to the new one, and each change is the difference of two:

    before      as of the last date, with the claims published by then
    time        as of the new date, with the same claims: what waiting alone changes
    outcomes    with the choices that the case imposes since the last date
    claims      with all claims published by the new date

The changes add up to the whole in every future; in another order the parts would differ. What mechanisms are measured against
(`engine.reference`) is in the two runs between that of the last one. A reason is a sign that has fired
where the new claims moved it past its level: that at which, with all other reasons as they were, the option and the one it
is compared with are equally likely.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from standoff import catalog, labels
from standoff.analysis.explain import Explanation, explained, first_decision
from standoff.analysis.paired import Difference, PairedOutcomes, outcome_values
from standoff.dates import month_count, month_label
from standoff.engine.anchors import anchored
from standoff.engine.model import Model
from standoff.engine.parameters import build_table
from standoff.engine.reference import referenced
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import LedgerError, ModelError, RunError
from standoff.evaluation import forecast_record
from standoff.evaluation.declaration import Declaration, read_declaration
from standoff.evaluation.forecast_record import ForecastRecord
from standoff.evaluation.hindcast import config
from standoff.evaluation.hindcast.forecasts import HindcastCase, learn, make_forecasts
from standoff.evaluation.hindcast.origins import SLACK, futures_of, paths_of
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.hindcast.run import configured
from standoff.evaluation.hindcast.stacking import Stack
from standoff.evaluation.settlement import is_final, settle
from standoff.files import write_atomic
from standoff.ledger import Claim, Ledger
from standoff.ledger.redact import redact_after
from standoff.plan import Plan, plan
from standoff.plan.leak_check import WIDER, late_entries, require_no_leaks, widen_late_parameters
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.scenario import LoadedScenario, calendar
from standoff.serialise import to_plain
from standoff.versions import require_packages

DRAWS = 1000  #: Monte Carlo error of a probability at most 1.6 percentage points
STEPS = ("time", "outcomes", "claims")  #: what changes from each run to the next
SUFFIXES = (".jsonl", ".json", ".yaml", ".yml")  #: of files of claims
AS_OF = re.compile(r"(?m)^as_of:.*$")


@record
class InForce:
    """A choice as the case imposed it last, and the claims since then."""

    choice: str
    option: str
    text: str  #: who does what
    since: str  #: the day of its last entry in the history, empty for the status quo
    claims: tuple[str, ...]
    entry: str  #: line for its history, if the claims say that it is still in force; empty without one


@record
class QuestionChange:
    """A question before and after, with the parts of the change."""

    question: str
    text: str
    dates: tuple[str, str]  #: of the question, before and after
    unit: str
    whole: Difference
    parts: Mapping[str, Difference]  #: time, outcomes, claims


@record
class FiredSign:
    """A reason that new claims moved past its level."""

    choice: str
    option: str
    reason: str
    text: str  #: who may do what, and the reason
    before: float  #: parts of the log odds of the option
    after: float
    level: float
    claims: tuple[str, ...]  #: new ones that it rests on


@record
class Roll:
    """What a roll did and found."""

    case: str
    before: str  #: date rolled from; empty for the first
    as_of: str
    new_claims: tuple[str, ...]  #: published since the last date, or taken now
    taken: int  #: of these, put into the ledger of the case now
    late: int  #: parameters that cite only claims published later, widened
    in_force: tuple[InForce, ...]
    changes: tuple[QuestionChange, ...]
    signs: tuple[FiredSign, ...]
    recorded: int
    superseded: int
    settled: int
    record: str  #: its file
    notes: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(asdict(self))


def roll(
    case: str,
    until: str,
    *,
    new: Path | None = None,
    file: Path | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    widen_late: float = WIDER,
    progress: Progress = SILENT,
) -> Roll:
    """Roll a case on to a day and record its forecasts.

    case: slug or path of a case; its questions are those of its `hindcast.yaml`, else its own yes/no questions, each for its
    date. new: folder of files of claims, which are added to the ledger of the
    case, and its `as_of` is moved; a case of the package is left as it is. file: the record, by default `record.jsonl` beside
    the scenario. widen_late: factor by which ranges are widened whose sources were all published after the day.

    Raises `LedgerError` for claims that are wrong or contradict their id, `RunError` and `ModelError` otherwise.
    """
    require_packages("a comparison with standard methods of time series", "analysis", "statsmodels")
    path, day = catalog.find(case), calendar.last_day(until)
    loaded, ledger = catalog.load(case)
    loaded, dropped = _still_ahead(loaded, day)
    fresh = () if new is None else _new_claims(new, ledger, loaded)
    if fresh and path.is_relative_to(catalog.HOME):
        raise RunError(f"`{case}` is a case of the package, which keeps its claims", "--from", fix="copy its folder")
    ledger = Ledger((*ledger, *fresh), ledger.words)
    has_file = path.with_name(config.FILE).is_file()
    settings = configured(case, loaded, ledger, ()) if has_file else config.of_questions(loaded, day)
    place = file or path.with_name(forecast_record.FILE)
    found = forecast_record.read(place) if place.exists() else ForecastRecord()
    last = max((item.origin for item in found.forecasts if item.origin < day), default=loaded.scenario.as_of_day)
    start = last if last < day else None
    runs, late = _runs(loaded, ledger, start, day, settings, draws, seed, widen_late, progress)
    now, news = runs[-1], _published(ledger, start or dt.date.min, day)
    if fresh:
        ledger.save(path.with_name("claims.jsonl"))
        if (written := path.with_name("claims.yaml")).exists():  # two files of claims would be an error
            written.rename(path.with_name("claims-before-roll.yaml"))
    name = found.forecasts[0].case if found.forecasts else case  # however its folder is named now
    counts = _record(name, loaded, now, ledger, settings, place, found, draws, read_declaration(case))
    notes = _moved(path, day)
    notes += [f"dated on or before the new date, left out: {', '.join(dropped)}"] * bool(dropped)
    return Roll(
        case=case,
        before=str(start or ""),
        as_of=str(day),
        new_claims=tuple(claim.id for claim in news),
        taken=len(fresh),
        late=late,
        in_force=tuple(_in_force(now.model.plan, ledger.as_of(day), day)),
        changes=tuple(_changes(runs)) if len(runs) > 1 else (),
        signs=tuple(_signs(runs[-2], now, {claim.id for claim in news})) if len(runs) > 1 else (),
        recorded=counts[0],
        superseded=counts[1],
        settled=counts[2],
        record=str(place),
        notes=tuple(notes),
    )


def _published(ledger: Ledger, since: dt.date, day: dt.date) -> list[Claim]:
    """Claims published after one day, up to another."""
    return [claim for claim in ledger if since < claim.published.last <= day]


def _still_ahead(loaded: LoadedScenario, day: dt.date) -> tuple[LoadedScenario, list[str]]:
    """The case without questions and priors dated up to a day, and names of these questions."""
    choices = loaded.scenario.choices
    dates = {name: item.by or item.at for name, item in loaded.scenario.questions.items() if item.within is None}
    past = [name for name, date in dates.items() if date and _by(date, day)]
    anchors = {
        name: {"anchor": {option: None for option, anchor in choice.anchor.items() if _by(anchor.by, day)}}
        for name, choice in choices.items()
        if any(_by(anchor.by, day) for anchor in choice.anchor.values())
    }
    changes = {"questions": dict.fromkeys(past)} if past else {}
    return loaded.over(changes | ({"choices": anchors} if anchors else {})), past


def _new_claims(folder: Path, ledger: Ledger, loaded: LoadedScenario) -> tuple[Claim, ...]:
    """The claims of a folder that the ledger lacks; raises `LedgerError`."""
    files = sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES) if folder.is_dir() else []
    if not files:
        raise RunError("no files of claims", str(folder), allowed=f"files {', '.join(SUFFIXES)}")
    out: dict[str, Claim] = {}
    for file in files:
        for claim in Ledger.load(file, loaded.scenario.units):
            held = ledger[claim.id] if claim.id in ledger else out.get(claim.id)
            if held is not None and held.line() != claim.line():
                what = f"the id `{claim.id}` names another claim already"
                raise LedgerError(what, str(file), fix="a claim is never edited: retract it, or choose another id")
            if held is None:
                out[claim.id] = claim
    return tuple(out.values())


def _runs(
    loaded: LoadedScenario,
    ledger: Ledger,
    last: dt.date | None,
    day: dt.date,
    settings: config.HindcastConfig,
    draws: int,
    seed: int,
    wider: float,
    progress: Progress,
) -> tuple[list[Run], int]:
    """The runs that lead to the new date, and the number of its late parameters."""
    needed = month_count(day) + max(settings.horizons) + SLACK
    end = month_label(max(needed, month_count(calendar.last_day(loaded.scenario.end))))
    now = loaded.over({"as_of": str(day), "end": end})
    require_no_leaks(now, ledger)
    states = [(now, day)]
    if last is not None:
        held = {
            name: {"history": [entry.model_dump(mode="json") for entry in choice.history if _by(entry.since, last)]}
            for name, choice in loaded.scenario.choices.items()
            if any(not _by(entry.since, last) for entry in choice.history)
        }
        waited = now.over({"choices": held}) if held else now
        states = [(loaded.over({"as_of": str(last), "end": end}), last), (waited, last), (now, last), *states]
    models, made, late = list[Model](), dict[tuple[str, str], Run](), 0
    for scenario, limit in states:
        entries = [item for item in late_entries(plan(scenario, ledger)) if item.kind == "parameter"]
        resolved = plan(scenario, redact_after(ledger, limit))
        resolved = widen_late_parameters(resolved, entries, wider) if wider != 1 else resolved
        models.append(anchored(Model(resolved, *build_table(resolved)), progress))
        late = len(entries)
    keys = [(model.hash, model.table.digest) for model in models]
    models[-1] = referenced(models[-1], progress)
    for key, model in track(progress, "runs", [*zip(keys, models, strict=True)]):
        if key in made:  # nothing was imposed, or no claim came out
            continue
        if model is models[0] is not models[-1]:
            model = referenced(model, progress)
        elif model is not models[-1]:
            model = replace(model, table=model.table._replace(reference=models[-1].table.reference))
        made[key] = simulate(model, draws=draws, seed=seed, paths="all", progress=progress)
    return [made[key] for key in keys], late


def _by(date: str, day: dt.date) -> bool:
    return calendar.last_day(date) <= day


def _record(
    case: str,
    loaded: LoadedScenario,
    run: Run,
    ledger: Ledger,
    settings: config.HindcastConfig,
    place: Path,
    held: ForecastRecord,
    draws: int,
    declaration: Declaration | None,
) -> tuple[int, int, int]:
    """Append forecasts and outcomes of earlier ones; numbers recorded, superseded, settled."""
    day, declared = run.model.scenario.as_of_day, run.model.scenario.units
    known = ledger.as_of(day)
    asked = HindcastCase(settings, loaded, known)
    stack = Stack()
    learn(stack, held.counted, {name: line.report for name, line in held.settlements.items()})
    futures = futures_of(paths_of(run), run.model, known)
    lines = list(make_forecasts(futures, asked, case, draws, stack, declaration))
    added, superseded = forecast_record.append(place, lines, case)
    reports = {item.id: (item.rule, settle(item.rule, item.origin, known, declared)) for item in held.forecasts}
    settled = {
        name: each for name, (rule, each) in reports.items() if isinstance(each, Report) and is_final(rule, each, day)
    }
    return added, superseded, forecast_record.settle(place, settled) if settled else 0


def _moved(path: Path, day: dt.date) -> list[str]:
    """Move the date of a scenario file, if it has one; returns what to tell."""
    if path.is_relative_to(catalog.HOME):
        return ["the case is one of the package: its as_of stays"]
    text = path.read_text(encoding="utf-8")
    if not AS_OF.search(text):
        return [f"{path.name} has no `as_of` of its own to move"]
    write_atomic(path, AS_OF.sub(f"as_of: {day}", text, count=1))
    return []


# ---- what is still in force, what changed, which signs fired ------------------------------------------------------


def _in_force(of: Plan, known: Ledger, day: dt.date) -> Iterator[InForce]:
    """Each choice with claims since its last entry about what its history cites, else its actor."""
    for name, choice in of.scenario.choices.items():
        history = sorted(
            (entry for entry in choice.history if _by(entry.since, day)),
            key=lambda entry: calendar.last_day(entry.since),
        )
        last = history[-1] if history else None
        since = dt.date.min if last is None else calendar.last_day(last.since)
        cited = [known[source] for entry in history for source in entry.sources if source in known]
        about = {(claim.subject, claim.quantity) for claim in cited}
        claims = tuple(
            claim.id
            for claim in known.not_retracted()
            if claim.as_of.last > since
            and ((claim.subject, claim.quantity) in about if about else claim.subject == choice.actor)
        )
        option = last.option if last else choice.status_quo
        entry = f"- {{since: {str(day)[:7]}, option: {option}, sources: [{', '.join(claims[-3:])}]}}" if claims else ""
        yield InForce(
            choice=name,
            option=option,
            text=_deed(of, name, option),
            since=last.since if last else "",
            claims=claims,
            entry=entry,
        )


def _deed(of: Plan, choice: str, option: str) -> str:
    """Who does what, in the words of the scenario."""
    return f"{labels.actor(of, of.scenario.choices[choice].actor)}: {labels.option(of, choice, option)}"


def _changes(runs: Sequence[Run]) -> Iterator[QuestionChange]:
    """Each question that all runs answer with one number."""
    first, last = runs[0].model.plan, runs[-1].model.plan
    for question in last.questions:
        if question.form.HAS_LABELS:
            continue
        states = [outcome_values(run, run.model.plan.question(question.id)) for run in runs]
        paired = PairedOutcomes.of(question, states)
        if not paired.values.shape[1]:
            continue
        yield QuestionChange(
            question=question.id,
            text=question.question.text,
            dates=(first.question(question.id).date, question.date),
            unit="" if question.form.COMPARED_BY == "probability" else question.unit,
            whole=paired.difference(len(runs) - 1, 0),
            parts={name: paired.difference(n + 1, n) for n, name in enumerate(STEPS)},
        )


def _signs(before: Run, after: Run, news: set[str]) -> Iterator[FiredSign]:
    """Reasons of each free choice at its next decision that moved past their level."""
    for index, choice in enumerate(after.model.plan.choices):
        step = first_decision(after, index)
        if step is None:
            continue
        try:
            new = explained(after, index, step)
            old = explained(before, index, step, option=new.option, against=new.reference)
        except ModelError:  # the decision does not arise without the claims
            continue
        parts = {reason.reason: reason.log_odds for reason in old.reasons}
        for reason in new.reasons:
            was, level = parts[reason.reason], parts[reason.reason] - old.log_odds
            if (was - level) * (reason.log_odds - level) < 0:
                yield FiredSign(
                    choice=choice.name,
                    option=new.option,
                    reason=reason.reason,
                    text=f"{_deed(after.model.plan, choice.name, new.option)}; {labels.reason(reason)}",
                    before=was,
                    after=reason.log_odds,
                    level=level,
                    claims=_behind(new, reason.claims, news, after),
                )


def _behind(new: Explanation, cited: Sequence[str], news: set[str], run: Run) -> tuple[str, ...]:
    """New claims that a reason cites, else all new ones that observe a stock."""
    direct = tuple(claim for claim in dict.fromkeys(cited) if claim in news)
    observed = (claim for item in run.model.plan.observations for claim in item.claims)
    return direct or tuple(claim for claim in dict.fromkeys(observed) if claim in news)
