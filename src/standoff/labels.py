"""Names of parameters, options, reasons, actors and stocks in the words of the scenario.

Every output names a parameter by `parameter`, and shows its path only as a note beside the name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from standoff import expression
from standoff.expression import Node
from standoff.plan.anchors import KIND
from standoff.plan.records import Component, Plan, PlannedChoice


class ReasonRecord(Protocol):
    """A finding about a reason: its name and its text in the scenario."""

    @property
    def reason(self) -> str: ...

    @property
    def text(self) -> str: ...


OF_CHOICE = {"rationality": "rationality of {}", "half_life": "half-life of {}’s unknown reasons"}
OF_STOCK = {
    "mean_reversion": {
        "mean": "long-run mean of {}",
        "speed": "speed of return of {} to its mean",
        "volatility": "volatility of {}",
        "push": "outside pressure on {}",
    },
    "jump": {"scale": "factor of the jumps of {}"},
}  #: kind of mechanism that moves the stock of its field `stock` -> parameter -> its name
CONSTANT = " (unexplained constant)"  #: the field's word beside that of the scenario for what nobody has stated
TERMS = {
    "switching_cost": "inertia",
    "other_theatre": "two-front problem",
    "ally_need": "need of the ally",
    "wedge": "wedge between allies",
    "expression": "",
}  #: kinds of reasons whose name is no term
DEVIATION = "_sd"  #: ending of a parameter that is a standard deviation


def humanise(name: str) -> str:
    """A name as words: `dual_use` becomes `dual use`."""
    return name.replace("_", " ")


def capital(text: str) -> str:
    """A text that begins with a capital letter, for the start of a sentence."""
    return text[:1].upper() + text[1:]


def option(plan: Plan, choice: str, name: str) -> str:
    """Text of an option in the scenario, or its name."""
    return plan.scenario.choices[choice].options[name].text or humanise(name)


def reason(record: ReasonRecord) -> str:
    """Text of the reason of a finding, or its name."""
    return record.text or humanise(record.reason)


def reason_of(plan: Plan, choice: str, name: str) -> str:
    """Text of a reason in the scenario, or its name; the field's word beside what none stated."""
    entry = plan.scenario.choices[choice].reasons.get(name)
    text = (entry.text if entry else "") or humanise(name)
    return text + CONSTANT if entry and (entry.use or name) == KIND else text


def is_constant(text: str) -> bool:
    """Whether a label of a reason is that of the unexplained constant, which nobody has stated."""
    return text.endswith(CONSTANT)


def term(kind: str) -> str:
    """The field's term for a kind of reason; empty for the constant, whose label says it."""
    return "" if kind == KIND else TERMS.get(kind, humanise(kind))


def actor(plan: Plan, code: str) -> str:
    """Name of an actor, or its code."""
    entry = plan.scenario.actors.get(code)
    return entry.name if entry else humanise(code)


def choice(plan: Plan, name: str) -> str:
    """A choice in words: who decides, and its text."""
    text = plan.scenario.choices[name].text or humanise(name)
    return f"{actor(plan, plan.scenario.choices[name].actor)}, {text}"


def stock(plan: Plan, cell: str) -> str:
    """A stock in words: its name and who holds it, as the heading of a chart."""
    name, _, holder = cell.partition(".")
    if name in plan.scenario.occasions:
        item = plan.scenario.occasions[name]
        return f"{capital(item.text or humanise(name))}: {item.outcomes[holder].text or humanise(holder)}"
    if name in plan.scenario.types:
        return f"{capital(plan.scenario.types[name].text or humanise(name))}: {humanise(holder)}"
    title = capital(humanise(name))
    return f"{title}, {capital(actor(plan, holder))}" if holder else title


def held_stock(plan: Plan, cell: str) -> str:
    """A stock within a sentence: `losses of Russia`."""
    name, _, holder = cell.partition(".")
    return f"{humanise(name)}{f' of {actor(plan, holder)}' if holder else ''}"


def parameter(plan: Plan, path: str) -> str:
    """Name of a parameter, or of a stock, choice or question, by its path in the scenario.

    `choices.CHN.reasons.defeat.weight` is the weight of the text of that reason for the actor. A path that the plan does
    not know is returned in its own words.
    """
    out = ""
    match path.split("."):
        case ["choices", _, *_]:
            out = _of_choice(plan, path)
        case ["mechanisms", name, *words]:
            out = _of_mechanism(plan, name, words)
        case ["occasions" | "types", name, *words] if name in (known := plan.scenario.occasions | plan.scenario.types):
            out = f"{_listed(words)} of “{known[name].text or humanise(name)}”"
        case ["stocks", _, *_] as words:
            cell = held_stock(plan, ".".join(word for word in words[1:] if word != "initial"))
            out = f"{cell} at the start" if "initial" in words else cell
        case ["observations", *words, "scale"] | ["observations", *words] if words:
            out = f"ratio of true to claimed {held_stock(plan, '.'.join(words))}"
        case ["beliefs", code, *words]:
            target = ".".join(words)
            target_label = _of_target(plan, target) or held_stock(plan, target)
            out = f"belief of {actor(plan, code)} about {target_label}"
        case ["consequences", *words] if "effects" in words:
            cell, target = path.removeprefix("consequences.").split(".effects.")
            out = f"effect of {held_stock(plan, cell)} on {_of_target(plan, target) or parameter(plan, target)}"
        case ["questions", name, *words] if name in plan.scenario.questions:
            rest = _listed(word for word in words if word != "value")
            out = f"{rest and f'{rest} of '}“{plan.scenario.questions[name].text}”"
        case ["interventions", *_]:
            targets = [change.target for change in plan.interventions if plan.parameters[change.value].path == path]
            out = "".join(f"{parameter(plan, plan.parameters[target].path)}, as set" for target in targets[:1])
    return out or humanise(path)


