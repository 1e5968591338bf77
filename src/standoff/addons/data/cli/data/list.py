"""`standoff data list`: the data sets."""

from __future__ import annotations

from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup


def list_(*, printed: options.Printed) -> None:
    """List the data sets with licence, update interval and date of the cached copy."""
    from standoff.addons.data import datasets
    from standoff.report.document import table

    cards = datasets.cards()
    rows = [
        (card["name"], card["title"], card["licence"], card["cadence"], (card["kept"] or "no")[:10]) for card in cards
    ]
    printed.show(cards, [table("name", "title", "licence", "updated", "cached", rows=rows)])


COMMAND = Command(HelpGroup.evidence, list_)
