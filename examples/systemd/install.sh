#!/bin/sh
# Installs what `just publish` made, with its units, on this machine; run again it upgrades, and leaves configuration and data alone.
#   sudo ./install.sh [--from DIR] [--root DIR] [orchestrator] [worker]
# DIR of --from is what an archive unpacks to; unless it is named, the folder that this script is in, or what was published in this repository.
set -eu
# The daemons run as users of their own and must be able to read all of it.
umask 022

usage() {
    echo "usage: $0 [--from DIR] [--root DIR] [orchestrator] [worker]" >&2
    exit 2
}

from=""
root=""
what=""
while [ $# -gt 0 ]; do
    case "$1" in
        --from) [ $# -gt 1 ] || usage; from="$2"; shift 2 ;;
        --root) [ $# -gt 1 ] || usage; root="${2%/}"; shift 2 ;;
        orchestrator|worker) what="$what $1"; shift ;;
        *) usage ;;
    esac
done
what="${what:- orchestrator worker}"

here=$(cd "$(dirname "$0")" && pwd)
case "$(uname -m)" in
    x86_64) arch=linux-x64 ;;
    aarch64) arch=linux-arm64 ;;
    *) echo "there is no build for $(uname -m)" >&2; exit 1 ;;
esac
if [ -z "$from" ]; then
    from="$here"
    [ -d "$from/lib" ] || from="$here/../../artifacts/dist/minilambda-$arch"
fi
if [ ! -x "$from/lib/minilambda-orchestrator" ]; then
    echo "$from is not what 'just publish' made: run that first, or name with --from what an archive of it unpacks to" >&2
    exit 1
fi
if [ -z "$root" ]; then
    [ "$(id -u)" -eq 0 ] || { echo "only root can install here: sudo $0" >&2; exit 1; }
    # A program for another kind of machine must not replace one that works.
    "$from/lib/minilambda" version >/dev/null || { echo "the programs in $from do not run on this machine" >&2; exit 1; }
fi

lib="$root/usr/local/lib/minilambda"
mkdir -p "$lib" "$root/usr/local/bin" "$root/etc/minilambda" "$root/etc/systemd/system" "$root/usr/local/share/doc/minilambda"
chmod 0755 "$root/etc/minilambda"

# Beside the old one and then in its place: what runs goes on with the old file until it is restarted.
place() {
    rm -rf "$2.new"
    cp -R "$1" "$2.new"
    mv -f "$2.new" "$2"
}

for file in "$from"/lib/*; do
    # A folder cannot take the place of another.
    [ ! -d "$file" ] || rm -rf "$lib/$(basename "$file")"
    place "$file" "$lib/$(basename "$file")"
done
for program in minilambda minilambda-orchestrator minilambda-worker; do
    ln -sf ../lib/minilambda/$program "$root/usr/local/bin/$program"
done
install -m 0644 "$from/README.md" "$root/usr/local/share/doc/minilambda/README.md"

for daemon in $what; do
    [ -e "$root/etc/minilambda/$daemon.toml" ] || install -m 0644 "$from/$daemon.toml" "$root/etc/minilambda/$daemon.toml"
    install -m 0644 "$from/minilambda-$daemon.service" "$root/etc/systemd/system/minilambda-$daemon.service"
done

echo "installed in $lib:$what"
[ -z "$root" ] || exit 0
systemctl daemon-reload
for daemon in $what; do
    if systemctl is-active --quiet "minilambda-$daemon"; then
        systemctl restart "minilambda-$daemon"
        echo "minilambda-$daemon was restarted"
    else
        echo "start it with: systemctl enable --now minilambda-$daemon"
    fi
done
