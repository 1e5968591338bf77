"""Shared by all tests: no network but a server on this machine, and a plain integrator for parts."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest

from standoff import components

hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("unhurried")

COMPILED = 60  #: steps from which compiling a mechanism takes less time than working it out line by line


SLOW = Path(__file__).with_name("slow.txt")
#: Flags of the compiler without what makes long runs fast: programs of small tests then compile in a third of the time
#: (measured on a game of two: 1.2 s against 4.0 s). Set XLA_FLAGS to an empty text to compile as the product does.
QUICK_COMPILER = (
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true --xla_cpu_use_fusion_emitters=false "
    "--xla_cpu_parallel_codegen_split_count=1"
)

#: seconds from which a program is kept on disk, and entries: small worlds too are compiled
#: once for all tests of both processes, whatever the machine has to do beside it
KEPT = 0.3, 4000


def pytest_configure(config: pytest.Config) -> None:
    """Compile quickly, and once; before JAX starts, and for processes that tests start.

    The settings of the compiler are made here, for a test that uses JAX alone would otherwise start it without them.
    """
    os.environ.setdefault("XLA_FLAGS", QUICK_COMPILER)
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        from standoff.engine import compile_cache
        from standoff.xla import devices

        devices()
        compile_cache.MIN_SECONDS, compile_cache.MAX_ENTRIES = KEPT


def pytest_collection_finish() -> None:
    """Leave the collected tests out of every later search for garbage: half a million objects that all stay."""
    gc.collect()
    gc.freeze()


def slow_tests() -> dict[str, str]:
    """Tests that `make test` leaves to `make test-all`: file and function (or a file alone) -> the reason."""
    rows = [line.split(maxsplit=1) for line in SLOW.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {row[0]: row[1] for row in rows}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow.txt."""
    slow = slow_tests()
    for item in items:
        function = item.nodeid.partition("[")[0].removeprefix("tests/")
        if item.nodeid.removeprefix("tests/") in slow or function in slow or function.partition("::")[0] in slow:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that opens a connection to another machine fails; loopback is allowed."""
    real = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise RuntimeError(f"a test tried to reach {address}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """`serve(answer, code=200, promised=None)`: the address of a server in an own thread, for this test.

    `answer` is a body, or a function of the request's handler; `promised` is the length that is told beforehand.
    """
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with contextlib.ExitStack() as stack:

        def start(
            answer: bytes | Callable[[BaseHTTPRequestHandler], None], code: int = 200, promised: int | None = None
        ) -> str:
            class Handler(BaseHTTPRequestHandler):
                timeout = 10

                def do_GET(self) -> None:
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        if isinstance(answer, bytes):
                            self.send_response(code)
                            self.send_header("Content-Length", str(len(answer) if promised is None else promised))
                            self.end_headers()
                            self.wfile.write(answer)
                        else:
                            answer(self)

                do_POST = do_GET

                def log_message(self, *_: object) -> None:
                    pass

            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.daemon_threads = False  # so that closing waits for answers that are under way
            stack.callback(server.server_close)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            stack.callback(thread.join, 10)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


@pytest.fixture
def integrate() -> Callable[..., list[dict[str, float]]]:
    """Run one mechanism on plain floats: `integrate(module, params, state, steps, dt=1.0, noise=...) -> list of states`.

    `params` holds numbers in canonical units, not beliefs. Noise defaults to zero. Nothing is floored, so that a
    mechanism that takes more than there is shows.
    """

    def run(
        module: ModuleType,
        params: Mapping[str, Any],
        state: Mapping[str, float],
        steps: int,
        dt: float = 1.0,
        noise: Callable[[int], Mapping[str, float]] | None = None,
    ) -> list[dict[str, float]]:
        import jax

        p = module.Params.model_construct(**params)
        states = [dict(state)]
        names = noise_names(module, p)

        def flows_of(now: Any, z: Any, elapsed: Any) -> dict[str, Any]:
            moved = module.flows(p, components.State(now), components.Time(dt, elapsed), components.Noise(z))
            return {components.stock_key(key): flow for key, flow in moved.items()}

        flows = jax.jit(flows_of) if steps > COMPILED else flows_of
        for step in range(steps):
            now = states[-1]
            z = noise(step) if noise else dict.fromkeys(names, 0.0)
            after = dict(now)
            for key, flow in flows(now, dict(z), step * dt).items():
                after[key] += dt * float(flow)
            states.append(after)
        return states

    return run


def noise_names(module: ModuleType, p: components.Params) -> list[str]:
    """The noise names that a mechanism declares, with the members of their roles."""
    out: list[str] = []
    for name, spec in getattr(module, "NOISE", {}).items():
        out += [name] if spec.per is None else [f"{name}.{member}" for member in p.members(spec.per)]
    return out
