"""What flips, sensitivity and the value of checking found, as blocks for the terminal, Markdown and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.report import answer_text, belief_text, formatting
from standoff.report.charts import tornado
from standoff.report.document import BulletList, Heading, Paragraph, Picture, table

if TYPE_CHECKING:
    from standoff.analysis.quantity_of_interest import QoiFinding
    from standoff.analysis.sensitivity.sensitivity import Sensitivity
    from standoff.analysis.threshold import ThresholdAnalysis
    from standoff.analysis.value_of_information import ValueOfInformation
    from standoff.report.document import Block

EXPLAINED = ("Takes off: of the variance of the answer, the expected part. Turns it: how likely the likeliest answer would "
             "be another one. Moves it by: standard deviation of what it would become.")  # fmt: skip
STEP = "A step is one standard deviation of the belief, or a tenth of a number without one"
TOGETHER = {
    "flips": "A fitted number is moved alone over the central 98 % of its posterior; the other numbers stay as drawn there, "
    "also where they would go with it.",
    "sensitivity": "Fitted numbers go together: a slope moves one in every draw of the posterior and leaves the others, shares "
    "of the variance hold all of them as one group, and a number may tell futures apart by one that it goes with.",
    "value": "Knowing a fitted number tells of those too that go with it in the posterior.",
}  #: what a finding means for numbers that a posterior gives
FEW, MORE = 12, 8  # assumption: rows that a reader takes in


def flips(found: ThresholdAnalysis) -> list[Block]:
    """What turns an answer."""
    out = [
        *_head(found, verdict(found)),
        *_alone(found),
        *_others(found),
        *_drawn(found),
        *_sets(found),
        *_falls(found),
    ]
    out += [Paragraph(f"Not tried: {text}.", soft=True) for text in found.not_tested]
    return [*out, *_together(found, "flips"), Paragraph(answer_text.versions_line(found.origin), soft=True)]


def _alone(found: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            item.name,
            belief_text.value(item, item.middle),
            belief_text.value(item, item.value),
            belief_text.between(item),
            belief_text.likely(item),
        )
        for item in found.flips
        if item.flips
    ]
    if not rows:
        return []
    heads = ("least change of one number", "instead of:", "turns at:", "90 %:", "as believed:")
    note = "The 90 % are Monte Carlo; as believed: how likely the number is at least so far out."
    return [Heading("What turns it alone"), table(*heads, rows=rows[:FEW]), Paragraph(note, soft=True)]


def _others(found: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            item.name,
            belief_text.value(item, item.middle),
            belief_text.value(item, item.value),
            belief_text.level(found, item.answer, item.answer_error),
        )
        for item in found.flips
        if not item.flips
    ]
    if not rows:
        return []
    shown = table("taken as far as is plausible", "from:", "to:", "answer:", rows=rows[:MORE])
    more = len(rows) - MORE
    note = [Paragraph(f"And {formatting.counted(more, 'number')} that move it less.", soft=True)] if more > 0 else []
    return [Heading("What does not turn it alone"), shown, *note]


def _drawn(found: ThresholdAnalysis) -> list[Block]:
    if not found.flips:
        return []
    told = "Green: as far as turns it; blue: as far as is plausible without turning it."
    return [
        Picture(
            "flips",
            "The answer with one number moved",
            tornado.alone([tornado.threshold_chart(found)], found.text),
            told,
        )
    ]


def _sets(found: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.together(group),
            "yes" if group.flips else "no",
            belief_text.level(found, group.answer, group.answer_error),
        )
        for group in found.together
    ]
    if not rows:
        return []
    shown = table("two or three together", "turns it:", "answer:", rows=rows)
    return [Heading("Together"), shown, Paragraph("Along the gradient, then run again.", soft=True)]


def _falls(found: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.claims(fall.claims),
            belief_text.bears(fall),
            belief_text.fallen(found, fall.answer, fall.answer_error, fall.flips),
            belief_text.untrue(found, fall),
        )
        for fall in found.claims
    ]
    if not rows:
        return []
    return [
        Heading("If a claim falls"),
        table("without the claim", "bears on", "withdrawn:", "false:", rows=rows[:FEW]),
    ]


def verdict(found: ThresholdAnalysis) -> str:
    """What the threshold is, and whether anything turns the answer, in a sentence."""
    goal = "the likeliest" if found.to is None else belief_text.level(found, found.to, 0.0)
    now = belief_text.level(found, found.answer, found.answer_error)
    if found.to is None:
        beside = f" against {found.rival} with {belief_text.level(found, found.rival_answer, found.answer_error)}"
        state = f"It is the likeliest{beside}" if found.already_above else f"It is not the likeliest{beside}"
    else:
        state = f"It is {'above' if found.already_above else 'below'} {goal}"
    count = sum(item.flips for item in found.flips)
    sets = sum(item.flips for item in found.together)
    turn = f"{formatting.counted(count, 'number')} of {len(found.flips)} tried would turn that alone" if count else (
        f"no number of {len(found.flips)} tried turns that alone within what is plausible")  # fmt: skip
    more = f", {formatting.counted(sets, 'set')} of two or three would" if found.together and not count else ""
    return f"{now}. {state}; {turn}{more}."


def sensitivity(found: Sensitivity) -> list[Block]:
    """Slopes, indices, distances and the box."""
    now = (
        f"{belief_text.level(found, found.answer, found.answer_error)} ± {belief_text.size(found, found.answer_error)}"
    )
    return [
        *_head(found, now), *_slopes(found), *_shares(found), *_apart(found), *_box(found), *_together(found, "sensitivity"),
        Paragraph(answer_text.versions_line(found.origin), soft=True),
    ]  # fmt: skip


def _slopes(found: Sensitivity) -> list[Block]:
    rows = [
        (item.path, formatting.number(item.step, None, item.unit), belief_text.change(found, item.slope, item.mc_error),
         belief_text.change(found, item.through_choices, item.mc_error))
        for item in found.steepest
    ]  # fmt: skip
    if not rows:
        return [Heading("Slopes"), Paragraph("None stands out from chance.")] if found.slopes else []
    lost = len(found.slopes) - len(rows)
    within = f" Slopes by {formatting.counted(lost, 'other number')} do not stand out from chance." if lost else ""
    picture = tornado.alone([tornado.tornado(found)], found.text)
    heads = ("one step of", "is:", "changes the answer by:", "of it through earlier choices:")
    return [Heading("Slopes"), table(*heads, rows=rows[:FEW]),
            Picture("tornado", "The answer a step below and a step above", picture, f"{STEP}."),
            Paragraph(f"{STEP}; {found.slope_draws:,} futures.{within}", soft=True)]  # fmt: skip


def _shares(found: Sensitivity) -> list[Block]:
    rows = [
        (index.name, belief_text.part(index.first, index.first_error), belief_text.part(index.total, index.total_error))
        for index in found.indices
        if index.total
    ]
    if not rows:
        return []
    note = (f"First and total Sobol indices with 90 % of resampled futures; {found.index_draws:,} futures in each of "
            f"{len(found.indices) + 2} runs.")  # fmt: skip
    picture = tornado.alone([tornado.shares(found)], found.text)
    return [Heading("Shares of the variance"),
            table(f"by {found.group}", "known, takes off:", "unknown alone, leaves:", rows=rows[:FEW]),
            Picture("shares", "Shares of the variance", picture, note), Paragraph(note, soft=True)]  # fmt: skip


def _apart(found: Sensitivity) -> list[Block]:
    rows = [(gap.path, "higher" if gap.higher else "lower", f"{gap.distance:.2f}") for gap in found.distances]
    what = Heading(f"Futures in which {found.inside} ({formatting.percent(found.share_inside)})")
    if not rows:
        return [what, Paragraph("No number tells them apart beyond what noise does.")]
    noise = f"Largest distance of the two distributions; noise alone reaches {found.distances[0].noise:.2f}."
    return [
        what,
        table("tells the futures apart", "inside it is", "distance:", rows=rows[:FEW]),
        Paragraph(noise, soft=True),
    ]


def _box(found: Sensitivity) -> list[Block]:
    box = found.box
    if box is None:
        return []
    ranges = tuple(f"{item.path} {belief_text.limits(item.low, item.high, item.unit)}" for item in box.ranges)
    note = (f"Holds {formatting.percent(box.coverage)} of them; {formatting.percent(box.density)} of the futures in it are such, "
            f"against {formatting.percent(box.base)} of all; measured on {box.futures:,} futures that it was not fitted "
            "to.")  # fmt: skip
    picture = Picture("box", "The box", tornado.alone([tornado.prim_chart(found)], found.text), note)
    return [Heading("The box in which they are most common"), BulletList(ranges), picture, Paragraph(note, soft=True)]


def values(found: ValueOfInformation) -> list[Block]:
    """What to check next."""
    out = _head(
        found,
        f"{belief_text.level(found, found.answer, found.answer_error)} ± {belief_text.size(found, found.answer_error)}",
    )
    for title, items in (("Claims to check next", found.claims), ("Numbers to know better", found.numbers)):
        rows = [
            (
                belief_text.claims(item.claims) if item.claims else item.numbers[0],
                belief_text.width(item),
                belief_text.part(item.share, item.error),
                "" if item.switch_probability is None else formatting.percent(item.switch_probability),
                f"± {belief_text.size(found, item.spread)}",
            )
            for item in items
        ]
        what = "claim" if items is found.claims else "number"
        out.append(Heading(title))
        out.append(table(what, "bears on", "takes off:", "turns it:", "moves it by:", rows=rows) if rows else
                   Paragraph("None stands out from chance."))  # fmt: skip
    silent = f"{formatting.counted(found.uninformative, 'claim')} on uncertain numbers tell less than chance hides."
    notes = [Paragraph(EXPLAINED, soft=True), Paragraph(silent, soft=True), *_together(found, "value")]
    return [*out, *notes, Paragraph(answer_text.versions_line(found.origin), soft=True)]


def _together(found: QoiFinding, finding: str) -> list[Block]:
    return [Paragraph(TOGETHER[finding], soft=True)] if found.origin.posterior else []


def _head(found: QoiFinding, sentence: str) -> list[Block]:
    return [
        Heading(found.origin.title, 1), Paragraph(" · ".join(answer_text.origin(found.origin)), soft=True),
        Heading(f"{found.text}  [{found.asked}, {found.date}]"), Paragraph(sentence),
    ]  # fmt: skip
