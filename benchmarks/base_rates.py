"""Base rates of events in all of the data, for `data_rate` and the classes of the questions of the catalogue.

    python -m benchmarks.base_rates [FOLDER]

Reads the tables of UCDP and of the Correlates of War from FOLDER, by default `shared/data` beside the checkout, and prints
the count for each question; it writes nothing. Both years of a pair lie before the year of the case, so that no count
knows what came. A test compares the counts in the catalogue with these.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from standoff.addons.history.wars import WarSpell, build
from standoff.catalog import load
from standoff.scenario.case import Case

HOMES = [folder / "shared" / "data" for folder in Path(__file__).resolve().parents]
PAIR = ["conflict", "year", "state"]
AGE, SPAN = 25, 21  #: months that a war has lasted, and months of its question


@dataclass(frozen=True, kw_only=True)
class Count:
    """In how many of the pairs of years the event happened."""

    count: int
    of: int
    since: int  #: first year of the first pair
    until: int  #: second year of the last pair


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Who supported whom, who sent troops, and which conflicts and states there were; one row each."""

    help: pl.DataFrame  #: conflict, side, year, state; arms: 1, 0, or null where the kind is not known; sent: troops
    sides: pl.DataFrame  #: conflict, side, year: sides of active conflicts
    troops: pl.DataFrame  #: conflict, year, state
    parties: pl.DataFrame  #: conflict, year, state, interstate
    active: pl.DataFrame  #: conflict, year
    states: pl.DataFrame  #: state, first, last (years)
    wars: pl.DataFrame  #: of the Correlates of War: conflict, year, state
    members: pl.DataFrame  #: of its state system: state, first, last
    powers: pl.DataFrame  #: great powers: state, first, last
    borders: pl.DataFrame  #: by land, both ways: state, neighbour, first, last
    spells: Sequence[WarSpell]  #: wars between states of the panel of wars


def folder() -> Path | None:
    """The folder of the tables beside the checkout, if there is one."""
    return next((home for home in HOMES if home.is_dir()), None)


def tables(home: Path) -> Tables:
    """Read the tables."""
    triads = pl.read_parquet(home / "external_support" / "esd_supporter_triads_derived.parquet")
    is_state = (pl.col("supporter_is_state") == 1, pl.col("supporter_gwcode").is_not_null(), pl.col("active") == 1)
    weapons = pl.col("weapons")
    known = pl.when((weapons == 1).any()).then(1).when((weapons == 0).all(ignore_nulls=False)).then(0)
    years = pl.read_parquet(home / "external_support" / "ucdp_esd_actor_year_v18_1.parquet").filter(
        pl.col("active") == 1
    )
    sent = pl.read_parquet(home / "external_support" / "acd_troop_supporters_1946_2024.parquet")
    acd = pl.read_parquet(home / "ucdp" / "ucdp_acd_v25_1_peacesciencer.parquet")
    is_interstate = (pl.col("type_of_conflict") == "interstate").alias("interstate")
    sides = [
        acd.select("conflict_id", "year", column, is_interstate).rename({column: "state"})
        for column in ("gwno_a", "gwno_b")
    ]
    gw = pl.read_parquet(home / "states" / "gw_states.parquet")
    cow = pl.read_parquet(home / "states" / "cow_states.parquet")
    wars = pl.read_parquet(home / "wars" / "cow_war_inter_dyadyear.parquet")
    contiguity = pl.read_parquet(home / "geography" / "cow_direct_contiguity.parquet")
    return Tables(
        help=triads.filter(*is_state)
        .select(
            conflict="conflict_id",
            side="actor_id",
            year="year",
            state="supporter_gwcode",
            weapons="sup_w",
            troops="sup_x",
        )
        .cast(pl.Int64)
        .group_by([*PAIR, "side"])
        .agg(arms=known, sent=(pl.col("troops") == 1).any()),
        sides=years.select(conflict="conflict_id", side="actor_id", year="year").cast(pl.Int64).unique(),
        troops=sent.select(conflict="conflict_id", year="year", state="supporter_gwno").cast(pl.Int64).unique(),
        parties=pl.concat(sides)
        .rename({"conflict_id": "conflict"})
        .drop_nulls("state")
        .cast({"conflict": pl.Int64, "year": pl.Int64, "state": pl.Int64})
        .unique(),
        active=acd.select(conflict="conflict_id", year="year").cast(pl.Int64).unique(),
        states=gw.select(state="gwcode", first=pl.col("startdate").dt.year(), last=pl.col("enddate").dt.year()).cast(
            pl.Int64
        ),
        wars=wars.select(conflict="warnum", year="year", state="ccode1").cast(pl.Int64).unique(),
        members=cow.select(state="ccode", first="styear", last="endyear").cast(pl.Int64),
        powers=pl.read_csv(home / "states" / "cow_majors.csv").select(state="ccode", first="styear", last="endyear"),
        borders=contiguity.filter(pl.col("conttype") == 1)
        .select(state="ccode1", neighbour="ccode2", first=pl.col("stdate").dt.year(), last=pl.col("enddate").dt.year())
        .cast(pl.Int64),
        spells=build(home).wars,
    )


