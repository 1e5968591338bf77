"""What the product itself has written and reads again: forecasts and posteriors."""

from __future__ import annotations

import contextlib
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from standoff import catalog, scalars
from standoff.addons.data.connectors import _cache
from standoff.errors import StandoffError
from standoff.evaluation import chained_file, forecast_record
from standoff.evaluation.forecast_scores import score_forecasts
from standoff.evaluation.hindcast import config
from standoff.evaluation.settlement import settle
from standoff.ledger import Ledger
from standoff.scenario import load_text
from tests.fuzz import changes
from tests.fuzz.areas.ledger import EDGE, lines
from tests.fuzz.door import Door
from tests.unit.conftest import WORLD


@cache
def place() -> Path:
    return Path(tempfile.mkdtemp())


def file(name: str, raw: bytes) -> Path:
    path = place() / name
    path.write_bytes(raw)
    return path


@cache
def ledger() -> Ledger:
    return Ledger.parse(json.dumps(EDGE), "x.json")


RULE = {"claims": {"quantity": "losses"}, "unit": "person", "date": "2024-02-29", "window": 3.0, "interpolated": True}
FORECAST = {
    "line": "forecast",
    "id": "k-1",
    "made_at": "2024-01-01T10:00:00Z",
    "case": "korea-1950",
    "question": "losses",
    "text": "t",
    "group": "losses",
    "form": "quantity",
    "unit": "person",
    "as_of": "2023-12",
    "months": 2,
    "kind": "before",
    "model": "m",
    "claims": "c",
    "draws": 100,
    "forecast": [float(n) for n in range(39)],
    "rivals": {"mean": [float(n) for n in range(39)]},
    "best": "mean",
    "rule": RULE,
    "version": "0",
}
EVENT = {
    **FORECAST,
    "id": "k-2",
    "question": "war",
    "form": "event",
    "forecast": 0.25,
    "rivals": {"persistence": 0.0},
    "best": "persistence",
    "rule": {
        "claims": {"quantity": "losses"},
        "comparator": "at_least",
        "threshold": 2,
        "date": "2024-02-29",
        "since": "2023-01",
        "complete": {"quantity": "ledger_complete"},
    },
}
SETTLEMENT = {
    "line": "settlement",
    "id": "s",
    "made_at": "2024-03-01",
    "forecast": "k-1",
    "low": 1.0,
    "high": 2.0,
    "value": 1.5,
    "day": "2024-02-29",
    "claims": ["a"],
    "speaker": "x",
    "published": "2024-03-01",
}
HEAD = {"line": "head", "id": "head", "made_at": "2024-01-01", "case": "korea-1950"}


@cache
def routine() -> bytes:
    """A record as the program writes it."""
    path = place() / "routine.jsonl"
    chained_file.append(path, lambda _: [HEAD, FORECAST, EVENT, SETTLEMENT])
    return path.read_bytes()


ENTRY = [
    json.dumps(
        {
            "name": "kiel",
            "file": "kiel-0.raw",
            "sha256": "0",
            "size": 1,
            "fetched": "2024-01-01T00:00:00+00:00",
            "url": "u",
            "title": "t",
            "licence": "l",
            "citation": "c",
        }
    ).encode()
]


def forecasts(raw: bytes) -> None:
    """A record that was changed is refused; its lines are read as if their digests had been made anew."""
    with contextlib.suppress(StandoffError):
        forecast_record.read(file("record.jsonl", raw))
    parsed: list[Any] = []
    for row in raw.split(b"\n"):
        with contextlib.suppress(ValueError):
            parsed.append(scalars.from_json(row[: row.rfind(b', "previous"')].decode(errors="replace") + "}"))
    path = place() / "anew.jsonl"
    path.unlink(missing_ok=True)
    chained_file.append(path, lambda _: [row for row in parsed if isinstance(row, dict)])
    found = forecast_record.read(path)
    outcomes = {name: line.report for name, line in found.settlements.items()}
    str(
        score_forecasts(
            found.counted, lambda item: outcomes.get(item.id) or settle(item.rule, item.origin, ledger(), {})
        ).to_data()
    )


def _world() -> Any:
    return load_text(WORLD, "world.yaml")


def hindcast(raw: bytes) -> None:
    config.read(file("hindcast.yaml", raw), _world(), ledger())


@cache
def _flagship() -> Any:
    return catalog.load("china-russia")


def hindcast_of_case(raw: bytes) -> None:
    config.read(file("hindcast.yaml", raw), *_flagship())


def entry(raw: bytes) -> None:
    """The record of a kept data set."""
    import os

    os.environ["XDG_CACHE_HOME"] = str(place())
    _cache.folder().mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(ValueError, TypeError, AttributeError, RecursionError):
        raw = _cache.record({key: held for key, held in json.loads(raw).items() if key != _cache.DIGEST}).encode()
    (_cache.folder() / "kiel.json").write_bytes(raw)
    found = _cache.find("kiel")
    if found is not None:
        found.changed, found.when, _cache.intact(found)


HINDCAST = b"""from: 2024-01
to: 2024-02
every: quarter
horizons: [3, 6]
quantities:
  lost: {text: t, group: losses, value: losses.AAA, unit: person, claims: {quantity: losses},
  anchor: ratio, spread: 0.1 @assumption, window: 1.5}
  men: {text: t, group: men, value: troops.AAA + troops.BBB, unit: thousand person, reconcile: {quantity: losses,
  subject: RUS}, spread: 0.1 @assumption}
events:
  war: {text: t, event: fear > 0.7, since: 2024-01, claims: {quantity: losses}, at_least: 2}
"""

DOORS = (
    Door(name="records forecasts", enter=forecasts, seeds=lambda: [routine()], change=lines, share=0.7),
    Door(name="records hindcast.yaml", enter=hindcast, seeds=lambda: [HINDCAST], change=changes.yaml, share=0.4),
    Door(
        name="records hindcast.yaml of a case",
        enter=hindcast_of_case,
        change=changes.yaml,
        share=0.3,
        seeds=lambda: [(catalog.HOME / "china-russia" / "hindcast.yaml").read_bytes()],
    ),
    Door(name="records data set", enter=entry, seeds=lambda: ENTRY, change=changes.mixed, share=0.3),
)
