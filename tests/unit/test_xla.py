"""Plain JAX gives the numbers of the tuned one."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from standoff import xla
from standoff.catalog import load
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.simulate import simulate

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
    out = {"parameters": run.parameters, "answers": run.answers, "paths": run.stock_paths}
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
