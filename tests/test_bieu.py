"""The form of the level above, filled: the right numbers in the right cells, all else as it came, no total too small.

Forms are made with XlsxWriter and openpyxl, whose parts differ, and read back with openpyxl; what formulas come to,
LibreOffice says.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from conftest import ROOT
from PIL import Image

from baocao.analysis.findings import Findings
from baocao.analysis.stages import CLEAN, PUBLIC, Stage
from baocao.errors import InputError
from baocao.pipeline import fill, plan, report, status

PROVINCE, UNIT = "vi-du", "vi-du/huyen-minh-hoa"
SAMPLE = ROOT / "data" / "vi-du" / "bieu-mau-2020.xlsx"
COMMUNES = ["VD101", "VD102", "VD103", "VD104", "VD105", "VD106", "VD107", "VD108"]
Rows = Mapping[tuple[str, str], Mapping[str, str]]


# --- Making reports of a few figures, and forms of a few cells ------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A data folder with one district of eight communes and its settings, no figures."""
    data = tmp_path / "data"
    (data / UNIT / "2020").mkdir(parents=True)
    for name in ("indicators.toml", "tables.toml", "vi-du/units.csv", f"{UNIT}/2020/report.toml"):
        shutil.copyfile(ROOT / "data" / name, data / name)
    return data


def row(code: str, place: str, value: object = "", **more: object) -> dict[str, object]:
    """A row of indicators.csv."""
    plain = {
        "code": code,
        "name": code,
        "unit_of_measure": "cơ sở",
        "kind": "stock",
        "place": place,
        "value": value,
    }
    rest = dict.fromkeys(
        ("numerator", "denominator", "previous", "change", "target", "achieved", "why_not"), ""
    )
    flags = dict.fromkeys(
        ("comparable", "illustrative", "sensitive", "previous_suppressed", "suppressed"), "false"
    )
    return plain | rest | flags | more


FIGURES = [
    row("B1", "VD1", 47, previous=48, change=-1, target=50),
    *(row("B1", place, value) for place, value in zip(COMMUNES, (27, 5, 0, 4, 1, 0, 8, 2), strict=True)),
    row("C1", "VD1", 26, unit_of_measure="buổi"),
    row("C5", "VD1", 87.5, previous=75, change=12.5, unit_of_measure="%"),
    row("I1", "VD1", 99.5, unit_of_measure="triệu đồng"),
    row("E1", "VD1", "", unit_of_measure="vụ"),
]  # fmt: skip


