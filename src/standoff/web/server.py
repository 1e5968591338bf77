"""The local server of the explorer: plain HTTP and JSON (docs/explorer.md)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from standoff.errors import Problem, StandoffError
from standoff.ledger import Ledger
from standoff.scenario import overrides
from standoff.serialise import to_plain
from standoff.web.explorer import COUNTS, DRAWS, MOST, QUICK, Explorer
from standoff.web.guard import Guard
from standoff.web.state import ExplorerState

if TYPE_CHECKING:
    from standoff.engine.model import Model

STATIC = Path(__file__).parent / "static"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STOCKS = 8  # charts of a move; assumption
KEPT = 64  # moves that are kept; assumption: undo, redo and a comparison of a session's last tries


@dataclass(eq=False)
class Workshop:
    """A case behind the server: its model at once, its futures when they are ready.

    A case that cannot be read has no model, and `faults` lists what is wrong with it.
    """

    case: str
    model: Model | None = None
    open: Callable[[Model], Explorer] = Explorer.open
    read: Callable[[], Model] | None = None  #: reads the case again
    explorer: Explorer | None = None
    problems: tuple[str, ...] = ()  #: why there are no futures
    faults: tuple[Problem, ...] = ()  #: of the case, when it was read last
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _moves: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def reload(self) -> bool:
        """Read the case again; returns whether there is another model, which is to be warmed.

        With faults, the last good model stays, if there was one.
        """
        assert self.read is not None
        try:
            model = self.read()
        except StandoffError as error:
            self.faults = error.problems
            return False
        with self._lock:
            self.faults = ()
            if self.model is not None and self.model.hash == model.hash:
                return False
            self.model, self.explorer, self.problems = model, None, ()
            self._moves.clear()
        return True

    def warm(self) -> None:
        """Simulate the case as it stands; a failure is kept, to be shown."""
        model, explorer = self.model, None
        assert model is not None
        problems: tuple[str, ...] = ("the futures could not be simulated; the terminal of `standoff open` says why",)
        try:
            explorer, problems = self.open(model), ()
        except StandoffError as error:
            problems = tuple(map(str, error.problems))
        finally:  # whatever ended it: the page must not wait for ever
            with self._lock:
                if self.model is model:  # and not another one that was read meanwhile
                    self.explorer, self.problems = explorer, problems

    def description(self) -> dict[str, Any]:
        """What the page needs before any lever is moved."""
        if self.model is None:
            return {"case": self.case, "model": "", "ready": False, "problems": self._problems()}
        scenario, plan = self.model.scenario, self.model.plan
        main = next(item for item in plan.questions if item.id == plan.main_question)
        return {
            "case": self.case, "title": scenario.title, "as_of": str(scenario.as_of), "variant": plan.variant,
            "model": self.model.hash, "question": main.question.text, "date": main.date, "main": main.id,
            "is_share": main.form.is_share,
            "choice": next(iter(plan.options_of(main)), ""),
            "resolution": main.question.resolution, "draws": {"quick": QUICK, "full": DRAWS, "most": MOST},
            "levers": [to_plain(lever_control(self.model, name)) for name in scenario.levers],
            "shipped": self._shipped(), "ready": self.explorer is not None, "problems": self._problems(),
        }  # fmt: skip

    def move(self, state: ExplorerState, draws: int, stocks: tuple[str, ...] = ()) -> dict[str, Any]:
        """A move, from memory where it was made before; one at a time."""
        assert self.explorer is not None
        key = (draws, stocks, state.key)
        with self._lock:
            if key not in self._moves:
                if len(self._moves) >= KEPT:
                    self._moves.pop(next(iter(self._moves)))
                self._moves[key] = self.explorer.move(state, draws, stocks).to_data()
            return self._moves[key]

    def _problems(self) -> list[dict[str, str]]:
        """Faults of the case, and why it has no futures."""
        return [asdict(problem) for problem in (*self.faults, *map(Problem, self.problems))]

    def _shipped(self) -> dict[str, list[float]]:
        """Answers that come with a case of the catalogue: share and Monte Carlo error by question."""
        assert self.model is not None
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
            state, draws, stocks = _state(await request.json())
        except (ValueError, TypeError) as error:
            return JSONResponse({"problems": [str(error)]}, 400)
        except StandoffError as error:
            return JSONResponse({"problems": [str(problem).strip() for problem in error.problems]}, 400)
        if workshop.explorer is None:
            return JSONResponse({"problems": ["the futures are not ready yet"]}, 409)
        try:
            return JSONResponse(await run_in_threadpool(workshop.move, state, draws, stocks))
        except StandoffError as error:
            return JSONResponse({"problems": [str(problem).strip() for problem in error.problems]}, 400)

    async def claimed(request: Request) -> Response:
        name, model = request.path_params["name"], workshop.model
        return JSONResponse(_claim(model.ledger, name)) if model is not None and name in model.ledger else _missing()

    async def reloaded(_: Request) -> Response:
        if await run_in_threadpool(workshop.reload):
            threading.Thread(target=workshop.warm, daemon=True).start()
        return await described(_)

    async def page(request: Request) -> Response:
        path = STATIC / request.path_params.get("name", "index.html")
        known = path.parent == STATIC and path.is_file() and path.suffix in TYPES
        return FileResponse(path, media_type=TYPES[path.suffix]) if known else _missing()

    routes = [
        Route("/", page), Route("/static/{name}", page), Route("/api/case", described),
        Route("/api/move", moved, methods=["POST"]), Route("/api/claims/{name}", claimed),
        Route("/api/reload", reloaded, methods=["POST"]),
    ]  # fmt: skip
    return Guard(Starlette(routes=routes), port, token)


def _missing() -> Response:
    return JSONResponse({"problems": ["there is nothing at this address"]}, 404)


def _state(data: Any) -> tuple[ExplorerState, int, tuple[str, ...]]:
    """State, number of futures and stocks of a request; raises `ValueError` and `ModelError`."""
    if not isinstance(data, dict) or set(data) - {"state", "draws", "stocks", "tab", "seq"}:
        raise ValueError('a move is {"state": {...}, "draws": number, "stocks": [names]}')
    draws, stocks = data.get("draws", DRAWS), data.get("stocks", [])
    if draws not in COUNTS or isinstance(draws, bool):
        raise ValueError(f"`draws` is one of {', '.join(map(str, COUNTS))}")
    if not isinstance(stocks, list) or len(stocks) > STOCKS or not all(isinstance(name, str) for name in stocks):
        raise ValueError(f"`stocks` are {STOCKS} names at most")
    return ExplorerState.from_data(data.get("state", {})), int(draws), tuple(stocks)


def lever_control(model: Model, name: str) -> dict[str, Any]:
    """A lever with its range and belief."""
    plan, lever = model.plan, model.scenario.levers[name]
    low, high, unit = overrides.ends(lever.model_dump(), plan.scenario.units)
    parameter = plan.parameters[plan.in_force(plan.number(lever.target))]
    low5, now, high95 = (parameter.quantile(p) / unit.factor for p in (0.05, 0.5, 0.95))
    return {"name": name, "text": lever.text or name, "unit": unit.text if unit.dims else "", "low": low, "high": high,
            "now": now, "believed": (low5, high95), "target": parameter.path,
            "sources": list(parameter.belief.sources)}  # fmt: skip


def _claim(ledger: Ledger, name: str) -> dict[str, str]:
    """A claim in the words of its speaker."""
    claim = ledger[name]
    return {
        "id": name, "statement": claim.statement, "speaker": claim.speaker, "side": claim.side, "as_of": str(claim.as_of),
        "published": str(claim.published), "title": claim.source.title, "publisher": claim.source.publisher,
        "url": claim.source.url if claim.source.url.startswith(("http://", "https://")) else "",
    }  # fmt: skip
