"""Calls each function of cloud_submit as people do, and prints what came of it as JSON."""

import json
import os
from pathlib import Path

import cloud_submit
from cloud_submit import CloudSubmitError, JobProgress, TransferProgress


def folder(name, script, data=""):
    os.makedirs(name)
    with open(os.path.join(name, "job-aws-run.sh"), "w") as file:
        file.write(f"#!/bin/bash\n{script}\n")
    with open(os.path.join(name, "data.txt"), "w") as file:
        file.write(data)
    return name


told = {}
seen = []
job = cloud_submit.submit(
    folder("good", "sort data.txt > sorted.txt", "b\na\n"),
    sbatch_options=["--job-name=sorting"],
    on_progress=seen.append,
)
told["files"] = job.files
[end] = cloud_submit.wait(job.prefix, timeout=100, on_progress=seen.append)
told["good"] = [end.outcome, end.completed]
state = cloud_submit.status(job.prefix)
told["status"] = [state.state, state.outcome, state.slurm_job_id is not None]
fetched = cloud_submit.fetch(
    job.prefix, "good", results_only=True, include=["/sorted.txt"], on_progress=seen.append
)
told["fetched"] = [fetched.files, open("good/sorted.txt").read()]
told["states"] = [one.state for one in seen if isinstance(one, JobProgress)]
told["kinds"] = sorted({one.kind for one in seen if isinstance(one, TransferProgress)})
last = [one for one in seen if isinstance(one, TransferProgress) and one.kind == "upload"][-1]
told["upload"] = [last.files, last.bytes]

folder("next", "cat got/sorted.txt > copy.txt")
after = cloud_submit.submit(
    "next", inputs=[f"{job.prefix}:sorted.txt=got/sorted.txt"], after=[job.prefix]
)
slow = cloud_submit.submit(folder("slow", "sleep 600"))
cloud_submit.cancel(slow.prefix)
ends = cloud_submit.wait([after.prefix, slow.prefix], timeout=100)
told["ends"] = sorted([one.outcome, one.wait_code] for one in ends)

several = cloud_submit.submit_all([folder("bad", "exit 3"), "missing", "next"])
told["several"] = [
    one.code if isinstance(one, CloudSubmitError) else "submitted" for one in several
]
prefixes = [one.prefix for one in several if not isinstance(one, CloudSubmitError)]
told["failed"] = sorted(
    [one.outcome, one.exit_code, one.wait_code]
    for one in cloud_submit.wait(prefixes, timeout=100)
)

for name, call in {
    "noJob": lambda: cloud_submit.status("nobody-has-this"),
    "noFolder": lambda: cloud_submit.submit("nowhere"),
    "noProgram": lambda: cloud_submit.Client(program=["./none"]).status("a"),
    "timeout": lambda: cloud_submit.wait(cloud_submit.submit("slow").prefix, timeout=0.1),
}.items():
    try:
        told[name] = repr(call())
    except CloudSubmitError as error:
        told[name] = [error.code, error.exit_code, str(error).count("\n")]

# A machine with npm, which has no cloud-submit.
fake = Path("without", "npx")
fake.parent.mkdir()
fake.write_text("#!/bin/sh\necho 'npm error code E404' >&2\nexit 1\n")
fake.chmod(0o755)
os.environ["PATH"] = str(fake.parent.absolute())
try:
    cloud_submit.status("a")
except CloudSubmitError as error:
    told["notInstalled"] = [error.code, str(error).partition(":")[0]]

print(json.dumps(told))
