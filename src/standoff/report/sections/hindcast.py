"""A roll of hindcasts for the terminal, as Markdown and as a web page; nothing is computed here but rounded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.evaluation.hindcast.baselines import WORDS
from standoff.evaluation.hindcast.summary import RIVALS
from standoff.files import write_text
from standoff.report import assets, formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.content_policy import policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from standoff.evaluation.hindcast.forecast_ledger import Forecast
    from standoff.evaluation.hindcast.scored_forecasts import ScoredForecast
    from standoff.evaluation.hindcast.summary import Coverage, Hindcast, Skill

WIDTH, HEIGHT = 380, 220  # pixels; a phone shows 360 to 430
HOW = (
    "Skill is 1 - score / score of the rival: above 0 the model is better. CRPS of numbers, in logarithms over several "
    "quantities; Brier score of yes or no. 90 % intervals draw blocks of neighbouring origins again."
)


@dataclass(frozen=True)
class Table:
    """A table that any form of the report shows alike."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    words: int = 1  #: columns of words, on the left; the rest are numbers


def tables(found: Hindcast) -> tuple[Table, ...]:
    """Skill by group, scores by quantity and horizon, yes or no, coverage, origins; empty ones are left out."""
    every = (_groups(found), _numbers(found), _events(found), _coverage(found), _origins(found))
    return tuple(table for table in every if table.rows)


def _groups(found: Hindcast) -> Table:
    """Skill over each rival by group, and by horizon."""
    groups = [*dict.fromkeys(row.group for row in found.rows)]
    cuts = [("all", months) for months in (0, *sorted({row.months for row in found.rows}))] + [
        (group, 0) for group in groups
    ]
    rows = []
    for score in ("crps", "brier"):
        for group, months in cuts:
            key = (group, months, score)
            mine = {item.against: item for item in found.skills if (item.group, item.months, item.score) == key}
            if mine:
                what = group if not months else f"{group}, {formatting.counted(months, 'month')}"
                first = next(iter(mine.values()))
                rows.append((("numbers: " if score == "crps" else "yes or no: ") + what, str(first.questions), str(first.reports),
                        str(first.origins),
                             *(gain(mine.get(rival)) for rival in RIVALS)))  # fmt: skip
    head = ("", "questions", "reports", "origins", *(f"over {WORDS[rival]}" for rival in RIVALS))
    return Table("Skill", head, tuple(rows), HOW)


def gain(item: Skill | None) -> str:
    """Skill with its interval."""
    if item is None:
        return ""
    ends = "" if item.interval is None else f" ({percent(item.interval[0])} to {percent(item.interval[1])})"
    return f"{percent(item.skill)} %{ends}"


def percent(share: float) -> str:
    """A share as signed per cent, without the sign of per cent."""
    return formatting.signed(100 * share, 0)


def _numbers(found: Hindcast) -> Table:
    rows = []
    for row in sorted(
        (row for row in found.rows if row.kind == "quantity"), key=lambda row: (row.group, row.id, row.months)
    ):
        scores = (figure(row.scores.get(who)) for who in ("model", *RIVALS))
        inside = (f"{100 * row.inside[level]:.0f} %" for level in ("0.5", "0.9"))
        rows.append((row.id, row.speaker, str(row.months), str(row.origins), row.unit, *scores, *inside))
    head = ("quantity", "who says what came", "months", "origins", "unit", "model", *(WORDS[rival] for rival in RIVALS),
            "inside 50 %", "inside 90 %")  # fmt: skip
    note = "Mean CRPS, in the unit, over the origins that all of a row's forecasters answered; the lower, the better."
    return Table("Numbers", head, tuple(rows), note, 2)


def _events(found: Hindcast) -> Table:
    rows = [
        (row.id, row.text, str(row.months), str(row.origins), _came(found, row.id, row.months),
         *(figure(row.scores.get(who)) for who in ("model", *RIVALS)))
        for row in sorted((row for row in found.rows if row.kind == "event"), key=lambda row: (row.id, row.months))
    ]  # fmt: skip
    head = ("question", "text", "months", "origins", "came", "model", *(WORDS[rival] for rival in RIVALS))
    return Table("Yes or no", head, tuple(rows), "Mean Brier score; the lower, the better.", 2)


