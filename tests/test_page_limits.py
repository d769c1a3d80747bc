"""What nobody should write and somebody will: the page keeps its form, or an error says what to shorten.

On each page made here, every letter and line lies within the margins, no letter over another, all of the text is there
to read out, and the signature stands with the end of the text.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from nbformat.v4 import new_notebook
from test_export import FRAME, SVG, TABLE, changed, markdown, report, shows

from baocao.analysis.document import CHART_MIME, Table
from baocao.errors import ExportError, InputError
from baocao.pipeline.assemble import assemble
from baocao.pipeline.export import render_pdf

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 30 * MM, 20 * MM, 20 * MM, 20 * MM
NAME = " ".join(["Tên rất dài của một xã có nhiều chữ"] * 9)[:300]
LONGER_THAN_A_PAGE = 4000
Letter = tuple[str, float, float, float, float]


# --- Looking at pages -----------------------------------------------------------------------------------------


def letters_of(page: Any) -> list[Letter]:
    """The letters of a page with their left, lower, right and upper edges."""
    text = page.get_textpage()
    found = ((text.get_text_range(index, 1), *text.get_charbox(index)) for index in range(text.count_chars()))
    return [letter for letter in found if letter[0].strip()]


def outside(page: Any, letters: Sequence[Letter]) -> Iterator[object]:
    """What does not lie within the margins; the number of the page stands in the one on top (P-07)."""
    width, height = page.get_size()
    for text, left, lower, right, upper in letters:
        in_head = upper > height - TOP and text.isdigit()
        if (
            left < LEFT - 1
            or right > width - RIGHT + 1
            or lower < BOTTOM - 2
            or (upper > height - TOP + 2 and not in_head)
        ):
            yield text, left / MM, lower / MM
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=9):
        left, lower, right, upper = drawn.get_bounds()
        if left < LEFT - 2 or right > width - RIGHT + 2 or lower < BOTTOM - 2 or upper > height - TOP + 2:
            yield drawn.type, left / MM, lower / MM


def over_each_other(letters: Sequence[Letter]) -> Iterator[tuple[str, str]]:
    """Letters of which a third is covered by another one."""
    near: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, (_text, left, lower, right, upper) in enumerate(letters):
        for place in itertools.product(
            range(int(left // 12), int(right // 12) + 1), range(int(lower // 12), int(upper // 12) + 1)
        ):
            near[place].append(index)
    pairs = {pair for group in near.values() for pair in itertools.combinations(group, 2)}
    for one, other in pairs:
        (a, *first), (b, *second) = letters[one], letters[other]
        wide, high = (min(first[n + 2], second[n + 2]) - max(first[n], second[n]) for n in (0, 1))
        least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
        if min(wide, high) > 1 and wide * high > least / 3:
            yield a, b


def texts_in(node: Any) -> Iterator[str]:
    """Every text of a document that is printed."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in (
                "type",
                "data",
                "mime",
                "alt",
                "align",
                "title_line",
                "source",
                "section",
                "expression",
                "origin",
            ):
                yield from texts_in(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from texts_in(value)


def printed(notebook: Any) -> list[str]:
    """The texts of the pages of a report, without spaces, once they were found to keep the form."""
    document = assemble(notebook, "pdf")
    with pypdfium2.PdfDocument(render_pdf(document)) as pdf:
        texts = []
        for number, page in enumerate(pdf, start=1):
            letters = letters_of(page)
            assert not (found := list(outside(page, letters))), (number, found[:3])
            assert not (found := list(over_each_other(letters))), (number, found[:3])
            texts.append(re.sub(r"\s", "", page.get_textpage().get_text_range()))
    whole = "".join(texts).casefold()
    wanted = [
        document["body"],
        [annex["blocks"] for annex in document["annexes"]],
        list((document["report"] or {}).values()),
    ]
    for text in texts_in(wanted):
        for piece in [text] if len(text) < LONGER_THAN_A_PAGE else text.split():
            assert re.sub(r"\s", "", piece).casefold() in whole, piece
    if document["report"]:
        [last] = [text for text in texts if "Nơinhận:" in text]
        for together in ("Trênđâylàbáocáo", FRAME.file.replace(" ", ""), FRAME.posts[-1].replace(" ", "")):
            assert together in last, "the signature stands alone"
    return texts


# --- Documents ------------------------------------------------------------------------------------------------


def framed(**more: Any) -> Any:
    return report(dataclasses.replace(FRAME, **{"number": "5", "date": "2020-12-20"} | more))


def table(rows: Sequence[Any], columns: int = 4, header: Sequence[Any] = (), **more: Any) -> Table:
    return Table.from_rows("Biểu", header or [[f"Cột {c}" for c in range(columns)]], rows, **more)


def in_annex(shown: Table) -> Any:
    return changed(framed(), -1, shows(shown._repr_mimebundle_()))


def in_body(shown: Table) -> Any:
    return changed(framed(), 6, shows(shown._repr_mimebundle_()))


def drawing(width: int, height: int, **more: str) -> Any:
    size = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
    rect = f'<rect width="{width}" height="{height}"/>'
    about = {"alt": "x", "caption": "Tên biểu đồ", "source": ""} | more
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{rect}</svg>'
    return shows({CHART_MIME: svg}, about={CHART_MIME: about})


NAMED = [[str(n), NAME if n == 3 else f"Xã {n}", "1", "2"] for n in range(1, 20)]
MIXED = [["Một đoạn chữ khá dài cần nhiều dòng"] * 5 + ["12.345"] * 10] * 4
IN_BODY = {"html": "body", "pdf": "body"}

KEPT: dict[str, Callable[[], Any]] = {
    "a name of 300 letters": lambda: in_annex(table(NAMED)),
    "a name of 300 letters in the body": lambda: in_body(table(NAMED)),
    "a name of 300 letters without a space": lambda: in_annex(table([["1", "x" * 300, "1", "2"]])),
    "long words side by side": lambda: in_annex(table([["a", "b" * 90, "c" * 90, "d" * 90]] * 3)),
    "long texts beside many figures": lambda: in_annex(table(MIXED, 15)),
    "long texts beside many figures in the body": lambda: in_body(table(MIXED, 15)),
    "as many columns as a page holds": lambda: in_annex(table([["Xã A", *["12"] * 34]] * 6, 35, [[f"C{c}" for c in range(35)]])),
    "a row higher than a page in a group": lambda: in_annex(table(["Nhóm A", ["a", " ".join(f"w{n}" for n in range(1500)), "c", "d"], *[["a", "b", "c", "d"]] * 2])),
    "a heading of many lines": lambda: in_annex(table([["a", "b", "c", "d"]], header=[["Cột " * 60, "b", "c", "d"]])),
    "a caption of many lines": lambda: in_annex(dataclasses.replace(TABLE, caption="Tên bảng " * 80)),
    "a title of six lines": lambda: framed(subject=" ".join(["Kết quả thực hiện công tác phòng ngừa và rà soát"] * 7)),
    "an issuer of 200 letters": lambda: framed(issuer=["ỦY BAN NHÂN DÂN", ("HUYỆN CÓ TÊN RẤT DÀI " * 10)[:200].strip()]),
    "an issuer of one word": lambda: framed(issuer=["ỦY BAN NHÂN DÂN", "A" * 60], superior="B" * 60, symbol=f"BC-{'C' * 60}"),
    "40 recipients": lambda: framed(recipients=["Như trên", *(f"Phòng, ban thứ {n} thuộc huyện" for n in range(39))]),
    "recipients and posts of long words": lambda: framed(recipients=["Như trên", "x" * 120], authority=f"TM. {'Y' * 60}"),
    "40 addressees": lambda: framed(addressees=[f"Sở thứ {n} của tỉnh có tên dài dài dài dài dài dài dài" for n in range(40)]),
    "a long place and a long note": lambda: framed(place="Địa danh rất dài " * 12, note="Ghi chú " * 80),
    "words longer than a line": lambda: changed(framed(), 6, markdown(f"Chữ {'a' * 400} dài, http://{'b' * 300}")),
    "a heading longer than a line": lambda: changed(framed(), 4, markdown(f"# Kết quả {'k' * 200}", "section:ket-qua")),
    "a chart five times as high as wide": lambda: changed(framed(), 7, drawing(200, 1000)),
    "such a chart in the body": lambda: changed(framed(charts=IN_BODY), 7, drawing(200, 1000)),
    "a chart five times as wide as high": lambda: changed(framed(charts=IN_BODY), 7, drawing(2500, 500)),
    "a chart with a caption of 200 words": lambda: changed(
        framed(), 7, shows({CHART_MIME: SVG}, about={CHART_MIME: {"alt": "x", "caption": "Tên " * 200, "source": "Sở"}})
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", KEPT)
def test_the_page_keeps_its_form(case: str) -> None:
    printed(KEPT[case]())


@pytest.mark.parametrize(("count", "place"), [(200, in_annex), (500, in_body)])
def test_a_long_table_repeats_its_header_on_each_page(count: int, place: Callable[[Table], Any]) -> None:
    rows = [[str(n), f"Xã {n}", "555", "777"] for n in range(1, count + 1)]
    pages = printed(place(table(rows, header=[["STT", "Đơn vị", ("Số cơ sở", 2, 1)]])))
    holding = [page for page in pages if re.search(r"Xã\d+555777", page)]
    assert len(holding) > count / 50
    assert all(page.count("STTĐơnvịSốcơsở") == 1 for page in holding)


def test_a_section_with_nothing_is_left_out() -> None:
    pages = printed(changed(framed(), 13, markdown("# Nhận xét", "section:nhan-xet")))
    assert "NHẬNXÉT" not in "".join(pages)


def test_a_wide_table_of_a_plain_notebook_is_set_smaller() -> None:
    words = table([["1.234.567"] * 18], 18, [[f"C{c}" for c in range(18)]])
    printed(new_notebook(cells=[shows(words._repr_mimebundle_())]))


# --- Errors ---------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "60 columns": (lambda: in_annex(table([["Xã A", *["1.234"] * 59]], 60)), "18.*60.*418.*181.*1.234"),
    "60 columns in the body": (lambda: in_body(table([["Xã A", *["1.234"] * 59]], 60)), "7.*60.*418.*117.*landscape"),
    "60 columns of a plain notebook": (
        lambda: new_notebook(cells=[shows(table([["1.234"] * 60], 60)._repr_mimebundle_())]), "1.*60",
    ),
    "a heading of a page": (lambda: in_annex(table([["a"] * 4], header=[["Cột " * 900, "b", "c", "d"]])), "18.*Cột Cột"),
    "80 recipients": (lambda: framed(recipients=["Như trên", *(f"Ban {n}" for n in range(79))]), "81.*81.*48.*recipients"),
    "20 long recipients": (lambda: framed(recipients=["Như trên", *["Phòng " * 20] * 20]), "22.*recipients"),
    "an annex with nothing": (lambda: new_notebook(cells=framed().cells[:-1]), "Biểu tổng hợp cơ sở.*report.toml"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_keep_the_form_is_refused_with_what_to_shorten(case: str) -> None:
    notebook, words = REFUSED[case]
    with pytest.raises((ExportError, InputError), match=f"(?s){words}"):
        render_pdf(assemble(notebook(), "pdf"))
