"""Trees: what holds together, path arithmetic against a walk, backward induction, strategic forms, agent responses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from standoff import catalog
from standoff.addons.games import agent_qre, gambit_io, nash, single_game
from standoff.addons.games import catalog as textbook
from standoff.addons.games.tree import GameNode, InformationSet, Tree, reduced
from standoff.errors import StandoffError

TREES = [name for name in textbook.names() if textbook.find(name).suffix == ".efg"]  # type: ignore[union-attr]


def tree(name: str) -> Tree:
    """A tree of the textbook."""
    game = gambit_io.read(textbook.HOME / f"{name}.efg")
    assert isinstance(game, Tree)
    return game


def walk(game: Tree, p: list[np.ndarray], at: int = 0) -> np.ndarray:
    """The slow twin: expected payoffs below a node, by going through the tree."""
    node = game.nodes[at]
    value = np.array(node.payoffs or [0.0] * len(game.players))
    moves = node.chance if node.information_set is None else p[node.information_set]
    return value + sum((q * walk(game, p, child) for q, child in zip(moves, node.children, strict=True)), 0 * value)


def random_behaviour(game: Tree, rng: np.random.Generator) -> list[np.ndarray]:
    return [rng.dirichlet(np.ones(len(h.actions))) for h in game.information_sets]


def even(game: Tree) -> np.ndarray:
    return np.concatenate([np.full(len(h.actions), 1 / len(h.actions)) for h in game.information_sets])


def pennies(first: float = 1.0) -> Tree:
    """A moves, then B without seeing it."""
    a, b = InformationSet(0, ("h", "t")), InformationSet(1, ("h", "t"))
    ends = [GameNode(payoffs=(x, -x)) for x in (first, -1.0, -1.0, 1.0)]
    nodes = (GameNode((1, 4), 0), GameNode((2, 3), 1), *ends[:2], GameNode((5, 6), 1), *ends[2:])
    return Tree(("A", "B"), (a, b), nodes, "pennies")


# ---- what holds together -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"players": ()}, "needs a player"),
        (
            {"information_sets": (InformationSet(2, ("h", "t")), InformationSet(1, ("h", "t")))},
            "player 2 does not exist",
        ),
        ({"information_sets": (InformationSet(0, ("h",)), InformationSet(1, ("h", "t")))}, "2 nodes follow"),
        ({"nodes": (GameNode((1, 1), 0), GameNode(payoffs=(1, 1)))}, "follows 2 nodes"),
        ({"nodes": (GameNode((1, 9), 0), GameNode(payoffs=(1, 1)))}, "node 9 cannot follow"),
        ({"nodes": (GameNode((0, 1), 0), GameNode(payoffs=(1, 1)))}, "node 0 cannot follow"),
        ({"nodes": (GameNode((1, 2), chance=(0.5, 0.6)), GameNode(), GameNode())}, "probabilities of chance"),
        ({"nodes": (GameNode((1, 2), chance=(-0.5, 1.5)), GameNode(), GameNode())}, "probabilities of chance"),
        ({"nodes": (GameNode((1, 2), chance=(float("nan"), 0.5)), GameNode(), GameNode())}, "probabilities of chance"),
        ({"nodes": (GameNode((1, 2), 0, chance=(0.5, 0.5)), GameNode(), GameNode())}, "both a player and chance"),
        ({"nodes": (GameNode((1, 2), 7), GameNode(), GameNode())}, "information set 7 does not exist"),
        ({"nodes": (GameNode((1, 2), 0), GameNode(payoffs=(1.0,)), GameNode())}, "1 payoffs"),
        ({"nodes": (GameNode((1, 2), 0), GameNode(payoffs=(1.0, float("inf"))), GameNode())}, "finite numbers"),
        ({"nodes": (GameNode((1, 2), 0), GameNode(), GameNode())}, "no node belongs to it"),
    ],
)
def test_what_does_not_hold_together_is_said(change: dict[str, Any], message: str) -> None:
    good = pennies()
    parts = {"players": good.players, "information_sets": good.information_sets, "nodes": good.nodes}
    with pytest.raises(StandoffError, match=message):
        Tree(**(parts | change))


def test_recall_information_and_second_visits_are_seen() -> None:
    assert None not in pennies().recall and not pennies().perfect_information
    assert tree("centipede").perfect_information
    forgets = _forgetful()
    assert None in forgets.recall
    with pytest.raises(StandoffError, match="has imperfect recall at information set `2`"):
        reduced(forgets)
    driver = Tree(
        ("A",),
        (InformationSet(0, ("on", "exit")),),
        (
            GameNode((1, 4), 0),
            GameNode((2, 3), 0),
            GameNode(payoffs=(1,)),
            GameNode(payoffs=(4,)),
            GameNode(payoffs=(0,)),
        ),
    )
    assert None in driver.recall
    with pytest.raises(StandoffError, match="passes an information set twice"):
        agent_qre.respond(driver, 1.0)


def _forgetful() -> Tree:
    one = pennies()
    nodes = tuple(GameNode(n.children, n.information_set, payoffs=n.payoffs[:1]) for n in one.nodes)
    return Tree(("A",), (InformationSet(0, ("h", "t")), InformationSet(0, ("h", "t"))), nodes)


# ---- arithmetic on paths -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TREES)
def test_paths_agree_with_a_walk_through_the_tree(name: str) -> None:
    game, rng = tree(name), np.random.default_rng(1)
    for _ in range(5):
        p = random_behaviour(game, rng)
        flat = np.concatenate(p)
        assert game.realisation(flat).sum() == pytest.approx(1, abs=1e-12)
        expected = walk(game, p)
        assert np.allclose(game.expected(flat), expected, atol=1e-12)
        conditional = game.split(game.conditional(np.log(flat)))
        for h, information in enumerate(game.information_sets):
            player, share = information.player, _share(game, p, h)
            for action in range(len(information.actions)):
                pure = [*p[:h], np.eye(len(information.actions))[action], *p[h + 1 :]]
                gain = walk(game, pure)[player] - expected[player]
                told = share * (conditional[h][action] - p[h] @ conditional[h])
                assert told == pytest.approx(gain, abs=1e-12)


def _share(game: Tree, p: list[np.ndarray], h: int) -> float:
    """The probability that an information set is reached, by a walk."""

    def below(at: int) -> float:
        node = game.nodes[at]
        if node.information_set == h:
            return 1.0
        moves = node.chance if node.information_set is None else p[node.information_set]
        return sum(q * below(child) for q, child in zip(moves, node.children, strict=True))

    return below(0)


def test_a_block_of_behaviours_is_each_behaviour() -> None:
    game, rng = tree("kuhn-poker"), np.random.default_rng(2)
    block = np.stack([np.concatenate(random_behaviour(game, rng)) for _ in range(4)])
    assert np.allclose(game.expected(block), [game.expected(row) for row in block], atol=1e-14)
    assert np.allclose(game.conditional(np.log(block)), [game.conditional(np.log(row)) for row in block], atol=1e-14)


def test_payoffs_on_the_way_are_added() -> None:
    base = pennies()
    paid = Tree(base.players, base.information_sets, (GameNode((1, 4), 0, payoffs=(10.0, 20.0)), *base.nodes[1:]))
    assert paid.expected(even(paid)) == pytest.approx(base.expected(even(base)) + np.array([10, 20]))


# ---- backward induction --------------------------------------------------------------------------------------------


def test_backward_induction_takes_at_once_in_the_centipede() -> None:
    found = single_game.backward_induction(tree("centipede"))
    assert [row.tolist() for row in found.profiles[0]] == [[1, 0]] * 4 and found.unique
    assert [player["payoff"] for player in found.players(tree("centipede"))] == pytest.approx([0.4, 0.1])
    assert found.residual == 0


def test_what_a_player_gains_by_another_plan_is_seen() -> None:
    """Passing at first against a second who passes, and a first who then takes, is worth 1.6 in place of 0.4."""
    assert nash.regret(tree("centipede"), [np.eye(2)[a] for a in (0, 1, 0, 0)]) == pytest.approx(1.2)


def test_a_tie_is_said() -> None:
    ends = (GameNode(payoffs=(1 / 3 + 1 / 3 + 1 / 3, 0)), GameNode(payoffs=(1, 5)))
    found = single_game.backward_induction(
        Tree(("A", "B"), (InformationSet(0, ("l", "r")),), (GameNode((1, 2), 0), *ends))
    )
    assert found.facts["ties"] == [{"player": "A", "name": "1", "actions": ["l", "r"]}] and not found.unique


def test_backward_induction_needs_perfect_information() -> None:
    with pytest.raises(StandoffError, match=r"B does not know at information set `1`(?s:.)*--method qre"):
        single_game.backward_induction(pennies())


def test_backward_induction_waits_for_chance() -> None:
    """A sure 0.4 against a bet worth 0.5, and against one worth 0.3."""
    for win, action in ((0.5, 1), (0.3, 0)):
        nodes = (
            GameNode((1, 2), 0),
            GameNode(payoffs=(0.4,)),
            GameNode((3, 4), chance=(win, 1 - win)),
            GameNode(payoffs=(1,)),
            GameNode(),
        )
        game = Tree(("A",), (InformationSet(0, ("safe", "bet")),), nodes)
        found = single_game.backward_induction(game)
        assert found.profiles[0][0].argmax() == action
        assert found.players(game)[0]["payoff"] == pytest.approx(max(win, 0.4))


# ---- strategic forms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TREES)
def test_strategic_forms_pay_what_the_tree_pays(name: str) -> None:
    game, rng = tree(name), np.random.default_rng(3)
    form = reduced(game)
    for _ in range(3):
        mixed = [rng.dirichlet(np.ones(size)) for size in form.game.sizes]
        value = form.game.payoffs
        for shares in reversed(mixed):
            value = value @ shares
        behaviour, told = form.behaviour(mixed)
        assert all(told)
        assert game.expected(np.concatenate(behaviour)) == pytest.approx(value, abs=1e-12)


def test_reduced_strategies_drop_what_they_rule_out() -> None:
    form = reduced(tree("centipede"))
    assert form.game.strategies == (("take/*", "pass/take", "pass/pass"),) * 2
    behaviour, told = form.behaviour([np.array([1.0, 0, 0]), np.array([0, 0.5, 0.5])])
    assert told == (True, True, False, True) and list(behaviour[2]) == [0.5, 0.5]


def test_a_form_that_is_too_large_names_the_way_out() -> None:
    sets = tuple(InformationSet(0, ("l", "r"), str(i)) for i in range(32))
    nodes = [
        GameNode(tuple(range(1, 33)), chance=(1 / 32,) * 32),
        *(GameNode((33 + 2 * i, 34 + 2 * i), i) for i in range(32)),
    ]
    wide = Tree(("A",), sets, (*nodes, *(GameNode(payoffs=(float(i % 2),)) for i in range(64))))
    with pytest.raises(StandoffError, match=r"4294967296 combinations(?s:.)*--method qre"):
        reduced(wide)
    found = agent_qre.respond(wide, 3.0, starts=0)  # 32 decisions of one: the plain logit of each
    assert found.probabilities[7][0] == pytest.approx([1 / (1 + np.exp(3)), 1 / (1 + np.exp(-3))], abs=1e-10)


# ---- agent quantal response ----------------------------------------------------------------------------------------


def test_at_rationality_zero_all_actions_are_equally_likely() -> None:
    game = tree("beer-quiche")
    found = agent_qre.respond(game, 0.0)
    assert found.converged.all() and np.array_equal(np.concatenate([p[0] for p in found.probabilities]), even(game))


@pytest.mark.parametrize("name", TREES)
def test_agent_responses_are_logit_responses_to_what_follows(name: str) -> None:
    """The definition, by a walk: log-odds are rationality times the difference in payoff given that the set is reached."""
    game = tree(name)
    rates = np.linspace(0.5, 1.5, len(game.players))
    found = agent_qre.respond(game, rates, starts=0)
    p = [row[0] for row in found.probabilities]
    assert found.converged[0] and found.residual[0] < 1e-10
    assert game.expected(np.concatenate(p)) == pytest.approx(walk(game, p), abs=1e-12)
    for h, information in enumerate(game.information_sets):
        values = []
        for action in range(len(p[h])):
            pure = [*p[:h], np.eye(len(p[h]))[action], *p[h + 1 :]]
            values.append(walk(game, pure)[information.player] / _share(game, p, h))
        odds = rates[information.player] * (np.array(values) - values[0])
        assert np.log(p[h] / p[h][0]) == pytest.approx(odds, abs=1e-9)


def test_a_block_has_its_own_payoffs_and_rationality() -> None:
    game = tree("centipede")
    payoffs = np.stack([game.paths.payoffs, 2 * game.paths.payoffs, game.paths.payoffs + 7])
    found = agent_qre.respond(game, np.array([[2.0, 2.0], [1.0, 1.0], [2.0, 2.0]]), payoffs, starts=0)
    for p in found.probabilities:  # twice the payoffs is twice the rationality; a constant changes nothing
        assert np.allclose(p, p[0], atol=1e-10)


def test_large_rationality_comes_to_backward_induction() -> None:
    game = tree("centipede")
    found = agent_qre.respond(game, 200.0, starts=0)
    for p, pure in zip(found.probabilities, single_game.backward_induction(game).profiles[0], strict=True):
        assert p[0] == pytest.approx(pure, abs=1e-6)


def test_several_equilibria_are_seen_and_one_is_called_unique() -> None:
    """Pure coordination at rationality 10 on payoffs 2 and 1 has three; at 0.5 responses contract and there is one."""
    base = pennies()
    payoffs = np.array([[[2.0, 2.0], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]])
    assert agent_qre.respond(base, 0.5, payoffs).unique == [True]
    assert agent_qre.respond(base, 10.0, payoffs).unique == [False]
    assert agent_qre.respond(base, 10.0, payoffs, starts=0).unique is None


def test_where_nobody_has_a_choice_there_is_one_answer() -> None:
    nodes = (GameNode((1,), 0), GameNode((2,), 1), GameNode(payoffs=(1.0, 2.0)))
    tree = Tree(("A", "B"), (InformationSet(0, ("go",)), InformationSet(1, ("on",))), nodes)
    for answer in (
        single_game.quantal_response(tree, [1.0, 1.0]),
        single_game.nash(tree),
        single_game.backward_induction(tree),
    ):
        assert [row.tolist() for row in answer.profiles[0]] == [[1.0], [1.0]] and answer.residual == 0


@pytest.mark.parametrize("rationality", [-1.0, float("nan"), [1.0, 2.0, 3.0]])
def test_a_rationality_that_means_nothing_is_refused(rationality: Any) -> None:
    with pytest.raises(StandoffError, match="rationality"):
        agent_qre.respond(pennies(), rationality)


def test_a_set_that_chance_never_comes_to_is_refused() -> None:
    nodes = (GameNode((1, 4), chance=(0.0, 1.0)), GameNode((2, 3), 0), GameNode(), GameNode(), GameNode())
    with pytest.raises(StandoffError, match="chance moves never reach information set `1` of A"):
        agent_qre.respond(Tree(("A",), (InformationSet(0, ("l", "r")),), nodes), 1.0)


def test_the_textbook_is_no_case_of_the_catalogue() -> None:
    assert "games" not in catalog.slugs() and len(TREES) >= 5
