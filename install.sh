#!/bin/sh
# Installs the standalone binary of locust.
#
#   curl -fsSL https://raw.githubusercontent.com/x/locust/main/install.sh | sh
#
# LOCUST_VERSION       a tag such as v0.1.0                     (default: the newest release)
# LOCUST_INSTALL       the folder for the binary                (default: $HOME/.locust/bin)
# LOCUST_DOWNLOAD_URL  the folder to download archives from     (default: the project's releases)
set -eu

fail() {
  echo "locust: $1" >&2
  [ $# -lt 2 ] || echo "hint: $2" >&2
  exit 1
}

releases=https://github.com/x/locust/releases
if [ -n "${LOCUST_VERSION:-}" ]; then base=$releases/download/$LOCUST_VERSION; else base=$releases/latest/download; fi
base=${LOCUST_DOWNLOAD_URL:-$base}
folder=${LOCUST_INSTALL:-$HOME/.locust/bin}
elsewhere="with Deno installed, run: deno run -A jsr:@x/locust"

system=$(uname -s)
machine=$(uname -m)
case "$system $machine" in
  "Linux x86_64") target=x86_64-unknown-linux-gnu ;;
  "Linux aarch64" | "Linux arm64") target=aarch64-unknown-linux-gnu ;;
  "Darwin x86_64") target=x86_64-apple-darwin ;;
  "Darwin arm64") target=aarch64-apple-darwin ;;
  MINGW* | MSYS* | CYGWIN*) fail "this script is not for Windows" "download locust-x86_64-pc-windows-msvc.zip from $releases" ;;
  *) fail "there is no binary for $system on $machine" "$elsewhere" ;;
esac
if [ "$system" = Linux ] && ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
  fail "the binary needs glibc, which is missing on this system" "$elsewhere, or use the Docker image"
fi

if command -v curl >/dev/null 2>&1; then
  download() { curl -fsSL --retry 2 -o "$2" "$1"; }
elif command -v wget >/dev/null 2>&1; then
  download() { wget -q -O "$2" "$1"; }
else
  fail "cannot download: neither curl nor wget is installed" "install one of them, or $elsewhere"
fi
if command -v sha256sum >/dev/null 2>&1; then
  sum() { sha256sum "$1" | cut -d ' ' -f 1; }
elif command -v shasum >/dev/null 2>&1; then
  sum() { shasum -a 256 "$1" | cut -d ' ' -f 1; }
else
  fail "cannot check the download: neither sha256sum nor shasum is installed" "install one of them, or $elsewhere"
fi

archive=locust-$target.tar.gz
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
download "$base/$archive" "$scratch/$archive" || fail "cannot download $base/$archive" "$elsewhere"
download "$base/SHA256SUMS" "$scratch/SHA256SUMS" || fail "cannot download $base/SHA256SUMS" "$elsewhere"
expected=$(sed -n "s/^\([0-9a-f]*\)[ *]*$archive\$/\1/p" "$scratch/SHA256SUMS")
[ -n "$expected" ] || fail "SHA256SUMS has no line for $archive"
actual=$(sum "$scratch/$archive")
[ "$actual" = "$expected" ] || fail "$archive has the SHA-256 sum $actual, expected $expected" "nothing was installed; try again"

tar -xzf "$scratch/$archive" -C "$scratch" locust || fail "cannot unpack $archive"
mkdir -p "$folder" || fail "cannot create the folder $folder" "set LOCUST_INSTALL to a writable folder"
chmod 755 "$scratch/locust"
mv -f "$scratch/locust" "$folder/locust" || fail "cannot write $folder/locust" "set LOCUST_INSTALL to a writable folder"

echo "Installed $("$folder/locust" --version) as $folder/locust"
case ":$PATH:" in
  *":$folder:"*) ;;
  *) echo "Add it to your PATH: export PATH=\"$folder:\$PATH\"" ;;
esac
