"""What history says about one decision: rates of help, reasons, similar decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from standoff.addons.history import covariates, design, fit, model
from standoff.addons.history import panel as panels
from standoff.addons.history.archive import Archive, load
from standoff.addons.history.covariates import KINDS, NAMES
from standoff.addons.history.sides import WarSide, interstate_key
from standoff.addons.history.states import FIRST, LAST, States
from standoff.addons.history.support_index import SupportIndex
from standoff.errors import DataError, Problem, join_limited
from standoff.history.recorded import RecordedAnswer, RecordedDecision
from standoff.serialise import to_plain

NEIGHBOURS = 10
DRAWS = 250  #: of the posterior; the error of a median is then a tenth of the spread
SHIPPED = Path(__file__).parent / "posterior.npz"
ENDS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, kw_only=True)
class HelpRate:
    """Chance in the year that the actor gives a kind of help, over draws of the posterior."""

    option: str
    mean: float
    p5: float
    p50: float
    p95: float


@dataclass(frozen=True, kw_only=True)
class KindShare:
    """What a kind of reason adds to the log odds, against the mean likely helper in the arena."""

    kind: str
    log_odds: float
    p5: float
    p95: float
    share: float  #: of the absolute values of all kinds


@dataclass(frozen=True, kw_only=True)
class SimilarDecision:
    """A decision in history with like reasons."""

    actor: str
    side: str
    host: str
    year: int
    arena: str
    helped: bool
    troops: bool | None
    distance: float  #: root of the summed squared differences of the kinds' log odds


@dataclass(frozen=True, kw_only=True)
class HistoryAnswer:
    """The answer of history to one question."""

    actor: str
    side: str
    against: str
    year: int
    until: int  #: last year of the decisions of the fit
    arena: str
    rates: tuple[HelpRate, ...]
    arms_or_troops: HelpRate  #: troops, or help of which the share that has arms
    arms_share: float  #: of the help that begins, what share of helpers in the arena gave arms
    arms_helpers: tuple[int, int]  #: helpers with arms, of all whose number is known
    base_rate: float  #: share of likely helpers of the arena that begin in a year
    kinds: tuple[KindShare, ...]
    similar: tuple[SimilarDecision, ...]
    helped_among_similar: int
    carried: tuple[str, ...]  #: tables that end before the year of information
    posterior: str  #: SHA-256 of the draws of the posterior

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(asdict(self))

    def to_record(self, question: str, names: Mapping[str, str] | None = None) -> RecordedAnswer:
        """What a case keeps of it beside one of its questions; `names` of states by code."""

        def name(code: str) -> str:
            return (names or {}).get(code, code)

        similar = tuple(
            RecordedDecision(
                actor=name(each.actor),
                year=each.year,
                side=each.side,
                host=each.host,
                helped=each.helped,
                troops=each.troops,
            )
            for each in self.similar
        )
        return RecordedAnswer(
            question=question,
            actor=name(self.actor),
            side=name(self.side),
            against=name(self.against),
            year=self.year,
            until=self.until,
            any_help=1 - self.rates[0].mean,
            arms_or_troops=self.arms_or_troops.mean,
            low=self.arms_or_troops.p5,
            high=self.arms_or_troops.p95,
            similar=similar,
            posterior=self.posterior,
            made=date.today().isoformat(),
        )


def ask(
    folder: Path,
    *,
    actor: str,
    side: str,
    against: str,
    year: int,
    since: int = 0,
    helpers: Sequence[str] = (),
    enemy_helpers: Sequence[str] = (),
    fitted: fit.HistoryFit | None = None,
) -> HistoryAnswer:
    """Ask history whether `actor` begins to help `side` against `against` in `year`.

    States are ISO 3166 codes; the war is one between states that began in `since` (default: the year itself). `helpers`
    and `enemy_helpers` are the states that helped in the year before. Raises `DataError` for unknown states and years.
    """
    posterior = fitted or fit.load(SHIPPED)
    archive = load(folder)
    index = SupportIndex(archive)
    world = archive.states
    if not FIRST < year <= LAST:
        raise DataError(Problem(f"{year} is outside the tables", allowed=f"{FIRST + 1} to {LAST}"))
    own, enemy, who = (world.of_iso(code, year) for code in (side, against, actor))
    if len({own, enemy, who}) < 3:
        raise DataError(Problem("the actor and the two sides must be three states", allowed="three different codes"))
    war = WarSide(
        key=interstate_key(world, own, enemy),
        name=world.names[own],
        arena="interstate",
        year=year,
        host=own,
        own=own,
        enemies={enemy},
        opponents={interstate_key(world, enemy, own)},
    )
    given = [{world.of_iso(code, year) for code in codes} for codes in (helpers, enemy_helpers)]
    row = _row(archive, index, war, who, since or year, *given)
    sides = [each for each in archive.sides if panels.LEFT_EDGE < each.year <= posterior.until]
    known = fit.bilateral(pl.concat([panels.rows(each, archive, index) for each in sides]), posterior.until)
    likely = known.filter(pl.col("likely") & ~pl.col("helped_last"))
    same = likely.filter(pl.col("arena") == war.arena)
    contributions = _contributions(posterior, pl.concat([row, same.select(row.columns)], how="vertical_relaxed"))
    centred = contributions[:, 0] - contributions[:, 1:].mean(1)
    chances = _chances(posterior, row)
    arms, count = _arms(archive, war.arena, posterior.until)
    return HistoryAnswer(
        actor=actor,
        side=side,
        against=against,
        year=year,
        until=posterior.until,
        arena=war.arena,
        rates=tuple(_rate(name, chances[:, o]) for o, name in enumerate(("nothing", "support", "troops"))),
        arms_or_troops=_rate("arms or troops", chances[:, 1] * arms / count + chances[:, 2]),
        arms_share=arms / count,
        arms_helpers=(arms, count),
        base_rate=float(same["helps"].mean()),  # type: ignore[arg-type]
        kinds=_kinds(centred),
        similar=(similar := _similar(posterior, row, likely, world)),
        helped_among_similar=sum(each.helped for each in similar),
        carried=tuple(f"{name} {last}" for name, last in archive.until.items() if last < year - 1),
        posterior=hashlib.sha256(np.ascontiguousarray(posterior.draws).tobytes()).hexdigest(),
    )


def _row(
    archive: Archive,
    index: SupportIndex,
    war: WarSide,
    who: int,
    since: int,
    helpers: set[int],
    enemy_helpers: set[int],
) -> pl.DataFrame:
    """The decision as a row of the panel, with the activity of states carried forward."""
    last = max(side.year for side in archive.sides)
    shown = replace(war, year=min(war.year, last + 1))
    past = replace(
        index.past(shown),
        helpers=frozenset(helpers),
        enemy_helpers=frozenset(enemy_helpers),
        first=since == war.year,
        duration=war.year - since,
    )
    values = covariates.decide(war, past, archive.states, archive.ties, archive.deaths)
    helping = who in helpers
    table = {
        "actor": [archive.states.iso[who]],
        "year": [war.year],
        "arena": [war.arena],
        "helped_last": [helping],
        "helps": [helping],
        "years_helping": [war.year - since if helping else 0],
        "troops": [False],
        "troops_last": [False],
        **{name: [float(values[name][who])] for name in NAMES},
    }
    return pl.DataFrame(table)


def _rate(option: str, values: np.ndarray) -> HelpRate:
    low, middle, high = np.quantile(values, ENDS)
    return HelpRate(option=option, mean=float(values.mean()), p5=float(low), p50=float(middle), p95=float(high))


def _draws(posterior: fit.HistoryFit) -> jax.Array:
    place = np.linspace(0, len(posterior.draws) - 1, min(DRAWS, len(posterior.draws))).astype(int)
    return jnp.asarray(posterior.draws[place])


def _chances(posterior: fit.HistoryFit, row: pl.DataFrame) -> np.ndarray:
    """Draws x options of one decision."""
    with jax.enable_x64(True):
        rows = design.arrays(row, posterior.by)
        counts = posterior.by.layout(rows).rows

        def one(u: jax.Array) -> jax.Array:
            return jnp.stack(model.probabilities(model.numbers(u, posterior.layout), rows, counts), axis=1)[0]

        return np.asarray(jax.jit(jax.vmap(one))(_draws(posterior)))


def _contributions(posterior: fit.HistoryFit, rows: pl.DataFrame, draws: int = 50) -> np.ndarray:
    """Draws x rows x kinds: log odds of each kind, with the middle weights of all actors."""
    with jax.enable_x64(True):
        arrays = design.arrays(rows, posterior.by)

        def one(u: jax.Array) -> jax.Array:
            return model.by_kind(model.numbers(u, posterior.layout), arrays.x, arrays.arena)

        return np.asarray(jax.jit(jax.vmap(one))(_draws(posterior)[:: DRAWS // draws]))


def _kinds(centred: np.ndarray) -> tuple[KindShare, ...]:
    total = np.abs(centred).sum(1)
    out = []
    for k, kind in enumerate(KINDS):
        low, high = np.quantile(centred[:, k], (ENDS[0], ENDS[2]))
        out.append(
            KindShare(
                kind=kind,
                log_odds=float(centred[:, k].mean()),
                p5=float(low),
                p95=float(high),
                share=float((np.abs(centred[:, k]) / total).mean()),
            )
        )
    return tuple(sorted(out, key=lambda each: -abs(each.log_odds)))


def _similar(
    posterior: fit.HistoryFit, row: pl.DataFrame, likely: pl.DataFrame, world: States
) -> tuple[SimilarDecision, ...]:
    """Likely helpers' decisions whose kinds add the most similar log odds."""
    with jax.enable_x64(True):
        n = model.numbers(jnp.asarray(posterior.draws.mean(0)), posterior.layout)
        slope = np.asarray(n.slope)
    kinds = np.eye(len(KINDS))[model.KIND_OF]

    def parts(rows: pl.DataFrame) -> np.ndarray:
        return np.asarray((rows.select(NAMES).to_numpy() * slope) @ kinds)

    apart = np.sqrt(((parts(likely) - parts(row)) ** 2).sum(1))
    names = dict(zip(world.codes.tolist(), world.names, strict=True))
    order = np.argsort(apart, kind="stable")
    out: list[SimilarDecision] = []
    taken: set[tuple[str, str]] = set()
    for i in order:
        each = likely.row(int(i), named=True)
        if (each["actor"], each["side"]) in taken:
            continue  # one year of a war of an actor stands for the others
        taken.add((each["actor"], each["side"]))
        out.append(
            SimilarDecision(
                actor=each["actor"],
                side=each["name"],
                host=names[each["host"]],
                year=each["year"],
                arena=each["arena"],
                helped=each["helps"],
                troops=each["troops"],
                distance=float(apart[i]),
            )
        )
        if len(out) == NEIGHBOURS:
            break
    return tuple(out)


def _arms(archive: Archive, arena: str, until: int) -> tuple[int, int]:
    """Helpers with arms, and all, of an arena without missions, from UCDP's counts."""
    arms = count = 0
    for side in archive.sides:
        if side.arena == arena and side.year <= until and not side.coalition:
            for with_arms, number, _ in side.counts:
                arms, count = arms + with_arms, count + number
    if not count:
        raise DataError(
            Problem(f"nobody helped in the arena `{arena}` up to {until}", allowed=join_limited(("a later year",)))
        )
    return arms, count
