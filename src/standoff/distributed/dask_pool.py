"""Workers of Dask, by its interface of `concurrent.futures`; needs the extra `spread`."""

from __future__ import annotations

import json
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from standoff import input_files
from standoff.distributed.pools import Pool, worker_function
from standoff.errors import Problem, RunError
from standoff.versions import install_command

TIMEOUT = 30.0  #: seconds until a scheduler must answer; assumption
LARGEST = 1_000_000  #: bytes of a scheduler file; assumption


class DaskPool(Pool):
    """Workers of a scheduler.

    target: address (`tls://host:8786`), or a scheduler file
    trust_network: whether an address without encryption is used, this machine's too; whoever reaches its port can run
    programs as the user of every worker
    """

    def __init__(self, target: str, trust_network: bool = False) -> None:
        address = target if "://" in target else address_in(Path(target))
        check_address(address, trust_network)
        distributed = _distributed()
        try:
            self.client: Any = distributed.Client(address, timeout=TIMEOUT, set_as_default=False)
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            raise RunError(
                Problem(
                    f"no scheduler answers at {address}: {error}",
                    "--on",
                    fix="start one: `dask scheduler --scheduler-file FILE`; for tls:// see docs/spread.md",
                )
            ) from None
        self.executor = self.client.get_executor(pure=False)

    def submit(self, job: bytes) -> Future[bytes]:
        """Have a job done."""
        return self.executor.submit(worker_function(), job)

    def slots(self) -> int:
        """Number of workers; each does one job at a time."""
        if self.client.status != "running":
            raise ConnectionError(f"the connection to {self.client.scheduler.address} is {self.client.status}")
        return len(self.client.nthreads())

    def close(self) -> None:
        """Let go of the scheduler; its workers stay."""
        self.client.close(timeout=5)


def address_in(file: Path) -> str:
    """The address in a scheduler file of `dask scheduler --scheduler-file FILE`."""
    try:
        address = json.loads(input_files.contents(file, LARGEST, RunError))["address"]
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(
            Problem(
                f"not a scheduler file: {error}", str(file), fix="`dask scheduler --scheduler-file FILE` writes one"
            )
        ) from None
    return str(address)


def check_address(address: str, trust_network: bool) -> None:
    """Refuse an address on which others could listen or speak; raises `RunError`."""
    parts = urlsplit(address)
    if parts.scheme not in {"tls", "tcp"} or not parts.hostname:
        raise RunError(Problem(f"`{address}` is no address of a scheduler", "--on", allowed="tls://HOST:PORT"))
    if parts.scheme == "tls" or trust_network:
        return
    raise RunError(
        Problem(
            f"{address} is not encrypted, and nobody there proves who he is: whoever reaches the port, or another user of "
            "this machine who listens on it, can run programs as you",
            "--on",
            allowed="tls://HOST:PORT",
            fix="use certificates (docs/spread.md), or --trust-network where only you and the job's own machines reach it",
        )
    )


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise RunError(
            Problem(
                f"a scheduler of Dask needs the extra `spread`, which is not installed ({error.name})",
                "--on",
                fix=f"{install_command('spread')}; `--on local:N` and `--on queue` need nothing",
            )
        ) from None
    return distributed
