# --- the systemd service

# The limits of a login of the agent's user, as `NAME SOFT HARD`: jobs get them through sbatch. No file of the
# user's is read, and only these four are taken; nothing on a machine where it cannot be told.
login_limits() {
  set -- prlimit --noheadings --raw --output RESOURCE,SOFT,HARD --nofile --nproc --stack --core
  if is_scratch; then "$@"; else runuser -s /bin/sh "$user" -c "exec $*"; fi 2>/dev/null |
    sed -n 's/unlimited/infinity/g; s/^\(NOFILE\|NPROC\|STACK\|CORE\) \([0-9]*\|infinity\) \([0-9]*\|infinity\)$/\1 \2 \3/p'
}

render_unit() {
  limits=$(login_limits | sed 's/^\(.*\) \(.*\) \(.*\)$/Limit\1=\2:\3/' | tr '\n' ' ')
  sed -e "s|@LIMITS@|${limits% }|; /^Limit/s/ Limit/\nLimit/g" -e "s|@VERSION@|$version|" -e "s|@USER@|$user|" -e "s|@SLICE@|$SLICE|" -e "s|@HOME@|$home|g" \
    -e "s|@STATE@|$state|g" -e "s|@WORK@|$work|g" "$root$home/versions/$id/$UNIT"
}

# A slice of its own, beside system.slice, where slurmctld is, and user.slice: weights count among neighbours alone. What
# nobody else wants the agent has all the same. Source: systemd.resource-control(5), CPUWeight=, IOWeight=; theirs are 100.
slice_of_agent() {
  printf '%s\n' "# $version: written by cloud-submit's install.sh; changes made here are lost, see systemctl edit." \
    '[Unit]' "Description=cloud-submit agent: less weight than Slurm and the users" '[Slice]' CPUWeight=20 IOWeight=20
}

# The agent is started anew only when what it runs from has changed.
start_agent() {
  want="$id $(cat "$root/etc/systemd/system/$UNIT" "$root/etc/systemd/system/$SLICE" "$root/etc/cloud-submit/agent.env" "$root$CA_FILE" 2>/dev/null | sha256sum)"
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
  fail 70 "the new agent does not start, its last lines are above; $version was restored, but does not start either"
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
  pid=$(agent_json | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
  [ -n "$pid" ] && [ -d "/proc/$pid" ]
}

# It is in the user's folder: in its place may be a pipe or a link, and in it anything.
agent_json() {
  dd if="$root$state/agent.json" iflag=nofollow,nonblock count=1 status=none 2>/dev/null | tr -cd ' -~'
}

show_journal() { ! command -v journalctl >/dev/null || is_scratch || journalctl -u "$UNIT" -n 20 --no-pager; }
