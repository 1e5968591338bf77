"""Processes of this machine: the same bytes as in one process, and a process that dies takes nothing along."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from standoff.analysis.model_uncertainty import uncertainty
from standoff.analysis.theory_comparison import theories
from standoff.distributed.executors import open_executor
from standoff.distributed.pools import ExecutorPool, ProcessPool
from standoff.distributed.scheduler import JobScheduler
from standoff.engine.rerun import Rerunner, with_tables
from standoff.engine.simulate import simulate, simulate_each
from tests.unit.engine.test_batches import HOW, unequal


def test_two_processes_give_the_run_to_the_last_bit(calm):
    with open_executor("local:2") as executor:
        other = simulate(calm(), **HOW, batch=4, executor=executor)
    assert not unequal(other, simulate(calm(), **HOW, batch=4))


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
            killed.extend(list(pool._executor._processes)[:1])
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


def test_theories_are_the_same_elsewhere_and_in_a_folder(calm, one_thread, tmp_path):
    question = {"q": {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x"}}
    model, names = calm({"questions": question}), ["quantal_response", "best_response"]
    here = theories(model, names, draws=80)
    there = theories(model, names, draws=80, executor=one_thread, folder=tmp_path)
    assert there.to_data() == here.to_data()
    results = {file: file.stat().st_mtime_ns for file in (tmp_path / "results").iterdir()}
    assert len(results) == 2 and theories(model, names, draws=80, folder=tmp_path).to_data() == here.to_data()
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "results").iterdir()} == results  # read, not made
