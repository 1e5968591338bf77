"""The local server of the explorer: plain HTTP and JSON (docs/explorer.md)."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from standoff.errors import StandoffError
from standoff.ledger import Ledger
from standoff.serialise import to_plain
from standoff.web.explorer import DRAWS, QUICK, Explorer, lever_control
from standoff.web.guard import Guard

if TYPE_CHECKING:
    from standoff.engine.model import Model

STATIC = Path(__file__).parent / "static"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
KEPT = 64  # moves that are kept; assumption: undo, redo and a comparison of a session's last tries


@dataclass(eq=False)
class Workshop:
    """A case behind the server: its model at once, its futures when they are ready."""

    case: str
    model: Model
    open: Callable[[Model], Explorer] = Explorer.open
    explorer: Explorer | None = None
    problems: tuple[str, ...] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _moves: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def warm(self) -> None:
        """Simulate the case as it stands; a failure is kept, to be shown."""
        try:
            self.explorer = self.open(self.model)
        except StandoffError as error:
            self.problems = tuple(map(str, error.problems))
        finally:  # whatever ended it: the page must not wait for ever
            if self.explorer is None and not self.problems:
                self.problems = ("the futures could not be simulated; the terminal of `standoff open` says why",)

    def description(self) -> dict[str, Any]:
        """What the page needs before any lever is moved."""
        scenario, plan = self.model.scenario, self.model.plan
        main = next(item for item in plan.questions if item.id == plan.main_question)
        return {
            "case": self.case, "title": scenario.title, "as_of": str(scenario.as_of), "variant": plan.variant,
            "model": self.model.hash, "question": main.question.text, "date": main.date, "main": main.id,
            "is_share": main.form.is_share,
            "choice": next(iter(plan.options_of(main)), ""),
            "resolution": main.question.resolution, "draws": {"quick": QUICK, "full": DRAWS},
            "levers": [to_plain(asdict(lever_control(self.model, name))) for name in scenario.levers],
            "shipped": self._shipped(), "ready": self.explorer is not None, "problems": list(self.problems),
        }  # fmt: skip

    def move(self, levers: Mapping[str, float | str], draws: int) -> dict[str, Any]:
        """A move, from memory where it was made before; one at a time."""
        assert self.explorer is not None
        key = (draws, *sorted(levers.items()))
        with self._lock:
            if key not in self._moves:
                if len(self._moves) >= KEPT:
                    self._moves.pop(next(iter(self._moves)))
                self._moves[key] = self.explorer.move(levers, draws).to_data()
            return self._moves[key]

    def _shipped(self) -> dict[str, list[float]]:
        """Answers that come with a case of the catalogue: share and Monte Carlo error by question."""
        folder = self.model.plan.loaded.folder
        path = None if folder is None or self.model.plan.variant else folder / "expected.json"
        if path is None or not path.is_file():
            return {}
        values = json.loads(path.read_text(encoding="utf-8"))["values"]
        return {name.removeprefix("answer "): value for name, value in values.items() if name.startswith("answer ")}


def application(workshop: Workshop, *, port: int, token: str) -> Guard:
    """The server of a case, behind its guard."""

    async def described(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(workshop.description))

    async def moved(request: Request) -> Response:
        try:
            levers, draws = _state(await request.json())
        except (ValueError, TypeError) as error:
            return JSONResponse({"problems": [str(error)]}, 400)
        if workshop.explorer is None:
            return JSONResponse({"problems": ["the futures are not ready yet"]}, 409)
        try:
            return JSONResponse(await run_in_threadpool(workshop.move, levers, draws))
        except StandoffError as error:
            return JSONResponse({"problems": [str(problem).strip() for problem in error.problems]}, 400)

    async def claimed(request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(_claim(workshop.model.ledger, name)) if name in workshop.model.ledger else _missing()

    async def page(request: Request) -> Response:
        path = STATIC / request.path_params.get("name", "index.html")
        known = path.parent == STATIC and path.is_file() and path.suffix in TYPES
        return FileResponse(path, media_type=TYPES[path.suffix]) if known else _missing()

    routes = [
        Route("/", page), Route("/static/{name}", page), Route("/api/case", described),
        Route("/api/move", moved, methods=["POST"]), Route("/api/claims/{name}", claimed),
    ]  # fmt: skip
    return Guard(Starlette(routes=routes), port, token)


def _missing() -> Response:
    return JSONResponse({"problems": ["there is nothing at this address"]}, 404)


def _state(data: Any) -> tuple[dict[str, float | str], int]:
    """Levers and number of futures of a request; raises `ValueError`."""
    if not isinstance(data, dict) or not isinstance(data.get("levers"), dict) or set(data) - {"levers", "draws"}:
        raise ValueError('a move is {"levers": {"name": value}, "draws": number}')
    draws = data.get("draws", DRAWS)
    if draws not in (QUICK, DRAWS) or isinstance(draws, bool):
        raise ValueError(f"`draws` is {QUICK} or {DRAWS}")
    for name, value in data["levers"].items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number and not isinstance(value, str):
            raise ValueError(f"the value of `{name}` is no number")
    return data["levers"], int(draws)


def _claim(ledger: Ledger, name: str) -> dict[str, str]:
    """A claim in the words of its speaker."""
    claim = ledger[name]
    return {
        "id": name, "statement": claim.statement, "speaker": claim.speaker, "side": claim.side, "as_of": str(claim.as_of),
        "published": str(claim.published), "title": claim.source.title, "publisher": claim.source.publisher,
        "url": claim.source.url if claim.source.url.startswith(("http://", "https://")) else "",
    }  # fmt: skip
