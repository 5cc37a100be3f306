# setup.sh - what ./run, ./test and ./bench share: packages and builds.  Sourced, POSIX sh; the current
# directory is the root of the tree.

say() { printf '%s\n' "$*" >&2; }

# Names under [$1] in packages.txt, without those whose program is here already.
packages_of() {
    sed -n "/^\[$1\]/,/^\[/s/^\([a-z0-9][a-z0-9.+ -]*\).*/\1/p" packages.txt |
        while read -r package program; do
            [ -n "$program" ] && command -v "$program" >/dev/null 2>&1 || echo "$package"
        done
}

# Which of the named packages are not installed.
packages_missing() {
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

apt_install() {
    # shellcheck disable=SC2086
    $1 env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $2 >&2
}

# need_packages SECTION…: install what is missing, or say how and end with 69 (unavailable).
need_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "This is no Debian: install what packages.txt names under: $*"
        return 0
    fi
    names=
    for section in "$@"; do names="$names $(packages_of "$section")"; done
    # shellcheck disable=SC2086
    missing=$(packages_missing $names)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -eq 0 ]; then as=
    elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then as=sudo
    else
        say "Packages are missing, and neither root nor sudo is here to install them.  Please run as root:"
        say "  apt-get install -y --no-install-recommends ${missing% }"
        exit 69
    fi
    say "Installing: $missing"
    apt_install "$as" "$missing" || { $as apt-get update >&2 && apt_install "$as" "$missing"; } || {
        say "apt-get could not install: $missing"
        exit 69
    }
}

# build DIR TARGET OPTION…: configure once for these options, then compile; quiet on success.
build() {
    dir=$1 target=$2
    shift 2
    mkdir -p "$dir"
    if [ "$(cat "$dir/.options" 2>/dev/null)" != "$*" ]; then
        again=
        [ ! -d "$dir/meson-private" ] || again=--reconfigure
        # shellcheck disable=SC2086
        meson setup $again "$dir" "$@" >"$dir/setup.log" 2>&1 || {
            cat "$dir/setup.log" >&2
            exit 70
        }
        printf '%s' "$*" >"$dir/.options"
    fi
    ninja -C "$dir" "$target" >"$dir/ninja.log" 2>&1 || {
        cat "$dir/ninja.log" >&2
        exit 70
    }
    # One short name for the program, wherever the build description puts it.
    [ ! -x "$dir/src/app/madoguchi" ] || ln -sf src/app/madoguchi "$dir/madoguchi"
}

build_release() {
    # A warning of another compiler must not keep a city from starting; ./test builds with -Werror.
    build build src/app/madoguchi -Dwerror=false --buildtype=release -Db_lto=false -Db_ndebug=false -Db_sanitize=none
}

build_sanitized() {
    build build-test all --buildtype=debugoptimized -Db_ndebug=false -Db_sanitize=address,undefined
}

# Is the program newer than everything it is made from?  Folders count, so a deleted file is seen too.
is_fresh() {
    [ -x build/madoguchi ] || return 1
    sources=
    for source in src lang meson.build packages.txt tools; do [ ! -e "$source" ] || sources="$sources $source"; done
    # shellcheck disable=SC2086
    [ -z "$(find $sources -newer build/.built -print 2>/dev/null | head -n 1)" ] && [ -e build/.built ]
}

# The program, up to date.  The mark is set to the time before building, so that a change made meanwhile counts.
need_program() {
    is_fresh && return 0
    need_packages run
    mkdir -p build
    : >build/.building
    build_release
    [ -x build/madoguchi ] || {
        say "The build made no build/madoguchi."
        exit 70
    }
    mv build/.building build/.built
}
