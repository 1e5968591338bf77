"""What is done of the jobs of a folder, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from standoff.errors import RunError
from standoff.job_folder import JobFolder
from standoff.record import record


@record
class FailedJob:
    """A job that could not be done."""

    label: str
    text: str  #: what went wrong
    host: str


@record
class JobStatus:
    """Jobs of a folder."""

    folder: str
    total: int
    done: int
    waiting: tuple[str, ...]  #: labels of jobs without a result, in their order, without failed ones
    failed: tuple[FailedJob, ...]
    hosts: Mapping[str, int]  #: number of jobs done by machine and processor
    seconds: float  #: sum of the time of the jobs that are done
    unreadable: tuple[str, ...]  #: results that cannot be used, with the reason

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def job_status(folder: Path | str) -> JobStatus:
    """Read what is done of the jobs of a folder; raises `RunError` where it has none."""
    home = JobFolder(Path(folder))
    listed = home.jobs()
    hosts, seconds, waiting, unreadable = Counter[str](), 0.0, list[str](), list[str]()
    failed: list[FailedJob] = []
    for job in listed:
        if home.file(job).exists():
            try:
                machine = home.get(job).machine
            except RunError as error:
                unreadable.append(str(error))
                continue
            hosts[f"{machine.get('host', '?')}, {machine.get('processor', '?')}"] += 1
            seconds += float(machine.get("seconds", 0.0))
        elif (failure := home.failure(job)) is not None:
            host = str(failure.get("machine", {}).get("host", ""))
            failed.append(FailedJob(label=job.label, text=str(failure.get("text", "")), host=host))
        else:
            waiting.append(job.label)
    return JobStatus(
        folder=str(folder),
        total=len(listed),
        done=sum(hosts.values()),
        waiting=tuple(waiting),
        failed=tuple(failed),
        hosts=dict(hosts),
        seconds=seconds,
        unreadable=tuple(unreadable),
    )
