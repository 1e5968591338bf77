"""Draws of a block and draws with paths, by the size of a model: the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standoff.engine.model import Model

BLOCK_DRAWS = 400  # draws of a block: divides round numbers, so that few places stay empty (others: engine.py --chunks)
PATH_DRAWS = (384, 256, 192, 128, 64)  # draws of a block that may keep their paths
BLOCK_BYTES = 80e6  # assumption: memory for the paths of a block, for a million draws in 1.5 GB
PATHS = 4096  # assumption: enough for a 5 % quantile to be right to 0.7 percentile points (2 standard errors)
PATH_BYTES = 200e6  # assumption: memory for whole paths unless more are requested


def default_path_count(model: Model) -> int:
    """Default number of draws with recorded paths: 4,096, or fewer where a path is long."""
    return max(1, min(PATHS, int(PATH_BYTES / path_bytes(model))))


def block_size(model: Model) -> tuple[int, int]:
    """Draws of a block, and how many of them may record their paths, within the memory limit."""
    each = 4 * model.program.steps * len(model.plan.cells)
    return BLOCK_DRAWS, next((wide for wide in PATH_DRAWS if wide * each <= BLOCK_BYTES), PATH_DRAWS[-1])


def path_bytes(model: Model) -> int:
    """Size of the whole path of one draw, in single precision."""
    program = model.program
    return 4 * program.steps * (len(model.plan.cells) + len(program.option_rows) + len(model.plan.choices))
