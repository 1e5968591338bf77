"""The game that an actor believes it faces, as blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.report import answer_text, formatting
from standoff.report.document import Heading, Notice, Paragraph, table

if TYPE_CHECKING:
    from standoff.addons.games.game import GameFinding
    from standoff.report.document import Block


def blocks(finding: GameFinding, file: str = "") -> list[Block]:
    """Responses of the players, those of the run, and the command that solves `file`."""
    rows = []
    for player in finding.players:
        sees = f" (sees {', '.join(player.after)})" if player.after else ""
        name, rate, theory = player.choice + sees, f"{player.rationality:.4g}", formatting.humanise(player.theory)
        for option, probability in player.response.items():
            error = player.mc_errors[option]
            actual = f"{player.actual[option]:.4f}" + (f" ± {error:.4f}" if finding.draw is None else "")
            rows.append([name, rate, option, f"{probability:.4f}", actual, theory])
            name = rate = theory = ""
    out: list[Block] = [
        *([Notice(moved)] if (moved := answer_text.notice(finding.origin)) else []),
        Heading(finding.title, 1),
        table("player", "rationality:", "option", "quantal response:", "in the run:", "theory", rows=rows),
        Paragraph(
            f"In the run: the choice of {finding.actor}, and its expectation of the others. Rationality is per unit of "
            "payoff."
        ),
    ]
    if finding.draw is None:
        out.append(
            Paragraph(
                "Payoffs and rationality are means over futures, so the response of this game differs from the mean of the "
                f"run: by up to {100 * finding.response_error:.1f} points. --draw N takes the game of one future."
            )
        )
        if finding.made > finding.futures:
            more = finding.made - finding.futures
            out.append(Paragraph(f"In {more} more futures other choices are made on that date; they are left out."))
    else:
        out.append(Paragraph(f"Largest difference between the two: {finding.response_error:.0e}"))
    unique = {True: "yes", False: "no", None: "not known"}[finding.unique]
    out.append(Paragraph(f"residual: {finding.residual:.1e}, unique: {unique}"))
    out += [Paragraph(f"note: {note}") for note in finding.notes]
    name = file or f"game.{finding.kind}"
    solve = f"standoff solve {name} --rationality {finding.rationality}"
    return [*out, Paragraph(solve if file else f"with -o {name}: {solve}")]
