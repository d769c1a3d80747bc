"""Administrative reports written in LibreOffice, each a small change of one that keeps Nghị định 30/2020/NĐ-CP.

They are the independent examples for `baocao.nd30`: nothing of `baocao` is used to make them. `BASE` is a whole report
of an invented district; `DOCUMENTS` holds the changes, each with what the decree says of it, and `make` turns all of
them into PDF. Rules with a letter and a number are those of the checklist; PL I, II and III are the decree's annexes.

The text is one line per paragraph, `style: text`; a line that begins with `<` is OpenDocument markup as it stands.
"""

from __future__ import annotations

import base64
import html
import io
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

# --- What a document is made of -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a kind of paragraph looks. Sizes in points, lengths as OpenDocument writes them."""

    size: float = 14
    bold: bool = False
    italic: bool = False
    align: str = "justify"
    indent: str = "0cm"
    left: str = "0cm"
    right: str = "0cm"
    before: str = "0pt"
    after: str = "0pt"
    line: str = "100%"
    keep: bool = False
    font: str = "Tinos"
    colour: str = "#000000"
    underline: bool = False
    border: str = ""
    """ "top", "bottom", "box" or none."""
    page: str = ""
    number: int = 0

    def markup(self, name: str) -> str:
        place = {
            "fo:text-align": self.align, "fo:text-indent": self.indent, "fo:line-height": self.line,
            "fo:margin-left": self.left, "fo:margin-right": self.right, "fo:margin-top": self.before,
            "fo:margin-bottom": self.after, "fo:orphans": "2", "fo:widows": "2",
            "fo:border" + ("" if self.border == "box" else f"-{self.border}"): LINE if self.border else "",
            "fo:padding": "1pt" if self.border else "", "style:join-border": "false" if self.border else "",
            "fo:keep-with-next": "always" if self.keep else "", "style:page-number": str(self.number or ""),
        }  # fmt: skip
        names = {"style:name": name, "style:family": "paragraph", "style:master-page-name": self.page}
        return _tag("style:style", names, _tag("style:paragraph-properties", place), self.letters())

    def letters(self) -> str:
        return _tag(
            "style:text-properties",
            {
                "style:font-name": self.font, "fo:font-size": f"{self.size}pt", "fo:color": self.colour,
                "fo:font-weight": "bold" if self.bold else "normal",
                "fo:font-style": "italic" if self.italic else "normal",
                "style:text-underline-style": "solid" if self.underline else "",
                "fo:language": "vi", "fo:country": "VN",
            },
        )  # fmt: skip


LINE = "0.5pt solid #000000"
HEAD, FOOT = 10, 8
"""Millimetres from the edge of the sheet to what stands in the top and in the bottom margin."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A kind of page: size and margins in millimetres, and what stands in its top and bottom margin."""

    width: float = 210
    height: float = 297
    top: float = 20
    bottom: float = 20
    left: float = 30
    right: float = 20
    next: str = ""
    head: str = ""
    foot: str = ""
    digits: str = "1"

    def markup(self, name: str) -> str:
        sheet = {
            "fo:page-width": f"{self.width}mm", "fo:page-height": f"{self.height}mm", "style:num-format": self.digits,
            "style:print-orientation": "landscape" if self.width > self.height else "portrait",
            "fo:margin-top": f"{HEAD if self.head else self.top}mm",
            "fo:margin-bottom": f"{FOOT if self.foot else self.bottom}mm",
            "fo:margin-left": f"{self.left}mm", "fo:margin-right": f"{self.right}mm",
        }  # fmt: skip
        return _tag(
            "style:page-layout", {"style:name": f"Trang{name}"}, _tag("style:page-layout-properties", sheet),
            _margin("header", "bottom", self.top - HEAD if self.head else 0),
            _margin("footer", "top", self.bottom - FOOT if self.foot else 0),
        )  # fmt: skip

    def master(self, name: str) -> str:
        return _tag(
            "style:master-page",
            {
                "style:name": name,
                "style:page-layout-name": f"Trang{name}",
                "style:next-style-name": self.next,
            },
            _tag("style:header", {}, _text(self.head)) if self.head else "",
            _tag("style:footer", {}, _text(self.foot)) if self.foot else "",
        )


def _tag(name: str, attributes: Mapping[str, str], *content: str) -> str:
    """An element; an attribute without a value is left out."""
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{written}>{''.join(content)}</{name}>"


def _margin(part: str, side: str, height: float) -> str:
    place = {"svg:height": f"{height}mm", f"fo:margin-{side}": "0mm", "style:dynamic-spacing": "false"}
    inside = _tag("style:header-footer-properties", place) if height else ""
    return _tag(f"style:{part}-style", {}, inside)


@dataclass(frozen=True)
class Document:
    """Styles, pages and text of a document. Every change must change something, else it is an error."""

    styles: Mapping[str, Style]
    pages: Mapping[str, Page]
    text: str

    def style(self, names: str, **changes: object) -> Document:
        """The document with other styles: `names` are one or several, with spaces between."""
        styles = dict(self.styles)
        for name in names.split():
            changed = replace(styles[name], **changes)  # type: ignore[arg-type]
            assert changed != styles[name], (name, changes)
            styles[name] = changed
        return replace(self, styles=styles)

    def page(self, names: str = "", **changes: object) -> Document:
        """The document with other pages, all of them if none is named."""
        pages = dict(self.pages)
        for name in names.split() or pages:
            changed = replace(pages[name], **changes)  # type: ignore[arg-type]
            assert changed != pages[name], (name, changes)
            pages[name] = changed
        return replace(self, pages=pages)

    def swap(self, *pairs: tuple[str, str]) -> Document:
        """The document with other words, wherever the old ones stand."""
        text = self.text
        for old, new in pairs:
            assert old in text, old
            assert old != new, old
            text = text.replace(old, new)
        return replace(self, text=text)

    def flat(self) -> str:
        """The document as a flat OpenDocument text."""
        fonts = sorted({style.font for style in self.styles.values()})
        spaces = " ".join(f'xmlns:{short}="{_NAMESPACE}{long}"' for short, long in _NAMESPACES.items())
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {spaces} office:version="1.3"'
            ' office:mimetype="application/vnd.oasis.opendocument.text"><office:font-face-decls>'
            + "".join(f'<style:font-face style:name="{font}" svg:font-family="{font}"/>' for font in fonts)
            + f"</office:font-face-decls><office:styles>{_GRAPHICS}</office:styles><office:automatic-styles>"
            + "".join(page.markup(name) for name, page in self.pages.items())
            + "".join(style.markup(name) for name, style in self.styles.items())
            + f'<style:style style:name="Dam" style:family="text">{Style(bold=True).letters()}</style:style>'
            + f"{_TABLES}</office:automatic-styles><office:master-styles>"
            + "".join(page.master(name) for name, page in self.pages.items())
            + f"</office:master-styles><office:body><office:text>{_text(self.text)}</office:text></office:body>"
            "</office:document>\n"
        )


