"""`standoff data`, against a server on this machine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from standoff import registry
from standoff.addons.data.connectors import _cache, general_staff_personnel, uk_mod
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Command

    At = Callable[..., None]

SAMPLES = Path(__file__).parents[4] / "samples"
UK_MOD = (SAMPLES / "uk_mod.csv").read_bytes()
NAMES = registry.names("standoff.connectors")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "standoff" / "data"


@pytest.fixture
def at(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> At:
    """`at(body, ...)`: from now on `uk_mod` is fetched from a server that answers so."""

    def change(*words: Any, **settings: Any) -> None:
        monkeypatch.setattr(uk_mod, "SOURCE", replace(uk_mod.SOURCE, url=serve(*words, **settings) + "/uk.csv"))

    return change


def account(standoff: Command, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(standoff("data", "get", *words, "--json").stdout)
    return found


def test_list_shows_every_data_set_and_whether_a_copy_is_kept(standoff: Command, at: At) -> None:
    text = standoff("data", "list").stdout
    assert all(name in text for name in NAMES)
    at(UK_MOD)
    standoff("data", "get", "uk_mod")
    cards = {card["name"]: card for card in json.loads(standoff("data", "list", "--json").stdout)}
    assert set(cards) == set(NAMES)
    assert cards["uk_mod"]["kept"] and cards["oryx"]["kept"] is None
    assert all(card["licence"] and card["cadence"] and card["citation"] for card in cards.values())


def test_get_writes_proposed_claims_and_tells_of_every_row(standoff: Command, at: At, tmp_path: Path) -> None:
    at(UK_MOD)
    text = standoff("data", "get", "uk_mod", "-o", "new.jsonl").stdout
    assert "3 rows read, 2 kept" in text and "(first: uk mod" in text
    assert "fetched now" in text and "licence: CC BY 4.0" in text and "written to new.jsonl" in text
    ledger = Ledger.load(tmp_path / "new.jsonl")
    assert [claim.status for claim in ledger] == ["proposed", "proposed"]
    assert all(claim.source.date is not None for claim in ledger), "the day of the copy"
    assert not len(ledger.not_retracted())


def test_a_fresh_copy_is_used_and_refresh_fetches(standoff: Command, at: At) -> None:
    at(UK_MOD)
    first = account(standoff, "uk_mod")
    assert first["from"] == "fetched" and first["sha256"] == hashlib.sha256(UK_MOD).hexdigest(), "kept byte by byte"
    at(UK_MOD.replace(b"30.5", b"31.5"))
    kept = account(standoff, "uk_mod")
    assert kept["from"] == "kept" and kept["claims"][0]["value"] == 30.5
    fresh = account(standoff, "uk_mod", "--refresh")
    assert fresh["from"] == "fetched" and fresh["claims"][0]["value"] == 31.5
    (state,) = [one for one in json.loads(standoff("data", "status", "--json").stdout) if one["name"] == "uk_mod"]
    assert state["state"] == "fresh" and state["changed"] is True and state["sha256"] == fresh["sha256"]
    assert "yes" in standoff("data", "status").stdout


def test_a_stale_copy_is_fetched_anew_and_used_offline(standoff: Command, at: At, home: Path) -> None:
    at(UK_MOD)
    standoff("data", "get", "uk_mod")
    record = json.loads((home / "uk_mod.json").read_text()) | {"fetched": "2025-06-01T00:00:00+00:00"}
    (home / "uk_mod.json").write_text(
        _cache.record({key: value for key, value in record.items() if key != _cache.DIGEST})
    )
    assert account(standoff, "uk_mod", "--offline")["from"] == "kept"
    at(b"", code=503)
    text = standoff("data", "get", "uk_mod", code=1).stderr
    assert "answers 503" in text and "`--offline`" in text and "2025-06-01" in text and "--file FILE" in text


@pytest.mark.parametrize(
    ("body", "settings", "word"),
    [
        (UK_MOD[:90], {"promised": len(UK_MOD)}, "cut off"),
        (b"<html>Sorry</html>", {}, "a web page instead of the data"),
        (UK_MOD.replace(b"month,year", b"mois,an"), {}, "column `month` is missing"),
        (b"", {}, "empty"),
    ],
)
def test_nothing_bad_takes_the_place_of_a_copy(
    standoff: Command, at: At, home: Path, body: bytes, settings: dict[str, int], word: str
) -> None:
    at(UK_MOD)
    standoff("data", "get", "uk_mod")
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    at(body, **settings)
    text = standoff("data", "get", "uk_mod", "--refresh", "-o", "new.jsonl", code=1).stderr
    assert word in text
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before
    assert not Path("new.jsonl").exists()
    assert account(standoff, "uk_mod", "--offline")["claims_count"]["given"] == 2


def test_without_network_the_error_says_what_was_tried_and_what_to_do(
    standoff: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def unknown(*_: object, **__: object) -> Any:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    text = standoff("data", "get", "general_staff_personnel", code=1).stderr
    for word in (
        general_staff_personnel.SOURCE.url,
        "cannot fetch `general_staff_personnel`",
        "no network?",
        "allowed:",
        "`standoff data get general_staff_personnel --file FILE`",
    ):
        assert word in text
    assert "Traceback" not in text
    text = standoff("data", "get", "oryx", "--offline", code=1).stderr
    assert "copy of `oryx`" in text and "--file FILE" in text


def test_a_local_file_needs_no_network_and_keeps_nothing(standoff: Command, home: Path) -> None:
    for name in NAMES:
        (file,) = SAMPLES.glob(f"{name}.*")
        found = account(standoff, name, "--file", str(file))
        assert found["from"] == "file" and found["claims"] and found["fetched"] is None
        rows = found["rows"]
        assert rows["read"] == rows["kept"] + rows["left_out"]
    assert not home.exists()
    assert "No such file" in standoff("data", "get", "oryx", "--file", "none.csv", code=1).stderr


def test_as_of_monthly_and_new_to(standoff: Command) -> None:
    file = str(SAMPLES / "uk_mod.csv")
    found = account(standoff, "uk_mod", "--file", file, "--as-of", "2024-03-01")
    assert [claim["as_of"] for claim in found["claims"]] == ["2024-02-29"]
    assert found["claims_count"] == {"read": 2, "published_later": 1, "thinned": 0, "known": 0, "given": 1}
    assert not account(standoff, "uk_mod", "--file", file, "--as-of", "2024-02-29")["claims"]
    found = account(standoff, "uk_mod", "--file", file, "--skip-known", "china-russia")
    assert found["claims_count"]["known"] == 2 and not found["claims"]
    staff = str(SAMPLES / "general_staff_personnel.json")
    found = account(standoff, "general_staff_personnel", "--file", staff, "--monthly")
    assert [claim["as_of"] for claim in found["claims"]] == ["2022-02-26", "2022-03-01"]
    text = standoff("data", "get", "general_staff_personnel", "--file", staff, "--monthly").stdout
    assert "1 claim left out" in text


def test_what_cannot_go_together_and_what_is_not_known(standoff: Command) -> None:
    text = standoff("data", "get", "uk_mod", "--offline", "--refresh", code=1).stderr
    assert "exclude one another" in text
    assert "did you mean `oryx`?" in standoff("data", "get", "orix", code=1).stderr
    assert "allowed: .jsonl" in standoff("data", "get", "oryx", "-o", "x.csv", code=1).stderr
    assert (
        "YYYY"
        in standoff("data", "get", "uk_mod", "--file", str(SAMPLES / "uk_mod.csv"), "--as-of", "soon", code=1).stderr
    )
