"""Games on the page: begun, played, reloaded after the process ends, and never a failure of the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff import catalog
from standoff.addons.explorer.explorer import Explorer
from standoff.addons.explorer.games import Games
from standoff.addons.explorer.workshop import Workshop

from .client import OWN, Client

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["BLU", "act", "wait", ""])
ANY = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner), max_leaves=5
)


def client_of(explorer: Explorer, folder: Path | None) -> Client:
    return Client(Workshop("closed-form", model=explorer.model, explorer=explorer, games=Games(folder)))


def done(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()


@pytest.fixture
def client(explorer: Explorer, tmp_path: Path) -> Client:
    return client_of(explorer, tmp_path / "games")


def test_a_game_is_played_to_its_debrief_and_kept(explorer: Explorer, client: Client, tmp_path: Path) -> None:
    game = done(client.post("/api/games", json={"seats": ["BLU"], "number": 4}, headers=OWN))
    place, turns = f"/api/games/{game['id']}", 0
    assert game["turn"]["decisions"][0]["choice"] == "BLU" and game["number"] == 4 and game["briefing"]["claims"]
    advice = done(client.post(f"{place}/advice", json={}, headers=OWN))["options"]
    assert {item["option"] for item in advice} == {"act", "wait"} and all("%" in item["now"] for item in advice)
    while game["turn"]:
        game = done(client.post(f"{place}/turn", json={"options": {"BLU": "act"}}, headers=OWN))
        turns += 1
    assert turns and all(move["option"] == "act" for move in game["moves"])
    found = done(client.get(f"{place}/debrief", headers=OWN))
    text = found["written"]
    assert "In your game: " in text and text.count('class="bar"') == 2 and "<caption>In all 2,048 futures" in text
    assert text.count("<h3>") == 1 and "left out in turn" in text
    entries = done(client.get("/api/games", headers=OWN))["games"]
    assert [(entry["id"], entry["turns"], entry["seats"]) for entry in entries] == [(game["id"], turns, ["BLU"])]
    later = client_of(explorer, tmp_path / "games")  # after the process was ended
    assert done(later.get(place, headers=OWN)) == game
    assert done(later.get(f"{place}/debrief", headers=OWN)) == found


def test_without_a_folder_a_game_lasts_as_long_as_the_process(explorer: Explorer) -> None:
    client = client_of(explorer, None)
    game = done(client.post("/api/games", json={"seats": ["BLU"]}, headers=OWN))
    assert 0 <= game["number"] < 2048
    assert done(client.get(f"/api/games/{game['id']}", headers=OWN))["turn"]
    assert done(client.get("/api/games", headers=OWN)) == {"games": []}


def test_what_cannot_be_played_is_refused(client: Client, tmp_path: Path) -> None:
    for body in ({}, {"seats": []}, {"seats": ["XXX"]}, {"seats": ["BLU"], "number": 5000}, {"seats": "BLU"}):
        done(client.post("/api/games", json=body, headers=OWN), 400)
    for name in ("0" * 16, "..secret", "x"):
        done(client.get(f"/api/games/{name}", headers=OWN), 404)
    game = done(client.post("/api/games", json={"seats": ["BLU"]}, headers=OWN))
    for body in ({"options": {"BLU": "war"}}, {"options": {"RED": "act"}}, {"guesses": {"BLU": {"act": 1}}}, {"x": 1}):
        done(client.post(f"/api/games/{game['id']}/turn", json=body, headers=OWN), 400)
    (tmp_path / "games" / f"{'0' * 16}.jsonl").write_bytes(b"{}\n")
    done(client.get(f"/api/games/{'0' * 16}", headers=OWN), 400)
    assert len(done(client.get("/api/games", headers=OWN))["games"]) == 1  # what is no game is not listed
    cold = Client(Workshop("closed-form"))
    done(cold.post("/api/games", json={"seats": ["BLU"]}, headers=OWN), 409)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(["seats", "number", "options", "guesses", "tab", "x"]), ANY, max_size=4))
def test_no_body_makes_the_server_fail(client: Client, body: dict[str, Any]) -> None:
    import json

    raw = json.dumps(body).encode()
    begun = client.post("/api/games", content=raw, headers=OWN)
    assert begun.status_code in (200, 400)
    game = begun if begun.status_code == 200 else client.post("/api/games", json={"seats": ["BLU"]}, headers=OWN)
    for what in ("turn", "advice"):
        assert client.post(f"/api/games/{game.json()['id']}/{what}", content=raw, headers=OWN).status_code in (200, 400)


def test_each_case_has_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    case = catalog.HOME / "closed-form" / "scenario.yaml"
    folders = {Games.of(case).folder, Games.of(case, "word-is-talk").folder}
    assert len(folders) == 2 and all(folder and folder.parent.name == "games" for folder in folders)
