"""The counts that docs/memory.md quotes are those of the data, and a made-up war is counted by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks import base_rates, leaving_rates


def test_spells_are_counted_to_the_year_in_which_help_stops(tmp_path: Path) -> None:
    """State 2 helps in 1980 and 1981, state 9 in 1980 to 1982, in a war of 1980 to 1983."""
    tables = tmp_path / "external_support"
    tables.mkdir()
    rows = [(2, 1980), (2, 1981), (9, 1980), (9, 1981), (9, 1982)]
    pl.DataFrame(
        [{"supporter_gwcode": s, "actor_id": 1, "dyad_id": 1, "year": y, "supporter_is_state": 1} for s, y in rows]
    ).write_parquet(tables / "esd_supporter_triads_derived.parquet")
    pl.DataFrame([{"actor_id": 1, "dyad_id": 1, "year": y} for y in range(1980, 1984)]).write_parquet(
        tables / "ucdp_esd_actor_year_v18_1.parquet"
    )
    assert leaving_rates.counts(tmp_path) == {
        ("all", 1): (0, 2),
        ("all", 2): (1, 2),
        ("all", 3): (1, 1),
        ("majors", 1): (0, 1),
        ("majors", 2): (1, 1),
    }


def test_the_page_quotes_the_counts_of_the_data() -> None:
    home = base_rates.folder()
    if home is None:
        pytest.skip("no tables beside the checkout: ../shared/data")
    found = leaving_rates.counts(home)
    assert found["all", 2] == (129, 951)
    assert found["majors", 2] == (15, 208)
