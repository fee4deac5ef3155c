#!/bin/sh
# Packs binaries for a release: reads <folder>/<target>/locust[.exe], writes archives and SHA256SUMS into <folder>.
#
#   scripts/archive.sh <folder>
set -eu
cd "${1:?a folder with one folder for each target}"
rm -f SHA256SUMS
for binary in */locust */locust.exe; do
  [ -f "$binary" ] || continue
  target=${binary%%/*}
  case $binary in
    *.exe)
      archive=locust-$target.zip
      rm -f "$archive"
      (cd "$target" && zip -q "../$archive" locust.exe)
      ;;
    *)
      archive=locust-$target.tar.gz
      chmod 755 "$binary"
      tar -czf "$archive" -C "$target" locust
      ;;
  esac
  sha256sum "$archive" >>SHA256SUMS
done
[ -s SHA256SUMS ] || { echo "archive.sh: no binary found" >&2; exit 1; }
cat SHA256SUMS
