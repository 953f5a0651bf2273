# --- the beginning

main() {
  parse_arguments "$@"
  # At boot, PATH may be short.
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
      [ -L "$root$home/current" ] || fail 64 'no agent is installed: run install'
      install_agent
      ;;
    status) show_status ;;
    uninstall) uninstall_agent ;;
  esac
}

# All of it has been read before anything runs: uninstall removes this very file.
main "$@"
exit
