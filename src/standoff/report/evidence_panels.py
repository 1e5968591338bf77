"""Evidence panels: claims and notes behind a number of the page.

Panels are popovers: they need no script and work with the keyboard; browsers without popovers show them at the end of
the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from standoff.analysis.provenance import assumptions_behind
from standoff.plan import labels
from standoff.questions import count_text
from standoff.report import formatting
from standoff.report.document import CODE
from standoff.report.sections import anchors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from standoff.analysis.anchor_effects import AnchorEffect
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run
    from standoff.ledger import Claim, Ledger
    from standoff.plan import Parameter, Plan, PlannedQuestion

WORD = re.compile(r"[a-z0-9][a-z0-9.-]*[a-z0-9]")
WITHOUT_CLAIM = {
    "history": "Learned from decisions of states in the past.",
    "assumption": "Assumption of the author of the scenario.",
}
NAMED = 4  # assumption: a reader follows no more; `standoff show CASE` has all
QUOTED = 12  # of the claims that a fit has a number from; assumption: the others follow by their names in verdict.json


@dataclass(frozen=True)
class EvidencePanel:
    """Evidence behind one number."""

    key: str
    title: str
    claims: tuple[Claim, ...]
    notes: tuple[str, ...] = ()  #: other evidence, a sentence each
    later: tuple[Claim, ...] = ()  #: shown beside it, not used


def panel_button(text: str, key: str) -> Markup:
    """A number that opens its evidence panel."""
    return Markup('<button type="button" class="num" popovertarget="behind-{}">{}</button>').format(key, text)


def web(url: str) -> str:
    """Return a link to the web, or nothing (links in claims are not trusted)."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def anchor(claim: str) -> Markup:
    """A link to the row of a claim."""
    return Markup('<a href="#claim-{0}">{0}</a>').format(claim)


def linked(text: str, ledger: Ledger) -> Markup:
    """Escape a text, set its code, and link every claim id to the row of the claim."""
    parts, end = [], 0
    for match in WORD.finditer(text):
        if match.group(0) in ledger:
            parts += [escape(text[end : match.start()]), anchor(match.group(0))]
            end = match.end()
    return Markup(CODE.sub(r"<code>\1</code>", Markup("").join([*parts, escape(text[end:])])))


