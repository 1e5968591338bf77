"""The command `solve`: a game of a file or of the textbook, under one theory of how it is played."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli.options import Json, display, print_json
from standoff.errors import Problem, StandoffError, did_you_mean, join_limited

if TYPE_CHECKING:
    from rich.console import RenderableType

    from standoff.games.normal_form import NormalForm
    from standoff.games.solve import GameSolution
    from standoff.games.tree import Tree

DEFAULT = (
    1.0  # rationality per unit of payoff; assumption: of the order that experiments with payoffs of order one give
)


class Method(StrEnum):
    """How the players are taken to choose."""

    qre = "qre"
    nash = "nash"
    backward = "backward"
    level_k = "level-k"


HEADS = {
    Method.qre: "quantal response at rationality",
    Method.nash: "Nash equilibrium",
    Method.backward: "backward induction",
    Method.level_k: "level-k",
}


def games(incomplete: str = "") -> list[str]:
    """Textbook games that begin with `incomplete`, for shell completion; reads no file."""
    from standoff.catalog import games as textbook

    return [name for name in textbook.names() if name.startswith(incomplete)]


def solve(
    game: Annotated[
        str,
        typer.Argument(
            metavar="[GAME]",
            help="A .nfg or .efg file of Gambit, or a textbook game; without it, the textbook is listed.",
            autocompletion=games,
        ),
    ] = "",
    method: Annotated[
        Method,
        typer.Option(
            "--method",
            help="Logit quantal response (of a tree: at each information set), Nash equilibria, "
            "backward induction (trees with perfect information), or level-k.",
        ),
    ] = Method.qre,
    rationality: Annotated[
        list[str] | None,
        typer.Option(
            "--rationality",
            metavar="R[,R...]",
            help="With qre: log-odds a unit of payoff, one for all or one a player, by comma or repeated; 1 unless given.",
        ),
    ] = None,
    level: Annotated[
        int | None,
        typer.Option("--level", min=0, help="With level-k: steps of reasoning of everybody; 2 unless given."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Solve a game in normal form or a tree, and say how good and how sure the answer is."""
    if not game:
        _list(as_json)
        return
    loaded, about = _read(game)
    if rationality is not None and method is not Method.qre:
        raise StandoffError(Problem(f"--rationality has no part in --method {method.value}", "--rationality",
                                    allowed="--method qre", fix="leave one of them out"))  # fmt: skip
    if level is not None and method is not Method.level_k:
        raise StandoffError(Problem(f"--level has no part in --method {method.value}", "--level",
                                    allowed="--method level-k", fix="leave one of them out"))  # fmt: skip
    from standoff.games import solve

    if method is Method.qre:
        answer = solve.quantal_response(loaded, rates(rationality, loaded.players))
    elif method is Method.nash:
        answer = solve.nash(loaded)
    elif method is Method.backward:
        answer = solve.backward_induction(loaded)
    else:
        answer = solve.level_k(loaded, 2 if level is None else level)
    if as_json:
        print_json(_data(loaded, method, answer, about))
    else:
        display(*_page(loaded, method, answer, about, given=rationality is not None))


def rates(texts: list[str] | None, players: tuple[str, ...]) -> tuple[float, ...]:
    """Rationality of each player, from what was written; raises `StandoffError` naming what cannot be one."""
    words = [word.strip() for text in texts or [str(DEFAULT)] for word in text.split(",")]
    numbers = []
    for word in words:
        try:
            numbers.append(float(word))
        except ValueError:
            numbers.append(float("nan"))
        if not 0 <= numbers[-1] < float("inf"):
            raise StandoffError(Problem(f"`{word}` is no rationality", "--rationality", allowed="numbers from 0",
                                        fix="write such as --rationality 1.5"))  # fmt: skip
    if len(numbers) not in (1, len(players)):
        raise StandoffError(Problem(f"{len(numbers)} numbers for {len(players)} players", "--rationality",
                                    allowed=f"one for all, or one each: {', '.join(players)}",
                                    fix=f"write such as --rationality {','.join(['1.5'] * len(players))}"))  # fmt: skip
    return tuple(numbers * len(players) if len(numbers) == 1 else numbers)


