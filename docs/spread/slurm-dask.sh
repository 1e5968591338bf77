#!/bin/bash
# A scheduler and one worker a node inside one allocation of Slurm; the command runs in the first node.
#   sbatch slurm-dask.sh standoff uncertainty china-russia --folder "$PWD/rivals"
#SBATCH --job-name=standoff
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --mem=16G
#SBATCH --time=02:00:00
set -euo pipefail
umask 077
home="$PWD/dask-${SLURM_JOB_ID:-0}"
mkdir -p "$home"
export STANDOFF_ON="$home/scheduler.json"
export DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=10    # nodes that are taken away are no fault of a job
dask scheduler --scheduler-file "$STANDOFF_ON" --port 0 --no-dashboard &
scheduler=$!
trap 'kill "$scheduler" 2>/dev/null || true' EXIT
srun dask worker --scheduler-file "$STANDOFF_ON" --nthreads 1 --no-dashboard --death-timeout 60 --lifetime 115m &
for _ in $(seq 60); do [ -s "$STANDOFF_ON" ] && break; sleep 1; done
"$@" --trust-network                                       # the nodes of this job alone reach its ports, or use TLS
