"""Guard of the local server: only its own page may ask, and only for what the page needs.

A request must name this server as its host (against DNS rebinding), bring the token of this start for data, and come
from the page itself where it asks for something to be done. Every response forbids scripts and frames of others.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 100_000  # bytes of a request; assumption: a state with a thousand levers has a tenth
TOKEN = "x-standoff-token"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def proof(token: str, port: int, challenge: str) -> str:
    """The answer to a challenge that needs the token of a start, and does not tell it."""
    return hmac.new(token.encode(), f"{port} {challenge}".encode(), "sha256").hexdigest()


@dataclass(frozen=True)
class Guard:
    """The application behind its checks."""

    app: ASGIApp
    port: int
    token: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it; connections that are no HTTP are closed."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        problem = self.refusal(scope["method"], scope["path"], Headers(scope=scope))
        if problem:
            status, reason = problem
            await JSONResponse({"problems": [reason]}, status)(scope, receive, _with_headers(send))
            return
        await self.app(scope, _limited(receive), _with_headers(send))

    def refusal(self, method: str, path: str, headers: Headers) -> tuple[int, str] | None:
        """Status and reason of a refusal; None for a request that may pass."""
        origins, sites = headers.getlist("origin"), headers.getlist("sec-fetch-site")
        hosts = [f"127.0.0.1:{self.port}", f"localhost:{self.port}"]
        if headers.getlist("host") not in [[host] for host in hosts]:
            return 421, "this server answers only to its own address"
        if method not in {"GET", "POST"}:
            return 405, "only GET and POST are known"
        if origins not in [[], *([f"http://{host}"] for host in hosts)] or sites not in [[], ["same-origin"], ["none"]]:
            return 403, "requests of other pages are refused"
        if not path.startswith("/api/"):
            return None
        tokens = headers.getlist(TOKEN)
        if len(tokens) != 1 or not hmac.compare_digest(tokens[0].encode(), self.token.encode()):
            return 401, "the token of this start is missing: open the address that `standoff open` printed"
        if method == "GET":
            return None
        if not origins and sites != ["same-origin"]:
            return 403, "requests from outside the page are refused"
        if [kind.partition(";")[0].strip() for kind in headers.getlist("content-type")] != ["application/json"]:
            return 415, "a request must be JSON"
        lengths = headers.getlist("content-length")
        if len(lengths) != 1 or not re.fullmatch("[0-9]{1,9}", lengths[0]) or int(lengths[0]) > LARGEST:
            return 413, f"a request may have at most {LARGEST:,} bytes, and must say how many"
        return None


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return sent


def _limited(receive: Receive) -> Receive:
    """The body of a request, cut off at the limit whatever its header says."""
    total = 0

    async def received() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        return {"type": "http.disconnect"} if total > LARGEST else message

    return received