def filled(
    data: Path, form: bytes, rows: Sequence[Mapping[str, object]] = FIGURES, edition: str = "internal",
    findings: Findings | None = None, illustrative: bool = False,
) -> bytes:  # fmt: skip
    """The form as it comes back from a report with these figures; `illustrative` are those of earlier years."""
    (data / UNIT / "2020" / "bieu-mau.xlsx").write_bytes(form)
    found = plan.plan([UNIT], [2020], None, False, data, data.parent / "out", [edition])[0]
    found.tables.mkdir(parents=True, exist_ok=True)
    with (found.tables / "indicators.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    if illustrative:
        (data / UNIT / "2019").mkdir()
        shutil.copyfile(ROOT / "data" / UNIT / "2019" / "report.toml", data / UNIT / "2019" / "report.toml")
    return fill.fill(found, Findings() if findings is None else findings)


def form(
    cells: Mapping[str, object], more: Callable[[Any, Any], object] = lambda _book, _sheet: None
) -> bytes:
    """A workbook with these cells on its one sheet."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("Biểu 1")
    for address, value in cells.items():
        sheet.write(address, value)
    more(book, sheet)
    book.close()
    return made.getvalue()


def cells_of(content: bytes, sheet: int = 0) -> dict[str, object]:
    """The cells of a workbook that are not empty, formulas as they are written."""
    found = openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet]
    return {
        cell.coordinate: cell.value for line in found.iter_rows() for cell in line if cell.value is not None
    }


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="session")
def computed(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """What LibreOffice computes of workbooks, all in one call: their cells' values, a dictionary for each sheet."""

    def convert(books: Mapping[str, bytes]) -> dict[str, list[dict[str, object]]]:
        folder = tmp_path_factory.mktemp("computed")
        for name, content in books.items():
            (folder / f"{name}.xlsx").write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out")]
        files = [str(folder / f"{name}.xlsx") for name in books]
        subprocess.run(
            [program("soffice"), profile, "--headless", *target, *files], check=True, capture_output=True
        )
        read = {n: openpyxl.load_workbook(folder / "out" / f"{n}.xlsx", data_only=True) for n in books}
        return {
            name: [{c.coordinate: c.value for line in s.iter_rows() for c in line} for s in book.worksheets]
            for name, book in read.items()
        }

    return convert


# --- The sample, through the whole pipeline -------------------------------------------------------------------


def indicators(folder: Path) -> Rows:
    with (folder / "indicators.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(row["code"], row["place"]): row for row in csv.DictReader(file)}


def shown(rows: Rows, marker: str, communes: Sequence[str], unit: str) -> object:
    """What a marker of the sample comes to, worked out from indicators.csv by other rules than the program's."""
    name, _at, nth = marker.partition("@#")
    code, _dot, field = (
        name.partition(".") if name.split(".")[-1] in ("previous", "target") else (name, "", "")
    )
    if nth and int(nth) > len(communes):
        return None
    if field == "target":
        return float(rows[code, unit]["target"]) if rows[code, unit]["target"] else None
    entry = rows[code, communes[int(nth) - 1] if nth else unit]
    if entry[{"": "suppressed", "previous": "previous_suppressed"}[field]] == "true":
        return "×"
    value = entry[field or "value"]
    return float(value) if value else None


@pytest.mark.parametrize("edition", ["", PUBLIC])
def test_the_sample_comes_back_with_the_figures_of_each_edition(editions: Path, edition: str) -> None:
    blank, checked, withheld = openpyxl.load_workbook(SAMPLE), 0, 0
    for unit, code, count in (
        ("huyen-minh-hoa", "VD1", 8),
        ("huyen-hinh-dung", "VD2", 6),
        ("huyen-gia-lap", "VD4", 4),
    ):
        folder = editions / edition / PROVINCE / unit / "2020"
        rows, communes = indicators(folder), [f"{code}{nth:02}" for nth in range(1, count + 1)]
        book = openpyxl.load_workbook(folder / "bieu.xlsx")
        for before, after in zip(blank.worksheets, book.worksheets, strict=True):
            for cell in (cell for line in before.iter_rows() for cell in line):
                found = after[cell.coordinate]
                marker = re.fullmatch(r"\{\{([A-Z][\w.]*\d?[^}]*)\}\}", str(cell.value or ""))
                if marker and not marker[1].startswith("unit"):
                    expected = shown(rows, marker[1], communes, code)
                    assert found.value == expected, (unit, cell.coordinate, marker[1])
                    assert type(found.value) in (int, float, str, type(None))
                    checked += 1
                    withheld += expected == "×"
                assert found.style_id == cell.style_id  # of the same list of styles
            assert str(after.merged_cells) == str(before.merged_cells)
            assert {k: d.width for k, d in after.column_dimensions.items()} == {
                k: d.width for k, d in before.column_dimensions.items()
            }
            assert after.print_title_rows == before.print_title_rows
            assert (after.page_setup.orientation, after.page_setup.fitToHeight) == (
                before.page_setup.orientation, before.page_setup.fitToHeight,
            )  # fmt: skip
            assert len(after.conditional_formatting) == len(before.conditional_formatting)
        styles = [parts_of(path.read_bytes())["xl/styles.xml"] for path in (SAMPLE, folder / "bieu.xlsx")]
        assert styles[0] == styles[1]
        assert book.defined_names["Tong_co_so"].attr_text == blank.defined_names["Tong_co_so"].attr_text
    assert checked == 3 * (10 * 8 + 9 * 3)
    assert (withheld >= 4) == bool(edition)


def test_names_years_and_days_stand_in_the_texts_of_the_sample(editions: Path) -> None:
    first, second = (cells_of((editions / UNIT / "2020" / "bieu.xlsx").read_bytes(), n) for n in (0, 1))
    assert first["A1"] == "UBND HUYỆN MINH HỌA"
    assert (
        first["A5"]
        == "Kỳ báo cáo: từ 15/12/2019 đến 14/12/2020; số liệu tính đến 14/12/2020 (Số liệu minh họa)"
    )
    assert first["C7"] == "Cơ sở kinh doanh dịch vụ năm 2020"
    assert [first.get(f"B{line}") for line in (11, 12, 18, 19, 20)] == [
        "Thị trấn Minh Họa", "Xã Giả Sử", "Xã Ước Lệ", None, None,
    ]  # fmt: skip
    assert (second["D7"], second["E7"]) == ("Năm 2019", "Năm 2020")
    assert not any("{{" in str(value) for value in [*first.values(), *second.values()])


@pytest.mark.filterwarnings(
    "ignore:.*extension is not supported"
)  # openpyxl does not know what LibreOffice writes
def test_totals_are_right_when_the_file_is_opened(editions: Path, office: Path, computed: Any) -> None:
    """Sums over communes, differences and shares, by LibreOffice; where a figure is not shown, no sum is either."""
    exact, public = (editions / edition / UNIT / "2020" for edition in ("", PUBLIC))
    books = computed(
        {
            "exact": (exact / "bieu.xlsx").read_bytes(), "public": (public / "bieu.xlsx").read_bytes(),
            "gaps": form_with_a_gap(office, Findings()), "rich": filled(office, rich_form()),
        }
    )  # fmt: skip
    rows = indicators(exact)
    for letter, code in zip("DEFGHIJK", ("B.khach_san", "B.nha_nghi", "B.karaoke", "B.xoa_bop", "B.nha_hang", "B.khac",
                                         "C4", "H1"), strict=True):  # fmt: skip
        assert books["exact"][0][f"{letter}21"] == sum(
            float(rows[code, place]["value"]) for place in COMMUNES
        )
    assert books["exact"][0]["C21"] == float(rows["B1", "VD1"]["value"])
    assert [books["exact"][0][f"A{line}"] for line in (11, 18, 19)] == [1, 8, None]
    cases = rows["E1", "VD1"]
    assert books["exact"][1]["F14"] == float(cases["value"]) - float(cases["previous"])
    assert books["exact"][1]["G14"] == pytest.approx(float(cases["value"]) / float(cases["previous"]))
    public_cells = cells_of((public / "bieu.xlsx").read_bytes(), 1)
    hidden = {n for n in range(9, 18) if "×" in (public_cells.get(f"D{n}"), public_cells.get(f"E{n}"))}
    assert len(hidden) >= 2
    assert {n for n in range(9, 18) if books["public"][1][f"F{n}"] == "×"} == hidden
    assert {n for n in range(9, 18) if books["public"][1][f"G{n}"] == "×"} == hidden
    first, second = books["gaps"]
    assert [second.get(f"A{line}") for line in range(1, 8)] == [None, None, None, 5, None, 5, None]
    assert (first["B2"], first.get("D1"), first.get("D2")) == (5, None, None)
    assert books["rich"][0]["C9"] == 47
    assert books["rich"][0]["C10"] == 47 * 2


def test_no_exact_figure_that_is_withheld_is_in_a_public_form(editions: Path) -> None:
    for folder in sorted((editions / PUBLIC / PROVINCE).glob("huyen-*/2020")):
        exact = openpyxl.load_workbook(editions / folder.relative_to(editions / PUBLIC) / "bieu.xlsx")
        public = openpyxl.load_workbook(folder / "bieu.xlsx")
        for before, after in zip(exact.worksheets, public.worksheets, strict=True):
            for cell in (cell for line in before.iter_rows() for cell in line):
                there = after[cell.coordinate].value
                assert there in ("×", cell.value) or str(there).startswith("=IF(COUNT("), cell.coordinate


# --- What stays as it came ------------------------------------------------------------------------------------


def rich_form() -> bytes:
    """A form with nearly all that a workbook can hold: pictures, a chart, shapes, a button, lists, notes, ..."""

    def more(book: Any, sheet: Any) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (20, 10), "red").save(picture, "PNG")
        sheet.insert_image("H1", "dau.png", {"image_data": picture})
        chart = book.add_chart({"type": "column"})
        chart.add_series(
            {"values": "='Biểu 1'!$C$1:$C$8", "categories": "='Biểu 1'!$B$1:$B$8", "name": "='Biểu 1'!$C$9"}
        )
        sheet.insert_chart("H5", chart)
        sheet.insert_textbox("H20", "Ghi chú của Sở")
        sheet.insert_button("H30", {"caption": "Gửi"})
        sheet.write_comment("A1", "Điền theo hướng dẫn")
        sheet.data_validation("D1", {"validate": "list", "source": ["có", "không"]})
        sheet.conditional_format("C1:C8", {"type": "data_bar"})
        sheet.set_header('&C&"Times New Roman"Mật')
        sheet.set_landscape()
        sheet.repeat_rows(0, 2)
        sheet.protect("x")
        sheet.merge_range("E1:F2", "Gộp")
        sheet.add_table("A40:B42", {"columns": [{"header": "Mã"}, {"header": "Tên"}]})
        bold = book.add_format({"bold": True})
        sheet.write_rich_string("A12", "Năm ", bold, "{{ye", "ar}} có ", bold, "{{B1}}", " cơ sở")
        sheet.write("A13", "{{C5}}", book.add_format({"num_format": "0.0%"}))
        book.define_name("Tong", "='Biểu 1'!$C$9")
        book.add_worksheet("Khác").write("A1", "không đổi")

    cells = {f"B{nth}": name for nth, name in enumerate(("TT Minh Hoạ", "xã Giả Sử", "Giả Thuyết", "X. Mô Phỏng",
             "VD105", "Tượng Trưng", "Tưởng Tượng", "XÃ ƯỚC LỆ"), 1)}  # fmt: skip
    cells |= {f"C{nth}": "{{B1@}}" for nth in range(1, 9)}
    return form(cells | {"C9": "=SUM(C1:C8)", "C10": "=Tong*2"}, more)


def test_nothing_is_lost_of_a_form_that_holds_what_libraries_drop(office: Path) -> None:
    before, after = rich_form(), filled(office, rich_form())
    old, new = parts_of(before), parts_of(after)
    assert list(new) == list(old)
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/charts/chart1.xml"}
    assert {name.split("/")[1] for name in old if name.startswith("xl/")} >= {
        "drawings", "media", "charts", "tables", "theme", "comments1.xml",
    }  # fmt: skip
    assert b"Cache>" in old["xl/charts/chart1.xml"]  # figures of the empty form
    assert b"Cache>" not in new["xl/charts/chart1.xml"]
    outside = rb"<(?:\w+:)?sheetData.*</(?:\w+:)?sheetData>"
    names = [re.sub(outside, b"", part["xl/worksheets/sheet1.xml"], flags=re.DOTALL) for part in (old, new)]
    tags = [re.findall(rb"<[\w:]+[^>]*?/?>", text)[1:] for text in names]
    assert tags[0] == tags[1]
    assert b'fullCalcOnLoad="1"' in new["xl/workbook.xml"]


def test_a_text_in_several_fonts_keeps_them_around_its_markers(office: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(office, rich_form())), rich_text=True)
    text = book.worksheets[0]["A12"].value
    assert str(text) == "Năm 2020 có 47 cơ sở"
    bold = [run.text for run in text if not isinstance(run, str) and run.font and run.font.b]
    assert bold == ["2020", "47"]


