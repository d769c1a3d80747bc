"""The benchmarks do whole work: what they time has the right figures in it, and failures are not taken for speed."""

from __future__ import annotations

import csv
import json
import shutil
import statistics
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks"


def program(path: Path, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(path), *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def laid(folder: Path, *pairs: str) -> Path:
    """A work folder of the benchmark's job, for these pairs only."""
    done = program(BENCHMARKS / "prepare.py", folder, "10", cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    (folder / "pairs.csv").write_text("".join(f"{pair}\n" for pair in pairs), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The benchmark's job for two years of one district, done; the work folder was named from the one above it."""
    work = laid(tmp_path_factory.mktemp("benchmark") / "work", "vung-a,2021", "vung-a,2022")
    done = program(BENCHMARKS / "run_job.py", work.name, cwd=work.parent)
    assert done.returncode == 0, done.stderr
    return work


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def rain_by_station(path: Path) -> dict[str, float]:
    """The year's rain by station from the sheet itself; a month without a figure has the median of the station's others."""
    content = path.read_text(encoding="utf-8-sig")
    separator = next(sign for sign in ";\t," if sign in content.splitlines()[0])
    head, *lines = csv.reader(content.splitlines(), delimiter=separator)
    at = [plain(name) for name in head].index("lượng mưa (mm)")
    months: dict[str, list[float | None]] = {}
    for line in lines:
        text = line[at].replace(",", ".")
        months.setdefault(plain(line[0]), []).append(float(text) if text[:1].isdigit() else None)
    totals = {}
    for name, values in months.items():
        there = [value for value in values if value is not None]
        totals[name] = sum(there) + (len(values) - len(there)) * statistics.median(there)
    return totals


def pdf_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return " ".join("".join(page.get_textpage().get_text_range() for page in document).split())


def tags(path: Path) -> list[str]:
    with pikepdf.open(path) as file:
        return [str(each.S) for each in file.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each]


def test_the_job_s_reports_hold_the_figures_of_the_data(job):
    earlier: float | None = None
    for year in (2021, 2022):
        totals = rain_by_station(job / "data" / f"vung-a_{year}.csv")
        total, wettest = sum(totals.values()), max(totals, key=lambda name: totals[name])
        page = BeautifulSoup((job / "reports" / f"vung-a_{year}.html").read_text("utf-8"), "html.parser")
        for text in (" ".join(page.get_text().split()), pdf_text(job / "reports" / f"vung-a_{year}.pdf")):
            assert f"Vùng A, năm {year}" in text
            assert f"Cả vùng đo được {total:,.0f} mm" in text
            assert f"trạm mưa nhiều nhất là {wettest}." in plain(text)
            if earlier:
                assert f"{'tăng' if total > earlier else 'giảm'} {abs(total / earlier - 1):.1%}" in text
        rows = [[cell.get_text(strip=True) for cell in row(["td", "th"])] for row in page.table.tbody("tr")]
        assert len(rows) == 20
        assert {plain(row[0]): float(row[2]) for row in rows} == pytest.approx(totals, abs=0.51)
        earlier = total


def test_the_job_s_reports_hold_three_charts_and_a_table_in_both_formats(job):
    for year in (2021, 2022):
        page = BeautifulSoup((job / "reports" / f"vung-a_{year}.html").read_text("utf-8"), "html.parser")
        assert len(page.find_all("svg")) == 3
        found = tags(job / "reports" / f"vung-a_{year}.pdf")
        assert found.count("/Figure") == 3
        assert found.count("/TR") == 2 + 20


def test_the_baseline_makes_the_same_reports_as_plain_code(job, tmp_path):
    work = laid(tmp_path / "work", "vung-a,2021")
    done = program(BENCHMARKS / "baseline.py", work, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    pages = [
        BeautifulSoup((folder / "reports" / "vung-a_2021.html").read_text("utf-8"), "html.parser")
        for folder in (work, job)
    ]
    sentences = [text_of(page) for page in pages]
    rows = [[row.get_text(" ", strip=True) for row in page.tbody("tr")] for page in pages]
    assert sentences[0] == sentences[1]
    assert rows[0] == rows[1]
    assert len(pages[0].find_all("svg")) == 3
    assert "Vùng A, năm 2021" in pdf_text(work / "reports" / "vung-a_2021.pdf")


def text_of(page: Any) -> str:
    texts = (p.get_text() for p in page("p"))
    return next(text.split(" Trạm")[0] for text in texts if text.startswith("Cả vùng đo được"))


def write_job(work: Path, notebooks: Iterable[tuple[str, str]]) -> None:
    (work / "data").mkdir(parents=True)
    (work / "pairs.csv").write_text("noi-a,2001\nnoi-a,2002\n", encoding="utf-8")
    for name, code in notebooks:
        sources = {"district = ''\nyear = 0\ndata_dir = 'data'\nout_dir = 'out'": ["parameters"], code: []}
        cells = [
            {"id": f"c{number}", "cell_type": "code", "metadata": {"tags": given}, "source": source,
             "outputs": [], "execution_count": None}
            for number, (source, given) in enumerate(sources.items())
        ]  # fmt: skip
        about = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        content = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
        (work / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")


def test_another_job_runs_in_order_and_each_notebook_imports_its_own_modules_itself(tmp_path):
    count = "import giup; from pathlib import Path; Path(out_dir).mkdir(exist_ok=True)\n"
    write_job(tmp_path / "work", [
        ("01_a", f"{count}Path(out_dir, f'{{district}}{{year}}').write_text(str(year))"),
        ("02_b", f"{count}assert year == 2001 or Path(out_dir, f'{{district}}{{year - 1}}').exists()"),
        ("03_c", f"{count}print(f'bao cao {{district}} {{year}}')"),
    ])  # fmt: skip
    note = "import os\nwith open('imported.txt', 'a') as file:\n    file.write(f'{os.getpid()}\\n')\n"
    (tmp_path / "work" / "giup.py").write_text(note, encoding="utf-8")
    done = program(BENCHMARKS / "run_job.py", "work", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    imported = (tmp_path / "work" / "imported.txt").read_text("utf-8").split()
    assert len(imported) == len(set(imported)) == 6
    for year in (2001, 2002):
        assert f"bao cao noi-a {year}" in (tmp_path / f"work/reports/noi-a_{year}.html").read_text("utf-8")
        assert f"bao cao noi-a {year}" in pdf_text(tmp_path / f"work/reports/noi-a_{year}.pdf")


def test_a_notebook_that_fails_ends_the_job_with_its_name_and_pair(tmp_path):
    work = laid(tmp_path / "work", "vung-a,2022")
    sheet = work / "data" / "vung-a_2022.csv"
    lines = sheet.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    sheet.write_text("".join(lines[:-1]), encoding="utf-8-sig")
    done = program(BENCHMARKS / "run_job.py", work, cwd=tmp_path)
    assert done.returncode == 1
    assert "vung-a 2022: 01_clean.ipynb failed" in done.stderr
    assert "239 dòng" in done.stderr
    assert not (work / "reports" / "vung-a_2022.html").exists()


def test_the_script_made_of_our_notebooks_prints_what_the_pipeline_prints(tmp_path, pipeline):
    data = tmp_path / "data"
    reports = ("dien-bien/xa-tuan-giao/2026", "dien-bien/huyen-tuan-giao/2018")
    for path in [*(ROOT / "data").glob("*.*"), *(ROOT / "data" / "dien-bien").glob("*.csv"),
                 *(ROOT / "data" / report for report in reports)]:  # fmt: skip
        place = data / path.relative_to(ROOT / "data")
        place.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if path.is_dir() else shutil.copy)(path, place)
    done = program(BENCHMARKS / "own_script.py", tmp_path / "script.py", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = program(tmp_path / "script.py", data, tmp_path / "plain", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = pipeline("run", "--all", "--data", data, "--outputs", tmp_path / "made", "--jobs", "2")
    assert made.code == 0, made.err
    for report in reports:
        for name in ("report.html", "report.pdf"):
            assert (tmp_path / "plain" / report / name).read_bytes() == (
                tmp_path / "made" / report / name
            ).read_bytes()
