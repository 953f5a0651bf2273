#!/bin/sh
# Jobs by way of the bucket, for machines that have nothing but a POSIX shell and the AWS CLI. It does what docs/protocol.md
# asks of a client, without a manifest: first all files, then FILE_UPLOAD. Settings of the AWS CLI hold.
set -u
unset CDPATH

usage='Usage: cloud-submit.sh submit DIR [PREFIX]      send a folder with job-aws-run.sh; prints the prefix
       cloud-submit.sh status PREFIX            print the state of a job
       cloud-submit.sh wait PREFIX [SECONDS]    wait until a job has ended
       cloud-submit.sh fetch PREFIX [DIR]       bring all files of a job that has ended into a new folder
       cloud-submit.sh cancel PREFIX            cancel a job
CLOUD_SUBMIT_BUCKET names the bucket. Exit codes: 0 completed, 1 the job failed, 2 wrong usage, 3 the job did not run,
4 SECONDS are over, 5 cancelled, 6 S3 or a transfer failed, 7 no credentials, 130 interrupted.'

# fail CODE LINE: ends with one line about what is wrong.
fail() { printf 'cloud-submit.sh: %s\n' "$2" >&2 && exit "$1"; }

# fail_aws LINE: ends with that, and the last thing that the AWS CLI said.
fail_aws() {
  said=$(grep -v '^[[:space:]]*$' "$tmp/err" | tail -n 1)
  ! grep -Eq 'Unable to locate credentials|ExpiredToken|InvalidAccessKeyId|InvalidClientTokenId|SignatureDoesNotMatch|[Tt]oken.*expired|config profile' "$tmp/err" ||
    fail 7 "$1: $said"
  fail 6 "$1: $said"
}

# is_absent: whether the AWS CLI has just said that there is no such object.
is_absent() { grep -Eq 'NoSuchKey|\(404\)' "$tmp/err"; }

# take_prefix PREFIX: checks it, and keeps it in $prefix.
take_prefix() {
  prefix=$1
  case $prefix in
    '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) ;;
    *) [ "${#prefix}" -gt 128 ] || return 0 ;;
  esac
  fail 2 "not a prefix: $(printf %s "$prefix" | LC_ALL=C tr -c '[:print:]' '?'): take up to 128 letters, digits, dots, hyphens and underscores, a letter or digit first"
}

# is_id WORD: whether it is a submission's id as the protocol allows it; the AWS CLI says None where there is none.
is_id() {
  case $1 in '' | None | null | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) return 1 ;; esac
  [ "${#1}" -le 64 ]
}

# read_status: reads the status object of $prefix into $state, $etag, $submission and $removing.
# Returns 0: there is one; 1: there is none; 2: the AWS CLI failed.
read_status() {
  state='' etag='' submission='' version='' removing=''
  if aws s3api get-object --bucket "$bucket" --key "$prefix/job-aws-stat.txt" --output text \
    --query '[ETag, Metadata.submission, VersionId, Metadata.removing]' "$tmp/status" \
    >"$tmp/out" 2>"$tmp/err"; then
    IFS=$tab read -r etag submission version removing <"$tmp/out"
    is_id "$submission" || submission=$version
    is_id "$submission" || submission=''
    # Of a byte order mark, UTF-16 and white space, nothing is left.
    word=$(LC_ALL=C tr -cd 'A-Z_\n' <"$tmp/status" | head -n 1)
    case $word in FILE_UPLOAD | JOB_SUBMIT | JOB_COMPLETE | JOB_ERROR | JOB_CANCEL) state=$word ;; esac
    return 0
  fi
  is_absent && return 1 || return 2
}

# job_status: the same for a job that is to be there.
job_status() {
  read_status
  case $? in
    1) fail 2 "no such job: $prefix" ;;
    2) fail_aws "the state of $prefix cannot be read" ;;
  esac
}

# write_status STATE METADATA: writes a state over the one that read_status has seen, and over no other.
# Returns 1 when another one is there by now.
write_status() {
  printf '%s\n' "$1" >"$tmp/state"
  if [ -n "$etag" ]; then set -- "$1" "$2" --if-match "$etag"; else set -- "$1" "$2" --if-none-match '*'; fi
  put_status "$2" "$3" "$4" && return 0
  grep -Eq 'PreconditionFailed|ConditionalRequestConflict|\(412\)|\(409\)' "$tmp/err" && return 1
  if grep -q 'Unknown options' "$tmp/err"; then
    # An AWS CLI from before 2025 knows no conditions: a look just before the write has to do.
    seen=$etag
    read_status
    [ $? -ne 2 ] || fail_aws "the state of $prefix cannot be read"
    [ "$etag" = "$seen" ] || return 1
    put_status "$2" && return 0
  fi
  fail_aws "the state of $prefix cannot be written"
}

