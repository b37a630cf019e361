#!/bin/sh
# Publishes all three programs, each one file with the runtime in it (the engine and SQLite stand beside them as libraries), and packs them.
#   examples/systemd/publish.sh [linux-x64] [linux-arm64]
set -eu
cd "$(dirname "$0")/../.."
dist="$PWD/artifacts/dist"
for rid in "${@:-linux-x64 linux-arm64}"; do
    for one in $rid; do
        rm -rf "${dist:?}/$one"
        for project in daemons/orchestrator daemons/worker tui/workbench; do
            dotnet publish "$project" -c Release -r "$one" --self-contained -o "$dist/$one" -v quiet --nologo \
                -p:ArtifactsPath="$PWD/artifacts/publish" -p:LockFolder="$PWD/artifacts/publish/locks/$one" \
                -p:PublishSingleFile=true -p:DebugType=none
        done
        rm -f "$dist/$one"/*.pdb "$dist/$one"/*.xml
        tar -C "$dist" -czf "$dist/minilambda-$one.tar.gz" "$one"
        echo "$one"
        du -h --apparent-size "$dist/$one"/* | sort -rh | head -8
        du -h --apparent-size "$dist/minilambda-$one.tar.gz"
    done
done