def _came(found: Hindcast, name: str, months: int) -> str:
    mine = [case for case in found.cases if (case.id, case.months) == (name, months) and case.outcome is not None]
    return f"{sum(case.outcome == 1 for case in mine)} of {len(mine)}"


def _coverage(found: Hindcast) -> Table:
    cuts: dict[tuple[str, int], list[Coverage]] = {}
    for item in found.coverage:
        cuts.setdefault((item.group, item.months), []).append(item)
    rows = [
        (group if not months else f"{group}, {formatting.counted(months, 'month')}", str(each[0].questions),
         *(f"{100 * item.inside:.0f} % ({100 * item.interval[0]:.0f} to {100 * item.interval[1]:.0f})" for item in each))
        for (group, months), each in cuts.items()
    ]  # fmt: skip
    note = "What came inside the central interval of the model; in brackets 90 %, as if questions were independent."
    return Table("Coverage", ("", "numbers", "inside 50 %", "inside 90 %"), tuple(rows), note)


def _origins(found: Hindcast) -> Table:
    rows = [(str(item["as_of"]), str(item["late"]), str(len(item["late_histories"])), str(item["ledger"])[:12])
            for item in found.made.origins]  # fmt: skip
    note = "Numbers and histories of the model that name only claims published after the origin; digest of the claims known then."
    return Table("Origins", ("as of", "late numbers", "late histories", "ledger"), tuple(rows), note)


def figure(value: float | None) -> str:
    """Three significant digits; what is above zero and below a thousandth is said to be that."""
    if value is None:
        return ""
    return "< 0.001" if 0 < value < 0.001 else f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def made(found: Hindcast) -> str:
    """How it came about, in one line."""
    return (f"{formatting.counted(len(found.made.origins), 'origin')}, {found.made.draws:,} draws each, seed {found.made.seed}, "
            f"ranges of late numbers {found.made.wider:g} times as wide; "
            + ", ".join(f"{name} {version}" for name, version in found.made.versions.items()))  # fmt: skip


# ---- forms --------------------------------------------------------------------------------------------------------


def terminal(found: Hindcast) -> RenderableType:
    """Everything for the terminal."""
    from rich.console import Group
    from rich.text import Text

    from standoff.report.backends.terminal import grid, heading

    parts: list[RenderableType] = [Text(found.made.title, "bold"), *(Text(text) for text in found.verdict)]
    for table in tables(found):
        shown = grid(*(name if place < table.words else f"{name}:" for place, name in enumerate(table.head)))
        for row in table.rows:
            shown.add_row(*row)
        parts += [heading(table.title), Text(table.note, "dim"), Text(), shown]
    parts += [Text(), *(Text(text, "dim") for text in (*found.notes, made(found)))]
    return Group(*parts)


def promised_page(found: Sequence[tuple[Forecast, ScoredForecast]]) -> RenderableType:
    """Recorded forecasts: those that came due beside what came, and why the others are open."""
    from rich.console import Group
    from rich.text import Text

    from standoff.report.backends.terminal import grid, heading

    done = [(item, case) for item, case in found if not case.unresolved]
    parts: list[RenderableType] = [
        Text(f"{len(done)} of {formatting.counted(len(found), 'forecast')} resolved", "bold")
    ]
    numbers, events = (
        grid("forecast", "about", "median:", "90 %:", "came:", "CRPS:"),
        grid("forecast", "about", "said:", "came:", "Brier:", "log:"),
    )
    for item, case in done:
        said = case.given["model"]
        if case.kind == "quantity":
            ends = f"{figure(said.low)} to {figure(said.high)}"
            numbers.add_row(
                item.id, case.day, figure(said.median), ends, f"{figure(case.outcome)} {case.unit}", figure(said.crps)
            )
        else:
            came = "yes" if case.outcome else "no"
            events.add_row(item.id, case.day, figure(said.p), came, figure(said.brier), figure(said.log))
    parts += [item for title, table in (("Numbers", numbers), ("Yes or no", events)) if table.row_count
              for item in (heading(title), table)]  # fmt: skip
    if len(done) < len(found):
        parts.append(heading("Open"))
        parts += [Text(f"{item.id}: {case.unresolved}") for item, case in found if case.unresolved]
    return Group(*parts)


