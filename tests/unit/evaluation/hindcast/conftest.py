"""A toy case that can be rolled: a count that is reported each month, a level polled each quarter, an event, two models."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCENARIO = """
title: a toy that can be rolled
as_of: 2023-06-30
start: 2022-01
end: 2024-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks:
  losses: {unit: person, initial: 0, sources: assumption}
  mood: {unit: share, initial: 0.4 to 0.6, cap: 1, sources: assumption}
mechanisms:
  grind: {use: mean_reversion, stock: losses, mean: 20000 to 40000 person @aaa-rate-2023-05, speed: 0.02 to 0.06 1/month,
          volatility: 50 person, sources: assumption}
  drift: {use: mean_reversion, stock: mood, mean: 0.5, speed: 0.1 1/month, volatility: 0.02, sources: assumption}
observations:
  losses: {claims: {subject: AAA, quantity: losses}, scale: 0.8 to 1.2 @assumption}
"""
ASKED = """
from: 2022-12
to: 2023-03
every: quarter
horizons: [3, 6]
quantities:
  count:
    text: Losses of A
    group: losses
    value: losses
    unit: thousand person
    claims: {subject: AAA, quantity: losses}
    anchor: ratio
    cumulative: true
    count_start: 2021-12-31
    spread: 0.3 @assumption
  poll:
    text: Mood of A
    group: opinion
    value: mood
    unit: "%"
    claims: {subject: AAA, quantity: mood}
    anchor: difference
    spread: 5 @assumption
events:
  gloom:
    text: The mood falls below 0.3
    event: mood < 0.3
    since: 2022-01-01
    claims: {subject: AAA, quantity: gloom}
"""


def claim(name: str, day: str, quantity: str, value: float, unit: str, published: str = "") -> dict[str, Any]:
    return {
        "id": name,
        "subject": "AAA",
        "quantity": quantity,
        "value": value,
        "unit": unit,
        "comparator": "exact",
        "as_of": day,
        "published": published or day,
        "speaker": "an office",
        "side": "neutral",
        "source": {"title": "a report"},
        "basis": "found",
        "status": "accepted",
    }


def ledger_lines() -> list[dict[str, Any]]:
    """Twenty months of a count that grows by about 1,000, polls, whether gloom came, and a rate said late."""
    out = []
    for k in range(1, 21):
        count = 2022 * 12 + k
        day = (dt.date(count // 12, count % 12 + 1, 1) - dt.timedelta(days=1)).isoformat()
        out.append(claim(f"aaa-losses-{day}", day, "losses", 1000 * k + 7 * k * k, "person"))
        if k % 3 == 0:
            out.append(claim(f"aaa-mood-{day}", day, "mood", 50 + k / 4, "%"))
    out.append(claim("aaa-gloom-2023-08-31", "2023-08-31", "gloom", 0, "1"))
    out.append(claim("aaa-rate-2023-05", "2023-05-31", "rate", 3, "1"))
    return out


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write(more_claims=(), asked=ASKED)`: the folder of the toy case."""

    def made(more: tuple[dict[str, Any], ...] = (), asked: str = ASKED) -> Path:
        folder = tmp_path / "toy"
        folder.mkdir(exist_ok=True)
        (folder / "scenario.yaml").write_text(SCENARIO)
        (folder / "hindcast.yaml").write_text(asked)
        lines = [*ledger_lines(), *more]
        (folder / "claims.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        return folder

    return made
