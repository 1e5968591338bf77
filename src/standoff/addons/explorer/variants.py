"""Variants side by side: what differs in the file, and what differs in the answers.

A variant has a program of its own, so that opening one may take minutes; it is opened in the background, one at a time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from standoff import labels
from standoff.addons.explorer import charts
from standoff.addons.explorer.explorer import Explorer, answer_beside, moved_answer
from standoff.addons.explorer.responses import View
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.compare_variants import compare_outcomes
from standoff.analysis.run_diff import DOT, differences
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.errors import StandoffError, require
from standoff.plan import Plan
from standoff.scenario.load import LoadedScenario, load_scenario

BASE = "base"  #: the case without a variant, beside one of its variants
OPEN = 2  # variants in memory; assumption: a reader compares two with the case, and each takes as much as the case
WAITING, STARTING = "waits for another variant", "compiling and simulating"
BROKEN = "it could not be simulated; the terminal of `standoff open` says why"


def variant_texts(model: Model) -> dict[str, str]:
    """The other variants of a case by name; beside a variant, the case itself first."""
    current, variants = model.plan.variant, model.scenario.variants
    case = {BASE: "the case without a variant"} if current and BASE not in variants else {}
    return case | {name: variant.text for name, variant in variants.items() if name != current}


@dataclass(eq=False, repr=False)
class VariantShelf:
    """The variants of a case, opened on demand; at most two stay in memory."""

    model: Model
    open: Callable[[Model], Explorer]
    _explorers: OrderedDict[str, Explorer] = field(default_factory=OrderedDict)
    _stages: dict[str, str] = field(default_factory=dict)
    _differs: dict[str, list[View]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _one: threading.Lock = field(default_factory=threading.Lock)  #: held while a variant is opened

    def start(self, name: str) -> None:
        """Open a variant in the background, unless it is open already; raises `ModelError`."""
        require(name, variant_texts(self.model), "variant", "name")
        with self._lock:
            if name in self._explorers:
                self._explorers.move_to_end(name)
            elif self._stages.get(name) not in (WAITING, STARTING):
                self._stages[name] = WAITING
                threading.Thread(target=self._open, args=(name,), daemon=True).start()

    def views(self, base: Explorer | None, state: ExplorerState, draws: int) -> list[View]:
        """All variants: what differs in the file, and answers in a state of those that are open.

        Charts are in the scale of those of the case. Raises `StandoffError` for a state that does not fit a variant.
        """
        return [
            {"name": name, "text": text, "differs": self._differences(name)} | self._moved(name, base, state, draws)
            for name, text in variant_texts(self.model).items()
        ]

    def _moved(self, name: str, base: Explorer | None, state: ExplorerState, draws: int) -> View:
        other = self._explorers.get(name)
        if other is None or base is None:
            stage = self._stages.get(name, "")  # what it waits for, or why it cannot be opened
            return {"open": False, "stage": stage, "times": (), "answers": (), "fans": ()}
        stocks = tuple(cell for cell in base.stocks if cell in other.model.plan.cells)
        case, first = (base.outcome(moved, draws, stocks) for moved in (ExplorerState(), state))
        second = other.outcome(state, draws, stocks)
        as_of, best = str(self.model.scenario.as_of), {item.id: now for _, now, item in base.answered(case, first)}
        return {
            "open": True,
            "stage": "",
            "times": charts.chart_times(other.model.plan),
            "answers": [
                answer_beside(as_of, best[item.id], moved_answer(best[item.id], item), item)
                for item in compare_outcomes(first, second, name)
            ],
            "fans": [
                charts.fan(
                    cell,
                    shown,
                    charts.outcome_rows(second, cell, shown),
                    charts.outcome_rows(first, cell, shown) if first.times == second.times else None,
                )
                for cell in stocks
                for shown in [base.chart_scale(cell)]
            ],
        }

    def _loaded(self, name: str) -> LoadedScenario:
        """The case under a variant.

        Beside a model that is a variant itself, that of the case without it, as `standoff compare` has it.
        """
        loaded = self.model.plan.loaded
        if not loaded.variant or loaded.folder is None:
            return loaded.with_variant(name)
        held = {choice: dict(spec.held) for choice, spec in loaded.scenario.choices.items() if spec.held}
        return load_scenario(loaded.folder / loaded.document.name, "" if name == BASE else name, held=held)

    def _differences(self, name: str) -> list[View]:
        """The entries of the file that differ, with the names that the case has for them."""
        if name not in self._differs:
            base, here = self.model.plan.loaded, self._loaded(name)
            self._differs[name] = [
                {"path": path, "text": entry_text(self.model.plan, path), "base": change.before, "here": change.after}
                for change in differences(base.document.data, here.document.data)
                for path in [change.path.replace(DOT, ".")]
            ]
        return self._differs[name]

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
        prefix = ".".join(words[:end])
        text = labels.parameter(plan, prefix)
        if text not in (labels.humanise(prefix), "") and text == text.strip():
            rest = labels.humanise(" ".join(words[end:]))
            return labels.capital(f"{text}: {rest}" if rest else text)
    return ""
