"""An overview as a document: first in a report, a brief, and the explorer without script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from standoff.report import formatting
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
    Note,
    Paragraph,
    ShownNumber,
    Strong,
    given,
    joined,
    remark,
    table,
)
from standoff.report.overview import Overview, Quotation

CHOICES = 6  # assumption: a reader takes in no more at first; the others stand in a table
CHANGES = 5  # assumption: a reader compares no more at a glance
Part: TypeAlias = tuple[str, tuple[str, ...], list[tuple[Content, ...]], str]  #: title, columns, rows and finding


def blocks(story: Overview, with_pictures: bool = True) -> list[Block]:
    """The whole overview."""
    hundred = charts.hundred(story) if with_pictures else ()
    actors = charts.relations(story) if with_pictures else ()
    first = [Group((*head(story), *hundred), "story-lead"), *_section("Why", why(story), story.why_note)]
    who = Group((Heading("Who chooses"), *actors, BulletList([*_choices(story)])), "story-lead")
    second = [who, *_section("What would change it", changes(story))]
    rest = [*_section("How it may end", endings(story)), *_section("How it did before", _before(story))]
    tables = [
        Fold(title, (table(*heads, rows=rows, caption=title),), finding, level=3, is_printed=False)
        for title, heads, rows, finding in (_past(story), _outlook(story), _ties(story))
        if rows and with_pictures
    ]
    return [
        Group((Group(first, "column"), Group(second, "column"), Group(rest, "pair-wide")), "story", "story"),
        *tables,
    ]


def head(story: Overview) -> list[Block]:
    """The question, the answer in a sentence, and what the actor has in force."""
    answer, _, band = story.sentence.partition("; ")
    key = f"answer-{story.question}"
    return [
        Heading(story.text or story.title),
        *given(answer, Paragraph(f"{answer.rstrip('.')}.", strong=True, kind="sentence")),
        *given(band, Paragraph((ShownNumber(formatting.capital(band), key),))),
        *given(story.instead, Paragraph(story.instead)),
        *given(
            story.futures,
            remark(f"Knowledge of {story.as_of}; {story.futures:,} simulated futures, seed {story.seed}."),
        ),
    ]


def why(story: Overview) -> list[Content]:
    """The reasons with the largest effects, with the field's term and the words of a speaker."""
    return [
        (
            ShownNumber(item.effect, f"reason-{item.reason}"),
            f": {name(story, item.actor)}: ",
            Strong(item.text),
            *given(item.term, Note(item.term)),
            *given(item.without, f" Without it: {item.without}."),
            *_quoted(item.quotation),
        )
        for item in story.why
    ]


def signs(story: Overview) -> list[Content]:
    """What a person would see of a reason that no longer holds: its words taken back."""
    return [
        f"It no longer holds that “{item.quotation.text}” ({item.quotation.speaker}, {item.quotation.date}), nor the reason "
        f"behind it, {item.term}: then the answer is {item.without}."
        for item in story.why
        if item.quotation is not None and item.without
    ]


def changes(story: Overview, kind: str = "") -> list[Content]:
    """What changes the answer clearly, of one kind or all, and which levers do not."""
    shown = [item for item in story.changes if kind in ("", item.kind)]
    still = [item.text for item in shown if not item.is_clear]
    out: list[Content] = []
    for item in [each for each in shown if each.is_clear][:CHANGES]:
        ends = "; ".join(f"{at and f'at {at}: '}{answer} ({change})" for at, answer, change in item.ends)
        out.append((Strong(formatting.capital(item.text)), *given(item.now, f" (now {item.now})"), f": {ends}."))
    return [*out, *given(still, f"No clear effect on this answer: {formatting.first_few(still, CHANGES)}.")]


def endings(story: Overview) -> list[Content]:
    """How it may end, and who is first, each with its band."""
    out: list[Content] = []
    for item in story.endings:
        others = "".join(f"; {label} {text}" for label, text, *_ in item.shares[1:])
        out.append((f"{item.text} ", ShownNumber(item.answer, f"answer-{item.question}"), f"{others}."))
    return out


def _section(title: str, points: list[Content], *notes: str) -> list[Block]:
    notes = tuple(filter(None, notes))
    return [Group((Heading(title), BulletList(points), *map(remark, notes)), "story-lead")] if points else []


def name(story: Overview, code: str) -> str:
    """The name of an actor, without what stands in brackets."""
    return next((charts.short(item.name) for item in story.actors if item.code == code), code)


def _before(story: Overview) -> list[Content]:
    link = given(story.outcome, " ", Link("source", f"#claim-{story.outcome}"))
    return [(text, *(link if n == 0 else ())) for n, text in enumerate(story.before)]


def _quoted(item: Quotation | None) -> Iterator[Inline]:
    if item is not None:
        yield f" {f'“{item.text}”' if item.is_quote else item.text} ({item.speaker}, {item.date}; "
        yield Link("source", f"#claim-{item.claim}")
        yield ")"


def _choices(story: Overview) -> Iterator[Content]:
    """What the main actors choose, those of the question first; all choices are in a table."""
    main = [reason.actor for reason in story.why]
    told = sorted(story.choices, key=lambda item: item.actor not in main)[:CHOICES]
    for item in told:
        others = "; ".join(f"“{option}”" for n, option in enumerate(item.options) if n != item.now)
        yield (Strong(name(story, item.actor)), f": {item.text}. Now “{item.options[item.now]}”; else {others}.")


def _sources(story: Overview, names: tuple[str, ...]) -> Content:
    parts = (Link("source", f"#claim-{name}") if name in story.claims else name for name in names)
    return joined(", ", parts) or "no claim of the ledger"


def _ties(story: Overview) -> Part:
    rows: list[tuple[Content, ...]] = [
        (
            " and ".join(name(story, code) for code in item.between),
            f"{item.kind}{item.level and f': {item.level}'}",
            item.since,
            _sources(story, item.sources),
        )
        for item in story.ties
    ]
    return "Relations", ("between", "relation", "since", "claim"), rows, formatting.counted(len(rows), "relation")


def _past(story: Overview) -> Part:
    rows: list[tuple[Content, ...]] = [
        (item.date, name(story, item.actor), item.text, item.kind, _sources(story, item.sources)) for item in story.past
    ]
    finding = f"{formatting.counted(len(rows), 'decision')} and claims behind the reasons, up to {story.as_of}"
    return "What has happened", ("date", "who", "what", "kind", "claim"), rows, finding


def _outlook(story: Overview) -> Part:
    rows: list[tuple[Content, ...]] = [
        (
            name(story, item.actor),
            f"{option}{' (now)' if n == item.now else ''}",
            *(
                ShownNumber(formatting.percent(shares[n]), f"choice-{item.choice}")
                for shares in (item.shares[0], item.shares[-1])
            ),
        )
        for item in story.choices
        if item.shares
        for n, option in enumerate(item.options)
    ]
    finding = f"share of futures with each option in force at the first decision and in {story.until}"
    return "What may happen", ("who", "option", "first:", "at the end:"), rows, finding
