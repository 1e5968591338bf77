"""State of the jobs of a folder."""

from __future__ import annotations

from standoff.distributed.status import JobStatus
from standoff.report.document import Block, BulletList, Paragraph, given, table
from standoff.report.formatting import first_few

LABELS = 10  #: labels of waiting jobs; assumption


def blocks(status: JobStatus) -> list[Block]:
    """Render the state for all formats."""
    head = f"{status.done:,} of {status.total:,} jobs are done, {len(status.waiting):,} wait, {len(status.failed):,} failed"
    per_job = f"; {status.seconds / status.done:.3g} s a job" if status.done else ""
    hosts = [(name, f"{count:,}") for name, count in sorted(status.hosts.items())]
    failed = [(item.label, item.host, item.text) for item in status.failed]
    return [
        Paragraph(head + per_job),
        *given(hosts, table("machine", "jobs done:", rows=hosts)),
        *given(failed, table("failed", "on", "why", rows=failed)),
        *given(status.unreadable, BulletList(status.unreadable)),
        *given(status.waiting, Paragraph(f"waiting: {first_few(status.waiting, LABELS)}")),
    ]
