"""The findings that are shown, and the count of the others."""

from __future__ import annotations

from standoff.analysis.sanity import SanityFinding
from standoff.report.backends.html import inline as coded
from standoff.report.document import BulletList, Fold, OnPage
from standoff.report.sections import sanity


def finding(check: str) -> SanityFinding:
    return SanityFinding(
        check=check, subject="choices.AAA", label="Aland, war", number=0.5, text="it moves", fix="set `every`"
    )


def test_five_are_shown_and_the_rest_is_counted_by_check() -> None:
    found = [finding("reversals")] * 6 + [finding("compounding")] * 2
    assert sanity.rest(found[:5]) == ""
    assert sanity.rest(found).startswith("3 more") and "1 of " in sanity.rest(found) and "2 of " in sanity.rest(found)
    *_, listed, more = sanity.blocks(found)
    assert isinstance(listed, BulletList) and len(listed.points) == sanity.SHOWN
    assert isinstance(more, OnPage) and isinstance(fold := more.blocks[0], Fold)
    assert isinstance(rest := fold.blocks[0], BulletList) and len(rest.points) == 3
    assert sanity.CLEAN in [getattr(block, "text", "") for block in sanity.blocks(())]


def test_words_between_backticks_are_code_and_nothing_else_is_markup() -> None:
    assert coded("set `every` <b>") == "set <code>every</code> &lt;b&gt;"
