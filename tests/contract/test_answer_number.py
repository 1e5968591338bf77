"""One more number beside an answer is three small changes, and every face has it, in its place.

The changes are a field of `Answer`, its value, and an entry of `answer_text.BESIDE`; here they are made to the program
while it runs.
"""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.unit.report.plain import joined, shown

from standoff import build, load, notebook, simulate
from standoff.analysis.brief import Brief
from standoff.analysis.brief import brief as brief_of
from standoff.analysis.stored_bands import Bands
from standoff.analysis.verdict import Verdict
from standoff.analysis.verdict import verdict as verdict_of
from standoff.engine.run import Run
from standoff.questions import Answer, AnswerText, EpistemicBand
from standoff.report import answer_text, document, formatting, outputs
from standoff.report.backends import markdown
from standoff.report.sections import main_answer, verdict

LABEL, NUMBER = "sources it rests on", 4711


@dataclasses.dataclass(frozen=True, kw_only=True)
class CountedAnswer(Answer):
    """An answer with one more field."""

    sources: int = 0


def sources(item: Answer, text: AnswerText) -> Iterator[answer_text.AnswerNumber]:
    """The number with its label, its unit, and a claim that it rests on."""
    count = getattr(item, "sources", None)
    if count is not None:
        yield answer_text.AnswerNumber(label=LABEL, text=f"{count} sources", claims=item.claims[:1])


@pytest.fixture(scope="module")
def case() -> tuple[Run, Verdict, Brief]:
    """A run, its verdict and its brief, whose main answer has the number."""
    run = simulate(build(*load("closed-form")), draws=400, seed=1)
    found = verdict_of(run, changes=True)

    def counted(item: Answer) -> Answer:
        fields = {field.name: getattr(item, field.name) for field in dataclasses.fields(item) if field.init}
        return CountedAnswer(**fields, sources=NUMBER)

    answers = tuple(counted(item) if item.id == found.main else item for item in found.answers)
    found = dataclasses.replace(found, answers=answers)
    return run, found, brief_of(run, found)


@pytest.fixture
def faces(case: tuple[Run, Verdict, Brief], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What every face says of the answer."""
    monkeypatch.setattr(answer_text, "BESIDE", (*answer_text.BESIDE, sources))
    run, found, short = case
    return {
        "screen": joined(shown(verdict.blocks(run, found, "screen"), 200, is_cut=True)),
        "terminal": joined(shown(verdict.blocks(run, found, "full"))),
        "page": outputs.page(run, (), False, found),
        "paper": joined(markdown.render(verdict.blocks(run, found)).decode()),
        "brief": joined(markdown.render(main_answer.brief_blocks(run, short)).decode()),
        "notebook": notebook.html(found),
        "record": found.to_data(),
        "description": verdict.blocks(run, found),
    }


def test_every_face_has_it_with_label_unit_and_evidence(
    case: tuple[Run, Verdict, Brief], faces: dict[str, Any]
) -> None:
    main = case[1].main
    claim = next(item for item in case[1].answers if item.id == main).claims[0]
    for face in ("screen", "terminal", "paper", "brief"):
        assert f"{LABEL}: {NUMBER} sources" in faces[face], face
        assert claim in faces[face].partition(LABEL)[2][:200], face
    for face in ("page", "notebook"):
        row = re.search(rf"<dt>{LABEL}</dt><dd>(.*?)</dd>|{LABEL}: (.*?)</td>", faces[face])
        assert row is not None and f"{NUMBER} sources" in row[0] and claim in row[0], face
    assert f'popovertarget="behind-answer-{main}">{NUMBER} sources' in faces["page"]
    assert next(item for item in faces["record"]["questions"] if item["id"] == main)["sources"] == NUMBER
    number = document.ShownNumber(f"{NUMBER} sources", f"answer-{main}")
    assert (LABEL, (number, document.Note(claim))) in list(pairs(faces["description"]))


def pairs(data: Any) -> Iterator[Any]:
    """All lists of two items within some data."""
    if isinstance(data, tuple) and len(data) == 2:
        yield data
    for item in data if isinstance(data, list | tuple) else getattr(data, "__dict__", {}).values():
        yield from pairs(item)


def test_it_stands_beside_its_answer(case: tuple[Run, Verdict, Brief], faces: dict[str, Any]) -> None:
    main = next(item for item in case[1].answers if item.id == case[1].main)
    for face in ("screen", "terminal", "brief", "page", "notebook"):
        text = (
            html.unescape(faces[face]).replace("\N{NO-BREAK SPACE}", " ").replace("\\>", ">").replace("\\<", "<")
        )  # of Markdown
        band = answer_text.answer(main, case[1].origin.as_of).with_band
        before = text.partition(f"{NUMBER} sources")[0]
        assert band in before and main.text in before, face


def test_every_face_prints_the_mean_of_the_band_that_it_prints(case: tuple[Run, Verdict, Brief]) -> None:
    """Under a stored band whose mean is far from the share of futures, no face has the share before it."""
    run, shares = case[0], dict.fromkeys(("variants", "theories", "both", "parameters", "chance"), 0.2)
    name = case[1].main
    band = EpistemicBand(
        low=0.03, high=0.29, mean=0.11, shares=shares, parameters=2, variants=3, theories=2, draws=100, replicates=8
    )
    found = verdict_of(run, changes=True, bands=Bands(of={name: band}))
    main, short = next(item for item in found.answers if item.id == name), brief_of(run, found)
    assert main.share is not None and abs(main.share - band.mean) > 0.1 and main.point == band.mean
    texts = {
        "screen": joined(shown(verdict.blocks(run, found, "screen"), 200, is_cut=True)),
        "terminal": joined(shown(verdict.blocks(run, found, "full"))),
        "page": html.unescape(outputs.page(run, (), False, found)),
        "paper": joined(markdown.render(verdict.blocks(run, found)).decode()),
        "brief": joined(markdown.render(main_answer.brief_blocks(run, short)).decode()),
        "notebook": html.unescape(notebook.html(found)),
    }
    own = formatting.percent(main.share)
    for face, text in texts.items():
        plain = text.replace("\N{NO-BREAK SPACE}", " ")
        assert "11 % (3 to 29 %)" in plain and f"{own} (3 to 29 %)" not in plain, face
        after = [part[:40] for part in plain.split(main.text)[1:]]
        assert not [part for part in after if own in part], face
    record = next(item for item in found.to_data()["questions"] if item["id"] == name)
    assert record["point"] == record["band"]["mean"] == band.mean


def test_without_the_change_no_face_has_it(case: tuple[Run, Verdict, Brief]) -> None:
    run, found, _ = case
    assert LABEL not in shown(verdict.blocks(run, found, "full"))
