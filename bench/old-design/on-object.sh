#!/bin/bash
# The site's script on its Head Node for each created object: fetch the whole bucket, submit
# whatever is marked FILE_UPLOAD, send the whole folder back. Nothing keeps two of these apart.
# on-object.sh ENVIRONMENT-FILE AWS-PROGRAM BUCKET WORK-FOLDER
. "$1"
aws=$2 bucket=$3 work=$4

"$aws" s3 sync "s3://$bucket" "$work" --only-show-errors
for status in "$work"/*/job-aws-stat.txt; do
  [ "$(cat "$status" 2>/dev/null)" = FILE_UPLOAD ] || continue
  cd "$(dirname "$status")" || continue
  sbatch job-aws-run.sh >job-aws-sbatch.out 2>&1
  grep -o '[0-9]*$' job-aws-sbatch.out >job-aws-jobid.txt
  echo JOB_SUBMIT >job-aws-stat.txt
done
"$aws" s3 sync "$work" "s3://$bucket" --only-show-errors
exit 0
