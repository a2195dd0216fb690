#!/usr/bin/env bash
# PrairieLearn's external grader runs this in the image of the Dockerfile. A question's info.json names it:
#   "externalGradingOptions": { "enabled": true, "image": "YOUR/pocketcloud", "timeout": 180,
#     "entrypoint": "/opt/pocketcloud/adapters/prairielearn/grade.sh LAB" }
# https://docs.prairielearn.com/externalGrading/
set -uo pipefail
root=${GRADE:-/grade}
lab=$1
mkdir -p "$root/results"
chmod -R go= "$root/results" "$root/tests" "$root/serverFilesCourse" 2> /dev/null

# Each variant of a question has its own seed: the text is drawn from the same one.
seed=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).variant_seed' "$root/data/data.json" 2> /dev/null || echo nobody)

grade() {
  pocketcloud grade --lab "$lab" --seed "$seed" --out "$root/reports" \
    --report "prairielearn=$root/results/results.json" "$@" "$root/student"
}
grade
status=$?
# 1: there is no sandbox here. The container holds one submission only, and it runs as nobody.
if [ "$status" -eq 1 ]; then
  grade --unsafe-no-sandbox
  status=$?
fi
exit "$status"
