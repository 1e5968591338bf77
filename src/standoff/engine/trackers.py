"""Trackers: the numbers that a run records for each draw to answer its questions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff import expression
from standoff.expression import ChoiceTerm
from standoff.questions import Tracker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.expression import Node
    from standoff.plan import Plan


@dataclass(frozen=True, kw_only=True)
class TrackerGroup:
    """Trackers of one kind whose expressions differ only in numbers and stocks: one array.

    Separate trackers would be compiled one by one: 10,000 questions would take minutes.
    """

    kind: str
    template: Node  #: with `#0`, `#1`, ... in place of numbers and stocks
    terms: tuple[tuple[float | str, ...], ...]  #: [place][item] numbers in canonical units, or stocks
    rows: tuple[int, ...]  #: positions among the trackers that depend on states
    since: tuple[int, ...]  #: [item]
    state: tuple[int, ...]  #: [item]
    always_defined: bool  #: whether each has a value for all finite stocks


def groups(items: Iterable[Tracker]) -> tuple[TrackerGroup, ...]:
    """Trackers that depend on states, by kind and template, `value` first."""
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
    """All trackers of the questions of a plan, and of its anchors.

    The names are `question`, `question/part`, and the path of an anchor.
    """
    own = (
        Tracker(item.path, "first", item.state, item.since, ChoiceTerm(plan.choices[item.choice].name, item.options))
        for item in plan.anchors
        if not item.question
    )
    return (*(tracker for question in plan.questions for tracker in question.form.trackers(question, plan)), *own)
