"""Calls of the command line as functions."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from ._errors import CloudSubmitError
from ._program import find_program, run_program
from ._types import Fetched, JobEnd, JobStatus, OnProgress, Submitted

Path = Union[str, "os.PathLike[str]"]


class Client:
    """The command line with its settings. What is not given is taken from where the command line takes it.

    Args:
        bucket: the job bucket
        region: AWS region
        profile: AWS profile
        program: the words that begin a command; None: ``cloud-submit`` on PATH, else through npx
        env: variables of the environment in addition to this process's
    """

    def __init__(
        self,
        bucket: Optional[str] = None,
        region: Optional[str] = None,
        profile: Optional[str] = None,
        program: Optional[Sequence[str]] = None,
        env: Optional[Mapping[str, str]] = None,
    ) -> None:
        given = {"bucket": bucket, "region": region, "profile": profile}
        self._settings = [
            f"--{name}={value}" for name, value in given.items() if value is not None
        ]
        self._program = list(program) if program is not None else None
        self._env = env

    def submit(
        self,
        path: Path,
        *,
        prefix: Optional[str] = None,
        inputs: Iterable[str] = (),
        after: Iterable[str] = (),
        results: Iterable[str] = (),
        no_results: Iterable[str] = (),
        sbatch_options: Sequence[str] = (),
        on_progress: Optional[OnProgress] = None,
    ) -> Submitted:
        """Uploads a folder with job-aws-run.sh, or a job script, and asks for its job to be run.

        Args:
            path: the folder or the script
            prefix: name of the job in the bucket; None: a new one
            inputs: as ``--input`` takes them: ``NAME[/PATH][=WHERE]`` of a data set, ``JOB:PATH[=WHERE]`` of a job
            after: as ``--after`` takes them: ``JOB``, ``JOB:any``, ``JOB:failed``
            results: globs of results that come back; none: all
            no_results: globs of results that do not
            sbatch_options: options for sbatch, each a word
            on_progress: called, in a thread of its own, with each progress

        Raises:
            CloudSubmitError: nothing was submitted
        """
        words = [*_flag("prefix", prefix), *_flags("input", inputs), *_flags("after", after)]
        words += [*_flags("results", results), *_flags("no-results", no_results)]
        told, code = self._run("submit", words, [_argument(path)], sbatch_options, on_progress)
        return _submitted(_only(told, code))

    def submit_all(
        self,
        paths: Sequence[Path],
        *,
        sbatch_options: Sequence[str] = (),
        on_progress: Optional[OnProgress] = None,
    ) -> List[Union[Submitted, CloudSubmitError]]:
        """Submits several folders or scripts in one process.

        Returns:
            for each path, in their order, the submission, or why it was not submitted
        """
        if not paths:
            return []
        arguments = [_argument(path) for path in paths]
        if len(paths) == 1:
            try:
                return [
                    self.submit(
                        paths[0], sbatch_options=sbatch_options, on_progress=on_progress
                    )
                ]
            except CloudSubmitError as error:
                return [error]
        told, _ = self._run("submit", [], arguments, sbatch_options, on_progress)
        return [
            CloudSubmitError.from_json(one, 6) if "error" in one else _submitted(one)
            for one in told
        ]

    def status(self, prefix: str) -> JobStatus:
        """Looks at a job once.

        Raises:
            CloudSubmitError: ``no-such-job``, or what S3 refuses
        """
        told, code = self._run("status", [], [prefix])
        return _status(_only(told, code))

    def status_all(self, prefixes: Sequence[str]) -> Dict[str, JobStatus]:
        """Looks at several jobs by one command.

        Returns:
            by prefix, those that could be looked at

        Raises:
            CloudSubmitError: none could be
        """
        if not prefixes:
            return {}
        told, _ = self._run("status", [], list(prefixes), several=len(prefixes) > 1)
        return {one["prefix"]: _status(one) for one in told}

    def wait(
        self,
        prefixes: Union[str, Sequence[str]],
        *,
        timeout: Optional[float] = None,
        any: bool = False,  # noqa: A002 - as the command line calls it
        on_progress: Optional[OnProgress] = None,
    ) -> List[JobEnd]:
        """Waits until jobs have ended.

        Args:
            prefixes: one job or several
            timeout: seconds; None: as long as it takes
            any: the first end is enough
            on_progress: called, in a thread of its own, with each state that a job reaches

        Returns:
            the ends, in the order in which they came. A job that was not waited for to the end has an ``error``.
        """
        jobs = [prefixes] if isinstance(prefixes, str) else list(prefixes)
        if not jobs:
            return []
        words = _flag("timeout", None if timeout is None else f"{timeout:g}")
        if any:
            words.append("--any")
        told, _ = self._run("wait", words, jobs, (), on_progress)
        return [_ended(one) for one in told]

    def fetch(
        self,
        prefix: str,
        to: Path,
        *,
        results_only: bool = False,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        on_progress: Optional[OnProgress] = None,
    ) -> Fetched:
        """Brings a job's files to a folder; a file that was changed there is kept, and the job's put beside it.

        Raises:
            CloudSubmitError: ``transfer`` when some could not be fetched; the others were
        """
        words = [*_flag("to", os.fspath(to)), *_flags("include", include)]
        words += _flags("exclude", exclude)
        if results_only:
            words.append("--results-only")
        told, code = self._run("fetch", words, [prefix], (), on_progress)
        one = _only(told, code)
        return Fetched(prefix, one["to"], one["files"], one["bytes"], one)

    def cancel(self, prefixes: Union[str, Sequence[str]]) -> None:
        """Asks for jobs to be cancelled.

        Raises:
            CloudSubmitError: of the first that could not be asked for; the others were
        """
        jobs = [prefixes] if isinstance(prefixes, str) else list(prefixes)
        if jobs:
            self._run("cancel", [], jobs)

    def _run(
        self,
        verb: str,
        flags: Sequence[str],
        arguments: Sequence[str],
        after_dashes: Sequence[str] = (),
        on_progress: Optional[OnProgress] = None,
        several: bool = False,
    ) -> Tuple[List[Dict[str, Any]], int]:
        program = self._program if self._program is not None else find_program()
        words = [*program, verb, *self._settings, "--json", "--quiet"]
        if on_progress is not None:
            words.append("--progress")
        words += [*flags, *arguments]
        if after_dashes:
            words += ["--", *after_dashes]
        return run_program(words, self._env, on_progress, several)


def _flag(name: str, value: Optional[str]) -> List[str]:
    return [] if value is None else [f"--{name}={value}"]


def _flags(name: str, values: Iterable[str]) -> List[str]:
    return [f"--{name}={value}" for value in values]


def _argument(path: Path) -> str:
    """A path that is not taken for a flag."""
    text = os.fspath(path)
    return f"./{text}" if text.startswith("-") else text


def _only(told: Sequence[Dict[str, Any]], code: int) -> Dict[str, Any]:
    if len(told) != 1:
        raise CloudSubmitError(
            f"cloud-submit printed {len(told)} results in place of one: have both in the same version",
            "program",
            code,
        )
    return told[0]


def _submitted(told: Mapping[str, Any]) -> Submitted:
    return Submitted(
        told["prefix"], told["submission"], told["files"], told["bytes"], told
    )


def _status(told: Mapping[str, Any]) -> JobStatus:
    record: Mapping[str, Any] = told.get("record") or {}
    slurm: Mapping[str, Any] = record.get("slurm") or {}
    return JobStatus(
        told["prefix"], told.get("state"), record.get("outcome"), slurm.get("jobId"), told
    )


def _ended(told: Mapping[str, Any]) -> JobEnd:
    record: Mapping[str, Any] = told.get("record") or {}
    slurm: Mapping[str, Any] = record.get("slurm") or {}
    signal = slurm.get("signal") or 0
    error = told.get("error") or record.get("error") or {}
    return JobEnd(
        told["prefix"],
        record.get("outcome"),
        128 + signal if signal else slurm.get("exitCode"),
        told["exitCode"],
        error.get("message"),
        told,
    )
