"""The error of every call."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class CloudSubmitError(Exception):
    """A command failed.

    Attributes:
        code: what is wrong, of the closed set in docs/cli.md, such as ``no-such-job``; ``program`` when
            cloud-submit could not be run at all
        exit_code: of the command
        resume: the command line that goes on, where there is one
    """

    def __init__(
        self, message: str, code: str, exit_code: int, resume: Optional[str] = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.exit_code = exit_code
        self.resume = resume

    @classmethod
    def from_json(
        cls, told: Mapping[str, Any], exit_code: int
    ) -> "CloudSubmitError":
        """The error of what the program printed."""
        error = told["error"]
        return cls(
            error["message"],
            error["code"],
            told.get("exitCode", exit_code),
            told.get("resume"),
        )
