"""``snakemake --executor cloud-submit``: each job of a workflow is a submission of its rule's own inputs.

The main process runs on-prem. A job begins with the workflow's sources and configuration and with the inputs that its
rule lists; of its results those come back that the rule lists: outputs, logs and benchmarks. What an earlier job of the
same run has made is not sent again: the job's manifest names the result of that job.
"""

import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, AsyncGenerator, Dict, Iterable, List, Optional, Set, Union

from cloud_submit import Client, CloudSubmitError, JobStatus
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
from snakemake_interface_executor_plugins.jobs import JobExecutorInterface
from snakemake_interface_executor_plugins.settings import (
    CommonSettings,
    ExecutorSettingsBase,
)

from ._files import glob_of, place_files, relative_paths
from ._sbatch import sbatch_options

_FINAL = ("JOB_COMPLETE", "JOB_ERROR")


@dataclass
class ExecutorSettings(ExecutorSettingsBase):
    """Flags ``--cloud-submit-...`` of Snakemake."""

    bucket: Optional[str] = field(
        default=None, metadata={"help": "job bucket (default: cloud-submit's own)"}
    )
    profile: Optional[str] = field(
        default=None, metadata={"help": "AWS profile (default: cloud-submit's own)"}
    )
    region: Optional[str] = field(
        default=None, metadata={"help": "AWS region (default: cloud-submit's own)"}
    )
    program: Optional[str] = field(
        default=None,
        metadata={"help": "the cloud-submit program (default: the one on PATH)"},
    )
    python: str = field(
        default="python3",
        metadata={
            "help": "Python of the cluster that has snakemake installed (a path there, or a name on its PATH)"
        },
    )


common_settings = CommonSettings(
    non_local_exec=True,
    implies_no_shared_fs=True,
    job_deploy_sources=False,
    pass_default_storage_provider_args=True,
    pass_default_resources_args=True,
    pass_envvar_declarations_to_cmd=True,
    auto_deploy_default_storage_provider=False,
    init_seconds_before_status_checks=1,
    can_transfer_local_files=True,
)


