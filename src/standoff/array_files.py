"""Arrays as bytes with a digest: the .npz files of run folders, hindcasts and jobs."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import IO

import numpy as np
from numpy.lib import format as npy

COMMENT = (64).to_bytes(2, "little")  #: zip: length of the comment, the digest
Arrays = dict[str, np.ndarray]


def pack(arrays: Mapping[str, np.ndarray], *, small: bool = False) -> bytes:
    """Serialise arrays as a .npz file, compressed if `small`; its comment is the digest."""
    stream = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, value in arrays.items():
            with file.open(f"{name}.npy", "w", force_zip64=True) as entry:
                _write(entry, np.asanyarray(value))
    digest = hashlib.sha256(stream.getbuffer()).hexdigest()
    stream.seek(-len(COMMENT), io.SEEK_END)
    stream.write(COMMENT + digest.encode())
    return stream.getvalue()


def _write(entry: IO[bytes], value: np.ndarray) -> None:
    """Write an array in the format .npy; numpy itself would copy its bytes once more."""
    if not (value.flags.c_contiguous and value.ndim and value.size) or value.dtype.hasobject:
        npy.write_array(entry, value, allow_pickle=False)
        return
    npy.write_array_header_1_0(entry, npy.header_data_from_array_1_0(value))
    entry.write(memoryview(value.reshape(-1).view(np.uint8)))


def unpack(raw: bytes) -> Arrays:
    """Deserialise the arrays of `pack`; raises `ValueError` if the digest differs."""
    mark, digest = raw[-66:-64], raw[-64:]
    total = hashlib.sha256(memoryview(raw)[:-66])
    total.update(bytes(2))
    if mark != COMMENT or total.hexdigest().encode() != digest:
        raise ValueError("it is damaged, since it does not have its own digest")
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as data:
            return {name: data[name] for name in data.files}
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(str(error)) from None


def arrays_digest(arrays: Mapping[str, np.ndarray]) -> str:
    """SHA-256 of names, types, shapes and bytes of arrays, whatever their order."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        value = np.ascontiguousarray(arrays[name])
        total.update(f"{name}\0{value.dtype.str}\0{value.shape}\0".encode())
        total.update(value.reshape(-1).view(np.uint8) if value.size else b"")
    return total.hexdigest()
