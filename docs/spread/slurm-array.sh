#!/bin/bash
# An array of Slurm does the jobs of a folder on a shared disk; no port is opened, and any part may run twice.
#   standoff run CASE --draws 100000000 --folder "$PWD/big" --on queue     (writes the jobs)
#   sbatch slurm-array.sh "$PWD/big"
#   standoff run CASE --draws 100000000 --folder "$PWD/big"                (merges, and does what is missing)
#SBATCH --job-name=standoff
#SBATCH --array=0-15
#SBATCH --cpus-per-task=16
#SBATCH --mem=8G
#SBATCH --time=01:00:00
#SBATCH --requeue
set -euo pipefail
export XDG_CACHE_HOME="${STANDOFF_CACHE:-${TMPDIR:-/tmp}/standoff-$UID}"   # compiled programs, on the node's own disk
mkdir -p -m 700 "$XDG_CACHE_HOME"
exec standoff work "$1"
