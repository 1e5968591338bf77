"""`standoff data list`: the data sets."""

from __future__ import annotations

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def list_(as_json: options.Json = False) -> None:
    """List the data sets with licence, update interval and date of the cached copy."""
    from standoff.addons.data import datasets
    from standoff.report.text_table import table

    cards = datasets.cards()
    if as_json:
        options.print_json(cards)
        return
    rows = [
        (card["name"], card["title"], card["licence"], card["cadence"], (card["kept"] or "no")[:10]) for card in cards
    ]
    options.display(table("", ("name", "title", "licence", "updated", "cached"), rows))


COMMAND = Command(HelpGroup.evidence, list_)
