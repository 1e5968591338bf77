"""The protocol, spoken by the client of its own kit."""

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from standoff.addons.agents.limits import Limits
from standoff.addons.agents.server import GUIDE, server
from standoff.addons.agents.tools import TOOLS
from standoff.addons.agents.worker import Worker

Talk = Callable[[Client], Awaitable[Any]]


def ask(limits: Limits, talk: Talk) -> Any:
    """What a client in this process gets from a server."""

    async def asked() -> Any:
        async with Client(server(limits, Worker(limits))) as client:
            return await talk(client)

    return anyio.run(asked)


@pytest.mark.parametrize("writes", [False, True])
def test_tools_say_what_they_take_and_whether_they_write(tmp_path: Path, writes: bool) -> None:
    async def talk(client: Client) -> Any:
        return (await client.list_tools()).tools, client.instructions

    tools, guide = ask(Limits(write=tmp_path if writes else None), talk)
    assert {tool.name for tool in tools} == {*TOOLS} - (set() if writes else {"propose_claims"})
    assert {tool.name for tool in tools if not tool.annotations.read_only_hint} == (
        {"propose_claims", "draft"} if writes else set()
    )
    for tool in tools:
        assert tool.description == TOOLS[tool.name].__doc__ and "limits" not in tool.input_schema["properties"]
    assert guide == GUIDE


def test_answers_and_errors_come_over_standard_output_alone() -> None:
    async def talk() -> Any:
        settings = StdioServerParameters(command=sys.executable, args=["-m", "standoff", "mcp"], env=dict(os.environ))
        async with Client(stdio_client(settings)) as client:
            good = await client.call_tool(
                "run", {"case": "closed-form", "questions": ["acts"], "futures": {"draws": 64}}
            )
            bad = await client.call_tool("run", {"case": "closed-from"})
            worse = await client.call_tool("run", {"case": "closed-form", "futures": {"draws": 1_000_000}})
            return good, bad, worse

    good, bad, worse = anyio.run(talk)
    assert not good.is_error and good.structured_content["result"]["answers"][0]["band"]
    assert bad.is_error and "closed-form" in bad.content[0].text
    assert worse.is_error and "10240" in worse.content[0].text
