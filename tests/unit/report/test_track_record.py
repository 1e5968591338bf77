"""The sentence of the track record has the numbers of the record, and says where the cases have changed."""

from __future__ import annotations

import re
from dataclasses import replace

from standoff.analysis.track_record import BlindScores, PastScores, TrackRecord
from standoff.report.overview_text import SQUARED, scores
from standoff.report.track_record import NONE, SEEN, line, sentence

CRISES = PastScores(
    date="2026-11-27",
    version="0.1.0",
    draws=2000,
    seed=1,
    cases=tuple("abcdefghijklm"),
    digest="x",
    questions=73,
    brier={"model": 0.154, "even": 0.25, "persistence": 0.507},
    compared=46,
    compared_brier={"model": 0.155, "base_rate": 0.272},
)
HINDCASTS = replace(
    CRISES,
    cases=("a",),
    questions=147,
    compared=147,
    brier={"model": 0.2, "persistence": 0.1},
    compared_brier={"model": 0.2, "base_rate": 0.3},
    since="2022-06-30",
    until="2025-03-31",
)


BLIND = BlindScores(
    date="2026-11-29",
    kind="after_blind",
    numbers=54,
    number_outcomes=19,
    skill=0.234,
    interval=(-0.07, 0.48),
    events=44,
    event_outcomes=22,
    brier={"model": 0.088, "best": 0.0},
)


def test_all_numbers_stand_in_it_and_what_was_blind_comes_first() -> None:
    text = sentence(TrackRecord(record=BLIND, crises=CRISES, hindcasts=HINDCASTS))
    blind, rest = text.split(" Not blind ")
    hindcasts, crises = rest.split("; 73 ")
    assert all(part in blind for part in ("54", "41 outcomes", "+23 %", "−7 to +48 %", "none is shown"))
    assert all(
        part in hindcasts for part in ("147", "2022-06", "2025-03", "0.200", "0.100", "0.300", "docs/hindcast.md")
    )
    assert all(part in crises for part in ("13", "0.154", "0.250", "46", "0.155", "0.272", "docs/crises.md"))
    assert SEEN in crises and "earlier version" not in text


def test_the_first_screen_has_one_line() -> None:
    text = line(TrackRecord(record=BLIND, crises=CRISES))
    assert "54 numbers" in text and "best rival" in text
    assert line(TrackRecord(crises=CRISES)) == NONE
    assert len(text) <= 125  # about a line of the first screen, which is cut
    sure = replace(BLIND, interval=(0.1, 0.48))
    assert "none is shown" not in sentence(TrackRecord(record=sure))


def test_the_overview_says_it_in_plain_words() -> None:
    recorded, again, crises, key = scores(TrackRecord(record=BLIND, crises=CRISES, hindcasts=HINDCASTS))
    told = [re.findall(r"\d+\.?\d*", one) for one in (recorded, again, crises)]
    assert told[0] == ["54", "0.77", "90", "0.52", "1.07"] and key == SQUARED
    assert told[1][-2:] == ["0.200", "0.100"] and told[2][-2:] == ["0.154", "0.250"]
    assert not any(word in each for each in (recorded, again, crises) for word in ("blind", "Brier", "skill"))
    (worse, _) = scores(TrackRecord(record=replace(BLIND, skill=-0.1, interval=None, events=0)))
    assert " 1.10 " in worse


def test_an_earlier_version_of_the_cases_is_said_once_for_each() -> None:
    old = TrackRecord(crises=replace(CRISES, is_current=False), hindcasts=HINDCASTS)
    assert sentence(old).count("earlier version") == 1


def test_without_scores_there_is_no_sentence() -> None:
    assert sentence(None) == sentence(TrackRecord()) == ""
    assert "hindcast" not in sentence(TrackRecord(crises=CRISES))


def test_skill_on_numbers_is_that_over_the_best_rival() -> None:
    own = replace(HINDCASTS, numbers=272, skill={"best": 0.39, "persistence": 0.512})
    text = sentence(TrackRecord(hindcasts=own))
    assert all(part in text for part in ("272", "+39 %")) and "51 %" not in text
