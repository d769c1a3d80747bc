"""The papermill engine `baocao` on anybody's notebook: values in prose, the interpreter, nobody's start-up files."""

import ast
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from baocao.errors import NotebookError, how_it_ended
from baocao.pipeline import engine, warm, warmup

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


CHANGES = """
import builtins, decimal, gc, json, locale, logging, os, random, signal, socket, sys, tempfile, time, warnings
import matplotlib as mpl, matplotlib.pyplot as plt, numpy as np, pandas as pd
json.mark = builtins.mark = 1
os.environ["BAOCAO_MARK"] = "1"
os.environ["TZ"] = "Asia/Ho_Chi_Minh"
time.tzset()
os.chdir("/")
os.umask(0o077)
os.nice(5)
sys.path.insert(0, "/mark")
sys.setrecursionlimit(1234)
sys.ps1 = "mark"
warnings.filterwarnings("error", message="mark")
signal.signal(signal.SIGUSR1, lambda *_: None)
locale.setlocale(locale.LC_NUMERIC, "C")
decimal.getcontext().prec = 3
gc.disable()
logging.getLogger().setLevel("DEBUG")
socket.setdefaulttimeout(1)
tempfile.tempdir = "/mark"
mark = open(os.devnull)
mpl.rcParams["font.size"] = 33
plt.rcParams["svg.hashsalt"] = "mark"
plt.figure()
pd.options.display.max_rows = 3
np.set_printoptions(precision=1)
np.seterr(all="raise")
%config InlineBackend.figure_format = "jpeg"
%alias mark echo mark
mark_of_store = 1
%store mark_of_store
"""
SHOWN = """
import builtins, decimal, gc, json, locale, logging, os, random, signal, socket, sys, tempfile, time, warnings
import matplotlib as mpl, matplotlib.pyplot as plt, numpy as np, pandas as pd
%store -r
shell = get_ipython()
{
    "modules": [hasattr(json, "mark"), hasattr(builtins, "mark"), "mark" in globals(), "mark_of_store" in globals()],
    "environment": ["BAOCAO_MARK" in os.environ, time.tzname],
    "process": [os.getcwd(), os.umask(0o022), os.nice(0), len(os.listdir("/proc/self/fd"))],
    "python": [sys.path, sys.getrecursionlimit(), hasattr(sys, "ps1") and sys.ps1, gc.isenabled(), tempfile.tempdir],
    "warnings": [str(each) for each in warnings.filters],
    "others": [str(signal.getsignal(signal.SIGUSR1)), locale.setlocale(locale.LC_ALL), decimal.getcontext().prec],
    "more": [logging.getLogger().level, socket.getdefaulttimeout()],
    "matplotlib": [{name: str(mpl.rcParams[name]) for name in mpl.rcParams}, plt.get_fignums()],
    "tables": [pd.options.display.max_rows, np.get_printoptions()["precision"], np.geterr()],
    "shell": [name for name, _command in shell.alias_manager.aliases if name == "mark"],
    "figures": [str(each) for each in shell.display_formatter.formatters["image/jpeg"].type_printers],
}
"""


def test_nothing_that_a_notebook_changes_is_there_in_the_next(tmp_path):
    def shown(*cells):
        return ast.literal_eval(run(tmp_path, *cells).cells[-1].outputs[0].data["text/plain"])

    before = shown(SHOWN)
    changed = shown(CHANGES, SHOWN)
    assert [kind for kind in before if changed[kind] == before[kind]] == []  # else nothing is shown below
    assert shown(SHOWN) == before


def test_a_notebook_that_sets_its_random_numbers_sets_no_others(tmp_path):
    code = "import random, numpy as np\nrandom.random(), np.random.random(), np.random.default_rng().random()"
    drawn = [run(tmp_path, code).cells[0].outputs[0].data["text/plain"]]
    run(tmp_path, "import random, numpy as np\nrandom.seed(1)\nnp.random.seed(1)")
    drawn += [run(tmp_path, code).cells[0].outputs[0].data["text/plain"] for _ in range(2)]
    each = [set(numbers.strip("()").split(", ")) for numbers in drawn]
    assert len(set.union(*each)) == 9


@pytest.fixture
def starts_cold(caplog):
    """Whether a kernel started cold, and said so."""
    caplog.set_level("WARNING", logger="papermill")
    return lambda why: why in [record.getMessage() for record in caplog.records]


def test_another_kernel_is_started_as_it_is_and_the_log_says_so(tmp_path, monkeypatch, starts_cold):
    spec = tmp_path / "jupyter" / "kernels" / "khac"
    spec.mkdir(parents=True)
    launched = [sys.executable, "-Xfaulthandler", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    about = {"argv": launched, "display_name": "Khác", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(about))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    cells = [new_code_cell("import faulthandler; faulthandler.is_enabled()")]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), tmp_path / "in.ipynb")
    done = papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), None, engine_name="baocao", kernel_name="khac", progress_bar=False
    )
    assert done.cells[0].outputs[0].data["text/plain"] == "True"
    assert starts_cold("Nhân khac không phải của chương trình này: nhân được khởi động từ đầu.")


def test_a_warm_process_with_a_thread_of_its_own_forks_nothing_and_the_log_says_so(
    tmp_path, monkeypatch, starts_cold
):
    (tmp_path / "a_thread.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=[60], name='sleeper', daemon=True).start()"
    )
    environment = warmup.environment(str(tmp_path)) | {"PYTHONPATH": str(tmp_path)}
    process = warm.Warm.start([], environment)
    monkeypatch.setattr(engine, "_process", [process])
    monkeypatch.setattr(warmup, "modules", lambda _imports: [warmup.KERNEL, "a_thread"])
    try:
        done = run(tmp_path, "import os\nos.getppid()")
    finally:
        process.close()
    assert done.cells[0].outputs[0].data["text/plain"] == str(os.getpid())
    assert starts_cold("Không tách tiến trình an toàn được (sleeper): nhân được khởi động từ đầu.")


def test_a_warm_process_that_somebody_ended_is_replaced(tmp_path):
    run(tmp_path, "1")
    first = int(run(tmp_path, "import os\nos.getppid()").cells[0].outputs[0].data["text/plain"])
    os.kill(first, signal.SIGKILL)
    second = int(run(tmp_path, "import os\nos.getppid()").cells[0].outputs[0].data["text/plain"])
    assert second not in (first, os.getpid())


def test_a_signal_without_a_name_is_told_by_its_number():
    assert "35" in str(how_it_ended(-35))


def test_everything_can_be_imported_where_no_process_can_be_forked():
    """As on Windows: neither these functions nor these signals are there."""
    code = """
import importlib, os, pkgutil, signal, socket
for module, names in ((os, ["fork", "killpg", "setsid"]), (signal, ["SIGKILL", "SIGALRM", "SIGCHLD", "SIGHUP", "setitimer"]),
                      (socket, ["send_fds", "recv_fds"])):
    for name in names:
        delattr(module, name)
import papermill
import baocao.pipeline
for module in pkgutil.iter_modules(baocao.pipeline.__path__, "baocao.pipeline."):
    if not module.name.endswith(".forked"):  # only a forked process imports it
        importlib.import_module(module.name)
from baocao.errors import how_it_ended
from baocao.pipeline import warm
print(warm.AVAILABLE, how_it_ended(1))
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.stderr, done.stdout.split()[0]) == ("", "False")


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
