"""Which cases are scored, and what is told of them on the way."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pytest

from standoff import catalog
from standoff.evaluation import forecast_record
from standoff.evaluation.forecast_record import ForecastRecord
from standoff.evaluation.score_cases import models, score, score_record
from standoff.ledger import Ledger
from tests.progress_log import ProgressLog


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
    assert {row.case for row in scores.questions} == {"korea-1950"}


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
def found() -> ForecastRecord:
    return forecast_record.read(catalog.find("china-russia").with_name(forecast_record.FILE))


def test_the_lines_of_november_2026_are_in_it(found: ForecastRecord) -> None:
    head = found.lines[0]
    assert isinstance(head, forecast_record.RecordHead) and all(digest in head.text for digest in DIGESTS)
    early = [item for item in found.forecasts if item.made_at < "2026-11-28"]
    assert len(early) == 90 + 336 and {item.as_of for item in early} == {"2025-03-31", "2025-06-30"}
    assert sum(isinstance(line, forecast_record.Supersession) for line in found.lines) == 84


def test_the_claims_known_at_the_origins_are_still_those_of_the_record(found: ForecastRecord) -> None:
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
    second = {item.claims for item in found.forecasts if item.made_at == "2026-11-27"}
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
