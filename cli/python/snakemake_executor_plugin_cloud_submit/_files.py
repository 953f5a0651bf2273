"""Paths of a workflow, and a folder that stands for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterable, List


def relative_paths(paths: Iterable[object]) -> List[str]:
    """Paths relative to the working folder, each once, in their order.

    Raises:
        ValueError: one is outside of the working folder, where a job's folder has no place for it
    """
    found: List[str] = []
    for one in paths:
        text = os.fspath(str(one))
        path = os.path.normpath(os.path.relpath(text))
        if path == os.pardir or path.startswith(os.pardir + os.sep):
            raise ValueError(
                f"{text} is outside of the working folder: put it, or a link to it, below {os.getcwd()}"
            )
        if path not in found:
            found.append(path)
    return found


def place_files(folder: Path, paths: Iterable[str]) -> None:
    """Makes a folder of symbolic links to files and folders of the working folder; what is sent is what they lead to."""
    folder.mkdir(parents=True)
    for path in paths:
        place = folder / path
        if place.exists() or any(
            parent.is_symlink() for parent in place.parents if parent != folder
        ):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.path.abspath(path))


def glob_of(path: str) -> str:
    """A rule of ``--results`` that fits this path alone, and all that is below it if it is a folder."""
    escaped = "".join(f"\\{c}" if c in "\\*?[]!# " else c for c in path)
    return f"/{escaped}"
