"""The commands `reconcile` and `balance`: what rival claims say together, and which of them do not add up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.options import Case, Json, Seed, display, print_json, writable
from standoff.errors import ModelError, Problem, RunError, join_limited
from standoff.files import write_text

if TYPE_CHECKING:
    from standoff.ledger import Ledger

AsOf = Annotated[
    str,
    typer.Option("--as-of", metavar="DATE", help="Only what was published by this day; the case's own if left out."),
]


def reconcile(
    case: Case,
    quantity: Annotated[str, typer.Option("--quantity", metavar="NAME", help="Such as personnel_losses.")],
    subject: Annotated[str, typer.Option("--subject", metavar="CODE", help="Actor that it is of, such as RUS.")] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="DATE", help="Day of the answer; that of --as-of if left out.")
    ] = "",
    as_of: AsOf = "",
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="WORD", help="Do not hear this side, speaker or claim; may be repeated."),
    ] = None,
    independent_relays: Annotated[
        bool, typer.Option("--independent-relays", help="Count everybody who repeats a number as a source of his own.")
    ] = False,
    refits: Annotated[
        int, typer.Option("--refits", min=0, help="Fit anew without so many of the claims that move the answer most.")
    ] = 4,
    seed: Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", callback=writable, help="Draw claims and path into this file, .svg."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Reconcile rival claims about one quantity: what it was, how far off each source is, which claims decide."""
    if out is not None and out.suffix != ".svg":
        raise RunError(
            Problem(
                f"`{out.name}` does not end in .svg", "--out", allowed="a picture", fix="write such as -o claims.svg"
            )
        )
    title, limit, ledger = _opened(case, as_of)
    from standoff.inference.reconcile.reconcile import reconcile as reconciled

    found = reconciled(
        ledger, quantity, subject or _only(ledger, quantity), as_of=limit, at=at or None, without=without or (),
        independent_relays=independent_relays, refits=refits, seed=seed, title=title,
    )  # fmt: skip
    if out is not None:
        from standoff.report.charts.claim_path import picture

        write_text(out, picture(found))
    if as_json:
        print_json(found.to_data())
        return
    from standoff.report.sections import reconcile as told

    display(told.page(found))


def balance(
    case: Case,
    subject: Annotated[str, typer.Option("--subject", metavar="CODE", help="Only claims about this actor.")] = "",
    as_of: AsOf = "",
    as_json: Json = False,
) -> None:
    """Show which claims do not add up: wholes and parts, what is pledged and given, counts that fall."""
    from standoff.ledger.consistency import check_consistency as balanced

    title, limit, ledger = _opened(case, as_of)
    found = balanced(ledger, as_of=limit, subject=subject, title=title)
    if as_json:
        print_json(found.to_data())
        return
    from standoff.report.sections import reconcile as told

    display(told.balance_page(found))


def _opened(case: str, as_of: str) -> tuple[str, str, Ledger]:
    """Title, day and ledger of a case."""
    from standoff import catalog
    from standoff.dates import ALLOWED, PartialDate

    loaded, ledger = catalog.load(case)
    limit = as_of or loaded.scenario.as_of
    try:
        day = PartialDate.parse(limit)
    except ValueError as error:
        raise ModelError(Problem(str(error), "--as-of", allowed=ALLOWED)) from None
    return loaded.scenario.title, str(day.first if as_of else day.last), ledger


def _only(ledger: Ledger, quantity: str) -> str:
    """The one subject of which a quantity is claimed."""
    subjects = sorted({claim.subject for claim in ledger if claim.quantity == quantity and claim.numbers})
    if len(subjects) > 1:
        raise ModelError(
            Problem(
                f"`{quantity}` is claimed of {len(subjects)} actors",
                "--subject",
                allowed=join_limited(subjects),
                fix=f"write such as --subject {subjects[0]}",
            )
        )
    return subjects[0] if subjects else ""
