"""Run folders: inputs, record and finished blocks, so that an interrupted run can resume.

Every file is checked before it is used. Finished blocks are results of jobs (`standoff.job_folder`): they contain digests of
themselves and the key of their job, which model, settings, software and draws determine. run.json, verdict.json and
summary.json contain digests of themselves, and run.json those of the scenario and the claims. A file that is damaged, or
belongs to another run, raises an error that names it; once removed, it is made again. Files are written whole or not at all,
and their content depends on the run alone: two processes that write the same run into one folder at once write the same
results, and both succeed.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from standoff import input_files
from standoff.engine.build import case_of
from standoff.engine.model import Model
from standoff.engine.run import Run, Settings
from standoff.errors import RunError, join_limited
from standoff.files import is_scratch, json_digest, write_atomic, write_errors
from standoff.job_folder import CASES, FAILURES, JOBS, RESULTS
from standoff.software import ARITHMETIC, about_machine, arithmetic
from standoff.versions import versions

RECORD, DIGEST = "run.json", "sha256"
INPUTS = ("scenario.yaml", "claims.jsonl")
FINDINGS = ("verdict.json", "summary.json", "report.html")
OF_JOBS = (JOBS, CASES, RESULTS, FAILURES)  #: see `standoff.job_folder`
LARGEST = 2**32  #: bytes of a file; assumption: a block of draws with all its paths has a tenth
ABANDONED = 86_400.0  #: age in seconds above which a scratch file is left over from a killed process; assumption


@dataclass(frozen=True)
class RunFolder:
    """A run folder: scenario.yaml, claims.jsonl, run.json, results/, and the files of findings."""

    path: Path

    def open(self, model: Model, settings: Settings) -> None:
        """Start a run in the folder, or resume the same run."""
        case, about, there = case_of(model), _about(model, settings), self.record()
        texts = dict(zip(INPUTS, (case.scenario, case.claims), strict=True))
        if there is None:
            self._start(texts)
            there = {**about, "machine": about_machine(), "files": {}, "finished": False}
            missing = [*INPUTS]
        else:
            self._compare(there, about)
            missing = [name for name in INPUTS if not (self.path / name).exists()]
            for name in set(INPUTS) - {*missing}:
                self.input(name)
        if missing:
            for name in missing:
                write_atomic(self.path / name, texts[name])
            digests = {name: hashlib.sha256(texts[name].encode()).hexdigest() for name in missing}
            self.write_json(RECORD, {**there, "files": {**there["files"], **digests}})
        for file in (*self.path.glob(".*"), *(self.path / RESULTS).glob(".*")):  # scratch files of killed processes
            with suppress(OSError):
                if is_scratch(file) and time.time() - file.stat().st_mtime > ABANDONED:
                    file.unlink()

    def _compare(self, there: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        """Raise `RunError` for the record of another run."""
        differ = [key for key in about if there.get(key) != about[key]]
        if differ == [ARITHMETIC]:
            machine = there.get("machine")
            began = (isinstance(machine, dict) and machine.get("processor")) or "a processor that is not named"
            raise RunError(
                f"the run was begun on {began}, whose numbers differ from those of this processor in the last digits",
                str(self.path),
                allowed=f"processors of the class {there.get(ARITHMETIC, '?')}; this one is {about[ARITHMETIC]}",
                fix="go on there, or give another folder",
            )
        if differ:
            raise RunError(
                f"the folder holds another run: {', '.join(differ)} differ",
                str(self.path),
                fix="give another folder, or remove this one",
            )

    def _start(self, texts: Mapping[str, str]) -> None:
        """Start in an empty folder, or one whose run has no record; `RunError` for any other."""
        with write_errors(self.path):
            names = {file.name for file in self.path.iterdir() if not is_scratch(file)} if self.path.exists() else set()
            begun = {name for name in INPUTS if name in names and _bytes(self.path / name) == texts[name].encode()}
            if names and not (RESULTS in names and names <= begun | {*FINDINGS, *OF_JOBS}):
                others = sorted(names - begun - {*FINDINGS, *OF_JOBS}) or sorted(names)
                raise RunError(
                    f"the folder holds other files: {join_limited(others, 4)}",
                    str(self.path),
                    fix="give an empty or a new folder, or remove them",
                )
            (self.path / RESULTS).mkdir(parents=True, exist_ok=True)

    @property
    def has_results(self) -> bool:
        """Whether there are results of jobs."""
        return (self.path / RESULTS).is_dir()

    def record(self) -> dict[str, Any] | None:
        """The content of `run.json`, or None if it does not exist."""
        fix = "remove it and run again; finished blocks stay"
        data = self.read_json(RECORD, fix)
        if data is not None and not _is_record(data):
            raise RunError("run.json is not a valid run record", str(self.path / RECORD), fix=fix)
        return data

    def input(self, name: str) -> str:
        """The text of scenario.yaml or claims.jsonl; raises `RunError` if its digest differs."""
        file = self.path / name
        raw = _bytes(file)
        if raw is None or hashlib.sha256(raw).hexdigest() != (self.record() or {}).get("files", {}).get(name):
            what = "is missing" if raw is None else "is damaged or was changed: its digest is not the one in run.json"
            raise RunError(what, str(file), fix="remove it and repeat the same `standoff run`")
        return raw.decode("utf-8", "replace")

    def write_json(self, name: str, data: Mapping[str, Any]) -> None:
        """Write a JSON file with its digest, whole or not at all."""
        rest = {key: value for key, value in data.items() if key != DIGEST}
        whole = {**rest, DIGEST: json_digest(rest)}
        write_atomic(self.path / name, json.dumps(whole, indent=1, ensure_ascii=False) + "\n")

    def read_json(self, name: str, fix: str = "give the same `standoff run` again") -> dict[str, Any] | None:
        """A JSON file, or None if it does not exist; raises `RunError` if its digest differs."""
        file = self.path / name
        raw = _bytes(file)
        if raw is None:
            return None
        try:
            data = json.loads(raw.decode("utf-8"))
            json.dumps(data, ensure_ascii=False).encode()  # no file can hold half of a character, such as \ud800
        except (ValueError, RecursionError):
            raise RunError(f"{name} cannot be read", str(file), fix=fix) from None
        if not isinstance(data, dict) or data.pop(DIGEST, None) != json_digest(data):
            raise RunError(f"{name} is damaged: its digest differs", str(file), fix=fix)
        return data

    def finish(self, run: Run) -> None:
        """Record that the run is complete, with digests of its results."""
        digest = hashlib.sha256(np.ascontiguousarray(run.answers).tobytes()).hexdigest()
        record = self.record() or {}
        self.write_json(RECORD, {**record, "finished": True, "failed": run.n_failed, "answers": digest})


def _is_record(data: Mapping[str, Any]) -> bool:
    """Whether a JSON value has the form of the record of `RunFolder.open`."""
    kinds = {"model": str, "variant": str, "settings": dict, "versions": dict, "files": dict}
    if not all(isinstance(data.get(key), kind) for key, kind in kinds.items()):
        return False
    return all(isinstance(data["settings"].get(key), int) for key in ("draws", "seed"))


def _about(model: Model, settings: Settings) -> dict[str, Any]:
    """Identity of a run: equal identities give equal results."""
    interventions = [asdict(item) for item in model.plan.intervention_records]
    about = {
        "model": model.hash,
        "variant": model.plan.variant,
        "interventions": interventions,
        "settings": asdict(settings),
        "versions": versions(),
        ARITHMETIC: arithmetic(),
    }
    return json.loads(json.dumps(about))


def _bytes(file: Path) -> bytes | None:
    """The bytes of a file, or None if it does not exist."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise RunError(f"cannot be read: {error.strerror}", str(file), fix="check the path") from None
    return input_files.contents(file, LARGEST, RunError)
