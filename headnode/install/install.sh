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

usage() {
  cat <<'EOF'
usage: install.sh install|update|status|uninstall [option value]...

  --bucket NAME       the job bucket; also where the packages are
  --region NAME       its region
  --version V         version of the agent
  --checksum HEX      SHA-256 of that version's SHA256SUMS
  --from DIR          take SHA256SUMS and the package from a folder, not from the bucket
  --event-bus NAME    where state changes are told (default)
  --user NAME         who runs the agent (by the system: ubuntu, ec2-user or rocky)
  --home DIR          programs and hooks (/opt/cloud-submit)
  --state DIR         spool and journal (/var/lib/cloud-submit)
  --work DIR          work folders of jobs, shared with the compute nodes (cloud-submit in the user's home)
  --slurm-bin DIR     Slurm's commands (/opt/slurm/bin)
  --purge yes         uninstall also removes the journal and the work folders
  --root DIR          work on the system below DIR; services are neither started nor stopped

update takes what is not said from the installation that is there.
EOF
}

fail() {
  code=$1
  shift
  printf 'cloud-submit: %s\n' "$*" >&2
  exit "$code"
}

say() { printf '%-10s %s\n' "$1" "$2"; }

parse_arguments() {
  bucket='' region='' version='' checksum='' from='' event_bus='' user='' home='' state='' work=''
  slurm_bin='' purge=no root='' systemctl=systemctl
  [ $# -gt 0 ] || { usage >&2; exit 64; }
  action=$1
  shift
  case $action in
    install | update | status | uninstall) ;;
    help | --help | -h) usage; exit 0 ;;
    *) fail 64 "no action is called '$action': take install, update, status or uninstall" ;;
  esac
  while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || fail 64 "$1 needs a value"
    # They end in a unit and in an environment file, which have quoting of their own.
    case $2 in *[!A-Za-z0-9._/@:+-]*) fail 64 "the value of $1 holds a character that is not allowed" ;; esac
    case $1 in
      --bucket) bucket=$2 ;;
      --region) region=$2 ;;
      --version) version=$2 ;;
      --checksum) checksum=$2 ;;
      --from) from=$2 ;;
      --event-bus) event_bus=$2 ;;
      --user) user=$2 ;;
      --home) home=$2 ;;
      --state) state=$2 ;;
      --work) work=$2 ;;
      --slurm-bin) slurm_bin=$2 ;;
      --purge) purge=$2 ;;
      --root) root=${2%/} ;;
      # For tests: what takes systemctl's place below --root.
      --systemctl) systemctl=$2 ;;
      *) fail 64 "there is no option $1 (install.sh help shows them)" ;;
    esac
    shift 2
  done
  case $purge in yes | no) ;; *) fail 64 '--purge takes yes or no' ;; esac
  for path in "$home" "$state" "$work" "$slurm_bin"; do
    case $path in '' | /*) ;; *) fail 64 "$path must begin with /" ;; esac
    case $path/ in */../* | */./* | *//*) fail 64 "$path must be a plain path" ;; esac
  done
}

# What the installation that is there was made with, for everything that was not said now.
recall_settings() {
  settings=$root/etc/cloud-submit/install.conf
  [ -f "$settings" ] || return 0
  while IFS='=' read -r name value; do
    case $name in
      bucket) bucket=${bucket:-$value} ;;
      region) region=${region:-$value} ;;
      event_bus) event_bus=${event_bus:-$value} ;;
      user) user=${user:-$value} ;;
      home) home=${home:-$value} ;;
      state) state=${state:-$value} ;;
      work) work=${work:-$value} ;;
      slurm_bin) slurm_bin=${slurm_bin:-$value} ;;
    esac
  done <"$settings"
}

set_defaults() {
  event_bus=${event_bus:-default}
  home=${home:-/opt/cloud-submit}
  state=${state:-/var/lib/cloud-submit}
  slurm_bin=${slurm_bin:-/opt/slurm/bin}
}

is_scratch() { [ -n "$root" ]; }
has_systemd() { ! is_scratch || [ "$systemctl" != systemctl ]; }

need_root() {
  is_scratch || [ "$(id -u)" = 0 ] || fail 77 "$action changes the system: run it as root, with sudo"
}

# --- what kind of machine this is

check_system() {
  case $(uname -s) in Linux) ;; *) fail 69 "this is $(uname -s): the agent runs on Linux only" ;; esac
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) fail 69 "there is no package for $(uname -m): take a Head Node with x86_64 or arm64" ;;
  esac
  os=$(os_release ID) os_version=$(os_release VERSION_ID)
  case $os-$os_version in
    ubuntu-22.04 | ubuntu-24.04) default_user=ubuntu ;;
    amzn-2023 | amzn-2023.*) default_user=ec2-user ;;
    rhel-[89] | rhel-[89].*) default_user=ec2-user ;;
    rocky-[89] | rocky-[89].*) default_user=rocky ;;
    *)
      [ -n "$user" ] || fail 69 "'$os $os_version' is not known: Ubuntu 22.04 and 24.04, Amazon Linux 2023, RHEL and Rocky Linux 8 and 9 are; to try it all the same, say who runs the agent with --user NAME"
      ;;
  esac
  user=${user:-$default_user}
  for tool in tar gzip sha256sum flock stat; do
    command -v "$tool" >/dev/null || fail 69 "$tool is missing: install it and run this again"
  done
  if is_scratch; then
    user_home=/home/$user
  else
    user_home=$(getent passwd "$user" | cut -d: -f6)
    [ -n "$user_home" ] || fail 69 "there is no user $user on this machine: say who runs the agent with --user NAME"
    getent group slurm >/dev/null ||
      fail 69 'there is no group slurm: is this the Head Node of a ParallelCluster with Slurm?'
    command -v systemctl >/dev/null || fail 69 'systemd is missing: the agent runs as one of its services'
  fi
  work=${work:-$user_home/cloud-submit}
  # Each of them is removed as a whole one day.
  for path in "$home" "$state" "$work"; do
    case $path in
      /*/*) [ "$path" != "$user_home" ] || fail 64 "$path is a home: take a folder of its own below it" ;;
      *) fail 64 "$path is too near the root: take a folder of its own, such as /opt/cloud-submit" ;;
    esac
  done
}

