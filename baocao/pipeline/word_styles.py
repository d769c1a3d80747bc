"""What a Word file looks like: its styles and lists, and how long a text is in them.

Offices use the styles by their names, so these are Vietnamese; each is based on one that Word knows. Rules with a
letter and a number: Nghị định 30/2020/NĐ-CP, Phụ lục I.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from baocao.pipeline.fonts import REQUIRED

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
}
MM = 1440 / 25.4
"""Twips."""
INDENT = round(12.7 * MM)  # B-05
LINE = 267
"""B-07: 1.11 lines, in 240ths."""
GAP = 130
"""B-06: 6.5 pt, in twips."""
CODE = "Courier New"
RULE = 5
"""Thickness of a line, in eighths of a point."""


# --- XML ----------------------------------------------------------------------------------------------------


def qualified(name: str) -> str:
    """The name of an element or attribute, `w:p` or `a:blip`, with its namespace in full."""
    prefix, _colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def el(name: str, /, *children: Any, **attributes: Any) -> Any:
    """An element of Word's, `el("p")`, or of another namespace, `el("a:blip")`; likewise attributes, `r__id`.

    A child that is None is left out.
    """
    tag = name if ":" in name else f"w:{name}"
    given = {
        key.replace("__", ":") if "__" in key else f"w:{key}": str(value) for key, value in attributes.items()
    }
    # Prefixes are our own: what another library registers for all programs would change the bytes.
    prefixes = sorted({each.partition(":")[0] for each in (tag, *given)})
    element = etree.Element(qualified(tag), nsmap={prefix: NAMESPACES[prefix] for prefix in prefixes})
    for key, value in given.items():
        element.set(qualified(key), value)
    element.extend([child for child in children if child is not None])
    return element


def run(text: str, about: Any = None) -> Any:
    """A run of text with the properties `about`."""
    words = el("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return el("r", about, words)


# --- Styles -------------------------------------------------------------------------------------------------


class _Style(NamedTuple):
    """A paragraph style; sizes are in points, spaces in twips, None and "" as in the style it is based on."""

    id: str
    name: str
    base: str = "Normal"
    size: float | None = None
    bold: bool | None = None
    italic: bool | None = None
    caps: bool | None = None
    align: str = ""
    first: int | None = None
    left: int | None = None
    before: int | None = None
    after: int | None = None
    line: int | None = None
    exact: bool = False
    keep_next: bool | None = None
    level: int | None = None
    number: int | None = None
    font: str = ""
    border: str = ""


def _paragraph_styles(formal: bool) -> list[_Style]:
    size = 14 if formal else 12
    align = "both" if formal else "left"
    indent = INDENT if formal else 0
    heads = (
        [(size, formal), (size, False), (size, False)] if formal else [(16, False), (14, False), (13, False)]
    )
    heads += [(size, False)] * 3
    headings = [
        _Style(f"Heading{n}", f"heading {n}", size=points, bold=True, caps=caps, align=align, first=indent, before=160,
               after=GAP, keep_next=True, level=n - 1)
        for n, (points, caps) in enumerate(heads, 1)
    ]  # fmt: skip
    one: dict[str, Any] = {"line": 240, "before": 0, "after": 0}
    centre: dict[str, Any] = {"align": "center", **one}
    return [
        _Style("Normal", "Normal", "", size, False, False, False, "left", 0, 0, 0, GAP, LINE),
        *headings,
        _Style("Title", "Title", size=14 if formal else 18, bold=True, **centre),
        _Style("Subtitle", "Subtitle", size=14, bold=True, **centre),
        _Style("Caption", "caption", size=size - 1, align="center", before=0, after=60, line=240),
        _Style("Header", "header", size=13, **centre),
        _Style("ListBullet", "List Bullet", "BCThan", number=1),
        _Style("ListNumber", "List Number", "BCThan", number=2),
        _Style("Quote", "Quote", "BCThan", left=567, first=0),
        _Style("BCThan", "Thân văn bản", align=align, first=indent),  # B-04, B-05
        _Style("BCMuc", "Mục (I.)", "Heading1", level=0),  # B-10
        _Style("BCKhoan", "Khoản (1.)", "Heading2", level=1),  # B-11
        _Style("BCTieuMuc", "Tiểu mục (1.1.)", "Heading3", level=2),  # B-16
        _Style("BCGach", "Gạch đầu dòng", "ListBullet"),
        _Style("BCDanhSo", "Đánh số", "ListNumber"),
        _Style("BCTrang", "Số trang", "Header"),  # P-07
        _Style("BCQuocHieu", "Quốc hiệu", size=13, bold=True, **centre),
        _Style("BCTieuNgu", "Tiêu ngữ", size=14, bold=True, **centre),
        _Style("BCChuQuan", "Cơ quan chủ quản", size=13, caps=True, **centre),
        _Style("BCCoQuan", "Cơ quan ban hành", size=13, bold=True, **centre),
        _Style("BCKe", "Đường kẻ", size=1, align="center", before=40, after=0, line=40, exact=True, border="top"),
        _Style("BCSo", "Số, ký hiệu", size=13, **(centre | {"before": 180})),  # S-03
        _Style("BCNgay", "Địa danh, thời gian", size=14, italic=True, **(centre | {"before": 180})),  # D-04
        _Style("BCDuThao", "Dấu dự thảo", size=14, bold=True, border="box", **(centre | {"before": 200})),
        _Style("BCTenLoai", "Tên loại văn bản", "Title", caps=True, before=320),  # T-01
        _Style("BCTrichYeu", "Trích yếu", "Subtitle", before=40),  # T-02
        _Style("BCGhiChuDau", "Ghi chú dưới tiêu đề", size=14, italic=True, **(centre | {"before": 120})),
        _Style("BCKinhGui", "Kính gửi", size=14, **(centre | {"before": 200, "after": 160})),  # K-02, K-03
        _Style("BCKinhGuiDong", "Kính gửi (nhiều nơi)", size=14, align="left", before=60, after=0, line=240),  # K-04
        _Style("BCNoiNhan", "Nơi nhận", size=12, bold=True, italic=True, **(one | {"align": "left"})),  # N-01
        _Style("BCNoiNhanDong", "Nơi nhận (dòng)", size=11, **(one | {"align": "left", "before": 60})),  # N-03
        _Style("BCQuyen", "Quyền hạn, chức vụ", size=14, bold=True, **centre),  # C-01
        _Style("BCHoTen", "Họ tên người ký", size=14, bold=True, **(centre | {"before": round(26 * MM)})),  # C-03
        _Style("BCPhuLuc", "Phụ lục", "Heading1", caps=True, level=0, first=0, **(centre | {"after": 80})),  # L-03
        _Style("BCKemTheo", "Kèm theo văn bản", size=14, italic=True, **(centre | {"after": 120})),  # L-05
        _Style("BCHinh", "Hình", keep_next=True, first=0, **(centre | {"before": 60, "after": 80})),
        _Style("BCTenHinh", "Tên hình", "Caption"),
        _Style("BCTenBang", "Tên bảng", "Caption", bold=True, keep_next=True, before=60, after=80),
        _Style("BCCach", "Khoảng cách", size=1, before=0, after=0, line=20, exact=True),
        _Style("BCMa", "Mã lệnh", size=9, align="left", first=0, line=240, font=CODE),
    ]  # fmt: skip


def _table_styles(size: int) -> list[_Style]:
    """The styles of a table's cells and notes at this size (B-15)."""
    cell: dict[str, Any] = {"size": size, "first": 0, "before": 0, "after": 0, "line": 240}
    return [
        _Style(f"BCDau{size}", f"Đầu bảng {size}", bold=True, **(cell | {"align": "center"})),
        _Style(f"BCNhom{size}", f"Nhóm dòng {size}", bold=True, **(cell | {"align": "left"})),
        _Style(f"BCl{size}", f"Ô bảng trái {size}", **(cell | {"align": "left"})),
        _Style(f"BCc{size}", f"Ô bảng giữa {size}", **(cell | {"align": "center"})),
        _Style(f"BCr{size}", f"Ô bảng phải {size}", **(cell | {"align": "right"})),
        _Style(f"BCGhiChu{size}", f"Ghi chú bảng {size}", size=max(10, size - 1), italic=True, align="left", first=0,
               before=60, after=60, line=240),
    ]  # fmt: skip


