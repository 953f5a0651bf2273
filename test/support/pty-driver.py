"""Runs a command on a terminal of its own, 100 columns wide, and types keys once a pattern was shown.

Usage: pty-driver.py PATTERN KEYS COMMAND [ARGUMENT...]; prints the screen; ends as the command does.
"""

import fcntl
import os
import pty
import re
import struct
import sys
import termios

pattern, keys, command = re.compile(sys.argv[1].encode()), sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    # The terminal is this one, whatever the tests were started on.
    os.environ["TERM"] = "xterm-256color"
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    os.execvp(command[0], command)
screen = b""
typed = False
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:  # Linux says EIO when the last writer has gone.
        break
    if not chunk:
        break
    screen += chunk
    if not typed and pattern.search(screen):
        typed = True
        os.write(terminal, keys)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(screen)
sys.exit(os.waitstatus_to_exitcode(status))
