"""What a report notebook shows: frame, tables, charts, prose."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import mistune
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from baocao.analysis.document import (
    CHART_MIME,
    FRAME_MIME,
    TABLE_MIME,
    Frame,
    HeaderCell,
    Narrative,
    Offers,
    Prose,
    Table,
    annex_labels,
    check_header,
    literal,
    show_chart,
)
from baocao.analysis.findings import Findings
from baocao.errors import InputError, UsageError
from baocao.messages import _

FRAME = Frame(
    issuer=["ỦY BAN NHÂN DÂN", "HUYỆN TUẦN GIÁO"],
    symbol="BC-UBND",
    place="Tuần Giáo",
    subject="Kết quả công tác năm 2020",
    addressees=["Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên"],
    recipients=["Như trên", "Thường trực Huyện ủy"],
    file="Lưu: VT, LĐTBXH",
    authority="TM. ỦY BAN NHÂN DÂN",
    posts=["CHỦ TỊCH"],
    sections=["ket-qua"],
    period_end="2020-12-14",
)


def frame(**changes: Any) -> Frame:
    return dataclasses.replace(FRAME, **changes)


# --- Frame --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "words"),
    [  # the decree's own examples and their neighbours (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.4b)
        ("2020-03-05", "ngày 05 tháng 3 năm 2020"),
        ("2020-02-05", "ngày 05 tháng 02 năm 2020"),
        ("2020-01-31", "ngày 31 tháng 01 năm 2020"),
        ("2020-12-15", "ngày 15 tháng 12 năm 2020"),
        ("2021-10-10", "ngày 10 tháng 10 năm 2021"),
    ],
)
def test_the_date_has_the_decree_s_leading_zeros(date: str, words: str) -> None:
    assert frame(date=date).date_in_words == words


def test_a_draft_leaves_room_for_number_and_date() -> None:
    assert FRAME.draft
    assert re.fullmatch(r"\s{6,}/BC-UBND", FRAME.full_number)
    assert re.fullmatch(r"ngày\s{4,}tháng\s{4,}năm 2020", FRAME.date_in_words)
    assert " " * 2 not in FRAME.date_in_words  # HTML would collapse it


@pytest.mark.parametrize(("number", "shown"), [("5", "05"), ("05", "05"), ("123", "123"), ("12a", "12a")])
def test_a_number_below_ten_has_a_leading_zero(number: str, shown: str) -> None:
    assert frame(number=number).full_number == f"{shown}/BC-UBND"


def test_number_and_date_end_the_draft() -> None:
    assert frame(number="5").draft
    assert frame(date="2020-12-15").draft
    assert not frame(number="5", date="2020-12-15").draft


@pytest.mark.parametrize(
    ("issuer", "name"),
    [
        (["ỦY BAN NHÂN DÂN", "HUYỆN TUẦN GIÁO"], "Ủy ban nhân dân huyện Tuần Giáo"),
        (["UỶ BAN NHÂN DÂN", "THỊ TRẤN TUẦN GIÁO"], "Uỷ ban nhân dân thị trấn Tuần Giáo"),
        (["ỦY BAN NHÂN DÂN TỈNH ĐIỆN BIÊN"], "Ủy ban nhân dân tỉnh Điện Biên"),
        (["PHÒNG LAO ĐỘNG - TB&XH"], "PHÒNG LAO ĐỘNG - TB&XH"),  # its capitals do not tell its proper nouns
    ],
)
def test_the_issuer_is_named_in_a_sentence(issuer: list[str], name: str) -> None:
    assert frame(issuer=issuer).issuer_in_words == name
    assert frame(issuer=issuer, issuer_name="Phòng A").issuer_in_words == "Phòng A"


def test_recipients_are_a_list_that_ends_with_the_file() -> None:
    assert FRAME.recipient_lines == ["Như trên;", "Thường trực Huyện ủy;", "Lưu: VT, LĐTBXH."]


def test_one_addressee_stands_alone_several_are_a_list() -> None:
    assert FRAME.addressee_lines == ["Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên"]
    assert frame(addressees=["Sở A", "Sở B"]).addressee_lines == ["Sở A;", "Sở B."]
    assert frame(addressees=[], recipients=["Sở A"]).addressee_lines == []


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": []},
        {"issuer": [" "]},
        {"recipients": [], "addressees": []},
        {"addressees": []},  # "Như trên" refers to nothing
        {"recipients": ["Thường trực Huyện ủy"]},  # "Kính gửi" without "Như trên"
        {"recipients": ["Thường trực Huyện ủy", "Như trên"]},
        {"date": "15/12/2020"},
        {"date": "2020-13-01"},
        {"period_end": ""},
        {"charts": {"pdf": "top"}},
    ],
)
def test_a_contradictory_frame_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        frame(**changes)
    assert caught.value.remedy


def test_the_title_ends_with_the_unit() -> None:
    assert FRAME.title == "Báo cáo: Kết quả công tác năm 2020"
    assert frame(unit="huyện Tuần Giáo").title == "Báo cáo: Kết quả công tác năm 2020 - huyện Tuần Giáo"


def test_the_preview_shows_the_hyphens_of_several_addressees() -> None:
    page = BeautifulSoup(frame(addressees=["Sở A", "Sở B"])._repr_mimebundle_()["text/html"], "html.parser")
    assert "Kính gửi: - Sở A;- Sở B." in page.get_text()


def test_a_frame_survives_json_and_shows_itself() -> None:
    shown = frame(subject="A <b> & #x", note="Số liệu minh họa")._repr_mimebundle_()
    assert Frame.from_json(json.loads(json.dumps(shown[FRAME_MIME]))) == frame(
        subject="A <b> & #x", note="Số liệu minh họa"
    )
    page = BeautifulSoup(shown["text/html"], "html.parser")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page.get_text()
    assert "DỰ THẢO" in page.get_text()
    assert "A <b> & #x" in page.get_text()


# --- Table --------------------------------------------------------------------------------------------------

HEADER: list[list[str | tuple[str, int, int]]] = [
    ["STT", ("Xã", 1, 2), ("Số cơ sở", 2, 1)],
    ["", "Khách sạn", "Nhà nghỉ"],
]
ROWS = [["1", "Xã <i>Ta Ma</i>", "0", "1"], ["", "Tổng cộng", "0", "1"]]


def table(**changes: Any) -> Table:
    given: dict[str, Any] = {"align": "clrr", "row_header": 1, "totals": [1], "notes": ["Ghi chú"]}
    return Table.from_rows("Cơ sở", HEADER, ROWS, **given | changes)


def test_a_table_shows_its_scopes() -> None:
    page = BeautifulSoup(table()._repr_mimebundle_()["text/html"], "html.parser")
    assert page.table
    assert page.table.caption
    assert page.table.caption.get_text() == "Cơ sở"
    heads = {
        th.get_text(): (th["scope"], th.get("colspan"), th.get("rowspan")) for th in page.select("thead th")
    }
    assert heads == {
        "STT": ("col", None, None),
        "Xã": ("col", None, "2"),
        "Số cơ sở": ("colgroup", "2", None),
        "Khách sạn": ("col", None, None),
        "Nhà nghỉ": ("col", None, None),
    }
    assert [th.get_text() for th in page.select("tbody th[scope=row]")] == ["Xã <i>Ta Ma</i>", "Tổng cộng"]
    assert [td["class"] for td in page.select("tbody tr:first-child > *")] == [["c"], ["l"], ["r"], ["r"]]
    assert page.select("tr.total th")[0].get_text() == "Tổng cộng"


def test_a_table_survives_json() -> None:
    shown = table()._repr_mimebundle_()[TABLE_MIME]
    assert Table.from_json(json.loads(json.dumps(shown))) == table()
    assert shown["header"][0][2] == {"text": "Số cơ sở", "colspan": 2, "rowspan": 1}


GROUPS = Table.from_rows(
    "Chỉ tiêu",
    [["TT", "Chỉ tiêu", "Số"]],
    [["", "Chung", "9"], "A. Tình <hình>", ["1", "Cơ sở", "5"], ["2", "Xã", "4"], "B. Kinh phí", ["1", "Tỉnh", "15"]],
    align="clr",
    row_header=1,
    totals=[0],
)  # fmt: skip


def test_each_group_of_rows_has_a_body_headed_by_its_name() -> None:
    page = BeautifulSoup(GROUPS.html(), "html.parser")
    bodies = [[row.get_text("|") for row in body("tr")] for body in page("tbody")]
    assert bodies == [["Chung|9"], ["A. Tình <hình>", "1|Cơ sở|5", "2|Xã|4"], ["B. Kinh phí", "1|Tỉnh|15"]]
    heads = page.select("tbody > tr.group:first-child > th[scope=rowgroup][colspan='3']:only-child")
    assert [head.get_text() for head in heads] == ["A. Tình <hình>", "B. Kinh phí"]
    assert [th.get_text() for th in page.select("th[scope=row]")] == ["Chung", "Cơ sở", "Xã", "Tỉnh"]
    assert [row.get_text("|") for row in page.select("tr.total")] == ["Chung|9"]


def test_groups_survive_json_and_show_as_text() -> None:
    shown = GROUPS._repr_mimebundle_()
    data = json.loads(json.dumps(shown[TABLE_MIME]))
    assert Table.from_json(data) == GROUPS
    assert data["rows"][1] == "A. Tình <hình>"
    assert shown["text/plain"].splitlines()[2:5] == [" | Chung | 9", "A. Tình <hình>", "1 | Cơ sở | 5"]


def test_a_heading_of_a_group_does_not_count_as_a_column_nor_as_a_total() -> None:
    assert Table.from_rows("", [], ["Nhóm một", ["a", "b"]]).align == "lr"
    for totals, heading in (([0], "A"), ([], " ")):
        with pytest.raises(ValueError, match="tiêu đề"):
            Table.from_rows("", [["a", "b"]], [heading, ["x", "y"]], totals=totals)


def test_alignment_defaults_to_a_name_and_numbers() -> None:
    assert Table.from_rows("", [["a", "b", "c"]], []).align == "lrr"
    assert Table.from_rows("", [], [["a", "b"]]).align == "lr"


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ([[HeaderCell("a", 3)]], 2),
        ([[HeaderCell("a")]], 2),
        ([[HeaderCell("a", 1, 2), HeaderCell("b")]], 2),  # reaches below the header
        ([[HeaderCell("a", 1, 2), HeaderCell("b", 2)], [HeaderCell("c")]], 3),
        ([[HeaderCell("a", 1, 2), HeaderCell("b")], [HeaderCell("c"), HeaderCell("d")]], 2),
        ([[HeaderCell("a", 0), HeaderCell("b", 2)]], 2),
    ],
)
def test_a_header_that_does_not_fill_its_columns_is_refused(header: Any, columns: int) -> None:
    with pytest.raises(ValueError, match="Dòng tiêu đề"):
        check_header(header, columns)


@st.composite
def headers(draw: st.DrawFn) -> tuple[list[list[HeaderCell]], int]:
    """A header made by cutting a rectangle again and again, so that it fills its columns by construction."""
    columns, rows = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    cells: list[tuple[int, int, int, int]] = []

    def cut(top: int, left: int, height: int, width: int) -> None:
        if height > 1 and draw(st.booleans()):
            at = draw(st.integers(1, height - 1))
            cut(top, left, at, width)
            cut(top + at, left, height - at, width)
        elif width > 1 and draw(st.booleans()):
            at = draw(st.integers(1, width - 1))
            cut(top, left, height, at)
            cut(top, left + at, height, width - at)
        else:
            cells.append((top, left, height, width))

    cut(0, 0, rows, columns)
    return [
        [HeaderCell("x", w, h) for t, _l, h, w in sorted(cells) if t == row] for row in range(rows)
    ], columns


@given(headers())
def test_any_cutting_of_a_rectangle_is_a_header(case: tuple[list[list[HeaderCell]], int]) -> None:
    header, columns = case
    check_header(header, columns)
    with pytest.raises(ValueError, match="Dòng tiêu đề"):
        check_header(header, columns + 1)
    with pytest.raises(ValueError, match="Dòng tiêu đề"):
        check_header([*header[:-1], [*header[-1], HeaderCell("y")]], columns)


@pytest.mark.parametrize(
    "changes",
    [{"align": "clr"}, {"align": "clrx"}, {"row_header": 4}, {"row_header": -1}, {"totals": [2]}],
)
def test_a_table_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each case has its own sentence
        table(**changes)


@pytest.mark.parametrize("row", [["1"], ["1", "2", "3"], ["1", 2], ["1", None]])
def test_every_row_is_full_and_made_of_text(row: Any) -> None:
    with pytest.raises(ValueError, match="Dòng 1"):
        Table.from_rows("", [["a", "b"]], [["x", "y"], row])


# --- Charts -------------------------------------------------------------------------------------------------


@pytest.fixture
def shell() -> Iterator[None]:
    """A running IPython, as every notebook has one."""
    InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    yield
    InteractiveShell.clear_instance()


def chart_output(**texts: str) -> Any:
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.bar(["2019", "2020"], [18, 20])
    axes.set_ylabel("Cơ sở")
    with capture_output() as captured:
        show_chart(figure, **texts)
    assert not plt.fignum_exists(figure.number)  # else JupyterLab shows it a second time
    return captured.outputs[0]


def test_a_chart_carries_its_words_and_is_the_same_each_time(shell: None) -> None:
    output = chart_output(alt="Tăng từ 18 lên 20", caption="Số cơ sở", source="Các xã")
    assert output.metadata[CHART_MIME] == {
        "alt": "Tăng từ 18 lên 20",
        "caption": "Số cơ sở",
        "source": "Các xã",
    }
    svg = output.data[CHART_MIME]
    assert "<text" not in svg  # letters are outlines
    assert "dc:date" not in svg
    assert svg == chart_output(alt="x").data[CHART_MIME]


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_chart_without_words_is_refused(alt: str) -> None:
    figure, _axes = plt.subplots()
    with pytest.raises(ValueError, match="alt"):
        show_chart(figure, alt=alt)
    plt.close(figure)


@pytest.mark.parametrize(
    ("annexes", "charts", "labels"),
    [
        (["a", "b"], {"html": "body"}, {"a": "Phụ lục I", "b": "Phụ lục II"}),
        (["a"], {"html": "body", "pdf": "none"}, {"a": "Phụ lục"}),
        (["a"], {"html": "body", "pdf": "annex"}, {"a": "Phụ lục I", "": "Phụ lục II"}),
        ([], {"pdf": "annex"}, {"": "Phụ lục"}),
        ([], {}, {}),
    ],
)
def test_an_annex_bears_one_name_in_all_formats(
    annexes: list[str], charts: dict[str, str], labels: dict[str, str]
) -> None:
    assert annex_labels(annexes, charts) == labels


# --- Narrative ----------------------------------------------------------------------------------------------

FIGURES = {"B1": "20", "B1.previous": "18", "C5": "84,2 %", "B.khach_san": "02", "x": "20. a"}
KNOWN = ("tinh-hinh", "uu-diem", "ton-tai")


def values(code: str) -> str:
    """What a report's figures do for a narrative."""
    if code not in FIGURES:
        raise UsageError(
            _("There is no indicator {code} for this unit and year.", code=code),
            _("The nearest are: {names}.", names="B1.previous"),
        )
    return FIGURES[code]


