"""The causal structure of a scenario: stocks, the processes that move them, the choices that change processes, loops.

Read from the plan itself, so that the picture cannot differ from the model. A link is a slope of the model, the change
of the flow into one stock by another stock, at the central value of every parameter and along the central path: no
noise, every actor keeping the option that it was last seen to hold. Its sign is `+` or `-` where it is the same all
along, `?` where it turns. A choice carries a link too: by how much a stock moves the probabilities of the options, times
what each option does to the flow (on average over the options of others who change the same process). A loop
reinforces where the product of its signs is `+`, and balances where it is `-` (richardson1986). A stock that only wears
off by itself is not listed as a loop.

    rate of a link = |d flow_target / d source| * size_source / size_target          (size: largest value on the path)
    rate of a loop = geometric mean of the rates of its links                        (1/month; how quickly it can act)

Loops are the shortest independent ones (oliva2004), one for each stock before there is a second for any.
Sources: richardson1986 (signs), oliva2004 (loop set).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff import expression
from standoff.analysis.finding import plain
from standoff.errors import ModelError, Problem, listed, nearest

if TYPE_CHECKING:
    from standoff.engine.plan import Part, Plan, PlannedChoice

STATES = 12  # of the central path at which slopes are taken; assumption: a sign that turns does so for longer than that
TURNS = 0.01  # assumption: a slope of the other sign counts from this share of the largest one on
NOTHING = 1e-9  # assumption: a slope below this share of the largest one onto the same stock is rounding
MIXES = 64  # assumption: more combinations of options of others take too long to work out
LOOPS = 12  # assumption: more are not read
LABELS = {"+": "reinforcing", "-": "balancing", "?": "either"}


@dataclass(frozen=True)
class Node:
    """A stock (all its holders together), a process, a choice, or a parameter that options change."""

    id: str  #: its kind and name, `stock:troops`
    kind: str  #: stock, process, choice or parameter
    name: str
    text: str = ""
    unit: str = ""
    holders: tuple[str, ...] = ()  #: of a stock
    options: tuple[str, ...] = ()  #: of a choice
    owner: str = ""  #: the process of a parameter
    links: bool = True  #: False for a stock that no part hands on to another: inside one process, or read by none


@dataclass(frozen=True)
class Edge:
    """An arrow of the diagram.

    A process adds to (`+`) or takes from (`-`) what it writes; what it reads drives (`+`) or slows (`-`) it. So the
    product along stock, process, stock is the sign of the link.
    """

    source: str
    target: str
    kind: str  #: reads, writes, weighs (stock to choice), expects (choice to choice), changes, enters (parameter)
    sign: str = ""  #: `+`, `-`, `?`, or nothing where none can be said
    text: str = ""  #: reasons, options, or `when` for a condition
    acts: bool = True  #: has a slope on the central path, or is a condition


@dataclass(frozen=True)
class Link:
    """One stock of one holder acts on another through a process, or through a choice and the process that it changes."""

    source: str
    target: str
    process: str
    choice: str  #: empty where the process reads the stock itself
    sign: str
    rate: float  #: 1/month


@dataclass(frozen=True)
class Loop:
    """A closed chain of links."""

    name: str
    cells: tuple[str, ...]
    links: tuple[Link, ...]
    sign: str
    rate: float  #: 1/month

    @property
    def polarity(self) -> str:
        """Reinforcing, balancing, or either."""
        return LABELS[self.sign]


@dataclass(frozen=True)
class Structure:
    """What is drawn and listed."""

    title: str
    variant: str
    processes: tuple[str, ...]  #: those asked for; empty for the whole
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    links: tuple[Link, ...]
    loops: tuple[Loop, ...]

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """The nodes of one kind."""
        return tuple(node for node in self.nodes if node.kind == kind)

    def data(self) -> dict[str, Any]:
        """Plain data for JSON; a loop names its cells, processes and choices."""
        out = plain(asdict(self) | {"links": [asdict(link) for link in self.links]})
        out["loops"] = [
            {"name": loop.name, "polarity": loop.polarity, "sign": loop.sign, "rate": loop.rate,
             "cells": list(loop.cells), "through": [link.choice or link.process for link in loop.links]}
            for loop in self.loops
        ]  # fmt: skip
        return dict(out)


def structure(plan: Plan, processes: Iterable[str] = ()) -> Structure:
    """The structure of a plan, whole, or of some of its processes with what they touch."""
    wanted = tuple(processes)
    known = [part.name for part in plan.mechanisms]
    for name in wanted:
        if name not in known:
            raise ModelError(
                Problem(f"the case has no mechanism `{name}`", allowed=listed(known, 40), fix=nearest(name, known))
            )
    slopes = list(_slopes(plan))
    links = _links(slopes)
    nodes, edges = _nodes(plan), _edges(plan, slopes, links)
    found = loops(links, wanted)
    if wanted:
        nodes, edges, links = _around(wanted, nodes, edges, links)
    return Structure(plan.scenario.title, plan.variant, wanted, nodes, edges, links, found)


def group(cell: str) -> str:
    """The stock of a cell: `troops` of `troops.RUS`."""
    return cell.partition(".")[0]


# ---- what is drawn -----------------------------------------------------------------------------------------------


def _nodes(plan: Plan) -> tuple[Node, ...]:
    scenario = plan.scenario
    touching: dict[str, set[str]] = {}
    reading: dict[str, set[str]] = {}
    for part in plan.mechanisms:
        for cell in (*part.reads, *_asked(part), *part.writes):
            touching.setdefault(cell, set()).add(part.name)
        for cell in (*part.reads, *_asked(part)):
            reading.setdefault(cell, set()).add(part.name)
    for choice in plan.choices:
        for cell in (*_weighed(choice), *_asked(choice)):
            touching.setdefault(cell, set()).add(choice.name)
            reading.setdefault(cell, set()).add(choice.name)
    linking = {group(cell) for cell, parts in touching.items() if len(parts) > 1 and reading.get(cell)}
    touched = {group(cell) for cell in touching}
    out = [
        Node(f"stock:{name}", "stock", name, stock.text, stock.unit, tuple(stock.holders), links=name in linking)
        for name, stock in scenario.stocks.items()
        if name in touched
    ]
    for part in plan.mechanisms:
        text = " ".join((part.module.__doc__ or "").split("\n\n")[0].split())
        out.append(Node(f"process:{part.name}", "process", part.name, text))
    for choice in plan.choices:
        text = scenario.choices[choice.name].text
        out.append(Node(f"choice:{choice.name}", "choice", choice.name, text, options=choice.options))
    for name, target in _changed(plan):
        spec = plan.parameters[target]
        node = Node(f"parameter:{name}", "parameter", name, spec.doc, spec.unit, owner=name.partition(".")[0])
        if node.id not in {known.id for known in out}:
            out.append(node)
    return tuple(out)


def _asked(item: Part | PlannedChoice) -> tuple[str, ...]:
    """Stocks in the condition without which a process moves nothing, or a choice has no occasion."""
    return () if item.when is None else expression.names(item.when)


def _weighed(choice: PlannedChoice) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cell for reason in choice.reasons for cell in reason.part.reads))


def _parameter(plan: Plan, target: int) -> str:
    """A parameter without its member: `aid.money` of `mechanisms.aid.money.USA`."""
    return ".".join(plan.parameters[target].path.split(".")[1:3])


def _owner(plan: Plan, target: int) -> str:
    """The process that a parameter belongs to."""
    return _parameter(plan, target).partition(".")[0]


def _changed(plan: Plan) -> Iterator[tuple[str, int]]:
    for choice in plan.choices:
        for effects in choice.effects:
            for effect in effects:
                yield _parameter(plan, effect.target), effect.target


def _edges(plan: Plan, slopes: Sequence[_Slope], links: Sequence[Link]) -> tuple[Edge, ...]:
    out: list[Edge] = []
    for part in plan.mechanisms:
        drives, fills = _signs(part, slopes, links)
        written = dict.fromkeys(group(cell) for cell in part.writes)
        asked = {group(cell) for cell in _asked(part)}
        for name in dict.fromkeys(group(cell) for cell in (*part.reads, *_asked(part))):
            if name in drives or name in asked or name not in written:
                acts, text = name in drives or name in asked, "when" if name in asked else ""
                out.append(Edge(f"stock:{name}", f"process:{part.name}", "reads", drives.get(name, ""), text, acts))
        out += [Edge(f"process:{part.name}", f"stock:{name}", "writes", fills.get(name, "")) for name in written]
    for choice in plan.choices:
        here = f"choice:{choice.name}"
        reasons: dict[str, list[str]] = {}
        for reason in choice.reasons:
            for name in dict.fromkeys(group(cell) for cell in reason.part.reads):
                reasons.setdefault(name, []).append(reason.name)
        for cell in _asked(choice):
            reasons.setdefault(group(cell), []).append("when")
        out += [Edge(f"stock:{name}", here, "weighs", text=", ".join(of)) for name, of in reasons.items()]
        others: dict[str, list[str]] = {}
        for reason in choice.reasons:
            for other in reason.others:
                others.setdefault(other, []).append(reason.name)
        out += [Edge(f"choice:{other}", here, "expects", text=", ".join(of)) for other, of in others.items()]
        sets: dict[str, list[str]] = {}
        for option, effects in zip(choice.options, choice.effects, strict=True):
            for effect in effects:
                sets.setdefault(_parameter(plan, effect.target), []).append(option)
        for name, by in sets.items():
            out.append(Edge(here, f"parameter:{name}", "changes", text=", ".join(dict.fromkeys(by))))
    for name in dict.fromkeys(name for name, _ in _changed(plan)):
        out.append(Edge(f"parameter:{name}", f"process:{name.partition('.')[0]}", "enters"))
    return tuple(out)


def _signs(part: Part, slopes: Sequence[_Slope], links: Sequence[Link]) -> tuple[dict[str, str], dict[str, str]]:
    """How each stock drives a process, and how the process moves each stock: signs whose products are the links'."""
    seen: dict[tuple[str, str], set[str]] = {}
    for link in links:
        if link.process == part.name and not link.choice:
            seen.setdefault((group(link.source), group(link.target)), set()).add(link.sign)
    table = {pair: _merged(signs) for pair, signs in seen.items()}
    rows, columns = dict.fromkeys(y for y, _ in table), dict.fromkeys(group(cell) for cell in part.writes)
    start = {name: _direction(part, name, slopes) for name in columns}
    fills = {name: value or 1 for name, value in start.items()}
    drives = dict.fromkeys(rows, 1)
    for _ in range(len(table) + 1):
        drives = {y: _majority((table.get((y, x), 0) * fills[x] for x in columns), 1) for y in rows}
        fills = {x: _majority((table.get((y, x), 0) * drives[y] for y in rows), fills[x]) for x in columns}
    if sum(fills[x] * (start[x] or 0) for x in columns) < 0:
        drives, fills = ({name: -value for name, value in signs.items()} for signs in (drives, fills))
    mixed = {y for y in rows for x in columns if (y, x) in table and table[y, x] != drives[y] * fills[x]}
    moved = {x for _, x in table}
    return (
        {y: "?" if y in mixed else _word(drives[y]) for y in rows},
        {x: _word(fills[x] if x in moved else start[x] or 0) for x in columns},
    )


