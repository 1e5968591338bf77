"""`standoff validate`: check a scenario and its claims."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli._options import Changed, Command, HelpGroup, Printed, cases, display
from standoff.cli._output import put, put_json
from standoff.errors import join_limited
from standoff.report import sections


def validate(
    case: Annotated[
        str,
        Argument(
            metavar="FILE",
            help="Scenario file, its folder, or a case of the catalogue.",
            autocompletion=cases,
        ),
    ],
    pilot: Annotated[
        bool, Option("--pilot", help="Also simulate 1,000 futures, and run the sanity checks that `run` makes.")
    ] = False,
    *,
    printed: Printed,
) -> None:
    """Check a scenario, its claims and each of its variants; report every mistake with its line.

    With `--pilot` it also says what looks wrong in a short run: whether decisions are rarer than the state moves,
    thresholds that decide nothing, choices whose reasons say nothing.
    """
    from standoff.analysis import sanity

    with _without_gc():
        result = standoff.validate(case)
    findings = sanity.of_plan(result.plan)
    if pilot:
        with printed.progress() as progress:
            findings = sanity.sanity(Changed().model(case), progress=progress).findings
    draws = sanity.DRAWS if pilot else 0
    if printed.as_json:
        put_json(
            {
                "title": result.title,
                "counts": dict(result.counts),
                "conditions": dict(result.conditions),
                "warnings": list(result.warnings),
                "pilot_draws": draws,
                "sanity": [asdict(item) for item in findings],
            }
        )
        return
    names = f" ({', '.join(result.variants)})" if result.variants else ""
    counts = ", ".join(f"{count} {noun if count != 1 else noun[:-1]}" for noun, count in result.counts.items())
    put(f"{result.title}: valid; {counts}{names}")
    places: dict[str, list[str]] = {}
    for path, text in result.conditions.items():
        places.setdefault(text, []).append(path)
    for text, paths in places.items():
        put(f"understood: {text} ({join_limited(paths, 3)})")
    for warning in result.warnings:
        put(f"note: {warning}")
    if not pilot:
        put(f"`standoff validate {case} --pilot` simulates {sanity.DRAWS:,} futures and says what looks wrong in them")
    if pilot or findings:
        source = f"a pilot run of {draws:,} futures" if pilot else "the scenario alone"
        display(sections.sanity.blocks(findings, source))


@contextmanager
def _without_gc() -> Iterator[None]:
    """Switch off garbage collection, which costs a tenth of the time here."""
    atexit.register(gc.freeze)  # nor at the end of the program
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


COMMAND = Command(HelpGroup.inspect, validate)
