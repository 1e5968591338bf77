"""Commands that read and simulate nothing: `validate`, `list`, `show`, `schema`. No JAX here."""

from __future__ import annotations

import atexit
import gc
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli.options import AS_OF, Changes, Json, Since, Variant, cases, display, load_case, print_json
from standoff.cli.output import put
from standoff.errors import MOST, Problem, ScenarioError, StandoffError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from standoff.ledger import Ledger
    from standoff.scenario import LoadedScenario
    from standoff.scenario.load import ReadResult

PARTS = {"mechanisms": "standoff.mechanisms", "considerations": "standoff.considerations"}


class Kind(StrEnum):
    """What `list` can list."""

    cases = "cases"
    mechanisms = "mechanisms"
    considerations = "considerations"
    units = "units"


def validate(
    case: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A scenario file, its folder, or a case of the catalogue.", autocompletion=cases
        ),
    ],
    as_json: Json = False,
) -> None:
    """Check a scenario, its claims and each of its variants; report every mistake with its line."""
    with _uncollected():
        _validate(case, as_json)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage: nearly all that is read stays in use, and walking it costs a tenth of `validate`."""
    atexit.register(gc.freeze)  # nor at the end of the program
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _validate(case: str, as_json: bool) -> None:
    from standoff.plan import Plan, PlanCache, plan

    problems: list[Problem] = []
    plans: dict[str, Plan] = {}
    memory: PlanCache = {}
    known: Known | None = None
    reading, ledger = _read(case, problems)
    if reading is not None and reading.stocks_only is not None and ledger is not None:
        try:
            plan(reading.stocks_only, ledger)
        except StandoffError as error:
            problems = list(dict.fromkeys([*problems, *error.problems]))
    if reading is not None and reading.valid_part is not None and ledger is not None:
        loaded = reading.valid_part
        for name in ("", *loaded.scenario.variants) if not problems else ("",):
            try:
                plans[name] = plan(loaded.with_variant(name) if name else loaded, ledger, memory)
            except StandoffError as error:
                fresh = reading.beyond(error.problems)
                if name:
                    known = known or Known(problems, loaded)
                    fresh = [_under(name, found) for found in fresh if not known.has(found)]
                problems = list(dict.fromkeys([*problems, *fresh]))
            if len(problems) >= MOST:  # no more are listed
                break
    if problems:
        raise ScenarioError(problems)
    base = plans[""]
    counts = {
        "actors": len(base.scenario.actors), "stocks": len(base.cells), "mechanisms": len(base.mechanisms),
        "choices": len(base.choices), "reasons": sum(len(choice.reasons) for choice in base.choices),
        "questions": len(base.questions), "numbers": len(base.parameters), "claims": len(base.ledger),
        "variants": len(base.scenario.variants),
    }  # fmt: skip
    from standoff.plan.leak_check import late_entries

    warnings = [*base.warnings]
    warnings += [
        f"{item.kind} {item.path} names only claims published after as_of: {', '.join(item.claims)}"
        for item in late_entries(base)
    ]
    if as_json:
        print_json({"title": base.scenario.title, "counts": counts, "warnings": warnings})
        return
    names = f" ({', '.join(base.scenario.variants)})" if base.scenario.variants else ""
    found = ", ".join(f"{count} {what if count != 1 else what[:-1]}" for what, count in counts.items())
    put(f"{base.scenario.title}: valid; {found}{names}")
    for warning in warnings:
        put(f"note: {warning}")


def _read(case: str, problems: list[Problem]) -> tuple[ReadResult | None, Ledger | None]:
    """Scenario, as far as it can be read, and ledger, None where it has mistakes; these go to `problems`."""
    from standoff import catalog
    from standoff.scenario.load import read_scenario

    path = catalog.find(case)
    reading, ledger = None, None
    try:
        reading = read_scenario(path)
        problems += reading.problems
    except StandoffError as error:
        problems += error.problems
    try:
        ledger = catalog.claims_beside(path)
    except StandoffError as error:
        problems += error.problems
    return reading, ledger


def _under(name: str, problem: Problem) -> Problem:
    from dataclasses import replace

    return replace(problem, what=f"{problem.what} (in variant {name})")


class Known:
    """Mistakes of the base, which variants repeat."""

    def __init__(self, problems: Iterable[Problem], loaded: LoadedScenario) -> None:
        from standoff.yaml_reader import dots

        self.places: dict[tuple[str, str], set[str]] = {}
        for one in problems:
            self.places.setdefault((one.what, one.path), set()).add(one.where)
        self.entries = {dots(path[:length]) for path in loaded.document.lines for length in range(1, len(path))}

    def has(self, found: Problem) -> bool:
        """Whether a mistake of a variant is one of these: of the same line, or of an entry that both write a part of."""
        same = self.places.get((found.what, found.path), set())
        return bool(same) and (found.path in self.entries or found.where in same)


def list_(
    what: Annotated[Kind, typer.Argument(help="What to list.")] = Kind.cases,
    as_json: Json = False,
) -> None:
    """List the cases of the catalogue, the mechanisms, the considerations, or the units."""
    from standoff.report.sections.describe import first_line
    from standoff.report.text_table import table

    rows: list[dict[str, Any]]
    if what is Kind.cases:
        rows = [_case(slug) for slug in cases()]
    elif what is Kind.units:
        from standoff import units

        words = [*units.BASE, *units.DERIVED, *units.MAGNITUDES]
        rows = [
            {"unit": word, "means": f"{units.parse(word).factor:.6g} {units.show(units.parse(word).dims)}"}
            for word in words
        ]
    else:
        rows = [{"name": name, "about": first_line(module)} for name, module in _parts(what.value).items()]
    if as_json:
        print_json(rows)
    elif rows:
        display(table("", rows[0], [[_text(cell) for cell in row.values()] for row in rows]))


def _text(cell: Any) -> str:
    return str(len(cell)) if isinstance(cell, list) else str(cell)


def _case(slug: str) -> dict[str, Any]:
    from standoff import catalog
    from standoff.scenario import load_scenario

    scenario = load_scenario(catalog.find(slug)).scenario
    return {"case": slug, "title": scenario.title, "as of": scenario.as_of, "end": scenario.end,
            "questions": list(scenario.questions), "variants": list(scenario.variants)}  # fmt: skip


def _parts(kind: str) -> dict[str, Any]:
    from standoff import registry

    return dict(registry.modules(PARTS[kind]))


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A case, or a mechanism or consideration by its name.", autocompletion=cases
        ),
    ],
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.svg]", help="With --diagram: where the picture goes.")
    ] = None,
    mechanism: Annotated[
        str, typer.Option("--mechanism", metavar="NAME", help="One mechanism of the case, with its numbers.")
    ] = "",
    diagram: Annotated[
        bool, typer.Option("--diagram", help="What acts on what: an SVG picture, and the loops with their signs.")
    ] = False,
    process: Annotated[
        list[str] | None, typer.Option("--process", metavar="NAME", help="With --diagram: only around this mechanism.")
    ] = None,
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    as_json: Json = False,
) -> None:
    """Show what a case is made of, or what a mechanism or consideration says, needs, reads and writes."""
    from standoff import catalog, registry
    from standoff.report.sections import describe

    if not diagram and (file or process):
        raise ScenarioError(Problem("FILE and --process go with --diagram", fix="add `--diagram`"))
    kinds = {kind: registry.names(package) for kind, package in PARTS.items()}
    if name not in cases() and not diagram:
        found = [describe.part(kind, name) for kind, known in kinds.items() if name in known]
        if found and as_json:
            print_json(found)
        elif found:
            display(*(line for sheet in found for line in (*describe.part_page(sheet), "")))
        if found:
            return
        try:
            catalog.find(name)
        except ScenarioError as error:
            words = [*cases(), *(word for known in kinds.values() for word in known)]
            fix = did_you_mean(name, words) or error.problems[0].fix
            raise ScenarioError(Problem(f"there is no case, file, mechanism or consideration `{name}`",
                                        allowed="what `standoff list`, `list mechanisms`, `list considerations` show",
                                        fix=fix)) from None  # fmt: skip
    from standoff.plan import plan

    planned = plan(*load_case(name, variant, changes, since))
    if diagram:
        from standoff.cli.diagrams import show_diagram

        show_diagram(planned, process or (), file or Path(f"{Path(name).resolve().stem}.svg"), as_json)
    elif mechanism:
        sheet = describe.mechanism(planned, mechanism)
        print_json(sheet) if as_json else display(*describe.mechanism_page(sheet))
    else:
        sheet = describe.case(planned)
        print_json(sheet) if as_json else display(*describe.case_page(sheet))


def schema() -> None:
    """Print the JSON Schema of the scenario language, for completion and checks in an editor."""
    from standoff.plan.json_schema import schema as made

    print_json(made())
