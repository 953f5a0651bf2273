#!/bin/bash
# The site's EpilogSlurmctld: mark the job, and send the whole folder back while slurmctld waits.
# on-job-end.sh ENVIRONMENT-FILE AWS-PROGRAM BUCKET WORK-FOLDER
. "$1"
aws=$2 bucket=$3 work=$4

echo JOB_COMPLETE >"$SLURM_JOB_WORK_DIR/job-aws-stat.txt"
"$aws" s3 sync "$work" "s3://$bucket" --only-show-errors
exit 0
