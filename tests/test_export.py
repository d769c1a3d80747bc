"""A notebook as a document, as HTML and as PDF."""

from __future__ import annotations

import base64
import copy
import ctypes
import dataclasses
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from PIL import Image

from baocao.analysis.document import CHART_MIME, TABLE_MIME, Frame, Prose, Table, literal
from baocao.errors import ExportError, InputError
from baocao.pipeline import fonts
from baocao.pipeline.assemble import assemble
from baocao.pipeline.blocks import _table_node
from baocao.pipeline.export import _column_widths, render_html, render_pdf
from baocao.pipeline.exporters import HtmlReportExporter, PdfReportExporter
from baocao.pipeline.fonts import chosen_font

NASTY = "#5 @x $a_b$ // */ #panic() <script>alert(1)</script> {{ 7*7 }} [x]"
SVG = (
    '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" width="200pt" height="80pt" '
    'viewBox="0 0 200 80"><metadata>x</metadata><defs><style type="text/css">*{stroke-linejoin: round}</style>'
    '<path id="bar" d="M0 0h20v40h-20z"/><clipPath id="clip"><rect width="200" height="80"/></clipPath></defs>'
    '<g clip-path="url(#clip)"><use xlink:href="#bar" x="10" style="fill: #333333; stroke: #000"/></g></svg>'
)
SENTENCE = (
    "Ủy ban nhân dân huyện đã giao Công an huyện chủ trì, phối hợp với các phòng, ban rà soát các cơ sở. " * 2
)

