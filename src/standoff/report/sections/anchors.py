"""Anchors in reports: prior probabilities, and what the stated reasons add or take away."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.analysis.verdict import AnchorEffect
from standoff.report import formatting
from standoff.report.document import Content, Fold, Paragraph, ShownNumber, table

UNCLEAR = "no clear change"
TITLE = "Prior and reasons"
NOTE = (
    "The prior is the probability before the named reasons of the choice count: the constants of the actor are solved for "
    "it. The reasons then add to it or take away from it."
)
COLUMNS = (
    "option",
    "prior:",
    "with the stated reasons:",
    "change, points:",
    "constants shifted by, log odds:",
    "odds:",
    "source of the prior",
)


def part(effects: Sequence[AnchorEffect]) -> Fold:
    """The anchors as a part of a report."""
    grid = table(*COLUMNS, rows=rows(effects), caption="Prior probabilities, and what the stated reasons add")
    return Fold(TITLE, (Paragraph(NOTE, soft=True), grid), sentence(effects[0]), "anchors", is_printed=False)


def key(item: AnchorEffect) -> str:
    """Key of the evidence behind a prior probability."""
    return "-".join(("prior", item.choice, *item.options, item.date))


def rows(effects: Sequence[AnchorEffect]) -> list[tuple[Content, ...]]:
    """One row for each anchor."""
    return [
        (
            about(item),
            ShownNumber(formatting.percent(item.prior), key(item)),
            formatting.percent(item.posterior, item.monte_carlo),
            change(item),
            formatting.signed(item.shift, 1),
            formatting.odds_factor(item.shift),
            ", ".join(item.sources),
        )
        for item in effects
    ]


def sentence(item: AnchorEffect) -> str:
    """Prior, posterior and change, such as `prior 12 % → 5 % ... (−7 points)`."""
    after = formatting.percent(item.posterior, item.monte_carlo)
    moved = change(item)
    points = moved if moved == UNCLEAR else f"{moved} points"
    return f"{about(item)}: prior {formatting.percent(item.prior)} → {after} with the stated reasons ({points})"


def about(item: AnchorEffect) -> str:
    """The choice, the options and the date of a prior."""
    text = item.text or f"{item.choice}: {' or '.join(map(formatting.humanise, item.options))}"
    return f"{text}, by {item.date}"


def change(item: AnchorEffect) -> str:
    """What the reasons add, in points, if it exceeds chance."""
    if abs(item.change) <= formatting.SURE * item.monte_carlo:
        return UNCLEAR
    return formatting.signed(100 * item.change, formatting.common_decimals([100 * item.monte_carlo]))