def supporters_send_troops(data: Tables, before: int) -> Count:
    """A state that supported a side of a conflict without troops has troops there a year later."""
    supporters = data.help.group_by(PAIR).agg(pl.col("sent").any()).filter(~pl.col("sent"))
    without = supporters.join(data.troops, on=PAIR, how="anti").select(PAIR)
    return _counted(_both_active(without, data.active, before), data.troops)


def supporters_send_arms(
    data: Tables, before: int, members: Callable[[pl.DataFrame], pl.DataFrame] = lambda pairs: pairs
) -> Count:
    """A state that gave a side of a conflict neither arms nor troops gives it arms or has troops there a year later.

    Only pairs in which the kind of help is known in both years; a state that helps no more gives no arms. members: a
    filter of the pairs
    """
    pair, last = [*PAIR, "side"], int(data.help.select(pl.col("year").max()).item())
    less = data.help.filter(~pl.col("sent")).join(data.troops, on=PAIR, how="anti")
    given = data.help.join(less, on=pair, how="anti").select(pair)
    given = pl.concat([given, data.help.filter(pl.col("arms") == 1).select(pair)]).unique()
    pairs = _both_active(less.filter(pl.col("arms") == 0).select(pair), data.sides, min(before, last + 1))
    unknown = _a_year_earlier(less.filter(pl.col("arms").is_null()))
    pairs = members(pairs.join(unknown, on=pair, how="anti"))
    silent = (
        pairs.select(PAIR).unique().join(_a_year_earlier(data.troops), on=PAIR, how="semi")
    )  # troops, no other help
    more = pairs.join(_a_year_earlier(given), on=pair, how="semi")
    more = pl.concat([more, pairs.join(silent, on=PAIR, how="semi")]).unique()
    return _summed(pairs, more)


def powers_that_support_send_arms(data: Tables, before: int) -> Count:
    """The same of great powers alone."""
    within = pl.col("year").is_between(pl.col("first"), pl.col("last"))
    return supporters_send_arms(
        data, before, lambda pairs: pairs.join(data.powers, on="state").filter(within).drop("first", "last")
    )


def supporters_send_arms_to_wars(data: Tables, before: int) -> Count:
    """The same in conflicts between states alone."""
    between = data.parties.filter("interstate").select("conflict", "year").unique()
    return supporters_send_arms(data, before, lambda pairs: pairs.join(between, on=["conflict", "year"], how="semi"))


def powers_begin_to_arm(data: Tables, before: int) -> Count:
    """A great power outside a conflict that gave a side no help gives it arms or troops a year later."""
    pair, last = [*PAIR, "side"], int(data.help.select(pl.col("year").max()).item())
    sides = _both_active(data.sides.select("conflict", "side", "year"), data.sides, min(before, last + 1))
    alive = sides.join(data.powers, how="cross").filter(
        pl.col("first") <= pl.col("year"), pl.col("last") > pl.col("year")
    )
    inside = pl.concat([data.parties.select(PAIR), _a_year_earlier(data.parties).select(PAIR), data.troops]).unique()
    pairs = alive.select(pair).unique().join(data.help, on=pair, how="anti").join(inside, on=PAIR, how="anti")
    given = data.help.filter((pl.col("arms") == 1) | pl.col("sent")).select(pair).unique()
    return _summed(pairs, pairs.join(_a_year_earlier(given), on=pair, how="semi"))


def armers_send_troops(data: Tables, before: int, wars: bool = False) -> Count:
    """A state that gave a side of a conflict arms and no troops has troops there a year later."""
    sent = pl.concat([data.troops.select(PAIR), data.help.filter("sent").select(PAIR)]).unique()
    arms = data.help.filter(pl.col("arms") == 1).select(PAIR).unique().join(sent, on=PAIR, how="anti")
    pairs = _both_active(arms, data.active, before)
    if wars:
        between = data.parties.filter("interstate").select("conflict", "year").unique()
        pairs = pairs.join(between, on=["conflict", "year"], how="semi")
    return _counted(pairs, data.troops)


