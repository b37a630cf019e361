#!/usr/bin/env bash
# Makes one call of an orchestrator with a signed request: the token stays here.
#   MINILAMBDA_TOKEN=mlt_… ./call.sh http://127.0.0.1:7070 ClusterService/Info >answer
# The answer's bytes go to stdout, status and message to stderr. Nothing secret stands on a command line: printf is the shell's own.
set -euo pipefail
token=$MINILAMBDA_TOKEN id=${MINILAMBDA_TOKEN:4:12} url=${1%/} path=/minilambda.v1.$2 at=$(mktemp -d); unset MINILAMBDA_TOKEN; trap 'rm -r "$at"' EXIT
printf '\0\0\0\0\0' >"$at/body" # an empty message of gRPC: not compressed, no bytes
sha() { openssl dgst -sha256 -binary "$@"; }
key=$(printf 'minilambda-token:%s:%s' "$id" "$token" | sha | od -An -vtx1 | tr -d ' \n')$(printf '0%.0s' {1..64})
pad() { for ((i = 0; i < 128; i += 2)); do printf "\\x$(printf %02x $((16#${key:i:2} ^ $1)))"; done; } # of HMAC (RFC 2104)
digest="sha-256=:$(sha "$at/body" | openssl base64 -A):"
params="(\"@method\" \"@path\" \"@query\" \"content-digest\");created=$(date +%s);keyid=\"$id\";nonce=\"$(openssl rand -hex 16)\";alg=\"hmac-sha256\""
base() { printf '"@method": POST\n"@path": %s\n"@query": ?\n"content-digest": %s\n"@signature-params": %s' "$path" "$digest" "$params"; }
signature=$({ pad 92; { pad 54; base; } | sha; } | sha | openssl base64 -A)
case $url in https:*) http=--http2 ;; *) http=--http2-prior-knowledge ;; esac
curl -sS "$http" -D "$at/head" -o "$at/answer" --data-binary "@$at/body" -H 'content-type: application/grpc' -H 'te: trailers' \
    -H "content-digest: $digest" -H "signature-input: sig=$params" -H "signature: sig=:$signature:" "$url$path" || [ -s "$at/head" ] # some curls call an answer that came before the body was read an error
grep -iE '^grpc-(status|message):' "$at/head" >&2
if [ -f "$at/answer" ]; then tail -c +6 "$at/answer"; fi
grep -qiE '^grpc-status: 0' "$at/head"
