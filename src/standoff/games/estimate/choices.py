"""Data of an estimation: games, and counts of the options chosen in them.

Every game is represented as a list of *plays*: a cell of a normal form, a path through a tree from the root to an end,
or one option of a single chooser. An *agent* decides at one place (a player, or a player at one information set), and a
play uses at most one option of each agent (perfect recall, and no information set that a path meets twice). The log
odds of an agent's options are linear in the parameters to be estimated:

    log p(option) - log p(other) = sum over terms of parameter_term * (expected feature_term(option) - ... (other))

A term is a rationality, whose feature is the payoff, or a reason, whose parameter is rationality times weight.

Sources: mckelvey_palfrey1995, mckelvey_palfrey1998 (agents of a tree), mcfadden1974 (reasons of a single chooser).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from standoff.errors import Problem, StandoffError, did_you_mean, join_limited
from standoff.games.normal_form import NormalForm
from standoff.games.tree import Tree
from standoff.types import Floats

RATIONALITY = "rationality"


@dataclass(frozen=True, eq=False, kw_only=True)
class Choices:
    """Games of one shape with observed choices."""

    title: str
    agents: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]  #: labels of each agent's options; an `option` axis has all, agent by agent
    terms: tuple[str, ...]  #: names of the estimated parameters
    features: Floats  #: (game, term, agent, play), for the player of the agent
    counts: Floats  #: (game, option): times chosen; need not be an integer
    uses: Floats  #: (play, option): 1 if the play takes the option
    chance: Floats  #: (game, play): probability of the chance moves along the play
    rational: bool  #: whether the terms are rationalities, which are at least zero

    def __post_init__(self) -> None:
        for name in ("features", "counts", "uses", "chance"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        problems = _problems(self)
        if problems:
            raise StandoffError(problems)

    @property
    def games(self) -> int:
        """Number of games."""
        return len(self.counts)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of options of each agent."""
        return tuple(len(labels) for labels in self.options)

    def named(self, row: Floats) -> dict[str, dict[str, float]]:
        """Values of one game, (option,), as [agent][option]."""
        ends = np.cumsum(self.sizes)
        return {
            agent: {label: float(x) for label, x in zip(labels, row[end - len(labels) : end], strict=True)}
            for agent, labels, end in zip(self.agents, self.options, ends, strict=True)
        }


def strategic(
    game: NormalForm,
    counts: Mapping[str, Mapping[str, float]],
    *,
    per_player: bool = False,
    reasons: Mapping[str, Any] | None = None,
) -> Choices:
    """Choices of players who move simultaneously.

    counts: [player][strategy], times chosen; 0 for a player or strategy that is left out
    per_player: a rationality, or weights, for each player instead of one for all; games share those of players who share
        a name
    reasons: [reason] payoffs (player, s1, ..., sn) of each reason in place of the game's own; the estimated parameter is
        then rationality times weight, see `normalise`
    """
    cells = list(itertools.product(*(range(size) for size in game.sizes)))
    starts = np.cumsum([0, *game.sizes])
    uses = np.zeros((len(cells), starts[-1]))
    for play, cell in enumerate(cells):
        uses[play, starts[:-1] + np.array(cell)] = 1.0
    flat = {name: np.asarray(table, dtype=np.float64) for name, table in (reasons or {"": game.payoffs}).items()}
    for name, table in flat.items():
        if table.shape != game.payoffs.shape:
            raise StandoffError(
                Problem(f"reason `{name}` has the shape {table.shape}", game.title, allowed=f"{game.payoffs.shape}")
            )
    tables = {name: table.reshape(len(game.players), -1) for name, table in flat.items()}
    terms, features = _terms(tables, game.players, game.players, per_player, reasons is not None)
    return Choices(
        title=game.title, agents=game.players, options=game.strategies, terms=terms, features=features[None],
        counts=_counted(game.title, game.players, game.strategies, counts)[None], uses=uses, chance=np.ones((1, len(cells))),
        rational=reasons is None,
    )  # fmt: skip


def sequential(
    tree: Tree,
    counts: Mapping[str, Mapping[str, Mapping[str, float]]],
    *,
    per_player: bool = False,
    reasons: Mapping[str, Any] | None = None,
) -> Choices:
    """Choices in a tree; each information set is an agent, `player: information set`.

    counts: [player][information set][action], times chosen, under the names that `Tree.labels` gives
    per_player: a rationality, or weights, for each player instead of one for all
    reasons: [reason] payoffs (end, player) in place of the tree's own, in the order of `tree.paths.ends`
    """
    tree.passed_once()
    paths, sets = tree.paths, range(len(tree.information_sets))
    owners = [tree.players[h.player] for h in tree.information_sets]
    agents = tuple(f"{owners[h]}: {tree.labels(h)[0]}" for h in sets)
    options = tuple(tree.labels(h)[1] for h in sets)
    tables = {name: np.asarray(table, dtype=np.float64).T for name, table in (reasons or {"": paths.payoffs}).items()}
    for name, table in tables.items():
        if table.T.shape != paths.payoffs.shape:
            raise StandoffError(
                Problem(f"reason `{name}` has the shape {table.T.shape}", tree.title, allowed=f"{paths.payoffs.shape}")
            )
    flat = {f"{player}: {name}": row for player, by_set in counts.items() for name, row in by_set.items()}
    terms, features = _terms(tables, owners, tree.players, per_player, reasons is not None)
    return Choices(
        title=tree.title, agents=agents, options=options, terms=terms, features=features[None],
        counts=_counted(tree.title, agents, options, flat)[None], uses=paths.counts[paths.ends],
        chance=np.exp(paths.chance[paths.ends])[None], rational=reasons is None,
    )  # fmt: skip


