"""Run folders of which one file is damaged, missing, of another run or misnamed; and posteriors. A run goes on, or is refused."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from standoff.analysis.run_diff import RunInputs, apply_groups, groups, merge_dependent
from standoff.array_files import pack, unpack
from standoff.engine.build import build
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.errors import StandoffError
from standoff.files import json_digest
from standoff.inference.fit import posterior
from standoff.ledger import Ledger
from standoff.scenario import load_text
from tests.fuzz import changes
from tests.fuzz.door import Door
from tests.unit.conftest import CALM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from standoff.engine.model import Model
    from standoff.engine.run import Run

NAMES = (
    "draws-x-y.npz",
    "draws-000000000-000000033.npz",
    "draws-000000032-000000064.npz",
    "draws--1-5.npz",
    "draws-5-1.npz",
    "draws-0.npz",
    "draws-000000000-000000032.part",
    "draws-000000000-000000032-9.npz",
    "draws-٠-١.npz",
    "x" * 250 + ".npz",
)


@cache
def model() -> Model:
    return build(load_text(CALM, "calm.yaml"), Ledger())


def run(folder: Path) -> Run:
    """A small run in a folder: two results."""
    return simulate(model(), draws=64, seed=1, paths=32, chunk=32, folder=RunFolder(folder))


@cache
def home() -> Path:
    """A folder of an own run, and beside it the one that is damaged."""
    place = Path(tempfile.mkdtemp())
    run(place / "whole")
    RunFolder(place / "whole").write_json("verdict.json", {"questions": [{"id": "q", "answer": 0.5}]})
    return place


@cache
def files() -> dict[str, bytes]:
    whole = home() / "whole"
    return {str(file.relative_to(whole)): file.read_bytes() for file in sorted(whole.rglob("*")) if file.is_file()}


def seeds() -> list[bytes]:
    """`NAME\\n` and the bytes of the file of that name."""
    return [name.encode() + b"\n" + raw for name, raw in files().items() if raw]


def damage(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """One file of the folder changed, emptied, or put under another name."""
    name, _, raw = rng.choice(corpus).partition(b"\n")
    text = not name.endswith(b".npz")
    if rng.random() < 0.2:
        name = b"results/" + rng.choice(NAMES).encode()
    if rng.random() < 0.05:
        return name + b"\n"
    if text:
        changed = changes.mixed(rng, [raw or b"{}"])
        return name + b"\n" + (_with_digest(changed) if rng.random() < 0.5 else changed)
    return name + b"\n" + (_arrays(rng, raw) if rng.random() < 0.5 else changes.binary(rng, [raw]))


def _with_digest(raw: bytes) -> bytes:
    """A JSON file with the digest of what it says: by somebody who knows how."""
    try:
        data = json.loads(raw)
        data["sha256"] = json_digest({key: value for key, value in data.items() if key != "sha256"})
        return json.dumps(data).encode()
    except Exception:  # no JSON, or no record
        return raw


def _arrays(rng: Random, raw: bytes) -> bytes:
    """A result with one array dropped, cut, of another type, or full of something else."""
    import io

    try:
        with np.load(io.BytesIO(raw)) as data:
            arrays = {name: data[name] for name in data.files}
    except Exception:  # a seed that is itself damaged
        return raw[:-1]
    before = {name: (value.shape, value.dtype) for name, value in arrays.items()}
    name = rng.choice(sorted(arrays))
    value = np.atleast_1d(arrays[name])
    ways: list[Callable[[], np.ndarray]] = [
        lambda: value[..., :1],
        lambda: value.astype("float16"),
        lambda: value.astype("U3"),
        lambda: value * 0,
        lambda: value.T,
        lambda: value[None],
        lambda: np.array(7),
        lambda: value[:0],
        lambda: value + (np.nan if value.dtype.kind == "f" else 1),
    ]
    with contextlib.suppress(TypeError, ValueError):  # a text
        arrays[name] = rng.choice(ways)()
    if rng.random() < 0.3:
        del arrays[name]
    if rng.random() < 0.1:
        arrays[changes.piece(rng).replace("/", "")[:50] or "x"] = value
    if rng.random() < 0.5 and before != {name: (value.shape, value.dtype) for name, value in arrays.items()}:
        return pack(arrays)  # by somebody who knows how: numbers of the right form would be taken
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def damaged(raw: bytes) -> Path:
    """The folder with the file of an input in its place."""
    name, _, held = raw.partition(b"\n")
    place = home() / "damaged"
    shutil.rmtree(place, ignore_errors=True)
    (place / "results").mkdir(parents=True)
    text = name.decode("utf-8", "replace").replace("\0", "")
    here = {**files(), text: held}
    for each, data in here.items():
        with contextlib.suppress(OSError):  # a name that no file can have
            target = (place / each).resolve()
            if target.is_relative_to(place.resolve()):
                target.write_bytes(data)
    if not held and text in files():
        (place / text).unlink()
    return place


def resumed(raw: bytes) -> None:
    """The same run once more into the folder: finished results are read, others made again."""
    found = run(damaged(raw))
    if raw.startswith(b"results/") and _is_packed(raw.partition(b"\n")[2]):
        return  # forged, and of a form that fits: then its numbers are taken
    assert np.array_equal(found.answers, whole().answers) and np.array_equal(found.stock_paths, whole().stock_paths), (
        "another answer"
    )


def _is_packed(raw: bytes) -> bool:
    try:
        return bool(unpack(raw))
    except ValueError:
        return False


@cache
def whole() -> Run:
    return run(home() / "whole")


def compared(raw: bytes) -> None:
    """What `standoff diff` reads of two folders, up to the models that it runs."""
    one, other = RunInputs.read(damaged(raw)), RunInputs.read(home() / "whole")
    one.answered()
    found = merge_dependent(one, other, groups(one, other))
    with contextlib.suppress(StandoffError):
        apply_groups(one, other, found, frozenset(range(len(found))))


@cache
def posteriors() -> list[bytes]:
    """A small file as `standoff fit` writes it."""
    import xarray

    names = [item.path for item in model().plan.parameters][:3]
    beliefs = [str(item.belief) for item in model().plan.parameters][:3]
    data = xarray.Dataset(
        {
            "value": (("chain", "draw", "parameter"), np.full((2, 4, len(names)), 0.5, np.float32)),
            "belief": ("parameter", np.array(beliefs, dtype="S")),
        },
        {"parameter": np.array(names, dtype="S")},
        {
            "title": "t",
            "as_of": "2024-01",
            "evidence": posterior.evidence(model(), "2024-01"),
            "method": "NUTS",
            "passed": 1,
            "why": "",
            "seed": 1,
            "model": "m",
        },
    )
    path = home() / "posterior.nc"
    posterior.write(data, path)
    return [path.read_bytes()]


def fitted(raw: bytes) -> None:
    path = home() / "fuzz.nc"
    path.write_bytes(raw)
    posterior.load(model(), path)


def forged(raw: bytes) -> None:
    """With the digest that it should have, so that it reaches the parser."""
    fitted(posterior._with_digest(raw, posterior._digest(raw)))


DOORS = (
    Door(
        name="folders resume", slow=True, enter=resumed, seeds=seeds, change=damage, share=1.0, seconds=10.0, slice=10
    ),
    Door(name="folders changed", enter=compared, seeds=seeds, change=damage, share=1.0, slice=10),
    Door(name="folders posterior", enter=fitted, seeds=posteriors, change=changes.binary, share=0.3, slice=10),
    Door(name="folders forged posterior", enter=forged, seeds=posteriors, change=changes.binary, share=0.6, slice=10),
)
