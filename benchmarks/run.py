"""Time the job of this folder with this project and as plain code, in turn, and print a table.

usage: run.py [ROUNDS]        (`make bench`; 5 rounds if not given)

Wall seconds, and CPU seconds of all processes, medians with the least and the greatest. The machine's other work weighs
on both alike, so the ratios count. The last line is for programs.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "speed.md"
TOOLS = {"baseline, 2 processes": "baseline.py", "baocao, 2 workers": "run_job.py"}


def timed(tool: str, pairs: int) -> tuple[float, float]:
    """Wall and CPU seconds of one run in a fresh work folder."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        subprocess.run([sys.executable, HERE / "prepare.py", work, str(pairs)], check=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        subprocess.run([sys.executable, HERE / tool, work], check=True)
        wall = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        made = list((work / "reports").glob("*.pdf"))
        if len(made) != pairs:
            raise SystemExit(f"{tool}: {len(made)} of {pairs} reports")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: int) -> None:
    """Time everything, print the table and write it to results/."""
    lines = [
        "| reports | tool | wall s | least to greatest | CPU s | to baseline |",
        "|---|---|---|---|---|---|",
    ]
    ratios = {}
    for pairs in (10, 50):
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in TOOLS}
        for _round in range(rounds):
            for name, tool in TOOLS.items():
                times[name].append(timed(tool, pairs))
        median = {name: statistics.median(wall for wall, _cpu in taken) for name, taken in times.items()}
        base = median["baseline, 2 processes"]
        for name, taken in times.items():
            walls, cpu = sorted(wall for wall, _cpu in taken), statistics.median(cpu for _wall, cpu in taken)
            spread = f"{walls[0]:.1f} to {walls[-1]:.1f}"
            lines.append(
                f"| {pairs} | {name} | {median[name]:.1f} | {spread} | {cpu:.1f} | {median[name] / base:.2f} |"
            )
        ratios[pairs] = median["baocao, 2 workers"] / base
    table = "\n".join(lines)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False
    )
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        f"# Speed\n\nCommit {commit.stdout.strip() or 'unknown'}; {machine}; {rounds} rounds.\n\n{table}\n",
        encoding="utf-8",
    )
    print(table)
    print(f"ratio to baseline: N=10 {ratios[10]:.2f} N=50 {ratios[50]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
