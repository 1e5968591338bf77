"""Tools of an agent: each answer says which case, evidence and band it rests on.

The docstring of a tool is what an agent reads of it, and its annotations are the schema of its arguments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

import standoff
from standoff import catalog
from standoff.addons.agents.limits import Limits
from standoff.analysis import sanity
from standoff.analysis.stored_bands import stored_bands
from standoff.engine.model import Model
from standoff.errors import require
from standoff.ledger import Ledger
from standoff.ledger.claim import make_id
from standoff.plan import plan
from standoff.report.sections import describe
from standoff.scenario.case import Case
from standoff.scenario.load import dump

FEW = 2_048  # assumption: futures of an analysis where a call names no number, Monte Carlo error 1.1 points at most
ID_PARTS = ("subject", "quantity", "as_of", "speaker")
BY_AGENT = "Proposed by an agent."
_MODELS: dict[str, Model] = {}  #: the model of the last call, since agents ask one case several times

CaseName = Annotated[
    str, Field(description="name of a case of the catalogue, or its path inside a folder that is served")
]


class SimulatedFutures(BaseModel):
    """The futures that are simulated: how many by `draws`, from the random numbers of `seed`.

    variant: of the case, by name; changes: levers and dotted paths with new values from as_of on, such as {'aid.USA.arms': 0};
    held: options that a person sets, such as {'CHN': {'2024-06': 'arms'}}.
    """

    model_config = ConfigDict(extra="forbid")
    variant: str = ""
    changes: dict[str, float | str] | None = None
    held: dict[str, dict[str, str]] | None = None
    draws: int = Field(FEW, ge=2, le=10_240)
    seed: int = Field(1, ge=0)


AS_IT_IS = SimulatedFutures()
First = Annotated[int, Field(ge=0)]
Most = Annotated[int, Field(ge=1, le=500)]


def list_cases(limits: Limits) -> dict[str, Any]:
    """The cases of the catalogue: title, date, questions and variants."""
    return {"result": standoff.list_entries("cases")}


def show(
    limits: Limits,
    case: CaseName,
    part: str = "",
    variant: str = "",
    first: First = 0,
    most: Most = 50,
) -> dict[str, Any]:
    """A case by section: actors, events, stocks, choices with reasons, questions, variants.

    part: one section, such as choices or questions, by default an outline; first and most: the number of the first entry, and
    how many are given.
    """
    loaded = catalog.load(limits.case(case), variant)
    sheet = describe.case(plan(*loaded))
    parts = {name: rows for name, rows in sheet.items() if isinstance(rows, list)}
    if not part:
        return {**_about(case, loaded), "result": sheet | {name: len(rows) for name, rows in parts.items()}}
    require(part, parts, "part of a case")
    return {**_about(case, loaded), **_page(parts[part], first, most)}


def validate(limits: Limits, case: CaseName) -> dict[str, Any]:
    """Check a case, its claims and its variants, and say what looks wrong before a run."""
    name = limits.case(case)
    checked = standoff.validate(name)
    odd = [asdict(item) for item in sanity.of_plan(checked.plan)]
    told = {"counts": dict(checked.counts), "warnings": checked.warnings, "sanity": odd}
    return {**_about(case, catalog.load(name)), "result": told}


def claims(
    limits: Limits,
    case: CaseName,
    text: str | None = None,
    subject: str | None = None,
    quantity: str | None = None,
    speaker: str | None = None,
    side: str | None = None,
    since: str | None = None,
    until: str | None = None,
    conflicts: bool = False,
    first: First = 0,
    most: Most = 50,
) -> dict[str, Any]:
    """Claims of a case, each with speaker, date, source and words; or conflicts between them.

    text: words that a claim contains; subject: the actor that it is about, such as RUS; since and until: the first and the
    last date that it is about; conflicts: those between claims in place of claims.
    """
    name = limits.case(case)
    found = standoff.claims(
        name, text=text, subject=subject, quantity=quantity, speaker=speaker, side=side, since=since, until=until
    )
    rows = [asdict(row) for row in found.conflicts()] if conflicts else [claim.to_data() for claim in found]
    return {**_about(case, catalog.load(name)), **_page(rows, first, most)}


def run(
    limits: Limits,
    case: CaseName,
    questions: list[str] | None = None,
    futures: SimulatedFutures = AS_IT_IS,
) -> dict[str, Any]:
    """Simulate a case and answer its questions, each with its band and its claims.

    questions: their ids, by default all.
    """
    model = _model(limits, case, futures)
    outcome = standoff.simulate(model, draws=futures.draws, seed=futures.seed)
    told = standoff.answer(outcome, tuple(questions or ()), standoff.bands(outcome)).to_data()
    return {**_about(case, model), "result": told}


def explain(
    limits: Limits,
    case: CaseName,
    question: str = "",
    futures: SimulatedFutures = AS_IT_IS,
) -> dict[str, Any]:
    """Why: the effect of every reason on an answer, each with the claims that it cites.

    question: its id, by default that of the main one.
    """
    model = _model(limits, case, futures)
    found = standoff.attribute_reasons(model, question=question, draws=futures.draws, seed=futures.seed)
    return {**_about(case, model, found.question), "result": found.to_data()}


def flip(
    limits: Limits,
    case: CaseName,
    question: str = "",
    to: float | None = None,
    futures: SimulatedFutures = AS_IT_IS,
) -> dict[str, Any]:
    """What would change an answer: the least change of each number, and claims that bear on it.

    question: its id, by default that of the main one; to: the threshold, by default where another answer becomes the likeliest.
    """
    model = _model(limits, case, futures)
    found = standoff.flip(model, question=question, to=to, draws=futures.draws, seed=futures.seed)
    return {**_about(case, model, found.quantity_of_interest), "result": found.to_data()}


def propose_claims(
    limits: Limits,
    case: CaseName,
    proposed: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=500)],
) -> dict[str, Any]:
    """Propose claims for a person to review; all are kept or, where one is invalid, none.

    proposed: claims in the form that `claims` gives; id and status may be left out.
    """
    loaded = catalog.load(limits.case(case))
    taken = {claim.id for claim in loaded.ledger}
    rows = [
        {"basis": "found", **row, "status": "proposed", "note": f"{row.get('note', '')} {BY_AGENT}".strip()}
        for row in proposed
    ]
    for row in rows:
        subject, quantity, as_of, speaker = (str(row.get(key, "")) for key in ID_PARTS)
        row["id"] = make_id(subject, quantity, as_of, speaker, taken)
        taken.add(row["id"])
    kept = Ledger.parse(json.dumps(rows), "proposed.json", loaded.units)
    file = Path(limits.write or "") / f"proposed-{kept.hash[:12]}.jsonl"
    kept.save(file)
    return {**_about(case, loaded), "result": {"file": str(file), "claims": [claim.id for claim in kept]}}


def draft(
    limits: Limits,
    text: Annotated[str, Field(max_length=100_000, description="an article")],
    published: str = "",
    template: str = "",
) -> dict[str, Any]:
    """Draft a case from an article; its numbers and claims wait for a person's review.

    published: the day of the article, YYYY-MM-DD; template: that of the case, by default the nearest.
    """
    made = standoff.draft(text, published, template=template)
    result = {"files": dict(made.files), "claims": made.claims, "reasons": made.reasons}
    if limits.write:
        folder = limits.write / f"draft-{hashlib.sha256(json.dumps(result).encode()).hexdigest()[:12]}"
        result["folder"] = str(folder)
        if not folder.exists():
            made.save(folder)
    return {"result": result}


TOOLS: dict[str, Callable[..., dict[str, Any]]] = {
    tool.__name__: tool for tool in (list_cases, show, validate, claims, run, explain, flip, propose_claims, draft)
}


def _model(limits: Limits, case: str, futures: SimulatedFutures) -> Model:
    """The model of a changed case; the last one is kept while its files are as they were."""
    loaded = catalog.load(limits.case(case), futures.variant, futures.changes, held=futures.held)
    known = f"{_about(case, loaded)}"
    if known not in _MODELS:
        _MODELS.clear()
        _MODELS[known] = standoff.build(loaded)
    return _MODELS[known]


def _about(name: str, case: Case | Model, question: str = "") -> dict[str, Any]:
    """What an answer is of: case, date, digests, and the stored band of a question."""
    scenario = case.scenario if isinstance(case, Model) else case.scenario.scenario
    about = {"name": name, "title": scenario.title, "as_of": scenario.as_of, "claims": case.ledger.hash}
    out: dict[str, Any] = {"case": {**about, "digest": hashlib.sha256(dump(scenario).encode()).hexdigest()}}
    if isinstance(case, Model) and question:
        known = stored_bands(case)
        out |= {"band": asdict(known.of[question]) if question in known.of else None, "band_note": known.note}
    return out


def _page(entries: Sequence[Any], first: int, most: int) -> dict[str, Any]:
    """Some of many entries, and how many there are."""
    return {"result": entries[first : first + most], "entries": len(entries)}
