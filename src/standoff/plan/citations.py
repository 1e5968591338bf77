"""Citations of a scenario, and warnings for cited claims that are not valid at as_of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from standoff.errors import join_limited
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Parameter
from standoff.scenario import Scenario, calendar
from standoff.yaml_reader import Path_

REASON = "reason"  #: kind of the entry of a reason


def entries(
    scenario: Scenario, parameters: Iterable[Parameter], until: dt.date
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Kind, path and sources of every entry that cites.

    Kinds are parameter, history, reason, event and relation. A history and a relation count where they begin by the day `until`.
    """
    for parameter in parameters:
        yield "parameter", parameter.path, parameter.belief.sources
    for name, choice in scenario.choices.items():
        for observed in choice.history:
            if calendar.last_day(observed.since) <= until:
                yield "history", f"choices.{name}.history.{observed.since}.{observed.option}", observed.sources
        for key, reason in choice.reasons.items():
            yield REASON, f"choices.{name}.reasons.{key}", reason.claims
    for name, event in scenario.events.items():
        yield "event", f"events.{name}", event.sources
    for relation in scenario.relations:
        if relation.since is not None and calendar.last_day(str(relation.since)) <= until:
            yield "relation", f"relations.{relation.kind}.{'.'.join(relation.between)}", relation.sources


def check(draft: PlanBuilder) -> None:
    """Report unknown sources of histories, events and relations; others are checked elsewhere."""
    scenario = draft.scenario
    cited: list[tuple[Path_, tuple[str, ...]]] = [
        (("choices", name, "history", n, "sources"), observed.sources)
        for name, choice in scenario.choices.items()
        for n, observed in enumerate(choice.history)
    ]
    cited += [(("events", name, "sources"), event.sources) for name, event in scenario.events.items()]
    cited += [(("relations", n, "sources"), relation.sources) for n, relation in enumerate(scenario.relations)]
    for path, sources in cited:
        if sources:
            draft.claims_in(path, sources)


def warnings(draft: PlanBuilder) -> Iterator[str]:
    """Warnings for cited claims that are not valid at as_of; for later claims, numbers only."""
    later = [claim for claim in draft.cited if claim not in draft.ledger_as_of]
    if later:
        yield (
            f"{len(later)} claims cited for numbers were published after as_of {draft.scenario.as_of}: "
            f"{join_limited(sorted(later), 6)}"
        )
    paths: dict[str, list[str]] = {}
    cited = [
        (path, sources) for _, path, sources in entries(draft.scenario, draft.parameters, draft.scenario.as_of_day)
    ]
    cited += [(f"questions.{name}", question.claims) for name, question in draft.scenario.questions.items()]
    for path, sources in cited:
        for source in sources:
            if source in draft.ledger_as_of and source not in draft.standing_claims:
                paths.setdefault(source, []).append(path)
    for claim, where in paths.items():
        yield f"the claim `{claim}` {draft.objection(claim)}, and is cited by {join_limited(dict.fromkeys(where), 3)}"
