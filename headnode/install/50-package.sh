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
    fail 65 "SHA256SUMS of version $version does not match --checksum: it was published again or changed; publish it again and use the new checksum (cloud-submit headnode install does both)"
  wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $package\$/\1/p" "$scratch/SHA256SUMS")
  [ -n "$wanted" ] || fail 65 "SHA256SUMS of version $version does not list $package: build the packages again with npm run build:headnode"
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