def test_formulas_forget_what_they_came_to(office: Path) -> None:
    made = form({"A1": "{{B1}}"}, lambda _book, sheet: sheet.write_formula("A2", "=A1*2", None, 999))
    assert b"999" in parts_of(made)["xl/worksheets/sheet1.xml"]
    assert b"999" not in parts_of(filled(office, made))["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("rows", "illustrative"),
    [
        (FIGURES, False),
        (FIGURES, True),
        ([FIGURES[0] | {"illustrative": "true"}, *FIGURES[1:]], False),
    ],
)
def test_invented_figures_are_marked_on_each_printed_page_and_where_the_form_asks(office, rows, illustrative):
    plain = filled(office, form({"A1": "Số {{B1}} {{illustrative}}"}), rows, illustrative=illustrative)
    rich = filled(office, rich_form(), rows)
    invented = illustrative or rows is not FIGURES
    assert cells_of(plain)["A1"] == ("Số 47 (Số liệu minh họa)" if invented else "Số 47 ")
    for content, before in ((plain, ""), (rich, "Mật")):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert (sheet.oddHeader.center.text or "") == before
        assert (sheet.oddHeader.right.text or "") == ("(Số liệu minh họa)" if invented else "")


def test_the_same_figures_give_the_same_bytes(office: Path) -> None:
    made = rich_form()
    first = filled(office, made)
    assert filled(office, made) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_who_wrote_the_form_is_in_no_public_edition(office: Path) -> None:
    made = form({"A1": "{{B1}}"}, lambda book, _sheet: book.set_properties({"author": "Cán bộ Sở"}))
    assert "Cán bộ Sở".encode() in parts_of(filled(office, made))["docProps/core.xml"]
    assert "Cán bộ Sở".encode() not in parts_of(filled(office, made, edition=PUBLIC))["docProps/core.xml"]


