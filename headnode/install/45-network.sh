# --- the way to AWS: a proxy, and the certificates to trust

CA_FILE=/etc/cloud-submit/ca.pem

# The AWS CLI goes the way that the agent will go.
use_network() {
  authorities=''
  case $ca in
    '') [ ! -f "$root$CA_FILE" ] || authorities=$root$CA_FILE ;;
    none) ;;
    *)
      authorities=$scratch/ca.pem
      printf %s "$ca" | base64 -d >"$authorities" 2>/dev/null && grep -q '^-----BEGIN CERTIFICATE-----$' "$authorities" ||
        fail 64 '--ca takes certificates, PEM, in base64'
      ;;
  esac
  # In lower case, which goes before: ParallelCluster sets these, too, for a cluster with a proxy.
  [ -z "$proxy" ] || export https_proxy="$proxy"
  [ -z "$proxy_bypass" ] || export no_proxy="$proxy_bypass"
  [ -z "$authorities" ] || export AWS_CA_BUNDLE="$authorities"
  # A site's own settings go before, as in the service.
  [ ! -r "$root/etc/cloud-submit/local.env" ] || read_network "$root/etc/cloud-submit/local.env"
}

# systemd takes quotes away, too.
read_network() { # file
  while IFS= read -r line || [ -n "$line" ]; do
    value=${line#*=}
    case $value in \"*\" | \'*\') value=${value#?} value=${value%?} ;; esac
    case ${line%%=*} in
      HTTPS_PROXY | https_proxy) export https_proxy="$value" ;;
      NO_PROXY | no_proxy) export no_proxy="$value" ;;
      AWS_CA_BUNDLE) export AWS_CA_BUNDLE="$value" ;;
    esac
  done <"$1"
}

place_authorities() {
  case $ca in
    '') ;;
    none) remove "$CA_FILE" ;;
    *) file "$CA_FILE" 644 <"$authorities" ;;
  esac
}

network_of_agent() {
  [ -z "$proxy" ] || printf 'HTTPS_PROXY=%s\n' "$proxy"
  [ -z "$proxy_bypass" ] || printf 'NO_PROXY=%s\n' "$proxy_bypass"
  [ ! -f "$root$CA_FILE" ] || printf 'AWS_CA_BUNDLE=%s\n' "$CA_FILE"
}
