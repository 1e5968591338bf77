"""Stocks that nothing changes: check `constant`, and warn about the others that are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from standoff import expression
from standoff.errors import join_limited
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Component, PlannedChoice, PlannedQuestion


def check(draft: PlanBuilder, mechanisms: Iterable[Component]) -> None:
    """Report a `constant` stock that a mechanism or an observation changes, and unknown holders."""
    writers = _writers(draft, mechanisms)
    for name, stock in draft.scenario.stocks.items():
        here = ("stocks", name, "constant")
        for holder in () if isinstance(stock.constant, bool) else stock.constant:
            draft.is_known(here, holder, stock.holders, "holder")
        for cell in stock.constants(name):
            if cell in writers:
                draft.report(
                    here,
                    f"`{cell}` is declared constant, but {join_limited(writers[cell])} changes it",
                    "a stock, or holders, that nothing changes",
                    "remove `constant`, or the other entry",
                )


def warnings(
    draft: PlanBuilder,
    mechanisms: Iterable[Component],
    choices: Iterable[PlannedChoice],
    questions: Iterable[PlannedQuestion],
) -> Iterator[str]:
    """One warning for each stock that is read, never changed, and not declared constant."""
    mechanisms = tuple(mechanisms)
    writers = _writers(draft, mechanisms)
    readers = _readers(mechanisms, choices, questions)
    for name, stock in draft.scenario.stocks.items():
        free = set(stock.cells(name)) - set(stock.constants(name))
        still = [cell for cell in stock.cells(name) if cell in free and cell in readers and cell not in writers]
        if still:
            by = dict.fromkeys(reader for cell in still for reader in readers[cell])
            verb = "reads" if len(by) == 1 else "read"
            yield (
                f"nothing changes {join_limited(still, 3)}, which {join_limited(by, 3)} {verb}: it keeps its initial value "
                f"(`constant: true` in stocks.{name} if this is intended)"
            )


def _writers(draft: PlanBuilder, mechanisms: Iterable[Component]) -> dict[str, list[str]]:
    """Stock -> mechanisms that write it, and the observation that imposes it."""
    out: dict[str, list[str]] = defaultdict(list)
    for part in mechanisms:
        for cell in part.writes:
            out[cell].append(f"mechanisms.{part.name}")
    for cell in draft.scenario.observations:
        out[cell].append(f"observations.{cell}")
    return out


def _readers(
    mechanisms: Iterable[Component], choices: Iterable[PlannedChoice], questions: Iterable[PlannedQuestion]
) -> dict[str, list[str]]:
    """Stock -> entries that read it."""
    out: dict[str, list[str]] = defaultdict(list)

    def read(reader: str, cells: Iterable[str], *nodes: expression.Node | None) -> None:
        for cell in dict.fromkeys((*cells, *(name for node in nodes if node for name in expression.stock_names(node)))):
            out[cell].append(reader)

    for part in mechanisms:
        read(f"mechanisms.{part.name}", part.reads, part.when)
    for choice in choices:
        read(f"choices.{choice.name}.when", (), choice.when)
        for reason in choice.reasons:
            read(f"choices.{choice.name}.reasons.{reason.name}", reason.part.reads)
    for question in questions:
        read(f"questions.{question.id}", (), *question.expressions.values())
    return out
