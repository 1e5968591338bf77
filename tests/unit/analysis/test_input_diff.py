"""Values that differ, as a scenario file has them."""

from standoff.analysis.input_diff import CUT, LENGTH, differences


def test_values_are_written_as_in_a_scenario_file() -> None:
    after = {"interventions": {"offers": {"value": "8 @assumption"}}, "held": ["a", 2], "on": True, "as_of": "2030-01"}
    entries = {
        entry.path: entry.after for entry in differences({"interventions": 1, "held": 1, "on": 2, "as_of": 1}, after)
    }
    assert entries["interventions"] == "{offers: {value: 8 @assumption}}"
    assert (entries["held"], entries["on"], entries["as_of"]) == ("[a, 2]", "true", "2030-01")


def test_a_long_value_is_cut_at_a_word() -> None:
    words = "abcd " * 60
    (entry,) = differences({"text": "x"}, {"text": words})
    assert len(entry.after) <= LENGTH and entry.after.endswith(f"abcd{CUT}")
