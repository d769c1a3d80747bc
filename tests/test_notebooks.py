"""The notebooks as documents: short cells, explained in Vietnamese, clean in git, and running by hand as they stand."""

import csv
import re
import shlex
import shutil
import subprocess
import sys
import tomllib

import nbformat
import pytest
import yaml
from conftest import ROOT
from nbclient import NotebookClient

NOTEBOOKS = ("1_clean", "2_indicators", "3_report", "4_province")


def read(name):
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_that_a_run_left_is_in_git(name):
    notebook = read(name)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}, cell.id
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_are_short_and_steps_are_explained(name):
    cells = read(name).cells
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    lengths = {cell.id: len(cell.source.splitlines()) for cell in cells if cell.cell_type == "code"}
    assert not {id: length for id, length in lengths.items() if length > 25}
    assert sorted(lengths.values())[len(lengths) // 2] <= 15
    explained = [cell for cell in cells if cell.cell_type == "markdown"]
    assert len(explained) >= len(lengths) / 2


def computed_codes():
    """The codes that a cell of 2_indicators sets."""
    types = tomllib.loads((ROOT / "data" / "types.toml").read_text(encoding="utf-8"))["type"]
    code = "\n".join(cell.source for cell in read("2_indicators").cells if cell.cell_type == "code")
    computed = set(re.findall(r'book(?:\.share\(|\[)f?"([^"]+)"', code))
    computed = {c for c in computed if "{" not in c} | {f"B.{entry['id']}" for entry in types}
    return computed | {f"I.{source}" for source in ("trung_uong", "tinh", "huyen", "xa", "khac")}


def dictionary():
    return tomllib.loads((ROOT / "data" / "indicators.toml").read_text(encoding="utf-8"))


def test_every_indicator_of_the_dictionary_is_computed_and_no_other():
    assert computed_codes() == {entry["code"] for entry in dictionary()["indicator"]}


def test_each_group_of_indicators_has_one_cell_and_an_explanation_before_it():
    cells = read("2_indicators").cells
    sets = r'^ *book(?:\.share\(|\[)f?"([A-Z])'
    found = {letter: [] for letter in dictionary()["groups"]}
    for i, cell in enumerate(cells):
        for letter in set(re.findall(sets, cell.source, re.MULTILINE)):
            found[letter].append(i)
    for letter, name in dictionary()["groups"].items():
        (i,) = found[letter]
        assert cells[i - 1].source.startswith(f"## {letter}. {name}\n"), letter


def test_every_target_is_measured_by_an_indicator_in_its_own_unit():
    measured = {entry["code"]: entry["unit"] for entry in dictionary()["indicator"]}
    with (ROOT / "data" / "targets.csv").open(encoding="utf-8", newline="") as file:
        targets = list(csv.DictReader(file))
    assert len(targets) > 20
    for target in targets:
        assert target["code"] in computed_codes(), target
        assert measured[target["code"]].replace("{part}", "xã") == target["unit"], target


@pytest.mark.parametrize("name", ["3_report", "4_province"])
def test_no_figure_of_the_report_is_typed_into_its_prose(name):
    """Digits in prose are values; allowed by hand are names of things ("2.1", a decree), never a figure."""
    for cell in read(name).cells:
        if cell.cell_type == "markdown" and "hide" not in cell.metadata.get("tags", []):
            assert not re.search(r"\d", re.sub(r"\{eval\}`[^`]*`", "", cell.source)), cell.id


@pytest.fixture
def checkout(tmp_path):
    """A copy of what an analyst has, with an outputs folder of its own."""
    for folder in ("notebooks", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_notebook_runs_by_hand_from_top_to_bottom_in_any_order(checkout, name):
    for other in (checkout / "data" / "dien-bien").glob("[!_]*/"):
        if name == "4_province" and other.name not in ("huyen-tuan-giao", "thi-xa-muong-lay"):
            shutil.rmtree(other)  # two units are a province as good as ten
    notebook = nbformat.read(checkout / "notebooks" / f"{name}.ipynb", as_version=4)
    NotebookClient(
        notebook, timeout=240, resources={"metadata": {"path": str(checkout / "notebooks")}}
    ).execute()
    kept = {p.name for p in (checkout / "outputs" / ".work").glob("*")} if name != "1_clean" else set()
    before = NOTEBOOKS[: min(NOTEBOOKS.index(name), 2)]
    assert kept == set(before)


def test_the_package_knows_neither_subject_nor_place():
    subject = re.compile(
        r"mại dâm|karaoke|nhà nghỉ|cơ sở kinh doanh|Tuần Giáo|Điện Biên|prostitut", re.IGNORECASE
    )
    allowed = re.compile(r'^\s*(#|""")|"""|e\.g\.|example|#|→|->')
    for path in sorted((ROOT / "baocao").rglob("*.py")):
        if (
            path.name == "personal.py"
        ):  # a business's name is known by its trade, whatever the report is about
            continue
        inside = False
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            inside ^= line.count('"""') % 2 == 1
            if subject.search(line):
                assert inside or allowed.search(line), f"{path.name}:{number}: {line.strip()}"


def test_analysis_never_imports_pipeline():
    for path in (ROOT / "baocao" / "analysis").glob("*.py"):
        assert not re.search(r"(from|import) baocao\.pipeline", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_pre_commit_hook_cleans_a_notebook_that_was_run_and_leaves_a_clean_one_alone(name, tmp_path):
    hook = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0][
        "hooks"
    ][-1]
    _program, *arguments = shlex.split(hook["entry"])
    clean = (ROOT / "notebooks" / f"{name}.ipynb").read_bytes()
    notebook = read(name)
    for cell in notebook.cells:
        cell.metadata["jp-MarkdownHeadingCollapsed"] = cell.metadata["trusted"] = True
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = 3, [nbformat.v4.new_output("stream", text="số liệu")]
        else:
            cell.metadata["user_expressions"] = [{"expression": "so", "result": {}}]
    notebook.metadata["language_info"] |= {"version": "3.11.7", "codemirror_mode": {"name": "ipython"}}
    notebook.metadata["papermill"] = {"parameters": {"data_dir": "/home/ai-do"}}
    nbformat.write(notebook, tmp_path / "run.ipynb")
    (tmp_path / "clean.ipynb").write_bytes(clean)
    files = [str(tmp_path / "run.ipynb"), str(tmp_path / "clean.ipynb")]
    subprocess.run([sys.executable, *arguments, *files], check=True)
    assert (tmp_path / "clean.ipynb").read_bytes() == clean
    assert (tmp_path / "run.ipynb").read_bytes() == clean
