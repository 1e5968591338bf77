"""An overview as a document: first in a report, a brief, and the explorer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff import labels
from standoff.dates import PartialDate
from standoff.report import formatting
from standoff.report.actor_colours import GREY
from standoff.report.belief_text import UNCLEAR
from standoff.report.charts import overview as charts
from standoff.report.document import (
    Block,
    BulletList,
    Content,
    Fold,
    Group,
    Heading,
    Inline,
    Link,
    Mark,
    Note,
    OnPage,
    Paragraph,
    ShownNumber,
    Strip,
    Strong,
    given,
    joined,
    remark,
    table,
)
from standoff.report.formatting import capital, counted, dated, in_words, percent
from standoff.report.overview import ActorProfile, ChoiceOutlook, Overview, PastEvent, PossibleChange, Quotation, Tie

CHOICES = 6  # assumption: a reader takes in no more at first; the others stand in a table
CHANGES = 4  # assumption: a reader compares no more at a glance
TIES = 5  # relations of an actor in sight; assumption
LANES = 3  # actors whose past and future are in sight; assumption: with more the page is a table
DECIMAL = 0.001  # error that is printed with one decimal, as those of changes are
FAINT = 0.06  # how dark an option is that no future has in force, so that its line is seen
NEAR, ROWS = 0.014, 4  # of the width: marks closer than this stand above one another, in so many rows; assumptions
RECENT = 0.4  # power of the age of a mark; assumption: what is recent is spread out, and the oldest still has its place
DONE = {"event": "Event", "decision": "Decided", "claim": "Said"}
WATCH = "The answer, should the words behind a reason be taken back or overtaken, and the reason with them:"
MEASURED = "Each measured in the same futures, at both ends of its range; the line is the answer as the case stands."
LANE = "Left to right, above: decisions and claims that the reasons rest on, up to {}; each opens its claim. Below: the share of "


def blocks(story: Overview, is_page: bool = True, with_signs: bool = False) -> list[Block]:
    """The whole overview.

    is_page: with pictures, and with what is asked for by a click; with_signs: what to watch, where nothing else says it
    """
    hundred, actors = ([*draw(story)] if is_page else [] for draw in (charts.hundred, charts.relations))
    watch = given(with_signs, *_section("What to watch", signs(story), before=WATCH))
    left = [
        Group((*head(story), *hundred, OnPage((_in_short(story),))), "story-lead"),
        *_section(_strongest(story), why(story), story.why_note),
        *_section(_best(story), changes(story), MEASURED),
        *_section("How it did before", _before(story)),
    ]
    cards = OnPage([*_cards(story)], (BulletList([*_choices(story)]),))
    who: list[Block] = [Heading(_choosing(story)), *actors, cards]
    right = [Group(who, "story-lead"), *watch]
    below = [*_lanes(story)] if is_page else []
    columns = Group((Group(left, "column"), Group(right, "column"), *below, *_ends(story)), "story", "story")
    return [columns]


def head(story: Overview) -> list[Block]:
    """The question, the answer in a sentence, and what the actor has in force."""
    answer, _, band = story.sentence.partition("; ")
    key, of = (
        f"answer-{story.question}",
        f"; {story.futures:,} simulated futures, seed {story.seed}" * bool(story.futures),
    )
    mean = "" if story.share is None else f", {percent(story.share, DECIMAL)} on average"
    return [
        Heading(story.text or story.title),
        *given(answer, Paragraph(f"{answer.rstrip('.')}.", strong=True, kind="sentence")),
        *given(band, Paragraph((ShownNumber(f"{capital(band.rstrip('.'))}{mean}.", key),))),
        *given(story.instead, Paragraph(dated(story.instead))),
        remark(f"Knowledge of {in_words(story.as_of)}{of}. Counts as yes: {dated(story.resolution).rstrip('.')}."),
    ]


def why(story: Overview) -> list[Content]:
    """The reasons with the largest effects, with the field's term and the words of a speaker."""
    return [
        (
            ShownNumber(item.effect, f"reason-{item.reason}"),
            f": {name(story, item.actor)}: ",
            Strong(item.text),
            *given(item.term, Note(item.term)),
            *given(item.without, f"; without it {item.without}."),
            *_quoted(item.quotation),
        )
        for item in story.why
    ]


