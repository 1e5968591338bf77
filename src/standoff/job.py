"""Jobs: parts of long work as data, which any process with the same software can do.

A job says what to do (the name of one of our kinds), about which case (texts and numbers), and with which settings. It
never holds code, so that a worker runs its own, and compares the digest of the model that it builds. Two jobs that say the
same have the same key, and so the same result on every machine and at every repetition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any, TypeVar

import numpy as np
from annotated_types import Ge, Le
from pydantic import TypeAdapter, ValidationError

from standoff.array_files import Arrays, arrays_digest, pack, unpack
from standoff.errors import RunError
from standoff.pydantic_messages import describe

LARGEST = (
    64_000_000  #: bytes of a job; assumption: the largest case of the catalogue takes 0.2 MB, and a posterior 2 MB
)
T = TypeVar("T")
Count = Annotated[int, Ge(1), Le(2**31)]  #: draws and the like: they are numbered by 32 bits
Natural = Annotated[int, Ge(0)]  #: a seed, or a number from 0
JobOutput = tuple[Arrays, Mapping[str, Any]]  #: arrays, and plain data beside them
ABOUT = "about"  #: name of the array that holds what is no array, as JSON
RESULT, REFUSED, FAILED = "result", "refused", "failed"  #: kinds of replies


@dataclass(frozen=True, eq=False)
class JobCase:
    """A case as data, from which another process builds its model again."""

    scenario: str  #: YAML, as in a run folder
    claims: str  #: one JSON object a line
    expected: str = ""  #: digest of the model; empty where the job builds others from the case
    posterior: Mapping[str, Any] = field(default_factory=dict)  #: digest, note and rows of fitted parameters
    arrays: Arrays = field(default_factory=dict)  #: posterior draws
    units: Mapping[str, str] = field(default_factory=dict)  #: of claims that quantity cards correct, by id

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all this."""
        return hashlib.sha256(
            "\0".join((self._words, self.scenario, self.claims, arrays_digest(self.arrays))).encode()
        ).hexdigest()

    @cached_property
    def _words(self) -> str:
        return json.dumps([self.expected, dict(self.posterior), dict(self.units)], sort_keys=True)

    def to_arrays(self) -> Arrays:
        """The case as arrays by name."""
        texts = {"scenario": self.scenario, "claims": self.claims, "words": self._words}
        out = {name: np.frombuffer(text.encode(), np.uint8) for name, text in texts.items()}
        return out | {f"case_{name}": value for name, value in self.arrays.items()}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> JobCase:
        """The case of `to_arrays`."""
        scenario, claims, words = (arrays[name].tobytes().decode() for name in ("scenario", "claims", "words"))
        expected, posterior, true = json.loads(words)
        case_arrays = {name.removeprefix("case_"): value for name, value in arrays.items() if name.startswith("case_")}
        return cls(scenario, claims, expected, posterior, case_arrays, true)


@dataclass(frozen=True, eq=False)
class Job:
    """One part of long work."""

    kind: str
    label: str  #: for people: `draws 0 to 102,399`
    case: JobCase
    settings: Mapping[str, Any]  #: plain data
    software: Mapping[str, str]  #: what the worker must have too; see `standoff.software`

    def __post_init__(self) -> None:
        forms = ((self.kind, str), (self.label, str), (self.settings, Mapping), (self.software, Mapping))
        if not all(isinstance(value, form) for value, form in forms):
            raise ValueError("a job has a kind, a label, settings and software: texts, and objects by name")

    @cached_property
    def key(self) -> str:
        """SHA-256 of everything that the result depends on."""
        parts = [self.kind, self.case.digest, self.settings, self.software]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def settings_as(self, form: type[T]) -> T:
        """The settings as a dataclass; raises `RunError` for those of another form."""
        try:
            return TypeAdapter(form).validate_json(json.dumps(dict(self.settings)), strict=True)
        except ValidationError as error:
            raise RunError(
                replace(problem, where=self.label, path=".".join(map(str, entry["loc"])))
                for entry in error.errors()
                for problem in describe(entry)
            ) from None

    def to_data(self) -> dict[str, Any]:
        """The job as plain data, with the digest of its case in place of the case."""
        return {
            "kind": self.kind,
            "label": self.label,
            "settings": self.settings,
            "software": self.software,
            "case": self.case.digest,
        }

    def to_bytes(self) -> bytes:
        """The job as bytes, compressed; raises `RunError` if it is too large to send."""
        about = np.array(json.dumps(self.to_data()))
        raw = pack({ABOUT: about, **self.case.to_arrays()}, small=True)
        if len(raw) > LARGEST:
            raise RunError(
                f"the job takes {len(raw) / 1e6:.0f} MB", self.label, allowed=f"at most {LARGEST / 1e6:.0f} MB"
            )
        return raw

    @classmethod
    def from_bytes(cls, raw: bytes) -> Job:
        """The job of `to_bytes`; raises `ValueError` for anything else. No byte of it is run."""
        try:
            arrays = unpack(raw)
            about = json.loads(str(arrays[ABOUT]))
            job = cls(about["kind"], about["label"], JobCase.from_arrays(arrays), about["settings"], about["software"])
            same = job.case.digest == about["case"]
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise ValueError(f"it is no job: {error}") from None
        if not same:
            raise ValueError("its case is not the one that it names")
        return job


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