def _direction(part: Part, name: str, slopes: Sequence[_Slope]) -> int | None:
    """Whether a process adds to a stock or takes from it; None where that depends on the stock itself."""
    own = [item for item in slopes if item.process == part.name and not item.choice and group(item.target) == name]
    if any(item.gauge for item in own):
        return 1
    if any(item.source == item.target and item.values.any() for item in own):
        return None
    total = sum(item.flow for item in own if item.source == item.target)
    return int(np.sign(total))


def _merged(signs: Iterable[str]) -> int:
    return {frozenset("+"): 1, frozenset("-"): -1}.get(frozenset(signs), 0)


def _majority(votes: Iterable[int], tie: int) -> int:
    return int(np.sign(sum(votes))) or tie


def _word(sign: int) -> str:
    return {1: "+", -1: "-"}.get(sign, "")


def _around(
    wanted: tuple[str, ...], nodes: tuple[Node, ...], edges: tuple[Edge, ...], links: tuple[Link, ...]
) -> tuple[tuple[Node, ...], tuple[Edge, ...], tuple[Link, ...]]:
    """The processes, what they read and write, who changes them, and what those choices weigh among these stocks."""
    centre = {f"process:{name}" for name in wanted}
    kept = set(centre)
    for edge in edges:
        if edge.source in centre or edge.target in centre:
            kept |= {edge.source, edge.target}
    kept |= {edge.source for edge in edges if edge.kind == "changes" and edge.target in kept}
    mine = [edge for edge in edges if {edge.source, edge.target} <= kept and edge.kind != "expects"]
    of = tuple(link for link in links if link.process in wanted)
    return tuple(node for node in nodes if node.id in kept), tuple(mine), of


