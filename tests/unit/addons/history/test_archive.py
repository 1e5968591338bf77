"""Pasts of decisions: who helped the side, the others and elsewhere, in the years before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from standoff.addons.history.archive import load
from standoff.addons.history.sides import WarSide
from tests.unit.addons.history import six_wars


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return load(six_wars.write(six_wars.tables(), tmp_path_factory.mktemp("six")))


def codes(archive, states):
    return {int(archive.states.codes[state]) for state in states}


def past(archive, key, year):
    side = next(side for side in archive.sides if (side.key, side.year) == (key, year))
    return archive.index.past(side)


def test_helpers_are_those_of_the_last_year_within_three(archive):
    later = past(archive, "rebels 301 against 700", 1979)
    assert codes(archive, later.helpers) == {770} and not later.first and later.duration == 4
    assert past(archive, "rebels 302 against 700", 1980).first
    again = past(archive, "government 700", 1980)
    assert again.helpers == set() and codes(archive, again.earlier) == {365}
    assert codes(archive, again.enemy_helpers) == set()  # Pakistan helped 301 in 1979, who do not fight in 1980
    assert codes(archive, again.against) == {770}


def test_help_elsewhere_is_help_for_the_same_state_or_against_it(archive):
    rebels = past(archive, "rebels 302 against 700", 1980)
    assert codes(archive, rebels.elsewhere) == {770}  # with 301 in 1979
    assert codes(archive, rebels.against) == {365}  # with the government in 1975 and 1976
    state = past(archive, "state 700 against 645", 1985)
    assert codes(archive, state.elsewhere_before) == {365} and codes(archive, state.against) == {770}


def test_activity_counts_sides_and_war_is_that_of_the_year_before(archive):
    decision = past(archive, "state 645 against 700", 1986)
    russia, iraq, pakistan = archive.states.index([365, 645, 770])
    assert decision.activity[russia] == 1 and decision.activity_decade[russia] == pytest.approx((1 + 1 + 1) / 10)
    assert decision.activity_region[russia] == pytest.approx(1 / 10)  # of these, in the Middle East
    assert decision.at_war[iraq] and not decision.at_war[pakistan]


def test_the_allies_of_a_party_are_at_war(archive):
    joint = next(side for side in archive.sides if side.allies)
    index = archive.index
    assert index.past(replace(joint, year=joint.year + 1)).at_war[archive.states.index([200])].all()


def test_a_war_that_is_not_in_the_data_has_no_past(archive):
    russia, armenia = archive.states.index([365, 371])
    war = WarSide(key="new", name="", arena="interstate", year=2000, host=russia, own=russia, enemies={armenia})
    nothing = archive.index.past(war)
    assert nothing.first and nothing.duration == 0 and nothing.helpers == nothing.enemy_helpers == set()
