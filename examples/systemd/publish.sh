#!/bin/sh
# Publishes all three programs, each one file with the runtime in it (the engine and SQLite stand beside them as libraries), and packs them with what installs them.
#   examples/systemd/publish.sh [linux-x64] [linux-arm64]
set -eu
cd "$(dirname "$0")/../.."
dist="$PWD/artifacts/dist"
[ $# -gt 0 ] || set -- linux-x64 linux-arm64
for rid in "$@"; do
    name="minilambda-$rid"
    rm -rf "${dist:?}/$name"
    for project in daemons/orchestrator daemons/worker tui/workbench; do
        dotnet publish "$project" -c Release -r "$rid" --self-contained -o "$dist/$name/lib" -v quiet --nologo \
            -p:ArtifactsPath="$PWD/artifacts/publish" -p:LockFolder="$PWD/artifacts/publish/locks/$rid" \
            -p:PublishSingleFile=true -p:DebugType=none
    done
    rm -f "$dist/$name"/lib/*.pdb "$dist/$name"/lib/*.xml
    cp examples/systemd/install.sh examples/systemd/README.md examples/systemd/*.service examples/systemd/*.toml "$dist/$name"
    tar -C "$dist" --owner=0 --group=0 -czf "$dist/$name.tar.gz" "$name"
    echo "$rid"
    du -h --apparent-size "$dist/$name"/lib/* | sort -rh | head -8
    du -h --apparent-size "$dist/$name.tar.gz"
done
