"""Settled questions of cases as lines of a record: forecasts, baselines and outcomes in closed form."""

from __future__ import annotations

import datetime as dt
import json
import re

import numpy as np
import pytest

from standoff import catalog
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.evaluation import forecast_record
from standoff.evaluation.forecast_record import LEVELS, ForecastRecord
from standoff.evaluation.forecast_scores import score_forecasts
from standoff.evaluation.score import models, score, score_record, score_runs
from standoff.ledger import Ledger
from standoff.questions import NONE
from tests.progress_log import ProgressLog
from tests.unit.evaluation import made

N = 2000
QUESTIONS = {
    "cool": {
        "text": "?",
        "event": "calm > 0.55 and fear > 0.5",
        "by": "2024-12",
        "resolution": "x",
        "compare_with": {"value": "20 to 40 % @assumption", "text": "x"},
        "outcome": "yes @seen",
    },
    "sure": {"text": "?", "event": "fear < -9", "by": "2024-12", "resolution": "x", "outcome": "yes @seen"},
    "level": {
        "text": "?",
        "quantity": "fear",
        "unit": "%",
        "at": "2024-12",
        "resolution": "x",
        "outcome": "0.6 @seen",
        "compare_with": {"value": "uniform(0, 100) @assumption", "text": "x"},
    },
    "between": {"text": "?", "quantity": "fear", "at": "2024-12", "resolution": "x", "outcome": "30 to 70 % @seen"},
    "when": {
        "text": "?",
        "until": "fear > 0.6",
        "by": "2024-12",
        "resolution": "x",
        "unit": "month",
        "outcome": "8 month @seen",
        "compare_with": {"value": "0.5 year @assumption", "text": "x"},
    },
    "ever": {"text": "?", "until": "fear > 0.6", "by": "2024-12", "resolution": "x", "outcome": "never @seen"},
    "race": {
        "text": "?",
        "first_of": {"fear": "fear > 0.6", "calm": "calm > 0.59"},
        "by": "2024-12",
        "resolution": "x",
        "outcome": "calm @seen",
    },
    "neither": {
        "text": "?",
        "first_of": {"fear": "fear > 0.6", "calm": "calm > 0.59"},
        "by": "2024-12",
        "resolution": "x",
        "outcome": "never @seen",
    },
    "place": {
        "text": "?",
        "rank": {"fear": "fear", "calm": "calm", "hope": "hope"},
        "of": "fear",
        "at": "2024-12",
        "resolution": "x",
        "outcome": "2 @seen",
    },
    "past": {"text": "?", "quantity": "fear", "at": "2024-01", "resolution": "x", "outcome": "0.5 @seen"},
    "open": {"text": "?", "event": "fear > 0.7", "by": "2024-12", "resolution": "x"},
}
QUESTIONS["level"]["outcome"] = "60 % @seen"


@pytest.fixture(scope="module")
def told(calm, said):
    return simulate(
        calm({"questions": QUESTIONS}, (said("seen", "2024-12", "2025-01", 1),)), draws=N, seed=1, paths="all"
    )


@pytest.fixture(scope="module")
def found(told):
    return score_runs([("moods", told)])


@pytest.fixture(scope="module")
def lines(found):
    return {line.forecast.id.removeprefix("moods: "): line for line in found.lines}


def after(run, cell):
    return run.path(cell)[:, 1:]


def test_what_is_open_or_past_is_not_scored_and_a_race_is_one_question_of_each_label(found, lines):
    races = [f"{name}: {label}" for name in ("race", "neither") for label in ("fear", "calm", NONE)]
    others = [name for name in QUESTIONS if name not in {"past", "open", "race", "neither"}]
    assert set(lines) == {*others, *races} and all(line.outcome for line in found.lines)
    assert any(note.startswith("moods: past: ") for note in found.notes)
    json.dumps(found.to_data(), allow_nan=False)


def test_an_event_is_scored_by_the_share_of_futures_and_half_a_hit(told, lines):
    hits = ((after(told, "calm") > 0.55) & (after(told, "fear") > 0.5)).any(axis=1).sum()
    line, base = lines["cool"], np.sqrt(0.2 * 0.4)  # median of a range above zero
    assert line.given["model"].p == pytest.approx((hits + 0.5) / (N + 1)) and line.outcome.value == 1
    assert line.forecast.rivals == {"even": 0.5, "base_rate": pytest.approx(base), "persistence": 0.0}
    assert line.forecast.best == "base_rate" and line.given["best"].brier == pytest.approx((1 - base) ** 2)
    assert line.outcome.claims == ("seen",) and lines["sure"].given["model"].p == pytest.approx(0.5 / (N + 1))


