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
            copy["name"],
            copy["state"],
            str(copy.get("fetched", ""))[:10],
            f"{copy['age_days']:.0f} of {copy['fresh_days']}" if "age_days" in copy else "",
            f"{copy['size']:,}" if "size" in copy else "",
            str(copy.get("sha256", ""))[:12],
            changed[copy.get("changed")],
        )
        for copy in copies
    ]
    heads = ("name", "state", "fetched", "age, of days fresh:", "bytes:", "sha256", "changed")
    printed.show(copies, [table(*heads, rows=rows)])


COMMAND = Command(HelpGroup.evidence, status)
