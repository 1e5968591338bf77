"""The run as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from standoff import expression
from standoff.analysis import Verdict, verdict
from standoff.analysis.finding import median_error
from standoff.report import figures, said, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from standoff.engine.run import Run
    from standoff.ledger import Claim, Ledger

HERE = Path(__file__).parent
STOCKS = 24  # assumption: a reader looks at no more charts of stocks
WORD = re.compile(r"[a-z0-9][a-z0-9.-]*[a-z0-9]")


@dataclass(frozen=True)
class Figure:
    """A chart, what it shows in a sentence, and the claims that it plots."""

    title: str
    svg: Markup
    finding: str
    used: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


def write(run: Run, path: Path | str) -> Path:
    """Write the page of a run and return where it is."""
    path = Path(path)
    path.write_text(html(run, verdict(run)), encoding="utf-8")
    return path


def html(run: Run, found: Verdict) -> str:
    """The page as text."""
    ledger = run.model.ledger
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"said": said, "words": words}
    environment.filters |= {"web": web, "linked": lambda text: linked(text, ledger)}
    stocks = stock_figures(run)
    rows = claim_rows(run, found, stocks)
    shown = figures.marks(claim.side for claim in ledger)
    plotted = sorted({ledger[name].side for figure in stocks for name in (*figure.used, *figure.later)})
    return environment.get_template("page.html.j2").render(
        run=run, found=found, plan=run.model.plan, scenario=run.model.scenario, origin=found.origin,
        stocks=stocks, choices=choice_figures(run), claims=rows, plotted=plotted,
        symbols={side: Markup(figures.symbol(mark)) for side, mark in shown.items()},
        assumed=[item.partition(": ")[::2] for item in words.widest_first(found.assumptions)],
    )  # fmt: skip


def web(url: str) -> str:
    """The link, or nothing where it does not lead to the web (claims are not to be trusted)."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def linked(text: str, ledger: Ledger) -> Markup:
    """Text, escaped, in which every claim id links to the claim's row."""
    parts, end = [], 0
    for match in WORD.finditer(text):
        if match.group(0) in ledger:
            parts += [escape(text[end : match.start()]), anchor(match.group(0))]
            end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def anchor(claim: str) -> Markup:
    """A link to the row of a claim."""
    return Markup('<a href="#claim-{0}">{0}</a>').format(claim)


def claim_rows(run: Run, found: Verdict, stocks: Sequence[Figure]) -> list[Claim]:
    """Every claim that the page names, and what these retract, in the order of the ledger."""
    ledger = run.model.ledger
    named: set[str] = set()
    for answer in found.answers:
        named |= set(answer.claims)
    for choice in found.choices:
        for reason in choice.reasons:
            named |= {*reason.claims, *reason.sources}
    for figure in stocks:
        named |= {*figure.used, *figure.later}
    for text in (*found.warnings, *found.assumptions):
        named |= set(WORD.findall(text))
    named |= {ledger[name].retracts for name in named if name in ledger}
    return [claim for claim in ledger if claim.id in named]


def main_stocks(run: Run) -> list[str]:
    """Stocks worth a chart: those that claims observe, then those that the questions ask about."""
    plan = run.model.plan
    asked = [
        cell for question in plan.questions for node in question.expressions.values() for cell in expression.names(node)
    ]
    return list(dict.fromkeys([*(item.cell for item in plan.observations), *asked]))[:STOCKS]


def stock_figures(run: Run) -> list[Figure]:
    """Fan charts of the main stocks with the claims about them."""
    if not run.good_paths.any():
        return []
    observed = {item.cell: figures.points(run, item) for item in run.model.plan.observations}
    shown = figures.marks(claim.side for claim in run.model.ledger)
    return [_stock(run, cell, observed.get(cell, []), shown) for cell in main_stocks(run)]


def _stock(run: Run, cell: str, points: Sequence[figures.Point], shown: Mapping[str, figures.Mark]) -> Figure:
    unit = run.shown(cell)[1]
    low, _, middle, _, high = (float(q) for q in run.fan(cell)[:, -1])
    error = median_error(run.path(cell)[:, -1])
    form = words.form([low, middle, high], error, unit)
    name = stock_name(run, cell)
    finding = f"{name}: median {form.full(middle)} at {run.times[-1]} (90 %: {form.between(low, high)})."
    used = tuple(point.claim.id for point in points if point.used)
    later = tuple(point.claim.id for point in points if not point.used)
    chart = figures.fan(run, cell, points, {side: shown[side] for side in _sides(points)}, form, finding)
    text = run.model.scenario.stocks[cell.partition(".")[0]].text
    return Figure(f"{name}: {text}" if text else name, Markup(chart), finding, used, later)


def _sides(points: Iterable[figures.Point]) -> list[str]:
    return sorted({point.claim.side for point in points})


def stock_name(run: Run, cell: str) -> str:
    """A stock in words: its name and who holds it."""
    name, _, holder = cell.partition(".")
    text = name.replace("_", " ")
    return f"{text[:1].upper()}{text[1:]}" + (f", {_actor(run, holder)}" if holder else "")


def choice_figures(run: Run) -> list[Figure]:
    """Which option holds, over time, for every choice."""
    out = []
    for place, choice in enumerate(run.model.plan.choices):
        last = run.held[-1, place, : len(choice.options)]
        order = sorted(range(len(choice.options)), key=lambda o, last=last: -last[o])[:2]  # type: ignore[misc]
        parts = [f"{choice.options[o]} holds in {words.percent(float(last[o]))}" for o in order]
        title = f"{_actor(run, choice.actor)}: {run.model.scenario.choices[choice.name].text or choice.name}"
        finding = f"{_actor(run, choice.actor)} at {run.times[-1]}: {', '.join(parts)} of futures."
        out.append(Figure(title, Markup(figures.held(run, place, finding)), finding))
    return out


def _actor(run: Run, code: str) -> str:
    actor = run.model.scenario.actors.get(code)
    return actor.name if actor else code
