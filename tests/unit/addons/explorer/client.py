"""Requests to a server in this process."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from standoff.addons.explorer.guard import TOKEN
from standoff.addons.explorer.server import application
from standoff.addons.explorer.workshop import Workshop

PORT, SECRET = 8765, "a-token-of-this-start"
HOST = f"http://127.0.0.1:{PORT}"
OWN = {TOKEN: SECRET, "origin": HOST, "content-type": "application/json"}


class Client:
    """Requests to the server of a workshop."""

    def __init__(self, workshop: Workshop) -> None:
        self.transport = httpx.ASGITransport(application(workshop, port=PORT, token=SECRET), raise_app_exceptions=False)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url=HOST) as client:
                return await client.request(method, path, **options)

        return asyncio.run(sent())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)