FRAME = Frame(
    issuer=["ỦY BAN NHÂN DÂN", "HUYỆN TUẦN GIÁO"],
    unit="huyện Tuần Giáo",
    symbol="BC-UBND",
    place="Tuần Giáo",
    subject="Kết quả thực hiện công tác năm 2020",
    addressees=["Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên"],
    recipients=["Như trên", "Thường trực Huyện ủy"],
    file="Lưu: VT, LĐTBXH",
    authority="TM. ỦY BAN NHÂN DÂN",
    posts=["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
    sections=["ket-qua", "tinh-hinh", "nhiem-vu", "tham-muu", "nhan-xet"],
    annexes=["co-so"],
    period_end="2020-12-14",
    note="Một phần số liệu là minh họa.",
)
TABLE = Table.from_rows(
    "Số cơ sở theo xã",
    [["STT", ("Xã, thị trấn", 1, 2), ("Số cơ sở", 2, 1)], ["(1)", "Khách sạn", "Nhà nghỉ"]],
    [[str(n), f"Xã {NASTY if n == 1 else n}", "0", "1"] for n in range(1, 60)]
    + [["", "Tổng cộng", "0", "59"]],
    align="clrr",
    row_header=1,
    totals=[59],
    notes=["Ghi chú: số liệu minh họa."],
)


# --- Notebooks ----------------------------------------------------------------------------------------------


def markdown(text: str, *tags: str, values: dict[str, str] | None = None) -> Any:
    """A Markdown cell as the run leaves it: `values` from expression to the repr of its value."""
    cell = new_markdown_cell(text, metadata={"tags": list(tags)})
    if values is not None:
        cell.metadata["user_expressions"] = [
            {"expression": k, "result": {"status": "ok", "data": {"text/plain": v}, "metadata": {}}}
            for k, v in values.items()
        ]
    return cell


def shows(data: dict[str, Any], *tags: str, about: dict[str, Any] | None = None) -> Any:
    output = new_output("display_data", data=json.loads(json.dumps(data)), metadata=about or {})
    return new_code_cell("1 + 1", metadata={"tags": list(tags)}, outputs=[output])


def chart(alt: str = "Nhà nghỉ nhiều nhất", **texts: str) -> Any:
    return shows(
        {CHART_MIME: SVG, "text/plain": alt},
        about={CHART_MIME: {"alt": alt, "caption": "", "source": ""} | texts},
    )


def report(frame: Frame = FRAME) -> Any:
    """A small report: three levels of sections, a table, two charts, an annex."""
    return new_notebook(
        cells=[
            markdown("# Dành cho người soạn"),
            new_code_cell("print(1)", outputs=[new_output("stream", text="chuẩn bị")]),
            shows(frame._repr_mimebundle_()),
            markdown(f"Thực hiện văn bản của Sở. {SENTENCE}", "opening"),
            markdown("# Kết quả năm 2020", "section:ket-qua"),
            markdown("## Tình hình", "section:tinh-hinh"),
            markdown(
                f"Có {{eval}}`so.b1` cơ sở, **tăng {{eval}}`so.tang`**. {literal(NASTY)} <i>x</i>",
                values={"so.b1": "'20'", "so.tang": "2"},
            ),
            chart(caption="Số cơ sở", source="Các xã"),
            markdown("## Nhiệm vụ", "section:nhiem-vu"),
            markdown(f"### Tham mưu\n\n{SENTENCE}", "section:tham-muu"),
            shows(
                {
                    "text/markdown": Prose("Thứ nhất.\n\n- một\n- hai")._repr_markdown_(),
                    "text/plain": "Prose()",
                }
            ),
            chart(),
            markdown("Không dùng", "hide"),
            markdown(f"# Nhận xét\n\n{SENTENCE}", "section:nhan-xet"),
            markdown("# Bỏ ra ngoài", "section:khac"),
            markdown("Trên đây là báo cáo của Ủy ban nhân dân huyện./.", "closing"),
            markdown("# Biểu tổng hợp cơ sở", "annex:co-so", "landscape"),
            shows(TABLE._repr_mimebundle_()),
        ]
    )


def plain() -> Any:
    """A notebook that knows nothing of reports: what the exporters must take as it is."""
    bitmap = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(bitmap, "PNG")
    png = base64.b64encode(bitmap.getvalue()).decode()
    frame = pd.DataFrame({"xã": ["Mùn Chung", "Ta Ma"], "số": [1, 2]})
    data = {"text/html": frame._repr_html_(), "text/plain": str(frame)}
    return new_notebook(
        cells=[
            new_markdown_cell(
                "# Thử *nghiệm*\n\nMột `mã`, [liên kết](https://example.org), [tệp](khac.ipynb).\n\n"
                "![hình](attachment:a.png)\n\n| a | b |\n|---|--:|\n| x | 2 |\n\n> trích\n\n"
                "1. một\n   - hai\n\n---\n\n```\nmã ─ ✓\n```",
                attachments={"a.png": {"image/png": png}},
            ),
            new_raw_cell("chỉ dành cho LaTeX"),
            new_code_cell(
                "ma_nguon()",
                outputs=[
                    new_output("stream", text="in ra \x1b[31mđỏ\x1b[0m\n"),
                    new_output("execute_result", data=data),
                    new_output(
                        "error",
                        ename="ValueError",
                        evalue="sai",
                        traceback=["\x1b[31mValueError\x1b[0m: sai"],
                    ),
                    new_output(
                        "display_data",
                        data={"text/html": "<b>đậm</b><script>x()</script>", "text/plain": "H"},
                    ),
                    new_output("execute_result", data={"text/plain": "42"}),
                ],
            ),
            new_markdown_cell("### Sâu hơn"),
            new_code_cell(
                "", outputs=[new_output("display_data", data={"image/png": png, "text/plain": "<Figure>"})]
            ),
        ]
    )


def changed(notebook: Any, index: int, cell: Any) -> Any:
    notebook = copy.deepcopy(notebook)
    notebook.cells[index] = cell
    return notebook


def headings(document: Any) -> list[str]:
    return [
        f"{b['level']} {b['number']} {''.join(n['text'] for n in b['children'])}"
        for b in document["body"]
        if b["type"] == "heading"
    ]


# --- Assembling ---------------------------------------------------------------------------------------------


def test_sections_are_ordered_and_numbered() -> None:
    assert headings(assemble(report(), "pdf")) == [
        "1 I. Kết quả năm 2020",
        "2 1. Tình hình",
        "2 2. Nhiệm vụ",
        "3 2.1. Tham mưu",
        "1 II. Nhận xét",
    ]
    turned = dataclasses.replace(FRAME, sections=["nhan-xet", "ket-qua", "tinh-hinh"])
    assert headings(assemble(report(turned), "pdf")) == [
        "1 I. Nhận xét",
        "1 II. Kết quả năm 2020",
        "2 1. Tình hình",
    ]


def test_only_the_listed_parts_are_in_the_document() -> None:
    text = json.dumps(assemble(report(), "html"), ensure_ascii=False)
    for absent in ("Dành cho người soạn", "chuẩn bị", "Bỏ ra ngoài", "Không dùng", "1 + 1"):
        assert absent not in text


@pytest.mark.parametrize(
    ("charts", "in_body", "annexes"),
    [("body", 2, ["Phụ lục"]), ("annex", 0, ["Phụ lục I", "Phụ lục II"]), ("none", 0, ["Phụ lục"])],
)
def test_charts_go_where_the_frame_says(charts: str, in_body: int, annexes: list[str]) -> None:
    frame = dataclasses.replace(FRAME, charts={"html": "body", "pdf": charts})
    document = assemble(report(frame), "pdf")
    assert sum(block["type"] == "figure" for block in document["body"]) == in_body
    assert [annex["label"] for annex in document["annexes"]] == annexes
    if charts == "annex":
        assert document["annexes"][1]["title"] == [{"type": "text", "text": "Biểu đồ"}]
        assert [block["number"] for block in document["annexes"][1]["blocks"]] == [1, 2]


def words_of(blocks: Any) -> list[str]:
    """The text of each paragraph and the type of each other block."""
    return [
        "".join(node.get("text", "") for node in block["children"])
        if block["type"] == "paragraph"
        else block["type"]
        for block in blocks
    ]


def charts_in_annex(**changes: Any) -> Any:
    return dataclasses.replace(FRAME, charts={"html": "annex", "pdf": "annex"}, **changes)


def test_the_body_says_where_its_charts_are() -> None:
    notebook = report(charts_in_annex(charts_title="Biểu đồ kết quả"))
    notebook.cells[12:13] = [chart(), chart()]  # four charts: one alone, three in a row
    document = assemble(notebook, "html")
    found = [text for text in words_of(document["body"]) if text.startswith("(Biểu đồ")]
    assert found == [
        "(Biểu đồ: Hình 1 tại Phụ lục II kèm theo.)",
        "(Biểu đồ: Hình 2, Hình 3 và Hình 4 tại Phụ lục II kèm theo.)",
    ]
    place = words_of(document["body"]).index(found[0])
    assert words_of(document["body"])[place - 1].startswith("Có 20 cơ sở")
    assert document["annexes"][1]["title"] == [{"type": "text", "text": "Biểu đồ kết quả"}]
    page = BeautifulSoup(render_html(document), "html.parser")
    captions = [caption.get_text() for caption in page.select("figure .caption")]
    assert captions == ["Hình 1. Số cơ sở", "Hình 2", "Hình 3", "Hình 4"]  # what is pointed at bears its name


def test_pointers_count_the_pictures_that_stay_and_name_the_only_annex() -> None:
    bitmap = io.BytesIO()
    Image.new("RGB", (40, 20)).save(bitmap, "PNG")
    png = base64.b64encode(bitmap.getvalue()).decode()
    notebook = changed(report(charts_in_annex(annexes=[])), 6, markdown(f"![x](data:image/png;base64,{png})"))
    notebook.cells.insert(8, chart())
    body = words_of(assemble(notebook, "pdf")["body"])
    assert "(Biểu đồ: Hình 2 và Hình 3 tại Phụ lục kèm theo.)" in body
    assert "(Biểu đồ: Hình 4 tại Phụ lục kèm theo.)" in body
    assert "Biểu đồ" not in "".join(words_of(assemble(report(), "html")["body"]))  # they are not moved


@pytest.mark.parametrize(
    ("index", "cell", "words"),
    [
        (9, markdown("#### Tham mưu", "section:tham-muu"), ["Cell 10", "tham-muu", "Tham mưu"]),
        (5, markdown("### Tình hình", "section:tinh-hinh"), ["Cell 6", "tinh-hinh"]),
        (5, markdown("Không có tiêu đề", "section:tinh-hinh"), ["Cell 6", "section:tinh-hinh"]),
        (8, markdown("## Nhiệm vụ", "section:tinh-hinh"), ["Cell 9", "section:tinh-hinh"]),
        (8, markdown("## Nhiệm vụ", "section:nhiem-vu", "annex:x"), ["Cell 9"]),
        (3, markdown("# Mở đầu", "opening"), ["Cell 4", "Mở đầu"]),
        (16, markdown("Không có tiêu đề", "annex:co-so"), ["Cell 17", "annex:co-so"]),
        (7, chart(alt=" "), ["Cell 8"]),
        (7, shows({"image/png": "AAAA"}), ["Cell 8"]),
        (7, shows({CHART_MIME: "<svg"}, about={CHART_MIME: {"alt": "x"}}), ["Cell 8"]),
        (7, shows({"text/plain": "[<Line2D>]"}), ["Cell 8", "Line2D"]),
        (7, shows({"text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "df"}), ["Cell 8", "df"]),
        (7, new_code_cell("", outputs=[new_output("stream", text="đây")]), ["Cell 8", "đây"]),
        (7, new_code_cell("", outputs=[new_output("error", ename="E", evalue="hỏng")]), ["Cell 8", "hỏng"]),
        (7, shows({TABLE_MIME: TABLE.as_json() | {"align": ["l"]}}), ["Cell 8"]),
        (7, shows(FRAME._repr_mimebundle_()), ["Cell 8"]),
        (7, markdown("![x](khong-co.png)"), ["Cell 8", "khong-co.png"]),
        (7, markdown("## ![x](data:image/png;base64,AAAA)"), ["Cell 8"]),
        (6, markdown("{eval}`so.b1`", values={}), ["Cell 7", "so.b1"]),
        (6, markdown("{eval}`so.b1`", values={"so.b2": "1"}), ["Cell 7", "so.b1"]),
        (6, markdown("**{eval}`a`** {eval}`b`", values={"a": "1"}), ["Cell 7", " b "]),
        (7, shows({"text/markdown": "{eval}`so.b1`"}), ["Cell 8", "so.b1"]),
    ],
)
def test_what_cannot_be_printed_is_an_error_that_names_its_place(
    index: int, cell: Any, words: list[str]
) -> None:
    with pytest.raises(ExportError) as caught:
        assemble(changed(report(), index, cell), "html")
    for word in words:
        assert word in caught.value.message.text("en")


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        (["ket-qua", "tinh-hinh", "khong-co"], ["khong-co", "section:khong-co"]),
        (["nhan-xet", "tinh-hinh"], ["tinh-hinh", "ket-qua"]),
        (["ket-qua", "nhan-xet", "tinh-hinh"], ["tinh-hinh", "ket-qua"]),
        (["ket-qua", "tinh-hinh", "tham-muu"], ["tham-muu", "nhiem-vu"]),
    ],
)
def test_a_section_that_is_missing_or_out_of_place_is_refused(sections: list[str], words: list[str]) -> None:
    frame = dataclasses.replace(FRAME, sections=tuple(sections))
    with pytest.raises(InputError) as caught:
        assemble(report(frame), "html")
    for word in words:
        assert word in caught.value.message.text("en")


def test_a_section_without_content_is_neither_printed_nor_numbered() -> None:
    for sections in (["ket-qua", "nhan-xet"], ["nhan-xet", "ket-qua"], ["ket-qua", "nhiem-vu", "nhan-xet"]):
        frame = dataclasses.replace(FRAME, sections=tuple(sections))
        assert headings(assemble(report(frame), "html")) == ["1 I. Nhận xét"]
    chart_only = changed(
        report(dataclasses.replace(FRAME, sections=("ket-qua", "tinh-hinh"))), 6, markdown("")
    )
    assert headings(assemble(chart_only, "html")) == ["1 I. Kết quả năm 2020", "2 1. Tình hình"]
    nowhere = dataclasses.replace(FRAME, sections=("ket-qua", "tinh-hinh"), charts={"html": "none"})
    assert headings(assemble(changed(report(nowhere), 6, markdown("")), "html")) == []


def test_an_expression_that_failed_says_why() -> None:
    cell = markdown("{eval}`1/0`")
    cell.metadata["user_expressions"] = [
        {
            "expression": "1/0",
            "result": {"status": "error", "ename": "ZeroDivisionError", "evalue": "division by zero"},
        }
    ]
    with pytest.raises(ExportError) as caught:
        assemble(changed(report(), 6, cell), "html")
    for word in ("Cell 7", "1/0", "ZeroDivisionError", "division by zero"):
        assert word in caught.value.message.text("en")


def test_a_broken_frame_is_an_error_that_names_its_cell() -> None:
    data = FRAME.as_json()
    for broken in (data | {"recipients": []}, data | {"unknown": 1}):
        with pytest.raises(ExportError) as caught:
            assemble(changed(report(), 2, shows({"application/vnd.baocao.frame+json": broken})), "html")
        assert "Cell 3" in caught.value.message.text("en")


def test_warnings_on_stderr_are_no_part_of_a_report() -> None:
    cell = new_code_cell("", outputs=[new_output("stream", name="stderr", text="FutureWarning")])
    assert "FutureWarning" not in json.dumps(assemble(changed(report(), 7, cell), "html"))


def test_values_of_roles_are_text() -> None:
    cell = markdown(
        "{eval}`a` `{eval}` `b` {eval}`c` và {eval}`d`",
        values={"a": repr("**20** <b> 'x' {eval}`b`"), "c": "2020", "d": "-1"},
    )
    document = assemble(changed(report(), 6, cell), "html")
    nodes = next(block for block in document["body"] if block["cell"] == 7)["children"]
    text = "".join(node["text"] for node in nodes)
    assert text == "**20** <b> 'x' {eval}`b` {eval} b 2020 và -1"
    assert [node["text"] for node in nodes if node["type"] == "code"] == ["{eval}", "b"]


@pytest.mark.parametrize(
    "value", ["20.0", "None", "<NA>", "nan", "1e+22", "np.float64(13.0)", "('a', 'b')", "True"]
)
def test_a_value_as_python_writes_it_has_no_place_in_a_report(value: str) -> None:
    cell = markdown("Có {eval}`a` cơ sở.", values={"a": value})
    with pytest.raises(ExportError) as caught:
        assemble(changed(report(), 6, cell), "html")
    assert "Cell 7" in caught.value.message.text("en")
    assert value in caught.value.message.text("en")


@pytest.mark.parametrize(
    "source", ["Có {eval} `a` cơ sở", "Có {eval}a cơ sở", "Có {eval}`a cơ sở", "Có {Eval}`a`"]
)
def test_a_role_that_is_not_finished_is_an_error_and_never_printed(source: str) -> None:
    with pytest.raises(ExportError) as caught:
        assemble(changed(report(), 6, markdown(source)), "html")
    assert "Cell 7" in caught.value.message.text("en")


def test_a_value_may_bring_its_own_markdown() -> None:
    cell = markdown("Tăng {eval}`a`.", values={"a": "object"})
    cell.metadata["user_expressions"][0]["result"]["data"]["text/markdown"] = "*02* vụ"
    document = assemble(changed(report(), 6, cell), "html")
    nodes = next(block for block in document["body"] if block["cell"] == 7)["children"]
    assert [node["type"] for node in nodes] == ["text", "emphasis", "text", "text"]


def test_text_is_composed_and_free_of_control_characters() -> None:
    cell = markdown("Tu\u00e2\u0300n \x00\x1b[1mGiáo")
    document = assemble(changed(report(), 6, cell), "html")
    nodes = next(block for block in document["body"] if block["cell"] == 7)["children"]
    assert "".join(node["text"] for node in nodes) in ("Tuần Giáo", "Tuần \ufffdGiáo")


def test_a_plain_notebook_is_printed_from_top_to_bottom() -> None:
    document = assemble(plain(), "html", name="thu")
    assert document["title"] == "Thử nghiệm"
    assert [block["type"] for block in document["body"]] == [
        "paragraph", "figure", "table", "quote", "list", "rule", "code",
        "code", "table", "code", "paragraph", "code", "heading", "figure",
    ]  # fmt: skip
    assert [block["alt"] for block in document["body"] if block["type"] == "figure"] == [
        "hình",
        "Hình 2: Sâu hơn",
    ]
    table = [block for block in document["body"] if block["type"] == "table"][1]
    assert table["header"] == [
        [{"text": text, "colspan": 1, "rowspan": 1} for text in ("", "xã", "số")],
    ]
    assert table["rows"] == [["0", "Mùn Chung", "1"], ["1", "Ta Ma", "2"]]
    assert (table["row_header"], table["align"]) == (0, ["l", "l", "r"])
    shown = [block["text"] for block in document["body"] if block["type"] == "code"]
    assert shown == ["mã ─ ✓", "in ra đỏ", "ValueError: sai", "42"]
    coded = assemble(plain(), "html", show_code=True)
    assert "ma_nguon()" in [block.get("text") for block in coded["body"]]


def test_merged_cells_of_a_data_frame_keep_their_places() -> None:
    index = pd.MultiIndex.from_product([["a", "b"], ["x", "y"]], names=["k", "l"])
    columns = pd.MultiIndex.from_product([["P", "Q"], ["r", "s"]])
    frame = pd.DataFrame([[1, 2, 3, 4]] * 4, index=index, columns=columns)
    html = frame._repr_html_()
    [table] = assemble(new_notebook(cells=[shows({"text/html": html, "text/plain": ""})]), "pdf")["body"]
    assert [cell["text"] for cell in table["header"][0]] == ["", "", "P", "Q"]
    assert [cell["colspan"] for cell in table["header"][0]] == [1, 1, 2, 2]
    assert table["rows"][0] == ["a", "x", "1", "2", "3", "4"]
    assert table["rows"][1] == ["", "y", "1", "2", "3", "4"]


def body_of(*cells: Any) -> Any:
    return assemble(new_notebook(cells=list(cells)), "pdf")["body"]


def test_html_in_markdown_is_shown_as_it_was_typed() -> None:
    [first, second] = body_of(new_markdown_cell("<div onclick='x'>\n\nmột\nhai  \nba<br>"))
    assert first["children"] == [{"type": "text", "text": "<div onclick='x'>"}]
    assert [node.get("text", node["type"]) for node in second["children"]] == [
        "một",
        " ",
        "hai",
        "break",
        "ba",
        "<br>",
    ]


@pytest.mark.parametrize(
    ("html", "header", "rows"),
    [
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", [], [["a", "b"], ["c", ""]]),
        ("<table><tr><td>a</td></tr></table>", [], [["a"]]),
        (  # a header that does not fill its columns
            "<table><thead><tr><th colspan='x'>h</th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
            [["h", ""]],
            [["a", "b"]],
        ),
        (  # a table inside a cell is part of its text
            "<table><tr><th>a</th><td><table><tr><td>b</td></tr></table></td></tr></table>",
            [],
            [["a", "b"]],
        ),
    ],
)
def test_odd_html_tables_lose_no_text(html: str, header: Any, rows: Any) -> None:
    [table] = body_of(shows({"text/html": html, "text/plain": "x"}))
    assert [[cell["text"] for cell in row] for row in table["header"]] == header
    assert table["rows"] == rows


def test_tables_without_a_header_still_name_their_rows() -> None:
    html = "<table><tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr></table>"
    document = assemble(new_notebook(cells=[shows({"text/html": html, "text/plain": "x"})]), "pdf")
    tags = structure(render_pdf(document))
    heads = [about["id"] for tag, about in tags if tag == "/TH" and about.get("/Scope") == "/Row"]
    assert len(set(heads)) == 2
    assert [about["headers"] for tag, about in tags if tag == "/TD"] == [[id] for id in heads]


@pytest.mark.parametrize("source", ["# a\n### b\n## c\n#### d", "### a\n##### b\n#### c\n###### d"])
def test_levels_of_a_plain_notebook_are_closed_up(source: str) -> None:
    notebook = new_notebook(cells=[new_markdown_cell("Lời dẫn"), new_markdown_cell(source)])
    assert [b["level"] for b in assemble(notebook, "pdf")["body"] if b["type"] == "heading"] == [1, 2, 2, 3]


def test_a_notebook_without_headings_is_named_by_its_file() -> None:
    assert assemble(new_notebook(cells=[new_markdown_cell("a")]), "html", name="thu")["title"] == "thu"


def test_pictures_beside_a_notebook_are_taken_in_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "nb").mkdir()
    (tmp_path / "nb" / "a.svg").write_text(SVG)
    (tmp_path / "b.svg").write_text(SVG)
    inside = new_notebook(cells=[new_markdown_cell("![a](a.svg)")])
    assert assemble(inside, "html", folder=tmp_path / "nb")["body"][0]["data"] == SVG
    for url in ("../b.svg", "c.svg", "https://example.org/a.svg", "data:image/png;base64,*"):
        with pytest.raises(ExportError) as caught:
            assemble(new_notebook(cells=[new_markdown_cell(f"![a]({url})")]), "html", folder=tmp_path / "nb")
        assert "Cell 1" in caught.value.message.text("en")


# --- HTML ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return BeautifulSoup(render_html(assemble(report(), "html")), "html.parser")


def text_of(page: BeautifulSoup) -> str:
    return " ".join(page.get_text().split())


def test_the_page_loads_nothing(page: BeautifulSoup) -> None:
    for element in page.find_all(True):
        assert element.name not in ("script", "iframe", "object")
        for name, value in element.attrs.items():
            if name in ("src", "href", "xlink:href", "srcset", "style"):
                assert str(value).startswith(("#", "data:")), element
    style = page.style and page.style.string
    assert style
    assert set(re.findall(r"url\((.{6})", style)) == {'"data:'}  # the mark of a draft
    assert "@import" not in style
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert policy
    assert policy["content"].split("; ")[:3] == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:",
    ]  # fmt: skip


