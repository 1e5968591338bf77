"""What the crises said, in sentences: each is as the figures have it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from benchmarks.case_scores import skills, verdict
from benchmarks.crisis_figures import (
    Interval,
    Rows,
    apart,
    arrays,
    as_common,
    beside,
    chances,
    contrast,
    forces,
    interval,
    kinds_of,
    line,
    losses,
    one_less,
    part,
    pooled,
    ranked,
    sequence,
    skill,
    split_by_sign,
    spread,
)
from benchmarks.crisis_runs import ASSUMED, BASE, HARDER, Decision, Said
from benchmarks.crisis_tables import bracket, gained, percent

from standoff.theories import names as theory_names

AS_BEFORE = (
    "*This section and the two that follow it are of 27 November 2026, under the rules of that day: they need a run of each case under "
    "every theory.*"
)
OTHERS = ("**Weights from", "**Sequential decisions**", "**Decision theories**", "**The log odds of states")


def of_first_run(rows: Rows, seed: int) -> list[str]:
    """What a reader should take away of the cases as they stand."""
    return [*against_base_rate(rows, seed), boldness(rows, seed), rare(rows)]


def of_other_runs(text: Sequence[Said], seed: int) -> list[str]:
    """What a reader should take away of the cases under other weights, sequences and theories."""
    decisions = [item for each in text for item in each.decisions]
    return [weights(text, seed), in_turn(text, seed), theories(text, seed), parting(decisions, seed)]


def kept(old: str) -> list[str]:
    """The lines of `of_other_runs` of an earlier page, each with its date."""
    lines = [
        line.removeprefix("- ") for line in old.splitlines() if line.startswith(tuple(f"- {word}" for word in OTHERS))
    ]
    return [line if line.endswith("*") else f"{line} *(27 November 2026)*" for line in lines]


def sure(ends: Interval, null: float, above: str, below: str, neither: str) -> str:
    """Which of three sayings an interval allows."""
    low, high = ends or (-np.inf, np.inf)
    return above if low > null else below if high < null else neither


def against_base_rate(rows: Rows, seed: int) -> list[str]:
    """How the model fares beside the base rate, and where it loses to it."""
    p, y, _ = arrays(rows)
    less, rate = one_less(rows, seed), float(y.mean())
    lost, both = losses(rows), [row for row in rows if "base_rate" in row.scores]
    means = {
        outcome: [
            np.mean([row.scores[who]["brier"] for row in both if row.happened == outcome])
            for who in ("model", "base_rate")
        ]
        for outcome in (1, 0)
    }
    worst = [
        f"{row.case} `{row.id}` ({percent(row.forecast)} against {percent(row.base_rate)}, {row.outcome})"
        for _, row in lost[:5]
    ]
    return [
        verdict(skills(rows, seed)),
        f"If one case is left out, this skill lies between {less[0][0]:+.0%} (without {less[0][1]}) and "
        f"{less[-1][0]:+.0%} (without "
        f"{less[-1][1]}).",
        f"{int(y.sum())} of {len(y)} events happened. A constant forecast of this share would "
        f"have a Brier score of {rate * (1 - rate):.3f}; the model has {np.mean((p - y) ** 2):.3f}.",
        f"**The model is worse than the base rate** on {len(lost)} of {len(both)} questions, in "
        f"{sum(row.happened == 1 for _, row in lost)} of which the event happened. Worst: {'; '.join(worst)}.",
        f"For events that did not happen, the Brier score is {means[0][0]:.3f} against {means[0][1]:.3f} for the base "
        f"rate; for events that happened, {means[1][0]:.3f} against {means[1][1]:.3f}.",
    ]


def boldness(rows: Rows, seed: int) -> str:
    """Whether forecasts were too timid, and whether things happened more often than they said."""
    p, y, cases = arrays(rows)
    shift, factor = line(p, y, np.ones((1, len(p))))[0]
    samples = [interval(cases, lambda w, k=k: line(p, y, w)[:, k], seed) for k in (0, 1)]  # type: ignore[misc]
    more = interval(cases, lambda w: w @ (y - p) / w.sum(axis=1), seed)
    timid = sure(
        samples[1], 1, "underconfident", "overconfident", "neither underconfident nor overconfident within the interval"
    )
    often = sure(more, 0, "more often than", "less often than", "about as often as")
    return (
        f"**Forecasts are {timid}:** the log score is best with log odds multiplied by {factor:.2f}"
        f"{bracket(samples[1], '.2f')} and shifted by {shift:+.2f}{bracket(samples[0], '+.2f')}. Events happened {often} "
        f"forecast: {y.mean():.0%} against {p.mean():.0%}, {100 * (y - p).mean():+.0f} percentage points"
        f"{bracket(more and (100 * more[0], 100 * more[1]), '+.0f')}."
    )


def weights(text: Sequence[Said], seed: int) -> str:
    """Weights from history beside the assumed ones, on the same questions."""
    rows = beside(pooled(text, ASSUMED), chances(pooled(text, BASE)))
    gain = skill(rows, "brier", "base_rate", seed)  # of the assumed weights over those from history
    assert gain is not None
    (p, y, _), q = arrays(rows), np.array([row.base_rate for row in rows], float)
    factors = [line(each, y, np.ones((1, len(y))))[0, 1] for each in (q, p)]
    shown = sure(gain.interval, 0, "worse", "better", "no significant difference")
    learned, assumed = np.mean((q - y) ** 2), np.mean((p - y) ** 2)
    return (
        "**Weights from [history](history.md)**, fitted without the wars of the cases, have a Brier score of "
        f"{learned:.3f} on {len(y)} questions, those assumed before (variant `assumed-weights`) {assumed:.3f} (skill of the "
        f"latter over the former {gained(gain)}): {shown}. The factor on log odds is {factors[0]:.2f} with the former and "
        f"{factors[1]:.2f} with the latter; 1 is right."
    )


def rare(rows: Rows) -> str:
    """What the model says of forces beside UCDP's base rate."""
    here = forces(rows, war=False)
    p, y, _ = arrays(here)
    flat_rows = beside(here, dict.fromkeys(chances(here), HARDER))
    selected, flat = as_common(here, HARDER, "model"), as_common(flat_rows, HARDER, "base_rate")
    return (
        f"**Sending forces:** the model ranks {ranked(p, y, np.ones((1, len(p))))[0]:.0%} of pairs of a sender and "
        "a non-sender "
        f"correctly. Its mean probability for states that stayed out is {p[y == 0].mean():.0%}, while {100 * HARDER:.1f} % "
        f"of all supporters send forces. Over all supporters it would be "
        f"{'worse' if selected > flat else 'better'} than that rate: Brier score {selected:.3f} against "
        f"{flat:.3f}."
    )


