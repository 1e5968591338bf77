"""Chart at the top of a report: options of a choice up to the date of the main question."""

from __future__ import annotations

from standoff.analysis.answer import Answer
from standoff.engine.run import Run
from standoff.plan import labels
from standoff.report import formatting
from standoff.report.charts import choices
from standoff.report.document import Picture

NAMED = 3  # assumption: a title bears no more options


def question_chart(run: Run, answer: Answer, name: str) -> Picture:
    """Chart of a choice until the date of a question; later states are left out.

    Its title is what it shows then: the options that the question asks about, and the likeliest other one; else those that
    are most often in force. `name` is that of the choice.
    """
    plan, calendar = run.model.plan, run.model.scenario.calendar
    query = plan.question(answer.id)
    index = [choice.name for choice in plan.choices].index(name)
    state = min(max(query.state, plan.first_future_step + 1), calendar.steps)
    choice, wanted = plan.choices[index], plan.options_of(query).get(name, ())
    share = dict(zip(choice.options, run.active_share[state - 1, index], strict=False))
    others = sorted((option for option in choice.options if option not in wanted), key=lambda option: -share[option])
    groups = [wanted] if 0 < len(wanted) <= NAMED else []
    groups += [(option,) for option in others[: 1 if groups else 2]]
    parts = []
    for group in groups:
        named = " or ".join(f"“{labels.option(plan, name, option)}”" for option in group)
        of_futures = "" if parts else " of futures"
        parts.append(f"{named} in {formatting.percent(float(sum(share[option] for option in group)))}{of_futures}")
    actor = labels.actor(plan, choice.actor)
    title = f"{actor} {formatting.time_of(run.times[state])}: {', '.join(parts)}"
    caption = (
        f"{actor}: share of futures in which each option is in force; before the dashed line, the observed decisions."
    )
    if query.question.by:
        caption += f" The answer counts what happens at any time until {answer.date}."
    if answer.point != answer.share:
        caption += (
            " The futures are those of the case's own model; the answer is the mean over rival models and theories."
        )
    wide, narrow = (choices.active_share_until(run, index, state, title, is_wide) for is_wide in (True, False))
    return Picture(
        f"question-{answer.id}".lower(),
        title,
        wide,
        caption,
        evidence=f"choice-{name}",
        narrow=narrow,
        kind="claim",
    )