def signs(story: Overview) -> list[Content]:
    """What a person would see of a reason that no longer holds: its words taken back."""
    return [
        (
            Strong(item.without),
            f": “{item.quotation.text}” no longer holds ({item.quotation.speaker}, {in_words(item.quotation.date)})",
            *given(item.term, Note(item.term)),
        )
        for item in story.why
        if item.quotation is not None and item.without
    ]


def changes(story: Overview, kind: str = "") -> list[Content]:
    """What changes the answer clearly, of one kind or all, and which levers do not."""
    shown = [item for item in story.changes if kind in ("", item.kind)]
    still = [item.text for item in shown if not item.is_clear]
    clear = _clear(shown)[:CHANGES]
    reach = max((abs(size) for item in clear for size in item.sizes), default=0.0)
    out: list[Content] = []
    for item in clear:
        ends = "; ".join(
            f"{at and f'at {at}: '}{change if change == UNCLEAR else f'{answer} ({change})'}"
            for at, answer, change in item.ends
        )
        now = given(item.now, f" (now {item.now})")
        out.append((Strong(capital(item.text)), *now, f": {ends}.", *_shift(story, item, reach)))
    return [*out, *given(still, f"No clear effect on this answer: {formatting.first_few(still, CHANGES)}.")]


def _shift(story: Overview, item: PossibleChange, reach: float) -> Iterator[Strip]:
    """How far a change moves a probability, to the left and the right of what it is."""
    if story.share is not None and reach:
        places = [0.5 + size / (2 * reach) for size in item.sizes]
        ends = sorted((min([0.5, *places]), max([0.5, *places])))
        yield Strip(((0.0, 1.0, FAINT), (ends[0], ends[1], 1.0)), colour=_colour(story, item.actor), tick=0.5)


def endings(story: Overview) -> list[Content]:
    """How it may end, and who is first, each with its band."""
    out: list[Content] = []
    for item in story.endings:
        others = "".join(f"; {label} {text}" for label, text, *_ in item.shares[1:])
        out.append((f"{item.text} ", ShownNumber(item.answer, f"answer-{item.question}"), f"{others}."))
    return out


def name(story: Overview, code: str) -> str:
    """The name of an actor, without what stands in brackets."""
    return next((charts.short(item.name) for item in story.actors if item.code == code), code)


def _colour(story: Overview, code: str) -> int:
    return next((item.colour for item in story.actors if item.code == code), GREY)


def _section(title: str, points: Sequence[Content], *notes: str, before: str = "") -> list[Block]:
    parts = (*given(before, remark(before)), BulletList(points), *map(remark, filter(None, notes)))
    return [Group((Heading(title), *parts), "story-lead")] if points else []


# ---- titles that are findings, and the whole in a few lines


def _strongest(story: Overview) -> str:
    stated = [item for item in story.why if not labels.is_constant(item.text)]
    if not stated:
        return "Why"
    most = max(stated, key=lambda item: abs(item.size))
    side = "against it" if most.size < 0 else "for it"
    return f"Strongest stated reason {side}: “{most.text}” ({name(story, most.actor)})"


def _clear(shown: Sequence[PossibleChange]) -> list[PossibleChange]:
    """Changes whose effect is clear, the largest first."""
    return sorted((item for item in shown if item.is_clear), key=lambda item: -max(map(abs, item.sizes)))


def _foremost(story: Overview) -> list[PossibleChange]:
    """Levers, which somebody could pull, before variants."""
    clear = _clear(story.changes)
    return [item for item in clear if item.kind == "lever"] or clear


def _best(story: Overview) -> str:
    for item in _foremost(story):
        return f"{'Lever that' if item.kind == 'lever' else 'What'} would change it most: {item.text}"
    return "No lever changes the answer clearly"


def _choosing(story: Overview) -> str:
    return f"Who chooses: {', '.join(dict.fromkeys(name(story, item.actor) for item in story.choices))}"


def _in_short(story: Overview) -> Group:
    """What a phone shows in its first screens, which stands beside one another on a desk."""
    points: list[Content] = [(Strong("Who:"), f" {_choosing(story).removeprefix('Who chooses: ')}.")]
    reasons = "; ".join(f"{item.text} ({item.effect})" for item in story.why[:2])
    points += given(reasons, (Strong("Why:"), f" {reasons}."))
    for item in _foremost(story)[:1]:
        at, answer, _ = item.ends[item.largest]
        points.append((Strong("What would change it:"), f" {item.text}{at and f', at {at}'}: {answer}."))
    points += [(Strong("Before:"), f" {dated(text)}") for text in story.before[:1]]
    return Group((BulletList(points),), "in-short")


