"""Tables in Markdown of what the crises said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from benchmarks.case_scores import CaseSkill, Scored, calibration, skills
from benchmarks.crisis_figures import (
    Interval,
    Rows,
    apart,
    arrays,
    as_common,
    beside,
    chances,
    common,
    contrast,
    forces,
    interval,
    kinds_of,
    line,
    part,
    pooled,
    ranked,
    skill,
    split,
)
from benchmarks.crisis_runs import BASE, HARDER, SEQUENCE, Decision, Said

from standoff.theories import DEFAULT
from standoff.theories import names as theory_names


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))


def percent(p: float | None) -> str:
    """A probability, in whole per cent unless it is small; nothing for None."""
    return "" if p is None else f"{100 * p:.1f} %" if p < 0.05 else f"{100 * p:.0f} %"


def signed(value: float, ends: Interval, percents: bool = False) -> str:
    """A difference with its interval, in bold where that leaves out zero."""
    scale, digits, unit = (100, 0, " %") if percents else (1, 2, "")
    rounded = np.round(scale * np.array([value, *(ends or ())]), digits) + 0.0  # no minus before a zero
    numbers = [f"{x:+.{digits}f}{unit}" for x in rounded]
    if ends is None:
        return numbers[0]
    mark = "**" if ends[0] > 0 or ends[1] < 0 else ""
    return f"{mark}{numbers[0]}{mark} ({numbers[1]} to {numbers[2]})"


def bracket(ends: Interval, form: str) -> str:
    """An interval in brackets; nothing for None."""
    return "" if ends is None else f" ({ends[0]:{form}} to {ends[1]:{form}})"


def gained(item: CaseSkill | None) -> str:
    """A skill with its interval."""
    return "" if item is None else signed(item.skill, item.interval, item.score == "brier")


def near(row: Scored) -> str:
    """Who was nearer to what happened."""
    base = row.scores.get("base_rate")
    return "" if base is None else "model" if row.scores["model"]["brier"] < base["brier"] else "base rate"


def questions(text: Sequence[Said], before: Mapping[str, Mapping[str, str]]) -> str:
    """Every settled question, under the mean scores of its case; `before`: case -> question -> its chance on the page before."""
    rows = []
    for each in text:
        here = each.scored[BASE]
        after = chances(each.scored.get(SEQUENCE, ()))
        both = [row for row in here if "base_rate" in row.scores]
        mean = [
            f"{np.mean([row.scores[who]['brier'] for row in part]):.3f}" if part else ""
            for who, part in (("model", here), ("model", both), ("base_rate", both))
        ]
        rows.append(
            [
                f"**[{each.case}](../src/standoff/catalog/{each.case}/README.md)**, from {here[0].as_of}",
                f"Brier {mean[0]}",
                "",
                f"{mean[2]}, model {mean[1]}",
                *[""] * 3,
            ]
        )
        rows += [
            [
                row.text,
                f"{percent(row.forecast)} ± {100 * (row.mc_error or 0):.1f}",
                before.get(row.case, {}).get(row.id, ""),
                percent(row.base_rate),
                row.outcome,
                percent(after.get((row.case, row.id))),
                near(row),
            ]
            for row in here
        ]
    head = ["question", "model", "27 November", "base rate", "happened", SEQUENCE.replace("-", " "), "better"]
    keep = [k for k in range(len(head)) if any(row[k] for row in rows)]
    return table([head[k] for k in keep], [[row[k] for k in keep] for row in rows])


def totals(rows: Rows, seed: int) -> str:
    """Scores and skill against every baseline."""
    names = {"base_rate": "the base rate", "even": "equal chances", "persistence": "no change"}
    result = [item for item in skills(rows, seed) if item.model is not None]
    return table(
        ["score", "compared with", "questions", "model", "baseline", "skill (90 %)", "better on"],
        [
            [
                item.score,
                names[item.against],
                str(item.questions),
                f"{item.model:.3f}",
                f"{item.other:.3f}",
                gained(item),
                str(item.better),
            ]
            for item in result
        ],
    )


def bins(rows: Rows) -> str:
    """How often happened what was given about that chance."""
    return table(
        ["forecast", "questions", "mean forecast", "happened (90 %)"],
        [
            [
                f"{item.low:.0%} to {item.high:.0%}",
                str(item.questions),
                percent(item.forecast),
                f"{percent(item.happened)} ({percent(item.interval[0])} to {percent(item.interval[1])})",
            ]
            for item in calibration(rows)
        ],
    )


def harder(rows: Rows, seed: int) -> str:
    """Model, the scenarios' base rates and UCDP's on the questions about forces, as they are and if senders were as rare."""
    out = []
    for what, war in (("all", False), ("war under way", True)):
        here = forces(rows, war)
        known = [row for row in here if "base_rate" in row.scores]
        p, y, cases = arrays(here)
        moved = dict(zip(chances(here), common(p, float(y.mean()), HARDER).tolist(), strict=True))
        ends = interval(cases, lambda w, p=p, y=y: ranked(p, y, w), seed)  # type: ignore[misc]
        share = {"model": bracket(ends, ".0%"), "base_rate": ""}
        for who, group, name in (
            ("model", here, "model"),
            ("model, `shifted` to 1.8 %", beside(here, moved), "base_rate"),
            ("base rate of the scenario", known, "base_rate"),
            ("UCDP, 1.8 %", beside(here, dict.fromkeys(moved, HARDER)), "base_rate"),
        ):
            values = np.array([row.smoothed if name == "model" else row.base_rate for row in group], float)
            outcome = arrays(group)[1]
            brier, log = (np.mean([row.scores[name][score] for row in group]) for score in ("brier", "log"))
            out.append(
                [
                    f"{who}; {what}",
                    f"{len(group)} ({outcome.sum():.0f} yes)",
                    percent(float(values[outcome > 0].mean())),
                    percent(float(values[outcome == 0].mean())),
                    f"{brier:.3f}",
                    f"{log:.3f}",
                    f"{as_common(group, HARDER, name):.4f}",
                    f"{ranked(values, outcome, np.ones((1, len(group))))[0]:.0%}{share[name]}",
                ]
            )
    return table(
        [
            "forecaster; questions",
            "questions",
            "mean, senders",
            "mean, others",
            "Brier",
            "log",
            "Brier if 1.8 % sent",
            "pairs in correct order (90 %)",
        ],
        out,
    )


def theory_scores(text: Sequence[Said]) -> dict[str, Any]:
    """Mean scores of each theory, from which the bands of answers take its weight (`standoff.theories.weights`)."""
    rows = {name: pooled(text, BASE if name == DEFAULT else name) for name in theory_names()}
    base = rows[DEFAULT]
    return {
        "source": "docs/crises.md, table of theories: mean log score (natural logarithm) and Brier score of settled questions",
        "crises": len({row.case for row in base}),
        "questions": len(base),
    } | {
        score: {name: round(float(np.mean([row.scores["model"][score] for row in of])), 3) for name, of in rows.items()}
        for score in ("log", "brier")
    }


def rivals(text: Sequence[Said], seed: int) -> str:
    """The catalogue under each theory, against base rate, equal chances and quantal response."""
    base, out = chances(pooled(text, BASE)), []
    for name in theory_names():
        rows = pooled(text, BASE if name == DEFAULT else name)
        p, y, cases = arrays(rows)
        factor = line(p, y, np.ones((1, len(p))))[0, 1]
        ends = interval(cases, lambda w, p=p, y=y: line(p, y, w)[:, 1], seed)  # type: ignore[misc]
        brier, log = (np.mean([row.scores["model"][score] for row in rows]) for score in ("brier", "log"))
        out.append(
            [
                name,
                f"{brier:.3f}",
                f"{log:.3f}",
                gained(skill(rows, "brier", "base_rate", seed)),
                gained(skill(rows, "brier", "even", seed)),
                "" if name == DEFAULT else gained(skill(beside(rows, base), "brier", "base_rate", seed)),
                f"{factor:.2f}{bracket(ends, '.2f')}",
            ]
        )
    return table(
        [
            "theory",
            "Brier",
            "log",
            "over base rate (90 %)",
            "over equal chances",
            "over quantal response",
            "factor on log odds (90 %)",
        ],
        out,
    )


def reasons(decisions: Sequence[Decision], seed: int) -> str:
    """Kinds of consideration by how far they part those who committed forces from those who did not."""
    did, cases = np.array([item.did for item in decisions]), [item.case for item in decisions]
    out = []
    for kind in (*kinds_of(decisions), None):
        values = np.array([part(item, kind) for item in decisions])
        ends = interval(cases, lambda w, values=values: apart(values, did, w), seed)  # type: ignore[misc]
        has = [
            sum(kind is None or kind in item.kinds for item in decisions if item.did == side) for side in (True, False)
        ]
        within = np.mean([contrast(decisions, kind, case) for case in split(decisions)])
        out.append(
            [
                f"`{kind}`" if kind else "all together",
                f"{has[0]} / {has[1]}",
                signed(values[did].mean(), None),
                signed(values[~did].mean(), None),
                signed(contrast(decisions, kind), ends),
                signed(float(within), None),
            ]
        )
    return table(["kind", "senders / others with it", "senders", "others", "difference (90 %)", "within one case"], out)


def opposites(decisions: Sequence[Decision]) -> str:
    """Cases with both, and the three kinds that part them most."""
    out = []
    for case in split(decisions):
        here = [item for item in decisions if item.case == case]
        gaps = {kind: contrast(here, kind) for kind in kinds_of(here)[:3]}
        sides = [
            ", ".join(f"{item.actor} {item.log_odds:+.2f}" for item in here if item.did == did) for did in (True, False)
        ]
        out.append([case, *sides, ", ".join(f"`{kind}` {distance:+.2f}" for kind, distance in gaps.items())])
    return table(["case", "senders, log odds", "others", "largest differences"], out)
