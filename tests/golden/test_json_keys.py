"""The keys of `--json` are an interface: they change where `json_keys.json` changes, and nowhere else."""

from __future__ import annotations

import json

import pytest

from .json_keys import FILE, shape, shapes


def test_a_shape_is_the_keys_alone() -> None:
    assert shape({"b": [{"x": 1}, {"y": {"z": "t"}}], "a": 2}) == {"a": None, "b": [{"x": None, "y": {"z": None}}]}


@pytest.mark.slow
def test_the_keys_of_every_command_are_what_they_were() -> None:
    assert shapes() == json.loads(FILE.read_text(encoding="utf-8"))
