"""Store the draws of a fit on disk, and use them in a run.

The file is NetCDF (version 3, which needs no further package): `value` with the dimensions chain, draw and parameter, in
canonical units. ArviZ takes it as it is: `arviz.convert_to_datatree(xarray.load_dataset(file))`, and so do pandas and
xarray. With every parameter stands the belief that it was fitted from, so that a posterior of another prior is refused.

`shift` and `contraction` (parameter) say what the fit made of each number, `entry_shift` and `entry_narrowing` (parameter,
entry) what the claims of each entry of `fit.targets`, and each choice that was seen, contribute to it, and `influence`
(parameter, claim) what each claim does alone; all in standard deviations of the prior, see `case_deletion`. `claim_entry`
(claim) is the entry that a claim stands under.

The attribute `sha256` is the digest of the file with zeros in its place: it is checked before anything else is read, since a
flipped bit in a draw is a number like any other. To write a file again that was changed on purpose:
`posterior.write(xarray.load_dataset(path), path)`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import xarray

from standoff import input_files
from standoff.belief_update import BeliefUpdate
from standoff.dates import PartialDate
from standoff.engine.model import Model
from standoff.engine.parameters import with_posterior
from standoff.errors import ModelError, Problem, RunError, join_limited
from standoff.files import write_atomic
from standoff.inference.fit.records import LIKELIHOOD, Evidence, FitResult
from standoff.inference.fit.summary import moved
from standoff.ledger import Ledger
from standoff.ledger.sources import is_lower_bound_count
from standoff.scenario import calendar
from standoff.theories import DEFAULT
from standoff.types import Floats

OLD = 92  #: days from the evidence of a posterior to as_of, above which it is called old; assumption: a quarter
UNHEARD = ("source", "quote", "conflict", "lines", "basis", "note")  #: fields of a claim that do not affect a fit
ZEROS = b"0" * 64  #: placeholder while the digest is computed
DIGEST = re.compile(rb"sha256\0\0\0\0\0\x02\0\0\0@([0-9a-f]{64})")  #: NetCDF 3: name padded to 8, text, its length
LARGEST = 100_000_000  # bytes; assumption: those draws of 25,000 numbers
MOST = 1_000  #: number of draws: a 5 % quantile has an error of 0.7 percentage points; assumption


def evidence(model: Model, as_of: str) -> str:
    """Digest of the evidence of a fit: compared and imposed claims, and observed choices.

    It covers the theories of these choices where they are not quantal response, and the sides and quantities of the
    scenario.

    Claims of one origin with these belong to it: they are heard as one voice. Where a claim can be read, and the group in
    which others differ from it, do not: a fit asks who said what and when.
    """
    scenario, day = model.scenario, PartialDate.parse(as_of).last
    known = model.ledger.as_of(day)
    filters = [item.claims for item in scenario.observations.values()]
    filters += [] if scenario.fit is None else [item.claims for item in scenario.fit.targets.values()]
    used = {claim.id for each in filters for claim in known.filter(**each)}
    origins = {claim.origin for claim in known if claim.id in used and claim.origin}
    lines = [
        json.dumps({key: value for key, value in claim.to_data().items() if key not in UNHEARD})
        + " computed" * (claim.basis == "computed")
        + " floor" * is_lower_bound_count(claim, scenario.vocabulary)
        for claim in known
        if claim.id in used or claim.origin in origins
    ]
    lines += [repr(own) for own in (scenario.sides, scenario.quantities) if own]
    return hashlib.sha256("\n".join([*lines, *_observed_options(model, day)]).encode()).hexdigest()


def _observed_options(model: Model, day: dt.date) -> list[str]:
    """Options of history up to a day as text, with theories other than quantal response."""
    return [
        f"{name} {item.since} {item.option}" + (f" by {theory}" if theory != DEFAULT else "")
        for name, choice in model.scenario.choices.items()
        for theory in [choice.theory or model.scenario.theory]
        for item in choice.history
        if calendar.last_day(item.since) <= day
    ]


def save(result: FitResult, model: Model, path: Path) -> None:
    """Write the draws, thinned to at most 1,000 in all."""
    assert result.draws is not None
    beliefs = [str(model.plan.parameter(name).belief) for name in result.names]
    data = xarray.Dataset(
        {
            "value": (("chain", "draw", "parameter"), thinned(result.draws, MOST).astype(np.float32)),
            "belief": ("parameter", np.array(beliefs, dtype="S")),
        },
        {"parameter": np.array(result.names, dtype="S")},
        {
            "title": result.title,
            "as_of": result.as_of,
            "evidence": evidence(model, result.as_of),
            "method": result.diagnostics.method,
            "passed": int(result.diagnostics.passed),
            "why": result.diagnostics.why,
            "seed": result.seed,
            "model": result.model,
            **{f"version_{k}": v for k, v in result.versions.items()},
        },
    )
    write(data if result.evidence is None else with_evidence(data, model, result.evidence), path)


def thinned(draws: Floats, most: int) -> Floats:
    """At most `most` of draws (chain, draw, parameter)."""
    return draws[:, :: math.ceil(math.prod(draws.shape[:2]) / most)]


def with_evidence(data: xarray.Dataset, model: Model, informs: Evidence) -> xarray.Dataset:
    """A posterior with the influence of its evidence added."""
    shift, contraction = moved(model.plan, words(data["parameter"]), data["value"].values.astype(float))
    return (
        data.drop_dims(["entry", "claim"], errors="ignore")
        .assign(
            shift=("parameter", shift),
            contraction=("parameter", contraction),
            entry_shift=(("parameter", "entry"), informs.shift.astype(np.float32)),
            entry_narrowing=(("parameter", "entry"), informs.narrowing.astype(np.float32)),
            influence=(("parameter", "claim"), informs.influence.astype(np.float32)),
            claim_entry=("claim", np.array(informs.entry, np.int32)),
        )
        .assign_coords(entry=np.array(informs.entries, dtype="S"), claim=np.array(informs.claims, dtype="S"))
    )


def _fits(data: xarray.Dataset, ledger: Ledger) -> list[BeliefUpdate | None]:
    """The fit summary of each parameter; None in a file without it."""
    count = data.sizes["parameter"]
    if "influence" not in data:
        return [None] * count
    claims = words(data["claim"])
    known = [n for n, claim in enumerate(claims) if claim in ledger]
    informs = Evidence(
        entries=tuple(words(data["entry"])),
        claims=tuple(claims[n] for n in known),
        entry=tuple(data["claim_entry"].values[known].tolist()),
        shift=data["entry_shift"].values.astype(float),
        narrowing=data["entry_narrowing"].values.astype(float),
        influence=data["influence"].values[:, known].astype(float),
    )
    pairs = zip(data["shift"].values.tolist(), data["contraction"].values.tolist(), strict=True)
    return [informs.fit(n, *pair) for n, pair in enumerate(pairs)]


def write(data: xarray.Dataset, path: Path) -> None:
    """Write draws and metadata, with their digest."""
    stamped = data.assign_attrs(sha256=ZEROS.decode())
    raw = bytes(stamped.to_netcdf(engine="scipy", format="NETCDF3_64BIT"))
    write_atomic(path, _with_digest(raw, _digest(raw)))


def read(path: Path) -> xarray.Dataset:
    """Read a file of `write`; raises `RunError` if its digest differs."""
    raw = input_files.contents(path, LARGEST, RunError)
    try:
        there = DIGEST.search(raw)
        if there is None:
            raise ValueError("it carries no digest")
        if there[1] != _digest(raw):
            raise ValueError("it is damaged, since its digest is another")
        with xarray.open_dataset(io.BytesIO(raw), engine="scipy") as file:
            return file.load()
    except (OSError, KeyError, IndexError, ValueError, TypeError) as error:
        raise RunError(
            f"the posterior cannot be read: {error}", str(path), fix="create it again: `standoff fit`"
        ) from None


def _digest(raw: bytes) -> bytes:
    return hashlib.sha256(_with_digest(raw, ZEROS)).hexdigest().encode()


def _with_digest(raw: bytes, digest: bytes) -> bytes:
    """A file with its digest filled in."""
    return DIGEST.sub(lambda found: found[0][: -len(digest)] + digest, raw, count=1)


def load(model: Model, path: Path, *, base: Model | None = None) -> Model:
    """The model with posterior draws in place of the priors of fitted parameters.

    base: what the posterior must belong to, where `model` is that under a variant or with numbers set anew; what is
    changed so stays as it is there
    Raises `RunError` where it cannot be read, `ModelError` where it does not belong.
    """
    data = read(path)
    try:
        paths, beliefs = words(data["parameter"]), words(data["belief"])
        values = data["value"].values.reshape(-1, len(paths)).astype(float)
        fits = _fits(data, model.ledger)
        metadata = {key: str(data.attrs[key]) for key in ("as_of", "evidence", "method", "why")}
        metadata["passed"] = "yes" if int(data.attrs["passed"]) else ""
        PartialDate.parse(metadata["as_of"])
        if len(beliefs) != len(paths) or not np.isfinite(values).all():
            raise ValueError("a belief for each parameter, and draws that are numbers")
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise RunError(
            f"the posterior is incomplete: {error}", str(path), fix="create it again: `standoff fit`"
        ) from None
    _check_compatible(base or model, path, paths, beliefs, metadata, model.scenario.as_of)
    stored = [n for n, pair in enumerate(zip(paths, beliefs, strict=True)) if _belief_text(model, pair[0]) == pair[1]]
    indices, values = [model.plan.index[paths[n]] for n in stored], values[:, stored]
    layout, table = with_posterior(model.layout, model.table, indices, values)
    digest = hashlib.sha256(input_files.contents(path, LARGEST, RunError)).hexdigest()
    share, failed = (
        f"{len(stored)} of {len(model.layout.varying)} uncertain parameters",
        "failed its convergence checks",
    )
    grade = "passed its convergence checks" if metadata["passed"] else f"{failed}: {metadata['why']}"
    note = (
        f"{share} are drawn from a posterior ({metadata['method']}, evidence up to {metadata['as_of']}), which {grade}"
    )
    if len(stored) < len(paths):
        note += f"; parameters changed here, which keep their new beliefs: {len(paths) - len(stored)}"
    if None in fits:
        note += "; it lacks the claims that inform them: `standoff fit explain CASE FILE` adds that"
    warnings = [note, f"the likelihood of that posterior: {LIKELIHOOD}"]
    days = (model.scenario.as_of_day - PartialDate.parse(metadata["as_of"]).last).days
    if days > OLD:
        warnings.append(
            f"that posterior is {days} days older than as_of {model.scenario.as_of}, and has not heard what was "
            "published since: fit again with `standoff fit`"
        )
    parameters = list(model.plan.parameters)
    for n, index, column in zip(stored, indices, values.T, strict=True):
        one = parameters[index]
        parameters[index] = replace(one, belief=one.belief.with_draws(column / one.factor, fits[n]))
    plan = replace(model.plan, parameters=tuple(parameters), warnings=(*model.plan.warnings, *warnings))
    learned = f"{share} from a posterior of {metadata['as_of']}" + ("" if metadata["passed"] else f" that {failed}")
    return replace(model, plan=plan, layout=layout, table=table, posterior=digest, posterior_note=learned)


def words(texts: xarray.DataArray) -> list[str]:
    """Texts of a posterior, such as the names of its parameters."""
    return [raw.decode() if isinstance(raw, bytes) else str(raw) for raw in texts.values]


def _belief_text(model: Model, name: str) -> str:
    """The belief of a model about a parameter as text; empty if it has none of that name."""
    return str(model.plan.parameter(name).belief) if name in model.plan.index else ""


def _check_compatible(
    model: Model, path: Path, names: list[str], beliefs: list[str], metadata: dict[str, str], today: str
) -> None:
    problems, as_of = [], metadata["as_of"]
    now = [_belief_text(model, name) for name in names]
    missing = [name for name, belief in zip(names, now, strict=True) if not belief]
    changed = [name for name, *pair in zip(names, beliefs, now, strict=True) if pair[1] not in ("", pair[0])]
    if missing:
        problems.append(f"it has parameters that the scenario lacks: {join_limited(missing, 3)}")
    if changed:
        problems.append(f"it was fitted from other priors: {join_limited(changed, 3)}")
    if as_of > today:
        problems.append(f"it knows what was published up to {as_of}, after as_of {today}")
    elif evidence(model, as_of) != metadata["evidence"]:
        problems.append(f"it was fitted on other claims or seen options up to {as_of}")
    if problems:
        fix = "fit again: `standoff fit`, or run on the prior"
        raise ModelError([Problem(text, str(path), fix=fix) for text in problems])
