"""The workshop behind the server: a case, its futures, and what the page asks of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from standoff import xla
from standoff.addons.explorer import bodies, charts
from standoff.addons.explorer.claims import ClaimPage, ClaimView, claim_points, claim_view, search_claims
from standoff.addons.explorer.controls import belief_controls, control_effects
from standoff.addons.explorer.description import CaseDescription, case_description
from standoff.addons.explorer.exhaustion import ExhaustionRace, NoRace, exhaustion_race
from standoff.addons.explorer.explorer import DRAWS, MOST, Explorer
from standoff.addons.explorer.futures import FutureGroup, FutureOutcomes, NearFutures, group, near, outcomes
from standoff.addons.explorer.reasons import ChoiceReasons, EventReasons, choice_reasons, event_reasons
from standoff.addons.explorer.responses import NotReady, UnknownName, plain
from standoff.addons.explorer.shipped import shipped
from standoff.addons.explorer.state import ExplorerState
from standoff.addons.explorer.story import FutureStory, story
from standoff.addons.explorer.tries import Tries
from standoff.addons.explorer.turns import Turns
from standoff.addons.explorer.variants import VariantShelf
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.session import LeverResult
from standoff.errors import ModelError, Problem, StandoffError

KEPT = 64  # moves that are kept; assumption: undo, redo and a comparison of a session's last tries
TAB = {"tab", "seq"}  #: keys of a body that say where it comes from
UNREADY = "the futures are not ready yet"
BROKEN = "the futures could not be simulated; the terminal of `standoff open` says why"


@dataclass(eq=False)
class Workshop:
    """A case behind the server: its model at once, its futures when they are ready.

    A case that cannot be read has no model, and `faults` lists what is wrong with it.
    """

    case: str
    model: Model | None = None
    open: Callable[[Model], Explorer] = Explorer.open
    read: Callable[[], Model] | None = None  #: reads the case again
    holds: tuple[str, ...] = ()  #: options that a person sets beside those of the file, as `--hold` has them
    explorer: Explorer | None = None
    problems: tuple[str, ...] = ()  #: why there are no futures
    faults: tuple[Problem, ...] = ()  #: of the case, when it was read last
    tries: Tries = field(default_factory=Tries)  #: of the reader
    _turns: Turns = field(default_factory=Turns, repr=False)
    _findings: threading.Lock = field(default_factory=threading.Lock, repr=False)  #: one finding at a time
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _effects: Mapping[str, float] | None = field(default=None, repr=False)
    _variants: VariantShelf | None = field(default=None, repr=False)

    # -- the case ------------------------------------------------------------------------------------------------------

    def reload(self) -> bool:
        """Read the case again; returns whether there is another model, which is to be warmed.

        With faults, the last good model stays, if there was one.
        """
        assert self.read is not None
        try:
            model = self.read()
        except StandoffError as error:
            self.faults = error.problems
            return False
        with self._lock:
            self.faults = ()
            if self.model is not None and self.model.hash == model.hash:
                return False
            self.model, self.explorer, self.problems = model, None, ()
            self._effects = self._variants = None
        return True

    def warm(self) -> None:
        """Simulate the case as it stands; a failure is kept, to be shown."""
        model, explorer = self.model, None
        assert model is not None
        problems: tuple[str, ...] = (BROKEN,)
        try:
            opened = self.open(model)
            effects = control_effects(opened.outcome(ExplorerState(), stocks=opened.stocks))
            explorer, problems = opened, ()
        except StandoffError as error:
            problems = tuple(map(str, error.problems))
        finally:  # whatever ended it: the page must not wait for ever
            with self._lock:
                if self.model is model:  # and not another one that was read meanwhile
                    self.explorer, self.problems = explorer, problems
                    self._effects = effects if explorer else None

    def description(self) -> CaseDescription:
        """What the page needs before anything is moved."""
        stage = UNREADY if self.model is not None and self.explorer is None and not self.problems else ""
        faults = (*self.faults, *map(Problem, self.problems))
        flags = None if self.explorer is None else self.explorer.flags
        move = shipped(self.model) if self.model is not None and flags is None else None
        return case_description(self.case, self.model, flags, self._sizes(), stage, faults, move, self.holds)

    def beliefs(self, query: bodies.BeliefQuery) -> Any:
        """At most 40 numbers whose path or text has the words of a search."""
        return {"beliefs": belief_controls(self._model(), self._sizes(), query.search)}

    # -- states --------------------------------------------------------------------------------------------------------

    def move(self, body: bodies.MoveBody) -> dict[str, Any]:
        """Answers and charts of a state, from memory where it was asked for before."""
        explorer, state = self._explorer(), _state(body)

        def moved() -> dict[str, Any]:
            with self._turns.turn(body.tab, "move", state.key) as stop:
                result: dict[str, Any] = plain(explorer.move(state, body.draws, tuple(body.stocks), stop))
                if body.draws == MOST:  # the reader rests
                    xla.release_memory()
            return result

        return explorer.cached(explorer.answered_moves, (state.key, body.draws, tuple(body.stocks)), moved, KEPT)

    def reasons(self, body: bodies.ReasonsBody) -> ChoiceReasons:
        """Why an option rather than another, in a state beside the case."""
        now, before = self._runs(body, "reasons")
        with self._findings:
            return choice_reasons(now, before, body.choice, body.at, body.option, body.against)

    def when(self, body: bodies.QuestionBody) -> EventReasons:
        """When an event happens in a state, and which reasons decide it."""
        self._model().plan.question(body.question)
        now, _ = self._runs(body, "when")
        with self._findings:
            return event_reasons(now, body.question)

    def futures(self, body: bodies.QuestionBody) -> FutureOutcomes:
        """The outcome of a question in every future."""
        now, before = self._outcomes(body, "futures")
        return outcomes(now, before, body.question)

    def future(self, body: bodies.FutureBody) -> FutureStory:
        """One future as a story."""
        now, _ = self._runs(body, "future")
        with self._findings:
            return story(now, body.number, self._formats(body.stocks))

    def group(self, body: bodies.GroupBody) -> FutureGroup:
        """Answers, stocks and choices in some futures."""
        shown = self._formats(body.stocks)
        now, _ = self._outcomes(body, "group", tuple(shown))
        run, _ = self._runs(body, "group")
        with self._findings:
            return group(now, run, body.futures, shown)

    def near(self, body: bodies.NearBody) -> NearFutures:
        """The futures nearest to a point of a chart."""
        shown = self._formats([body.stock])
        stocks = self._explorer().stocks
        now, _ = self._outcomes(
            body, "near, pinned" if body.pinned else "near", stocks if body.stock in stocks else (body.stock,)
        )
        return near(now, body.stock, body.at, body.value, shown[body.stock])

    def exhaustion(self, body: bodies.RunBody) -> ExhaustionRace | NoRace:
        """Who runs out first."""
        now, before = self._outcomes(body, "exhaustion")
        with self._findings:
            return exhaustion_race(now, before)

    # -- claims --------------------------------------------------------------------------------------------------------

    def claims(self, query: bodies.ClaimQuery) -> ClaimPage:
        """Claims that match a search."""
        return search_claims(self._model().plan, query.search, query.side, query.quantity, query.page)

    def claim(self, name: str) -> ClaimView:
        """A claim with everything that rests on it."""
        model = self._model()
        if name not in model.ledger:
            raise UnknownName(Problem(f"no claim has the id `{name}`"))
        return claim_view(model, name)

    def points(self, cell: str) -> Any:
        """Claims as points of the chart of a stock, and its history as the case stands."""
        plan = self._model().plan
        if cell not in plan.cells:
            raise UnknownName(Problem(f"there is no stock `{cell}`"))
        explorer, states = self._explorer(), charts.history_states(plan)
        shown, run = explorer.chart_scale(cell), self._base(explorer)
        return {
            "points": claim_points(explorer.model, cell, shown),
            "times": charts.chart_times(plan, states),
            "quantiles": charts.fan_rows(run, cell, shown, states),
        }

    # -- variants and tries --------------------------------------------------------------------------------------------

    def variants(self, body: bodies.VariantBody) -> Any:
        """The variants of the case, those that are open in a state beside it; a name opens one."""
        state, shelf = _state(body), self._shelf()
        if body.name:
            self._explorer()
            shelf.start(body.name)
        with self._turns.turn(body.tab, "variants", state.key):
            return {"variants": shelf.views(self.explorer, state, body.draws)}

    def history(self) -> Any:
        """The tries of the reader, and what is wrong with their file."""
        return {"tries": self.tries.entries(), "note": self.tries.note}

    def add_try(self, body: bodies.TryBody) -> Any:
        """Keep a try; gives its id."""
        try:
            return {"id": self.tries.add(**body.model_dump(exclude=TAB), model=self._model().hash)}
        except LookupError:
            raise ModelError(Problem(f"there is no try `{body.parent}`", "body", "parent")) from None

    def edit_try(self, name: str, body: bodies.TryEditBody) -> Any:
        """Name a try, write a note to it, pin it, delete it, or renew its answer."""
        answer = body.draws, body.answer, body.change
        if any(part is not None for part in answer) and None in answer:
            raise ModelError(Problem("a part of an answer alone", "body", allowed="draws, answer and change together"))
        parts = body.model_dump(exclude=TAB, exclude_none=True)
        if body.draws is not None:
            parts["model"] = self._model().hash
        try:
            self.tries.edit(name, **parts)
        except LookupError:
            raise UnknownName(Problem(f"there is no try `{name}`")) from None
        return {}

    # -- what has to be there ------------------------------------------------------------------------------------------

    def _model(self) -> Model:
        if self.model is None:
            raise NotReady(Problem("the case cannot be read", fix="put its faults right, and load it again"))
        return self.model

    def _explorer(self) -> Explorer:
        self._model()
        if self.explorer is None:
            raise NotReady(Problem(UNREADY))
        return self.explorer

    def _shelf(self) -> VariantShelf:
        model = self._model()
        with self._lock:
            if self._variants is None:
                self._variants = VariantShelf(model, self.open)
            return self._variants

    def _sizes(self) -> Mapping[str, float]:
        """Correlations of numbers with the main answer; empty until the futures are there."""
        explorer = self.explorer
        if explorer is None:
            return {}
        if self._effects is None:
            self._effects = control_effects(explorer.outcome(ExplorerState(), stocks=explorer.stocks))
        return self._effects

    def _formats(self, cells: Sequence[str]) -> dict[str, charts.ChartScale]:
        explorer = self._explorer()
        unknown = [cell for cell in cells if cell not in explorer.model.plan.cells]
        if unknown:
            raise ModelError(Problem(f"there is no stock `{unknown[0]}`", "body", "stocks"))
        return {cell: explorer.chart_scale(cell) for cell in cells or explorer.stocks}

    def _base(self, explorer: Explorer, draws: int = DRAWS) -> Run:
        """The case as it stands, with paths."""
        return explorer.run(ExplorerState(), explorer.path_draws(draws))

    def _runs(self, body: bodies.RunBody, kind: str) -> tuple[Run, Run]:
        """Runs with paths of a state and of the case; the same one where nothing is changed."""
        explorer, state = self._explorer(), _state(body)
        with self._turns.turn(body.tab, kind, state.key) as stop:
            before = self._base(explorer, body.draws)
            return explorer.run(state, explorer.path_draws(body.draws), stop) if state else before, before

    def _outcomes(
        self, body: bodies.RunBody, kind: str, stocks: tuple[str, ...] = ()
    ) -> tuple[LeverResult, LeverResult]:
        """Outcomes of a state and of the case, which take far less than runs with paths."""
        explorer, state = self._explorer(), _state(body)
        with self._turns.turn(body.tab, kind, state.key) as stop:
            stocks = stocks or explorer.stocks
            before = explorer.outcome(ExplorerState(), body.draws, stocks, stop)
            return explorer.outcome(state, body.draws, stocks, stop) if state else before, before


def _state(body: bodies.RunBody) -> ExplorerState:
    return ExplorerState.from_data(body.state.model_dump())
