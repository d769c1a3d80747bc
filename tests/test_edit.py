"""`edit`: JupyterLab on a working copy, whose values are a run's and whose saves are clean in `notebooks/`."""

import copy
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
from conftest import ROOT, UNIT

from baocao.pipeline import edit, normalise

LIMIT = 240
"""Seconds after which a server that a test started is killed, whatever happens."""


@pytest.fixture
def checkout(tmp_path):
    """The repository's program, notebooks and data, to be saved into."""
    for name in ("notebooks", "data", "baocao"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / "checkout" / name, ignore=ignored)
    for name in ("pipeline.py", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tmp_path / "checkout" / name)
    return tmp_path / "checkout"


class Lab:
    """A server that `edit` started, spoken to as JupyterLab speaks to it."""

    def __init__(self, folder, address):
        self.folder, self.address = folder, address
        parts = urlsplit(address)
        self.origin, self.token = f"{parts.scheme}://{parts.netloc}", parse_qs(parts.query)["token"][0]
        assert parts.hostname == "127.0.0.1"

    def ask(self, method, path, content=None):
        """Status and answer of a request to the contents API."""
        body = content and json.dumps({"type": "notebook", "format": "json", "content": content}).encode()
        headers = {"Authorization": f"token {self.token}"}
        asked = urllib.request.Request(
            f"{self.origin}/api/contents/{path}", body, method=method, headers=headers
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)


@contextmanager
def lab(checkout, outputs, year, *arguments):
    """Start `edit` for Tuần Giáo as a person does, without a browser; Ctrl-C ends it, quietly and with 0."""
    home = outputs.parent / "jupyter"
    own = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA")} | {"IPYTHONDIR": str(home)}
    (home / "profile_default" / "startup").mkdir(parents=True)
    (home / "profile_default" / "startup" / "00.py").write_text("intruder = 1")
    asked = ["edit", "--district", "tuan-giao", "--year", str(year), "--outputs", str(outputs)]
    process = subprocess.Popen(
        [sys.executable, "pipeline.py", *asked, "--no-browser", "--json", *arguments],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | own,
    )
    limit = threading.Timer(LIMIT, process.kill)
    limit.start()
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        said = json.loads(line)
        yield Lab(outputs / "edit" / UNIT / str(year), said["address"])
        assert said["folder"] == str(outputs / "edit" / UNIT / str(year))
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stdout.read() + process.stderr.read() == ""
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def read(path):
    return nbformat.read(path, as_version=4)


def state(checkout):
    """All that git would look at under notebooks/."""
    return {p.relative_to(checkout): p.read_bytes() for p in (checkout / "notebooks").rglob("*")}


def results(notebook):
    """What a run left in a notebook's cells, as the repository normalises it; counts of executions aside."""
    done = copy.deepcopy(notebook)
    normalise.normalise(done)
    cells = [c for c in done.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    outputs = {
        cell.id: [{k: v for k, v in output.items() if k != "execution_count"} for output in cell.outputs]
        for cell in cells
        if cell.cell_type == "code"
    }
    return outputs, {cell.id: cell.metadata.get("user_expressions") for cell in cells}


PROBE = """import json, os, sys
print(json.dumps([os.getcwd(), sys.executable, "intruder" in globals(), os.environ["TZ"]]))"""


# --- In a browser -----------------------------------------------------------------------------------------------------


def run_all(page, shown=()):
    """Run all cells and wait until they are done and every value is shown: `shown` are each cell's expressions."""
    page.get_by_text("Python 3 | Idle").wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        """expressions => {
            const cells = [...document.querySelectorAll('.jp-Notebook .jp-Cell')]
            return cells.every(cell => !cell.matches('.jp-CodeCell') ||
                    /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').textContent))
                && expressions.every((hidden, i) =>
                    ![...cells[i].querySelectorAll('code')].some(code => hidden.includes(code.textContent)))
        }""",
        arg=list(shown),
        timeout=60_000,
    )


def save(page, name):
    with page.expect_response(
        lambda r: r.request.method == "PUT" and r.url.split("?")[0].endswith(name)
    ) as done:
        page.keyboard.press("Control+s")
    assert done.value.status == 200


def test_run_all_gives_what_a_run_gives_and_saving_changes_nothing_in_git(
    program, checkout, tmp_path, pipeline
):
    from playwright.sync_api import sync_playwright

    chromium, outputs = program("chromium"), tmp_path / "outputs"
    asked = ("--district", "tuan-giao", "--year", "2019", "--outputs", outputs)
    assert pipeline("run", *asked, "--format", "html").code == 0
    made = outputs / UNIT / "2019"
    expected_outputs, expected_values = results(read(made / "report.ipynb"))
    stages = {p.name: len(list(p.iterdir())) for p in (outputs / ".work").iterdir() if p.is_dir()}
    before = state(checkout)
    with lab(checkout, outputs, 2019) as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        asked_of = set()
        page.on("request", lambda request: asked_of.add(urlsplit(request.url).hostname))
        page.goto(server.address)
        run_all(page, [[e["expression"] for e in values or ()] for values in expected_values.values()])
        (sentence,) = re.findall(
            r"Toàn huyện có \d+ cơ sở kinh doanh dịch vụ", (made / "report.html").read_text("utf-8")
        )
        assert page.get_by_text(sentence).is_visible()
        save(page, "3_report.ipynb")
        assert state(checkout) == before

        # A notebook of the analyst's own stays in the working copy, and its kernel is that of a run.
        kernel = read(server.folder / "3_report.ipynb").metadata.kernelspec
        own = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(PROBE)], metadata={"kernelspec": kernel}
        )
        nbformat.write(own, server.folder / "own.ipynb")
        page.goto(f"{server.origin}/lab/tree/own.ipynb?reset")
        run_all(page)
        save(page, "own.ipynb")
        assert state(checkout) == before
        (output,) = read(server.folder / "own.ipynb").cells[0].outputs
        assert json.loads(output.text) == [str(checkout / "notebooks"), sys.executable, False, "UTC"]
        browser.close()
    copied = read(server.folder / "3_report.ipynb")
    assert results(copied) == (expected_outputs, expected_values)
    now = {p.name: len(list(p.iterdir())) for p in (outputs / ".work").iterdir() if p.is_dir()}
    assert now == stages
    assert asked_of <= {"127.0.0.1", None}


