"""What a worker gives back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RESULT, REFUSED, FAILED = "result", "refused", "failed"


@dataclass(frozen=True)
class Reply:
    """What a worker gives back."""

    kind: str  #: result, refused, failed
    text: str = ""  #: why
    machine: Mapping[str, Any] | None = None
    result: bytes = b""  #: of `JobResult.to_bytes`

    def to_bytes(self) -> bytes:
        """The reply as a line of JSON and the result."""
        head = {"kind": self.kind, "text": self.text, "machine": dict(self.machine or {})}
        return json.dumps(head).encode() + b"\n" + self.result

    @classmethod
    def from_bytes(cls, raw: bytes) -> Reply:
        """The reply of `to_bytes`; raises `ValueError` for anything else."""
        head, _, result = raw.partition(b"\n")
        try:
            return cls(result=result, **json.loads(head))
        except TypeError as error:
            raise ValueError(f"it is no reply: {error}") from None

    @property
    def host(self) -> str:
        """The machine, for people."""
        return str((self.machine or {}).get("host", "a worker"))
