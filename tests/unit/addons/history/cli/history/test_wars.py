"""`standoff history wars`."""

from __future__ import annotations

import json

import pytest

from standoff.history import wars
from tests.unit.addons.history.six_wars import NO_TABLES, STAGED


def test_show_and_ask_print_what_ships(standoff):
    assert "interstate" in standoff("history", "wars", "show").stdout
    assert json.loads(standoff("history", "wars", "--json").stdout)["panel"] == wars.load()["panel"]
    told = standoff("history", "wars", "ask", "--months", "25").stdout
    assert "31 %" in told and "3" in told and "55 to 80 %" in told
    data = json.loads(standoff("history", "wars", "ask", "--months", "25", "--kind", "internal", "--json").stdout)
    assert data["kind"] == "internal" and data["ways"][0]["of"] == sum(wars.load()["counted_ways"]["internal"]["24"])


def test_what_is_wrong_is_said(standoff, tmp_path):
    assert "interstate" in standoff("history", "wars", "ask", "--months", "25", "--kind", "civil", code=1).stderr
    assert "is no folder" in standoff("history", "wars", "build", "--data", "nowhere", code=1).stderr


@pytest.mark.skipif(STAGED is None, reason=NO_TABLES)
def test_build_counts_the_publishers_tables(standoff):
    assert "814" in standoff("history", "wars", "build", "--data", str(STAGED / "wars")).stdout
