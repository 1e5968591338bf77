"""Fit and score the model of help: docs/history-scores.md, and the coefficients that ship.

    python -m benchmarks.history --data FOLDER [--fits FOLDER] [--ship] [--normal]

Fits up to 2005, 2012 and 2017 (kept in `--fits`, and read again from there), forecasts the years after, and writes the page
whole. With `--normal` draws are those of a normal approximation (minutes of processor, where chains need a quarter of an hour
each); no check of chains is passed then. With `--ship` the coefficients and the posterior in the package are written from the
same fits. The logits and the boosted trees beside it are fitted to the same rows; trees need scikit-learn (group `bench`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from benchmarks import history_conflicts, history_level, history_weights
from benchmarks import probability_scores as scores
from scipy.optimize import minimize

from standoff.addons.history import ask, design, fit, model, sources
from standoff.addons.history import panel as panels
from standoff.addons.history.archive import load
from standoff.addons.history.covariates import KINDS, NAMES
from standoff.addons.history.start import start
from standoff.files import json_digest
from standoff.history import coefficients
from standoff.inference import _optional, nuts
from standoff.inference.mode import inverse_root

PAGE = Path(__file__).resolve().parents[1] / "docs" / "history-scores.md"
SPANS = ((2005, 2006, 2012), (2012, 2013, 2017))
LAST = 2017
RUNGS = (*(span[0] for span in SPANS), LAST)
TEN = 10  #: years of a short class; assumption: two eras of the fit
FEW = (
    "pact",
    "rival_enemy",
    "dispute_enemy",
    "border",
    "near",
    "major",
    "capability",
    "stronger_enemy",
    "democracy",
    "democracy_likeness",
    "trade_side",
    "ideal_likeness",
    "deaths",
    "duration",
    "helped",
    "helped_enemy",
)
#: about the covariates of published models of third-party support
NEW = ("reach", "precedent", "company", "occasion")  #: kinds that cases have had since they were learned
CASES = history_weights.COUNTED  #: kinds that cases have
PUBLISHED = """Published figures cannot be set beside these tables, since none that we found is of a split by time. R. Carroll's
unpublished "Fighting in the Shadow of Intervention" reports an AUC of 0.958 for military intervention at 190 onsets of civil war,
with rows folded at random; H. Langø's classifiers of supporters in the UCDP data a macro F1 of 0.58, with rows split at random.
Rows of one war are then in both parts, which makes scores better: the years after are the harder test.""".replace(
    "\n", " "
)
CHUNK = 50_000  #: rows of a forecast at a time
EDGES = np.array([0.0005, 0.001, 0.003, 0.01, 0.03, 0.1])


@dataclass(frozen=True, kw_only=True)
class Forecasts:
    """Forecasts of one arena of rows by all models, with outcomes."""

    rows: pl.DataFrame
    outcome: np.ndarray
    reference: np.ndarray  #: rate of the years of the fit in the same arena
    by_model: Mapping[str, np.ndarray]


def normal(panel: pl.DataFrame, until: int, draws: int = 1000, seed: int = 1) -> fit.HistoryFit:
    """The fit with the normal approximation of its posterior around the start of its chains."""
    chosen = fit.bilateral(panel, until)
    by = design.design(chosen)
    rows = design.arrays(design.thin(chosen, seed), by)
    layout = by.layout(rows)
    density = model.density(layout)
    with jax.enable_x64(True):
        centre = start(density, rows, layout)
        z = np.random.default_rng(seed).standard_normal((draws, len(centre)))
        u, log_density = approximation(density, centre, rows, z)
        energy = np.asarray(jax.lax.map(lambda each: density.energy(each, rows), jnp.asarray(u)))
    ratio = -energy - log_density
    print(
        f"normal approximation up to {until}: k-hat {_optional.statistics().psislw(ratio)[1]:.1f}, log ratio {ratio.std():.1f}"
    )
    return fit.HistoryFit(
        until=until,
        by=by,
        draws=u,
        rows=len(rows.arena),
        decisions=len(chosen),
        rhat=float("nan"),
        ess=draws,
        divergences=0,
        passed=False,
    )


def approximation(
    density: nuts.DensityModel, centre: np.ndarray, data: Any, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draws of the normal around a point in the coordinates of the sampler, and their log density but for a constant.

    What is multiplied by an unknown scale is partially centred there. In plain coordinates the normal misses how the terms of a
    scale move with it: for the fit up to 2017 the log of the exact density over that of the normal then varies by 29 over
    draws, here by 7.
    """
    centring, middle, bend = nuts.coordinates(density)(jnp.asarray(centre), data)
    v = jnp.asarray(np.asarray(middle) + z @ inverse_root(np.asarray(bend)).T)

    @jax.vmap
    def back(v: jax.Array) -> tuple[jax.Array, jax.Array]:
        return nuts.uncentre(density, v, centring, data), centring @ jnp.log(density.scales(v, data))

    u, stretch = map(np.asarray, back(v))
    return u, stretch - 0.5 * (z**2).sum(1)


