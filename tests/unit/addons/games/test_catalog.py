"""The textbook: every card holds, and pygambit says the same of every game.

pygambit is a test dependency; what it gave once is on the cards (*golden*), so that they test without it.
"""

from __future__ import annotations

import io
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standoff.addons.games import agent_qre, gambit_io, nash, normal_form, single_game
from standoff.addons.games import catalog as textbook
from standoff.addons.games.normal_form import NormalForm
from standoff.addons.games.tree import Tree, reduced

NAMES = textbook.names()
RATES = np.array([0.0, 0.1, 0.3, 1.0, 2.0, 4.0, 10.0, 30.0, 100.0])
BIB = Path(__file__).parents[4] / "docs" / "sources.bib"


@cache
def game(name: str) -> NormalForm | Tree:
    file = textbook.find(name)
    assert file is not None
    return gambit_io.read(file)


def kinds(kind: type) -> list[str]:
    return [name for name in NAMES if isinstance(game(name), kind)]


def rows(name: str, play: dict[str, Any]) -> list[np.ndarray]:
    """Probabilities of a card in the order of the game."""
    g = game(name)
    if isinstance(g, NormalForm):
        told = [play[player] for player in g.players]
    else:
        told = [play[g.players[h.player]][g.labels(k)[0]] for k, h in enumerate(g.information_sets)]
    return [np.array([float(Fraction(x)) for x in row]) for row in told]


# ---- cards ---------------------------------------------------------------------------------------------------------