# ---- slopes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Slope:
    """A slope of a flow by a stock at each state of the central path, in the sizes of both (1/month)."""

    source: str
    target: str
    process: str
    choice: str
    values: np.ndarray
    flow: float = 0.0  #: mean flow, in the size of the target; of a stock onto itself
    gauge: bool = False  #: the flow sets the target anew in each step


def _links(slopes: Sequence[_Slope]) -> tuple[Link, ...]:
    top: dict[str, float] = {}
    for item in slopes:
        top[item.target] = max(top.get(item.target, 0.0), float(np.abs(item.values).max()))
    out = []
    for item in slopes:
        up, down = (float(np.maximum(sign * item.values, 0.0).max()) for sign in (1, -1))
        largest = max(up, down)
        if (item.source == item.target and not item.choice) or largest <= NOTHING * top[item.target]:
            continue
        sign = "?" if min(up, down) > TURNS * largest else "+" if up > down else "-"
        rate = float(np.abs(item.values).mean())
        out.append(Link(item.source, item.target, item.process, item.choice, sign, rate))
    return tuple(out)


def _slopes(plan: Plan) -> Iterator[_Slope]:
    """Every slope of the model along its central path; needs JAX."""
    from standoff.engine.device import devices, precision

    devices()  # and with them the folder of compiled programs
    with precision("double"):
        centre = _Centre.of(plan)
        yield from _of_processes(centre)
        yield from _of_choices(centre)