def narrative(text: str) -> Narrative:
    return Narrative.parse(text, KNOWN)


def rendered(prose: Prose) -> str:
    """What a Markdown reader makes of it, as text."""
    html = mistune.create_markdown()(prose._repr_markdown_())
    return str(BeautifulSoup(str(html), "html.parser").get_text()).strip()


def test_figures_come_into_the_office_s_sentences() -> None:
    text = (
        "## tinh-hinh\n\nCó {eval}`B1` cơ sở (năm trước {eval}`B1.previous`).\n\n"
        "{eval}`B.khach_san` khách sạn; {eval}``C5``.\n## uu-diem\nTốt.\n"
    )
    prose = narrative(text).section("tinh-hinh", values)
    assert rendered(prose) == "Có 20 cơ sở (năm trước 18).\n02 khách sạn; 84,2 %."
    assert rendered(narrative(text).section("uu-diem", values)) == "Tốt."


def test_a_section_the_office_did_not_write_is_empty() -> None:
    assert narrative("").section("ton-tai", values) == Prose("")


def test_a_remark_for_who_reads_the_narrative_is_not_printed() -> None:
    text = "## ton-tai\n<!-- sửa: trước là: “Ít.” -->\nNhiều.\n\n<!-- sua: đã bỏ: “Hai.” -->\n"
    assert rendered(narrative(text).section("ton-tai", values)) == "Nhiều."
    assert narrative(text).left_out == {}
    with pytest.raises(InputError, match="2"):
        narrative("## ton-tai\n<!-- xem lại -->\n")


