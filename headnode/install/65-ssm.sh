# --- the SSM agent, which requests come through: not ours to install, but without it nothing arrives

# From this version on it hands parameters over as environment variables. Older ones put them into the script's
# text, where the documents' patterns leave nothing that a shell would read.
SSM_ENV_VERSION=3.3.2746.0

find_ssm_agent() {
  own=''
  is_scratch || own=$(command -v amazon-ssm-agent || :)
  for ssm_agent in "$own" "$root/usr/bin/amazon-ssm-agent" "$root/usr/sbin/amazon-ssm-agent" \
    "$root/snap/amazon-ssm-agent/current/amazon-ssm-agent"; do
    [ -n "$ssm_agent" ] && [ -x "$ssm_agent" ] && return 0
  done
  return 1
}

ssm_agent_version() { timeout 10 "$ssm_agent" -version 2>/dev/null | sed -n 's/^.*[Vv]ersion: *\([0-9][0-9.]*\).*$/\1/p' || :; }

# Ubuntu has it as a snap, the other systems as a package.
ssm_agent_is_active() {
  for unit in amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service; do
    "$systemctl" is-active --quiet "$unit" && return 0
  done
  return 1
}

is_older() { # version than
  [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

how_to_get_ssm_agent() {
  case $os in
    ubuntu) printf 'snap install amazon-ssm-agent --classic' ;;
    *)
      case $arch in x64) ssm_arch=amd64 ;; *) ssm_arch=arm64 ;; esac
      printf 'dnf install -y https://s3.%s.amazonaws.com/amazon-ssm-%s/latest/linux_%s/amazon-ssm-agent.rpm && systemctl enable --now amazon-ssm-agent' \
        "$region" "$region" "$ssm_arch"
      ;;
  esac
}

advise_on_ssm_agent() {
  if ! find_ssm_agent; then
    say note "there is no SSM agent on this machine, so no request will reach it: $(how_to_get_ssm_agent)"
    return 0
  fi
  if has_systemd && ! ssm_agent_is_active; then
    say note 'the SSM agent does not run, so no request will reach this machine: systemctl enable --now amazon-ssm-agent (on Ubuntu: snap start --enable amazon-ssm-agent)'
  fi
  ssm_version=$(ssm_agent_version)
  if [ -n "$ssm_version" ] && is_older "$ssm_version" "$SSM_ENV_VERSION"; then
    say note "the SSM agent is $ssm_version, which works; from $SSM_ENV_VERSION on, it passes parameters as environment variables"
  fi
}

show_ssm_agent() {
  if ! find_ssm_agent; then
    say ssm 'there is no SSM agent on this machine: no request will reach it'
    return 0
  fi
  ssm_version=$(ssm_agent_version)
  if ! has_systemd; then state_of=unknown; elif ssm_agent_is_active; then state_of=active; else state_of='not active'; fi
  say ssm "agent ${ssm_version:-of unknown version}, $state_of"
}
