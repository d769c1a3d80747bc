"""Many files, one table: communes and bodies send separately; what is expected is written here by hand."""

import contextlib
import shutil

import in_process
import pandas as pd
import pytest
from conftest import ROOT, UNIT
from openpyxl import Workbook

from baocao.analysis import submissions, tables, units
from baocao.analysis.findings import Findings
from baocao.analysis.settings import Intake
from baocao.analysis.stages import Stage
from baocao.errors import InputError

DISTRICT = units.resolve(UNIT, 2020)
COMMUNES = [
    part for part in units.parts(DISTRICT, 2020) if part.name in ("Tuần Giáo", "Phình Sáng", "Quài Nưa")
]
TOWN, PHINH_SANG, QUAI_NUA = (part.code for part in COMMUNES)
TABLES = tables.load(ROOT / "data" / "tables.toml", {"unit": "huyện"})
OFFICERS, WAVES, SUPPORT = (TABLES[id] for id in ("officers", "inspections", "support"))
HEADER = "Xã, thị trấn;Cán sự;Số đội;Số tình nguyện viên\n"
WHOLE = HEADER + "thị trấn Tuần Giáo;4;1;9\nxã Phình Sáng;0;0;0\nxã Quài Nưa;3;1;7\nTổng cộng;7;2;16\n"
SUPPORT_HEADER = "Dịch vụ hỗ trợ;Đơn vị tính;Số liệu\n"


@pytest.fixture
def gather(tmp_path):
    """Put together what these files say; the names that end in .csv are files of the year's folder."""

    def run(files, table=OFFICERS, **choices):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        findings = Findings()
        sent = {name: tmp_path / name for name in sorted(files)}
        read = submissions.gather(
            sent,
            table,
            findings,
            choices=Intake(dash="zero", **choices),
            parts=COMMUNES,
            confirmed={},
            year=2020,
        )
        return read, findings

    return run


def figures(read):
    """The rows of a table without their labels, missing ones as None."""
    return [[None if pd.isna(v) else v for v in row[1:]] for row in read.frame.itertuples(index=False)]


def said(findings):
    return [
        (f.severity, f.rule, f.file, f"{f.column}{f.row or ''}") for f in findings if f.rule != "no-total"
    ]


def test_one_file_is_the_whole_table(gather):
    read, findings = gather({"can-bo-doi-tinh-nguyen.csv": WHOLE})
    assert said(findings) == []
    assert figures(read) == [[4, 1, 9], [0, 0, 0], [3, 1, 7]]


def test_communes_that_send_separately_make_one_table_in_the_order_of_the_units(gather):
    read, findings = gather(
        {
            "can-bo-doi-tinh-nguyen/a.csv": HEADER + "xã Quài Nưa;3;1;7\n",
            "can-bo-doi-tinh-nguyen/b/thi tran.csv": HEADER
            + "xã Phình Sáng;0;0;0\nthị trấn Tuần Giáo;4;1;9\n",
        }
    )
    assert said(findings) == []
    assert read.frame["place"].tolist() == [TOWN, PHINH_SANG, QUAI_NUA]
    assert figures(read) == [[4, 1, 9], [0, 0, 0], [3, 1, 7]]
    assert read.address("teams", 0) == {
        "file": "can-bo-doi-tinh-nguyen/b/thi tran.csv", "sheet": "", "row": 3, "column": "C",
    }  # fmt: skip


def test_who_has_not_sent_is_named_and_its_figures_are_missing_not_zero(gather):
    read, findings = gather(
        {
            "can-bo-doi-tinh-nguyen/a.csv": HEADER + "xã Quài Nưa;3;1;7\n",
            "can-bo-doi-tinh-nguyen/b.csv": HEADER + "thị trấn Tuần Giáo;4;1;9\n",
        }
    )
    assert said(findings) == [("verify", "not-sent", "can-bo-doi-tinh-nguyen/", "")]
    assert "xã Phình Sáng" in next(iter(findings)).message.text("vi")
    assert figures(read) == [[4, 1, 9], [None, None, None], [3, 1, 7]]


