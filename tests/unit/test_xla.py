"""Plain JAX gives the numbers of the tuned one."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from standoff import xla
from standoff.analysis.sensitivity.screening import parameter_uniforms
from standoff.catalog import load
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.inference.reconcile.reconcile import reconcile
from tests.conftest import QUICK_COMPILER

DRAWS = 64
PLAIN_RUN = """
import sys
import numpy as np
from standoff import xla
sys.path.insert(0, sys.argv[1])
from test_xla import results
assert xla.PLAIN and len(xla.single_thread_devices()) == len(xla.devices()) == 1
np.savez(sys.argv[2], **results())
"""


def results():
    """Numbers of a small case: a run, and the games of its first decisions."""
    run = simulate(build(*load("closed-form")), draws=DRAWS, seed=5, paths="all")
    out = {"parameters": run.parameter_values, "answers": run.answers, "paths": run.stock_paths}
    out["reasons"] = decision_record.at_step(run, run.model.program.decision_steps[0]).reasons
    return out


@pytest.mark.skipif(xla.PLAIN, reason="JAX is plain here already")
def test_plain_jax_gives_the_same_numbers_and_keeps_nothing(tmp_path):
    environment = {**os.environ, "STANDOFF_PLAIN_JAX": "1", "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", PLAIN_RUN, str(Path(__file__).parent), str(tmp_path / "plain.npz")]
    out = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["plain.npz"]
    with np.load(tmp_path / "plain.npz") as plain:
        for name, value in results().items():
            np.testing.assert_allclose(plain[name], value, rtol=2e-5, atol=1e-6, err_msg=name)


EARLY_JAX = """
import jax.numpy as jnp, numpy as np, sys
jnp.ones(3).block_until_ready()
from standoff import software, xla
from standoff.engine import compile_cache
compile_cache.MIN_SECONDS = 0.0  # programs are kept however quickly this machine compiles them
sys.path.insert(0, sys.argv[1])
from test_xla import results
before = software.arithmetic()
np.savez(sys.argv[2], **results())
print(xla.has_multi_output_fusion(), before)
"""


@pytest.mark.skipif(xla.PLAIN, reason="plain JAX has no settings of its own")
def test_a_process_that_used_jax_before_says_so_and_keeps_its_programs_apart(tmp_path):
    own = QUICK_COMPILER
    environment = {**os.environ, "XLA_FLAGS": own, "XDG_CACHE_HOME": str(tmp_path)}

    def run(program, flags=own):
        command = [sys.executable, "-c", program, str(Path(__file__).parent), str(tmp_path / "out.npz")]
        out = subprocess.run(command, env={**environment, "XLA_FLAGS": flags}, capture_output=True, text=True)
        assert out.returncode == 0, out.stderr
        with np.load(tmp_path / "out.npz") as file:
            return out.stdout.split(), out.stderr, {name: file[name].tobytes() for name in file.files}

    def programs():
        return {file.name for file in tmp_path.rglob("programs/*")}

    (several, kind), said, early = run(EARLY_JAX)
    assert several == "False" and "XLA_FLAGS" in said
    its_own = programs()
    assert its_own
    clean = EARLY_JAX.replace("jnp.ones(3).block_until_ready()", "")
    (several, other_kind), said, _ = run(clean)  # with the same cache: nothing of the other process is taken
    assert several == "True" and "XLA_FLAGS" not in said and kind != other_kind
    both = programs()
    assert len(both) == 2 * len(its_own)
    assert run(clean, f"{own} {xla.SINGLE_OUTPUT}")[2] == early  # as a process started from there has it
    assert programs() == both


FIRST_USES = {
    "uniforms of parameters": lambda: parameter_uniforms(build(*load("closed-form")), 2, 1),
    "rival claims": lambda: reconcile(load("korea-1950")[1], "no such quantity", "PRK", as_of="1950-09"),
}


@pytest.mark.parametrize("use", FIRST_USES)
def test_the_compiler_has_its_settings_before_anything_else_is_computed(monkeypatch, use):
    """Functions that use JAX before a model does: a model in the same process then runs as in any other."""

    class Asked(Exception):
        pass

    def devices():
        raise Asked

    monkeypatch.setattr(xla, "devices", devices)
    with pytest.raises(Asked):
        FIRST_USES[use]()


@pytest.mark.parametrize(
    ("files", "membership", "quota"),
    [
        ({"cpu.max": "200000 100000\n"}, "0::/\n", 2.0),
        ({"cpu.max": "max 100000\n"}, "0::/\n", float("inf")),
        (
            {"cpu.max": "400000 100000", "pod/cpu.max": "max 100000", "pod/box/cpu.max": "150000 100000"},
            "0::/pod/box\n",
            1.5,
        ),
        ({"pod/cpu.max": "50000 100000\n", "pod/box/cpu.max": "max 100000\n"}, "0::/pod/box\n", 0.5),
        (
            {"cpu/job/cpu.cfs_quota_us": "300000", "cpu/job/cpu.cfs_period_us": "100000"},
            "4:cpu,cpuacct:/job\n1:name=x:/\n",
            3.0,
        ),
        (
            {"cpu/job/cpu.cfs_quota_us": "-1", "cpu/job/cpu.cfs_period_us": "100000"},
            "4:cpu,cpuacct:/job\n",
            float("inf"),
        ),
        ({"cpu.max": "nonsense"}, "0::/\n", float("inf")),
        ({}, "", float("inf")),
    ],
)
def test_the_quota_of_a_container_is_read(tmp_path, files, membership, quota):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "self").write_text(membership)
    assert xla.cpu_quota(tmp_path, tmp_path / "self") == quota


def test_no_more_cores_are_used_than_the_quota_allows(monkeypatch):
    for quota, cores in ((0.5, 1), (1.5, min(2, xla.cores())), (float("inf"), xla.cores())):
        monkeypatch.setattr(xla, "cpu_quota", lambda quota=quota: quota)
        assert xla.cores() == cores


@pytest.mark.parametrize(("level", "lines"), [("1", True), ("", False)])
def test_the_log_of_the_compiler_is_not_for_users_unless_they_ask_for_it(level, lines):
    """Its error about a folder for dumps stands for the one after two minutes of compilation: same log, same level."""
    env = {name: text for name, text in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    env |= {"XLA_FLAGS": "--xla_dump_to=/proc/none"} | ({"TF_CPP_MIN_LOG_LEVEL": level} if level else {})
    code = "import standoff.xla, jax; jax.jit(lambda x: x + 1)(1.0)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=300
    )
    assert ("Could not create directory" in done.stderr) is lines and (lines or done.stderr == "")