@dataclass(frozen=True, eq=False)
class _Centre:
    """The central path at some states, as a block: every state once for each stock that is moved there."""

    plan: Plan
    program: Any
    given: tuple[Any, ...]  #: of each parameter
    cells: Mapping[str, Any]
    chosen: Any  #: (choice, place)
    step: Any  #: (place,)
    size: Mapping[str, float]
    width: int

    @classmethod
    def of(cls, plan: Plan) -> _Centre:
        """Step the central future and keep some of its states."""
        import jax
        import jax.numpy as jnp

        from standoff.engine import draws
        from standoff.engine.program import Program

        layout, _ = draws.encode(plan)
        program = Program(plan, layout)
        middle = jnp.asarray([parameter.quantile(0.5) for parameter in plan.parameters])
        forced = jnp.asarray(np.array([choice.forced for choice in plan.choices]).reshape(-1, program.steps).T)
        calm = {name: jnp.zeros(1) for name in program.noise}

        def values(numbers: Any) -> Any:
            return draws.Values(layout, numbers[np.array(layout.varying, int)][:, None], numbers)

        def path(numbers: Any) -> Any:
            given = values(numbers)

            def step(carry: Any, k: Any) -> Any:
                cells, chosen = carry
                chosen = jnp.where(forced[k][:, None] >= 0, forced[k][:, None], chosen)
                new, _ = program.advance(cells, given, chosen, calm, k)
                return (new, chosen), (cells, chosen)

            start = program.start(given)
            first = (start["cells"], start["chosen"].astype(forced.dtype))
            return jax.lax.scan(step, first, jnp.arange(program.steps))[1]

        cells, chosen = jax.jit(path)(middle)  # as an argument: constants the compiler would work out itself, slowly
        since = min(plan.first_free, program.steps - 1)  # what was before is imposed
        places = np.unique(np.linspace(since, program.steps - 1, STATES).round().astype(int))
        reads = [len({*part.reads, *part.writes}) for part in plan.mechanisms]
        width = max(1, *reads, *(len(_weighed(choice)) for choice in plan.choices))
        block = {cell: jnp.repeat(value[places, 0], width) for cell, value in cells.items()}
        held = jnp.repeat(chosen[places, :, 0].T, width, axis=1)
        sizes = {cell: float(np.abs(np.asarray(value)).max()) for cell, value in cells.items()}
        of_stock: dict[str, float] = {}
        for cell, size in sizes.items():
            of_stock[group(cell)] = max(of_stock.get(group(cell), 0.0), size)
        filled = {cell: own or of_stock[group(cell)] or 1.0 for cell, own in sizes.items()}
        given = tuple(np.asarray(middle))
        return cls(plan, program, given, block, held, jnp.repeat(jnp.asarray(places), width), filled, width)

    def moved(self, function: Any, cells: Sequence[str]) -> tuple[Any, Any]:
        """Values of `function(cells)` at the states, and slopes by each of `cells`: rows of state, then of cell."""
        import jax
        import jax.numpy as jnp

        values = {cell: self.cells[cell] for cell in cells}
        count = len(self.step) // self.width
        ways = {cell: jnp.tile(jnp.eye(self.width)[n], count) for n, cell in enumerate(cells)}
        out, slopes = jax.jvp(function, (values,), (ways,))
        return jax.tree.map(self.rows, out), jax.tree.map(self.rows, slopes)

    def rows(self, value: Any) -> np.ndarray:
        """The values of a block: a row for each state."""
        return np.asarray(value).reshape(-1, self.width)

    def flows(self, part: Part, chosen: Any) -> Any:
        """A function of stocks that gives the flows of one process."""
        import jax.numpy as jnp

        own = {i for where in part.numbers.values() for i in ([where] if isinstance(where, int) else where.values())}
        choices = tuple(
            replace(choice, effects=tuple(tuple(e for e in effects if e.target in own) for effects in choice.effects))
            for choice in self.plan.choices
        )
        alone = replace(self.program, plan=replace(self.plan, mechanisms=(part,), choices=choices))
        values = alone.values_now(self.given, chosen)
        calm = {f"{part.name}/{name}": jnp.zeros_like(self.step, float) for name in part.noise}

        def of(cells: Mapping[str, Any]) -> dict[str, Any]:
            return {
                cell: flow for (cell, _), flow in alone.flows({**self.cells, **cells}, values, calm, self.step).items()
            }

        return of


