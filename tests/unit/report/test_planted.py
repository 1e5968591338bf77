"""Pages and pictures of a case whose every text is an attack: one policy on every page, and pictures that run nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from standoff import notebook
from standoff.addons.reading.audit import audit
from standoff.addons.reading.sections import text_audit
from standoff.analysis.causal import structure
from standoff.analysis.verdict import verdict
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.report import assets
from standoff.report import document as report_document
from standoff.report.backends import html
from standoff.report.charts import export, vegalite
from standoff.report.content_policy import policy
from standoff.report.sections.verdict import blocks
from standoff.scenario import document as scenario_file
from standoff.scenario import load_text
from tests.unit.report.conftest import CLAIMS, SCENARIO
from tests.unit.report.plain import page

PLANTED = (
    "\"'><script>alert(1)</script><foreignObject onload='alert(2)'>&#x3c;]]></title></style><!--"
    "\x1b]0;x\x07\x9b\ufffe\u202e var(--none)"
)
HOME = Path(assets.__file__).parent
TEXTS = {"text", "title", "name", "level"}
DRAWN = {
    "svg",
    "g",
    "path",
    "text",
    "tspan",
    "line",
    "rect",
    "circle",
    "title",
    "defs",
    "clipPath",
    "linearGradient",
    "stop",
    "style",
}


def plant(node: Any) -> Any:
    """A scenario with an attack in every text."""
    if isinstance(node, list):
        return [plant(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {
        key: f"{item} {PLANTED}" if key in TEXTS and isinstance(item, str) else plant(item)
        for key, item in node.items()
    }
    if "first_of" in out:
        out["first_of"] = {f"{label} {PLANTED}": event for label, event in out["first_of"].items()}
        out["indicators"] = dict.fromkeys(out["first_of"], f"seen {PLANTED}")
    return out


@pytest.fixture(scope="module")
def planted() -> Any:
    """A run of the small war with attacks for texts."""
    changed = plant(scenario_file.read_text(SCENARIO, "scenario.yaml").data)
    claims = [one.model_copy(update={"speaker": f"{one.speaker} {PLANTED}", "note": PLANTED}) for one in CLAIMS]
    scenario = load_text(yaml.safe_dump(changed, sort_keys=False))
    return simulate(build(scenario, Ledger(tuple(claims))), draws=64, seed=1)


class Tags(HTMLParser):
    """Names of the elements, and whether any has a handler."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def safe(svg: str) -> None:
    """Whether a picture is well-formed, and of elements that draw alone."""
    for node in ElementTree.fromstring(svg).iter():
        assert node.tag.rpartition("}")[2] in DRAWN
        assert not node.tag.endswith("style") or "alert" not in (node.text or "")
        assert not [name for name in node.attrib if name.startswith("on") or name.endswith("href")]


def test_pictures_are_well_formed_and_run_nothing(planted: Any, tmp_path: Path) -> None:
    drawn = list(report_document.pictures(blocks(planted, verdict(planted), structure=structure(planted.model.plan))))
    assert len(drawn) > 5 and any("alert(1)" in picture.svg for picture in drawn)
    for picture in drawn:
        safe(vegalite.standalone(picture.svg))
        export.write(picture, tmp_path)
    files = list(tmp_path.glob("*.svg"))
    assert len(files) == len(drawn)
    for file in files:
        safe(file.read_text(encoding="utf-8"))


def test_the_page_and_a_notebook_hold_no_element_that_was_planted(planted: Any) -> None:
    found = verdict(planted)
    tags = Tags(page(planted, found, with_causes=True))
    assert tags.names.count("script") == 1 and "foreignobject" not in tags.names and not tags.handlers
    for record in (planted, planted.model.ledger, planted.model.scenario, found):
        tags = Tags(notebook.html(record))
        assert not {"script", "foreignobject"} & set(tags.names) and not tags.handlers


def test_the_page_of_an_audit_states_the_policy_and_escapes(planted: Any) -> None:
    text = f"The King said that Aland has 5 million men {PLANTED}."
    found = audit(text, planted.model.ledger, name=f"a{PLANTED}.txt", case=PLANTED)
    made = html.page(text_audit.blocks(found))
    tags = Tags(made)
    assert made.partition("<title>")[0].count(str(policy())) == 1
    assert not {"script", "foreignobject"} & set(tags.names) and not tags.handlers


def test_every_page_states_the_policy_before_anything_that_it_rules() -> None:
    """Templates are found in the folder, so that a new page is held to it too."""
    templates = {file.name: file.read_text(encoding="utf-8") for file in HOME.rglob("*.j2")}
    assert len(templates) >= 3
    for name, text in templates.items():
        if head := text.partition("<head>")[2]:
            assert "{{ policy }}" in re.split("<title|<style|<script|<link|<base", head)[0], name
        assert not re.search(r"\|\s*safe\b|autoescape", text), name
    pages = [file for file in HOME.rglob("*.py") if "<!doctype" in file.read_text(encoding="utf-8").lower()]
    assert pages == [], "a page that is no template"
    assert html.template("document.html.j2").environment.autoescape is True


def test_the_policy_lets_nothing_in() -> None:
    told = re.search('content="(.*)"', str(policy()))
    assert told is not None
    rules = dict(rule.strip().split(" ", 1) for rule in told[1].split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "script-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert "script-src 'sha256-" in policy("x") and "<" not in policy("</script>")[1:]
