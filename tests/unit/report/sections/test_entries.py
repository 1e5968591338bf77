"""What can be listed and shown by name."""

import pytest

from standoff import catalog
from standoff.errors import ModelError, ScenarioError
from standoff.report.sections.entries import KINDS, list_entries, show


def test_every_kind_has_entries_and_each_can_be_shown_where_it_has_a_page():
    rows = {kind: list_entries(kind) for kind in KINDS}
    assert [row["case"] for row in rows["cases"]] == list(catalog.slugs()) and all(rows.values())
    assert show(rows["mechanisms"][0]["name"])["kind"] == "mechanisms"
    assert show(next(iter(rows["priors"][0].values())))
    with pytest.raises(ScenarioError, match="did you mean `cases`"):
        list_entries("case")


def test_a_case_is_shown_as_data_and_one_mechanism_of_it_too():
    sheet = show("korea-1950", variant="us-holds")
    assert sheet["variant"] == "us-holds" and len(sheet["actors"]) == 9
    name = sheet["mechanisms"][0]["name"]
    assert show("korea-1950", name)["name"] == name
    with pytest.raises(ModelError, match="the case has no mechanism `koreas`"):
        show("korea-1950", "koreas")
    with pytest.raises(ScenarioError, match="did you mean `attrition`"):
        show("atrition")