def test_the_page_has_the_structure_of_the_report(page: BeautifulSoup) -> None:
    assert page.html
    assert page.html["lang"] == "vi"
    assert page.title
    assert page.title.get_text() == "Báo cáo: Kết quả thực hiện công tác năm 2020 - huyện Tuần Giáo"
    found = [f"{h.name} {' '.join(h.get_text().split())}" for h in page.find_all(re.compile("^h[1-6]$"))]
    assert found == [
        "h1 BÁO CÁO Kết quả thực hiện công tác năm 2020",
        "h2 I. Kết quả năm 2020",
        "h3 1. Tình hình",
        "h3 2. Nhiệm vụ",
        "h4 2.1. Tham mưu",
        "h2 II. Nhận xét",
        "h2 Phụ lục I Biểu tổng hợp cơ sở",  # as in the PDF, which has an annex of charts besides
    ]
    assert page.select_one("a.skip")["href"] == "#" + page.main["id"]
    regions = page.select("[role=region]")
    assert [(region["tabindex"], region["aria-label"]) for region in regions] == [  # each its own; no caption
        ("0", "Hình 1 (cuộn ngang được)"),
        ("0", "Hình 2 (cuộn ngang được)"),
        ("0", "Bảng 1 (cuộn ngang được)"),
    ]
    assert [caption.get_text() for caption in page.select(".table > table > caption")] == ["Số cơ sở theo xã"]
    text = page.get_text()
    assert "DỰ THẢO" in text
    assert "Kính gửi: Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên" in " ".join(text.split())
    assert [li.get_text() for li in page.select(".recipients li")] == [
        "Như trên;", "Thường trực Huyện ủy;", "Lưu: VT, LĐTBXH.",
    ]  # fmt: skip
    assert not page.select(".signer .name")  # nobody has signed


