#!/bin/sh
# verifier_hash.sh FILE… - a header with the SHA-256 of the verifier's sources, as an evidence bundle tells it.
echo "#define VERIFIER_SOURCE_SHA256 \"$(cat "$@" | sha256sum | cut -c1-64)\""
