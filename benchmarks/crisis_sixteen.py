"""Sixteen crises scored once: the thirteen before and after, three by the template, and log odds learned from the others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.case_scores import COIN, Scored, ratio_skill
from benchmarks.crisis_figures import arrays, line
from benchmarks.crisis_tables import bracket, percent, table

from standoff import yaml_reader

HERE = Path(__file__).parent / "data"
RULE, STORED = HERE / "crises_scored_once.yaml", HERE / "crises_by_template.json"
ASKS = {
    "force": "Will {defender} answer with force?",
    "war": "Will there be full-scale war?",
    "over": "Will the crisis be over by {until}?",
    "patron": "Will {patron} act with its forces?",
}
FIRST_RUN = 0.229  #: Brier score of the three in the run whose answers did not start from the rates of the rule
RIVALS = ("rate", "cells", "stack")


def rule() -> Mapping[str, Any]:
    """What was fixed before any score."""
    return dict(yaml_reader.read(RULE.read_text("utf-8"), RULE.name).data)


def stored() -> dict[str, Any]:
    """The three, as `benchmarks.crises_template` made them."""
    return dict(json.loads(STORED.read_text("utf-8")))


def before() -> dict[str, dict[str, str]]:
    """Case -> question -> its chance on the page before."""
    return dict(json.loads((HERE / "crises_before.json").read_text("utf-8"))["chances"])


def check(rows: Sequence[Scored]) -> None:
    """Refuse scores of other questions than those of the rule."""
    listed = {(case, name) for case, names in rule()["thirteen"]["questions"].items() for name in names}
    if listed != {(row.case, row.id) for row in rows}:
        raise ValueError(f"{RULE.name} lists other questions than were scored")


def of_three(who: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Forecasts of one forecaster on the three, what happened, and cases; only questions that it answers."""
    rows = [
        (each[who], each["happened"], case)
        for case, said in stored().items()
        for each in said["questions"].values()
        if who in each
    ]
    p, y, cases = zip(*rows, strict=True)
    return np.array(p, float), np.array(y, float), list(cases)


def learned(p: np.ndarray, y: np.ndarray, cases: Sequence[str]) -> np.ndarray:
    """Forecasts with the shift and factor of log odds that were best in all other cases."""
    p, at, out = np.clip(p, 1e-3, 1 - 1e-3), np.array(cases), np.empty(len(p))
    for case in dict.fromkeys(cases):
        here = at == case
        shift, factor = line(p, y, (~here).astype(float)[None])[0]
        odds = shift + factor * np.log(p[here] / (1 - p[here]))
        out[here] = 1 / (1 + np.exp(-odds))
    return out


def skill(p: np.ndarray, q: np.ndarray, y: np.ndarray, cases: Sequence[str], seed: int) -> str:
    """Brier scores of two forecasts, and the skill of the first over the second with its 90 %."""
    ours, theirs = (p - y) ** 2, (q - y) ** 2
    value, ends = ratio_skill("brier", ours, theirs, list(cases), seed)
    shown = bracket(ends and (100 * ends[0], 100 * ends[1]), "+.0f")
    return f"{ours.mean():.3f} against {theirs.mean():.3f}, skill {100 * value:+.0f} %{shown}"


def before_after(rows: Sequence[Scored]) -> str:
    """The thirteen, as they were printed before and as they are now."""
    old, (p, y, _) = rule()["thirteen"]["before"], arrays(rows)
    both = [row for row in rows if "base_rate" in row.scores]
    now = [np.mean([row.scores[who]["brier"] for row in both]) for who in ("model", "base_rate")]
    return table(
        ["Brier score of the thirteen", "questions", "before, 27 November", "now", "rival"],
        [
            [
                "all",
                str(len(rows)),
                f"{old['brier']:.3f}",
                f"{np.mean((p - y) ** 2):.3f}",
                f"{COIN:.3f}, equal chances",
            ],
            [
                "with a base rate",
                str(len(both)),
                f"{old['compared_brier']:.3f}",
                f"{now[0]:.3f}",
                f"{now[1]:.3f}, base rate",
            ],
        ],
    )


def three() -> str:
    """Every question of the three, with its rivals."""
    rows = []
    for case, said in stored().items():
        names = {part: said[part].split(maxsplit=1)[1] for part in ("challenger", "defender", "patron")}
        head = f"**{case}**: {names['challenger']} against {names['defender']}, {said['set_off_by']}, {said['trigger']}"
        rows.append([head, *[""] * 5])
        for name, each in said["questions"].items():
            others = [percent(each.get(who)) for who in RIVALS]
            asked = ASKS[name].format(**names, until=said["until"])
            rows.append([asked, percent(each["model"]), *others, "yes" if each["happened"] else "no"])
    return table(["question, by the end of six months", "model", "rate", "eight cells", "stack", "happened"], rows)


def means(p: np.ndarray, y: np.ndarray) -> str:
    """Mean Brier and log score of forecasts."""
    log = -np.log(np.where(y > 0, p, 1 - p).clip(1e-3)).mean()
    return f"{np.mean((p - y) ** 2):.3f} (log {log:.2f})"


def sentences(rows: Sequence[Scored], seed: int) -> list[str]:
    """Scores of the three and of all sixteen, each against its rivals."""
    p, y, cases = arrays(rows)
    ours, came, of = of_three("model")
    cells, on_six, _ = of_three("cells")
    answered = np.array(["cells" in each for said in stored().values() for each in said["questions"].values()])
    every, happened, names = np.concatenate([p, ours]), np.concatenate([y, came]), [*cases, *of]
    again = learned(every, happened, names)
    return [
        f"**The three**, {len(came)} questions: Brier score {means(ours, came)}, rates without a model {means(of_three('rate')[0], came)}, "
        f"equal chances {COIN:.3f} (log {np.log(2):.2f}). On the {len(on_six)} on force and war: model "
        f"{means(ours[answered], on_six)}, eight cells {means(cells, on_six)}, stack {means(of_three('stack')[0], on_six)}.",
        f"**The sixteen**, {len(happened)} questions, model against equal chances: Brier score "
        f"{skill(every, np.full(len(every), 0.5), happened, names, seed)}.",
        "**With log odds shifted and multiplied as was best in the other fifteen**, against the model as it stands: Brier score "
        f"{skill(again, every, happened, names, seed)}.",
    ]
