#!/bin/sh
# Installs the cloud-submit agent on a Head Node, updates it, shows how it is, and removes it again.
# Every step looks first whether it is done: it may be run again at any time, also after it was
# interrupted, and then changes only what is missing.
set -eu
umask 022
export LC_ALL=C
# A new Head Node may need a moment until its role works.
export AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=8
PATH=${PATH:-/usr/bin:/bin}
UNIT=cloud-submit-agent.service
# Without a dash: systemd would put it below another one, beside which weights would not count.
SLICE=cloudsubmit.slice

usage() {
  cat <<'EOF'
usage: install.sh install|update|status|uninstall [option value]...

  --bucket NAME       the job bucket; also where the packages are
  --region NAME       its region
  --version V         version of the agent
  --checksum HEX      SHA-256 of that version's SHA256SUMS
  --from DIR          read SHA256SUMS and the package from a folder, not from the bucket
  --event-bus NAME    event bus for state changes (default)
  --user NAME         user that runs the agent (depending on the system: ubuntu, ec2-user or rocky)
  --home DIR          programs and hooks (/opt/cloud-submit)
  --state DIR         spool and journal (/var/lib/cloud-submit)
  --work DIR          work folders of jobs, shared with the compute nodes (cloud-submit in the user's home)
  --slurm-bin DIR     Slurm's commands (/opt/slurm/bin)
  --proxy URL         proxy for AWS, http://HOST:PORT, without a password (none: none any more)
  --proxy-bypass LIST hosts that are reached without it, with commas between (none: no more)
  --ca BASE64         certificates, PEM, to trust in place of the system's (none: the system's again)
  --purge yes         uninstall also removes the journal and the work folders
  --root DIR          work on the system below DIR; services are neither started nor stopped

update takes options that are not given from the existing installation.
EOF
}

fail() {
  code=$1
  shift
  printf 'cloud-submit: %s\n' "$*" >&2
  exit "$code"
}

say() { printf '%-10s %s\n' "$1" "$2"; }
