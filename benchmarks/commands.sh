#!/bin/sh
# The job as a person would script it with the usual commands, two reports at a time.
# usage: commands.sh WORKDIR, with papermill and jupyter in PATH
set -eu
cd "$1"
mkdir -p nb reports
one='
set -eu
for notebook in 0*.ipynb; do
  papermill -p district "$0" -p year "$1" --no-progress-bar "$notebook" "nb/${notebook%.ipynb}_$0_$1.ipynb"
done
last="nb/${notebook%.ipynb}_$0_$1.ipynb"
jupyter nbconvert --to html --no-input "$last" --output-dir reports --output "$0_$1"
jupyter nbconvert --to baocao-pdf "$last" --output-dir reports --output "$0_$1"
'
for year in $(cut -d, -f2 pairs.csv | sort -u); do # a year reads what the one before it left
  grep ",$year\$" pairs.csv | tr , ' ' | xargs -P 2 -n 2 sh -c "$one"
done
