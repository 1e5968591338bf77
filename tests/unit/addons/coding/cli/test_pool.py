"""`standoff pool` prints what coders make of an answer, as text and as JSON."""

import json
from pathlib import Path
from typing import Any

from tests.unit.addons.coding.test_sheet import filled


def test_tables_and_json_say_the_same(standoff: Any, tmp_path: Path) -> None:
    risk = ("CHN", "wider_war", "troops")
    sheets = [str(filled(tmp_path / f"{name}.xlsx", {risk: code})) for name, code in (("ann", 0.2), ("bob", 0.8))]
    words = ("pool", "korea-1950", *sheets, "--draws", "256")
    text, data = standoff(*words).stdout, json.loads(standoff(*words, "--json").stdout)
    assert [item["coder"] for item in data["answers"]] == ["the case, as points", "ann", "bob", "pooled"]
    assert "ann" in text and "wider_war" in text and "0.2 (ann)" in text
    standoff(*words, "-o", "pooled.md")
    assert "0.2 (ann)" in (tmp_path / "pooled.md").read_text(encoding="utf-8")