def fits(
    panel: pl.DataFrame, folder: Path | None, fitting: bool = True, sampled: bool = True
) -> dict[int, fit.HistoryFit]:
    """Fits by last year, from the folder where they are; without `fitting` only these."""
    known = [until for until in RUNGS if fitting or (folder and (folder / f"fit{until}.npz").exists())]
    return {
        until: kept(folder, f"fit{until}", partial(fit.fit if sampled else normal, panel, until=until))
        for until in known
    }


def kept(folder: Path | None, name: str, make: Callable[[], fit.HistoryFit]) -> fit.HistoryFit:
    """A fit from the folder where it is there; else made, and stored there."""
    path = folder / f"{name}.npz" if folder else None
    if path and path.exists():
        return fit.load(path)
    begun, cpu = time.time(), time.process_time()
    made = make()
    print(
        f"{name}: {time.time() - begun:.0f} s, {time.process_time() - cpu:.0f} s of processor, R-hat "
        f"{made.rhat:.4f}, {made.ess:.0f} effective draws, passed {made.passed}",
        flush=True,
    )
    if path:
        fit.save(made, path, len(made.draws))
    return made


def rates(train: pl.DataFrame, test: pl.DataFrame) -> np.ndarray:
    """The rate of the years of the fit in the arena of each row."""
    by = dict(train.group_by("arena").agg(pl.col("helps").mean()).iter_rows())
    return np.array([by[name] for name in test["arena"].to_list()], float)