def _of_processes(centre: _Centre) -> Iterator[_Slope]:
    dt = centre.plan.scenario.calendar.dt
    for part in centre.plan.mechanisms:
        cells = tuple(dict.fromkeys((*part.reads, *part.writes)))
        flows, slopes = centre.moved(centre.flows(part, centre.chosen), cells)
        for target, by in slopes.items():
            for n, source in enumerate(cells):
                values = by[:, n] * (centre.size[source] / centre.size[target])
                own = source == target
                mean = float(flows[target][:, 0].mean()) / centre.size[target] if own else 0.0
                yield _Slope(source, target, part.name, "", values, mean, own and np.allclose(by[:, n] * dt, -1.0))


def _of_choices(centre: _Centre) -> Iterator[_Slope]:
    import jax
    import jax.numpy as jnp

    from standoff.engine import decide

    plan, program, given = centre.plan, centre.program, centre.given
    now = program.values_now(given, centre.chosen)
    names = [choice.name for choice in plan.choices]
    for c, choice in enumerate(plan.choices):
        weighed = _weighed(choice)
        touched = {_owner(plan, effect.target) for of in choice.effects for effect in of}
        if not weighed or not touched:
            continue
        views = plan.views.get(choice.actor, {})

        def shares(cells: Mapping[str, Any], choice: PlannedChoice = choice, views: Mapping[str, int] = views) -> Any:
            everything = {**centre.cells, **cells}
            seen = {cell: value * given[views[cell]] if cell in views else value for cell, value in everything.items()}
            total = [jnp.zeros_like(centre.step, float)] * len(choice.options)
            for reason in choice.reasons:
                alone, tables = decide.payoffs(program, choice.options, reason, seen, now)
                for o, value in enumerate(alone):
                    total[o] = total[o] + value
                    for other, table in tables.items():
                        held = centre.chosen[names.index(other)]
                        total[o] = total[o] + sum(jnp.where(held == k, gain, 0.0) for k, gain in enumerate(table[o]))
            return jax.nn.softmax(now(choice.rationality) * jnp.stack(total), axis=0)

        def each(cells: Mapping[str, Any], shares: Any = shares) -> tuple[Any, ...]:
            return tuple(shares(cells))

        _, turned = centre.moved(each, weighed)
        for part in plan.mechanisms:
            if part.name not in touched:
                continue
            under = _under_each(centre, part, c)
            for target in under[0]:
                flow = [option[target] for option in under]
                if all(np.array_equal(flow[0], other) for other in flow):
                    continue
                for n, source in enumerate(weighed):
                    slope = sum(turned[o][:, n] * flow[o] for o in range(len(flow)))
                    size = centre.size[source] / centre.size[target]
                    yield _Slope(source, target, part.name, choice.name, np.asarray(slope) * size)


