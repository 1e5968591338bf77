"""Check a case as a whole: scenario, claims, and the plan of each variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from standoff import catalog, expression
from standoff.errors import MOST, Problem, ScenarioError, StandoffError
from standoff.ledger import Ledger, cards
from standoff.plan import Plan, plan
from standoff.plan.citations import REASON
from standoff.plan.leak_check import late_classes, late_entries
from standoff.record import record
from standoff.scenario import LoadedScenario
from standoff.scenario.load import ReadResult, read_scenario
from standoff.yaml_reader import dots


@record
class Validation:
    """A valid case, with its warnings."""

    plan: Plan  #: of the base case
    title: str
    counts: Mapping[str, int]  #: number of actors, stocks, mechanisms, choices, ...
    variants: tuple[str, ...]
    warnings: tuple[str, ...]
    conditions: Mapping[str, str]  #: path -> the condition as understood, in canonical units


def validate(case: str | Path) -> Validation:
    """Check a case by slug or path; raises `ScenarioError` with all errors, also of variants."""
    problems: list[Problem] = []
    plans: dict[str, Plan] = {}
    of_base: list[Problem] = []
    reading, ledger = _read(case, problems)
    if reading is not None and reading.valid_part is not None and ledger is not None:
        loaded = reading.valid_part
        for name in ("", *loaded.scenario.variants) if not problems else ("",):
            try:
                plans[name] = plan(loaded.with_variant(name) if name else loaded, ledger)
            except StandoffError as error:
                fresh = reading.beyond(error.problems)
                if name:
                    fresh = [
                        replace(item, what=f"{item.what} (in variant {name})")
                        for item in fresh
                        if not _repeats(item, of_base, loaded)
                    ]
                problems = list(dict.fromkeys([*problems, *fresh]))
            of_base = of_base if name else problems
            if len(problems) >= MOST:  # no more are listed
                break
        problems += _card_problems(catalog.find(case).parent, ledger)
    if problems:
        raise ScenarioError(problems)
    base = plans[""]
    counts = {
        "actors": len(base.scenario.actors),
        "stocks": len(base.cells),
        "mechanisms": len(base.mechanisms),
        "choices": len(base.choices),
        "reasons": sum(len(choice.reasons) for choice in base.choices),
        "questions": len(base.questions),
        "parameters": len(base.parameters),
        "claims": len(base.ledger),
        "variants": len(base.scenario.variants),
    }
    late = (
        f"{item.kind} {item.path} cites only claims published after as_of: {', '.join(item.claims)}"
        f"{'; `standoff run` refuses it' * (item.kind == REASON)}"
        for item in late_entries(base)
    )
    return Validation(
        plan=base,
        title=base.scenario.title,
        counts=counts,
        variants=tuple(base.scenario.variants),
        warnings=(*base.warnings, *late, *late_classes(base)),
        conditions={path: expression.notation(node) for path, node in _conditions(base)},
    )


def _conditions(plan: Plan) -> Iterator[tuple[str, expression.Node]]:
    """The conditions of mechanisms, choices, options and questions, by path."""
    kinds = expression.Compare | expression.Logic | expression.ChoiceTerm | expression.ClockTerm
    for part in plan.mechanisms:
        if part.when is not None:
            yield f"mechanisms.{part.name}.when", part.when
    for choice in plan.choices:
        if choice.when is not None:
            yield f"choices.{choice.name}.when", choice.when
        for option, when in zip(choice.options, choice.restrictions.when, strict=True) if choice.restrictions else ():
            if when is not None:
                yield f"choices.{choice.name}.options.{option}.when", when
    for query in plan.questions:
        for key, node in query.expressions.items():
            if isinstance(node, kinds):
                yield f"questions.{query.id}.{query.question.kind}{f'.{key}' if key else ''}", node


def _card_problems(folder: Path, ledger: Ledger) -> list[Problem]:
    """What is wrong with the corrections of the quantity cards of a case."""
    corrections = cards.read_corrections(folder)
    made = cards.cards(ledger, ledger.vocabulary) if corrections else ()
    return list(cards.check(corrections, made, str(folder / cards.FILE)))


def _read(case: str | Path, problems: list[Problem]) -> tuple[ReadResult | None, Ledger | None]:
    """The readable part of the scenario, and the ledger or None; adds errors to `problems`."""
    path = catalog.find(case)
    reading, ledger = None, None
    try:
        reading = read_scenario(path)
        problems += reading.problems
    except StandoffError as error:
        problems += error.problems
    try:
        ledger = catalog.load_claims(path)
    except StandoffError as error:
        problems += error.problems
    return reading, ledger


def _repeats(mistake: Problem, of_base: Iterable[Problem], loaded: LoadedScenario) -> bool:
    """Whether an error of a variant repeats one of the base: same line, or a shared entry."""
    same = {problem.where for problem in of_base if (problem.what, problem.path) == (mistake.what, mistake.path)}
    return mistake.where in same or any(
        mistake.path == dots(path[:length])
        for path in (loaded.document.lines if same else ())
        for length in range(1, len(path))
    )