def test_the_signatory_is_named_under_the_room_to_sign() -> None:
    frame = dataclasses.replace(FRAME, signatory="Họ Và Tên")
    page = BeautifulSoup(render_html(assemble(report(frame), "html")), "html.parser")
    assert [p.get_text() for p in page.select(".signer p")][-1] == "Họ Và Tên"


def test_what_looks_like_code_is_text_in_html(page: BeautifulSoup) -> None:
    assert text_of(page).count(NASTY) == 2  # in a paragraph and in the table


def test_pictures_are_drawn_in_the_page_each_with_ids_of_its_own(page: BeautifulSoup) -> None:
    drawings = page.find_all("svg")
    assert [svg["aria-label"] for svg in drawings] == ["Nhà nghỉ nhiều nhất"] * 2
    assert {svg["role"] for svg in drawings} == {"img"}
    ids = [element["id"] for element in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for svg in drawings:
        inside = {element["id"] for element in svg.find_all(id=True)}
        assert {svg.find("use")["href"][1:], svg.find("g")["clip-path"][5:-1]} == inside
        assert (svg.find("use")["fill"], svg["stroke-linejoin"]) == ("#333333", "round")
        assert not svg.find(["style", "metadata"])
    assert "Hình 1. Số cơ sở" in text_of(page)
    assert "Nguồn: Các xã" in text_of(page)


@pytest.mark.parametrize(
    "inner",
    ["<script>alert(1)</script>", "<foreignObject/>", '<g onclick="x()"/>', '<image href="http://x/a.png"/>',
     "<style>path{fill:red}</style>", '<use href="a.svg#b"/>', "<animate/>",
     '<g ONCLICK="x()"/>', '<use HREF="http://x/a.svg"/>', '<g style="fill: URL(http://x/a)"/>',
     "<g style='a&quot; onclick=&quot;x() : 1'/>"],
)  # fmt: skip
def test_a_picture_that_is_more_than_a_drawing_is_an_image(inner: str) -> None:
    source = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inner}</svg>'
    cell = shows({CHART_MIME: source}, about={CHART_MIME: {"alt": 'a "b" <c>'}})
    page = BeautifulSoup(render_html(assemble(changed(report(), 7, cell), "html")), "html.parser")
    image = page.find("img")
    assert image
    assert image["alt"] == 'a "b" <c>'
    assert base64.b64decode(str(image["src"]).split(",")[1]).decode() == source


