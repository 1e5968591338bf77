"""Resolve mechanisms and considerations: fields, parameters, roles and stocks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from pydantic import ValidationError

from standoff import beliefs, components, expression, registry, units
from standoff.beliefs import Belief
from standoff.errors import StandoffError, did_you_mean, join_limited
from standoff.plan.builder import ASSUMPTION, NONE, PlanBuilder
from standoff.plan.parameters import RATE, add_declared, checked_parameter, named_number, planned_rate
from standoff.plan.records import Component, Read
from standoff.pydantic_messages import describe
from standoff.scenario.calendar import months
from standoff.yaml_reader import Path_

CONSIDERATIONS = "standoff.considerations"
FIELD = re.compile(r"\{(\w+)\}")  #: in a declared unit: a parameter field that names a stock
UNIT_FIELD = re.compile(r"(/\s*)?\{(\w+)\}")  #: the same, with the slash that divides by it
UNIT_OF = r"unit of the \1"  #: such a unit in words


def plan_component(
    draft: PlanBuilder,
    path: Path_,
    name: str,
    package: str,
    use: str,
    params: Mapping[str, Any],
    inherited: tuple[str, ...],
    options: tuple[str, ...] = (),
    *,
    numbers: Mapping[str, int] = NONE,
    elsewhere: Collection[str] = (),
) -> Component | None:
    """Resolve a mechanism or consideration; None if it has errors.

    numbers: those of its choice, which its expressions may name; elsewhere: names of its own numbers that its condition reads
    """
    kinds = registry.names(package)
    if use not in kinds:
        what = package.rpartition(".")[2].removesuffix("s")
        draft.report((*path, "use"), f"unknown {what} `{use}`", join_limited(kinds, 40), did_you_mean(use, kinds))
        return None
    module = registry.module(package, use)
    kind: type[components.Params] = module.Params
    plain, sources_of = _cited(draft, path, kind, params)
    checked = _checked(draft, path, use, kind, plain)
    if checked is None or not _check_roles(draft, path, checked):
        return None
    specs, roles = kind.specs(), kind.roles()
    floor = next((role.ge for field, role in roles.items() if getattr(checked, field) == RATE), None)
    index: dict[str, int | Mapping[str, int]] = {}
    for field, spec in specs.items():
        unit = "" if spec.per == components.NUMBERS else _unit(draft, spec.unit, checked)
        sources = inherited or (() if field in checked.model_fields_set else (ASSUMPTION,))
        members = options if spec.per == "options" else checked.members(spec.per) if spec.per else None
        of_unit = replace(spec, unit=unit)
        index[field] = add_declared(draft, (*path, field), getattr(checked, field), of_unit, members, sources, floor)
    own_numbers: Any = index.get(components.NUMBERS, {})
    rates: dict[str, expression.Node] = {}
    spreads = {}
    for field, role in roles.items():
        here, value, unit = (*path, field), getattr(checked, field), _unit(draft, role.unit, checked)
        if value is None:
            continue
        if role.of == "rate":
            cited = sources_of.get((field, ""), ())
            node = planned_rate(draft, here, value, own_numbers, unit, cited, inherited, elsewhere)
            rates |= {} if node is None else {field: node}
        elif role.of == "distribution":
            spreads[field] = _planned_distribution(draft, here, value, unit, inherited)
    static = {field: getattr(checked, field) for field in kind.model_fields if field not in specs} | rates | spreads
    reads = _stocks(draft, path, getattr(module, "READS", {}), checked)
    values = _value_nodes(draft, path, checked, options, sources_of, inherited, numbers)
    nodes = [*values, *rates.values()]
    cells = dict.fromkeys(cell for node in nodes for cell in expression.stock_names(node))
    reads += tuple(cell for cell in cells if cell in draft.stocks and cell not in reads)
    clock = tuple(dict.fromkeys(term for node in nodes for term in expression.clock_terms(node)))
    writes = _stocks(draft, path, getattr(module, "WRITES", {}), checked)
    noise = tuple(
        word if spec.per is None else f"{word}.{member}"
        for word, spec in getattr(module, "NOISE", {}).items()
        for member in ([""] if spec.per is None else checked.members(spec.per))
    )
    of_choice = {word: numbers[word] for node in values for word in expression.stock_names(node) if word in numbers}
    index |= {components.NUMBERS: of_choice} if of_choice else {}
    return Component(name, use, module, kind.model_construct(**static), index, reads, writes, noise, clock=clock)


def _unit(draft: PlanBuilder, text: str, params: components.Params) -> str:
    """A declared unit, with `{field}` replaced by the unit of the stock in that field."""

    def of_stock(match: re.Match[str]) -> str:
        unit = _unit_of(draft, str(getattr(params, match.group(2))))
        return units.divisor(unit) if match.group(1) else unit

    return UNIT_FIELD.sub(of_stock, text)


def _unit_of(draft: PlanBuilder, name: str) -> str:
    """The unit of a stock, named with or without a holder."""
    return draft.stocks[name].unit if name in draft.stocks else draft.scenario.stocks[name.partition(".")[0]].unit


def reads_of_choices(draft: PlanBuilder, part: Component, expects: str, within: str) -> tuple[Read, ...]:
    """How a reason reads other choices: by the roles of its kind, and terms of expressions.

    expects: `simultaneous` for what others choose whatever the actor does; within: length of time for a reaction
    """
    named = {
        is_act: [word for role in getattr(part.module, roles, ()) for word in part.params.members(role)]
        for is_act, roles in ((True, "ACTS"), (False, "REACTIONS"))
    }
    for text in (text for texts in _expressions(part.params).values() for text in texts.values()):
        for term in expression.choice_terms(expression.parse(text, draft.scenario.units)):
            named[term.act].append(term.choice)
    joint = expects == "simultaneous"
    return (
        *(Read(name, "act", joint=joint) for name in dict.fromkeys(named[True])),
        *(Read(name, "reaction", float(months(within)), joint) for name in dict.fromkeys(named[False])),
    )


def _expressions(params: components.Params) -> dict[str, Mapping[str, str]]:
    """The fields with one expression per option."""
    return {field: getattr(params, field) for field, role in type(params).roles().items() if role.of == "expression"}


def value_texts(use: str, params: Mapping[str, Any]) -> list[str]:
    """The expressions of a consideration as written."""
    if use not in registry.names(CONSIDERATIONS):
        return []
    roles = registry.module(CONSIDERATIONS, use).Params.roles()
    by_option = [params.get(field) for field, role in roles.items() if role.of == "expression"]
    return [str(text) for texts in by_option if isinstance(texts, Mapping) for text in texts.values()]


def _cited(
    draft: PlanBuilder, path: Path_, kind: type[components.Params], params: Mapping[str, Any]
) -> tuple[Mapping[str, Any], dict[tuple[str, str], tuple[str, ...]]]:
    """Parameters without sources of their expressions, and these sources by field and option."""
    plain, sources = dict(params), {}

    def stripped(text: Any, field: str, option: str = "") -> Any:
        try:
            if isinstance(text, str):
                text, sources[field, option] = beliefs.split_sources(text)
        except StandoffError as error:
            draft.report_error((*path, *filter(None, (field, option))), error)
        return text

    for field, role in kind.roles().items():
        if role.of == "expression" and isinstance(plain.get(field), Mapping):
            plain[field] = {option: stripped(text, field, option) for option, text in plain[field].items()}
        elif role.of == "rate":
            named_number(draft, path, field, plain)
            if field in plain:
                plain[field] = stripped(plain[field], field)
    return plain, sources


def _value_nodes(
    draft: PlanBuilder,
    path: Path_,
    params: components.Params,
    options: tuple[str, ...],
    sources: Mapping[tuple[str, str], tuple[str, ...]],
    inherited: tuple[str, ...],
    numbers: Mapping[str, int],
) -> list[expression.Node]:
    """The expressions of a component, checked for names, units, sources and linearity."""
    out: list[expression.Node] = []
    for field, texts in _expressions(params).items():
        for option, text in texts.items():
            here = (*path, field, option)
            draft.is_known(here, option, options, "option")
            parsed = draft.parsed(here, text, numbers, chosen_counts=True)
            if parsed is None:
                continue
            node, dims = parsed
            if dims != ():
                draft.report(here, f"`{text}` has a unit or is a condition", "a number without a unit")
            draft.check_chosen(here, node)
            draft.check_constants(here, node, sources.get((field, option), ()), inherited)
            if expression.choice_degree(node) > 1:
                draft.report(
                    here, f"`{text}` is not linear in the choices of others", "sums and multiples of `x in [y]`"
                )
            out.append(node)
    return out


def _checked(
    draft: PlanBuilder, path: Path_, use: str, kind: type[components.Params], params: Mapping[str, Any]
) -> components.Params | None:
    """The parameters as a record; None, with every error, if they are invalid."""
    try:
        return kind.model_validate(dict(params))
    except ValidationError as error:
        details = sorted(error.errors(), key=lambda detail: detail["type"] == "missing")
    names, specs = list(kind.model_fields), kind.specs()
    in_words = {field: FIELD.sub(UNIT_OF, spec.unit) for field, spec in specs.items()}
    descriptions = {field: f"{specs[field].doc} ({unit})" for field, unit in in_words.items()}
    descriptions |= {field: role.doc for field, role in kind.roles().items()}
    meant = set()  # names meant by misspelt words, which are not reported as missing too
    for detail in details:
        loc = tuple(part for part in detail["loc"] if part != "*")
        last = str(loc[-1]) if loc else ""
        if detail["type"] == "extra_forbidden":
            fields = [f"{name} ({in_words[name]})" if name in in_words else name for name in names]
            fix = did_you_mean(last, names)
            meant.add(fix)
            draft.report((*path, *loc), f"unknown parameter `{last}` for `{use}`", join_limited(fields, 40), fix)
        elif detail["type"] != "missing":
            for problem in describe(detail):
                draft.report((*path, *loc), problem.what, problem.allowed, problem.fix)
        elif f"did you mean `{last}`?" not in meant:
            fix = "add it; parameters have no default"
            draft.report(path, f"`{last}` is missing for `{use}`", descriptions.get(last, ""), fix)
    return None


def _check_roles(draft: PlanBuilder, path: Path_, params: components.Params) -> bool:
    """Whether the actors, choices and stocks of all roles exist."""
    scenario = draft.scenario
    known: dict[str, Collection[str]] = {
        "actor": scenario.actors,
        "choice": scenario.choices,
        "stock": {**scenario.stocks, **draft.stocks},
    }
    before = draft.faults
    for field, role in type(params).roles().items():
        if role.of in known and getattr(params, field) is not None:
            for word in params.members(field):
                draft.is_known((*path, field), word, known[role.of], role.of)
    return draft.faults == before


def _stocks(
    draft: PlanBuilder, path: Path_, specs: Mapping[str, components.StockSpec], params: components.Params
) -> tuple[str, ...]:
    """The stocks that READS or WRITES of a component stand for in this entry."""
    out: list[str] = []
    for pattern, spec in specs.items():
        field = pattern[1:-1] if pattern.startswith("{") else ""
        if field and getattr(params, field) is None:
            continue  # an optional role without a member
        members = [f".{member}" for member in params.members(spec.per)] if spec.per else [""]
        for name, member in product(params.members(field) if field else (pattern,), members):
            cell = name + member
            unit = _unit_of(draft, name) if spec.unit == pattern else _unit(draft, spec.unit, params)
            holders = draft.scenario.stocks[cell].holders if cell in draft.scenario.stocks else ()
            if cell not in draft.stocks and holders:
                draft.report(
                    path,
                    f"the stock `{cell}` has holders",
                    join_limited(f"{cell}.{holder}" for holder in holders),
                    "name one of them, with one entry for each",
                )
            elif cell not in draft.stocks:
                fix = did_you_mean(cell, draft.stocks) or f"declare it: stocks: {{{name}: {{unit: {unit}, ...}}}}"
                draft.report(path, f"the stock `{cell}` is not declared", fix=fix)
            elif not draft.units[cell].same_kind(draft.unit(unit)):
                draft.report(
                    ("stocks", name, "unit"),
                    f"`{draft.stocks[cell].unit}` does not fit `{path[-1]}`",
                    f"a unit of {unit}",
                )
            out.append(cell)
    return tuple(dict.fromkeys(out))


def _planned_distribution(
    draft: PlanBuilder, path: Path_, belief: Belief, unit: str, inherited: tuple[str, ...]
) -> components.Distribution:
    """The distribution of a belief of 0 or more in `unit`; it is no parameter of the run."""
    before = draft.faults
    parameter = checked_parameter(draft, path, belief, components.ParameterSpec("", unit, ge=0.0), inherited)
    if draft.faults > before:
        return components.Distribution((0.0, 0.0, 0.0), (), 0.0)
    shape, cut = parameter.belief.g_parameters(), parameter.tails() != (0.0, 1.0)
    g = None if shape is None or cut else (shape[0] * parameter.factor, shape[1] * parameter.factor, shape[2])
    return components.Distribution.of(parameter.quantile, g)
