"""What happens when something goes wrong: a cell, a process, the disk, another run. Nothing here is pretended."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import disturbed
import many_units
import pytest
from conftest import ROOT, UNIT
from disturbed import ALL, KERNEL, MAIN, WARM_KERNELS, WARM_WORKERS, WORKER, Run, digests, scratch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")

INVENTED = "vi-du/huyen-minh-hoa"
SMALL = ("run", "--unit", INVENTED, "--years", "2018-2019", "--format", "html")


@pytest.fixture(scope="session")
def small(undisturbed):
    """An outputs folder with two small reports."""
    return undisturbed("small", *SMALL)


@pytest.fixture
def made(everything, tmp_path):
    """A copy of the outputs with every report."""
    return shutil.copytree(everything, tmp_path / "out")


@pytest.fixture
def results(everything, tmp_path):
    """An outputs folder without reports in which the notebooks' results lie."""
    shutil.copytree(everything / ".work", tmp_path / "out" / ".work")
    return tmp_path / "out"


@pytest.fixture
def checkout(tmp_path):
    """The program on a copy of its notebooks and package, to damage, and data for seven reports."""
    for name in ("notebooks", "baocao"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pipeline.py", tmp_path / "pipeline.py")
    many_units.few(tmp_path / "data")
    return tmp_path


def change_notebook(checkout, code="", prose="", cell="cach-noi", notebook="3_report"):
    """Put code before a cell of a notebook, and a value into the prose that follows."""
    path = checkout / "notebooks" / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    cells = content["cells"]
    place = next(number for number, each in enumerate(cells) if each["id"] == cell)
    cells[place]["source"] = code + "\n" + "".join(cells[place]["source"])
    if prose:
        new = {"cell_type": "markdown", "id": "loi-van", "metadata": {"tags": ["hide"]}, "source": prose}
        cells.insert(place + 1, new)
    path.write_text(json.dumps(content), encoding="utf-8")
    return place + 1


def by_report(**cases):
    """Code that does something else in each report; the names are like `huyen_tuan_giao_2018`."""
    lines = ["_viec = {"]
    lines += [f"    {name.replace('_', '-')!r}: {text!r}," for name, text in cases.items()]
    lines += ["}.get(unit.split('/')[1] + '-' + str(year), '')", "exec(_viec)"]
    return "\n".join(lines)


def run_checkout(checkout, outputs, *arguments):
    """A run of the copy on its data, waited for."""
    run = Run(
        checkout / "runs", "run", *arguments, "--data", checkout / "data", "--outputs", outputs,
        program=checkout / "pipeline.py",
    )  # fmt: skip
    run.wait()
    return run


# --- Cells that fail, die, or never end ---------------------------------------------------------------------


def test_each_failing_report_is_named_kept_and_marked_as_old_and_the_others_are_made(checkout, made, few):
    whole = digests(made)
    prose = "{eval}`1 / 0 if (unit, year) == ('vi-du/huyen-minh-hoa', 2020) else 1`"
    cell = change_notebook(
        checkout,
        by_report(
            huyen_tuan_giao_2018="import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            huyen_tuan_giao_2019="import ctypes; ctypes.string_at(0)",
            huyen_tuan_giao_2020="import os; os._exit(3)",
            huyen_minh_hoa_2018="import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
            huyen_minh_hoa_2019="raise RuntimeError('hết giấy')",
        ),
        prose,
    )
    run = run_checkout(checkout, made, "--all", "--lang", "en")
    assert run.process.returncode == 1, run.err
    assert time.monotonic() - run.begun < 60
    assert "6 of 7 reports failed." in run.err
    said = {
        "huyen-tuan-giao/2018": f"cell {cell}: the process was ended by SIGKILL",
        "huyen-tuan-giao/2019": f"cell {cell}: the process was ended by SIGSEGV",
        "huyen-tuan-giao/2020": f"cell {cell}: the process ended itself with exit code 3",
        "huyen-minh-hoa/2018": f"cell {cell}: the process was ended by SIGTERM",
        "huyen-minh-hoa/2019": f"cell {cell}: RuntimeError: hết giấy",
        "huyen-minh-hoa/2020": f"Cell {cell + 1}: the value 1 / 0",
    }
    for place, words in said.items():
        assert words in run.err, (place, run.err)
        (folder,) = made.glob(f"*/{place}")
        unit = folder.relative_to(made)
        assert words.partition(": ")[2] in (folder / "BAN-CU.txt").read_text(encoding="utf-8")
        assert_links_to_its_failing_cell(made / ".work" / "failed" / unit / "3_report" / "notebook.ipynb")
    assert run.err.count("are OLD") == 6
    assert not (made / "dien-bien/xa-tuan-giao/2026/BAN-CU.txt").exists()
    assert {n: d for n, d in digests(made).items() if n in whole and "2026" not in n} == {
        n: d for n, d in whole.items() if "2026" not in n
    }
    assert not run.leaves(made)
    status = Run(checkout / "runs", "status", "--all", "--data", few, "--outputs", made, "--lang", "en")
    assert status.wait() == 0
    assert status.out.count("The last run of it failed.") == 6
    again = Run(checkout / "runs", "run", "--all", "--data", few, "--outputs", made)
    assert again.wait() == 0, again.err
    assert digests(made) == whole
    assert "BAN-CU.txt" not in " ".join(whole)


def assert_links_to_its_failing_cell(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first = "".join(cells[0]["source"])
    target = re.search(r"#([\w-]+)", re.sub(r"<span[^>]*>", "", first))
    assert target, first
    assert any(f'id="{target[1]}"' in "".join(cell["source"]) for cell in cells[1:]), first


ENDLESS = {
    "huyen_tuan_giao_2018": "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    "huyen_tuan_giao_2019": "import ctypes; ctypes.PyDLL(None).sleep(600)",
}


def test_a_cell_and_a_value_that_never_end_are_stopped_and_named(checkout, results):
    said = "ô {cell}: ô chạy quá 2.0 giây."
    prose = f"{{eval}}`all(iter(lambda: 1, 0)) if (unit, year) == ({UNIT!r}, 2020) else 1`"
    cell = change_notebook(checkout, by_report(**ENDLESS), prose)
    run = run_checkout(checkout, results, "--unit", UNIT, "--cell-seconds", "2", "--format", "html")
    assert run.process.returncode == 4, run.err
    assert run.err.count(said.format(cell=cell)) == 2, run.err
    assert run.err.count(said.format(cell=cell + 1)) == 1, run.err
    assert run.err.count("--cell-seconds") == 3
    assert time.monotonic() - run.begun < 60
    assert not run.leaves(results)
    for year in (2018, 2019, 2020):
        kept = results / ".work/failed" / UNIT / str(year) / "3_report/notebook.ipynb"
        assert_links_to_its_failing_cell(kept)


def test_a_report_that_takes_too_long_is_stopped_though_none_of_its_cells_does(checkout, results):
    for cell in ("cach-noi", "cach-so", "khung"):
        change_notebook(checkout, "import time; time.sleep(2.5)", cell=cell)
    run = run_checkout(
        checkout, results, "--unit", UNIT, "--year", "2018", "--report-seconds", "5", "--lang", "en"
    )
    assert run.process.returncode == 4, run.err
    assert "the report was not done after 5.0 seconds" in run.err
    assert "--report-seconds" in run.err
    assert not run.leaves(results)


def test_printing_that_never_ends_is_stopped_and_named(checkout, results):
    (template,) = (checkout / "baocao" / "templates").glob("*.typ")
    text = template.read_text(encoding="utf-8")
    endless = "#{ for i in range(100000) { for j in range(100000) { let _ = i } } }\n"
    template.write_text(endless + text, encoding="utf-8")
    run = run_checkout(checkout, results, "--unit", "dien-bien/xa-tuan-giao", "--report-seconds", "2")
    assert run.process.returncode == 4, run.err
    assert time.monotonic() - run.begun < 30
    assert "in báo cáo của xã Tuần Giáo 2026: sau 2.0 giây vẫn chưa xong" in run.err
    assert "--report-seconds" in run.err
    assert not run.leaves(results)


# --- Processes that are ended from outside ------------------------------------------------------------------


@pytest.mark.parametrize(("role", "code"), [(WORKER, 1), (WARM_KERNELS, 0)])
def test_a_killed_worker_is_named_and_a_killed_warm_process_replaced_and_all_others_go_on(
    tmp_path, everything, few, role, code
):
    outputs = tmp_path / "out"
    units = ["--unit", INVENTED, "--unit", "dien-bien/xa-tuan-giao"]
    arguments = ["run", *units, "--data", few, "--outputs", outputs]
    run = Run(tmp_path, *arguments, "--lang", "en", "--jobs", "2")
    run.until(lambda: run.has(WORKER, KERNEL))
    time.sleep(0.3)
    assert run.kill(role)
    assert run.wait() == code, run.err
    if code:
        assert re.search(
            r"(1_clean|2_indicators|3_report|printing) for .* was stopped: the process was ended by SIGKILL",
            run.err,
        ), run.err
        assert re.search(r"[123] of 4 reports failed\.", run.err), run.err
    assert not run.leaves(outputs)
    again = Run(tmp_path, *arguments)
    assert again.wait() == 0, again.err
    whole = {n: d for n, d in digests(everything).items() if n.startswith((INVENTED, "dien-bien/xa-"))}
    assert digests(outputs) == whole


def as_a_terminal(run):
    os.killpg(run.process.pid, signal.SIGINT)


def main_alone(run):
    run.process.send_signal(signal.SIGINT)


def group_terminated(run):
    """As `timeout` does it."""
    os.killpg(run.process.pid, signal.SIGTERM)


@pytest.mark.parametrize("stop", [as_a_terminal, main_alone, group_terminated])
def test_a_run_that_is_stopped_ends_at_once_with_all_its_processes_and_leaves_whole_files(checkout, stop):
    change_notebook(checkout, by_report(huyen_minh_hoa_2019="while True: pass"))
    outputs = checkout / "out"
    arguments = [*SMALL, "--data", checkout / "data", "--outputs", outputs, "--lang", "en"]
    run = Run(checkout / "runs", *arguments, program=checkout / "pipeline.py")
    run.until((outputs / INVENTED / "2018" / "run.json").exists)
    run.until(lambda: run.has(KERNEL))
    begun = time.monotonic()
    stop(run)
    assert run.wait(20) == 130
    assert time.monotonic() - begun < 5
    assert run.err.strip() == "Stopped."
    assert not run.leaves(outputs, seconds=2)
    folder = outputs / INVENTED / "2018"
    files = {
        f"{INVENTED}/2018/{n}": d for n, d in json.loads((folder / "run.json").read_text())["outputs"].items()
    }
    assert files.items() <= digests(outputs).items()


def test_a_terminal_that_is_closed_ends_all_processes(checkout):
    endless = by_report(huyen_minh_hoa_2018="while True: pass")
    change_notebook(checkout, endless, cell="chuan-bi", notebook="1_clean")
    run = Run(checkout / "runs", *SMALL, "--data", checkout / "data", "--outputs", checkout / "out",
              program=checkout / "pipeline.py")  # fmt: skip
    run.until(lambda: run.has(KERNEL))
    os.killpg(run.process.pid, signal.SIGHUP)
    run.wait(10)
    assert not [
        each for each in run.leaves(checkout / "out", seconds=3) if each.split()[0] in disturbed.TARGETS
    ]


def test_a_run_that_is_killed_leaves_nothing_in_the_systems_folder_for_temporary_files(results, tmp_path):
    """The program copies the font's files to a folder of their own while it does not know yet which font will do."""
    (results / ".work" / "font.json").unlink()
    run = Run(tmp_path, "run", "--unit", "dien-bien/xa-tuan-giao", "--outputs", results)
    run.until(lambda: [*results.glob(".work/tmp/baocao-font-*"), *run.temporary.iterdir()])
    run.kill(MAIN)
    run.wait()
    assert not list(run.temporary.iterdir())
    again = Run(tmp_path, "run", "--unit", "dien-bien/xa-tuan-giao", "--outputs", results)
    assert again.wait() == 0, again.err
    assert not again.leaves(results)


KILLS = 3
"""Of `make test`; `make proof` does fifty."""
_choice = random.Random(2020)
MOMENTS = [
    ((number + _choice.random()) / KILLS, _choice.choice((MAIN, ALL) if number % 2 else disturbed.TARGETS))
    for number in range(KILLS)
]


@pytest.mark.parametrize(("moment", "target"), MOMENTS)
def test_after_a_kill_at_any_moment_the_next_run_gives_the_same_bytes_and_nothing_is_left(
    tmp_path, small, moment, target
):
    span = float((small / ".work" / "seconds").read_text())
    kill = disturbed.kill_and_run_again(
        tmp_path, tmp_path / "out", SMALL, moment, span, target, digests(small)
    )
    assert not kill.wrong, kill


# --- The disk, and who may write there ----------------------------------------------------------------------


class SmallDisk:
    """A disk that can be filled; without the right to mount one, a limit to the size of files does the same."""

    def __init__(self, folder):
        self.folder = folder
        self._limit = None
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
        mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False)
        self.real = bool(mounted and not mounted.returncode)
        self.why = "the disk is full" if self.real else "a file there may not become larger"

    def leave(self, room):
        """Fill it but for so many bytes."""
        if not self.real:
            self._limit = 10_000 + room // 4  # what the program says goes to a file, too
            return
        space = os.statvfs(self.folder)
        with (self.folder / "filler").open("wb") as file:
            file.write(b"x" * max(0, space.f_bavail * space.f_frsize - room))

    def make_room(self):
        self._limit = None
        (self.folder / "filler").unlink(missing_ok=True)

    def run(self, runs, *arguments):
        limits = f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({self._limit},) * 2)"
        limited = [sys.executable, "-c", f"{limits}; os.execv(sys.argv[1], sys.argv[1:])"]
        return Run(runs, *arguments, before=limited if self._limit is not None else [])

    def close(self):
        if self.real:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path):
    made = SmallDisk(tmp_path / "disk")
    yield made
    made.close()


