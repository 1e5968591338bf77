"""Plans of the variants of a case, one after the other."""

from __future__ import annotations

import pytest

from standoff import catalog
from standoff.engine.plan import Memory, numbers, plan
from standoff.errors import ModelError
from standoff.ledger import Claim, Ledger
from standoff.scenario import load_text


@pytest.mark.parametrize("slug", catalog.slugs())
def test_a_memory_changes_no_plan(slug: str):
    """Each variant, read and planned after all those before it, is what it is alone."""
    memory = Memory()
    loaded, ledger = catalog.load(slug)
    for name in ("", *loaded.scenario.variants):
        alone, _ = catalog.load(slug, name)
        again = loaded.under(name) if name else loaded
        assert again.scenario == alone.scenario and again.document == alone.document
        assert plan(again, ledger, memory) == plan(alone, ledger)
    assert memory


def test_a_variant_looks_again_at_no_more_than_it_changes(monkeypatch: pytest.MonkeyPatch):
    """Most variants change a few numbers of hundreds, and no more than these are resolved again."""
    resolved: list[str] = []
    real = numbers._parameter

    def counted(draft, path, *rest):
        resolved.append(".".join(map(str, path)))
        return real(draft, path, *rest)

    monkeypatch.setattr(numbers, "_parameter", counted)
    memory = Memory()
    loaded, ledger = catalog.load("china-russia")
    base = plan(loaded, ledger, memory)
    assert len(resolved) >= 0.9 * len(base.parameters)  # one number can stand in several places
    resolved.clear()
    variant = plan(loaded.under("oil-falls"), ledger, memory)
    moved = [one.path for one, other in zip(variant.parameters, base.parameters, strict=True) if one != other]
    assert moved and set(moved) == set(resolved)


def test_what_was_known_is_looked_up_again_where_another_day_is_asked():
    """The claim of May is a number in a plan as of June, and a mistake in one as of April, each time."""
    text = """
        {title: t, as_of: 2024-06, start: 2024-01, end: 2024-12, step: month, actors: {AAA: {name: A}},
         stocks: {mood: {unit: person, initial: {from: may}}}}"""
    may = Claim.parse(
        {"id": "may", "subject": "AAA", "quantity": "losses", "value": 5, "unit": "person", "comparator": "about",
         "as_of": "2024-04", "published": "2024-05-01", "speaker": "an office", "side": "neutral",
         "source": {"title": "a report"}, "basis": "found", "status": "accepted"}
    )  # fmt: skip
    ledger, memory = Ledger((may,)), Memory()
    plan(load_text(text), ledger, memory)
    for _ in range(2):
        with pytest.raises(ModelError, match="was published 2024-05-01, after as_of 2024-04"):
            plan(load_text(text.replace("2024-06", "2024-04")), ledger, memory)
