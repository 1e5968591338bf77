"""The local server of the explorer: plain HTTP and JSON (docs/explorer.md)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from standoff.addons.explorer import bodies
from standoff.addons.explorer.guard import Guard, proof
from standoff.addons.explorer.responses import JsonResponse, respond
from standoff.addons.explorer.workshop import Workshop
from standoff.report import assets

#: work of a workshop that has the name of its address
NAMED = (
    "beliefs",
    "claims",
    "exhaustion",
    "forecasts",
    "future",
    "futures",
    "group",
    "lever",
    "lever_map",
    "move",
    "movers",
    "near",
    "overview",
    "reasons",
    "share",
    "variants",
    "when",
)
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
READING = '<p class="soft">Reading the case …</p>'  #: of index.html, in place of which the overview stands
FILES = {path.name: path for path in (Path(__file__).parent / "static").rglob("*") if path.suffix in TYPES}
FILES["shared.css"] = Path(assets.__file__).with_name("shared.css")  #: colours, and what reports have too


def application(workshop: Workshop, *, port: int, token: str) -> Guard:
    """The server of a case, behind its guard."""

    async def proved(request: Request) -> Response:
        return JsonResponse({"proof": proof(token, port, request.path_params["challenge"])})

    async def front(request: Request) -> Response:
        story = await run_in_threadpool(workshop.front)
        text = FILES["index.html"].read_text(encoding="utf-8")
        return Response(text.replace(READING, story or READING), media_type="text/html")

    endpoints: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("case", workshop.description),
        ("reload", workshop.reread),
        ("claims/{name}", workshop.claim),
        ("points/{name}", workshop.points),
        ("variants", lambda: workshop.variants(bodies.VariantBody())),
        ("tries", workshop.history),
        ("tries", workshop.add_try),
        ("tries/{name}", workshop.edit_try),
        ("games", workshop.play),
        ("games", workshop.begin_game),
        ("games/{name}", workshop.game),
        ("games/{name}/turn", workshop.choose),
        ("games/{name}/advice", workshop.advise),
        ("games/{name}/debrief", workshop.debrief),
        *((name, getattr(workshop, name)) for name in NAMED),
    )
    routes = [
        Route("/", front),
        Route("/static/{name}", page),
        Route("/static/vendor/{name}", page),
        Route("/proof/{challenge}", proved),
        *(endpoint(f"/api/{path}", work) for path, work in endpoints),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={ClientDisconnect: cut_off}), port, token)


def endpoint(path: str, work: Callable[..., Any]) -> Route:
    """A route to some work, in a thread.

    It gets the names in the address and what it is annotated with: a `body`, which is posted, or a `query`, checked.
    """
    kinds = get_type_hints(work)

    async def answered(request: Request) -> Response:
        raw, query = await request.body(), dict(request.query_params)

        def result() -> Any:
            arguments = {"body": bodies.read(kinds["body"], raw)} if "body" in kinds else {}
            arguments |= {"query": bodies.check(kinds["query"], query)} if "query" in kinds else {}
            return work(**request.path_params, **arguments)

        return await run_in_threadpool(respond, result)

    return Route(path, answered, methods=["POST" if "body" in kinds else "GET"])


async def cut_off(request: Request, error: Exception) -> Response:
    """The answer to a body that ends early, or is longer than its header said."""
    return JsonResponse({"problems": ["the body has not the length that its header says"]}, 413)


async def page(request: Request) -> Response:
    """A file of the page."""
    path = FILES.get(request.path_params["name"])
    if path is not None:
        return FileResponse(path, media_type=TYPES[path.suffix])
    return JsonResponse({"problems": ["there is nothing at this address"]}, 404)
