"""Asks botocore, which finds the credentials of the AWS CLI, which access key that would use.

Reads a JSON list of {"env": {...}, "profile": name or null} from standard input; prints for each the access key, null where
there is none, or {"error": name} for what it raises.
"""

import json
import os
import sys

from botocore.session import Session

around = dict(os.environ)


def asked(env, profile):
    os.environ.clear()
    os.environ.update(around, **env)
    try:
        session = Session()
        # As the CLI does for --profile.
        if profile is not None:
            session.set_config_variable("profile", profile)
        found = session.get_credentials()
        return found and found.get_frozen_credentials().access_key
    except Exception as error:
        return {"error": type(error).__name__}


print(json.dumps([asked(**each) for each in json.load(sys.stdin)]))
