"""Pages of the catalogue: one a case, from its scenario, its claims and its stored answers; nothing is simulated."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs.site import charts
from docs.site.charts import ShownProbability
from docs.site.placement import CATALOG, rewritten

from standoff import catalog, labels
from standoff.addons.explorer.shipped import NAME as ANSWERS
from standoff.addons.explorer.shipped import shipped
from standoff.analysis.stored_bands import NAME as BANDS
from standoff.analysis.stored_bands import stored_bands
from standoff.engine.build import planned
from standoff.engine.model import Model
from standoff.report import formatting
from standoff.report.charts import stocks

MOST = 12  #: rows of the chart of probabilities; the table below it has all
FLAGSHIP = "china-russia"
PROBABILITIES = {"event", "first_of"}  #: forms of questions whose stored share is the answer
NO_BREAK = "\u00a0"
PICTURE = '<figure class="chart"><figcaption>{title}</figcaption>{svg}</figure>'
COMMANDS = (
    ("run {case}", "the verdict, and a page"),
    ("open {case}", "move a lever, see the answers move"),
    ("brief {case}", "two pages to hand on"),
    ("claims {case}", "the claims"),
    ("cite {case}", "how to cite an answer"),
)


@dataclass(frozen=True)
class StoredCase:
    """A case with what is stored beside it: a move of the explorer, and epistemic bands."""

    slug: str
    model: Model
    move: Mapping[str, Any]  #: empty where none is stored
    bands: Mapping[str, Mapping[str, Any]]  #: by question
    notes: tuple[str, ...]  #: what is missing or was made with another version

    @classmethod
    def load(cls, slug: str) -> StoredCase:
        """Read a case of the catalogue."""
        model, folder, notes = planned(catalog.load(slug)), catalog.HOME / slug, list[str]()
        move = _read(folder / ANSWERS).get("move", {})
        bands = _read(folder / BANDS).get("questions", {})
        if not move or shipped(model) is None:
            notes.append(_age("answers", bool(move)))
        if not bands or not stored_bands(model).of:
            notes.append(_age("epistemic bands", bool(bands)))
        return cls(slug, model, move, bands, tuple(notes))

    @property
    def title(self) -> str:
        """The title of the scenario."""
        return self.model.scenario.title

    @property
    def answers(self) -> Mapping[str, Mapping[str, Any]]:
        """The stored answers to questions that the scenario still asks, the main one first."""
        stored = {row["question"]: row for row in self.move.get("answers", ())}
        known = [question.id for question in self.model.plan.questions if question.id in stored]
        main = self.model.plan.main_question
        return {name: stored[name] for name in sorted(known, key=lambda name: name != main)}

    def is_probability(self, question: str) -> bool:
        """Whether the answer is a probability, as of an event and of a label of `first_of`."""
        kind = self.model.plan.question(question).question.kind
        return self.answers[question]["share"] is not None and kind in PROBABILITIES

    def band(self, question: str) -> tuple[float, float] | None:
        """The band of a probability, for the label that the answer names; None without one."""
        band = self.bands.get(question, {})
        if band.get("low") is None or band.get("high") is None or not self.is_probability(question):
            return None
        named = self.answers[question]["now"].partition(":")[0]
        return (band["low"], band["high"]) if band["label"] in {"", named} else None


def page(case: StoredCase, places: Mapping[str, str]) -> str:
    """The page of a case in Markdown."""
    plan, scenario = case.model.plan, case.model.scenario
    deciding = ", ".join(dict.fromkeys(labels.actor(plan, choice.actor) for choice in plan.choices)) or "nobody"
    speakers = {claim.speaker for claim in case.model.ledger}
    facts = [
        ("As of", scenario.as_of),
        ("Ends", scenario.end),
        ("Claims", f"{len(case.model.ledger):,} by {formatting.counted(len(speakers), 'speaker')}"),
        ("Who decides", deciding),
        ("Questions", str(len(plan.questions))),
        ("Variants", ", ".join(f"`{name}`" for name in scenario.variants) or "none"),
    ]
    lines = [f"standoff {words.format(case=case.slug)}" for words, _ in COMMANDS]
    width = max(map(len, lines)) + 2
    shown = "\n".join(f"{line:{width}}# {does}" for line, (_, does) in zip(lines, COMMANDS, strict=True))
    source = f"{CATALOG}/{case.slug}/README.md"
    readme = rewritten(
        (catalog.HOME / case.slug / "README.md").read_text(encoding="utf-8"), source, places[source], places
    )
    parts = [
        f"# {case.slug}: {_text(case.title)}",
        "\n".join(f":{name}: {value}" for name, value in facts),
        f"```sh\n{shown}\n```",
        *(f":::{{note}}\n{note}\n:::" for note in case.notes),
        *_answers(case),
        *_choices(case),
        *_stocks(case),
        _below(readme),
    ]
    return "\n\n".join(parts) + "\n"


def index(cases: Sequence[StoredCase]) -> str:
    """The page that lists the cases: the flagship, then by date."""
    ordered = sorted(cases, key=lambda case: (case.slug != FLAGSHIP, str(case.model.scenario.as_of_day)))
    rows = ["| case, and its main question | answer (epistemic band) | as of |", "|---|---|---|"]
    for case in ordered:
        main = case.model.plan.main_question
        text = _question(case.model.plan.question(main).question.text)
        shown = _answer(case, main) if main in case.answers else ""
        rows.append(f"| [{case.slug}]({case.slug}.md)<br>{text} | {shown} | {_unbroken(case.model.scenario.as_of)} |")
    names = "\n".join(f"{case.slug} <{case.slug}>" for case in ordered)
    return (
        "\n\n".join(
            [
                "# Cases",
                "The catalogue of the package. Each page is made from the scenario, the claims and the answers that are stored with the "
                "case. The past crises were coded by an author who knew the outcomes: [their scores](../crises.md) are an upper bound.",
                "\n".join(rows),
                f"```{{toctree}}\n:hidden:\n\n{names}\n```",
            ]
        )
        + "\n"
    )


def _answers(case: StoredCase) -> Iterator[str]:
    if not case.answers:
        return
    plan, move = case.model.plan, case.move
    yield "## Answers"
    yield (
        f"From {move['draws']:,} futures with seed {move['seed']}, as they are stored with the case: {len(case.answers)} of "
        f"{formatting.counted(len(plan.questions), 'question')}. In brackets after a probability: the central 90 % over "
        "uncertain parameters, rival models and decision theories. It covers no error that all models share."
    )
    rows = [
        ShownProbability(
            plan.question(name).question.text, row["share"], *row["now"].rpartition(": ")[::2], case.band(name)
        )
        for name, row in case.answers.items()
        if case.is_probability(name)
    ]
    if rows:
        more = f" (the first {MOST} of {len(rows)})" if len(rows) > MOST else ""
        svg = charts.probabilities(rows[:MOST], f"Probabilities of {case.slug}", f"{case.slug}-answers")
        yield _figure(f"Probabilities, with their epistemic bands{more}", svg)
    happened = any(plan.question(name).question.outcome is not None for name in case.answers)
    head = ["question", "by", "answer", *(["what happened"] if happened else [])]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name in case.answers:
        question = plan.question(name).question
        text = f"{_question(question.text)}<br>`{name}`"
        cells = [text, _unbroken(question.by or question.at or case.model.scenario.end), _answer(case, name)]
        cells += [_text(question.outcome.value) if question.outcome is not None else ""] if happened else []
        lines.append(f"| {' | '.join(cells)} |")
    yield "\n".join(lines)


def _choices(case: StoredCase) -> Iterator[str]:
    plan, times = case.model.plan, case.move.get("times", ())
    shown = [
        (choice, row["shares"])
        for choice in plan.choices
        for row in case.move.get("choices", ())
        if row["choice"] == choice.name and len(row["shares"]) == len(choice.options)
    ]
    if not shown or not _stamps(case):
        return
    yield "## Choices"
    for choice, shares in shown:
        title = f"{labels.actor(plan, choice.actor)}: share of futures in which each option is in force in {times[-1]}"
        rows = [
            ShownProbability(labels.option(plan, choice.name, name), share, "", formatting.percent(share), None)
            for name, share in zip(choice.options, shares, strict=True)
        ]
        yield _figure(title, charts.probabilities(rows, title, f"{case.slug}-{choice.name}"))


def _stocks(case: StoredCase) -> Iterator[str]:
    plan, stamps = case.model.plan, _stamps(case)
    fans = [row for row in case.move.get("fans", ()) if row["stock"] in plan.cells]
    if not fans or not stamps:
        return
    yield "## Stocks"
    yield "The median of futures, and their central 50 and 90 %; of what is so or not, the share of futures in which it is so."
    for row in fans:
        title = labels.stock(plan, row["stock"])
        yield _figure(title, charts.fan(stamps, row["quantiles"], row["unit"], title, f"{case.slug}-{row['stock']}"))


def _stamps(case: StoredCase) -> list[int]:
    """Times of the stored charts, in milliseconds; empty where the calendar has others now."""
    calendar = case.model.scenario.calendar
    states = range(calendar.steps + 1)
    known = dict(zip(map(calendar.label, states), stocks.state_stamps(calendar, states), strict=True))
    times = case.move.get("times", ())
    return [known[time] for time in times] if all(time in known for time in times) else []


def _answer(case: StoredCase, name: str) -> str:
    row, band = case.answers[name], case.band(name)
    text = _text(row["now"] + (f" ({formatting.band_percents(row['share'], band)[1]})" if band else ""))
    return re.sub(r" %|(?<=[<>]) ", lambda part: part[0].replace(" ", NO_BREAK), text)


def _figure(title: str, svg: str) -> str:
    """A picture with its title, as one line of HTML, which Markdown leaves as it is."""
    return " ".join(PICTURE.format(title=html.escape(title), svg=svg).split("\n"))


def _below(readme: str) -> str:
    """The README of a case under the title of its page: without its own title, headings as they are."""
    return re.sub(r"\A# .*\n+", "", readme).rstrip("\n")


def _age(what: str, is_stored: bool) -> str:
    if is_stored:
        return f"The {what} below were stored with an earlier version of the case or the program; `standoff run` gives today's."
    return f"No {what} are stored with this case; `standoff run` computes them."


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return data


def _question(text: str) -> str:
    return f'<span class="question">{_text(text)}</span>'


def _unbroken(date: str) -> str:
    return f'<span class="date">{date}</span>'


def _text(text: str) -> str:
    """A text of a case inside Markdown: nothing in it is markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#$~^])", r"\\\1", " ".join(str(text).split()))
