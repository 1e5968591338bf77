"""Report of a run as a document, with the content of the page."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from standoff.plan import labels
from standoff.questions import form
from standoff.report import answer_text, belief_text, formatting, history_beside, title, track_record
from standoff.report.document import BulletList, Heading, Paragraph, table
from standoff.report.sections import (
    anchors,
    exhaustion,
    findings,
    model_uncertainty,
    reason_attribution,
    sanity,
    variants,
)
from standoff.report.sections import front_page as leads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from standoff.analysis.explain import Explanation
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run
    from standoff.report.document import Block, Picture

ASSUMED = 20  # assumption: a reader of paper looks at no more ranges; the data has all of them
FITTED = 3  # claims that are named for a fitted number; assumption
TAG = re.compile(r"<[^>]+>")
ON_PAGE = re.compile(
    r"<span class='onpage'>.*?</span>"
)  #: what has a sense on the page alone, such as a link within it
CODE = re.compile(r"</?code>")


def blocks(run: Run, verdict: Verdict, pictures: Iterable[Picture] = ()) -> list[Block]:
    """Build the document."""
    samples = {picture.name: picture for picture in pictures}
    out: list[Block] = [
        *title.blocks(verdict.origin),
    ]
    out += _lead(run, verdict)
    out += [picture for name, picture in samples.items() if name.startswith("question-")]
    if verdict.attribution is not None:
        out += [Heading(reason_attribution.title(verdict.attribution)), *reason_attribution.body(verdict.attribution)]
    if verdict.flips is not None:  # neither their own title nor their versions
        out += title.without(findings.flips(verdict.flips), verdict.flips.origin)[:-1]
    if verdict.value is not None:
        out += title.without(findings.values(verdict.value), verdict.value.origin)[:-1]
    if verdict.model_uncertainty is not None:
        out += title.without(model_uncertainty.blocks(verdict.model_uncertainty), verdict.model_uncertainty.origin)
    out += [Paragraph(f"Warning: {warning}", strong=True) for warning in verdict.warnings]
    out += sanity.blocks(verdict.sanity)
    out += [Heading("All answers"), *_answers(verdict)]
    out += anchors.blocks(verdict.anchors)
    if verdict.choices:
        out += [Heading("Choices and reasons"), Paragraph(answer_text.LOG_ODDS, soft=True)]
        out += [item for choice in verdict.choices for item in _choice(verdict, choice, samples)]
    races = [item for item in verdict.answers if form(item.kind).HAS_LABELS]
    if races:
        out.append(Heading("Who comes first"))
    for item in races:
        out += [Heading(item.text, 3), *_race(verdict, item.id)]
        out += [
            picture
            for name, picture in samples.items()
            if name.startswith(f"first-{item.id.lower().replace('_', '-')}-")
        ]
    stocks = [picture for name, picture in samples.items() if name.startswith("stock-")]
    if stocks:
        out += [Heading("Stocks and claims"), *stocks]
    if "causes" in samples:
        out += [Heading("Causes"), samples["causes"]]
    return [
        *out,
        *_cited(run, verdict),
        *_assumed(verdict),
        Heading("Method and versions"),
        *_provenance_blocks(verdict),
    ]


def _lead(run: Run, verdict: Verdict) -> list[Block]:
    lead = leads.lead(run, verdict, {})
    if lead is None:
        return []
    word = f", {lead.text.word}" if lead.text.word else ""
    spread = f"{lead.text.futures}. " if lead.text.futures else ""
    error = f" Monte Carlo error: {lead.text.error}." if lead.text.error else ""
    out: list[Block] = [
        Heading(lead.answer.text),
        Paragraph(f"{lead.text.with_band}{word}{_with(verdict)}", strong=True),
        Paragraph(f"{spread}{formatting.capital(lead.text.note)}.{error}"),
        *(Paragraph(text) for text in [history_beside.sentence(verdict.history, lead.answer.id)] if text),
        *(Paragraph(text) for text in [track_record.sentence(verdict.track_record)] if text),
    ]
    out += [Paragraph(f"{item.text} {finding}") for item, finding in lead.races]
    for name, points in (("Why", lead.why), ("Uncertainty", lead.sure), ("What would change the answer", lead.change)):
        if points:
            out += [Heading(name, 3), BulletList(tuple(bare(point) for point in points))]
    if rows := variants.variant_rows(verdict):
        out.append(
            table(
                "scenario variant",
                "answer:",
                "change:",
                rows=[(item.text, shown, change) for item, shown, change in rows],
                caption=formatting.capital(variants.as_it_is(verdict)),
            )
        )
    return out


def _with(verdict: Verdict) -> str:
    """What differs from the base case, beside the answer."""
    moved = answer_text.moved(verdict.origin)
    return f" (with {moved})" if moved else ""


def bare(marked: str) -> str:
    """Strip HTML tags from a sentence of the page; code gets backticks."""
    return html.unescape(TAG.sub("", CODE.sub("`", ON_PAGE.sub("", str(marked)))))


def _answers(verdict: Verdict) -> list[Block]:
    rows = []
    for item in verdict.answers:
        text = answer_text.answer(item, verdict.origin.as_of)
        band = f"epistemic band {text.band}" if text.band else ""
        error = f"Monte Carlo error {text.error}" if text.error else ""
        spread = " · ".join(part for part in (band, text.futures, error) if part)
        beside = "; ".join(f"{name}: {value}" for name, value in text.baselines)
        rows.append(
            (f"{item.text} ({answer_text.dated(item)})", text.main, spread, beside, ", ".join(map(str, item.lines)))
        )
    heads = ("question", "answer", "uncertainty", "baselines", "line")
    used = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
    return [table(*heads[:used], rows=[row[:used] for row in rows], caption=_with(verdict).strip(" ()").capitalize())]


def _choice(verdict: Verdict, explanation: Explanation, samples: dict[str, Picture]) -> list[Block]:
    decimals = answer_text.reason_decimals(explanation)
    out: list[Block] = [Heading(f"{explanation.actor_text}: {explanation.text or explanation.choice}", 3)]
    options = [
        (
            formatting.humanise(item.option) + answer_text.role(explanation, item.option),
            formatting.percent(item.active_share),
            chosen,
            formatting.percents(item.interval),
        )
        for item, chosen in zip(explanation.options, answer_text.chosen(explanation), strict=True)
    ]
    out.append(
        table(
            "option",
            "share of futures in force:",
            "if it decided afresh:",
            "90 % across draws:",
            rows=options,
            caption=f"The decision of {explanation.decided}{_with(verdict)}",
        )
    )
    out += [Paragraph(f"{sentence}.") for sentence in answer_text.restrictions(explanation)]
    rows = [
        (
            labels.reason(reason),
            formatting.signed(reason.log_odds, decimals),
            formatting.odds_factor(reason.log_odds, reason.mc_error),
            formatting.percent(reason.share),
            formatting.first_few(reason.claims or reason.sources),
        )
        for reason in sorted(explanation.reasons, key=lambda item: item.log_odds)
    ]
    rows.append(
        ("sum of reasons", formatting.signed(sum(item.log_odds for item in explanation.reasons), decimals), "", "", "")
    )
    beside = (
        ""
        if explanation.reference == explanation.status_quo
        else f" against {formatting.humanise(explanation.reference)}"
    )
    rows.append(
        (
            f"log odds of {formatting.humanise(explanation.option)}{beside}",
            formatting.signed(explanation.log_odds, decimals),
            "",
            "",
            "",
        )
    )
    out.append(
        table(
            "reason",
            "log odds:",
            "odds:",
            "share of effects:",
            "cites",
            rows=rows,
            caption=answer_text.reason_title(explanation),
        )
    )
    name = re.sub(r"[^a-z0-9.-]+", "-", explanation.choice.lower())
    return out + [samples[key] for key in (f"choice-{name}-holds", f"choice-{name}-chosen") if key in samples]


def _race(verdict: Verdict, question: str) -> Sequence[Block]:
    if verdict.exhaustion is not None and verdict.exhaustion.question == question:
        return exhaustion.body(verdict.exhaustion)
    item = next(answer for answer in verdict.answers if answer.id == question)
    rows = [(row.label, row.first, row.by, row.median) for row in answer_text.first_rows(item, verdict.origin.as_of)]
    found = Paragraph(answer_text.comes_first(item, verdict.origin.as_of))
    return [found, table("condition", "first:", f"by {item.date}:", "median date:", rows=rows)]


def _cited(run: Run, verdict: Verdict) -> list[Block]:
    """Table of the claims cited by answers and reasons."""
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
        dates = (str(claim.as_of), str(claim.published))
        rows.append((name, formatting.grouped(claim.statement), *dates, f"{claim.speaker} ({claim.side})", source))
    return (
        [Heading("Cited claims"), table("claim", "statement", "as of", "published", "speaker", "source", rows=rows)]
        if rows
        else []
    )


def _assumed(verdict: Verdict) -> list[Block]:
    out: list[Block] = [Heading("Assumptions"), Paragraph(f"{formatting.cited(verdict.source_counts or {})}.")]
    informed = [item for item in verdict.fitted if item.fit.evidence][:ASSUMED]
    if informed:
        message = [
            (belief_text.parameter(item), item.belief, formatting.influences(item.fit.claims, FITTED))
            for item in informed
        ]
        out.append(
            table(
                "parameter",
                "posterior",
                "most influential claims (s.d. of the prior)",
                rows=message,
                caption="Parameters fitted to claims, largest shift first",
            )
        )
    widest = verdict.assumptions[:ASSUMED]
    if widest:
        rows = [(belief_text.parameter(item), item.belief.partition(" @")[0]) for item in widest]
        out.append(table("parameter", "range", rows=rows, caption="Widest assumed ranges"))
    return out


def _provenance_blocks(verdict: Verdict) -> list[Block]:
    return [
        Paragraph(text)
        for text in (answer_text.games(verdict), formatting.capital(answer_text.versions_line(verdict.origin)) + ".")
        if text
    ]