# --- What goes into a cell ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{B1}}", 47), ("{{ B1.previous }}", 48), ("{{B1.change}}", -1), ("{{B1.target}}", 50), ("{{C5}}", 87.5),
        ("{{I1}}", 99.5), ("{{year}}", 2020), ("{{year.previous}}", 2019), ("{{unit}}", "huyện Minh Họa"),
        ("{{UNIT}}", "HUYỆN MINH HỌA"), ("{{province}}", "tỉnh Ví Dụ"), ("{{end}}", "14/12/2020"), ("{{E1}}", None),
        ("{{B1@Giả Sử}}", 5), ("{{B1@xã Mô Phỏng}}", 4), ("{{B1@VD107}}", 8), ("{{B1.change:loi}}",
         "giảm 01 cơ sở, tức 2,1%, từ 48 xuống 47, so với cùng kỳ năm trước"), ("{{C5.change:loi}}",
         "tăng 12,5 điểm phần trăm so với cùng kỳ năm trước"), ("Năm {{year}}", "Năm 2020"),
        ("Có {{B1}} cơ sở, {{C5}} xã; {{I1}} triệu; {{E1}} vụ", "Có 47 cơ sở, 87,5% xã; 99,5 triệu; … vụ"),
        ("{{B.karaoke}}", None), ("{{unit@VD103}}", "Xã Giả Thuyết"),
    ],
)  # fmt: skip
def test_what_a_marker_stands_for(office: Path, text: str, expected: object) -> None:
    assert cells_of(filled(office, form({"B2": text}))).get("B2") == expected


