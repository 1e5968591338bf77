"""What a run keeps of each draw: the numbers that its questions are answered from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff import expression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.expression import Node
    from standoff.plan import Plan


@dataclass(frozen=True)
class Tracker:
    """One number a draw.

    `value`: the expression at `state`. `first`: the first state in `since .. state` at which the condition holds, or
    infinity. `reason`: the contribution of a reason to the log odds of an option, in the decision in force at `state`.
    `probability`: the solved probability of an option there.
    """

    name: str
    kind: str
    state: int
    since: int = 0  #: first state that is read; of a `value` the only one
    node: Node | None = None
    choice: int = -1
    reason: int = -1  #: row among all reasons of the plan
    option: int = -1


@dataclass(frozen=True, kw_only=True)
class TrackerGroup:
    """Numbers of one kind whose expressions differ in their numbers and stocks alone: read together, as one array.

    Apart, the compiler would take a program for each: 10,000 questions would take minutes.
    """

    kind: str
    template: Node  #: with `#0`, `#1`, ... in the place of numbers and stocks
    terms: tuple[tuple[float | str, ...], ...]  #: [place][item] numbers in canonical units, or stocks
    rows: tuple[int, ...]  #: positions among what is read from states
    since: tuple[int, ...]  #: [item]
    state: tuple[int, ...]  #: [item]
    always_defined: bool  #: finite stocks always give each of them a value


def groups(items: Iterable[Tracker]) -> tuple[TrackerGroup, ...]:
    """What is read from states by kind and template, `value` first."""
    by_form: dict[tuple[bool, Node, tuple[bool, ...]], list[tuple[int, Tracker, tuple[float | str, ...]]]] = (
        defaultdict(list)
    )
    for row, item in enumerate(items):
        assert item.node is not None
        template, terms = expression.template(item.node)
        by_form[item.kind == "first", template, tuple(isinstance(term, str) for term in terms)].append(
            (row, item, terms)
        )
    return tuple(
        TrackerGroup(
            kind="first" if first else "value",
            template=template,
            terms=tuple(zip(*(terms for _, _, terms in members), strict=True)),
            rows=tuple(row for row, _, _ in members),
            since=tuple(item.since for _, item, _ in members),
            state=tuple(item.state for _, item, _ in members),
            always_defined=all(
                item.node is not None and expression.always_defined(item.node) for _, item, _ in members
            ),
        )
        for (first, template, _), members in sorted(by_form.items(), key=lambda entry: entry[0][0])
    )


def reason_rows(plan: Plan) -> list[range]:
    """For each choice, the rows of its reasons among all reasons."""
    out, start = [], 0
    for choice in plan.choices:
        out.append(range(start, start + len(choice.reasons)))
        start += len(choice.reasons)
    return out


def build_trackers(plan: Plan) -> tuple[Tracker, ...]:
    """Everything that the plan's questions need, named `question` or `question/part`."""
    out: list[Tracker] = []
    rows = reason_rows(plan)
    for asked in plan.questions:
        kind = asked.question.kind
        for key, node in asked.expressions.items():
            name = f"{asked.id}/{key}" if key else asked.id
            if kind in {"event", "until", "first_of"}:
                out.append(Tracker(name, "first", asked.state, asked.since, node))
            else:
                out.append(Tracker(name, "value", asked.state, asked.state, node))
        if asked.question.reason is not None:
            names = [choice.name for choice in plan.choices]
            position = names.index(asked.question.reason[0])
            choice = plan.choices[position]
            option = choice.options.index(str(asked.question.option))
            for row, reason in zip(rows[position], choice.reasons, strict=True):
                out.append(Tracker(f"{asked.id}/{reason.name}", "reason", asked.state, 0, None, position, row, option))
            out.append(Tracker(f"{asked.id}/probability", "probability", asked.state, 0, None, position, -1, option))
    return tuple(out)
