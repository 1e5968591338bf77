"""The run as one HTML file that needs nothing else: no font, no picture, no script from elsewhere.

It reads without its script, which only filters the table of claims, opens parts that a link leads to, and prints all.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from standoff import expression
from standoff.analysis import Verdict, verdict
from standoff.files import cache_dir, read_cached, write_cached, write_text
from standoff.questions import form
from standoff.report import answer_text, assets, evidence_panels, formatting, labels
from standoff.report.charts import choices as options
from standoff.report.charts import first_of, relations
from standoff.report.charts import stocks as figures
from standoff.report.content_policy import policy
from standoff.report.sections import exhaustion, findings, front_page, model_uncertainty, threshold, variants
from standoff.statistics import median_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from standoff.analysis import Answer, Explanation
    from standoff.analysis.causal import CausalGraph
    from standoff.analysis.explain import ReasonContribution
    from standoff.engine.run import Run
    from standoff.ledger import Claim

STOCKS = 24  # assumption: a reader looks at no more charts of stocks
TEMPLATES = 20  # assumption: versions of a template on disk, 100 kB each
SCRIPT = assets.read("page.js")


@dataclass(frozen=True)
class Figure:
    """Charts of one thing, what they show in a sentence, and the claims that they plot."""

    title: str
    charts: tuple[Markup, ...]
    finding: str
    key: str = ""  #: the panel with the claims behind it
    used: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChoiceSection:
    """A choice with its figures."""

    found: Explanation
    actor: str
    finding: str
    stream: Figure
    waterfall: Figure


@dataclass(frozen=True)
class LineGroup:
    """What one line of the article asks: answers, reasons and claims."""

    line: int | None
    answers: tuple[Answer, ...]  #: shown here
    elsewhere: tuple[Answer, ...]  #: shown under another line
    reasons: tuple[tuple[Explanation, ReasonContribution], ...]
    claims: tuple[Claim, ...]


def write(
    run: Run, path: Path | str, beside: Sequence[Run] = (), with_causes: bool = True, found: Verdict | None = None
) -> Path:
    """Write the page of a run and return where it is.

    `beside` are runs of variants, for their answers; the causal diagram takes some seconds, since slopes of the whole
    model are worked out for it, where they are not on disk from a run before. `found` is the verdict where it is at hand.
    """
    from standoff.analysis.causal import structure

    path = Path(path)
    others = {other.model.plan.variant: verdict(other) for other in beside}
    drawn = structure(run.model.plan) if with_causes else None
    write_text(path, html(run, found or verdict(run, changes=True), others, drawn))
    return path


def html(
    run: Run, found: Verdict, variants: Mapping[str, Verdict] | None = None, structure: CausalGraph | None = None
) -> str:
    """The page as text."""
    ledger = run.model.ledger
    environment = _environment()
    environment.filters["linked"] = lambda text: evidence_panels.linked(text, ledger)
    stocks = stock_figures(run)
    ladder = relations.ladder(run)
    beside: dict[str, Sequence[str]] = {rung.cell: rung.later for rungs in ladder.values() for rung in rungs}
    beside |= {figure.key.removeprefix("stock-"): figure.later for figure in stocks}
    panels = evidence_panels.panels(run, found, beside)
    shown = figures.marks(claim.side for claim in ledger)
    plotted = sorted({ledger[name].side for figure in stocks for name in (*figure.used, *figure.later)})
    return environment.get_template("page.html.j2").render(
        once=_once(), run=run, found=found, plan=run.model.plan, scenario=run.model.scenario, origin=found.origin,
        lead=front_page.lead(run, found, variants or {}), groups=groups(run, found), races=races(run, found),
        turning=threshold.turning(run, found),
        stocks=stocks, choices=choices(run, found), matrix=relations.matrix(run.model.scenario), ladder=ladder,
        panels=panels, claims=list(ledger), used=used(run, found, panels, stocks), cited=cited(run, found), plotted=plotted,
        symbols={side: Markup(figures.symbol(mark)) for side, mark in shown.items()},
        glyphs={side: Markup(figures.glyph(mark)) for side, mark in shown.items()},
        causes=causes(structure) if structure else None, conflicts=ledger.conflicts(),
        lines_known=sorted({line for claim in ledger for line in claim.lines}),
        assumed=[item.partition(": ")[::2] for item in formatting.widest_first(found.assumptions)],
        script=Markup(SCRIPT), policy=policy(SCRIPT),
    )  # fmt: skip


class CompiledTemplates(BytecodeCache):
    """Jinja's compiled templates: code, which is run once it is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket, where there is an entry for it."""
        raw = read_cached(self.folder / bucket.key)
        if raw is not None:
            bucket.bytecode_from_string(raw)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket holds."""
        write_cached(self.folder / bucket.key, bucket.bytecode_to_string(), TEMPLATES)


def _environment() -> Environment:
    """Jinja with what the template uses; it keeps the compiled template where it may, beside compiled programs."""
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
        "words": formatting,
        "panel_button": evidence_panels.panel_button,
        "named": labels,
        "turns": variants,
        "exhausted": exhaustion,
        "findings": findings,
        "rival_models": model_uncertainty,
    }
    out.filters["web"] = evidence_panels.web
    return out


def _once() -> Callable[[Any, Claim], Markup]:
    """Of a macro and a claim what the macro makes of it, made once a page: claims are shown in many places."""
    made: dict[tuple[str, str], Markup] = {}

    def once(macro: Any, claim: Claim) -> Markup:
        key = macro.name, claim.id
        if key not in made:
            made[key] = macro(claim)
        return made[key]

    return once


def used(
    run: Run, found: Verdict, panels: Iterable[evidence_panels.EvidencePanel], stocks: Iterable[Figure]
) -> set[str]:
    """Every claim that the page rests on, and what these retract."""
    ledger = run.model.ledger
    named = {claim.id for panel in panels for claim in panel.claims}
    named |= {name for figure in stocks for name in (*figure.used, *figure.later)}
    named |= {name for item in found.fitted for name in item.fit.claims}
    for text in (*found.warnings, *found.assumptions):
        named |= {word for word in evidence_panels.WORD.findall(text) if word in ledger}
    return named | {ledger[name].retracts for name in named} - {""}


def cited(run: Run, found: Verdict) -> set[str]:
    """Claims that questions, choices, reasons and relations name: those that are printed."""
    scenario = run.model.scenario
    named = {name for item in found.answers for name in scenario.questions[item.id].claims}
    for choice in found.choices:
        named |= {*choice.claims}.union(*({*reason.claims, *reason.sources} for reason in choice.reasons))
        named |= {name for entry in scenario.choices[choice.choice].history for name in entry.sources}
    named |= {name for relation in scenario.relations for name in relation.sources}
    return {name for name in named if name in run.model.ledger}


def groups(run: Run, found: Verdict) -> list[LineGroup]:
    """Answers, reasons and claims by line of the article; what no line asks comes last."""
    ledger = run.model.ledger
    reasons = [(choice, reason) for choice in found.choices for reason in choice.reasons]
    lines = {line for item in found.answers for line in item.lines} | {n for _, reason in reasons for n in reason.lines}
    lines |= {line for claim in ledger for line in claim.lines} if lines else set()
    out = [
        LineGroup(
            line,
            tuple(item for item in found.answers if item.lines[:1] == (line,)),
            tuple(item for item in found.answers if line in item.lines[1:]),
            tuple((choice, reason) for choice, reason in reasons if line in reason.lines),
            tuple(claim for claim in ledger if line in claim.lines),
        )
        for line in sorted(lines)
    ]
    rest = tuple(item for item in found.answers if not item.lines)
    return [*out, LineGroup(None, rest, (), (), ())] if rest else out


def races(run: Run, found: Verdict) -> list[tuple[Answer, str, list[Figure]]]:
    """Every question of who comes first: the answer, the finding in a sentence, and its charts."""
    out = []
    for item in found.answers:
        if form(item.kind).HAS_LABELS:
            charts = [
                Figure(panel.title, (Markup(panel.svg),), panel.finding, f"answer-{item.id}")
                for panel in first_of.panels(run, item)
            ]
            out.append((item, answer_text.comes_first(item, found.origin.as_of), charts))
    return out


def causes(structure: CausalGraph) -> Figure:
    """The causal diagram."""
    from standoff.report import diagram

    drawn = diagram.draw(structure)
    kinds = [loop.polarity for loop in structure.loops]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    finding = f"{formatting.counted(len(kinds), 'loop')}" + (
        f": {counts}. The quickest: {structure.loops[0].name}." if kinds else "."
    )
    return Figure("Causal diagram", (Markup(drawn),), finding)


def main_stocks(run: Run) -> list[str]:
    """Stocks worth a chart: those that questions ask about and most claims observe, then the other observed ones, the
    other ones asked about, and last what no mechanism moves; ties have theirs."""
    plan = run.model.plan
    asked = [
        cell
        for question in plan.questions
        for node in question.expressions.values()
        for cell in expression.stock_names(node)
    ]
    observed = {item.cell: len(item.claims) for item in plan.observations}
    both = sorted((cell for cell in dict.fromkeys(asked) if cell in observed), key=lambda cell: -observed[cell])
    cells = dict.fromkeys([*both, *observed, *asked])
    moved = {cell for part in plan.mechanisms for cell in part.writes}
    shown = [cell for cell in cells if cell.partition(".")[0] not in relations.TIES]
    return sorted(shown, key=lambda cell: cell not in moved)[:STOCKS]


def stock_figures(run: Run) -> list[Figure]:
    """Fan charts of the main stocks with the claims about them."""
    if not run.valid_paths.any():
        return []
    observed = {item.cell: figures.points(run, item) for item in run.model.plan.observations}
    shown = figures.marks(claim.side for claim in run.model.ledger)
    return [_stock(run, cell, observed.get(cell, []), shown) for cell in main_stocks(run)]


def _stock(run: Run, cell: str, points: Sequence[figures.Point], shown: Mapping[str, figures.Mark]) -> Figure:
    unit, start = run.display_unit(cell)[1], run.model.plan.first_future_step
    fan = run.quantile_fan(cell)
    before, (low, _, middle, _, high) = float(fan[2, start]), (float(q) for q in fan[:, -1])
    last = run.stock_paths[run.valid_paths, -1, run.model.plan.cells.index(cell)]
    error = median_error(last / run.display_unit(cell)[0])
    form = formatting.number_format([low, before, middle, high], error, unit)
    name = stock_name(run, cell)
    finding = (
        f"{name}: {_moved(form, before, middle, run.times[start], run.times[-1])} (90 %: {form.between(low, high)})."
    )
    later = [point for point in points if not point.used]
    if later:
        inside = sum(_within(run, fan, point) for point in later)
        verb = "lies" if inside == 1 else "lie"
        finding += f" Of {formatting.counted(len(later), 'claim')} that the run does not use, {inside} {verb} in its 90 % band."
    observation = next((item for item in run.model.plan.observations if item.cell == cell), None)
    if points and observation and (factor := figures.conversion(run, observation)) != 1:
        finding += f" Claims count something else, and are shown times {formatting.number(factor)}."
    chart = figures.fan(run, cell, points, {side: shown[side] for side in _sides(points)}, form, finding)
    text = run.model.scenario.stocks[cell.partition(".")[0]].text
    return Figure(
        f"{name}: {text}" if text else name, (Markup(chart),), finding, f"stock-{cell}",
        tuple(point.claim.id for point in points if point.used), tuple(point.claim.id for point in later),
    )  # fmt: skip


def _moved(form: formatting.NumberFormat, before: float, after: float, since: str, until: str) -> str:
    if form.bare(before) == form.bare(after):
        return f"median {form.full(after)} at {until}, as at {since}"
    verb = "rises" if after > before else "falls"
    return f"median {verb} from {form.full(before)} at {since} to {form.full(after)} at {until}"


def _within(run: Run, fan: np.ndarray, point: figures.Point) -> bool:
    """Whether any of what the claim says lies in the central 90 % of the state nearest to its date."""
    days = figures.days(run.model.scenario.calendar)
    after = bisect_left(days, point.day)
    nearest = min((k for k in (after - 1, after) if 0 <= k < len(days)), key=lambda k: abs(days[k] - point.day))
    return bool(point.high >= fan[0, nearest] and point.low <= fan[-1, nearest])


def _sides(points: Iterable[figures.Point]) -> list[str]:
    return sorted({point.claim.side for point in points})


def stock_name(run: Run, cell: str) -> str:
    """A stock in words: its name and who holds it."""
    name, _, holder = cell.partition(".")
    return formatting.capital(formatting.humanise(name)) + (
        f", {formatting.capital(_actor(run, holder))}" if holder else ""
    )


def choices(run: Run, found: Verdict) -> list[ChoiceSection]:
    """Every choice that is made, with its options over time and its reasons; that of the main question comes first."""
    answer = front_page.main(run, found)
    first = front_page.about(run, found, answer) if answer else None
    return [_told(run, choice) for choice in sorted(found.choices, key=lambda choice: choice is not first)]


def _told(run: Run, found: Explanation) -> ChoiceSection:
    place = [choice.name for choice in run.model.plan.choices].index(found.choice)
    choice = run.model.plan.choices[place]
    first, key = choice.is_free.index(True), f"choice-{found.choice}"
    actor = _actor(run, found.actor)
    names = [labels.option(run, found, option) for option in choice.options]
    last = run.active_share[-1, place, : len(names)]
    order = sorted(range(len(names)), key=lambda o: -last[o])[:2]
    parts = [f"“{names[o]}” holds in {formatting.percent(float(last[o]))}" for o in order]
    holds = f"{actor} at {run.times[-1]}: {', '.join(parts)} of futures"
    moved = run.probability[-1, place, : len(names)] - run.probability[first, place, : len(names)]
    most = int(np.argmax(np.abs(moved)))
    ends = [
        formatting.percent(float(run.probability[k, place, most]), found.options[most].mc_error) for k in (first, -1)
    ]
    trend = (
        f"The probability of “{names[most]}” moves most, from {ends[0]} in {found.decided} to {ends[1]} in {run.times[-1]}."
        if ends[0] != ends[1]
        else f"No probability moves by more than its error between {found.decided} and {run.times[-1]}."
    )
    charts = (options.active_share(run, place, f"{holds}."), options.chosen(run, place, trend))
    stream = Figure("Options over time", tuple(map(Markup, charts)), f"{holds}. {trend}", key)
    return ChoiceSection(found, actor, f"{holds}.", stream, _waterfall(run, found))


def _waterfall(run: Run, found: Explanation) -> Figure:
    decimals = answer_text.reason_decimals(found)
    ordered = sorted(found.reasons, key=lambda item: item.log_odds)
    against, speaking = [item for item in ordered if item.log_odds < 0], [item for item in ordered if item.log_odds > 0]
    sums = [formatting.signed(sum(item.log_odds for item in some), decimals) for some in (against, speaking)]
    finding = (
        f"{formatting.counted(len(against), 'reason')} against add up to {sums[0]}, {len(speaking)} for to {sums[1]}: together "
        f"{formatting.signed(found.log_odds, decimals)}."
    )
    title = f"Why {labels.option(run, found, found.option)} rather than {labels.option(run, found, found.reference)}"
    return Figure(title, (Markup(options.waterfall(found, f"{title}. {finding}")),), finding, f"choice-{found.choice}")


def _actor(run: Run, code: str) -> str:
    return labels.actor(run, code)
