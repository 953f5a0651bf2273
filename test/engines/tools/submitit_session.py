"""A session with submitit, as in its README: one function, then an array of which a task fails, then a sum of it all."""

import json
import os
import sys

import submitit

# Functions of the project are in the folder that this is called in, there as here.
sys.path.insert(0, os.getcwd())
import steps  # noqa: E402

stage, folder = sys.argv[1:]
executor = submitit.AutoExecutor(folder=folder, cluster="slurm")
executor.update_parameters(timeout_min=5, mem_gb=0.1, slurm_array_parallelism=4)


def ended(job):
    """What the job has come to, as submitit tells it."""
    error = job.exception()
    last = None if error is None else str(error).strip()
    return {"result": job.result() if error is None else None, "error": last, "stdout": job.stdout()}


def told(**values):
    print(json.dumps(values))


if stage == "array":
    split = executor.submit(steps.split, "numbers.txt")
    parts = ended(split)
    jobs = executor.map_array(steps.root, parts["result"])
    told(split=parts, roots=[ended(job) for job in jobs], ids=[job.job_id for job in jobs])
elif stage == "rest":
    # Only what had failed, and what comes after it.
    again = ended(executor.submit(steps.root, open("numbers.txt").read().split()[2]))
    total = ended(executor.submit(steps.total, [1.0, 2.0, again["result"]]))
    told(again=again, total=total)
else:
    job = executor.submit(steps.sleep, 600)
    while job.get_info().get("State") != "RUNNING":
        pass
    job.cancel()
    while not job.done(force_check=True):
        pass
    told(id=job.job_id, state=job.state)