def _under_each(centre: _Centre, part: Part, c: int) -> list[dict[str, np.ndarray]]:
    """Flows of a process under each option of choice `c`, on average over the options of others that change it too."""
    choices = centre.plan.choices
    others = [
        n for n, choice in enumerate(choices)
        if n != c and any(_owner(centre.plan, effect.target) == part.name for of in choice.effects for effect in of)
    ]  # fmt: skip
    if math.prod(len(choices[n].options) for n in others) > MIXES:
        others = []
    mixes = list(product(*(range(len(choices[n].options)) for n in (c, *others))))
    flows: list[dict[str, list[np.ndarray]]] = [{} for _ in choices[c].options]
    for start in range(0, len(mixes), centre.width):  # a mix in each column of the block
        columns = np.array([*mixes[start : start + centre.width]]).T
        chosen = np.array(centre.chosen)
        for n, options in zip((c, *others), columns, strict=True):
            chosen[n].reshape(-1, centre.width)[:, : len(options)] = options
        for cell, flow in centre.flows(part, chosen)({}).items():
            for o, value in zip(columns[0], centre.rows(flow).T, strict=False):
                flows[o].setdefault(cell, []).append(value)
    return [{cell: np.mean(found, axis=0) for cell, found in of.items()} for of in flows]


# ---- loops -------------------------------------------------------------------------------------------------------


def loops(links: Sequence[Link], processes: Sequence[str] = ()) -> tuple[Loop, ...]:
    """The shortest independent loops: between processes, or all that run through one of `processes`."""
    ways: dict[str, dict[str, Link]] = {}  # node -> next node -> the link that goes there; a choice is a node too
    between: dict[tuple[str, str, str], Link] = {}
    for link in sorted(links, key=lambda link: (-link.rate, link.process)):
        if not link.choice:
            ways.setdefault(link.source, {}).setdefault(link.target, link)
        elif (link.source, link.choice, link.target) not in between:
            between[link.source, link.choice, link.target] = link
            ways.setdefault(link.source, {}).setdefault(_chooses(link.choice), link)
            ways.setdefault(_chooses(link.choice), {}).setdefault(link.target, link)
    found: dict[tuple[str, ...], Loop] = {}
    for source, following in ways.items():
        for target in following:
            around = [source, *_shortest(ways, target, source)]
            path = _linked(around, ways, between) if len(around) > 2 else []
            parts = {(link.process, link.choice) for link in path}
            wanted = any(link.process in processes for link in path) if processes else len(parts) > 1
            if wanted:
                loop = _loop(path)
                key = _signature(loop)
                found[key] = min(found.get(key, loop), loop, key=_order)
    return _chosen(sorted(found.values(), key=_order))


