"""What history says about one decision: rates of help and reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff.addons.history import covariates, design, fit, model
from standoff.addons.history import panel as panels
from standoff.addons.history.archive import Archive, load
from standoff.addons.history.covariates import KINDS, NAMES
from standoff.addons.history.sides import WarSide, interstate_key
from standoff.addons.history.states import FIRST, LAST
from standoff.addons.tables import pl
from standoff.errors import DataError
from standoff.history.recorded import RecordedAnswer
from standoff.record import record
from standoff.serialise import to_plain
from standoff.statistics import central_90

DRAWS = 250  #: of the posterior; the error of a median is then a tenth of the spread
SHIPPED = Path(__file__).parent / "posterior.npz"
ENDS = (0.05, 0.5, 0.95)


@record
class HelpRate:
    """Chance in the year that the actor gives a kind of help, over draws of the posterior."""

    option: str
    mean: float
    p5: float
    p50: float
    p95: float


@record
class KindShare:
    """What a kind of reason adds to the log odds, against the mean likely helper in the arena."""

    kind: str
    log_odds: float
    p5: float
    p95: float
    share: float  #: of the absolute values of all kinds


@record
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
    carried: tuple[str, ...]  #: tables that end before the year of information
    posterior: str  #: SHA-256 of the draws of the posterior

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(asdict(self))

    def to_record(self, question: str, names: Mapping[str, str] | None = None) -> RecordedAnswer:
        """What a case keeps of it beside one of its questions; `names` of states by code."""

        def name(code: str) -> str:
            return (names or {}).get(code, code)

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
    world = archive.states
    if not FIRST < year <= LAST:
        raise DataError(f"{year} is outside the tables", allowed=f"{FIRST + 1} to {LAST}")
    supported, enemy, decider = (world.of_iso(code, year) for code in (side, against, actor))
    if len({supported, enemy, decider}) < 3:
        raise DataError("the actor and the two sides must be three states", allowed="three different codes")
    war = WarSide(
        key=interstate_key(world, supported, enemy),
        name=world.names[supported],
        arena="interstate",
        year=year,
        host=supported,
        own=supported,
        enemies={enemy},
        opponents={interstate_key(world, enemy, supported)},
    )
    helper_states = [{world.of_iso(code, year) for code in codes} for codes in (helpers, enemy_helpers)]
    row = _row(archive, war, decider, since or year, *helper_states)
    sides = [war_side for war_side in archive.sides if panels.LEFT_EDGE < war_side.year <= posterior.until]
    decisions = fit.bilateral(pl.concat([panels.rows(war_side, archive) for war_side in sides]), posterior.until)
    in_arena = decisions.filter(pl.col("likely") & ~pl.col("helped_last") & (pl.col("arena") == war.arena))
    contributions = _contributions(posterior, pl.concat([row, in_arena.select(row.columns)], how="vertical_relaxed"))
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
        base_rate=float(in_arena["helps"].mean()),  # type: ignore[arg-type]
        kinds=_kinds(centred),
        carried=tuple(f"{name} {last}" for name, last in archive.until.items() if last < year - 1),
        posterior=hashlib.sha256(np.ascontiguousarray(posterior.draws).tobytes()).hexdigest(),
    )


def _row(
    archive: Archive, war: WarSide, who: int, since: int, helpers: set[int], enemy_helpers: set[int]
) -> pl.DataFrame:
    """The decision as a row of the panel, with the activity of states carried forward."""
    last = max(side.year for side in archive.sides)
    shown = replace(war, year=min(war.year, last + 1))
    past = replace(
        archive.index.past(shown),
        helpers=helpers,
        enemy_helpers=enemy_helpers,
        first=since == war.year,
        duration=war.year - since,
    )
    values = covariates.decide(war, past, archive.states, archive.ties)
    helping = who in helpers
    row = {
        "actor": archive.states.iso[who],
        "year": war.year,
        "arena": war.arena,
        "helped_last": helping,
        "helps": helping,
        "years_helping": war.year - since if helping else 0,
        "troops": False,
        "troops_last": False,
        **{name: float(values[name][who]) for name in NAMES},
    }
    return pl.DataFrame([row])


def percentiles(values: np.ndarray) -> dict[str, float]:
    """The 5th, 50th and 95th per cent of draws, by name."""
    return dict(zip(("p5", "p50", "p95"), np.quantile(values, ENDS).tolist(), strict=True))


def _rate(option: str, values: np.ndarray) -> HelpRate:
    return HelpRate(option=option, mean=float(values.mean()), **percentiles(values))


def _over_draws(
    posterior: fit.HistoryFit, every: int, function: Callable[[model.ModelNumbers], jax.Array]
) -> np.ndarray:
    """A function of the numbers of the model at every so many draws of the posterior."""
    draws = jnp.asarray(posterior.thinned(DRAWS))[::every]
    return np.asarray(jax.jit(jax.vmap(lambda u: function(model.numbers(u, posterior.layout))))(draws))


def _chances(posterior: fit.HistoryFit, row: pl.DataFrame) -> np.ndarray:
    """Draws x options of one decision."""
    with jax.enable_x64(True):
        rows = design.arrays(row, posterior.by)
        counts = posterior.by.layout(rows).rows
        return _over_draws(posterior, 1, lambda n: jnp.stack(model.probabilities(n, rows, counts), axis=1)[0])


def _contributions(posterior: fit.HistoryFit, rows: pl.DataFrame) -> np.ndarray:
    """Draws x rows x kinds: log odds of each kind, with the middle weights of all actors."""
    with jax.enable_x64(True):
        arrays = design.arrays(rows, posterior.by)
        return _over_draws(posterior, DRAWS // 50, lambda n: model.by_kind(n, arrays.x, arrays.arena))


def _kinds(centred: np.ndarray) -> tuple[KindShare, ...]:
    shares = np.abs(centred) / np.abs(centred).sum(1, keepdims=True)
    out = []
    for kind, odds, share in zip(KINDS, centred.T, shares.T, strict=True):
        low, high = central_90(odds)
        out.append(KindShare(kind=kind, log_odds=float(odds.mean()), p5=low, p95=high, share=float(share.mean())))
    return tuple(sorted(out, key=lambda entry: -abs(entry.log_odds)))


def _arms(archive: Archive, arena: str, until: int) -> tuple[int, int]:
    """Helpers with arms, and all, of an arena without missions, from UCDP's counts."""
    sides = [side for side in archive.sides if side.arena == arena and side.year <= until and not side.coalition]
    arms, count = (sum(numbers[k] for side in sides for numbers in side.counts) for k in (0, 1))
    if not count:
        raise DataError(f"nobody helped in the arena `{arena}` up to {until}", allowed="a later year")
    return arms, count
