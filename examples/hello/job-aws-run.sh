#!/bin/bash
#SBATCH --job-name=hello
#SBATCH --ntasks=1
#SBATCH --output=hello-%j.out
set -euo pipefail

cc -O2 -o stats stats.c -lm

mkdir -p results/plots
for input in data/*.txt; do
  name=$(basename "$input" .txt)
  ./stats "$input" "results/plots/$name.hist" >"results/$name.stats"
  echo "hello from $(hostname): $name done"
done
cat results/*.stats >summary.txt
