"""How fast the explorer answers: milliseconds of moves, options, turns and advice, memory, and what a browser paints.

    python -m benchmarks.explorer [CASE ...] [--moves 20] [--variant NAME] [--browser]

Each move has another value of the first lever, so that none is answered from memory. Memory is that of the process after
60 moves that come to rest and, with `--variant`, with one variant beside the case. `--browser` starts `standoff open` and measures
in Chromium: the front screen while the engine is not there yet, and a lever from the key to the picture. The load of the
machine is printed beside, since other programs on the same cores slow everything down.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from standoff import advise, build, load, play
from standoff.addons.explorer.bodies import MoveBody, VariantBody
from standoff.addons.explorer.explorer import COUNTS, DRAWS, QUICK, Explorer
from standoff.addons.explorer.state import ExplorerState
from standoff.addons.explorer.workshop import Workshop
from standoff.scenario.overrides import ends
from standoff.serialise import to_plain

MEMORY_MOVES = 60  # after which the memory is read, as a reader of an hour makes
WATCH = """() => { const box = document.querySelector("section.answer"), since = [];
  addEventListener("keydown", () => since.push(performance.now()), {capture: true, once: true});
  return new Promise((done) => new MutationObserver((_, watcher) => {
    if (!since.length || !box.textContent.includes("512 futures")) return;
    watcher.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - since[0])));
  }).observe(box, {childList: true, characterData: true, subtree: true})); }"""  # from the key to the painted answer
PAINTED = """() => new Promise((done) => new PerformanceObserver((all) => done(all.getEntries().at(-1).startTime))
  .observe({type: "largest-contentful-paint", buffered: true}))"""


def timed(work: Callable[..., Any], *of: Any) -> float:
    """Milliseconds of some work."""
    begun = time.perf_counter()
    work(*of)
    return 1000 * (time.perf_counter() - begun)


def show(name: str, times: Iterable[float]) -> None:
    """Print a median and the slowest tenth."""
    found = [*times]
    print(f"  {name}: median {np.median(found):.0f} ms, 90 % {np.quantile(found, 0.9):.0f} ms", flush=True)


def states(explorer: Explorer, count: int, shift: float) -> list[ExplorerState]:
    """So many states of the first lever over its range; another `shift` gives others."""
    name, lever = next(iter(explorer.model.scenario.levers.items()))
    low, high, _ = ends(lever.model_dump(), explorer.model.plan.scenario.units)
    return [ExplorerState(levers={name: low + (high - low) * (k + shift) / (count + 1)}) for k in range(count)]


def moved(explorer: Explorer, state: ExplorerState, draws: int) -> None:
    """A move as the server sends it."""
    json.dumps(to_plain(explorer.move(state, draws)), separators=(",", ":"))


def used(shop: Workshop, moves: Iterable[ExplorerState], variant: str) -> None:
    """Print the memory after moves that come to rest, and with a variant open."""
    for body in (MoveBody(state=state, draws=draws) for state in moves for draws in COUNTS):
        shop.move(body)
    print(f"  memory after {MEMORY_MOVES} moves: {resident():.2f} GB", flush=True)
    if variant:
        while not any(each["open"] for each in shop.variants(VariantBody(name=variant))["variants"]):
            time.sleep(1)
        print(f"  memory with a variant: {resident():.2f} GB", flush=True)


def resident() -> float:
    """Memory of this process in GB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1e6


def measure(case: str, moves: int, variant: str) -> None:
    """Everything but the browser."""
    begun = time.perf_counter()
    explorer = Explorer.open(build(*load(case)))
    print(f"{case}: open in {time.perf_counter() - begun:.1f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    for draws, first, shift in ((QUICK, 0, 0.1), (DRAWS, 0, 0.2), (DRAWS, QUICK, 0.3)):
        moved(explorer, ExplorerState(), draws)
        times = []
        for state in states(explorer, moves, shift):
            if first:
                moved(explorer, state, first)
            times.append(timed(moved, explorer, state, draws))
        show(f"{draws} futures{f' after {first}' if first else ''}", times)
    used(Workshop(case, explorer.model, explorer=explorer), states(explorer, MEMORY_MOVES, 0.4), variant)
    free = [choice for choice in explorer.model.plan.choices if any(choice.is_free)]
    held = [ExplorerState(holds={choice.name: option}) for choice in free for option in choice.options][:moves]
    show(f"an option held, {QUICK} futures", [timed(moved, explorer, state, QUICK) for state in held])
    game = play(explorer.session, free[0].actor)
    advice = [timed(advise, game) for _ in range(3)]
    turns = list[float]()
    while game.turn is not None and len(turns) < moves:
        likely = {each.choice: max(each.probability, key=each.probability.__getitem__) for each in game.turn.decisions}
        turns.append(timed(game.choose, likely))
    show("a turn", turns)
    show("advice", advice)


def painted(case: str, moves: int) -> None:
    """The front screen and a lever in a browser."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-u", "-m", "standoff", "open", case, "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), chromium_sandbox=False
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        fronts = []
        for _ in range(5):
            page.goto("about:blank")
            page.goto(address)
            page.locator(".story .sentence").wait_for()
            fronts.append(page.evaluate(PAINTED))
        show("front screen painted, engine not there", fronts)
        page.get_by_role("button", name="Try", exact=True).click()
        answer, lever = page.locator("section.answer"), page.get_by_role("slider").first
        answer.get_by_text("10,240 futures").wait_for(timeout=600_000)
        times = []
        for _ in range(moves):
            page.wait_for_timeout(4_000)  # until the lever rests and no futures are added
            page.evaluate(f"window.painted = ({WATCH})(), 0")
            lever.press("ArrowRight")
            times.append(page.evaluate("window.painted"))
        show(f"lever to picture, {QUICK} futures", times)
        browser.close()
        server.terminate()


def main() -> None:
    """Measure the cases."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("cases", nargs="*", default=["closed-form", "china-russia"])
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--variant", default="")
    parser.add_argument("--browser", action="store_true")
    args = parser.parse_args()
    for case in args.cases:
        measure(case, args.moves, args.variant)
        if args.browser:
            painted(case, args.moves)


if __name__ == "__main__":
    main()