def test_a_percentage_goes_where_the_cell_itself_says_percent(office: Path) -> None:
    def more(book: Any, sheet: Any) -> None:
        sheet.write("A1", "{{C5}}", book.add_format({"num_format": "0.00%"}))
        sheet.write("A2", "{{C5}}", book.add_format({"num_format": '0.0" %"'}))

    assert cells_of(filled(office, form({}, more))) == {"A1": 0.875, "A2": 87.5}


def test_the_rows_of_places_are_found_by_name_or_number(office: Path) -> None:
    findings = Findings()
    found = cells_of(filled(office, rich_form(), findings=findings))
    assert [found[f"C{nth}"] for nth in range(1, 9)] == [27, 5, 0, 4, 1, 0, 8, 2]
    assert not [finding for finding in findings if finding.rule == "form-place"]
    numbered = {f"A{nth}": f"{{{{unit@#{nth}}}}}" for nth in range(1, 11)}
    numbered |= {f"B{nth}": f"{{{{B1@#{nth}}}}}" for nth in range(1, 11)}
    found = cells_of(filled(office, form(numbered)))
    assert (found["A8"], found["B8"], found.get("A9"), found.get("B10")) == ("Xã Ước Lệ", 2, None, None)


def test_a_place_without_a_row_is_told_and_too_few_rows_are_refused(office: Path) -> None:
    findings = Findings()
    filled(office, form({"A1": "Giả Sử", "B1": "{{B1@}}"}), findings=findings)
    (finding,) = findings
    assert (finding.rule, finding.severity, finding.sheet) == ("form-place", "verify", "Biểu 1")
    assert "thị trấn Minh Họa" in str(finding.message)
    assert "Giả Sử" not in str(finding.message)
    with pytest.raises(InputError, match=r"Biểu 1.*xã Ước Lệ"):
        filled(office, form({f"B{nth}": f"{{{{B1@#{nth}}}}}" for nth in range(1, 8)}))


