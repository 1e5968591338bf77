"""A scheduler of Dask and workers as processes of this machine, and a client as a process that can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

SECONDS = 600.0  #: until a test gives up, on a busy machine
CASE = "closed-form"
#: a run of 10 batches; a worker takes half a second for each once it has compiled
CLIENT = """
import json, logging, sys
from pathlib import Path
from standoff.catalog import load
from standoff.distributed.executors import open_executor
from standoff.engine.build import build
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.errors import StandoffError
logging.basicConfig(level=logging.INFO, format="%(message)s")
on, folder, draws, batch, out = sys.argv[1:]
try:
    with open_executor(on, trust_network=True) as executor:
        run = simulate(build(*load("closed-form")), draws=int(draws), seed=1, paths=200, batch=int(batch),
                       folder=RunFolder(Path(folder)), executor=executor)
except StandoffError as error:
    print(error, file=sys.stderr)
    sys.exit(3)
import hashlib
parts = (run.answers, run.mean, run.variance, run.stock_paths, run.failed, run.parameter_values)
Path(out).write_text(hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest())
"""
DRAWS, BATCH = 200_000, 50


class Client:
    """A run in a process of its own; its digest says whether two runs are the same to the last bit."""

    def __init__(self, on: str, folder: Path, draws: int = DRAWS, env: Mapping[str, str] | None = None) -> None:
        self.folder, self.out, self.log = folder, folder.with_suffix(".digest"), folder.with_suffix(".log")
        command = [sys.executable, "-c", CLIENT, on, str(folder), str(draws), str(BATCH), str(self.out)]
        self.began = time.monotonic()
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stderr=log, stdout=log, env=environment(env))

    @property
    def done(self) -> int:
        """Number of results."""
        return len(list((self.folder / "results").glob("*.npz")))

    def until(self, count: int) -> None:
        """Wait for some results."""
        wait(lambda: self.done >= count or self.process.poll() is not None, f"{count} results")

    def code(self, seconds: float = SECONDS) -> int:
        """Wait for the end; the exit code."""
        return self.process.wait(seconds)

    def digest(self) -> str:
        """Wait for the end of a run that succeeds; digest of its numbers."""
        assert self.code() == 0, self.log.read_text()
        return self.out.read_text()

    def text(self) -> str:
        return self.log.read_text()


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, home: Path, host: str = "127.0.0.1", env: Mapping[str, str] | None = None) -> None:
        self.home, self.file, self.env = home, home / "scheduler.json", dict(env or {})
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start(
            "scheduler", "--host", host, "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file)
        )
        wait(self.file.exists, "the scheduler")

    def worker(
        self, *arguments: str, env: Mapping[str, str] | None = None, prefix: tuple[str, ...] = (), nanny: bool = False
    ) -> subprocess.Popen[bytes]:
        words = ["worker", "--scheduler-file", str(self.file), "--nthreads", "1", "--no-dashboard", *arguments]
        return self._start(*words, *([] if nanny else ["--no-nanny"]), env=env, prefix=prefix)

    def until_registered(self) -> None:
        """Wait until the scheduler knows all workers: a client that meets only those that refuse gives up."""
        logs = list(self.home.glob("worker-*.log"))
        wait(lambda: all("Registered to" in log.read_text() for log in logs), f"{len(logs)} workers")

    def _start(
        self, *words: str, env: Mapping[str, str] | None = None, prefix: tuple[str, ...] = ()
    ) -> subprocess.Popen[bytes]:
        name = f"{words[0]}-{len(self.processes)}"
        with (self.home / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "dask", *words],
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=environment(self.env | dict(env or {})),
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def close(self) -> None:
        for process in self.processes:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process of ours with its children, and wait for it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGCONT)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


@contextlib.contextmanager
def cluster(home: Path, workers: int = 0, **how: object) -> Iterator[Cluster]:
    """A scheduler and some workers, killed at the end."""
    made = Cluster(home, **how)  # type: ignore[arg-type]
    try:
        for _ in range(workers):
            made.worker()
        yield made
    finally:
        made.close()


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    import standoff

    paths = [str(Path(standoff.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **(more or {})}


def wait(condition: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)


def results(folder: Path) -> dict[str, str]:
    """Digest of the arrays of each result by key: hosts and seconds differ, and numbers must not."""
    from standoff.job_folder import JobResult

    files = (folder / "results").glob("*.npz")
    return {file.stem: JobResult.from_bytes(file.read_bytes(), file.stem).digest for file in files}
