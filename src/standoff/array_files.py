"""Arrays as bytes with a digest: the .npz files of run folders, hindcasts and jobs."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

import numpy as np

COMMENT = (64).to_bytes(2, "little")  #: zip: length of the comment, the digest
Arrays = dict[str, np.ndarray]


def pack(arrays: Mapping[str, np.ndarray], *, small: bool = False) -> bytes:
    """Serialise arrays as a .npz file, compressed if `small`; its comment is the digest."""
    stream = io.BytesIO()
    (np.savez_compressed if small else np.savez)(stream, allow_pickle=False, **arrays)
    raw = stream.getvalue()
    return raw[: -len(COMMENT)] + COMMENT + hashlib.sha256(raw).hexdigest().encode()


def unpack(raw: bytes) -> Arrays:
    """Deserialise the arrays of `pack`; raises `ValueError` if the digest differs."""
    body, mark, digest = raw[:-66], raw[-66:-64], raw[-64:]
    if mark != COMMENT or hashlib.sha256(body + bytes(2)).hexdigest().encode() != digest:
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
        total.update(value.tobytes())
    return total.hexdigest()
