"""Relations of a case as a signed network: camps, relations against them, and triads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from standoff.addons.networks.case import NetworkRelation, RelationNetwork
from standoff.addons.networks.signed_graph import Triad
from standoff.report import formatting
from standoff.report.document import Block, Heading, Paragraph, table

CLAIMS = 3  # claim ids shown; the rest are counted
SIGN = {1: "+", -1: formatting.MINUS, 0: "0"}
NOTE = (
    "A link is a pair of actors with friendly relations, or with hostile ones; a pair with both has two. All relations count "
    "alike. A triad is balanced if two of its links, or none, are hostile. The camps are the division of the actors with the "
    "fewest links against it: friendly links across the camps, and hostile links within one. They follow from the listed "
    "relations alone and are no statement about allegiance. A scenario says when a relation began, and not when it ended."
)


def blocks(network: RelationNetwork) -> list[Block]:
    """Document of the finding."""
    settings = [f"relations in force on {network.day}", f"variant {network.variant or 'base'}"]
    out: list[Block] = [
        Heading(network.title, 1),
        Paragraph(" · ".join(settings), soft=True),
        Heading("Relations as a signed network"),
        Paragraph(summary(network)),
    ]
    if not network.relations:
        return out
    if network.frustration.divisions:
        out += [*camps(network), *against(network)]
    if network.triads:
        out += triads(network)
    out += [
        relations(network),
        Paragraph(NOTE, soft=True),
        *(Paragraph(text, soft=True) for text in omissions(network)),
    ]
    return out


def summary(network: RelationNetwork) -> str:
    """ShownNumber of relations and of actors, by sign."""
    signs = [relation.sign for relation in network.relations]
    kinds = [
        f"{signs.count(number)} {word}"
        for number, word in ((1, "friendly"), (-1, "hostile"), (0, "neutral"))
        if signs.count(number)
    ]
    if not signs:
        return "No relation is in force."
    return f"{formatting.counted(len(signs), 'relation')} between {len(network.actors)} actors: {_and(kinds)}."


def camps(network: RelationNetwork) -> list[Block]:
    """The two camps of each connected part, their balance, and whether they are unique."""
    divisions = network.frustration.divisions
    parts = len(divisions) > 1
    rows = [
        (*((str(n),) if parts else ()), word, _names(network, _placed(network, camp)))
        for n, division in enumerate(divisions, 1)
        for word, camp in zip(("first", "second"), division.camps, strict=True)
        if camp
    ]
    heads = (*(("part:",) if parts else ()), "camp", "actors")
    out: list[Block] = [table(*heads, rows=rows, caption="Camps")]
    if parts:
        out.append(
            Paragraph(
                f"No friendly or hostile relation connects the {len(divisions)} parts, so that nothing says which camps of "
                "different parts belong together."
            )
        )
    return [*out, Paragraph(balance(network)), *(Paragraph(text) for text in (*ties(network), *single_links(network)))]


def _placed(network: RelationNetwork, camp: Sequence[str]) -> list[str]:
    """Members of a camp without those that a single link puts there, where others have more."""
    return [code for code in camp if code not in network.single_links] if network.cyclic else [*camp]


def balance(network: RelationNetwork) -> str:
    """The frustration index and the balance of triads, in words."""
    frustration, triads = network.frustration, network.triads
    index, links = round(frustration.index), formatting.counted(round(frustration.weight), "link")
    if index:
        text = (
            f"{index} of {links} stand{'s' if index == 1 else ''} against the camps, and no division has fewer (frustration "
            f"index {index}; normalised {frustration.normalised:.2f}, where 1 is balanced and 0 the least possible)."
        )
    elif network.cyclic:
        text = f"None of {links} stands against the camps: the network is balanced."
    else:
        text = f"None of {links} stands against the camps; without a closed chain of links none could."
    if len(triads) == 1:
        text += f" The one triad, {_signs(triads[0].type)}, is {'' if triads[0].balanced else 'un'}balanced."
    elif triads:
        counts = [f"{count} {_signs(kind)}" for kind, count in network.balance.triads.items() if count]
        good = sum(triad.balanced for triad in triads)
        text += f" Of {len(triads)} triads {good} {'is' if good == 1 else 'are'} balanced: {_and(counts)}."
    return text


def ties(network: RelationNetwork) -> list[str]:
    """Actors whose camp is not settled, for each part whose division is not unique."""
    out = []
    for division in network.frustration.divisions:
        groups = [_names(network, block) for block in division.blocks[1:]]
        if groups:
            whole = ", each group as a whole" if any(len(block) > 1 for block in division.blocks[1:]) else ""
            out.append(
                f"The camps are not unique. In other divisions with as few links against them these change sides{whole}: "
                f"{'; '.join(groups)}."
            )
    return out


def single_links(network: RelationNetwork) -> list[str]:
    """Actors whose camp rests on one link; in a network without a closed chain every camp does."""
    names = _names(network, network.single_links)
    return [f"Not in the table, since only a single link places them: {names}."] if names and network.cyclic else []


def against(network: RelationNetwork) -> list[Block]:
    """The relations that stand against the camps."""
    mixed = {frozenset(pair) for pair in network.mixed}
    rows = [
        (
            _pair(network, relation.between),
            _kind(relation),
            relation.since,
            ("friendly, across the camps" if relation.sign > 0 else "hostile, within a camp")
            + (
                f"; the pair has {'hostile' if relation.sign > 0 else 'friendly'} relations too"
                if frozenset(relation.between) in mixed
                else ""
            ),
        )
        for relation in network.relations
        if relation.against
    ]
    heads = ("pair", "relation", "since", "stands against the camps because it is")
    return [table(*heads, rows=rows, caption="Relations against the camps")] if rows else []


def triads(network: RelationNetwork) -> list[Block]:
    """Each triad with its actors and relations; those out of balance first."""
    rows = [
        (
            _names(network, triad.nodes),
            _signs(triad.type),
            "balanced" if triad.balanced else "unbalanced",
            _triad_relations(network, triad),
        )
        for triad in sorted(network.triads, key=lambda triad: triad.balanced)
    ]
    return [table("triad", "signs", "balance", "relations", rows=rows, caption="Triads")]


def relations(network: RelationNetwork) -> Block:
    """All relations in force, the neutral ones last."""
    rows = [
        (_pair(network, relation.between), SIGN[relation.sign], _kind(relation), relation.since, relation.level)
        for relation in sorted(network.relations, key=lambda relation: relation.sign == 0)
    ]
    return table("pair", "sign", "relation", "since", "level", rows=rows, caption="Relations in force")


def omissions(network: RelationNetwork) -> list[str]:
    """The sources of the relations, and what the network leaves out."""
    claims = list(dict.fromkeys(source for relation in network.relations for source in relation.sources))
    out = [f"relations cite: {formatting.first_few(claims, CLAIMS)}"] if claims else []
    if network.mixed:
        pairs = _and([_pair(network, pair) for pair in network.mixed])
        out.append(f"With friendly and hostile relations, and therefore in no triad: {pairs}.")
    undated = [
        f"{_pair(network, relation.between)} ({_kind(relation)})"
        for relation in network.relations
        if not relation.since
    ]
    if undated:
        out.append(f"Without a date, and counted as in force: {_and(undated)}.")
    if network.without_sign:
        kinds = formatting.first_few(
            [formatting.humanise(kind) for kind in network.without_sign], len(network.without_sign)
        )
        out.append(f"Kinds without a sign, which count as neutral: {kinds}.")
    if network.later:
        out.append(f"{formatting.counted(network.later, 'relation')} of the case began later.")
    return out


def _triad_relations(network: RelationNetwork, triad: Triad) -> str:
    a, b, c = triad.nodes
    parts = []
    for pair in ((a, b), (a, c), (b, c)):
        rows = [row for row in network.relations if set(row.between) == set(pair) and row.sign]
        kinds = ", ".join(dict.fromkeys(_kind(row) for row in rows))
        parts.append(f"{_pair(network, pair)} {SIGN[rows[0].sign]} {kinds}")
    return "; ".join(parts)


def _pair(network: RelationNetwork, pair: Sequence[str]) -> str:
    return "–".join(network.actors[code] for code in pair)


def _names(network: RelationNetwork, codes: Iterable[str]) -> str:
    return ", ".join(network.actors[code] for code in codes)


def _kind(relation: NetworkRelation) -> str:
    return formatting.humanise(relation.kind)


def _signs(kind: str) -> str:
    return kind.replace("-", formatting.MINUS)


def _and(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
