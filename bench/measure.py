"""Runs a command and writes what it took as JSON: measure.py RESULT LOG COMMAND [ARGUMENT ...]

Node.js cannot ask the kernel what a child process has used; wait4(2) tells, for the child and everything it
has waited for.
"""

import json
import os
import sys
import time

result, log, *command = sys.argv[1:]
output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
began = time.monotonic()
pid = os.posix_spawnp(
    command[0],
    command,
    os.environ,
    file_actions=[(os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, output, 2)],
)
_, status, usage = os.wait4(pid, 0)
took = time.monotonic() - began
with open(result, "w") as file:
    json.dump(
        {
            "code": os.waitstatus_to_exitcode(status),
            "wallSeconds": took,
            "userSeconds": usage.ru_utime,
            "systemSeconds": usage.ru_stime,
            "peakMemoryBytes": usage.ru_maxrss * 1024,
        },
        file,
    )