def test_the_first_to_send_is_no_whole_table(gather):
    read, findings = gather({"can-bo-doi-tinh-nguyen/a.csv": HEADER + "xã Quài Nưa;3;1;7\n"})
    assert said(findings) == [("verify", "not-sent", "can-bo-doi-tinh-nguyen/", "")]
    assert figures(read) == [[None, None, None], [None, None, None], [3, 1, 7]]


def test_a_table_nobody_sent_is_an_error_that_names_the_file(gather):
    read, findings = gather({"truyen-thong.csv": "x"})
    assert said(findings) == [("error", "file", "can-bo-doi-tinh-nguyen.xlsx", "")]
    assert len(read.frame) == 0


SENT_TWICE = {
    "can-bo-doi-tinh-nguyen/cu.csv": HEADER
    + "xã Quài Nưa;3;1;7\nthị trấn Tuần Giáo;4;1;9\nxã Phình Sáng;0;0;0\n",
    "can-bo-doi-tinh-nguyen/moi.csv": HEADER + "xã Quài Nưa;5;1;7\n",
}


def test_a_second_file_of_a_commune_counts_only_if_it_says_what_it_replaces(gather):
    read, findings = gather(SENT_TWICE)
    assert said(findings) == [("error", "sent-twice", "can-bo-doi-tinh-nguyen/moi.csv", "A2")]
    assert read.frame["officers"].sum() == 7  # never both


def test_a_file_that_replaces_another_is_read_in_its_place(gather):
    folder = "can-bo-doi-tinh-nguyen"
    files = {
        f"{folder}/cu.csv": HEADER + "xã Quài Nưa;3;1;7\n",
        f"{folder}/moi.csv": HEADER + "xã Quài Nưa;5;1;7\n",
        f"{folder}/khac.csv": HEADER + "thị trấn Tuần Giáo;4;1;9\nxã Phình Sáng;0;0;0\n",
    }
    read, findings = gather(files, replaces={f"{folder}/moi.csv": f"{folder}/cu.csv"})
    assert said(findings) == [("note", "replaced", f"{folder}/cu.csv", "")]
    assert figures(read)[2] == [5, 1, 7]


def settings_said(names, tmp_path, **choices):
    """What is said of the settings where there are files of these names."""
    findings = Findings()
    sent = {name: tmp_path / name for name in names}
    submissions.report_settings(sent, TABLES.values(), Intake(dash="zero", **choices), findings)
    return [(f.severity, f.rule) for f in findings]


@pytest.mark.parametrize(
    ("replaces", "wrong"),
    [
        ({"ho-tro/b.csv": "ho-tro/a.csv"}, 0),
        ({"ho-tro/c.csv": "ho-tro/b.csv", "ho-tro/b.csv": "ho-tro/a.csv"}, 0),
        ({"ho-tro/b.csv": "ho-tro/x.csv"}, 1),
        ({"ho-tro/x.csv": "ho-tro/a.csv"}, 1),
        ({"ho-tro/a.csv": "ho-tro/a.csv"}, 1),
        ({"ho-tro/a.csv": "ho-tro/b.csv", "ho-tro/b.csv": "ho-tro/a.csv"}, 2),
        ({"ho-tro/a.csv": "kinh-phi/a.csv"}, 1),
    ],
)
def test_a_file_that_replaces_nothing_is_an_error(tmp_path, replaces, wrong):
    names = ["ho-tro/a.csv", "ho-tro/b.csv", "ho-tro/c.csv", "kinh-phi/a.csv"]
    assert settings_said(names, tmp_path, replaces=replaces) == [("error", "replaces-nothing")] * wrong