def test_a_figure_at_the_start_of_a_paragraph_opens_no_list() -> None:
    prose = narrative("## tinh-hinh\n{eval}`B1`. Các cơ sở").section("tinh-hinh", values)
    assert rendered(prose) == "20. Các cơ sở"
    assert "<li>" not in str(
        mistune.html(narrative("## tinh-hinh\n{eval}`x`").section("tinh-hinh", values).text)
    )


def test_html_and_code_in_a_narrative_are_text() -> None:
    text = "## tinh-hinh\na <script>alert(1)</script> &lt; `<b>` \\<i> \\{eval}`B1`"
    prose = narrative(text).section("tinh-hinh", values)
    page = BeautifulSoup(str(mistune.create_markdown(escape=False)(prose.text)), "html.parser")
    assert not page.find(["script", "b", "i"])
    assert "<script>alert(1)</script>" in page.get_text()
    assert "<b>" in page.get_text()
    assert "{eval}B1" in page.get_text()


@pytest.mark.parametrize("broken", ["{eval} `B1`", "{eval}B1", "{eval}`B1", "{ eval }`B1`", "{Eval}`B1`"])
def test_a_figure_that_is_not_finished_is_refused_with_its_line(broken: str) -> None:
    with pytest.raises(InputError) as caught:
        narrative(f"## uu-diem\n\nMột.\nCó {broken} cơ sở.").section("uu-diem", values)
    assert "line 4" in caught.value.message.text("en")