def _toggle(name: str, value: bool | None) -> list[Any]:
    return [] if value is None else [el(name)] if value else [el(name, val="0")]


def _style_element(style: _Style) -> Any:
    spacing = {"before": style.before, "after": style.after, "line": style.line}
    spacing = {key: value for key, value in spacing.items() if value is not None}
    rule = {"lineRule": "exact" if style.exact else "auto"} if style.line is not None else {}
    indents = {"left": style.left, "firstLine": style.first}
    indents = {key: value for key, value in indents.items() if value is not None}
    line = {"val": "single", "sz": 8 if style.border == "box" else RULE, "color": "000000"}
    sides = ("top", "left", "bottom", "right") if style.border == "box" else ("top",)
    space = {"top": 4, "left": 10, "bottom": 4, "right": 10} if style.border == "box" else {"top": 0}
    about = el(
        "pPr",
        *_toggle("keepNext", style.keep_next),
        *([el("keepLines")] if style.level is not None else []),
        el("numPr", el("numId", val=style.number)) if style.number else None,
        el("pBdr", *(el(side, space=space[side], **line) for side in sides)) if style.border else None,
        el("spacing", **spacing, **rule) if spacing else None,
        el("ind", **indents) if indents else None,
        el("jc", val=style.align) if style.align else None,
        el("outlineLvl", val=style.level) if style.level is not None else None,
    )
    letters = el(
        "rPr",
        el("rFonts", ascii=style.font, hAnsi=style.font, cs=style.font) if style.font else None,
        *_toggle("b", style.bold),
        *_toggle("bCs", style.bold),
        *_toggle("i", style.italic),
        *_toggle("iCs", style.italic),
        *_toggle("caps", style.caps),
        el("sz", val=round(style.size * 2)) if style.size else None,
        el("szCs", val=round(style.size * 2)) if style.size else None,
    )
    custom = {"customStyle": 1} if style.id.startswith("BC") else {}
    default = {"default": 1} if style.id == "Normal" else {}
    after = "BCThan" if style.level is not None else ""
    return el(
        "style",
        el("name", val=style.name),
        el("basedOn", val=style.base) if style.base else None,
        el("next", val=after) if after else None,
        el("qFormat"),
        about,
        letters,
        type="paragraph", styleId=style.id, **custom, **default,
    )  # fmt: skip


