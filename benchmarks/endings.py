"""When wars end, as asked at earlier dates: the flagship each quarter, three past wars by a template.

    python -m benchmarks.endings --flagship FOLDER [--draws 1000] [--write]
    python -m benchmarks.endings --wars [--write]

The rule of the first stands in docs/war-termination.md and was committed before anything was computed. An origin stays in the
folder, so that a cut costs nothing. With `--only` the case is asked at these alone; its rivals stand in the table at all, and scores are
those of the origins at which the case was asked. `--write` puts the tables between the marks of the page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from benchmarks.wars import Past, base_rate, kaplan_meier

from standoff import catalog
from standoff.analysis.answer import answer, question_sample
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.evaluation.hindcast.origins import HindcastSettings, origins, simulate_origins
from standoff.history import wars
from standoff.new_case import new

PAGE = Path(__file__).resolve().parents[1] / "docs" / "war-termination.md"
DATA = Path(__file__).with_name("data") / "wars_by_template.yaml"
CASE, KIND, BEGAN, SEEN = "china-russia", "interstate", dt.date(2022, 2, 24), dt.date(2025, 12, 31)
FIRST, LAST, WITHIN, HELD, SEED = "2022-06", "2025-09", (6, 12, 24), 5, 1
SHOWN = (6, 12, 24, 60)
RIVALS = ("case", "history", "Kaplan and Meier", "base rate")


def past() -> Past:
    """Wars between states up to 2007: months, and whether they ended."""
    lengths = wars.load()["lengths"][KIND]
    ended, still = lengths.values()
    return [*((float(m), True) for m in ended), *((float(m), False) for m in still)]


def age(day: dt.date) -> int:
    """Months of the war of the flagship by a day."""
    return round((day - BEGAN).days / wars.MONTH)


def rivals(months: int, within: int) -> dict[str, float]:
    """Forecasts that need no case: the hazard of history, the curve of the same wars, the rate at all ages."""
    spells = past()
    return {
        "history": wars.ending_chance(KIND, months, within).mean,
        "Kaplan and Meier": kaplan_meier(spells, HELD)(months, within),
        "base rate": base_rate(spells, within),
    }


def of_case(folder: Path, draws: int, days: Sequence[dt.date]) -> Iterator[tuple[dt.date, dict[int, float]]]:
    """Of each origin: months within which it may end -> its chance by the case."""
    loaded, ledger = catalog.load(CASE, "known-2024")  # rests on nothing published later
    how = HindcastSettings(months=max(WITHIN), draws=draws, seed=SEED)
    for found in simulate_origins(loaded, ledger, days, how, folder):
        over = found.cells["over"] > 0.5
        yield found.as_of, {n: float(over[:, found.now : found.now + n + 1].any(axis=1).mean()) for n in WITHIN}
        print(found.as_of, flush=True)


def is_settled(day: dt.date, within: int) -> bool:
    """Whether the months had passed on the last day that is looked at."""
    return 12 * day.year + day.month + within <= 12 * SEEN.year + SEEN.month


def flagship(folder: Path, draws: int, only: Sequence[str]) -> str:
    """Table of the forecasts, and their mean scores; the war had not ended on the last day."""
    days = origins(FIRST, LAST, "quarter")
    asked = dict(of_case(folder, draws, [day for day in days if not only or str(day)[:7] in only]))
    rows, scores = [], {(name, n): list[float]() for name in RIVALS for n in WITHIN}
    for day in days:
        cells = [str(day)[:7], str(age(day))]
        for n in WITHIN:
            found = rivals(age(day), n) | ({"case": asked[day][n]} if day in asked else {})
            cells += [f"{100 * found[name]:.0f}" if name in found else "" for name in RIVALS[:3]]
            for name in RIVALS if day in asked and is_settled(day, n) else ():
                scores[name, n].append(found[name] ** 2)
        rows.append(cells)
    head = ["asked at the end of", "month", *(f"{name}, {n}" for n in WITHIN for name in ("case", "history", "curve"))]
    means = [
        [f"{n} months ({len(scores['case', n])} settled)", *(f"{np.mean(scores[name, n]):.3f}" for name in RIVALS)]
        for n in WITHIN
        if scores["case", n]
    ]
    return f"{table(head, rows)}\n\n{table(['mean Brier score within', *RIVALS], means)}"


def of_template(name: str, war: Mapping[str, Any], months: int, draws: int) -> list[str]:
    """A row: chances that the war has ended within some months, its middle and ways, beside history."""
    one, two = war["sides"]
    given = {
        "one": one,
        "two": two,
        "age": months,
        "horizon": max(SHOWN),
        "options": ["fight", "talk"],
        "questions": ["ceasefire"],
        **war["asked"][months],
    }
    with tempfile.TemporaryDirectory() as home:
        folder = new(Path(home) / "war", template="war-of-attrition", answers=given)
        run = simulate(build(catalog.load(folder)), draws=draws, seed=SEED)
    query = run.model.plan.questions[0]
    lasts = (sample := question_sample(run, query)).months(sample[""])
    asked = (3, *SHOWN) if name == "Falklands" else SHOWN
    chances = [
        f"{n}: {100 * (lasts <= n).mean():.0f} ({100 * wars.ending_chance(KIND, months, n).mean:.0f})" for n in asked
    ]
    ways = answer(run).answers[0].detail["ways"]
    middle = np.sort(lasts)[len(lasts) // 2]
    half = f"{middle:.0f}" if np.isfinite(middle) else f"over {max(SHOWN)}"
    parts = ", ".join(f"{way} {100 * share:.0f}" for way, share in ways.items())
    return [name, str(months), ", ".join(chances), half, parts, f"{max(war['lasted'] - months, 0):.3g}"]


def of_wars(draws: int) -> str:
    """The table of the three wars."""
    data = yaml.safe_load(DATA.read_text("utf-8"))
    rows = [of_template(name, war, months, draws) for name, war in data.items() for months in war["asked"]]
    head = [
        "war",
        "asked in month",
        "% ended within months (history)",
        "half ended after",
        "ways, % of ends",
        "ended after",
    ]
    return table(head, rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of the page."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def filled(page: str, name: str, text: str) -> str:
    """The page with a text between the marks of its name."""
    first, last = f"<!-- endings: {name} -->", f"<!-- end of {name} -->"
    before, mark, rest = page.partition(first)
    _, end, after = rest.partition(last)
    if not (mark and end):
        raise ValueError(f"{PAGE} has no `{first}` with `{last}` after it")
    return f"{before}{first}\n{text}\n{last}{after}"


def main() -> None:
    """Compute what is asked for, print it, and write it."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument(
        "--flagship", type=Path, metavar="FOLDER", help="the quarters of the flagship; each is stored here"
    )
    ask.add_argument("--only", nargs="*", default=(), metavar="MONTH", help="of the quarters, only these")
    ask.add_argument("--wars", action="store_true", help="the three wars by the template")
    ask.add_argument("--draws", type=int, default=1000)
    ask.add_argument("--write", action="store_true", help="write the tables into the page")
    args = ask.parse_args()
    texts = {"wars": of_wars(args.draws)} if args.wars else {}
    texts |= {"quarters": flagship(args.flagship, args.draws, args.only)} if args.flagship else {}
    for name, text in texts.items():
        print(f"== {name}\n{text}\n")
        if args.write:
            PAGE.write_text(filled(PAGE.read_text("utf-8"), name, text), "utf-8")


if __name__ == "__main__":
    main()
