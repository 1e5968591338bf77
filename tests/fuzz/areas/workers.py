"""Messages of workers: jobs of every kind whose settings, texts or arrays were changed, replies, and results."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff.array_files import pack
from standoff.distributed import worker
from standoff.distributed.status import job_status
from standoff.engine import batches, rerun
from standoff.engine.build import job_of
from standoff.engine.run import Settings
from standoff.errors import Problem, RunError, StandoffError
from standoff.job import FAILED, REFUSED, RESULT, Job, Reply
from standoff.job_folder import JobFolder, JobResult
from tests.fuzz import changes
from tests.fuzz.areas.folders import model
from tests.fuzz.door import Door

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

KEPT = 4096  #: draws; a job of more is not done here, since it may take its time


@cache
def jobs() -> dict[str, Job]:
    """A job of each kind, by kind: `draws` and `table` are done, of others the settings are read."""
    ((_, how),) = batches.batches(Settings(16, 1, "single", 4, 0), 16, 16, 8)
    table = model().table
    columns = {f"table_0_{name}": np.asarray(getattr(table, name)) for name in table._fields}
    case = batches.batch_job(model(), how).case
    settings: dict[str, dict[str, Any]] = {
        "table": {"draws": 8, "seed": 1, "step": -1},
        "models": {"theory": "logit", "tables": 0, "replicates": 2, "draws": 8, "seed": 1, "questions": ["x"]},
        "origin": {
            "day": "2024-02-29",
            "months": 3,
            "draws": 8,
            "seed": 1,
            "fitted": False,
            "late_parameter_widening": 2.0,
            "model": "x",
        },
    }
    out = {kind: job_of(model(), kind, kind, each) for kind, each in settings.items()}
    out["table"] = replace(out["table"], case=replace(case, arrays={**case.arrays, **columns}))
    return {batches.KIND: batches.batch_job(model(), how), **out}


def seeds() -> list[bytes]:
    """`{"kind": ..., "settings": {...}}` of the kinds that are done here."""
    return [
        json.dumps({"kind": kind, "settings": jobs()[kind].settings, "array": ""}).encode()
        for kind in (batches.KIND, rerun.KIND)
    ]


def change(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """Settings changed as a tree, those of another kind, or an array of another form."""
    data = json.loads(rng.choice(corpus))
    if rng.random() < 0.3:
        data["kind"] = rng.choice(list(jobs()))
        data["settings"] = dict(jobs()[data["kind"]].settings)
    if rng.random() < 0.8:
        settings = json.dumps(data["settings"]).encode()
        changed = changes.tree(rng, [settings])
        try:
            data["settings"] = json.loads(changed)
            return json.dumps(data).encode()
        except (ValueError, RecursionError):
            pass
    data["array"] = f"{rng.randrange(12)}/{rng.randrange(6)}"
    return json.dumps(data).encode()


def done(raw: bytes) -> None:
    """What a worker replies to a job: a result, or a reason without a traceback."""
    data = json.loads(raw)
    job, settings = jobs()[data["kind"]], data["settings"]
    if not isinstance(settings, dict):
        raise RunError(Problem("a job without settings cannot be written"))
    if data["array"]:
        job = replace(job, case=replace(job.case, arrays=_formed(job.case.arrays, *map(int, data["array"].split("/")))))
    draws = settings.get("run", settings)
    size = draws.get("draws", 0) if isinstance(draws, dict) else 0
    if isinstance(size, int) and size > KEPT:
        return
    message(replace(job, settings=settings).to_bytes())


def _formed(arrays: dict[str, np.ndarray], which: int, how: int) -> dict[str, np.ndarray]:
    """An array of another shape or type, or none."""
    if not arrays:
        return {"table_a": np.zeros(3)}
    name = sorted(arrays)[which % len(arrays)]
    value = np.atleast_1d(arrays[name])
    made = [value[:0], value[None], value.astype("U3"), value.astype(bool), np.zeros(7), None][how]
    return {key: held for key, held in {**arrays, name: made}.items() if held is not None}


def message(raw: bytes) -> None:
    """Bytes of a job, as `worker.work` takes them, without its pause after a refusal."""
    try:
        job = Job.from_bytes(raw)
    except ValueError as error:  # a refusal, as `worker.work` makes one
        raise RunError(Problem(str(error))) from None
    reply = Reply.from_bytes(worker.do(job, pause=0.0).to_bytes())
    assert "Traceback" not in reply.text, reply.text
    assert reply.kind in (RESULT, FAILED, REFUSED)
    if reply.kind != RESULT:
        raise RunError(Problem(reply.text))


def forge(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """Bytes damaged, or arrays changed by somebody who knows how to write their digest."""
    if rng.random() < 0.3:
        return changes.binary(rng, corpus)
    job = jobs()[batches.KIND]
    arrays = {"about": np.array(json.dumps(job.to_data())), **job.case.to_arrays()}
    name = rng.choice(sorted(arrays))
    if name == "about":
        arrays[name] = np.array(changes.tree(rng, [str(arrays[name]).encode()]).decode("utf-8", "replace"))
    else:
        arrays[name] = np.frombuffer(changes.mixed(rng, [arrays[name].tobytes() or b"{}"]), np.uint8)
    return pack(arrays, small=True)


@cache
def replies() -> list[bytes]:
    return [worker.work(jobs()[batches.KIND].to_bytes()), Reply(FAILED, "so", {"host": "h"}).to_bytes()]


def reply(raw: bytes) -> None:
    """A reply, and the result in it."""
    try:
        found = Reply.from_bytes(raw)
        if found.kind == RESULT and found.host:
            JobResult.from_bytes(found.result, jobs()[batches.KIND].key)
    except ValueError as error:  # its caller says which job
        raise RunError(Problem(str(error))) from None


@cache
def place() -> Path:
    return Path(tempfile.mkdtemp())


@cache
def listed() -> bytes:
    JobFolder(place()).write_jobs(list(jobs().values()))
    return (place() / "jobs.json").read_bytes()


def folder(raw: bytes) -> None:
    """The list of jobs of a folder."""
    listed()
    (place() / "jobs.json").write_bytes(raw)
    try:
        job_status(place())
    except StandoffError as error:
        raise error from None


DOORS = (
    Door(name="workers job", slow=True, enter=done, seeds=seeds, change=change, share=1.5, seconds=10.0, slice=25),
    Door(
        name="workers message",
        slow=True,
        enter=message,
        seeds=lambda: [jobs()[batches.KIND].to_bytes()],
        change=forge,
        share=0.7,
        seconds=20.0,
        slice=10,
    ),
    Door(name="workers reply", slow=True, enter=reply, seeds=replies, change=changes.mixed, share=0.5),
    Door(name="workers folder", enter=folder, seeds=lambda: [listed()], change=changes.mixed, share=0.5),
)
