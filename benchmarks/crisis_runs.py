"""What the crises of the catalogue say: as they stand, one after another, and under each theory of how actors decide."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from standoff.analysis.explain import explained, find_choice
from standoff.analysis.theory_comparison import with_theory
from standoff.catalog import load, slugs
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.evaluation.records import Scored
from standoff.evaluation.score import settled
from standoff.theories import names as theory_names

FLAGSHIP = "china-russia"  # has its own page, docs/hindcast.md
BASE, SEQUENCE, ASSUMED = "", "one-after-another", "assumed-weights"
#: what was run: the case as it stands, a variant, or the name of a theory
COUNTED = load("syria-2015")[0].scenario.questions["russia-fights"].data_rate  #: of supporters without troops, by UCDP
assert COUNTED is not None and COUNTED.count is not None and COUNTED.of is not None
SENT, SUPPORTERS = (
    COUNTED.count,
    COUNTED.of,
)  #: pairs of a conflict and a state that had troops there a year later, and all
HARDER = SENT / SUPPORTERS

# The question, choice and option by which a state that was no party to the dispute would commit its own forces; of a choice
# with two such options, the one that was taken. Left out: parties themselves, pressure, arms, and second questions.
FORCES = {
    "angola-1975": {"cuba-troops": ("CUB", "troops"), "south-africa-invades": ("ZAF", "invade"),
                    "soviet-troops": ("SUN", "troops"), "us-troops": ("USA", "troops")},
    "bangladesh-1971": {"india-marches": ("IND", "invade"), "china-troops": ("CHN", "troops"),
                        "us-fights": ("USA", "fight"), "soviet-troops": ("SUN", "troops")},
    "czechoslovakia-1938": {"france-fights": ("FRA", "fight"), "britain-fights": ("GBR", "fight"),
                            "soviets-fight": ("SUN", "fight")},
    "finland-1939": {"swedish-troops": ("SWE", "troops"), "british-troops": ("GBR", "troops"),
                     "french-troops": ("FRA", "troops")},
    "hungary-1956": {"us-troops": ("USA", "troops")},
    "july-1914": {"russia-mobilises": ("RUS", "general"), "germany-war": ("DEU", "war"),
                  "france-mobilises": ("FRA", "mobilise"), "britain-enters": ("GBR", "enter")},
    "korea-1950": {"china-enters": ("CHN", "troops")},
    "kuwait-1990": {"coalition-attacks": ("USA", "attack"), "israel-enters": ("ISR", "enter")},
    "suez-1956": {"soviet-volunteers": ("SUN", "volunteers")},
    "syria-2015": {"russia-fights": ("RUS", "air"), "iran-troops": ("IRN", "troops"),
                   "turkey-troops": ("TUR", "troops"), "us-force": ("USA", "force")},
    "vietnam-1979": {"china-attacks": ("CHN", "limited"), "soviet-force": ("SUN", "north")},
}  # fmt: skip
NO_WAR_YET = {"czechoslovakia-1938", "july-1914", "suez-1956"}  #: no fighting on the day, so UCDP would not count them


@dataclass(frozen=True)
class Decision:
    """Whether a third state commits its own forces: its first decision, in log odds against the status quo."""

    case: str
    question: str
    actor: str
    option: str
    against: str
    did: bool
    log_odds: float
    kinds: Mapping[str, float]  #: kind of consideration -> its part of the log odds, mean over draws
    errors: Mapping[str, float]  #: Monte Carlo errors of these


@dataclass(frozen=True)
class Said:
    """All that the runs of a case said."""

    case: str
    made_with: tuple[str, ...]  #: digests of the models, draws and seed
    scored: Mapping[str, tuple[Scored, ...]]  #: by what was run
    decisions: tuple[Decision, ...]


def crises() -> list[str]:
    """Cases with a settled question, without the flagship, by date."""
    result = [(loaded.scenario.as_of, name) for name in slugs() if name != FLAGSHIP
             for loaded in [load(name)[0]] if any(query.outcome for query in loaded.scenario.questions.values())]  # fmt: skip
    return [name for _, name in sorted(result)]


def said(case: str, draws: int, seed: int, path: Path | None) -> Said:
    """Run a case in every way, or read what it said before."""
    loaded, ledger = load(case)
    base = build(loaded, ledger)
    models = {BASE: base}
    models |= {name: build(*load(case, name)) for name in (SEQUENCE, ASSUMED) if name in loaded.scenario.variants}
    made_with = (*(model.hash for model in models.values()), str(draws), str(seed))
    file = None if path is None else path / f"{case}.json"
    if file is not None and file.is_file():
        result = TypeAdapter(Said).validate_python(json.loads(file.read_text(encoding="utf-8")))
        if result.made_with == made_with:
            return result
    models |= {name: with_theory(base, name) for name in theory_names()[1:]}
    scored, decisions = dict[str, tuple[Scored, ...]](), list[Decision]()
    for name, model in models.items():
        run = _run(case, name, model, draws, seed)
        scored[name] = settled(run, case)
        if name == BASE:
            decisions = [decided(run, case, query, *what) for query, what in FORCES.get(case, {}).items()]
    out = Said(case, made_with, scored, tuple(decisions))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(out)), encoding="utf-8")
    return out


def _run(case: str, name: str, model: Model, draws: int, seed: int) -> Run:
    print(f"running {case} {name}", file=sys.stderr, flush=True)
    return simulate(model, draws=draws, seed=seed, paths="all")


def decided(run: Run, case: str, question: str, choice: str, option: str) -> Decision:
    """The first decision of a choice, its reasons summed by kind."""
    index = find_choice(run.model.plan, choice)
    planned = run.model.plan.choices[index]
    explanation = explained(run, index, planned.is_free.index(True), option=option)
    kinds, squares = dict[str, float](), dict[str, float]()
    for reason in explanation.reasons:
        kinds[reason.kind] = kinds.get(reason.kind, 0.0) + reason.log_odds
        squares[reason.kind] = squares.get(reason.kind, 0.0) + reason.mc_error**2
    outcome = next(item.question.outcome for item in run.model.plan.questions if item.id == question)
    assert outcome is not None
    return Decision(
        case,
        question,
        planned.actor,
        option,
        explanation.reference,
        outcome.value == "yes",
        explanation.log_odds,
        kinds,
        {kind: math.sqrt(square) for kind, square in squares.items()},
    )
