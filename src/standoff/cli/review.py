"""The command `review`: proposed claims one by one, decided from the keyboard. No JAX here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli.options import Json, display, print_json, writable
from standoff.cli.output import visible
from standoff.errors import Problem, ReadingError, StandoffError

if TYPE_CHECKING:
    from standoff.ledger import Claim
    from standoff.reading.review import Review

KEYS = {"a": "accept", "e": "edit", "r": "reject", "s": "skip", "q": "quit"}
ASKED = ", ".join(f"{word[0]}) {word}" for word in KEYS.values())


def review(
    file: Annotated[Path, typer.Argument(metavar="CLAIMS", help="Proposed claims, as `standoff read -o` writes them.")],
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="FILE", callback=writable, help="Ledger that accepted claims are added to, .jsonl."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Review proposed claims: accept, edit or reject each; it may be left and goes on where it stopped."""
    from standoff.reading.review import opened

    found = opened(file)
    if as_json:
        print_json(
            {"waiting": [claim.id for claim in found.waiting], "decided": {k: v[0] for k, v in found.decided.items()}}
        )
        return
    ledger = into or file.with_name(f"{file.stem}.accepted.jsonl")
    if ledger.suffix.lower() != ".jsonl":
        raise ReadingError(
            Problem(
                f"`{ledger.name}` does not end in .jsonl",
                "--into",
                allowed="a ledger",
                fix="write such as ledger.jsonl",
            )
        )
    try:
        _ask(found)
    finally:
        added = found.save(ledger)
    display(
        f"{len(found.decided)} of {len(found.claims)} decided; {added} added to {ledger}; decisions are in {found.journal}"
    )


def _ask(found: Review) -> None:
    """Each waiting claim, until none is left or the person leaves."""
    waiting = found.waiting
    for number, claim in enumerate(waiting, start=1):
        display("", f"{number} of {len(waiting)}", *told(claim))
        answer = key()
        while answer == "e" and not _edited(found, claim):
            answer = key()
        if answer == "q":
            return
        if answer in {"a", "r"}:
            found.decide(claim.id, "accept" if answer == "a" else "reject")


def told(claim: Claim) -> list[str]:
    """A claim as a reviewer sees it: the words it was read from, then what was made of them."""
    quote = claim.quote
    lines = [f"  “{' '.join(quote.text.split())}”  (characters {quote.start} to {quote.end})"] if quote else []
    lines.append(f"  {claim.subject} {claim.quantity}: {claim.statement}".replace(" : ", ": "))
    lines.append(
        f"  about {claim.as_of}, said {claim.published} by {claim.speaker} ({claim.side}); {claim.source.title}"
    )
    return [*lines, *([f"  note: {claim.note}"] if claim.note else []), f"  {claim.id}"]


def key() -> str:
    """One of the keys, as soon as it is pressed; leaving with control-C or at the end of input is `q`."""
    toolkit: Any = _toolkit()
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()
    for letter in KEYS:
        keys.add(letter)(_leaver(letter))
    try:
        return str(toolkit.PromptSession().prompt(f"{ASKED}: ", key_bindings=keys)).strip()[:1] or "s"
    except (EOFError, KeyboardInterrupt):
        return "q"


def _leaver(letter: str) -> Any:
    return lambda event: event.app.exit(result=letter)


def _edited(found: Review, claim: Claim) -> bool:
    """Ask for every field, with what it holds; False where the person leaves the edit."""
    from standoff.reading.review import EDITABLE, read_field

    toolkit: Any = _toolkit()
    data = claim.to_data()
    while True:
        changes: dict[str, Any] = {}
        try:
            for name in EDITABLE:
                before = visible(str(data.get(name, "")))
                after = toolkit.PromptSession().prompt(f"  {name}: ", default=before)
                if after.strip() != before:
                    changes[name] = read_field(name, after)
            found.decide(claim.id, "edit", changes)
            return True
        except (EOFError, KeyboardInterrupt):
            return False
        except StandoffError as error:
            display(str(error))


def _toolkit() -> Any:
    from standoff.reading.source_text import need

    return need("prompt_toolkit", "reading", "reviewing claims")
