"""Submit folders as Slurm jobs to a cloud cluster, and get their results: a thin layer over ``cloud-submit --json``."""

from ._client import Client
from ._errors import CloudSubmitError
from ._types import (
    Fetched,
    JobEnd,
    JobProgress,
    JobStatus,
    Progress,
    Submitted,
    TransferProgress,
)

_default = Client()

submit = _default.submit
submit_all = _default.submit_all
status = _default.status
status_all = _default.status_all
wait = _default.wait
fetch = _default.fetch
cancel = _default.cancel

__all__ = [
    "Client",
    "CloudSubmitError",
    "Fetched",
    "JobEnd",
    "JobProgress",
    "JobStatus",
    "Progress",
    "Submitted",
    "TransferProgress",
    "cancel",
    "fetch",
    "status",
    "status_all",
    "submit",
    "submit_all",
    "wait",
]