@pytest.mark.parametrize("table", [OFFICERS, WAVES, SUPPORT])
def test_files_that_replace_each_other_are_both_read(gather, table):
    one, two = f"{table.file}/1.csv", f"{table.file}/2.csv"
    _read, findings = gather({one: WHOLE, two: WHOLE}, table, replaces={one: two, two: one})
    assert "replaced" not in {f.rule for f in findings}


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({"ho-tro": ("cong-an", "y-te")}, []),
        ({"ho-tro": ("congan", "y-te")}, [("verify", "not-sent")]),
        ({"hotro": ("cong-an", "y-te")}, [("error", "sources-unknown")]),
        ({"kiem-tra-lien-nganh": ("cong-an", "y-te")}, [("error", "sources-unknown")]),
    ],
)
def test_a_body_that_is_nowhere_is_never_silently_without_effect(tmp_path, sources, found):
    names = ["ho-tro/cong-an.csv", "ho-tro/y-te/1.csv", "kiem-tra-lien-nganh/cong-an.csv"]
    assert settings_said(names, tmp_path, sources=sources) == found


TWO_BODIES = {
    "can-bo-doi-tinh-nguyen/cong-an.csv": HEADER
    + "xã Quài Nưa;3;1;7\nthị trấn Tuần Giáo;4;1;9\nxã Phình Sáng;0;;0\n",
    "can-bo-doi-tinh-nguyen/van-hoa.csv": HEADER
    + "xã Quài Nưa;3;2;7\nthị trấn Tuần Giáo;4;1;9\nxã Phình Sáng;0;2;0\n",
}


@pytest.mark.parametrize(
    ("order", "teams"), [(("cong-an", "van-hoa"), [1, 2, 1]), (("van-hoa", "cong-an"), [1, 2, 2])]
)
def test_of_two_bodies_that_differ_the_setting_says_whose_figure_counts(gather, order, teams):
    read, findings = gather(TWO_BODIES, sources={"can-bo-doi-tinh-nguyen": order})
    assert read.frame["teams"].tolist() == teams
    loser = f"can-bo-doi-tinh-nguyen/{order[1]}.csv"
    differing = [f for f in findings if f.rule == "sources-differ"]
    assert [(f.severity, f.file, f"{f.column}{f.row}") for f in differing] == [("verify", loser, "C2")]
    assert f"can-bo-doi-tinh-nguyen/{order[0]}.csv, C2" in differing[0].message.text("vi")


def test_a_figure_that_only_the_second_body_has_keeps_its_address(gather):
    read, _findings = gather(TWO_BODIES, sources={"can-bo-doi-tinh-nguyen": ("cong-an", "van-hoa")})
    assert read.address("teams", 1)["file"] == "can-bo-doi-tinh-nguyen/van-hoa.csv"
    assert read.address("officers", 1)["file"] == "can-bo-doi-tinh-nguyen/cong-an.csv"


def test_without_a_setting_two_bodies_are_an_error_that_says_which_setting(gather):
    _read, findings = gather(TWO_BODIES)
    assert [f.rule for f in findings.errors] == ["sent-twice"] * 3
    assert "[intake.sources]" in findings.errors[0].remedy.text("vi")


def test_waves_of_several_files_follow_each_other_and_none_counts_twice(gather):
    header = (
        "Đợt kiểm tra;Tháng;Lượt cơ sở được kiểm tra;Tổng số;Cảnh cáo;Phạt tiền;Đình chỉ, thu hồi giấy phép;"
        "Xử phạt bổ sung;Số tiền phạt (triệu đồng)\n"
    )
    files = {
        "kiem-tra-lien-nganh/1.csv": header + "Đợt 1;1;7;0;0;0;0;0;0\n",
        "kiem-tra-lien-nganh/2.csv": header + "Đợt 2;5;6;0;0;0;0;0;0\nĐỢT 1;1;7;0;0;0;0;0;0\n",
    }
    table = WAVES.model_copy(
        update={
            "columns": tuple(
                c.model_copy(update={"headers": ("Tổng số",)}) if c.name == "breaches" else c
                for c in WAVES.columns
            )
        }
    )
    read, findings = gather(files, table)
    table.check(read, findings)
    assert read.frame["inspected"].tolist() == [7, 6, 7]
    assert said(findings) == [("error", "line-count", "kiem-tra-lien-nganh/2.csv", "A3")]


