"""State of the jobs of a folder."""

from __future__ import annotations

from standoff.distributed.status import JobStatus
from standoff.report.document import Block, BulletList, Paragraph, table
from standoff.report.formatting import first_few

LABELS = 10  #: labels of waiting jobs; assumption


def blocks(status: JobStatus) -> list[Block]:
    """Render the state for all formats."""
    head = f"{status.done:,} of {status.total:,} jobs are done, {len(status.waiting):,} wait, {len(status.failed):,} failed"
    per_job = f"; {status.seconds / status.done:.3g} s a job" if status.done else ""
    out: list[Block] = [Paragraph(head + per_job)]
    if status.hosts:
        rows = [[name, f"{count:,}"] for name, count in sorted(status.hosts.items())]
        out.append(table("machine", "jobs done:", rows=rows))
    if status.failed:
        out.append(table("failed", "on", "why", rows=[[item.label, item.host, item.text] for item in status.failed]))
    if status.unreadable:
        out.append(BulletList(status.unreadable))
    if status.waiting:
        out.append(Paragraph(f"waiting: {first_few(status.waiting, LABELS)}"))
    return out
