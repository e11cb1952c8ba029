#!/usr/bin/env bash
# Everything that only a GPU can say, in one command, on a machine that has nothing but the driver.
#
#   bench/gpu.sh pack [FILE]    here: builds for any x86-64 processor and packs what is needed [build/gpu.tar.xz], at most
#                               60 MB; unpack it there, and run its gpu.sh
#   bench/gpu.sh run [FOLDER]   there: tests, compute-sanitizer where it is, benchmarks, a training on MNIST where
#                               NESTWRIGHT_MNIST names it; writes FOLDER/gpu.json [results] and each step's output.
#                               Fails where a step does.
#
# GPU_SH_STEPS names the steps to run, of: operators cudnn session sanitizer bench mnist [all].
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
most_bytes=$((60 * 1024 * 1024))

die() {
  echo "gpu.sh: $1" >&2
  exit 1
}

# --- here -------------------------------------------------------------------------------------------------------------

pack() {
  local root file stage program programs library
  root="$(dirname "$here")"
  file="$(realpath -m "${1:-$root/build/gpu.tar.xz}")"
  programs=(tests/gpu/nestwright-gpu-tests tests/gpu/nestwright-device-tests tests/gpu/nestwright-cudnn-tests
    bench/nestwright-gpu-bench cli/nestwright)
  "$root/nestwright" build --preset portable nestwright-gpu-programs
  stage="$(mktemp -d)"
  # Now, as the variable is gone when the shell ends.
  # shellcheck disable=SC2064
  trap "rm -rf '$stage'" EXIT
  mkdir -p "$stage/nestwright/bin" "$stage/nestwright/lib"
  for program in "${programs[@]}"; do
    cp "$root/build/portable/$program" "$stage/nestwright/bin/"
    # All but the C library's own, which belong to the machine.
    ldd "$root/build/portable/$program" | awk '$3 ~ /^\// {print $3}' |
      grep -vE '/(libc|libm|libdl|librt|libpthread|ld-linux-x86-64)\.so' | while read -r library; do
        cp -nL "$library" "$stage/nestwright/lib/"
      done
  done
  strip --strip-unneeded "$stage"/nestwright/bin/* "$stage"/nestwright/lib/*
  cp -r "$root/schedules" "$here/peers" "$root/tests/fixtures" "$here/gpu.sh" "$stage/nestwright/"
  git -C "$root" rev-parse HEAD > "$stage/nestwright/revision"
  mkdir -p "$(dirname "$file")"
  XZ_OPT="-6 -T0" tar -C "$stage" -cJf "$file" nestwright
  local bytes
  bytes="$(stat -c %s "$file")"
  echo "$file: $((bytes / 1024 / 1024)) MB"
  [[ "$bytes" -le "$most_bytes" ]] || die "$file has more than 60 MB"
}

# --- there ------------------------------------------------------------------------------------------------------------

# A JSON string of what comes in.
quoted() {
  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/\t/ /g' |
    awk 'BEGIN {printf "\""} {printf "%s%s", separator, $0; separator = "\\n"} END {printf "\""}'
}

# Runs a step, keeps what it prints, and adds a line to the report: name, seconds, exit status, the last lines.
step() {
  local name="$1" status=0 start
  shift
  [[ " $steps " == *" all "* || " $steps " == *" $name "* ]] || return 0
  echo "== $name: $*"
  start="$(date +%s)"
  "$@" > "$out/$name.txt" 2>&1 || status=$?
  tail -n 4 "$out/$name.txt"
  [[ "$status" -eq 0 ]] || failed+=("$name")
  report+=("$(printf '    {"step": "%s", "status": %d, "seconds": %d, "end": %s}' "$name" "$status" \
    "$(($(date +%s) - start))" "$(tail -n 4 "$out/$name.txt" | quoted)")")
}

mnist() {
  local seed
  for seed in 1 2 3; do
    "$here/bin/nestwright" train --device cuda --epochs 10 --seed "$seed" --data "$NESTWRIGHT_MNIST" \
      --json "$out/mnist-seed-$seed.json"
  done
}

sanitizer() {
  local tool
  for tool in memcheck racecheck; do
    echo "-- $tool"
    # One step of training with everything in it: hundreds of times slower than without.
    compute-sanitizer --tool "$tool" --error-exitcode 1 "$here/bin/nestwright-device-tests" \
      --gtest_filter='On/*StartsFromTheWeights*/cuda:On/*GoesOnFromACheckpoint*/cuda' --gtest_brief=1
  done
}

