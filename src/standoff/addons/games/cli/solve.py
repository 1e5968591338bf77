"""`standoff solve`: solve a Gambit file or a textbook game."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.errors import StandoffError

DEFAULT = 1.0  # that of `games.single_game`, which is not imported before a command runs


class Method(StrEnum):
    """Solution concepts."""

    qre = "qre"
    nash = "nash"
    backward = "backward"
    level_k = "level-k"


def games(incomplete: str = "") -> list[str]:
    """Complete the name of a textbook game; reads no file."""
    from standoff.addons.games import catalog as textbook

    return [name for name in textbook.names() if name.startswith(incomplete)]


def solve(
    game: Annotated[
        str,
        typer.Argument(
            metavar="[GAME]",
            help="A Gambit file (.nfg or .efg) or a textbook game; by default, list the textbook games.",
            autocompletion=games,
        ),
    ] = "",
    method: Annotated[
        Method,
        typer.Option(
            "--method",
            help="Logit quantal response (for a tree, at each information set), Nash equilibria, backward induction "
            "(trees with perfect information), or level-k.",
        ),
    ] = Method.qre,
    rationality: Annotated[
        list[str] | None,
        typer.Option(
            "--rationality",
            metavar="R[,R...]",
            help="With qre: log odds per unit of payoff, one for all players or one each; by default 1.",
        ),
    ] = None,
    level: Annotated[
        int | None,
        typer.Option("--level", min=0, help="With level-k: steps of reasoning of every player; by default 2."),
    ] = None,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Solve a game (normal form or tree); report precision and uniqueness of the solution."""
    if not game:
        _list(as_json)
        return
    from standoff.addons.games import catalog as textbook
    from standoff.addons.games import gambit
    from standoff.addons.games import single_game as solver
    from standoff.addons.games.sections import solve as section

    card = textbook.card(game) if game in textbook.names() else {}
    loaded = gambit.read(textbook.resolve(game))
    for name, value, only in (("--rationality", rationality, Method.qre), ("--level", level, Method.level_k)):
        if value is not None and method is not only:
            raise StandoffError(
                f"{name} does not apply to --method {method.value}",
                name,
                allowed=f"--method {only.value}",
                fix="leave one of them out",
            )
    solution = solver.solve(loaded, method.value, rationality=rates(rationality), level=2 if level is None else level)
    data = section.data(loaded, method.value, solution, card)
    options.emit(
        data, section.blocks(loaded, method.value, solution, card, default=rationality is None), output, as_json
    )


def rates(texts: list[str] | None) -> tuple[float, ...]:
    """Parse numbers, by comma or repeated; raises `StandoffError`."""
    out = []
    for word in (word.strip() for text in texts or [str(DEFAULT)] for word in text.split(",")):
        try:
            out.append(float(word))
        except ValueError:
            raise StandoffError(
                f"`{word}` is not a rationality",
                "--rationality",
                allowed="numbers from 0",
                fix="write such as --rationality 1.5",
            ) from None
    return tuple(out)


def _list(as_json: bool) -> None:
    """List the textbook games."""
    from standoff.addons.games import catalog as textbook
    from standoff.addons.games import gambit
    from standoff.report.document import table

    rows: list[dict[str, Any]] = []
    for name in textbook.names():
        loaded, card = gambit.read(textbook.resolve(name)), textbook.card(name)
        kind = "tree" if loaded.is_tree else "table"
        rows.append(
            {
                "game": name,
                "title": loaded.title,
                "players": len(loaded.players),
                "kind": kind,
                "source": card["source"],
                "about": card["about"],
            }
        )
    cells = [[row["game"], row["title"], str(row["players"]), row["kind"], ", ".join(row["source"])] for row in rows]
    options.emit(rows, [table("game", "title", "players:", "kind", "source", rows=cells)], None, as_json)


COMMAND = Command(HelpGroup.analyse, solve)
