"""The command line from spreadsheets to HTML and PDF: what the report says, what it leaves, how it fails."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
import sys

import openpyxl
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, UNIT

FILES = {
    "report.html",
    "report.pdf",
    "report.docx",
    "report.ipynb",
    "indicators.csv",
    "findings.csv",
    "findings.html",
    "run.json",
}


def pdf_text(path):
    document = pypdfium2.PdfDocument(path)
    pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"\s+", " ", " ".join(pages))


def html_text(path):
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return re.sub(r"\s+", " ", page.get_text(" "))


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.is_file()}


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- What is made ---------------------------------------------------------------------------------------------------


def test_the_report_has_exactly_the_promised_files(report):
    assert set(digests(report)) == FILES


def test_it_says_where_they_are(built, pipeline, report):
    done = pipeline("run", "--district", "tuan-giao", "--year", "2020", "--outputs", built)
    assert done.code == 0
    for name in FILES:
        assert str(report / name) in done.out


SECTIONS = [
    "I. KẾT QUẢ THỰC HIỆN CÔNG TÁC PHÒNG, CHỐNG MẠI DÂM NĂM 2020",
    "1. Đánh giá tình hình tệ nạn mại dâm tại địa phương",
    "2. Kết quả thực hiện các nhiệm vụ công tác trọng tâm",
    "2.1. Công tác tham mưu, chỉ đạo",
    "2.2. Công tác phòng ngừa mại dâm",
    "2.3. Công tác đấu tranh, truy quét, triệt phá ổ nhóm tội phạm liên quan đến hoạt động mại dâm",
    "II. NHẬN XÉT, ĐÁNH GIÁ",
    "1. Ưu điểm",
    "2. Tồn tại, hạn chế",
    "3. Nguyên nhân của tồn tại, hạn chế",
    "III. PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM NĂM 2021",
    "IV. KIẾN NGHỊ, ĐỀ XUẤT",
]
"""The section titles of the source report (shared facts of the form, not its sentences)."""

WHOLE = re.compile(r"(?<!\d)0 người|(?<!\d)20 cơ sở kinh doanh dịch vụ|Phấn đấu năm 2021: 100% xã, thị trấn")
"""The figures that the source report gives, each with its edges: "10 người" is not "0 người"."""

FACTS = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "BÁO CÁO",
    "Kết quả thực hiện công tác phòng, chống mại dâm năm 2020 và phương hướng, nhiệm vụ trọng tâm năm 2021",
    ": Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên",
    "Kính gửi",
    "2378/SLĐTBXH-PCTNXH ngày 18/11/2020",
    "Phụ lục I",
    "Toàn dân bảo vệ an ninh Tổ quốc",
    "Cơ sở dữ liệu quốc gia về dân cư",
    "Ban Chỉ đạo phòng, chống HIV/AIDS và phòng, chống ma túy, mại dâm huyện",
    "Pháp lệnh Phòng, chống mại dâm",
    "đào tạo nghề cho lao động nông thôn",
    "vay vốn",
    "giảm nghèo bền vững",
    "Đội kiểm tra liên ngành",
    "Hòm thư góp ý và tố giác tội phạm",
    "Năm 2020 không phát hiện",
    "thị trấn Tuần Giáo, xã Quài Nưa và xã Tỏa Tình",
    "vùng sâu, vùng xa",
    "văn hóa phẩm",
    "kiêm nhiệm",
    "phòng, chống mua bán người",
    "Internet",
    "bố trí thêm kinh phí",
    "./.",
    "Nơi nhận:",
    "Như trên",
    "Thường trực Huyện ủy",
    "Lưu: VT",
    "TM. ỦY BAN NHÂN DÂN",
    "CHỦ TỊCH",
]
"""What the source report says, as facts; each must be in the HTML and in the PDF."""


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_the_report_carries_every_section_and_fact_of_the_source_report_in_order(report, kind):
    text = {"html": html_text, "pdf": pdf_text}[kind](report / f"report.{kind}")
    position = 0
    for title in SECTIONS:
        found = text.lower().find(title.lower(), position)
        assert found >= 0, f"{title!r} is missing, or not in its place"
        position = found
    for fact in FACTS:
        assert fact in text, fact
    assert len(set(WHOLE.findall(text))) == 3


def test_the_source_reports_mistakes_are_not_copied(report):
    text = html_text(report / "report.html")
    for mistake in (
        "UBTBQH11",
        "Ban chỉ đạo Ban chỉ đạo",
        "phú hợp",
        "bèn vững",
        "lực chọn",
        "cac mô hình",
        "báo cáo quả",
    ):
        assert mistake not in text


def test_the_annex_has_nineteen_communes_and_their_totals(report):
    page = BeautifulSoup((report / "report.html").read_text(encoding="utf-8"), "html.parser")
    table = next(t for t in page.find_all("table") if "Quài Nưa" in t.get_text())
    body = [
        [cell.get_text(strip=True) for cell in row.find_all(["td", "th"])]
        for row in table.tbody.find_all("tr")
    ]
    assert len(body) == 20
    columns = list(zip(*body, strict=True))
    assert list(columns[0][:19]) == [str(i) for i in range(1, 20)]
    for column in columns[2:]:
        *parts, total = (int(text) for text in column)
        assert sum(parts) == total
    assert body[-1][-1] == "20"


# --- Figures, computed a second time from the raw cells ---------------------------------------------------------------


def raw(year, name):
    return next(iter(openpyxl.load_workbook(ROOT / "data" / UNIT / str(year) / name, data_only=True)))


def commune_rows(year, name):
    """The rows of a by-commune sheet: those whose first filled cell is a running number and whose second is a name."""
    for row in raw(year, name).iter_rows(values_only=True):
        cells = [cell for cell in row if cell is not None]
        if len(cells) > 2 and str(cells[0]).isdigit() and isinstance(cells[1], str):
            yield cells


def as_number(cell):
    return 0 if cell == "-" else int(str(cell).replace(".", ""))


def value(report, code, place="099", column="value"):
    return next(
        r[column] for r in rows(report / "indicators.csv") if (r["code"], r["place"]) == (code, place)
    )


def test_indicators_equal_a_second_computation_from_the_raw_cells(report):
    establishments = [
        [as_number(c) for c in r[2:]] for r in commune_rows(2020, "co-so-kinh-doanh-dich-vu.xlsx")
    ]
    assert len(establishments) == 19
    assert int(value(report, "B1")) == sum(r[-1] for r in establishments) == 20
    assert int(value(report, "B.karaoke")) == sum(r[2] for r in establishments)
    assert int(value(report, "B2")) == sum(r[-1] > 0 for r in establishments)
    before = [[as_number(c) for c in r[2:]] for r in commune_rows(2019, "co-so-kinh-doanh-dich-vu.xlsx")]
    assert int(value(report, "B1", column="previous")) == sum(r[-1] for r in before)
    assert int(value(report, "B1", column="change")) == 20 - sum(r[-1] for r in before)
    reached = [r for r in commune_rows(2020, "truyen-thong.xlsx") if as_number(r[2]) + as_number(r[3]) > 0]
    assert int(value(report, "C4")) == len(reached) == 16
    assert float(value(report, "C5")) == pytest.approx(16 / 19 * 100)
    assert (value(report, "C5", column="numerator"), value(report, "C5", column="denominator")) == (
        "16",
        "19",
    )
    officers = {r[1]: as_number(r[2]) for r in commune_rows(2020, "can-bo-doi-tinh-nguyen.xlsx")}
    assert int(value(report, "H1")) == sum(officers.values()) == 12
    assert float(value(report, "I1")) == 35.5


def test_indicators_csv_keeps_its_contract_and_marks_what_is_illustrative(report):
    table = rows(report / "indicators.csv")
    assert list(table[0]) == [
        "code", "name", "unit_of_measure", "kind", "place", "value", "numerator", "denominator", "previous", "change",
        "target", "achieved", "comparable", "illustrative", "sensitive", "why_not", "previous_suppressed", "suppressed",
    ]  # fmt: skip
    real = {(r["code"], r["place"]) for r in table if r["illustrative"] == "false"}
    assert real == {("A1", "099"), ("B1", "099"), ("E1", "099")}
    nothing = {"%": ""}  # of no denunciations, no share was handled
    assert all(
        r["value"] == nothing.get(r["unit_of_measure"], "0") for r in table if r["sensitive"] == "true"
    )
    assert {r["place"] for r in table if r["code"] == "B1"} >= {"099", "03253", "03304"}


def test_illustrative_data_are_marked_and_the_mark_goes_when_none_is(report, data, outputs, pipeline):
    assert "minh họa" in html_text(report / "report.html")
    for year in (2018, 2019, 2020):
        settings = data / UNIT / str(year) / "report.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text[: text.index("[illustrative]")], encoding="utf-8")
    done = pipeline("run", "--district", "tuan-giao", "--year", "2020", "--data", data, "--outputs", outputs)
    assert done.code == 0, done.err
    assert "minh họa" not in html_text(outputs / UNIT / "2020" / "report.html")
    assert "minh họa" not in pdf_text(outputs / UNIT / "2020" / "report.pdf")


# --- Same inputs, same bytes ------------------------------------------------------------------------------------------


def test_two_builds_in_two_folders_give_the_same_bytes(report, tmp_path, pipeline):
    copy = shutil.copytree(ROOT / "data", tmp_path / "dữ liệu" / "data")
    done = pipeline(
        "run", "--unit", "huyen-tuan-giao", "--year", "2020", "--data", copy, "--outputs", tmp_path / "kết quả",
        "--lang", "en", cwd=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert digests(tmp_path / "kết quả" / UNIT / "2020") == digests(report)


def test_nothing_of_the_machine_is_in_the_outputs(report, built):
    for path in report.iterdir():
        content = path.read_bytes()
        for trace in (str(ROOT).encode(), str(built).encode(), b"ipykernel_", b"/tmp/"):
            assert trace not in content, (path.name, trace)


def test_run_json_names_what_the_report_was_made_from(report):
    record = json.loads((report / "run.json").read_text(encoding="utf-8"))
    assert record["unit"]["code"] == "099"
    assert set(record["outputs"]) == FILES - {"run.json"}
    assert record["outputs"] == {name: d for name, d in digests(report).items() if name != "run.json"}
    assert f"{UNIT}/2019/co-so-kinh-doanh-dich-vu.xlsx" in record["triggers"]["inputs"]
    assert record["font"]["name"]


def test_the_samples_in_docs_are_what_is_made_today(report):
    """Text, not bytes: pictures may differ between Python minors. `make samples` brings them up to date."""
    samples = ROOT / "docs" / "samples"
    assert html_text(samples / "report.html") == html_text(report / "report.html")
    for name in ("indicators.csv", "findings.csv", "findings.html"):
        assert (samples / name).read_bytes() == (report / name).read_bytes()
    with pypdfium2.PdfDocument(samples / "report.pdf") as document:
        assert len(list(samples.glob("page-*.png"))) == len(document)


# --- Errors -----------------------------------------------------------------------------------------------------------


def edit(path, change):
    book = openpyxl.load_workbook(path)
    change(next(iter(book)))
    book.save(path)


def find(sheet, text):
    return next(
        cell for row in sheet.iter_rows() for cell in row if str(cell.value or "").strip().startswith(text)
    )


def set_beside(text, offset, content):
    def change(sheet):
        cell = find(sheet, text)
        sheet.cell(cell.row, cell.column + offset).value = content

    return change


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--district", "tuan-gao", "--year", "2020"], 2, "tuan-giao"),
        (["--district", "tuan-giao", "--year", "2016"], 2, "2018, 2019, 2020"),
        (["--district", "tuan-giao", "--year", "hai nghìn"], 2, "2018-2020"),
        (["--district", "tuan-giao", "--year", "2020", "--format", "doc"], 2, "html, pdf"),
        (["--district", "huyen-tuan-giao", "--year", "2025"], 2, "2025-06-30"),
        (
            ["--district", "huyện Tuần Giáo", "--year", "2025"],
            2,
            "dien-bien/xa-tua-chua, dien-bien/xa-sang-nhe",
        ),
        (["--district", "tuan-giao", "--year", "2025"], 2, "dien-bien/xa-pu-nhung"),
        (["--district", "xa-tuan-giao", "--year", "2025"], 2, "2026"),
        (["--district", "tuan-giao", "--all"], 2, "--province"),
        ([], 2, "--district"),
        (["--distric", "tuan-giao"], 2, "--district"),
    ],
)
def test_wrong_usage_says_what_to_write_instead(pipeline, tmp_path, arguments, code, said):
    done = pipeline("run", *arguments, "--outputs", tmp_path / "out")
    assert done.code == code, done.err
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


def missing_file(folder):
    (folder / "truyen-thong.xlsx").unlink()


def unreadable(folder):
    (folder / "truyen-thong.xlsx").write_bytes(b"PK\x03\x04 broken")


def negative(folder):
    edit(
        folder / "kiem-tra-lien-nganh.xlsx",
        lambda s: setattr(s.cell(find(s, "1").row + 1, find(s, "1").column + 3), "value", -5),
    )


def not_a_number(folder):
    edit(folder / "can-bo-doi-tinh-nguyen.xlsx", set_beside("xã Ta Ma", 1, "nhiều"))


def doubled(folder):
    def change(sheet):
        cell = next(c for row in sheet.iter_rows() for c in row if "Ta Ma" in str(c.value or ""))
        cell.value = "Xã Quài Nưa"

    edit(folder / "co-so-kinh-doanh-dich-vu.xlsx", change)


def two_files_at_once(folder):
    missing_file(folder)
    (folder / "kinh-phi.csv").write_bytes("Nguồn".encode("utf-16"))


def wave_and_line_told_twice(folder):
    edit(folder / "kiem-tra-lien-nganh.xlsx", lambda sheet: setattr(find(sheet, "Đợt 4"), "value", "Đợt 3"))
    with (folder / "vu-viec-doi-tuong.csv").open("a", encoding="utf-8") as file:
        file.write("Số tin báo, tố giác đã xử lý;tin;3\n")


def more_handled_than_received(folder):
    path = folder / "vu-viec-doi-tuong.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("đã xử lý;tin;0", "đã xử lý;tin;3"), encoding="utf-8-sig")


def many_at_once(folder):
    for damage in (negative, not_a_number, wave_and_line_told_twice, doubled):
        damage(folder)


def last_years_sheet(folder):
    (folder.parent / "2019" / "truyen-thong.xlsx").write_bytes(b"")


def bad_setting(folder):
    path = folder / "report.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('dash = "zero"', 'dash = "khong"'), encoding="utf-8"
    )


def unknown_figure(folder):
    path = folder / "narrative.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("## tham-muu\n", "## tham-muu\n\nCó {eval}`C66` cơ sở ký cam kết.\n"), encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (unreadable, ["truyen-thong.xlsx"]),
        (
            many_at_once,
            [
                "2020/kiem-tra-lien-nganh.xlsx, Bieu 02, D",
                "can-bo-doi-tinh-nguyen.xlsx",
                "nhiều",
                "Đợt 3",
                "tố giác đã xử lý",
                "co-so-kinh-doanh-dich-vu.xlsx",
                "Quài Nưa",
                "Ta Ma",
            ],
        ),
        (two_files_at_once, ["truyen-thong.xlsx", "kinh-phi.csv"]),
        (more_handled_than_received, ["vu-viec-doi-tuong.csv"]),
        (last_years_sheet, ["2019/truyen-thong.xlsx"]),
        (bad_setting, ["report.toml", "intake.dash"]),
        (unknown_figure, ["narrative.md", "C66"]),
    ],
)
def test_bad_input_names_the_place_leaves_the_old_report_and_says_it_is_old(
    built, data, tmp_path, pipeline, damage, said
):
    outputs = shutil.copytree(built, tmp_path / "out")
    before = digests(outputs / UNIT / "2020")
    damage(data / UNIT / "2020")
    done = pipeline("run", "--district", "tuan-giao", "--year", "2020", "--data", data, "--outputs", outputs)
    assert done.code == 3, done.err
    for words in said:
        assert words in done.err
    assert "→" in done.err
    assert "CŨ" in done.err
    assert "Traceback" not in done.err
    after = digests(outputs / UNIT / "2020")
    assert after.pop("BAN-CU.txt")
    assert after == before
    assert not list(outputs.rglob("*.part"))


@pytest.fixture
def checkout(tmp_path):
    """The repository's own program on a copy of the notebooks and data, to damage."""
    for name in ("notebooks", "data", "baocao"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pipeline.py", tmp_path / "pipeline.py")
    return tmp_path


def run_in(folder, *arguments):
    command = [sys.executable, "pipeline.py", "run", "--district", "tuan-giao", "--year", "2020", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_new_indicator_takes_what_the_readme_says_and_no_more(checkout):
    """The README's own example, added to a copy of the repository: an entry of the dictionary and a line in a cell."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    steps = readme[readme.index("**A new indicator**") :]
    entry, line = re.search(r"```toml\n(.*?)```.*?```python\n(.*?)\n```", steps, re.DOTALL).groups()
    with (checkout / "data" / "indicators.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + entry)
    path = checkout / "notebooks" / "2_indicators.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "c")
    cell["source"] = "".join(cell["source"]) + f"\n{line}"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = run_in(checkout)
    assert done.returncode == 0, done.stderr
    folder = checkout / "outputs" / UNIT / "2020"
    with (folder / "indicators.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["code"] == "C9"]
    assert (row["name"], row["unit_of_measure"]) == ("Số hoạt động tuyên truyền", "hoạt động")
    assert (row["value"], row["previous"], row["change"]) == ("213", "173", "40")  # 35 + 178, 29 + 144
    assert "Số hoạt động tuyên truyền (*) hoạt động 173 213 +40" in pdf_text(folder / "report.pdf")
    assert "Số hoạt động tuyên truyền" in html_text(folder / "report.html")


def break_cell(folder, id, source):
    path = folder / "notebooks" / "3_report.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    next(cell for cell in notebook["cells"] if cell["id"] == id)["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.parametrize(
    ("id", "source", "said"),
    [
        ("cach-noi", "1 / 0", "ZeroDivisionError"),
        ("cach-noi", "import os\nos._exit(3)", "3_report"),
        ("ket-thuc", "Trên đây là báo cáo {eval}`khong_co`./.", "khong_co"),
        ("khung", "x = 1", "report"),
        ("tham-so", 'unit: str = "a"', "year"),
    ],
)
def test_a_failing_notebook_is_named_kept_and_leaves_nothing_half_written(checkout, id, source, said):
    break_cell(checkout, id, source)
    done = run_in(checkout)
    assert done.returncode in {2, 4}, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    outputs = checkout / "outputs"
    assert not (outputs / UNIT).exists()
    assert not list(outputs.rglob("*.part"))
    if id == "cach-noi":
        kept = outputs / ".work" / "failed" / UNIT / "2020" / "3_report" / "notebook.ipynb"
        assert "os._exit" in source or "ZeroDivisionError" in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "3_report hỏng ở dien-bien/huyen-tuan-giao năm 2020, ô {cell}: Biểu đồ chưa có lời mô tả"),
        ("en", "3_report failed for dien-bien/huyen-tuan-giao 2020, cell {cell}: The chart has no text"),
    ],
)
def test_a_mistake_in_a_cell_is_told_with_its_place_in_the_language_asked_for(checkout, language, said):
    break_cell(checkout, "cach-noi", "show_chart(None, alt='')")
    done = run_in(checkout, "--lang", language)
    assert done.returncode == 4
    assert re.search(re.escape(said).replace(r"\{cell\}", r"\d+"), done.stderr), done.stderr
    assert done.stderr.count("→") == 2
    assert "MisuseError" not in done.stderr


def test_one_failing_report_does_not_stop_the_others(data, outputs, pipeline):
    missing_file(data / UNIT / "2020")
    done = pipeline(
        "run",
        "--district",
        "tuan-giao",
        "--years",
        "2019-2020",
        "--data",
        data,
        "--outputs",
        outputs,
        "--json",
    )
    assert done.code == 1
    first, second = json.loads(done.out)
    assert first["error"] is None
    assert "truyen-thong.xlsx" in second["error"]
    assert set(digests(outputs / UNIT / "2019")) == FILES
    assert not (outputs / UNIT / "2020").exists()


def test_check_lists_all_findings_and_makes_no_report(data, outputs, pipeline):
    not_a_number(data / UNIT / "2020")
    done = pipeline(
        "check", "--district", "tuan-giao", "--year", "2020", "--data", data, "--outputs", outputs
    )
    assert done.code == 3
    assert "can-bo-doi-tinh-nguyen.xlsx" in done.err
    assert not (outputs / UNIT).exists()
    done = pipeline("check", "--district", "tuan-giao", "--year", "2020", "--outputs", outputs)
    assert done.code == 0
    assert "Tỏa Tình" in done.out or "Toả Tình" in done.out


def test_help_and_errors_speak_vietnamese_and_english(pipeline):
    vietnamese, english = pipeline("run", "--help"), pipeline("run", "--help", "--lang", "en")
    assert "Cách dùng" in vietnamese.out
    assert "Usage" in english.out
    assert "Usage" not in vietnamese.out
    assert "Options" not in vietnamese.out
