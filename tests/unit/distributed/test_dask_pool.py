"""Addresses that are refused, and what is said where Dask is missing."""

from __future__ import annotations

import json
import sys

import pytest

from standoff.distributed.dask_pool import DaskPool, address_in, check_address
from standoff.errors import RunError


@pytest.mark.parametrize(
    "address", ["tls://10.1.2.3:8786", "tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:8786"]
)
def test_encrypted_addresses_and_those_of_this_machine_are_taken(address):
    check_address(address, False)


def test_the_network_may_be_trusted():
    with pytest.raises(RunError, match="--trust-network"):
        check_address("tcp://node1:8786", False)
    check_address("tcp://node1:8786", True)


def test_a_scheduler_file_is_held_to_the_same(tmp_path):
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"address": "tcp://10.0.0.7:8786"}))
    assert address_in(file) == "tcp://10.0.0.7:8786"
    with pytest.raises(RunError, match="not encrypted"):
        DaskPool(str(file))
    file.write_text("[]")
    with pytest.raises(RunError, match="not a scheduler file"):
        address_in(file)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match=r'pip install "standoff\[spread\]"'):
        DaskPool("tcp://127.0.0.1:9")
