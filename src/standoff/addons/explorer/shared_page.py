"""The present state as one HTML file to hand on, made in the background."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from standoff.addons.explorer.explorer import MOST, Explorer
from standoff.addons.explorer.shipped import SEED
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.verdict import verdict
from standoff.engine.build import completed, intervened_model
from standoff.engine.model import Model
from standoff.engine.session import Session, session
from standoff.errors import ModelError, StandoffError
from standoff.report.share import shared
from standoff.scenario.interventions import AS_OF, START

MIXED = "a file holds levers and options, or beliefs: they act from different dates, and claims stay as they are"
BROKEN = "the file could not be made; the terminal of `standoff open` says why"


@dataclass(eq=False, repr=False)
class SharedPage:
    """The page of the state that was asked for last."""

    _key: Hashable = None
    _page: str = ""
    _problem: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _one: threading.Lock = field(default_factory=threading.Lock)  #: held while a page is made

    def of(self, explorer: Explorer, state: ExplorerState) -> str:
        """The page of a state; empty while it is being made, which the first call begins.

        Raises `ModelError` for a state that no file can hold, and for a page that could not be made.
        """
        key = (explorer.model.hash, state.key)
        if state.claims or (state.beliefs and (state.levers or state.holds)):
            raise ModelError(MIXED, "state", fix="take back the others")
        with self._lock:
            if self._key != key:
                self._key, self._page, self._problem = key, "", ""
                threading.Thread(target=self._make, args=(key, explorer, state), daemon=True).start()
            if problem := self._problem:
                self._key = None  # the next call tries again
                raise ModelError(problem)
            return self._page

    def _make(self, key: Hashable, explorer: Explorer, state: ExplorerState) -> None:
        text, problem = "", BROKEN
        try:
            with self._one, _opened(explorer, state) as own:
                run = own.run(draws=MOST)
                text, problem = shared(run, verdict(run, changes=True), opened=own), ""
        except StandoffError as error:
            problem = str(error)
        finally:  # whatever ended it: the page must not wait for ever
            with self._lock:
                if self._key == key:
                    self._page, self._problem = text, problem


def _opened(explorer: Explorer, state: ExplorerState) -> AbstractContextManager[Session]:
    """The session of the page, or one of the model in a state."""
    if not state:
        return nullcontext(explorer.session)
    return session(completed(in_state(explorer.model, state)), seed=SEED)


def in_state(model: Model, state: ExplorerState) -> Model:
    """The model of a state with levers and options, or with beliefs."""
    month = model.plan.scenario.calendar.label(model.plan.first_future_step + 1)
    changes, since = (state.written_beliefs(model), START) if state.beliefs else (state.levers, AS_OF)
    held = {name: {month: option} for name, option in state.holds.items()}
    return intervened_model(model, changes, since, held or None)
