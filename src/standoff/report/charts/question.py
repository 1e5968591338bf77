"""Chart at the top of a report: options of a choice up to the date of the main question."""

from __future__ import annotations

from dataclasses import dataclass

from standoff.analysis.answer import Answer
from standoff.engine.run import Run
from standoff.plan import labels
from standoff.report import formatting
from standoff.report.charts import choices

NAMED = 3  # assumption: a title bears no more options


@dataclass(frozen=True, kw_only=True)
class QuestionChart:
    """A chart whose title is what it shows at the date of the question, in two widths."""

    choice: str
    title: str
    caption: str
    wide: str  #: SVG element for a page
    narrow: str  #: SVG element for a phone


def question_chart(run: Run, answer: Answer, name: str) -> QuestionChart:
    """Chart of a choice until the date of a question; later states are left out.

    name: of the choice; the title names the options that the question asks about, else those that are most often in force
    """
    plan, calendar = run.model.plan, run.model.scenario.calendar
    query = plan.question(answer.id)
    index = [choice.name for choice in plan.choices].index(name)
    state = min(max(query.state, plan.first_future_step + 1), calendar.steps)
    title = _claim(run, index, state, plan.options_of(query).get(name, ()))
    charts = [choices.active_share_until(run, index, state, title, is_wide) for is_wide in (True, False)]
    caption = (
        f"{labels.actor(plan, plan.choices[index].actor)}: share of futures in which each option is in force; before the "
        "dashed line, the observed decisions."
    )
    if query.question.by:
        caption += f" The answer counts what happens at any time until {answer.date}."
    if answer.point != answer.share:
        caption += (
            " The futures are those of the case's own model; the answer is the mean over rival models and theories."
        )
    return QuestionChart(choice=name, title=title, caption=caption, wide=charts[0], narrow=charts[1])


def _claim(run: Run, index: int, state: int, wanted: tuple[str, ...]) -> str:
    """What the chart shows at its end: the options in question, and the likeliest other one."""
    plan = run.model.plan
    choice = plan.choices[index]
    share = dict(zip(choice.options, run.active_share[state - 1, index], strict=False))
    others = sorted((option for option in choice.options if option not in wanted), key=lambda option: -share[option])
    groups = [wanted] if 0 < len(wanted) <= NAMED else []
    groups += [(option,) for option in others[: 1 if groups else 2]]
    parts = []
    for group in groups:
        named = " or ".join(f"“{labels.option(plan, choice.name, option)}”" for option in group)
        parts.append(f"{named} in {formatting.percent(float(sum(share[option] for option in group)))}")
    first, *rest = parts
    shares = ", ".join([f"{first} of futures", *rest])
    return f"{labels.actor(plan, choice.actor)} {formatting.time_of(run.times[state])}: {shares}"
