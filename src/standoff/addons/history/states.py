"""States of the world by year, for codes of Gleditsch-Ward and the Correlates of War.

A state is its place in `States.codes` (Correlates of War). Micro-states without such a code are left out and counted. In a
year in which one state has two codes (West Germany and Germany in 1990) it is the one of the year before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from standoff.addons.tables import pl
from standoff.errors import DataError, did_you_mean, join_limited
from standoff.record import record

FIRST, LAST = 1945, 2025  #: years of all tables: one before the first forecast is possible, and the last listed
YEARS = LAST - FIRST + 1
REGIONS = ("Americas", "Europe", "Africa", "Middle East", "Asia and Oceania")
REGION_CODES = (200, 400, 600, 700)  #: codes of the Correlates of War at which the next region begins
ISO_TABLE = """
AAB:ATG ALG:DZA ANG:AGO AUL:AUS AUS:AUT BAH:BHR BAR:BRB BFO:BFA BHM:BHS BHU:BTN BNG:BGD BOS:BIH BOT:BWA BRU:BRN
BUI:BDI BUL:BGR CAM:KHM CAO:CMR CAP:CPV CDI:CIV CEN:CAF CHA:TCD CON:COG COS:CRI CRO:HRV CZE:CSK CZR:CZE DEN:DNK
DRC:COD DRV:VNM EQG:GNQ ETM:TLS FIJ:FJI FRN:FRA GAM:GMB GDR:DDR GFR:DEU GMY:DEU GRG:GEO GRN:GRD GUA:GTM GUI:GIN
HAI:HTI HON:HND ICE:ISL INS:IDN IRE:IRL KOS:XKX KUW:KWT KYR:KGZ KZK:KAZ LAT:LVA LEB:LBN LES:LSO LIB:LBY LIT:LTU
MAA:MRT MAC:MKD MAD:MDV MAG:MDG MAL:MYS MAS:MUS MAW:MWI MLD:MDA MNC:MCO MNG:MNE MON:MNG MOR:MAR MSI:MHL MYA:MMR
MYN:MMR MZM:MOZ NAU:NRU NEP:NPL NEW:NZL NIG:NGA NIR:NER NTH:NLD OMA:OMN PAL:PLW PAR:PRY PHI:PHL POR:PRT ROK:KOR
ROM:ROU RVN:VDR SAF:ZAF SAL:SLV SER:SRB SEY:SYC SIE:SLE SIN:SGP SKN:KNA SLO:SVK SLU:LCA SLV:SVN SNM:SMR SOL:SLB
SPN:ESP SRI:LKA SUD:SDN SVG:VCT SWA:SWZ SWD:SWE SWZ:CHE TAJ:TJK TAW:TWN TAZ:TZA THI:THA TOG:TGO TRI:TTO UAE:ARE
UKG:GBR URU:URY VAN:VUT YAR:YEM YPR:YMD YUG:SRB ZAM:ZMB ZIM:ZWE
"""
#: abbreviations of the Correlates of War that differ from ISO 3166, or could be mistaken for another state's, and its codes
ISO = dict(pair.split(":") for pair in ISO_TABLE.split())


@record
class States:
    """All states of the tables, and the years in which they exist."""

    codes: np.ndarray  #: codes of the Correlates of War, rising
    iso: tuple[str, ...]  #: ISO 3166 alpha-3, or of a former state
    names: tuple[str, ...]
    exists: np.ndarray  #: years from `FIRST` x states, bool
    regions: np.ndarray  #: of each state, a place in `REGIONS`
    by_gleditsch_ward: Mapping[tuple[int, int], int]  #: (code, year) -> state
    left: Mapping[str, int]  #: reason -> rows of the table of codes that are no year of a state
    rows: int  #: of the table of codes, in these years

    def __len__(self) -> int:
        return len(self.codes)

    def index(self, codes: np.ndarray) -> np.ndarray:
        """States of an array of codes of the Correlates of War; -1 for unknown ones."""
        row = np.clip(np.searchsorted(self.codes, codes), 0, len(self.codes) - 1)
        return np.where(self.codes[row] == codes, row, -1)

    def by_year(self, rows: Iterable[tuple[int, int, float]], fill: float) -> np.ndarray:
        """Years x states: the values of rows with a code of Gleditsch and Ward, a year and a value."""
        out = np.full((YEARS, len(self)), fill, float)
        for code, year, value in rows:
            column = self.by_gleditsch_ward.get((code, year))
            if column is not None:
                out[year - FIRST, column] = value
        return out

    def of_iso(self, code: str, year: int) -> int:
        """The state with an ISO code that exists in a year; raises `DataError`."""
        by_iso = {self.iso[i]: int(i) for i in np.flatnonzero(self.exists[year - FIRST])}
        if code not in by_iso:
            what, listed = f"no state `{code}` in {year}", sorted(by_iso)
            raise DataError(what, allowed=join_limited(listed, 8), fix=did_you_mean(code, listed))
        return by_iso[code]


def states(codes: pl.DataFrame) -> States:
    """States of a table with columns stateabb, year, gwcode, ccode, cw_name."""
    listed = codes.filter(pl.col("year").is_between(FIRST, LAST))
    coded = listed.filter(pl.col("ccode").is_not_null())
    latest = coded.sort("year", "cw_name").group_by("ccode", maintain_order=True).last().sort("ccode")
    numbers = latest["ccode"].to_numpy()
    iso = tuple(ISO.get(text, text) for text in latest["stateabb"].to_list())
    column = np.searchsorted(numbers, coded["ccode"].to_numpy())
    exists = np.zeros((YEARS, len(numbers)), bool)
    exists[coded["year"].to_numpy() - FIRST, column] = True
    repeated, before = coded.height - int(exists.sum()), int(exists.sum())
    _drop_second_codes(exists, iso)
    return States(
        codes=numbers,
        iso=iso,
        names=tuple((latest["cw_name"].fill_null(latest["stateabb"])).to_list()),
        exists=exists,
        regions=np.digitize(numbers, REGION_CODES),
        by_gleditsch_ward=_crosswalk(coded, column, exists),
        left={
            "years of states without a code of the Correlates of War": listed.height - coded.height,
            "further rows of the same state and year": repeated,
            "years of a state that has two codes": before - int(exists.sum()),
        },
        rows=listed.height,
    )


def _drop_second_codes(exists: np.ndarray, iso: Sequence[str]) -> None:
    """Of codes with the same ISO code in a year, keep the one that existed in the year before."""
    states_of: dict[str, list[int]] = defaultdict(list)
    for state, code in enumerate(iso):
        states_of[code].append(state)
    for shared in states_of.values():
        for t in np.flatnonzero(exists[:, shared].sum(1) > 1):
            older = max(shared, key=lambda state: (exists[t - 1, state] if t else False, exists[t, state]))
            exists[t, [state for state in shared if state != older]] = False


def _crosswalk(coded: pl.DataFrame, column: np.ndarray, exists: np.ndarray) -> dict[tuple[int, int], int]:
    """State of each code of Gleditsch and Ward in each year."""
    out = {
        (int(code), int(year)): int(i)
        for code, year, i in zip(coded["gwcode"].to_list(), coded["year"].to_list(), column, strict=True)
        if code is not None
    }
    for code, state in sorted({(code, state) for (code, _), state in out.items()}):
        for year in np.flatnonzero(exists[:, state]) + FIRST:  # a state whose code changed has both throughout
            out.setdefault((code, int(year)), state)
    return out
