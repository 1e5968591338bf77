"""Records: three kinds by what is proved, the best rival by its past alone, and the flagship's files as they were."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from standoff import catalog
from standoff.errors import ScenarioError
from standoff.evaluation.hindcast import forecast_ledger, record
from standoff.evaluation.hindcast.forecast_ledger import Forecast
from standoff.ledger import Ledger
from standoff.ledger.claim import Claim
from standoff.report.sections.score import TITLES
from standoff.report.sections.score import record_blocks as blocks
from standoff.report.sections.score import record_sentence as sentence
from tests.unit.evaluation.hindcast.conftest import claim, ledger_lines
from tests.unit.report.plain import row, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest.importorskip("statsmodels")
DIGESTS = {
    "forecasts.jsonl": "350531311a5e4344026bfa601f9a109d1923717abcf6ff6b7eda312b7bdb0cff",
    "forecasts-filtered.jsonl": "1f16023610ba2ff3c31be340073913ddb85704f63c097aa3389db92af4690329",
}
COUNT = {
    "text": "Losses",
    "group": "losses",
    "value": "losses",
    "unit": "thousand person",
    "cumulative": True,
    "claims": {"subject": "AAA", "quantity": "losses"},
    "count_start": "2021-12-31",
    "spread": "0.3 @assumption",
}
GLOOM = {
    "text": "Gloom",
    "event": "mood < 0.3",
    "since": "2022-01-01",
    "claims": {"subject": "AAA", "quantity": "gloom"},
}
KNOWN = record.Declaration(
    recorded_until="2024-01-31",
    known_until="2023-03-31",
    sightings=(record.Sighting(asks=("gloom",), until="2023-06-30", text="a table"),),
)


def ledger(*more: dict[str, Any]) -> Ledger:
    return Ledger(tuple(Claim.parse(each) for each in (*ledger_lines(), *more)))


def number(name: str = "n", created: str = "2023-12-01", date: str = "2023-06-30", middle: float = 18.2) -> Forecast:
    known = ledger().as_of("2023-03-31").hash
    values = tuple(float(x) for x in middle + np.linspace(-1, 1, 39))
    return Forecast(
        id=name,
        case="toy",
        as_of="2023-03-31",
        created=created,
        date=date,
        months=3,
        asks="count",
        group="losses",
        text="Losses",
        kind="quantity",
        unit="thousand person",
        quantiles=values,
        draws=100,
        resolution=COUNT,
        model="m",
        ledger=known,
        version="0",
    )


def event(name: str = "e", created: str = "2023-12-01", p: float = 0.2) -> Forecast:
    return number(name, created).model_copy(
        update={
            "kind": "event",
            "asks": "gloom",
            "group": "events",
            "quantiles": (),
            "p": p,
            "resolution": GLOOM,
            "unit": "",
        }
    )


@pytest.mark.parametrize(
    ("created", "declaration", "kind"),
    [
        ("2023-04-01", None, "before"),
        ("2023-06-30", KNOWN, "blind"),  # on the day itself the outcome may be out
        ("2023-12-01", None, "seen"),
        ("2023-12-01", KNOWN, "blind"),
        ("2024-02-01", KNOWN, "seen"),  # later than the declaration speaks of
    ],
)
def test_the_kind_of_a_line_is_what_is_proved_of_it(created: str, declaration: Any, kind: str) -> None:
    assert record.kind_of(number(created=created), declaration)[0] == kind


def test_an_outcome_at_hand_makes_a_line_seen_up_to_its_day() -> None:
    assert record.kind_of(event(), KNOWN) == ("seen", "at hand: a table")
    assert record.kind_of(event().model_copy(update={"date": "2023-09-30"}), KNOWN)[0] == "blind"
    early = number(date="2023-03-31").model_copy(update={"as_of": "2022-12-31"})
    assert record.kind_of(early, KNOWN) == ("seen", record.LEDGER_SPOKE)


def test_a_line_is_settled_beside_rivals_that_saw_no_later_claim() -> None:
    """A later report a thousand times as high changes the outcome's score, and no rival's forecast and no choice of the best."""
    plain = record.settle([number()], ledger(), {}).lines[0]
    wild = [claim(f"aaa-losses-{k}", f"2023-{k:02d}-15", "losses", 9e6, "person") for k in (4, 5)]
    other = record.settle([number()], ledger(*wild), {}).lines[0]
    assert plain.scored.outcome == pytest.approx(18 + 7 * 18**2 / 1000) and plain.is_reproduced and other.is_reproduced
    assert set(plain.scored.given) == {"model", record.BEST, *record.RIVALS}
    assert other.best == plain.best in record.RIVALS
    assert plain.scored.given[record.BEST] == plain.scored.given[plain.best]
    for name in record.RIVALS:
        assert other.scored.given[name].median == plain.scored.given[name].median, name


def test_the_best_rival_is_that_of_the_past_and_not_of_the_outcome() -> None:
    """The count grows faster each month, so that a trend was best; a sudden halt, at which a mean is best, changes nothing."""
    halt = [claim("aaa-losses-halt", "2023-06-30", "losses", 15_400, "person", published="2023-06-30")]
    lines = [each for each in ledger_lines() if each["quantity"] != "losses" or each["as_of"] <= "2023-03-31"]
    stopped = Ledger(tuple(Claim.parse(each) for each in (*lines, *halt)))
    line = record.settle([number()], stopped, {}).lines[0]
    scores = {name: line.scored.given[name].crps or 0.0 for name in record.RIVALS}
    assert line.best == record.settle([number()], ledger(), {}).lines[0].best
    assert line.best != min(scores, key=scores.__getitem__)


def test_scores_of_kinds_are_never_mixed_and_the_page_says_where_the_model_is_worse() -> None:
    lines = [number("a"), number("b", "2023-04-01"), event("c", "2023-04-01"), event("d")]
    found = record.settle(lines, ledger(), {}, "toy", KNOWN)
    counts = {kind: {group.score: group.forecasts for group in found.groups[kind]} for kind in record.KINDS}
    assert counts == {"before": {"crps": 1, "brier": 1}, "blind": {"crps": 1}, "seen": {"brier": 1}}
    assert sentence(found).startswith(TITLES["before"])
    text = written(blocks(found))
    assert text.count("never wrong") == 2 and "worse than" in text
    assert row(text, "count")[1:4] == ["2023-03-31", "2023-06-30", "2023-04-01"]


def test_skill_is_one_minus_the_geometric_mean_of_ratios() -> None:
    found = record.settle([number("a"), number("b", middle=19.5)], ledger(), {}, "toy", KNOWN)
    (group,) = found.groups["blind"]
    ratios = [line.scored.given["model"].crps / line.scored.given["ses"].crps for line in found.lines]  # type: ignore[operator]
    assert group.skill["ses"] == pytest.approx(1 - np.prod(ratios) ** 0.5)
    assert group.forecasts == 2 and group.reports == 1 and group.interval is None and sum(group.pit) == pytest.approx(1)


def test_a_line_that_cannot_be_settled_says_why() -> None:
    found = record.settle([number(date="2024-06-30"), event().model_copy(update={"date": "2024-06-30"})], ledger(), {})
    first, second = (line.scored.unresolved for line in found.lines)
    assert "2024-06-30" in first and "1.5 months" in first and "2024-06-30" in second
    assert not any(found.groups.values()) and "0 of 2 " in written(blocks(found))


def test_a_mistake_of_the_declaration_is_told_with_its_line(write: Callable[..., Path]) -> None:
    folder = write()
    (folder / record.FILE).write_text("recorded_until: 2024-01-31\nknown_untl: 2023-03-31\n")
    with pytest.raises(ScenarioError, match=r"forecasts\.yaml:2.*known_untl"):
        record.read_declaration(str(folder))


# ---- the flagship's ------------------------------------------------------------------------------------------------


def test_the_files_are_as_they_were_recorded() -> None:
    for name, digest in DIGESTS.items():
        raw = catalog.find("china-russia").with_name(name).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == digest, name


#: published by an origin, and in the ledger only since the record was made: none settles a line of it
CODED_LATER = {
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


def test_the_claims_known_at_the_origins_are_still_those_of_the_record() -> None:
    """Without what was coded later, the ledger is that of the record to the last byte."""
    found = forecast_ledger.read(catalog.find("china-russia").with_name("forecasts-filtered.jsonl"))
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
    assert {item.ledger for item in found} == {known.as_of(day).hash for day in ("2025-03-31", "2025-06-30")}


def test_every_line_due_by_the_end_of_2025_is_settled_or_says_why() -> None:
    loaded, known = catalog.load("china-russia")
    declaration = record.read_declaration("china-russia")
    found = forecast_ledger.read(catalog.find("china-russia").with_name("forecasts-filtered.jsonl"))
    asked = {"sanctions", "losses_russia", "aid_usa", "war_with_nato"}
    due = [item for item in found if item.asks in asked and item.as_of == "2025-06-30" and item.date == "2025-12-31"]
    lines = {
        line.scored.id: line for line in record.settle(due, known, loaded.scenario.units, declaration=declaration).lines
    }
    assert lines["losses_russia"].scored.outcome == pytest.approx(1207.91) and lines["losses_russia"].kind == "blind"
    assert lines["aid_usa"].kind == "seen" and "Kiel" in lines["aid_usa"].why
    assert lines["war_with_nato"].scored.outcome == 0 and lines["sanctions"].scored.unresolved
    assert all(line.scored.claims and line.scored.speaker for line in lines.values() if not line.scored.unresolved)


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
