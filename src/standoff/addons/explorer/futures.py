"""Outcomes of single futures, answers in a group of them, and one of them as a story.

A future has a number, under which it has the same random numbers in every state of the levers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from standoff import labels
from standoff.addons.explorer import charts
from standoff.addons.explorer.responses import View
from standoff.analysis.answer import Answer, answer
from standoff.analysis.movements import main_step
from standoff.analysis.paired import paired_sample
from standoff.analysis.reason_attribution import taken
from standoff.analysis.stored_bands import Bands
from standoff.engine import decision_record
from standoff.engine.run import Outcomes, Run
from standoff.engine.session import LeverResult
from standoff.errors import ModelError
from standoff.plan import PlannedQuestion
from standoff.questions import form
from standoff.report import answer_text, formatting, overview_text
from standoff.scenario.starting_constants import KIND
from standoff.wargame.debrief import outcome

NEAR = 0.05  # share of futures near a point; assumption: few enough to be near, and enough for answers of their own
FEW = 30  # futures; assumption: a share of fewer is no estimate, and is given as a count
LARGEST = 3  # reasons of a decision in a story; assumption: a reader follows no more


def outcomes(now: Outcomes, before: Outcomes, question: str) -> View:
    """One number a future, in a state and in the case (`before`).

    Raises `ModelError` for an unknown question. None where it failed, or did not happen by the date of an `until`; an
    index of `labels`, if there are any. Futures below `paths` can be opened as a story.
    """
    query = now.model.plan.question(question)
    words = ("no", "yes") if query.form.COMPARED_BY == "probability" else query.form.labels(query)
    words = words if query.form.is_share and not _is_time(query) else ()
    return {
        "question": query.id,
        "kind": query.question.kind,
        "outcomes": _numbers(now, query),
        "before": _numbers(before, query),
        "labels": [overview_text.label(now.model.plan, word) for word in words] or None,
        "unit": _unit(query),
        "failed": np.flatnonzero(~now.valid),
        "paths": now.settings.paths,
    }


def _is_time(query: PlannedQuestion) -> bool:
    """Whether an outcome is the time until a condition holds."""
    return bool(query.form.IS_CONDITION and not query.form.HAS_LABELS and query.form.COMPARED_BY == "share")


def _unit(query: PlannedQuestion) -> str:
    if _is_time(query):
        return "months"
    unit = query.form.unit(query) or query.form.MEASURE
    return "" if unit == "1" else str(unit)


def _numbers(run: Outcomes, query: PlannedQuestion) -> list[float | None]:
    sample = paired_sample(run, query)
    if query.form.HAS_LABELS:
        first = np.stack([sample[label] for label in query.expressions])
        values = np.where(np.isfinite(first).any(axis=0), first.argmin(axis=0), len(first)).astype(float)
    elif _is_time(query):
        values = sample.months(sample[""])
    else:
        values = query.form.values(sample)
    finite = run.valid & np.isfinite(values)
    return [value if ok else None for value, ok in zip(values.tolist(), finite.tolist(), strict=True)]


def near(now: LeverResult, cell: str, time: str, value: float, shown: charts.ChartScale) -> View:
    """The twentieth of the futures that is nearest to a value of a stock at a date of its chart.

    They lie from `low` to `high`. Of a stock of 0 or 1, whose chart shows a share, those with it. Raises `ModelError`
    for a date of another time.
    """
    if time not in now.times:
        allowed = f"{now.times[0]} to {now.times[-1]}"
        raise ModelError(f"the chart has no date `{time}` after as_of", "time", allowed=allowed)
    values = now.paths[cell][:, now.times.index(time)] / shown.scale
    valid = np.flatnonzero(now.valid)
    if shown.is_flag:
        chosen = valid[values[valid] > 0]
    else:
        order = np.argsort(np.abs(values[valid] - value), kind="stable")
        chosen = np.sort(valid[order[: max(1, round(NEAR * len(valid)))]])
    ends = values[chosen] if len(chosen) else np.array([value])
    return {"stock": cell, "time": time, "futures": chosen.tolist(), "low": ends.min(), "high": ends.max()}


def group(now: LeverResult, run: Run, futures: Sequence[int], shown: Mapping[str, charts.ChartScale]) -> View:
    """Answers, stocks and choices in some futures, by their numbers; raises `ModelError`.

    now: outcomes with the paths of the stocks of `shown`; run: the same state with whole paths, for the choices. Fewer than
    30 futures have no charts, and counts in place of shares.
    """
    wrong = [number for number in futures if not 0 <= number < now.settings.draws]
    if wrong:
        raise ModelError(f"there is no future {wrong[0]}", "futures", allowed=f"0 to {now.settings.draws - 1}")
    chosen = np.array(sorted({number for number in futures if now.valid[number]}), int)
    if not len(chosen):
        raise ModelError("a group without futures", "futures", allowed="the numbers of one or more that did not fail")
    plan, as_of = now.model.plan, str(now.model.scenario.as_of)
    with_path = chosen[chosen < run.settings.paths]
    some = replace(  # stocks at as_of stay those of all futures: the baseline is that of the case
        now,
        settings=replace(now.settings, draws=len(chosen), paths=len(chosen)),
        answers=now.answers[:, chosen],
        failed=now.failed[chosen],
        cause=now.cause[chosen],
        unsolved=now.unsolved[chosen],
    )
    whole = answer(now, bands=Bands())
    held = run.path_chosen[with_path, plan.first_future_step + main_step(plan)]
    return {
        "count": len(chosen),
        "of": now.valid.sum(),
        "paths": len(with_path),  # those of the group with whole paths, behind the choices
        "times": charts.chart_times(plan),
        "answers": [
            _group_answer(item, len(chosen), as_of) | {"all": answer_text.answer(whole[item.id], as_of).main}
            for item in answer(some, bands=Bands(), like=whole).answers
        ],
        "fans": [
            charts.fan(cell, scale, charts.outcome_rows(now, cell, scale, chosen))
            for cell, scale in shown.items()
            if len(chosen) >= FEW
        ],
        "choices": [
            {
                "choice": choice.name,
                "shares": charts.rounded((held[:, c, None] == np.arange(len(choice.options))).mean(axis=0)[None])[0],
            }
            for c, choice in enumerate(plan.choices)
            if any(choice.is_free) and len(with_path)
        ],
    }


def _group_answer(answer: Answer, count: int, as_of: str) -> View:
    """An answer in a group of futures: of few a count, and None for a number there."""
    if count >= FEW:
        wording = answer_text.answer(answer, as_of)
        return {"question": answer.id, "now": wording.main, "error": wording.error or None}
    share = answer.number if form(answer.kind).is_share else None
    label = ""
    if form(answer.kind).HAS_LABELS:
        share, label = answer.detail["first"][answer.answer], f"{answer.answer}: "
    elif "probability_by" in answer.detail:
        share = answer.detail["probability_by"]
    now = None if share is None else f"{label}{round(share * count)} of {count}"
    return {"question": answer.id, "now": now, "error": None}


def story(run: Run, number: int, shown: Mapping[str, charts.ChartScale]) -> View:
    """One future as a story, with some stocks in the scale of their charts; raises `ModelError`.

    The `kind` of an event is choice, question, exhaustion, fighting (a stock of that name begins or ends) or flag (another
    one).
    """
    if not 0 <= number < run.settings.paths:
        allowed = f"0 to {run.settings.paths - 1}, whose paths are kept"
        raise ModelError(f"there is no path of the future {number}", "number", allowed=allowed)
    if not run.valid[number]:
        raise ModelError(f"the future {number} failed", "number", fix="open another one")
    plan = run.model.plan
    states, row = charts.chart_states(plan), int(run.valid_paths[:number].sum())
    choices = sorted(_choices(run, number, row), key=lambda item: item[:2])
    events = [(state, event) for state, _, event, _ in choices]
    events += [*_conditions(run, number), *_flags(run, number)]
    return {
        "number": number,
        "outcome": _outcome(run, number) if plan.questions else "",
        "events": [event for _, event in sorted(events, key=lambda pair: pair[0])],
        "reasons": [decision for *_, decision in choices if decision],  # why an option was taken in place of another
        "stocks": [
            {
                "stock": cell,
                "name": labels.stock(plan, cell),
                "unit": scale.unit,
                "values": charts.fan_rows(run, cell, scale, states, [row])[0],
            }
            for cell, scale in shown.items()
        ],
        "times": charts.chart_times(plan),
    }


def _choices(run: Run, number: int, row: int) -> Iterator[tuple[int, int, View, View | None]]:
    """State and choice of every change of the option in force after as_of, as an event.

    With its decision, or None where the option was set or ended with its occasion; `row` is that of the future among the
    path draws that did not fail.
    """
    plan = run.model.plan
    for c, choice in enumerate(plan.choices):
        chosen, claims = run.path_chosen[number, :, c], {reason.name: reason.claims for reason in choice.reasons}
        for k in range(plan.first_future_step, len(chosen)):
            if chosen[k] == (chosen[k - 1] if k else choice.status_quo):
                continue
            option, decided = choice.options[chosen[k]], _decided(run, c, k, chosen, row)
            fields = {
                "at": run.times[k + 1],
                "actor": labels.actor(plan, choice.actor),
                "text": labels.option(plan, choice.name, option),
            }
            cause = ", as there is no longer an occasion to choose"
            if choice.held and choice.held[k] >= 0:
                cause = ", set by a person"
            event = _event(
                **fields | {"kind": "choice", "text": fields["text"] + (cause if decided is None else "")},
                claims=dict.fromkeys(
                    name for item in (decided or {}).get("reasons", ()) for name in claims[item["reason"]]
                ),
            )
            yield k + 1, c, event, decided and {**fields, "choice": choice.name, "option": option, **decided}


def _decided(run: Run, c: int, state: int, chosen: np.ndarray, row: int) -> View | None:
    """The chance of an option, and reasons for it against the one before; None if undecided."""
    choice = run.model.plan.choices[c]
    decision = taken(choice, chosen, state + 1)
    if decision is None:
        return None
    step, option, before = decision
    occasion = decision_record.has_occasion(run, c, step)
    if not occasion[row]:
        return None  # the option ended with its occasion
    parts = decision_record.reasons(run, c, step)[int(occasion[:row].sum())]
    sizes = (parts[:, option] - parts[:, before]).tolist()
    plan = run.model.plan
    largest = sorted(zip(choice.reasons, sizes, strict=True), key=lambda pair: -abs(pair[1]))[:LARGEST]
    return {
        "chance": decision_record.at_step(run, step).p[row, c, option],
        "reasons": [
            {"reason": reason.name, "text": labels.reason_of(plan, choice.name, reason.name), "log_odds": size}
            for reason, size in sorted(largest, key=lambda pair: (pair[0].part.kind == KIND, -pair[1]))  # for it first
        ],
    }


def _event(at: str, kind: str, actor: str, text: str, claims: Iterable[str] = ()) -> View:
    return {"at": at, "kind": kind, "actor": actor, "text": text, "claims": tuple(claims)}


def _conditions(run: Run, number: int) -> Iterator[tuple[int, View]]:
    """Questions whose condition comes true."""
    for query in run.model.plan.questions:
        if not query.form.IS_CONDITION:
            continue
        sample, indicators = paired_sample(run, query), query.question.indicators or {}
        for label in query.expressions:
            state = float(sample[label][number])
            if not np.isfinite(state) or (not label and int(state) == query.since):
                continue  # it never holds, or is so from the first date that counts
            at, (side, _, constraint) = run.times[int(state)], label.partition(", ")
            sign = indicators.get(label, indicators.get(constraint, ""))
            words = label or ("Yes" if query.form.COMPARED_BY == "probability" else f"Until {at}")
            text = f"{label}: {sign}" if sign else label if constraint else f"{query.question.text} {words}."
            kind, actor = ("exhaustion", side) if constraint else ("question", "")
            yield int(state), _event(at, kind, actor, text, query.question.claims)


def _flags(run: Run, number: int) -> Iterator[tuple[int, View]]:
    """Stocks of 0 or 1 that begin or end after as_of."""
    plan = run.model.plan
    for cell in charts.flags(run):
        path = run.stock_paths[number, :, plan.cells.index(cell)]
        for state in range(plan.first_future_step + 1, len(path)):
            if path[state] != path[state - 1]:
                kind = "fighting" if cell.partition(".")[0] == "fighting" else "flag"
                text = f"{labels.stock(plan, cell)} {'begins' if path[state] else 'ends'}"
                yield state, _event(run.times[state], kind, "", text)


def _outcome(run: Run, number: int) -> str:
    """The main question in one future, in words."""
    query = run.model.plan.question(run.model.plan.main_question)
    return f"{query.question.text} {formatting.capital(outcome(run, query, number))}."
