"""The class of arithmetic tells processors with fused multiply-add from those without, and no others of x86."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from standoff import software

CLASS = "from standoff.software import arithmetic; print(arithmetic())"


def of(isa: str, cache: object) -> str:
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_max_isa={isa}" if isa else os.environ.get("XLA_FLAGS", "")
    environment = {**os.environ, "XLA_FLAGS": flags, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run([sys.executable, "-c", CLASS], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_what_differs_is_named() -> None:
    here = software.software()
    assert software.differences(here) == []
    (text,) = software.differences({**here, "jax": "0.0.1"})
    assert text == f"jax {here['jax']}, wanted 0.0.1"
    assert {"standoff", "jax", "compiler", "numpy", "python", "source", "arithmetic"} == here.keys()


def test_one_byte_of_our_code_changes_the_source_digest(tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.py").write_text("x = 1\n")
    before = software.source(tmp_path)
    software.source.cache_clear()
    (tmp_path / "a" / "b.py").write_text("x = 2\n")
    assert software.source(tmp_path) != before


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="instruction sets of x86")
def test_only_the_fused_multiply_add_makes_a_class_on_x86(tmp_path) -> None:
    own, avx2, sse = (of(isa, tmp_path / (isa or "own")) for isa in ("", "AVX2", "SSE4_2"))
    assert own == avx2 != sse