def test_on_a_full_disk_the_error_says_so_old_files_stay_whole_and_with_room_a_run_completes(
    disk, tmp_path, small
):
    outputs = disk.folder / "out"
    shutil.copytree(small / INVENTED, outputs / INVENTED)
    before = digests(outputs)
    disk.leave(300_000)
    run = disk.run(tmp_path, *SMALL, "--force", "--outputs", outputs, "--lang", "en")
    code = run.wait()
    assert code == 2, run.err
    assert f"cannot be written: {disk.why}" in run.err, run.err
    assert "Make room" in run.err
    assert "Traceback" not in run.err
    assert {n: d for n, d in digests(outputs).items() if n in before} == before
    assert {Path(name).name for name in digests(outputs).keys() - before.keys()} <= {"BAN-CU.txt"}
    assert not run.leaves(outputs)
    disk.make_room()
    again = disk.run(tmp_path, *SMALL, "--force", "--outputs", outputs)
    assert again.wait() == 0, again.err
    assert digests(outputs) == before
    assert not again.leaves(outputs)


def not_root(program):
    """What starts a program as a user who may read everything and write nowhere; nothing, if we are no root."""
    if os.geteuid():
        return []
    rights = [f"--{kind}=-all,+dac_read_search" for kind in ("inh-caps", "ambient-caps", "bounding-set")]
    return [program("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups", *rights]


@pytest.fixture
def open_folder():
    """A folder that another user may look into; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("depth", [".", "vi-du"])
def test_in_outputs_that_can_only_be_read_run_and_check_say_so_and_status_works(
    open_folder, small, program, depth
):
    outputs = shutil.copytree(small, open_folder / "out")
    changed = shutil.copytree(ROOT / "data", open_folder / "data")
    with (changed / INVENTED / "2018" / "narrative.md").open("a", encoding="utf-8") as file:
        file.write("\n\n")
    before = digests(outputs)
    protected = [outputs / depth, *(outputs / depth).rglob("*")]
    opened = [each for each in (outputs, *outputs.rglob("*")) if each not in protected]
    for each in opened:
        each.chmod(0o777 if each.is_dir() else 0o666)
    for each in protected:
        each.chmod(0o555 if each.is_dir() else 0o444)
    try:
        who = not_root(program)
        arguments = [*SMALL[1:5], "--data", changed, "--outputs", outputs, "--lang", "en"]
        run = Run(open_folder / "runs", "run", *arguments, "--format", "html", before=who)
        assert run.wait() in ((1, 2) if depth == "vi-du" else (2,)), run.err
        assert "cannot be written: it is not allowed" in run.err
        assert "--outputs" in run.err
        assert "Traceback" not in run.err
        status = Run(open_folder / "runs", "status", *arguments, "--format", "html", before=who)
        assert status.wait() == 0, status.err
        assert status.err == ""
        assert "narrative.md" in status.out
        check = Run(open_folder / "runs", "check", *arguments, before=who)
        assert check.wait() == (0 if depth == "vi-du" else 2), check.err
        assert "Traceback" not in check.err
        assert digests(outputs) == before
        for each in (run, status, check):
            assert not each.leaves(outputs)
    finally:
        for each in protected:
            each.chmod(0o755 if each.is_dir() else 0o644)


# --- Several at once ----------------------------------------------------------------------------------------

WAITS = "Another run is at work in this outputs folder"


def test_a_second_run_in_the_same_outputs_waits_says_so_and_finds_everything_up_to_date(tmp_path, small):
    outputs = tmp_path / "out"
    first = Run(tmp_path, *SMALL, "--outputs", outputs)
    first.until(lambda: first.has(WORKER))
    second = Run(tmp_path, *SMALL, "--outputs", outputs, "--lang", "en")
    second.until(lambda: WAITS in second.err)
    assert first.process.poll() is None
    assert first.wait() == 0
    made = {path: path.stat().st_ino for path in outputs.rglob("run.json")}
    assert second.wait() == 0, second.err
    assert "Unchanged: 2 reports" in second.out
    assert {path: path.stat().st_ino for path in outputs.rglob("run.json")} == made
    assert digests(outputs) == digests(small)
    assert not second.leaves(outputs)


def test_a_second_run_goes_on_at_once_when_the_first_is_killed(tmp_path, small):
    outputs = tmp_path / "out"
    first = Run(tmp_path, *SMALL, "--outputs", outputs)
    first.until(lambda: first.has(WORKER, KERNEL))
    second = Run(tmp_path, *SMALL, "--outputs", outputs, "--lang", "en")
    second.until(lambda: WAITS in second.err)
    first.kill(MAIN)
    first.wait()
    begun = time.monotonic()
    second.until(lambda: second.has(WARM_WORKERS))
    assert time.monotonic() - begun < 2
    assert second.wait() == 0, second.err
    assert digests(outputs) == digests(small)
    assert not second.leaves(outputs)


def test_one_worker_and_four_give_the_same_bytes(everything, few, tmp_path):
    """Four at once on all units and years: any two reports lie side by side somewhere."""
    run = Run(tmp_path, "run", "--all", "--data", few, "--jobs", "1", "--outputs", tmp_path / "out")
    assert run.wait() == 0, run.err
    assert digests(tmp_path / "out") == digests(everything)
    assert not scratch(everything)


# --- Memory -------------------------------------------------------------------------------------------------


def test_the_memory_of_a_run_does_not_grow_with_its_reports(tmp_path):
    data = many_units.make(tmp_path / "data", 10, (2020,))
    run = Run(tmp_path, "run", "--all", "--format", "html", "--data", data, "--outputs", tmp_path / "out")
    measured = many_units.memory(run, tmp_path / "out")
    assert run.process.returncode == 0, run.err
    assert max(each.done for each in measured) == 10
    assert many_units.growth(measured, MAIN, after=5) < 4, measured
