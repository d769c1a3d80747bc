"""Parameters are checked by our own model before a kernel starts; papermill lets all of these through."""

import nbformat
import pytest
from conftest import ROOT

from baocao.errors import UsageError
from baocao.pipeline.params import check_cell, parameters

GOOD = {
    "unit": "dien-bien/huyen-tuan-giao",
    "year": 2020,
    "edition": "internal",
    "data_dir": "d",
    "work_dir": "w",
}
CELL = 'unit: str = "a"\nyear: int = 2020\nedition: str = "internal"\ndata_dir: str = "d"\nwork_dir: str = ""'


def notebook(path, source, tags=("parameters",), before=()):
    cells = [*before, nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path / "n.ipynb")
    return path / "n.ipynb"


@pytest.mark.parametrize(
    ("change", "named"),
    [({"year": "2020"}, "year"), ({"year": True}, "year"), ({"edition": "secret"}, "edition"), ({"unit": 99}, "unit"),
     ({"yaer": 2020}, "yaer")],
)  # fmt: skip
def test_wrong_type_or_unknown_name_is_an_error_that_names_it(change, named):
    with pytest.raises(UsageError, match=named):
        parameters(**GOOD | change)


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(UsageError, match="year"):
        parameters(**GOOD, yaer=2020)


def test_codes_stay_text():
    assert parameters(**GOOD | {"unit": "099"}).unit == "099"


@pytest.mark.parametrize("name", ["1_clean", "2_indicators", "3_report", "4_province"])
def test_our_notebooks_declare_the_model(name):
    check_cell(ROOT / "notebooks" / f"{name}.ipynb")


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (CELL.replace("year: int", "year: str"), "year"),
        (CELL.replace("year: int = 2020", "year = 2020"), "year = 2020"),
        (CELL.replace("year", "nam"), "nam"),
        (CELL.replace('edition: str = "internal"\n', ""), "edition"),
        (CELL.replace("year: int = 2020", 'year: int = "2020"'), "year"),
        (CELL.replace("year: int = 2020", "year: int = date.today().year"), "tham số"),
        (CELL + "\nimport os", "import os"),
        (CELL + "\nx: int =", "tham số"),
    ],
)
def test_parameters_cell_that_differs_from_the_model_is_refused(tmp_path, source, named):
    with pytest.raises(UsageError, match=named):
        check_cell(notebook(tmp_path, source))


def test_parameters_cell_must_be_the_first_code_cell_and_tagged(tmp_path):
    check_cell(notebook(tmp_path, CELL))
    with pytest.raises(UsageError, match="parameters"):
        check_cell(notebook(tmp_path, CELL, tags=()))
    with pytest.raises(UsageError, match="parameters"):
        check_cell(notebook(tmp_path, CELL, before=[nbformat.v4.new_code_cell("x = 1")]))
