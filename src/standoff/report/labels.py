"""Names of options, reasons, actors and parameters in the words of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.report import formatting

if TYPE_CHECKING:
    from standoff.analysis.explain import ReasonContribution
    from standoff.plan import Plan

OF_CHOICE = {"rationality": "rationality of {}", "half_life": "half-life of {}’s unknown reasons"}


def option(plan: Plan, choice: str, name: str) -> str:
    """Text of an option in the scenario, or its name."""
    return plan.scenario.choices[choice].options[name].text or formatting.humanise(name)


def reason(result: ReasonContribution) -> str:
    """Text of a reason in the scenario, or its name."""
    return result.text or formatting.humanise(result.reason)


def actor(plan: Plan, code: str) -> str:
    """Name of an actor, or its code."""
    known = plan.scenario.actors.get(code)
    return known.name if known else formatting.humanise(code)


def stock(plan: Plan, cell: str) -> str:
    """A stock in words: its name and who holds it."""
    name, _, holder = cell.partition(".")
    title = formatting.capital(formatting.humanise(name))
    return f"{title}, {formatting.capital(actor(plan, holder))}" if holder else title


def number(plan: Plan, path: str) -> str:
    """Name a parameter in words, from its path."""
    section, name, *rest = path.split(".")
    scenario = plan.scenario
    if section == "interventions":
        target = next(item.target for item in plan.interventions if plan.parameters[item.value].path == path)
        return f"{number(plan, plan.parameters[target].path)}, as set"
    if section == "choices":
        name = plan.choice_at(path).name
        rest = path.removeprefix(f"choices.{name}.").split(".")
        choice = scenario.choices[name]
        if rest[0] in OF_CHOICE:
            return OF_CHOICE[rest[0]].format(actor(plan, choice.actor))
        if rest[0] == "anchor":
            text = choice.options[rest[1]].text or formatting.humanise(rest[1])
            return f"prior probability of “{text}”"
        if rest[0] == "reasons":
            text = choice.reasons[rest[1]].text or formatting.humanise(rest[1])
            return f"the {formatting.humanise(' '.join(rest[2:]))} of “{text}”"
        if rest[0] == "options":
            text = choice.options[rest[1]].text or formatting.humanise(rest[1])
            return f"effect of “{text}” on {formatting.humanise(' '.join(rest[3:]))}"
    if section == "beliefs":
        return f"belief of {actor(plan, name)} about {formatting.humanise(' '.join(rest))}"
    if section == "mechanisms":
        rest = rest[1:] if rest[0] == "numbers" else rest  # those of a rate have names of their own
        message = ", ".join(actor(plan, word) for word in rest[1:])
        return f"{formatting.humanise(rest[0])}{f' of {message}' if message else ''} ({formatting.humanise(name)})"
    if section == "stocks":
        message = ", ".join(actor(plan, word) for word in rest if word != "initial")
        return f"{formatting.humanise(name)}{f' of {message}' if message else ''} at the start"
    return formatting.humanise(path)
