"""Report of a run as one HTML file that loads nothing from elsewhere.

The page can be read without its script, which filters the table of claims, opens the target section of a link, and
prepares printing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from standoff import expression
from standoff.analysis.path_shape import PathShape, path_shape
from standoff.analysis.path_summary import choice_trend, covered
from standoff.analysis.verdict import Verdict, verdict
from standoff.files import cache_dir, write_text
from standoff.plan import labels
from standoff.questions import form
from standoff.report import (
    answer_text,
    assets,
    belief_text,
    claim_labels,
    evidence_panels,
    formatting,
    history_beside,
    no_break,
    stock_course,
    track_record,
)
from standoff.report.backends.html import inline
from standoff.report.charts import choices as options
from standoff.report.charts import first_of, relations
from standoff.report.charts import stocks as figures
from standoff.report.compiled_templates import CompiledTemplates
from standoff.report.content_policy import policy
from standoff.report.sections import (
    anchors,
    causal_graph,
    exhaustion,
    findings,
    front_page,
    model_uncertainty,
    reason_attribution,
    sanity,
    threshold,
    variants,
)
from standoff.report.sections import brief as brief_section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from standoff.analysis.answer import Answer
    from standoff.analysis.brief import Brief
    from standoff.analysis.causal import CausalGraph
    from standoff.analysis.explain import Explanation, ReasonContribution
    from standoff.engine.run import Outcomes, Run
    from standoff.ledger import Claim
    from standoff.plan import Plan

STOCKS = 24  # assumption: a reader looks at no more charts of stocks
SCRIPT = assets.read("page.js") + assets.read("charts.js")


@dataclass(frozen=True)
class Figure:
    """Charts with a title, a sentence on their content, and the claims that they plot."""

    title: str
    charts: tuple[Markup, ...]
    finding: str
    key: str = ""  #: the panel with the claims behind it
    used: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChoiceSection:
    """A choice with its figures."""

    explanation: Explanation
    actor: str
    finding: str
    stream: Figure
    waterfall: Figure


@dataclass(frozen=True)
class LineGroup:
    """Answers, reasons and claims of one line of the article."""

    line: int | None
    answers: tuple[Answer, ...]  #: shown here
    elsewhere: tuple[Answer, ...]  #: shown under another line
    reasons: tuple[tuple[Explanation, ReasonContribution], ...]
    claims: tuple[Claim, ...]


def write(
    run: Run,
    path: Path | str,
    beside: Sequence[Run] = (),
    with_causes: bool = True,
    result: Verdict | None = None,
    brief: Brief | None = None,
) -> Path:
    """Write the page of a run and return its path.

    `beside` are runs of variants; their answers are shown too. `with_causes` adds the causal diagram, which takes some
    seconds unless it is cached. `result` is the verdict of the run; computed if None. `brief` adds what to watch, what could
    be done and the claims that the answer rests on, to the front page.
    """
    path = Path(path)
    write_text(path, full_html(run, beside, with_causes, result, brief))
    return path


def full_html(
    run: Run,
    beside: Sequence[Run] = (),
    with_causes: bool = True,
    result: Verdict | None = None,
    brief: Brief | None = None,
) -> str:
    """The page of a run; arguments as of `write`."""
    from standoff.analysis.causal import structure

    others = {other.model.plan.variant: verdict(other) for other in beside}
    samples = structure(run.model.plan) if with_causes else None
    return no_break.html(html(run, result or verdict(run, changes=True), others, samples, brief))


def html(
    run: Run,
    result: Verdict,
    variants: Mapping[str, Verdict] | None = None,
    structure: CausalGraph | None = None,
    brief: Brief | None = None,
) -> str:
    """The page as text."""
    ledger = run.model.ledger
    environment = _environment()
    environment.filters["noted"] = inline
    environment.filters["coded"] = inline
    environment.filters["svg"] = Markup
    environment.filters["linked"] = lambda text: evidence_panels.linked(text, ledger)
    stocks = stock_figures(run)
    partnerships = relations.partnerships(run)
    beside: dict[str, Sequence[str]] = {level.cell: level.later for levels in partnerships.values() for level in levels}
    beside |= {figure.key.removeprefix("stock-"): figure.later for figure in stocks}
    panels = evidence_panels.panels(run, result, beside)
    shown = figures.marks(claim.side for claim in ledger)
    plotted = sorted({ledger[name].side for figure in stocks for name in (*figure.used, *figure.later)})
    return environment.get_template("page.html.j2").render(
        once=_once(),
        beyond=brief_section.parts(run, brief) if brief else [],
        run=run,
        found=result,
        plan=run.model.plan,
        scenario=run.model.scenario,
        origin=result.origin,
        lead=front_page.lead(run, result, variants or {}),
        groups=groups(run, result),
        races=races(run, result),
        turning=threshold.turning(run, result),
        record=track_record.sentence(result.track_record),
        history=history_beside.sentence(result.history, run.model.plan.main_question),
        stocks=stocks,
        choices=choices(run, result),
        matrix=relations.matrix(run.model.scenario),
        partnerships=partnerships,
        panels=panels,
        claims=list(ledger),
        used=used(run, result, panels, stocks),
        cited=cited(run, result),
        plotted=plotted,
        symbols={side: Markup(figures.symbol(mark)) for side, mark in shown.items()},
        glyphs={side: Markup(figures.glyph(mark)) for side, mark in shown.items()},
        causes=causes(run.model.plan, structure) if structure else None,
        conflicts=ledger.conflicts(),
        lines_known=sorted({line for claim in ledger for line in claim.lines}),
        assumed=result.assumptions,
        script=Markup(SCRIPT),
        policy=policy(SCRIPT),
    )


def _environment() -> Environment:
    """Jinja environment of the page; compiled templates are cached on disk."""
    folder = cache_dir("templates")
    cache = None if folder is None else CompiledTemplates(folder)
    out = Environment(
        loader=PackageLoader("standoff.report", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=cache,
    )
    out.globals |= {
        "said": answer_text,
        "beliefs": belief_text,
        "claim_labels": claim_labels,
        "words": formatting,
        "panel_button": evidence_panels.panel_button,
        "prior_panels": evidence_panels.prior_panels,
        "named": labels,
        "turns": variants,
        "exhausted": exhaustion,
        "checks": sanity,
        "findings": findings,
        "priors": anchors,
        "model_uncertainty": model_uncertainty,
        "attribution": reason_attribution,
    }
    out.filters["web"] = evidence_panels.web
    return out


def _once() -> Callable[[Any, Claim], Markup]:
    """Cache of macro results per claim, since claims appear in many places of a page."""
    made: dict[tuple[str, str], Markup] = {}

    def once(macro: Any, claim: Claim) -> Markup:
        key = macro.name, claim.id
        if key not in made:
            made[key] = macro(claim)
        return made[key]

    return once


def used(
    run: Run, result: Verdict, panels: Iterable[evidence_panels.EvidencePanel], stocks: Iterable[Figure]
) -> set[str]:
    """Ids of the claims used on the page, and of the claims that these retract."""
    ledger = run.model.ledger
    named = {claim.id for panel in panels for claim in panel.claims}
    named |= {name for figure in stocks for name in (*figure.used, *figure.later)}
    named |= {name for item in result.fitted for name in item.fit.claims}
    for text in (*result.warnings, *(item.belief for item in result.assumptions)):
        named |= {word for word in evidence_panels.WORD.findall(text) if word in ledger}
    return named | {ledger[name].retracts for name in named} - {""}


def cited(run: Run, result: Verdict) -> set[str]:
    """Ids of the claims that questions, choices, reasons and relations cite; these are printed."""
    scenario = run.model.scenario
    named = {name for item in result.answers for name in scenario.questions[item.id].claims}
    for choice in result.choices:
        named |= {*choice.claims}.union(*({*reason.claims, *reason.sources} for reason in choice.reasons))
        named |= {name for entry in scenario.choices[choice.choice].history for name in entry.sources}
    named |= {name for relation in scenario.relations for name in relation.sources}
    return {name for name in named if name in run.model.ledger}


def groups(run: Run, result: Verdict) -> list[LineGroup]:
    """Answers, reasons and claims by line of the article; other questions come last."""
    ledger = run.model.ledger
    reasons = [(choice, reason) for choice in result.choices for reason in choice.reasons]
    lines = {line for item in result.answers for line in item.lines} | {
        n for _, reason in reasons for n in reason.lines
    }
    lines |= {line for claim in ledger for line in claim.lines} if lines else set()
    out = [
        LineGroup(
            line,
            tuple(item for item in result.answers if item.lines[:1] == (line,)),
            tuple(item for item in result.answers if line in item.lines[1:]),
            tuple((choice, reason) for choice, reason in reasons if line in reason.lines),
            tuple(claim for claim in ledger if line in claim.lines),
        )
        for line in sorted(lines)
    ]
    rest = tuple(item for item in result.answers if not item.lines)
    return [*out, LineGroup(None, rest, (), (), ())] if rest else out


def races(run: Run, result: Verdict) -> list[tuple[Answer, str, list[Figure]]]:
    """Every `first_of` question: the answer, a sentence, and its charts."""
    out = []
    for item in result.answers:
        if form(item.kind).HAS_LABELS:
            charts = [
                Figure(panel.title, (Markup(panel.svg),), panel.finding, f"answer-{item.id}")
                for panel in first_of.panels(run, item)
            ]
            out.append((item, answer_text.comes_first(item, result.origin.as_of), charts))
    return out


def causes(plan: Plan, structure: CausalGraph) -> Figure:
    """The causal diagram."""
    from standoff.report import diagram

    samples = diagram.draw(structure)
    kinds = [loop.polarity for loop in structure.loops]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    finding = f"{formatting.counted(len(kinds), 'independent loop')} through several processes or choices" + (
        f": {counts}. The fastest: {causal_graph.loop_text(plan, structure.loops[0])}." if kinds else "."
    )
    return Figure("Causal diagram", (Markup(samples),), finding)


def main_stocks(plan: Plan) -> list[str]:
    """Stocks to chart: observed and in questions first, constant ones last."""
    query = [
        cell
        for question in plan.questions
        for node in question.expressions.values()
        for cell in expression.stock_names(node)
    ]
    observed = {item.cell: len(item.claims) for item in plan.observations}
    both = sorted((cell for cell in dict.fromkeys(query) if cell in observed), key=lambda cell: -observed[cell])
    cells = dict.fromkeys([*both, *observed, *query])
    moved = {cell for part in plan.mechanisms for cell in part.writes}
    shown = [cell for cell in cells if cell.partition(".")[0] not in relations.TIES]
    return sorted(shown, key=lambda cell: cell not in moved)[:STOCKS]


def stock_figures(run: Run) -> list[Figure]:
    """Fan charts of the main stocks with the claims about them."""
    if not run.valid_paths.any():
        return []
    observed = {item.cell: figures.points(run.model.plan, item) for item in run.model.plan.observations}
    shown = figures.marks(claim.side for claim in run.model.ledger)
    return [_stock(run, cell, observed.get(cell, []), shown) for cell in main_stocks(run.model.plan)]


def _stock(run: Run, cell: str, points: Sequence[figures.ChartPoint], shown: Mapping[str, figures.ClaimMark]) -> Figure:
    name, is_flag = labels.stock(run.model.plan, cell), path_shape(run, cell) == PathShape.flag
    form, finding = stock_course.course(run, cell)
    finding = f"{name}: {finding}."
    if start := figures.first_state(run, cell, points):
        finding += f" The chart begins in {run.times[start]}; before, it does not change."
    later = [point for point in points if not point.used]
    if later and not is_flag:
        inside = covered(run, cell, ((point.day, point.low, point.high) for point in later))
        verb = "lies" if inside == 1 else "lie"
        finding += (
            f" Of {formatting.counted(len(later), 'claim')} not used by the run, {inside} {verb} in the 90 % band."
        )
    observation = next((item for item in run.model.plan.observations if item.cell == cell), None)
    if points and observation and (factor := figures.conversion(run.model.plan, observation)) != 1:
        finding += f" Claims count a different quantity; they are shown multiplied by {formatting.number(factor)}."
    chart = figures.fan(run, cell, points, {side: shown[side] for side in _sides(points)}, form, finding)
    text = run.model.scenario.stocks[cell.partition(".")[0]].text
    return Figure(
        f"{name}: {text}" if text else name,
        (Markup(chart),),
        finding,
        f"stock-{cell}",
        tuple(point.claim.id for point in points if point.used),
        tuple(point.claim.id for point in later),
    )


def _sides(points: Iterable[figures.ChartPoint]) -> list[str]:
    return sorted({point.claim.side for point in points})


def choices(run: Run, result: Verdict) -> list[ChoiceSection]:
    """Sections of all choices; the choice of the main question comes first."""
    answer = front_page.main(run, result)
    first = front_page.about(run, result, answer) if answer else None
    return [_told(run, choice) for choice in sorted(result.choices, key=lambda choice: choice is not first)]


def _told(run: Run, explanation: Explanation) -> ChoiceSection:
    index = [choice.name for choice in run.model.plan.choices].index(explanation.choice)
    choice = run.model.plan.choices[index]
    key = f"choice-{explanation.choice}"
    actor = _actor(run, explanation.actor)
    names = [labels.option(run.model.plan, explanation.choice, option) for option in choice.options]
    last = run.active_share[-1, index, : len(names)]
    order = sorted(range(len(names)), key=lambda o: -last[o])[:2]
    parts = [f"“{names[o]}” is in force in {formatting.percent(float(last[o]))}" for o in order]
    holds = f"{actor} at {run.times[-1]}: {', '.join(parts)} of futures"
    change = choice_trend(run, index)
    most, error = change.option, explanation.options[change.option].mc_error
    ends = [formatting.percent(change.before, error), formatting.percent(change.after, error)]
    trend = (
        f"Largest change of probability: “{names[most]}”, from {ends[0]} {formatting.time_of(explanation.decided)} "
        f"to {ends[1]} {formatting.time_of(run.times[-1])}."
        if ends[0] != ends[1]
        else f"No probability changes by more than its Monte Carlo error between {explanation.decided} and {run.times[-1]}."
    )
    charts = (options.active_share(run, index, f"{holds}."), options.chosen(run, index, trend))
    stream = Figure("Options over time", tuple(map(Markup, charts)), f"{holds}. {trend}", key)
    return ChoiceSection(explanation, actor, f"{holds}.", stream, _waterfall(run, explanation))


def _waterfall(run: Run, explanation: Explanation) -> Figure:
    decimals = answer_text.reason_decimals(explanation)
    ordered = sorted(explanation.reasons, key=lambda item: item.log_odds)
    against, in_favour = (
        [item for item in ordered if item.log_odds < 0],
        [item for item in ordered if item.log_odds > 0],
    )
    sums = [formatting.signed(sum(item.log_odds for item in some), decimals) for some in (against, in_favour)]
    finding = (
        f"{formatting.counted(len(against), 'reason')} against sum to {sums[0]}, {len(in_favour)} for to {sums[1]}: total "
        f"{formatting.signed(explanation.log_odds, decimals)}."
    )
    option, reference = (
        labels.option(run.model.plan, explanation.choice, name) for name in (explanation.option, explanation.reference)
    )
    title = f"Why {option} rather than {reference}"
    return Figure(
        title, (Markup(options.waterfall(explanation, f"{title}. {finding}")),), finding, f"choice-{explanation.choice}"
    )


def _actor(run: Outcomes, code: str) -> str:
    return labels.actor(run.model.plan, code)