def test_a_quantity_is_scored_in_its_unit_beside_base_rate_and_today(told, lines):
    values, line = 100 * told.path("fear")[:, -1], lines["level"]
    assert line.forecast.forecast == pytest.approx(np.quantile(values, LEVELS), rel=1e-5)
    pairs = np.abs(values[:, None] - values[None, :]).mean()
    closed = np.abs(values - 60).mean() - pairs / 2
    assert line.given["model"].crps == pytest.approx(closed, rel=0.03)  # 39 quantiles, the outer 2.5 % cut
    now = 100 * np.median(told.path("fear")[:, 0])
    assert line.given["persistence"].crps == pytest.approx(60 - now, abs=1e-3)
    assert line.forecast.rivals["base_rate"] == pytest.approx(100 * np.array(LEVELS))
    assert (lines["between"].outcome.low, lines["between"].outcome.high) == pytest.approx((0.3, 0.7))


def test_a_time_is_cut_at_its_horizon_and_never_counts_as_that(told, lines):
    """The CRPS is the sum over eleven months of (share of futures by then - whether it had happened)^2."""
    past = np.maximum.accumulate(after(told, "fear") > 0.6, axis=1).mean(axis=0)  # by the end of month 1, 2, ...
    for name, happened in (("when", 8.0), ("ever", 99.0)):
        closed = sum((share - (month >= happened)) ** 2 for month, share in enumerate([0.0, *past[:-1]]))
        assert (
            lines[name].given["model"].crps == pytest.approx(closed, abs=0.06) and lines[name].forecast.unit == "month"
        )
    assert lines["ever"].outcome.value == max(lines["ever"].forecast.forecast) == 11.0
    assert lines["when"].given["base_rate"].crps == pytest.approx(2) and "base_rate" not in lines["ever"].given


def test_a_race_asks_for_each_end(told, lines):
    first = np.stack(
        [
            np.where((after(told, cell) > level).any(axis=1), (after(told, cell) > level).argmax(axis=1), 99)
            for cell, level in (("fear", 0.6), ("calm", 0.59))
        ]
    )
    tied = (first[0] == first[1]) & (first[0] < 99)
    k = np.array([(first[0] < first[1]).sum(), (first[1] < first[0]).sum(), (first == 99).all(axis=0).sum()], float)
    k[:2] += tied.sum() / 2
    for name, came in (("race", "calm"), ("neither", NONE)):
        own = [lines[f"{name}: {label}"] for label in ("fear", "calm", NONE)]
        assert [line.given["model"].p for line in own] == pytest.approx((k + 0.5) / (N + 1.5))
        assert [line.forecast.question for line in own if line.outcome.value] == [f"moods: {name}: {came}"]
        assert own[0].forecast.rivals == {"even": pytest.approx(1 / 3)} and own[0].forecast.best == "even"


def test_a_rank_has_equal_chances_of_every_place(told, lines):
    last = np.stack([told.path(cell)[:, -1] for cell in ("fear", "calm", "hope")])
    share = [np.mean(1 + (last > last[0]).sum(axis=0) <= place) for place in (1, 2)]
    assert lines["place"].given["model"].crps == pytest.approx(share[0] ** 2 + (1 - share[1]) ** 2, abs=0.03)
    assert lines["place"].given["even"].crps == pytest.approx(2 / 9, abs=0.03)  # (1/3)^2 + (1/3)^2


def test_a_case_where_nothing_is_settled_is_refused(calm):
    run = simulate(calm({"questions": {"open": QUESTIONS["open"]}}), draws=8, seed=1)
    with pytest.raises(ModelError, match="no question of `moods` is settled"):
        score_runs([("moods", run)])


def test_of_five_cases_whole_cases_are_resampled():
    """Ten copies of the questions of each case do not make it surer."""

    def skill(copies: int):
        items = [
            made.event(f"{case}-{n}", p=0.3 + 0.05 * case, case=f"case {case}", rivals={"even": 0.5}, best="even")
            for case in range(8)
            for n in range(copies)
        ]
        came = {item.id: made.came(float(int(item.case[-1]) % 2), "2023-06-30") for item in items}
        part = score_forecasts(items, lambda item: came[item.id]).cut("before", "all", "brier")
        return part.over_best["model"]

    once, often = skill(1), skill(10)
    assert often.skill == pytest.approx(once.skill) and often.interval == pytest.approx(once.interval)


# ---- cases -------------------------------------------------------------------------------------------------------------


def test_the_catalogue_is_its_settled_cases() -> None:
    slugs = {
        slug
        for slug in catalog.slugs()
        if any(asked.outcome for asked in catalog.load(slug)[0].scenario.questions.values())
    }
    assert set(models(["catalog"])) == slugs and "korea-1950" in slugs


def test_cases_are_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    log = ProgressLog()
    with caplog.at_level("INFO", "standoff"):
        scores = score(["korea-1950"], draws=64, seed=1, progress=log)
    assert log.of("cases") == [(1, 1)] and log.of("draws")[-1] == (64, 64)
    assert "case 1 of 1: korea-1950" in caplog.text
    assert {line.forecast.case for line in scores.lines} == {"korea-1950"}


# ---- the flagship's record -----------------------------------------------------------------------------------------


