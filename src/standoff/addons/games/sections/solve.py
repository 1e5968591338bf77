"""The solution of a game as data and as blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standoff.addons.games.gambit import GambitGame
from standoff.addons.games.single_game import GameSolution
from standoff.report.document import Block, Heading, Paragraph, TableBlock, table

HEADS = {
    "qre": "quantal response at rationality",
    "nash": "Nash equilibrium",
    "backward": "backward induction",
    "level-k": "level-k",
}


def data(game: GambitGame, method: str, solution: GameSolution, card: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data; `card` describes a textbook game, and is empty for others."""
    out: dict[str, Any] = {"game": game.title, "method": method}
    if card:
        out["source"] = card["source"]
    out |= {"players": solution.players(game), "residual": solution.residual, "unique": solution.unique} | dict(
        solution.facts
    )
    if method == "nash":
        out["equilibria"] = [{"players": solution.players(game, k)} for k in range(len(solution.profiles))]
    return out | {"notes": list(solution.notes)}


def blocks(
    game: GambitGame, method: str, solution: GameSolution, card: Mapping[str, Any], default: bool = False
) -> list[Block]:
    """Probabilities, precision and uniqueness; `default` marks the default rationality."""
    out: list[Block] = [Heading(game.title, 1)]
    if card:
        out += [Paragraph(card["about"]), Paragraph(f"source: {', '.join(card['source'])}; payoffs: {card['payoffs']}")]
    title = HEADS[method]
    if method == "qre":
        rates = solution.facts["rationality"]
        by_player = ", ".join(f"{name} {rate:g}" for name, rate in rates.items())
        title += f" {next(iter(rates.values())):g}" if len(set(rates.values())) == 1 else f" {by_player}"
        title += " (the default)" if default else ""
    for k in range(len(solution.profiles)):
        count = f", {k + 1} of {len(solution.profiles)}" if len(solution.profiles) > 1 else ""
        out += [Heading(title + count), _profile(solution.players(game, k))]
    out.append(Paragraph(f"residual: {solution.residual:.1e} ({solution.facts['residual_unit']})"))
    if solution.unique is not None:
        out.append(Paragraph(f"unique: {'yes' if solution.unique else 'no'}"))
    return [*out, *(Paragraph(f"note: {note}") for note in solution.notes)]


def _profile(players: list[dict[str, Any]]) -> TableBlock:
    """Probabilities of one profile, by player, or by information set of a tree."""
    tree = any("information_sets" in player for player in players)
    rows = []
    for player in players:
        name, payoff = player["name"], f"{player['payoff']:.4f}"
        for information_set in player.get("information_sets", [{"actions": player.get("strategies")}]):
            where = (
                information_set["name"] + (" (not determined)" if information_set.get("open") else "") if tree else ""
            )
            for action, probability in information_set["actions"].items():
                rows.append([name, *([where] if tree else []), action, f"{probability:.4f}", payoff])
                name = payoff = where = ""
    head = ("player", "information set", "action") if tree else ("player", "strategy")
    return table(*head, "probability:", "payoff:", rows=rows)
