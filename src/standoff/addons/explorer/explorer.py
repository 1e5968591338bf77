"""Answers, futures and choices under moved levers and beliefs, beside the case as it is.

Futures are paired: a moved lever acts from as_of on in the same futures, by number, so that a difference is a mean over
pairs. Differences are those of `standoff compare` for the same draws and seed. The answer before is always the one of the
most futures, with its epistemic band; the answer now is that plus the difference, so that it does not jump with the number
of futures, and has no band of its own.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from standoff import xla
from standoff.addons.explorer import charts
from standoff.addons.explorer.responses import View
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.answer import Answer, Answers, answer
from standoff.analysis.compare_variants import QuestionComparison, base_values, compare_outcomes
from standoff.analysis.lever_reach import lever_reach
from standoff.analysis.movements import PairedStates, levers, main_step, movements
from standoff.analysis.paired import outcome_values
from standoff.analysis.sensitivity.screening import by_correlation
from standoff.analysis.stored_bands import Bands
from standoff.engine.build import completed
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.session import LeverResult, Session, session
from standoff.engine.simulator import default_path_count, path_bytes
from standoff.errors import ModelError, require
from standoff.plan import Plan
from standoff.questions import form
from standoff.report import answer_text, formatting, lever_text, overview_text
from standoff.report.sections.compare import change_text, is_clear
from standoff.scenario import overrides

T = TypeVar("T")
QUICK, DRAWS, MOST = 512, 2048, 10_240  #: futures while a lever is dragged, at rest, and in the background
COUNTS = (QUICK, DRAWS, MOST)
FAN_ROWS = 60  # fans of the case as it stands that are kept; assumption: twenty stocks at each number of futures
MAP_SIDE = 9  # values of each lever of a map; assumption: a reader sees the shape
SHARE = 3  # decimals of a share: a chart shows no more
MOVED = "moved"  #: name of the state beside the case as it stands
# assumption: undo and a comparison with the last tries; 3.5 MB a thousand futures and 205 MB a run of the flagship
FUTURES, RUN_BYTES = (
    16_384,
    200e6,
)  #: of states beside the case that are kept in memory: futures, and bytes of whole paths


@dataclass(eq=False, repr=False)
class Explorer:
    """A case with its futures in memory; created by `Explorer.open`."""

    model: Model
    session: Session
    order: tuple[int, ...] = ()  #: uncertain numbers, by their correlation with the main answer
    _kept: OrderedDict[tuple[str, Hashable], tuple[Any, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, model: Model, seed: int = 1) -> Explorer:
        """Simulate the case as it stands; compiles its program where it is not on disk."""
        explorer = cls.beside(model, seed)
        model = explorer.model
        explorer.move(ExplorerState())
        if (plan := model.plan).questions and model.layout.varying:
            main, base = plan.question(plan.main_question), explorer.outcome(ExplorerState(), stocks=explorer.stocks)
            values = outcome_values(base, main, str(explorer.best[main.id].answer))
            explorer.order = tuple(by_correlation(model, values, seed))
        xla.release_memory()
        return explorer

    @classmethod
    def beside(cls, model: Model, seed: int = 1) -> Explorer:
        """A case to compare with: outcomes alone, since no chart of it has a scale of its own."""
        model = completed(model)
        explorer = cls(model, session(model, seed=seed))
        explorer.outcome(ExplorerState(), stocks=explorer.stocks)
        xla.release_memory()
        return explorer

    @property
    def stocks(self) -> tuple[str, ...]:
        """The stocks that are charted unless others are asked for."""
        return charts.first_charts(self.model.plan)

    def outcome(
        self, state: ExplorerState, draws: int = DRAWS, stocks: Sequence[str] = (), stop: Callable[[], bool] = bool
    ) -> LeverResult:
        """Outcomes of every future in a state, with the paths of some stocks.

        Raises `ModelError`, and `Interruption` where `stop` becomes true.
        """
        return self.cached(
            "outcomes",
            (state.key, draws, tuple(stocks)),
            lambda: self.session.move(**self._moved(state, draws, stop), stocks=stocks),
            FUTURES,
            draws,
        )

    def run(self, state: ExplorerState, draws: int = DRAWS, stop: Callable[[], bool] = bool) -> Run:
        """A state as a run with paths, for any finding; raises as `outcome`."""

        def simulated() -> Run:
            run = self.session.run(**self._moved(state, draws, stop))
            xla.release_memory()  # of the blocks: 20 to 80 MB of the flagship
            return run

        return self.cached("runs", (state.key, draws), simulated, RUN_BYTES, path_bytes(self.model) * draws)

    def _moved(self, state: ExplorerState, draws: int, stop: Callable[[], bool]) -> dict[str, Any]:
        """What a session is asked for a state."""
        beliefs, table = state.written_beliefs(self.model), state.table(self.model)
        held = state.held(self.model)
        return {"levers": state.levers, "beliefs": beliefs, "held": held, "draws": draws, "table": table, "stop": stop}

    def move(
        self, state: ExplorerState, draws: int = DRAWS, stocks: Sequence[str] = (), stop: Callable[[], bool] = bool
    ) -> View:
        """Answers, futures and choices in a state; raises as `outcome`.

        `belief` are the answers without its levers, None unless they are moved under other beliefs; `draws` of the case as it
        stands are the most, as its answers are.
        """
        begun, shown = time.perf_counter(), tuple(stocks) or self.stocks
        base = self.outcome(ExplorerState(), draws, shown, stop)
        now = self.outcome(state, draws, shown, stop) if state else base
        acts = state.levers or state.holds
        under = self.outcome(state.reference, draws, shown, stop) if acts and state.reference else None
        as_of = str(self.model.scenario.as_of)
        return {
            "state": state.model_dump(),
            "draws": draws if state else MOST,
            "seed": self.session.seed,
            "model": self.model.hash,
            "times": charts.chart_times(self.model.plan),
            "answers": [answer_beside(as_of, *each) for each in self.answered(base, now)],  # the main question first
            "fans": [self._fan(draws, cell, base, now, under) for cell in shown],
            "choices": list(_choices(self._best_outcome, base, now)),
            "belief": None if under is None else [answer_beside(as_of, *each) for each in self.answered(base, under)],
            "failed": (~(base.valid & now.valid)).sum(),  # before or now
            "seconds": time.perf_counter() - begun,
        }

    @property
    def _base_run(self) -> Run:
        return self.run(ExplorerState(), self.path_draws(DRAWS))

    def path_draws(self, draws: int) -> int:
        """As many futures as keep their whole path: more add nothing to findings about paths."""
        return min(draws, max(QUICK, default_path_count(self.model)))

    def chart_scale(self, cell: str) -> charts.ChartScale:
        """Scale and unit of the chart of a stock, the same in every state."""

        def made() -> charts.ChartScale:
            middle = np.median(self._base_run.path(cell)[:, self.session.begin + 1 :], axis=0).tolist()
            return charts.ChartScale.of(
                middle, self.model.scenario.cells()[cell].unit, cell in charts.flags(self._base_run)
            )

        return self.cached("scales", cell, made, math.inf)

    @cached_property
    def best(self) -> Answers:
        """Answers of the case as it stands in the most futures, with its epistemic bands."""
        return answer(self._best_outcome)

    @property
    def _best_outcome(self) -> LeverResult:
        return self.outcome(ExplorerState(), MOST, self.stocks)

    def answered(self, base: LeverResult, now: LeverResult) -> Iterator[tuple[Answer, Answer, QuestionComparison]]:
        """Each answer as the case stands, in a state, and their difference; the main question first.

        base, now: outcomes of the same futures, as the case stands and in the state
        """

        def known() -> tuple[Answers, Mapping[str, np.ndarray]]:
            first = answer(base, bands=Bands())
            return first, base_values(base, first)

        for item in compare_outcomes(base, now, MOVED, *self.cached("values", len(base.failed), known, len(COUNTS))):
            best = self.best[item.id]
            after = best if now is base else moved_answer(best, item)
            if after.answer != best.answer and form(item.kind).HAS_LABELS:  # another is first: the same label before
                best = with_label(best, str(after.answer))
                first = Answers(self.best.origin, answers=(with_label(item.base, str(after.answer)),))
                (item,) = compare_outcomes(base, now, MOVED, first)
            yield best, after, item

    def _fan(self, draws: int, cell: str, base: LeverResult, now: LeverResult, under: LeverResult | None) -> View:
        """A stock now, as the case stands (always the same) and under the beliefs alone."""
        shown = self.chart_scale(cell)
        before = self.cached("fans", (draws, cell), lambda: charts.outcome_rows(base, cell, shown), FAN_ROWS)
        belief = None
        if under is not None:
            rows = charts.outcome_rows(under, cell, shown)
            belief = (rows[len(rows) // 2],)
        if now is base:
            return charts.fan(cell, shown, before, belief=belief)
        return charts.fan(cell, shown, charts.outcome_rows(now, cell, shown), before, belief)

    def lever_map(self, names: tuple[str, str], question: str, stop: Callable[[], bool] = bool) -> View:
        """The answer to a question on a grid over the ranges of two levers.

        It is the best-known one plus paired differences, a row for each value of the second lever, from its low end
        up. Raises `ModelError`, and `Interruption` where `stop` becomes true.
        """
        plan, scenario = self.model.plan, self.model.scenario
        if names[0] == names[1]:
            raise ModelError("a map is of two levers, and both are the same", "levers")
        for name in names:
            require(name, scenario.levers, "lever")
        query, best = plan.question(question), self.best[question]
        if best.point is None or query.form.COMPARED_BY == "mean":
            raise ModelError(f"`{question}` is answered by no probability", "question", fix="ask for an event")
        ends = [overrides.ends(scenario.levers[name].model_dump(), scenario.units)[:2] for name in names]
        across, up = ([low + (high - low) * k / (MAP_SIDE - 1) for k in range(MAP_SIDE)] for low, high in ends)
        states, point = PairedStates.of(self.session, [best], QUICK, stop), best.point

        def at(*values: float) -> float:
            return _within(point + states.moved(levers=dict(zip(names, values, strict=True)))[1][question].change)

        found = [[at(x, value) for x in across] for value in up]
        return {"across": across, "up": up, "answers": found, "futures": QUICK}

    def lever(self, name: str) -> str:
        """What a lever does to the odds of the main answer, and which reasons it reaches."""
        plan = self.model.plan
        require(name, plan.scenario.levers, "lever")
        query = plan.question(plan.main_question)
        (found,) = movements(self.session, [item for item in levers(plan) if item.name == name], [self.best[query.id]])
        return lever_text.between_ends(query, found, lever_reach(self.session, query, found))

    def cached(self, kind: str, key: Hashable, make: Callable[[], T], most: float, size: float = 1) -> T:
        """A result from memory, or made.

        The oldest of a kind are dropped beyond the sum `most` of sizes, but never the newest or the case as it stands.
        """
        entry, base_key = (kind, key), ExplorerState().key
        with self._lock:
            if entry in self._kept:
                self._kept.move_to_end(entry)
                value: T = self._kept[entry][0]
                return value
        value = make()
        with self._lock:
            self._kept[entry] = value, size
            others = [
                other
                for other in self._kept
                if other[0] == kind and other != entry and not (isinstance(other[1], tuple) and other[1][0] == base_key)
            ]
            total = size + sum(self._kept[other][1] for other in others)
            for other in others:
                if total > most:
                    total -= self._kept.pop(other)[1]
        return value


def date_asked(plan: Plan) -> str:
    """The date at which options in force are told: that of the main question."""
    return plan.scenario.calendar.label(plan.first_future_step + main_step(plan) + 1)


def with_label(answer: Answer, label: str) -> Answer:
    """The answer of who is first, told of another label by its own share, without a band."""
    shares = {name: share for name, (share, _) in answer.printed.items()}
    return replace(answer, answer=label, detail={**answer.detail, "first": shares}, band=None)


def answer_beside(as_of: str, best: Answer, after: Answer, comparison: QuestionComparison) -> View:
    """An answer as the case stands and in a state, with their difference."""
    change = comparison.changes[0]
    before, now = (answer_text.answer(answer, as_of) for answer in (best, after))
    return {
        "question": comparison.id,
        "before": before.main,
        "now": now.main,
        "word": now.word and overview_text.word(after),
        "share": _share(after),
        "share_before": _share(best),
        "change": _of_what(
            best, change_text(comparison, change)
        ),  # with its 90 % Monte Carlo interval, or "no clear change"
        "turned": change.turned and [round(share * change.futures) for share in change.turned],  # to yes, and to no
        "clear": is_clear(change),
    }


def _of_what(best: Answer, text: str) -> str:
    """A difference, and of what it is where the answer beside it is in another unit."""
    return text if form(best.kind).is_share or "point" not in text else f"{text} in the chance of it by {best.date}"


def _share(answer: Answer) -> float | None:
    """The printed probability of an event or a label, or that it happens; None for a number."""
    return None if answer.share is None else answer.point


def moved_answer(best: Answer, comparison: QuestionComparison) -> Answer:
    """The best-known answer plus a difference, with the same decimals.

    It has no epistemic band: that belongs to the case as it stands.
    """
    base, now, error, share = comparison.base, comparison.changes[0].answer, best.monte_carlo, _share(best)
    value, detail, moved = now.answer, dict(now.detail), _within((share or 0.0) + comparison.changes[0].change)
    told = {
        name: _within(best.printed[name][0] + new - base.other_shares[name]) for name, new in now.other_shares.items()
    }
    if form(comparison.kind).HAS_LABELS:
        value, detail["first"] = max(told, key=lambda label: told[label]), told
    elif form(comparison.kind).COMPARED_BY == "probability":
        value = moved
        detail |= {"within": told} if told else {}
    elif (
        form(comparison.kind).MEASURE != "place"
        and best.number is not None
        and base.number is not None
        and now.number is not None
    ):
        value = max(best.number + now.number - base.number, min(now.number, 0.0))  # below zero only where it is
    if "probability_by" in detail:
        detail["probability_by"] = moved
    elif error is not None and best.band_ends:
        error = replace(error, error=formatting.band_error(moved, best.band_ends))
    return replace(now, answer=value, detail=detail, monte_carlo=error, band=None)


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _choices(best: LeverResult, base: LeverResult, now: LeverResult) -> Iterator[View]:
    """Shares of futures with each option in force when the main question is asked.

    Of choices that are free after as_of or made by a person. As the answers: the shares of the most futures, and these plus a difference.
    """
    asked = main_step(now.model.plan)
    before = best.held[asked]
    shares = np.round(np.clip([before + (now.held[asked] - base.held[asked]), before], 0, 1), SHARE)
    for index, choice in enumerate(now.model.plan.choices):
        if any(choice.is_free) or choice.held:
            shares_now, shares_before = shares[:, index, : len(choice.options)].tolist()
            yield {"choice": choice.name, "shares": shares_now, "before": shares_before}
