"""The local server of the explorer: plain HTTP and JSON (docs/explorer.md)."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from standoff.addons.explorer import bodies
from standoff.addons.explorer.guard import Guard, proof
from standoff.addons.explorer.responses import JsonResponse, respond
from standoff.addons.explorer.workshop import Workshop

__all__ = ["Workshop", "application"]

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FILES = {path.name: path for path in (Path(__file__).parent / "static").iterdir() if path.suffix in TYPES}
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def application(workshop: Workshop, *, port: int, token: str) -> Guard:
    """The server of a case, behind its guard."""

    async def described(request: Request) -> Response:
        return await run_in_threadpool(respond, workshop.description)

    async def reloaded(request: Request) -> Response:
        if workshop.read is not None and await run_in_threadpool(workshop.reload):
            threading.Thread(target=workshop.warm, daemon=True).start()
        return await described(request)

    async def proved(request: Request) -> Response:
        return JsonResponse({"proof": proof(token, port, request.path_params["challenge"])})

    routes = [
        Route("/", page),
        Route("/static/{name}", page),
        Route("/proof/{challenge}", proved),
        Route("/api/case", described),
        Route("/api/reload", reloaded, methods=["POST"]),
        Route("/api/beliefs", from_query(bodies.BeliefQuery, workshop.beliefs)),
        Route("/api/move", from_body(bodies.MoveBody, workshop.move), methods=["POST"]),
        Route("/api/reasons", from_body(bodies.ReasonsBody, workshop.reasons), methods=["POST"]),
        Route("/api/when", from_body(bodies.QuestionBody, workshop.when), methods=["POST"]),
        Route("/api/claims", from_query(bodies.ClaimQuery, workshop.claims)),
        Route("/api/claims/{name}", from_name(workshop.claim)),
        Route("/api/points/{name}", from_name(workshop.points)),
        Route("/api/futures", from_body(bodies.QuestionBody, workshop.futures), methods=["POST"]),
        Route("/api/future", from_body(bodies.FutureBody, workshop.future), methods=["POST"]),
        Route("/api/group", from_body(bodies.GroupBody, workshop.group), methods=["POST"]),
        Route("/api/near", from_body(bodies.NearBody, workshop.near), methods=["POST"]),
        Route("/api/exhaustion", from_body(bodies.RunBody, workshop.exhaustion), methods=["POST"]),
        Route("/api/variants", from_query(bodies.EmptyBody, lambda _: workshop.variants(bodies.VariantBody()))),
        Route("/api/variants", from_body(bodies.VariantBody, workshop.variants), methods=["POST"]),
        Route("/api/tries", from_query(bodies.EmptyBody, lambda _: workshop.history())),
        Route("/api/tries", from_body(bodies.TryBody, workshop.add_try), methods=["POST"]),
        Route("/api/tries/{name}", edit_of_try(workshop), methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={ClientDisconnect: cut_off}), port, token)


def from_body(kind: type[bodies.B], work: Callable[[bodies.B], Any]) -> Endpoint:
    """An endpoint that works on the body of a request."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        return await run_in_threadpool(respond, lambda: work(bodies.read(kind, raw)))

    return endpoint


def from_query(kind: type[bodies.B], work: Callable[[bodies.B], Any]) -> Endpoint:
    """An endpoint that works on the query of an address."""

    async def endpoint(request: Request) -> Response:
        query = dict(request.query_params)
        return await run_in_threadpool(respond, lambda: work(bodies.check(kind, query)))

    return endpoint


def from_name(work: Callable[[str], Any]) -> Endpoint:
    """An endpoint that works on the name in an address."""

    async def endpoint(request: Request) -> Response:
        name = request.path_params["name"]
        return await run_in_threadpool(respond, lambda: work(name))

    return endpoint


def edit_of_try(workshop: Workshop) -> Endpoint:
    """The endpoint that changes a try."""

    async def endpoint(request: Request) -> Response:
        name, raw = request.path_params["name"], await request.body()
        return await run_in_threadpool(respond, lambda: workshop.edit_try(name, bodies.read(bodies.TryEditBody, raw)))

    return endpoint


async def cut_off(request: Request, error: Exception) -> Response:
    """The answer to a body that ends early, or is longer than its header said."""
    return JsonResponse({"problems": ["the body has not the length that its header says"]}, 413)


async def page(request: Request) -> Response:
    """A file of the page."""
    path = FILES.get(request.path_params.get("name", "index.html"))
    if path is not None:
        return FileResponse(path, media_type=TYPES[path.suffix])
    return JsonResponse({"problems": ["there is nothing at this address"]}, 404)
