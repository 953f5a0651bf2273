# --- files and folders, changed only where they differ

chown_to() {
  owner=$1 path=$2
  [ "$(id -u)" = 0 ] || return 0
  # A scratch root may be for another machine's users.
  if is_scratch && ! { id "${owner%:*}" && getent group "${owner#*:}"; } >/dev/null 2>&1; then return 0; fi
  [ "$(stat -c %U:%G "$path")" = "$owner" ] || chown -h "$owner" "$path"
}

folder() { # path mode owner:group
  target=$root$1
  # In a folder of the agent's user, the user makes it: root follows no link there.
  by=''
  if ! is_scratch && [ "$(stat -c %U "${target%/*}" 2>/dev/null)" = "$user" ]; then by="runuser -u $user --"; fi
  if ! [ -d "$target" ]; then
    $by mkdir -p "$target"
    say created "$1"
  fi
  [ -L "$target" ] && fail 65 "$1 is a symbolic link: remove it and run this again"
  chown_to "$3" "$target"
  [ "$(stat -c %a "$target")" = "$2" ] || $by chmod "$2" "$target"
}

file() { # path mode; content from standard input
  target=$root$1 fresh=$root${1%/*}/.${1##*/}.new
  cat >"$scratch/content"
  if cmp -s "$scratch/content" "$target" && [ "$(stat -c %a "$target")" = "$2" ]; then return 0; fi
  rm -f "$fresh"
  cat "$scratch/content" >"$fresh"
  chmod "$2" "$fresh"
  mv -f "$fresh" "$target"
  say wrote "$1"
}

link() { # target path: atomic, whatever was there
  [ "$(readlink "$root$2" 2>/dev/null)" != "$1" ] || return 0
  rm -f "$root$2.new"
  ln -s "$1" "$root$2.new"
  mv -fT "$root$2.new" "$root$2"
  say linked "$2 -> $1"
}

remove() {
  [ -e "$root$1" ] || [ -L "$root$1" ] || return 0
  rm -rf "$root$1"
  say removed "$1"
}