def _of_target(plan: Plan, target: str) -> str:
    """Name of a parameter of a mechanism; empty if there is none."""
    return parameter(plan, f"mechanisms.{target}") if f"mechanisms.{target}" in plan.index else ""


def _of_choice(plan: Plan, path: str) -> str:
    if any(path == f"choices.{candidate.name}" for candidate in plan.choices):
        return choice(plan, path.removeprefix("choices."))
    if not any(path.startswith(f"choices.{candidate.name}.") for candidate in plan.choices):
        return ""
    planned = plan.choice_at(path)
    kind, *rest = path.removeprefix(f"choices.{planned.name}.").split(".")
    who, options = actor(plan, planned.actor), plan.scenario.choices[planned.name].options
    if kind in OF_CHOICE:
        return OF_CHOICE[kind].format(who)
    if rest and kind == "numbers" and rest[0] in planned.numbers:
        return _of_number(plan, planned, who, rest[0])
    if rest and kind == "reasons":
        return _of_reason(plan, planned, who, *rest)
    if rest and kind in {"anchor", "options"} and rest[0] in options:
        of = f"“{option(plan, planned.name, rest[0])}”"
        if kind == "anchor":
            return f"prior probability of {of} for {who}"
        return f"effect of {of} on {_of_target(plan, '.'.join(rest[2:])) or humanise(' '.join(rest[2:]))}"
    return f"{_listed([kind, *rest])} of {choice(plan, planned.name)}"


def _of_number(plan: Plan, planned: PlannedChoice, who: str, name: str) -> str:
    """A number of a choice, by the conditions and the reasons that name it."""
    index = planned.numbers[name]
    path = plan.parameters[index].path
    text = plan.scenario.choices[planned.name].text or humanise(planned.name)
    conditions: list[tuple[str, Node | None]] = [(text, planned.when)]
    if planned.restrictions:
        names = (option(plan, planned.name, key) for key in planned.options)
        conditions += zip(names, planned.restrictions.when, strict=True)
    of = [f"“{text}”" for text, node in conditions if node and path in expression.parameter_paths(node)]
    places = [f"the condition of {' and '.join(of)}"] if of else []
    places += [
        f"“{reason_of(plan, planned.name, r.name)}”" for r in planned.reasons if index in r.part.numbers.values()
    ]
    return f"{humanise(name)}, a number in {' and '.join(places)} for {who}"


def _of_reason(plan: Plan, planned: PlannedChoice, who: str, name: str, field: str = "", *members: str) -> str:
    text = f"“{reason_of(plan, planned.name, name)}” for {who}"
    if not field:
        return text
    if not members:
        return f"{humanise(field)} of {text}"
    return f"{humanise(field)} of {_listed(_member(plan, planned, name, word) for word in members)} in {text}"


def _member(plan: Plan, planned: PlannedChoice, name: str, word: str) -> str:
    """A member of a field of a reason: an option of a choice that it reads, or an actor."""
    reads = next((reason.others for reason in planned.reasons if reason.name == name), ())
    for choice_name in (planned.name, *reads):
        if word in plan.scenario.choices[choice_name].options:
            return f"“{option(plan, choice_name, word)}”"
    return actor(plan, word)


def _of_mechanism(plan: Plan, name: str, words: list[str]) -> str:
    part = next((candidate for candidate in plan.mechanisms if candidate.name == name), None)
    match words:
        case []:
            return humanise(name)
        case [field] if part is not None and field in OF_STOCK.get(part.kind, {}):  # by the stock that it moves
            cell = part.params.members("stock")[0]
            rivals = [other for other in plan.mechanisms if other.kind == part.kind]
            several = sum(other.params.members("stock")[0] == cell for other in rivals) > 1
            return OF_STOCK[part.kind][field].format(held_stock(plan, cell)) + f" ({humanise(name)})" * several
        case ["numbers", number, *_] if part is not None and _is_of_condition(plan, part, number):
            return f"{humanise(number)}, a number in the condition of {humanise(name)}"
        case ["numbers", field, *members] | [field, *members]:  # numbers of a rate have names of their own
            stem = humanise(field.removesuffix(DEVIATION))
            of = _listed(actor(plan, word).partition(" (")[0] for word in members)
            quantity = f"standard deviation of {stem}" if field.endswith(DEVIATION) else stem
            return f"{quantity}{of and f' of {of}'} ({humanise(name)})"
    return ""


def _is_of_condition(plan: Plan, part: Component, number: str) -> bool:
    """Whether a number of a mechanism is in its condition and not in its rate."""
    if part.when is None or number not in part.numbers:
        return False
    rates = (getattr(part.params, field) for field, role in type(part.params).roles().items() if role.of == "rate")
    return plan.parameters[part.numbers[number]].path in expression.parameter_paths(part.when) and not any(
        number in expression.stock_names(rate) for rate in rates
    )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(humanise, words))
