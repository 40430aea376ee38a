#!/usr/bin/env bash
# Runs a benchmark and holds the result against a baseline: what the GitHub Action and the GitLab template both do.
# docs/ci.md says what the variables mean. On the baseline's own branch, the run becomes the baseline.
set -euo pipefail

: "${SUITE:?set it to a definition file or the name of a benchmark}" "${AGENT:?set it to the name of an agent, or adapter:model}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
reports=${REPORTS:-aibench-reports}
branch=${BASELINE_BRANCH:-main}
current=${CURRENT_BRANCH:-${GITHUB_HEAD_REF:-${GITHUB_REF_NAME:-${CI_COMMIT_REF_NAME:-}}}}
kept=.aibench/baseline.jsonl.gz
local=()
[[ ${LOCAL:-false} == true ]] && local=(--local)
mkdir -p "$reports" .aibench

aibench() { node "$here/scripts/aibench.mjs" "${local[@]}" "$@"; }

run=(run "$SUITE" --agent "$AGENT" --json)
[[ -n ${EPOCHS:-} ]] && run+=(--epochs "$EPOCHS")
[[ -n ${MAX_COST:-} ]] && run+=(--max-cost "$MAX_COST")
[[ $current == "$branch" ]] && run+=(--save-baseline "$branch")

code=0
aibench "${run[@]}" > "$reports/run.json" || code=$?
# A completed run that misses the benchmark's own threshold goes on to the gate, and fails in the end.
grep -q '^  "status": "completed"' "$reports/run.json" || exit $((code > 0 ? code : 1))

gate=(gate --candidate "@$reports/run.json" --junit "$reports/junit.xml" --markdown "$reports/gate.md" --svg "$reports/forest.svg")
if [[ $current == "$branch" ]]; then
  # A service of the job's own is gone with it, so its baseline is kept as a file.
  [[ ${#local[@]} -gt 0 ]] && aibench export "@$reports/run.json" --format run --output "$kept"
elif [[ ${#local[@]} -gt 0 ]]; then
  [[ -f $kept ]] || { echo "There is no $kept: run this on $branch once, and let the CI cache .aibench." >&2; exit 2; }
  aibench import "$kept" --json > "$reports/baseline.json"
  gate+=(--baseline "@$reports/baseline.json")
else
  gate+=(--baseline "branch:$branch")
fi

rules=()
while IFS= read -r rule; do
  # On its own branch there is nothing to be worse than: only limits are judged.
  [[ -z $rule || ( $current == "$branch" && $rule == *:* ) ]] || rules+=(--rule "$rule")
done <<< "${RULES:-score:0.02}"
if [[ ${#rules[@]} -eq 0 ]]; then
  echo "The run is the baseline of $branch from now on."
  exit "$code"
fi

decided=0
aibench "${gate[@]}" "${rules[@]}" || decided=$?
if ((decided == 3)) && [[ ${INCONCLUSIVE:-fail} == pass ]]; then decided=0; fi
exit $((decided > 0 ? decided : code))
