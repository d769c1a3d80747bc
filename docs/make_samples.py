"""Make docs/samples/: the report of huyện Tuần Giáo for 2020 as HTML, PDF and pictures of its pages.

`make samples` runs this. It needs the font Tinos, so that the pages look alike wherever they are made.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "docs" / "samples"
WIDTH = 760
"""Of a page's picture, in pixels."""


def main() -> None:
    """Run the pipeline into a folder of its own and take over what a reader wants to see."""
    with tempfile.TemporaryDirectory() as outputs:
        asked = ["run", "--district", "tuan-giao", "--year", "2020", "--outputs", outputs]
        environment = os.environ | {"BAOCAO_FONT": "Tinos"}
        subprocess.run([sys.executable, str(ROOT / "pipeline.py"), *asked], check=True, env=environment)
        shutil.rmtree(SAMPLES, ignore_errors=True)
        SAMPLES.mkdir(parents=True)
        made = Path(outputs) / "dien-bien" / "huyen-tuan-giao" / "2020"
        for name in ("report.html", "report.pdf", "indicators.csv", "findings.csv"):
            shutil.copyfile(made / name, SAMPLES / name)
    with pypdfium2.PdfDocument(SAMPLES / "report.pdf") as document:
        for number, page in enumerate(document, start=1):
            picture = page.render(scale=WIDTH / page.get_width(), grayscale=True)
            picture.to_pil().save(SAMPLES / f"page-{number}.png", optimize=True)


if __name__ == "__main__":
    main()