def test_lines_of_several_files_are_one_table_and_each_line_must_be_there(gather):
    files = {
        "ho-tro/y-te.csv": SUPPORT_HEADER + "3. Chăm sóc y tế;lượt;5\n- Dự phòng lây nhiễm HIV;lượt;2\n",
        "ho-tro/lao-dong.csv": SUPPORT_HEADER
        + "Tư vấn,  trợ giúp pháp lý;lượt;1\nHọc nghề, tạo việc làm;lượt;0\n",
    }
    read, findings = gather(files, SUPPORT)
    assert dict(zip(SUPPORT.named_lines(read, findings), read.frame["value"], strict=True)) == {
        "health": 5, "hiv": 2, "advice": 1, "work": 0,
    }  # fmt: skip
    assert [f.rule for f in findings.errors] == ["line-count"]
    assert "Giáo dục, truyền thông" in findings.errors[0].message.text("vi")


def test_a_line_that_one_of_several_files_gives_twice_is_an_error(gather):
    files = {
        "ho-tro/a.csv": SUPPORT_HEADER + "Chăm sóc y tế;lượt;5\nChăm sóc y tế;lượt;7\n",
        "ho-tro/b.csv": SUPPORT_HEADER + "Tư vấn, trợ giúp pháp lý;lượt;1\n",
    }
    _read, findings = gather(files, SUPPORT)
    assert said(findings) == [("error", "line-count", "ho-tro/a.csv", "A3")]


def test_two_bodies_may_write_a_line_differently(gather):
    files = {
        "ho-tro/a.csv": SUPPORT_HEADER + "Chăm sóc y tế;lượt;5\n",
        "ho-tro/b.csv": SUPPORT_HEADER + "3. Chăm sóc  Y tế;lượt;7\n",
    }
    read, findings = gather(files, SUPPORT, sources={"ho-tro": ("b", "a")})
    assert figures(read) == [[7]]
    assert [(f.rule, f.file) for f in findings if f.severity != "note"] == [
        ("sources-differ", "ho-tro/a.csv")
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Đơn vị tính: nghìn đồng", ["other-measure"]), ("(ĐVT: 1.000 đồng)", ["other-measure"]),
        ("Đơn vị: đồng", ["other-measure"]), ("Đơn vị tính: triệu đồng", []), ("Đơn vị: xã Phình Sáng", []),
    ],
)  # fmt: skip
def test_another_unit_of_money_above_the_table_is_asked_about(gather, line, found):
    budget = TABLES["budget"]
    rows = "".join(f"{each.name};1500\n" for each in budget.lines)
    read, findings = gather({"kinh-phi.csv": f"{line};\nNguồn kinh phí;Số tiền (triệu đồng)\n{rows}"}, budget)
    budget.check(read, findings)
    assert [f.rule for f in findings if f.severity != "note"] == found


def test_a_line_that_nobody_knows_is_an_error_with_its_cell(gather):
    read, findings = gather({"ho-tro.csv": SUPPORT_HEADER + "Tặng quà;lượt;5\n"}, SUPPORT)
    SUPPORT.named_lines(read, findings)
    assert ("error", "unknown-line", "ho-tro.csv", "A2") in said(findings)


def test_one_file_that_cannot_be_read_hides_nothing_of_the_others(gather):
    files = {
        "can-bo-doi-tinh-nguyen/a.csv": "",
        "can-bo-doi-tinh-nguyen/b.pdf": "%PDF-1.4",
        "can-bo-doi-tinh-nguyen/c.csv": HEADER + "thị trấn Tuần Giáo;4;một;9\n",
    }
    _read, findings = gather(files)
    assert [(f.rule, f.file) for f in findings.errors] == [
        ("file", "can-bo-doi-tinh-nguyen/a.csv"),
        ("file", "can-bo-doi-tinh-nguyen/b.pdf"),
        ("not-a-number", "can-bo-doi-tinh-nguyen/c.csv"),
    ]


