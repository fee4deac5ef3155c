#!/bin/sh
# Starts a binary on the system it was made for: its version, then a run of 2 s against a server of its own.
#
#   scripts/start_binary.sh <folder with locust or locust.exe>
set -eu
folder=${1:?a folder with a binary}
here=$(cd "$(dirname "$0")" && pwd)
binary=$folder/locust
[ -f "$binary" ] || binary=$binary.exe
chmod +x "$binary" # artifacts lose the permission
case $binary in /*) ;; *) binary=./$binary ;; esac
"$binary" --version
"$binary" "$here/start_binary.js" --users 10 --duration 2s --threshold "failures < 1%" --threshold "count > 100"