def _before(story: Overview) -> list[Content]:
    link = given(story.outcome, " ", Link("source", f"#claim-{story.outcome}"))
    return [(dated(text), *(link if n == 0 else ())) for n, text in enumerate(story.before)]


def _quoted(item: Quotation | None) -> Iterator[Inline]:
    if item is not None:
        yield f" {f'“{item.text}”' if item.is_quote else item.text} ({item.speaker}, {in_words(item.date)}; "
        yield Link("source", f"#claim-{item.claim}")
        yield ")"


# ---- who


def _choices(story: Overview) -> Iterator[Content]:
    """What the main actors choose, those of the question first."""
    main = [reason.actor for reason in story.why]
    told = sorted(story.choices, key=lambda item: item.actor not in main)[:CHOICES]
    for item in told:
        others = "; ".join(f"“{option}”" for n, option in enumerate(item.options) if n != item.now)
        yield (Strong(name(story, item.actor)), f": {item.text}. Now “{item.options[item.now]}”; else {others}.")


def _cards(story: Overview) -> Iterator[Fold]:
    """Each main actor with its choices, reasons and relations; then the others."""
    main = [item for item in story.actors if item.is_main]
    for actor in main:
        choices = [item for item in story.choices if item.actor == actor.code]
        now = "; ".join(f"now “{item.options[item.now]}”" for item in choices[:1]) or "does not choose in this case"
        inside = [block for item in choices for block in _choice(item)]
        own = [tie for tie in story.ties if actor.code in tie.between]
        own.sort(key=lambda tie: not {*tie.between} <= {item.code for item in main})
        ties, more = (BulletList([_tie(story, tie, actor) for tie in part]) for part in (own[:TIES], own[TIES:]))
        inside += given(own, Paragraph("Relations", strong=True), ties)
        inside += given(more.points, Fold(f"{len(more.points)} more", (more,), level=0))
        card = Group(inside, "actor", f"actor-{actor.code}")
        yield Fold(charts.short(actor.name), (card,), now, level=3, is_open=actor is main[0], is_printed=False)
    if others := [item for item in story.actors if not item.is_main]:
        far = (tie for tie in story.ties if not {*tie.between} & {item.code for item in main})
        rows = [*(actor.name for actor in others), *(_tie(story, tie) for tie in far)]
        yield Fold(counted(len(others), "more actor"), (BulletList(rows),), level=0)


def _choice(item: ChoiceOutlook) -> Iterator[Block]:
    yield Paragraph(capital(item.text), strong=True)
    yield BulletList([(Strong(text), Note("now")) if n == item.now else text for n, text in enumerate(item.options)])
    if item.reasons:
        yield remark(f"Its largest reasons for and against “{item.about}”:")
        yield BulletList(
            [
                (Strong("for" if is_for else "against"), f" {text}", *given(term, Note(term)))
                for text, term, is_for in item.reasons
            ]
        )


def _tie(story: Overview, tie: Tie, of: ActorProfile | None = None) -> Content:
    others = [name(story, code) for code in tie.between if of is None or code != of.code]
    when = f" since {in_words(tie.since)}" if tie.since else ""
    parts = "; ".join(filter(None, (tie.level, tie.note)))
    where = (*_sources(story, tie.sources), ")")
    return (f"{tie.kind}{when} with ", Strong(" and ".join(others)), *given(parts, f": {parts}"), " (", *where)


def _sources(story: Overview, names: tuple[str, ...]) -> tuple[Inline, ...]:
    parts = (Link("source", f"#claim-{name}") if name in story.claims else name for name in names)
    return joined(", ", parts) or ("no claim of the ledger",)


# ---- what has happened, and what may


