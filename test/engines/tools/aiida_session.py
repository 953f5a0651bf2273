"""AiiDA's plugin for Slurm with its local transport, as its daemon uses them: script, submission, list of jobs, files, account."""

import json
import sys
import time
from pathlib import Path

from aiida.common.datastructures import CodeRunMode
from aiida.schedulers.datastructures import JobState, JobTemplate, JobTemplateCodeInfo
from aiida.schedulers.plugins.slurm import SlurmJobResource, SlurmScheduler
from aiida.transports.plugins.local import LocalTransport

root = Path(sys.argv[2])
scheduler = SlurmScheduler()


def script(name, line):
    code = JobTemplateCodeInfo()
    code.prepend_cmdline_params = []
    code.cmdline_params = ["/bin/sh", "-c", line]
    code.use_double_quotes = [False, False]
    code.wrap_cmdline_params = False
    code.stdin_name, code.stdout_name, code.stderr_name = None, "aiida.out", "aiida.err"
    code.join_files = False
    template = JobTemplate()
    template.shebang = "#!/bin/bash"
    template.rerunnable = False
    template.job_name = f"aiida-{name}"
    template.sched_output_path = "_scheduler-stdout.txt"
    template.sched_error_path = "_scheduler-stderr.txt"
    template.job_resource = SlurmJobResource(num_machines=1, num_mpiprocs_per_machine=1)
    template.max_wallclock_seconds = 300
    template.codes_info = [code]
    template.codes_run_mode = CodeRunMode.SERIAL
    return scheduler.get_submit_script(template)


def submitted(name, line, parent=None):
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_aiidasubmit.sh").write_text(script(name, line))
    link = folder / "parent"
    if parent and not link.is_symlink():
        # As a calculation's remote_symlink_list does.
        link.symlink_to(root / parent)
    return scheduler.submit_job(str(folder), "_aiidasubmit.sh")


def until_ended(job):
    seen = []
    while True:
        jobs = scheduler.get_jobs(jobs=[job], as_dict=True)
        state = jobs[job].job_state if job in jobs else JobState.DONE
        if not seen or seen[-1] != state.name:
            seen.append(state.name)
        if state == JobState.DONE:
            return seen
        time.sleep(0.3)


def step(name, line, parent=None):
    job = submitted(name, line, parent)
    states = until_ended(job)
    lines = [line.split("|") for line in scheduler.get_detailed_job_info(job)["stdout"].splitlines()]
    account = dict(zip(lines[0], lines[1])) if len(lines) > 1 else None
    out = root / name / "aiida.out"
    return {
        "states": states,
        "stdout": out.read_text() if out.exists() else None,
        "account": account and [account[key] for key in ("State", "ExitCode", "JobName")],
    }


steps = {
    "one": ("seq 3 > numbers; echo made",),
    "two": ("cat allowed && sort -rn parent/numbers > sorted && cat sorted", "one"),
    "three": ("head -n 1 parent/sorted", "two"),
}
with LocalTransport() as transport:
    scheduler.set_transport(transport)
    if sys.argv[1] == "cancel":
        job = submitted("long", "sleep 600")
        while scheduler.get_jobs(jobs=[job])[0].job_state != JobState.RUNNING:
            time.sleep(0.3)
        told = {"killed": scheduler.kill_job(job), "states": until_ended(job)}
    else:
        told = {}
        for name in steps if sys.argv[1] == "first" else ["two", "three"]:
            told[name] = step(name, *steps[name])
            if not told[name]["stdout"]:
                break
print(json.dumps(told))
