"""Public data sets: the sample of every connector, changed; and a workbook, whose parts are packed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from standoff import registry
from tests.fuzz import changes
from tests.fuzz.door import Door

if TYPE_CHECKING:
    from collections.abc import Sequence

HOME = "standoff.connectors"
SAMPLES = Path(__file__).parents[2] / "samples"


def sample(name: str) -> list[bytes]:
    (file,) = SAMPLES.glob(f"{name}.*")
    return [file.read_bytes()]


def parse(name: str, raw: bytes) -> None:
    found = registry.module(HOME, name).parse(raw)
    for claim in found.claims:
        claim.line().encode()


def workbook(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A workbook damaged as bytes, or in one of its parts, which is packed again."""
    import io
    import zipfile

    raw = rng.choice(seeds)
    if rng.random() < 0.5:
        return changes.binary(rng, [raw])
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
            hit = rng.choice(old.namelist())
            for name in old.namelist():
                part = old.read(name)
                new.writestr(name, changes.text(rng, [part]) if name == hit else part)
    except Exception:  # a seed that is itself damaged
        return changes.binary(rng, [raw])
    return out.getvalue()


def _door(name: str) -> Door:
    sheet = next(SAMPLES.glob(f"{name}.*")).suffix == ".xlsx"
    return Door(
        name=f"connectors {name}",
        enter=partial(parse, name),
        seeds=partial(sample, name),
        share=0.25,
        slice=10,
        change=workbook if sheet else changes.mixed,
    )


DOORS = tuple(map(_door, registry.names(HOME)))
