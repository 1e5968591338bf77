"""Arrays as bytes: what comes back is what was packed, and nothing damaged comes back."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest

from standoff.array_files import arrays_digest, pack, unpack

ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.array("text"), "c": np.zeros((0, 4), np.int8)}


@pytest.mark.parametrize("small", [True, False])
def test_arrays_come_back_as_they_were(small: bool) -> None:
    back = unpack(pack(ARRAYS, small=small))
    assert back.keys() == ARRAYS.keys() and arrays_digest(back) == arrays_digest(ARRAYS)


def test_the_bytes_are_those_of_numpy_with_a_digest() -> None:
    """Also of arrays that lie otherwise in memory; files of earlier versions have the same bytes."""
    arrays = {
        **ARRAYS,
        "view": np.arange(12.0).reshape(3, 4)[:, 1:3],
        "fortran": np.asfortranarray(np.eye(3)),
        "one": np.float32(1),
    }
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    plain = stream.getvalue()
    assert pack(arrays) == plain[:-2] + b"\x40\x00" + hashlib.sha256(plain).hexdigest().encode()


def test_a_pickled_object_is_refused() -> None:
    with pytest.raises(ValueError):
        pack({"a": np.array([object()])})


def test_a_flipped_bit_is_seen() -> None:
    raw = bytearray(pack(ARRAYS))
    raw[len(raw) // 2] ^= 1
    with pytest.raises(ValueError, match="damaged"):
        unpack(bytes(raw))


def test_the_digest_tells_names_types_and_shapes_apart() -> None:
    value = np.arange(6, dtype=np.int32)
    others = [{"a": value.reshape(2, 3)}, {"b": value}, {"a": value.astype(np.int64)}, {"a": value.view(np.float32)}]
    assert len({arrays_digest(each) for each in ({"a": value}, *others)}) == 5
    assert arrays_digest({"a": value, "b": value}) == arrays_digest({"b": value, "a": value})
