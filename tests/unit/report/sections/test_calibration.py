"""A calibration for the terminal."""

from __future__ import annotations

import numpy as np

from standoff.inference.fit.calibration_records import RANKED, FailedSet
from standoff.report.sections import calibration as section
from tests.unit.inference.fit.test_calibration_records import EVERY, calibration
from tests.unit.report.plain import printed

UNEVEN = np.concatenate([EVERY, np.full(60, RANKED)])


def test_the_verdict_names_the_unknown_that_fails_it() -> None:
    assert "may be uniform" in section.verdict(calibration(EVERY, EVERY))
    text = section.verdict(calibration(np.tile(EVERY, 2), UNEVEN))
    assert "not uniform" in text and "unknown 1" in text


def test_sets_without_ranks_and_sets_that_did_not_converge_are_counted_and_named() -> None:
    text = section.convergence(
        calibration(
            EVERY,
            sets=62,
            failed=(FailedSet("set 3", "no mode"), FailedSet("set 9", "no mode")),
            unconverged=("set 7: R-hat 1.2",),
            resampled=4,
        )
    )
    for word in ("2 of 62", "set 3", "1 of 60", "set 7", "4 sets"):
        assert word in text


def test_the_page_has_every_informed_unknown_and_the_coverage() -> None:
    text = printed(section.page(calibration(EVERY, UNEVEN)))
    assert "Unknown 0" in text or "unknown 0" in text
    assert "50.0 ± 2.0 %" in text and "90.0 ± 1.0 %" in text and "12 claims" in text


def test_too_few_sets_say_how_many_are_needed() -> None:
    assert "10" in section.verdict(calibration(EVERY[:5]))
