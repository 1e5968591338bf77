"""Stored bands of the catalogue belong to its cases and to this program."""

from __future__ import annotations

from standoff import build, catalog
from standoff.analysis.stored_bands import NAME, stored_bands


def test_stored_bands_are_fresh() -> None:
    notes = {}
    for slug in catalog.slugs():
        if (catalog.HOME / slug / NAME).is_file():
            model = build(*catalog.load(slug))
            found = stored_bands(model)
            notes[slug] = found.note
            assert found.note or set(found.of) == {question.id for question in model.plan.questions}
    assert not any(notes.values()), f"stale: run `make bands`: {notes}"
