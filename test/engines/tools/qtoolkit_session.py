"""Three jobs by qtoolkit, one after the other as jobflow-remote does: submit, ask for the states, look at files."""

import json
import sys
import time
from pathlib import Path

from qtoolkit.core.data_objects import QResources, QState
from qtoolkit.io.slurm import SlurmIO
from qtoolkit.manager import QueueManager

stage, root = sys.argv[1], Path(sys.argv[2])
queue = QueueManager(SlurmIO())
RUNNING = {QState.QUEUED, QState.RUNNING, QState.QUEUED_HELD, QState.UNDETERMINED}


def submitted(name, commands):
    options = QResources(
        processes=1, job_name=name, memory_per_thread=100, time_limit=300,
        output_filepath="queue.out", error_filepath="queue.err",
    )
    answer = queue.submit(commands, options=options, work_dir=root / name, create_submit_dir=True)
    assert answer.job_id, answer
    return answer.job_id


def until_ended(job):
    """The states that it was seen in; a job that has ended is no longer in the list."""
    seen = []
    while listed := [one for one in queue.get_jobs_list([job]) if one.state in RUNNING]:
        if not seen or seen[-1] != listed[0].state.name:
            seen.append(listed[0].state.name)
        time.sleep(0.3)
    return seen


def step(name, commands):
    job = submitted(name, [*commands, "echo $? > exit_code"])
    queue.get_job(job)
    states = until_ended(job)
    folder = root / name
    got = queue.get_job(job)
    return {
        "states": states,
        "exit": (folder / "exit_code").read_text().strip(),
        "files": sorted(path.name for path in folder.iterdir()),
        "last": None if got is None else [got.name, got.state.name],
    }


steps = {
    "one": ["seq 3 > numbers"],
    "two": [f"sort -rn {root}/one/numbers > sorted && test -s {root}/allowed && cp sorted checked"],
    "three": [f"wc -l < {root}/two/checked > count"],
}
if stage == "cancel":
    job = submitted("long", ["sleep 600"])
    while not any(one.state == QState.RUNNING for one in queue.get_jobs_list([job])):
        time.sleep(0.3)
    answer = queue.cancel(job)
    until_ended(job)
    told = {"id": job, "cancelled": answer.job_id, "status": answer.status.name}
else:
    told = {}
    for name in steps if stage == "first" else ["two", "three"]:
        told[name] = step(name, steps[name])
        if told[name]["exit"] != "0":
            break
print(json.dumps(told))
