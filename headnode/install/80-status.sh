# --- status

show_status() {
  current=$(readlink "$root$home/current" 2>/dev/null || :)
  if [ -z "$current" ]; then
    say agent 'not installed'
    exit 4
  fi
  say version "$(cat "$root$home/$current/VERSION") (${current#versions/})"
  say bucket "${bucket:-unknown}"
  say user "${user:-unknown}"
  [ -z "$proxy" ] || say proxy "$proxy${proxy_bypass:+, but not for $proxy_bypass}"
  [ ! -f "$root$CA_FILE" ] || say trusts "$CA_FILE, and no other certificate"
  if has_systemd; then
    say unit "$("$systemctl" is-active "$UNIT" || :), $("$systemctl" is-enabled "$UNIT" 2>/dev/null || :)"
  fi
  show_ssm_agent
  for kind in requests endings; do
    waiting=$(find "$root$state/spool/$kind" -type f ! -name '.*' 2>/dev/null | wc -l)
    say "$kind" "$waiting waiting in the spool"
  done
  if agent_is_ready; then
    say agent "$(agent_json)"
  else
    say agent "does not run: see journalctl -u $UNIT"
    exit 3
  fi
}
