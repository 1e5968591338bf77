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

    def reloaded(request: Request, raw: bytes) -> Any:
        if workshop.read is not None and workshop.reload():
            threading.Thread(target=workshop.warm, daemon=True).start()
        return workshop.description()

    async def proved(request: Request) -> Response:
        return JsonResponse({"proof": proof(token, port, request.path_params["challenge"])})

    body_of: dict[str, type[bodies.Body]] = {
        "move": bodies.MoveBody,
        "reasons": bodies.ReasonsBody,
        "when": bodies.QuestionBody,
        "futures": bodies.QuestionBody,
        "future": bodies.FutureBody,
        "group": bodies.GroupBody,
        "near": bodies.NearBody,
        "exhaustion": bodies.RunBody,
        "variants": bodies.VariantBody,
    }
    routes = [
        Route("/", page),
        Route("/static/{name}", page),
        Route("/proof/{challenge}", proved),
        Route("/api/case", endpoint(lambda request, raw: workshop.description())),
        Route("/api/reload", endpoint(reloaded), methods=["POST"]),
        Route("/api/beliefs", from_query(bodies.BeliefQuery, workshop.beliefs)),
        Route("/api/claims", from_query(bodies.ClaimQuery, workshop.claims)),
        Route("/api/claims/{name}", from_name(workshop.claim)),
        Route("/api/points/{name}", from_name(workshop.points)),
        Route("/api/variants", from_query(bodies.EmptyBody, lambda _: workshop.variants(bodies.VariantBody()))),
        Route("/api/tries", from_query(bodies.EmptyBody, lambda _: workshop.history())),
        Route("/api/tries", from_body(bodies.TryBody, workshop.add_try), methods=["POST"]),
        Route("/api/tries/{name}", edit_of_try(workshop), methods=["POST"]),
        *(
            Route(f"/api/{name}", from_body(kind, getattr(workshop, name)), methods=["POST"])
            for name, kind in body_of.items()
        ),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={ClientDisconnect: cut_off}), port, token)


def endpoint(work: Callable[[Request, bytes], Any]) -> Endpoint:
    """An endpoint that works on a request and its body, in a thread."""

    async def answered(request: Request) -> Response:
        raw = await request.body() if request.method == "POST" else b""
        return await run_in_threadpool(respond, lambda: work(request, raw))

    return answered


def from_body(kind: type[bodies.B], work: Callable[[bodies.B], Any]) -> Endpoint:
    """An endpoint that works on the body of a request."""
    return endpoint(lambda _, raw: work(bodies.read(kind, raw)))


def from_query(kind: type[bodies.B], work: Callable[[bodies.B], Any]) -> Endpoint:
    """An endpoint that works on the query of an address."""
    return endpoint(lambda request, _: work(bodies.check(kind, dict(request.query_params))))


def from_name(work: Callable[[str], Any]) -> Endpoint:
    """An endpoint that works on the name in an address."""
    return endpoint(lambda request, _: work(request.path_params["name"]))


def edit_of_try(workshop: Workshop) -> Endpoint:
    """The endpoint that changes a try."""
    return endpoint(
        lambda request, raw: workshop.edit_try(request.path_params["name"], bodies.read(bodies.TryEditBody, raw))
    )


async def cut_off(request: Request, error: Exception) -> Response:
    """The answer to a body that ends early, or is longer than its header said."""
    return JsonResponse({"problems": ["the body has not the length that its header says"]}, 413)


async def page(request: Request) -> Response:
    """A file of the page."""
    path = FILES.get(request.path_params.get("name", "index.html"))
    if path is not None:
        return FileResponse(path, media_type=TYPES[path.suffix])
    return JsonResponse({"problems": ["there is nothing at this address"]}, 404)