_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMESPACES = {
    "office": "office:1.0", "style": "style:1.0", "text": "text:1.0", "table": "table:1.0", "draw": "drawing:1.0",
    "fo": "xsl-fo-compatible:1.0", "svg": "svg-compatible:1.0",
}  # fmt: skip
_GRAPHICS = (
    '<draw:stroke-dash draw:name="Dut" draw:style="rect" draw:dots1="1" draw:dots1-length="0.1cm"'
    ' draw:distance="0.12cm"/>'
)
_PLACED = (
    'style:wrap="run-through" style:run-through="foreground" style:horizontal-pos="{x}"'
    ' style:horizontal-rel="paragraph-content" style:vertical-pos="from-top" style:vertical-rel="paragraph"'
)
_TABLES = (
    "".join(
        f'<style:style style:name="{name}" style:family="graphic"><style:graphic-properties {stroke}'
        f' svg:stroke-width="0.02cm" svg:stroke-color="#000000" {_PLACED.format(x=x)}/></style:style>'
        for name, stroke, x in (
            ("Ke", 'draw:stroke="solid"', "center"),
            ("KeDut", 'draw:stroke="dash" draw:stroke-dash="Dut"', "center"),
            ("KeLech", 'draw:stroke="solid"', "left"),
            ("Hop", 'draw:stroke="none" draw:fill="solid" draw:fill-color="#000000"', "center"),
            ("Anh", 'draw:stroke="none"', "from-left"),
        )
    )
    + '<style:style style:name="Bang" style:family="table"><style:table-properties style:rel-width="100%"'
    ' table:align="margins"/></style:style>'
    + "".join(
        f'<style:style style:name="Cot{width}" style:family="table-column"><style:table-column-properties'
        f' style:rel-column-width="{655 * width}*"/></style:style>'
        for width in (6, 20, 34, 36, 45, 54, 55, 64)
    )
    + '<style:style style:name="Hang" style:family="table-row"><style:table-row-properties'
    ' fo:keep-together="always"/></style:style>'
    '<style:style style:name="O" style:family="table-cell"><style:table-cell-properties fo:padding="0cm"'
    ' fo:border="none"/></style:style>'
    '<style:style style:name="ORong" style:family="table-cell"><style:table-cell-properties fo:padding="0.25cm"'
    ' fo:border="' + LINE + '"/></style:style>'
    '<style:style style:name="OKe" style:family="table-cell"><style:table-cell-properties fo:padding="0.08cm"'
    ' fo:border="' + LINE + '"/></style:style>'
)


def _text(lines: str) -> str:
    """Lines of `style: text` as OpenDocument markup; {x} in a text is a page number, a line, room or a picture."""

    def paragraph(line: str) -> str:
        if line.startswith("<"):
            return line
        style, text = line.split(": ", 1)
        return f'<text:p text:style-name="{style}">{re.sub(r"{([^}]*)}", _special, text)}</text:p>'

    return "".join(paragraph(line) for line in lines.strip().splitlines() if line.strip())


def _special(found: re.Match[str]) -> str:
    name, *values = found[1].split()
    if name == "trang":
        return '<text:page-number text:select-page="current"/>'
    if name == "cach":
        return f'<text:s text:c="{values[0]}"/>'
    if name == "anh":
        x, y, width, height, picture = values
        return (
            f'<draw:frame draw:style-name="Anh" text:anchor-type="paragraph" svg:x="{x}cm" svg:y="{y}cm"'
            f' svg:width="{width}cm" svg:height="{height}cm"><draw:image><office:binary-data>'
            f"{picture}</office:binary-data></draw:image></draw:frame>"
        )
    width, y = values
    if name == "KeHop":
        return (
            f'<draw:rect draw:style-name="Hop" text:anchor-type="paragraph" svg:y="{y}cm" svg:width="{width}cm"'
            ' svg:height="0.03cm"/>'
        )
    return (
        f'<draw:line draw:style-name="{name}" text:anchor-type="paragraph" svg:x1="0cm" svg:y1="{y}cm"'
        f' svg:x2="{width}cm" svg:y2="{y}cm"/>'
    )


def _table(widths: str, *rows: str, head: int = 0, style: str = "OKe") -> str:
    """A table with its columns' shares of the width; a cell is lines of text, and `|` ends a cell."""
    columns = "".join(f'<table:table-column table:style-name="Cot{width}"/>' for width in widths.split())
    done = [
        '<table:table-row table:style-name="Hang">\n'
        + "".join(
            f'<table:table-cell table:style-name="{style}" office:value-type="string">\n{cell.strip()}\n'
            "</table:table-cell>\n"
            for cell in row.split("|")
        )
        + "</table:table-row>\n"
        for row in rows
    ]
    header = f"<table:table-header-rows>\n{''.join(done[:head])}</table:table-header-rows>\n" if head else ""
    return f'<table:table table:style-name="Bang">\n{columns}\n{header}{"".join(done[head:])}</table:table>\n'


def _rows(*rows: str) -> list[str]:
    """Rows of a table of figures: the first is its header; the first two columns are a number and words."""
    header, *body = rows
    styles = ["BangGiua", "BangChu"] + ["BangSo"] * 9
    return [
        "|".join(f"BangDau: {cell.strip()}" for cell in header.split("|")),
        *(
            "|".join(f"{style}: {cell.strip()}" for style, cell in zip(styles, row.split("|"), strict=False))
            for row in body
        ),
    ]


# --- The report that keeps every rule -----------------------------------------------------------------------

NUMBER = "SoTrang: {trang}"
STYLES = {
    "SoTrang": Style(size=13, align="center"),
    "QuocHieu": Style(size=13, bold=True, align="center"),
    "TieuNgu": Style(bold=True, align="center"),
    "ChuQuan": Style(size=13, align="center"),
    "BanHanh": Style(size=13, bold=True, align="center"),
    "BanHanhCuoi": Style(size=13, bold=True, align="center"),
    "SoKyHieu": Style(size=13, align="center", before="10pt"),
    "NgayThang": Style(italic=True, align="center", before="10pt"),
    "DuThao": Style(size=13, bold=True, align="center", before="6pt"),
    "TenLoai": Style(bold=True, align="center", before="18pt"),
    "TrichYeu": Style(bold=True, align="center"),
    "TrichYeuCuoi": Style(bold=True, align="center", after="14pt"),
    "KinhGui": Style(align="start", left="4cm", before="6pt"),
    "KinhGuiNoi": Style(align="start", left="5.763cm", before="3pt"),
    "KinhGuiMot": Style(align="center", before="6pt"),
    "CanCu": Style(italic=True, indent="1.27cm", before="6pt", line="110%"),
    "Van": Style(indent="1.27cm", before="6pt", line="110%"),
    "Phan": Style(bold=True, align="center", before="6pt", line="110%", keep=True),
    "PhanTen": Style(bold=True, align="center", before="6pt", line="110%", keep=True),
    "Muc": Style(bold=True, indent="1.27cm", before="6pt", line="110%", keep=True),
    "Khoan": Style(bold=True, indent="1.27cm", before="6pt", line="110%", keep=True),
    "KhoanVan": Style(indent="1.27cm", before="6pt", line="110%"),
    "CapBa": Style(bold=True, indent="1.27cm", before="6pt", line="110%", keep=True),
    "Diem": Style(indent="1.27cm", before="6pt", line="110%"),
    "BangTen": Style(size=13, bold=True, align="center", before="8pt", after="4pt", keep=True),
    "BangDau": Style(size=12, bold=True, align="center"),
    "BangGiua": Style(size=12, align="center"),
    "BangChu": Style(size=12, align="start"),
    "BangSo": Style(size=12, align="end"),
    "NoiNhan": Style(size=12, bold=True, italic=True, align="start", before="14pt"),
    "NoiNhanNoi": Style(size=11, align="start"),
    "QuyenHan": Style(bold=True, align="center", before="14pt"),
    "ChucVu": Style(bold=True, align="center"),
    "HoTen": Style(bold=True, align="center", before="2.6cm"),
    "PhuLuc": Style(bold=True, align="center", page="PhuLuc", number=1),
    "PhuLucNgang": Style(bold=True, align="center", page="Ngang", number=1),
    "PhuLucTen": Style(bold=True, align="center"),
    "KemTheo": Style(italic=True, align="center", after="8pt"),
    "DiaChi": Style(size=11, align="center", border="top"),
    "DiaChiTran": Style(size=11, align="center"),
    "LuuHanh": Style(
        size=13, bold=True, align="center", left="0.6cm", right="0.6cm", before="6pt", border="box"
    ),
    "LuuHanhTran": Style(size=13, bold=True, align="center", before="6pt"),
    "KeCoQuan": Style(size=2, align="center", left="1.98cm", right="1.98cm", border="bottom"),
    "KeTrichYeu": Style(size=2, align="center", left="6cm", right="6cm", after="14pt", border="bottom"),
    "KeGach": Style(size=8, align="center"),
}
PAGES = {
    "Standard": Page(next="Sau"),
    "Sau": Page(head=NUMBER),
    "PhuLuc": Page(next="PhuLucSau"),
    "PhuLucSau": Page(head=NUMBER),
    "Ngang": Page(width=297, height=210, next="NgangSau"),
    "NgangSau": Page(width=297, height=210, head=NUMBER),
}