# A filter that matches nothing, and tests that skip, must not look like success.
tested() {
  local found="$out/tested.txt"
  "$@" --gtest_brief=1 | tee "$found"
  if grep -q 'SKIPPED' "$found" || ! grep -qE 'PASSED  \] [1-9]' "$found"; then
    echo "tests were skipped, or there were none"
    return 1
  fi
}

# Those that are here.
has_cudnn() {
  local folder
  for folder in ${LD_LIBRARY_PATH//:/ }; do
    [[ ! -e "$folder/libcudnn.so.9" ]] || return 0
  done
  ldconfig -p 2> /dev/null | grep -q 'libcudnn\.so\.9'
}

rivals() {
  local found=()
  ! has_cudnn || found+=(cudnn)
  [[ -z "${NESTWRIGHT_PEERS_PYTHON:-}" ]] || found+=(pytorch)
  (IFS=,; echo "${found[*]}")
}

# The folders of NVIDIA's libraries that a Python brings, as PyTorch's packages do, joined by colons.
libraries_of_python() {
  python3 -c 'import glob, importlib.util as u
roots = u.find_spec("nvidia").submodule_search_locations
print(":".join(d for r in roots for d in sorted(glob.glob(r + "/*/lib"))))' 2> /dev/null || true
}

devices() {
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo none
}

run() {
  out="$(realpath -m "${1:-results}")"
  steps="${GPU_SH_STEPS:-all}"
  failed=()
  report=()
  mkdir -p "$out"
  local libraries
  libraries="$(libraries_of_python)"
  export LD_LIBRARY_PATH="$here/lib:$libraries:/usr/local/cuda/lib64:/usr/local/cuda/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export NESTWRIGHT_SCHEDULES="$here/schedules" NESTWRIGHT_PEERS="$here/peers" NESTWRIGHT_FIXTURES="$here/fixtures"
  if [[ -z "${NESTWRIGHT_PEERS_PYTHON:-}" ]] && python3 -c 'import torch' 2> /dev/null; then
    NESTWRIGHT_PEERS_PYTHON="$(command -v python3)"
    export NESTWRIGHT_PEERS_PYTHON
  fi
  [[ -x "$here/bin/nestwright-gpu-bench" ]] || die "has no programs beside it; run 'bench/gpu.sh pack', and unpack what it makes"

  step operators tested "$here/bin/nestwright-gpu-tests" --gtest_filter='*OnCuda*'
  if has_cudnn; then
    step cudnn tested "$here/bin/nestwright-cudnn-tests"
  else
    echo "== cudnn: left out, libcudnn.so.9 is not here; nor is it a rival of the benchmarks"
  fi
  step session tested "$here/bin/nestwright-device-tests" --gtest_filter='On/*/cuda'
  if command -v compute-sanitizer > /dev/null; then
    step sanitizer sanitizer
  else
    echo "== sanitizer: left out, compute-sanitizer is not here"
  fi
  local against
  against="$(rivals)"
  rm -f "$out/bench.json"
  step bench "$here/bin/nestwright-gpu-bench" --device cuda --batch 1,16,64,256,1024,4096 --json "$out/bench.json" \
    ${against:+--against "$against"}
  # A rival that fails takes no figures of ours with it.
  if [[ " ${failed[*]} " == *" bench "* && -n "$against" ]]; then
    steps+=" bench_alone"
    step bench_alone "$here/bin/nestwright-gpu-bench" --device cuda --batch 1,16,64,256,1024,4096 --json "$out/bench.json"
  fi
  if [[ -n "${NESTWRIGHT_MNIST:-}" ]]; then
    step mnist mnist
  else
    echo "== mnist: left out, NESTWRIGHT_MNIST names no folder"
  fi

  {
    printf '{\n  "revision": "%s",\n' "$(cat "$here/revision")"
    printf '  "date": "%s",\n' "$(date -u +%Y-%m-%d)"
    printf '  "devices": %s,\n' "$(devices | quoted)"
    printf '  "system": %s,\n' "$(uname -srm | quoted)"
    printf '  "steps": [\n'
    local separator="" line
    for line in "${report[@]}"; do
      printf '%s%s' "$separator" "$line"
      separator=$',\n'
    done
    printf '\n  ]'
    [[ ! -s "$out/bench.json" ]] || printf ',\n  "bench": %s' "$(cat "$out/bench.json")"
    printf '\n}\n'
  } > "$out/gpu.json"
  echo "$out/gpu.json"
  [[ "${#failed[@]}" -eq 0 ]] || die "failed: ${failed[*]} (what they said: $out/*.txt)"
}

case "${1:-}" in
  pack) shift; pack "$@" ;;
  run) shift; run "$@" ;;
  *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 1 ;;
esac
