"""Names of options, reasons, actors and parameters in the words of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.report import formatting

if TYPE_CHECKING:
    from standoff.analysis.explain import Explanation, ReasonContribution
    from standoff.engine.run import Outcomes, Run

OF_CHOICE = {"rationality": "rationality of {}", "half_life": "half-life of {}’s unknown reasons"}


def option(run: Run, choice: Explanation, name: str) -> str:
    """Text of an option in the scenario, or its name."""
    return run.model.scenario.choices[choice.choice].options[name].text or formatting.humanise(name)


def reason(result: ReasonContribution) -> str:
    """Text of a reason in the scenario, or its name."""
    return result.text or formatting.humanise(result.reason)


def actor(run: Outcomes, code: str) -> str:
    """Name of an actor, or its code."""
    known = run.model.scenario.actors.get(code)
    return known.name if known else formatting.humanise(code)


def number(run: Run, path: str) -> str:
    """Name a parameter in words, from its path."""
    section, name, *rest = path.split(".")
    plan, scenario = run.model.plan, run.model.scenario
    if section == "interventions":
        target = next(item.target for item in plan.interventions if plan.parameters[item.value].path == path)
        return f"{number(run, plan.parameters[target].path)}, as set"
    if section == "choices":
        name = plan.choice_at(path).name
        rest = path.removeprefix(f"choices.{name}.").split(".")
        choice = scenario.choices[name]
        if rest[0] in OF_CHOICE:
            return OF_CHOICE[rest[0]].format(actor(run, choice.actor))
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
        return f"belief of {actor(run, name)} about {formatting.humanise(' '.join(rest))}"
    if section == "mechanisms":
        message = ", ".join(actor(run, word) for word in rest[1:])
        return f"{formatting.humanise(rest[0])}{f' of {message}' if message else ''} ({formatting.humanise(name)})"
    if section == "stocks":
        message = ", ".join(actor(run, word) for word in rest if word != "initial")
        return f"{formatting.humanise(name)}{f' of {message}' if message else ''} at the start"
    return formatting.humanise(path)