def _chooses(choice: str) -> str:
    return f"choice of {choice}"


def _order(loop: Loop) -> tuple[Any, ...]:
    through = sum(bool(link.choice) for link in loop.links)
    return len(loop.links) + through, loop.sign == "?", -loop.rate, loop.name


def _shortest(ways: Mapping[str, Mapping[str, Link]], start: str, goal: str) -> list[str]:
    """The nodes of the shortest way, ends included; among equally short ones that of the quickest links."""
    best: dict[str, float] = {start: 0.0}
    came: dict[str, str] = {}
    queue = [(0.0, start)]
    while queue:
        length, node = heapq.heappop(queue)
        if node == goal:
            break
        for following, link in ways.get(node, {}).items() if length <= best[node] else ():
            slow = min(max(-math.log10(link.rate), 0.0), 9.0) if link.rate > 0 else 9.0
            through = length + 1 + slow * 1e-3  # a hundred slow links together do not make up for one more
            if through < best.get(following, math.inf):
                best[following], came[following] = through, node
                heapq.heappush(queue, (through, following))
    if goal not in came:
        return []
    back = [goal]
    while back[-1] != start:
        back.append(came[back[-1]])
    return back[::-1]


def _linked(
    around: Sequence[str], ways: Mapping[str, Mapping[str, Link]], between: Mapping[tuple[str, str, str], Link]
) -> list[Link]:
    """The links of a closed chain of nodes; none where a choice does not pass on what moves it."""
    if around[0].startswith(_chooses("")):
        around = [*around[1:], around[1]]
    out: list[Link] = []
    for n, (node, following) in enumerate(pairwise(around)):
        if following.startswith(_chooses("")):
            link = between.get((node, following.removeprefix(_chooses("")), around[n + 2]))
            if link is None:
                return []
            out.append(link)
        elif not node.startswith(_chooses("")):
            out.append(ways[node][following])
    return out


def _loop(path: Sequence[Link]) -> Loop:
    """A loop that begins at its first cell in order of names, so that it is found once."""
    place = min(range(len(path)), key=lambda i: path[i].source)
    turned = (*path[place:], *path[:place])
    words: list[str] = []
    for link in turned:
        words += [link.source, *([_chooses(link.choice)] if link.choice else [])]
    signs = [link.sign for link in turned]
    sign = "?" if "?" in signs else "-" if signs.count("-") % 2 else "+"
    rates = [link.rate for link in turned]
    rate = math.exp(sum(map(math.log, rates)) / len(rates)) if min(rates) > 0 else 0.0
    return Loop(" → ".join([*words, words[0]]), tuple(link.source for link in turned), turned, sign, rate)


def _signature(loop: Loop) -> tuple[str, ...]:
    """What makes two loops the same to a reader: stocks and choices, whoever holds them."""
    words = [f"{group(link.source)}/{link.choice}" for link in loop.links]
    return min(tuple(words[i:] + words[:i]) for i in range(len(words)))


def _chosen(ordered: Sequence[Loop]) -> tuple[Loop, ...]:
    """For each stock its shortest loop that others do not make up; of these the quickest dozen, quickest first."""
    seen: set[str] = set()
    out: list[Loop] = []
    basis: list[frozenset[Link]] = []
    for loop in ordered:
        stocks = {group(cell) for cell in loop.cells}
        rest = frozenset(loop.links)
        for known in basis:  # sums without carry, as of vectors over two elements
            rest = min(rest, rest ^ known, key=lambda links: sorted(map(str, links), reverse=True))
        if rest and not stocks <= seen:
            basis.append(rest)
            out.append(loop)
            seen |= stocks
    return tuple(sorted(out, key=lambda loop: (-loop.rate, loop.name))[:LOOPS])
