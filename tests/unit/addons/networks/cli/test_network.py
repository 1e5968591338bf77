"""`standoff network`."""

from __future__ import annotations

import json

from tests.unit.addons.networks.test_case import CASE


def test_the_command_prints_writes_and_takes_signs_and_dates(standoff, tmp_path):
    out = standoff("network", "falklands-1982", "-o", "page.md").stdout
    assert "1 of 3 links" in out and "Britain–Argentina" in (tmp_path / "page.md").read_text()
    words = ("network", "falklands-1982", "--sign", "rivalry= neutral", "--at", "1982-04", "--json")
    assert "lies after" in standoff(*words, code=1).stderr
    data = json.loads(standoff(*words[:4], "--json").stdout)
    assert data["frustration"]["index"] == 0 and [row["sign"] for row in data["relations"]] == [0, 1, 1]
    assert "KIND=SIGN" in standoff("network", "falklands-1982", "--sign", "rivalry", code=1).stderr


def test_kinds_without_a_sign_stop_the_command_or_are_left_out(standoff, tmp_path):
    (tmp_path / "case.yaml").write_text(CASE)
    assert "without a sign: `river`" in standoff("network", "case.yaml", code=1).stderr
    assert "neutral: river." in standoff("network", "case.yaml", "--neutral").stdout
