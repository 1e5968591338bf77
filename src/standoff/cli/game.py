"""The command `game`: the game that an actor faces, as a file of Gambit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.options import (
    AS_OF,
    Case,
    Changes,
    Draws,
    Json,
    Seed,
    Since,
    Variant,
    display,
    load_case,
    print_json,
    writable,
)
from standoff.errors import Problem, StandoffError
from standoff.files import write_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from standoff.analysis.game import GameFinding

FEW = 2_000  # as in `standoff explain`


def game(
    case: Case,
    actor: Annotated[str, typer.Option("--actor", metavar="NAME", help="An actor, or one of its choices.")],
    at: Annotated[
        str, typer.Option("--at", metavar="MONTH", help="The game of the decision in force then, such as 2024-06.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            callback=writable,
            help="Where the game is written: .nfg, or .efg for a tree.",
        ),
    ] = None,
    draw: Annotated[
        int | None,
        typer.Option("--draw", min=0, metavar="N", help="The game of this one future; a mean over all if left out."),
    ] = None,
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = FEW,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Show the game that an actor believes it faces on a date, and write it as a file of Gambit."""
    kind = "" if out is None else out.suffix.removeprefix(".")
    if out is not None and kind not in {"nfg", "efg"}:
        raise StandoffError(Problem(f"`{out.name}` does not end in .nfg or .efg", "--out", allowed="files of Gambit",
                                    fix="write such as -o game.nfg"))  # fmt: skip
    from standoff.analysis.game import game as faced
    from standoff.engine.build import build

    model = build(*load_case(case, variant, changes, since))
    found = faced(model, actor=actor, at=at, draw=draw, kind=kind, draws=draws, seed=seed)
    if out is not None:
        write_text(out, found.text)
    if as_json:
        print_json({**found.to_data(), "rationality": found.rationality})
    else:
        display(*_page(found, out))


def _page(found: GameFinding, out: Path | None) -> list[RenderableType]:
    from standoff.report import formatting
    from standoff.report.text_table import table

    rows = []
    for player in found.players:
        sees = f" (sees {', '.join(player.after)})" if player.after else ""
        name, rate, theory = player.choice + sees, f"{player.rationality:.4g}", formatting.humanise(player.theory)
        for option, share in player.response.items():
            error = player.mc_errors[option]
            does = f"{player.actual[option]:.4f}" + (f" ± {error:.4f}" if found.draw is None else "")
            rows.append([name, rate, option, f"{share:.4f}", does, theory])
            name = rate = theory = ""
    columns = ("player", "rationality", "option", "quantal response", "in the run", "by")
    lines: list[RenderableType] = [
        found.title, "", table("", columns, rows, right=("rationality", "quantal response", "in the run")), "",
        f"In the run: what {found.actor} does, and what it expects of others. Rationality is per unit of payoff.",
    ]  # fmt: skip
    if found.draw is None:
        lines.append(
            "Payoffs and rationality are means, so that the response of this game is not the mean of the run's: they are up "
            f"to {100 * found.gap:.1f} points apart. --draw N takes the game of one future."
        )
        if found.made > found.futures:
            lines.append(
                f"In {found.made - found.futures} more futures other choices are made on that date; they are left out."
            )
    else:
        lines.append(f"Largest difference between the two: {found.gap:.0e}")
    unique = {True: "yes", False: "no", None: "not known"}[found.unique]
    lines.append(f"residual: {found.residual:.1e}, unique: {unique}")
    lines += [f"note: {note}" for note in found.notes]
    name = f"game.{found.kind}" if out is None else str(out)
    lines.append(
        f"{'with -o ' + name + ': ' if out is None else ''}standoff solve {name} --rationality {found.rationality}"
    )
    return lines
