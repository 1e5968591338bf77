"""Draws of a fit on disk: what is not as it was written is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
import xarray

from standoff import build, catalog
from standoff.errors import RunError
from standoff.inference.fit import posterior


def draws() -> xarray.Dataset:
    return xarray.Dataset(
        {
            "value": (("chain", "draw", "parameter"), np.linspace(1.0, 2.0, 12, dtype=np.float32).reshape(2, 3, 2)),
            "belief": ("parameter", np.array(["1 to 2", "1 to 3 @assumption"], dtype="S")),
        },
        {"parameter": np.array(["a.b", "c"], dtype="S")},
        {"title": "A case", "passed": 1},
    )


def test_a_posterior_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "posterior.nc"
    posterior.write(draws(), path)
    there = posterior.read(path)
    assert there.drop_attrs().identical(draws().drop_attrs()) and there.attrs["title"] == "A case"
    assert xarray.load_dataset(path).identical(there)  # for other programs it is a file like any other
    posterior.write(there, path)
    assert posterior.read(path).drop_attrs().identical(there.drop_attrs()) and list(path.parent.iterdir()) == [path]


def test_a_posterior_with_a_flipped_bit_or_a_missing_end_is_refused(tmp_path: Path) -> None:
    path, random = tmp_path / "posterior.nc", Random(1)
    posterior.write(draws(), path)
    whole = path.read_bytes()
    for bit in random.sample(range(8 * len(whole)), 300):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(RunError, match=r"posterior\.nc.*\n.*(damaged|no digest)"):
            posterior.read(path)
    for length in (0, 3, *random.sample(range(len(whole)), 20)):
        path.write_bytes(whole[:length])
        with pytest.raises(RunError, match=r"posterior\.nc.*\n.*cannot be read"):
            posterior.read(path)


def test_a_posterior_without_a_digest_is_refused(tmp_path: Path) -> None:
    draws().to_netcdf(tmp_path / "posterior.nc", engine="scipy", format="NETCDF3_64BIT")
    with pytest.raises(RunError, match="no digest"):
        posterior.read(tmp_path / "posterior.nc")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.drop_vars("belief"),
        lambda data: data.assign(value=data.value * np.nan),
        lambda data: data.assign_attrs(as_of="soon"),
        lambda data: data.assign_attrs(passed=[1, 2]),
        lambda data: data.drop_vars("belief").assign({"belief": ("rest", np.array(["a", "b", "c"], dtype="S"))}),
    ],
)
def test_what_another_program_wrote_is_no_posterior(
    tmp_path: Path, change: Callable[[xarray.Dataset], xarray.Dataset]
) -> None:
    said = {"as_of": "2030-01", "evidence": "", "method": "", "why": ""}
    posterior.write(change(draws().assign_attrs(said)), tmp_path / "posterior.nc")
    with pytest.raises(RunError, match="is incomplete"):
        posterior.load(build(*catalog.load("closed-form")), tmp_path / "posterior.nc")
