"""Shared by all tests: no network, and a plain integrator for parts."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

from standoff import parts

COMPILED = 60  #: steps from which compiling a mechanism takes less time than working it out line by line


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
            moved = module.flows(p, parts.State(now), parts.Time(dt, elapsed), parts.Noise(z))
            return {parts.address(key): flow for key, flow in moved.items()}

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


def noise_names(module: ModuleType, p: parts.Params) -> list[str]:
    """The noise names that a mechanism declares, with the members of their roles."""
    out: list[str] = []
    for name, role in getattr(module, "NOISE", {}).items():
        out += [name] if role is None else [f"{name}.{member}" for member in p.members(role)]
    return out
