"""`standoff hindcast`: a case rolled through its past, each forecast beside what came and what one would say without a model."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli.options import (
    Case,
    Draws,
    Json,
    Seed,
    Variant,
    display,
    load_case,
    print_json,
    progress_bar,
    writable,
)
from standoff.dates import month_count
from standoff.errors import ModelError, Problem, RunError
from standoff.files import check_writable_folder, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.evaluation.hindcast.config import HindcastConfig
    from standoff.evaluation.hindcast.forecast_ledger import Forecast
    from standoff.evaluation.hindcast.origins import OriginForecasts
    from standoff.evaluation.hindcast.reports import Report
    from standoff.evaluation.hindcast.summary import Hindcast
    from standoff.ledger import Ledger
    from standoff.scenario import LoadedScenario

DRAWS = 768  #: one block of the engine; the ends of a 90 % interval then stand to a twentieth of its length
RECONCILED = (
    250  #: draws of each of the four chains behind a reconciled path: it is read for medians and 90 % intervals
)


def hindcast(
    case: Case,
    first: Annotated[
        str, typer.Option("--from", metavar="MONTH", help="First origin; the case's own if left out.")
    ] = "",
    last: Annotated[str, typer.Option("--to", metavar="MONTH", help="Last origin.")] = "",
    every: Annotated[str, typer.Option("--every", metavar="LENGTH", help="month, quarter, year, `6 months`.")] = "",
    horizons: Annotated[str, typer.Option("--horizons", metavar="MONTHS", help="Such as 3,6,12.")] = "",
    variant: Variant = "",
    draws: Draws = DRAWS,
    seed: Seed = 1,
    wider: Annotated[
        float,
        typer.Option(
            "--wider", min=1, help="How much wider ranges are made that name only later claims; 1 leaves them."
        ),
    ] = 2.0,
    reconciled: Annotated[
        bool,
        typer.Option("--reconcile/--no-reconcile", help="Ask also for what all claims give together; takes minutes."),
    ] = True,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="FOLDER", help="Where every origin is kept.")
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE",
            callback=writable,
            help="Add the forecasts to this ledger, such as forecasts.jsonl.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            callback=writable,
            help="Write it as a web page (.html), Markdown (.md) or PDF (.pdf).",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Roll a case through its past and score what it would have said against what came.

    At each origin nothing published later reaches a number. A roll that was cut off goes on when the command is given again.
    """
    from standoff.report import render

    if out is not None:
        render.check(out)
    from standoff.evaluation.hindcast import forecast_ledger
    from standoff.report.charts.hindcast import pictures
    from standoff.report.sections.hindcast import blocks

    place = folder or _place(case, variant, draws, seed, wider)
    check_writable_folder(place)
    forecasts = None if record is None else list[forecast_ledger.Forecast]()
    result = rolled(
        case, first, last, every, horizons, variant, draws, seed, wider, reconciled, place, forecasts, as_json
    )
    data = result.to_data()
    write_text(place / "hindcast.json", json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    if out is not None:
        render.write(blocks(result, tuple(pictures(result))), out)
    added = 0 if record is None else forecast_ledger.append(record, forecasts or ())
    if as_json:
        print_json(data)
        return
    display(render.terminal(blocks(result)))
    if record is not None:
        display(f"{added} forecasts added to {record}, {len(forecasts or ()) - added} were there")
    display(
        *([f"wrote {out.resolve()}"] if out else []), f"kept: {place.resolve()} (hindcast.json, one file an origin)"
    )


def rolled(
    case: str, first: str, last: str, every: str, horizons: str, variant: str, draws: int, seed: int, wider: float,
    reconciled: bool, place: Path, forecasts: list[Forecast] | None = None, quiet: bool = True,
) -> Hindcast:  # fmt: skip
    """The whole roll, origins and reconciled paths kept in `place`; `forecasts` gets what each origin promised."""
    from standoff import __version__
    from standoff.cli.run import _cut_off
    from standoff.engine.simulate import versions
    from standoff.evaluation.hindcast import forecast_ledger, origins, scored_forecasts, summary

    loaded, ledger, asked = _asked(case, variant, horizons)
    days = origins.origins(first or asked.first, last or asked.last, every or asked.every)
    how = origins.HindcastSettings(max(asked.horizons), draws, seed, wider)
    paths = Paths(ledger, place, seed) if _wanted(asked, reconciled) else None
    found, told = list[scored_forecasts.ScoredForecast](), list[dict[str, Any]]()
    with _cut_off(place), progress_bar("origins", quiet=quiet) as tick:
        for one in origins.simulate_origins(loaded, ledger, days, how, place, tick):
            found += scored_forecasts.cases(one, asked, loaded, ledger, paths)
            told.append(_origin(one))
            if forecasts is not None:
                forecasts += forecast_ledger.make_forecasts(
                    one, asked, loaded, ledger, case, draws, dt.date.today(), __version__, paths
                )
    made = summary.HindcastProvenance(
        loaded.scenario.title, variant, draws, seed, wider, False, ledger.hash, tuple(told), versions()
    )
    return summary.scored(found, made, _stride(days), seed)


def _place(case: str, variant: str, draws: int, seed: int, wider: float) -> Path:
    from standoff import catalog

    file = catalog.find(case)
    slug = file.resolve().parent.name if file.name == "scenario.yaml" else file.stem
    return Path("runs") / "-".join(filter(None, ("hindcast", slug, variant, f"s{seed}", f"d{draws}", f"w{wider:g}")))


def _asked(case: str, variant: str, horizons: str) -> tuple[LoadedScenario, Ledger, HindcastConfig]:
    from standoff import catalog
    from standoff.evaluation.hindcast import config

    loaded, ledger = load_case(case, variant)
    asked = config.read(catalog.find(case).with_name(config.FILE), loaded, ledger)
    if horizons:
        months = tuple(int(part) if part.strip().isdecimal() else 0 for part in horizons.split(","))
        if not all(0 < each <= config.FARTHEST for each in months):
            raise RunError(Problem(f"`{horizons}` are not horizons", "--horizons", allowed="months such as 3,6,12"))
        asked = asked.model_copy(update={"horizons": months})
    return loaded, ledger, asked


def _wanted(asked: HindcastConfig, reconciled: bool) -> bool:
    if not reconciled or not any(each.reconcile for each in asked.quantities.values()):
        return False
    from standoff.inference import _optional

    _optional.require()
    return True


def _origin(one: OriginForecasts) -> dict[str, Any]:
    late = {kind: [item.path for item in one.late if item.kind == kind] for kind in ("number", "history")}
    return {
        "as_of": str(one.as_of),
        "ledger": one.ledger,
        "model": one.model,
        "failed": one.failed,
        "late": len(late["number"]),
        "late_paths": late["number"],
        "late_histories": late["history"],
    }


def _stride(days: Sequence[dt.date]) -> int:
    """Months between origins."""
    if len(days) < 2:
        return 3
    return month_count(days[1]) - month_count(days[0])


def _points(file: Path) -> list[Any] | None:
    """What was kept of a reconciled path, None where nothing is or it is damaged."""
    from standoff.engine.run_folder import RunFolder

    try:
        kept = RunFolder(file.parent).read_json(file.name)
    except RunError:
        return None
    return None if kept is None else kept["points"]


class Paths:
    """Reconciled quantities, each fitted once from the claims that were published by a day, and kept in the folder."""

    def __init__(self, ledger: Ledger, folder: Path, seed: int) -> None:
        self.ledger, self.folder, self.seed = ledger, folder, seed

    def __call__(self, quantity: str, subject: str, as_of: dt.date) -> tuple[Report, ...]:
        """Points up to the last claim, with their central 90 %; nothing where no claim can be used."""
        from standoff.engine.run_folder import RunFolder
        from standoff.evaluation.hindcast.reports import Report
        from standoff.inference.reconcile.reconcile import reconcile

        then = self.ledger.as_of(as_of)  # later claims are not even handed over
        file = self.folder / f"{quantity}-{subject}-{as_of}-{then.hash[:12]}-s{self.seed}.json"
        points = _points(file)
        if points is None:
            try:
                found = reconcile(then, quantity, subject, as_of=as_of, refits=0, seed=self.seed, draws=RECONCILED)
            except ModelError:  # no claim yet
                points = []
            else:
                last = max(claim.day for claim in found.claims)
                points = [[p.day, p.median, p.low, p.high] for p in found.path if p.day <= last]
            RunFolder(self.folder).write_json(file.name, {"points": points})
        return tuple(
            Report(
                dt.date.fromisoformat(day), value, low, high, (), f"all claims published by {as_of}, reconciled", as_of
            )
            for day, value, low, high in points
        )
