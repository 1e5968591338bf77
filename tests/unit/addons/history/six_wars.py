"""Tables of an invented world with six wars, 1974 to 2000, small enough to count every row by hand.

1. Afghanistan against the rebels 301 and 302. 2. Pakistan against 303, with a mission in 1980. 3. Iraq against 305, who are
helped by East Germany until it is gone, then by Armenia, born in 1991. 4. Iraq and Afghanistan at war with each other.
5. Britain and the United States as one party against Iraq. 6. Russia against 304, helped by two states of which one sent troops.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from standoff.addons.history.sides import COLUMNS, TEXTS
from standoff.addons.history.sources import sources

FOLDERS = (folder / "shared" / "data" for folder in Path(__file__).parents)
STAGED = next((folder for folder in FOLDERS if folder.is_dir()), None)  #: publishers' tables, if there are any
NO_TABLES = "needs the publishers' tables in ../shared/data"
FIRST_YEAR, LAST_YEAR = 1974, 2000
#: abbreviation, code of the Correlates of War, name, first and last year
STATES = (
    ("USA", 2, "United States of America", 1974, 2000),
    ("CAN", 20, "Canada", 1974, 2000),
    ("UKG", 200, "United Kingdom", 1974, 2000),
    ("GFR", 260, "German Federal Republic", 1974, 1990),
    ("GMY", 255, "Germany", 1990, 2000),
    ("GDR", 265, "German Democratic Republic", 1974, 1990),
    ("RUS", 365, "Russia", 1974, 2000),
    ("ARM", 371, "Armenia", 1991, 2000),
    ("IRQ", 645, "Iraq", 1974, 2000),
    ("AFG", 700, "Afghanistan", 1974, 2000),
    ("PAK", 770, "Pakistan", 1974, 2000),
)
#: number of UCDP -> name; governments have the code of their state here
ACTORS = {
    2: "Government of United States of America",
    20: "Government of Canada",
    200: "Government of United Kingdom",
    265: "Government of East Germany",
    365: "Government of Russia (Soviet Union)",
    371: "Government of Armenia",
    645: "Government of Iraq",
    700: "Government of Afghanistan",
    770: "Government of Pakistan",
    301: "Reds",
    302: "Greens",
    303: "Blues",
    304: "Whites",
    305: "Blacks",
    900: "Greys",
    999: "UNMISSION",
    850: "Government of United Kingdom, Government of United States of America",
}

Tables = dict[str, pl.DataFrame]


def war_year(
    conflict: int,
    year: int,
    first: int,
    second: int,
    *,
    help_first: str = "",
    help_second: str = "",
    active: int = 1,
    coalition: int = 0,
    arms: int | None = 0,
    troops: int = 0,
) -> list[dict[str, object]]:
    """Both rows of a dyad in a year. Helpers are numbers in a text, `arms` and `troops` the states that gave them."""
    civil = int(second < 400 and second in range(301, 306))
    out = []
    for actor, other, helpers in ((first, second, help_first), (second, first, help_second)):
        listed = [int(word) for word in helpers.split()]
        row: dict[str, object] = dict.fromkeys((*COLUMNS, *TEXTS))
        row |= {
            "year": year,
            "active": active,
            "actor_id": actor,
            "oppo_id": other,
            "actor_name": ACTORS[actor],
            "oppo_name": ACTORS[other],
            "actor_nonstate": int(actor in range(301, 306)),
            "civil": civil,
            "conflict_id": conflict,
            "gwno_a": str(2 if first == 850 else first),
            "gwno_b": None if civil else f"{2 if second == 850 else second}.0",
            "ext_sup": int(bool(listed)),
            "ext_coalition": coalition if listed else None,
        }
        if listed:
            states = sum(ACTORS[actor].startswith("Government") for actor in listed)
            row |= {
                "ext_id": ",".join(map(str, listed)),
                "ext_name": ",".join(ACTORS[actor] for actor in listed),
                "ext_count_s": states,
                "ext_w_count_s": arms,
                "ext_x_count_s": troops,
            }
        out.append(row)
    return out


def support() -> pl.DataFrame:
    """Actor-years of the six wars: 36 rows."""
    rows = [
        *war_year(1, 1975, 700, 301, help_first="365", help_second="770"),
        *war_year(1, 1975, 700, 302),
        *war_year(1, 1976, 700, 301, help_first="365", help_second="770"),
        *war_year(1, 1976, 700, 302, help_first="365", help_second="900", arms=1),
        *war_year(1, 1977, 700, 301, help_second="2", active=0),
        *war_year(1, 1979, 700, 301, help_second="770"),
        *war_year(1, 1980, 700, 302, help_first="365", help_second="770"),
        *war_year(2, 1980, 770, 303, help_first="999 20", coalition=1),
        *war_year(2, 1981, 770, 303, help_first="20"),
        *war_year(2, 1982, 770, 303, help_first="20"),
        *war_year(3, 1989, 645, 305, help_second="265"),
        *war_year(3, 1990, 645, 305, help_second="265"),
        *war_year(3, 1991, 645, 305, help_second="371"),
        *war_year(3, 1992, 645, 305, help_second="371"),
        *war_year(4, 1985, 645, 700, help_first="365", arms=1),
        *war_year(4, 1986, 645, 700, help_first="365", arms=1),
        *war_year(5, 1998, 645, 850, help_second="20 200"),
        *war_year(6, 1995, 365, 304, help_second="20 371", troops=1, arms=None),
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def by_state(seed: int, **columns: tuple[float, float]) -> pl.DataFrame:
    """A table of states and years with random values between two ends for each column."""
    rng = np.random.default_rng(seed)
    keys = [(code, year) for _, code, _, begin, end in STATES for year in range(begin, end + 1)]
    values = {name: rng.uniform(*ends, len(keys)) for name, ends in columns.items()}
    return pl.DataFrame({"ccode": [code for code, _ in keys], "year": [year for _, year in keys], **values})


def by_pair(seed: int, share: float, years: range, **columns: tuple[int, int]) -> pl.DataFrame:
    """A table of a share of the pairs of states in each year."""
    rng = np.random.default_rng(seed)
    keys = [
        (one, other, year)
        for year in years
        for _, one, _, begin, end in STATES
        for _, other, _, born, gone in STATES
        if one < other and max(begin, born) <= year <= min(end, gone) and rng.random() < share
    ]
    out = {name: [key[i] for key in keys] for i, name in enumerate(("ccode1", "ccode2", "year"))}
    return pl.DataFrame(out | {name: rng.integers(*ends, len(keys)) for name, ends in columns.items()})


def spells(pairs: Mapping[tuple[int, int], tuple[int, int]], begin: str, end: str, **columns: float) -> pl.DataFrame:
    """A table of spells of pairs of states, with the same values in all."""
    rows = [{"ccode1": a, "ccode2": b, begin: first, end: last, **columns} for (a, b), (first, last) in pairs.items()]
    return pl.DataFrame(rows)


def tables() -> Tables:
    """All tables of `sources.yaml`, by name."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    codes = [
        *(
            (abbreviation, year, 260 if code == 260 else None if code == 255 else code, code, name)
            for abbreviation, code, name, begin, end in STATES
            for year in range(begin, end + 1)
        ),
        *(("GFR", year, 260, 255, None) for year in range(1991, LAST_YEAR + 1)),
        *(("TUV", year, 947, None, None) for year in years),
    ]
    land = spells(
        {
            (365, 700): (1974, 1991),
            (700, 770): (1974, 2000),
            (2, 20): (1974, 2000),
            (371, 645): (1991, 2000),
            (365, 371): (1991, 2000),
        },
        "from",
        "to",
        conttype=1,
    )
    apart = spells({(365, 645): (1974, 2000)}, "from", "to", conttype=0)
    contiguity = pl.concat([land, apart]).select(
        "ccode1", "ccode2", "conttype", pl.date("from", 1, 1).alias("stdate"), pl.date("to", 12, 1).alias("enddate")
    )
    codes_of = [code for _, code, *_ in STATES]
    distance = spells(
        {(a, b): (1974, 2000) for a in codes_of for b in codes_of if a < b}, "year_from", "year_to", mindist_km=2500.0
    )
    pacts = {"defence": 1, "non_aggression": 1, "consultation": 1}
    return {
        "support": support(),
        "conflicts": pl.DataFrame(
            {
                "conflict_id": [6, 6],
                "year": [1995, 1995],
                "gwno_a": [365, 365],
                "gwno_b": [None, None],
                "gwno_a_2nd": [None, None],
                "gwno_b_2nd": [20, None],
            },
            schema_overrides={"gwno_b": pl.Int64, "gwno_a_2nd": pl.Int64},
        ),
        "deaths": by_state(1, best=(0, 5000)).rename({"ccode": "gwcode"}).with_columns(pl.col("best").round()),
        "codes": pl.DataFrame(
            codes, schema=["stateabb", "year", "gwcode", "ccode", "cw_name"], orient="row", infer_schema_length=None
        ),
        "powers": pl.DataFrame({"ccode": [2, 200, 365], "styear": [1898, 1816, 1922], "endyear": [2000, 2000, 2000]}),
        "regional_powers": pl.DataFrame(
            {
                "ccode": [770, 365],
                "regstdate": ["1974-01-01", None],
                "regenddate": ["2000-12-31", None],
                "globstdate": [None, "1974-01-01"],
                "globenddate": [None, "2000-12-31"],
            }
        ),
        "alliances": spells(
            {(2, 770): (1974, 2000), (365, 700): (1978, 1988), (371, 645): (1992, 2000)},
            "year_from",
            "year_to",
            **pacts,
        ),
        "capabilities": by_state(2, cinc=(0.001, 0.2), milper=(10, 3000)),
        "contiguity": contiguity,
        "distance": distance,
        "trade": by_pair(3, 0.6, years, smoothflow1=(0, 9000), smoothflow2=(0, 9000)),
        "disputes": by_pair(4, 0.1, years, sidea1=(1, 2), sidea2=(0, 1)),
        "rivalries": spells(
            {(700, 770): (1974, 1995), (365, 770): (1974, 1991), (645, 700): (1980, 1990), (2, 645): (1990, 2000)},
            "start",
            "end",
        ),
        "votes": by_state(5, idealpointfp=(-2, 2)),
        "organisations": by_pair(6, 1.0, range(1975, 2000, 5), dyadigos=(5, 90)),
        "leaders": pl.DataFrame(
            {"gwcode": [365, 700, 770], "startdate": [date(1985, 3, 11), date(1978, 4, 30), date(1977, 7, 5)]}
        ),
        "regimes": by_state(7, v2x_polyarchy=(0, 1)),
        "income": by_state(8, mrgdppc=(500, 40_000), pwtrgdp=(1e3, 1e7)),
    }


def write(world: Tables, folder: Path) -> Path:
    """The tables as files under the first name of each source."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in world.items():
        path = folder / sources()[name].files[0]
        if path.suffix == ".csv":
            table.write_csv(path)
        else:
            table.write_parquet(path)
    return folder