def logit(train: pl.DataFrame, test: pl.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Logit by maximum likelihood, with constants by arena, on all rows of the fit."""

    def matrix(rows: pl.DataFrame) -> np.ndarray:
        arenas = [(rows["arena"] == name).to_numpy() for name in ("government", "rebels", "interstate")]
        return np.column_stack([rows.select(names).to_numpy(), *arenas]).astype(float)

    thin = design.thin(train)
    x, y = matrix(thin), thin["helps"].to_numpy().astype(float)
    weight = np.where(y > 0, 1.0, 1.0 / thin["share"].to_numpy())

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ b
        p = 1 / (1 + np.exp(-z))
        return float((weight * (np.logaddexp(0, z) - y * z)).sum()), x.T @ (weight * (p - y))

    b = minimize(
        loss, np.r_[np.zeros(len(names)), -6 * np.ones(3)], jac=True, method="L-BFGS-B", options={"maxiter": 2000}
    ).x
    return np.asarray(1 / (1 + np.exp(-matrix(test) @ b)))


def covariates_of(kinds: Sequence[str]) -> tuple[str, ...]:
    """The covariates of some kinds."""
    return tuple(name for kind in kinds for name in KINDS[kind])


def without_controls(train: pl.DataFrame, test: pl.DataFrame) -> pl.DataFrame:
    """The rows with every covariate of kinds that cases lack at its mean in the years of the fit, by arena."""
    names = covariates_of(history_weights.CONTROLS)
    means = train.group_by("arena").agg(pl.col(name).mean().cast(pl.Float32) for name in names)
    return test.drop(names).join(means, on="arena", how="left", maintain_order="left").select(test.columns)


def only_cases(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that do not differ in any covariate of kinds that cases lack: a fit to them knows the kinds of cases alone."""
    return rows.with_columns(pl.lit(0, pl.Float32).alias(name) for name in covariates_of(history_weights.CONTROLS))


def by_level(fitted: fit.HistoryFit, train: pl.DataFrame, test: pl.DataFrame) -> dict[str, np.ndarray]:
    """Forecasts of decisions that may begin help, by the level that they take; `train` has the years before."""
    chance = 1 - forecast(fitted, test)[:, 0]
    step = float(np.median(np.asarray(fitted.numbers().scales["era"])))
    rows = pl.concat([train, test])
    of_era = 1 - forecast(fitted, rows.with_columns(year=pl.lit(design.FIRST_ERA, rows.schema["year"])))[:, 0]
    arena, year = np.array(rows["arena"].to_list()), rows["year"].to_numpy()
    helped, after = rows["helps"].to_numpy().astype(float), slice(len(train), None)
    first = int(year[after].min())
    return {
        "level of the fit": chance,
        "level filtered": history_level.filtered(chance, helped[after], year[after], arena[after], step),
        "level of the class": history_level.of_class(of_era, helped, year, arena, first)[after],
        "level of the class of ten years": history_level.of_class(of_era, helped, year, arena, first, TEN)[after],
    }


def by_fit_and_level(
    fitted: fit.HistoryFit, alone: fit.HistoryFit, train: pl.DataFrame, test: pl.DataFrame
) -> dict[str, np.ndarray]:
    """Forecasts by the kinds of cases: of the fit of all kinds, of the fit of these `alone`, each by level."""
    controlled = by_level(fitted, without_controls(train, train), without_controls(train, test))
    unaided = by_level(alone, only_cases(train), only_cases(test))
    return {f"model, kinds of cases, {name}": p for name, p in controlled.items()} | {
        f"model of the kinds of cases, {name}": p for name, p in unaided.items()
    }


def trees(train: pl.DataFrame, test: pl.DataFrame) -> np.ndarray | None:
    """Boosted trees, the limit of what the covariates know; None without scikit-learn."""
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
    except ImportError:
        return None

    def matrix(rows: pl.DataFrame) -> np.ndarray:
        return np.column_stack(
            [
                rows.select(NAMES).to_numpy(),
                (rows["arena"] == "rebels").to_numpy(),
                (rows["arena"] == "interstate").to_numpy(),
            ]
        ).astype(np.float32)

    model = HistGradientBoostingClassifier(
        max_iter=250,
        learning_rate=0.03,
        max_leaf_nodes=15,
        min_samples_leaf=200,
        l2_regularization=10.0,
        random_state=1,
    )
    model.fit(matrix(train), train["helps"].to_numpy())
    return np.asarray(model.predict_proba(matrix(test))[:, 1])


def forecast(fitted: fit.HistoryFit, panel: pl.DataFrame, draws: int = 200) -> np.ndarray:
    """Chances of nothing, support and troops for rows of a panel, mean over `draws` draws.

    Rows keep their order. Nothing of the outcomes of the rows enters.
    """
    out = np.zeros((len(panel), model.OPTION_COUNT))
    with jax.enable_x64(True):
        chosen = jnp.asarray(fitted.thinned(draws))
        for first in range(0, len(panel), CHUNK):
            part = panel[first : first + CHUNK].with_row_index("place")
            ordered = design.sort(part)
            rows = design.arrays(ordered, fitted.by)
            counts = fitted.by.layout(rows).rows
            chances = _mean(chosen, rows, fitted.layout, counts)
            out[first + ordered["place"].to_numpy()] = np.asarray(chances)
    return out


@partial(jax.jit, static_argnums=(2, 3))
def _mean(draws: jax.Array, rows: model.Rows, layout: model.Layout, counts: tuple[int, ...]) -> jax.Array:
    def add(total: jax.Array, u: jax.Array) -> tuple[jax.Array, None]:
        return total + jnp.stack(model.probabilities(model.numbers(u, layout), rows, counts), axis=1), None

    total, _ = jax.lax.scan(add, jnp.zeros((len(rows.arena), model.OPTION_COUNT)), draws)
    return total / len(draws)


def beginnings(fitted: fit.HistoryFit, whole: pl.DataFrame, first: int, last: int) -> Forecasts:
    """Forecasts of who begins to help, of all models."""
    train = whole.filter((pl.col("year") <= fitted.until) & ~pl.col("helped_last"))
    test = whole.filter(pl.col("year").is_between(first, last) & ~pl.col("helped_last"))
    chance = 1 - forecast(fitted, test)[:, 0]
    arena, year = np.array(test["arena"].to_list()), test["year"].to_numpy()
    outcome = test["helps"].to_numpy().astype(float)
    step = float(np.median(np.asarray(fitted.numbers().scales["era"])))
    by_cases = 1 - forecast(fitted, without_controls(train, test))[:, 0]
    before = [kind for kind in CASES if kind not in NEW]

    def level(p: np.ndarray) -> np.ndarray:
        return history_level.filtered(p, outcome, year, arena, step)

    by_model = {
        "model, level filtered": level(chance),
        "model": chance,
        "model, kinds of cases, level filtered": level(by_cases),
        "model, kinds of cases": by_cases,
        "logit, kinds of cases": logit(train, test, covariates_of(CASES)),
        "logit, kinds of cases before": logit(train, test, covariates_of(before)),
        "logit, the four new kinds": logit(train, test, covariates_of(NEW)),
        "logit, all covariates": logit(train, test, NAMES),
        "logit, few covariates": logit(train, test, FEW),
    }
    if (boosted := trees(train, test)) is not None:
        by_model["boosted trees"] = boosted
    return Forecasts(rows=test, outcome=outcome, reference=rates(train, test), by_model=by_model)


def going_on(fitted: fit.HistoryFit, whole: pl.DataFrame, first: int, last: int) -> Forecasts:
    """Forecasts of whose help goes on."""
    train = whole.filter((pl.col("year") <= fitted.until) & pl.col("helped_last"))
    test = whole.filter(pl.col("year").is_between(first, last) & pl.col("helped_last"))
    chance = 1 - forecast(fitted, test)[:, 0]
    return Forecasts(
        rows=test,
        outcome=test["helps"].to_numpy().astype(float),
        reference=rates(train, test),
        by_model={"model": chance},
    )


def later_troops(fitted: fit.HistoryFit, folder: Path, whole: pl.DataFrame) -> Forecasts:
    """Forecasts of who begins to send troops after the support data end, on the conflicts of UCDP/PRIO."""
    archive = load(folder)
    table = sources.read(archive.files["conflicts"], history_conflicts.COLUMNS[:2], history_conflicts.COLUMNS[2:])
    later = history_conflicts.later_sides(table, archive.sides, archive.troops, archive.states)
    archive = replace(archive, table=replace(archive.table, sides=(*archive.sides, *later)))
    rows = pl.concat([panels.rows(side, archive) for side in later])
    rows = rows.filter(~pl.col("coalition") & ~pl.col("troops_last").fill_null(False))
    before = whole.filter(~pl.col("troops_last").fill_null(False)).with_columns(helps=pl.col("troops").fill_null(False))
    return Forecasts(
        rows=rows,
        outcome=rows["troops"].fill_null(False).to_numpy().astype(float),
        reference=rates(before, rows),
        by_model={"model": forecast(fitted, rows)[:, 2]},
    )


def line(name: str, p: np.ndarray, each: Forecasts, chosen: np.ndarray | None = None) -> str:
    """A row of a table of scores."""
    keep = np.ones(len(p), bool) if chosen is None else chosen
    p, y, base = p[keep], each.outcome[keep], each.reference[keep]
    hosts, likely = each.rows["host"].to_numpy()[keep], each.rows["likely"].to_numpy()[keep]
    s = scores.probability_scores(p, y, base)
    brier = scores.mean_ratio_interval((p - y) ** 2, (base - y) ** 2, hosts)
    log = scores.mean_ratio_interval(scores.log_scores(p, y), scores.log_scores(base, y), hosts)
    return (
        f"| {name} | {int(y.sum())} of {len(y):,} | {s.auc:.3f} | {scores.auc(p[likely], y[likely]):.3f} | {s.precision:.3f} | "
        f"{_skill(s.brier_skill, brier)} | {_skill(s.log_skill, log)} | {s.slope:.2f} | {p.mean() / y.mean():.2f} |"
    )


def _skill(value: float, ends: tuple[float, float]) -> str:
    text = f"{100 * value:+.1f} % ({100 * ends[0]:+.1f} to {100 * ends[1]:+.1f})"
    return (f"**{text}**" if ends[0] > 0 or ends[1] < 0 else text).replace("-", "−")


HEAD = (
    "| forecasts | happened | AUC | AUC, likely | precision | Brier skill (90 %) | log skill (90 %) | slope | mean / rate |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def better(each: Forecasts, name: str, other: str) -> str:
    """Difference of log scores of two models, with its interval."""
    ours, theirs = (scores.log_scores(each.by_model[key], each.outcome) for key in (name, other))
    low, high = scores.mean_ratio_interval(ours, theirs, each.rows["host"].to_numpy())
    value = 1 - ours.sum() / theirs.sum()
    return f"{name} against {other}: {_skill(value, (low, high))} of the log score"


def reliability(each: Forecasts, name: str) -> str:
    """Table of forecasts against what happened."""
    rows = scores.reliability(each.by_model[name], each.outcome, EDGES)
    body = "\n".join(
        f"| {100 * forecast:.2g} % | {100 * happened:.2g} % | {count:,} |" for forecast, happened, count in rows
    )
    return f"| mean forecast | happened | decisions |\n| --- | --- | --- |\n{body}"


def page(
    whole: pl.DataFrame, fitted: Mapping[int, fit.HistoryFit], alone: Mapping[int, fit.HistoryFit], folder: Path
) -> str:
    """docs/history-scores.md, whole."""
    blocks = [
        "# Scores of the model of help",
        "This page is for readers who ask how far weights from history can be trusted. Each model is fitted to decisions up to "
        "one year and forecasts the years after it, one year ahead: what states did up to the year before is known. "
        "`python -m benchmarks.history --data FOLDER` writes the whole page; do not edit it by hand. [History](history.md) "
        "describes data and model.",
        "AUC is the share of pairs of a beginning and a non-beginning that are ranked correctly; *likely* are neighbours, great "
        "powers, states with pacts or rivalries, and present helpers. Precision is average precision. Skills are shares of the "
        "score of the base rate (the rate of the years of the fit in the same arena); 90 % intervals draw the states of war "
        "again, in bold where they leave out zero. The slope is that of outcomes on the log odds of forecasts: below 1 is too "
        "bold. *Level filtered* moves the level of each arena by the counts of the test years before. Missions and coalitions "
        "are left out, and the wars of the catalogue.",
        "*Kinds of cases* are those that are considerations of a case: all but `affinity`, which the model then has at its mean. "
        "*Before* is without `reach`, `precedent`, `company` and `occasion`, which cases have had since they were learned.",
        "The sizes of the priors were chosen on forecasts of 1991 to 1997 and 1999 to 2005 from the years before. The scores of "
        "2006 to 2012 and of 2013 to 2017 were seen while covariates were being mended (new states, place of battle deaths), "
        "and with each edition of these tables (the first after the rule for weights was committed, one with chains, one with normal "
        "approximations, and one of the levels below, by a rule that was committed before); nothing was changed after them.",
    ]
    for until, first, last in SPANS:
        if until not in fitted:
            blocks.append(f"There is no fit up to {until} yet, so that {first} to {last} are not scored here.")
            continue
        each = beginnings(fitted[until], whole, first, last)
        blocks += [
            f"## Who begins to help, {first} to {last}, fitted up to {until}",
            "\n".join([HEAD, *(line(name, p, each) for name, p in each.by_model.items())]),
            "\n".join(
                f"- {better(each, 'model, level filtered', other)}"
                for other in each.by_model
                if other in ("logit, all covariates", "logit, few covariates")
            ),
            "By the kinds of cases, of two fits at four levels (benchmarks/history_choice.py says what each is):",
            "\n".join([HEAD, *levels(each, fitted[until], alone[until], whole)]),
            "By part, level filtered:",
            "\n".join([HEAD, *parts(each)]),
            "Reliability, level filtered:",
            reliability(each, "model, level filtered"),
        ]
        lasting = going_on(fitted[until], whole, first, last)
        blocks += [
            f"## Whose help goes on, {first} to {last}",
            "\n".join([HEAD, line("model", lasting.by_model["model"], lasting)]),
        ]
    soldiers = later_troops(fitted[LAST], folder, whole)
    expected = soldiers.by_model["model"].sum()
    blocks += [
        "## Who begins to send troops, 2018 to 2024, fitted up to 2017",
        "The support data end in 2017. These are the conflicts of UCDP/PRIO and its secondary parties; help of 2017 is taken to "
        f"go on. Sides with five or more secondary parties are missions. {expected:.1f} were expected, "
        f"{int(soldiers.outcome.sum())} came.",
        "\n".join([HEAD, line("model", soldiers.by_model["model"], soldiers)]),
    ]
    blocks += ["## What has been published", PUBLISHED]
    rows = "\n".join(
        f"| {until} | {each.decisions:,} | {each.rows:,} | {len(each.draws):,} | "
        + (
            "normal approximation | - | - | - |"
            if np.isnan(each.rhat)
            else f"{each.rhat:.4f} | {each.ess:,.0f} | {each.divergences} | {'yes' if each.passed else 'no'} |"
        )
        for until, each in fitted.items()
    )
    blocks += [
        "## The fits",
        "| up to | decisions | rows | draws | R-hat | effective draws | divergent | passed |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n" + rows,
    ]
    return "\n\n".join(blocks) + "\n"


def levels(each: Forecasts, fitted: fit.HistoryFit, alone: fit.HistoryFit, whole: pl.DataFrame) -> list[str]:
    """Rows of a table by fit and level, of forecasts by the kinds of cases."""
    train = whole.filter((pl.col("year") <= fitted.until) & ~pl.col("helped_last"))
    return [line(name, p, each) for name, p in by_fit_and_level(fitted, alone, train, each.rows).items()]


def parts(each: Forecasts) -> list[str]:
    """Rows of a table by arena, great powers and fresh beginnings."""
    p = each.by_model["model, level filtered"]
    arena, major = np.array(each.rows["arena"].to_list()), each.rows["major"].to_numpy() > 0
    fresh = (each.rows["before"] == 0).to_numpy()
    chosen = {
        "governments": arena == "government",
        "rebels": arena == "rebels",
        "great powers": major,
        "never before": fresh,
    }
    return [line(name, p, each, keep) for name, keep in chosen.items()]


def ship(panel: panels.Panel, fitted: Mapping[int, fit.HistoryFit]) -> None:
    """Write the coefficients and the posterior of the package."""
    rungs = tuple(history_weights.rung(fitted[until], panel.rows) for until in sorted(fitted))
    made = coefficients.Coefficients(
        data={file.path.name: file.sha256 for file in panel.archive.files.values()},
        panel=json_digest({"rows": panel.rows.hash_rows(seed=1).sum(), "columns": panel.rows.columns}),
        made=date.today().isoformat(),
        rungs=rungs,
    )
    coefficients.save(made, coefficients.HOME)
    fit.save(fitted[LAST], ask.SHIPPED)


def main() -> None:
    """Fit, score, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fits", type=Path)
    parser.add_argument("--ship", action="store_true")
    parser.add_argument("--normal", action="store_true", help="a normal approximation in place of chains")
    parser.add_argument("--no-fit", action="store_true", help="only the fits that are in --fits")
    args = parser.parse_args()
    panel = panels.build(args.data)
    fitted = fits(panel.rows, args.fits, not args.no_fit, not args.normal)
    if args.ship:
        ship(panel, fitted)
    alone = {
        until: kept(args.fits, f"cases{until}", partial(normal, only_cases(panel.rows), until)) for until, *_ in SPANS
    }
    PAGE.write_text(page(fit.bilateral(panel.rows, LAST), fitted, alone, args.data), encoding="utf-8")


if __name__ == "__main__":
    main()
