"""Memory is bounded by workers, not by reports; and thousands of reports that are up to date are seen to be so at once.

    python benchmarks/proof_memory.py [REPORTS]

500 reports of invented units in one run: the main process, and the largest worker and kernel, may grow by less than
50 MB after the first twenty. Then 3,525 reports (705 units, 5 years) with nothing changed: under 3 seconds. Those are
not made by notebooks, which would take an hour: their folders are written by the program's own `record` and `triggers`,
with as many files of the usual sizes as a real report has. The result is `results/memory.md`; exit code 1 if anything
is too much.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import provenance
from disturbed import KERNEL, MAIN, WARM_KERNELS, WARM_WORKERS, WORKER, Run, digests
from many_units import Memory, growth, make, memory

from baocao.pipeline import record
from baocao.pipeline.commandline import FORMATS
from baocao.pipeline.plan import plan
from baocao.pipeline.status import triggers

MAY_GROW = 50
"""MB."""
MAY_TAKE = 3.0
"""Seconds."""
FIRST = 20
"""Reports after which growth is measured: until then, the processes are still filling up with what they need."""
UNITS, YEARS = 705, (2018, 2019, 2020, 2021, 2022)


def main(reports: int) -> int:
    """Run both proofs; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="baocao-memory-") as name:
        folder = Path(name)
        measured, seconds = _run(folder, reports)
        times = _unchanged(folder)
    grown = {
        role: growth(measured, role, FIRST) for role in (MAIN, WORKER, KERNEL, WARM_WORKERS, WARM_KERNELS)
    }
    unchanged = statistics.median(times)
    summary = (
        f"{reports} reports in one run ({seconds:.0f} s): "
        f"the main process grew by {grown[MAIN]:.1f} MB after the first "
        f"{FIRST}. {UNITS * len(YEARS)} reports with nothing changed: {unchanged:.2f} s."
    )
    rows = [f"| {role} | {_size(measured, role):.0f} | {grown[role]:.1f} |" for role in grown]
    runs = ", ".join(f"{each:.2f}" for each in times)
    text = f"""# Memory, and thousands of reports with nothing changed

{summary}

{provenance.described()}
| process (the largest of its kind) | MB at most | grown by MB after {FIRST} reports |
|---|---|---|
{chr(10).join(rows)}

Resident set size, measured every second. `run --all` with nothing changed, {UNITS * len(YEARS)} reports whose folders
were written by `record` without running notebooks; seconds of five runs: {runs}.
"""
    provenance.write("memory.md", text)
    print(summary)
    print("\n".join(rows))
    return 0 if max(grown.values()) < MAY_GROW and unchanged < MAY_TAKE else 1


def _run(folder: Path, reports: int) -> tuple[list[Memory], float]:
    """So many reports in one run: the memory over it, and its seconds."""
    data = make(folder / "data", reports, (2020,))
    run = Run(folder, "run", "--all", "--data", data, "--outputs", folder / "out")
    measured = memory(run, folder / "out", interval=1.0, timeout=3600)
    seconds = time.monotonic() - run.begun
    assert run.process.returncode == 0, run.err
    assert measured[-1].done == reports
    left = run.leaves(folder / "out")
    assert not left, left
    return measured, seconds


def _size(measured: Sequence[Memory], role: str) -> float:
    return max(each.largest.get(role, 0.0) for each in measured)


def _unchanged(folder: Path) -> list[float]:
    """The seconds of five runs over thousands of reports that are up to date."""
    one = next((folder / "out").glob("vi-du/*/2020"))
    files = {path.name: path.read_bytes() for path in one.iterdir() if path.name != record.RECORD}
    shutil.rmtree(folder / "data")
    shutil.rmtree(folder / "out")
    data, outputs = make(folder / "data", UNITS, YEARS), folder / "out"
    (outputs / ".work").mkdir(parents=True)
    for report in plan([], [], None, True, data, outputs):
        record.record(report, files, triggers(report, FORMATS), {})
    whole = digests(outputs)
    times = []
    for number in range(6):
        run = Run(folder, "run", "--all", "--data", data, "--outputs", outputs)
        assert run.wait() == 0, run.err
        if number:  # the first one reads every file; the others know them
            times.append(time.monotonic() - run.begun)
        else:
            time.sleep(3)
    assert digests(outputs) == whole
    return times


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
