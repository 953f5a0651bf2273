# --- what kind of machine this is

is_scratch() { [ -n "$root" ]; }
has_systemd() { ! is_scratch || [ "$systemctl" != systemctl ]; }

need_root() {
  is_scratch || [ "$(id -u)" = 0 ] || fail 77 "$action changes the system: run it as root, with sudo"
}

check_system() {
  case $(uname -s) in Linux) ;; *) fail 69 "this is $(uname -s): the agent runs on Linux only" ;; esac
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) fail 69 "there is no package for $(uname -m): use a Head Node with x86_64 or arm64" ;;
  esac
  os=$(os_release ID) os_version=$(os_release VERSION_ID)
  case $os-$os_version in
    ubuntu-22.04 | ubuntu-24.04) default_user=ubuntu ;;
    amzn-2023 | amzn-2023.*) default_user=ec2-user ;;
    rhel-[89] | rhel-[89].*) default_user=ec2-user ;;
    rocky-[89] | rocky-[89].*) default_user=rocky ;;
    *)
      [ -n "$user" ] || fail 69 "'$os $os_version' is not supported: use Ubuntu 22.04 or 24.04, Amazon Linux 2023, RHEL or Rocky Linux 8 or 9; to try it anyway, name the user that runs the agent with --user NAME"
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
    [ -n "$user_home" ] || fail 69 "there is no user $user on this machine: name the user that runs the agent with --user NAME"
    getent group slurm >/dev/null ||
      fail 69 'there is no group slurm: is this the Head Node of a ParallelCluster with Slurm?'
    command -v systemctl >/dev/null || fail 69 'systemd is missing: the agent runs as a systemd service'
  fi
  work=${work:-$user_home/cloud-submit}
  # Each of them is removed as a whole one day.
  for path in "$home" "$state" "$work"; do
    case $path in
      /*/*) [ "$path" != "$user_home" ] || fail 64 "$path is a home folder: use a separate folder below it" ;;
      *) fail 64 "$path is too close to the root: use a separate folder, such as /opt/cloud-submit" ;;
    esac
  done
}

os_release() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$root/etc/os-release" 2>/dev/null || :; }

# Everything up to here was once done by hand, with other folders: nothing of it is lost by accident.
refuse_older_layout() {
  for name in journal spool agent.cjs; do
    if [ -e "$root$home/$name" ]; then
      fail 65 "$home/$name belongs to an agent that was installed by hand: stop it, move $home to $home.old, run this again, then move $home.old/journal to $state/journal while $UNIT is stopped"
    fi
  done
  [ -L "$root$home/hooks" ] || ! [ -e "$root$home/hooks" ] ||
    fail 65 "$home/hooks was not created by this installer: move it away and run this again"
}

group_of_user() { id -gn "$user" 2>/dev/null || printf %s "$user"; }
