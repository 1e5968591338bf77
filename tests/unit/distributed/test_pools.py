"""Pools of any kind: the same bytes as in one process, addresses that are refused, workers that die."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import standoff
from standoff.analysis.model_uncertainty import uncertainty
from standoff.distributed.executors import open_executor
from standoff.distributed.pools import DaskPool, ExecutorPool, ProcessPool, address_in, check_address
from standoff.distributed.scheduler import JobScheduler
from standoff.engine.rerun import Rerunner, with_tables
from standoff.engine.simulate import simulate, simulate_each
from standoff.errors import RunError
from standoff.job_folder import JobResult
from tests.unit.distributed.cluster import Client, Cluster, cluster, kill, wait
from tests.unit.engine.test_batches import HOW, unequal


def test_two_processes_give_the_run_to_the_last_bit(calm):
    here = simulate(calm(), **HOW, batch=4)  # first, so that the processes find the program on disk
    with open_executor("local:2") as executor:
        other = simulate(calm(), **HOW, batch=4, executor=executor)
    assert not unequal(other, here)


def test_any_executor_will_do(calm):
    with ThreadPoolExecutor(2) as threads:
        executor = JobScheduler(ExecutorPool(threads, lambda: 2))
        other = simulate(calm(), **HOW, batch=4, executor=executor)
    assert not unequal(other, simulate(calm(), **HOW, batch=4))


def test_rival_models_are_the_same_elsewhere(calm, tmp_path):
    from standoff.engine.build import build

    change = {"mechanisms": {"dread": {"mean": "0.7 @assumption"}, "quiet": {"speed": "0.2 1/month @assumption"}}}
    question = {
        "q": {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x"},
        "n": {"text": "?", "quantity": "hope", "at": "2024-12", "resolution": "x"},
    }
    variants = {"far": {"text": "far", "rival_model": True, "change": change}}
    base = calm({"questions": question, "variants": variants})
    models = {"base": base, "far": build(base.plan.loaded.with_variant("far"), base.ledger)}
    how = {"theories": ["quantal_response"], "draws": 64, "replicates": 3}
    here = uncertainty(models, **how)
    with ThreadPoolExecutor(1) as thread:
        there = uncertainty(models, **how, executor=JobScheduler(ExecutorPool(thread, lambda: 1)), folder=tmp_path)
    assert there.to_data() == here.to_data()
    assert uncertainty(models, **how, folder=tmp_path).to_data() == here.to_data()  # from the folder


@pytest.mark.slow
def test_a_process_that_is_killed_costs_its_job_and_no_more(calm, tmp_path, caplog):
    from standoff.engine.run_folder import RunFolder

    pool = ProcessPool(2)
    real, killed = pool.wait, list[int]()

    def wait(futures, seconds):
        if not killed and len(list((Path(tmp_path) / "results").glob("*.npz"))) >= 2:
            killed.extend(list(pool.executor._processes)[:1])
            os.kill(killed[0], signal.SIGKILL)
        return real(futures, seconds)

    pool.wait = wait
    other = simulate(calm(), **{**HOW, "draws": 3000}, batch=4, folder=RunFolder(tmp_path), executor=JobScheduler(pool))
    pool.close()
    assert killed and "its worker died" in caplog.text
    assert not unequal(other, simulate(calm(), **{**HOW, "draws": 3000}, batch=4))


@pytest.fixture
def one_thread():
    """An executor over one thread of this process."""
    with ThreadPoolExecutor(1) as thread:
        yield JobScheduler(ExecutorPool(thread, lambda: 1))


def test_other_tables_and_several_models_are_the_same_elsewhere(calm, one_thread):
    question = {"n": {"text": "?", "quantity": "hope + fear + calm", "at": "2024-12", "resolution": "x"}}
    model = calm({"questions": question})
    again = Rerunner.from_run(simulate(model, draws=1, seed=2))
    assert again is not None
    tables = [model.table.shifted(model.layout, i, 0.01) for i in model.layout.varying[:2]]
    there = list(with_tables(again, tables, 50, executor=one_thread))
    for table, result in zip(tables, there, strict=True):
        np.testing.assert_array_equal(result.run.answers, again.with_table(table, 50).run.answers)
    assert not np.array_equal(there[0].run.answers, there[1].run.answers)
    models = {"a": model, "b": calm({"mechanisms": {"dread": {"mean": "0.6 @assumption"}}})}
    each = dict(simulate_each(models, draws=80, seed=1, executor=one_thread))
    for name, run in simulate_each(models, draws=80, seed=1):
        assert not unequal(run, each[name])


# ---- workers of Dask

LOCAL = (
    "tcp://127.0.0.1:8786",
    "tcp://localhost:1",
    "tcp://[::1]:8786",
)  #: another user of the machine may listen there


@pytest.mark.parametrize("address", ["tcp://node1:8786", *LOCAL])
def test_an_address_without_encryption_asks_for_trust(address):
    with pytest.raises(RunError, match=r"(?s)nobody there proves who he is.*certificates.*--trust-network"):
        check_address(address, False)
    check_address(address, True)
    check_address("tls://10.1.2.3:8786", False)


def test_a_scheduler_file_is_held_to_the_same(tmp_path):
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"address": "tcp://10.0.0.7:8786"}))
    assert address_in(file) == "tcp://10.0.0.7:8786"
    with pytest.raises(RunError, match="not encrypted"):
        DaskPool(str(file))
    file.write_text("[]")
    with pytest.raises(RunError, match="not a scheduler file"):
        address_in(file)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match=r'pip install "distributed>='):
        DaskPool("tcp://127.0.0.1:9", trust_network=True)


# ---- a scheduler and workers as processes; all slow

JOBS = 10  #: results of the run of `cluster.CLIENT`: 200,000 draws in batches of 50 blocks of 400


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> str:
    """Digest of the run in one process, whose folder stays empty of jobs of others."""
    return Client("", tmp_path_factory.mktemp("here") / "run").digest()


@pytest.mark.slow
def test_two_workers_give_the_run_to_the_last_bit(here, tmp_path):
    with cluster(tmp_path, 2) as made:
        client = Client(str(made.file), tmp_path / "run")
        assert client.digest() == here and client.done == JOBS


@pytest.mark.slow
def test_killed_workers_cost_their_jobs_and_no_more(here, tmp_path):
    """One of two is killed, then the other too, and a new one is started: the same bytes, one file for each job."""
    with cluster(tmp_path) as made:
        first, second = made.worker(), made.worker()
        client = Client(str(made.file), tmp_path / "run")
        client.until(3)
        kill(first)
        client.until(6)
        kill(second)
        made.worker()
        assert client.digest() == here and client.done == JOBS


@pytest.mark.slow
def test_a_killed_client_goes_on_with_what_is_missing(here, tmp_path):
    with cluster(tmp_path, 1) as made:
        client = Client(str(made.file), tmp_path / "run")
        client.until(4)
        client.process.kill()
        client.code()
        stamps = {file: file.stat().st_mtime_ns for file in (tmp_path / "run" / "results").glob("*.npz")}
        assert 4 <= len(stamps) < JOBS
        assert Client(str(made.file), tmp_path / "run").digest() == here
        assert all(file.stat().st_mtime_ns == stamp for file, stamp in stamps.items())


@pytest.mark.slow
def test_a_killed_scheduler_ends_the_run_within_ten_seconds_and_another_goes_on(here, tmp_path):
    with cluster(tmp_path, 1) as made:
        client = Client(str(made.file), tmp_path / "run")
        client.until(4)
        kill(made.scheduler)
        began = time.monotonic()
        assert client.code(30) == 3 and time.monotonic() - began < 10
        assert "scheduler is gone" in client.text() and client.done >= 4
    (tmp_path / "again").mkdir()
    with cluster(tmp_path / "again", 1) as made:
        assert Client(str(made.file), tmp_path / "run").digest() == here


@pytest.mark.slow
def test_a_worker_that_joins_takes_its_share_and_one_that_stands_still_holds_nobody_up(here, tmp_path):
    with cluster(tmp_path, 1) as made:
        client = Client(str(made.file), tmp_path / "run")
        client.until(2)
        second = made.worker()
        wait(lambda: len(made_by(tmp_path / "run")) > 1 or client.done == JOBS, "the second worker")
        os.killpg(second.pid, signal.SIGSTOP)
        time.sleep(5)
        os.killpg(second.pid, signal.SIGCONT)
        assert client.digest() == here and len(made_by(tmp_path / "run")) > 1


def made_by(folder) -> set[int]:
    """Processes that made the results."""
    return {
        JobResult.from_bytes(file.read_bytes(), file.stem).machine["process"]
        for file in (folder / "results").glob("*.npz")
    }


@pytest.mark.slow
def test_a_worker_with_one_byte_changed_refuses_and_the_others_go_on(here, tmp_path):
    copy = tmp_path / "other" / "standoff"
    shutil.copytree(Path(standoff.__file__).parent, copy)
    (copy / "units.py").write_bytes((copy / "units.py").read_bytes() + b"\n")
    with cluster(tmp_path, 1) as made:
        made.worker(env={"PYTHONPATH": str(copy.parent)})
        made.until_registered()
        client = Client(str(made.file), tmp_path / "run")
        assert client.digest() == here
        assert "a worker refuses" in client.text() and "source" in client.text()


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="instruction sets of x86")
def test_a_worker_that_rounds_otherwise_refuses_and_one_with_other_vectors_does_not(here, tmp_path):
    flags = os.environ.get("XLA_FLAGS", "")
    with cluster(tmp_path) as made:
        made.worker(env={"XLA_FLAGS": f"{flags} --xla_cpu_max_isa=SSE4_2".strip()})
        alone = Client(str(made.file), tmp_path / "refused")
        assert alone.code() == 3 and "no worker can" in alone.text() and "arithmetic" in alone.text()
        made.worker(env={"XLA_FLAGS": f"{flags} --xla_cpu_max_isa=AVX2".strip()})
        made.until_registered()
        assert Client(str(made.file), tmp_path / "run").digest() == here


@pytest.mark.slow
def test_a_job_that_kills_its_worker_is_named_with_its_draws(tmp_path):
    """A worker whose code kills it at one batch; the software is said to be the same, as of a fault of the machine."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "import standoff.engine.batches as batches\n"
        "real = batches.simulate_batch\n"
        "def fatal(model, how, *rest):\n"
        "    if how.run.first == 100000:\n"
        "        os._exit(9)\n"
        "    return real(model, how, *rest)\n"
        "batches.simulate_batch = fatal\n"
    )
    settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with cluster(tmp_path, env=settings) as made:
        for _ in range(2):
            made.worker(env={"PYTHONPATH": f"{tmp_path}:{Path(standoff.__file__).parents[1]}"}, nanny=True)
        client = Client(str(made.file), tmp_path / "run")
        assert client.code() == 3, client.text()
        assert "draws 100,000 to 119,999: given" in client.text() and client.done == JOBS - 1


