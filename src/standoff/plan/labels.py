"""Names of parameters, options, reasons, actors and stocks in the words of the scenario.

Every output names a parameter by `parameter`, and shows its path only as a note beside the name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from standoff import expression
from standoff.expression import Node
from standoff.plan.records import Plan, PlannedChoice


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
    """Text of a reason in the scenario, or its name."""
    known = plan.scenario.choices[choice].reasons.get(name)
    return (known.text if known else "") or humanise(name)


def actor(plan: Plan, code: str) -> str:
    """Name of an actor, or its code."""
    known = plan.scenario.actors.get(code)
    return known.name if known else humanise(code)


def choice(plan: Plan, name: str) -> str:
    """A choice in words: who decides, and its text."""
    text = plan.scenario.choices[name].text or humanise(name)
    return f"{actor(plan, plan.scenario.choices[name].actor)}, {text}"


def stock(plan: Plan, cell: str) -> str:
    """A stock in words: its name and who holds it, as the heading of a chart."""
    name, _, holder = cell.partition(".")
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
    section, _, rest = path.partition(".")
    words = rest.split(".")
    name = {
        "choices": _of_choice,
        "stocks": _of_stock,
        "observations": _of_observation,
        "beliefs": _of_belief,
        "questions": _of_question,
        "interventions": _of_intervention,
        "mechanisms": _of_mechanism,
    }.get(section)
    out = name(plan, path, words) if name and rest else ""
    return out or humanise(path)


def _of_choice(plan: Plan, path: str, words: list[str]) -> str:
    at = next((item for item in plan.choices if path == f"choices.{item.name}"), None)
    if at is not None:
        return choice(plan, at.name)
    if not any(path.startswith(f"choices.{item.name}.") for item in plan.choices):
        return ""
    planned = plan.choice_at(path)
    kind, *rest = path.removeprefix(f"choices.{planned.name}.").split(".")
    who, options = actor(plan, planned.actor), plan.scenario.choices[planned.name].options
    if kind in OF_CHOICE:
        return OF_CHOICE[kind].format(who)
    if kind == "numbers" and rest and rest[0] in planned.numbers:
        return _of_number(plan, planned, who, rest[0])
    if kind == "anchor" and rest and rest[0] in options:
        return f"prior probability of “{option(plan, planned.name, rest[0])}” for {who}"
    if kind == "options" and rest and rest[0] in options:
        target = ".".join(rest[2:])
        effect = (
            parameter(plan, f"mechanisms.{target}")
            if f"mechanisms.{target}" in plan.index
            else humanise(" ".join(rest[2:]))
        )
        return f"effect of “{option(plan, planned.name, rest[0])}” on {effect}"
    if kind == "reasons" and rest:
        return _of_reason(plan, planned, who, rest)
    return f"{_listed([kind, *rest])} of {choice(plan, planned.name)}"


def _of_number(plan: Plan, planned: PlannedChoice, who: str, name: str) -> str:
    """A number of a choice, by the conditions and the reasons that name it."""
    index = planned.numbers[name]
    path = plan.parameters[index].path

    def named(node: Node | None) -> bool:
        return node is not None and path in expression.parameter_paths(node)

    limits = planned.restrictions.when if planned.restrictions else ()
    text = plan.scenario.choices[planned.name].text or humanise(planned.name)
    conditions = [f"“{text}”"] if named(planned.when) else []
    conditions += [
        f"“{option(plan, planned.name, o)}”" for o, node in zip(planned.options, limits, strict=False) if named(node)
    ]
    values = [f"“{reason_of(plan, planned.name, r.name)}”" for r in planned.reasons if index in r.part.numbers.values()]
    places = [f"the condition of {' and '.join(conditions)}"] if conditions else []
    return f"{humanise(name)}, a number in {' and '.join([*places, *values])} for {who}"


def _of_reason(plan: Plan, planned: PlannedChoice, who: str, rest: list[str]) -> str:
    name, field, *members = rest if len(rest) > 1 else [*rest, ""]
    text = reason_of(plan, planned.name, name)
    if not field:
        return f"“{text}” for {who}"
    if not members:
        return f"{humanise(field)} of “{text}” for {who}"
    return (
        f"{humanise(field)} of {_listed(_member(plan, planned, name, word) for word in members)} in “{text}” for {who}"
    )


def _member(plan: Plan, planned: PlannedChoice, name: str, word: str) -> str:
    """A member of a field of a reason: an option of a choice that it reads, or an actor."""
    reads = next((item.others for item in planned.reasons if item.name == name), ())
    for known in (planned.name, *reads):
        if word in plan.scenario.choices[known].options:
            return f"“{option(plan, known, word)}”"
    return actor(plan, word)


def _of_mechanism(plan: Plan, path: str, words: list[str]) -> str:
    name, *rest = words
    if not rest:
        return humanise(name)
    if len(rest) == 1 and (text := _of_its_stock(plan, name, rest[0])):
        return text
    if rest[0] == "numbers" and rest[1:] and _is_of_condition(plan, name, rest[1]):
        return f"{humanise(rest[1])}, a number in the condition of {humanise(name)}"
    field, *members = rest[1:] if rest[0] == "numbers" and rest[1:] else rest  # those of a rate have names of their own
    of = _listed(actor(plan, word).partition(" (")[0] for word in members)
    return f"{_plain(field)}{f' of {of}' if of else ''} ({humanise(name)})"


def _is_of_condition(plan: Plan, name: str, number: str) -> bool:
    """Whether a number of a mechanism is in its condition and not in its rate."""
    part = next((item for item in plan.mechanisms if item.name == name), None)
    if part is None or part.when is None or number not in part.numbers:
        return False
    rates = (getattr(part.params, field) for field, role in type(part.params).roles().items() if role.of == "rate")
    return plan.parameters[part.numbers[number]].path in expression.parameter_paths(part.when) and not any(
        number in expression.stock_names(rate) for rate in rates
    )


def _of_its_stock(plan: Plan, name: str, field: str) -> str:
    """A parameter by the stock that its mechanism moves, and by the mechanism if several do."""
    parts = {item.name: item for item in plan.mechanisms}
    form = OF_STOCK.get(parts[name].kind, {}).get(field) if name in parts else None
    if form is None:
        return ""
    cell = parts[name].params.members("stock")[0]
    rivals = [
        item for item in plan.mechanisms if item.kind == parts[name].kind and item.params.members("stock")[0] == cell
    ]
    return form.format(held_stock(plan, cell)) + (f" ({humanise(name)})" if len(rivals) > 1 else "")


def _plain(field: str) -> str:
    """A parameter as words: `tempo_sd` becomes `standard deviation of tempo`."""
    stem = field.removesuffix(DEVIATION)
    return humanise(field) if stem == field else f"standard deviation of {humanise(stem)}"


def _of_stock(plan: Plan, path: str, words: list[str]) -> str:
    if "initial" not in words:
        return held_stock(plan, ".".join(words))
    return f"{held_stock(plan, '.'.join(word for word in words if word != 'initial'))} at the start"


def _of_observation(plan: Plan, path: str, words: list[str]) -> str:
    cell = ".".join(words[:-1] if words[-1] == "scale" else words)
    return f"ratio of true to claimed {held_stock(plan, cell)}"


def _of_belief(plan: Plan, path: str, words: list[str]) -> str:
    who, target = actor(plan, words[0]), ".".join(words[1:])
    known = (
        parameter(plan, f"mechanisms.{target}") if f"mechanisms.{target}" in plan.index else held_stock(plan, target)
    )
    return f"belief of {who} about {known}"


def _of_question(plan: Plan, path: str, words: list[str]) -> str:
    known = plan.scenario.questions.get(words[0])
    if known is None:
        return ""
    rest = [word for word in words[1:] if word != "value"]
    return f"{_listed(rest)} of “{known.text}”" if rest else f"“{known.text}”"


def _of_intervention(plan: Plan, path: str, words: list[str]) -> str:
    target = next((item.target for item in plan.interventions if plan.parameters[item.value].path == path), None)
    return "" if target is None else f"{parameter(plan, plan.parameters[target].path)}, as set"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(humanise, words))
