"""What a stranger can work out from the public editions of the invented province, all units and years.

    python benchmarks/proof_disclosure.py

Makes both editions of tỉnh Ví Dụ and attacks the public ones (tests/attack.py, which a test runs too). The result is
`results/disclosure.md`; exit code 1 if a hidden figure is not protected.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import provenance
from attack import Published, judge, table

PROVINCE = "vi-du"


def main() -> int:
    """Make the editions, attack them, keep the result; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="baocao-disclosure-") as name:
        outputs = Path(name)
        asked = ["--province", PROVINCE, "--edition", "internal,public", "--outputs", str(outputs)]
        subprocess.run([sys.executable, provenance.ROOT / "pipeline.py", "run", *asked], check=True)
        published = Published(outputs / "public" / PROVINCE)
        found = judge(published, outputs, PROVINCE)
    weak = [verdict for verdict in found if not verdict.protected]
    text = f"""# What can be worked out about hidden figures

From the public editions of the invented tỉnh Ví Dụ, five districts and the roll-up, all years: {published.numbers}
statements read from HTML, PDF, notebooks, alternative texts and CSV. For each hidden figure an integer program (HiGHS)
gives the smallest and the largest value that it can have. A small count (1 to 4) is protected if it may be anything from
1 to 4, any other hidden figure if its range is 4 or more. {len(weak)} of {len(found)} are not protected.

{provenance.described()}
{table(found)}"""
    provenance.write("disclosure.md", text)
    print(text, *weak, sep="\n")
    return int(bool(weak))


if __name__ == "__main__":
    sys.exit(main())
