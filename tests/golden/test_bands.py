"""Stored bands and first answers of the catalogue belong to its cases and to this program."""

from __future__ import annotations

from standoff import build, catalog
from standoff.addons.explorer import shipped
from standoff.analysis.stored_bands import NAME, stored_bands


def test_stored_bands_and_answers_are_fresh() -> None:
    notes = {}
    for slug in catalog.slugs():
        model = build(*catalog.load(slug))
        questions = {question.id for question in model.plan.questions}
        if (catalog.HOME / slug / NAME).is_file():
            found = stored_bands(model)
            notes[slug] = found.note
            assert found.note or set(found.of) == questions
        move = shipped.shipped(model)
        if move is None:
            notes[slug] = f"{shipped.NAME} is missing or belongs to another case or program"
        else:
            assert {each["question"] for each in move["answers"]} == questions
            assert (catalog.HOME / slug / shipped.NAME).stat().st_size <= shipped.MOST
    assert not any(notes.values()), f"stale: run `make bands`: {notes}"
