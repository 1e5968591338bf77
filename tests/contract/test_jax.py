"""Private and experimental JAX, and options of its compiler, stand in `xla.py` alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import standoff

HOME = Path(standoff.__file__).parent
PRIVATE = re.compile(
    r"jax\.experimental|jax\._src|from jax import (?:experimental|_src)|jaxlib|XLA_FLAGS|NPROC|malloc_trim|check_vma"
    r"|jax_persistent|['\"]xla_|--xla_|compiler_options=\{"
)


def test_no_other_file_uses_private_jax() -> None:
    others = [file for file in HOME.rglob("*.py") if file != HOME / "xla.py"]
    wrong = {str(file.relative_to(HOME)): match[0] for file in others if (match := PRIVATE.search(file.read_text()))}
    assert not wrong
    assert len(set(PRIVATE.findall((HOME / "xla.py").read_text()))) >= 8


@pytest.mark.parametrize(
    "text", ["from jax.experimental import x", 'jax.jit(f, compiler_options={"a": 1})', 'OPTIONS = {"xla_cpu": 1}']
)
def test_a_use_is_seen(text: str) -> None:
    assert PRIVATE.search(text)