LETTERHEAD = _table(
    "36 64",
    """
BanHanh: ỦY BAN NHÂN DÂN
BanHanhCuoi: HUYỆN MINH HỌA{Ke 1.8 0.58}
|
QuocHieu: CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TieuNgu: Độc lập - Tự do - Hạnh phúc{Ke 6.037 0.6}
""",
    """
SoKyHieu: Số: 215/BC-UBND
|
NgayThang: Minh Họa, ngày 15 tháng 12 năm 2020
""",
    style="O",
)

SIGNATURE = _table(
    "45 55",
    """
NoiNhan: Nơi nhận:
NoiNhanNoi: - Như trên;
NoiNhanNoi: - Thường trực Huyện ủy;
NoiNhanNoi: - Thường trực HĐND huyện;
NoiNhanNoi: - Lãnh đạo UBND huyện;
NoiNhanNoi: - Lưu: VT, NV.
|
QuyenHan: TM. ỦY BAN NHÂN DÂN
ChucVu: KT. CHỦ TỊCH
ChucVu: PHÓ CHỦ TỊCH
HoTen: Nguyễn Văn A
""",
    style="O",
)

IN_TEXT = "BangTen: Bảng 1. Kinh phí cho công tác văn thư, lưu trữ (triệu đồng)\n" + _table(
    "6 54 20 20",
    *_rows(
        "TT | Nội dung | Năm 2019 | Năm 2020",
        "1 | Chỉnh lý tài liệu | 40 | 55",
        "2 | Trang thiết bị bảo quản | 25 | 30",
        "3 | Tập huấn nghiệp vụ | 10 | 12",
    ),
    head=1,
)

RECORDS = _table(
    "6 54 20 20",
    *_rows(
        "TT | Nội dung | Đơn vị tính | Năm 2020",
        "1 | Văn bản đến | văn bản | 2.410",
        "2 | Văn bản đi | văn bản | 1.135",
        "3 | Văn bản đi được ký số | văn bản | 1.102",
        "4 | Hồ sơ được lập | hồ sơ | 318",
        "5 | Hồ sơ nộp vào lưu trữ | hồ sơ | 285",
    ),
    head=1,
)

COMMUNES = ["Thị trấn Minh Họa", *(f"Xã {name}" for name in (
    "Giả Sử", "Giả Thuyết", "Mô Phỏng", "Phỏng Đoán", "Tượng Trưng", "Tưởng Tượng", "Ước Lệ",
))]  # fmt: skip
KINDS = ("Hành chính", "Tài chính")
SHELVES = _table(
    "6 34 20 20 20",
    *_rows(
        "TT | Xã, thị trấn | Nhóm tài liệu | Hồ sơ | Đã số hóa",
        *(
            f"{n} | {name} | {kind} | {30 + n} | {9 + n // 2}"
            for n, (name, kind) in enumerate(((name, kind) for name in COMMUNES for kind in KINDS), 1)
        ),
    ),
    head=1,
    style="ORong",
)
REFERENCE = "(Kèm theo Báo cáo số 215/BC-UBND ngày 15 tháng 12 năm 2020 của Ủy ban nhân dân huyện Minh Họa)"

TEXT = f"""
{LETTERHEAD}
TenLoai: BÁO CÁO
TrichYeu: Kết quả thực hiện công tác văn thư, lưu trữ năm 2020
TrichYeuCuoi: và phương hướng, nhiệm vụ năm 2021{{Ke 4 0.66}}
KinhGui: Kính gửi:
KinhGuiNoi: - Ủy ban nhân dân tỉnh Ví Dụ;
KinhGuiNoi: - Sở Nội vụ tỉnh Ví Dụ.
CanCu: Căn cứ Luật Lưu trữ;
CanCu: Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;
CanCu: Căn cứ Kế hoạch số 45/KH-UBND ngày 10 tháng 01 năm 2020 của Ủy ban nhân dân tỉnh Ví Dụ về công tác văn thư, lưu trữ năm 2020.
Van: Ủy ban nhân dân huyện Minh Họa báo cáo kết quả thực hiện công tác văn thư, lưu trữ năm 2020 và phương hướng, nhiệm vụ năm 2021 như sau:
Muc: I. KẾT QUẢ THỰC HIỆN NĂM 2020
Khoan: 1. Công tác chỉ đạo, điều hành
Van: Ủy ban nhân dân huyện đã chỉ đạo các cơ quan, đơn vị và các xã, thị trấn rà soát quy chế công tác văn thư, lưu trữ, phân công rõ trách nhiệm của từng bộ phận và đưa kết quả thực hiện vào nội dung tự kiểm tra hằng quý. Văn bản hướng dẫn được gửi đến từng đơn vị và đăng trên trang thông tin của huyện để Nhân dân biết, giám sát.
Van: Năm 2020, huyện bố trí kinh phí cho ba nhóm nhiệm vụ nêu tại Bảng 1; phần kinh phí tăng thêm dành cho việc chỉnh lý tài liệu còn tồn đọng ở các đơn vị.
{IN_TEXT}
Khoan: 2. Công tác văn thư
CapBa: 2.1. Soạn thảo và ban hành văn bản
Van: Thể thức và kỹ thuật trình bày văn bản được thực hiện theo điểm a khoản 2 Điều 8 Nghị định số 30/2020/NĐ-CP. Các đơn vị đã tự rà soát theo những nội dung sau đây:
Diem: a) Thẩm quyền ký và quyền hạn ghi trước chức vụ của người ký;
Diem: b) Số, ký hiệu và thời gian ban hành văn bản;
Diem: c) Tên loại và trích yếu nội dung văn bản;
Diem: d) Căn cứ ban hành và việc viện dẫn văn bản có liên quan;
Diem: đ) Cách viết hoa tên cơ quan, tổ chức và tên đơn vị hành chính;
Diem: e) Nơi nhận và việc lưu văn bản tại Văn thư cơ quan.
CapBa: 2.2. Quản lý văn bản
Van: Văn bản đến được đăng ký trong ngày, chuyển đến người có trách nhiệm giải quyết và theo dõi đến khi có kết quả. Văn bản đi được kiểm tra thể thức trước khi ký, được cấp số, đóng dấu và gửi đi trong ngày làm việc. Số liệu chi tiết về văn bản đến, văn bản đi và hồ sơ được nêu tại Phụ lục I kèm theo.
Khoan: 3. Công tác lưu trữ
Van: Tài liệu của các cơ quan, đơn vị được thu thập về kho lưu trữ của huyện theo danh mục đã phê duyệt, được sắp xếp theo phông và được tra tìm bằng mục lục hồ sơ. Thị trấn Minh Họa, xã Giả Sử và xã Ước Lệ đã hoàn thành việc chỉnh lý tài liệu của những năm trước. Số liệu theo từng xã, thị trấn được nêu tại Phụ lục II kèm theo.
Van: Việc số hóa tài liệu được thực hiện theo thứ tự ưu tiên: tài liệu có giá trị bảo quản vĩnh viễn, tài liệu được khai thác thường xuyên, sau đó là tài liệu còn lại. Hội đồng nhân dân huyện đã giám sát nội dung này tại hai đơn vị.
Muc: II. TỒN TẠI, HẠN CHẾ
KhoanVan: 1. Một số đơn vị nộp hồ sơ vào lưu trữ chậm so với thời hạn của Nhà nước quy định, nhất là hồ sơ của những công việc kéo dài qua nhiều năm.
KhoanVan: 2. Kho bảo quản tài liệu ở một số xã còn chật hẹp, chưa đủ giá và hộp đựng tài liệu, nên tài liệu mới thu về phải để tạm tại phòng làm việc.
Muc: III. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2021
Van: Tiếp tục thực hiện nghiêm Nghị định số 30/2020/NĐ-CP và Luật Lưu trữ; lập hồ sơ công việc ngay từ khi mở đầu; nộp hồ sơ đúng hạn; tăng cường kiểm tra thể thức văn bản trước khi ký ban hành.
Van: Tham khảo cách quản lý tài liệu số của Thủ đô Hà Nội, Thành phố Hồ Chí Minh, Quận 1 và tỉnh Điện Biên để xây dựng kế hoạch số hóa tài liệu của huyện giai đoạn 2021 - 2025, trước hết là tài liệu về đất đai và tài liệu hộ tịch, là những tài liệu được tra tìm nhiều nhất.
Van: Trên đây là báo cáo kết quả thực hiện công tác văn thư, lưu trữ năm 2020 và phương hướng, nhiệm vụ năm 2021 của Ủy ban nhân dân huyện Minh Họa./.
{SIGNATURE}
PhuLuc: Phụ lục I
PhuLucTen: SỐ LIỆU CÔNG TÁC VĂN THƯ NĂM 2020
KemTheo: {REFERENCE}
{RECORDS}
PhuLucNgang: Phụ lục II
PhuLucTen: SỐ LIỆU CÔNG TÁC LƯU TRỮ NĂM 2020 THEO XÃ, THỊ TRẤN
KemTheo: {REFERENCE}
{SHELVES}
"""
BASE = Document(STYLES, PAGES, TEXT)
"""Issued on 15 December 2020 by an invented district; the signatory is the name that the decree's own examples bear
(PL I, Mục V, row 7). Two addressees, three căn cứ, a table in the text, two annexes."""


