"""Hindcasts of the flagship, compared with outcomes and base rates.

    python -m benchmarks.hindcast [--draws 2000] [--seed 1] [--roll FOLDER] [--only-roll]

Prints the tables and writes them between the marks of docs/hindcast.md; `--roll` also writes the scores that every run of the
case shows (catalog/track_record.json). A score is paid for each forecast and is better
the lower: Brier (p - y)^2, logarithmic -log of the probability given to what happened. Sources: brier1950, good1952.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from benchmarks.past_scores import scores_of_hindcast, store_scores

from standoff import units
from standoff.analysis.answer import answer
from standoff.analysis.explain import Explanation, decision_step, explained, find_choice
from standoff.catalog import load
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.evaluation.hindcast.run import hindcast
from standoff.plan.leak_check import WIDER
from standoff.report.backends import markdown
from standoff.report.document import Heading
from standoff.report.sections.forecast_record import sentence
from standoff.report.sections.hindcast import blocks, cautions
from standoff.scenario import calendar as times
from standoff.statistics import wilson_interval

if TYPE_CHECKING:
    from standoff.engine.run import Run
    from standoff.ledger import Claim

PAGE = Path(__file__).resolve().parents[1] / "docs" / "hindcast.md"
MARKED = re.compile(r"<!-- hindcast: (\w+) -->\n(.*?)<!-- end of \1 -->", re.DOTALL)
CASE, DRAWS, SEED = "china-russia", 2000, 1
DAY = "known-2024"  #: the variant that rests on nothing published later
ANCHOR = "each-quarter-from-june-2022-to-september-2025"
YEARS = range(2000, 2024)
ONSETS = {"known-2007": 2008, "known-2013": 2014, "known-2021": 2022}  #: variant -> year of its question `onset`
GREAT_WAR = "rus-conflict-onset-2022-02-24-record"
RISES = (3, 18)  #: rises of the partnership from 2001 to 2018 (2001, 2011, 2014), and years
COVERED = {  #: stock -> quantity of the ledger
    "losses.RUS": "personnel_losses",
    "losses.UKR": "personnel_losses",
    "killed.RUS": "personnel_killed",
    "killed.UKR": "personnel_killed",
}
FLOWS = {  #: stock -> claim about what flowed into it during 2023, or by its date
    "war_spending.RUS": "rus-military-expenditure-2023-12-31-sipri",
    "war_spending.UKR": "ukr-military-expenditure-2023-12-31-sipri",
    "delivered_money.EUR": "eur-aid-allocations-financial-2024-01-15-kiel",
}
Column: TypeAlias = "np.ndarray | Sequence[float]"
Score: TypeAlias = Callable[[Column, Column], np.ndarray]


# ---- scores ----------------------------------------------------------------------------------------------------------


def brier(p: Column, y: Column) -> np.ndarray:
    """(p - y)^2 of each forecast."""
    return np.asarray((np.asarray(p, float) - np.asarray(y, float)) ** 2)


def logarithmic(p: Column, y: Column) -> np.ndarray:
    """-log of the probability that each forecast gave to what happened."""
    return -np.log(np.where(np.asarray(y) > 0, np.asarray(p, float), 1 - np.asarray(p, float)))


def climatology(base: float, y: Column) -> np.ndarray:
    """Chance of each year from what was known before it: the base rate as if it came from one event, and the years since.

    With k events in n years it is (1 + k) / (1 / base + n), the mean of a gamma distribution that began with one event.
    """
    before = np.concatenate([[0.0], np.cumsum(np.asarray(y, float))[:-1]])
    return np.asarray((1 + before) / (1 / base + np.arange(len(before))))


@dataclass(frozen=True)
class Gap:
    """How much lower the score of one forecaster is than that of another, on average, and how sure that is."""

    mean: float
    error: float  #: standard error from the spread between forecasts
    enough: float  #: forecasts until a mean like this would be two standard errors


def gap(score: Score, column: Column, other: Column, y: Column) -> Gap:
    """Score of `other` less that of `mine`: above 0 where `mine` is better."""
    each = score(other, y) - score(column, y)
    mean, spread = float(each.mean()), float(each.std(ddof=1))
    return Gap(mean, spread / len(each) ** 0.5, (2 * spread / mean) ** 2 if mean else float("inf"))


# ---- figures of a run ------------------------------------------------------------------------------------------------


def run_of(variant: str, draws: int, seed: int) -> Run:
    """The flagship under a variant."""
    print(f"running {variant or 'the base'}", file=sys.stderr, flush=True)
    return simulate(build(*load(CASE, variant)), draws=draws, seed=seed)


def later(run: Run) -> str:
    """How many claims that its numbers cite were published after its date."""
    result = [re.match(r"(\d+) claims cited", warning) for warning in run.model.plan.warnings]
    return next((match.group(1) for match in result if match), "0")


def hits(run: Run, question: str) -> np.ndarray:
    """Whether the event of a question came true, for every draw that did not fail."""
    return np.asarray(np.isfinite(run.answer(question)))


def base_rate(run: Run, question: str) -> float:
    """What the question names as its base rate."""
    result = answer(run, (question,))[question].baselines["base_rate"]
    assert result is not None
    return result


def chance(hazards: np.ndarray, quiet: np.ndarray, months: float = 12.0) -> np.ndarray:
    """Chance for each draw that at least one conflict that is quiet begins; hazards (conflict, draw) a month."""
    return np.asarray(-np.expm1(-months * (hazards * quiet).sum(axis=0)))


@dataclass(frozen=True)
class Year:
    """Chances of an onset in a year, from the hazards at the end of the year before; means over draws."""

    year: int
    any: float
    war: float
    quiet: bool  #: no great war was on when it began
    any_error: float


def yearly(run: Run) -> list[Year]:
    """Chances year by year from one run. The gauge of the first step of a year is the hazard when that step begins."""
    part = next(part for part in run.model.plan.mechanisms if part.kind == "conflict_onset")
    conflicts, wars = part.params.conflicts, part.params.wars  # type: ignore[attr-defined]
    below = run.model.plan.parameter("conflict_onset.min_intensity").quantile(0.5)
    hazards = np.stack([run.path(f"onset_hazard.{name}") for name in conflicts])
    going = np.stack([run.path("fighting") > below if c in wars else run.path(f"crisis.{c}") > 0 for c in conflicts])
    war = np.array([name in wars for name in conflicts])
    out = []
    for year in YEARS:
        k = max(run.times.index(f"{year}-01"), 1)  # the first state stands at the end of the first month
        now, quiet = hazards[:, :, k], ~going[:, :, k - 1]
        result = chance(now, quiet)
        out.append(
            Year(
                year,
                float(result.mean()),
                float(chance(now[war], quiet[war]).mean()),
                bool(quiet[war].any()),
                float(result.std() / len(result) ** 0.5),
            )
        )
    return out


def happened(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """(any onset, the great war) of each year, 0 or 1, as the ledger counts them."""
    ledger = run.model.ledger
    counts = {claim.as_of.last.year: claim.value for claim in ledger.filter(subject="RUS", quantity="conflict_onsets")}
    great = ledger[GREAT_WAR].as_of.last.year
    return np.array([float(bool(counts[y])) for y in YEARS]), np.array([float(y == great) for y in YEARS])


def chosen_by(run: Run, choice: str, options: Sequence[str], month: str) -> tuple[float, float]:
    """Share of path draws in which one of the options was chosen after as_of and by the end of `month`, with its error."""
    plan = run.model.plan
    index = find_choice(plan, choice)
    wanted = [plan.choices[index].options.index(option) for option in options]
    last = run.model.scenario.calendar.index(times.last_day(month))
    observed = run.path_chosen[run.valid_paths, plan.first_future_step : last, index]
    result = np.asarray(np.isin(observed, wanted).any(axis=1))
    share, _, error = wilson_interval(int(result.sum()), len(result))
    return share, error


def reported(run: Run, claim: Claim, cell: str) -> float:
    """What a claim says in the unit of a stock: its value, or the middle of its range; a rate counts for a year."""
    value = claim.value
    if value is None:
        assert claim.low is not None and claim.high is not None
        value = (claim.low + claim.high) / 2
    unit, whole = units.parse(claim.unit, run.model.scenario.units), run.model.plan.stock_units[cell]
    return value * unit.factor * (1.0 if unit.same_kind(whole) else 12.0) / run.display_unit(cell)[0]


def covered(run: Run, cell: str, quantity: str, year: int = 2023) -> tuple[int, list[str]]:
    """Claims about the year, how many there are, and which lie outside the central 90 % of the futures."""
    calendar = run.model.scenario.calendar
    total, missed = 0, []
    for claim in run.model.ledger.filter(subject=cell.partition(".")[2], quantity=quantity):
        day = times.last_day(str(claim.as_of))
        if day.year != year:
            continue
        low, high = np.quantile(run.path(cell)[:, round(calendar.position(day))], (0.05, 0.95))
        value, total = reported(run, claim, cell), total + 1
        if not low <= value <= high:
            missed.append(f"{claim.id} {'above' if value > high else 'below'}")
    return total, missed


def flowed(run: Run, cell: str, year: int = 2023) -> tuple[float, float]:
    """Central 90 % of a cumulative stock: what flowed in during the year for spending, all so far for aid."""
    path, last = run.path(cell), run.times.index(f"{year}-12")
    before = path[:, run.times.index(f"{year - 1}-12")] if cell.startswith("war_spending") else 0.0
    low, high = np.quantile(path[:, last] - before, (0.05, 0.95))
    return float(low), float(high)


# ---- sections --------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percent(p: float, error: float | None = None) -> str:
    """A probability, with its Monte Carlo error where it has one."""
    return f"{100 * p:.1f} %" if error is None else f"{100 * p:.1f} % (± {100 * error:.1f})"


def closeness(run: Run) -> str:
    """How near the tie stood to its next title when the question was asked."""
    plan = run.model.plan
    tie = run.path("alignment.RUS")[:, plan.first_future_step]
    needed = run.parameter_values[run.valid_paths, plan.index["mechanisms.partnership.threshold.new_era"]]
    rate = run.parameter_values[run.valid_paths, plan.index["mechanisms.partnership.upgrade_rate"]]
    return (
        f"At the end of 2018 alignment was {np.median(tie):.2f} (median); the threshold of the next title is "
        f"{np.median(needed):.2f}, exceeded in {percent(float((tie > needed).mean()))} of draws. Above the threshold, a rise "
        f"within a year has a probability of {percent(float(-np.expm1(-12 * rate).mean()))}."
    )


def upgrade(draws: int, seed: int) -> str:
    """2018: a higher level by the end of 2019, with common pressure and without."""
    result, samples, near, dated, stated = [], [], "", "", 0.0
    for variant in ("known-2018", "known-2018-no-pressure"):
        run = run_of(variant, draws, seed)
        samples.append(hits(run, "upgrade"))
        share, _, error = wilson_interval(int(samples[-1].sum()), len(samples[-1]))
        result.append((share, error))
        dated, stated = later(run), base_rate(run, "upgrade")
        if not near:
            near = closeness(run)
    (selected, error), (without, without_error) = result
    each = samples[0].astype(float) - samples[1]  # the same draws: what chance did is in both
    counted = -np.expm1(-RISES[0] / RISES[1])
    rows = [
        [name, percent(p, e), f"{float(logarithmic([p], [1])[0]):.2f}" if p else "infinite"]
        for name, p, e in (
            ("model", selected, error),
            ("model without common pressure", without, without_error),
            (f"base rate, counted: {RISES[0]} rises in {RISES[1]} years", float(counted), None),
            ("base rate of the scenario (median)", stated, None),
        )
    ]
    return "\n\n".join(
        [
            table(["a rise by the end of 2019, forecast at the end of 2018", "probability", "log score"], rows),
            f"It happened on 5 June 2019. Common pressure adds {100 * each.mean():.1f} percentage points "
            f"(± {100 * each.std(ddof=1) / len(each) ** 0.5:.1f}, paired draws). {dated} claims cited by parameters "
            f"were published after 2018.\n\n{near}",
        ]
    )


def onsets(base: Run, draws: int, seed: int) -> str:
    """Onsets of 2000 to 2023 from the hazards of one run, and from the variants that stop before each onset."""
    result, (any_, war) = yearly(base), happened(base)
    query = []
    rates = {}
    for variant, year in ONSETS.items():
        run = run_of(variant, draws, seed)
        outcome = hits(run, "onset")
        share, _, error = wilson_interval(int(outcome.sum()), len(outcome))
        rates[year] = base_rate(run, "onset")
        year_ = next(item for item in result if item.year == year)
        same = year_.war if year == 2022 else year_.any
        what = "the great war" if year == 2022 else "any onset"
        query.append([variant, f"{what} in {year}", percent(share, error), percent(same), percent(rates[year]), "yes"])
    quiet = np.array([item.quiet for item in result])
    selected = np.array([item.any for item in result]), np.array([item.war for item in result])[quiet]
    observed, base_of = (any_, war[quiet]), (rates[2008], rates[2022])
    others = {
        "model": selected,
        "constant base rate": tuple(np.full(len(y), b) for y, b in zip(observed, base_of, strict=True)),
        "climatology at the time": tuple(climatology(b, y) for y, b in zip(observed, base_of, strict=True)),
        "share of all years, in hindsight": tuple(np.full(len(y), y.mean()) for y in observed),
    }
    years = [
        [
            str(item.year),
            percent(item.any),
            percent(item.war) if item.quiet else "on",
            percent(known),
            "the great war" if b else "onset" if a else "",
        ]
        for item, known, a, b in zip(result, others["climatology at the time"][0], any_, war, strict=True)
    ]
    scores = [
        [
            name,
            *(
                f"{score(p, y).mean():.4f}"
                for p, y in zip(pair, observed, strict=True)
                for score in (brier, logarithmic)
            ),
        ]
        for name, pair in others.items()
    ]
    rivals = [
        (f"{what}, {label}, against {other}", gap(score, selected[i], others[other][i], observed[i]))
        for i, what in enumerate(("any", "great war"))
        for label, score in (("Brier", brier), ("log", logarithmic))
        for other in ("constant base rate", "climatology at the time")
    ]
    gaps = [
        [name, f"{g.mean:+.4f} (± {g.error:.4f})", f"{g.enough:,.0f}" if g.enough < 10_000 else "over 10,000"]
        for name, g in rivals
    ]
    node = sum(abs(g.mean) > 2 * g.error for _, g in rivals)
    inside, outcome = selected[0][:-1], any_[:-1] > 0
    cut = gap(brier, inside, others["constant base rate"][0][:-1], any_[:-1])
    last = result[-1]
    return "\n\n".join(
        [
            table(["variant", "question", "probability", "from the hazards by year", "base rate", "happened"], query),
            table(["year", "any onset", "the great war", "climatology, any", "happened"], years),
            table(["forecaster", "Brier, any", "log, any", "Brier, great war", "log, great war"], scores),
            table(["advantage of the model", "mean", "years needed"], gaps),
            f"{len(result)} years with {any_.sum():.0f} onsets ({quiet.sum()} years for the great war, with one): "
            f"{node} of the {len(rivals)} differences are at least two standard errors. The last column gives the number of such "
            "years that would be needed.",
            f"Up to {last.year - 1} the model gave {percent(float(inside[outcome].mean()))} "
            f"on average to any onset in the years that had one, and {percent(float(inside[~outcome].mean()))} in the others. "
            f"In {last.year}, during the great war, it gave {percent(last.any)} to a further onset in Georgia or the Donbas; "
            f"without that year its Brier score would be {cut.mean:+.4f} (± {cut.error:.4f}) lower than that of the constant "
            f"base rate. The largest Monte Carlo error of a year is "
            f"{100 * max(item.any_error for item in result):.1f} percentage points.",
        ]
    )


def beside(pair: tuple[Explanation, Explanation]) -> list[list[str]]:
    """Reasons of two choices by their kind, those of which they differ most first, under the sum of each."""
    parts = [{reason.kind: reason for reason in result.reasons} for result in pair]
    kinds = sorted(
        {*parts[0], *parts[1]},
        key=lambda kind: (
            -abs(
                sum(
                    sign * selected[kind].log_odds
                    for sign, selected in zip((1, -1), parts, strict=True)
                    if kind in selected
                )
            )
        ),
    )
    chosen = [next(item for item in result.options if item.option == result.option) for result in pair]
    return [
        ["probability if it decided afresh", *(percent(item.probability) for item in chosen)],
        ["log odds, sum", *(f"{result.log_odds:+.2f}" for result in pair)],
        *(
            [
                f"`{kind}`",
                *(
                    f"{selected[kind].log_odds:+.2f} ({selected[kind].interval[0]:+.2f} to {selected[kind].interval[1]:+.2f})"
                    if kind in selected
                    else ""
                    for selected in parts
                ),
            ]
            for kind in kinds
        ),
    ]


def korea(base: Run, draws: int, seed: int) -> str:
    """North Korea's soldiers by the end of 2024 beside China's arms, as of March 2024."""
    plan = base.model.plan
    observed = hits(base, "korean_troops")
    share, _, error = wilson_interval(int(observed.sum()), len(observed))
    treaty = hits(run_of("korean-treaty", draws, seed), "korean_troops")
    known, _, known_error = wilson_interval(int(treaty.sum()), len(treaty))
    china, china_error = chosen_by(base, "CHN", ("arms", "troops"), "2024-12")
    soldiers, soldiers_error = chosen_by(base, "CHN", ("troops",), "2024-12")
    rate = base_rate(base, "korean_troops")
    rows = [
        ["North Korea sends soldiers", percent(share, error), percent(rate), "yes, October 2024"],
        ["the same, with the treaty of June 2024 known", percent(known, known_error), percent(rate), "yes"],
        ["China sends arms or soldiers", percent(china, china_error), "", "no"],
        ["China sends soldiers", percent(soldiers, soldiers_error), "", "no"],
    ]
    pair = tuple(
        explained(base, index, decision_step(plan, plan.choices[index], "2024-10"), "2024-10", "troops")
        for index in (find_choice(plan, "PRK"), find_choice(plan, "CHN"))
    )
    head = [
        f"reasons for soldiers, {pair[0].decided}",
        *(f"{result.actor}, against {result.reference}" for result in pair),
    ]
    return "\n\n".join(
        [
            table(["by the end of 2024, forecast in March 2024", "probability", "base rate", "happened"], rows),
            f"Log score of the first: {float(logarithmic([share], [1])[0]):.2f}, of its base rate "
            f"{float(logarithmic([rate], [1])[0]):.2f}. Reasons are parts of the log odds, mean and central 90 % of futures; "
            "unknown reasons persist (`half_life`), so a change by a date is less probable than the choice.",
            table(head, beside((pair[0], pair[1]))),
        ]
    )


def losses(draws: int, seed: int) -> str:
    """2023 from the end of 2022: reports of losses, spending and aid inside the central 90 %."""
    run = run_of("known-2022", draws, seed)
    rows = []
    for cell, quantity in COVERED.items():
        total, missed = covered(run, cell, quantity)
        rows.append([f"`{cell}`", str(total - len(missed)), str(total), ", ".join(missed)])
    for cell, name in FLOWS.items():
        value, (low, high) = reported(run, run.model.ledger[name], cell), flowed(run, cell)
        rows.append(
            [
                f"`{cell}`: {value:.0f} {run.display_unit(cell)[1]} by `{name}`",
                str(int(low <= value <= high)),
                "1",
                f"interval {low:.0f} to {high:.0f}",
            ]
        )
    head = ["2023, forecast at the end of 2022", "claims inside", "of", "outside"]
    return "\n\n".join([table(head, rows), f"{later(run)} claims cited by parameters were published after 2022."])


def sections(draws: int, seed: int) -> dict[str, str]:
    """Every block of the page."""
    base = run_of(DAY, draws, seed)
    out = {
        "upgrade": upgrade(draws, seed),
        "onsets": onsets(base, draws, seed),
        "korea": korea(base, draws, seed),
        "losses": losses(draws, seed),
    }
    command = f"`python -m benchmarks.hindcast --draws {draws} --seed {seed}`"
    made = f"{command} writes every table of this page except those of the last part, which `--roll FOLDER` writes."
    return {"made": made, **out}


def roll(folder: Path, reconciled: bool = True, record: bool = True) -> dict[str, str]:
    """Each quarter of the war: what `standoff hindcast china-russia` gives, its origins kept in `folder`.

    record: also write the scores that every run of the case shows.
    """
    result = hindcast(CASE, folder, seed=SEED, widen_late=WIDER, reconcile=reconciled)
    if record:
        store_scores(scores_of_hindcast(result, CASE), CASE)
    first = "\n".join(f"- {text}" for text in (sentence(result.scores), *cautions(result)))
    _, *rest = blocks(result)
    return {
        "verdict": f"Each quarter from June 2022 to September 2025 ([below](#{ANCHOR})):\n\n{first}",
        "roll": markdown.render(
            [replace(block, level=3) if isinstance(block, Heading) else block for block in rest]
        ).decode(),
    }


def filled(page: str, blocks: dict[str, str]) -> str:
    """The page with each block between its marks; raises where a mark is missing."""
    for name, text in blocks.items():
        first, last = f"<!-- hindcast: {name} -->", f"<!-- end of {name} -->"
        before, mark, rest = page.partition(first)
        _, end, after = rest.partition(last)
        if not (mark and end):
            raise ValueError(f"docs/hindcast.md has no `{first}` with `{last}` after it")
        page = f"{before}{first}\n{text}\n{last}{after}"
    return page


def main() -> None:
    """Run, print and write."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument("--draws", type=int, default=DRAWS)
    ask.add_argument("--seed", type=int, default=SEED)
    ask.add_argument("--print", action="store_true", help="leave docs/hindcast.md as it is")
    ask.add_argument(
        "--roll", type=Path, metavar="FOLDER", help="also make the quarterly hindcast; each origin is stored here"
    )
    ask.add_argument("--no-reconcile", action="store_true", help="of the quarterly hindcast: do not reconcile claims")
    ask.add_argument("--only-roll", action="store_true", help="only the quarterly hindcast")
    args = ask.parse_args()
    blocks = {} if args.only_roll else sections(args.draws, args.seed)
    blocks |= roll(args.roll, not args.no_reconcile, record=not args.print) if args.roll else {}
    for name, text in blocks.items():
        print(f"== {name}\n{text}\n")
    if not args.print:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
