"""Variants side by side: what differs in the file, and what differs in the answers.

A variant has a program of its own, so that opening one may take minutes; it is opened in the background, one at a time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from standoff.addons.explorer import charts
from standoff.addons.explorer.explorer import Explorer, Fan, MovedAnswer, answer_beside, moved_answer
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.compare_variants import compare_outcomes
from standoff.analysis.run_diff import DOT, differences
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.session import LeverResult
from standoff.errors import ModelError, Problem, StandoffError, did_you_mean, join_limited
from standoff.plan import Plan, labels
from standoff.scenario.load import LoadedScenario, load_scenario

BASE = "base"  #: the case without a variant, beside one of its variants
OPEN = 2  # variants in memory; assumption: a reader compares two with the case, and each takes as much as the case
WAITING, STARTING = "waits for another variant", "compiling and simulating"
BROKEN = "it could not be simulated; the terminal of `standoff open` says why"


@dataclass(frozen=True, kw_only=True)
class VariantName:
    """A variant of the case."""

    name: str
    text: str


def variant_names(model: Model) -> tuple[VariantName, ...]:
    """The other variants of the case of a model; beside a variant, the case itself first."""
    own, every = model.plan.variant, model.scenario.variants
    case = (VariantName(name=BASE, text="the case without a variant"),) if own and BASE not in every else ()
    return (*case, *(VariantName(name=name, text=item.text) for name, item in every.items() if name != own))


@dataclass(frozen=True, kw_only=True)
class VariantDifference:
    """An entry of the file that differs."""

    path: str
    text: str  #: its name in the words of the case; empty where it has none
    base: str
    here: str


@dataclass(frozen=True, kw_only=True)
class VariantView:
    """A variant beside the case: only what differs in the file, and all answers that both have."""

    name: str
    text: str
    open: bool
    stage: str  #: what it waits for, or why it cannot be opened; empty where it is open or nobody has asked
    differs: tuple[VariantDifference, ...]
    times: tuple[str, ...] = ()
    answers: tuple[MovedAnswer, ...] = ()
    fans: tuple[Fan, ...] = ()  #: in the scale of the case's charts; `before` is None where the dates differ


@dataclass(eq=False)
class VariantShelf:
    """The variants of a case, opened on demand; at most two stay in memory."""

    model: Model
    open: Callable[[Model], Explorer]
    _explorers: OrderedDict[str, Explorer] = field(default_factory=OrderedDict, repr=False)
    _stages: dict[str, str] = field(default_factory=dict, repr=False)
    _differs: dict[str, tuple[VariantDifference, ...]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _one: threading.Lock = field(default_factory=threading.Lock, repr=False)  #: held while a variant is opened

    def start(self, name: str) -> None:
        """Open a variant in the background, unless it is open already; raises `ModelError`."""
        self._check(name)
        with self._lock:
            if name in self._explorers:
                self._explorers.move_to_end(name)
            elif self._stages.get(name) not in (WAITING, STARTING):
                self._stages[name] = WAITING
                threading.Thread(target=self._open, args=(name,), daemon=True).start()

    def views(self, base: Explorer | None, state: ExplorerState, draws: int) -> tuple[VariantView, ...]:
        """All variants: what differs in the file, and the answers in a state where one is open.

        Raises `StandoffError` for a state that does not fit a variant.
        """
        return tuple(self._view(name, base, state, draws) for name in self._names())

    def _view(self, name: str, base: Explorer | None, state: ExplorerState, draws: int) -> VariantView:
        other, text = (
            self._explorers.get(name),
            next(item.text for item in variant_names(self.model) if item.name == name),
        )
        differs = self._differences(name)
        if other is None or base is None:
            return VariantView(name=name, text=text, open=False, stage=self._stages.get(name, ""), differs=differs)
        stocks = tuple(cell for cell in base.stocks if cell in other.model.plan.cells)
        case = base.outcome(ExplorerState(), draws, stocks)
        first, second = base.outcome(state, draws, stocks) if state else case, other.outcome(state, draws, stocks)
        as_of, known = str(self.model.scenario.as_of), {item.id: now for _, now, item in base.answered(case, first)}
        return VariantView(
            name=name,
            text=text,
            open=True,
            stage="",
            differs=differs,
            times=charts.chart_times(other.model.plan),
            answers=tuple(
                answer_beside(as_of, known[item.id], moved_answer(known[item.id], item), item)
                for item in compare_outcomes(first, second, name)
            ),
            fans=tuple(_fan(first, second, cell, base.chart_scale(cell)) for cell in stocks),
        )

    def _loaded(self, name: str) -> LoadedScenario:
        """The case under a variant.

        Beside a model that is a variant itself, that of the case without it, as `standoff compare` has it.
        """
        loaded = self.model.plan.loaded
        if not loaded.variant or loaded.folder is None:
            return loaded.with_variant(name)
        held = {choice: dict(item.held) for choice, item in loaded.scenario.choices.items() if item.held}
        return load_scenario(loaded.folder / loaded.document.name, "" if name == BASE else name, held=held)

    def _differences(self, name: str) -> tuple[VariantDifference, ...]:
        if name not in self._differs:
            base, here = self.model.plan.loaded, self._loaded(name)
            self._differs[name] = tuple(
                VariantDifference(
                    path=item.path.replace(DOT, "."),
                    text=entry_text(self.model.plan, item.path.replace(DOT, ".")),
                    base=item.before,
                    here=item.after,
                )
                for item in differences(base.document.data, here.document.data)
            )
        return self._differs[name]

    def _names(self) -> list[str]:
        return [item.name for item in variant_names(self.model)]

    def _check(self, name: str) -> None:
        names = self._names()
        if name not in names:
            fix = did_you_mean(name, names)
            raise ModelError(Problem(f"there is no variant `{name}`", "name", "", join_limited(names) or "none", fix))

    def _open(self, name: str) -> None:
        """Open a variant once no other one is being opened; a failure is kept, to be shown."""
        explorer, stage = None, BROKEN
        with self._one:
            self._stages[name] = STARTING
            try:
                explorer = self.open(build(self._loaded(name), self.model.ledger))
            except StandoffError as error:
                stage = str(error)
            finally:  # whatever ended it: the page must not wait for ever
                with self._lock:
                    self._stages[name] = "" if explorer else stage
                    if explorer is not None:
                        self._explorers[name] = explorer
                    while len(self._explorers) > OPEN:
                        self._explorers.popitem(last=False)


def entry_text(plan: Plan, path: str) -> str:
    """An entry of the file in words, or empty.

    The longest part of its path that the case has a name for, and the rest of the path.
    """
    words = path.split(".")
    for end in range(len(words), 1, -1):
        known = ".".join(words[:end])
        text = labels.parameter(plan, known)
        if text not in (labels.humanise(known), "") and text == text.strip():
            rest = labels.humanise(" ".join(words[end:]))
            return labels.capital(f"{text}: {rest}" if rest else text)
    return ""


def _fan(first: LeverResult, second: LeverResult, cell: str, shown: charts.ChartScale) -> Fan:
    """A stock in the variant, and in the case where its dates are the same."""
    here, there = (charts.outcome_rows(result, cell, shown) for result in (first, second))
    before = here if first.times == second.times else None
    return Fan(stock=cell, unit=shown.unit, quantiles=there, before=before, belief=None)
