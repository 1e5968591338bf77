"""What the crises of the catalogue say: as they stand, one after another, and under each theory of how actors decide."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from benchmarks.case_scores import Scored, settled
from pydantic import TypeAdapter

from standoff.analysis.explain import explained, find_choice
from standoff.analysis.theory_comparison import with_theory
from standoff.catalog import load, slugs
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate_each
from standoff.files import write_text
from standoff.job_folder import JobExecutor
from standoff.theories import names as theory_names

FLAGSHIP = "china-russia"  # has its own page, docs/hindcast.md
BASE, SEQUENCE, ASSUMED = "", "one-after-another", "assumed-weights"
#: what was run: the case as it stands, a variant, or the name of a theory
COUNTED = load("syria-2015")[0].scenario.questions["russia-fights"].data_rate  #: of supporters without troops, by UCDP
assert COUNTED is not None and COUNTED.count is not None and COUNTED.of is not None
SENT, SUPPORTERS = COUNTED.count, COUNTED.of  #: pairs of a conflict and a state with troops there a year later, and all
HARDER = SENT / SUPPORTERS

# The question, choice and option by which a state that was no party to the dispute would commit its own forces; of a choice
# with two such options, the one that was taken, by case. Left out: parties themselves, pressure, arms, and second questions.
FORCES = json.loads((Path(__file__).parent / "data" / "crisis_forces.json").read_text(encoding="utf-8"))
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
    result = [
        (loaded.scenario.as_of, name)
        for name in slugs()
        if name != FLAGSHIP
        for loaded in [load(name)[0]]
        if any(query.outcome for query in loaded.scenario.questions.values())
    ]
    return [name for _, name in sorted(result)]


def all_said(
    cases: Sequence[str], draws: int, seed: int, path: Path | None = None, executor: JobExecutor | None = None
) -> list[Said]:
    """Run cases in every way, or read what they said before from the folder `path`.

    executor: who simulates, all cases at once; by default this process, one after another
    """
    models = {case: _models(case) for case in cases}
    made_with = {
        case: (*(model.hash for model in each.values()), str(draws), str(seed)) for case, each in models.items()
    }
    found = {case: _stored(path, case, made_with[case]) for case in cases}
    waiting = {f"{case} {name}": model for case in cases if found[case] is None for name, model in models[case].items()}
    runs = simulate_each(waiting, draws=draws, seed=seed, executor=executor)
    return [found[case] or _said(case, made_with[case], runs, len(models[case]), path) for case in cases]


def _models(case: str) -> dict[str, Model]:
    """The case as it stands, its variants, and the case under each theory."""
    loaded, ledger = load(case)
    base = build(loaded, ledger)
    variants = {name: build(*load(case, name)) for name in (SEQUENCE, ASSUMED) if name in loaded.scenario.variants}
    return {BASE: base} | variants | {name: with_theory(base, name) for name in theory_names()[1:]}


def _stored(path: Path | None, case: str, made_with: tuple[str, ...]) -> Said | None:
    """What a case said before, None if it, the draws or the seed have changed."""
    file = None if path is None else path / f"{case}.json"
    if file is None or not file.is_file():
        return None
    result = TypeAdapter(Said).validate_python(json.loads(file.read_text(encoding="utf-8")))
    return result if result.made_with == made_with else None


def _said(
    case: str, made_with: tuple[str, ...], runs: Iterator[tuple[str, Run]], count: int, path: Path | None
) -> Said:
    """Scores and decisions of the next `count` runs, those of a case; stored in the folder `path`."""
    scored, decisions = dict[str, tuple[Scored, ...]](), list[Decision]()
    for full, run in islice(runs, count):
        print(f"finished {full}", file=sys.stderr, flush=True)
        name = full.removeprefix(f"{case} ")
        scored[name] = settled(run, case)
        if name == BASE:
            decisions = [decided(run, case, query, *what) for query, what in FORCES.get(case, {}).items()]
    out = Said(case, made_with, scored, tuple(decisions))
    if path is not None:
        write_text(path / f"{case}.json", json.dumps(asdict(out)))
    return out


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
