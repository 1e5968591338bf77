"""Prior, posterior and claims of an entry of a fit."""

from __future__ import annotations

from types import SimpleNamespace

from standoff.inference.fit.records import FittedClaim, PredictiveCheck
from standoff.report.charts import fit
from standoff.report.charts.stocks import LETTERS, marks
from tests.unit.report.plain import drawn_texts

CLAIM = FittedClaim("a", "2024-02-15", "Staff", "aland", "about", 950.0)
DAYS = ("2024-01-31", "2024-02-29", "2024-03-31")
CHECK = PredictiveCheck(
    "losses.AAA", "person", DAYS, ((500.0, 1000.0, 9000.0),) * 3, ((900.0, 1000.0, 1100.0),) * 3, (CLAIM,)
)


def test_the_axis_is_that_of_the_posterior_and_the_claims() -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(fit.picture(CHECK))
    texts = drawn_texts(root)
    assert "Losses.AAA, person" in texts and "9,000" not in texts and "1,000" in texts
    assert f"{LETTERS[marks(['aland'])['aland'].shape]} aland" in texts


def test_entries_without_claims_have_no_picture() -> None:
    bare = PredictiveCheck("men", "person", DAYS, CHECK.before, CHECK.after, ())
    assert list(fit.pictures(SimpleNamespace(compared=(CHECK, bare)))) == ["losses.AAA"]
