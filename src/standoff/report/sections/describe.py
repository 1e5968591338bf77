"""What the package has by name, for `standoff list` and `show`: cases, parts, priors, units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from standoff import beliefs, case_templates, catalog, labels, registry, units
from standoff.analysis.provenance import source_counts
from standoff.errors import ScenarioError, did_you_mean, require
from standoff.history import coefficients
from standoff.plan import InterventionRecord, Plan, PlannedChoice, plan
from standoff.priors import LibraryPrior, list_priors
from standoff.report import formatting
from standoff.report.document import Block, Content, Heading, Paragraph, given, table
from standoff.scenario import load_scenario, option_words, overrides
from standoff.scenario.anchor import Anchor

Sheet = dict[str, Any]
PARTS = ("mechanisms", "considerations")
KINDS = ("cases", *PARTS, "priors", "templates", "units")


def part(kind: str, name: str) -> Sheet:
    """A mechanism or consideration: its text, parameters, stocks and randomness."""
    module = registry.module(f"standoff.{kind}", name)
    roles, specs, fields = module.Params.roles(), module.Params.specs(), module.Params.model_fields

    def cells(declared: str) -> list[str]:
        stocks = getattr(module, declared, {}).items()
        return [f"{name}{f' per {cell.per}' if cell.per else ''} ({cell.unit})" for name, cell in stocks]

    return {
        "name": name,
        "kind": kind,
        "text": (module.__doc__ or "").strip(),
        "settings": [
            {
                "name": field,
                "doc": info.description or "",
                "needed": info.is_required(),
                "of": roles[field].of if field in roles else "setting",
            }
            for field, info in fields.items()
            if field not in specs
        ],
        "parameters": [
            {
                "name": field,
                "doc": spec.doc,
                "unit": spec.unit,
                "per": spec.per,
                "low": spec.ge,
                "high": spec.le,
                "source": spec.source,
                "needed": fields[field].is_required(),
            }
            for field, spec in specs.items()
        ],
        "reads": cells("READS"),
        "writes": cells("WRITES"),
        "noise": list(getattr(module, "NOISE", {})),
        "example": getattr(module, "EXAMPLE", {}),
    }


def bounds(low: float | None, high: float | None) -> str:
    """A range such as `0 to 1` or `>= 0`; empty where there is none."""
    if low is None and high is None:
        return ""
    if high is None:
        return f">= {low:g}"
    return f"<= {high:g}" if low is None else f"{low:g} to {high:g}"


def first_line(module: ModuleType) -> str:
    """The first sentence or paragraph of a part's text, on one line."""
    return " ".join((module.__doc__ or "").split("\n\n")[0].split())


def part_blocks(sheet: Sheet) -> list[Block]:
    """Document of a part."""
    fields = [
        (item["name"], item["of"], "" if item["needed"] else "optional", item["doc"]) for item in sheet["settings"]
    ]
    parameters = [
        (
            item["name"],
            item["unit"],
            item["per"] or "",
            bounds(item["low"], item["high"]),
            "" if item["needed"] else "optional",
            item["source"],
            item["doc"],
        )
        for item in sheet["parameters"]
    ]
    heads = ("name", "unit", "per", "range", "", "source", "description")
    return [
        Heading(f"{sheet['name']} ({sheet['kind'].removesuffix('s')})", 1),
        Paragraph(f"{sheet['text']}\n"),
        *_table("fields", ("name", "refers to", "", "description"), fields),
        table(*heads, rows=parameters, caption="parameters"),
        *(Paragraph(f"{word}: {', '.join(sheet[word]) or 'nothing'}") for word in ("reads", "writes")),
    ]


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Content]]) -> list[Block]:
    """A table, if it has rows."""
    return [table(*heads, rows=rows, caption=caption)] if rows else []


def _rows(items: Iterable[Sheet], *keys: str) -> list[tuple[str, ...]]:
    """Values of records as texts."""
    return [tuple(str(item[key]) for key in keys) for item in items]


def case(plan: Plan) -> Sheet:
    """A case as plain data, by section."""
    scenario = plan.scenario
    start = dict(zip(plan.cells, plan.initial, strict=True))
    return {
        "title": scenario.title,
        "text": scenario.text,
        "start": scenario.start,
        "as_of": scenario.as_of,
        "end": scenario.end,
        "step": scenario.step,
        "variant": plan.variant,
        "claims": len(plan.ledger),
        "source_counts": source_counts(plan),
        "actors": [{"code": code, "name": actor.name, "kind": actor.kind} for code, actor in scenario.actors.items()],
        "events": [{"event": name, "date": item.date, "text": item.text} for name, item in scenario.events.items()],
        "stocks": [
            {
                "stock": cell,
                "name": labels.stock(plan, cell),
                "initial": str(plan.parameters[start[cell]].belief),
                "unit": stock.unit,
                "text": stock.text,
                "observed": any(item.cell == cell for item in plan.observations),
            }
            for cell, stock in scenario.cells().items()
        ],
        "mechanisms": [
            {
                "name": item.name,
                "use": item.kind,
                "when": scenario.all_mechanisms[item.name].when,
                "writes": list(item.writes),
            }
            for item in plan.mechanisms
        ],
        "choices": [_choice_sheet(plan, choice) for choice in plan.choices],
        "anchors": {
            item.path: str(Anchor(plan.parameters[item.prior].belief, scenario.calendar.label(item.state)))
            for item in plan.anchors
        },
        "questions": [
            {
                "id": question.id,
                "kind": question.question.kind,
                "date": question.question.by or question.question.at,
                "text": question.question.text,
                "lines": list(question.question.lines),
            }
            for question in plan.questions
        ],
        "variants": {name: variant.text for name, variant in scenario.variants.items()},
        "levers": [_lever(plan, name) for name in scenario.levers],
        "interventions": [asdict(item) for item in plan.intervention_records],
    }


