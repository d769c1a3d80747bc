"""Files of every format that offices send, built here: what is read from them, and what is refused and how."""

import io
import random
import struct
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import pytest
import xlwt
import xlwt.CompoundDoc
from conftest import ROOT, UNIT
from docx.oxml import OxmlElement
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from test_encodings import IN_TCVN3, NAMES, in_vni

from baocao.analysis import packages, sheets, tables, units
from baocao.analysis.findings import Findings
from baocao.analysis.intake import read_table
from baocao.analysis.sheets import NO_STORED_VALUE, Sheet, read_sheets
from baocao.errors import InputError

IN_VNI = [in_vni(name) for name in NAMES]


def saved(folder, rows, fonts=(), name="bang.xlsx"):
    """A workbook of one sheet; `fonts` are the columns' fonts."""
    book = Workbook()
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            cell = book.active.cell(r, c, value)
            if c <= len(fonts):
                cell.font = Font(name=fonts[c - 1])
    book.save(folder / name)
    return folder / name


def rewritten(path, **changes):
    """The same zip file with parts changed: each change is a function of the part's bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            change = next((change for key, change in changes.items() if Path(name).stem == key), bytes)
            archive.writestr(name, change(content))
    return path


def zipped(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{OFFICE}"'


def relations(**targets):
    links = [
        f'<Relationship Id="{key}" Type="{OFFICE}/{key}" Target="{part}"/>' for key, part in targets.items()
    ]
    return f"<Relationships>{''.join(links)}</Relationships>"


def raw_xlsx(folder, sheet, strings="<sst/>", copies=1):
    """A workbook whose sheet is the given XML."""
    listed = "".join(f'<sheet name="S{n}" r:id="worksheet"/>' for n in range(copies))
    parts = {
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relations(worksheet="sheet.xml", sharedStrings="strings.xml"),
        "xl/workbook.xml": f"<workbook {MAIN}><sheets>{listed}</sheets></workbook>",
        "xl/strings.xml": strings,
        "xl/sheet.xml": f"<worksheet>{sheet}</worksheet>",
    }
    (folder / "bang.xlsx").write_bytes(zipped(parts))
    return folder / "bang.xlsx"


ODF = "urn:oasis:names:tc:opendocument:xmlns"


def raw_ods(folder, body, styles=""):
    """A LibreOffice workbook whose tables are the given XML."""
    spaces = " ".join(
        f'xmlns:{key}="{ODF}:{key}:1.0"' for key in ("office", "table", "text", "style", "svg", "fo")
    )
    content = f"""<office:document-content {spaces} xmlns:calcext="{ODF}:calcext">
        <office:automatic-styles>{styles}</office:automatic-styles>
        <office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"""
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    (folder / "bang.ods").write_bytes(zipped({"mimetype": mimetype, "content.xml": content}))
    return folder / "bang.ods"


def refusal(path):
    """What is said of a file that cannot be read, without its name."""
    with pytest.raises(InputError) as refused:
        read_sheets(path)
    assert path.name in str(refused.value.message)
    assert refused.value.remedy
    return refused.value.message.template


def column(sheet, number=1, rows=19):
    return [sheet.cells.get((row, number)) for row in range(1, rows + 1)]


def told(sheet):
    return [(notice.rule, notice.row, notice.column) for notice in sheet.notices]


TOO_LARGE = "{file} is too large to be a table of figures."
DAMAGED = "{file} is damaged, or not what its name says."

# --- one table in every format ---


DAY = datetime.fromisoformat("2020-11-18")
ROWS = [
    ["Xã, thị trấn", "Số cơ sở", "Ngày", "Có"],
    ["Tuần Giáo", 12, DAY, True],
    ["Nà Tòng", 1.5, None, None],
]
CELLS = {
    (1, 1): "Xã, thị trấn", (1, 2): "Số cơ sở", (1, 3): "Ngày", (1, 4): "Có",
    (2, 1): "Tuần Giáo", (2, 2): 12, (2, 3): DAY, (2, 4): True, (3, 1): "Nà Tòng", (3, 2): 1.5,
}  # fmt: skip


def typed_xlsx(folder):
    book = load_workbook(saved(folder, ROWS))
    book.active.merge_cells("A5:B6")
    book.active["A5"] = "Ghi chú"
    book.create_sheet("Cũ").sheet_state = "hidden"
    book.save(folder / "bang.xlsx")
    return folder / "bang.xlsx"


def typed_xls(folder):
    book = xlwt.Workbook()
    sheet, old = book.add_sheet("Sheet"), book.add_sheet("Cũ")
    old.visibility = 1
    date = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value, date if isinstance(value, datetime) else xlwt.Style.default_style)
    sheet.write_merge(4, 5, 0, 1, "Ghi chú")
    book.save(str(folder / "bang.xls"))
    return folder / "bang.xls"


def converted(program, path, ending):
    """The file as LibreOffice saves it in another format."""
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = [
        program("soffice"),
        profile,
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(path.parent),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path.with_suffix(f".{ending}")


@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "xls", "ods"])
def test_numbers_dates_texts_and_merges_are_read_from_every_typed_format(tmp_path, program, kind):
    path = typed_xls(tmp_path) if kind == "xls" else typed_xlsx(tmp_path)
    if kind == "xlsm":
        path = path.rename(tmp_path / "bang.xlsm")
    if kind == "ods":
        path = converted(program, path, "ods")
    first, second = read_sheets(path)
    assert first.cells == CELLS | {(5, 1): "Ghi chú"}
    types = {place: type(value) for place, value in (CELLS | {(5, 1): ""}).items()}
    if kind == "ods":  # LibreOffice keeps what Excel says is true as 1
        types[2, 4] = int
    assert {place: type(value) for place, value in first.cells.items()} == types
    assert list(first.merged) == [(5, 1, 6, 2)]
    assert (first.name, first.hidden, first.typed) == ("Sheet", False, True)
    assert (second.name, second.hidden, second.cells) == ("Cũ", True, {})
    assert (first.text(2, 3), first.spread_text(6, 2), first.notices) == ("18/11/2020", "Ghi chú", [])


def test_tables_of_word_are_sheets_of_texts_with_merged_cells(tmp_path):
    document = docx.Document()
    document.add_paragraph("BÁO CÁO")
    table = document.add_table(4, 3)
    for row in range(4):
        for place in range(3):
            table.cell(row, place).text = f"{row}{place}"
    table.cell(0, 0).merge(table.cell(2, 0)).text = "cao"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "rộng"
    table.cell(3, 2).paragraphs[0].add_run(" a").add_tab()
    table.cell(3, 2).add_paragraph("12")
    inner = table.cell(3, 0).add_table(1, 2)
    inner.cell(0, 1).text = "trong"
    document.add_table(1, 1).cell(0, 0).text = "sau"
    document.save(tmp_path / "bang.docx")
    first, nested, last = read_sheets(tmp_path / "bang.docx")
    assert first.cells == {
        (1, 1): "cao", (1, 2): "rộng", (2, 2): "11", (2, 3): "12", (3, 2): "21", (3, 3): "22",
        (4, 1): "30", (4, 2): "31", (4, 3): "32 a\t\n12",
    }  # fmt: skip
    assert list(first.merged) == [(1, 1, 3, 1), (1, 2, 1, 3)]
    assert [sheet.name for sheet in (first, nested, last)] == ["Bảng 1", "Bảng 2", "Bảng 3"]
    assert (nested.cells, last.cells, first.typed) == ({(1, 2): "trong"}, {(1, 1): "sau"}, False)


def test_a_table_of_word_goes_through_libreoffice_unchanged(tmp_path, program):
    document = docx.Document()
    table = document.add_table(3, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Xã"
    table.cell(2, 0).text, table.cell(2, 1).text = "Tổng", "7"
    document.save(tmp_path / "a.docx")
    (tmp_path / "lo").mkdir()
    moved = (tmp_path / "a.docx").rename(tmp_path / "lo" / "a.docx")
    odt = converted(program, moved, "odt")
    (sheet,) = read_sheets(converted(program, odt, "docx"))
    assert sheet.cells == {(1, 1): "Xã", (3, 1): "Tổng", (3, 2): "7"}
    assert list(sheet.merged) == [(1, 1, 2, 1)]


def test_deleted_text_and_text_boxes_of_word_are_not_read(tmp_path):
    document = docx.Document()
    paragraph = document.add_table(1, 1).cell(0, 0).paragraphs[0]
    paragraph.add_run("12")
    deleted = OxmlElement("w:del")
    run = paragraph.add_run("99")
    deleted.append(run._r)
    paragraph._p.append(deleted)
    document.save(tmp_path / "bang.docx")
    assert read_sheets(tmp_path / "bang.docx")[0].cells == {(1, 1): "12"}


def test_a_document_without_tables_says_so(tmp_path):
    docx.Document().save(tmp_path / "bang.docx")
    assert refusal(tmp_path / "bang.docx") == "There is no table in {file}."


def test_what_libreoffice_repeats_covers_and_hides_is_read_where_it_stands(tmp_path):
    body = """<table:table table:name="A"><table:shapes><text:p>hình</text:p></table:shapes>
      <table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
      <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/>
        <table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="2"><text:p>7,0</text:p>
          <office:annotation><text:p>ghi chú</text:p></office:annotation></table:table-cell></table:table-row>
      <table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="2" table:number-rows-spanned="1">
        <text:p>a<text:s text:c="2"/><text:span>b</text:span></text:p><text:p>c</text:p></table:table-cell>
        <table:covered-table-cell><text:p>ẩn</text:p></table:covered-table-cell>
        <table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>
        <table:table-cell office:value-type="time" office:time-value="PT08H30M00S"><text:p>08:30</text:p></table:table-cell>
        <table:table-cell office:value-type="boolean" office:boolean-value="false"><text:p>SAI</text:p></table:table-cell>
        <table:table-cell table:formula="of:=[.A1]/0" office:value-type="string" office:string-value=""
          calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row></table:table>
      <table:table table:name="B" table:style-name="an"/>
      <table:table table:name="'file:///x.ods'#A"><table:table-source/><table:table-row><table:table-cell office:value-type="float"
        office:value="1"/></table:table-row></table:table>"""
    style = '<style:style style:name="an" style:family="table"><style:table-properties table:display="false"/></style:style>'
    first, second = read_sheets(raw_ods(tmp_path, body, style))
    assert first.cells == {
        (4, 3): 7, (4, 4): 7, (5, 3): 7, (5, 4): 7, (6, 1): "a  b\nc", (6, 3): 0.5, (6, 4): "08:30", (6, 5): False,
        (6, 6): "#DIV/0!",
    }  # fmt: skip
    assert list(first.merged) == [(6, 1, 6, 2)]
    assert (second.name, second.hidden) == ("B", True)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_hidden_rows_and_columns_are_known(tmp_path, kind):
    path = tmp_path / f"bang.{kind}"
    if kind == "xlsx":
        book = Workbook()
        for row in range(1, 5):
            book.active.append([row] * 5)
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions.group("B", "C", hidden=True)
        book.save(path)
    elif kind == "xls":
        old = xlwt.Workbook()
        sheet = old.add_sheet("a")
        for row in range(4):
            for column in range(5):
                sheet.write(row, column, row)
        sheet.row(2).hidden = True
        sheet.col(1).hidden = sheet.col(2).hidden = True
        old.save(path)
    else:
        cell = (
            '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="5"/>'
        )
        row = f"<table:table-row>{cell}</table:table-row>"
        columns = '<table:table-column/><table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
        hidden = row.replace("<table:table-row", '<table:table-row table:visibility="filter"')
        path = raw_ods(tmp_path, f'<table:table table:name="a">{columns}{row * 2}{hidden}{row}</table:table>')
    (sheet,) = read_sheets(path)
    assert len(sheet.cells) == 20
    assert set(sheet.hidden_rows) == {3}
    assert {at for first, last in sheet.hidden_columns for at in range(first, last + 1)} == {2, 3}


def test_cells_of_excel_that_do_not_say_where_they_are_follow_each_other(tmp_path):
    rows = '<sheetData><row r="3"><c><v>1</v></c><c t="inlineStr"><is><r><t>a</t></r><r><t>_x0009_b</t></r></is></c></row>'
    rows += '<row><c r="C4"><v>1e2</v></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c></row></sheetData>'
    (sheet,) = read_sheets(raw_xlsx(tmp_path, rows))
    assert sheet.cells == {(3, 1): 1, (3, 2): "a\tb", (4, 3): 100.0, (4, 4): True, (4, 5): "#REF!"}


def test_extensions_of_excel_do_not_stop_the_reading(tmp_path):
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    path = rewritten(saved(tmp_path, ROWS), sheet1=lambda xml: xml.replace(b"</worksheet>", extension))
    assert read_sheets(path)[0].cells == CELLS


def test_the_sheets_of_this_project_are_read_as_openpyxl_reads_them():
    paths = sorted((ROOT / "data" / UNIT).rglob("*.xlsx"))
    assert paths
    for path in paths:
        for sheet, same in zip(
            read_sheets(path), load_workbook(path, data_only=True).worksheets, strict=True
        ):
            values = {
                (c.row, c.column): c.value
                for row in same.iter_rows()
                for c in row
                if c.value not in (None, "")
            }
            stored = {place: value for place, value in sheet.cells.items() if value is not NO_STORED_VALUE}
            assert (sheet.name, stored) == (same.title, values)
            assert {(r.min_row, r.min_col, r.max_row, r.max_col) for r in same.merged_cells.ranges} == set(
                sheet.merged
            )
            assert not sheet.notices


# --- formulas ---


def test_a_formula_without_a_value_is_neither_blank_nor_zero(tmp_path):
    path = saved(tmp_path, [[1, "=A1+1"]])
    assert read_sheets(path)[0].cells[1, 2] is NO_STORED_VALUE
    assert read_sheets(path)[0].formulas == {(1, 2): "=A1+1"}
    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    sheet.write(0, 0, 1)
    sheet.write(0, 1, xlwt.Formula("A1+1"))
    book.save(str(tmp_path / "bang.xls"))
    assert read_sheets(tmp_path / "bang.xls")[0].cells == {(1, 1): 1, (1, 2): NO_STORED_VALUE}
    cell = '<table:table-cell table:formula="of:=[.A1]+1"/>'
    table = f'<table:table table:name="A"><table:table-row>{cell}</table:table-row></table:table>'
    (sheet,) = read_sheets(raw_ods(tmp_path, table))
    assert (sheet.cells, sheet.formulas) == ({(1, 1): NO_STORED_VALUE}, {(1, 1): "=A1+1"})


def test_formulas_are_kept_beside_what_they_came_to_in_excel_and_libreoffice(tmp_path, program):
    rows = [[1, 2], [3, 4], ["=SUM(A1:A2)", '=IF(B1>1,"a;b","")'], ["=1/0", "=SUM(A1,B2)"]]
    formulas = {(3, 1): "=SUM(A1:A2)", (3, 2): '=IF(B1>1,"a;b","")', (4, 1): "=1/0", (4, 2): "=SUM(A1,B2)"}
    ods = converted(program, saved(tmp_path, rows), "ods")
    for path in (ods, converted(program, ods, "xlsx")):
        (sheet,) = read_sheets(path)
        assert sheet.formulas == formulas
        assert {place: sheet.cells[place] for place in formulas} == {
            (3, 1): 4, (3, 2): "a;b", (4, 1): "#DIV/0!", (4, 2): 5,
        }  # fmt: skip


def test_a_shared_formula_is_moved_to_each_of_its_cells(tmp_path):
    rows = '<sheetData><row><c r="C1"><f t="shared" si="0" ref="C1:C2">A1+$B$1</f><v>3</v></c></row>'
    rows += '<row><c r="C2"><f t="shared" si="0"/><v>5</v></c></row></sheetData>'
    (sheet,) = read_sheets(raw_xlsx(tmp_path, rows))
    assert sheet.formulas == {(1, 3): "=A1+$B$1", (2, 3): "=A2+$B$1"}


@pytest.mark.parametrize(
    ("formula", "other_file"),
    [
        ("[1]Sheet1!A1", True), ("SUM('[2]Biểu 01'!$A$1:B2)+1", True), ("[1]!Ten", True),
        ("'C:\\so\\[1]A'!B2", True), ("Bang[2020]", False), ("Bang[[#This Row],[2020]]+Sheet1!A1", False),
        ('"[1]A!"&amp;A1', False), ("SUM(A1:A2)", False),
    ],
)  # fmt: skip
def test_a_value_from_another_workbook_is_kept_and_to_be_verified(tmp_path, formula, other_file):
    (sheet,) = read_sheets(
        raw_xlsx(tmp_path, f"<sheetData><row><c><f>{formula}</f><v>5</v></c></row></sheetData>")
    )
    assert sheet.cells == {(1, 1): 5}
    assert [(n.severity, n.rule, n.after) for n in sheet.notices] == [
        ("verify", "external-link", "5")
    ] * other_file


def test_a_value_from_another_file_of_libreoffice_is_to_be_verified(tmp_path):
    formula = "of:=['file:///C:/so.ods'#$Sheet1.A1]"
    cell = f'<table:table-cell table:formula="{formula}" office:value-type="float" office:value="5"/>'
    table = f'<table:table table:name="A"><table:table-row>{cell}</table:table-row></table:table>'
    (sheet,) = read_sheets(raw_ods(tmp_path, table))
    assert (sheet.cells, told(sheet)) == ({(1, 1): 5}, [("external-link", 1, 1)])


# --- older encodings ---


def in_fonts(kind, folder, program, columns):
    """Columns of texts, each in its font, in a file of a kind."""
    rows, fonts = list(zip(*columns.values(), strict=True)), list(columns)
    if kind == "xls":
        book = xlwt.Workbook()
        sheet = book.add_sheet("A")
        styles = [xlwt.easyxf(f"font: name {font}") for font in fonts]
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                sheet.write(r, c, text, styles[c])
        book.save(str(folder / "bang.xls"))
        return folder / "bang.xls"
    if kind == "docx":
        document = docx.Document()
        table = document.add_table(len(rows), len(fonts))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                table.cell(r, c).paragraphs[0].add_run(text).font.name = fonts[c]
        document.save(folder / "bang.docx")
        return folder / "bang.docx"
    path = saved(folder, rows, fonts)
    return converted(program, path, "ods") if kind == "ods" else path


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "docx"])
def test_one_file_may_mix_three_encodings_and_its_fonts_tell_them_apart(tmp_path, program, kind):
    columns = {".VnTime": IN_TCVN3, "VNI-Times": IN_VNI, "Times New Roman": NAMES, ".VnTimeH": IN_TCVN3}
    (sheet,) = read_sheets(in_fonts(kind, tmp_path, program, columns))
    assert [column(sheet, n) for n in (1, 2, 3)] == [NAMES] * 3
    assert column(sheet, 4) == [name.upper() for name in NAMES]
    noted = {(n.row, n.column): (n.severity, n.rule, n.before, n.after) for n in sheet.notices}
    assert noted[1, 1] == ("note", "legacy-encoding", "TuÇn Gi¸o", "Tuần Giáo")
    assert (6, 1) not in noted  # Ta Ma
    assert {place[1] for place in noted} == {1, 2, 4}
    assert "VNI" in str(next(n.message for n in sheet.notices if n.column == 2))


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "docx", "csv"])
@pytest.mark.parametrize("texts", [IN_TCVN3, IN_VNI], ids=["TCVN3", "VNI"])
def test_a_column_is_recognised_in_every_format_where_no_font_helps(tmp_path, program, kind, texts):
    numbers = [str(n) for n in range(19)]
    if kind == "csv":
        path = tmp_path / "bang.csv"
        path.write_text("\n".join(map(";".join, zip(texts, numbers, NAMES, strict=True))), encoding="utf-8")
    else:
        path = in_fonts(
            kind, tmp_path, program, {"Times New Roman": texts, "Arial": numbers, "Tahoma": NAMES}
        )
    sheet = read_sheets(path)[0]
    assert [column(sheet, n) for n in (1, 2, 3)] == [NAMES, numbers, NAMES]
    assert {n.column for n in sheet.notices} == {1}
    assert {n.severity for n in sheet.notices} == {"note"}


def test_pieces_of_a_cell_have_fonts_of_their_own(tmp_path):
    book = Workbook()
    book.active["A1"] = CellRichText(
        "X· ",
        TextBlock(InlineFont(rFont="Times New Roman"), "Mường "),
        TextBlock(InlineFont(rFont="VNI-Times"), "Muøn"),
    )
    book.active["A1"].font = Font(name=".VnTime")
    book.save(tmp_path / "bang.xlsx")
    assert read_sheets(tmp_path / "bang.xlsx")[0].cells == {(1, 1): "Xã Mường Mùn"}
    book = xlwt.Workbook()
    fonts = [xlwt.easyxf(f"font: name {name}").font for name in (".VnTime", "Times New Roman")]
    sheet = book.add_sheet("A")
    sheet.write_rich_text(0, 0, [("X· M­êng", fonts[0]), (" Mùn", fonts[1])])
    book.save(str(tmp_path / "bang.xls"))
    assert read_sheets(tmp_path / "bang.xls")[0].cells == {(1, 1): "Xã Mường Mùn"}


def test_styles_of_word_and_libreoffice_name_the_font_too(tmp_path):
    document = docx.Document()
    document.styles["Normal"].font.name = ".VnTime"
    base = document.styles.add_style("Goc", 1)
    base.font.name = "VNI-Times"
    document.styles.add_style("Con", 1).base_style = base
    table = document.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "HuyÖn", "Huyeän"
    table.cell(1, 0).paragraphs[0].style = "Con"
    document.save(tmp_path / "bang.docx")
    assert read_sheets(tmp_path / "bang.docx")[0].cells == {(1, 1): "Huyện", (2, 1): "Huyện"}
    styles = """<style:font-face style:name="F" svg:font-family="'VNI-Times'"/>
      <style:style style:name="goc" style:family="table-cell"><style:text-properties fo:font-family=".VnTime"/></style:style>
      <style:style style:name="con" style:family="table-cell" style:parent-style-name="goc"/>
      <style:style style:name="chu" style:family="text"><style:text-properties style:font-name="F"/></style:style>"""
    text = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    body = f"""<table:table table:name="A"><table:table-column table:default-cell-style-name="con"/>
      <table:table-column table:number-columns-repeated="3"/>
      <table:table-row>{text.format("", "HuyÖn")}{text.format("", "Pó")}</table:table-row>
      <table:table-row table:default-cell-style-name="con">{text.format("", "Pó")}{text.format("", "Pó")}</table:table-row>
      <table:table-row>{text.format("", 'X· <text:span text:style-name="chu">Huyeän</text:span>')}
      {text.format(' table:style-name="con"', "Pó")}</table:table-row></table:table>"""
    assert read_sheets(raw_ods(tmp_path, body, styles))[0].cells == {
        (1, 1): "Huyện", (1, 2): "Pó", (2, 1): "Pú", (2, 2): "Pú", (3, 1): "Xã Huyện", (3, 2): "Pú",
    }  # fmt: skip


def test_the_soft_hyphen_of_word_is_a_letter_of_tcvn3(tmp_path):
    document = docx.Document()
    for font in (".VnTime", "Times New Roman"):
        run = document.add_table(1, 1).cell(0, 0).paragraphs[0].add_run("M")
        run.font.name = font
        run._r.append(OxmlElement("w:softHyphen"))
        run._r.append(OxmlElement("w:t"))
        run._r[-1].text = "êng"
    document.save(tmp_path / "bang.docx")
    assert [sheet.cells[1, 1] for sheet in read_sheets(tmp_path / "bang.docx")] == ["Mường", "Mêng"]


def test_unicode_typed_over_a_text_in_an_old_font_is_left(tmp_path):
    new = ["Tuần Giáo", "Nà Tòng", "Pú Xi", "Xã", "2020"]
    (sheet,) = read_sheets(saved(tmp_path, [[text] for text in new], [".VnTime"]))
    assert (column(sheet, rows=5), sheet.notices) == (new, [])
    mixed = ["TuÇn Gi¸o", "Mường Mùn", "Pó Xi", "12", 12]
    (sheet,) = read_sheets(saved(tmp_path, [[text] for text in mixed], [".VnTime"]))
    assert column(sheet, rows=5) == ["Tuần Giáo", "Mường Mùn", "Pú Xi", "12", 12]
    assert {n.row for n in sheet.notices} == {1, 3}


def test_a_column_that_mixes_encodings_is_an_error_at_the_older_cells_and_stays(tmp_path):
    texts = ["Tuần Giáo", "R¹ng §«ng", "Nà Tòng", "Pó Xi", "Mường Mùn"]
    (sheet,) = read_sheets(saved(tmp_path, [[text] for text in texts]))
    assert column(sheet, rows=5) == texts
    assert [(n.severity, n.rule, n.row, n.before) for n in sheet.notices] == [
        ("error", "encoding-mixed", 2, "R¹ng §«ng")
    ]


def test_a_header_in_unicode_over_names_in_tcvn3_is_not_destroyed(tmp_path):
    rows = [["STT", "Xã", "Khách sạn"], *([n, text, n] for n, text in enumerate(IN_TCVN3, 1))]
    (sheet,) = read_sheets(saved(tmp_path, rows))
    assert sheet.cells[1, 2] == "Xã"
    assert {n.rule for n in sheet.notices} == {"encoding-mixed"}


def test_what_a_column_leaves_unclear_goes_with_its_sheet(tmp_path):
    head = [["UBND HUYÖN TUÇN GI¸O", None, None], ["STT", "Tªn x·", "Sè vô"]]
    book = load_workbook(saved(tmp_path, [*head, *([n, text, n] for n, text in enumerate(IN_TCVN3, 1))]))
    book.active.merge_cells("A1:C1")
    book.save(tmp_path / "bang.xlsx")
    (sheet,) = read_sheets(tmp_path / "bang.xlsx")
    assert [sheet.cells[place] for place in ((2, 2), (2, 3), (10, 2))] == ["Tên xã", "Số vụ", "Pú Xi"]
    (sheet,) = read_sheets(saved(tmp_path, [["Số vụ", "Sè vô"]]))
    assert (sheet.cells, sheet.notices) == ({(1, 1): "Số vụ", (1, 2): "Sè vô"}, [])


def test_a_sheet_in_unicode_says_nothing_whatever_its_words(tmp_path):
    rows = [
        ["Tên xã", "Ghi chú", "Có"],
        ["Pú Xi", "hòa", "là"],
        ["Nà Tòng", "café Müller", "m²"],
        ["-", 5, "«có»"],
    ]
    (sheet,) = read_sheets(saved(tmp_path, rows))
    assert sheet.notices == []
    assert [[sheet.cells[r, c] for c in (1, 2, 3)] for r in (1, 2, 3, 4)] == rows


# --- what is refused ---


KINDS = {
    "scan.pdf": (b"%PDF-1.7", "{file} is a PDF document: no table can be read from it."),
    "anh.jpg": (b"\xff\xd8\xff\xe0", "{file} is a picture: no figures can be read from it."),
    "anh.heic": (b"\0\0\0\x18ftypheic", "{file} is a picture: no figures can be read from it."),
    "cu.doc": (b"\xd0\xcf", "{file} is a text in an older format than .docx."),
    "cu.rtf": (b"{\\rtf1", "{file} is a text in an older format than .docx."),
    "so.xlsb": (b"PK", "{file} is a workbook in a format that cannot be read."),
    "so.numbers": (b"PK", "{file} is a workbook in a format that cannot be read."),
    "nen.zip": (b"PK", "{file} is an archive."),
    "nen.rar": (b"Rar!", "{file} is an archive."),
    "bang": (b"x", "{file} is not in a format that can be read."),
    "bang.xlsx.txt": (b"x", "{file} is not in a format that can be read."),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_format_without_tables_is_named_with_a_remedy(tmp_path, name):
    content, message = KINDS[name]
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name) == message


def test_the_remedy_fits_the_kind_of_file(tmp_path):
    remedies = {}
    for name in ("a.pdf", "a.png", "a.doc", "a.xlsb", "a.zip", "a.txt"):
        with pytest.raises(InputError) as refused:
            read_sheets(tmp_path / name)
        remedies[name] = refused.value.remedy.text("en")
    assert "entry form" in remedies["a.pdf"] == remedies["a.png"]
    assert [".docx" in remedies["a.doc"], ".xlsx" in remedies["a.xlsb"], "Unpack" in remedies["a.zip"]] == [
        True
    ] * 3
    assert remedies["a.txt"] == "Save it as one of: .xlsx, .xlsm, .xls, .ods, .csv, .docx."


def compound(*streams):
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + b"".join(name.encode("utf-16-le") + bytes(64) for name in streams)
    )


REALLY = [
    (compound("EncryptionInfo", "EncryptedPackage"), "{file} is protected by a password."),
    (compound("WordDocument"), "{file} is a text in an older format than .docx."),
    (compound("Other"), DAMAGED),
    (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table>", "{file} is a web page, whatever its name says."),
    ("\ufeff<!DOCTYPE html><table>".encode("utf-16-le"), "{file} is a web page, whatever its name says."),
    (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
     "{file} is a workbook in a format that cannot be read."),
    (b"MIME-Version: 1.0\n", "{file} is a web page, whatever its name says."),
    (b"%PDF-1.4", "{file} is a PDF document: no table can be read from it."),
    (b"\x89PNG\r\n", "{file} is a picture: no figures can be read from it."),
    (zipped({"xl/workbook.bin": "x"}), "{file} is a workbook in a format that cannot be read."),
    (zipped({"ppt/presentation.xml": "x"}), "{file} is a presentation: no table can be read from it."),
    (zipped({"anh.jpg": "x"}), "{file} is an archive."),
]  # fmt: skip


@pytest.mark.parametrize("ending", ["xlsx", "xls", "csv", "docx"])
@pytest.mark.parametrize("number", range(len(REALLY)))
def test_a_file_is_what_it_holds_not_what_its_name_says(tmp_path, ending, number):
    content, message = REALLY[number]
    path = tmp_path / f"bang.{ending}"
    path.write_bytes(content)
    assert refusal(path) == message


def test_a_workbook_under_another_name_of_a_workbook_is_read(tmp_path):
    new, old = typed_xlsx(tmp_path), typed_xls(tmp_path)
    new.rename(tmp_path / "moi.xls")
    old.rename(tmp_path / "CU.XLSX")
    assert read_sheets(tmp_path / "moi.xls")[0].cells == read_sheets(tmp_path / "CU.XLSX")[0].cells
    assert read_sheets(tmp_path / "moi.xls")[0].cells[2, 2] == 12


def test_a_protected_xls_and_ods_say_so(tmp_path):
    manifest = '<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": "?",
        "META-INF/manifest.xml": manifest,
    }
    (tmp_path / "bang.ods").write_bytes(zipped(parts))
    assert refusal(tmp_path / "bang.ods") == "{file} is protected by a password."
    content = typed_xls(tmp_path).read_bytes()
    start = content.index(struct.pack("<HH", 0x809, 16))
    begin = start + 20  # the record after the first: made FILEPASS
    protected = content[:begin] + struct.pack("<H", 0x2F) + content[begin + 2 :]
    (tmp_path / "bang.xls").write_bytes(protected)
    assert refusal(tmp_path / "bang.xls") == "{file} is protected by a password."


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b";;\r\n;;\r\n", b"\xef\xbb\xbf,\n,\n"]
)
def test_an_empty_file_is_said_to_be_empty(tmp_path, content):
    (tmp_path / "bang.csv").write_bytes(content)
    assert refusal(tmp_path / "bang.csv") == "{file} is empty."
    (tmp_path / "bang.xlsx").touch()
    assert refusal(tmp_path / "bang.xlsx") == "{file} is empty."


@pytest.mark.parametrize("content", [b"not a workbook", b"PK\x03\x04", zipped({"xl/workbook.xml": "<x>"})])
def test_a_damaged_workbook_is_refused_by_name(tmp_path, content):
    (tmp_path / "bang.xlsx").write_bytes(content)
    assert refusal(tmp_path / "bang.xlsx") == DAMAGED


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path):
    assert refusal(tmp_path / "thieu.xlsx") == "The file {file} is missing."
    (tmp_path / "thu-muc.csv").mkdir()
    assert refusal(tmp_path / "thu-muc.csv") == "{file} cannot be opened: {why}"


# --- hostile files ---


class Ranges(list):
    """Merged ranges that count how often somebody goes through all of them."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def test_ten_thousand_merged_ranges_are_gone_through_once_for_all_cells():
    merged = Ranges([(row, 1, row, 2) for row in range(1, 10_001)] + [(1, 3, 10_000, 3)])
    sheet = Sheet("", {(row, 1): row for row in range(1, 10_001)} | {(1, 3): "cao"}, merged)
    assert [sheet.spread_text(row, 2) for row in range(1, 10_001)] == [str(row) for row in range(1, 10_001)]
    assert {sheet.spread_text(row, 3) for row in range(1, 10_001)} == {"cao"}
    assert merged.times == 1


