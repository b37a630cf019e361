#!/bin/sh
# Installs what `just publish` made, with its units, on this machine; run again it upgrades, and leaves configuration and data alone.
#   sudo ./install.sh [--from DIR] [--root DIR] [orchestrator] [worker]
set -eu

from=""
root=""
what=""
while [ $# -gt 0 ]; do
    case "$1" in
        --from) from="$2"; shift 2 ;;
        --root) root="$2"; shift 2 ;;
        orchestrator|worker) what="$what $1"; shift ;;
        *) echo "usage: $0 [--from DIR] [--root DIR] [orchestrator] [worker]" >&2; exit 2 ;;
    esac
done
what="${what:- orchestrator worker}"

here=$(cd "$(dirname "$0")" && pwd)
case "$(uname -m)" in
    x86_64) arch=linux-x64 ;;
    aarch64) arch=linux-arm64 ;;
    *) echo "there is no build for $(uname -m)" >&2; exit 1 ;;
esac
from="${from:-$here/../../artifacts/dist/$arch}"
if [ ! -d "$from" ]; then
    echo "$from does not exist: run 'just publish' first, or name a folder with --from" >&2
    exit 1
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

for file in "$from"/*; do
    case "$(basename "$file")" in
        examples) rm -rf "$lib/examples"; cp -R "$file" "$lib/examples" ;;
        *) place "$file" "$lib/$(basename "$file")" ;;
    esac
done
for program in minilambda minilambda-orchestrator minilambda-worker; do
    ln -sf ../lib/minilambda/$program "$root/usr/local/bin/$program"
done
cp "$here/README.md" "$root/usr/local/share/doc/minilambda/README.md"

for daemon in $what; do
    [ -e "$root/etc/minilambda/$daemon.toml" ] || install -m 0644 "$here/$daemon.toml" "$root/etc/minilambda/$daemon.toml"
    install -m 0644 "$here/minilambda-$daemon.service" "$root/etc/systemd/system/minilambda-$daemon.service"
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
