"""Evidence behind the numbers of a page: panels of claims and notes, and the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from standoff.analysis.provenance import assumptions_behind
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.ledger import Claim, Ledger
from standoff.plan import Parameter, Plan, labels
from standoff.questions import Answer, count_text
from standoff.report import claim_labels, formatting
from standoff.report.backends import html
from standoff.report.charts import stocks
from standoff.report.document import (
    Block,
    BulletList,
    Content,
    Fold,
    Group,
    Html,
    Inline,
    Link,
    Note,
    OnPage,
    Paragraph,
    Strong,
    joined,
    table,
)
from standoff.report.sections import anchors

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
    cited: Iterable[str]  #: ids of claims and keys of works, or words of `WITHOUT_CLAIM`
    notes: tuple[str, ...] = ()  #: other evidence, a sentence each; empty ones are left out
    later: Sequence[str] = ()  #: claims shown beside it, not used


def linked(text: str, ledger: Ledger) -> Content:
    """A text in which every claim id is a link to the row of the claim."""
    parts: list[Inline] = []
    end = 0
    for match in WORD.finditer(text):
        if match.group(0) in ledger:
            parts += [text[end : match.start()], _row_link(match.group(0))]
            end = match.end()
    return (*parts, text[end:])


def _row_link(claim: str) -> Link:
    return Link(claim, f"#claim-{claim}")


def panels(run: Run, verdict: Verdict) -> list[EvidencePanel]:
    """The evidence behind every number of a report."""
    return [
        *(_answer(run, item) for item in verdict.answers),
        *_choices(run, verdict),
        *_stocks(run),
        *_parameters(run.model.plan, verdict),
        *(
            EvidencePanel(
                anchors.key(prior),
                anchors.about(prior),
                prior.sources,
                (f"Prior probability: {formatting.percent(prior.prior)}.",),
            )
            for prior in verdict.anchors
        ),
        *_variants(run, verdict),
        *_relations(run),
    ]


def blocks(run: Run, panel: EvidencePanel) -> Group:
    """A panel as blocks: its notes, its claims with their sources, and those not used."""
    scenario, ledger, plan = run.model.scenario, run.model.ledger, run.model.plan
    named = list(dict.fromkeys(panel.cited))
    works = [f"{key}: {scenario.sources[key]}" for key in named if key in scenario.sources]
    notes = [*filter(None, panel.notes), *works, *(text for word, text in WITHOUT_CLAIM.items() if word in named)]
    claims = [spoken(plan, ledger[name]) for name in named if name in ledger]
    out: list[Block] = [Paragraph(panel.title, kind="title")]
    out += [BulletList(tuple(linked(text, ledger) for text in notes))] if notes else []
    out += [BulletList(tuple(claims))] if claims else [] if panel.later else [Paragraph("No claim is cited.")]
    if panel.later:
        out.append(Paragraph("Shown but not used (published later, or a duplicate)", kind="title"))
        out.append(BulletList(tuple(spoken(plan, ledger[name]) for name in panel.later)))
    return Group(tuple(out), "", panel.title)


def spoken(plan: Plan, claim: Claim) -> tuple[Inline, ...]:
    """A claim with its speaker, dates, source and link."""
    words = f"{claim.speaker} ({claim_labels.side(plan, claim.side)}), as of {claim.as_of}, published {claim.published}"
    return (*says(plan, claim), Note(words), " ", *_source(claim), ". ", _row_link(claim.id))


def says(plan: Plan, claim: Claim) -> tuple[Inline, ...]:
    """What a claim says: of whom, its number, and its words where the ledger has them."""
    of = f"{claim_labels.subject(plan, claim.subject)}, {claim_labels.quantity(plan, claim.quantity)}:"
    head = (Strong(of), " ") if claim.numbers else ()
    status = () if claim.status == "accepted" else (Note(claim.status),)
    if claim.quote:
        number = f" ({claim_labels.value(claim)})" if claim.numbers else ""
        return (*head, f"“{claim.quote.text}”{number}", *status)
    if claim.retracts:
        return (*head, _row_link(claim.retracts), ": ", claim.statement, *status)
    return (*head, claim_labels.value(claim) or claim.statement, *status)


def _source(claim: Claim) -> tuple[Inline, ...]:
    title: Inline = Link(claim.source.title, claim.source.url) if claim.source.url else claim.source.title
    return (title, f", {claim.source.publisher}") if claim.source.publisher else (title,)


def _answer(run: Run, item: Answer) -> EvidencePanel:
    scenario, plan = run.model.scenario, run.model.plan
    base = scenario.questions[item.id].base_rate
    in_data = [rate for rate in item.base_rates if rate.kind == "data"]
    fitted = item.provenance.get("fitted", ())
    return EvidencePanel(
        f"answer-{item.id}",
        item.text,
        [
            *(claim for claim in item.claims if claim not in fitted[QUOTED:]),
            *(source for rate in in_data for source in rate.sources),
        ],
        (
            f"Resolution rule: {item.resolution}.",
            f"Base rate: {_sentence(base.text)}; {formatting.believed(str(base.value))}." if base else "",
            *(
                f"Rate in all data: {_sentence(rate.text)}; {count_text(rate)}."
                for rate in in_data
                if rate.rate is not None
            ),
            f"Its parameters were fitted to {formatting.counted(len(fitted), 'claim')}: {_most(item.influence)}."
            if fitted
            else "",
            _assumed(assumptions_behind(plan, plan.question(item.id))),
        ),
    )


def _sentence(text: str) -> str:
    return text.strip().rstrip(".")


def _choices(run: Run, verdict: Verdict) -> Iterator[EvidencePanel]:
    """Panels of choices and of their reasons."""
    plan = run.model.plan
    for choice in verdict.choices:
        name, written = choice.choice, run.model.scenario.choices[choice.choice]
        planned = next(item for item in plan.choices if item.name == name)
        own = {
            "Rationality": plan.parameter(f"choices.{name}.rationality"),
            "Half-life of unknown reasons": plan.parameter(f"choices.{name}.half_life"),
        }
        numbers = [plan.parameters[index] for index in planned.numbers.values()]
        yield EvidencePanel(
            f"choice-{name}",
            written.text or name,
            [
                *choice.claims,
                *(source for entry in written.history for source in entry.sources),
                *(source for item in (*own.values(), *numbers) for source in _sources(item)),
                *written.sources,
            ],
            (
                *(text for word, item in own.items() for text in (_believed(word, item), _fit(item))),
                *(_believed(labels.capital(labels.parameter(plan, item.path)), item) for item in numbers),
            ),
        )
        for reason in choice.reasons:
            yield EvidencePanel(
                f"reason-{name}-{reason.reason}",
                labels.reason(reason),
                [*reason.claims, *reason.sources],
                (
                    f"Kind of reason: {formatting.humanise(reason.kind)}.",
                    f"Weight: {formatting.believed(reason.weight)}.",
                    _fit(plan.parameter(f"choices.{name}.reasons.{reason.reason}.weight")),
                ),
            )


def _believed(word: str, parameter: Parameter) -> str:
    return f"{word}: {formatting.believed(str(parameter.belief))}."


def _stocks(run: Run) -> Iterator[EvidencePanel]:
    plan = run.model.plan
    observed = {item.cell: item for item in plan.observations}
    for cell, entry in run.model.scenario.cells().items():
        start = plan.parameters[plan.initial[plan.cells.index(cell)]]
        observation = observed.get(cell)
        points = stocks.points(plan, observation) if observation else []
        scale = plan.parameters[observation.scale] if observation else None
        yield EvidencePanel(
            f"stock-{cell}",
            entry.text or formatting.humanise(cell),
            [*(observation.claims if observation else ()), *_sources(start)],
            (
                _believed("At the start", start),
                _fit(start),
                _believed("Ratio of true to claimed value", scale) if scale else "",
            ),
            [point.claim.id for point in points if not point.used],
        )


def _parameters(plan: Plan, verdict: Verdict) -> Iterator[EvidencePanel]:
    """Panels of the parameters that are named for their effect, by the finding that names them."""
    movers = (verdict.exhaustion.movers or {}).values() if verdict.exhaustion else ()
    numbers = [("lean", item.path) for item in verdict.quintiles]
    numbers += [("flip", item.path) for item in (verdict.flips.flips if verdict.flips else ())]
    numbers += [("mover", path) for path in dict.fromkeys(item.path for items in movers for item in items)]
    numbers += [("fit", item.path) for item in verdict.fitted if item.fit.evidence]
    for word, path in numbers:
        parameter = plan.parameter(path)
        yield EvidencePanel(
            f"{word}-{path}",
            formatting.capital(labels.parameter(plan, path)),
            _sources(parameter),
            (f"Prior: {str(parameter.belief).partition(' @')[0]} (`{path}`).", _fit(parameter)),
        )


def _variants(run: Run, verdict: Verdict) -> Iterator[EvidencePanel]:
    for name in dict.fromkeys(item.variant for item in verdict.variant_effects):
        variant = run.model.scenario.variants[name]
        written = list(_written(variant.change))
        values = " ".join(text.partition(": ")[2] for text in written)
        cited = [word for word in WORD.findall(values) if word in run.model.ledger or word in WITHOUT_CLAIM]
        yield EvidencePanel(
            f"variant-{name}",
            variant.text or name,
            cited,
            (
                f"Variant `{name}` of the scenario.",
                *(f"Changed: {text}." for text in written),
                "" if cited else "Assumption of the author of the variant.",
            ),
        )


def _written(change: object, path: str = "") -> Iterator[str]:
    """Changes of a variant as `path: value`."""
    if isinstance(change, dict):
        for key, inner in change.items():
            yield from _written(inner, f"{path}.{key}" if path else str(key))
    else:
        yield f"{path}: {change}"


def _relations(run: Run) -> Iterator[EvidencePanel]:
    scenario = run.model.scenario
    for i, relation in enumerate(scenario.relations):
        names = " and ".join(scenario.actors[code].name for code in relation.between)
        since = f"Since {relation.since}." if relation.since else ""
        yield EvidencePanel(
            f"relation-{i}",
            f"{formatting.capital(formatting.humanise(relation.kind))}: {names}",
            relation.sources,
            (
                " ".join(filter(None, (relation.level, since, relation.note))),
                "" if relation.sources else WITHOUT_CLAIM["assumption"],
            ),
        )


def _sources(parameter: Parameter) -> tuple[str, ...]:
    """Most influential claims on a fitted parameter, and the sources of its prior."""
    return (*parameter.belief.fitted_to[:QUOTED], *parameter.belief.sources)


def _fit(parameter: Parameter) -> str:
    """Sentences on the fit of a parameter and its most influential claims; empty without a fit."""
    fit = parameter.belief.fit
    if fit is None:
        return ""
    most = f" {formatting.capital(_most(fit.claims))}." if fit.claims else ""
    return formatting.fitted(fit) + most


def _most(sizes: Mapping[str, float]) -> str:
    return f"largest influence of one claim, in s.d. of the prior: {formatting.influences(sizes, NAMED)}"


def _assumed(paths: Sequence[str]) -> str:
    """The numbers behind an answer that rest on no claim, in a sentence."""
    if not paths:
        return ""
    verb = "rests" if len(paths) == 1 else "rest"
    count, names = formatting.counted(len(paths), "parameter"), formatting.first_few(paths, NAMED)
    return f"{count} {verb} on assumption, history or a cited work: {names}."


def used(run: Run, verdict: Verdict, shown: Iterable[EvidencePanel]) -> set[str]:
    """Ids of the claims that panels, warnings and ranges name, and of those that they retract."""
    ledger = run.model.ledger
    named = {name for panel in shown for name in (*panel.cited, *panel.later)}
    named |= {name for item in verdict.fitted for name in item.fit.claims}
    for text in (*verdict.warnings, *(item.belief for item in verdict.assumptions)):
        named |= {*WORD.findall(text)}
    known = {name for name in named if name in ledger}
    return known | {ledger[name].retracts for name in known} - {""}


def cited(run: Run, verdict: Verdict) -> set[str]:
    """Ids of the claims that questions, choices, reasons and relations cite; these are printed."""
    scenario = run.model.scenario
    named = {name for item in verdict.answers for name in scenario.questions[item.id].claims}
    for choice in verdict.choices:
        named |= {*choice.claims}.union(*({*reason.claims, *reason.sources} for reason in choice.reasons))
        named |= {name for entry in scenario.choices[choice.choice].history for name in entry.sources}
    named |= {name for relation in scenario.relations for name in relation.sources}
    return {name for name in named if name in run.model.ledger}


def ledger(run: Run, verdict: Verdict, shown: set[str]) -> list[Block]:
    """The ledger and its contradictions on a page; elsewhere the claims that are cited."""
    plan, claims = run.model.plan, run.model.ledger
    named = cited(run, verdict)
    marks = stocks.marks(claim.side for claim in claims)
    rows = [
        {
            "claim": claim,
            "kind": "unused" if claim.id not in shown else "shown" if claim.id not in named else "",
            "says": html.inline(says(plan, claim)),
            "source": html.inline(_source(claim)),
            "glyph": Markup(stocks.glyph(marks[claim.side])),
            "side": claim_labels.side(plan, claim.side),
        }
        for claim in claims
    ]
    whole = html.template("ledger.html.j2").render(
        rows=rows,
        sides={claim.side: claim_labels.side(plan, claim.side) for claim in claims},
        lines=sorted({line for claim in claims for line in claim.lines}),
        cited=formatting.counted(len(named), "claim"),
        more=len(shown) - len(named),
    )
    finding = f"{formatting.counted(len(claims), 'claim')}, {len(shown)} of them used on this page"
    out: list[Block] = [
        OnPage(
            (Fold("Ledger", (Html(whole),), finding, "claims"),),
            (table_of_cited(run, verdict),) if named else (),
        )
    ]
    if conflicts := claims.conflicts():
        points = tuple(
            (
                Strong(f"{claim_labels.subject(plan, item.subject)}, {claim_labels.quantity(plan, item.quantity)}:"),
                f" {formatting.grouped(item.text.partition(': ')[2])} ",
                *joined(", ", map(_row_link, item.claims)),
            )
            for item in conflicts
        )
        places = f"{formatting.counted(len(conflicts), 'place')} where claims contradict one another"
        fold = Fold("Contradictions", (BulletList(points),), places, "contradictions", is_printed=False)
        out.append(OnPage((fold,)))
    return out


def table_of_cited(run: Run, verdict: Verdict) -> Block:
    """The claims that answers and reasons cite, where there is no ledger to link to."""
    named = dict.fromkeys(
        [
            *(claim for item in verdict.answers for claim in item.provenance.get("question", ())),
            *(claim for choice in verdict.choices for claim in choice.claims),
        ]
    )
    rows = []
    for name in named:
        claim = run.model.ledger[name]
        source = claim.source.title + (f", {claim.source.publisher}" if claim.source.publisher else "")
        speaker = f"{claim.speaker} ({claim.side})"
        rows.append(
            (name, formatting.grouped(claim.statement), str(claim.as_of), str(claim.published), speaker, source)
        )
    heads = ("claim", "statement", "as of", "published", "speaker", "source")
    return Fold("Cited claims", (table(*heads, rows=rows),)) if rows else Group((), "")
