"""Folder of jobs and results: what several machines share, or one keeps between two runs.

    jobs.json          the jobs in order, by key
    cases/DIGEST.npz   the texts and numbers that they name
    results/KEY.npz    one file for each job that is done
    failures/KEY.json  what went wrong with a job, and where
    locks/KEY          held by the process that is at a job

A result is written whole or not at all, and only once: the first stays. Some jobs are done twice, by a
scheduler, a queue or a user; a second result must have the same numbers, else neither can be trusted, and the run stops.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np

from standoff import input_files
from standoff.array_files import Arrays, arrays_digest, pack, unpack
from standoff.errors import RunError, StandoffError
from standoff.files import json_digest, scratch_path, write_atomic, write_errors
from standoff.job import ABOUT, Job, JobCase, JobOutput
from standoff.progress import Progress, track

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

JOBS, CASES, RESULTS, FAILURES, LOCKS = "jobs.json", "cases", "results", "failures", "locks"
LARGEST = 2**32  #: bytes of a result; assumption: a batch with all its paths has a tenth
REMOVE = "remove it; its job is done again"
REPEAT = "give the command that wrote it again"


@dataclass(frozen=True)
class JobResult:
    """The result of a job."""

    arrays: Arrays
    facts: Mapping[str, Any]  #: plain data beside the arrays
    machine: Mapping[str, Any]  #: host, processor and seconds

    @property
    def digest(self) -> str:
        """SHA-256 of what a second result must have too."""
        return json_digest([arrays_digest(self.arrays), self.facts])

    def to_bytes(self, key: str) -> bytes:
        """The result of a job as bytes with their digest."""
        about = {"key": key, "facts": self.facts, "machine": self.machine}
        return pack({ABOUT: np.array(json.dumps(about)), **{f"array_{k}": v for k, v in self.arrays.items()}})

    @classmethod
    def from_bytes(cls, raw: bytes, key: str) -> JobResult:
        """The result of `to_bytes`; raises `ValueError` if it is damaged, or of another job."""
        try:
            contents = unpack(raw)
            about = json.loads(str(contents.pop(ABOUT)))
            if about["key"] != key:
                raise ValueError("it is the result of another job")
            arrays = {name.removeprefix("array_"): value for name, value in contents.items()}
            return cls(arrays, about["facts"], about["machine"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"it is no result: {error}") from None


@dataclass(frozen=True)
class JobFolder:
    """A folder of jobs and results."""

    path: Path
    temporary: bool = False  #: whether it goes with this process

    @classmethod
    @contextmanager
    def opened(cls, path: Path | None) -> Iterator[JobFolder]:
        """The folder at a path, or a temporary one that goes with the context."""
        if path is not None:
            yield cls(path)
            return
        with TemporaryDirectory(prefix="standoff-") as scratch:
            yield cls(Path(scratch), temporary=True)

    # ---- results

    def file(self, job: Job | str) -> Path:
        """The file of a result."""
        return self.path / RESULTS / f"{job if isinstance(job, str) else job.key}.npz"

    def missing(self, jobs: Sequence[Job]) -> list[Job]:
        """Jobs without a result."""
        return [job for job in jobs if not self.file(job).exists()]

    @contextmanager
    def reserved(self, job: Job) -> Iterator[bool]:
        """Give whether this process is to do a job: it has no result, and no other process is at it.

        A lock ends with its process. Where there are none (Windows, some disks) a job may be done twice.
        """
        with ExitStack() as stack:
            free = True
            with suppress(OSError, AttributeError):
                file = self.path / LOCKS / job.key
                file.parent.mkdir(parents=True, exist_ok=True)
                stream = stack.enter_context(file.open("wb"))
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    stack.callback(file.unlink, missing_ok=True)
                except BlockingIOError:
                    free = False
            yield free and not self.file(job).exists()

    def put(self, job: Job, result: JobResult | bytes) -> bool:
        """Store a result; False if it was there. Raises `RunError` if that one differs.

        Bytes are those of another process, and checked.
        """
        if isinstance(result, bytes):
            raw, result = result, JobResult.from_bytes(result, job.key)
        else:
            raw = result.to_bytes(job.key)
        if self._create(self.file(job), raw):
            (self.path / FAILURES / f"{job.key}.json").unlink(missing_ok=True)
            return True
        first = self.get(job)
        if first.digest != result.digest:
            raise RunError(
                f"two results of one job differ: {job.label} on {_machine(first)} and on {_machine(result)}",
                str(self.file(job)),
                fix="do not trust either: find out which machine is at fault, and remove the file",
            )
        return False

    def get(self, job: Job) -> JobResult:
        """The result of a job; raises `RunError` where it is damaged or missing."""
        file = self.file(job)
        try:
            return JobResult.from_bytes(input_files.contents(file, LARGEST, RunError), job.key)
        except ValueError as error:
            raise RunError(f"the result cannot be used: {error}", str(file), fix=REMOVE) from None

    def _create(self, file: Path, raw: bytes) -> bool:
        """Write a file unless it exists, whole or not at all, also where two processes try at once."""
        with write_errors(file):
            if file.exists():
                return False
            scratch = scratch_path(file)
            write_atomic(scratch, raw)
            try:
                os.link(scratch, file)
            except FileExistsError:
                return False
            except OSError:  # a disk without links: the last one stays, and `put` has compared what it saw
                if file.exists():
                    return False
                os.replace(scratch, file)
            finally:
                with suppress(OSError):
                    scratch.unlink()
            return True

    # ---- jobs

    def write_jobs(self, jobs: Sequence[Job]) -> None:
        """Write the list of jobs, and the cases that they name, for `standoff work`."""
        for case in {job.case.digest: job.case for job in jobs}.values():
            file = self.path / CASES / f"{case.digest}.npz"
            if not file.exists():
                write_atomic(file, pack(case.to_arrays(), small=True))
        data = {"jobs": [{"key": job.key, **job.to_data()} for job in jobs]}
        text = json.dumps({**data, "sha256": json_digest(data)}, indent=1)
        write_atomic(self.path / JOBS, text + "\n")

    def jobs(self) -> list[Job]:
        """The jobs of `write_jobs`; raises `RunError` where there are none, or a file is damaged."""
        file = self.path / JOBS
        if not file.exists():
            count = len([*(self.path / RESULTS).glob("*.npz")])
            what = f"the folder has {count} result(s), and no list of jobs: one process did them"
            fix = "write them: `standoff run CASE --draws 100000000 --folder DIR --on queue`"
            allowed = f"a folder with {JOBS}"
            raise RunError(what if count else "there are no jobs", str(self.path), allowed=allowed, fix=fix)
        try:
            data = json.loads(input_files.contents(file, LARGEST, RunError))
            entries, digest = data["jobs"], data["sha256"]
            cases = {name: self._case(name) for name in {entry["case"] for entry in entries}}
            jobs = [
                Job(entry["kind"], entry["label"], cases[entry["case"]], entry["settings"], entry["software"])
                for entry in entries
            ]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RunError(f"the list of jobs cannot be read: {error}", str(file), fix=REPEAT) from None
        if digest != json_digest({"jobs": entries}) or [job.key for job in jobs] != [entry["key"] for entry in entries]:
            raise RunError("the list of jobs is damaged or was changed", str(file), fix=REPEAT)
        return jobs

    def _case(self, name: str) -> JobCase:
        file = self.path / CASES / f"{name}.npz"
        try:
            case = JobCase.from_arrays(unpack(input_files.contents(file, LARGEST, RunError)))
            if case.digest != name:
                raise ValueError("it has another digest than its name")
        except (KeyError, ValueError) as error:
            raise RunError(f"the case cannot be used: {error}", str(file), fix=REPEAT) from None
        return case

    # ---- failures

    def put_failure(self, job: Job, text: str, machine: Mapping[str, Any]) -> None:
        """Store what went wrong with a job."""
        data = {"label": job.label, "text": text, "machine": dict(machine)}
        write_atomic(self.path / FAILURES / f"{job.key}.json", json.dumps(data, indent=1) + "\n")

    def failure(self, job: Job) -> dict[str, Any] | None:
        """What went wrong with a job that has no result; None if nothing is known."""
        file = self.path / FAILURES / f"{job.key}.json"
        if self.file(job).exists() or not file.exists():
            return None
        try:
            data: dict[str, Any] = json.loads(input_files.contents(file, 10**6, RunError))
        except ValueError:
            return None
        return data


class JobExecutor(Protocol):
    """Whoever has jobs done, on this machine or on others."""

    def complete(self, jobs: Sequence[Job], folder: JobFolder, progress: Progress) -> None:
        """Return once the folder holds every result; raises `RunError` where that cannot be."""


class LocalExecutor:
    """A `JobExecutor` that does the jobs in this process, one after another.

    perform: does a job
    """

    def __init__(self, perform: Callable[[Job], JobOutput]) -> None:
        self.perform = perform

    def complete(self, jobs: Sequence[Job], folder: JobFolder, progress: Progress) -> None:
        """Do every job that has no result; errors name the job."""
        from standoff.software import about_machine  # it imports JAX

        for job in track(progress, "jobs", folder.missing(jobs)):
            began = time.perf_counter()
            try:
                arrays, facts = self.perform(job)
            except StandoffError as error:
                raise type(error)(replace(fault, where=fault.where or job.label) for fault in error.problems) from None
            except Exception as error:
                error.add_note(f"in the job: {job.label}")
                raise
            machine = about_machine() | {"seconds": round(time.perf_counter() - began, 3)}
            folder.put(job, JobResult(arrays, facts, machine))


def _machine(result: JobResult) -> str:
    return f"{result.machine.get('host', '?')} ({result.machine.get('processor', '?')})"