# put_status METADATA [OPTION...]: the request itself.
put_status() {
  metadata=$1
  shift
  aws s3api put-object --bucket "$bucket" --key "$prefix/job-aws-stat.txt" --body "$tmp/state" \
    --content-type text/plain --metadata "$metadata" "$@" >/dev/null 2>"$tmp/err"
}

# check_free: ends when $prefix is not free for a submission.
check_free() {
  read_status
  case $? in
    2) fail_aws "the state of $prefix cannot be read" ;;
    1)
      ! aws s3api head-object --bucket "$bucket" --key "$prefix/job-aws-dataset.json" >/dev/null 2>"$tmp/err" ||
        fail 2 "$prefix is a data set: name another prefix"
      is_absent || fail_aws "$prefix cannot be looked at"
      ;;
  esac
  case $state in
    *_UPLOAD | *_SUBMIT | *_CANCEL) fail 2 "the job of $prefix is active ($state): wait for it, cancel it, or name another prefix" ;;
  esac
  [ "${removing:-None}" = None ] || fail 2 "$prefix is being removed: name another prefix"
}

# random_hex: 12 random hexadecimal digits.
random_hex() { od -An -N6 -tx1 /dev/urandom | tr -d ' \n'; }

# submitter: who asks, for the metadata.
submitter() { printf '%s@%s' "$(id -un)" "$(uname -n)" | LC_ALL=C tr -cd 'A-Za-z0-9._@-' | cut -c1-256; }

# new_prefix FOLDER: a prefix that no other job has.
new_prefix() {
  name=$(basename -- "$(cd -- "$1" && pwd -P)" | LC_ALL=C tr -c 'A-Za-z0-9._\n-' '-' | cut -c1-64 | sed 's/^[^A-Za-z0-9]*//')
  printf '%s-%s-%s' "${name:-job}" "$(date -u +%Y%m%d-%H%M%S)" "$(random_hex | cut -c1-6)"
}

# check_folder FOLDER: ends when it cannot be a job.
check_folder() {
  [ -d "$1" ] || fail 2 "not a folder: $1"
  [ -f "$1/job-aws-run.sh" ] || fail 2 "there is no job-aws-run.sh in $1: put the Slurm job script there"
  ! grep -q "$(printf '\r')\$" "$1/job-aws-run.sh" ||
    fail 2 "job-aws-run.sh has line ends of Windows, which Slurm does not take: convert it with dos2unix"
  ! (cd -- "$1" && find . -name "*$newline*") | grep -q . ||
    fail 2 "a file or folder in $1 has a line end in its name: rename it"
}

# send_files FOLDER: all but what belongs to the protocol. An empty folder is an object whose key ends in /.
send_files() {
  cd -- "$1" || exit 2
  aws s3 cp . "s3://$bucket/$prefix/" --recursive --only-show-errors --exclude job-aws-stat.txt \
    --exclude job-aws-sbatch.out --exclude job-aws-jobid.txt --exclude job-aws-job.json \
    --exclude job-aws-manifest.json --exclude job-aws-closing.json --exclude job-aws-dataset.json \
    --exclude job-aws-sweep.json >"$tmp/err" 2>&1 || fail_aws "not all files were sent; nothing was submitted"
  # shellcheck disable=SC2016 # for the inner shell
  find . -type d -exec sh -c 'for one do [ -n "$(ls -A "$one")" ] || printf "%s\n" "${one#./}"; done' sh {} + >"$tmp/folders"
  while IFS= read -r one; do
    aws s3api put-object --bucket "$bucket" --key "$prefix/$one/" </dev/null >/dev/null 2>"$tmp/err" ||
      fail_aws "not all folders were sent; nothing was submitted"
  done <"$tmp/folders"
}

submit() {
  check_folder "$1"
  take_prefix "${2:-$(new_prefix "$1")}"
  [ -z "${2:-}" ] || check_free # nobody has one that is made here
  send_files "$1"
  id=$(date -u +%Y%m%dT%H%M%SZ)-$(random_hex)
  if ! write_status FILE_UPLOAD "submission=$id,submitter=$(submitter)"; then
    # It may be this very write, whose answer was lost.
    job_status
    [ "$submission" = "$id" ] || fail 2 "another client has submitted $prefix meanwhile: name another prefix"
  fi
  printf 'Submitted %s\n' "$prefix"
}

cancel() {
  take_prefix "$1"
  while :; do
    job_status
    metadata=submitter=$(submitter)
    case $state in
      FILE_UPLOAD) metadata=$metadata${submission:+",cancels=$submission"} ;;
      JOB_SUBMIT) ;;
      JOB_CANCEL) printf '%s is being cancelled already\n' "$prefix" && return ;;
      *) printf '%s has ended: %s\n' "$prefix" "${state:-no known state}" && return ;;
    esac
    write_status JOB_CANCEL "$metadata" && printf 'Asked to cancel %s\n' "$prefix" && return
  done
}

# field NAME: that of the record's own fields, which are indented by two; those within others, by more.
field() { sed -n "s/^  \"$1\": \"\\(.*\\)\",\\{0,1\\}\$/\\1/p" "$tmp/record" | head -n 1; }