def in_turn(text: Sequence[Said], seed: int) -> str:
    """Whether it matters who sees whose move."""
    _, gain, moved = sequence(text, seed)
    assert gain is not None
    largest = [f"{row.case} `{row.id}` {100 * by:+.0f}, {row.outcome}" for by, row in moved[:5]]
    shown = sure(gain.interval, 0, "better", "worse", "no significant difference")
    return (
        f"**Sequential decisions** change a probability by {100 * np.mean([abs(by) for by, _ in moved]):.1f} "
        "percentage points on "
        f"average, in {len(moved)} questions of {gain.cases} cases; Brier skill over simultaneous decisions "
        f"{gained(gain)}: "
        f"{shown}. Largest changes: {'; '.join(largest)}."
    )


def theories(text: Sequence[Said], seed: int) -> str:
    """Whether it matters how actors decide."""
    wide, base = spread(text), chances(pooled(text, BASE))
    groups: dict[str, list[str]] = {"better than quantal response": [], "worse": [], "not significantly different": []}
    for name in theory_names()[1:]:
        gain = skill(beside(pooled(text, name), base), "brier", "base_rate", seed)
        groups[sure(gain.interval if gain else None, 0, *groups)].append(name)
    result = "; ".join(f"{words}: {', '.join(names)}" for words, names in groups.items() if names)
    return (
        f"**Decision theories** differ by {100 * np.mean([distance for distance, _ in wide]):.0f} percentage points on average "
        f"(highest less lowest of {len(theory_names())}); most on {wide[0][1]}, {100 * wide[0][0]:.0f}. By Brier score, "
        f"{result}."
    )


def parting(decisions: Sequence[Decision], seed: int) -> str:
    """Which kinds part those who sent forces from those who did not."""
    did, cases = np.array([item.did for item in decisions]), [item.case for item in decisions]
    known = []
    for kind in kinds_of(decisions):
        values = np.array([part(item, kind) for item in decisions])
        ends = interval(cases, lambda w, values=values: apart(values, did, w), seed)  # type: ignore[misc]
        if sure(ends, 0, "+", "-", ""):
            known.append(f"`{kind}` {contrast(decisions, kind):+.2f}")
    in_favour, against = split_by_sign(decisions)
    return (
        f"**The log odds of states that sent forces** are higher by {contrast(decisions, None):.2f} on average: "
        f"{against:.2f} of it "
        f"from kinds that are mostly reasons against, which weighed less, and {in_favour:.2f} from kinds that are mostly "
        f"reasons for. Significant by themselves: {', '.join(known) or 'none'}."
    )


def scored_sequence(text: Sequence[Said], seed: int) -> str:
    """Brier and log score of both ways, in words."""
    rows = sequence(text, seed)[0]
    parts = []
    for score in ("brier", "log"):
        mean = [np.mean([row.scores[who][score] for row in rows]) for who in ("model", "base_rate")]
        parts.append(
            f"{score.capitalize()} score {mean[0]:.3f} against {mean[1]:.3f} for simultaneous decisions, gain "
            f"{gained(skill(rows, score, 'base_rate', seed))}"
        )
    better = sum(row.scores["model"]["brier"] < row.scores["base_rate"]["brier"] for row in rows)
    return f"{'; '.join(parts)}; better on {better} of {len(rows)} questions."
