#!/bin/sh
# EpilogSlurmctld: tells the cloud-submit agent that a job has ended, by one file in its spool. slurmctld
# keeps the job in COMPLETING until this returns, runs it again when it was restarted meanwhile, and gives
# it neither PATH nor credentials. Jobs of others are none of our business.
set -eu
umask 022

case ${SLURM_JOB_COMMENT:-} in
  cloud-submit:*) ;;
  *) exit 0 ;;
esac

# As in hooks/request: no link is followed that is not root's.
link=$(/bin/readlink "${0%/*}/../spool") || link=spool
case $link in /*) ;; *) link=${0%/*}/../$link ;; esac
spool=$(cd -P "${link%/*}" && pwd -P)/${link##*/}/endings
cd -P "$spool"
[ "$(pwd -P)" = "$spool" ]
job=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}
# From 24.05 on it has another name.
restarts=${SLURM_RESTART_COUNT:-${SLURM_JOB_RESTART_COUNT:-0}}
name=$SLURM_JOB_ID.$restarts
# Users may change a comment: one that holds anything else is not ours, and could hold lines of its own.
comment=$SLURM_JOB_COMMENT
case $comment in *[!A-Za-z0-9._:-]*) comment= ;; esac
# Nor is a file's name that has lines of its own; it comes last, as it may be long.
stderr=${SLURM_JOB_STDERR:-${SLURM_JOB_STDOUT:-}}
case $stderr in *'
'*) stderr= ;; esac
printf 'job=%s\ntask=%s\ntasks=%s\nexit=%s\nrestarts=%s\nid=%s\nuser=%s\ncomment=%s\nstderr=%s\n' \
  "$job" "${SLURM_ARRAY_TASK_ID:-}" "${SLURM_ARRAY_TASK_COUNT:-}" "${SLURM_JOB_EXIT_CODE2:-}" \
  "$restarts" "$SLURM_JOB_ID" "${SLURM_JOB_UID:-}" "$comment" "$stderr" |
  /bin/dd of=".$name.$$" conv=excl status=none
/bin/mv -fT ".$name.$$" "$name"
