"""Reconciled intervals on disk: found again, not found where the claims have changed, never half written."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from standoff.addons.reading import interval_cache
from standoff.addons.reading.interval_cache import CachedInterval, cached_interval
from standoff.catalog import find, load_claims
from standoff.files import cache_dir
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2024, 2, 29)
FOUND = CachedInterval(100.0, 200.0, 300.0, "person", ("a", "b"))


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Calls of the fit, which takes half a minute and is tested elsewhere."""
    calls: list[str] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(interval_cache, "_fitted", lambda ledger, quantity, *_: calls.append(quantity) or FOUND)
    return calls


def test_an_interval_is_fitted_once_and_only_on_request(fitted: list[str]) -> None:
    ledger = load_claims(find("china-russia"))
    asked = (ledger, "personnel_losses", "RUS", DAY)
    assert cached_interval(*asked) is None and not fitted
    assert cached_interval(*asked, compute=True) == FOUND == cached_interval(*asked)
    assert fitted == ["personnel_losses"]
    less = Ledger(tuple(claim for claim in ledger if claim.id != "rus-personnel-losses-2024-01-30-burns"))
    assert cached_interval(less, *asked[1:]) is None
    assert cached_interval(*asked, as_of="2024-03-01") is None


def test_too_few_claims_are_no_rivals(fitted: list[str]) -> None:
    assert (
        cached_interval(load_claims(find("china-russia")), "aid_total", "WEST", DAY, compute=True) is None
        and not fitted
    )


def test_a_broken_file_is_fitted_anew(fitted: list[str], tmp_path: Path) -> None:
    asked = (load_claims(find("china-russia")), "personnel_losses", "RUS", DAY)
    cached_interval(*asked, compute=True)
    for file in (cache_dir("reconciled") or tmp_path).iterdir():
        file.write_text("{")
    assert cached_interval(*asked, compute=True) == FOUND and len(fitted) == 2