def armers_send_troops_to_wars(data: Tables, before: int) -> Count:
    """The same in conflicts between states alone."""
    return armers_send_troops(data, before, wars=True)


def old_wars_end(data: Tables, before: int) -> Count:
    """A war between states that had lasted 25 months ends within the next 21 (Correlates of War, by day).

    A truce is part of its war; a war that turns into another one has not ended.
    """
    old = [war for war in data.spells if war.last.year < before and war.length > AGE]
    ended = [war for war in old if war.ended and war.length <= AGE + SPAN]
    return Count(
        count=len(ended),
        of=len(old),
        since=min(war.first.year for war in old),
        until=max(war.last.year for war in old),
    )


def others_send_troops(data: Tables, before: int) -> Count:
    """A state that was neither a party to a conflict under way nor had troops there has troops there a year later."""
    return _counted(_outside_conflicts(data, before), data.troops)


def powers_send_troops(data: Tables, before: int) -> Count:
    """The same of great powers alone."""
    return _counted(_great(_outside_conflicts(data, before), data), data.troops)


def neighbours_send_troops(data: Tables, before: int) -> Count:
    """The same of states with a border by land with a party to the conflict."""
    return _counted(_bordering(_outside_conflicts(data, before), data.parties, data), data.troops)


def powers_enter_wars(data: Tables, before: int) -> Count:
    """A great power outside an interstate war under way is a party to it a year later (Correlates of War)."""
    return _counted(_great(_outside_wars(data, before), data), data.wars)


def neighbours_enter_wars(data: Tables, before: int) -> Count:
    """The same of states with a border by land with a party to the war."""
    return _counted(_bordering(_outside_wars(data, before), data.wars, data), data.wars)


def wars_widen(data: Tables, before: int) -> Count:
    """A conflict between states, active in two years, has a further state with forces in the second."""
    between = data.parties.filter("interstate").select("conflict", "year").unique()
    inside = (
        pl.concat([data.parties.select(PAIR), data.troops]).join(between, on=["conflict", "year"], how="semi").unique()
    )
    pairs = _both_active(between, between, before)
    new = _a_year_earlier(inside).join(inside, on=PAIR, how="anti").select("conflict", "year").unique()
    return _summed(pairs, pairs.join(new, on=["conflict", "year"], how="semi"))


def _outside_conflicts(data: Tables, before: int) -> pl.DataFrame:
    """Conflicts of UCDP with the states outside them."""
    inside = pl.concat([data.parties.select(PAIR), data.troops]).unique()
    later_parties = _a_year_earlier(data.parties).select(PAIR)
    return _outsiders(data.active, data.states, inside, before).join(later_parties, on=PAIR, how="anti")


def _outside_wars(data: Tables, before: int) -> pl.DataFrame:
    """Wars of the Correlates of War with the states outside them."""
    return _outsiders(data.wars.select("conflict", "year").unique(), data.members, data.wars, before)


def _outsiders(active: pl.DataFrame, states: pl.DataFrame, inside: pl.DataFrame, before: int) -> pl.DataFrame:
    """Conflicts active in two years, each with every state of both years that is not inside in the first."""
    crossed = _both_active(active, active, before).join(states, how="cross")
    alive = crossed.filter(pl.col("first") <= pl.col("year"), pl.col("last") > pl.col("year"))
    return alive.select(PAIR).unique().join(inside, on=PAIR, how="anti")


def _great(pairs: pl.DataFrame, data: Tables) -> pl.DataFrame:
    within = pl.col("year").is_between(pl.col("first"), pl.col("last"))
    return pairs.join(data.powers, on="state").filter(within).select(PAIR).unique()


def _bordering(pairs: pl.DataFrame, parties: pl.DataFrame, data: Tables) -> pl.DataFrame:
    beside = parties.select("conflict", "year", neighbour="state").join(data.borders, on="neighbour")
    near = beside.filter(pl.col("year").is_between(pl.col("first"), pl.col("last"))).select(PAIR).unique()
    return pairs.join(near, on=PAIR, how="semi")


def _both_active(rows: pl.DataFrame, active: pl.DataFrame, before: int) -> pl.DataFrame:
    """Rows whose conflict (or side) is active in their year and in the next, which lies before the year of the case."""
    known = rows.filter(pl.col("year") + 1 < before)
    return known.join(active, on=active.columns, how="semi").join(
        _a_year_earlier(active), on=active.columns, how="semi"
    )