def test_a_table_of_cells_leaves_the_form_without_markers(office: Path) -> None:
    made = form({"A1": "Số cơ sở", "C5": "……", "D1": "=B1"}, lambda _b, sheet: sheet.set_row(6, None, None))
    table = office / UNIT / "2020" / "bieu-mau.csv"
    table.write_text(
        "\ufefftrang;o;ma\nBiểu 1;B1;B1\n;C5;B1.previous\nbiểu 1;AA9;Năm {{year}}\n;B3;B1@Giả Sử\n",
        encoding="utf-8",
    )
    findings = Findings()
    assert cells_of(filled(office, made, findings=findings)) == {
        "A1": "Số cơ sở", "B1": 47, "C5": 48, "D1": "=B1", "AA9": "Năm 2020", "B3": 5,
    }  # fmt: skip
    assert [(f.rule, f.row, f.column) for f in findings] == [("form-replaced", 5, "C")]
    for line, words in (
        (";D1;B1", "D1.*=B1"), ("Khác;B1;B1", "bieu-mau.csv, (dòng|line) 2.*Khác;B1;B1"), (";B;B1", ";B;B1"),
        (";B1;", "B1"), (";B1;B99", "B1.*B99"),
    ):  # fmt: skip
        table.write_text(f"trang;o;ma\n{line}\n", encoding="utf-8")
        with pytest.raises(InputError, match=words):
            filled(office, made)
    table.write_text("sheet;cell;code\n;B1;B1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bieu-mau\.csv.*trang;o;ma"):
        filled(office, made)


# --- No total that is too small -------------------------------------------------------------------------------


def form_with_a_gap(office: Path, findings: Findings) -> bytes:
    """Filled without the first commune's figure; read by formulas of all kinds."""

    def more(book: Any, sheet: Any) -> None:
        book.define_name("So", "='Biểu 1'!$A$1:$A$3")
        sheet.write_array_formula("D1:D3", "{=A1:A3*2}")
        other = book.add_worksheet("Tổng hợp")
        for cell, formula in (("A1", "=SUM('Biểu 1'!A:A)"), ("A2", "=SUM(So)+1"), ("A3", "=A2+1"),
                              ("A4", "='Biểu 1'!A2"), ("A5", "=SUM('Biểu 1'!D2)"), ("A6", '=INDIRECT("A4")'),
                              ("A7", "=SUM('Biểu 1'!1:1)")):  # fmt: skip
            other.write(cell, formula)

    rows = [r | ({"value": ""} if r["place"] == "VD101" else {}) for r in FIGURES]
    made = form({"A1": "{{B1@VD101}}", "A2": "{{B1@VD102}}", "A3": "{{B1@VD103}}", "B2": "=A2+A3"}, more)
    return filled(office, made, rows, findings=findings)


def test_formulas_that_read_a_gap_show_it(office: Path) -> None:
    """Through other formulas, other sheets, names, whole columns, formulas with several results."""
    findings = Findings()
    done = form_with_a_gap(office, findings)
    assert cells_of(done)["B2"] == "=A2+A3"
    assert cells_of(done, 1) == {
        "A1": "=IF(COUNT('Biểu 1'!A1)<1,\"\",SUM('Biểu 1'!A:A))", "A2": "=IF(COUNT('Biểu 1'!A1)<1,\"\",SUM(So)+1)",
        "A3": "=IF(COUNT('Biểu 1'!A1)<1,\"\",A2+1)", "A4": "='Biểu 1'!A2",
        "A5": "=IF(COUNT('Biểu 1'!A1)<1,\"\",SUM('Biểu 1'!D2))", "A6": '=INDIRECT("A4")',
        "A7": "=IF(COUNT('Biểu 1'!A1)<1,\"\",SUM('Biểu 1'!1:1))",
    }  # fmt: skip
    assert {(f.rule, f.sheet, f.severity) for f in findings} == {
        ("form-blank", "Biểu 1", "verify"), ("form-formula", "Biểu 1", "verify"),
        ("form-formula", "Tổng hợp", "verify"), ("form-formula-unclear", "Tổng hợp", "verify"),
    }  # fmt: skip
    (unclear,) = (f for f in findings if f.rule == "form-formula-unclear")
    assert (unclear.row, unclear.column) == (6, "A")