class Executor(RemoteExecutor):
    """Submits jobs, and brings back what their rules say that they make."""

    def __post_init__(self) -> None:
        settings = self.workflow.executor_settings
        self._client = Client(
            bucket=settings.bucket,
            profile=settings.profile,
            region=settings.region,
            program=[settings.program] if settings.program else None,
        )
        self._python: str = settings.python
        # The submission that has made a file, by the file's path.
        self._made_by: Dict[str, str] = {}

    def get_python_executable(self) -> str:
        """Python on the cluster."""
        return shlex.quote(self._python)

    def run_job(self, job: JobExecutorInterface) -> None:
        """Submits one job, or one group of jobs."""
        info = SubmittedJobInfo(job)
        folder = Path(self.tmpdir) / f"job{job.jobid}"
        try:
            inputs, named = self._inputs(job)
            shutil.rmtree(folder, ignore_errors=True)
            place_files(folder, inputs)
            self._write_script(folder, job)
            submitted = self._client.submit(
                folder,
                inputs=named,
                results=[glob_of(path) for path in self._results(job)],
                sbatch_options=sbatch_options(job, self.get_jobname(job)),
            )
        except (CloudSubmitError, OSError, ValueError) as error:
            self.report_job_error(info, msg=f"{_one_line(error)}\n")
            return
        info.external_jobid = submitted.prefix
        info.aux = {"folder": str(folder), "outputs": self._outputs(job)}
        self.report_job_submission(info)

    async def check_active_jobs(
        self, active_jobs: List[SubmittedJobInfo]
    ) -> AsyncGenerator[SubmittedJobInfo, None]:
        """Looks at all jobs at once; fetches the results of those that have ended, then tells Snakemake."""
        if not active_jobs:
            return
        async with self.status_rate_limiter:
            found = self._look([info.external_jobid for info in active_jobs])
        for info in active_jobs:
            one = found.get(info.external_jobid)
            if isinstance(one, CloudSubmitError):
                self.report_job_error(info, msg=f"{_one_line(one)}\n")
            elif one is None or one.state not in _FINAL or one.outcome is None:
                yield info
            else:
                self._end(info, one.outcome, one.raw)

    def _look(self, prefixes: List[str]) -> Dict[str, Union[JobStatus, CloudSubmitError]]:
        """Standing of jobs, or that there is no such job; nothing of those that cannot be looked at now."""
        found: Dict[str, Union[JobStatus, CloudSubmitError]] = {}
        try:
            found.update(self._client.status_all(prefixes))
        except CloudSubmitError as error:
            if len(prefixes) == 1 and error.code == "no-such-job":
                return {prefixes[0]: error}
            self.logger.warning(_one_line(error))
            return found
        for prefix in prefixes:
            if prefix not in found:
                found.update(self._look([prefix]))
        return found

    def cancel_jobs(self, active_jobs: List[SubmittedJobInfo]) -> None:
        """Asks for all of them to be cancelled, by one command."""
        prefixes = [info.external_jobid for info in active_jobs if info.external_jobid]
        try:
            self._client.cancel(prefixes)
        except CloudSubmitError as error:
            self.logger.warning(f"not every job could be cancelled: {_one_line(error)}")

    def _end(self, info: SubmittedJobInfo, outcome: str, raw: Any) -> None:
        prefix = info.external_jobid
        record = raw.get("record") or {}
        try:
            if record.get("slurm"):
                self._client.fetch(prefix, ".", results_only=True)
        except CloudSubmitError as error:
            why = f"{prefix}: its results could not be fetched: {_one_line(error)}\n"
            self.report_job_error(info, msg=why)
            return
        finally:
            shutil.rmtree(info.aux["folder"], ignore_errors=True)
        if outcome == "completed":
            for path in info.aux["outputs"]:
                self._made_by[path] = prefix
            self.report_job_success(info)
            return
        why = (record.get("error") or {}).get("message") or f"it ended as {outcome}"
        self.report_job_error(info, msg=f"{prefix}: {why}\n")

    def _inputs(self, job: JobExecutorInterface) -> "tuple[List[str], List[str]]":
        """Files that the job begins with: those that are sent, and results of other jobs as ``--input`` takes them."""
        sent: Set[str] = set(relative_paths(self._sources()))
        named: List[str] = []
        for path in relative_paths(_inputs_of(job)):
            prefix = self._made_by.get(path)
            if prefix is None or "=" in path:
                sent.add(path)
            else:
                named.append(f"{prefix}:{path}={path}")
        return sorted(sent), sorted(named)

    def _sources(self) -> Iterable[str]:
        """The workflow's own files: snakefiles, scripts, environments, configuration."""
        yield from self.workflow.dag.get_sources()
        yield from (str(path) for path in self.workflow.overwrite_configfiles)
        yield from (str(path) for path in getattr(self.workflow, "configfiles", ()))

    def _outputs(self, job: JobExecutorInterface) -> List[str]:
        return relative_paths(
            path for one in _jobs_of(job) for path in one.output
        )

    def _results(self, job: JobExecutorInterface) -> List[str]:
        paths = list(self._outputs(job))
        for one in _jobs_of(job):
            paths += relative_paths(one.log)
            benchmark = getattr(one, "benchmark", None)
            if benchmark:
                paths += relative_paths([benchmark])
        return sorted(set(paths))

    def _write_script(self, folder: Path, job: JobExecutorInterface) -> None:
        script = folder / "job-aws-run.sh"
        text = f"#!/bin/bash\nset -e\n{self.format_job_exec(job)}\n"
        script.write_text(text, encoding="utf-8")
        script.chmod(0o755)


def _jobs_of(job: Any) -> List[Any]:
    return list(job.jobs) if job.is_group() else [job]


def _inputs_of(job: Any) -> Iterable[str]:
    """Inputs of a job that no job of the same group makes."""
    made = {str(path) for one in _jobs_of(job) for path in one.output}
    for one in _jobs_of(job):
        yield from (str(path) for path in one.input if str(path) not in made)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


__all__ = ["Executor", "ExecutorSettings", "common_settings"]