@pytest.mark.slow
def test_certificates_are_demanded(here, tmp_path):
    """With TLS the run is the same; a worker of another authority is not let in, and plain tcp is refused."""
    script = Path(__file__).parents[3] / "docs" / "spread" / "certificates.sh"
    for name in ("own", "other"):
        subprocess.run(["bash", str(script), str(tmp_path / name)], check=True, capture_output=True)
    own, other = ({"DASK_CONFIG": str(tmp_path / name / "dask.yaml")} for name in ("own", "other"))
    (tmp_path / "tls").mkdir()
    tls = Cluster(tmp_path / "tls", env={**own, "DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME": "tls"})
    try:
        address = address_in(tls.file)
        assert address.startswith("tls://")
        tls.worker(env=other)
        tls.worker()
        client = Client(address, tmp_path / "run", env=own)
        assert client.digest() == here
        outsider = Client(address, tmp_path / "outside", env=other)
        assert outsider.code() == 3 and outsider.done == 0
        plain = Client(address.replace("tls://", "tcp://"), tmp_path / "plain")
        assert plain.code() == 3 and plain.done == 0
        assert "Registered to" in (tmp_path / "tls" / "worker-2.log").read_text()
        assert "Registered to" not in (tmp_path / "tls" / "worker-1.log").read_text()  # the stranger is not let in
    finally:
        tls.close()


