"""Threshold, sensitivity and value-of-information findings as documents."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from standoff.report import answer_text, belief_text, formatting, title
from standoff.report.charts import tornado
from standoff.report.document import BulletList, Heading, Paragraph, Picture, noted, table

if TYPE_CHECKING:
    from standoff.analysis.quantity_of_interest import QoiFinding
    from standoff.analysis.sensitivity.sensitivity import Sensitivity
    from standoff.analysis.threshold import ThresholdAnalysis
    from standoff.analysis.value_of_information import ValueOfInformation
    from standoff.report.document import Block

EXPLAINED = (
    "Variance explained: expected share of the variance of the answer that knowing it would remove. Leading answer "
    "would change: probability that another becomes the likeliest. S.d. of the update: standard deviation of the "
    "answer after learning it."
)
COMMON = "Region where they are most common (PRIM)"
STEP = "A step is one standard deviation of the prior, or a tenth of a fixed parameter"
TOGETHER = {
    "flips": "A fitted parameter varies alone over the central 98 % of its posterior; the others keep their posterior draws, "
    "even where they are correlated with it.",
    "sensitivity": "Fitted parameters are correlated: a slope shifts one in every posterior draw and leaves the others, Sobol "
    "indices treat all of them as one group, and a parameter may separate futures through a correlated one.",
    "value": "Learning a fitted parameter also informs the parameters that are correlated with it in the posterior.",
}  #: notes on findings under a posterior
FEW, MORE = 12, 8  # assumption: rows that a reader takes in


def flips(analysis: ThresholdAnalysis) -> list[Block]:
    """Document of a threshold analysis."""
    out = [
        *_head(analysis, verdict(analysis)),
        *_alone(analysis),
        *_others(analysis),
        *_picture_blocks(analysis),
        *_sets(analysis),
        *_claim_removal_blocks(analysis),
    ]
    out += [Paragraph(f"Not tested: {text}.", soft=True) for text in analysis.not_tested]
    return [*out, *_together(analysis, "flips"), Paragraph(answer_text.versions_line(analysis.origin), soft=True)]


def _alone(analysis: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.parameter(item),
            belief_text.value(item, item.middle),
            belief_text.switching(item),
            belief_text.between(item),
            belief_text.likely(item),
        )
        for item in analysis.flips
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


def _others(analysis: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.parameter(item),
            belief_text.value(item, item.middle),
            belief_text.value(item, item.value),
            belief_text.level(analysis, item.answer, item.answer_error),
        )
        for item in analysis.flips
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


def _picture_blocks(analysis: ThresholdAnalysis) -> list[Block]:
    if not analysis.flips:
        return []
    message = "Green: up to the switching value; blue: up to the plausible end, without a switch."
    return [
        Picture(
            "flips",
            "The answer as one parameter varies",
            tornado.alone([tornado.threshold_chart(analysis)], analysis.text),
            message,
        )
    ]


def _sets(analysis: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.together(group),
            "yes" if group.flips else "no",
            belief_text.level(analysis, group.answer, group.answer_error),
        )
        for group in analysis.together
    ]
    if not rows:
        return []
    shown = table("joint change of two or three parameters", "switches:", "answer:", rows=rows)
    return [
        Heading("Joint changes"),
        shown,
        Paragraph("Directions follow the gradient; answers come from new runs.", soft=True),
    ]


def _claim_removal_blocks(analysis: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.claims(bound_rate.claims),
            belief_text.bears(bound_rate),
            belief_text.fallen(analysis, bound_rate.answer, bound_rate.answer_error, bound_rate.flips),
            belief_text.untrue(analysis, bound_rate),
        )
        for bound_rate in analysis.claims
    ]
    if not rows:
        return []
    return [
        Heading("Without a claim"),
        table("claim", "cited by", "withdrawn:", "assumed false:", rows=rows[:FEW]),
    ]


def verdict(analysis: ThresholdAnalysis) -> str:
    """Sentence on an answer, its threshold, and the parameters that would change it."""
    goal = "the most likely" if analysis.to is None else belief_text.level(analysis, analysis.to, 0.0)
    now = belief_text.level(analysis, analysis.answer, analysis.answer_error)
    if analysis.to is None:
        beside = f"{analysis.rival} ({belief_text.level(analysis, analysis.rival_answer, analysis.answer_error)})"
        state = (
            f"It is the most likely option, ahead of {beside}"
            if analysis.already_above
            else f"It is less likely than {beside}"
        )
    else:
        state = f"It is {'above' if analysis.already_above else 'below'} {goal}"
    count = sum(item.flips for item in analysis.flips)
    sets = sum(item.flips for item in analysis.together)
    turn = (
        f"{formatting.counted(count, 'parameter')} of {len(analysis.flips)} tested would change that alone"
        if count
        else (f"none of {len(analysis.flips)} parameters tested would change that alone within its plausible range")
    )
    joint = f"{formatting.counted(sets, 'set')} of two or three would" if sets else "nor would a set of two or three"
    more = f", {joint}" if analysis.together and not count else ""
    return f"{now}. {state}; {turn}{more}."


def sensitivity(result: Sensitivity) -> list[Block]:
    """Document of a sensitivity analysis: gradient, Sobol indices, regions, PRIM box."""
    now = belief_text.with_error(result, result.answer, result.answer_error)
    return [
        *_head(result, now),
        *_slopes(result),
        *_shares(result),
        *_distance_blocks(result),
        *_box(result),
        *_together(result, "sensitivity"),
        Paragraph(answer_text.versions_line(result.origin), soft=True),
    ]


def _slopes(result: Sensitivity) -> list[Block]:
    rows = [
        (
            belief_text.parameter(item),
            formatting.number(item.step, None, item.unit),
            belief_text.change(result, item.slope, item.mc_error),
            belief_text.change(result, item.through_choices, item.mc_error),
        )
        for item in result.steepest
    ]
    named = "; ".join(result.without_slope)
    jumps = f"An answer jumps where a stock passes a number of a condition, which has no slope: {named}."
    apart: list[Block] = [Paragraph(jumps, soft=True)] if named else []
    if not rows:
        none = Paragraph("No slope is distinguishable from Monte Carlo error.")
        return [Heading("Gradient"), none, *apart] if result.slopes else []
    lost = len(result.slopes) - len(rows)
    within = f" Slopes of {formatting.counted(lost, 'other parameter')} are within Monte Carlo error." if lost else ""
    picture = tornado.alone([tornado.tornado(result)], result.text)
    heads = ("parameter", "step:", "change of the answer:", "through earlier choices:")
    return [
        Heading("Gradient"),
        table(*heads, rows=rows[:FEW]),
        Picture("tornado", "The answer a step below and a step above", picture, f"{STEP}."),
        Paragraph(f"{STEP}; {result.slope_draws:,} futures.{within}", soft=True),
        *apart,
    ]


def _shares(result: Sensitivity) -> list[Block]:
    rows = [
        (
            noted(formatting.capital(index.label), "" if index.label == index.name else index.name),
            belief_text.part(index.first, index.first_error),
            belief_text.part(index.total, index.total_error),
        )
        for index in result.indices
        if index.total
    ]
    if not rows:
        return []
    note = (
        f"Sobol indices with 90 % bootstrap intervals; {result.index_draws:,} futures in each of "
        f"{len(result.indices) + 2} runs."
    )
    picture = tornado.alone([tornado.shares(result)], result.text)
    return [
        Heading("Variance decomposition"),
        table(f"by {result.group}", "first-order Sobol index:", "total Sobol index:", rows=rows[:FEW]),
        Picture("shares", "Shares of the variance", picture, note),
        Paragraph(note, soft=True),
    ]


def _distance_blocks(result: Sensitivity) -> list[Block]:
    rows = [
        (
            belief_text.parameter(distance),
            "higher" if distance.higher else "lower",
            formatting.plain(distance.distance, formatting.common_decimals([distance.mc_error])),
        )
        for distance in result.distances
    ]
    what = Heading(f"Futures in which {result.inside} ({formatting.percent(result.share_inside)})")
    if not rows:
        return [what, Paragraph("No parameter separates them from the other futures beyond noise.")]
    noise = f"Kolmogorov-Smirnov distance between these and the other futures; noise reaches {result.distances[0].noise:.1g}."
    return [
        what,
        table("parameter", "in these futures", "distance:", rows=rows[:FEW]),
        Paragraph(noise, soft=True),
    ]


def _box(result: Sensitivity) -> list[Block]:
    box = result.box
    if box is None:
        return []
    ranges = tuple(
        noted(f"{formatting.capital(item.label)} {belief_text.limits(item.low, item.high, item.unit)}", item.path)
        for item in box.ranges
    )
    note = (
        f"Contains {formatting.percent(box.coverage)} of them; {formatting.percent(box.density)} of the futures inside "
        f"qualify, against {formatting.percent(box.base)} of all; measured on {box.futures:,} held-out futures."
    )
    inside = box.mass * box.futures  # held-out futures in the region
    chance = math.sqrt(box.base * (1 - box.base) / inside) if inside else math.inf
    if box.density - box.base <= formatting.SURE * chance:
        return [
            Heading(COMMON),
            Paragraph(f"No region was found in which they are clearly more common. {note}", soft=True),
        ]
    picture = Picture(
        "box", "Region where they are most common", tornado.alone([tornado.prim_chart(result)], result.text), note
    )
    return [
        Heading(COMMON),
        BulletList(ranges),
        picture,
        Paragraph(note, soft=True),
    ]


def values(value: ValueOfInformation) -> list[Block]:
    """Document of a value-of-information analysis."""
    out = _head(
        value,
        belief_text.with_error(value, value.answer, value.answer_error),
    )
    heads = ("variance\nexplained:", "leading answer\nwould change:", "s.d. of\nthe update:")
    for name, items in (("Claims to check next", value.claims), ("Parameters to measure better", value.numbers)):
        rows = [
            (
                belief_text.claims(item.claims)
                if item.claims
                else noted(formatting.capital(item.labels[0]), item.numbers[0]),
                belief_text.width(item) if item.claims else item.beliefs[0].partition(" @")[0],
                belief_text.part(item.share, item.error),
                "" if item.switch_probability is None else formatting.percent(item.switch_probability),
                f"± {belief_text.size(value, item.spread)}",
            )
            for item in items
        ]
        what = "claim" if items is value.claims else "parameter"
        out.append(Heading(name))
        out.append(
            table(what, "belief", *heads, rows=rows)
            if rows
            else Paragraph("None is distinguishable from Monte Carlo error.")
        )
    notes = [Paragraph(EXPLAINED, soft=True), *_together(value, "value")]
    if value.uninformative:
        count = formatting.counted(value.uninformative, "other claim")
        notes.insert(1, Paragraph(f"The effect of {count} is within Monte Carlo error.", soft=True))
    return [*out, *notes, Paragraph(answer_text.versions_line(value.origin), soft=True)]


def _together(result: QoiFinding, finding: str) -> list[Block]:
    return [Paragraph(TOGETHER[finding], soft=True)] if result.origin.posterior else []


def _head(result: QoiFinding, sentence: str) -> list[Block]:
    afresh = ", if it decided afresh" if result.kind == "option" else ""
    return [
        *title.blocks(result.origin),
        Heading(f"{result.text}{afresh}  [{result.quantity_of_interest}, {result.date}]"),
        Paragraph(sentence),
    ]