def panels(run: Run, verdict: Verdict, stocks: Mapping[str, Sequence[str]]) -> list[EvidencePanel]:
    """Panels of answers, choices, reasons, relations and stocks (with unused claims)."""
    scenario, ledger, plan = run.model.scenario, run.model.ledger, run.model.plan
    out = []

    def panel(key: str, title: str, cited: Iterable[str], *rests: str, later: Iterable[str] = ()) -> None:
        cited = list(dict.fromkeys(cited))
        works = [f"{key}: {scenario.sources[key]}" for key in cited if key in scenario.sources]
        more = [text for word, text in WITHOUT_CLAIM.items() if word in cited]
        claims = tuple(ledger[name] for name in cited if name in ledger)
        beside = tuple(ledger[name] for name in later)
        out.append(EvidencePanel(key, title, claims, tuple(text for text in (*rests, *works, *more) if text), beside))

    for item in verdict.answers:
        question = scenario.questions[item.id]
        base = question.base_rate
        message = f"Base rate: {base.text.strip().rstrip('.')}; {formatting.believed(str(base.value))}." if base else ""
        counted = [
            f"Rate in all data: {rate.text.strip().rstrip('.')}; {count_text(rate)}."
            for rate in item.base_rates
            if rate.kind == "data" and rate.rate is not None
        ]
        in_data = [source for rate in item.base_rates if rate.kind == "data" for source in rate.sources]
        selected = next(planned for planned in plan.questions if planned.id == item.id)
        fitted = item.provenance.get("fitted", ())
        beyond = {*fitted[QUOTED:]}
        to = (
            f"Its parameters were fitted to {formatting.counted(len(fitted), 'claim')}: {_most(item.influence)}."
            if fitted
            else ""
        )
        panel(
            f"answer-{item.id}",
            item.text,
            [*(claim for claim in item.claims if claim not in beyond), *in_data],
            f"Resolution rule: {item.resolution}.",
            message,
            *counted,
            to,
            _assumed(plan, selected),
        )
    for choice in verdict.choices:
        params = scenario.choices[choice.choice]
        seen = [source for entry in params.history for source in entry.sources]
        own = {word: plan.parameter(f"choices.{choice.choice}.{word}") for word in ("rationality", "half_life")}
        planned = next(item for item in plan.choices if item.name == choice.choice)
        named = [plan.parameters[index] for index in planned.numbers.values()]
        behind = [*(source for item in (*own.values(), *named) for source in _sources(item)), *params.sources]
        panel(
            f"choice-{choice.choice}",
            params.text or choice.choice,
            [*choice.claims, *seen, *behind],
            f"Rationality: {formatting.believed(str(own['rationality'].belief))}.",
            _fit(own["rationality"]),
            f"Half-life of unknown reasons: {formatting.believed(str(own['half_life'].belief))}.",
            _fit(own["half_life"]),
            *(
                f"{labels.capital(labels.parameter(plan, item.path))}: {formatting.believed(str(item.belief))}."
                for item in named
            ),
        )
        for reason in choice.reasons:
            weight = plan.parameter(f"choices.{choice.choice}.reasons.{reason.reason}.weight")
            panel(
                f"reason-{choice.choice}-{reason.reason}",
                labels.reason(reason),
                [*reason.claims, *reason.sources],
                f"Kind of reason: {formatting.humanise(reason.kind)}.",
                f"Weight: {formatting.believed(reason.weight)}.",
                _fit(weight),
            )
    observed = {item.cell: item for item in plan.observations}
    for cell, later in stocks.items():
        start = plan.parameters[plan.initial[plan.cells.index(cell)]]
        seen = [*observed[cell].claims] if cell in observed else []
        scale = f"Ratio of true to claimed value: {plan.parameters[observed[cell].scale].belief}." if seen else ""
        scale = formatting.believed(scale[:-1]) + "." if scale else ""
        panel(
            f"stock-{cell}",
            scenario.cells()[cell].text or formatting.humanise(cell),
            [*seen, *_sources(start)],
            f"At the start: {formatting.believed(str(start.belief))}.",
            _fit(start),
            scale,
            later=later,
        )
    movers = (verdict.exhaustion.movers or {}).values() if verdict.exhaustion else ()
    numbers = [("lean", item.path) for item in verdict.quintiles]
    numbers += [("flip", item.path) for item in (verdict.flips.flips if verdict.flips else ())]
    numbers += [("mover", path) for path in dict.fromkeys(item.path for items in movers for item in items)]
    numbers += [("fit", item.path) for item in verdict.fitted if item.fit.evidence]
    for word, path in numbers:
        parameter = plan.parameter(path)
        panel(
            f"{word}-{path}",
            formatting.capital(labels.parameter(plan, path)),
            _sources(parameter),
            f"Prior: {str(parameter.belief).partition(' @')[0]} (`{path}`).",
            _fit(parameter),
        )
    for key, prior in zip(prior_panels(verdict.anchors), verdict.anchors, strict=True):
        panel(key, anchors.about(prior), prior.sources, f"Prior probability: {formatting.percent(prior.prior)}.")
    for name in dict.fromkeys(item.variant for item in verdict.variant_effects):
        written = list(_written(scenario.variants[name].change))
        values = " ".join(text.partition(": ")[2] for text in written)
        cited = [word for word in WORD.findall(values) if word in ledger or word in WITHOUT_CLAIM]
        supposed = "" if cited else "Assumption of the author of the variant."
        panel(
            f"variant-{name}",
            scenario.variants[name].text or name,
            cited,
            f"Variant `{name}` of the scenario.",
            *(f"Changed: {text}." for text in written),
            supposed,
        )
    for i, relation in enumerate(scenario.relations):
        names = " and ".join(scenario.actors[code].name for code in relation.between)
        message = " ".join(
            text
            for text in (relation.level, f"Since {relation.since}." if relation.since else "", relation.note)
            if text
        )
        panel(
            f"relation-{i}",
            f"{formatting.capital(formatting.humanise(relation.kind))}: {names}",
            relation.sources,
            message,
            "" if relation.sources else "Assumption of the author of the scenario.",
        )
    return out


def prior_panels(effects: Iterable[AnchorEffect]) -> list[str]:
    """Keys of the panels of prior probabilities."""
    return ["-".join(("prior", item.choice, *item.options, item.date)) for item in effects]


def _sources(parameter: Parameter) -> tuple[str, ...]:
    """Most influential claims on a fitted parameter, and the sources of its prior."""
    return (*parameter.belief.fitted_to[:QUOTED], *parameter.belief.sources)


def _fit(parameter: Parameter) -> str:
    """Sentences on the fit of a parameter and its most influential claims; empty without a fit."""
    fit = parameter.belief.fit
    if fit is None:
        return ""
    return (
        f"{formatting.fitted(fit)} {formatting.capital(_most(fit.claims))}." if fit.claims else formatting.fitted(fit)
    )


def _most(sizes: Mapping[str, float]) -> str:
    return f"largest influence of one claim, in s.d. of the prior: {formatting.influences(sizes, NAMED)}"


def _assumed(plan: Plan, question: PlannedQuestion) -> str:
    """The numbers behind an answer that rest on no claim, in a sentence."""
    paths = assumptions_behind(plan, question)
    if not paths:
        return ""
    verb = "rests" if len(paths) == 1 else "rest"
    count, names = formatting.counted(len(paths), "parameter"), formatting.first_few(paths, NAMED)
    return f"{count} {verb} on assumption, history or a cited work: {names}."


def _written(change: object, path: str = "") -> Iterator[str]:
    """Changes of a variant as `path: value`."""
    if isinstance(change, dict):
        for key, inner in change.items():
            yield from _written(inner, f"{path}.{key}" if path else str(key))
    else:
        yield f"{path}: {change}"
