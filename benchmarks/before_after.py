"""Time ten runs of a notebook that has nothing to do with this project, with papermill's own engine and with ours.

usage: before_after.py [ROUNDS]        (3 if not given)

Each round is a program of its own, as in docs/your-own-papermill-project.md: its start and imports count.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

CELLS = """
year = 2020
# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
# %%
rng = np.random.default_rng(year)
days = pd.date_range(f"{year}-01-01", f"{year}-12-31")
heat = 20 + 8 * np.sin(np.arange(len(days)) / 58) + rng.normal(0, 2, len(days))
frame = pd.DataFrame({"day": days, "heat": heat})
frame.describe()
# %%
months = frame.groupby(frame["day"].dt.month)["heat"].agg(["min", "mean", "max"])
months
# %%
fig, ax = plt.subplots()
ax.plot(frame["day"], frame["heat"])
ax.set_title(str(year));
# %%
months.plot.bar();
"""
PROGRAM = """
import sys, papermill
for year in range(2016, 2026):
    papermill.execute_notebook(
        "in.ipynb", f"out-{year}.ipynb", {"year": year}, engine_name=sys.argv[1], progress_bar=False
    )
"""
ENGINES = ("nbclient", "baocao")


def main(rounds: int) -> None:
    """Run both in turns and print their medians."""
    cells = [new_code_cell(source.strip()) for source in CELLS.split("# %%")]
    cells[0].metadata["tags"] = ["parameters"]
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    seconds: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    with tempfile.TemporaryDirectory() as folder:
        nbformat.write(new_notebook(cells=cells, metadata=about), Path(folder, "in.ipynb"))
        for _ in range(rounds):
            for engine in ENGINES:
                begun = time.perf_counter()
                command = [sys.executable, "-c", PROGRAM, engine]
                subprocess.run(command, cwd=folder, check=True, stderr=subprocess.DEVNULL)
                seconds[engine].append(time.perf_counter() - begun)
    for engine, each in seconds.items():
        print(f"{engine}: {statistics.median(each):.1f} s ({min(each):.1f} - {max(each):.1f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
