"""Make docs/samples/: the report of huyện Tuần Giáo for 2020 as HTML, PDF and pictures, and a picture of `edit`.

`make samples` runs this. It needs the font Tinos, so that the pages look alike wherever they are made, and Chromium.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

import pypdfium2
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
PIPELINE = [sys.executable, str(ROOT / "pipeline.py")]
SAMPLES = ROOT / "docs" / "samples"
WIDTH = 760
"""Of a page's picture, in pixels."""


def main() -> None:
    """Run the pipeline into a folder of its own and take over what a reader wants to see."""
    with tempfile.TemporaryDirectory() as outputs:
        asked = ["--district", "tuan-giao", "--year", "2020", "--outputs", outputs]
        environment = os.environ | {"BAOCAO_FONT": "Tinos"}
        subprocess.run([*PIPELINE, "run", *asked], check=True, env=environment)
        shutil.rmtree(SAMPLES, ignore_errors=True)
        SAMPLES.mkdir(parents=True)
        made = Path(outputs) / "dien-bien" / "huyen-tuan-giao" / "2020"
        for name in ("report.html", "report.pdf", "indicators.csv", "findings.csv", "findings.html"):
            shutil.copyfile(made / name, SAMPLES / name)
        picture_of_jupyterlab(asked)
        picture_of_a_run(Path(outputs) / "all")
    with pypdfium2.PdfDocument(SAMPLES / "report.pdf") as document:
        for number, page in enumerate(document, start=1):
            picture = page.render(scale=WIDTH / page.get_width(), grayscale=True)
            picture.to_pil().save(SAMPLES / f"page-{number}.png", optimize=True)


def picture_of_jupyterlab(asked: list[str]) -> None:
    """Run all cells of the report in JupyterLab and take a picture of a paragraph with its values."""
    command = [*PIPELINE, "edit", *asked, "--no-browser", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as play:
        try:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1200, "height": 800})
            page.goto(json.loads(server.stdout.readline())["address"])
            page.get_by_text("Python 3 | Idle").wait_for()
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            page.get_by_text("Toàn huyện có 20 cơ sở").click()
            page.screenshot(path=SAMPLES / "jupyterlab.png")
            browser.close()
        finally:
            server.send_signal(signal.SIGINT)


def picture_of_a_run(outputs: Path) -> None:
    """Make all reports on a terminal and take a picture of the last table with two at work."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 84, 0, 0))
    command = [*PIPELINE, "run", "--all", "--outputs", str(outputs), "--format", "html"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=its):
        os.close(its)
        shown = b""
        with contextlib.suppress(OSError):  # the terminal closes with the program
            while more := os.read(ours, 65536):
                shown += more
    frames = [
        f.replace("\x1b[1A\x1b[2K", "").replace("\r", "").removesuffix("\n\x1b[?25h")
        for f in shown.decode().split("\r\x1b[2K")
    ]
    frame = max(enumerate(frames), key=lambda each: ("còn khoảng" in each[1], each[1].count("\n"), each[0]))[
        1
    ]
    console = Console(record=True, width=84, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(frame))
    svg = console.export_svg(title="pipeline.py run --all", unique_id="live")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 400})
        page.set_content(svg)
        page.locator("svg").screenshot(path=SAMPLES / "live-table.png")
        browser.close()


if __name__ == "__main__":
    main()