def _character_style(id: str, name: str, *properties: Any) -> Any:
    return el(
        "style", el("name", val=name), el("qFormat"), el("rPr", *properties), type="character", styleId=id
    )


def styles(formal: bool, sizes: Iterable[int]) -> Any:
    """All styles of a report (`formal`) or another notebook that has tables of these sizes in points."""
    fonts = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), REQUIRED)
    defaults = el(
        "docDefaults",
        el("rPrDefault", el("rPr", el("rFonts", **fonts), el("color", val="000000"),
                              el("lang", val="vi-VN", eastAsia="vi-VN", bidi="vi-VN"))),
        el("pPrDefault", el("pPr")),
    )  # fmt: skip
    margins = [el(side, w=width, type="dxa") for side, width in
               (("top", 50), ("left", 80), ("bottom", 50), ("right", 80))]  # fmt: skip
    none = [el(side, w=0, type="dxa") for side in ("top", "left", "bottom", "right")]
    borders = [el(side, val="single", sz=RULE, space=0, color="000000") for side in
               ("top", "left", "bottom", "right", "insideH", "insideV")]  # fmt: skip
    plain = el("style", el("name", val="Normal Table"), el("tblPr", el("tblCellMar", *none)),
                type="table", styleId="TableNormal", default=1)  # fmt: skip
    form = el("style", el("name", val="Bố cục thể thức"), el("basedOn", val="TableNormal"), type="table",
               styleId="BCBoCuc", customStyle=1)  # fmt: skip
    figures = el("style", el("name", val="Bảng số liệu"), el("basedOn", val="TableNormal"),
                  el("tblPr", el("tblBorders", *borders), el("tblCellMar", *margins)),
                  type="table", styleId="BCBang", customStyle=1)  # fmt: skip
    paragraphs = [
        *_paragraph_styles(formal),
        *(style for size in sorted(set(sizes)) for style in _table_styles(size)),
    ]
    return el(
        "styles",
        defaults,
        *(_style_element(style) for style in paragraphs),
        el("style", el("name", val="Default Paragraph Font"), type="character", styleId="DefaultParagraphFont",
            default=1),
        _character_style("Strong", "Strong", el("b"), el("bCs")),
        _character_style("Emphasis", "Emphasis", el("i"), el("iCs")),
        _character_style("Hyperlink", "Hyperlink", el("u", val="single")),
        _character_style("BCThuong", "Chữ thường", el("caps", val="0")),
        _character_style("BCGachBo", "Chữ gạch bỏ", el("strike")),
        _character_style("BCChuMa", "Chữ mã lệnh", el("rFonts", ascii=CODE, hAnsi=CODE, cs=CODE), el("sz", val=18)),
        plain, form, figures,
    )  # fmt: skip