NOT_PASSED = {
    "P-06": "deviation",  # Tinos stands in for Times New Roman
    **dict.fromkeys(("A-01", "A-04"), "not_applicable"),  # a district's committee names no superior body
    "S-05": "not_applicable",  # it has its number
    "D-05": "not_applicable",  # Minh Họa is no number, person or event
    "K-03": "not_applicable",  # two addressees
    **dict.fromkeys(("B-08", "B-09"), "not_applicable"),
    **dict.fromkeys(("C-04", "C-05"), "not_applicable"),
    **dict.fromkeys(("X-01", "X-02", "X-03", "X-04"), "not_applicable"),
}
"""What the decree says of `BASE` where it is not simply kept."""


# --- What is changed ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Variation:
    """A document, the rules whose status is another than `BASE` has, and why.

    `open` are the rules of which the decree does not say what they are in this document.
    """

    document: Document
    expect: Mapping[str, str]
    why: str
    open: frozenset[str] = frozenset()


def breaking(document: Document, rules: str, why: str, *, open: str = "", **also: str) -> Variation:
    """A document that breaks `rules`; `also` are other rules with their status, with `_` for the hyphen."""
    expect = dict.fromkeys(rules.split(), "deviation") | {
        rule.replace("_", "-"): s for rule, s in also.items()
    }
    return Variation(document, expect, why, frozenset(open.split()))


def keeping(document: Document, why: str, *, open: str = "", **also: str) -> Variation:
    """A document at another end of what the decree allows: no rule is broken that `BASE` keeps."""
    return breaking(document, "", why, open=open, **also)


BODY = "Van KhoanVan Diem"
SPACED = "CanCu Van Muc Khoan KhoanVan CapBa Diem"
DATE = "ngày 15 tháng 12 năm 2020"
BEGIN, MIDDLE, END = (
    "Muc: I. KẾT QUẢ THỰC HIỆN NĂM 2020",
    "Muc: II. TỒN TẠI, HẠN CHẾ",
    "Muc: III. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2021",
)
SENTENCE = "Văn bản đến được đăng ký trong ngày, chuyển đến người có trách nhiệm giải quyết"
POINTERS = (
    " Số liệu chi tiết về văn bản đến, văn bản đi và hồ sơ được nêu tại Phụ lục I kèm theo.",
    " Số liệu theo từng xã, thị trấn được nêu tại Phụ lục II kèm theo.",
)
ADDRESSEES = (
    "KinhGui: Kính gửi:\nKinhGuiNoi: - Ủy ban nhân dân tỉnh Ví Dụ;\nKinhGuiNoi: - Sở Nội vụ tỉnh Ví Dụ.\n"
)

DEPARTMENT = BASE.swap(
    ("BanHanh: ỦY BAN NHÂN DÂN\n", "ChuQuan: UBND HUYỆN MINH HỌA\n"),
    ("BanHanhCuoi: HUYỆN MINH HỌA{Ke 1.8 0.58}", "BanHanhCuoi: PHÒNG NỘI VỤ{Ke 1.4 0.58}"),
    ("BC-UBND", "BC-PNV"),
    ("Ủy ban nhân dân huyện Minh Họa", "Phòng Nội vụ huyện Minh Họa"),
    ("Ủy ban nhân dân huyện đã", "Phòng Nội vụ huyện đã"),
    ("- Ủy ban nhân dân tỉnh Ví Dụ;", "- Ủy ban nhân dân huyện Minh Họa;"),
    (
        "TM. ỦY BAN NHÂN DÂN\nChucVu: KT. CHỦ TỊCH\nChucVu: PHÓ CHỦ TỊCH",
        "KT. TRƯỞNG PHÒNG\nChucVu: PHÓ TRƯỞNG PHÒNG",
    ),
)
AS_DEPARTMENT = {"A_01": "pass", "A_04": "pass", "C_02": "not_applicable"}

ONE = BASE.swap((ADDRESSEES, "KinhGuiMot: Kính gửi: Ủy ban nhân dân tỉnh Ví Dụ\n"))
AS_ONE = {"K_03": "pass", "K_04": "not_applicable"}

DRAFT = BASE.swap(
    ("215/BC-UBND", "{cach 8}/BC-UBND"),
    (DATE, "ngày {cach 5} tháng {cach 5} năm 2020"),
    ("SoKyHieu: Số: {cach 8}/BC-UBND", "SoKyHieu: Số: {cach 8}/BC-UBND\nDuThao: DỰ THẢO"),
)
AS_DRAFT = {"S_02": "not_applicable", "S_05": "pass", "D_02": "not_applicable", "X_03": "pass"}

