#!/usr/bin/env bash
# Measures and tests all that takes a GPU, in one command, on a machine that has nothing but NVIDIA's driver and Python.
#
#   bench/gpu.sh pack [--candidates] [FOLDER]   here: builds for any x86-64 processor, and packs into FOLDER [build/gpu]
#       small.tar.xz   programs with kernels made ahead of time, and MNIST where NESTWRIGHT_MNIST names it: every figure
#                      of speed, at most 24 MB. With --candidates also the variants of kernels to decide between.
#       large.tar.xz   the tests of operators, with Halide's compiler. Says so where both have more than 60 MB.
#   bench/gpu.sh run [--minutes N] [--steps NAME,...] [FOLDER]   there, out of the unpacked folder: see run --help
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
most_small=$((24 * 1024 * 1024)) most_of_all=$((60 * 1024 * 1024))
small_programs=(bench/nestwright-gpu-bench tools/train/nestwright-gpu-train)
large_programs=(tests/gpu/nestwright-gpu-tests tests/gpu/nestwright-device-tests tests/gpu/nestwright-cudnn-tests)

die() {
  echo "gpu.sh: $1" >&2
  exit 1
}

# Copies programs of the portable build, and the libraries that they find in ../lib: all but the C library's own, which
# belong to the machine.
stage_programs() {
  local stage="$1" program library
  shift
  mkdir -p "$stage/bin" "$stage/lib"
  for program in "$@"; do
    cp "$root/build/portable/$program" "$stage/bin/"
    ldd "$root/build/portable/$program" | awk '$3 ~ /^\// {print $3}' |
      grep -vE '/(libc|libm|libdl|librt|libpthread|ld-linux-x86-64)\.so' | while read -r library; do
        cp -nL "$library" "$stage/lib/"
      done
  done
  strip --strip-unneeded "$stage"/bin/* "$stage"/lib/*
}

# Packs a folder's nestwright/, and says how large it became.
pack_folder() {
  # Machine code packs 7 % smaller with its filter.
  tar -C "$1" -c nestwright | xz --x86 --lzma2=preset=6,dict=16MiB -T0 > "$2.partial"
  mv "$2.partial" "$2"
  echo "$2: $(($(stat -c %s "$2") * 10 / 1024 / 1024))" | sed -E 's/([0-9])$/.\1 MB/'
}

pack() {
  local folder stage candidates=() mnist="${NESTWRIGHT_MNIST:-}"
  root="$(dirname "$here")"
  if [[ "${1:-}" == --candidates ]]; then
    candidates=(bench/candidates/nestwright-gpu-candidates)
    shift
  fi
  [[ "${1:-}" != -* && $# -le 1 ]] || die "pack takes --candidates and a folder, not '$*'"
  folder="$(realpath -m "${1:-$root/build/gpu}")"
  "$root/nestwright" build --preset portable nestwright-gpu-programs ${candidates[0]:+nestwright-gpu-candidates}
  stage="$(mktemp -d)"
  # The folder's name is put in now, as the variable is gone when the shell ends.
  # shellcheck disable=SC2064
  trap "rm -rf '$stage'" EXIT
  stage_programs "$stage/small/nestwright" "${small_programs[@]}" ${candidates[@]+"${candidates[@]}"}
  cp -r "$here/rivals/peers" "$here/gpu" "$here/gpu.sh" "$stage/small/nestwright/"
  git -C "$root" rev-parse HEAD > "$stage/small/nestwright/revision"
  if [[ -n "$mnist" ]]; then
    mkdir "$stage/small/nestwright/mnist"
    cp "$mnist"/*-ubyte* "$stage/small/nestwright/mnist/" || die "NESTWRIGHT_MNIST: $mnist holds no files of MNIST"
  fi
  stage_programs "$stage/large/nestwright" "${large_programs[@]}"
  # The large pack leaves out the libraries that the small pack has.
  (cd "$stage/small/nestwright/lib" && for library in *; do rm -f "$stage/large/nestwright/lib/$library"; done)
  cp -r "$root/schedules" "$root/tests/fixtures" "$stage/large/nestwright/"
  mkdir -p "$folder"
  pack_folder "$stage/small" "$folder/small.tar.xz"
  pack_folder "$stage/large" "$folder/large.tar.xz"
  [[ "$(stat -c %s "$folder/small.tar.xz")" -le "$most_small" ]] || die "$folder/small.tar.xz has more than 24 MB"
  [[ "$(du -cb "$folder"/*.tar.xz | awk 'END {print $1}')" -le "$most_of_all" ]] ||
    echo "gpu.sh: both have more than 60 MB; the small pack alone gives every figure of speed" >&2
}

run() {
  command -v python3 > /dev/null || die "run takes python3, which is not here"
  exec python3 -B "$here/gpu/run.py" "$@"
}

case "${1:-}" in
  pack) shift; pack "$@" ;;
  run) shift; run "$@" ;;
  *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 1 ;;
esac
