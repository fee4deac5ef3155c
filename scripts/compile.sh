#!/bin/sh
# Builds the standalone binary: dist/locust, or the file named by --output.
#
#   scripts/compile.sh [--output FILE] [--target TRIPLE]
#   scripts/compile.sh --update-lock     after the program's own dependencies have changed
#
# DENO is the deno to compile with (default: deno), DENORT_BIN its runtime if none can be downloaded.
# Works in a scratch directory with only what the program needs: a separate lock file excludes the tests' packages, and
# "nodeModulesDir": "manual" lets the binary import packages from a node_modules folder beside the locustfile.
# With the stand-ins of links/ (the default), the lock file is frozen. After scripts/without_links.ts, the real JSR packages
# are compiled in: the lock file still pins the npm packages by hash, and JSR's own manifests pin the rest.
# scripts/v8-flags gives V8's young generation its full size from the start; by itself, V8 gets there during a run.
set -eu
cd "$(dirname "$0")/.."
deno=${DENO:-deno}
output=dist/locust
target=
update_lock=
while [ $# -gt 0 ]; do
  case $1 in
    --output) output=$2; shift 2 ;;
    --target) target=$2; shift 2 ;;
    --update-lock) update_lock=1; shift ;;
    *) echo "unknown argument: $1" >&2; exit 2 ;;
  esac
done

mkdir -p "$(dirname "$output")"
output=$(cd "$(dirname "$output")" && pwd)/$(basename "$output")
lock=$PWD/scripts/compile.lock
v8_flags=$(cat scripts/v8-flags)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/locust"
cp -R lib workers main.ts deno.json "$scratch/locust"
frozen=
if grep -q '"links"' deno.json; then
  cp -R links "$scratch/locust"
  frozen=--frozen
fi
cd "$scratch/locust"

# The portable way to insert a line: `\n` in a replacement is not.
node_modules() { # $1: auto or manual
  grep -v '"nodeModulesDir"' deno.json | sed '1a\
  "nodeModulesDir": "'"$1"'",
' >deno.json.new
  mv deno.json.new deno.json
}

node_modules auto
if [ -n "$update_lock" ]; then
  rm -f "$lock"
  "$deno" install --lock="$lock" --entrypoint main.ts lib/cli/app.ts workers/user_worker.ts workers/sample_writer.ts
  exit
fi
cp "$lock" deno.lock
"$deno" install --quiet $frozen --entrypoint main.ts lib/cli/app.ts workers/user_worker.ts workers/sample_writer.ts
# Types, source maps and manuals of packages are a twentieth of the binary, and nothing reads them. Licences stay.
find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.[cm]ts' -o -name '*.md' \) \
  ! -iname 'license*' -exec rm -f {} +
node_modules manual
rm deno.lock
"$deno" compile --quiet --allow-all --no-check --no-lock --v8-flags="$v8_flags" ${target:+--target "$target"} \
  --include workers/user_worker.ts --include workers/sample_writer.ts --include main.ts --output "$output" lib/cli/start.ts

if [ -z "$target" ]; then
  case $("$output" --version 2>/dev/null || :) in
    "locust "*) ;;
    *)
      rm -f "$output"
      echo "The binary does not start. DENORT_BIN (${DENORT_BIN:-not set}) must be the runtime of exactly this version:" >&2
      "$deno" --version | head -n 1 >&2
      exit 1
      ;;
  esac
fi