PARTS = BASE.swap(
    (BEGIN, f"Phan: Phần I\nPhanTen: ĐÁNH GIÁ NĂM 2020\n{BEGIN}"),
    (END, "Phan: Phần II\nPhanTen: PHƯƠNG HƯỚNG NĂM 2021\nMuc: I. NHIỆM VỤ TRỌNG TÂM"),
)
CHAPTERS = BASE.swap(
    (BEGIN, "Phan: Chương I\nPhanTen: ĐÁNH GIÁ NĂM 2020\nPhan: Mục 1\nPhanTen: KẾT QUẢ THỰC HIỆN"),
    (MIDDLE, "Phan: Mục 2\nPhanTen: TỒN TẠI, HẠN CHẾ"),
    (END, "Phan: Chương II\nPhanTen: PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2021"),
)
AS_CHAPTERS = {"B_08": "pass", "B_09": "pass", "B_10": "not_applicable"}

NUMBERED = BASE.swap(
    ("HUYỆN MINH HỌA", "PHƯỜNG 99"),
    ("Minh Họa, ngày", "Phường 99, ngày"),
    ("huyện Minh Họa", "Phường 99"),
    ("{Ke 1.8 0.58}", "{Ke 1.3 0.58}"),
)

INTERNAL = BASE.swap(("SoKyHieu: Số: 215/BC-UBND\n", "SoKyHieu: Số: 215/BC-UBND\nLuuHanh: LƯU HÀNH NỘI BỘ\n"))
ADDRESS = BASE.page(
    "Standard", foot="DiaChi: Địa chỉ: thị trấn Minh Họa, huyện Minh Họa; thư điện tử: ubnd@minh-hoa.example"
)
LANDSCAPE = BASE.page("Standard Sau", width=297, height=210)


def _picture(colour: str, draw: Callable[[ImageDraw.ImageDraw, str], None]) -> str:
    """A drawing on transparent ground, as base64 of PNG."""
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    draw(ImageDraw.Draw(image), colour)
    written = io.BytesIO()
    image.save(written, "png")
    return base64.b64encode(written.getvalue()).decode()


def _scrawl(to: ImageDraw.ImageDraw, colour: str) -> None:
    to.line(
        [(10, 180), (60, 60), (90, 220), (130, 90), (170, 210), (210, 120), (290, 150)],
        colour,
        8,
        joint="curve",
    )


def _seal(to: ImageDraw.ImageDraw, colour: str) -> None:
    to.ellipse((8, 8, 292, 292), outline=colour, width=8)
    to.ellipse((60, 60, 240, 240), outline=colour, width=5)


def signed(signature: str, seal: str = "", seal_at: float = 0.4) -> Document:
    """`BASE` with a signature of that colour between post and name, and the seal `seal_at` cm from the left."""
    pictures = f"{{anh 3.2 0.3 2.4 2 {_picture(signature, _scrawl)}}}"
    if seal:
        pictures += f"{{anh {seal_at} -0.6 3.6 3.6 {_picture(seal, _seal)}}}"
    return BASE.swap(("HoTen: Nguyễn Văn A", f"ChucVu: {pictures}\nHoTen: Nguyễn Văn A")).style(
        "HoTen", before="2.2cm"
    )


