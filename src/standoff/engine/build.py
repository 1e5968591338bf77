"""Build a model from a scenario and a ledger, or from another model under levers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from standoff.engine.anchors import anchored
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable, build_table, with_posterior
from standoff.engine.reference import referenced
from standoff.errors import ModelError, RunError, join_limited
from standoff.job import Job, JobCase
from standoff.ledger import Ledger
from standoff.ledger.cards import in_units, true_units
from standoff.plan import plan
from standoff.plan.interventions import canonical_values
from standoff.progress import SILENT, Progress
from standoff.scenario import LoadedScenario, Scenario, dump, load_text
from standoff.scenario.case import Case
from standoff.scenario.interventions import AS_OF, with_held_options
from standoff.scenario.language import PROPOSED
from standoff.scenario.load import load_document
from standoff.software import software

Held = Mapping[str, Mapping[str, str]]  #: choice, or actor with a single one -> {month: option from then on}


def build(
    scenario: Case | Scenario | LoadedScenario,
    ledger: Ledger | None = None,
    progress: Progress = SILENT,
) -> Model:
    """Resolve a case, or a scenario against a ledger, with the components.

    `ledger` is by default that of the case; a scenario alone has no claims. The constants of its anchors are solved, or
    read from disk. Raises `ModelError` with every error.
    """
    return completed(planned(scenario, ledger), progress)


def planned(scenario: Case | Scenario | LoadedScenario, ledger: Ledger | None = None) -> Model:
    """The same without what is worked out in futures.

    These are constants of anchors, and means of the case as written. Its digest is that of the
    whole, but where the means are those of another case.
    """
    if isinstance(scenario, Case):
        scenario, own = scenario
        ledger = own if ledger is None else ledger
    loaded = scenario if isinstance(scenario, LoadedScenario) else load_text(dump(scenario))
    if PROPOSED in loaded.scenario.sources:
        where = f"sources.{PROPOSED}"
        fix = f"give each `@{PROPOSED}` a source, and remove `{PROPOSED}` from `sources:`"
        raise ModelError(
            "the scenario is a draft: its numbers are proposed, and nothing runs before a review", where, fix=fix
        )
    resolved = plan(loaded, Ledger() if ledger is None else ledger)
    return Model(resolved, *build_table(resolved))


def completed(model: Model, progress: Progress = SILENT) -> Model:
    """A planned model with what is worked out in futures, or read from disk."""
    return model if model.is_complete else replace(referenced(anchored(model, progress), progress), is_complete=True)


def intervened_model(
    model: Model,
    levers: Mapping[str, Any] | None = None,
    since: str = AS_OF,
    held: Held | None = None,
    progress: Progress = SILENT,
) -> Model:
    """The model of the same scenario under other levers and options held by persons.

    `levers` are names or dotted paths with values, in force `since` as_of, start or a month; `held` as in `load`.

    Raises `ScenarioError` for a value or an option that does not fit, `ModelError` for an unknown name, and for a model
    with a posterior.
    """
    if model.posterior:
        raise ModelError(
            "a model with a posterior is given, and levers would lay it aside",
            "levers",
            fix="load the case with these changes, and lay the posterior over that model: "
            "standoff run CASE --set ... --posterior FILE",
        )
    loaded = model.plan.loaded
    changed = load_document(with_held_options(loaded.document, held or {}), loaded.folder, "", levers, since)
    return build(replace(changed, variant=loaded.variant, written=loaded.written), model.ledger, progress)


T = TypeVar("T")
TABLE = "table_"  #: with a number and a column, name of an array of a further parameter table
DRAWS = "posterior_draws"  #: name of the array of posterior draws
REFERENCE = "reference_"  #: with the digest of the case as written, name of the array of its means
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
    if model.table.reference.size:
        arrays[REFERENCE + model.base] = np.asarray(model.table.reference)
    case = JobCase(dump(model.scenario), model.ledger.text, model.hash, posterior, arrays, true_units(model.ledger))
    _keep(_CASES, model.hash, case)
    return case


def job_of(
    model: Model, kind: str, label: str, settings: Mapping[str, Any], tables: Sequence[ParameterTable] = ()
) -> Job:
    """A job about a model, and about further parameter tables of it."""
    case, columns = case_of(model), dict[str, np.ndarray]()
    for n, table in enumerate(tables):
        columns |= {f"{TABLE}{n}_{name}": np.asarray(value) for name, value in table._asdict().items()}
    whole = replace(case, arrays=case.arrays | columns) if columns else case
    return Job(kind, label, whole, settings, software())


def model_of(case: JobCase) -> Model:
    """The model of a case; raises `RunError` where it is not the one that was sent."""
    case = replace(case, arrays={name: value for name, value in case.arrays.items() if not name.startswith(TABLE)})
    known = _BUILT.get(case.digest)
    if known is not None:
        return known
    loaded = load_text(case.scenario)
    claims = in_units(Ledger.parse(case.claims, "claims.jsonl", loaded.scenario.units), case.units)
    model = anchored(planned(loaded, claims))
    for name, means in case.arrays.items():
        if name.startswith(REFERENCE):
            model = replace(model, table=model.table._replace(reference=means), base=name.removeprefix(REFERENCE))
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


def table_of(job: Job, number: int, like: ParameterTable) -> ParameterTable:
    """A further parameter table of a job; raises `RunError` unless it has the form of `like`."""
    table = like._replace(**{name: job.case.arrays.get(f"{TABLE}{number}_{name}") for name in like._fields})
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


def with_design(model: Model, design: Mapping[str, Any]) -> Model:
    """The model whose future `i` has the parameters of row `i`, in history too.

    What has no column is drawn as ever.

    design: a data frame, or other columns by name: of a lever, in its unit, or the path of a parameter, in the unit of its
    belief, as in `Run.parameters`. Futures beyond the last row begin with the first again.

    Raises `ModelError` for an unknown name, a number out of range, and a model with a posterior.
    """
    if model.posterior:
        raise ModelError("a model with a posterior takes no design", "parameters", fix="use the model without it")
    plan, layout, columns = model.plan, model.layout, dict[int, np.ndarray]()
    for name in design:
        column = np.asarray(design[name], float)
        if column.ndim != 1 or not column.size or not np.isfinite(column).all():
            raise ModelError(f"the column `{name}` is not a list of finite numbers", "parameters")
        low, high = float(column.min()), float(column.max())
        (index, first), (_, last) = (_canonical(model, str(name), value) for value in (low, high))
        far, canonical = (low, first) if abs(low) > abs(high) else (high, last)
        columns[index] = columns[plan.in_force(index)] = column * (canonical / far if far else 1.0)
    if len({len(column) for column in columns.values()}) != 1:
        raise ModelError("the design has no columns, or columns of several lengths", "parameters")
    rows, free = np.stack([*columns.values()], axis=1), len(layout.varying) - layout.cut
    added = tuple(i for i in columns if i not in layout.row_of)
    layout = replace(layout, varying=(*layout.varying[:free], *added, *layout.varying[free:]), by_row=True)
    layout, table = with_posterior(layout, model.table, tuple(columns), rows)
    digest = hashlib.sha256(f"{sorted(map(str, design))}".encode() + rows.tobytes()).hexdigest()
    note = f"{len(list(design))} parameters of {len(rows):,} futures are given"
    return replace(model, layout=layout, table=table, posterior=digest, posterior_note=note)


def _canonical(model: Model, name: str, value: float) -> tuple[int, float]:
    """Parameter of a column, and the canonical value of a number in it."""
    plan = model.plan
    path = next((path for path in (name, f"mechanisms.{name}") if path in plan.index), "")
    unit = "" if name in plan.scenario.levers or not path else plan.written_unit(plan.index[path])[1]
    ((index, canonical),) = canonical_values(plan, {name: value if unit in {"", "1"} else f"{value!r} {unit}"}).items()
    return index, canonical
