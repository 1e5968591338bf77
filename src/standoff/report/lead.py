"""The first page in words: what the answer is, why, how sure one can be, and what would change it.

Every sentence is made of numbers of the findings. What would change the answer is read from the reasons, which add up,
from variants where they were run, and from the widest beliefs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from standoff import expression
from standoff.analysis.finding import proportion
from standoff.report import said, words
from standoff.report.behind import opens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from standoff.analysis import Answer, Explanation, Verdict
    from standoff.analysis.explain import ReasonShare
    from standoff.engine.run import Run

AGAINST, FOR = 3, 2  # assumption: a reader keeps no more reasons in mind


@dataclass(frozen=True)
class Lead:
    """The main question, answered."""

    answer: Answer
    text: said.Said
    word: str  #: the probability in words
    choice: Explanation | None  #: the choice that it is about
    why: tuple[Markup, ...]
    sure: tuple[Markup, ...]
    change: tuple[Markup, ...]
    holds: Holds | None  #: what the actor does instead


@dataclass(frozen=True)
class Holds:
    """In which share of futures each option holds at the date of the main question, the most frequent first."""

    title: str
    key: str
    rows: tuple[tuple[str, float, str], ...]


def lead(run: Run, found: Verdict, beside: Mapping[str, Verdict]) -> Lead | None:
    """The first page, or nothing where the scenario asks no question."""
    answer = main(run, found)
    if answer is None:
        return None
    choice = about(run, found, answer)
    text = said.answer(answer, found.origin.as_of)
    word = words.likelihood(float(answer.answer or 0.0)) if answer.kind == "event" else ""
    why = _why(run, choice) if choice else ()
    change = (*(_change(run, choice) if choice else ()), *_variants(run, answer, beside))
    return Lead(answer, text, word, choice, why, _sure(run, found, answer, choice), change,
                _holds(run, choice, answer) if choice else None)  # fmt: skip


def main(run: Run, found: Verdict) -> Answer | None:
    """The main question: the one that the scenario calls its headline; else the first event about the first choice,
    the first event, or the first of all."""
    called = [item for item in found.answers if run.model.scenario.questions[item.id].headline]
    first = next((choice.name for choice in run.model.plan.choices), "")
    events = [item for item in found.answers if item.kind == "event"]
    aimed = [item for item in events if first in _choices(run, item)]
    return next(iter([*called, *aimed, *events, *found.answers]), None)


def about(run: Run, found: Verdict, answer: Answer) -> Explanation | None:
    """The explained choice that a question names, if it names one."""
    named = _choices(run, answer)
    return next((choice for choice in found.choices if choice.choice in named), None)


def _choices(run: Run, answer: Answer) -> list[str]:
    asked = next(item for item in run.model.plan.questions if item.id == answer.id)
    named = [chosen.choice for node in asked.expressions.values() for chosen in expression.chosen(node)]
    return [*named, *([asked.question.reason[0]] if asked.question.reason else [])]


def _holds(run: Run, choice: Explanation, answer: Answer) -> Holds | None:
    asked = next(item for item in run.model.plan.questions if item.id == answer.id)
    if asked.state <= run.model.plan.first_free:
        return None
    place = [item.name for item in run.model.plan.choices].index(choice.choice)
    count = int(run.count[asked.state - 1])
    rows = []
    for o, item in enumerate(choice.options):
        share, _, error = proportion(round(float(run.held[asked.state - 1, place, o]) * count), count)
        rows.append((words.capital(option_words(run, choice, item.option)), share, words.percent(share, error)))
    title = f"What {run.model.scenario.actors[choice.actor].name} does at {run.times[asked.state]}, share of futures"
    return Holds(title, f"choice-{choice.choice}", tuple(sorted(rows, key=lambda row: -row[1])))


def option_words(run: Run, choice: Explanation, option: str) -> str:
    """An option as the scenario puts it."""
    return run.model.scenario.choices[choice.choice].options[option].text or words.plainly(option)


def reason_words(reason: ReasonShare) -> str:
    """A reason as the scenario puts it."""
    return reason.text or words.plainly(reason.reason)


def _listed(choice: Explanation, reasons: Sequence[ReasonShare]) -> Markup:
    decimals = said.reason_decimals(choice)
    parts = [
        Markup('“{}” <span class="nobr">({})</span>').format(
            reason_words(item),
            opens(words.signed(item.log_odds, decimals), f"reason-{choice.choice}-{item.reason}"),
        )
        for item in reasons
    ]
    return Markup("; ").join(parts)


def _why(run: Run, choice: Explanation) -> tuple[Markup, ...]:
    ordered = sorted(choice.reasons, key=lambda item: item.log_odds)
    against = [item for item in ordered if item.log_odds < 0]
    speaking = [item for item in reversed(ordered) if item.log_odds > 0]
    option, reference = option_words(run, choice, choice.option), option_words(run, choice, choice.against)
    place = [item.option for item in choice.options].index(choice.option)
    key, decimals = f"choice-{choice.choice}", said.reason_decimals(choice)
    out = [
        Markup("Of {}’s {}, {} against <b>{}</b> rather than <b>{}</b>, {} for it. In log odds they add up to {}: in {} "
               "it would be chosen with {}.").format(
            run.model.scenario.actors[choice.actor].name, words.counted(len(choice.reasons), "reason"),
            _speak(len(against)), option, reference, len(speaking),
            opens(words.signed(choice.log_odds, decimals), key), choice.decided,
            opens(said.chosen(choice)[place], key),
        )
    ]  # fmt: skip
    if against:
        out.append(Markup("Against, the largest first: {}.").format(_listed(choice, against[:AGAINST])))
    if speaking:
        out.append(Markup("For, the largest first: {}.").format(_listed(choice, speaking[:FOR])))
    return tuple(out)


def _speak(count: int) -> str:
    return f"{count} speaks" if count == 1 else f"{count} speak"


def _sure(run: Run, found: Verdict, answer: Answer, choice: Explanation | None) -> tuple[Markup, ...]:
    text, out = said.answer(answer, found.origin.as_of), []
    if text.error:
        out.append(
            Markup("{} futures leave a Monte Carlo error of {}.").format(
                f"{found.origin.draws:,}", text.error.replace("± ", "±\u00a0")
            )
        )
    if choice is not None:
        option = next(item for item in choice.options if item.option == choice.option)
        out.append(
            Markup("Futures differ in their uncertain numbers: in {} the probability of “{}” runs from {} in 90 % of "
                   "them.").format(choice.decided, option_words(run, choice, choice.option),
                                   opens(words.percents(option.interval), f"choice-{choice.choice}"))
        )  # fmt: skip
    rate = answer.baselines.get("base_rate")
    if rate is not None and answer.kind == "event":
        gap = 100 * (float(answer.answer or 0.0) - rate)
        side = "above" if gap > 0 else "below"
        out.append(
            Markup("That is {} points {} the base rate of {}: {}.").format(
                f"{abs(gap):.0f}", side, opens(words.percent(rate), f"answer-{answer.id}"), _base(run, answer))
        )  # fmt: skip
    counts = found.cited or {}
    total = sum(counts.values())
    if total:
        out.append(
            Markup('{} of {} numbers rest on <a href="#assumptions">assumption</a>, {} on claims, {} on cited works. '
                   "No interval here covers a model that is wrong.").format(
                counts.get("assumption", 0), total, counts.get("claims", 0), counts.get("works", 0))
        )  # fmt: skip
    if told := said.games(found):
        before, code, after = told.partition("`standoff audit-games`")
        out.append(Markup("{}{}{}").format(before, Markup("<code>standoff audit-games</code>") if code else "", after))
    return tuple(out)


def _base(run: Run, answer: Answer) -> str:
    base = run.model.scenario.questions[answer.id].base_rate
    return base.text.strip().rstrip(".") if base else ""


def _change(run: Run, choice: Explanation) -> tuple[Markup, ...]:
    decimals, out = said.reason_decimals(choice), []
    ordered = sorted(choice.reasons, key=lambda item: item.log_odds)
    above = choice.log_odds > 0
    bearing = [item for item in (reversed(ordered) if above else ordered) if (item.log_odds > 0) == above]
    if bearing:
        rest, count = choice.log_odds - bearing[0].log_odds, _turning(choice, bearing)
        out.append(
            Markup("Without the largest reason {}, “{}”, the log odds would be {} instead of {}, if the others chose as "
                   "before. Their sign would turn only without the {}.").format(
                "for" if above else "against", reason_words(bearing[0]),
                opens(words.signed(rest, decimals), f"reason-{choice.choice}-{bearing[0].reason}"),
                words.signed(choice.log_odds, decimals),
                "largest" if count == 1 else f"{count} largest")
        )  # fmt: skip
    widest = max(choice.reasons, key=lambda item: item.interval[1] - item.interval[0])
    out.append(
        Markup("Least settled is how much “{}” counts: {} in 90 % of futures; its weight is believed to be {}.").format(
            reason_words(widest), _range(choice, widest, decimals), words.believed(widest.weight))
    )  # fmt: skip
    least = 0.5 * 10.0**-decimals  # what is printed as zero is no sign
    torn = [item for item in choice.reasons if item.interval[0] < -least and item.interval[1] > least]
    if torn:
        texts = Markup("; ").join(
            Markup('“{}” <span class="nobr">({})</span>').format(reason_words(item), _range(choice, item, decimals))
            for item in torn
        )
        out.append(Markup("May speak for or against: {}.").format(texts))
    return tuple(out)


def _turning(choice: Explanation, bearing: Sequence[ReasonShare]) -> int:
    """How many of the reasons that carry the sum, the largest first, must go before its sign turns."""
    left = choice.log_odds
    for count, item in enumerate(bearing, start=1):
        left -= item.log_odds
        if (left > 0) != (choice.log_odds > 0):
            return count
    return len(bearing)


def _range(choice: Explanation, reason: ReasonShare, decimals: int) -> Markup:
    text = " to ".join(words.signed(end, decimals) for end in reason.interval)
    return opens(text, f"reason-{choice.choice}-{reason.reason}")


def _variants(run: Run, answer: Answer, beside: Mapping[str, Verdict]) -> tuple[Markup, ...]:
    """What the main question answers under variants: their answers where they were run, else their names."""
    out = []
    for name, found in beside.items():
        other = next((item for item in found.answers if item.id == answer.id), None)
        if other is not None:
            text = run.model.scenario.variants[name].text if name in run.model.scenario.variants else name
            out.append(Markup("{}: {}.").format(text.rstrip("."), said.answer(other, found.origin.as_of).main))
    waiting = [name for name in run.model.scenario.variants if name not in beside and name != run.model.plan.variant]
    if waiting:
        names = words.some(waiting, 4)
        out.append(Markup("Variants of the scenario that were not run for this page: {}.").format(names))
    return tuple(out)
