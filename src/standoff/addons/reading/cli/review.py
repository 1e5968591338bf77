"""`standoff review`: accept, edit or reject proposed claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli._output import put_json
from standoff.errors import ReadingError, StandoffError
from standoff.hidden_characters import visible

if TYPE_CHECKING:
    from standoff.addons.reading.review import Review
    from standoff.ledger import Claim

KEYS = {"a": "accept", "e": "edit", "r": "reject", "s": "skip", "q": "quit"}
ASKED = ", ".join(f"{word[0]}) {word}" for word in KEYS.values())


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
        put_json(
            {
                "waiting": [claim.id for claim in pending.waiting],
                "decided": {k: v[0] for k, v in pending.decided.items()},
            }
        )
        return
    target = ledger or file.with_name(f"{file.stem}.accepted.jsonl")
    if target.suffix.lower() != ".jsonl":
        raise ReadingError(
            f"`{target.name}` does not end in .jsonl",
            "--ledger",
            allowed="a ledger",
            fix="write such as ledger.jsonl",
        )
    try:
        _ask(pending)
    finally:
        added = pending.save(target)
    options.display(
        f"{len(pending.decided)} of {len(pending.claims)} decided; {added} added to {target}; decisions are in {pending.journal}"
    )


def _ask(pending: Review) -> None:
    """Ask about each waiting claim, until none is left or the user quits."""
    waiting = pending.waiting
    for number, claim in enumerate(waiting, start=1):
        options.display("", f"{number} of {len(waiting)}", *claim_lines(claim))
        answer = key()
        while answer == "e" and not _edited(pending, claim):
            answer = key()
        if answer == "q":
            return
        if answer in {"a", "r"}:
            pending.decide(claim.id, "accept" if answer == "a" else "reject")


def claim_lines(claim: Claim) -> list[str]:
    """The quoted words of a claim, then its fields; those that are doubtful are marked."""
    from standoff.addons.reading.review import DOUBTFUL, doubts

    open_ = doubts(claim)

    def shown(value: object, *names: str) -> str:
        return f"[{value} ?]" if set(names) & set(open_) else str(value)

    quote, note = claim.quote, DOUBTFUL.sub("", claim.note)
    lines = [f"  “{' '.join(quote.text.split())}”  (characters {quote.start} to {quote.end})"] if quote else []
    content = shown(claim.statement, "value", "unit", "per", "polarity")
    lines.append(
        f"  {shown(claim.subject, 'subject')} {shown(claim.quantity, 'quantity')}: {content}".replace(" : ", ": ")
    )
    speaker = shown(f"{claim.speaker} ({claim.side})", "speaker")
    lines.append(f"  about {shown(claim.as_of, 'as_of')}, said {claim.published} by {speaker}; {claim.source.title}")
    lines += [f"  to check: {', '.join(open_)}"] if open_ else []
    return [*lines, *([f"  note: {note}"] if note else []), f"  {claim.id}"]


def key() -> str:
    """Read one key; control-C and the end of input count as `q`."""
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


def _edited(pending: Review, claim: Claim) -> bool:
    """Ask for every field, with its value as the default; False where the user quits the edit."""
    from standoff.addons.reading.review import EDITABLE, read_field

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
            pending.decide(claim.id, "edit", changes)
            return True
        except (EOFError, KeyboardInterrupt):
            return False
        except StandoffError as error:
            options.display(str(error))


def _toolkit() -> Any:
    from standoff.addons.reading.source_text import need

    return need("prompt_toolkit", "reading", "reviewing claims")


COMMAND = Command(HelpGroup.text, review)