def markdown(found: Hindcast) -> str:
    """The same for the docs."""
    parts = ["\n\n".join(found.verdict)]
    for table in tables(found):
        lines = [table.head, ("---",) * len(table.head), *table.rows]
        parts.append(f"{table.title}. {table.note}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    parts.append("\n".join(f"- {note}" for note in found.notes))
    parts.append(made(found) + ".")
    return "\n\n".join(part.strip() for part in parts if part.strip())


def write(found: Hindcast, path: Path) -> Path:
    """Write the web page, one file that needs nothing else; or the tables as Markdown, where the file ends in .md."""
    page = markdown(found) + "\n" if path.suffix == ".md" else _page(found)
    write_text(path, page)
    return path


def _page(found: Hindcast) -> str:
    out: str = _template().render(
        found=found, tables=tables(found), charts=tuple(_charts(found)), made=made(found), words=formatting, policy=policy(),
        css=assets.read("page.css"),
    )  # fmt: skip
    return out


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    out = Environment(
        loader=PackageLoader("standoff.report", "assets"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return out.get_template("hindcast.html.j2")


# ---- pictures -----------------------------------------------------------------------------------------------------


def _charts(found: Hindcast) -> Iterator[tuple[str, str, str]]:
    """(title, what it shows, SVG) for each quantity with two forecasts or more at one horizon: the longest such."""
    from markupsafe import Markup

    numbers = [case for case in found.cases if case.kind == "quantity" and not case.unresolved]
    for name in dict.fromkeys(case.id for case in numbers):
        mine = [case for case in numbers if case.id == name]
        horizons = [
            months for months in sorted({case.months for case in mine}) if sum(c.months == months for c in mine) > 1
        ]
        if horizons:
            shown = sorted((case for case in mine if case.months == horizons[-1]), key=lambda case: case.day)
            inside = sum(case.given["model"].inside["0.9"] for case in shown)
            told = (
                f"{horizons[-1]} months ahead, one bar an origin: central 90 % and median of the model, and what came (dot, by "
                f"{shown[0].speaker}); {inside:.0f} of {len(shown)} inside."
            )
            yield shown[0].text, told, Markup(chart(shown))


def chart(shown: Sequence[ScoredForecast]) -> str:
    """Forecasts of one quantity at one horizon beside what came, by the day that they are about."""
    form = formatting.number_format([max(case.given["model"].high or 0.0 for case in shown)], None, shown[0].unit)
    rows: dict[str, list[dict[str, Any]]] = {
        "said": [{"t": _stamp(case.day), "low": (case.given["model"].low or 0.0) / form.scale,
                  "median": (case.given["model"].median or 0.0) / form.scale,
                  "high": (case.given["model"].high or 0.0) / form.scale} for case in shown],
        "came": [{"t": _stamp(case.day), "v": (case.outcome or 0.0) / form.scale} for case in shown],
        **stocks.heading(form.suffix.strip()),
    }  # fmt: skip
    x, y = stocks.time_axis(rows["said"], WIDTH - vegalite.LEFT - vegalite.RIGHT), stocks.value_axis()
    layers = [
        vegalite.layer(
            "said",
            {"type": "rule", "color": "var(--band)", "strokeWidth": 7, "opacity": 0.45},
            x=x,
            y=vegalite.number("low", **y),
            y2={"field": "high"},
        ),
        vegalite.layer(
            "said",
            {"type": "tick", "color": "var(--ink)", "thickness": 2, "size": 12, "orient": "horizontal"},
            x=x,
            y=vegalite.number("median", **y),
        ),
        stocks.HEADING,
        vegalite.layer(
            "came",
            {"type": "point", "size": 34, "opacity": 1, "fill": "var(--side-0)", "stroke": "var(--side-0)"},
            x=x,
            y=vegalite.number("v", **y),
        ),
    ]
    label = f"{shown[0].text}: forecasts {shown[0].months} months ahead, and what came"
    return vegalite.chart(layers, rows, label, f"hindcast-{shown[0].id}", WIDTH, HEIGHT)


def _stamp(day: str) -> int:
    return stocks.stamp(dt.date.fromisoformat(day))
