"""Every figure that the pipeline publishes from `data/`, against one computed apart from it.

    python benchmarks/proof_figures.py

All units, years and roll-ups (tests/second_computation.py, of which a test compares a part). The result is
`results/figures.md`; exit code 1 if a figure is not found again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import provenance
import second_computation as second


def main() -> int:
    """Compute everything twice, keep the result; returns the exit code."""
    lines, wrong = [], []
    with tempfile.TemporaryDirectory(prefix="baocao-figures-") as name:
        outputs = Path(name)
        for province in sorted({path.parts[-4] for path in second.DATA.glob("*/*/*/report.toml")}):
            asked = ["--unit", f"{province}/{second.WHOLE}", "--outputs", str(outputs)]
            subprocess.run([sys.executable, provenance.ROOT / "pipeline.py", "check", *asked], check=True)
            figures, found = second.compare(province, outputs)
            lines.append(f"| {province} | {figures} | {len(found)} |")
            wrong += found
    text = f"""# Figures computed a second time

Rows of `indicators.csv` of all units, years and roll-ups in `data/`, each column against a computation that shares no
code with the pipeline (`tests/second_computation.py`).

{provenance.described()}
| province | rows | columns that differ |
|---|---|---|
""" + "\n".join([*lines, ""])
    provenance.write("figures.md", text)
    print(text, *wrong, sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
