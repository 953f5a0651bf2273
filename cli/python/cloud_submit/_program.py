"""Runs the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from typing import IO, Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ._errors import CloudSubmitError
from ._types import OnProgress, parse_progress

_PROGRAM_ERROR = 127

_NPM_ERROR = re.compile(r"npm (error|ERR!)")
"""How lines begin that npx prints when it has no such program."""


def find_program() -> List[str]:
    """The words that begin a command: ``cloud-submit`` on PATH, or what npx has of it.

    Raises:
        CloudSubmitError: ``program``, when there is neither
    """
    on_path = shutil.which("cloud-submit")
    if on_path:
        return [on_path]
    npx = shutil.which("npx")
    if npx:
        return [npx, "--no-install", "cloud-submit"]
    raise _not_installed()


def _not_installed() -> CloudSubmitError:
    return CloudSubmitError(
        "cloud-submit is not on PATH: install it (see its README), or give Client(program=[...])",
        "program",
        _PROGRAM_ERROR,
    )


def run_program(
    words: Sequence[str],
    env: Optional[Mapping[str, str]],
    on_progress: Optional[OnProgress],
    several: bool = False,
) -> Tuple[List[Dict[str, Any]], int]:
    """Runs a command with ``--json``, and reads what it prints line by line.

    Args:
        several: it works on several things, and an error may be about some of them: it is raised only where nothing
            else was printed

    Returns:
        the objects on standard output, and the exit code

    Raises:
        CloudSubmitError: what the program told of as an error, or ``program`` when it cannot be run
        KeyboardInterrupt: after the program was told to end, and has ended
    """
    try:
        process = subprocess.Popen(
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **env} if env else None,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise CloudSubmitError(
            f"{words[0]} cannot be run: {error.strerror or error}",
            "program",
            _PROGRAM_ERROR,
        ) from error
    assert process.stdout is not None and process.stderr is not None
    said = _Said(on_progress)
    reader = threading.Thread(target=said.read, args=(process.stderr,), daemon=True)
    reader.start()
    try:
        objects = [
            told
            for told in (_object_in(line) for line in process.stdout)
            if told is not None
        ]
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        reader.join()
        process.stdout.close()
        process.stderr.close()
    if said.raised is not None:
        raise said.raised
    if said.error is not None and not (several and objects):
        raise CloudSubmitError.from_json(said.error, code)
    if said.npm_failed and not objects:
        raise _not_installed()
    if code < 0 or (code != 0 and not objects):
        words_said = said.last or f"it ended with {code}"
        raise CloudSubmitError(words_said, "program", code)
    return objects, code


class _Said:
    """What a program says on standard error: progress, its error, and words for people."""

    def __init__(self, on_progress: Optional[OnProgress]) -> None:
        self._on_progress = on_progress
        self.error: Optional[Dict[str, Any]] = None
        self.raised: Optional[BaseException] = None
        self.last = ""
        self.npm_failed = False

    def read(self, stream: IO[str]) -> None:
        for line in stream:
            told = _object_in(line)
            if told is None:
                if _NPM_ERROR.match(line):
                    self.npm_failed = True
                elif line.strip():
                    self.last = line.strip()
                    if self._on_progress is None:
                        print(line, end="", file=sys.stderr)
            elif isinstance(told.get("error"), dict):
                self.error = told
            elif self._on_progress is not None and self.raised is None:
                progress = parse_progress(told)
                if progress is not None:
                    try:
                        self._on_progress(progress)
                    except BaseException as error:  # noqa: BLE001 - it is raised where the caller waits
                        self.raised = error


def _object_in(line: str) -> Optional[Dict[str, Any]]:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
