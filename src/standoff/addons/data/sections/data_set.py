"""Account of a fetched data set: source, omitted rows, series of claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff.addons.data.datasets import FetchedDataset
from standoff.ledger import Claim, Ledger
from standoff.report.document import Block, Paragraph, table
from standoff.report.formatting import counted

SERIES = 40  #: series that are shown


def account(fetched: FetchedDataset, ledger: Ledger, known: int, output: Path | None) -> dict[str, Any]:
    """Account as plain data; `known` counts claims that the case already has."""
    parsed, entry, source = fetched.parsed, fetched.entry, fetched.source
    return {
        "name": fetched.name,
        "title": source.title,
        "licence": source.licence,
        "citation": source.citation,
        "key": source.key,
        "from": fetched.origin,
        "fetched": entry.fetched if entry else None,
        "sha256": entry.sha256 if entry else None,
        "url": source.url,
        "rows": {
            "read": parsed.rows,
            "kept": parsed.converted,
            "left_out": parsed.skipped_rows,
            "empty_figures": parsed.empty,
        },
        "left_out": [{"why": why, "count": count, "first": parsed.first[why]} for why, count in parsed.left.items()],
        "claims_count": {
            "read": len(parsed.claims),
            "published_later": fetched.later,
            "thinned": fetched.dropped_by_monthly,
            "known": known,
            "given": len(ledger),
        },
        "notes": list(parsed.notes),
        "output": str(output) if output is not None else None,
    }


def blocks(data: dict[str, Any], ledger: Ledger) -> list[Block]:
    """The account and the series as a document."""
    rows, claims = data["rows"], data["claims_count"]
    whence = {"fetched": "fetched now", "kept": f"cached copy of {str(data['fetched'])[:10]}", "file": "local file"}
    reasons = {
        "published_later": "published later",
        "thinned": "not the last of their month",
        "known": "already in the ledger of the case",
    }
    lines = [
        f"{data['title']}: {whence[data['from']]}",
        f"licence: {data['licence']}",
        f"cite: {data['citation']}",
        f"{counted(rows['read'], 'row')} read, {rows['kept']} kept, {rows['left_out']} left out; "
        f"{counted(rows['empty_figures'], 'figure')} missing in the kept rows (a missing figure is not zero)",
        *(f"  {reason['count']} x {reason['why']} (first: {reason['first']})" for reason in data["left_out"]),
        *(f"{counted(claims[key], 'claim')} left out: {why}" for key, why in reasons.items() if claims[key]),
    ]
    series: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in sorted(ledger, key=lambda claim: claim.as_of.first):
        series.setdefault((claim.subject, claim.quantity, claim.speaker), []).append(claim)
    shown = [
        (*key, str(len(group)), str(group[0].as_of), str(group[-1].as_of), group[-1].statement)
        for key, group in sorted(series.items())[:SERIES]
    ]
    heads = ("subject", "quantity", "speaker", "claims:", "from", "to", "last")
    notes = [f"and {len(series) - SERIES} more series"] if len(series) > SERIES else []
    to = f"written to {data['output']}" if data["output"] else "not written; `-o FILE.jsonl` writes them"
    notes += [*(f"note: {note}" for note in data["notes"]), f"{counted(claims['given'], 'proposed claim')}, {to}"]
    return [*map(Paragraph, lines), *([table(*heads, rows=shown)] if shown else []), *map(Paragraph, notes)]
