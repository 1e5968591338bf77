"""A folder of jobs, of which any number of machines do their parts.

A later run merges the results.

For batch systems (arrays of Slurm, indexed jobs of Kubernetes) and for machines that share nothing but a disk.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from standoff.errors import RunError
from standoff.job import FAILED, RESULT, Job
from standoff.job_folder import JobFolder
from standoff.progress import SILENT, Progress, track

LOG = logging.getLogger(__name__)
#: variables of batch systems: index, number of the first index, number of parts
ARRAYS = (
    ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT"),
    ("JOB_COMPLETION_INDEX", "", "STANDOFF_PARTS"),
)


class QueueExecutor:
    """A `standoff.job_folder.JobExecutor` that writes jobs into the folder, and does none."""

    def complete(self, jobs: Sequence[Job], folder: JobFolder, progress: Progress) -> None:
        """Write the jobs; raises `RunError` while a result is missing."""
        missing = folder.missing(jobs)
        if not missing:
            return
        if folder.temporary:
            fix = "give --folder DIR, where the command has it; else --on local:N, or a scheduler"
            raise RunError("jobs can only wait in a folder that stays", "--on queue", fix=fix)
        folder.write_jobs(jobs)
        what = f"{len(missing):,} of {len(jobs):,} jobs wait in the folder"
        fix = f"do them with `standoff work {folder.path}` on any number of machines, then give this command again"
        raise RunError(what, str(folder.path), fix=fix)


def perform_part(folder: JobFolder, part: tuple[int, int] = (0, 1), progress: Progress = SILENT) -> tuple[int, int]:
    """Do every job of a part that has no result; returns how many were done, how many failed.

    part: number from 0, and number of parts: job i belongs to part i modulo this number

    A job that fails is noted in the folder, and the next one is tried. Raises `RunError` where this process has other
    software than the jobs demand.
    """
    from standoff.distributed.worker import do  # it imports JAX

    number, count = part
    if not 0 <= number < count:
        raise RunError(f"part {number} of {count}", allowed=f"0 to {count - 1}")
    jobs = folder.jobs()
    pending = folder.missing(jobs[number::count])
    done, failed = 0, 0
    for job in track(progress, "jobs", pending):
        with folder.reserved(job) as free:
            reply = do(job, pause=0.0) if free else None
            if reply is None:
                LOG.info("%s: another process is at it, or was faster", job.label)
            elif reply.kind == RESULT:
                folder.put(job, reply.result)
                done += 1
                LOG.info("%s: done", job.label)
            elif reply.kind == FAILED:
                failed += 1
                folder.put_failure(job, reply.text, reply.machine or {})
                LOG.warning("%s: %s", job.label, reply.text)
            else:
                raise RunError(
                    f"this machine cannot do the jobs: {reply.text}",
                    str(folder.path),
                    fix="install the version that wrote them, or use a processor of the same kind",
                )
    return done, failed


def work(folder: Path | str, part: str = "", progress: Progress = SILENT) -> tuple[int, int]:
    """Do the jobs of a folder that have no result, or a part of them such as `0/16`.

    Returns how many were done, and how many failed. Without `part` what a batch system says, else all (see `part_of`).
    """
    return perform_part(JobFolder(Path(folder)), part_of(part), progress)


def part_of(text: str, environment: Mapping[str, str] = os.environ) -> tuple[int, int]:
    """The part that a text such as `3/16` names, or the batch system; `(0, 1)` without either.

    Parts count from 0. Raises `RunError` for another text, and where the batch system does not say how many there are.
    """
    if text:
        match = re.fullmatch(r"(\d+)/(\d+)", text)
        if match is None or not int(match[1]) < int(match[2]):
            raise RunError(f"`{text}` is no part", "--part", allowed="NUMBER/PARTS, such as 0/16 to 15/16")
        return int(match[1]), int(match[2])
    for index, first, count in ARRAYS:
        if index in environment:
            if count not in environment:
                raise RunError(
                    f"{index} is set, and {count} is not",
                    "--part",
                    allowed="NUMBER/PARTS",
                    fix=f"set {count} to the number of parts, or give --part",
                )
            return int(environment[index]) - int(environment.get(first) or 0), int(environment[count])
    return 0, 1