NAMES = ("standoff-test", "standoff-t0", "standoff-t1")  #: of a network namespace and the two ends of its cable


@pytest.fixture
def cable():
    """A network namespace at the end of a cable; gives a function that cuts it."""
    space, end, far = NAMES
    commands = (
        f"ip netns add {space}",
        f"ip link add {end} type veth peer name {far}",
        f"ip link set {far} netns {space}",
        f"ip addr add 10.213.77.1/24 dev {end}",
        f"ip link set {end} up",
        f"ip netns exec {space} ip addr add 10.213.77.2/24 dev {far}",
        f"ip netns exec {space} ip link set {far} up",
        f"ip netns exec {space} ip link set lo up",
    )
    if shutil.which("ip") is None:
        pytest.skip("needs `ip` of iproute2")
    try:
        for command in commands:
            done = subprocess.run(command.split(), capture_output=True, text=True)
            if done.returncode:
                pytest.skip(f"no network namespaces here: {done.stderr.strip()}")
        yield lambda: subprocess.run(["ip", "link", "set", end, "down"], check=True)
    finally:
        subprocess.run(["ip", "netns", "del", space], capture_output=True)
        subprocess.run(["ip", "link", "del", end], capture_output=True)


@pytest.mark.slow
def test_a_silent_host_is_noticed_within_ninety_seconds(here, tmp_path, cable):
    """A worker at the other end of a cable that is cut: all results, the same bytes."""
    with cluster(tmp_path, host="10.213.77.1") as made:
        made.worker("--host", "10.213.77.1")
        far = made.worker("--host", "10.213.77.2", prefix=("ip", "netns", "exec", NAMES[0]))
        client = Client(str(made.file), tmp_path / "run")
        wait(lambda: far.pid in made_by(tmp_path / "run") or client.done == JOBS, "the far worker")
        cable()
        log = tmp_path / "scheduler-0.log"
        wait(lambda: "Remove worker" in log.read_text(), "the scheduler to notice", 90)
        assert client.digest() == here and client.done == JOBS
