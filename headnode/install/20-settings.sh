# --- what is wanted: options, and what was said when it was installed

parse_arguments() {
  bucket='' region='' version='' checksum='' from='' event_bus='' user='' home='' state='' work=''
  slurm_bin='' proxy='' proxy_bypass='' ca='' purge=no root='' systemctl=systemctl
  [ $# -gt 0 ] || { usage >&2; exit 64; }
  action=$1
  shift
  case $action in
    install | update | status | uninstall) ;;
    help | --help | -h) usage; exit 0 ;;
    *) fail 64 "unknown action '$action': use install, update, status or uninstall" ;;
  esac
  while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || fail 64 "$1 needs a value"
    check_value "$1" "$2"
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
      --proxy) proxy=$2 ;;
      --proxy-bypass) proxy_bypass=$2 ;;
      --ca) ca=$2 ;;
      --purge) purge=$2 ;;
      --root) root=${2%/} ;;
      # For tests: what takes systemctl's place below --root.
      --systemctl) systemctl=$2 ;;
      *) fail 64 "unknown option $1 (install.sh help lists the options)" ;;
    esac
    shift 2
  done
  case $purge in yes | no) ;; *) fail 64 '--purge takes yes or no' ;; esac
  for path in "$home" "$state" "$work" "$slurm_bin"; do
    case $path in '' | /*) ;; *) fail 64 "$path must begin with /" ;; esac
    case $path/ in */../* | */./* | *//*) fail 64 "$path must be a path without . .. or //" ;; esac
  done
}

# Values end in a unit and in an environment file, which have quoting of their own.
check_value() { # option value
  case $1 in
    --proxy) odd='*[!]A-Za-z0-9._:/[-]*' ;;
    --proxy-bypass) odd='*[!]A-Za-z0-9._:,*[-]*' ;;
    --ca) odd='*[!A-Za-z0-9+/=]*' ;;
    *) odd='*[!A-Za-z0-9._/@:+-]*' ;;
  esac
  case $1=$2 in
    --proxy=*@*) fail 64 '--proxy takes no user and no password, since everybody can read it: put HTTPS_PROXY into /etc/cloud-submit/local.env, with mode 600' ;;
    --proxy= | --proxy=none | --proxy=http://?* | --proxy=https://?*) ;;
    --proxy=*) fail 64 '--proxy takes http://HOST:PORT, https://HOST:PORT or none' ;;
  esac
  case $2 in $odd) fail 64 "the value of $1 contains a character that is not allowed" ;; esac
}

# Settings of the installation that is there, for everything that was not said now.
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
      proxy) proxy=${proxy:-$value} ;;
      proxy_bypass) proxy_bypass=${proxy_bypass:-$value} ;;
    esac
  done <"$settings"
}

set_defaults() {
  event_bus=${event_bus:-default}
  home=${home:-/opt/cloud-submit}
  state=${state:-/var/lib/cloud-submit}
  slurm_bin=${slurm_bin:-/opt/slurm/bin}
  [ "$proxy" != none ] || proxy=''
  [ "$proxy_bypass" != none ] || proxy_bypass=''
}

check_settings() {
  [ -n "$bucket" ] || fail 64 '--bucket is missing'
  [ -n "$region" ] || fail 64 '--region is missing'
  case $version in
    '') fail 64 '--version is missing' ;;
    [!0-9]* | *[!A-Za-z0-9.+-]*) fail 64 "'$version' is not a version" ;;
  esac
  if [ -z "$from" ] || [ -n "$checksum" ]; then
    case $checksum in
      *[!0-9a-f]*) fail 64 '--checksum is not a SHA-256' ;;
      '') fail 64 '--checksum is missing: cloud-submit headnode install passes it' ;;
    esac
    [ ${#checksum} = 64 ] || fail 64 '--checksum is not a SHA-256'
  fi
}