def test_a_stray_cell_a_merge_of_the_whole_sheet_and_a_vast_dimension_cost_nothing(tmp_path):
    xml = '<dimension ref="A1:XFD1048576"/><sheetData><c r="XFD1048576"><v>1</v></c></sheetData>'
    xml += '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    (sheet,) = read_sheets(raw_xlsx(tmp_path, xml))
    assert (sheet.cells, list(sheet.merged)) == ({(1048576, 16384): 1}, [(1, 1, 1048576, 16384)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("entity", ['"x"', 'SYSTEM "file:///etc/passwd"'])
def test_no_entity_is_ever_resolved(tmp_path, encoding, entity):
    xml = f"<!DOCTYPE sst [<!ENTITY a {entity}>]><sst><si><t>&a;</t></si></sst>".encode(encoding)
    assert refusal(raw_xlsx(tmp_path, "", xml)) == DAMAGED


def repeated(rows=1, columns=1):
    return f"""<table:table table:name="A"><table:table-row table:number-rows-repeated="{rows}"><table:table-cell
      office:value-type="float" office:value="1" table:number-columns-repeated="{columns}"/></table:table-row></table:table>"""


def test_what_repeats_without_end_is_refused(tmp_path):
    assert refusal(raw_ods(tmp_path, repeated(rows=10**9))) == TOO_LARGE
    assert refusal(raw_ods(tmp_path, repeated(columns=10**9))) == TOO_LARGE
    assert refusal(raw_ods(tmp_path, repeated(rows=10**6))) == TOO_LARGE


def far_xls(records):
    """An .xls file with these records in its sheet."""
    book = xlwt.Workbook()
    book.add_sheet("A")
    stream = book.get_biff_data()
    buffer = io.BytesIO()
    xlwt.CompoundDoc.XlsDoc().save(buffer, stream[:-4] + records + stream[-4:])
    return buffer.getvalue()


def cells_xls(rows):
    row = [
        struct.pack("<HHHH", 0xBD, 1542, r, 0) + struct.pack("<HI", 15, 30) * 256 + struct.pack("<H", 255)
        for r in range(rows)
    ]
    return far_xls(b"".join(row))


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def raw_docx(body):
    return zipped({
        "_rels/.rels": relations(officeDocument="word/document.xml"),
        "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
    })  # fmt: skip


TABLE, END = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p>", "</w:tc></w:tr></w:tbl>"


def hostile(folder):
    """Files that would take gigabytes or minutes if they were trusted, by name; with the most that they may give."""
    many = "<c><v>1</v></c>"
    sheet = {
        "bomb": "<sheetData><row><c t='str'><v>" + "x" * 45 * 2**20 + "</v></c></row></sheetData>",
        "cells": f"<sheetData>{many * 400_000}</sheetData>",
        "empty": f"<sheetData>{'<c/>' * 1_200_000}</sheetData>",
        "merges": "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 100_000 + "</mergeCells>",
        "deep": "<a>" * 1_000_000,
        "attributes": "<c " + " ".join(f'a{n}="1"' for n in range(300_000)) + "/>",
        "shared": '<sheetData><c r="A1"><f t="shared" si="0">' + "A1+" * 2000 + "1</f></c>" + '<c><f t="shared" si="0"/></c>' * 50_000,
    }  # fmt: skip
    for name, xml in sheet.items():
        raw_xlsx(folder, xml).rename(folder / f"{name}.xlsx")
    raw_xlsx(folder, "<sheetData/>", copies=50_000).rename(folder / "copies.xlsx")
    (folder / "entries.xlsx").write_bytes(zipped({str(n): "" for n in range(20_000)}))
    raw_ods(folder, repeated(rows=500, columns=500) * 2).rename(folder / "repeated.ods")
    (folder / "nested.docx").write_bytes(raw_docx(TABLE * 5000 + END * 5000))
    (folder / "tables.docx").write_bytes(raw_docx("<w:tbl/>" * 1000))
    span = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr></w:tc></w:tr></w:tbl>'
    (folder / "span.docx").write_bytes(raw_docx(span))
    (folder / "cells.xls").write_bytes(cells_xls(1_500))
    (folder / "field.csv").write_bytes(b"a;" + b"x" * 40 * 2**20)
    (folder / "long.csv").write_bytes(b"a;" + b"x" * 9 * 2**20)
    (folder / "lines.csv").write_bytes(b"a;1\n" * 2_500_000)


CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from pathlib import Path
from baocao.analysis.sheets import read_sheets
from baocao.errors import InputError
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        read_sheets(path)
        print(path.name, "read")
    except InputError as refused:
        print(path.name, refused.message.template)
"""


def test_hostile_files_are_refused_within_a_gigabyte(tmp_path):
    hostile(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert len(said) == len(list(tmp_path.iterdir())) == 17
    assert {name: message for name, message in said.items() if message != TOO_LARGE} == {}


def test_a_large_honest_table_is_read(tmp_path):
    row = "<row>" + "<c t='s'><v>0</v></c><c><v>12.5</v></c>" * 10 + "</row>"
    xml = f"<sheetData>{row * 4_000}</sheetData>"
    (sheet,) = read_sheets(raw_xlsx(tmp_path, xml, "<sst><si><t>Tuần Giáo</t></si></sst>"))
    assert len(sheet.cells) == 80_000 < sheets.MOST_CELLS
    assert len(xml) < packages.LARGEST_XML


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "bang.csv").open("wb") as file:
        file.truncate(sheets.LARGEST_FILE + 1)
    assert refusal(tmp_path / "bang.csv") == TOO_LARGE


def test_a_part_that_says_it_is_small_is_measured_all_the_same(tmp_path):
    path = raw_xlsx(tmp_path, "<sheetData>" + "<c><v>1</v></c>" * 50_000 + "</sheetData>")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/sheet.xml").file_size
    lying = bytes(content).replace(struct.pack("<I", size), struct.pack("<I", 100))
    path.write_bytes(lying)
    assert refusal(path) == DAMAGED


def whole_files(folder, program):
    """A good file of each format."""
    document = docx.Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "Xã"
    document.save(folder / "bang.docx")
    text = "".join(f"{name};{n}\n" for n, name in enumerate(IN_TCVN3))
    (folder / "bang.csv").write_text(text, encoding="utf-8")
    new = saved(folder, [*zip(IN_TCVN3, range(19), strict=True), ["=SUM(B1:B9)", DAY]], [".VnTime"])
    return [new, typed_xls(folder), converted(program, new, "ods"), folder / "bang.docx", folder / "bang.csv"]


def damaged(content, chance):
    """Bytes turned, cut off or put in."""
    start = chance.randrange(len(content))
    return {
        0: content[:start],
        1: content[:start] + chance.randbytes(40) + content[start + 40 :],
        2: content[:start] + bytes([content[start] ^ (1 << chance.randrange(8))]) + content[start + 1 :],
        3: content[:start] + content[start + chance.randrange(1, 600) :],
    }[chance.randrange(4)]


def unpacked_and_damaged(content, chance):
    """A package with damage within its XML, which its checksums then do not show."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name, part in parts.items() if name.endswith((".xml", ".rels")) and part])
    return zipped(parts | {name: damaged(parts[name], chance)})


def test_a_file_damaged_anywhere_is_read_or_refused_and_nothing_else(tmp_path, program):
    chance = random.Random(2020)
    outcomes = set()
    for path in whole_files(tmp_path, program):
        content = path.read_bytes()
        for turn in range(60):
            inside = turn % 2 and content.startswith(b"PK")
            path.write_bytes(unpacked_and_damaged(content, chance) if inside else damaged(content, chance))
            try:
                outcomes.add((path.suffix, type(read_sheets(path))))
            except InputError as refused:
                outcomes.add((path.suffix, type(refused)))
    assert outcomes == {
        (end, kind) for end in (".xlsx", ".xls", ".ods", ".docx", ".csv") for kind in (list, InputError)
    }


# --- A workbook typed into LibreOffice --------------------------------------------------------------------------

TYPED = ROOT / "tests" / "typed-in-libreoffice"
"""One workbook, typed in LibreOffice 7.4 in the fonts .VnTime, .VnTimeH and Times New Roman and saved in three formats.

Its figures are illustrative. Officers, teams and volunteers of the communes that have any:
"""
TYPED_FIGURES = {
    "Tuần Giáo": (4, 1, 9), "Mùn Chung": (1, 0, 0), "Mường Mùn": (1, 0, 0), "Quài Nưa": (3, 1, 7), "Tỏa Tình": (3, 1, 6),
    "Quài Cang": (1, 1, 5), "Chiềng Sinh": (1, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_what_was_typed_in_an_old_font_under_merged_headers_comes_through_right(suffix):
    district = units.resolve(UNIT, 2020)
    parts = units.parts(district, 2020)
    officers = tables.load(ROOT / "data" / "tables.toml", units.words_for(district, parts))["officers"]
    findings = Findings()
    read = read_table(
        TYPED / f"can-bo-doi-tinh-nguyen.{suffix}", officers.sought, findings, parts=parts, year=2020
    )
    names = {part.code: part.name for part in parts}
    figures = {names[row[0]]: row[1:] for row in read.frame.itertuples(index=False)}
    assert figures == {name: TYPED_FIGURES.get(name, (0, 0, 0)) for name in names.values()}
    assert read.sources[0].title[:3] == (
        "ỦY BAN NHÂN DÂN HUYỆN TUẦN GIÁO", "Phòng Lao động - Thương binh và Xã hội",
        "BIỂU 04: CÁN SỰ VÀ ĐỘI CÔNG TÁC XÃ HỘI TÌNH NGUYỆN",
    )  # fmt: skip
    assert {f.rule for f in findings} == {"legacy-encoding", "place-spelling", "dash"}
    (town,) = (f for f in findings if f.rule == "legacy-encoding" and f.row == 11)
    assert (town.column, town.value_before, town.value_after) == ("B", "TT. TuÇn Gi¸o", "TT. Tuần Giáo")
