"""Fifty kills spread over a run, children included; after each, another run must give the bytes of an undisturbed one.

    python benchmarks/proof_kills.py [KILLS]

The log of offsets, targets and outcomes is `results/kills.md`. Exit code 1 if anything was not as it should be.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import provenance
from disturbed import TARGETS, Run, digests, kill_and_run_again

REPORTS = ("run", "--unit", "vi-du/huyen-minh-hoa", "--unit", "dien-bien/xa-tuan-giao")
SEED = 50


def main(count: int) -> int:
    """Kill so many times; returns the exit code."""
    choice = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="baocao-kills-") as name:
        folder = Path(name)
        run = Run(folder, *REPORTS, "--outputs", folder / "whole")
        assert run.wait() == 0, run.err
        span = time.monotonic() - run.begun
        whole = digests(folder / "whole")
        kills = []
        for number in range(count):
            moment, target = (number + choice.random()) / count, choice.choice(TARGETS)
            kill = kill_and_run_again(folder, folder / "out", REPORTS, moment, span, target, whole)
            kills.append(kill)
            print(f"{number + 1}/{count}", kill, flush=True)
            shutil.rmtree(folder / "out", ignore_errors=True)
    good = sum(not kill.wrong for kill in kills)
    targets = ", ".join(f"{role} {n}" for role, n in sorted(Counter(kill.target for kill in kills).items()))
    summary = (
        f"{good} of {count} kills left nothing behind, and the next run gave the bytes of an undisturbed one "
        f"({len(whole)} files of {sum(each.endswith('run.json') for each in whole)} reports). Killed: {targets}."
    )
    rows = [
        f"| {kill.offset:.2f} | {kill.target} | {kill.code} | {kill.again} "
        f"| {'; '.join(kill.wrong) or 'as it should be'} |"
        for kill in kills
    ]
    text = f"""# Kills

{summary}

{provenance.described()}Span of an undisturbed run: {span:.2f} s; seed {SEED}; `kill -9`;
"all" is every process of the run at once.

| after seconds | killed | exit code of the run (-9: killed) | of the next run | outcome |
|---|---|---|---|---|
"""
    provenance.write("kills.md", text + "\n".join(rows) + "\n")
    print(summary)
    return 0 if good == count else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
