"""Answers, futures and choices under moved levers and beliefs, beside the case as it is.

Futures are paired: a moved lever acts from as_of on in the same futures, by number, so that a difference is a mean over
pairs. Differences are those of `standoff compare` for the same draws and seed. The answer before is always the one of the
most futures, with its epistemic band; the answer now is that plus the difference, so that it does not jump with the number
of futures, and has no band of its own.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from standoff import xla
from standoff.addons.explorer import charts
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.answer import Answer, Answers, answer
from standoff.analysis.compare_variants import QuestionComparison, base_values, compare_outcomes
from standoff.analysis.stored_bands import Bands
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.session import LeverResult, Session, session
from standoff.engine.simulator import default_path_count, path_bytes
from standoff.questions import form
from standoff.report import answer_text, formatting
from standoff.report.sections.compare import change_text, is_clear
from standoff.report.sections.figures import main_stocks
from standoff.serialise import to_plain

T = TypeVar("T")
QUICK, DRAWS, MOST = 512, 2048, 10_240  #: futures while a lever is dragged, at rest, and in the background
COUNTS = (QUICK, DRAWS, MOST)
FANS = 6  # charts; assumption: as many as a screen holds
FAN_ROWS = 60  # fans of the case as it stands that are kept; assumption: twenty stocks at each number of futures
SHARE = 3  # decimals of a share: a chart shows no more
MOVED = "moved"  #: name of the state beside the case as it stands
# assumption: undo and a comparison with the last tries; 3.5 MB a thousand futures and 205 MB a run of the flagship
FUTURES, RUN_BYTES = (
    16_384,
    200e6,
)  #: of states beside the case that are kept in memory: futures, and bytes of whole paths


@dataclass(frozen=True, kw_only=True)
class MovedAnswer:
    """An answer as the case stands and in a state."""

    question: str
    before: str
    now: str
    word: str  #: the probability in words; may be empty
    share: float | None  #: the answer, if it is a share
    share_before: float | None
    change: str  #: with its 90 % Monte Carlo interval, or "no clear change"
    turned: tuple[int, int] | None  #: futures that changed to yes, and to no
    clear: bool  #: the change is larger than chance


@dataclass(frozen=True, kw_only=True)
class Fan:
    """5, 25, 50, 75 and 95 % of a stock at the dates of a move; of a flag, its share."""

    stock: str
    unit: str  #: of the chart
    quantiles: charts.Rows  #: (quantile, date); one row for a stock of 0 or 1
    before: charts.Rows | None  #: the same as the case stands; None where nothing is changed
    belief: charts.Rows | None  #: its median, or share, under beliefs and claims alone; None as `Move.belief`


@dataclass(frozen=True, kw_only=True)
class ActiveOptions:
    """Shares of futures with each option of a choice in force at the last date."""

    choice: str
    shares: tuple[float, ...]  #: (option,)
    before: tuple[float, ...]  #: (option,) as the case stands


@dataclass(frozen=True, kw_only=True)
class Move:
    """Everything that the page shows for a state."""

    state: ExplorerState
    draws: int
    seed: int
    model: str  #: digest of the case
    times: tuple[str, ...]  #: dates of the charts
    answers: tuple[MovedAnswer, ...]  #: the main question first
    fans: tuple[Fan, ...]
    choices: tuple[ActiveOptions, ...]
    belief: tuple[MovedAnswer, ...] | None  #: without its levers; None unless they are moved under other beliefs
    failed: int  #: futures that failed, before or now
    seconds: float

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(asdict(self))


@dataclass(eq=False)
class Explorer:
    """A case with its futures in memory; created by `Explorer.open`."""

    model: Model
    session: Session
    _outcomes: OrderedDict[Hashable, LeverResult] = field(default_factory=OrderedDict, repr=False)
    _runs: OrderedDict[Hashable, Run] = field(default_factory=OrderedDict, repr=False)
    _values: OrderedDict[Hashable, tuple[Answers, Mapping[str, np.ndarray]]] = field(
        default_factory=OrderedDict, repr=False
    )
    _fans: OrderedDict[Hashable, charts.Rows] = field(default_factory=OrderedDict, repr=False)
    answered_moves: OrderedDict[Hashable, dict[str, Any]] = field(default_factory=OrderedDict, repr=False)
    _scales: dict[str, charts.ChartScale] = field(default_factory=dict, repr=False)
    _sizes: dict[Hashable, float] = field(default_factory=dict, repr=False)  #: of what is kept
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def open(cls, model: Model, seed: int = 1) -> Explorer:
        """Simulate the case as it stands; compiles its program where it is not on disk."""
        explorer = cls(model, session(model, seed=seed))
        explorer.move(ExplorerState())
        xla.release_memory()
        return explorer

    @property
    def stocks(self) -> tuple[str, ...]:
        """The stocks that are charted unless others are asked for."""
        return tuple(main_stocks(self.model.plan)[:FANS])

    def outcome(
        self, state: ExplorerState, draws: int = DRAWS, stocks: Sequence[str] = (), stop: Callable[[], bool] = bool
    ) -> LeverResult:
        """Outcomes of every future in a state, with the paths of some stocks.

        Raises `ModelError`, and `Interruption` where `stop` becomes true.
        """

        def simulated() -> LeverResult:
            return self.session.move(
                state.levers,
                state.written_beliefs(self.model),
                draws=draws,
                table=state.table(self.model),
                stocks=stocks,
                stop=stop,
            )

        return self.cached(self._outcomes, (state.key, draws, tuple(stocks)), simulated, FUTURES, draws)

    def run(self, state: ExplorerState, draws: int = DRAWS, stop: Callable[[], bool] = bool) -> Run:
        """A state as a run with paths, for any finding; raises as `outcome`."""

        def simulated() -> Run:
            beliefs, table = state.written_beliefs(self.model), state.table(self.model)
            result = self.session.run(state.levers, beliefs, draws=draws, table=table, stop=stop)
            xla.release_memory()  # of the blocks: 20 to 80 MB of the flagship
            return result

        return self.cached(self._runs, (state.key, draws), simulated, RUN_BYTES, path_bytes(self.model) * draws)

    def move(
        self, state: ExplorerState, draws: int = DRAWS, stocks: Sequence[str] = (), stop: Callable[[], bool] = bool
    ) -> Move:
        """Answers, futures and choices in a state; raises as `outcome`."""
        begun, shown = time.perf_counter(), tuple(stocks) or self.stocks
        base = self.outcome(ExplorerState(), draws, shown, stop)
        now = self.outcome(state, draws, shown, stop) if state else base
        under = self._reference(state, draws, shown, stop)
        as_of = str(self.model.scenario.as_of)
        return Move(
            state=state,
            draws=draws if state else MOST,
            seed=self.session.seed,
            model=self.model.hash,
            times=charts.chart_times(self.model.plan),
            answers=tuple(answer_beside(as_of, *each) for each in self.answered(base, now)),
            fans=tuple(self._fan(draws, cell, base, now, under) for cell in shown),
            choices=_choices(self._best_outcome, base, now),
            belief=None if under is None else tuple(answer_beside(as_of, *each) for each in self.answered(base, under)),
            failed=int((~(base.valid & now.valid)).sum()),
            seconds=time.perf_counter() - begun,
        )

    @cached_property
    def flags(self) -> tuple[str, ...]:
        """Stocks of 0 or 1, see `charts.flags`."""
        return charts.flags(self._base_run)

    @property
    def _base_run(self) -> Run:
        return self.run(ExplorerState(), self.path_draws(DRAWS))

    def path_draws(self, draws: int) -> int:
        """As many futures as keep their whole path: more add nothing to findings about paths."""
        return min(draws, max(QUICK, default_path_count(self.model)))

    def chart_scale(self, cell: str) -> charts.ChartScale:
        """Scale and unit of the chart of a stock, the same in every state."""
        if cell not in self._scales:
            run, unit = self._base_run, self.model.scenario.cells()[cell].unit
            middle = np.median(run.path(cell)[:, self.session.begin + 1 :], axis=0).tolist()
            self._scales[cell] = charts.ChartScale.of(middle, unit, cell in self.flags)
        return self._scales[cell]

    def _reference(
        self, state: ExplorerState, draws: int, stocks: Sequence[str], stop: Callable[[], bool]
    ) -> LeverResult | None:
        """The beliefs and claims of a state without its levers; None unless it has both."""
        return self.outcome(state.reference, draws, stocks, stop) if state.levers and state.reference else None

    @cached_property
    def _best(self) -> Answers:
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

        for item in compare_outcomes(
            base, now, MOVED, *self.cached(self._values, len(base.failed), known, len(COUNTS))
        ):
            best = self._best[item.id]
            yield best, best if now is base else moved_answer(best, item), item

    def _fan(self, draws: int, cell: str, base: LeverResult, now: LeverResult, under: LeverResult | None) -> Fan:
        """A stock now, as the case stands (the same at every move) and under the beliefs alone."""
        shown = self.chart_scale(cell)
        before = self.cached(self._fans, (draws, cell), lambda: charts.outcome_rows(base, cell, shown), FAN_ROWS)
        quantiles = before if now is base else charts.outcome_rows(now, cell, shown)
        belief = None if under is None else charts.middle_row(charts.outcome_rows(under, cell, shown))
        return Fan(
            stock=cell, unit=shown.unit, quantiles=quantiles, before=None if now is base else before, belief=belief
        )

    def cached(
        self, memory: OrderedDict[Hashable, T], key: Hashable, make: Callable[[], T], most: float, size: float = 1
    ) -> T:
        """A result from memory, or made.

        The oldest are dropped beyond the sum `most` of sizes, but never the newest or the case as it stands.
        """
        with self._lock:
            if key in memory:
                memory.move_to_end(key)
                return memory[key]
        result, own = make(), ExplorerState().key
        with self._lock:
            memory[key] = result
            self._sizes[id(memory), key] = size
            others = [each for each in memory if each != key and not (isinstance(each, tuple) and each[0] == own)]
            total = size + sum(self._sizes[id(memory), each] for each in others)
            for each in others:
                if total > most:
                    total -= self._sizes.pop((id(memory), each))
                    memory.pop(each)
        return result


def answer_beside(as_of: str, best: Answer, after: Answer, item: QuestionComparison) -> MovedAnswer:
    """An answer as the case stands and in a state, with their difference."""
    change = item.changes[0]
    before, now = (answer_text.answer(each, as_of) for each in (best, after))
    count = None
    if change.turned is not None:
        count = (round(change.turned[0] * change.futures), round(change.turned[1] * change.futures))
    return MovedAnswer(
        question=item.id,
        before=before.main,
        now=now.main,
        word=now.word,
        share=_share(after),
        share_before=_share(best),
        change=change_text(item, change),
        turned=count,
        clear=is_clear(change),
    )


def _share(item: Answer) -> float | None:
    """The printed probability of an event or a label, or that it happens; None for a number."""
    return None if item.share is None else item.point


def moved_answer(best: Answer, item: QuestionComparison) -> Answer:
    """The best-known answer plus a difference, with the same decimals.

    It has no epistemic band: that belongs to the case as it stands.
    """
    base, now, error, share = item.base, item.changes[0].answer, best.monte_carlo, _share(best)
    value, detail, moved = now.answer, dict(now.detail), _within((share or 0.0) + item.changes[0].change)
    if form(item.kind).HAS_LABELS:
        known = {**best.detail["first"], best.answer: share}
        first = {
            label: _within(known[label] + own - base.detail["first"][label]) for label, own in detail["first"].items()
        }
        value, detail["first"] = max(first, key=lambda label: first[label]), first
    elif form(item.kind).COMPARED_BY == "probability":
        value = moved
    elif (
        form(item.kind).MEASURE != "place"
        and best.number is not None
        and base.number is not None
        and now.number is not None
    ):
        value = max(best.number + now.number - base.number, min(now.number, 0.0))  # below zero only where it is
    if "probability_by" in detail:
        detail["probability_by"] = moved
    elif error is not None and best.band_ends:
        error = replace(error, error=(best.band_ends[1] - best.band_ends[0]) / formatting.BAND_STEPS)
    return replace(now, answer=value, detail=detail, monte_carlo=error, band=None)


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _choices(best: LeverResult, base: LeverResult, now: LeverResult) -> tuple[ActiveOptions, ...]:
    """Options in force at the end, of choices that are free after as_of or made by a person.

    As the answers: the shares of the most futures, and these plus a difference.
    """

    def shares(index: int, count: int, moved: np.ndarray) -> tuple[float, ...]:
        return tuple(np.round(np.clip(best.held[-1] + moved, 0, 1)[index, :count], SHARE).tolist())

    return tuple(
        ActiveOptions(
            choice=choice.name,
            shares=shares(index, len(choice.options), now.held[-1] - base.held[-1]),
            before=shares(index, len(choice.options), np.zeros(1)),
        )
        for index, choice in enumerate(now.model.plan.choices)
        if any(choice.is_free) or choice.held
    )
