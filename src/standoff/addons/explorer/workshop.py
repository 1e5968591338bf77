"""The workshop behind the server: a case, its futures, and what the page asks in turns."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from markupsafe import escape

from standoff import xla
from standoff.addons.explorer import bodies, charts, movers
from standoff.addons.explorer.claims import claim_points, claim_view, search_claims
from standoff.addons.explorer.controls import belief_controls
from standoff.addons.explorer.description import case_description
from standoff.addons.explorer.exhaustion import exhaustion_race
from standoff.addons.explorer.explorer import DRAWS, MOST, Explorer
from standoff.addons.explorer.futures import group, near, outcomes, story
from standoff.addons.explorer.games import Games
from standoff.addons.explorer.reasons import choice_reasons, event_reasons
from standoff.addons.explorer.responses import NotReady, UnknownName, View, plain, written
from standoff.addons.explorer.shared_page import SharedPage
from standoff.addons.explorer.shipped import public, stored_overview
from standoff.addons.explorer.state import ExplorerState
from standoff.addons.explorer.tries import Tries
from standoff.addons.explorer.variants import VariantShelf
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.session import Interruption, LeverResult, Session
from standoff.errors import ModelError, Problem, StandoffError, require
from standoff.evaluation import forecast_record
from standoff.report.document import Paragraph, given, remark
from standoff.report.sections import overview as sections
from standoff.report.sections.forecast_record import over_time

KEPT = 64  # moves that are kept; assumption: undo, redo and a comparison of a session's last tries
TAB = {"tab", "seq"}  #: keys of a body that say where it comes from
ANSWER = {"draws", "answer", "change"}  #: of an edited try, which come together
UNREADY = "the futures are not ready yet"
BROKEN = "the futures could not be simulated; the terminal of `standoff open` says why"
TABS = 100  # that are remembered; assumption: nobody has as many open


@dataclass(eq=False, repr=False)
class _Tab:
    """The last request of a tab: its state, and its number by kind."""

    state: Hashable = None
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(eq=False, repr=False)
class Turns:
    """Requests that wait for the engine.

    A request is superseded when its tab asks for the same once more, or for anything in another state: one that waits leaves
    at once, and one that runs is asked to stop. Requests without a tab are never superseded.
    """

    _tabs: OrderedDict[str, _Tab] = field(default_factory=OrderedDict)
    _count: int = 0
    _busy: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def turn(self, tab: str = "", kind: str = "", state: Hashable = None) -> Iterator[Callable[[], bool]]:
        """Wait for the engine; gives a function that says whether to stop. Raises `Interruption`."""
        with self._changed:
            is_old = self._enter(tab, kind, state)
            self._changed.wait_for(lambda: is_old() or not self._busy)
            if is_old():
                raise Interruption("superseded")
            self._busy = True
        try:
            yield is_old
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _enter(self, tab: str, kind: str, state: Hashable) -> Callable[[], bool]:
        """Make a request the newest of its tab; gives a function that says whether it still is."""
        if not tab:
            return lambda: False
        self._count += 1
        number, entry = self._count, self._tabs.setdefault(tab, _Tab())
        entry.state, entry.numbers[kind] = state, number
        self._tabs.move_to_end(tab)
        while len(self._tabs) > TABS:
            self._tabs.popitem(last=False)
        self._changed.notify_all()
        return lambda: entry.numbers[kind] != number or entry.state != state


@dataclass(eq=False, repr=False)
class _Movers:
    """What moves the answers of an explorer, as far as it is known."""

    of: Explorer | None = None
    rows: list[View] = field(default_factory=list)
    done: bool = False


@dataclass(eq=False, repr=False)
class Workshop:
    """A case behind the server: its model at once, its futures when they are ready.

    A case that cannot be read has no model, and `faults` lists what is wrong with it.
    """

    case: str
    model: Model | None = None
    open: Callable[[Model], Explorer] = Explorer.open
    read: Callable[[], Model] | None = None  #: reads the case again, as `planned`
    holds: tuple[str, ...] = ()  #: options that a person sets beside those of the file, as `--hold` has them
    explorer: Explorer | None = None
    problems: tuple[Problem, ...] = ()  #: why there are no futures
    faults: tuple[Problem, ...] = ()  #: of the case, when it was read last
    tries: Tries = field(default_factory=Tries)  #: of the reader
    games: Games = field(default_factory=Games)  #: of the reader
    _turns: Turns = field(default_factory=Turns)
    _findings: threading.Lock = field(default_factory=threading.Lock)  #: one finding at a time
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _variants: VariantShelf | None = field(default=None)
    _movers: _Movers = field(default_factory=_Movers)
    _front: tuple[Model | None, str] = (None, "")  #: a model, and its front screen
    _shared: SharedPage = field(default_factory=SharedPage)
    _digest: str = ""  #: of the model as it was read

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
            if self.model is not None and model.hash in (self._digest, self.model.hash):
                return False
            self._digest = model.hash
            self.model, self.explorer, self.problems, self._variants = model, None, (), None
        return True

    def reread(self, body: bodies.EmptyBody) -> View:
        """Read the case again, simulate another model in the background, and describe the case."""
        if self.read is not None and self.reload():
            threading.Thread(target=self.warm, daemon=True).start()
        return self.description()

    def warm(self) -> None:
        """Simulate the case as it stands; a failure is kept, to be shown."""
        model, explorer = self.model, None
        assert model is not None
        problems: tuple[Problem, ...] = (Problem(BROKEN),)
        try:
            explorer, problems = self.open(model), ()
        except StandoffError as error:
            problems = error.problems
        finally:  # whatever ended it: the page must not wait for ever
            with self._lock:
                if self.model is model:  # and not another one that was read meanwhile
                    self.explorer, self.problems = explorer, problems
                    self.model = model if explorer is None else explorer.model

    def description(self) -> View:
        """What the page needs before anything is moved."""
        stage = UNREADY if self.model is not None and self.explorer is None and not self.problems else ""
        faults = (*self.faults, *self.problems)
        return case_description(self.case, self.model, self.explorer, stage, faults, self.holds)

    def overview(self) -> View:
        """The standoff told as HTML, and whether a run has answered; empty without a model."""
        if self.model is None:
            return {}
        story = stored_overview(self.model)
        asked = f"`standoff run {self.case}` makes the answer, why, what would change it and how it may end."
        blocks = [*sections.blocks(story, with_signs=True), *given(not story.sentence, remark(asked))]
        return written(blocks, has_places=True) | {"title": story.title, "is_answered": bool(story.sentence)}

    def forecasts(self) -> View:
        """Recorded forecasts as they moved with the date of the case; empty without any."""
        if (record := forecast_record.beside(self._model().plan.loaded.folder)) is None:
            return {"written": ""}
        with self._findings:
            said, blocks = over_time(record)
        return written([Paragraph(said), *blocks])

    def front(self) -> str:
        """The overview as plain HTML, for a page without its script.

        Empty for a case of one's own: whoever can reach this machine reads the page without its token.
        """
        if self.model is None or not public(self.model):
            return ""
        of, text = self._front
        if of is not self.model:
            story = self.overview()
            text = f"<main class='alone'><h1>{escape(story['title'])}</h1>{story['written']}</main>"
            self._front = self.model, text
        return text

    def beliefs(self, query: bodies.BeliefQuery) -> View:
        """At most 40 numbers whose path or text has the words of a search."""
        order = () if self.explorer is None else self.explorer.order
        return {"beliefs": belief_controls(self._model(), query.search, order)}

    # -- states --------------------------------------------------------------------------------------------------------

    def move(self, body: bodies.MoveBody) -> View:
        """Answers and charts of a state, from memory where it was asked for before."""
        explorer, state, stocks = self._explorer(), body.state, tuple(body.stocks)

        def moved() -> View:
            with self._turns.turn(body.tab, "move", state.key) as stop:
                view: View = plain(explorer.move(state, body.draws, stocks, stop))
                if body.draws == MOST:  # the reader rests
                    xla.release_memory()
            return view

        return explorer.cached("moves", (state.key, body.draws, stocks), moved, KEPT)

    def reasons(self, body: bodies.ReasonsBody) -> View:
        """Why an option rather than another, in a state beside the case."""
        now, before = self._runs(body, "reasons")
        with self._findings:
            return choice_reasons(now, before, body.choice, body.at, body.option, body.against)

    def lever(self, body: bodies.LeverBody) -> View:
        """What a lever does to the main answer between its ends, in the case as it stands."""
        explorer = self._explorer()
        with self._turns.turn():
            return {"text": explorer.lever(body.lever)}

    def lever_map(self, body: bodies.LeverMapBody) -> View:
        """An answer over the ranges of two levers, in the case as it stands."""
        explorer = self._explorer()
        with self._turns.turn(body.tab, "lever_map") as stop:
            return explorer.lever_map((body.across, body.up), body.question, stop)

    def movers(self) -> View:
        """What levers, options and leading beliefs do to the answers: as stored, or as far as known."""
        if (known := movers.stored(self._model())) is not None:
            return {"movers": known, "done": True}
        explorer, so_far = self.explorer, self._movers
        if explorer is None:  # no fault: the page asks before the engine is warm
            return {"movers": [], "done": bool(self.problems)}
        with self._lock:
            if so_far.of is not explorer:
                self._movers = so_far = _Movers(explorer)
                threading.Thread(target=self._try_movers, args=(so_far,), daemon=True).start()
        return {"movers": [*so_far.rows], "done": so_far.done}

    def _try_movers(self, so_far: _Movers) -> None:
        """Try one mover after another between the requests of the page; ends with the case."""
        explorer = so_far.of
        assert explorer is not None
        rows = movers.rows(explorer.session, movers.tried(explorer.model, explorer.order))
        while self.explorer is explorer:
            with self._turns.turn():
                row = next(rows, None)
            if row is None:
                break
            so_far.rows.append(row)
        so_far.done = True

    def when(self, body: bodies.QuestionBody) -> View:
        """When an event happens in a state, and which reasons decide it."""
        self._model().plan.question(body.question)
        now, _ = self._runs(body, "when")
        with self._findings:
            return event_reasons(now, body.question)

    def futures(self, body: bodies.QuestionBody) -> View:
        """The outcome of a question in every future."""
        return outcomes(*self._outcomes(body, "futures"), body.question)

    def future(self, body: bodies.FutureBody) -> View:
        """One future as a story."""
        now, _ = self._runs(body, "future")
        with self._findings:
            return story(now, body.number, self._scales(body.stocks))

    def group(self, body: bodies.GroupBody) -> View:
        """Answers, stocks and choices in some futures."""
        shown = self._scales(body.stocks)
        now, _ = self._outcomes(body, "group", tuple(shown))
        run, _ = self._runs(body, "group")
        with self._findings:
            return group(now, run, body.futures, shown)

    def near(self, body: bodies.NearBody) -> View:
        """The futures nearest to a point of a chart."""
        shown, stocks = self._scales([body.stock]), self._explorer().stocks
        kind = "near, pinned" if body.pinned else "near"
        now, _ = self._outcomes(body, kind, stocks if body.stock in stocks else (body.stock,))
        return near(now, body.stock, body.at, body.value, shown[body.stock])

    def exhaustion(self, body: bodies.RunBody) -> View:
        """Who runs out first."""
        now, before = self._outcomes(body, "exhaustion")
        with self._findings:
            return exhaustion_race(now, before, self._explorer().best)

    def share(self, body: bodies.RunBody) -> View:
        """The page of a state as one HTML file to hand on; empty while it is being made."""
        return {"page": self._shared.of(self._explorer(), body.state)}

    # -- claims --------------------------------------------------------------------------------------------------------

    def claims(self, query: bodies.ClaimQuery) -> View:
        """Claims that match a search."""
        return search_claims(self._model().plan, query.search, query.side, query.quantity, query.page)

    def claim(self, name: str) -> View:
        """A claim with everything that rests on it."""
        return claim_view(self._model(), name)

    def points(self, name: str) -> View:
        """Claims as points of the chart of a stock, and its history as the case stands."""
        plan = self._model().plan
        require(name, plan.cells, "stock", error=UnknownName)
        explorer, states = self._explorer(), charts.history_states(plan)
        shown, run = explorer.chart_scale(name), explorer.run(ExplorerState(), explorer.path_draws(DRAWS))
        return {
            "points": claim_points(explorer.model, name, shown),
            "times": charts.chart_times(plan, states),
            "quantiles": charts.fan_rows(run, name, shown, states),
        }

    # -- variants and tries --------------------------------------------------------------------------------------------

    def variants(self, body: bodies.VariantBody) -> View:
        """The variants of the case, those that are open in a state beside it; a name opens one."""
        shelf = self._shelf()
        if body.name:
            self._explorer()
            shelf.start(body.name)
        with self._turns.turn(body.tab, "variants", body.state.key):
            return {"variants": shelf.views(self.explorer, body.state, body.draws)}

    def history(self) -> View:
        """The tries of the reader, and what is wrong with their file."""
        return {"tries": self.tries.entries(), "note": self.tries.note}

    def add_try(self, body: bodies.TryBody) -> View:
        """Keep a try; gives its id."""
        return {"id": self.tries.add(**body.model_dump(exclude=TAB), model=self._model().hash)}

    def edit_try(self, name: str, body: bodies.TryEditBody) -> View:
        """Name a try, write a note to it, pin it, delete it, or renew its answer."""
        parts = body.model_dump(exclude=TAB, exclude_none=True)
        renewed = ANSWER & parts.keys()
        if renewed and renewed != ANSWER:
            raise ModelError("a part of an answer alone", "body", allowed="draws, answer and change together")
        if renewed:
            parts["model"] = self._model().hash
        self.tries.edit(name, **parts)
        return {}

    # -- games ---------------------------------------------------------------------------------------------------------

    def play(self) -> View:
        """The games of the reader."""
        return {"games": self.games.entries()}

    def begin_game(self, body: bodies.GameBody) -> View:
        """Begin a game."""
        return self._played(lambda session: self.games.begin(session, body.seats, body.number))

    def game(self, name: str) -> View:
        """Where a game stands."""
        return self._played(lambda session: self.games.view(session, name))

    def choose(self, name: str, body: bodies.TurnBody) -> View:
        """Decide for the seats of a game."""
        return self._played(lambda session: self.games.turn(session, name, body.options, body.guesses))

    def advise(self, name: str, body: bodies.TabBody) -> View:
        """What the model expects of each open option."""
        return self._played(lambda session: self.games.advice(session, name))

    def debrief(self, name: str) -> View:
        """A game beside the futures in which the model plays its seats."""
        return self._played(lambda session: self.games.debrief(session, name))

    def _played(self, work: Callable[[Session], View]) -> View:
        session = self._explorer().session
        with self._turns.turn():
            view: View = plain(work(session))
        return view

    # -- what has to be there ------------------------------------------------------------------------------------------

    def _model(self) -> Model:
        if self.model is None:
            raise NotReady("the case cannot be read", fix="put its faults right, and load it again")
        return self.model

    def _explorer(self) -> Explorer:
        self._model()
        if self.explorer is None:
            raise NotReady(UNREADY)
        return self.explorer

    def _shelf(self) -> VariantShelf:
        model = self._model()
        with self._lock:
            if self._variants is None:
                self._variants = VariantShelf(model, Explorer.beside)
            return self._variants

    def _scales(self, cells: Sequence[str]) -> dict[str, charts.ChartScale]:
        explorer = self._explorer()
        for cell in cells:
            require(cell, explorer.model.plan.cells, "stock", "stocks")
        return {cell: explorer.chart_scale(cell) for cell in cells or explorer.stocks}

    def _runs(self, body: bodies.RunBody, kind: str) -> tuple[Run, Run]:
        """Runs with paths of a state and of the case; the same one where nothing is changed."""
        explorer = self._explorer()
        draws = explorer.path_draws(body.draws)
        with self._turns.turn(body.tab, kind, body.state.key) as stop:
            before = explorer.run(ExplorerState(), draws)
            return explorer.run(body.state, draws, stop) if body.state else before, before

    def _outcomes(
        self, body: bodies.RunBody, kind: str, stocks: tuple[str, ...] = ()
    ) -> tuple[LeverResult, LeverResult]:
        """Outcomes of a state and of the case, which take far less than runs with paths."""
        explorer = self._explorer()
        with self._turns.turn(body.tab, kind, body.state.key) as stop:
            states = (ExplorerState(), body.state)
            before, now = (explorer.outcome(state, body.draws, stocks or explorer.stocks, stop) for state in states)
        return now, before
