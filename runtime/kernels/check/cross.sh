# The kernels' checks for other machines and compilers; called by `make cross`.
#
# A tool that is missing is named, with the package of Debian that brings it; with REQUIRED=1 that is
# an error.
set -eu
n_missing=0

has() { command -v "$1" >/dev/null 2>&1; }

# can CC FLAGS: whether a program is built; headers and libraries of a machine may be missing.
can() { echo 'int main(void) { return 0; }' | "$1" $2 -fsanitize=undefined -xc -o /dev/null - 2>/dev/null; }

checked() { # checked NAME CC FLAGS SANITIZE RUN: builds and runs every check
  printf '== %s\n' "$1"
  "$MAKE" --no-print-directory check BUILD="$BUILD/$1" CC="$2 $3" SANITIZE="$4" RUN="$5" \
    CORPUS= EXECUTIONS="$EXECUTIONS"
}

missing() { # missing NAME PACKAGES
  printf '== %s: NOT CHECKED, no tools (Debian: %s)\n' "$1" "$2"
  n_missing=$((n_missing + 1))
}

if has clang && can clang -fsanitize=address; then
  checked clang clang "" address,undefined ""
else missing clang "clang"; fi

if has aarch64-linux-gnu-gcc && has qemu-aarch64 && can aarch64-linux-gnu-gcc -static; then
  checked aarch64 aarch64-linux-gnu-gcc -static undefined qemu-aarch64
else missing aarch64 "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"; fi

if can gcc -m32; then
  checked x86-32 gcc -m32 undefined ""
else missing x86-32 "libc6-dev-i386 lib32gcc-12-dev"; fi

[ "$n_missing" -eq 0 ] || [ "$REQUIRED" != 1 ]