@pytest.mark.parametrize("code", ["1+1", "__import__('os').getcwd()", "B1.total", "b1", "Z9"])
def test_a_code_is_looked_up_never_executed(code: str) -> None:
    with pytest.raises(InputError) as caught:
        narrative(f"## uu-diem\nCó {{eval}}`{code}`").section("uu-diem", values)
    for part in ("narrative.md", "uu-diem", code):
        assert part in caught.value.message.text("en")


def test_an_unknown_code_names_its_line_and_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        narrative("## tinh-hinh\na\n\n## uu-diem\n\nMột.\n\nHai {eval}`B1.previus`").section(
            "uu-diem", values
        )
    assert "line 8" in caught.value.message.text("en")
    assert caught.value.remedy
    assert "B1.previous" in caught.value.remedy.text("en")


def test_the_offices_own_words_have_a_sign_for_each_figure() -> None:
    text = narrative("## tinh-hinh\n\nCó {eval}`B1` cơ sở,\n05 xã. {eval}`` C5 ``")
    words = text.own_words("tinh-hinh")
    assert words.replace("\N{OBJECT REPLACEMENT CHARACTER}", "") == "Có  cơ sở,\n05 xã. "
    assert len(words) == len(text.sections["tinh-hinh"])
    assert text.line("tinh-hinh", words.index("05")) == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Lời dẫn\n## uu-diem\n", 1),
        ("\n## uu-diêm\n", 2),
        ("## uu-diem\na\n## uu-diem\n", 3),
        ("## uu-diem\n### Nhỏ\n", 2),
        ("# uu-diem\n", 1),
        ("## \n", 1),
    ],
)
def test_a_narrative_out_of_form_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        narrative(text)
    assert f"line {line}" in caught.value.message.text("en")


