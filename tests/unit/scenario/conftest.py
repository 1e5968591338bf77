"""A scenario with something in every section."""

from __future__ import annotations

import pytest

FULL = """\
title: two and a public
text: everything once
as_of: 2024-03
start: 2024-01
end: 2025-12
step: month
units: {mark: 0.5 EUR}
sources: {smith2001: "Smith, On moods"}
actors:
  AAA: {name: A, members: [BBB]}
  BBB: {name: B}
  AAA.public: {name: A's public, kind: public, of: AAA}
relations:
  - {kind: rivalry, between: [AAA, BBB], since: 1999-12-31}
stocks:
  fear: {unit: share, initial: 0.4 to 0.6 @assumption, cap: 1}
  money: {unit: bn mark, initial: {AAA: "normal(5, 1) bn mark @smith2001", BBB: 3 bn mark @assumption}, floor: null}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.5 @assumption, speed: 0.1 1/month @assumption,
          volatility: {p5: 0.01, p50: 0.02, p95: 0.06, sources: [smith2001]}}
choices:
  AAA:
    actor: AAA
    options: {go: {text: act, effects: {drift.push: 0.05 1/month @assumption, drift.speed: x 1.5}}, stay: }
    status_quo: stay
    every: 3 months
    rationality: 1 to 4 @assumption
    half_life: 6.6 month @assumption
    history: [{since: 2024-01, option: stay}, {since: 2024-02, option: go}]
    reasons:
      norm: {use: stated_norm, weight: 1 to 2, sources: assumption, breach: {go: 1, stay: 0}, commitment: 0.5}
beliefs: {AAA: {fear: 1 to 1.2 @assumption}}
observations: {fear: {claims: {quantity: mood}, scale: 1 @assumption}}
correlations: [{between: [drift.mean, drift.volatility], value: 0.4, sources: smith2001}]
levers: {push: {target: drift.mean, low: 0, high: 1}}
questions:
  q: {text: "?", event: "AAA in [go] and fear > 0.7", by: 2025-06, resolution: x, lines: [1, 2]}
  f: {text: "?", quantity: fear, at: 2025-06, resolution: x, compare_with: {value: 0.4 @assumption, text: mean}}
  r: {text: "?", rank: {a: money.AAA, b: money.BBB}, of: a, at: 2025-06, resolution: x}
  w: {text: "?", reason: [AAA, norm], option: go, at: 2025-06, resolution: x}
variants:
  calm: {text: calm, change: {mechanisms: {drift: {mean: 0.1 @assumption}}, questions: {q: null}}}
"""


@pytest.fixture
def full() -> str:
    return FULL
