"""Models as data: what a job says about a model, and what a worker builds from it.

A worker gets texts and numbers, never code: it reads the scenario and the claims as they stand in a run folder, builds the
model itself, and must arrive at the same digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from standoff.array_files import Arrays
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.errors import RunError, join_limited
from standoff.job import Job, JobCase
from standoff.ledger import Ledger
from standoff.scenario import dump, load_text
from standoff.software import software

T = TypeVar("T")
DRAWS = "posterior_draws"  #: name of the array of posterior draws
MODELS = 4  #: models in the memory of a process; assumption: jobs of a few models come in turn
_CASES: dict[str, JobCase] = {}  # by the digest of the model: to write the flagship takes a tenth of a second
_BUILT: dict[str, Model] = {}  # by the digest of the case, the oldest first


def case_of(model: Model) -> JobCase:
    """The texts and numbers of a model."""
    if model.hash in _CASES:
        return _CASES[model.hash]
    posterior: dict[str, Any] = {}
    arrays: dict[str, np.ndarray] = {}
    if model.posterior:
        posterior = {"digest": model.posterior, "note": model.posterior_note, "fitted": list(model.layout.fitted)}
        arrays = {DRAWS: np.asarray(model.table.posterior_draws)}
    case = JobCase(dump(model.scenario), model.ledger.text, model.hash, posterior, arrays)
    _keep(_CASES, model.hash, case)
    return case


def job_of(model: Model, kind: str, label: str, settings: Mapping[str, Any]) -> Job:
    """A job about a model."""
    return Job(kind, label, case_of(model), settings, software())


def model_of(case: JobCase) -> Model:
    """The model of a case; raises `RunError` where it is not the one that was sent."""
    known = _BUILT.get(case.digest)
    if known is not None:
        return known
    loaded = load_text(case.scenario)
    model = build(loaded, Ledger.parse(case.claims, "claims.jsonl", loaded.scenario.units))
    if case.posterior:
        fitted = case.posterior
        model = replace(
            model,
            layout=replace(model.layout, fitted=tuple(fitted["fitted"])),
            table=model.table._replace(posterior_draws=case.arrays[DRAWS]),
            posterior=fitted["digest"],
            posterior_note=fitted["note"],
        )
    if model.hash != case.expected:
        raise RunError(
            f"the model that was built here is not the one of the job: {model.hash[:12]} and {case.expected[:12]}",
            fix="install the same version of standoff on every machine",
        )
    _keep(_BUILT, case.digest, model)
    return model


def table_of(arrays: Arrays, prefix: str, like: ParameterTable) -> ParameterTable:
    """The parameter table of a job, from arrays `PREFIX_COLUMN`.

    Raises `RunError` unless it has the form of `like`.
    """
    table = like._replace(**{name: arrays.get(f"{prefix}_{name}") for name in like._fields})
    wrong = [
        name
        for name, old, new in zip(like._fields, like, table, strict=True)
        if new is None or (np.shape(old), np.asarray(old).dtype.kind) != (new.shape, new.dtype.kind)
    ]
    if wrong:
        raise RunError(
            f"a parameter table of the job has another form than the model's: {join_limited(wrong)}",
            fix="give the command that wrote the job again",
        )
    return table


def _keep(cache: dict[str, T], name: str, value: T) -> None:
    """Keep a value, and the last few others."""
    while len(cache) >= MODELS:
        cache.pop(next(iter(cache)))
    cache[name] = value
