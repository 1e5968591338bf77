"""States of the world by year, for codes of Gleditsch-Ward and the Correlates of War.

A state is its place in `States.codes` (Correlates of War). Micro-states without such a code are left out and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from standoff.errors import DataError, Problem, did_you_mean, join_limited

FIRST, LAST = 1945, 2025  #: years of all tables: one before the first forecast is possible, and the last listed
YEARS = LAST - FIRST + 1
REGIONS = ("Americas", "Europe", "Africa", "Middle East", "Asia and Oceania")
REGION_CODES = (200, 400, 600, 700)  #: codes of the Correlates of War at which the next region begins
ISO = {
    "AAB": "ATG", "ALG": "DZA", "ANG": "AGO", "AUL": "AUS", "AUS": "AUT", "BAH": "BHR", "BAR": "BRB", "BFO": "BFA",
    "BHM": "BHS", "BHU": "BTN", "BNG": "BGD", "BOS": "BIH", "BOT": "BWA", "BRU": "BRN", "BUI": "BDI", "BUL": "BGR",
    "CAM": "KHM", "CAO": "CMR", "CAP": "CPV", "CDI": "CIV", "CEN": "CAF", "CHA": "TCD", "CON": "COG", "COS": "CRI",
    "CRO": "HRV", "CZE": "CSK", "CZR": "CZE", "DEN": "DNK", "DRC": "COD", "DRV": "VNM", "EQG": "GNQ", "ETM": "TLS",
    "FIJ": "FJI", "FRN": "FRA", "GAM": "GMB", "GDR": "DDR", "GFR": "DEU", "GMY": "DEU", "GRG": "GEO", "GRN": "GRD",
    "GUA": "GTM", "GUI": "GIN", "HAI": "HTI", "HON": "HND", "ICE": "ISL", "INS": "IDN", "IRE": "IRL", "KOS": "XKX",
    "KUW": "KWT", "KYR": "KGZ", "KZK": "KAZ", "LAT": "LVA", "LEB": "LBN", "LES": "LSO", "LIB": "LBY", "LIT": "LTU",
    "MAA": "MRT", "MAC": "MKD", "MAD": "MDV", "MAG": "MDG", "MAL": "MYS", "MAS": "MUS", "MAW": "MWI", "MLD": "MDA",
    "MNC": "MCO", "MNG": "MNE", "MON": "MNG", "MOR": "MAR", "MSI": "MHL", "MYA": "MMR", "MYN": "MMR", "MZM": "MOZ",
    "NAU": "NRU", "NEP": "NPL", "NEW": "NZL", "NIG": "NGA", "NIR": "NER", "NTH": "NLD", "OMA": "OMN", "PAL": "PLW",
    "PAR": "PRY", "PHI": "PHL", "POR": "PRT", "ROK": "KOR", "ROM": "ROU", "RVN": "VDR", "SAF": "ZAF", "SAL": "SLV",
    "SER": "SRB", "SEY": "SYC", "SIE": "SLE", "SIN": "SGP", "SKN": "KNA", "SLO": "SVK", "SLU": "LCA", "SLV": "SVN",
    "SNM": "SMR", "SOL": "SLB", "SPN": "ESP", "SRI": "LKA", "SUD": "SDN", "SVG": "VCT", "SWA": "SWZ", "SWD": "SWE",
    "SWZ": "CHE", "TAJ": "TJK", "TAW": "TWN", "TAZ": "TZA", "THI": "THA", "TRI": "TTO", "UAE": "ARE", "UKG": "GBR",
    "URU": "URY", "VAN": "VUT", "YAR": "YEM", "YPR": "YMD", "YUG": "SRB", "ZAM": "ZMB", "ZIM": "ZWE",
}  # fmt: skip
#: abbreviations of the Correlates of War that differ from ISO 3166, or could be mistaken for another state's


@dataclass(frozen=True, kw_only=True)
class States:
    """All states of the tables, and the years in which they exist."""

    codes: np.ndarray  #: codes of the Correlates of War, rising
    iso: tuple[str, ...]  #: ISO 3166 alpha-3, or of a former state
    names: tuple[str, ...]
    exists: np.ndarray  #: years x states
    regions: np.ndarray  #: of each state, a place in `REGIONS`
    by_gleditsch_ward: Mapping[tuple[int, int], int]  #: (code, year) -> state

    def __len__(self) -> int:
        return len(self.codes)

    def index(self, codes: np.ndarray) -> np.ndarray:
        """States of codes of the Correlates of War; -1 for unknown ones."""
        place = np.clip(np.searchsorted(self.codes, codes), 0, len(self.codes) - 1)
        return np.where(self.codes[place] == codes, place, -1)

    def of_iso(self, code: str, year: int) -> int:
        """The state with an ISO code that exists in a year; raises `DataError`."""
        known = sorted(self.iso[i] for i in range(len(self)) if self.exists[year - FIRST, i])
        for i, iso in enumerate(self.iso):
            if iso == code and self.exists[year - FIRST, i]:
                return i
        raise DataError(
            Problem(f"no state `{code}` in {year}", allowed=join_limited(known, 8), fix=did_you_mean(code, known))
        )


def states(codes: pl.DataFrame) -> tuple[States, int]:
    """States of the table of codes, and the number of rows without a code."""
    kept = codes.filter(pl.col("ccode").is_not_null() & pl.col("year").is_between(FIRST, LAST))
    known = kept.sort("year").group_by("ccode", maintain_order=True).last().sort("ccode")
    numbers = known["ccode"].to_numpy()
    place = np.searchsorted(numbers, kept["ccode"].to_numpy())
    exists = np.zeros((YEARS, len(numbers)), bool)
    exists[kept["year"].to_numpy() - FIRST, place] = True
    crosswalk = {
        (int(gw), int(year)): int(i)
        for gw, year, i in zip(kept["gwcode"].to_list(), kept["year"].to_list(), place, strict=True)
        if gw is not None
    }
    for code, place_of in {(code, place) for (code, _), place in crosswalk.items()}:
        for year in np.flatnonzero(exists[:, place_of]) + FIRST:  # a state whose code changed has both throughout
            crosswalk.setdefault((code, int(year)), place_of)
    iso = tuple(ISO.get(text, text) for text in known["stateabb"].to_list())
    lost = codes.filter(pl.col("ccode").is_null() & pl.col("year").is_between(FIRST, LAST)).height
    names = tuple(known["cw_name"].to_list())
    regions = np.digitize(numbers, REGION_CODES)
    return States(
        codes=numbers, regions=regions, iso=iso, names=names, exists=exists, by_gleditsch_ward=crosswalk
    ), lost