def test_asking_for_a_section_the_report_does_not_have_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        narrative("").section("uu-diêm", values)
    assert caught.value.remedy
    assert "uu-diem" in caught.value.remedy.text("en")


def test_a_hash_without_a_space_is_text() -> None:
    assert rendered(narrative("## uu-diem\n#5 @x").section("uu-diem", values)) == "#5 @x"


def test_reading_takes_windows_files_and_composes_letters(tmp_path: Path) -> None:
    path = tmp_path / "narrative.md"
    path.write_bytes("\ufeff## uu-diem\r\nTu\u00e2\u0300n".encode())
    assert Narrative.read(path, KNOWN).section("uu-diem", values).text == "Tuần"
    path.write_bytes("Tuần".encode("utf-16"))
    with pytest.raises(InputError, match="UTF-8"):
        Narrative.read(path, KNOWN)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_a_literal_text_reads_as_itself(text: str) -> None:
    tokens: Any = mistune.create_markdown(renderer=None)(f"a {literal(text)} b")
    assert len(tokens) == 1
    children = tokens[0]["children"]
    assert {child["type"] for child in children} == {"text"}
    assert "".join(child["raw"] for child in children) == f"a {text} b"


# --- Offered sentences ----------------------------------------------------------------------------------------


def offers(text: str) -> Offers:
    """Two sentences that the figures suggest for "uu-diem" and one that they do not, before a narrative."""
    made = Offers(narrative(text))
    made.add("uu-diem", "du-xa", "Đã đến mọi xã.", "C4 = 19")
    made.add("uu-diem", "het-tin", "", "E3 = 0")
    made.add("uu-diem", "vuot", "Vượt kế hoạch.", "D6 = 108%")
    return made


