"""What a worker does: take a job as bytes, check its software, give the result as bytes.

`work` is the one function that is ever submitted. It is found by its name, in the worker's own installation.
"""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from standoff.analysis import model_uncertainty
from standoff.engine import batches, rerun
from standoff.errors import StandoffError
from standoff.evaluation.hindcast import origin_jobs
from standoff.job import FAILED, REFUSED, RESULT, Job, JobOutput, Reply
from standoff.job_folder import JobResult
from standoff.software import about_machine, differences

#: kind of a job -> who does it
KINDS: Mapping[str, Callable[[Job], JobOutput]] = {
    batches.KIND: batches.perform,
    model_uncertainty.KIND: model_uncertainty.perform,
    origin_jobs.KIND: origin_jobs.perform,
    rerun.KIND: rerun.perform,
}
PAUSE = 1.0  # seconds, assumption: a worker that refuses everything leaves most jobs to the others
_ONE = threading.Lock()  # a worker with several threads does one job at a time: a job uses all its cores


def work(raw: bytes) -> bytes:
    """Do a job, in bytes; what goes wrong is a reply too."""
    machine = about_machine()
    try:
        job = Job.from_bytes(raw)
        with _ONE:
            return do(job).to_bytes()
    except ValueError as error:
        return Reply(REFUSED, f"the job cannot be read: {error}", machine).to_bytes()


def do(job: Job, pause: float = PAUSE) -> Reply:
    """Do a job; the reply says how it went."""
    machine: dict[str, Any] = dict(about_machine())
    try:
        wrong = differences(job.software)
        if wrong or job.kind not in KINDS:
            time.sleep(pause)
            return Reply(REFUSED, "; ".join(wrong) or f"it knows no jobs of the kind `{job.kind}`", machine)
        began = time.perf_counter()
        arrays, facts = KINDS[job.kind](job)
        machine |= {"seconds": round(time.perf_counter() - began, 3), "process": os.getpid()}
        return Reply(RESULT, "", machine, JobResult(arrays, facts, machine).to_bytes(job.key))
    except StandoffError as error:
        return Reply(FAILED, str(error).strip(), machine)
    except Exception:  # of any kind: whoever sent the job must learn of it
        return Reply(FAILED, traceback.format_exc(limit=-6), machine)
