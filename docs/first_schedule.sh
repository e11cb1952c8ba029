#!/usr/bin/env bash
# A first schedule, from nothing to a report, as docs/workbench.md tells it: run it to see that every step does what is
# said there. Takes about three minutes.   docs/first_schedule.sh [FOLDER]
set -euo pipefail
nestwright="$(dirname "${BASH_SOURCE[0]}")/../nestwright"
folder="${1:-$(mktemp -d)}"
mine="$folder/mine.nest"
where=(--model lenet5 --layer conv2)

step() { printf '\n== %s\n' "$*"; }
fail() { printf 'first_schedule.sh: %s\n' "$*" >&2; exit 1; }
# The time of the schedule called $1 in the comparison in $2.
microseconds() {
  python3 -c 'import json, sys
rows = json.load(open(sys.argv[2]))["comparisons"][0]["entries"]
print(next(1e6 * row["median_seconds"] for row in rows if sys.argv[1] in row["name"]))' "$1" "$2"
}

step "A file to start from"
"$nestwright" new conv2d mine --out "$folder"
cat "$mine"
"$nestwright" check "$mine" "${where[@]}"

step "An edit that is illegal: two iterations of a sum at once"
cp "$mine" "$folder/start.nest"
echo 'conv.update(0).parallel(ci)' >> "$mine"
if refusal=$("$nestwright" check "$mine" "${where[@]}" 2>&1); then fail "a race was accepted"; fi
echo "$refusal"
grep -q 'races: iterations ci=0 and ci=1 both update conv(' <<< "$refusal" || fail "a race was refused without a witness"

step "A legal one that is slow: the sum outside of the vectors' loop"
cp "$folder/start.nest" "$mine"
echo 'conv.update(0).reorder(kx, ky, ci, lane, x, y, co, b)' >> "$mine"
"$nestwright" check "$mine" "${where[@]}"
"$nestwright" compare conv2d "$mine" "${where[@]}" --json "$folder/slow.json"
"$nestwright" explain "$mine" "${where[@]}"

step "One that is better: accumulators in registers, and a size to tune"
cat > "$mine" <<'NEST'
schedule conv2d for cpu

# Pixels of a row that one loaded weight serves: as many accumulators.
tune x_tile in {1, 2, 5, 10} = 2
tune c_tile in {1, 2, 4} = 1

output.split(x, x, x_inner, x_tile).split(co, co, co_inner, c_tile)
output.reorder(lane, x_inner, co_inner, x, y, co, b).vectorize(lane).unroll(x_inner).unroll(co_inner)
conv.compute_at(output, x).vectorize(lane).unroll(x).unroll(co)
conv.update(0).reorder(lane, x, co, kx, ky, ci).vectorize(lane).unroll(x).unroll(co).unroll(kx)
NEST
"$nestwright" check "$mine" "${where[@]}"
"$nestwright" compare conv2d "$mine" "${where[@]}" --json "$folder/better.json"
slow=$(microseconds mine "$folder/slow.json") better=$(microseconds mine "$folder/better.json")
python3 -c "exit(not $better < $slow)" || fail "the better schedule took $better us, the slow one $slow us"

step "The machine looks for the sizes"
"$nestwright" tune "$mine" "${where[@]}" --budget 20s --no-records --out "$folder/tuned.nest"
cat "$folder/tuned.nest"

step "All beside what ships and what others have"
cp "$folder/start.nest" "$folder/slow.nest"
echo 'conv.update(0).reorder(kx, ky, ci, lane, x, y, co, b)' >> "$folder/slow.nest"
"$nestwright" compare conv2d "$folder/slow.nest" "$mine" "$folder/tuned.nest" cpu "${where[@]}" \
  --against onednn,pytorch,autoschedulers --html "$folder/report.html" --json "$folder/report.json"
echo "report: $folder/report.html"
