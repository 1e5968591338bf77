"""Evidence behind the numbers of a page: panels of claims and notes, and the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from markupsafe import Markup

from standoff import labels
from standoff.analysis.provenance import assumptions_behind
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.ledger import Claim, Ledger
from standoff.plan import Parameter, Plan
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
    given,
    joined,
    plain,
    table,
)
from standoff.report.sections import reason_attribution

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
    notes: Iterable[str] = ()  #: other evidence, a sentence each; empty ones are left out
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
                reason_attribution.anchor_key(prior),
                reason_attribution.about_anchor(prior),
                prior.sources,
                [f"Prior probability: {formatting.percent(prior.prior)}."],
            )
            for prior in verdict.anchors
        ),
        *_variants(run, verdict),
    ]


def blocks(run: Run, panel: EvidencePanel) -> Group:
    """A panel as blocks: its notes, its claims with their sources, and those not used."""
    plan, ledger, works = run.model.plan, run.model.ledger, run.model.scenario.sources
    named = list(dict.fromkeys(panel.cited))
    notes = [
        *filter(None, panel.notes),
        *(f"{key}: {works[key]}" for key in named if key in works),
        *(text for word, text in WITHOUT_CLAIM.items() if word in named),
    ]
    claims, later = ([spoken(plan, ledger[name]) for name in names if name in ledger] for names in (named, panel.later))
    out: list[Block] = [Paragraph(panel.title, kind="title")]
    out += given(notes, BulletList([linked(text, ledger) for text in notes]))
    out += [BulletList(claims)] if claims else [] if later else [Paragraph("No claim is cited.")]
    if later:
        out.append(Paragraph("Shown but not used (published later, or a duplicate)", kind="title"))
        out.append(BulletList(later))
    return Group(out, "", panel.title)


def spoken(plan: Plan, claim: Claim) -> tuple[Inline, ...]:
    """A claim with its speaker, dates, source and link."""
    words = f"{claim.speaker} ({claim_labels.side(plan, claim.side)}), as of {claim.as_of}, published {claim.published}"
    return (*says(plan, claim), Note(words), " ", *_source(claim), ". ", _row_link(claim.id))


def says(plan: Plan, claim: Claim) -> tuple[Inline, ...]:
    """What a claim says: of whom, its number, and its words where the ledger has them."""
    of = f"{claim_labels.subject(plan, claim.subject)}, {claim_labels.quantity(plan, claim.quantity)}:"
    head = (Strong(of), " ") if claim.numbers else ()
    status = () if claim.status == "accepted" else (Note(claim.status),)
    said = claim_labels.value(claim)
    if claim.quote:
        return (*head, f"“{claim.quote.text}”{f' ({said})' if said else ''}", *status)
    if claim.retracts:
        return (*head, _row_link(claim.retracts), ": ", claim.statement, *status)
    return (*head, said or claim.statement, *status)


def _source(claim: Claim) -> tuple[Inline, ...]:
    title: Inline = Link(claim.source.title, claim.source.url) if claim.source.url else claim.source.title
    return (title, f", {claim.source.publisher}") if claim.source.publisher else (title,)


def _answer(run: Run, item: Answer) -> EvidencePanel:
    plan = run.model.plan
    asked = run.model.scenario.questions[item.id]
    stated = {"It starts from": asked.base_rate, "Rate beside it": asked.compare_with}
    in_data = [rate for rate in item.base_rates if rate.kind == "data"]
    fitted = item.provenance.get("fitted", ())
    notes = [f"Resolution rule: {item.resolution}."]
    notes += [
        f"{what}: {_sentence(base.text)}; {formatting.believed(str(base.value))}."
        for what, base in stated.items()
        if base
    ]
    notes += [
        f"Rate in all data: {_sentence(rate.text)}; {count_text(rate)}." for rate in in_data if rate.rate is not None
    ]
    if fitted:
        count = formatting.counted(len(fitted), "claim")
        notes.append(f"Its parameters were fitted to {count}: {_most(item.influence)}.")
    if assumed := assumptions_behind(plan, plan.question(item.id)):  # the numbers behind it that rest on no claim
        verb, count = "rests" if len(assumed) == 1 else "rest", formatting.counted(len(assumed), "parameter")
        names = formatting.first_few(assumed, NAMED)
        notes.append(f"{count} {verb} on assumption, history or a cited work: {names}.")
    cited = [claim for claim in item.claims if claim not in fitted[QUOTED:]]
    cited += [source for rate in in_data for source in rate.sources]
    return EvidencePanel(f"answer-{item.id}", item.text, cited, notes)


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
        for index in planned.numbers.values():
            number = plan.parameters[index]
            own[labels.capital(labels.parameter(plan, number.path))] = number
        cited = [*choice.claims, *(source for entry in written.history for source in entry.sources)]
        cited += [
            *(source for item in own.values() for source in _sources(item)),
            *(written.sources or plan.scenario.default_source),
        ]
        notes = [text for word, item in own.items() for text in (_believed(word, item), _fit(item))]
        yield EvidencePanel(f"choice-{name}", written.text or name, cited, notes)
        for reason in choice.reasons:
            weight = plan.parameter(f"choices.{name}.reasons.{reason.reason}.weight")
            kind = f"Kind of reason: {formatting.humanise(reason.kind)}."
            yield EvidencePanel(
                f"reason-{name}-{reason.reason}",
                labels.reason(reason),
                [*reason.claims, *reason.sources],
                [kind, f"Weight: {formatting.believed(reason.weight)}.", _fit(weight)],
            )


def _believed(word: str, parameter: Parameter) -> str:
    return f"{word}: {formatting.believed(str(parameter.belief))}."


def _stocks(run: Run) -> Iterator[EvidencePanel]:
    plan = run.model.plan
    observed = {item.cell: item for item in plan.observations}
    for cell, entry in run.model.scenario.cells().items():
        start = plan.parameters[plan.initial[plan.cells.index(cell)]]
        notes, cited, later = [_believed("At the start", start), _fit(start)], [*_sources(start)], []
        if cell in observed:
            cited = [*observed[cell].claims, *cited]
            scale = observed[cell].scale
            if scale is not None:
                notes.append(_believed("Ratio of true to claimed value", plan.parameters[scale]))
            later = [point.claim.id for point in stocks.points(plan, observed[cell]) if not point.used]
        yield EvidencePanel(f"stock-{cell}", entry.text or formatting.humanise(cell), cited, notes, later)


def _parameters(plan: Plan, verdict: Verdict) -> Iterator[EvidencePanel]:
    """Panels of the parameters that are named for their effect or for their fit."""
    movers = (verdict.exhaustion.movers or {}).values() if verdict.exhaustion else ()
    flips = verdict.flips.flips if verdict.flips else ()
    fitted = (item for item in verdict.fitted if item.fit.evidence)
    for path in dict.fromkeys(item.path for item in chain(verdict.quintiles, flips, *movers, fitted)):
        parameter = plan.parameter(path)
        prior = f"Prior: {str(parameter.belief).partition(' @')[0]} (`{path}`)."
        title = formatting.capital(labels.parameter(plan, path))
        yield EvidencePanel(f"parameter-{path}", title, _sources(parameter), [prior, _fit(parameter)])


def _variants(run: Run, verdict: Verdict) -> Iterator[EvidencePanel]:
    for name in dict.fromkeys(item.variant for item in verdict.variant_effects):
        variant = run.model.scenario.variants[name]
        written = list(_written(variant.change))
        values = " ".join(text.partition(": ")[2] for text in written)
        cited = [word for word in WORD.findall(values) if word in run.model.ledger or word in WITHOUT_CLAIM]
        notes = [f"Variant `{name}` of the scenario.", *(f"Changed: {text}." for text in written)]
        notes += [] if cited else ["Assumption of the author of the variant."]
        yield EvidencePanel(f"variant-{name}", variant.text or name, cited, notes)


def _written(change: object, path: str = "") -> Iterator[str]:
    """Changes of a variant as `path: value`."""
    if isinstance(change, dict):
        for key, inner in change.items():
            yield from _written(inner, f"{path}.{key}" if path else str(key))
    else:
        yield f"{path}: {change}"


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


def used(run: Run, verdict: Verdict) -> set[str]:
    """Ids of the claims that panels, warnings and ranges name, and of those that they retract."""
    ledger = run.model.ledger
    texts = (*verdict.warnings, *(item.belief for item in verdict.assumptions))
    named = chain(
        *((*panel.cited, *panel.later) for panel in panels(run, verdict)),
        *(item.fit.claims for item in verdict.fitted),
        *map(WORD.findall, texts),
    )
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


def ledger(run: Run, verdict: Verdict) -> list[Block]:
    """The ledger and its contradictions on a page; elsewhere the claims that are cited."""
    plan, claims = run.model.plan, run.model.ledger
    shown, named = used(run, verdict), cited(run, verdict)
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
    names = [claim for item in verdict.answers for claim in item.provenance.get("question", ())]
    names += [claim for choice in verdict.choices for claim in choice.claims]
    cards = [  # the claims that answers and reasons cite, where there is no ledger to link to
        (
            claim.id,
            formatting.grouped(claim.statement),
            str(claim.as_of),
            str(claim.published),
            f"{claim.speaker} ({claim.side})",
            plain(_source(claim)),
        )
        for claim in (claims[name] for name in dict.fromkeys(names))
    ]
    heads = ("claim", "statement", "as of", "published", "speaker", "source")
    paper = (Fold("Cited claims", (table(*heads, rows=cards),)),) if cards else ()
    out: list[Block] = [OnPage((Fold("Ledger", (Html(whole),), finding, "claims"),), paper)]
    if conflicts := claims.conflicts():
        points = [
            (
                Strong(f"{claim_labels.subject(plan, item.subject)}, {claim_labels.quantity(plan, item.quantity)}:"),
                f" {formatting.grouped(item.text.partition(': ')[2])} ",
                *joined(", ", map(_row_link, item.claims)),
            )
            for item in conflicts
        ]
        places = f"{formatting.counted(len(conflicts), 'place')} where claims contradict one another"
        fold = Fold("Contradictions", (BulletList(points),), places, "contradictions", is_printed=False)
        out.append(OnPage((fold,)))
    return out
