"""The account of a panel as an analyst reads it."""

from __future__ import annotations

import pytest

from standoff.addons.history import panel as panels
from standoff.addons.history.sections.history import panel_blocks
from standoff.addons.history.summary import summarise
from standoff.report.document import Notice, TableBlock
from tests.unit.addons.history import six_wars


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    return panel_blocks(summarise(panels.build(six_wars.write(six_wars.tables(), tmp_path_factory.mktemp("six")))))


def test_rates_tables_and_losses_are_listed(document):
    counts, tables, losses = [block for block in document if isinstance(block, TableBlock)]
    assert [tuple(row[:2]) for row in counts.rows] == [
        ("government", "1976–1990"),
        ("", "1991–2005"),
        ("rebels", "1976–1990"),
        ("", "1991–2005"),
        ("state against state", "1976–1990"),
        ("", "1991–2005"),
    ]
    assert [*counts.rows[0][2:6]] == ["6", "45", "1", "2.22"]
    assert [*counts.rows[1][5:]] == ["0.00", "0.00", ""]  # nobody helped: no rate of ends
    assert len(tables.rows) == 18 and {row[3] for row in tables.rows} == {"other"}
    steps = [row for row in losses.rows if row[0]]
    assert steps[0][2] == "36" and ("", "= decisions", "224") in map(tuple, losses.rows)
    assert all(row[2] != "−0" for row in losses.rows)


def test_other_editions_are_named(document):
    notice = next(block for block in document if isinstance(block, Notice))
    assert "ucdp_esd_actor_year_v18_1.parquet" in notice.text
