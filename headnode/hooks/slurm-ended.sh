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
printf 'job=%s\ntask=%s\nexit=%s\nrestarts=%s\n' \
  "$job" "${SLURM_ARRAY_TASK_ID:-}" "${SLURM_JOB_EXIT_CODE2:-}" "$restarts" |
  /bin/dd of=".$name.$$" conv=excl status=none
/bin/mv -fT ".$name.$$" "$name"