os_release() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$root/etc/os-release" 2>/dev/null || :; }

check_settings() {
  [ -n "$bucket" ] || fail 64 '--bucket is missing'
  [ -n "$region" ] || fail 64 '--region is missing'
  case $version in
    '') fail 64 '--version is missing' ;;
    [!0-9]* | *[!A-Za-z0-9.+-]*) fail 64 "'$version' is no version" ;;
  esac
  if [ -z "$from" ] || [ -n "$checksum" ]; then
    case $checksum in
      *[!0-9a-f]*) fail 64 '--checksum is not a SHA-256' ;;
      '') fail 64 '--checksum is missing: cloud-submit headnode install gives it' ;;
    esac
    [ ${#checksum} = 64 ] || fail 64 '--checksum is not a SHA-256'
  fi
}

# Everything up to here was once done by hand, with other folders: nothing of it is lost by accident.
refuse_older_layout() {
  for name in journal spool agent.cjs; do
    if [ -e "$root$home/$name" ]; then
      fail 65 "$home/$name is of an agent that was installed by hand: stop it, move $home to $home.old, run this again, then move $home.old/journal to $state/journal while $UNIT is stopped"
    fi
  done
  [ -L "$root$home/hooks" ] || ! [ -e "$root$home/hooks" ] ||
    fail 65 "$home/hooks is not of this installer: move it away and run this again"
}

# --- files and folders, changed only where they differ

chown_to() {
  owner=$1 path=$2
  [ "$(id -u)" = 0 ] || return 0
  # A scratch root may be for another machine's users.
  if is_scratch && ! { id "${owner%:*}" && getent group "${owner#*:}"; } >/dev/null 2>&1; then return 0; fi
  [ "$(stat -c %U:%G "$path")" = "$owner" ] || chown -h "$owner" "$path"
}

folder() { # path mode owner:group
  target=$root$1
  if ! [ -d "$target" ]; then
    mkdir -p "$target"
    say made "$1"
  fi
  [ -L "$target" ] && fail 65 "$1 is a symbolic link: remove it and run this again"
  chown_to "$3" "$target"
  [ "$(stat -c %a "$target")" = "$2" ] || chmod "$2" "$target"
}

file() { # path mode; content from standard input
  target=$root$1 fresh=$root${1%/*}/.${1##*/}.new
  cat >"$scratch/content"
  if cmp -s "$scratch/content" "$target" && [ "$(stat -c %a "$target")" = "$2" ]; then return 0; fi
  rm -f "$fresh"
  cat "$scratch/content" >"$fresh"
  chmod "$2" "$fresh"
  mv -f "$fresh" "$target"
  say wrote "$1"
}

link() { # target path: atomic, whatever was there
  [ "$(readlink "$root$2" 2>/dev/null)" != "$1" ] || return 0
  rm -f "$root$2.new"
  ln -s "$1" "$root$2.new"
  mv -fT "$root$2.new" "$root$2"
  say linked "$2 -> $1"
}

group_of_user() { id -gn "$user" 2>/dev/null || printf %s "$user"; }

# --- the package

find_aws() {
  for aws in "$(command -v aws || :)" /opt/parallelcluster/pyenv/versions/*/envs/*/bin/aws; do
    [ -x "$aws" ] && return 0
  done
  fail 69 'the AWS CLI is missing: install it (it is on the images of ParallelCluster) and run this again'
}

fetch() { # name path
  if [ -n "$from" ]; then
    cp "$from/$1" "$2" || fail 66 "there is no $from/$1"
    return 0
  fi
  key=.cloud-submit/agent/$version/$1
  "$aws" s3 cp --only-show-errors --region "$region" "s3://$bucket/$key" "$2" ||
    fail 66 "s3://$bucket/$key cannot be read: publish it (cloud-submit headnode publish), and check that the Head Node's role may read it"
}

sum_of() {
  sum=$(sha256sum "$1")
  printf %s "${sum%% *}"
}

# Brings the version to $home/versions/<version>-<sum>; complete as soon as it has that name.
unpack_version() {
  package=cloud-submit-agent-$version-linux-$arch.tar.gz
  [ -n "$from" ] || find_aws
  fetch SHA256SUMS "$scratch/SHA256SUMS"
  [ -z "$checksum" ] || [ "$(sum_of "$scratch/SHA256SUMS")" = "$checksum" ] ||
    fail 65 "SHA256SUMS of version $version is not what --checksum says: it was published anew or changed; publish it again and repeat with the checksum of that (cloud-submit headnode install does both)"
  wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $package\$/\1/p" "$scratch/SHA256SUMS")
  [ -n "$wanted" ] || fail 65 "SHA256SUMS of version $version names no $package: make the packages again with npm run build:headnode"
  id=$version-$(printf %.12s "$wanted")
  [ ! -d "$root$home/versions/$id" ] || return 0
  mkdir "$incoming"
  fetch "$package" "$incoming/$package"
  [ "$(sum_of "$incoming/$package")" = "$wanted" ] ||
    fail 65 "$package is damaged or was changed: its SHA-256 is not the one in SHA256SUMS; publish it again"
  mkdir "$incoming/tree"
  tar -xzf "$incoming/$package" -C "$incoming/tree" --no-same-owner ||
    fail 74 "$package cannot be unpacked: is the disk full?"
  "$incoming/tree/bin/node" --version >/dev/null ||
    fail 69 "the Node.js of $package does not run on this system"
  # The hooks look for the spool beside their own folder.
  if is_scratch; then up=$(printf %s "$home/versions/$id" | sed 's,[^/],,g; s,/,/..,g; s,^/,,'); else up=''; fi
  ln -s "$up$state/spool" "$incoming/tree/spool"
  mv -T "$incoming/tree" "$root$home/versions/$id"
  rm -rf "$incoming"
  say unpacked "$home/versions/$id"
}

render_unit() {
  sed -e "s|@VERSION@|$version|" -e "s|@USER@|$user|" -e "s|@HOME@|$home|g" \
    -e "s|@STATE@|$state|g" -e "s|@WORK@|$work|g" "$root$home/versions/$id/$UNIT"
}

# --- install and update

install_agent() {
  need_root
  check_system
  check_settings
  refuse_older_layout
  user_group=$user:$(group_of_user)
  folder "$home" 755 root:root
  # Two at a time would take each other's half-done files away.
  exec 9>>"$root$home/.lock"
  flock -n 9 || fail 75 'another install.sh is at work: wait for it, then run this again'
  folder "$home/versions" 755 root:root
  # What an interrupted run left behind goes first; what this one leaves goes at its end.
  incoming=$root$home/versions/.incoming
  rm -rf "$incoming"
  unpack_version
  folder "$state" 711 "$user_group"
  folder "$state/spool" 711 "$user_group"
  folder "$state/spool/requests" 700 "$user_group"
  # slurmctld leaves files here, and can neither read nor list.
  folder "$state/spool/endings" 730 "$user:slurm"
  [ -d "$root$work" ] || make_work_folder
  folder /etc/cloud-submit 755 root:root
  printf '%s\n' "CLOUD_SUBMIT_BUCKET=$bucket" "CLOUD_SUBMIT_HOME=$state" "CLOUD_SUBMIT_WORK=$work" \
    "CLOUD_SUBMIT_EVENT_BUS=$event_bus" "CLOUD_SUBMIT_SLURM_BIN=$slurm_bin" "AWS_REGION=$region" \
    "PATH=$slurm_bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" |
    file /etc/cloud-submit/agent.env 644
  printf '%s\n' "bucket=$bucket" "region=$region" "event_bus=$event_bus" "user=$user" "home=$home" \
    "state=$state" "work=$work" "slurm_bin=$slurm_bin" | file /etc/cloud-submit/install.conf 644
  old=$(readlink "$root$home/current" 2>/dev/null || :)
  [ -z "$old" ] || [ "$old" = "versions/$id" ] || link "$old" "$home/previous"
  old=$(readlink "$root$home/previous" 2>/dev/null || :)
  [ -d "$root/etc/systemd/system" ] || mkdir -p "$root/etc/systemd/system"
  render_unit | file "/etc/systemd/system/$UNIT" 644
  link "versions/$id" "$home/current"
  link current/hooks "$home/hooks"
  if has_systemd; then start_agent; fi
  remove_old_versions
  say done "the agent $version is installed"
  is_scratch || advise_on_epilog
}

# In the user's own home a folder is made by the user: root follows no link there.
make_work_folder() {
  if is_scratch || [ "${work#"$user_home"/}" = "$work" ]; then
    folder "$work" 700 "$user_group"
  else
    runuser -u "$user" -- mkdir -p -m 700 "$work"
    say made "$work"
  fi
}

# The agent is started anew only when what it runs from has changed.
start_agent() {
  want="$id $(cat "$root/etc/systemd/system/$UNIT" "$root/etc/cloud-submit/agent.env" | sha256sum)"
  if [ "$(cat "$root$home/.running" 2>/dev/null)" = "$want" ] && "$systemctl" is-active --quiet "$UNIT"; then
    return 0
  fi
  "$systemctl" daemon-reload
  "$systemctl" enable --quiet "$UNIT"
  if restart_and_wait; then
    printf '%s\n' "$want" | file "$home/.running" 644
    say started "$UNIT"
    return 0
  fi
  show_journal >&2
  if [ -z "$old" ] || [ "$old" = "versions/$id" ] || ! [ -d "$root$home/$old" ]; then
    fail 70 "the agent does not start; its last lines are above (journalctl -u $UNIT)"
  fi
  id=${old#versions/}
  version=$(cat "$root$home/$old/VERSION")
  link "$old" "$home/current"
  render_unit | file "/etc/systemd/system/$UNIT" 644
  "$systemctl" daemon-reload
  if restart_and_wait; then
    fail 70 "the new agent does not start, its last lines are above; $version runs again"
  fi
  fail 70 "the new agent does not start, its last lines are above; nor does $version, which was put back"
}

# True when the agent has written that it is ready, within a minute (or as many seconds as tests say).
restart_and_wait() {
  rm -f "$root$state/agent.json"
  "$systemctl" restart "$UNIT" || return 1
  tries=0
  until agent_is_ready; do
    tries=$((tries + 1))
    [ "$tries" -le $((${CLOUD_SUBMIT_INSTALL_PATIENCE:-60} * 4)) ] || return 1
    sleep 0.25
  done
}

agent_is_ready() {
  pid=$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$root$state/agent.json" 2>/dev/null)
  [ -n "$pid" ] && [ -d "/proc/$pid" ]
}

show_journal() { ! command -v journalctl >/dev/null || is_scratch || journalctl -u "$UNIT" -n 20 --no-pager; }

# The one that runs and the one before it, to go back to, stay.
remove_old_versions() {
  for path in "$root$home/versions/"*; do
    name=versions/${path##*/}
    [ "$name" = "$(readlink "$root$home/current")" ] && continue
    [ "$name" = "$(readlink "$root$home/previous" 2>/dev/null)" ] && continue
    rm -rf "$path"
    say removed "$home/$name"
  done
}

# slurmctld takes a new EpilogSlurmctld at its start only; it is ParallelCluster's to configure and restart.
advise_on_epilog() {
  "$slurm_bin/scontrol" show config 2>/dev/null | grep -q "^EpilogSlurmctld.*$home/hooks/slurm-ended" ||
    say note "slurmctld does not run $home/hooks/slurm-ended yet, so ends of jobs are noticed up to a minute late: add 'EpilogSlurmctld: $home/hooks/slurm-ended' to Scheduling/SlurmSettings/CustomSlurmSettings and run pcluster update-cluster"
}

# --- status and uninstall

show_status() {
  current=$(readlink "$root$home/current" 2>/dev/null || :)
  if [ -z "$current" ]; then
    say agent 'not installed'
    exit 4
  fi
  say version "$(cat "$root$home/$current/VERSION") (${current#versions/})"
  say bucket "${bucket:-unknown}"
  say user "${user:-unknown}"
  if has_systemd; then
    say unit "$("$systemctl" is-active "$UNIT" || :), $("$systemctl" is-enabled "$UNIT" 2>/dev/null || :)"
  fi
  for kind in requests endings; do
    waiting=$(find "$root$state/spool/$kind" -type f ! -name '.*' 2>/dev/null | wc -l)
    say "$kind" "$waiting waiting in the spool"
  done
  if agent_is_ready; then
    say agent "$(cat "$root$state/agent.json")"
  else
    say agent "does not run: see journalctl -u $UNIT"
    exit 3
  fi
}

uninstall_agent() {
  need_root
  if has_systemd && [ -e "$root/etc/systemd/system/$UNIT" ]; then
    "$systemctl" disable --quiet --now "$UNIT" || fail 70 "$UNIT cannot be stopped: see systemctl status $UNIT"
    say stopped "$UNIT"
  fi
  remove "/etc/systemd/system/$UNIT"
  if has_systemd; then "$systemctl" daemon-reload; fi
  remove "$home/hooks"
  remove "$home/current"
  remove "$home/previous"
  remove "$home/versions"
  remove "$home/.running"
  remove "$home/.lock"
  rmdir "$root$home" 2>/dev/null || :
  if [ "$purge" = yes ]; then
    remove "$state"
    [ -z "$work" ] || remove "$work"
    remove /etc/cloud-submit
  else
    # install.conf stays: it says where the journal and the work folders are.
    remove /etc/cloud-submit/agent.env
    [ -d "$root$state" ] && say kept "$state (the journal; --purge yes removes it)"
    [ -n "$work" ] && [ -d "$root$work" ] && say kept "$work (work folders; --purge yes removes them)"
  fi
  say done 'the agent is not installed any more'
  say note "take EpilogSlurmctld out of CustomSlurmSettings with pcluster update-cluster"
}

remove() {
  [ -e "$root$1" ] || [ -L "$root$1" ] || return 0
  rm -rf "$root$1"
  say removed "$1"
}

main() {
  parse_arguments "$@"
  # Whoever starts this at boot may give little.
  is_scratch || PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  scratch=$(mktemp -d)
  incoming=
  trap 'rm -rf "$scratch" ${incoming:+"$incoming"}' EXIT
  trap 'exit 130' HUP INT TERM
  recall_settings
  set_defaults
  case $action in
    install) install_agent ;;
    update)
      [ -L "$root$home/current" ] || fail 64 'nothing is installed that could be updated: run install'
      install_agent
      ;;
    status) show_status ;;
    uninstall) uninstall_agent ;;
  esac
}

# All of it has been read before anything runs: uninstall removes this very file.
main "$@"
exit
