"""A process that answers: too long a call ends with it, and prints stay off the protocol."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from standoff.addons.agents import CHARACTERS
from standoff.addons.agents.limits import Limits
from standoff.addons.agents.tools import TOOLS
from standoff.child_process import end_with_parent
from standoff.errors import RunError, StandoffError

SPAWN = multiprocessing.get_context("spawn")


class Worker:
    """Answers calls one after another in a process of its own, which stays warm."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._turn = threading.Lock()
        self._running: tuple[BaseProcess, Connection] | None = None

    def answer(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """The answer of a tool as JSON; `RunError` where it is late, too long or refused."""
        with self._turn:
            process, line = self._running = self._running or self._start()
            try:
                line.send((tool, dict(arguments)))
                if not line.poll(self.limits.seconds):
                    self._end(process)
                    raise RunError(
                        f"`{tool}` did not end within {self.limits.seconds:g} seconds",
                        fix="ask for fewer futures, or start `standoff mcp --seconds` with more",
                    )
                text, problems = line.recv()
            except (EOFError, OSError):
                self._end(process)
                raise RunError(
                    f"the process of `{tool}` ended", fix="call it again; with fewer futures if it lacked memory"
                ) from None
        if problems:
            raise RunError(problems)
        if len(text) > CHARACTERS:
            raise RunError(
                f"the answer of `{tool}` has {len(text):,} characters",
                allowed=f"at most {CHARACTERS:,}",
                fix="ask for one part, one question or fewer entries",
            )
        return text

    def _start(self) -> tuple[BaseProcess, Connection]:
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(target=_work, args=(theirs, self.limits), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def _end(self, process: BaseProcess) -> None:
        process.kill()
        process.join()
        self._running = None


def _work(line: Connection, limits: Limits) -> None:
    """Answer until the line is closed; what is printed goes to standard error."""
    end_with_parent()
    os.dup2(sys.stderr.fileno(), 1)
    while True:
        try:
            tool, arguments = line.recv()
        except EOFError:
            return
        try:
            line.send((json.dumps(TOOLS[tool](limits, **arguments), ensure_ascii=False, allow_nan=False), ()))
        except StandoffError as error:
            line.send(("", error.problems))