def plain(
    features: Any, counts: Any, reasons: Sequence[str], options: Sequence[str] = (), title: str = "choices"
) -> Choices:
    """Choices without interaction: multinomial logit.

    features: (chooser, option, reason)
    counts: (chooser, option), times chosen
    options: labels; numbers where left out. Choosers with other numbers of options go into a `Choices` of their own.
    """
    x, n = np.asarray(features, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    if x.ndim != 3 or n.shape != x.shape[:2] or x.shape[2] != len(reasons):
        raise StandoffError(
            Problem(f"features {x.shape}, counts {n.shape} and {len(reasons)} reasons do not fit", title,
                    allowed="features (chooser, option, reason), counts (chooser, option), a name for each reason")
        )  # fmt: skip
    labels = tuple(options) or tuple(str(i + 1) for i in range(x.shape[1]))
    return Choices(
        title=title, agents=("chooser",), options=(labels,), terms=tuple(reasons),
        features=np.moveaxis(x, 2, 1)[:, :, None, :], counts=n, uses=np.eye(x.shape[1]), chance=np.ones(n.shape),
        rational=False,
    )  # fmt: skip


def stack(choices: Sequence[Choices]) -> list[Choices]:
    """Merge games of one shape into one `Choices`, which is much faster."""
    groups: dict[tuple[Any, ...], list[Choices]] = {}
    for one in choices:
        key = (one.sizes, one.terms, one.rational, one.uses.shape, one.uses.tobytes())
        groups.setdefault(key, []).append(one)
    return [
        replace(
            same[0],
            title=same[0].title if len(same) == 1 else f"{same[0].title} and {len(same) - 1} more",
            features=np.concatenate([one.features for one in same]),
            counts=np.concatenate([one.counts for one in same]),
            chance=np.concatenate([one.chance for one in same]),
        )
        for same in groups.values()
    ]


def _terms(
    tables: Mapping[str, Floats], owners: Sequence[str], players: Sequence[str], per_player: bool, weights: bool
) -> tuple[tuple[str, ...], Floats]:
    """Names and features (term, agent, play) from payoffs (player, play) of each reason."""
    rows = np.array([list(players).index(owner) for owner in owners])
    by_agent = {name: table[rows] for name, table in tables.items()}
    names = list(by_agent) if weights else [RATIONALITY]
    features = list(by_agent.values())
    if per_player:
        split = [(f"{name} of {player}", table * (rows == i)[:, None]) for name, table in zip(names, features, strict=True)
                 for i, player in enumerate(players)]  # fmt: skip
        stored = [(name, table) for name, table in split if table.any()] or split
        names, features = [name for name, _ in stored], [table for _, table in stored]
    return tuple(names), np.stack(features)


def _counted(
    title: str, agents: Sequence[str], options: Sequence[Sequence[str]], counts: Mapping[str, Mapping[str, float]]
) -> Floats:
    """Counts (option,) from names."""
    problems = [
        Problem(f"counts of `{agent}`, who does not play", title, allowed=join_limited(agents), fix=did_you_mean(agent, agents))
        for agent in counts if agent not in agents
    ]  # fmt: skip
    out = []
    for agent, labels in zip(agents, options, strict=True):
        params = counts.get(agent, {})
        problems += [
            Problem(f"`{agent}` has no option `{label}`", title, allowed=join_limited(labels), fix=did_you_mean(label, labels))
            for label in params if label not in labels
        ]  # fmt: skip
        out += [float(params.get(label, 0.0)) for label in labels]
    if problems:
        raise StandoffError(problems)
    return np.array(out)


def _problems(choices: Choices) -> list[Problem]:
    """Reasons why choices cannot be used for estimation."""
    out, where = [], choices.title
    if not np.isfinite(choices.features).all():
        out.append(Problem("a payoff or feature that is not a number", where, allowed="finite numbers"))
    if not (np.isfinite(choices.counts) & (choices.counts >= 0)).all():
        out.append(Problem("a count that is negative or not a number", where, "counts", allowed="numbers from 0"))
    elif not choices.counts.sum() > 0:
        out.append(Problem("no choice was observed", where, "counts", allowed="at least one"))
    if len(set(choices.terms)) < len(choices.terms) or not choices.terms:
        out.append(Problem(f"terms {choices.terms}", where, allowed="at least one, and names that differ"))
    return out
