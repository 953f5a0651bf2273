# --- uninstall

uninstall_agent() {
  need_root
  if has_systemd && [ -e "$root/etc/systemd/system/$UNIT" ]; then
    "$systemctl" disable --quiet --now "$UNIT" || fail 70 "$UNIT cannot be stopped: see systemctl status $UNIT"
    say stopped "$UNIT"
  fi
  remove "/etc/systemd/system/$UNIT"
  remove "/etc/systemd/system/$SLICE"
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
  say done 'the agent is no longer installed'
  say note "remove EpilogSlurmctld from CustomSlurmSettings with pcluster update-cluster"
}
