import gc
from dataclasses import replace

from standoff.engine.run_cache import once_per_run
from standoff.engine.simulate import simulate


def test_a_result_is_worked_out_once_per_run_and_goes_with_it(calm):
    calls = []

    @once_per_run
    def worked_out(run, step):
        calls.append(step)
        return run.settings.draws + step

    run = simulate(calm(), draws=4, seed=1)
    assert [worked_out(run, 1), worked_out(run, 1), worked_out(run, 2)] == [5, 5, 6] and calls == [1, 2]
    other = replace(run)
    assert worked_out(other, 1) == 5 and calls == [1, 2, 1]
    kept = next(cell.cell_contents for cell in worked_out.__closure__ if hasattr(cell.cell_contents, "keyrefs"))
    assert len(kept) == 2
    del other
    gc.collect()
    assert len(kept) == 1