DOCUMENTS: dict[str, Variation] = {
    # Trang giấy
    "P-01-letter": breaking(BASE.page("Standard Sau PhuLuc PhuLucSau", width=215.9, height=279.4), "P-01", "khổ Letter; PL I, I.1"),
    "P-02-no-table": breaking(LANDSCAPE.swap((IN_TEXT, "")), "P-02", "nằm ngang mà nội dung không có bảng; PL I, I.2"),
    "P-03-top-14": breaking(BASE.page("Standard", top=14), "P-03", "lề trên 14 mm; PL I, I.3"),
    "P-03-top-29": breaking(BASE.page("Standard Sau", top=29), "P-03", "lề trên 29 mm; PL I, I.3"),
    "P-03-bottom-12": breaking(BASE.page("Standard Sau", bottom=12), "P-03", "lề dưới 12 mm; PL I, I.3"),
    "P-04-left-25": breaking(BASE.page(left=25), "P-04", "lề trái 25 mm; PL I, I.3"),
    "P-04-left-38": breaking(BASE.page(left=38), "P-04", "lề trái 38 mm; PL I, I.3"),
    "P-05-right-12": breaking(BASE.page(right=12), "P-05", "lề phải 12 mm; PL I, I.3"),
    "P-06-sans": breaking(BASE.style(BODY, font="Arimo"), "P-06", "phông không chân; PL I, I.4"),
    "P-06-colour": breaking(BASE.style("Khoan", colour="#c00000"), "P-06", "chữ đỏ; PL I, I.4"),
    "P-07-bottom": breaking(BASE.page("Sau", head="", foot=NUMBER), "P-07", "số trang ở lề dưới; PL I, I.7"),
    "P-07-first-page": breaking(BASE.page("Standard", head=NUMBER), "P-07", "hiện số trang thứ nhất; PL I, I.7"),
    "P-07-none": breaking(BASE.page("Sau", head=""), "P-07", "không có số trang; PL I, I.7"),
    "P-08-tcvn3": breaking(
        BASE.swap((SENTENCE, "V¨n b¶n ®Õn ®­îc ®¨ng ký trong ngµy, chuyÓn ®Õn ng­êi cã tr¸ch nhiÖm gi¶i quyÕt")),
        "P-08", "một câu bằng mã TCVN3; PL I, I.4",
    ),
    # Quốc hiệu, Tiêu ngữ
    "Q-01-misspelt": breaking(BASE.swap(("NGHĨA VIỆT NAM", "NGHĨA VIÊT NAM")), "Q-01", "sai chữ; PL I, II.1a"),
    "Q-02-light": breaking(BASE.style("QuocHieu", bold=False), "Q-02", "không đậm; PL I, II.1a"),
    "Q-03-en-dash": breaking(
        BASE.swap(("Độc lập - Tự do - Hạnh phúc{Ke 6.037", "Độc lập – Tự do – Hạnh phúc{Ke 6.202")), "Q-03", "gạch ngang thay gạch nối; PL I, II.1b",
    ),
    "Q-04-aside": breaking(
        BASE.style("TieuNgu", left="2.6cm"), "Q-04", "không giữa Quốc hiệu; PL I, II.1b", open="D-04",
    ),
    "Q-05-none": breaking(BASE.swap(("{Ke 6.037 0.6}", "")), "Q-05", "không có đường kẻ; PL I, II.1b"),
    "Q-05-dashed": breaking(BASE.swap(("{Ke 6.037", "{KeDut 6.037")), "Q-05", "nét đứt; PL I, II.1b"),
    "Q-06-apart": breaking(BASE.style("TieuNgu", before="14pt").swap(("{Ke 6.037 0.6}", "{Ke 6.037 1.09}")), "Q-06", "hai dòng cách xa; PL I, II.1c"),
    # Tên cơ quan
    "A-01-bold": breaking(
        DEPARTMENT.style("ChuQuan", bold=True), "A-01", "cơ quan chủ quản đậm; PL I, II.2b", open="D-03", **AS_DEPARTMENT | {"A_01": "deviation"},
    ),
    "A-02-size-14": breaking(BASE.style("BanHanh BanHanhCuoi", size=14), "A-02", "cỡ 14; PL I, II.2b"),
    "A-03-none": breaking(BASE.swap(("{Ke 1.8 0.58}", "")), "A-03", "không có đường kẻ; PL I, II.2b"),
    "A-03-long": breaking(BASE.swap(("{Ke 1.8", "{Ke 4.2")), "A-03", "dài bằng dòng chữ; PL I, II.2b"),
    "A-04-no-place": breaking(
        DEPARTMENT.swap(("ChuQuan: UBND HUYỆN MINH HỌA", "ChuQuan: UBND HUYỆN")), "A-04",
        "cơ quan chủ quản không có tên huyện; PL I, II.2a", open="D-03", **AS_DEPARTMENT | {"A_04": "deviation"},
    ),
    # Số, ký hiệu
    "S-01-swapped": breaking(
        BASE.swap(("Số: 215/BC-UBND", "Số: 215-BC/UBND")), "S-01", "gạch nối thay gạch chéo; PL I, II.3c", open="S-04",
    ),
    "S-02-no-zero": breaking(BASE.swap(("215/BC-UBND", "5/BC-UBND")), "S-02", "số 5; PL I, II.3c"),
    "S-03-bold": breaking(BASE.style("SoKyHieu", bold=True), "S-03", "đậm; PL I, II.3c"),
    "S-04-plan": breaking(BASE.swap(("215/BC-UBND", "215/KH-UBND")), "S-04", "KH là kế hoạch; PL III, I"),
    "S-05-letters": breaking(
        DRAFT.swap(("{cach 8}/BC-UBND", "XX/BC-UBND")), "S-05", "XX ở chỗ của số; mẫu của PL III",
        open="S-01 L-05", **AS_DRAFT | {"S_05": "deviation"},
    ),
    # Địa danh, thời gian
    "D-01-slashes": breaking(
        BASE.swap((f"Minh Họa, {DATE}", "Minh Họa, ngày 15/12/2020")), "D-01", "viết tắt tháng, năm; PL I, II.4b", open="D-02",
    ),
    "D-01-no-day-word": breaking(
        BASE.swap((f"Minh Họa, {DATE}", "Minh Họa, 15 tháng 12 năm 2020")), "D-01", "thiếu từ ngày; PL I, II.4b",
        open="D-02 D-03 D-04 D-05",
    ),
    "D-02-day-5": breaking(BASE.swap((DATE, "ngày 5 tháng 11 năm 2020")), "D-02", "ngày 5; PL I, II.4b"),
    "D-03-lower": breaking(BASE.swap(("Minh Họa, ngày", "minh họa, ngày")), "D-03", "không viết hoa; PL I, II.4c"),
    "D-04-below": breaking(BASE.style("NgayThang", before="34pt"), "D-04", "không cùng dòng với số; PL I, II.4c"),
    "D-05-number-only": breaking(
        NUMBERED.swap(("Phường 99, ngày", "99, ngày")), "D-05", "thiếu Phường; PL I, II.4a", open="D-01 D-03",
    ),
    # Tên loại, trích yếu
    "T-01-lower": breaking(BASE.swap(("TenLoai: BÁO CÁO", "TenLoai: Báo cáo")), "T-01", "chữ thường; PL I, II.5b"),
    "T-01-left": breaking(BASE.style("TenLoai", align="start"), "T-01", "không canh giữa; PL I, II.5b"),
    "T-02-light": breaking(BASE.style("TrichYeu TrichYeuCuoi", bold=False), "T-02", "không đậm; PL I, II.5b"),
    "T-03-long": breaking(BASE.swap(("{Ke 4 ", "{Ke 8.1 ")), "T-03", "dài bằng dòng chữ; PL I, II.5b"),
    # Kính gửi
    "K-01-none": breaking(
        BASE.swap((ADDRESSEES, "")), "K-01", "có Như trên mà không có Kính gửi; PL I, II.9b", open="N-02",
        K_02="not_applicable", K_04="not_applicable",
    ),
    "K-02-no-colon": breaking(BASE.swap(("Kính gửi:", "Kính gửi")), "K-02", "thiếu dấu hai chấm; PL I, II.9d", open="K-04"),
    "K-03-next-line": breaking(
        ONE.swap(("Kính gửi: Ủy ban", "Kính gửi:\nKinhGuiMot: Ủy ban")), "K-03", "một nơi mà xuống dòng; PL I, II.9d",
        **AS_ONE | {"K_03": "deviation"},
    ),
    "K-04-semicolon": breaking(BASE.swap(("tỉnh Ví Dụ.\nCanCu", "tỉnh Ví Dụ;\nCanCu")), "K-04", "dòng cuối không có dấu chấm; PL I, II.9d"),
    "K-04-aside": breaking(BASE.style("KinhGuiNoi", left="4cm"), "K-04", "gạch đầu dòng không dưới dấu hai chấm; PL I, II.9d"),
    # Nội dung
    "B-01-last": breaking(BASE.swap(("lưu trữ năm 2020.\nVan", "lưu trữ năm 2020;\nVan")), "B-01", "dòng cuối dấu chấm phẩy; PL I, II.6a"),
    "B-02-number-only": breaking(
        BASE.swap((" ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;", ";")), "B-02",
        "lần đầu chỉ ghi số; PL I, II.6a, b",
    ),
    "B-03-number": breaking(
        BASE.swap(("Căn cứ Luật Lưu trữ;", "Căn cứ Luật Lưu trữ số 01/2011/QH13 của Quốc hội;")), "B-03", "Luật có số; PL I, II.6a, b",
    ),
    "B-04-ragged": breaking(BASE.style(BODY, align="start"), "B-04", "không canh đều; PL I, II.6e"),
    "B-04-size-12": breaking(BASE.style(BODY, size=12), "B-04 M-01", "cỡ 12; PL I, II.6e"),
    "B-05-two": breaking(BASE.style(BODY, indent="2cm"), "B-05", "lùi 2 cm; PL I, II.6e"),
    "B-06-none": breaking(BASE.style(SPACED, before="0pt"), "B-06", "không có khoảng cách giữa các đoạn; PL I, II.6e"),
    "B-07-double": breaking(BASE.style(BODY, line="200%"), "B-07", "2 lines; PL I, II.6e"),
    "B-07-tight": breaking(BASE.style(BODY, line="13pt"), "B-07", "13 pt cho cỡ 14: dưới dòng đơn; PL I, II.6e"),
    "B-08-arabic": breaking(PARTS.swap(("Phần II", "Phần 2"), ("Phần I", "Phần 1")), "B-08", "chữ số Ả Rập; PL I, II.6đ"),
    "B-09-roman": breaking(
        CHAPTERS.swap(("Mục 2", "Mục II"), ("Mục 1", "Mục I")), "B-09", "chữ số La Mã; PL I, II.6đ",
        **AS_CHAPTERS | {"B_09": "deviation"},
    ),
    "B-10-lower": breaking(BASE.swap((BEGIN, "Muc: I. Kết quả thực hiện năm 2020")), "B-10", "chữ thường; PL I, Mục V, 6b"),
    "B-11-capitals": breaking(
        BASE.swap(("1. Công tác chỉ đạo, điều hành", "1. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH")), "B-11", "chữ hoa; PL I, II.6đ",
    ),
    "B-12-bold": breaking(BASE.style("KhoanVan", bold=True), "B-12", "khoản không có tiêu đề mà đậm; PL I, Mục V, 6b", open="B-11"),
    "B-13-order": breaking(
        BASE.swap(("Diem: e) ", "Diem: f) "), ("Diem: đ) ", "Diem: e) ")), "B-13", "d rồi e, không có đ; PL I, II.6đ",
    ),
    "B-14-full-stop": breaking(BASE.swap(("Minh Họa./.", "Minh Họa.")), "B-14", "kết thúc bằng dấu chấm; mẫu của PL III"),
    # Chữ ký
    "C-01-no-dot": breaking(BASE.swap(("QuyenHan: TM. ", "QuyenHan: TM ")), "C-01", "TM không có dấu chấm; PL I, II.7b", open="C-02"),
    "C-02-no-kt": breaking(BASE.swap(("ChucVu: KT. CHỦ TỊCH\n", "")), "C-02", "cấp phó ký không ghi KT.; PL I, II.7b", open="C-01"),
    "C-03-degree": breaking(BASE.swap(("Nguyễn Văn A", "ThS. Nguyễn Văn A")), "C-03", "học vị; PL I, II.7c"),
    "C-04-black": breaking(signed("#101010"), "C-04", "chữ ký màu đen; PL I, II.7d"),
    "C-05-right": breaking(
        signed("#1f3fbf", "#d01010", 4.8), "C-05", "dấu nằm bên phải chữ ký; PL I, II.8a", C_04="pass",
    ),
    # Nơi nhận
    "N-01-below": breaking(BASE.style("NoiNhan", before="44pt"), "N-01", "không ngang hàng quyền hạn; PL I, II.9d"),
    "N-02-none": breaking(BASE.swap(("NoiNhanNoi: - Như trên;\n", "")), "N-02", "có Kính gửi mà không có Như trên; PL I, II.9b"),
    "N-03-no-hyphens": breaking(BASE.swap(("NoiNhanNoi: - ", "NoiNhanNoi: ")), "N-03", "thiếu gạch đầu dòng; PL I, II.9d", open="N-02 N-05"),
    "N-04-wording": breaking(BASE.swap(("Nơi nhận:", "Nơi gửi:")), "N-04", "Nơi gửi; PL I, II.9d"),
    "N-05-no-vt": breaking(BASE.swap(("- Lưu: VT, NV.", "- Lưu: NV.")), "N-05", "thiếu VT; PL I, II.9d"),
    # Phụ lục
    "L-01-one-pointer": breaking(BASE.swap((POINTERS[1], "")), "L-01", "không chỉ dẫn về Phụ lục II; PL I, III.1a"),
    "L-02-arabic": breaking(BASE.swap(("Phụ lục II", "Phụ lục 2"), ("Phụ lục I", "Phụ lục 1")), "L-02", "chữ số Ả Rập; PL I, III.1a"),
    "L-03-capitals": breaking(
        BASE.swap(("PhuLuc: Phụ lục", "PhuLuc: PHỤ LỤC"), ("PhuLucNgang: Phụ lục", "PhuLucNgang: PHỤ LỤC")), "L-03", "chữ hoa; PL I, III.1b",
    ),
    "L-04-lower": breaking(
        BASE.swap(("SỐ LIỆU CÔNG TÁC VĂN THƯ NĂM 2020", "Số liệu công tác văn thư năm 2020")), "L-04", "chữ thường; PL I, III.1b",
    ),
    "L-05-none": breaking(BASE.swap((f"KemTheo: {REFERENCE}\n", "")), "L-05", "không có thông tin chỉ dẫn; PL I, III.1c"),
    "L-06-continued": breaking(BASE.style("PhuLuc PhuLucNgang", number=0), "L-06", "số trang nối tiếp; PL I, III.1đ"),
    # Viết hoa
    "V-01-capital": breaking(BASE.swap(("và tỉnh Điện Biên", "và Tỉnh Điện Biên")), "V-01", "Tỉnh viết hoa giữa câu; PL II, III.1a"),
    "V-02-lower": breaking(BASE.swap(("Quận 1", "quận 1")), "V-02", "quận 1; PL II, III.1b"),
    "V-03-city": breaking(BASE.swap(("Thành phố Hồ Chí Minh", "thành phố Hồ Chí Minh")), "V-03", "thành phố; PL II, III.1c"),
    "V-04-lower": breaking(
        BASE.swap(("của Ủy ban nhân dân tỉnh Ví Dụ", "của ủy ban nhân dân tỉnh Ví Dụ")), "V-04", "ủy ban; PL II, IV.1a",
    ),
    "V-05-people": breaking(BASE.swap(("Nhân dân biết", "nhân dân biết")), "V-05", "nhân dân; PL II, V.1"),
    "V-06-lower": breaking(BASE.swap(("nghiêm Nghị định số", "nghiêm nghị định số")), "V-06", "nghị định; PL II, V.6"),
    "V-07-lower": breaking(BASE.swap(("khoản 2 Điều 8", "khoản 2 điều 8")), "V-07", "điều; PL II, V.7"),
    # Cỡ chữ đi cùng nhau; dấu của dự thảo, của phạm vi lưu hành; địa chỉ
    "M-01-mixed": breaking(BASE.style("QuocHieu", size=12), "M-01", "12, 14, 14; PL I, Mục V"),
    "X-02-no-frame": breaking(INTERNAL.swap(("LuuHanh: ", "LuuHanhTran: ")), "X-02", "không có khung; PL I, III.2c"),
    "X-03-no-mark": breaking(
        DRAFT.swap(("DuThao: DỰ THẢO\n", "")), "X-03", "số, ngày để trống mà không ghi dự thảo", **AS_DRAFT | {"X_03": "deviation"},
    ),
    "X-04-no-line": breaking(
        BASE.page("Standard", foot=ADDRESS.pages["Standard"].foot.replace("DiaChi:", "DiaChiTran:")), "X-04", "không có đường kẻ; PL I, III.4",
    ),
    # Nhiều chỗ cùng sai một cách
    "sizes": breaking(
        BASE.style("SoTrang SoKyHieu NgayThang", size=11).style("TenLoai TrichYeu TrichYeuCuoi", size=15)
        .style("KinhGui KinhGuiNoi CanCu Muc Khoan QuyenHan ChucVu HoTen PhuLucTen KemTheo", size=12)
        .style("NoiNhanNoi PhuLuc PhuLucNgang", size=13).style("NoiNhan", size=14)
        .style("KinhGuiNoi", left="5.511cm").swap(("{Ke 4 0.66}", "{Ke 4.2 0.7}")),
        "P-07 S-03 D-04 T-01 T-02 K-02 B-01 B-10 B-11 C-01 C-03 N-01 N-03 L-03 L-04 L-05", "cỡ chữ; PL I, II, III",
    ),
    "weights": breaking(
        BASE.style("QuocHieu TieuNgu TenLoai TrichYeu TrichYeuCuoi Muc QuyenHan ChucVu HoTen NoiNhan PhuLuc PhuLucNgang PhuLucTen", bold=False)
        .swap(("{Ke 6.037", "{Ke 5.82"), ("{Ke 4 ", "{Ke 3.8 ")),
        "Q-02 Q-04 T-01 T-02 B-10 C-01 C-03 N-01 L-03 L-04", "không đậm; PL I, II, III",
    ),
    "slopes": breaking(
        BASE.style("SoTrang QuocHieu BanHanh BanHanhCuoi SoKyHieu TenLoai TrichYeu TrichYeuCuoi KinhGui KinhGuiNoi Khoan"
                   " QuyenHan ChucVu HoTen NoiNhanNoi PhuLuc PhuLucNgang PhuLucTen", italic=True)
        .style("NgayThang CanCu NoiNhan KemTheo", italic=False).swap(("{Ke 4 ", "{Ke 3.8 ")),
        "P-07 Q-02 A-02 S-03 D-04 T-01 T-02 K-02 B-01 B-11 C-01 C-03 N-01 N-03 L-03 L-04 L-05", "đứng, nghiêng; PL I, II, III",
    ),
    "places": breaking(
        BASE.style("SoKyHieu PhuLuc PhuLucNgang PhuLucTen KemTheo", align="start").style("SoTrang HoTen", align="end")
        .swap(("{Ke 1.8", "{KeLech 1.8"), ("{Ke 4 ", "{KeLech 4 ")),
        "P-07 A-03 S-03 T-03 C-03 L-03 L-04 L-05", "không canh giữa; PL I, II, III",
    ),
    # Cũng đúng
    "times-new-roman": keeping(BASE.style(" ".join(STYLES), font="Times New Roman"), "đúng phông; PL I, I.4", P_06="pass"),
    "margins-wide": keeping(BASE.page(top=25, bottom=25, left=35, right=15), "lề 25, 25, 35, 15 mm; PL I, I.3"),
    "sizes-12-13-13": keeping(
        BASE.style("QuocHieu BanHanh BanHanhCuoi", size=12).style(
            "TieuNgu NgayThang TenLoai TrichYeu TrichYeuCuoi KinhGui KinhGuiNoi CanCu Van Muc Khoan KhoanVan CapBa Diem"
            " QuyenHan ChucVu HoTen PhuLucTen KemTheo", size=13,
        ).style("KinhGuiNoi", left="5.637cm").swap(("{Ke 6.037 0.6}", "{Ke 5.606 0.56}"), ("{Ke 4 0.66}", "{Ke 3.7 0.56}")),
        "cỡ 12, 13, 13; PL I, Mục V",
    ),
    "one-addressee": keeping(
        ONE.style(SPACED, indent="1cm").swap(
            ("CỘNG HÒA", "CỘNG HOÀ"), ("215/BC-UBND", "05/BC-UBND"), (DATE, "ngày 05 tháng 02 năm 2021"),
        ),
        "HOÀ như PL I, Mục V; số 05, II.3c; ngày 05 tháng 02, II.4b; một nơi nhận cùng dòng, II.9d; lùi 1 cm, II.6e",
        **AS_ONE,
    ),
    "single-spacing": keeping(
        BASE.style(SPACED, line="100%").style("BangDau BangGiua BangChu BangSo", size=13),
        "dòng đơn; PL I, II.6e; nghị định không quy định cỡ chữ trong bảng",
    ),
    "spacing-1.5": keeping(BASE.style(SPACED, line="150%", before="12pt"), "1,5 lines, cách đoạn 12 pt; PL I, II.6e"),
    "day-06-month-3": keeping(BASE.swap((DATE, "ngày 06 tháng 3 năm 2020")), "tháng 3 không có số 0; PL I, II.4b"),
    "department": keeping(DEPARTMENT, "có cơ quan chủ quản; PL I, II.2", open="D-03", **AS_DEPARTMENT),
    "ward-with-number": keeping(NUMBERED, "Phường 99, đủ tên; PL I, II.4a; PL II, III.1b", D_05="pass"),
    "draft": keeping(DRAFT, "số, ngày để trống, có dấu dự thảo; mẫu của PL III", **AS_DRAFT),
    "parts": keeping(PARTS, "Phần I, Phần II; PL I, II.6đ", B_08="pass"),
    "chapters": keeping(CHAPTERS, "Chương I, Mục 1; PL I, II.6đ", **AS_CHAPTERS),
    "landscape-with-table": keeping(LANDSCAPE, "nằm ngang vì có bảng không thành phụ lục; PL I, I.2"),
    "signed": keeping(
        signed("#1f3fbf", "#d01010"), "chữ ký xanh, dấu đỏ trùm 1/3 bên trái; PL I, II.7d, 8a",
        C_04="pass", C_05="pass",
    ),
    "internal": keeping(INTERNAL, "LƯU HÀNH NỘI BỘ trong khung; PL I, III.2c", X_02="pass"),
    "address": keeping(ADDRESS, "địa chỉ dưới đường kẻ ở cuối trang 1; PL I, III.4", X_04="pass"),
    "lines-as-borders": keeping(
        BASE.style("TieuNgu", left="2.06cm", right="2.06cm", border="bottom").swap(
            ("{Ke 6.037 0.6}", ""), ("{Ke 1.8 0.58}", "\nKeCoQuan: "), ("{Ke 4 0.66}", "\nKeTrichYeu: "),
        ).style("TrichYeuCuoi", after="0pt"),
        "đường kẻ là viền của đoạn",
    ),
    "lines-drawn-twice": keeping(
        BASE.swap(
            ("{Ke 6.037 0.6}", "{Ke 6.037 0.6}{Ke 6.037 0.6}"), ("{Ke 1.8 0.58}", "{Ke 1.8 0.58}{Ke 1.8 0.58}"),
            ("{Ke 4 0.66}", "{Ke 4 0.66}{Ke 4 0.66}"),
        ),
        "đường kẻ vẽ hai lần chồng lên nhau, như viền của Word qua LibreOffice",
    ),
    "lines-as-rectangles": keeping(
        BASE.swap(("{Ke 6.037", "{KeHop 6.037"), ("{Ke 1.8", "{KeHop 1.8"), ("{Ke 4 ", "{KeHop 4 ")),
        "đường kẻ là hình chữ nhật mảnh, như Word và trình duyệt in ra",
    ),
    "lines-as-underlines": keeping(
        BASE.style("TieuNgu", underline=True).swap(
            ("{Ke 6.037 0.6}", ""), ("{Ke 1.8 0.58}", f"\nKeGach: {'_' * 13}"), ("{Ke 4 0.66}", f"\nKeGach: {'_' * 29}"),
        ).style("TrichYeuCuoi", after="0pt").style("KeGach", after="6pt"),
        "Tiêu ngữ gạch chân; đường kẻ khác là dấu gạch dưới, như trong các mẫu của PL III",
    ),
}  # fmt: skip