def test_a_formula_shared_by_several_cells_is_guarded_where_it_must_be(office: Path) -> None:
    """As Excel writes a formula that was dragged down: once, and the other cells refer to it."""
    made = parts_of(form({"A1": "{{B1@VD101}}", "A2": "{{B1@VD102}}", "A3": "{{B1@VD103}}"}))
    name = "xl/worksheets/sheet1.xml"
    for row_number, formula in ((1, '<f t="shared" ref="B1:B3" si="0">A1*2</f>'), (2, '<f t="shared" si="0"/>'),
                                (3, '<f t="shared" si="0"/>')):  # fmt: skip
        made[name] = re.sub(
            rf'(<c r="A{row_number}".*?</c>)'.encode(),
            rb"\1" + f'<c r="B{row_number}">{formula}<v>7</v></c>'.encode(), made[name],
        )  # fmt: skip
    rows = [r | ({"value": ""} if r["place"] == "VD102" else {}) for r in FIGURES]
    found = cells_of(filled(office, packed(made), rows))
    assert [found[f"B{line}"] for line in (1, 2, 3)] == ["=A1*2", '=IF(COUNT(A2)<1,"",A2*2)', "=A3*2"]


def packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


# --- What cannot be filled ------------------------------------------------------------------------------------


def in_a_date_cell(book: Any, sheet: Any) -> None:
    sheet.write("A1", "{{B1}}", book.add_format({"num_format": "dd/mm/yyyy"}))


def in_a_percent_cell(book: Any, sheet: Any) -> None:
    sheet.write("A1", "{{B1}}", book.add_format({"num_format": "0%"}))


def in_a_text_box(_book: Any, sheet: Any) -> None:
    sheet.write("A1", "{{B1}}")
    sheet.insert_textbox("C1", "Năm {{year}}")


def in_a_header(_book: Any, sheet: Any) -> None:
    sheet.write("A1", "{{B1}}")
    sheet.set_header("&CNăm {{year}}")


def in_a_formula(_book: Any, sheet: Any) -> None:
    sheet.write("A1", "{{B1}}")
    sheet.write("A2", '="Năm "&"{{year}}"')


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"C4": "{{B.karaok}}"}, r"bieu-mau\.xlsx.*Biểu 1, C4: .*B\.karaok.*B\.karaoke"), ({"C4": "{{b1}}"}, "C4.*B1"),
        ({"C4": "{{B1"}, "C4.*{{B1"), ({"C4": "{{B1}"}, "C4"), ({"C4": "B1}}"}, "C4"), ({"C4": "{{}}"}, "C4"),
        ({"C4": "{{B1@Giả Sứ}}"}, "C4.*Giả Sứ.*xã Giả Sử"), ({"C4": "{{B1@}}"}, "C4"), ({"C4": "{{C1@VD101}}"}, "C4.*C1"),
        ({"C4": "{{B1@}}", "A4": "Giả Sử", "B4": "Ước Lệ"}, "C4.*xã Giả Sử.*xã Ước Lệ"), ({"C4": "{{B1:xyz}}"}, "C4.*bang"),
        ({"C4": "{{year.next}}"}, r"C4.*year\.next"), ({"A1": "không có gì"}, r"bieu-mau\.xlsx.*bieu-mau\.csv"),
        ({"C4": "{{B99}}", "C5": "{{X}}"}, r"(?s)2 .*C4.*C5"), (in_a_date_cell, "A1"), (in_a_percent_cell, "A1"),
        (in_a_text_box, r"drawing1\.xml.*{{year}}"), (in_a_header, r"sheet1\.xml.*{{year}}"), (in_a_formula, "A2.*year"),
    ],
)  # fmt: skip
def test_what_cannot_be_filled_names_its_cell_and_the_remedy(office: Path, cells: Any, words: str) -> None:
    made = form({}, cells) if callable(cells) else form(cells)
    with pytest.raises(InputError, match=rf"(?s){words}"):
        filled(office, made)


