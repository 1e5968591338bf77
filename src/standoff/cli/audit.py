"""The command `audit`: a text set against the ledger of a case. JAX is imported only to reconcile, on request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli.options import Json, cases, display, print_json, writable
from standoff.cli.read import Published, opened
from standoff.errors import Problem, ReadingError, RunError
from standoff.files import write_text

if TYPE_CHECKING:
    from standoff.ledger import Ledger
    from standoff.reading.audit import TextAudit

FOUND = 3  # exit code where something does not hold; 1 is an error, 2 a wrong option


def audit(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A text: .txt, .md, .html or .pdf; `-` for standard input.")
    ],
    against: Annotated[
        str, typer.Option("--against", metavar="CASE", help="Case with the ledger.", autocompletion=cases)
    ],
    published: Published = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="Use only claims published by this day; all if left out.")
    ] = "",
    rate: Annotated[
        list[str] | None,
        typer.Option("--rate", metavar="EUR=USD", help="Such as EUR=1.08: dollars for one; may be repeated."),
    ] = None,
    reconcile: Annotated[
        bool,
        typer.Option("--reconcile", help="Reconcile the claims behind each number (half a minute each, then kept)."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", callback=writable, help="Write the annotated text into this file, .html."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Audit a text: what each of its claims is worth by the ledger. Exit code 3 where something does not hold."""
    if out is not None and out.suffix != ".html":
        raise RunError(
            Problem(f"`{out.name}` does not end in .html", "--out", allowed="a page", fix="write such as -o audit.html")
        )
    from standoff import catalog

    loaded, ledger = catalog.load(against)
    text = opened(file, published)
    found = _audited(text.text, text.published, file.name, against, ledger, as_of,
                     {**loaded.scenario.units, **_rates(rate)}, reconcile)  # fmt: skip
    if out is not None:
        from standoff.report.sections.text_audit import page as annotated

        write_text(out, annotated(found, text.text))
    if as_json:
        print_json(found.to_data())
    else:
        from standoff.report.sections.text_audit import terminal

        display(terminal(found), *([f"page: {out}"] if out is not None else []))
    if found.wrong:
        raise typer.Exit(FOUND)


def _audited(
    text: str, published: str, name: str, case: str, ledger: Ledger, as_of: str, rates: dict[str, str], reconcile: bool
) -> TextAudit:  # fmt: skip
    from standoff.inference.reconcile import cache
    from standoff.ledger.consistency import RULES, check_consistency
    from standoff.reading.audit import Estimate
    from standoff.reading.audit import audit as audited

    def estimate(used: Ledger, quantity: str, subject: str, day: Any) -> Estimate | None:
        found = cache.cached_interval(used, quantity, subject, day, as_of=as_of, compute=reconcile)
        return None if found is None else Estimate(found.low, found.median, found.high, found.unit, found.claims)

    return audited(
        text, ledger, name=name, case=case, published=published, as_of=as_of, rates=rates, estimate=estimate, rules=RULES,
        breaks=lambda claims, day, subject: check_consistency(claims, as_of=day, subject=subject).breaks,
    )  # fmt: skip


def _rates(given: list[str] | None) -> dict[str, str]:
    out = {}
    for text in given or ():
        code, _, number = text.partition("=")
        try:
            if not code.strip() or float(number) <= 0:
                raise ValueError
        except ValueError:
            raise ReadingError(
                Problem(f"`{text}` is not a rate", "--rate", allowed="CURRENCY=NUMBER", fix="write such as EUR=1.08")
            ) from None
        out[code.strip()] = f"{float(number)} USD"
    return out
