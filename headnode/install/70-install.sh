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
  flock -n 9 || fail 75 'another install.sh is running: wait for it, then run this again'
  folder "$home/versions" 755 root:root
  # Leftovers of an interrupted run go first; those of this one go at its end.
  incoming=$root$home/versions/.incoming
  rm -rf "$incoming"
  use_network
  unpack_version
  folder "$state" 711 "$user_group"
  folder "$state/spool" 711 "$user_group"
  folder "$state/spool/requests" 700 "$user_group"
  # slurmctld leaves files here, and can neither read nor list.
  folder "$state/spool/endings" 730 "$user:slurm"
  [ -d "$root$work" ] || make_work_folder
  folder /etc/cloud-submit 755 root:root
  place_authorities
  network=$(network_of_agent)
  printf '%s\n' "CLOUD_SUBMIT_BUCKET=$bucket" "CLOUD_SUBMIT_HOME=$state" "CLOUD_SUBMIT_WORK=$work" \
    "CLOUD_SUBMIT_EVENT_BUS=$event_bus" "CLOUD_SUBMIT_SLURM_BIN=$slurm_bin" "AWS_REGION=$region" \
    "CLOUD_SUBMIT_OPEN_FILES=$(login_limits | sed -n 's/^NOFILE \([^ ]*\) .*/\1/p' | grep . || echo 1024)" \
    "PATH=$slurm_bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" ${network:+"$network"} |
    file /etc/cloud-submit/agent.env 644
  printf '%s\n' "bucket=$bucket" "region=$region" "event_bus=$event_bus" "user=$user" "home=$home" \
    "state=$state" "work=$work" "slurm_bin=$slurm_bin" "proxy=$proxy" "proxy_bypass=$proxy_bypass" | file /etc/cloud-submit/install.conf 644
  old=$(readlink "$root$home/current" 2>/dev/null || :)
  [ -z "$old" ] || [ "$old" = "versions/$id" ] || link "$old" "$home/previous"
  old=$(readlink "$root$home/previous" 2>/dev/null || :)
  [ -d "$root/etc/systemd/system" ] || mkdir -p "$root/etc/systemd/system"
  slice_of_agent | file "/etc/systemd/system/$SLICE" 644
  render_unit | file "/etc/systemd/system/$UNIT" 644
  link "versions/$id" "$home/current"
  link current/hooks "$home/hooks"
  if has_systemd; then start_agent; fi
  remove_old_versions
  say done "the agent $version is installed"
  is_scratch || advise_on_epilog
  advise_on_ssm_agent
}

# In the user's own home a folder is made by the user: root follows no link there.
make_work_folder() {
  if is_scratch || [ "${work#"$user_home"/}" = "$work" ]; then
    folder "$work" 700 "$user_group"
  else
    runuser -u "$user" -- mkdir -p -m 700 "$work"
    say created "$work"
  fi
}

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
    say note "slurmctld does not run $home/hooks/slurm-ended yet, so the end of a job is noticed up to a minute late: add 'EpilogSlurmctld: $home/hooks/slurm-ended' to Scheduling/SlurmSettings/CustomSlurmSettings and run pcluster update-cluster"
}
