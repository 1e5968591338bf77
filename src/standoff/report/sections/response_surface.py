"""Levers that move the answers on a page without an engine, read off a response surface."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from standoff import labels
from standoff.analysis.answer import Answer
from standoff.analysis.response_surface import ResponseSurface, SurfaceAnswer
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.report import answer_text, assets, formatting
from standoff.report.document import Block, Heading, Html, OnPage, Paragraph, remark

DIGITS = 5  # significant ones of a stored effect
NO_LEVER = "No lever of the case changes any answer clearly."


def blocks(run: Run, verdict: Verdict, surface: ResponseSurface) -> list[Block]:
    """The questions that levers change, with the levers; a page alone has them."""
    answers = {item.id: item for item in verdict.answers}
    asked = [item for item in surface.answers if item.is_clear]
    asked.sort(key=lambda item: item.question != verdict.main)
    if not asked:
        return [Heading("Move it"), Paragraph(NO_LEVER)]
    plan = run.model.plan
    data = {
        "levers": [
            {
                "name": lever.name,
                "text": formatting.capital(lever.text),
                "unit": lever.unit,
                "who": lever.actor and labels.actor(plan, lever.actor),
                "values": lever.ends,
                "now": lever.now,
            }
            for lever in surface.levers
        ],
        "answers": [_answer(run, verdict, answers[item.question], item) for item in asked],
    }
    text = json.dumps(data, ensure_ascii=False, default=float).replace("<", "\\u003c")  # no text ends the element
    markup = Markup(assets.read("surface.html")) + Markup(
        '<script type="application/json" id="surface">{}</script>'
    ).format(Markup(text))
    note = (
        f"Every number here is read off a surface of second order that was laid through {surface.futures:,} futures with one "
        f"lever and two levers at a time; nothing is simulated on this page. It was compared with {surface.checks} true runs in "
        f"which one to {surface.together} levers stood at random values: the errors stand beside each answer."
    )
    return [OnPage((Heading("Move it"), remark(note), Html(markup)))]


def _answer(run: Run, verdict: Verdict, answer: Answer, item: SurfaceAnswer) -> dict[str, Any]:
    """A question as the script of the page reads it, effects on the scale of the surface."""
    text = answer_text.answer(answer, verdict.origin.as_of)
    of = f" ({labels_of})" if (labels_of := item.label) else ""
    unit = "" if item.is_share else formatting.answer_unit(answer.unit)
    return {
        "id": item.question,
        "text": f"{answer.text}{of}",
        "printed": text.with_band,
        "point": answer.point or 0.0,
        "isShare": item.is_share,
        "unit": unit,
        "base": _short(item.base),
        "effects": [[*map(_short, row)] for row in item.effects],
        "pairs": {key: [*map(_short, row)] for key, row in item.pairs.items()},
        "decimals": formatting.percent_decimals(max(item.worst_error, item.mc_error)) if item.is_share else 0,
        "errors": _errors(item, unit),
    }


def _errors(item: SurfaceAnswer, unit: str) -> str:
    """How far the surface was off, beside the error of the runs that it was compared with."""
    typical, worst, noise = (
        formatting.in_points(f"{100 * x:.1f}") if item.is_share else f"{x:.2g} {unit}".strip()
        for x in (item.typical_error, item.worst_error, item.mc_error)
    )
    return f"Off by at most {typical} in half of the true runs and {worst} in nine of ten, whose own Monte Carlo error is {noise}."


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
