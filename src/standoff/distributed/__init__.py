"""Long work on many machines: jobs are data, results are files, numbers are the same.

`executors.open_executor` gives whoever does jobs: processes of this machine, a scheduler of Dask, or a folder from which
`standoff work` takes its part on any number of machines. `scheduler.JobScheduler(pools.ExecutorPool(executor, slots))` makes
one of any `concurrent.futures.Executor`.
"""