def _a_year_earlier(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("year") - 1)


def _counted(pairs: pl.DataFrame, events: pl.DataFrame) -> Count:
    """Pairs with an event in their second year."""
    return _summed(pairs, pairs.join(_a_year_earlier(events), on=events.columns, how="semi"))


def _summed(pairs: pl.DataFrame, happened: pl.DataFrame) -> Count:
    first, last = pairs["year"].min(), pairs["year"].max()
    assert isinstance(first, int) and isinstance(last, int)
    return Count(count=happened.height, of=pairs.height, since=first, until=last + 1)


Rule = Callable[[Tables, int], Count]

QUESTIONS: dict[str, dict[str, Rule]] = {
    "angola-1975": {
        "cuba-troops": others_send_troops,
        "south-africa-invades": others_send_troops,
        "soviet-troops": powers_send_troops,
        "us-troops": powers_send_troops,
    },
    "bangladesh-1971": {
        "india-marches": neighbours_send_troops,
        "china-troops": neighbours_send_troops,
        "us-fights": powers_send_troops,
        "soviet-troops": powers_send_troops,
    },
    "china-russia": {
        "china_troops": supporters_send_troops,
        "wider_war": wars_widen,
    },
    "finland-1939": {
        "swedish-troops": neighbours_enter_wars,
        "british-troops": powers_enter_wars,
        "french-troops": powers_enter_wars,
    },
    "hungary-1956": {"us-troops": powers_send_troops},
    "korea-1950": {"china-enters": neighbours_send_troops},
    "kuwait-1990": {"coalition-attacks": supporters_send_troops, "israel-enters": others_send_troops},
    "syria-2015": dict.fromkeys(("russia-fights", "iran-troops", "turkey-troops", "us-force"), supporters_send_troops),
}
"""Which rule counts exactly the event of a question: for a state that already helped, for a great power or a neighbour
that did not (from 1975 on it is known who helped), or for any other state. Questions of the crises about sending forces
that are missing have no count: no war was under way on the day, or another one was meant."""


CLASSES: dict[tuple[str, str], tuple[Rule, ...]] = {
    ("china-russia", "china_direct"): (
        powers_that_support_send_arms,
        supporters_send_arms,
        supporters_send_arms_to_wars,
        powers_begin_to_arm,
    ),
    ("china-russia", "china_direct_2024"): (powers_that_support_send_arms,),
    ("china-russia", "korean_troops"): (supporters_send_troops, armers_send_troops, armers_send_troops_to_wars),
    ("china-russia", "ends"): (old_wars_end,),
}
"""The rules of the reference classes of a question, in its order. The first, from which a choice starts, is the narrowest
to which the actor belongs by the option in force at as_of, with ten events or more (assumption: fewer leave the rate open
by a factor of three)."""


def of_its_day(case: str) -> Case:
    """A case as its author first wrote it: the flagship as of the day of its article."""
    return load(case, "known-2024" if case == "china-russia" else "")


def class_counts(home: Path) -> dict[tuple[str, str], tuple[Count, ...]]:
    """The counts of the classes of each question, from years before that of its case."""
    data = tables(home)
    return {
        key: tuple(rule(data, of_its_day(key[0])[0].scenario.as_of_day.year) for rule in rules)
        for key, rules in CLASSES.items()
    }


def counts(home: Path) -> dict[tuple[str, str], Count]:
    """The count of each question, from years before that of its case."""
    data, out = tables(home), dict[tuple[str, str], Count]()
    for case, rules in QUESTIONS.items():
        before = of_its_day(case)[0].scenario.as_of_day.year
        out |= {(case, question): rule(data, before) for question, rule in rules.items()}
    return out


def print_counts(counts: Callable[[Path], Mapping[Any, Count]], about: str | None) -> None:
    """Command line that prints the counts from a folder of tables."""
    ask = argparse.ArgumentParser(description=about.splitlines()[0] if about else "")
    ask.add_argument("folder", type=Path, nargs="?", default=folder(), help="folder of the tables")
    home = ask.parse_args().folder
    if home is None:
        ask.error("no folder shared/data beside the checkout: name one")
    for name, found in counts(home).items():
        share = f"{100 * found.count / found.of:.2g} %"
        question = " ".join(name) if isinstance(name, tuple) else name
        print(f"{question}: {found.count} of {found.of:,}, {found.since} to {found.until} ({share} a year)")


def main() -> None:
    """Print the counts."""
    print_counts(counts, __doc__)


if __name__ == "__main__":
    main()