def _read(name: str) -> tuple[NormalForm | Tree, dict[str, Any]]:
    """The game that a file or a name means, and its card."""
    from standoff.catalog import games as textbook
    from standoff.games import gambit_io

    file = textbook.find(name)
    if file is not None:
        return gambit_io.read(file), textbook.card(name)
    if not Path(name).is_file():
        raise StandoffError(
            Problem(
                f"there is no file and no textbook game `{name}`",
                allowed=f"a .nfg or .efg file, or {join_limited(textbook.names())}",
                fix=did_you_mean(name, textbook.names()) or "`standoff solve` lists the textbook",
            )
        )
    return gambit_io.read(name), {}


def _list(as_json: bool) -> None:
    """The textbook."""
    from standoff.catalog import games as textbook
    from standoff.games.tree import Tree
    from standoff.report.text_table import table

    rows: list[dict[str, Any]] = []
    for name in textbook.names():
        loaded, card = _read(name)
        kind = "tree" if isinstance(loaded, Tree) else "table"
        rows.append({"game": name, "title": loaded.title, "players": len(loaded.players), "kind": kind,
                     "source": card["source"], "about": card["about"]})  # fmt: skip
    if as_json:
        print_json(rows)
        return
    cells = [[row["game"], row["title"], str(row["players"]), row["kind"], ", ".join(row["source"])] for row in rows]
    display(table("", ("game", "title", "players", "kind", "source"), cells, right=("players",)))


def _data(game: NormalForm | Tree, method: Method, answer: GameSolution, about: dict[str, Any]) -> dict[str, Any]:
    """What is printed as JSON."""
    out: dict[str, Any] = {"game": game.title, "method": method.value}
    if about:
        out["source"] = about["source"]
    out |= {"players": answer.players(game), "residual": answer.residual, "unique": answer.unique} | dict(answer.facts)
    if method is Method.nash:
        out["equilibria"] = [{"players": answer.players(game, k)} for k in range(len(answer.profiles))]
    return out | {"notes": list(answer.notes)}


def _page(
    game: NormalForm | Tree, method: Method, answer: GameSolution, about: dict[str, Any], given: bool
) -> list[RenderableType]:
    """What is printed to be read."""
    lines: list[RenderableType] = [game.title]
    if about:
        lines += [about["about"], f"source: {', '.join(about['source'])}; payoffs: {about['payoffs']}"]
    said = HEADS[method]
    if method is Method.qre:
        rates = answer.facts["rationality"]
        each = ", ".join(f"{name} {rate:g}" for name, rate in rates.items())
        same = len(set(rates.values())) == 1
        said += f" {next(iter(rates.values())):g}" if same else f" {each}"
        said += "" if given else " (the default)"
    for k in range(len(answer.profiles)):
        count = f", {k + 1} of {len(answer.profiles)}" if len(answer.profiles) > 1 else ""
        lines += ["", _table(said + count, answer.players(game, k))]
    lines += ["", f"residual: {answer.residual:.1e} ({answer.facts['residual_unit']})"]
    if answer.unique is not None:
        lines.append(f"unique: {'yes' if answer.unique else 'no'}")
    return lines + [f"note: {note}" for note in answer.notes]


def _table(title: str, players: list[dict[str, Any]]) -> RenderableType:
    """Probabilities of one profile."""
    from standoff.report.text_table import table

    tree = any("information_sets" in player for player in players)
    rows = []
    for player in players:
        name, payoff = player["name"], f"{player['payoff']:.4f}"
        for place in player.get("information_sets", [{"actions": player.get("strategies")}]):
            for action, share in place["actions"].items():
                where = [place["name"] + (" (not told)" if place.get("open") else "")] if tree else []
                rows.append([name, *where, action, f"{share:.4f}", payoff])
                name = payoff = ""
                if tree:
                    place = {**place, "name": "", "open": False}
    head = ("player", "information set", "action") if tree else ("player", "strategy")
    return table(title, (*head, "probability", "payoff"), rows, right=("probability", "payoff"))