def numbering(formal: bool, starts: Sequence[int]) -> Any:
    """Lists: number 1 with hyphens, 2 with numbers, and one more for each numbered list, from its own start."""
    step = INDENT if formal else 425

    def levels(form: str) -> Iterator[Any]:
        for level in range(9):
            left = step * level if formal else step * (level + 1)
            indents = {"left": left, "firstLine": INDENT} if formal else {"left": left, "hanging": step}
            yield el(
                "lvl",
                el("start", val=1),
                el("numFmt", val=form),
                el("suff", val="space" if formal else "tab"),
                el("lvlText", val="-" if form == "bullet" else f"%{level + 1}."),
                el("lvlJc", val="left"),
                el("pPr", el("ind", **indents)),
                ilvl=level,
            )

    abstract = [
        el("abstractNum", el("multiLevelType", val="hybridMultilevel"), *levels(form), abstractNumId=id)
        for id, form in ((0, "bullet"), (1, "decimal"))
    ]
    numbers = [el("num", el("abstractNumId", val=id), numId=id + 1) for id in (0, 1)]
    for number, start in enumerate(starts, 3):
        over = [el("lvlOverride", el("startOverride", val=start), ilvl=level) for level in range(9)]
        numbers.append(el("num", el("abstractNumId", val=1), *over, numId=number))
    return el("numbering", *abstract, *numbers)


# --- How long a text is -------------------------------------------------------------------------------------

_HORNED = {
    "bold": {"ơ": 554, "ư": 600, "Ơ": 778, "Ư": 796},
    "roman": {"ơ": 529, "ư": 542, "Ơ": 722, "Ư": 776},
}
"""Letters of Times New Roman that are wider than those they come from, in thousandths of the size."""


@functools.cache
def _widths(face: str) -> dict[str, int]:
    """The widths of the letters of Times, which are those of Times New Roman, from Adobe's metrics (in matplotlib)."""
    import matplotlib

    file = (
        Path(matplotlib.get_data_path())
        / "fonts"
        / "afm"
        / {"bold": "ptmb8a.afm", "roman": "ptmr8a.afm"}[face]
    )
    found = re.findall(r"^C (\d+) ; WX (\d+) ;", file.read_text(encoding="latin-1"), re.MULTILINE)
    return {chr(int(code)): int(width) for code, width in found if int(code) < 128} | _HORNED[face]


def text_width(text: str, size: float, face: str = "roman") -> float:
    """The length of a line of text in points, in Times New Roman of this size."""
    widths = _widths(face)
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    total = 0
    for letter in unicodedata.normalize("NFC", text):
        bare = unicodedata.normalize(
            "NFC", "".join(c for c in unicodedata.normalize("NFD", letter) if c not in tones)
        )
        base = bare if bare in widths else unicodedata.normalize("NFD", bare)[0]
        total += widths.get({"đ": "d", "Đ": "D", "\u00a0": " "}.get(base, base), 500)
    return total * size / 1000
