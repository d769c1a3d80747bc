"""Make docs/samples/: the report of huyện Tuần Giáo for 2020, pictures of its pages, of `edit`, `run` and findings.

And two pages of the roll-up of Điện Biên for 2020, the first and that of its charts; and what every rule of Nghị định
30 says of the report in each of its formats.

`make samples` runs this. It needs the font Tinos, so that the pages look alike wherever they are made, Chromium and
LibreOffice.
"""

from __future__ import annotations

import contextlib
import csv
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
from openpyxl import Workbook
from openpyxl.styles import Font
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

from baocao import nd30

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
        for name in (
            "report.html",
            "report.pdf",
            "report.docx",
            "indicators.csv",
            "findings.csv",
            "findings.html",
        ):
            shutil.copyfile(made / name, SAMPLES / name)
        table_of_the_form(made, Path(outputs))
        picture_of_jupyterlab(asked)
        pictures_of_a_province(Path(outputs), environment)
        picture_of_a_run(Path(outputs) / "all")
        picture_of_findings(Path(outputs))
    with pypdfium2.PdfDocument(SAMPLES / "report.pdf") as document:
        for number, page in enumerate(document, start=1):
            save_picture(page, SAMPLES / f"page-{number}.png")


def save_picture(page: pypdfium2.PdfPage, path: Path) -> None:
    """Save a page of a PDF as a picture."""
    page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil().save(path, optimize=True)


def pictures_of_a_province(outputs: Path, environment: dict[str, str]) -> None:
    """Make the roll-up of Điện Biên and take pictures of its first page and of that of its charts."""
    asked = ["--unit", "dien-bien/_tinh", "--year", "2020", "--outputs", str(outputs), "--format", "pdf"]
    subprocess.run([*PIPELINE, "run", *asked], check=True, env=environment, stdout=subprocess.DEVNULL)
    with pypdfium2.PdfDocument(outputs / "dien-bien" / "_tinh" / "2020" / "report.pdf") as document:
        save_picture(document[0], SAMPLES / "province-first.png")
        save_picture(document[len(document) - 1], SAMPLES / "province-charts.png")


def table_of_the_form(made: Path, folder: Path) -> None:
    """Check the form of the PDF, of the Word file through LibreOffice, and of the page as Chromium prints it."""
    word = [
        "soffice",
        f"-env:UserInstallation={(folder / 'office').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*word, "--outdir", folder, made / "report.docx"], check=True, stdout=subprocess.DEVNULL)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((made / "report.html").as_uri())
        (folder / "page.pdf").write_bytes(page.pdf(prefer_css_page_size=True, tagged=True))
        browser.close()
    found = [
        nd30.check(path).results for path in (made / "report.pdf", folder / "report.pdf", folder / "page.pdf")
    ]
    with (ROOT / "tests" / "nd30_expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["rule"]: row["pdf"] for row in csv.DictReader(file)}
    lines = []
    for rule, *results in zip(nd30.rules(), *found, strict=True):
        statuses = [WORDS[status] for status in (expected[rule.id], *(result.status for result in results))]
        said = dict.fromkeys(result.found for result in results if result.status != "not_applicable")
        lines.append(f"| {rule.id} | {rule.rule} | {' | '.join(statuses)} | {'; '.join(said)} |")
    (SAMPLES / "nd30.md").write_text(TABLE_OF_THE_FORM + "\n".join(lines) + "\n", encoding="utf-8")


WORDS = {"pass": "đạt", "deviation": "**sai khác**", "not_applicable": "-", "cannot_tell": "không rõ"}
TABLE_OF_THE_FORM = """# Thể thức của báo cáo huyện Tuần Giáo năm 2020

Kết quả của `pipeline.py nd30` (cách đọc: [docs/nd30.md](../nd30.md)) đối với tệp PDF, bản Word do LibreOffice chuyển
sang PDF, và trang HTML in từ Chromium; cột *dự kiến* ghi ra trước khi có lệnh này (`tests/nd30_expected.csv`, kèm lý
do). Báo cáo là dự thảo: chưa có số và ngày.

| | quy định | dự kiến | PDF | Word | HTML | thấy trong tệp |
|---|---|---|---|---|---|---|
"""


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
            page.get_by_text("Toàn huyện có 20 cơ sở").click(timeout=120_000)
            page.screenshot(path=SAMPLES / "jupyterlab.png")
            browser.close()
        finally:
            server.send_signal(signal.SIGINT)


def picture_of_a_run(outputs: Path) -> None:
    """Make a province's reports on a terminal and take a picture of the last table with two at work."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 84, 0, 0))
    command = [*PIPELINE, "run", "--province", "vi-du", "--outputs", str(outputs), "--format", "html"]
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
    svg = console.export_svg(title="pipeline.py run --province vi-du", unique_id="live")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 400})
        page.set_content(svg)
        page.locator("svg").screenshot(path=SAMPLES / "live-table.png")
        browser.close()


def picture_of_findings(folder: Path) -> None:
    """Check the invented district with a table as untidy as offices send them, and take a picture of what was found."""
    data = shutil.copytree(ROOT / "data", folder / "data")
    year = data / "vi-du" / "huyen-minh-hoa" / "2020"
    (year / "truyen-thong.xlsx").unlink()
    untidy_table().save(year / "truyen-thong.xlsx")
    (year / "tong hop.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    asked = ["--unit", "huyen-minh-hoa", "--year", "2020", "--data", str(data), "--outputs", str(folder)]
    subprocess.run([*PIPELINE, "check", *asked], check=False, capture_output=True)
    (found,) = (folder / ".work" / "failed").rglob("findings.html")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 800})
        page.goto(found.as_uri())
        page.locator("summary").click()
        page.screenshot(path=SAMPLES / "findings-untidy.png", full_page=True)
        browser.close()


def untidy_table() -> Workbook:
    """The table of communication work of huyện Minh Họa, as one person in a hurry may send it."""
    book = Workbook()
    sheet = book.active
    rows = [
        ["BIỂU 03: CÔNG TÁC TRUYỀN THÔNG NĂM 2019"],
        [],
        ["STT", "Xã, thị trấn", "Tuyên truyền trực tiếp (buổi)", "Phát thanh (lượt)", "Tờ rơi, pano, áp phích (tờ)",
         "Cơ sở ký cam kết", "Ghi chú"],
        [1, "TT Minh Họa", 12, 48, "1.200", 9, None],
        [2, "X· Gi¶ Sö", 4, 24, "1,200", 1, None],
        [3, "xã Giả Thuyết", 3, "trên 20", 150, 0, None],
        [4, "Mô phỏng", 2, 12, None, 0, None],
        [5, "xa Phong Doan", 2, "-", 80, 0, None],
        [6, "xã Tượng Trưng", 2.5, 12, 90, 0, None],
        [7, "xã Tưởng Tượng", 1, 12, 60, "=1+0", None],
        [8, "xã Ước Lệ", 2, 10, 70, 0, None],
        [None, "Tổng cộng", 28, 118, 1650, 10, None],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    sheet["B5"].font = Font(name=".VnTime")
    return book


if __name__ == "__main__":
    main()
