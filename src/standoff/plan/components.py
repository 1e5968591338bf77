"""Resolve mechanisms and considerations: fields, parameters, roles and stocks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from standoff import beliefs, components, expression, registry
from standoff.beliefs import Belief
from standoff.errors import StandoffError, did_you_mean, join_limited
from standoff.plan.builder import ASSUMPTION, NONE, PlanBuilder
from standoff.plan.parameters import add_declared, checked_parameter
from standoff.plan.rates import RATE, named_number, planned_rate
from standoff.plan.records import Component
from standoff.pydantic_messages import describe
from standoff.yaml_reader import Path_

CONSIDERATIONS = "standoff.considerations"
FIELD = re.compile(r"\{(\w+)\}")  #: in a declared unit: a parameter field that names a stock


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
    plain, own = _cited(draft, path, kind, params)
    checked = draft.cached(path, (kind, plain), lambda: _checked(draft, path, use, kind, plain))
    if checked is None or not _check_roles(draft, path, checked):
        return None
    specs = kind.specs()
    floor = next((role.ge for field, role in kind.roles().items() if getattr(checked, field) == RATE), None)
    index: dict[str, int | Mapping[str, int]] = {}
    for field, spec in specs.items():
        unit = "" if spec.per == components.NUMBERS else _unit(draft, spec.unit, checked)
        sources = inherited or (() if field in checked.model_fields_set else (ASSUMPTION,))
        members = options if spec.per == "options" else checked.members(spec.per) if spec.per else None
        index[field] = add_declared(draft, (*path, field), getattr(checked, field), spec, members, sources, unit, floor)
    rates = _rates(draft, path, checked, index.get(components.NUMBERS, {}), own, inherited, elsewhere)
    drawn = {
        field: _planned_distribution(
            draft, (*path, field), getattr(checked, field), _unit(draft, role.unit, checked), inherited
        )
        for field, role in kind.roles().items()
        if role.of == "distribution" and getattr(checked, field) is not None
    }
    static = {field: getattr(checked, field) for field in kind.model_fields if field not in specs} | rates | drawn
    reads = _stocks(draft, path, getattr(module, "READS", {}), checked)
    written = _written(draft, path, checked, options, own, inherited, numbers)
    nodes = [*written, *rates.values()]
    words = dict.fromkeys(cell for node in nodes for cell in expression.stock_names(node))
    reads += tuple(cell for cell in words if cell in draft.stocks and cell not in reads)
    clock = tuple(dict.fromkeys(term for node in nodes for term in expression.clock_terms(node)))
    writes = _stocks(draft, path, getattr(module, "WRITES", {}), checked)
    noise = tuple(
        word if spec.per is None else f"{word}.{member}"
        for word, spec in getattr(module, "NOISE", {}).items()
        for member in ([""] if spec.per is None else checked.members(spec.per))
    )
    of_choice = {word: numbers[word] for node in written for word in expression.stock_names(node) if word in numbers}
    index |= {components.NUMBERS: of_choice} if of_choice else {}
    return Component(name, use, module, kind.model_construct(**static), index, reads, writes, noise, clock=clock)


def _unit(draft: PlanBuilder, text: str, params: components.Params) -> str:
    """A declared unit, with `{field}` replaced by the unit of the stock in that field."""

    def of(match: re.Match[str]) -> str:
        name = str(getattr(params, match.group(1)))
        return draft.stocks[name].unit if name in draft.stocks else draft.scenario.stocks[name.partition(".")[0]].unit

    return FIELD.sub(of, text)


def _plain(unit: str) -> str:
    """A declared unit in words, if no stock is named."""
    return FIELD.sub(r"unit of the \1", unit)


def named_choices(draft: PlanBuilder, part: Component) -> tuple[str, ...]:
    """Choices that affect a reason: roles of OTHERS, and `x in [y]` in its expressions."""
    out = [word for role in getattr(part.module, "OTHERS", ()) for word in part.params.members(role)]
    for text in (text for texts in _expressions(part.params).values() for text in texts.values()):
        out += [question.choice for question in expression.choice_terms(expression.parse(text, draft.scenario.units))]
    return tuple(dict.fromkeys(out))


def _expressions(params: components.Params) -> dict[str, Mapping[str, str]]:
    """The fields with one expression per option."""
    return {field: getattr(params, field) for field, role in type(params).roles().items() if role.of == "expression"}


def value_texts(use: str, params: Mapping[str, Any]) -> list[str]:
    """The expressions of a consideration as written."""
    if use not in registry.names(CONSIDERATIONS):
        return []
    roles = registry.module(CONSIDERATIONS, use).Params.roles()
    written = [params.get(field) for field, role in roles.items() if role.of == "expression"]
    return [str(text) for texts in written if isinstance(texts, Mapping) for text in texts.values()]


def _cited(
    draft: PlanBuilder, path: Path_, kind: type[components.Params], params: Mapping[str, Any]
) -> tuple[Mapping[str, Any], dict[tuple[str, str], tuple[str, ...]]]:
    """Parameters without sources of their expressions, and these sources by field and option."""
    plain, own = dict(params), {}
    for field, role in kind.roles().items():
        if role.of == "expression" and isinstance(plain.get(field), Mapping):
            texts = dict(plain[field])
            for option, text in texts.items():
                try:
                    if isinstance(text, str):
                        texts[option], own[field, option] = beliefs.split_sources(text)
                except StandoffError as error:
                    draft.report_error((*path, field, option), error)
            plain[field] = texts
        elif role.of == "rate":
            named_number(draft, path, field, plain)
            try:
                if isinstance(plain.get(field), str):
                    plain[field], own[field, ""] = beliefs.split_sources(plain[field])
            except StandoffError as error:
                draft.report_error((*path, field), error)
    return plain, own


def _rates(
    draft: PlanBuilder,
    path: Path_,
    params: components.Params,
    numbers: Any,
    own: Mapping[tuple[str, str], tuple[str, ...]],
    inherited: tuple[str, ...],
    elsewhere: Collection[str],
) -> dict[str, expression.Node]:
    """The rates of a component, by field."""
    out: dict[str, expression.Node] = {}
    for field, role in type(params).roles().items():
        if role.of == "rate":
            node = planned_rate(
                draft,
                (*path, field),
                getattr(params, field),
                numbers,
                _unit(draft, role.unit, params),
                own.get((field, ""), ()),
                inherited,
                elsewhere,
            )
            out |= {} if node is None else {field: node}
    return out


def _written(
    draft: PlanBuilder,
    path: Path_,
    params: components.Params,
    options: tuple[str, ...],
    own: Mapping[tuple[str, str], tuple[str, ...]],
    inherited: tuple[str, ...],
    numbers: Mapping[str, int],
) -> list[expression.Node]:
    """The expressions of a component, checked for names, units, sources and linearity."""
    out: list[expression.Node] = []
    for field, texts in _expressions(params).items():
        for option, text in texts.items():
            here = (*path, field, option)
            draft.is_known(here, option, options, "option")
            try:
                node = expression.parse(text, draft.scenario.units)
                if not draft.check_names(here, node) or draft.has_refused_name(path, node, numbers):
                    continue
                known, words = draft.with_numbers(numbers), draft.number_texts(path, numbers)
                if expression.dimensions(node, known, text, chosen_counts=True, numbers=words) != ():
                    draft.report(here, f"`{text}` has a unit or is a condition", "a number without a unit")
                draft.check_chosen(here, node)
                draft.check_constants(here, node, own.get((field, option), ()), inherited)
                if expression.choice_degree(node) > 1:
                    draft.report(
                        here, f"`{text}` is not linear in the choices of others", "sums and multiples of `x in [y]`"
                    )
                out.append(node)
            except StandoffError as error:
                draft.report_error(here, error)
    return out


def _checked(
    draft: PlanBuilder, path: Path_, use: str, kind: type[components.Params], params: Mapping[str, Any]
) -> components.Params | None:
    try:
        return kind.model_validate(dict(params))
    except ValidationError as error:
        _report_invalid(draft, path, use, kind, error)
        return None


def _report_invalid(
    draft: PlanBuilder, path: Path_, use: str, kind: type[components.Params], error: ValidationError
) -> None:
    specs, roles, known = kind.specs(), kind.roles(), list(kind.model_fields)
    meant = set()  # names meant by misspelt words, which are not reported as missing too
    for entry in sorted(error.errors(), key=lambda entry: entry["type"] == "missing"):
        loc = tuple(part for part in entry["loc"] if part != "*")
        last = str(loc[-1]) if loc else ""
        if entry["type"] == "extra_forbidden":
            fields = [f"{name} ({_plain(specs[name].unit)})" if name in specs else name for name in known]
            fix = did_you_mean(last, known)
            meant.add(fix)
            draft.report((*path, *loc), f"unknown parameter `{last}` for `{use}`", join_limited(fields, 40), fix)
        elif entry["type"] == "missing":
            if f"did you mean `{last}`?" not in meant:
                about = f"{specs[last].doc} ({_plain(specs[last].unit)})" if last in specs else ""
                about = roles[last].doc if last in roles else about
                draft.report(path, f"`{last}` is missing for `{use}`", about, "add it; parameters have no default")
        else:
            for problem in describe(entry):
                draft.report((*path, *loc), problem.what, problem.allowed, problem.fix)


def _check_roles(draft: PlanBuilder, path: Path_, params: components.Params) -> bool:
    """Whether the actors, choices and stocks of all roles exist."""
    scenario, good = draft.scenario, True
    known: dict[str, Collection[str]] = {
        "actor": scenario.actors,
        "choice": scenario.choices,
        "stock": {**scenario.stocks, **draft.stocks},
    }
    for field, role in type(params).roles().items():
        if role.of in {"key", "expression", "rate", "distribution"} or getattr(params, field) is None:
            continue
        for word in params.members(field):
            if word not in known[role.of]:
                draft.report(
                    (*path, field),
                    f"unknown {role.of} `{word}`",
                    join_limited(known[role.of]),
                    did_you_mean(word, known[role.of]),
                )
                good = False
    return good


def _stocks(
    draft: PlanBuilder, path: Path_, cells: Mapping[str, components.StockSpec], params: components.Params
) -> tuple[str, ...]:
    """The stocks that READS or WRITES of a component stand for in this entry."""
    out: list[str] = []
    for pattern, cell in cells.items():
        if pattern.startswith("{") and getattr(params, pattern[1:-1]) is None:
            continue  # an optional role without a member
        name = str(getattr(params, pattern[1:-1])) if pattern.startswith("{") else pattern
        for full in [f"{name}.{member}" for member in params.members(cell.per)] if cell.per else [name]:
            unit = _unit(draft, cell.unit, params)
            holders = draft.scenario.stocks[full].holders if full in draft.scenario.stocks else ()
            if full not in draft.stocks and holders:
                draft.report(
                    path,
                    f"the stock `{full}` has holders",
                    join_limited(f"{full}.{holder}" for holder in holders),
                    "name one of them, with one entry for each",
                )
            elif full not in draft.stocks:
                fix = did_you_mean(full, draft.stocks) or f"declare it: stocks: {{{name}: {{unit: {unit}, ...}}}}"
                draft.report(path, f"the stock `{full}` is not declared", fix=fix)
            elif not draft.units[full].same_kind(draft.unit(unit)):
                draft.report(
                    ("stocks", name, "unit"),
                    f"`{draft.stocks[full].unit}` does not fit `{path[-1]}`",
                    f"a unit of {unit}",
                )
            out.append(full)
    return tuple(dict.fromkeys(out))


def _planned_distribution(
    draft: PlanBuilder, path: Path_, belief: Belief, unit: str, inherited: tuple[str, ...]
) -> components.Distribution:
    """The distribution of a belief of 0 or more in `unit`; it is no parameter of the run."""
    before = draft.faults
    parameter = checked_parameter(draft, path, belief, unit, inherited, low=0.0)
    if draft.faults > before:
        return components.Distribution((0.0, 0.0, 0.0), (), 0.0)
    shape, cut = parameter.belief.g_parameters(), parameter.tails() != (0.0, 1.0)
    g = None if shape is None or cut else (shape[0] * parameter.factor, shape[1] * parameter.factor, shape[2])
    return components.Distribution.of(parameter.quantile, g)
