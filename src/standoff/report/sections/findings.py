"""Threshold, sensitivity and value-of-information findings as documents."""

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

EXPLAINED = ("Variance explained: expected share of the variance of the answer that knowing it would remove. S.d. of the "
             "update: standard deviation of the answer after learning it.")  # fmt: skip
STEP = "A step is one standard deviation of the prior, or a tenth of a fixed parameter"
TOGETHER = {
    "flips": "A fitted parameter varies alone over the central 98 % of its posterior; the others keep their posterior draws, "
    "even where they are correlated with it.",
    "sensitivity": "Fitted parameters are correlated: a slope shifts one in every posterior draw and leaves the others, Sobol "
    "indices treat all of them as one group, and a parameter may separate futures through a correlated one.",
    "value": "Learning a fitted parameter also informs the parameters that are correlated with it in the posterior.",
}  #: notes on findings under a posterior
FEW, MORE = 12, 8  # assumption: rows that a reader takes in


def flips(found: ThresholdAnalysis) -> list[Block]:
    """Document of a threshold analysis."""
    out = [
        *_head(found, verdict(found)),
        *_alone(found),
        *_others(found),
        *_drawn(found),
        *_sets(found),
        *_falls(found),
    ]
    out += [Paragraph(f"Not tested: {text}.", soft=True) for text in found.not_tested]
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
    heads = ("parameter", "central value:", "switching value:", "90 %:", "prior tail probability:")
    note = "90 %: Monte Carlo interval. Prior tail probability: of a value at least as far from the centre."
    return [
        Heading("Single parameters that change the answer"),
        table(*heads, rows=rows[:FEW]),
        Paragraph(note, soft=True),
    ]


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
    shown = table("parameter", "central value:", "plausible end:", "answer there:", rows=rows[:MORE])
    more = len(rows) - MORE
    note = (
        [Paragraph(f"And {formatting.counted(more, 'parameter')} with smaller effects.", soft=True)] if more > 0 else []
    )
    return [Heading("Single parameters that do not change the answer"), shown, *note]