def _lanes(story: Overview) -> Iterator[Block]:
    """A lane for each actor: its past by date, then the share of each option over time."""
    codes = [*(item.code for item in story.actors), ""]
    lanes = [(code, rows) for code in codes if (rows := [*_lane(story, code)])]
    if not lanes:
        return
    heads = ("", f"{in_words(story.as_of)} to {in_words(story.until)}", "at the end:")
    first, rest = (
        table(*heads, rows=[row for _, rows in part for row in rows], kind="outlook")
        for part in (lanes[:LANES], lanes[LANES:])
    )
    shown = [row for code in codes for row in _lane(story, code, with_past=False)]
    note = (
        f"{LANE.format(in_words(story.as_of))}futures with each option in force from then to {in_words(story.until)}, "
    )
    said = "the darker the more" + f"; the tick is the date of the question, {in_words(story.date)}" * bool(story.date)
    more = Fold(counted(len(lanes[LANES:]), "more actor"), (rest,), level=0)
    told = [
        (item.date, name(story, item.actor), item.text, item.kind, _sources(story, item.sources)) for item in story.past
    ]
    past = table("date", "who", "what", "kind", "claim", rows=told)
    words = Fold(f"{counted(len(story.past), 'decision')} and claims in words", (past,), level=0)
    title = Heading("What has happened, and what may")
    inside = (title, remark(f"{note}{said}."), first, *given(rest.rows, more), *given(told, words))
    instead = (title, *given(told, past), *given(shown, table(*heads, rows=shown)))
    yield OnPage((Group(inside, "story-lead whole"),), instead)


def _lane(story: Overview, code: str, with_past: bool = True) -> Iterator[tuple[Content, ...]]:
    past = [item for item in story.past if with_past and item.actor == code]
    own = [item for item in story.choices if item.actor == code and code and item.shares]
    who, colour = name(story, code) if code else "Others", _colour(story, code)
    if past:
        marks = [*_marks(story, past)]
        yield who, "", ""
        yield f"up to {in_words(story.as_of)}", Strip(marks=marks, colour=colour), ""
    for item in own:
        yield f"{who}: {item.text}", "", ""
        ends = [0.0, *(_place(story, date) for date in item.dates), 1.0]
        for n, option in enumerate(item.options):
            shares = [float(n == item.now), *(row[n] for row in item.shares)]
            parts = [
                (one, max(one, two), FAINT + (1 - FAINT) * share)
                for one, two, share in zip(ends, ends[1:], shares, strict=False)
            ]
            tick = _place(story, story.date) if story.date else None
            number = ShownNumber(percent(shares[-1]), f"choice-{item.choice}")
            yield (option, *given(n == item.now, Note("now"))), Strip(parts, colour=colour, tick=tick), number


def _marks(story: Overview, past: Sequence[PastEvent]) -> Iterator[Mark]:
    """Marks by date, the recent ones spread out, those at one date above one another."""
    days = [PartialDate.parse(item.date).last.toordinal() for item in past]
    now = max(*days, PartialDate.parse(story.as_of).last.toordinal())
    oldest, last = max(now - min(days), 1), [-1.0] * ROWS
    for item, day in zip(past, days, strict=True):
        place = 0.98 - 0.96 * ((now - day) / oldest) ** RECENT
        row = next((n for n, at in enumerate(last) if place - at > NEAR), ROWS - 1)
        last[row] = place
        target = next((f"#claim-{claim}" for claim in item.sources if claim in story.claims), "")
        yield Mark(place, row, target, f"{DONE[item.kind]}, {in_words(item.date)}: {item.text}")


def _place(story: Overview, date: str) -> float:
    """Where a date lies between as_of and the end."""
    day, since, until = (PartialDate.parse(each).last.toordinal() for each in (date, story.as_of, story.until))
    return min(max((day - since) / max(until - since, 1), 0.0), 1.0)


# ---- how it may end


def _ends(story: Overview) -> Iterator[Block]:
    """Who is first by share, and other endings, each with its band."""
    if not story.endings:
        return
    main = next((item for item in story.endings if item.shares), story.endings[0])
    others = [item for item in story.endings if item is not main]
    finding = main.shares[0][0] if main.shares else main.answer
    rows = [
        (
            charts.short(label),
            Strip(((0, share, 1.0),), colour=colour if colour >= 0 else GREY),
            ShownNumber(text, f"answer-{main.question}"),
        )
        for label, text, share, colour in main.shares
    ]
    points = [(f"{item.text} ", ShownNumber(dated(item.answer), f"answer-{item.question}"), ".") for item in others]
    yield Group(
        (
            Heading(f"{main.text} {charts.short(finding)}"),
            *given(rows, table("", "share of futures", f"by {in_words(main.date)}:", rows=rows, kind="ends")),
            *given(points, BulletList(points)),
        ),
        "story-lead whole",
    )