def _choice_sheet(plan: Plan, choice: PlannedChoice) -> Sheet:
    """Description of a choice: options, restrictions, dates, numbers and reasons."""
    written = plan.scenario.choices[choice.name]
    restrictions = ((option, option_words.restriction(written, option)) for option in choice.options)
    codes = []
    for reason in choice.reasons:
        params, numbers = written.reasons[reason.name].params, reason.part.parameter_index
        for row, field in reason.part.module.Params.code_rows(reason.name).items():
            index = numbers.get(field)
            cells = (
                {option: plan.parameters[i].belief for option, i in index.items()}
                if isinstance(index, Mapping)
                else params[field]
            )
            codes.append([row, *(beliefs.split_sources(str(cells.get(option, "")))[0] for option in choice.options)])
    return {
        "choice": choice.name,
        "actor": choice.actor,
        "text": written.text or labels.actor(plan, choice.actor),
        "options": list(choice.options),
        "restrictions": {option: words for option, words in restrictions if words},
        "held": dict(written.held),
        "status_quo": choice.options[choice.status_quo],
        "every": written.every,
        "when": written.when,
        "numbers": {name: str(plan.parameters[index].belief) for name, index in choice.numbers.items()},
        "reasons": {reason.name: str(plan.parameters[reason.weight].belief) for reason in choice.reasons},
        "codes": codes,
    }


def _lever(plan: Plan, name: str) -> Sheet:
    """Description of a lever: target, range, unit, current belief."""
    lever, own = plan.scenario.levers[name], plan.scenario.units
    parameter = plan.parameters[plan.in_force(plan.number(lever.target))]
    low, high, unit = overrides.ends(lever.model_dump(), own)
    return {
        "lever": name,
        "target": lever.target,
        "low": low,
        "high": high,
        "unit": unit.text if unit.dims else "",
        "range": overrides.span(lever.model_dump(), own),
        "now": str(replace(parameter.belief, sources=())),
        "text": lever.text,
    }


def case_blocks(sheet: Sheet) -> list[Block]:
    """Document of a case."""
    variant = f", variant {sheet['variant']}" if sheet["variant"] else ""
    variant += "".join(f", {InterventionRecord(**item)}" for item in sheet["interventions"])
    span = f"{sheet['start']} to {sheet['end']} by {sheet['step']}, as of {sheet['as_of']}"
    stocks = [
        (*row, "from claims" if item["observed"] else "", item["text"])
        for row, item in zip(_rows(sheet["stocks"], "name", "stock", "initial", "unit"), sheet["stocks"], strict=True)
    ]
    mechanisms = [
        (item["name"], item["use"], item["when"] or "always", ", ".join(item["writes"])) for item in sheet["mechanisms"]
    ]
    active = "mechanisms (`--mechanism NAME` shows the parameters)"
    levers = _rows(sheet["levers"], "lever", "range", "now", "target", "text")
    return [
        Paragraph(f"{sheet['title']}{variant}: {span}, {sheet['claims']} claims"),
        *given(sheet["text"], Paragraph(f"{sheet['text'].strip()}\n")),
        Paragraph(f"{formatting.cited(sheet['source_counts'])}.\n"),
        *_table("actors", ("code", "name", "kind"), _rows(sheet["actors"], "code", "name", "kind")),
        *_table("events", ("event", "date", "description"), _rows(sheet["events"], "event", "date", "text")),
        *_table("stocks", ("stock", "code", "at the start", "unit", "history", "description"), stocks),
        *_table(active, ("name", "use", "active when", "writes"), mechanisms),
        *(block for item in sheet["choices"] for block in _choice(item)),
        *_table("anchors", ("anchor", "prior probability"), [*sheet["anchors"].items()]),
        *_table("questions", ("id", "form", "date", "text"), _rows(sheet["questions"], "id", "kind", "date", "text")),
        *_table("variants (`--variant NAME`)", ("name", "description"), [*sheet["variants"].items()]),
        *_table("levers (`--set NAME=VALUE`)", ("name", "range", "current value", "parameter", "description"), levers),
    ]