def _drawn(found: ThresholdAnalysis) -> list[Block]:
    if not found.flips:
        return []
    told = "Green: up to the switching value; blue: up to the plausible end, without a switch."
    return [
        Picture(
            "flips",
            "The answer as one parameter varies",
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
    shown = table("joint change of two or three parameters", "switches:", "answer:", rows=rows)
    return [
        Heading("Joint changes"),
        shown,
        Paragraph("Directions follow the gradient; answers come from new runs.", soft=True),
    ]


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
        Heading("Without a claim"),
        table("claim", "cited by", "withdrawn:", "assumed false:", rows=rows[:FEW]),
    ]


def verdict(found: ThresholdAnalysis) -> str:
    """The answer, its threshold, and the number of parameters that would change it, in a sentence."""
    goal = "the most likely" if found.to is None else belief_text.level(found, found.to, 0.0)
    now = belief_text.level(found, found.answer, found.answer_error)
    if found.to is None:
        beside = f"{found.rival} ({belief_text.level(found, found.rival_answer, found.answer_error)})"
        state = (
            f"It is the most likely option, ahead of {beside}"
            if found.already_above
            else f"It is less likely than {beside}"
        )
    else:
        state = f"It is {'above' if found.already_above else 'below'} {goal}"
    count = sum(item.flips for item in found.flips)
    sets = sum(item.flips for item in found.together)
    turn = f"{formatting.counted(count, 'parameter')} of {len(found.flips)} tested would change that alone" if count else (
        f"none of {len(found.flips)} parameters tested would change that alone within its plausible range")  # fmt: skip
    more = f", {formatting.counted(sets, 'set')} of two or three would" if found.together and not count else ""
    return f"{now}. {state}; {turn}{more}."


def sensitivity(found: Sensitivity) -> list[Block]:
    """Document of a sensitivity analysis: gradient, Sobol indices, regional sensitivity, PRIM box."""
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
        return (
            [Heading("Gradient"), Paragraph("No slope is distinguishable from Monte Carlo error.")]
            if found.slopes
            else []
        )
    lost = len(found.slopes) - len(rows)
    within = f" Slopes of {formatting.counted(lost, 'other parameter')} are within Monte Carlo error." if lost else ""
    picture = tornado.alone([tornado.tornado(found)], found.text)
    heads = ("parameter", "step:", "change of the answer:", "through earlier choices:")
    return [Heading("Gradient"), table(*heads, rows=rows[:FEW]),
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
    note = (f"Sobol indices with 90 % bootstrap intervals; {found.index_draws:,} futures in each of "
            f"{len(found.indices) + 2} runs.")  # fmt: skip
    picture = tornado.alone([tornado.shares(found)], found.text)
    return [Heading("Variance decomposition"),
            table(f"by {found.group}", "first-order Sobol index:", "total Sobol index:", rows=rows[:FEW]),
            Picture("shares", "Shares of the variance", picture, note), Paragraph(note, soft=True)]  # fmt: skip


def _apart(found: Sensitivity) -> list[Block]:
    rows = [(gap.path, "higher" if gap.higher else "lower", f"{gap.distance:.2f}") for gap in found.distances]
    what = Heading(f"Futures in which {found.inside} ({formatting.percent(found.share_inside)})")
    if not rows:
        return [what, Paragraph("No parameter separates them from the other futures beyond noise.")]
    noise = f"Kolmogorov-Smirnov distance between these and the other futures; noise reaches {found.distances[0].noise:.2f}."
    return [
        what,
        table("parameter", "in these futures", "distance:", rows=rows[:FEW]),
        Paragraph(noise, soft=True),
    ]


def _box(found: Sensitivity) -> list[Block]:
    box = found.box
    if box is None:
        return []
    ranges = tuple(f"{item.path} {belief_text.limits(item.low, item.high, item.unit)}" for item in box.ranges)
    note = (f"Contains {formatting.percent(box.coverage)} of them; {formatting.percent(box.density)} of the futures inside "
            f"qualify, against {formatting.percent(box.base)} of all; measured on {box.futures:,} held-out futures.")  # fmt: skip
    picture = Picture(
        "box", "Region where they are most common", tornado.alone([tornado.prim_chart(found)], found.text), note
    )
    return [
        Heading("Region where they are most common (PRIM)"),
        BulletList(ranges),
        picture,
        Paragraph(note, soft=True),
    ]


def values(found: ValueOfInformation) -> list[Block]:
    """Document of a value-of-information analysis."""
    out = _head(
        found,
        f"{belief_text.level(found, found.answer, found.answer_error)} ± {belief_text.size(found, found.answer_error)}",
    )
    heads = ("variance explained:", "chance the leading answer changes:", "s.d. of the update:")
    for title, items in (("Claims to check next", found.claims), ("Parameters to measure better", found.numbers)):
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
        what = "claim" if items is found.claims else "parameter"
        out.append(Heading(title))
        out.append(table(what, "belief", *heads, rows=rows) if rows else
                   Paragraph("None is distinguishable from Monte Carlo error."))  # fmt: skip
    silent = f"{formatting.counted(found.uninformative, 'other claim')} without an effect beyond Monte Carlo error."
    notes = [Paragraph(EXPLAINED, soft=True), Paragraph(silent, soft=True), *_together(found, "value")]
    return [*out, *notes, Paragraph(answer_text.versions_line(found.origin), soft=True)]


def _together(found: QoiFinding, finding: str) -> list[Block]:
    return [Paragraph(TOGETHER[finding], soft=True)] if found.origin.posterior else []


def _head(found: QoiFinding, sentence: str) -> list[Block]:
    return [
        Heading(found.origin.title, 1), Paragraph(" · ".join(answer_text.origin(found.origin)), soft=True),
        Heading(f"{found.text}  [{found.asked}, {found.date}]"), Paragraph(sentence),
    ]  # fmt: skip
