"""Signs to watch: one that is planted is found with its numbers, and chance gives none."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.analysis.indicators import FRESH, LEAST, Indicator, indicators
from standoff.analysis.paired import outcome_values
from standoff.engine.build import build
from standoff.engine.session import Session
from standoff.engine.session import session as open_session
from standoff.ledger import Ledger
from standoff.scenario import load

DRAWS = 3000
TEXT = """
title: a border
as_of: 2030-01
start: 2030-01
end: 2031-12
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}}
stocks:
  tension: {unit: share, initial: 0.2 to 0.4, cap: 1, sources: assumption}
  rain: {unit: share, initial: 0.5, cap: 1, sources: assumption}
mechanisms:
  mood: {use: mean_reversion, stock: tension, mean: 0.3, speed: 0.05 1/month, volatility: 0.03, sources: assumption}
  sky: {use: mean_reversion, stock: rain, mean: 0.5, speed: 0.05 1/month, volatility: 0.03, sources: assumption}
choices:
  ALA:
    actor: ALA
    options: {hold: , strike: }
    status_quo: hold
    every: 3 months
    rationality: 2
    half_life: 2 month
    sources: assumption
    reasons:
      prize: {use: expression, weight: 3, value: {strike: tension - 0.6}}
  BOR:
    actor: BOR
    options: {sit: , act: }
    status_quo: sit
    every: 3 months
    rationality: 1
    half_life: 2 month
    sources: assumption
    reasons:
      calm: {use: expression, weight: 1, value: {act: -1}}
questions:
  acted: {text: Will it act?, event: "BOR in [act]", by: 2031-12, resolution: papers}
  tense: {text: How tense?, quantity: tension, at: 2031-06, resolution: papers}
  wet: {text: How wet?, quantity: rain, at: 2031-06, resolution: papers}
  alarmed: {text: Will it be tense?, event: tension > 0.42, by: 2031-12, resolution: papers}
  struck: {text: Will it strike?, event: "ALA in [strike]", by: 2031-12, resolution: papers}
"""


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session(build(load.load_text(TEXT), Ledger()))


def found(session: Session, question: str) -> tuple[Indicator, ...]:
    return indicators(session, session.model.plan.question(question), draws=DRAWS)


def test_the_stock_that_carries_the_answer_is_the_sign(session: Session) -> None:
    first = found(session, "tense")[0]
    assert (first.subject, first.kind, first.date) == ("tension", "stock", "2031-01")  # the later date tells more
    run = session.move(draws=DRAWS, stocks=("tension",))
    values, outcome = run.paths["tension"][:, 11], outcome_values(run, session.model.plan.question("tense"))
    seen = values > first.threshold if first.above else values < first.threshold
    assert first.share == pytest.approx(seen.mean()) == pytest.approx(0.25, abs=0.001)
    assert (first.answer, first.without) == pytest.approx((outcome[seen].mean(), outcome[~seen].mean()))
    assert first.variance_share == pytest.approx(np.corrcoef(seen, outcome)[0, 1] ** 2)  # for two groups, the same


def test_a_stock_of_its_own_is_no_sign_of_another(session: Session) -> None:
    assert [item.subject for item in found(session, "wet")] == ["rain"]


def test_what_has_happened_is_no_sign(session: Session) -> None:
    """Of a choice, only futures without the option that is asked for are compared."""
    signs = found(session, "struck")
    assert all(item.option != "strike" for item in signs) and any(item.subject == "tension" for item in signs)
    run = session.move(draws=DRAWS)
    for item in signs:
        step = run.times.index(item.date) + 1
        assert LEAST < item.futures == int((run.chosen[:, :step, 0] == 0).all(axis=1).sum()) < DRAWS


def test_a_stock_past_the_threshold_of_the_question_is_no_sign(session: Session) -> None:
    """Of a condition on stocks, only futures in which it has not been true up to the date are compared."""
    signs = found(session, "alarmed")
    assert signs and all(item.answer < 1 for item in signs)
    run = session.move(draws=DRAWS, stocks=("tension",))
    for item in signs:
        step = run.times.index(item.date) + 1
        assert LEAST < item.futures == int((run.paths["tension"][:, :step] <= 0.42).all(axis=1).sum()) < DRAWS


def test_where_nothing_tells_the_strongest_is_reported_as_uncertain_from_other_futures(session: Session) -> None:
    """Borland decides by chance alone: no stock and no option of another tells what it will do."""
    (sign,) = found(session, "acted")
    assert not sign.is_sure and abs(sign.answer - sign.without) < 4 * sign.mc_error
    other = Session(session.model, session.seed + 1, session.simulator)
    run = other.move(draws=FRESH * DRAWS, stocks=("tension", "rain"))
    step, names = run.times.index(sign.date) + 1, [choice.name for choice in run.model.plan.choices]
    waiting = (run.chosen[:, :step, names.index("BOR")] == 0).all(axis=1)
    if sign.kind == "stock":
        values = run.paths[sign.subject][:, step - 1]
        seen = values > sign.threshold if sign.above else values < sign.threshold
    else:
        index = names.index(sign.subject)
        seen = run.chosen[:, step - 1, index] == run.model.plan.choices[index].options.index(sign.option)
    outcome = outcome_values(run, session.model.plan.question("acted"))
    assert sign.futures == waiting.sum()
    assert (sign.answer, sign.without) == pytest.approx(
        (outcome[waiting & seen].mean(), outcome[waiting & ~seen].mean())
    )
