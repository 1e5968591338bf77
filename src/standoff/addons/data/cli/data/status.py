"""`standoff data status`: the cached copies."""

from __future__ import annotations

from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup


def status(*, printed: options.Printed) -> None:
    """Show the cached copies: age, freshness, digest, and whether the last fetch changed them."""
    from standoff.addons.data import datasets
    from standoff.report.document import table

    copies = datasets.status()
    changed = {True: "yes", False: "no", None: ""}
    rows = [
        (
            item["name"],
            item["state"],
            str(item.get("fetched", ""))[:10],
            f"{item['age_days']:.0f} of {item['fresh_days']}" if "age_days" in item else "",
            f"{item['size']:,}" if "size" in item else "",
            str(item.get("sha256", ""))[:12],
            changed[item.get("changed")],
        )
        for item in copies
    ]
    heads = ("name", "state", "fetched", "age, of days fresh:", "bytes:", "sha256", "changed")
    printed.show(copies, [table(*heads, rows=rows)])


COMMAND = Command(HelpGroup.evidence, status)
