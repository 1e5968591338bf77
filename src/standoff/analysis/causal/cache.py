"""Cache on disk for the slopes of a model, which take seconds to compute.

The files lie beside the compiled programs. An entry that cannot be read or written is ignored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from standoff.analysis.causal.records import FlowSlope
from standoff.array_files import pack, unpack
from standoff.files import cache_dir, read_cached, write_cached
from standoff.plan import Plan

MOST = 100  # assumption: models that one works with at a time; 50 kB each
COLUMNS = tuple(field.name for field in fields(FlowSlope))


def slopes(plan: Plan) -> Sequence[FlowSlope]:
    """Every slope of a plan, from the cache if it is there."""
    folder = cache_dir("slopes")
    file = None if folder is None else folder / digest(plan)
    known = None if file is None else _read(file)
    if known is None:
        from standoff.analysis.causal.slopes import slopes as worked_out  # JAX comes with them

        known = list(worked_out(plan))
        if file is not None:
            _write(file, known)
    return known


def digest(plan: Plan) -> str:
    """Digest of scenario, variant, claims, posterior and code, which determine the slopes."""
    fitted = [repr(item.belief) for item in plan.parameters if item.belief.shape == "drawn"]
    parts = (plan.scenario.model_dump_json(), plan.ledger.hash, *fitted, _code())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@cache
def _code() -> str:
    """Digest of the code of the package and of the versions of its libraries."""
    home = Path(__file__).parents[2]
    result = hashlib.sha256(version("jax").encode())
    for file in sorted(home.rglob("*.py")):
        if file.relative_to(home).parts[0] not in {"cli", "report", "catalog"}:  # they work out no slope
            result.update(file.read_bytes())
    return result.hexdigest()


def _read(file: Path) -> list[FlowSlope] | None:
    raw = read_cached(file)
    if raw is None:
        return None
    with suppress(ValueError, KeyError):  # damaged, or of another version
        stored = unpack(raw)
        columns = [stored[name] if name == "values" else stored[name].tolist() for name in COLUMNS]
        return [FlowSlope(*row) for row in zip(*columns, strict=True)]
    return None


def _write(file: Path, result: Sequence[FlowSlope]) -> None:
    columns = {name: np.array([getattr(item, name) for item in result]) for name in COLUMNS}
    write_cached(file, pack(columns, small=True), MOST)
