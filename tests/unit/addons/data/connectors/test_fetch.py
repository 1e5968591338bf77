"""Connectors that do more than get one file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from standoff import registry
from standoff.addons.data.connectors import sipri_milex, unga_ideal_points, world_bank
from standoff.addons.data.connectors._http import HttpClient
from standoff.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

LABELS = [
    "AgreementScores.tab",
    "Idealpoints_Dyadic.tab",
    "IdealpointestimatesAll_Jul2030.tab",
    "IdealpointsJuly2031.tab",
    "codebook.pdf",
]


def send(handler: Any, data: Any) -> None:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def archive(labels: list[str]) -> Callable[[Any], None]:
    """An archive that lists its files, numbered in their order."""

    def answer(handler: Any) -> None:
        if "/access/datafile/" in handler.path:
            send(handler, f"file {handler.path.rpartition('/')[2]}".encode())
        else:
            files = [{"label": label, "dataFile": {"id": n}} for n, label in enumerate(labels)]
            send(handler, {"data": {"latestVersion": {"files": files}}})

    return answer


def test_the_newest_table_of_ideal_points_is_taken(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def at(answer: Any) -> None:
        address = serve(answer) + "/api/datasets/:persistentId/?persistentId=doi:1"
        monkeypatch.setattr(unga_ideal_points, "SOURCE", replace(unga_ideal_points.SOURCE, url=address))

    at(archive(LABELS))
    assert unga_ideal_points.fetch(HttpClient()) == b"file 3"
    at(archive(["codebook.pdf"]))
    with pytest.raises(DataError, match=r"no table of ideal points[\s\S]*codebook.pdf"):
        unga_ideal_points.fetch(HttpClient())
    at(b'{"status": "ERROR"}')
    with pytest.raises(DataError, match="unknown format"):
        unga_ideal_points.fetch(HttpClient())


def bank(handler: Any) -> None:
    """The few answers of the World Bank's interface that its client asks for; one page each."""
    path = urlsplit(handler.path).path
    head = {"page": 1, "pages": 1, "per_page": 1000, "total": 1}
    rows = [
        ("CHN", "NY.GDP.MKTP.CD", 2029, 5e11),
        ("WLD", "NY.GDP.MKTP.CD", 2029, 9e13),
        ("CHN", "SP.POP.TOTL", 2029, None),
    ]
    if path.endswith("/sources/2/concepts"):
        names = [("Country", "Country"), ("Series", "Series"), ("Time", "Time")]
        send(
            handler, {**head, "total": 3, "source": [{"id": "2", "concept": [{"id": a, "value": b} for a, b in names]}]}
        )
    elif "/series/" in path:
        data = [
            {
                "variable": [
                    {"concept": "Country", "id": who, "value": who},
                    {"concept": "Series", "id": what, "value": what},
                    {"concept": "Time", "id": f"YR{year}", "value": str(year)},
                ],
                "value": value,
            }
            for who, what, year, value in rows
        ]
        send(handler, {**head, "total": len(data), "lastupdated": "2031-07-01", "source": {"id": "2", "data": data}})
    elif path.endswith("/sources/2"):
        send(handler, [head, [{"id": "2", "name": "World Development Indicators", "lastupdated": "2031-07-01"}]])
    elif "/time" in path:
        times = [{"id": "YR2029", "value": "2029"}]
        send(handler, {**head, "source": [{"id": "2", "concept": [{"id": "Time", "variable": times}]}]})
    elif path.endswith("/region"):
        send(handler, [head, [{"id": "1", "code": "EAS", "iso2code": "Z4", "name": "East Asia"}]])
    elif path.endswith(("/incomelevel", "/lendingtype")):
        send(handler, [head, [{"id": "XX", "iso2code": "XX", "value": "any"}]])
    elif "/country" in path:
        kind = {
            "incomeLevel": {"id": "XX", "value": "any"},
            "lendingType": {"id": "XX", "value": "any"},
            "adminregion": {"id": "", "value": ""},
            "capitalCity": "",
            "longitude": "",
            "latitude": "",
        }
        world = {"id": "WLD", "iso2Code": "1W", "name": "World", "region": {"id": "NA", "value": "Aggregates"}, **kind}
        china = {"id": "CHN", "iso2Code": "CN", "name": "China", "region": {"id": "EAS", "value": "East Asia"}, **kind}
        send(handler, [{**head, "total": 3}, [china, {**china, "id": "USA", "iso2Code": "US"}, world]])
    else:
        handler.send_error(404)


def test_the_world_bank_through_its_client(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wbgapi")
    import wbgapi

    for name in ("endpoint", "get_options"):
        monkeypatch.setattr(wbgapi, name, getattr(wbgapi, name))  # put back after the test
    monkeypatch.setattr(world_bank, "SOURCE", replace(world_bank.SOURCE, url=serve(bank) + "/v2"))
    raw = world_bank.fetch(HttpClient(silence=5))
    assert json.loads(raw) == {
        "lastupdated": "2031-07-01",
        "rows": [{"series": "NY.GDP.MKTP.CD", "economy": "CHN", "time": "YR2029", "value": 5e11}],
    }, "groups of states and blanks are left out"
    assert [claim.statement for claim in world_bank.parse(raw).claims] == ["about 500 bn USD/year"]
    monkeypatch.setattr(world_bank, "SOURCE", replace(world_bank.SOURCE, url=serve(b"<html>", code=503) + "/v2"))
    with pytest.raises(DataError, match="unexpected response"):
        world_bank.fetch(HttpClient(silence=5))


@pytest.mark.parametrize("module", [world_bank])
def test_no_other_scheme_by_a_client(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wbgapi")
    monkeypatch.setattr(module, "SOURCE", replace(module.SOURCE, url="http://example.org/v2"))
    with pytest.raises(DataError, match="may not be fetched"):
        module.fetch(HttpClient())


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, sample: Callable[[str], bytes]) -> None:
    import sys

    for name in ("fastexcel", "wbgapi"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(DataError, match=r'`fastexcel`[\s\S]*pip install "fastexcel>='):
        sipri_milex.parse(sample("sipri_milex"))
    with pytest.raises(DataError, match=r'`wbgapi`[\s\S]*pip install .*"wbgapi>='):
        world_bank.fetch(HttpClient())


def test_one_file_is_fetched_from_its_address(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connector but the two above: what the server sends comes back as it is."""
    for name in set(registry.names("standoff.connectors")) - {"unga_ideal_points", "world_bank"}:
        module = registry.module("standoff.connectors", name)
        monkeypatch.setattr(module, "SOURCE", replace(module.SOURCE, url=serve(name.encode()) + "/file"))
        assert module.SOURCE.fetch(HttpClient()) == name.encode() and not hasattr(module, "fetch")