def _choice(item: Sheet) -> list[Block]:
    """A choice of a case."""
    when = f", when {item['when']}" if item["when"] else ""
    options = f"{', '.join(item['options'])} (reference {item['status_quo']})"
    lines = [
        f"choice {item['choice']} ({item['text']}), every {item['every']}{when}: {options}",
        *(f"  {name}: {belief}" for name, belief in item["numbers"].items()),
        *(f"  {option}: {words}" for option, words in item["restrictions"].items()),
        *(f"  held by a person from {month} on: {option}" for month, option in item["held"].items()),
    ]
    return [*map(Paragraph, lines), table("reason", "weight", rows=item["reasons"].items())]


def choice_sheet(plan: Plan, name: str) -> Sheet:
    """One choice of a case, with its table of codes."""
    known = {item.name: item for item in plan.choices}
    require(name, known, "choice")
    return _choice_sheet(plan, known[name])


def choice_blocks(sheet: Sheet) -> list[Block]:
    """Document of a choice of a case, with its table of codes."""
    return [*_choice(sheet), *_table("codes", ("row", *sheet["options"]), sheet["codes"])]


def mechanism_sheet(plan: Plan, name: str) -> Sheet:
    """One mechanism of a case with its beliefs."""
    known = {item.name: item for item in plan.mechanisms}
    require(name, known, "mechanism")
    item, written = known[name], plan.scenario.all_mechanisms[name]
    calendar = plan.scenario.calendar
    later = {
        each.target: f"{plan.parameters[each.value].belief} from {calendar.label(each.first + 1)} on"
        for each in plan.interventions
    }
    parameters = []
    for field, where in item.parameter_index.items():
        for member, index in ({"": where} if isinstance(where, int) else where).items():
            result = plan.parameters[index]
            path = f"{field}.{member}" if member else field
            own = f"{'occasions' if name in plan.scenario.occasions else 'mechanisms'}.{name}.{path}"
            is_own = result.path.startswith(own) or own.startswith(result.path)
            parameters.append(
                {
                    "parameter": path,
                    "belief": f"{result.belief}{'' if is_own else f'; same as {result.path}'}",
                    "set": later.get(index),
                    "doc": result.doc,
                    "form": result.field,
                }
            )
    rates = (field for field, role in item.module.Params.roles().items() if role.of == "rate")
    return {
        "name": name,
        "use": item.kind,
        "about": first_line(item.module),
        "when": written.when,
        "rates": {field: str(written.params[field]) for field in rates},
        "reads": list(item.reads),
        "writes": list(item.writes),
        "parameters": parameters,
    }


def mechanism_blocks(sheet: Sheet) -> list[Block]:
    """Document of a mechanism of a case."""
    lines = [
        f"{sheet['name']} ({sheet['use']}): {sheet['about']}",
        *given(sheet["when"], f"when: {sheet['when']}"),
        *(f"{field}: {text}" for field, text in sheet["rates"].items()),
        f"reads: {', '.join(sheet['reads'])}",
        f"writes: {', '.join(sheet['writes'])}",
    ]
    rows = [
        (item["parameter"], item["belief"] + (f"; {item['set']}" if item["set"] else ""), item["doc"])
        for item in sheet["parameters"]
    ]
    return [*map(Paragraph, lines), table("parameter", "belief", "description", rows=rows)]


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
            return [{"name": name, "about": first_line(module)} for name, module in modules.items()]
    raise ScenarioError(f"there is no kind `{kind}`", allowed=", ".join(KINDS), fix=did_you_mean(kind, KINDS))


def show(name: str | Path, mechanism: str = "", variant: str = "") -> Sheet:
    """What a case consists of, one mechanism of it, or the definition of a part.

    A part is a mechanism, a consideration or a prior of the library. A name that is both a mechanism and a consideration
    gives the mechanism. Raises `ScenarioError` for a name that is nothing of these, `ModelError` for a case with errors.
    """
    if str(name) in (library := list_priors()):
        return library[str(name)].to_data()
    if str(name) not in catalog.slugs() and (sheets := part_sheets(str(name))):
        return sheets[0]
    planned = plan(*catalog.load(case_name(str(name)), variant))
    return mechanism_sheet(planned, mechanism) if mechanism else case(planned)


def part_sheets(name: str) -> list[Sheet]:
    """The mechanism and the consideration of a name; none for any other name."""
    return [part(kind, name) for kind in PARTS if name in registry.names(f"standoff.{kind}")]


def case_name(name: str) -> str:
    """The name of a case or file; for any other `ScenarioError` with the nearest name."""
    try:
        catalog.find(name)
    except ScenarioError as error:
        parts = (word for kind in PARTS for word in registry.names(f"standoff.{kind}"))
        words = [*catalog.slugs(), *parts, *list_priors()]
        raise ScenarioError(
            f"there is no case, file, mechanism, consideration or prior `{name}`",
            allowed="names that `standoff list`, `list mechanisms`, `list considerations`, `list priors` show",
            fix=did_you_mean(name, words) or error.problems[0].fix,
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
        low, _, high = rung.half_life
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
