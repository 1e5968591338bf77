"""Findings as tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from standoff.cli.common import short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from standoff.analysis import Answers, Drivers, Explanation
    from standoff.analysis.answer import Answer
    from standoff.analysis.finding import Origin


def table(
    title: str, columns: Iterable[str], rows: Iterable[Iterable[str]], right: Iterable[str] = ()
) -> RenderableType:
    """A plain table under its title; `right` names the columns whose numbers are set flush right."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        number = column in set(right)
        grid.add_column(column, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    return Group(Text(title, style="bold underline"), grid) if title else grid


def origin(found: Origin) -> str:
    """One line: how a finding came about."""
    variant = f", variant {found.variant}" if found.variant else ""
    failed = f", {found.failed} failed" if found.failed else ""
    how = f"{found.draws:,} draws, seed {found.seed}{failed}, as of {found.as_of}, model {found.model[:8]}"
    return f"{found.title}{variant}: {how}"


def answers(found: Answers) -> list[RenderableType]:
    """All answers with interval, Monte Carlo error and baselines."""
    rows = [
        (
            item.id,
            item.text,
            f"{item.date}",
            value(item),
            interval(item),
            error(item),
            baselines(item),
            ", ".join(map(str, item.lines)),
        )
        for item in found.answers
    ]
    columns = ("question", "text", "date", "answer", "interval", "MC error", "baselines", "lines")
    return [origin(found.origin), table("", columns, rows, ("answer", "interval", "MC error"))]


def value(item: Answer) -> str:
    """The answer in a reader's words."""
    if isinstance(item.answer, str):
        return item.answer
    if item.kind == "event" and item.answer is not None:
        return f"{100 * item.answer:.1f} %"
    if item.kind == "until":
        chance = f"{100 * item.detail['probability_by']:.1f} % by then"
        return chance if item.answer is None else f"{short(item.answer)} months ({chance})"
    return f"{short(item.answer)} {item.unit}".strip()


def interval(item: Answer) -> str:
    """The interval of an answer."""
    if item.interval is None:
        return "-"
    low, high = item.interval
    if item.kind == "event" and low is not None and high is not None:
        return f"{100 * low:.1f} to {100 * high:.1f} %"
    return f"{short(low)} to {'never' if high is None and item.kind == 'until' else short(high)}"


def error(item: Answer) -> str:
    """The Monte Carlo error of an answer."""
    if item.mc_error is not None and item.kind in {"event", "first_of"}:
        return f"{100 * item.mc_error:.1f} %"
    return short(item.mc_error)


def baselines(item: Answer) -> str:
    """What one would say without a model."""
    percent = item.kind == "event"
    return ", ".join(
        f"{name} {f'{100 * number:.0f} %' if percent and number is not None else short(number)}"
        for name, number in item.baselines.items()
    )


def explanation(found: Explanation) -> list[RenderableType]:
    """Options with their probabilities, and the reasons that add up to the log odds."""
    options = [
        (item.option, percent(item.probability, 1), f"{percent(item.interval[0])} to {percent(item.interval[1])}",
         percent(item.mc_error, 2), percent(item.held, 1), item.text)
        for item in found.options
    ]  # fmt: skip
    reasons = [
        (item.reason, item.kind, f"{item.log_odds:+.3f}", f"{item.interval[0]:+.2f} to {item.interval[1]:+.2f}",
         percent(item.share, 1), item.weight, ", ".join(item.claims) or "-")
        for item in found.reasons
    ]  # fmt: skip
    total = sum(item.log_odds for item in found.reasons)
    said = f"{found.choice}: {found.text}" if found.text else found.choice
    return [
        origin(found.origin),
        f"{said} (decision of {found.decided}, in force in {found.at})",
        table(
            "",
            ("option", "probability", "90 % of draws", "MC error", "holds in", "text"),
            options,
            ("probability", "90 % of draws", "MC error", "holds in"),
        ),
        "",
        table(
            f"why {found.option} rather than {found.against}, in log odds",
            ("reason", "kind", "part", "90 % of draws", "share", "weight", "claims"),
            reasons,
            ("part", "90 % of draws", "share"),
        ),
        f"sum {total:+.3f} = log odds {found.log_odds:+.3f} (largest gap in a draw {found.gap:.1e})",
    ]


def percent(share: float, digits: int = 0) -> str:
    """A share as per cent."""
    return f"{100 * share:.{digits}f} %"


def drivers(found: Drivers) -> list[RenderableType]:
    """What moved a stock."""
    rows = [(item.part, short(item.total), f"{100 * item.share:.1f} %") for item in found.drivers]
    claims = f"claims: {', '.join(found.claims)}" if found.claims else "claims: none behind its path"
    head = f"{found.stock}, {found.since} to {found.until}: {short(found.before)} to {short(found.after)} {found.unit}"
    return [
        origin(found.origin),
        head,
        table("", ("moved by", found.unit, "share"), rows, (found.unit, "share")),
        claims,
    ]
