"""Three jobs by PSI/J, each of which needs the one before; it is configured by nothing but the name `slurm`."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from psij import Job, JobAttributes, JobExecutor, JobSpec, ResourceSpecV1
from psij.executors.batch.slurm import SlurmExecutorConfig

root = Path.cwd()
# Looks every second in place of every 30.
config = SlurmExecutorConfig(queue_polling_interval=1, initial_queue_polling_delay=1)
executor = JobExecutor.get_instance("slurm", config=config)


def ended(name, line):
    spec = JobSpec(
        executable="/bin/sh", arguments=["-c", line], directory=root,
        stdout_path=root / f"{name}.out", stderr_path=root / f"{name}.err",
        resources=ResourceSpecV1(node_count=1, processes_per_node=1),
        attributes=JobAttributes(duration=timedelta(minutes=5)),
    )
    job = Job(spec)
    executor.submit(job)
    status = job.wait(timeout=timedelta(seconds=100))
    if status is None:
        status = job.status
    return {"state": status.state.name, "exit": status.exit_code, "id": job.native_id}


steps = {
    "one": "seq 3 > numbers; echo made",
    "two": "cat allowed && sort -rn numbers > sorted",
    "three": "head -n 1 sorted",
}
told = {}
for name in sys.argv[1:]:
    told[name] = ended(name, steps[name])
    if told[name]["state"] != "COMPLETED":
        break
print(json.dumps(told))