# --- Saving -----------------------------------------------------------------------------------------------------------


def test_a_save_changes_in_git_what_the_analyst_changed_and_nothing_else(checkout, tmp_path):
    before = state(checkout)
    with lab(checkout, tmp_path / "outputs", 2018) as server:
        _status, model = server.ask("GET", "3_report.ipynb")
        notebook = model["content"]
        parameters = next(c for c in notebook["cells"] if c["id"] == "tham-so")
        assert parameters["source"].splitlines()[:2] == [
            f'unit: str = "{UNIT}"  # tỉnh/đơn vị, đúng tên thư mục trong data/',
            "year: int = 2018  # năm kết thúc kỳ báo cáo",
        ]
        assert f'data_dir: str = "{checkout / "data"}"  #' in parameters["source"]
        closing = next(cell for cell in notebook["cells"] if cell["id"] == "ket-thuc")
        closing["source"] = closing["source"].replace("Trên đây", "Sau đây")
        closing["metadata"] |= {"user_expressions": [{"expression": "year", "result": {}}]}
        notebook["metadata"]["language_info"]["version"] = "3.99"
        assert server.ask("PUT", "3_report.ipynb", notebook)[0] == 200
        after = state(checkout)
        changed = checkout.parent / "checkout" / "notebooks" / "3_report.ipynb"
        path = changed.relative_to(checkout)
        assert after == before | {path: before[path].replace("Trên đây".encode(), "Sau đây".encode())}

        # What somebody else changed meanwhile is not overwritten, and what was to be saved is not lost.
        theirs = after[path].replace("Sau đây".encode(), "Dưới đây".encode())
        changed.write_bytes(theirs)
        closing["source"] = closing["source"].replace("Sau đây", "Đó")
        for _time in range(2):
            status, answer = server.ask("PUT", "3_report.ipynb", notebook)
            assert status == 409
            assert str(server.folder / "3_report-2.ipynb") in answer["message"]
            assert "không ghi đè" in answer["message"]
        assert state(checkout) == after | {path: theirs}
    kept = {cell.id: cell.source for cell in read(server.folder / "3_report-2.ipynb").cells}
    assert kept["ket-thuc"].startswith("Đó là báo cáo")
    assert sorted(p.name for p in server.folder.glob("3*")) == ["3_report-2.ipynb", "3_report.ipynb"]


CELL = """unit: str = "a/b"  # tên "đơn vị" = thư mục
year: int = 2020
data_dir: str = '../data'  # nơi # có tệp
work_dir: str = ""
note = unit + "x"  # không phải tham số
"""


@pytest.mark.parametrize("folder", ["/nơi có dấu/it's #1", 'C:\\Users\\"x"'])
def test_parameters_are_set_and_set_back_without_touching_anything_else(folder):
    literals = {"unit": '"c/d"', "year": "1999", "data_dir": json.dumps(folder, ensure_ascii=False)}
    changed = edit.with_values(CELL, literals)
    given = {}
    exec(changed, given)
    assert (given["unit"], given["year"], given["data_dir"], given["work_dir"]) == ("c/d", 1999, folder, "")
    assert [line.partition("  #")[2] for line in changed.splitlines() if "data_dir" not in line] == [
        line.partition("  #")[2] for line in CELL.splitlines() if "data_dir" not in line
    ]
    assert edit.with_values(changed, edit.values(CELL)) == CELL


def test_a_parameters_cell_in_the_middle_of_a_change_gives_no_folder_away():
    changed = edit.with_values(CELL, {"data_dir": '"/home/ai-do"'}).replace("int = 2020", "int = (")
    assert edit.with_values(changed, edit.values(CELL)) == CELL


# --- What is asked for ------------------------------------------------------------------------------------------------


def test_one_unit_and_one_year_only(pipeline, tmp_path):
    done = pipeline("edit", "--district", "huyen-tuan-giao", "--outputs", tmp_path, "--no-browser")
    assert (done.code, done.out) == (2, "")
    assert "7 báo cáo" in done.err
    assert "--year 2020" in done.err
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_taken_is_an_error_with_a_remedy(pipeline, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        asked = ("--district", "tuan-giao", "--year", "2020", "--outputs", tmp_path, "--no-browser")
        done = pipeline("edit", *asked, "--port", str(port), timeout=60)
    assert (done.code, done.out) == (2, "")
    assert str(port) in done.err
    assert "--port" in done.err


def test_without_jupyterlab_the_command_that_installs_it_is_named(tmp_path):
    arguments = [
        "pipeline.py",
        "edit",
        "--district",
        "tuan-giao",
        "--year",
        "2020",
        "--outputs",
        str(tmp_path),
    ]
    code = f"import runpy, sys; sys.modules['jupyterlab'] = None; sys.argv = {arguments!r}; "
    code += "runpy.run_path('pipeline.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "JupyterLab" in done.stderr or "jupyterlab" in done.stderr
    assert "-m pip install --no-deps --require-hashes -r" in done.stderr
    assert not list(tmp_path.iterdir())
