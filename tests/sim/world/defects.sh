#!/usr/bin/env bash
# Plants each defect in the world's own parts and expects it to be found.
# Usage: defects.sh WORLD SEEDS HOURS
set -eu
missed=0 tried=0
for defect in $("$1" --defects); do
    tried=$((tried + 1))
    "$1" --defect "$defect" --seeds "$2" --hours "$3" 2>/dev/null || missed=$((missed + 1))
done
echo "$((tried - missed)) of $tried planted defects found"
[ "$missed" = 0 ]
