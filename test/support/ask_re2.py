"""Compiles patterns with RE2, the engine of SSM agents, and tries values on them.

Reads a JSON list of [pattern, [value, ...]] from standard input; prints for each pattern a list of booleans, whether it is
found in the value, or a string: why RE2 refuses it.
"""

import json
import sys

import re2

options = re2.Options()
options.log_errors = False


def tried(pattern, values):
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        return reason.decode() if isinstance(reason, bytes) else str(reason)
    return [compiled.search(value) is not None for value in values]


print(json.dumps([tried(*each) for each in json.load(sys.stdin)]))
