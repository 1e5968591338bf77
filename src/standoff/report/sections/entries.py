"""What the package has by name, as plain data: cases, mechanisms, priors, templates, units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff import beliefs, case_templates, catalog, registry, units
from standoff.errors import Problem, ScenarioError, did_you_mean
from standoff.history import coefficients
from standoff.plan import labels, plan
from standoff.priors import LibraryPrior, list_priors
from standoff.report.document import Block, Paragraph, table
from standoff.report.sections import describe
from standoff.scenario import load_scenario

PARTS = ("mechanisms", "considerations")
KINDS = ("cases", *PARTS, "priors", "templates", "units")


def list_entries(kind: str = "cases") -> list[dict[str, Any]]:
    """List the cases, mechanisms, considerations, priors, templates or units, one row each.

    Raises `ScenarioError` for another kind.
    """
    match kind:
        case "cases":
            return [_case_row(slug) for slug in catalog.slugs()]
        case "priors":
            return [
                {
                    "name": prior.name,
                    "kind": prior.kind,
                    "range": range_text(prior),
                    "sources": ", ".join(prior.sources),
                    "about": prior.text,
                }
                for prior in list_priors().values()
            ]
        case "templates":
            return [{"name": name, "about": item.text} for name, item in case_templates.list_templates().items()]
        case "units":
            words = [*units.BASE, *units.DERIVED, *units.MAGNITUDES]
            meanings = zip(words, map(units.parse, words), strict=True)
            return [{"unit": word, "means": f"{unit.factor:.6g} {units.show(unit.dims)}"} for word, unit in meanings]
        case "mechanisms" | "considerations":
            modules = registry.modules(f"standoff.{kind}")
            return [{"name": name, "about": describe.first_line(module)} for name, module in modules.items()]
    raise ScenarioError(Problem(f"there is no kind `{kind}`", allowed=", ".join(KINDS), fix=did_you_mean(kind, KINDS)))


def show(name: str | Path, mechanism: str = "", variant: str = "") -> describe.Sheet:
    """What a case consists of, one mechanism of it, or the definition of a part.

    A part is a mechanism, a consideration or a prior of the library. A name that is both a mechanism and a consideration
    gives the mechanism. Raises `ScenarioError` for a name that is nothing of these, `ModelError` for a case with errors.
    """
    if str(name) in (library := list_priors()):
        return library[str(name)].to_data()
    if str(name) not in catalog.slugs() and (sheets := part_sheets(str(name))):
        return sheets[0]
    planned = plan(*catalog.load(case_name(str(name)), variant))
    return describe.mechanism(planned, mechanism) if mechanism else describe.case(planned)


def part_sheets(name: str) -> list[describe.Sheet]:
    """The mechanism and the consideration of a name; none for any other name."""
    return [describe.part(kind, name) for kind in PARTS if name in registry.names(f"standoff.{kind}")]


def case_name(name: str) -> str:
    """The name of a case or file; for any other `ScenarioError` with the nearest name."""
    try:
        catalog.find(name)
    except ScenarioError as error:
        parts = (word for kind in PARTS for word in registry.names(f"standoff.{kind}"))
        words = [*catalog.slugs(), *parts, *list_priors()]
        raise ScenarioError(
            Problem(
                f"there is no case, file, mechanism, consideration or prior `{name}`",
                allowed="names that `standoff list`, `list mechanisms`, `list considerations`, `list priors` show",
                fix=did_you_mean(name, words) or error.problems[0].fix,
            )
        ) from None
    return name


def _case_row(slug: str) -> dict[str, Any]:
    scenario = load_scenario(catalog.find(slug)).scenario
    return {
        "case": slug,
        "title": scenario.title,
        "as of": scenario.as_of,
        "end": scenario.end,
        "questions": list(scenario.questions),
        "variants": list(scenario.variants),
    }


def range_text(prior: LibraryPrior) -> str:
    """The central 90 % with its unit; of a number from history, that for a case of today."""
    belief = beliefs.parse(prior.notation)
    unit = "" if prior.unit == "1" else f" {prior.unit}"
    if belief.shape != "history":
        return f"{' to '.join(f'{belief.quantile(p):.2g}' for p in (0.05, 0.95))}{unit}"
    rung = coefficients.load().rungs[-1]
    if prior.kind == "half_life":
        low, _, high = rung.half_life()
        return f"{low:.2g} to {high:.2g} month"
    if prior.kind == "rationality":
        return "1"
    low, _, high = rung.weight(belief.origin.removeprefix("history").strip("()"))
    return f"{low:.2g} to {high:.2g}"


def prior_blocks(prior: LibraryPrior) -> list[Block]:
    """A prior with its range, its sources and where it is from."""
    works = [f"{key}: {text}" for key, text in prior.works.items()]
    facts = {
        "range (5 to 95 %)": range_text(prior),
        "kind": prior.kind.replace("_", " "),
        "from": prior.origin,
        "by the rule": prior.rule,
        "in a scenario": f"prior({prior.name}), 2 * prior({prior.name})",
        "sources": "; ".join([*works, *(word for word in prior.sources if word not in prior.works)]),
    }
    return [Paragraph(f"{prior.name}: {labels.capital(prior.text)}"), table("", "", rows=facts.items())]