def test_the_textbook_has_what_it_should() -> None:
    tables, trees = kinds(NormalForm), kinds(Tree)
    assert len(tables) >= 14 and len(trees) >= 5
    assert {len(game(name).players) for name in tables} == {2, 3, 4, 5}
    assert {file.stem for file in textbook.HOME.glob("*.yaml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_where_everything_is_from(name: str) -> None:
    card, bib = textbook.card(name), BIB.read_text()
    assert card["title"] == game(name).title and card["about"] and card["payoffs"]
    assert card["source"] and all(f"{{{key}," in bib for key in card["source"])
    for entry in (*card.get("nash", ()), *card["qre"]):
        assert entry["origin"] in {"published", "derived", "golden"}
        for row in rows(name, entry["play"]):
            assert row.sum() == pytest.approx(1, abs=1e-10) and (row >= 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_quantal_responses_on_the_card_come_out(name: str) -> None:
    """Cards have twelve digits; pygambit stops at corrections of 1e-8 or so in log-odds."""
    for entry in textbook.card(name)["qre"]:
        answer = single_game.quantal_response(game(name), [entry["rationality"]] * len(game(name).players))
        for p, expected in zip(answer.profiles[0], rows(name, entry["play"]), strict=True):
            assert p == pytest.approx(expected, abs=1e-8 if entry["origin"] == "golden" else 1e-11)


@pytest.mark.parametrize("name", [name for name in NAMES if "nash" in textbook.card(name)])
def test_nash_equilibria_on_the_card_leave_nothing_to_gain(name: str) -> None:
    g = game(name)
    for entry in textbook.card(name)["nash"]:
        profile = tuple(rows(name, entry["play"]))
        assert abs(nash.regret(g, profile)) < 1e-12


#: not found: (D, R) is inside what the extreme ones span; of Kuhn's family another member is at the end of the branch
NOT_FOUND = {"kuhn-poker"}


@pytest.mark.parametrize("name", sorted({name for name in NAMES if "nash" in textbook.card(name)} - NOT_FOUND))
def test_nash_equilibria_on_the_card_are_found(name: str) -> None:
    answer = single_game.nash(game(name))
    assert abs(answer.residual) < 1e-9
    for entry in textbook.card(name)["nash"]:
        expected = rows(name, entry["play"])
        gaps = [
            max(
                np.abs(p - q).max()
                for k, (p, q) in enumerate(zip(profile, expected, strict=True))
                if not answer.reached_sets or answer.reached_sets[which][k]
            )
            for which, profile in enumerate(answer.profiles)
        ]
        assert min(gaps) < 1e-8


def test_kuhns_poker_is_worth_what_kuhn_says() -> None:
    """-1/18, and the equilibrium is one of his family: K bets three times as often as J, Q calls a third more often."""
    answer = single_game.nash(game("kuhn-poker"))
    one, two = answer.players(game("kuhn-poker"))
    assert one["payoff"] == pytest.approx(-1 / 18, abs=1e-12) and two["payoff"] == pytest.approx(1 / 18, abs=1e-12)
    bets = {each["name"]: each["actions"] for each in one["information_sets"]}
    alpha = bets["J"]["bet"]
    assert 0 <= alpha <= 1 / 3 and bets["K"]["bet"] == pytest.approx(3 * alpha, abs=1e-9)
    assert bets["Q, bet"]["call"] == pytest.approx(alpha + 1 / 3, abs=1e-9)


def test_the_branch_passes_the_perfect_equilibrium_by() -> None:
    """McKelvey and Palfrey 1995: the limit mixes U and D, though (D, R) alone is perfect."""
    answer = single_game.quantal_response(game("perfect-but-unlikely"), [1000.0, 1000.0])
    assert answer.profiles[0][0] == pytest.approx([0.5, 0, 0.5], abs=1e-3)


# ---- pygambit ------------------------------------------------------------------------------------------------------


def theirs(gbt: Any, name: str) -> Any:
    file = textbook.find(name)
    return gbt.read_nfg(str(file)) if isinstance(game(name), NormalForm) else gbt.read_efg(str(file))


def profile_of(name: str, profile: Any) -> list[np.ndarray]:
    """A profile of pygambit in our order."""
    g = game(name)
    if isinstance(g, NormalForm):
        return [
            np.array([float(profile[p][s]) for s in labels]) for p, labels in zip(g.players, g.strategies, strict=True)
        ]
    out: list[np.ndarray] = [np.zeros(0)] * len(g.information_sets)
    for p, player in enumerate(g.players):
        own = [h for h, information in enumerate(g.information_sets) if information.player == p]
        for h, (_, row) in zip(own, profile[player], strict=True):
            out[h] = np.array([float(row[action]) for action in g.labels(h)[1]])
    return out


def ours(name: str) -> Any:
    """Our quantal responses at `RATES`, one a lane."""
    g = game(name)
    rates = np.repeat(RATES[:, None], len(g.players), axis=1)
    return agent_qre.respond(g, rates, starts=0) if isinstance(g, Tree) else normal_form.quantal_response(g, rates)


def is_answer(name: str, profile: list[np.ndarray], rate: float) -> bool:
    """Whether a profile is the logit response to itself, within 1e-7."""
    g = game(name)
    if isinstance(g, Tree):
        worth = g.split(g.conditional(np.log(np.maximum(np.concatenate(profile), 1e-300))))
    else:
        worth = tuple(u[0] for u in normal_form.Payoffs(g.payoffs[None]).expected([p[None] for p in profile]))
    for p, u in zip(profile, worth, strict=True):
        weights = np.exp(rate * (u - u.max()))
        if np.abs(weights / weights.sum() - p).max() > 1e-7:
            return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_the_logit_correspondence_agrees_with_pygambit(name: str) -> None:
    """1e-6, as issue 4 asks, wherever the branch is one and pygambit's answer solves the equations.

    Three games have a symmetry at which branches cross. There the principal branch is not defined: ours goes straight on,
    pygambit's may turn off (battle of the sexes) or stay where the branches cross (chicken).
    """
    gbt = pytest.importorskip("pygambit")
    found, g, compared = ours(name), theirs(gbt, name), 0
    assert found.converged.all()
    for k, rate in enumerate(RATES):
        if found.crossings[k]:
            assert name in {"battle-of-the-sexes", "chicken", "volunteers-dilemma"}
            continue
        expected = profile_of(name, gbt.qre.logit_solve_lambda(g, float(rate))[0].profile) if rate else None
        if expected is None:
            assert all(np.abs(p[k] - 1 / p.shape[1]).max() < 1e-15 for p in found.probabilities)
            continue
        assert is_answer(name, expected, rate)
        assert max(np.abs(p[k] - q).max() for p, q in zip(found.probabilities, expected, strict=True)) < 1e-6
        compared += 1
    assert compared == len(RATES) - 1 - np.count_nonzero(found.crossings)
    assert compared >= 2


def mixed(name: str, profile: tuple[np.ndarray, ...]) -> list[list[float]]:
    """A profile as mixed strategies of the (reduced) normal form."""
    g = game(name)
    if isinstance(g, NormalForm):
        return [p.tolist() for p in profile]
    return [[float(np.prod([profile[h][a] for h, a in plan.items()])) for plan in plans] for plans in reduced(g).plans]


@pytest.mark.parametrize("name", NAMES)
def test_nash_equilibria_agree_with_pygambit(name: str) -> None:
    """Two players: the same extreme equilibria, within 1e-8. More: the same pure ones, and no regret at the first."""
    gbt = pytest.importorskip("pygambit")
    g, form = game(name), theirs(gbt, name)
    table = g if isinstance(g, NormalForm) else reduced(g).game
    if isinstance(g, Tree):
        form = gbt.read_nfg(io.BytesIO(form.to_nfg().encode()))
    answer = single_game.nash(g)
    for profile in answer.profiles:
        told = dict(zip(form.players, mixed(name, profile), strict=True))
        at = form.mixed_strategy_profile()
        for player, row in told.items():
            at[player] = dict(zip(form.get_strategies(player), row, strict=True))
        assert float(at.max_regret()) < 1e-8
    if len(g.players) == 2 and name != "kuhn-poker":  # more bases than `extreme` tries
        expected, here = gbt.nash.enummixed_solve(form, rational=True).equilibria, nash.extreme(table)
    else:
        expected, here = gbt.nash.enumpure_solve(form).equilibria, nash.pure(table)
    listed = [np.array([float(e[p][s]) for p in form.players for s in form.get_strategies(p)]) for e in expected]
    own = [np.concatenate(each.shares) for each in here]
    assert len(listed) == len(own)
    assert all(min(np.abs(a - b).max() for b in own) < 1e-8 for a in listed)


# ---- trees and tables ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ochs-3", "jordan", "travellers-dilemma"])
def test_agent_responses_of_a_tree_of_one_move_each_are_those_of_the_table(name: str) -> None:
    """Everybody moves once, without seeing the others: the tree is the table."""
    table = game(name)
    assert isinstance(table, NormalForm)
    rates = np.linspace(0.5, 3, 4 * len(table.players)).reshape(4, -1)
    of_tree, of_table = agent_qre.respond(tree_of(table), rates, starts=0), normal_form.quantal_response(table, rates)
    for p, q in zip(of_tree.probabilities, of_table.probabilities, strict=True):
        assert p == pytest.approx(q, abs=1e-9)


def tree_of(table: NormalForm) -> Tree:
    """The players of a table move in turn and blindly."""
    lines = ['EFG 2 R "t" { ' + " ".join(f'"{player}"' for player in table.players) + " }"]

    def below(done: tuple[int, ...]) -> None:
        if len(done) == len(table.players):
            number = 1 + list(product(*map(range, table.sizes))).index(done)
            lines.append(f't "" {number} {{ {" ".join(map(repr, table.payoffs[(slice(None), *done)].tolist()))} }}')
            return
        labels = " ".join(f'"{label}"' for label in table.strategies[len(done)])
        lines.append(f'p "" {len(done) + 1} 1 {{ {labels} }} 0')
        for move in range(table.sizes[len(done)]):
            below((*done, move))

    below(())
    return gambit_io.parse_efg("\n".join(lines))
