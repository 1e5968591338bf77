"""Batches: the same draws and sums, however they are grouped, and memory that does not grow with the draws."""

from __future__ import annotations

from dataclasses import asdict, fields

import numpy as np
import pytest

from standoff.analysis.answer import answer
from standoff.engine import batches as of_batches
from standoff.engine import simulate as simulation
from standoff.engine.batches import BatchSettings, batch_job, batches, perform
from standoff.engine.run import Run, Settings
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.engine.simulator import blocks as blocks_of
from standoff.errors import RunError

HOW = {"draws": 600, "seed": 1, "paths": 100, "chunk": 32}


def unequal(one: Run, other: Run) -> set[str]:
    """Names of arrays that are not the same to the last bit."""
    pairs = {item.name: (getattr(one, item.name), getattr(other, item.name)) for item in fields(Run)}
    return {
        name
        for name, (a, b) in pairs.items()
        if isinstance(a, np.ndarray) and (a.dtype, a.shape, a.tobytes()) != (b.dtype, b.shape, b.tobytes())
    }


@pytest.mark.parametrize(("draws", "paths", "block"), [(1000, 0, 40), (1000, 100, 40), (7, 7, 40), (993, 97, 16)])
@pytest.mark.parametrize("blocks", [1, 3, 1000])
def test_batches_are_the_blocks_of_the_run_in_groups(draws, paths, block, blocks):
    whole = [(item.start, item.stop, item.n_paths) for item in blocks_of(draws, paths, block)]
    parts, count = [], 0
    for place, how in batches(Settings(draws, 1, "single", paths, 5), draws, block, blocks):
        assert (how.run.first, how.run.draws, how.run.paths) == (
            place.start + 5,
            place.stop - place.start,
            place.n_paths,
        )
        own = list(blocks_of(how.run.draws, how.run.paths, block))
        assert len(own) <= blocks
        parts += [(place.start + item.start, place.start + item.stop, item.n_paths) for item in own]
        count += 1
    assert parts == whole and count == -(-len(whole) // blocks)


@pytest.fixture(scope="module")
def by_batches(calm):
    return simulate(calm(), **HOW, batch=4)


def test_a_run_loads_its_program_once(calm, monkeypatch, tmp_path):
    real, loaded = of_batches.Simulator.of, []

    def of(*words):
        loaded.append(words)
        return real(*words)

    monkeypatch.setattr(of_batches.Simulator, "of", of)
    simulate(calm(), **HOW, batch=4)
    simulate(calm(), **HOW, batch=4, folder=RunFolder(tmp_path))
    assert len(loaded) == 2


def test_grouping_changes_no_draw_and_sums_by_a_rounding_at_most(calm, by_batches):
    whole = simulate(calm(), **HOW)
    assert unequal(whole, by_batches) <= {"mean", "variance"}
    np.testing.assert_allclose(whole.mean, by_batches.mean, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(whole.variance, by_batches.variance, rtol=1e-13, atol=1e-15)


def test_a_run_that_is_cut_off_between_batches_goes_on(calm, by_batches, tmp_path, monkeypatch):
    folder, real, left = RunFolder(tmp_path / "run"), of_batches.simulate_batch, [2]

    def stops(*arguments):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(simulation, "simulate_batch", stops)
    with pytest.raises(KeyboardInterrupt):
        simulate(calm(), **HOW, batch=4, folder=folder)
    assert len(list((folder.path / "results").iterdir())) == 2
    left[0] = 1000
    assert not unequal(by_batches, simulate(calm(), **HOW, batch=4, folder=folder))
    files = sorted((folder.path / "results").iterdir())
    assert 1000 - left[0] == len(files) - 2  # what was there was not run again
    files[0].write_bytes(files[0].read_bytes()[:-9])
    with pytest.raises(RunError, match="its job is done again"):
        simulate(calm(), **HOW, batch=4, folder=folder)


def test_a_job_gives_the_bytes_of_its_batch(calm, by_batches):
    """What a worker does from texts and numbers alone."""
    from standoff.job import Job

    settings = Settings(600, 1, "single", 100, 0)
    first = next(how for _, how in batches(settings, 600, 32, 4))
    job = Job.from_bytes(batch_job(calm(), first).to_bytes())
    assert job.settings_as(BatchSettings) == first and asdict(first) == job.settings
    arrays, _ = perform(job)
    np.testing.assert_array_equal(arrays["draw_answers"], by_batches.answers[:, :128])


def test_beyond_the_first_draws_shares_are_counted_over_all(world, monkeypatch):
    whole = simulate(world(), draws=300, seed=1, paths=50)
    monkeypatch.setattr(simulation, "OUTCOME_DRAWS", 120)
    few = simulate(world(), draws=300, seed=1, paths=50)
    assert few.answers.shape[1] == len(few.failed) == 120 and few.totals is not None and few.totals.valid == 300
    np.testing.assert_array_equal(few.answers, whole.answers[:, :120])
    np.testing.assert_array_equal(few.mean, whole.mean)
    for item in answer(whole).answers:
        other = answer(few)[item.id]
        if item.kind == "event":
            assert (other.answer, other.monte_carlo) == (item.answer, item.monte_carlo)
        if item.kind == "until":
            assert other.detail["probability_by"] == item.detail["probability_by"]
    assert few.n_failed == whole.n_failed and few.n_flagged("unsolved") == whole.n_flagged("unsolved")
