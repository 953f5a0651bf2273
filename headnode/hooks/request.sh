#!/bin/sh
# Hands one request from SSM to the cloud-submit agent: one file in its spool. SSM runs only a few
# commands at a time, so nothing else happens here. Parameters come as environment variables and are
# checked again, whatever the document's patterns let through.
set -eu
umask 022
LC_ALL=C PATH=/usr/bin:/bin
export LC_ALL PATH

refuse() {
  printf 'cloud-submit: %s\n' "$1" >&2
  exit 64
}

case ${SSM_Action:-} in
  run | cancel) ;;
  # Functions of an earlier version ask so after a job; a refusal would end it.
  check) exit 0 ;;
  *) refuse 'the action must be run or cancel' ;;
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

# Where the spool is, is root's to say, be it by a link. Below that, the agent's user could put a link in a
# folder's place at any instant: what counts is the folder this has gone into, where it really is.
link=$(readlink "${0%/*}/../spool") || link=spool
case $link in /*) ;; *) link=${0%/*}/../$link ;; esac
spool=$(cd -P "${link%/*}" 2>/dev/null && pwd -P)/${link##*/}/requests
if ! cd -P "$spool" 2>/dev/null; then
  printf 'cloud-submit: there is no spool at %s: is the agent installed?\n' "$spool" >&2
  # Unlike a refusal, this may be put right before the request is given up.
  exit 75
fi
if [ "$(pwd -P)" != "$spool" ]; then
  printf 'cloud-submit: there is a symbolic link in the place of the spool %s: remove it\n' "$spool" >&2
  exit 75
fi

# A file that is complete once it has its name. The same request again replaces itself. dd makes a new file or
# none: noclobber of a shell opens what is no plain file.
printf 'action=%s\nprefix=%s\nsubmission=%s\nrequester=%s\ncommand=%s\n' \
  "$SSM_Action" "$SSM_Prefix" "$SSM_Submission" "${SSM_Requester:-}" "$command" |
  dd of=".$$" conv=excl status=none
mv -fT ".$$" "$SSM_Action:$SSM_Prefix:$SSM_Submission"
