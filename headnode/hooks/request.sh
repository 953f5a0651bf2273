#!/bin/sh
# Hands one request from SSM to the cloud-submit agent: one file in its spool. SSM runs only a few
# commands at a time, so nothing else happens here. Parameters come as environment variables and are
# checked again, whatever the document's patterns let through.
set -euC
umask 022
LC_ALL=C PATH=/usr/bin:/bin
export LC_ALL PATH

refuse() {
  printf 'cloud-submit: %s\n' "$1" >&2
  exit 64
}

case ${SSM_Action:-} in
  run | cancel | check) ;;
  *) refuse 'the action must be run, cancel or check' ;;
esac
case ${SSM_Prefix:-} in
  '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) refuse 'the prefix contains a character that is not allowed' ;;
esac
case ${SSM_Submission:-} in
  '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) refuse 'the submission id contains a character that is not allowed' ;;
esac
case ${SSM_Requester:-} in
  *[!A-Za-z0-9.-]*) refuse 'the requester contains a character that is not allowed' ;;
esac

# Which command it was, for the audit. SSM agents that do not say so keep the script they run in a folder
# named after the command.
command=${SSM_COMMAND_ID:-}
case $command:${SSM_Script:-} in
  :*/orchestration/*)
    command=${SSM_Script#*/orchestration/}
    command=${command%%/*}
    ;;
esac
case $command in
  *[!a-f0-9-]*) command= ;;
esac

spool=${0%/*}/../spool/requests
if ! [ -d "$spool" ]; then
  printf 'cloud-submit: there is no spool at %s: is the agent installed?\n' "$spool" >&2
  # Unlike a refusal, this may be put right before the request is given up.
  exit 75
fi

# A file that is complete once it has its name. The same request again replaces itself.
temporary=$spool/.$$
printf 'action=%s\nprefix=%s\nsubmission=%s\nrequester=%s\ncommand=%s\n' \
  "$SSM_Action" "$SSM_Prefix" "$SSM_Submission" "${SSM_Requester:-}" "$command" >"$temporary"
mv -f "$temporary" "$spool/$SSM_Action:$SSM_Prefix:$SSM_Submission"
