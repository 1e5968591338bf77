"""`standoff review`: accept, edit or reject proposed claims."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli._output import put_json
from standoff.errors import ReadingError, StandoffError, require

if TYPE_CHECKING:
    from standoff.addons.reading.review import Review
    from standoff.ledger import Claim

DECISIONS = {"a": "accepted", "r": "retracted"}
ASKED = "accept, edit, reject, skip or quit (first letter; skip)"


def review(
    file: Annotated[Path, typer.Argument(metavar="CLAIMS", help="Proposed claims, written by `standoff read -o`.")],
    ledger: Annotated[
        Path | None,
        typer.Option(
            "--ledger",
            metavar="FILE",
            callback=options.writable,
            help="Add accepted claims to this ledger (.jsonl); by default CLAIMS.accepted.jsonl.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Review proposed claims: accept, edit or reject each. An interrupted review resumes."""
    pending = standoff.review(file)
    if as_json:
        put_json({"waiting": [claim.id for claim in pending.waiting], "decided": pending.decided})
        return
    target = ledger or file.with_suffix(".accepted.jsonl")
    with suppress(typer.Abort):
        _ask(pending)
    added = pending.save(target)
    options.display(f"{len(pending.decided)} of {len(pending.claims)} decided; {added} added to {target}")


def _ask(pending: Review) -> None:
    """Ask about each waiting claim, until none is left or the user quits."""
    waiting = pending.waiting
    for number, claim in enumerate(waiting, start=1):
        options.display("", f"{number} of {len(waiting)}", *claim_lines(claim))
        while (answer := _answer(ASKED)[:1]) == "e" and not _edited(pending, claim):
            pass
        if answer == "q":
            return
        if answer in DECISIONS:
            pending.decide(claim.id, DECISIONS[answer])


def claim_lines(claim: Claim) -> list[str]:
    """The quoted words of a claim, then its fields; those that are doubtful are marked."""
    from standoff.addons.reading.review import DOUBTFUL

    match = DOUBTFUL.match(claim.note)
    doubts = match[1].split(", ") if match else []

    def shown(value: object, *names: str) -> str:
        return str(value) if {*names}.isdisjoint(doubts) else f"[{value} ?]"

    quote, speaker = claim.quote, shown(f"{claim.speaker} ({claim.side})", "speaker")
    content = shown(claim.statement, "value", "unit", "per", "polarity")
    lines = (
        f"  “{' '.join(quote.text.split())}”  (characters {quote.start} to {quote.end})" if quote else "",
        f"  {shown(claim.subject, 'subject')} {shown(claim.quantity, 'quantity')}: {content}".replace(" : ", ": "),
        f"  about {shown(claim.as_of, 'as_of')}, said {claim.published} by {speaker}; {claim.source.title}",
        f"  note: {claim.note}" if claim.note else "",
        f"  {claim.id}",
    )
    return [*filter(None, lines)]


def _answer(question: str) -> str:
    """One line of the user; raises `typer.Abort` at control-C and at the end of input."""
    return str(typer.prompt(question, default="", show_default=False)).strip()


def _edited(pending: Review, claim: Claim) -> bool:
    """Ask for new values of fields; False where they are refused, or there are none."""
    from standoff.addons.reading.review import EDITABLE, NUMBERS
    from standoff.scenario.document import read_text

    changes: dict[str, Any] = {}
    try:
        while told := _answer(f"  FIELD=VALUE, or nothing to end ({', '.join(EDITABLE)})"):
            name, _, text = map(str.strip, told.partition("="))
            require(name, EDITABLE, "field", "edit", ReadingError)
            changes[name] = read_text(text.replace(",", ""), name).data if name in NUMBERS else text or None
        if changes:
            pending.decide(claim.id, "accepted", changes)
        return bool(changes)
    except StandoffError as error:
        options.display(str(error))
        return False


COMMAND = Command(HelpGroup.text, review)
