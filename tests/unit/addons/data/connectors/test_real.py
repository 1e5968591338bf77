"""Parsers on real files, where a checkout has them beside it; their figures against totals that were read off by eye."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from standoff import catalog, registry

if TYPE_CHECKING:
    from standoff.addons.data.connectors._dataset import ParseResult

REAL = Path(__file__).parents[6] / "shared" / "data"
if not REAL.is_dir():
    REAL = Path(__file__).parents[7] / "shared" / "data"  # a worktree lies one folder deeper


def raw(path: str) -> bytes:
    file = REAL / path
    if not file.is_file():
        pytest.skip(f"no real data beside the checkout: ../shared/data/{path}")
    return file.read_bytes()


def parsed(name: str, path: str) -> ParseResult:
    found: ParseResult = registry.module("standoff.connectors", name).parse(raw(path))
    return found


@pytest.mark.parametrize(
    ("name", "path", "claims", "rows", "kept", "last"),
    [
        (
            "general_staff_personnel",
            "ua_general_staff_ru_personnel_daily.parquet",
            1222,
            1222,
            1222,
            ("rus-personnel-losses-2025-06-30-general-staff", "about 1020010 person"),
        ),
        (
            "general_staff_equipment",
            "ua_general_staff_ru_equipment_daily.parquet",
            15337,
            1222,
            1222,
            ("rus-tanks-lost-2025-06-30-general-staff", "about 10980 item"),
        ),
        (
            "economist_claims",
            "economist_casualty_claims.csv",
            65,
            105,
            65,
            ("rus-personnel-killed-2025-06-12-uk-mod", "about 250000 person"),
        ),
        (
            "economist_deaths",
            "economist_meta_estimate_ru_deaths.parquet",
            1223,
            1223,
            1223,
            ("rus-personnel-killed-2025-06-30-economist-estimate-2025-06-30", "264894 to 298364 person"),
        ),
        (
            "economist_casualties",
            "economist_meta_estimate_ru_casualties.parquet",
            1223,
            1223,
            1223,
            ("rus-personnel-losses-2025-06-30-economist-estimate-2025-06-30", "959932 to 1023052 person"),
        ),
        (
            "mediazona",
            "mediazona_meduza_weekly_2026.parquet",
            352,
            176,
            176,
            ("rus-personnel-killed-2025-07-06-mediazona-meduza-2026", "256537 to 328625 person"),
        ),
        (
            "uk_mod",
            "uk_mod_ru_casualties_monthly.csv",
            34,
            34,
            34,
            ("rus-personnel-losses-per-day-2024-12-31-uk-mod", "about 1570 person/day"),
        ),
        (
            "oryx",
            "oryx_counts_by_date.parquet",
            1027,
            1203,
            1027,
            ("ukr-tanks-lost-2025-06-27-oryx", "at least 1203 item"),
        ),
    ],
)
def test_series_of_the_war(name: str, path: str, claims: int, rows: int, kept: int, last: tuple[str, str]) -> None:
    found = parsed(name, f"ukraine_war/{path}")
    assert (len(found.claims), found.rows, found.converted) == (claims, rows, kept)
    assert {claim.id: claim.statement for claim in found.claims}[last[0]] == last[1]
    assert not any("does not know" in why for why in found.left), "every category has a quantity"


def test_running_sums_are_those_of_the_newspaper() -> None:
    """The Economist adds the same weeks up: its long table of estimates has the sums."""
    import polars as pl

    found = {
        claim.id: claim for claim in parsed("mediazona", "ukraine_war/mediazona_meduza_weekly_2026.parquet").claims
    }
    raw("ukraine_war/economist_raw_estimates_long.parquet")
    table = pl.read_parquet(REAL / "ukraine_war" / "economist_raw_estimates_long.parquet")
    want = table.filter(pl.col("source_id") == "deaths_via_meduza_assembled_176").sort("estimate")["estimate"].to_list()
    claim = found["rus-personnel-killed-2025-07-06-mediazona-meduza-2026"]
    assert (claim.low, claim.high) == (round(want[0]), round(want[2])) and f"Middle {round(want[1])};" in claim.note


def test_the_ledger_of_the_flagship_has_the_same_claims_under_the_same_ids() -> None:
    ledger = catalog.load_claims(catalog.find("china-russia"))
    both = 0
    for name, path in (
        ("general_staff_personnel", "ua_general_staff_ru_personnel_daily.parquet"),
        ("general_staff_equipment", "ua_general_staff_ru_equipment_daily.parquet"),
        ("uk_mod", "uk_mod_ru_casualties_monthly.csv"),
    ):
        for claim in parsed(name, f"ukraine_war/{path}").claims:
            if claim.id in ledger:
                both += 1
                kept = ledger[claim.id]
                for field in ("statement", "subject", "speaker", "side", "origin", "as_of", "published", "basis"):
                    assert getattr(claim, field) == getattr(kept, field), (claim.id, field)
    assert both >= 100


def test_aid_and_civilians_in_the_form_that_their_publishers_print() -> None:
    import polars as pl

    def rows(path: str) -> list[dict[str, Any]]:
        return pl.read_csv(raw(f"ukraine_war/{path}")).to_dicts()

    kiel = {
        "lastUpdated": "2026-05-31",
        "release": 28,
        "currency": "EUR",
        "unit": "billions",
        "byCountry": rows("kiel_by_country_r28.csv"),
        "byMonth": rows("kiel_by_month_r28.csv"),
    }
    found = registry.module("standoff.connectors", "kiel").parse(json.dumps(kiel).encode())
    have = {claim.id: claim.value for claim in found.claims}
    assert have["usa-aid-allocations-2025-06-30-kiel-r28"] == 115.381 and not found.left, "every donor has a code"
    months = [value for name, value in have.items() if name.startswith("west-aid-allocations-in-month-")]
    assert sum(months) == pytest.approx(sum(row["total"] for row in kiel["byMonth"]))  # type: ignore[attr-defined]
    ohchr = {"lastUpdated": "2026-01-31", "monthly": rows("ohchr_civilian_casualties_monthly.csv")}
    found = registry.module("standoff.connectors", "ohchr").parse(json.dumps(ohchr).encode())
    assert {claim.id: claim.value for claim in found.claims}["ukr-civilians-killed-in-month-2022-03-ohchr"] == 4312


def test_ideal_points() -> None:
    found = parsed("unga_ideal_points", "unga/idealpoints_july2025.parquet")
    have = {claim.id: claim for claim in found.claims}
    who = "bailey-strezhnev-voeten-2025"
    usa, china = (have[f"{state}-un-ideal-point-2023-{who}"] for state in ("usa", "chn"))
    assert (usa.low, usa.high) == (1.8381, 2.1323)
    assert usa.low is not None and china.high is not None and china.high < usa.low
    assert found.rows == 11_440 and found.converted >= 11_390
    assert [count for reason, count in found.left.items() if "ISO code" in reason] == [17]


def test_military_spending_in_a_workbook_like_sipris() -> None:
    """The figures are real, the workbook is built here in the form of the publisher: sheets, six lines of head, marks."""
    import io

    import polars as pl
    import xlsxwriter

    table = pl.read_parquet(io.BytesIO(raw("milex/sipri_milex_1949_2024.parquet")))
    years, names = list(range(1949, 2025)), table["country"].unique().sort().to_list()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, column in (("Current US$", "milex_current_usd_m"), ("Share of GDP", "milex_share_gdp")):
            page = book.add_worksheet(name)
            page.write_row(5, 0, ["Country", "Notes", *years])
            cells = {(row[0], row[1]): row[2] for row in table.select("country", "year", column).iter_rows()}
            for line, country in enumerate(names, start=7):
                figures = ["..." if cells.get((country, year)) is None else cells[country, year] for year in years]
                page.write_row(line, 0, [country, "", *figures])
    found = registry.module("standoff.connectors", "sipri_milex").parse(out.getvalue())
    have = {claim.id: claim.value for claim in found.claims}
    assert have["chn-military-expenditure-2024-12-31-sipri-2025"] == pytest.approx(313.66, abs=0.5)  # SIPRI: 314
    assert have["rus-military-burden-2024-12-31-sipri-2025"] == pytest.approx(7.05, abs=0.2)  # SIPRI: 7.1
    figures = table.filter(pl.col("country") != "Yemen, North")
    wanted = sum(figures[column].is_not_null().sum() for column in ("milex_current_usd_m", "milex_share_gdp"))
    assert len(found.claims) == wanted
    assert len(found.left) <= 2 and any(reason.endswith(": Yemen, North") for reason in found.left)
