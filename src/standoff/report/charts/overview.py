"""Pictures of an overview: a hundred futures, and the actors with their relations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.report import formatting
from standoff.report.charts import vegalite
from standoff.report.document import LegendItem, Picture
from standoff.report.overview import ActorProfile, Overview, Tie

ACROSS, STEP, RADIUS = 20, 20, 7.5  #: futures in a row, and their distance and size in pixels
FILLS = ("var(--ink)", "none", "var(--band)", "var(--side-5)", "var(--side-6)", "var(--soft)")  #: by answer
WIDTH, HEIGHT = 560, 400
INSIDE = (0.38, 0.38)  # of width and height: the ring of actors
DISC = 9
STANCES = {"hostile": "var(--against)", "pressing": "var(--side-3)", "friendly": "var(--for)", "other": "var(--soft)"}
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
    finding = f"Of 100 futures by {story.date}: {', '.join(f'{label} {count}' for label, count in story.hundred)}."
    size = f'width="{ACROSS * STEP}" height="{100 // ACROSS * STEP}"'
    box = f'viewBox="0 0 {ACROSS * STEP} {100 // ACROSS * STEP}"'
    svg = f'<svg role="img" aria-label="{vegalite.escaped(finding)}" {size} {box}>{dots}</svg>'
    yield Picture(
        "hundred-futures", "A hundred futures", svg, finding, evidence=f"answer-{story.question}", kind="hundred"
    )


def relations(story: Overview) -> Iterator[Picture]:
    """The main actors on their ring, with a line for each pair that is related."""
    main = {item.code: item for item in story.actors if item.is_main}
    pairs: dict[tuple[str, ...], list[Tie]] = {}
    for tie in story.ties:
        if main.keys() >= {*tie.between}:
            pairs.setdefault(tuple(sorted(tie.between)), []).append(tie)
    if not main:
        return
    places = {code: _place(item) for code, item in main.items()}
    lines, labels, taken = [], [], [*places.values()]
    for codes, ties in pairs.items():
        one, other = (places[code] for code in codes)
        first = min(ties, key=lambda tie: [*STANCES].index(tie.stance))
        lines.append(
            f'<path d="M{one.real:.0f},{one.imag:.0f}L{other.real:.0f},{other.imag:.0f}" fill="none" '
            f'stroke="{STANCES[first.stance]}" stroke-width="2"/>'
        )
        at = next((z for t in PLACES if _free(z := one + t * (other - one), taken)), (one + other) / 2)
        taken.append(at)
        labels += [_text(at, tie_text(ties), "var(--soft)")] if len(pairs) <= MANY else []
    nodes = [
        f'<circle cx="{z.real:.0f}" cy="{z.imag:.0f}" r="{DISC}" fill="var(--side-{main[code].colour})"/>'
        + _text(z + 24j, short(main[code].name), "var(--ink)", ' font-weight="600"')
        for code, z in places.items()
    ]
    finding = (
        f"{formatting.counted(len(main), 'actor')} and {formatting.counted(len(story.ties), 'relation')} of the case."
    )
    drawn = {min((tie.stance for tie in ties), key=[*STANCES].index) for ties in pairs.values()}
    legend = [LegendItem(stance, colour, "M-6,0H6") for stance, colour in STANCES.items() if stance in drawn]
    head = f'<svg role="img" aria-label="{vegalite.escaped(finding)}" width="{WIDTH}" height="{HEIGHT}" '
    keys = [
        f'<path d="M{x},{HEIGHT - 8}h18" stroke="{item.colour}" stroke-width="2"/>'
        f'<text x="{x + 24}" y="{HEIGHT - 4}" fill="var(--soft)">{item.text}</text>'
        for x, item in zip(range(8, WIDTH, 100), legend, strict=False)
    ]
    body = "".join([*lines, *labels, *nodes, *keys])
    svg = f'{head}viewBox="0 0 {WIDTH} {HEIGHT}" font-size="{vegalite.SIZE}">{body}</svg>'
    yield Picture("actors", "Actors and relations", svg, finding, kind="actors")


def tie_text(ties: Sequence[Tie]) -> str:
    """Kinds of relations between two actors, with the first year."""
    years = sorted(tie.since[:4] for tie in ties if tie.since)
    return " ".join([", ".join(dict.fromkeys(tie.kind for tie in ties)), *years[:1]])


def short(name: str) -> str:
    """A name without what stands in brackets."""
    return name.partition(" (")[0]


def _place(actor: ActorProfile) -> complex:
    across, down = (part * share for part, share in zip((actor.x, actor.y), INSIDE, strict=True))
    return complex(WIDTH * (0.5 + across), HEIGHT * (0.46 + down))


def _free(place: complex, taken: Sequence[complex]) -> bool:
    return all(abs((place - z).real) > 110 or abs((place - z).imag) > 26 for z in taken)


def _text(place: complex, words: str, fill: str, more: str = "") -> str:
    halo = ' stroke="var(--paper)" stroke-width="4" paint-order="stroke"'
    at = f'x="{place.real:.0f}" y="{place.imag + 4:.0f}"'
    return f'<text {at} text-anchor="middle" fill="{fill}"{halo}{more}>{vegalite.escaped(words)}</text>'