# within NAME FIELD: a field of a field.
within() { sed -n "/^  \"$1\": {/,/^  }/s/^    \"$2\": \"\\(.*\\)\",\\{0,1\\}\$/\\1/p" "$tmp/record" | head -n 1; }

# end_as_job: says how the job ended, and ends with the exit code for it.
end_as_job() {
  : >"$tmp/record"
  aws s3api get-object --bucket "$bucket" --key "$prefix/job-aws-job.json" "$tmp/record" >/dev/null 2>"$tmp/err" ||
    is_absent || fail_aws "the record of $prefix cannot be read"
  outcome=$(field outcome)
  # A record of another run tells nothing of this one.
  [ "$(field prefix):$(field submission)" = "$prefix:${submission:-$(field submission)}" ] || outcome=''
  message=''
  [ "$outcome" = completed ] || message=$(within error message)
  printf '%s: %s%s\n' "$prefix" "${outcome:-$state, and no record says how}" "${message:+: $message}"
  case $state:$outcome in
    *:cancelled) exit 5 ;;
    JOB_ERROR:*) exit 3 ;;
    *:completed)
      [ "$(within stageOut verdict)" != partial ] || fail 6 "some results of $prefix did not come back: job-aws-job.json names them"
      exit 0
      ;;
    *:) exit 6 ;;
    *) exit 1 ;;
  esac
}

wait_for() {
  take_prefix "$1"
  case ${2:-0} in *[!0-9]*) fail 2 "not a number of seconds: $2" ;; esac
  until=$(($(date +%s) + ${2:-0}))
  pause=1
  failures=0
  while :; do
    failures=$((failures + 1))
    read_status
    case $? in
      0) failures=0 ;;
      1) fail 2 "no such job: $prefix" ;;
      2) [ "$failures" -lt 5 ] || fail_aws "the state of $prefix cannot be read" ;;
    esac
    case $state in JOB_COMPLETE | JOB_ERROR) end_as_job ;; esac
    left=$pause
    if [ -n "${2:-}" ]; then
      left=$((until - $(date +%s)))
      [ "$left" -gt 0 ] || fail 4 "$prefix has not ended: ${state:-unknown}; cloud-submit.sh wait $prefix goes on"
      [ "$left" -lt "$pause" ] || left=$pause
    fi
    sleep "$left"
    [ "$pause" -ge 15 ] || pause=$((pause + 1))
  done
}

fetch() {
  take_prefix "$1"
  to=${2:-$prefix}
  [ ! -e "$to" ] || [ -z "$(ls -A -- "$to")" ] ||
    fail 2 "$to is there, and not empty: name a new folder, so that no file of yours is replaced"
  job_status
  case $state in JOB_COMPLETE | JOB_ERROR) ;; *) fail 2 "$prefix has not ended (${state:-unknown}): cloud-submit.sh wait $prefix" ;; esac
  # Aside, until all is there.
  mkdir -p -- "$(dirname -- "$to")" && aside=$(mktemp -d "$to.XXXXXX") && mkdir "$aside/all" || exit 6
  aws s3 cp "s3://$bucket/$prefix/" "$aside/all" --recursive --only-show-errors \
    --exclude job-aws-stat.txt --exclude job-aws-manifest.json >"$tmp/err" 2>&1 ||
    fail_aws "not all files of $prefix came, and none is kept"
  [ ! -e "$to" ] || rmdir -- "$to" || exit 6
  mv -- "$aside/all" "$to" || exit 6
  printf 'Fetched %s files into %s\n' "$(find "$to" -type f | wc -l | tr -d ' ')" "$to"
}

tab=$(printf '\t') aside='' etag=''
newline='
'
verb=${1:-}
[ "$#" -eq 0 ] || shift
case $verb:$# in
  --help:* | -h:*) printf '%s\n' "$usage" && exit 0 ;;
  submit:[12] | status:1 | wait:[12] | fetch:[12] | cancel:1) ;;
  *) printf '%s\n' "$usage" >&2 && exit 2 ;;
esac
bucket=${CLOUD_SUBMIT_BUCKET:-}
case $bucket in '' | *[!A-Za-z0-9.-]*) fail 2 "CLOUD_SUBMIT_BUCKET is no name of a bucket: set it to that of your jobs' bucket" ;; esac
command -v aws >/dev/null || fail 2 'there is no aws on PATH: install the AWS CLI'
tmp=$(mktemp -d) || exit 6
trap 'rm -rf "$tmp" ${aside:+"$aside"}' EXIT
trap 'exit 130' HUP INT TERM
case $verb in
  submit) submit "$@" ;;
  status) take_prefix "$1" && job_status && printf '%s\n' "${state:-unknown}" ;;
  wait) wait_for "$@" ;;
  fetch) fetch "$@" ;;
  cancel) cancel "$@" ;;
esac