def test_a_final_report_bears_no_draft_mark_and_several_addressees_are_a_list() -> None:
    frame = dataclasses.replace(FRAME, number="7", date="2020-12-15", addressees=["Sở A", "Sở B"])
    page = BeautifulSoup(render_html(assemble(report(frame), "html")), "html.parser")
    assert "DỰ THẢO" not in page.get_text()
    assert "Số: 07/BC-UBND" in text_of(page)
    assert "Tuần Giáo, ngày 15 tháng 12 năm 2020" in text_of(page)
    assert [li.get_text() for li in page.select(".addressees li")] == ["Sở A;", "Sở B."]
    assert (
        "(Kèm theo Báo cáo số 07/BC-UBND ngày 15 tháng 12 năm 2020 của Ủy ban nhân dân huyện Tuần Giáo)"
        in text_of(page)
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = next(
        (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None
    )
    if not chromium:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def test_a_browser_shows_the_page_under_its_policy_and_on_a_phone(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_html(assemble(report(), "html")), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 320, "height": 700})
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") == 320
    assert tab.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") == "center"
    tab.close()
    assert said == []
    assert asked == [path.as_uri()]


WIDE = Table.from_rows(
    "Tên bảng dài hơn một dòng trên màn hình của điện thoại, đọc được mà không cuộn ngang",
    [[f"Cột thứ {n}" for n in range(12)]],
    [["Xã Tỏa Tình", *map(str, range(11))]],
)
WORDS = "getComputedStyle(document.querySelector('.recipients li'), '::before').content"


@pytest.mark.parametrize("width", [320, 360, 1200])
def test_captions_stay_in_sight_and_charts_legible(browser: Any, tmp_path: Path, width: int) -> None:
    path = tmp_path / "report.html"
    page = render_html(assemble(changed(report(), 17, shows(WIDE._repr_mimebundle_())), "html"))
    path.write_text(page, encoding="utf-8")
    tab = browser.new_page(viewport={"width": width, "height": 700})
    tab.goto(path.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    for scrolled in (0, 10_000):
        frame, caption = tab.evaluate(
            f"[document.querySelector('.table'), document.querySelector('caption span')].map(e => "
            f"{{ e.scrollLeft = {scrolled}; const r = e.getBoundingClientRect(); return [r.left, r.right] }})"
        )
        assert frame[0] - 1 <= caption[0] < caption[1] <= frame[1] + 1
    chart = tab.locator(".chart svg").first.bounding_box()
    assert chart["width"] >= (30 * 16 if width < 576 else 200 / 72 * 96) - 1
    assert tab.evaluate(WORDS) == '"- " / ""'  # seen, not read out
    room = tab.locator(".signer p").last.evaluate("e => parseFloat(getComputedStyle(e).marginBottom)")
    assert room > 80  # to sign by hand
    tab.close()


# --- PDF ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(assemble(report(), "pdf"))


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def spot(pdf: bytes, text: str, page: int = 0) -> tuple[float, str, float, float]:
    """Size, font, left edge and baseline (points) of the first letter of `text`."""
    with pypdfium2.PdfDocument(pdf) as document:
        letters = document[page].get_textpage()
        found = letters.search(text, match_case=True).get_next()
        assert found, text
        index = found[0]
        name = ctypes.create_string_buffer(99)
        pdfium.FPDFText_GetFontInfo(letters.raw, index, name, len(name), None)
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(letters.raw, index, x, y)
        size = pdfium.FPDFText_GetFontSize(letters.raw, index)
        return round(size, 2), name.value.decode().split("+")[-1], x.value, y.value


def width(pdf: bytes, text: str) -> float:
    """The width of one line of text on page 1, in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        letters = document[0].get_textpage()
        start, count = letters.search(text, match_case=True).get_next()
        boxes = [letters.get_charbox(index) for index in range(start, start + count)]
        return float(max(box[2] for box in boxes) - min(box[0] for box in boxes))


def rules(pdf: bytes) -> list[float]:
    """The lengths of the horizontal lines on page 1, from the top."""
    with pypdfium2.PdfDocument(pdf) as document:
        paths = [item.get_bounds() for item in document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])]
    flat = [
        (top, right - left) for left, bottom, right, top in paths if top - bottom < 2 and right - left > 20
    ]
    return [length for _top, length in sorted(flat, reverse=True)]


def test_the_pages_are_a4_with_an_annex_across(pdf: bytes, pages: list[str]) -> None:
    with pypdfium2.PdfDocument(pdf) as document:
        sizes = [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document]
    first_annex = next(number for number, text in enumerate(pages) if "Phụ lục I " in text)
    assert set(sizes[:first_annex]) == {(210, 297)}
    assert sizes[first_annex] == (297, 210)


def test_pages_are_numbered_from_the_second_and_anew_in_each_annex(pages: list[str]) -> None:
    assert not pages[0].startswith("1")
    starts = [number for number, text in enumerate(pages) if re.match(r"(\d+ )?Phụ lục I{1,2} ", text)]
    for number, text in enumerate(pages[1:], start=1):
        start = max([0, *(s for s in starts if s <= number)])
        expected = str(number - start + 1)
        assert text.split()[0] == expected if number != start else text.startswith("Phụ lục")


@pytest.mark.parametrize(
    ("rule", "text", "sizes", "style"),
    [
        ("Q-02", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (12, 13), "Bold"),
        ("Q-04", "Độc lập - Tự do - Hạnh phúc", (13, 14), "Bold"),
        ("A-02", "HUYỆN TUẦN GIÁO", (12, 13), "Bold"),
        ("S-03", "Số:", (13, 13), ""),
        ("D-04", "Tuần Giáo, ngày", (13, 14), "Italic"),
        ("T-01", "BÁO CÁO", (13, 14), "Bold"),
        ("T-02", "Kết quả thực hiện công tác", (13, 14), "Bold"),
        ("X-01", "Một phần số liệu", (13, 14), "Italic"),
        ("K-02", "Kính gửi:", (13, 14), ""),
        ("B-04", "Thực hiện văn bản", (13, 14), ""),
        ("B-10", "I. KẾT QUẢ NĂM 2020", (13, 14), "Bold"),
        ("B-11", "1. Tình hình", (13, 14), "Bold"),
        ("B-16", "2.1. Tham mưu", (13, 14), "Bold"),
        ("N-01", "Nơi nhận:", (12, 12), "BoldItalic"),
        ("N-03", "- Như trên;", (11, 11), ""),
        ("C-01", "TM. ỦY BAN NHÂN DÂN", (13, 14), "Bold"),
        ("C-02", "PHÓ CHỦ TỊCH", (13, 14), "Bold"),
        ("L-03", "Phụ lục I", (14, 14), "Bold"),
        ("L-04", "BIỂU TỔNG HỢP CƠ SỞ", (13, 14), "Bold"),
        ("L-05", "(Kèm theo Báo cáo", (13, 14), "Italic"),
    ],
)
def test_letters_have_the_size_and_style_of_the_rule(
    pdf: bytes, pages: list[str], rule: str, text: str, sizes: tuple[int, int], style: str
) -> None:
    page = next(number for number, words in enumerate(pages) if re.search(rf"{re.escape(text)}(?!\w)", words))
    size, font, _left, _base = spot(pdf, text, page)
    assert sizes[0] <= size <= sizes[1], rule
    assert re.sub(r"^[^-]*-?|Regular|PSMT|MT", "", font) == style, rule


def test_lines_of_the_letterhead_have_their_lengths(pdf: bytes) -> None:
    issuer, motto, subject = rules(pdf)[:3]
    assert motto == pytest.approx(width(pdf, "Độc lập - Tự do - Hạnh phúc"), rel=0.02)
    assert 1 / 3 <= issuer / width(pdf, "HUYỆN TUẦN GIÁO") <= 1 / 2
    assert 1 / 3 <= subject / width(pdf, FRAME.subject) <= 1 / 2  # T-03


def lines_of(pdf: bytes, page: int = 0) -> list[tuple[str, float, float, float]]:
    """The lines of a page from the top: text, left edge, right edge and baseline, in points."""
    lines: dict[float, list[tuple[float, float, str]]] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        letters = document[page].get_textpage()
        for index in range(letters.count_chars()):
            sign = chr(pdfium.FPDFText_GetUnicode(letters.raw, index))
            if sign.isspace() or not sign.isprintable():
                continue
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium.FPDFText_GetCharOrigin(letters.raw, index, x, y)
            left, _bottom, right, _top = letters.get_charbox(index)
            lines.setdefault(round(y.value, 1), []).append((left, right, sign))
    return [
        ("".join(sign for _l, _r, sign in row), min(row)[0], max(r for _l, r, _s in row), base)
        for base, row in sorted(lines.items(), reverse=True)
    ]


def test_paragraphs_keep_margins_indent_and_spacing(pdf: bytes) -> None:
    margin, edge = 30 / 25.4 * 72, (210 - 20) / 25.4 * 72
    lines = lines_of(pdf)
    assert min(left for _text, left, _right, _base in lines) >= margin - 1  # P-04
    assert max(right for _text, _left, right, _base in lines) <= edge + 0.2  # P-05
    starts = [text for text, *_rest in lines]
    first = next(n for n, text in enumerate(starts) if text.startswith("Thựchiệnvănbản"))
    heading = next(n for n, text in enumerate(starts) if text.startswith("I.KẾTQUẢNĂM2020"))
    assert heading - first >= 3
    assert lines[first][1] == pytest.approx(margin + 1.27 / 2.54 * 72, abs=1)  # B-05
    assert lines[first + 1][1] == pytest.approx(margin, abs=1)
    assert lines[first][2] == pytest.approx(edge, abs=1.5)  # B-04: justified
    pitches = [lines[n][3] - lines[n + 1][3] for n in range(first, heading - 1)]
    pitch = max(pitches)
    assert pitch - min(pitches) < 0.2
    assert 1.15 * 14 <= pitch <= 1.5 * 1.15 * 14  # B-07; a single line of Times New Roman is 1.15 em
    assert lines[heading - 1][3] - lines[heading][3] >= pitch + 6  # B-06
    assert spot(pdf, "Số:")[3] == pytest.approx(spot(pdf, "Tuần Giáo, ngày")[3], abs=1)  # D-04: the same line


def test_punctuation_stays_inside_the_margin_and_paragraphs_apart() -> None:
    cell = markdown("Thực hiện " + "việc, " * 60 + "\n\nĐoạn sau.", "opening")
    lines = lines_of(render_pdf(assemble(changed(report(), 3, cell), "pdf")))
    full = [n for n, line in enumerate(lines) if line[0].endswith("việc,")]
    assert len(full) >= 4
    assert max(lines[n][2] for n in full) <= (210 - 20) / 25.4 * 72 + 0.1  # P-05
    [after] = [n for n, line in enumerate(lines) if line[0] == "Đoạnsau."]
    pitch = lines[full[0]][3] - lines[full[1]][3]
    assert lines[after - 1][3] - lines[after][3] >= pitch + 6.2  # B-06: no rounding hides the 6 points


def test_number_and_date_stay_blank_in_a_draft(pages: list[str]) -> None:
    assert "Số: /BC-UBND" in pages[0]
    assert "Tuần Giáo, ngày tháng năm 2020" in pages[0]
    assert "DỰ THẢO" in pages[0]
    annex = next(text for text in pages if "Phụ lục I " in text)
    assert "(Kèm theo Báo cáo số /BC-UBND ngày tháng năm 2020 của Ủy ban nhân dân huyện Tuần Giáo)" in annex


def marked(pdf: bytes) -> list[float]:
    """How much of each page, in percent, is of the grey of a draft's mark."""
    with pypdfium2.PdfDocument(pdf) as document:
        pictures = [page.render(scale=0.5, grayscale=True).to_numpy() for page in document]
    return [100 * float(((picture >= 223) & (picture <= 225)).mean()) for picture in pictures]


def test_a_draft_bears_its_mark_across_every_page_and_a_final_report_none(
    pdf: bytes, pages: list[str]
) -> None:
    assert len(pages) >= 4
    assert min(marked(pdf)) > 2
    final = render_pdf(assemble(report(dataclasses.replace(FRAME, number="45", date="2020-12-16")), "pdf"))
    assert max(marked(final)) < 0.8
    # The mark is drawn: it is no text of another colour (P-06), and nothing that is read out.
    assert sum(text.count("DỰ THẢO") for text in pages) == 1
    assert [tag for tag, _said in structure(pdf)].count("/Figure") == 2  # the charts; the mark is an artifact


def test_the_mark_of_a_draft_in_the_page_is_seen_not_read(
    page: BeautifulSoup, browser: Any, tmp_path: Path
) -> None:
    (mark,) = page.select(".draft-mark")
    assert (mark["aria-hidden"], mark.get_text()) == ("true", "")
    path = tmp_path / "report.html"
    path.write_text(str(page), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 900, "height": 900})
    tab.goto(path.as_uri())
    printed = tab.pdf(prefer_css_page_size=True)
    tab.close()
    assert min(marked(printed)) > 1


def test_what_looks_like_code_is_text_in_pdf(pages: list[str]) -> None:
    assert NASTY in pages[0]
    assert "<i>x</i>" in pages[0]
    together = " ".join(pages)
    for piece in ("#panic()", "{{ 7*7 }}"):
        assert together.count(piece) == 2


def test_several_addressees_hang_under_the_colon() -> None:
    frame = dataclasses.replace(FRAME, addressees=["Sở A tỉnh Điện Biên", "Sở B tỉnh Điện Biên"])
    pdf = render_pdf(assemble(report(frame), "pdf"))
    size, _font, label, line = spot(pdf, "Kính gửi:")
    first, second = spot(pdf, "- Sở A tỉnh"), spot(pdf, "- Sở B tỉnh")
    assert line > first[3] > second[3]
    assert first[2] == pytest.approx(second[2], abs=0.1)
    assert first[2] == pytest.approx(label + width(pdf, "Kính gửi"), abs=0.15 * size)  # K-04


def structure(pdf: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The tags of the structure tree in order, with what is said about each."""
    found: list[tuple[str, dict[str, Any]]] = []

    def walk(element: Any) -> None:
        for child in element if isinstance(element, pikepdf.Array) else [element]:
            if isinstance(child, pikepdf.Dictionary) and "/S" in child:
                about: dict[str, Any] = {"alt": str(child.get("/Alt", "")), "id": str(child.get("/ID", ""))}
                for attributes in child.get("/A", []):
                    about |= {str(key): attributes[key] for key in attributes.keys()}  # noqa: SIM118 - not a dict
                found.append((str(child.S), {k: str(v) if k == "/Scope" else v for k, v in about.items()}))
                walk(child.get("/K", pikepdf.Array()))

    with pikepdf.open(io.BytesIO(pdf)) as file:
        walk(file.Root.StructTreeRoot.K)
        for _tag, about in found:
            about["headers"] = [str(id) for id in about.get("/Headers", [])]
    return found


def test_the_pdf_is_tagged(pdf: bytes) -> None:
    tags = structure(pdf)
    names = [tag for tag, _about in tags]
    assert [tag for tag in names if re.fullmatch("/H[1-6]", tag)] == [
        "/H1",
        "/H2",
        "/H2",
        "/H3",
        "/H1",
        "/H1",
        "/H1",
    ]
    assert "/Title" in names
    assert {"/L", "/LI", "/LBody"} <= set(names)
    assert [about["alt"] for tag, about in tags if tag == "/Figure" and about["alt"]] == [
        "Nhà nghỉ nhiều nhất"
    ] * 2
    assert names.count("/Table") == 1
    assert sum(about.get("/Scope") == "/Column" for tag, about in tags if tag == "/TH") == 6
    rows = [about for tag, about in tags if tag == "/TH" and about.get("/Scope") == "/Row"]
    assert len(rows) == len(TABLE.rows)
    cells = [about for tag, about in tags if tag == "/TD"]
    assert len(cells) == len(TABLE.rows) * 3
    first = [about["headers"] for about in cells[:3]]
    assert all(rows[0]["id"] in ids for ids in first)
    assert len(first[1]) == 3  # "Số cơ sở", "Khách sạn", and the row's own name
    with pikepdf.open(io.BytesIO(pdf)) as file:
        known = set(pikepdf.NameTree(file.Root.StructTreeRoot.IDTree))
    assert {id for about in cells for id in about["headers"]} <= known


def test_the_pdf_says_what_it_is(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert str(file.Root.Lang).lower().startswith("vi")
        assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
        assert bool(file.Root.MarkInfo.Marked)
        assert str(file.docinfo["/Title"]) == FRAME.title
        assert FRAME.title.endswith(" - huyện Tuần Giáo")
        assert str(file.docinfo["/CreationDate"]).startswith(
            "D:20201214000000"
        )  # no date yet: the period's end
        with file.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
        with file.open_outline() as outline:
            titles = [" ".join(str(item.title).split()) for item in outline.root]
    assert titles == [
        "I. Kết quả năm 2020",
        "II. Nhận xét",
        "Phụ lục I Biểu tổng hợp cơ sở",
        "Phụ lục II Biểu đồ",
    ]


def test_every_font_is_embedded_and_of_the_chosen_family(pdf: bytes) -> None:
    names = set()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for page in file.pages:
            for font in page.Resources.get("/Font", {}).values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
                assert "/ToUnicode" in font
                names.add(str(font.BaseFont).split("+")[1].split("-")[0])
    assert len(names) == 1
    if chosen_font().files:
        assert names == {chosen_font().name.replace(" ", "")}


def test_the_pdf_passes_an_accessibility_check(pdf: bytes, tmp_path: Path) -> None:
    pdfua = pytest.importorskip("pdfua")
    grouped = render_pdf(grouped_document(["1", "2"]))
    for name, data in (
        ("report", pdf),
        ("plain", render_pdf(assemble(plain(), "pdf"))),
        ("grouped", grouped),
    ):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        found = pdfua.validate(str(path))
        assert found.findings == ()
        assert len(found.outcomes) - len(found.skipped) > 10


def test_the_date_of_the_report_is_the_date_of_the_file() -> None:
    frame = dataclasses.replace(FRAME, number="7", date="2021-01-05")
    assert assemble(report(frame), "pdf")["timestamp"] == 1609804800  # 2021-01-05T00:00Z
    assert assemble(plain(), "pdf")["timestamp"] == 315532800  # 1980-01-01T00:00Z


def grouped_document(
    lines: Sequence[str], *, header: bool = True, row_header: int | None = 1, count: int = 6
) -> Any:
    """A report with paragraphs above a table of `count` rows: two in group A, the others in group B."""
    rows = [[str(n), f"Xã {n}", "", f"s{n}"] for n in range(1, count + 1)]
    table = Table.from_rows(
        "Bảng có nhóm",
        [["TT", ("Nội dung", 2, 1), "Số"]] if header else [],
        ["Nhóm A. " + "Tình hình chung của huyện " * 4, *rows[:2], "Nhóm B", *rows[2:]],
        align="clrr",
        row_header=row_header,
    )
    notebook = changed(report(), 13, markdown("# Nhận xét\n\n" + "\n\n".join(lines), "section:nhan-xet"))
    notebook.cells.insert(14, shows(table._repr_mimebundle_()))
    frame = dataclasses.replace(FRAME, sections=["nhan-xet"], annexes=[])
    notebook.cells[2] = shows(frame._repr_mimebundle_())
    return assemble(notebook, "pdf")


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("row_header", [1, None])
def test_groups_are_tagged_as_headers_of_their_rows(header: bool, row_header: int | None) -> None:
    pdf = render_pdf(grouped_document(["x"], header=header, row_header=row_header))
    tags = structure(pdf)
    cells = [about for tag, about in tags if tag in ("/TD", "/TH")]
    heads = 3 if header else 0
    assert len(cells) == heads + 2 + 6 * 4  # nothing remains of what keeps rows together
    group_a, group_b = cells[heads], cells[heads + 9]
    for group in (group_a, group_b):
        assert (group["/ColSpan"], group["/Scope"], group["headers"]) == (4, "/Column", [])
    rows = [cells[heads + start : heads + start + 4] for start in (1, 5, 10, 14, 18, 22)]
    for number, row in enumerate(rows):
        own = {group_a["id"] if number < 2 else group_b["id"]}
        for place, cell in enumerate(row):
            columns = {cells[min(place, 1) if place < 3 else 2]["id"]} if header else set()
            named = {row[row_header]["id"]} if row_header is not None and place != row_header else set()
            assert set(cell["headers"]) == columns | own | named
    assert sum(tag == "/TH" for tag, _about in tags) == heads + 2 + (6 if row_header is not None else 0)
    ids = [about["id"] for about in cells if about["id"]]
    assert len(ids) == len(set(ids))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert set(pikepdf.NameTree(file.Root.StructTreeRoot.IDTree)) == set(ids)


def test_a_group_never_leaves_its_name_at_the_foot_of_a_page() -> None:
    broken = set()
    for lines in range(6, 17):
        with pypdfium2.PdfDocument(render_pdf(grouped_document(["Một câu."] * lines, count=9))) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
        for name, first, second in (("Nhóm A", "s1", "s2"), ("Nhóm B", "s3", "s4")):
            [page] = [number for number, text in enumerate(texts) if name in text]
            assert first in texts[page]
            assert second in texts[page]
            broken |= {name} if page else set()
        broken |= {"between"} if ("s4" in texts[0]) != ("s9" in texts[0]) else set()
    assert broken == {"Nhóm A", "Nhóm B", "between"}  # the page did end in each of these places


def test_names_of_groups_do_not_widen_a_column() -> None:
    rows = ["Tên của một nhóm rất dài " * 3, ["a", "b"]]
    plain, grouped = (
        _column_widths(_table_node(Table.from_rows("", [["x", "y"]], given))) for given in (rows[1:], rows)
    )
    assert plain == grouped


def tall_chart(inches: float) -> Any:
    size = f'width="504pt" height="{inches * 72}pt" viewBox="0 0 504 {inches * 72}"'
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="504" height="{inches * 72}"/></svg>'
    )
    about = {"alt": "x", "caption": "Tên biểu đồ " * 4, "source": "Ủy ban nhân dân huyện"}
    return shows({CHART_MIME: drawing}, about={CHART_MIME: about})


@pytest.mark.parametrize("inches", [2.5, 3.6])
def test_three_charts_share_a_page_of_the_annex(inches: float) -> None:
    notebook = report(charts_in_annex(annexes=[]))
    notebook.cells[11:12] = [tall_chart(inches)] * 2
    notebook.cells[7] = tall_chart(inches)
    with pypdfium2.PdfDocument(render_pdf(assemble(notebook, "pdf"))) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
        paths = list(document[len(document) - 1].get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=9))
        boxes = [path.get_bounds() for path in paths]
    assert all(f"Hình {n}. Tên" in texts[-1] for n in (1, 2, 3))
    drawn = [right - left for left, _bottom, right, top in boxes if right - left > 100]
    assert len(drawn) >= 3
    if inches == 2.5:
        assert min(drawn) > 0.95 * 160 / 25.4 * 72


def test_the_signature_is_never_split_nor_alone() -> None:
    for lines in range(8, 30, 3):
        notebook = changed(
            report(), 13, markdown("# Nhận xét\n\n" + "Một câu.\n\n" * lines, "section:nhan-xet")
        )
        with pypdfium2.PdfDocument(render_pdf(assemble(notebook, "pdf"))) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
        [last] = [text for text in texts if "Nơi nhận:" in text]
        for together in ("Trên đây là báo cáo", "TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH", "Lưu: VT, LĐTBXH."):
            assert together in last


def test_a_sign_the_font_does_not_have_is_an_error_that_names_the_cell() -> None:
    notebook = changed(report(), 6, markdown("Tốt 😀"))
    with pytest.raises(ExportError) as caught:
        render_pdf(assemble(notebook, "pdf"))
    assert "Cell 7" in caught.value.message.text("en")
    assert "😀" in caught.value.message.text("en")


def test_a_bitmap_that_cannot_be_read_names_its_cell() -> None:
    cell = shows({"image/png": base64.b64encode(b"no picture").decode()}, about={"image/png": {"alt": "x"}})
    with pytest.raises(ExportError, match="8"):
        render_pdf(assemble(changed(report(), 7, cell), "pdf"))


def test_an_empty_notebook_is_a_page_with_its_name() -> None:
    document = assemble(new_notebook(cells=[]), "pdf", name="trống")
    with pypdfium2.PdfDocument(render_pdf(document)) as file:
        assert [page.get_textpage().get_text_range().strip() for page in file] == ["trống"]
    assert "trống" in render_html(document)


# --- Fonts --------------------------------------------------------------------------------------------------


def test_vietnamese_has_134_letters_of_its_own() -> None:
    assert len(set(fonts.LETTERS)) == 134
    for letter in "ẳẴđĐơỢýÝ":
        assert letter in fonts.LETTERS


def test_the_first_family_that_will_do_is_taken() -> None:
    font = chosen_font()
    assert font.name in fonts.FAMILIES
    assert font.substitute == (font.name != "Times New Roman")
    assert re.fullmatch("[0-9a-f]{64}", font.digest)
    assert len(font.files) in (0, 4)


def test_a_font_that_loses_vietnamese_letters_is_refused() -> None:
    with pytest.raises(ExportError) as caught:  # its bold italic doubles "ơ" in the text layer
        chosen_font("Libertinus Serif")
    assert "Libertinus Serif" in caught.value.message.text("en")


def test_a_font_that_is_not_there_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOCAO_FONT", "No Such Font")
    with pytest.raises(ExportError) as caught:
        chosen_font()
    assert "No Such Font" in caught.value.message.text("en")
    assert caught.value.remedy
    assert "BAOCAO_FONT" in caught.value.remedy.text("en")


def test_a_pinned_font_is_the_only_one_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOCAO_FONT", "New Computer Modern")
    font = chosen_font()
    assert (font.name, font.substitute, font.files) == ("New Computer Modern", True, ())
    _size, name, _left, _base = spot(render_pdf(assemble(report(), "pdf"), font), "BÁO CÁO")
    assert name.startswith("NewCM")


# --- Exporters ----------------------------------------------------------------------------------------------

TWICE = """
import hashlib, sys, nbformat
from baocao.pipeline.assemble import assemble
from baocao.pipeline.export import render_html, render_pdf
from baocao.pipeline.word import render_docx
notebook = nbformat.read(sys.argv[1], as_version=4)
for data in (render_html(assemble(notebook, "html")).encode(), render_pdf(assemble(notebook, "pdf")),
             render_docx(assemble(notebook, "docx"))):
    print(hashlib.sha256(data).hexdigest())
"""


def test_two_processes_make_the_same_bytes(tmp_path: Path) -> None:
    nbformat.write(report(), tmp_path / "report.ipynb")
    results = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Ho_Chi_Minh")):
        run = subprocess.run(
            [sys.executable, "-c", TWICE, str(tmp_path / "report.ipynb")],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        )
        results.append(run.stdout.split())
    assert len(results[0]) == 3
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("name", "suffix", "start"),
    [("html", ".html", b"<!DOCTYPE html>"), ("pdf", ".pdf", b"%PDF-"), ("docx", ".docx", b"PK")],
)
def test_nbconvert_finds_the_exporters(tmp_path: Path, name: str, suffix: str, start: bytes) -> None:
    nbformat.write(plain(), tmp_path / "thu.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", f"baocao-{name}", "thu.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / f"thu{suffix}").read_bytes().lstrip().startswith(start)


def test_exporters_take_their_options(tmp_path: Path) -> None:
    nbformat.write(plain(), tmp_path / "thu.ipynb")
    page, resources = HtmlReportExporter(show_code=True).from_filename(str(tmp_path / "thu.ipynb"))
    assert "ma_nguon()" in page
    assert resources["output_extension"] == ".html"
    assert "ma_nguon()" not in HtmlReportExporter().from_notebook_node(plain())[0]
    with pytest.raises(ExportError):
        PdfReportExporter(font="No Such Font").from_notebook_node(plain())