def test_files_that_are_no_form_are_refused(office: Path) -> None:
    made = form({"A1": "{{B1}}"})
    macros = parts_of(made) | {"xl/vbaProject.bin": b"x"}
    signed = parts_of(made) | {"_xmlsignatures/sig1.xml": b"<x/>"}
    for content, words in (
        (packed(macros), "macro"), (packed(signed), "chữ ký|sign"), (b"PK\x03\x04 x", "bieu-mau.xlsx"), (b"", "bieu-mau"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=words):
            filled(office, content)
    folder = office / UNIT / "2020"
    (folder / "bieu-mau.xlsx").unlink()
    for name in ("bieu-mau.xls", "bieu-mau.ods", "bieu-mau.xlsm"):
        (folder / name).write_bytes(made)
        with pytest.raises(InputError, match=rf"(?s){name}.*\.xlsx"):
            fill.fill(plan.plan([UNIT], [2020], None, False, office, office.parent / "out")[0], Findings())
        (folder / name).unlink()
    (folder / "bieu-mau.csv").write_text("trang;o;ma\n;A1;B1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)bieu-mau\.csv.*bieu-mau\.xlsx"):
        fill.fill(plan.plan([UNIT], [2020], None, False, office, office.parent / "out")[0], Findings())


# --- Which form is taken, and what happens when it changes ----------------------------------------------------


def test_the_nearest_form_is_taken_with_the_table_that_belongs_to_it(office: Path) -> None:
    def names() -> list[str]:
        found = plan.plan([UNIT], [2020], None, False, office, office.parent / "out")[0]
        return [path.relative_to(office).as_posix() for path in found.form]

    assert names() == []
    for name, taken in (
        ("vi-du/bieu-mau.xlsx", ["vi-du/bieu-mau.xlsx"]),
        (f"{UNIT}/2020/bieu-mau.csv", ["vi-du/bieu-mau.xlsx", f"{UNIT}/2020/bieu-mau.csv"]),
        ("vi-du/bieu-mau-2020.xlsx", ["vi-du/bieu-mau-2020.xlsx", f"{UNIT}/2020/bieu-mau.csv"]),
        ("vi-du/bieu-mau-2019.xlsx", ["vi-du/bieu-mau-2020.xlsx", f"{UNIT}/2020/bieu-mau.csv"]),
        (f"{UNIT}/2020/bieu-mau.xls", [f"{UNIT}/2020/bieu-mau.xls", f"{UNIT}/2020/bieu-mau.csv"]),
        (f"{UNIT}/2020/bieu-mau.xlsx", [f"{UNIT}/2020/bieu-mau.xlsx", f"{UNIT}/2020/bieu-mau.csv"]),
    ):
        (office / name).write_bytes(b"x")
        assert names() == taken, name
    (office / UNIT / "2020" / "bieu-mau.csv").unlink()
    (office / "vi-du" / "bieu-mau.csv").write_bytes(b"x")
    assert names() == [f"{UNIT}/2020/bieu-mau.xlsx"]


def test_a_form_is_no_sheet_of_figures_and_makes_no_notebook_run(office: Path) -> None:
    before = Stage(CLEAN, UNIT, 2020, "internal", office)
    keys = [before.key]
    for name in (f"{UNIT}/2020/bieu-mau.xlsx", f"{UNIT}/2020/bieu-mau.csv", "vi-du/bieu-mau.csv"):
        (office / name).write_bytes(b"x")
        keys.append(Stage(CLEAN, UNIT, 2020, "internal", office).key)
    assert len(set(keys)) == 1


def test_a_changed_form_makes_the_report_out_of_date_and_fills_it_again(
    editions: Path, tmp_path: Path
) -> None:
    outputs = tmp_path / "out"
    for folder in (UNIT, ".work"):
        shutil.copytree(editions / folder, outputs / folder)
    data = shutil.copytree(ROOT / "data", tmp_path / "data")
    formats = ("html",)

    def planned() -> Any:
        return plan.plan([UNIT], [2020], None, False, data, outputs)[0]

    report.write(planned(), formats, status.triggers(planned(), formats))
    assert status.status(planned(), formats).done
    changed = data / "vi-du" / "bieu-mau-2020.xlsx"
    changed.write_bytes(form({"A1": "{{B1}}"}))
    found = status.status(planned(), formats)
    assert [(c.kind, c.item, c.how) for c in found.changes] == [
        ("inputs", "vi-du/bieu-mau-2020.xlsx", "changed")
    ]
    assert found.to_run == ()
    report.write(planned(), formats, status.triggers(planned(), formats))
    made = outputs / UNIT / "2020" / "bieu.xlsx"
    assert cells_of(made.read_bytes()) == {"A1": 47}
    changed.write_bytes(form({"C4": "{{B.karaok}}"}))
    with pytest.raises(InputError, match=r"bieu-mau-2020\.xlsx.*\n.*Biểu 1, C4: .*B\.karaok'.*B\.karaoke"):
        report.read_and_check(planned())  # as `pipeline.py check` does
    changed.unlink()
    assert [c.how for c in status.status(planned(), formats).changes] == ["gone"]
    report.write(planned(), formats, status.triggers(planned(), formats))
    assert not made.exists()
