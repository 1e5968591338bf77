"""Pictures of an overview: a hundred futures, and the actors with their relations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from standoff.report import formatting
from standoff.report.charts import vegalite
from standoff.report.document import LegendItem, Picture
from standoff.report.overview import ActorProfile, Overview, Tie

ACROSS, STEP, RADIUS = 20, 20, 7.5  #: futures in a row, and their distance and size in pixels
FILLS = ("var(--ink)", "none", "var(--band)", "var(--side-5)", "var(--side-6)", "var(--soft)")  #: by answer
WIDE, NARROW = (560, 400), (350, 350)  #: of the map, on a desk and on a phone
INSIDE = (0.38, 0.38)  # of width and height: the ring of actors
DISC = 9
#: colours and dashes of the kinds of relation that a map has most of; assumption: a reader tells no more apart
KINDS = (("var(--option-4)", ""), ("var(--band)", "7 4"), ("var(--option-5)", "2 4"), ("var(--option-3)", "10 3 2 3"))
OTHER = ("var(--soft)", "")
MANY = 6  # lines between actors; assumption: with more their labels hide one another, and the table has them
PLACES = (0.5, 0.4, 0.6, 0.32, 0.68, 0.26, 0.74)  # of a label along its line, the first free one


def hundred(story: Overview) -> Iterator[Picture]:
    """A hundred futures that one can count; none for a number."""
    if not story.hundred:
        return
    kinds = [n for n, (_, count) in enumerate(story.hundred) for _ in range(count)]
    dots = "".join(
        f'<circle cx="{STEP * (k % ACROSS + 0.5):g}" cy="{STEP * (k // ACROSS + 0.5):g}" r="{RADIUS}" '
        f'fill="{FILLS[n % len(FILLS)]}" stroke="{FILLS[n % len(FILLS)] if n != 1 else "var(--soft)"}"/>'
        for k, n in enumerate(kinds)
    )
    finding = f"Of 100 futures by {formatting.in_words(story.date)}: {', '.join(f'{label} {count}' for label, count in story.hundred)}."
    size = f'width="{ACROSS * STEP}" height="{100 // ACROSS * STEP}"'
    box = f'viewBox="0 0 {ACROSS * STEP} {100 // ACROSS * STEP}"'
    svg = f'<svg role="img" aria-label="{vegalite.escaped(finding)}" {size} {box}>{dots}</svg>'
    yield Picture(
        "hundred-futures", "A hundred futures", svg, finding, evidence=f"answer-{story.question}", kind="hundred"
    )


def relations(story: Overview) -> Iterator[Picture]:
    """The main actors on their ring, each a link to its card, and a line for each related pair."""
    main = {item.code: item for item in story.actors if item.is_main}
    pairs: dict[tuple[str, ...], list[Tie]] = {}
    for tie in story.ties:
        if main.keys() >= {*tie.between}:
            pairs.setdefault(tuple(sorted(tie.between)), []).append(tie)
    if not pairs:
        return
    common = Counter(tie.kind for ties in pairs.values() for tie in ties).most_common(len(KINDS))
    lines = {kind: line for (kind, _), line in zip(common, KINDS, strict=False)}
    drawn = [lines.get(kind, OTHER) for ties in pairs.values() for kind in [_first(ties, lines)]]
    legend = [LegendItem(kind, line[0], "M-6,0H6") for kind, line in lines.items() if line in drawn]
    legend += [LegendItem("other", OTHER[0], "M-6,0H6")] if OTHER in drawn else []
    finding = (
        f"{formatting.counted(len(main), 'actor')} and {formatting.counted(len(story.ties), 'relation')} of the case."
    )
    wide, narrow = (_map(story, main, pairs, lines, size, finding) for size in (WIDE, NARROW))
    yield Picture("actors", "Actors and relations", wide, finding, legend, narrow=narrow, kind="actors")


def _first(ties: Sequence[Tie], lines: Mapping[str, tuple[str, str]]) -> str:
    """The kind by which a pair is drawn: the commonest on the map."""
    return min((tie.kind for tie in ties), key=lambda kind: [*lines].index(kind) if kind in lines else len(lines))


def _map(
    story: Overview,
    main: Mapping[str, ActorProfile],
    pairs: Mapping[tuple[str, ...], Sequence[Tie]],
    lines: Mapping[str, tuple[str, str]],
    size: tuple[int, int],
    finding: str,
) -> str:
    places = {code: _place(item, size) for code, item in main.items()}
    paths, labels, taken, shown = [], [], [*places.values()], dict[tuple[str, str], str]()
    for codes, ties in pairs.items():
        one, other = (places[code] for code in codes)
        kind = _first(ties, lines)
        colour, dashes = line = lines.get(kind, OTHER)
        shown.setdefault(line, kind if kind in lines else "other")
        paths.append(_line(f"M{one.real:.0f},{one.imag:.0f}L{other.real:.0f},{other.imag:.0f}", colour, dashes))
        at = next((z for t in PLACES if _free(z := one + t * (other - one), taken)), (one + other) / 2)
        taken.append(at)
        claim = next((name for tie in ties for name in tie.sources if name in story.claims), "")
        label = _text(at, tie_text(ties), "var(--soft)")
        labels += [_linked(label, f"claim-{claim}") if claim else label] if len(pairs) <= MANY else []
    nodes = [
        _linked(
            f'<path d="M{z.real - 45:.0f},{z.imag - 15:.0f}h90v45h-90z" fill-opacity="0"/>'
            f'<circle cx="{z.real:.0f}" cy="{z.imag:.0f}" r="{DISC}" fill="var(--side-{main[code].colour})"/>'
            + _text(z + 24j, short(main[code].name), "var(--ink)", ' font-weight="600"'),
            f"actor-{code}",
        )
        for code, z in places.items()
    ]
    keys, (width, height) = [], size
    for n, line in enumerate(line for line in (*KINDS, OTHER) if line in shown):
        (colour, dashes), kind = line, shown[line]
        x, y = 8 + n % 3 * (width // 3), height - 8 + 18 * (n // 3)
        keys.append(
            _line(f"M{x},{y}h22", colour, dashes)
            + f'<text x="{x + 28}" y="{y + 4}" fill="var(--soft)">{vegalite.escaped(kind)}</text>'
        )
    box = f'width="{width}" height="{height + 18}" viewBox="0 0 {width} {height + 18}" font-size="{vegalite.SIZE}"'
    body = "".join([*paths, *labels, *nodes, *keys])
    return f'<svg role="group" aria-label="{vegalite.escaped(finding)}" {box}>{body}</svg>'


def _line(path: str, colour: str, dashes: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'


def _linked(inside: str, target: str) -> str:
    return f'<a href="#{vegalite.escaped(target)}">{inside}</a>'


def tie_text(ties: Sequence[Tie]) -> str:
    """Kinds of relations between two actors, with the first year."""
    years = sorted(tie.since[:4] for tie in ties if tie.since)
    return " ".join([", ".join(dict.fromkeys(tie.kind for tie in ties)), *years[:1]])


def short(name: str) -> str:
    """A name without what stands in brackets."""
    return name.partition(" (")[0]


def _place(actor: ActorProfile, size: tuple[int, int]) -> complex:
    across, down = (part * share for part, share in zip((actor.x, actor.y), INSIDE, strict=True))
    return complex(size[0] * (0.5 + across), size[1] * (0.46 + down))


def _free(place: complex, taken: Sequence[complex]) -> bool:
    return all(abs((place - z).real) > 110 or abs((place - z).imag) > 26 for z in taken)


def _text(place: complex, words: str, fill: str, more: str = "") -> str:
    halo = ' stroke="var(--paper)" stroke-width="4" paint-order="stroke"'
    at = f'x="{place.real:.0f}" y="{place.imag + 4:.0f}"'
    return f'<text {at} text-anchor="middle" fill="{fill}"{halo}{more}>{vegalite.escaped(words)}</text>'
