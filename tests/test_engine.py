"""The papermill engine `baocao` on anybody's notebook: values in prose, the interpreter, nobody's start-up files."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from baocao.errors import NotebookError

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def run(tmp_path, *cells, **parameters):
    source = tmp_path / "in.ipynb"
    made = [new_markdown_cell(c[3:]) if c.startswith("md:") else new_code_cell(c) for c in cells]
    nbformat.write(new_notebook(cells=made, metadata=KERNEL), source)
    return papermill.execute_notebook(
        str(source), str(tmp_path / "out.ipynb"), parameters, engine_name="baocao", progress_bar=False
    )


def values(notebook, cell):
    return [e["result"]["data"]["text/plain"] for e in notebook.cells[cell].metadata["user_expressions"]]


def test_values_in_prose_are_evaluated_in_order_and_stored_as_jupyterlab_myst_stores_them(tmp_path):
    done = run(
        tmp_path,
        "so = 20\nten = 'Tuần Giáo'",
        "md:Có {eval}`so` cơ sở ở {eval}`ten`, {eval}`so + 1`; `so` là mã.",
    )
    stored = done.cells[1].metadata["user_expressions"]
    assert [e["expression"] for e in stored] == ["so", "ten", "so + 1"]
    assert values(done, 1) == ["20", "'Tuần Giáo'", "21"]
    assert set(stored[0]["result"]) == {"status", "data", "metadata"}
    assert done.cells[1].source.startswith("Có {eval}`so`")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["so = 20"], ["so = 99"]),
        (["d = {'so': 20}\nso = 20"], ["d['so'] = 99", "so = d['so']"]),
        (["gia_tri = {'so': 20}", "class L:\n    def __repr__(self): return str(gia_tri['so'])", "so = L()"],
         ["khac = 1", "gia_tri['so'] = 99", "khac = 2"]),
        (["so = 20"], ["so = 50", "so = 99"]),
        (["so = 20"], ["del so"]),
    ],
)  # fmt: skip
def test_a_value_changed_later_fails_and_names_both_cells(tmp_path, before, after):
    """Whatever way it was changed in: by its name, through another object, by a function, or removed."""
    changing = next(i for i, cell in reversed(list(enumerate(after))) if "so" in cell)
    number = len(before) + 1
    with pytest.raises(
        NotebookError, match=rf"Ô {number}: giá trị so .*20.*ô {number + 1 + changing} "
    ) as caught:
        run(tmp_path, *before, "md:Có {eval}`so` cơ sở.", *after)
    assert f"ô {number + 1 + changing}" in str(caught.value.remedy)


def test_a_value_that_is_the_same_again_at_the_end_is_no_fault(tmp_path):
    done = run(tmp_path, "so = 20", "md:Có {eval}`so` cơ sở.", "so = 99", "so = 20")
    assert values(done, 1) == ["20"]


def test_a_value_that_differs_each_time_is_named(tmp_path):
    with pytest.raises(NotebookError, match=r"Ô 2: .*next\(dem\) .*0.* mỗi lần tính lại một khác"):
        run(tmp_path, "dem = iter(range(9))", "md:Có {eval}`next(dem)` cơ sở.", "vo_can = 1")


def test_only_what_jupyterlab_shows_as_a_value_is_one(tmp_path):
    """Code spans, code blocks and comments that hold a role are no roles; one over two lines is."""
    examples = (
        "`` {eval}`vi_du` `` <!-- {eval}`vi_du` -->\n\n```\n{eval}`vi_du`\n```\n\nCó {eval}`so +\n1` cơ sở."
    )
    done = run(tmp_path, "so = 20", f"md:{examples}")
    assert values(done, 1) == ["21"]
    assert [e["expression"] for e in done.cells[1].metadata["user_expressions"]] == ["so + 1"]


@pytest.mark.parametrize(
    ("expression", "nearest"),
    [("so_co_so", "so_cs"), ("xa.ten", "tên xã: ten_xa"), ("muc['co_so']", "co-so"), ("so_cs +", "")],
)
def test_an_expression_that_fails_names_the_nearest_name(tmp_path, expression, nearest):
    code = (
        "from types import SimpleNamespace\nso_cs = 20\nxa = SimpleNamespace(ten_xa='A')\nmuc = {'co-so': 1}"
    )
    with pytest.raises(NotebookError, match=r"Ô 2: ") as caught:
        run(tmp_path, code, f"md:Có {{eval}}`{expression}` cơ sở.")
    assert expression in str(caught.value.message)
    assert nearest.rpartition(" ")[2] in str(caught.value.remedy)


def test_a_value_used_before_it_is_there_fails_and_names_cell_and_expression(tmp_path):
    with pytest.raises(NotebookError, match=r"1.*chua_co.*NameError"):
        run(tmp_path, "md:Có {eval}`chua_co` cơ sở.", "chua_co = 1")


def test_a_mistake_in_prose_is_told_in_our_own_words_without_the_name_of_a_class(tmp_path):
    with pytest.raises(NotebookError, match=r"None không phải là số viết ra được\.\n→ ") as failed:
        run(
            tmp_path, "from baocao.analysis import vietnamese", "md:Có {eval}`vietnamese.number(None)` cơ sở."
        )
    assert "MisuseError" not in str(failed.value)


def test_old_stored_values_are_dropped(tmp_path):
    source = tmp_path / "in.ipynb"
    stale = new_markdown_cell("Không có giá trị.", metadata={"user_expressions": [{"expression": "cũ"}]})
    nbformat.write(new_notebook(cells=[stale], metadata=KERNEL), source)
    done = papermill.execute_notebook(
        str(source), str(tmp_path / "out.ipynb"), engine_name="baocao", progress_bar=False
    )
    assert "user_expressions" not in done.cells[0].metadata


def test_the_kernel_is_this_interpreter_without_the_users_start_up_files(tmp_path, monkeypatch):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("intruder = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    done = run(tmp_path, "import sys\nprint(sys.executable, 'intruder' in globals())")
    assert done.cells[0].outputs[0].text.split() == [sys.executable, "False"]


def test_two_notebooks_share_nothing(tmp_path):
    run(tmp_path, "import os, json\njson.mark = 1\nos.environ['BAOCAO_MARK'] = '1'")
    done = run(tmp_path, "import os, json\nprint(hasattr(json, 'mark'), 'BAOCAO_MARK' in os.environ)")
    assert done.cells[0].outputs[0].text.split() == ["False", "False"]


def test_cold_kernels_run_side_by_side_without_ports_and_leave_nothing(tmp_path):
    """Each kernel has its own sockets: two at once gave "Invalid message" when they shared one name."""
    with ThreadPoolExecutor() as pool:
        notebooks = [tmp_path / str(i) for i in range(2)]
        for folder in notebooks:
            folder.mkdir()
        code = "from ipykernel.kernelapp import IPKernelApp\nk = IPKernelApp.instance()\nprint(k.transport, k.ip)"
        done = list(pool.map(lambda folder: subprocess_run(folder, code), notebooks))
    texts = [d.split() for d in done]
    assert {transport for transport, _ip in texts} == {"tcp" if os.name == "nt" else "ipc"}
    assert len({ip for _transport, ip in texts}) == 2
    assert not any(Path(ip).parent.exists() for _transport, ip in texts)


def subprocess_run(folder, code):
    """Run a one-cell notebook with papermill's own command, as another project would."""
    nbformat.write(new_notebook(cells=[new_code_cell(code)], metadata=KERNEL), folder / "in.ipynb")
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "baocao",
        "--no-progress-bar",
        "in.ipynb",
        "out.ipynb",
    ]
    environment = os.environ | {"BAOCAO_COLD": "1"}
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    return nbformat.read(folder / "out.ipynb", as_version=4).cells[0].outputs[0].text
