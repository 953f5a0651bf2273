"""What a rule's resources mean for sbatch; names as in Snakemake's own Slurm plugin."""

from __future__ import annotations

import re
import shlex
from typing import Any, List


def sbatch_options(job: Any, name: str) -> List[str]:
    """Options for sbatch, one a word.

    Args:
        job: its resources, threads and name are looked at
        name: of the Slurm job; characters that Slurm could take for something else are replaced
    """
    resources = job.resources
    options = [f"--job-name={re.sub(r'[^A-Za-z0-9_.-]', '_', name)[:200] or 'snakemake'}"]
    cpus = resources.get("cpus_per_task", job.threads)
    options.append(f"--cpus-per-task={max(1, int(cpus))}")
    for resource, option in (
        ("slurm_partition", "partition"),
        ("slurm_account", "account"),
        ("slurm_qos", "qos"),
        ("constraint", "constraint"),
        ("nodes", "nodes"),
        ("tasks", "ntasks"),
        ("gres", "gres"),
        ("gpu", "gpus"),
    ):
        value = resources.get(resource)
        if value not in (None, ""):
            options.append(f"--{option}={value}")
    minutes = resources.get("runtime")
    if minutes not in (None, ""):
        options.append(f"--time={int(minutes)}")
    per_cpu = resources.get("mem_mb_per_cpu")
    memory = resources.get("mem_mb")
    if per_cpu not in (None, ""):
        options.append(f"--mem-per-cpu={int(per_cpu)}")
    elif memory not in (None, "") and not str(memory).startswith("<"):
        options.append(f"--mem={int(memory)}")
    extra = resources.get("slurm_extra")
    if extra:
        options += shlex.split(str(extra))
    return options
