"""Runs on disk: what was run, with what, and every finished shard, so that a run that was cut off goes on."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff.errors import Problem, RunError
from standoff.scenario import dump
from standoff.writing import writing

if TYPE_CHECKING:
    from standoff.engine.build import Model
    from standoff.engine.run import Run, Settings


@dataclass(frozen=True)
class Folder:
    """A run folder: scenario.yaml, claims.jsonl, run.json, shards/, and what findings write beside them."""

    path: Path

    def open(self, model: Model, settings: Settings) -> None:
        """Start a run here, or go on with the one that stands here if it is the same."""
        from standoff.engine.simulate import versions

        record = {
            "model": model.hash,
            "variant": model.plan.variant,
            "settings": asdict(settings),
            "versions": versions(),
        }
        record = json.loads(json.dumps(record))
        there = self.record()
        if there is not None:
            before = {key: there.get(key) for key in record}
            if before != record:
                differ = [key for key in record if before[key] != record[key]]
                raise RunError(
                    Problem(f"the folder holds another run: {', '.join(differ)} differ", str(self.path),
                            fix="give another folder, or remove this one")
                )  # fmt: skip
            return
        with writing(self.path):
            if self.path.exists() and any(self.path.iterdir()):
                raise RunError(
                    Problem("the folder holds other files", str(self.path), fix="give an empty or a new folder")
                )
            (self.path / "shards").mkdir(parents=True, exist_ok=True)
            (self.path / "scenario.yaml").write_text(dump(model.scenario), encoding="utf-8")
        model.ledger.save(self.path / "claims.jsonl")
        self.write_json("run.json", {**record, "finished": False})

    def record(self) -> dict[str, Any] | None:
        """What `run.json` says, or None where there is none."""
        file = self.path / "run.json"
        if not file.exists():
            return None
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            raise RunError(
                Problem("run.json cannot be read", str(file), fix="remove the folder and run again")
            ) from None
        if not isinstance(data, dict):
            raise RunError(Problem("run.json is not a record", str(file), fix="remove the folder and run again"))
        return data

    def write_json(self, name: str, data: Any) -> None:
        """Write a JSON file whole or not at all."""
        scratch = self.path / f".{name}.part"
        with writing(self.path / name):
            scratch.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            os.replace(scratch, self.path / name)

    def _shard(self, start: int, stop: int) -> Path:
        return self.path / "shards" / f"draws-{start:09d}-{stop:09d}.npz"

    def shards(self) -> dict[tuple[int, int], Path]:
        """Finished shards, by first draw and the draw after the last."""
        out = {}
        for file in sorted((self.path / "shards").glob("draws-*.npz")):
            _, start, stop = file.stem.split("-")
            out[int(start), int(stop)] = file
        return out

    def write(self, start: int, stop: int, kept: dict[str, np.ndarray], reports: dict[str, np.ndarray]) -> None:
        """Store one finished shard, whole or not at all."""
        arrays = {f"kept_{k}": v for k, v in kept.items()} | {f"reports_{k}": v for k, v in reports.items()}
        scratch = self._shard(start, stop).with_suffix(".part")
        with writing(self._shard(start, stop)):
            with scratch.open("wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]
            os.replace(scratch, self._shard(start, stop))

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Load one finished shard."""
        file = self._shard(start, stop)
        try:
            with file.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
                arrays = {name: data[name] for name in data.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise RunError(
                Problem(f"the shard cannot be read: {error}", str(file), fix="remove it; it is run again")
            ) from None
        kept = {k.removeprefix("kept_"): v for k, v in arrays.items() if k.startswith("kept_")}
        return kept, {k.removeprefix("reports_"): v for k, v in arrays.items() if k.startswith("reports_")}

    def finish(self, run: Run) -> None:
        """Note that the run is complete, with digests of what it found."""
        digest = hashlib.sha256(np.ascontiguousarray(run.answers).tobytes()).hexdigest()
        record = self.record() or {}
        self.write_json(
            "run.json", {**record, "finished": True, "failed": int((run.failed >= 0).sum()), "answers": digest}
        )
