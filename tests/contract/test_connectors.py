"""What every connector must hold; nothing here names one of them."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from standoff import registry, units
from standoff.addons.data.connectors._dataset import STALE, Dataset
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
CONNECTORS = registry.modules("standoff.connectors")
BIBLIOGRAPHY = set(re.findall(r"@\w+\{([^,]+),", (ROOT / "docs" / "sources.bib").read_text()))
SAMPLES = ROOT / "tests" / "samples"
every_connector = pytest.mark.parametrize("module", CONNECTORS.values(), ids=CONNECTORS)


def name_of(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


@every_connector
def test_its_card_is_complete(module: ModuleType) -> None:
    card = module.SOURCE
    assert isinstance(card, Dataset)
    for field in ("title", "publisher", "page", "url", "licence", "citation", "key", "cadence"):
        assert str(getattr(card, field)).strip(), field
    assert card.cadence in STALE and card.fresh_days > 0
    assert urlsplit(card.url).scheme == urlsplit(card.page).scheme == "https"


@every_connector
def test_its_sources_are_in_the_bibliography(module: ModuleType) -> None:
    _, found, line = (module.__doc__ or "").partition("\nSources: ")
    keys = re.findall(r"(\w+) \(", line)
    assert found and set(keys) <= BIBLIOGRAPHY, keys
    assert module.SOURCE.key in BIBLIOGRAPHY


@every_connector
def test_it_has_fetch_and_parse_and_its_page_names_it(module: ModuleType) -> None:
    fetch = getattr(module, "fetch", module.SOURCE.fetch)
    assert list(inspect.signature(fetch).parameters) == ["session"]
    assert list(inspect.signature(module.parse).parameters) == ["raw"]
    assert f"`{name_of(module)}`" in (ROOT / "docs" / "data.md").read_text()
    assert inspect.getdoc(fetch) and inspect.getdoc(module.parse)


@every_connector
def test_its_sample_gives_proposed_claims_that_cite_it(module: ModuleType) -> None:
    files = list(SAMPLES.glob(f"{name_of(module)}.*"))
    assert len(files) == 1, "one sample with invented figures in tests/samples"
    raw = files[0].read_bytes()
    assert len(raw) < 10_000
    found = module.parse(raw)
    assert found == module.parse(raw), "pure"
    assert found.claims and found.rows == found.converted + found.skipped_rows
    assert found.left and set(found.left) == set(found.first), "the sample shows what is left out"
    for claim in Ledger(found.claims):
        assert claim.status == "proposed" and claim.source.title == module.SOURCE.title
        assert claim.source.url == module.SOURCE.page and claim.source.publisher
        assert not claim.unit or units.parse(claim.unit)
        assert claim.numbers and claim.published.last >= claim.as_of.first


def test_no_sample_is_left_over() -> None:
    assert {file.stem for file in SAMPLES.iterdir()} == set(CONNECTORS)