def noted(made: Offers) -> list[tuple[str, str, int | None]]:
    findings = Findings()
    made.note(findings, "narrative.md")
    assert {finding.rule for finding in findings} <= {"overruled"}
    return [(finding.severity, finding.sheet, finding.row) for finding in findings]


def test_what_the_figures_suggest_stands_unless_the_office_leaves_it_out() -> None:
    all_used = offers("## uu-diem\n\nTốt.\n")
    assert all_used.prose("uu-diem").text == "Đã đến mọi xã.\n\nVượt kế hoạch."
    assert noted(all_used) == []
    one = offers("## uu-diem\n\nTốt.\n<!-- bo: vuot -->\nHơn.\n")
    assert one.prose("uu-diem").text == "Đã đến mọi xã."
    assert noted(one) == [("note", "uu-diem", 4)]
    assert (
        narrative("## uu-diem\n\nTốt.\n<!-- bo: vuot -->\nHơn.\n").section("uu-diem", values).text
        == "Tốt.\n\nHơn."
    )
    rows = [list(row) for row in one.table().rows]
    assert rows == [
        ["uu-diem", "du-xa", "Đã đến mọi xã.", "C4 = 19", "dùng"],
        ["uu-diem", "vuot", "Vượt kế hoạch.", "D6 = 108%", "bỏ"],
    ]


@pytest.mark.parametrize(
    "line", ["<!-- bo: vuot, du-xa -->", "  <!--bỏ:vuot ; du-xa-->", "<!-- bo: du-xa -->\n<!-- bo: vuot -->"]
)
def test_several_sentences_are_left_out_at_once_and_the_text_may_come_later(line: str) -> None:
    made = offers(f"## uu-diem\n{line}\n\nTốt.\n")
    assert made.prose("uu-diem").text == ""
    assert len(noted(made)) == 2
    text = narrative(f"## uu-diem\n{line}\n\nTốt.\n")
    assert text.section("uu-diem", values).text == "Tốt."
    assert text.line("uu-diem", 0) == 4 + line.count("\n")


def test_to_leave_out_what_the_figures_do_not_suggest_is_no_finding() -> None:
    made = offers("## uu-diem\n<!-- bo: het-tin -->\n")
    assert made.prose("uu-diem").text == "Đã đến mọi xã.\n\nVượt kế hoạch."
    assert noted(made) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## uu-diem\n\n<!-- bo: vuott -->\n", ["uu-diem", "line 3", "vuott", "Did you mean vuot?"]),
        ("## tinh-hinh\n<!-- bo: vuot -->\n", ["tinh-hinh", "line 2", "vuot"]),
    ],
)
def test_an_unknown_sentence_is_an_error_with_section_line_and_the_nearest(
    text: str, words: list[str]
) -> None:
    made = offers(text)
    with pytest.raises(InputError) as refused:
        noted(made)
    if "## uu-diem" in text:  # and at once, where the sentence is shown
        with pytest.raises(InputError, match="vuott"):
            made.prose("uu-diem")
    said = f"{refused.value.message.text('en')} {refused.value.remedy.text('en')}"
    assert all(word in said for word in words), said


def test_without_a_file_there_is_no_text() -> None:
    empty = Narrative.read(None, KNOWN)
    assert empty.section("uu-diem", values).text == ""
    assert empty.own_words("uu-diem") == ""