CANNOT_BREAK = {
    "B-15": "nghị định không quy định cỡ chữ trong bảng: không có gì để làm sai",
    "B-16": "cấp 2.1. không có trong nghị định: đậm hay không đều không sai",
    "X-01": "tệp không cho biết số liệu có phải minh họa không",
}
"""Rules that no file can be seen to break, and why."""


def make(folder: Path) -> Path:
    """`folder` with all documents and `base` as PDF under their names. LibreOffice runs once, with its own profile."""
    documents = {"base": BASE} | {name: variation.document for name, variation in DOCUMENTS.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (folder / f"{name}.fodt").write_text(document.flat(), encoding="utf-8")
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", folder, *(folder / f"{name}.fodt" for name in documents)],
        capture_output=True, text=True, timeout=480, check=False,
        env=os.environ | {"FONTCONFIG_FILE": str(_named_times(folder / "fonts"))},
    )  # fmt: skip
    missing = [name for name in documents if not (folder / f"{name}.pdf").exists()]
    assert not missing, (missing, done.stderr)
    return folder


def _named_times(folder: Path) -> Path:
    """Fonts for LibreOffice: those of the machine, and Tinos once more under the name Times New Roman.

    A file shows a font by its name alone, so this is what a document in the font of the decree looks like.
    """
    folder.mkdir(exist_ok=True)
    for style, name in (
        ("Regular", "TimesNewRomanPSMT"), ("Bold", "TimesNewRomanPS-BoldMT"),
        ("Italic", "TimesNewRomanPS-ItalicMT"), ("Bold Italic", "TimesNewRomanPS-BoldItalicMT"),
    ):  # fmt: skip
        font = TTFont(tinos(style))
        for number, text in {1: "Times New Roman", 4: f"Times New Roman {style}", 6: name}.items():
            font["name"].setName(text, number, 3, 1, 0x409)
        font.save(folder / f"{name}.ttf")
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{html.escape(str(folder))}</dir>'
        "</fontconfig>\n",
        encoding="utf-8",
    )
    return settings


def tinos(style: str) -> str:
    """The file of one style of the font, "" if the machine has not got it."""
    asked = ["fc-match", "-f", "%{family}|%{file}", f"Tinos:style={style}"]
    family, file = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split("|")
    return file if family == "Tinos" else ""
