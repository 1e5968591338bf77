"""A case is opened once: a second start shows the address of the first."""

import pytest

from standoff import catalog
from standoff.addons.explorer import serve as server
from standoff.addons.explorer.open_case import open_case
from standoff.errors import Problem, ScenarioError


@pytest.fixture
def opened(monkeypatch):
    """Addresses that a browser was sent to."""
    out = []
    monkeypatch.setattr("webbrowser.open", out.append)
    return out


def test_a_case_is_served_with_its_model_and_its_faults_are_told(monkeypatch, opened):
    served, shown, warned = [], [], []

    def serve(case, announce, port):
        served.append((case.read(), case.file, port))
        announce("http://here", (Problem("a fault"),))

    monkeypatch.setattr(server, "address_of", lambda case, port: "")
    monkeypatch.setattr(server, "serve", serve)
    open_case("closed-form", port=9000, show=shown.append, warn=warned.append)
    ((model, file, port),) = served
    assert model.scenario == catalog.load("closed-form").scenario.scenario and port == 9000
    assert file == catalog.find("closed-form") and opened == ["http://here"]
    assert "http://here" in shown[0] and "a fault" in warned[0]


def test_a_case_that_is_open_is_shown_where_it_is(monkeypatch, opened):
    shown = []
    monkeypatch.setattr(server, "address_of", lambda case, port: "http://there")
    open_case("closed-form", browser=False, show=shown.append)
    assert shown == ["already open at http://there"] and not opened
    with pytest.raises(ScenarioError, match="no case and no file"):
        open_case("closed-forms")
