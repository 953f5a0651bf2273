"""What calls return. ``raw`` is the object that the program printed: docs/cli-output.schema.json describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping, Optional, Union


@dataclass(frozen=True)
class Submitted:
    """A submission that is on its way."""

    prefix: str
    submission: str
    files: int
    bytes: int
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class JobStatus:
    """A job as the bucket shows it now."""

    prefix: str
    state: Optional[str]
    """The word in the status object; None: there is none that is known."""
    outcome: Optional[str]
    """How it ended; None: it has not."""
    slurm_job_id: Optional[str]
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class JobEnd:
    """The end of a job."""

    prefix: str
    outcome: Optional[str]
    """``completed``, ``failed``, ...; None: it could not be found out, see ``error``."""
    exit_code: Optional[int]
    """The job's own, 128 more than its number for a signal, as a shell tells it; None: it has none."""
    wait_code: int
    """What ``cloud-submit wait`` ends with for it alone: 0 when it completed and all results are there."""
    error: Optional[str]
    raw: Mapping[str, Any]

    @property
    def completed(self) -> bool:
        """Whether it completed, and all of its results are in the bucket."""
        return self.wait_code == 0


@dataclass(frozen=True)
class Fetched:
    """What was brought to a folder."""

    prefix: str
    to: str
    files: int
    bytes: int
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class TransferProgress:
    """How far an upload or a download is."""

    kind: str
    """``upload`` or ``fetch``."""
    files: int
    bytes: int
    total_files: Optional[int]
    total_bytes: Optional[int]


@dataclass(frozen=True)
class JobProgress:
    """A state that a job has reached."""

    prefix: str
    state: str


Progress = Union[TransferProgress, JobProgress]
OnProgress = Callable[[Progress], None]


def parse_progress(told: Mapping[str, Any]) -> Optional[Progress]:
    """One line of ``--progress``; None for a kind that this version does not know."""
    kind = told.get("progress")
    if kind == "job":
        return JobProgress(told["prefix"], told["state"])
    if kind in ("upload", "fetch"):
        total = told.get("total") or {}
        return TransferProgress(
            kind, told["files"], told["bytes"], total.get("files"), total.get("bytes")
        )
    return None