#: published by an origin, and in the ledger only since the record was made: none settles a line of it
CODED_LATER = {
    "chn-trade-with-eur-2023-12-31-chinese-customs",
    "chn-trade-with-usa-2023-12-31-chinese-customs",
    "rus-nuclear-war-threatens-2024-02-29-putin",
    "usa-china-first-2022-03-28-hicks",
    "chn-crisis-not-out-of-control-2023-02-24-chinese-mfa",
    "nato-members-2024-03-31-nato",
    "rus.public-public-supporting-army-actions-2022-11-levada",
}

#: what each side said it would take or refuse, and the land it held: quantities that the ledger has only since then
QUANTITIES_CODED_LATER = (
    r"(alignment|territory|forces|guarantees?|guarantor|sanctions|status|terms|ceasefire|nato)_(demand|offer|proposal|"
    r"refusal|terms|principle|outlook|position|conditions|option_\d|dropped|agreed_level|level_in_plan|length_\w+|"
    r"was_key|not_discussed|no_compromise|states_named|mechanism_dispute|and_assets_proposal|unchanged)|land_held_in_ukr|land_claimed_by_rus|"
    r"public_(ready_for_land_loss|against_land_loss|for_concessions)|talks_(offer|refusal)|crimea_consultation_period|"
    r"proposal_(ceasefire_and_talks|conference)|four_principles|draft_nearly_agreed|istanbul_could_have_ended_war|"
    r"earlier_offer_claim|formula_refusal|troops_refusal|aid_resumed|arms_aid_demand|black_sea_truce_condition|"
    r"counterproposal_differs"
)
#: the two files of November 2026 that the record's first lines were, by their digests
DIGESTS = (
    "350531311a5e4344026bfa601f9a109d1923717abcf6ff6b7eda312b7bdb0cff",
    "1f16023610ba2ff3c31be340073913ddb85704f63c097aa3389db92af4690329",
)


@pytest.fixture(scope="module")
def recorded() -> ForecastRecord:
    return forecast_record.read(catalog.find("china-russia").with_name(forecast_record.FILE))


def test_the_lines_of_november_2026_are_in_it(recorded: ForecastRecord) -> None:
    head = recorded.lines[0]
    assert isinstance(head, forecast_record.RecordHead) and all(digest in head.text for digest in DIGESTS)
    early = [item for item in recorded.forecasts if item.made_at < "2026-11-28"]
    assert len(early) == 90 + 336 and {item.as_of for item in early} == {"2025-03-31", "2025-06-30"}
    assert sum(isinstance(line, forecast_record.Supersession) for line in recorded.lines) == 84


def test_the_claims_known_at_the_origins_are_still_those_of_the_record(recorded: ForecastRecord) -> None:
    """Without what was coded later, the ledger is that of the record to the last byte."""
    whole = catalog.load_claims(catalog.find("china-russia"))
    assert {each.id for each in whole} >= CODED_LATER
    known = Ledger(
        tuple(
            each
            for each in whole
            if each.id not in CODED_LATER and not re.fullmatch(QUANTITIES_CODED_LATER, each.quantity)
        ),
        whole.words,
    )
    second = {item.claims for item in recorded.forecasts if item.made_at == "2026-11-27"}
    assert second == {known.as_of(day).hash for day in ("2025-03-31", "2025-06-30")}


def test_every_line_due_by_the_end_of_2025_is_settled_or_says_why() -> None:
    scores = score_record(catalog.find("china-russia").with_name(forecast_record.FILE))
    asked = {"sanctions", "losses_russia", "aid_usa", "war_with_nato"}
    lines = {
        line.forecast.question: line
        for line in scores.lines
        if line.forecast.question in asked
        and (line.forecast.as_of, line.forecast.rule.date) == ("2025-06-30", "2025-12-31")
    }
    losses, aid, war = (lines[name] for name in ("losses_russia", "aid_usa", "war_with_nato"))
    assert losses.outcome is not None and losses.outcome.value == pytest.approx(1207.91)
    assert losses.forecast.kind == "after_blind" and "best" in losses.given
    assert aid.forecast.kind == "after_not_blind" and "Kiel" in aid.forecast.why
    assert war.outcome is not None and war.outcome.value == 0 and lines["sanctions"].unresolved
    assert scores.superseded == 84


def test_runs_as_of_earlier_days_are_those_without_the_later_claims() -> None:
    """Planned with and without what was published after June 2025: the same digest and the same table, to the bit."""
    from standoff.engine.parameters import build_table
    from standoff.plan import plan

    day = dt.date(2025, 6, 30)
    for variant in ("", "known-2025"):
        loaded, whole = catalog.load("china-russia", variant)
        cited = {source for parameter in plan(loaded, whole).parameters for source in parameter.belief.sources}
        text = loaded.scenario.model_dump_json()  # claims that it names may be cited, though their numbers are not used
        kept = [each for each in whole if each.published.last <= day or each.id in cited or each.id in text]
        assert len(kept) < len(whole) - 150
        tables = [build_table(plan(loaded, claims)) for claims in (whole, Ledger(tuple(kept), whole.words))]
        (layout, table), (other_layout, other) = tables
        assert layout.names == other_layout.names
        assert all(np.asarray(a).tobytes() == np.asarray(b).tobytes() for a, b in zip(table, other, strict=True))
