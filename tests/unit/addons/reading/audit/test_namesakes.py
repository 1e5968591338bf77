"""Whether a claim is by the speaker whom a text names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from standoff.addons.reading.audit.namesakes import is_by_name
from standoff.addons.reading.pipeline import read
from tests.unit.addons.reading.conftest import claim


@pytest.mark.parametrize(
    ("speaker", "named", "expected"),
    [
        ("Institute of Oil", "the Institute of Oil", True),
        ("Ann Lee", "Lee", True),
        ("General Staff of Iran", "the General Staff of Iraq", False),
        ("Ministry of Finance", "the Ministry", True),
        ("Ann Lee", "author", False),
    ],
)
def test_a_speaker_is_known_by_name(speaker: str, named: str, expected: bool) -> None:
    row = replace(read("Iran lost 30 tanks.")[0], speaker=named)
    assert is_by_name(claim("c", "IRN", "tanks_lost", 30, "2024-01-01", speaker, "neutral", "item"), row) is expected