def test_a_file_of_no_table_is_asked_about(tmp_path):
    findings = Findings()
    names = [
        "report.toml",
        "narrative.md",
        "ho-tro.csv",
        "ho-tro/x.xlsx",
        "bieu-nhap/xa.xlsx",
        "bao cao.xlsx",
        "x/ho-tro.csv",
    ]
    submissions.report_unread({name: tmp_path / name for name in names}, TABLES.values(), findings)
    assert said(findings) == [
        ("verify", "unread-file", "bao cao.xlsx", ""), ("verify", "unread-file", "x/ho-tro.csv", ""),
    ]  # fmt: skip


def test_a_sheet_of_a_form_that_was_renamed_is_asked_about(tmp_path):
    book = Workbook()
    book.active.title = "Hướng dẫn"
    book.active.append(["Chỉ điền ô trắng"])
    for title in ("Hỗ trợ", "Kinh phí (2)"):
        book.create_sheet(title).append(["Nguồn khác", 5])
    book.save(tmp_path / "xa.xlsx")
    findings = Findings()
    submissions.report_unread({"bieu-nhap/xa.xlsx": tmp_path / "xa.xlsx"}, TABLES.values(), findings)
    assert [(f.rule, f.sheet) for f in findings] == [("unread-sheet", "Kinh phí (2)")]


def test_a_file_that_is_called_like_a_person_is_not_read_and_its_name_is_shown_nowhere(tmp_path):
    findings = Findings()
    good = ["ho-tro.csv", "truyen-thong/Quài Nưa.xlsx", "truyen-thong/tt_tuan_giao-lan-2.csv", "report.toml"]
    bad = ["truyen-thong/Nguyễn_Văn_Mẫu.csv", "Lò Thị Mẫu/ho-tro.csv", "ho-tro/gui 0912 345 678.csv"]
    sent = {name: tmp_path / name for name in [*good, *bad]}
    assert list(submissions.without_names(sent, COMMUNES, findings)) == good
    assert [(f.severity, f.rule, f.file) for f in findings] == [
        ("error", "personal-data", "truyen-thong/"),
        ("error", "personal-data", ""),
        ("error", "personal-data", "ho-tro/"),
    ]
    assert "Mẫu" not in findings.to_csv()


# --- in 1_clean ---


def clean(tmp_path, change):
    """What 1_clean finds in huyện Minh Họa 2020 once `change` has changed the folder of that year."""
    data = shutil.copytree(ROOT / "data", tmp_path / "data")
    stage = Stage("1_clean", "vi-du/huyen-minh-hoa", 2020, "internal", data)
    change(stage.inputs)
    with contextlib.suppress(InputError):  # its findings are kept
        in_process.stage(stage, tmp_path / "work")
    return Findings.load(stage.folder(tmp_path / "work"))


def test_a_column_of_another_year_is_asked_about(tmp_path):
    def change(folder):
        (folder / "ho-tro.csv").unlink()
        book = Workbook()
        rows = [["Năm 2020"], ["Dịch vụ hỗ trợ", "Năm 2019"], [None, "Số liệu"]]
        for row in [*rows, *([line.name, 1] for line in SUPPORT.lines)]:
            book.active.append(row)
        book.active.merge_cells("A2:A3")
        book.save(folder / "ho-tro.xlsx")

    findings = [f for f in clean(tmp_path, change) if f.rule == "other-year"]
    assert [(f.severity, f.file, f.column) for f in findings] == [("verify", "2020/ho-tro.xlsx", "B")]


def test_settings_that_name_nothing_stop_the_report(tmp_path):
    def change(folder):
        text = (folder / "report.toml").read_text(encoding="utf-8")
        names = '[intake.replaces]\n"ho-tro/a.csv" = "ho-tro.csv"\n'
        (folder / "report.toml").write_text(
            text.replace("\n[illustrative]", "\n" + names + "[illustrative]"), encoding="utf-8"
        )

    assert [(f.rule, f.file) for f in clean(tmp_path, change).errors] == [
        ("replaces-nothing", "2020/report.toml")
    ]
