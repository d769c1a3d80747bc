"""A document as a Word file (.docx): styles an office can use, values as content controls, the same bytes each time.

Rules with a letter and a number: Nghị định 30/2020/NĐ-CP, Phụ lục I. The page is that of `templates/report.typ`; what
differs is that Word knows no length of a text, so the lines of the form are measured here.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml import etree

from baocao.analysis.document import CHART_MIME, MOTTO, NATION
from baocao.messages import _
from baocao.pipeline import sentences
from baocao.pipeline.blocks import Node, cell_error, text_node, walk
from baocao.pipeline.fonts import chosen_font, compiler
from baocao.pipeline.word_styles import (
    MM,
    NAMESPACES,
    el,
    numbering,
    qualified,
    run,
    styles,
    text_width,
)

REPORT = "baocao.bao-cao"
"""The document's own property that says which report it is: its folder below the data folder."""
EDITION = "baocao.ban"
SENTENCES = f"baocao.cau.{sentences.SCHEME}"
"""The properties, numbered, that hold the fingerprints of its sentences as they were when it was made."""
LONGEST_PROPERTY = 240
"""Characters; Word keeps 255."""
LONGEST_TAG = 64 - len(sentences.TITLE)
"""Characters of a content control's tag; Word takes 64 in its title, which is the tag with a word before it."""

TOP = BOTTOM = RIGHT = 20
LEFT = 30
"""Margins in mm (P-03 to P-05)."""
WIDTH, HEIGHT = 210, 297
PPI = 200
"""Dots per inch of the pictures for programs that do not draw SVG."""


def render_docx(document: Node) -> bytes:
    """The document as a Word file; raises `ExportError` for a picture that cannot be read.

    Never call this in a process that forks: it draws the charts with Typst.
    """
    return _File(document).content()


def tag_of(expression: str) -> str:
    """The tag of the control that holds the value of an expression: the indicator's name if it is one's number."""
    found = re.fullmatch(r"so\(\s*([\"'])([^\"']+)\1\s*\)", expression)
    tag = found[2] if found else expression
    if len(tag) <= LONGEST_TAG:
        return tag
    digest = hashlib.sha256(tag.encode()).hexdigest()[:8]
    return f"{tag[: LONGEST_TAG - 9]}…{digest}"


# --- The document -------------------------------------------------------------------------------------------


class _File:
    """A Word file while it is written."""

    def __init__(self, document: Node) -> None:
        import docx

        from baocao.pipeline.export import fit_tables

        self._document = json.loads(json.dumps(document))
        fit_tables(self._document)
        self._report = document["report"]
        self._formal = self._report is not None
        self._docx = docx.Document()
        self._part = self._docx.part
        self._ids = 0
        self._starts: list[int] = []
        self._pictures = self._drawn()

    def content(self) -> bytes:
        """The bytes of the file."""
        body = self._part.element.body
        for child in list(body):
            body.remove(child)
        body.extend(self._body(self._headers()))
        self._about()
        self._frame_parts()
        if self._report:
            self._own_properties()
        out = io.BytesIO()
        self._docx.save(out)
        return _settled(out.getvalue())

    # --- Parts of the package ---

    def _about(self) -> None:
        """The document's properties, from the report alone."""
        about = self._docx.core_properties
        moment = datetime.datetime.fromtimestamp(self._document["timestamp"], datetime.UTC).replace(
            tzinfo=None
        )
        about.title = self._document["title"]
        about.language = "vi-VN"
        about.author = " ".join(self._report["issuer"]) if self._report else ""
        about.last_modified_by = about.author
        about.comments = ""
        about.created = about.modified = moment
        about.revision = 1

    def _frame_parts(self) -> None:
        """Styles, lists and settings in the place of those of python-docx's template, which has others' too."""
        from docx.opc.constants import RELATIONSHIP_TYPE as KIND

        sizes = [block["size"] for block in self._tables()]
        parts = {
            rel.reltype: (id, rel.target_part) for id, rel in self._part.rels.items() if not rel.is_external
        }
        _replace(parts[KIND.STYLES][1].element, styles(self._formal, sizes))
        _replace(parts[KIND.NUMBERING][1].element, numbering(self._formal, self._starts))
        _replace(
            parts[KIND.SETTINGS][1].element,
            el(
                "settings",
                el("defaultTabStop", val=720),
                el("characterSpacingControl", val="doNotCompress"),
                el("compat", el("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word",
                                  val=15)),
                el("themeFontLang", val="vi-VN"),
                el("decimalSymbol", val=","),
                el("listSeparator", val=";"),
            ),
        )  # fmt: skip
        for kind, (id, _part) in parts.items():
            if "Effects" in kind or kind in (KIND.CUSTOM_XML, KIND.WEB_SETTINGS, KIND.FONT_TABLE, KIND.THEME):
                self._part.rels.pop(id)
        package = self._part.package
        for id, relation in list(package.rels.items()):
            if relation.reltype.endswith(("/thumbnail", "/extended-properties")):
                package.rels.pop(id)

    def _tables(self) -> Iterator[Node]:
        lists = [self._document["body"], *(annex["blocks"] for annex in self._document["annexes"])]
        return (block for blocks in lists for block in walk(blocks) if block["type"] == "table")

    def _own_properties(self) -> None:
        """The document's own properties: which report it is, and what it says."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        said = (
            piece for paragraph in _said(self._part.element.body) for piece in sentences.sentences(paragraph)
        )
        prints = "".join(sentences.fingerprint(sentences.text_of(sentence)) for sentence in said)
        pieces = [prints[at : at + LONGEST_PROPERTY] for at in range(0, len(prints), LONGEST_PROPERTY)]
        properties = {REPORT: self._report["folder"], EDITION: self._report["edition"]}
        properties |= {f"{SENTENCES}.{number:02}": piece for number, piece in enumerate(pieces, 1)}
        kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        package = self._part.package
        part = Part(PackURI("/docProps/custom.xml"), kind, _custom(properties), package)
        package.relate_to(part, f"{NAMESPACES['r']}/custom-properties")

    def _headers(self) -> list[Any]:
        """What a section refers to: the header with the page's number (P-07), and in a draft that of a first page.

        A first page bears no number; a draft bears its mark on every page (X-03).
        """
        number = el("fldSimple", run("2"), instr=" PAGE ")
        headers = [self._header("default", [number])]
        return headers + ([self._header("first", [])] if self._is_draft else [])

    @property
    def _is_draft(self) -> bool:
        return self._formal and bool(self._report["draft"])

    @functools.cached_property
    def _mark(self) -> tuple[str, bytes]:
        """The draft's mark, drawn once for all headers: as SVG and as a bitmap."""
        from baocao.pipeline.export import TEMPLATES

        drawing = (TEMPLATES / "draft.svg").read_text(encoding="utf-8")
        ((bitmap, _width, _height),) = _bitmaps([{"data": drawing}])
        return drawing, bitmap

    def _header(self, pages: str, content: Sequence[Any]) -> Any:
        part, id = self._part.add_header_part()
        mark = [self._draft_mark(part, pages)] if self._is_draft else []
        line = el("p", el("pPr", el("pStyle", val="BCTrang")), *mark, *content)
        _replace(part.element, el("hdr", line))
        return el("headerReference", type=pages, r__id=str(id))

    def _draft_mark(self, part: Any, pages: str) -> Any:
        """The draft's mark in the middle of the page, behind the text; each header has a part of its own for it."""
        drawing, bitmap = self._mark
        block = {"data": drawing, "number": f"-{pages}"}
        picture, _image = part.get_or_add_image(io.BytesIO(bitmap))
        size = {"cx": round(200 * MM * 635), "cy": round(200 * MM * 635)}
        about = {"id": 0, "name": "Dự thảo", "descr": "DỰ THẢO"}
        places = []
        for way in ("wp:positionH", "wp:positionV"):
            middle = _bare("wp:align")
            middle.text = "center"
            places.append(_bare(way, middle, relativeFrom="page"))
        anchor = _bare(
            "wp:anchor", _bare("wp:simplePos", x=0, y=0), *places, _bare("wp:extent", **size),
            _bare("wp:wrapNone"), _bare("wp:docPr", **about), _bare("wp:cNvGraphicFramePr"),
            _graphic(about, str(picture), size, _vector(part, block)),
            behindDoc=1, locked=1, layoutInCell=0, allowOverlap=1, simplePos=0, relativeHeight=0,
            distT=0, distB=0, distL=0, distR=0,
        )  # fmt: skip
        return el("r", el("drawing", anchor))

    def _section(self, headers: Sequence[Any], landscape: bool = False) -> Any:
        """Page and margins; pages count from 1, the first shows no number (P-01 to P-07, L-06)."""
        width, height = (HEIGHT, WIDTH) if landscape else (WIDTH, HEIGHT)
        turned = {"orient": "landscape"} if landscape else {}
        return el(
            "sectPr",
            *map(_copy, headers),
            el("type", val="nextPage"),
            el("pgSz", w=round(width * MM), h=round(height * MM), **turned),
            el("pgMar", top=round(TOP * MM), right=round(RIGHT * MM), bottom=round(BOTTOM * MM),
                left=round(LEFT * MM), header=round(10 * MM), footer=round(10 * MM), gutter=0),
            el("pgNumType", start=1),
            el("titlePg"),
        )  # fmt: skip

    # --- The body ---

    def _body(self, headers: Sequence[Any]) -> Iterator[Any]:
        document = self._document
        pages: list[tuple[list[Any], bool]] = []
        if self._formal:
            blocks = [element for block in document["body"] for element in self._block(block)]
            if blocks and blocks[-1].tag == qualified("w:p"):  # the signature never stands on a page alone
                _about(blocks[-1]).insert(1, el("keepNext"))
            pages.append(([*self._letterhead(), *self._title(), *blocks, self._signature()], False))
            pages += [(list(self._annex(annex)), annex["landscape"]) for annex in document["annexes"]]
        else:
            title = self._paragraph("Title", [text_node(document["title"])])
            pages.append(([title, *(e for block in document["body"] for e in self._block(block))], False))
        for number, (elements, landscape) in enumerate(pages, 1):
            section = self._section(headers, landscape)
            if elements[-1].tag != qualified("w:p"):
                elements.append(el("p", el("pPr", el("pStyle", val="BCCach"))))
            if number < len(pages):
                _about(elements[-1]).append(section)
            yield from elements
        yield section

    def _paragraph(self, style: str, nodes: Iterable[Node], *properties: Any) -> Any:
        return el("p", el("pPr", el("pStyle", val=style), *properties), *self._inline(nodes))

    def _line(self, style: str, text: str, *properties: Any) -> Any:
        return self._paragraph(style, [text_node(text)], *properties)

    def _inline(self, nodes: Iterable[Node], styles: Sequence[str] = ()) -> Iterator[Any]:
        names = {"strong": "Strong", "emphasis": "Emphasis", "strike": "BCGachBo"}
        for node in nodes:
            if node["type"] == "text":
                words = run(node["text"], _look(styles))
                is_value = "expression" in node and node["text"].strip()
                yield self._control(words, node["expression"]) if is_value else words
            elif node["type"] == "code":
                yield run(node["text"], _look([*styles, "BCChuMa"]))
            elif node["type"] == "break":
                yield el("r", el("br"))
            elif node["type"] == "link":
                link = self._part.relate_to(node["url"], f"{NAMESPACES['r']}/hyperlink", is_external=True)
                yield el("hyperlink", *self._inline(node["children"], [*styles, "Hyperlink"]), r__id=link)
            else:
                yield from self._inline(node["children"], [*styles, names[node["type"]]])

    def _control(self, words: Any, expression: str) -> Any:
        """A value as a content control, which cannot be deleted by mistake but can be edited."""
        self._ids += 1
        tag = tag_of(expression)
        return el(
            "sdt",
            el("sdtPr", el("alias", val=sentences.TITLE + tag), el("tag", val=tag), el("id", val=self._ids),
                el("lock", val="sdtLocked"), el("text")),
            el("sdtContent", words),
        )  # fmt: skip

    def _block(self, block: Node, depth: int = 0) -> Iterator[Any]:
        match block["type"]:
            case "paragraph":
                yield self._paragraph("BCThan", block["children"])
            case "heading":
                named = ("BCMuc", "BCKhoan", "BCTieuMuc") if self._formal else ()
                level = min(block["level"], 6)
                style = named[level - 1] if level <= len(named) else f"Heading{level}"
                number = [text_node(f"{block['number']} ")] if block["number"] else []
                yield self._paragraph(style, [*number, *block["children"]])
            case "list":
                yield from self._list(block, depth)
            case "quote":
                for inner in block["blocks"]:
                    style = "Quote" if inner["type"] == "paragraph" else ""
                    yield from (
                        [self._paragraph(style, inner["children"])] if style else self._block(inner, depth)
                    )
            case "code":
                lines = block["text"].split("\n")
                nodes = [node for line in lines for node in (text_node(line), {"type": "break"})][:-1]
                yield self._paragraph("BCMa", nodes)
            case "rule":
                yield _rule(self._room(False), self._room(False))
            case "table":
                yield from self._table(block, landscape=False)
            case "figure":
                yield from self._figure(block, self._room(False), self._height(False) - 45 * 72 / 25.4)
            case other:
                raise cell_error(
                    block.get("cell", 0), _("Markdown of kind '{kind}' cannot be printed.", kind=other)
                )

    def _list(self, block: Node, depth: int) -> Iterator[Any]:
        number = 1
        if block["ordered"]:
            self._starts.append(block["start"])
            number = len(self._starts) + 2
        style = "BCDanhSo" if block["ordered"] else "BCGach"
        place = el("numPr", el("ilvl", val=min(depth, 8)), el("numId", val=number))
        for item in block["items"]:
            for position, inner in enumerate(item):
                if position == 0 and inner["type"] == "paragraph":
                    yield self._paragraph(style, inner["children"], _copy(place))
                else:
                    yield from self._block(inner, depth + 1)

    # --- Tables and figures ---

    def _room(self, landscape: bool) -> float:
        """The width of the text, in points."""
        return ((HEIGHT if landscape else WIDTH) - LEFT - RIGHT) * 72 / 25.4

    def _height(self, landscape: bool) -> float:
        return ((WIDTH if landscape else HEIGHT) - TOP - BOTTOM) * 72 / 25.4

    def _table(self, block: Node, *, landscape: bool) -> Iterator[Any]:
        if block["caption"]:
            yield self._line("BCTenBang", block["caption"])
        size, columns = block["size"], block["columns"]
        room = round(self._room(landscape) * 20)
        widths = [int(room * share / sum(block["widths"])) for share in block["widths"]]
        widths[-1] += room - sum(widths)
        named = block["row_header"] == 0
        title = block["caption"] or f"Bảng {block['number']}"
        heads = ", ".join(cell["text"] for cell in block["header"][0]) if block["header"] else ""
        about = el(
            "tblPr",
            el("tblStyle", val="BCBang"),
            el("tblW", w=room, type="dxa"),
            el("tblLayout", type="fixed"),
            el("tblLook", val="06A0" if named else "0620", firstRow=1, lastRow=0, firstColumn=int(named), lastColumn=0,
                noHBand=1, noVBand=1),
            el("tblCaption", val=title),
            el("tblDescription", val=f"Các cột: {heads}" if heads else title),
        )  # fmt: skip
        rows = [self._head_row(cells, widths, size) for cells in _header_grid(block)]
        stays = _with_next(block)
        for number, row in enumerate(block["rows"]):
            if isinstance(row, str):
                cells = [self._cell(f"BCNhom{size}", row, sum(widths), span=columns, stays=stays[number])]
            else:
                bold = number in block["totals"]
                cells = [
                    self._cell(
                        f"BC{block['align'][c]}{size}", text, widths[c], bold=bold, stays=stays[number]
                    )
                    for c, text in enumerate(row)
                ]
            rows.append(el("tr", el("trPr", el("cantSplit")), *cells))
        yield el("tbl", about, el("tblGrid", *(el("gridCol", w=width) for width in widths)), *rows)
        for note in block["notes"]:
            yield self._line(f"BCGhiChu{size}", note)
        if not block["notes"]:
            yield el("p", el("pPr", el("pStyle", val="BCCach")))

    def _head_row(self, cells: Sequence[tuple[str, int, int, str]], widths: Sequence[int], size: int) -> Any:
        made = [
            self._cell(
                f"BCDau{size}", text, sum(widths[column : column + span]), span=span, merge=merge, stays=True
            )
            for text, column, span, merge in cells
        ]
        return el("tr", el("trPr", el("cantSplit"), el("tblHeader")), *made)

    def _cell(
        self, style: str, words: str, width: int, *, span: int = 1, merge: str = "", stays: bool = False,
        bold: bool = False,
    ) -> Any:  # fmt: skip
        text = text_node(words)
        nodes = [{"type": "strong", "children": [text]}] if bold else [text]
        about = el(
            "tcPr",
            el("tcW", w=width, type="dxa"),
            el("gridSpan", val=span) if span > 1 else None,
            el("vMerge", val=merge) if merge else None,
            el("vAlign", val="center"),
        )
        return el(
            "tc", about, self._paragraph(style, nodes if words else [], el("keepNext") if stays else None)
        )

    def _drawn(self) -> dict[int, tuple[bytes, float, float]]:
        """The pictures as bitmaps, with width and height in points, by the number of the figure."""
        figures = [block for block in _all_blocks(self._document) if block["type"] == "figure"]
        charts = [block for block in figures if block["mime"] == CHART_MIME]
        drawn = dict(zip((block["number"] for block in charts), _bitmaps(charts), strict=True))
        return drawn | {block["number"]: _bitmap(block) for block in figures if block["mime"] != CHART_MIME}

    def _figure(self, block: Node, width: float, height: float, *properties: Any) -> Iterator[Any]:
        content, natural_width, natural_height = self._pictures[block["number"]]
        share = min(1, width / natural_width, height / natural_height)
        size = {"cx": round(natural_width * share * 12700), "cy": round(natural_height * share * 12700)}
        picture, _image = self._part.get_or_add_image(io.BytesIO(content))
        drawing = self._drawing(block, str(picture), size)
        captioned = block["label"] or block["source"]
        keep = [] if captioned else [el("keepNext", val=0)]
        yield el("p", el("pPr", el("pStyle", val="BCHinh"), *keep, *properties), el("r", drawing))
        if captioned:
            label = [{"type": "strong", "children": [text_node(block["label"])]}] if block["label"] else []
            source = [text_node(f"Nguồn: {block['source']}")] if block["source"] else []
            between = [{"type": "break"}] if label and source else []
            yield self._paragraph(
                "BCTenHinh", [*label, *between, *({"type": "emphasis", "children": [s]} for s in source)]
            )

    def _drawing(self, block: Node, picture: str, size: dict[str, int]) -> Any:
        number = block["number"]
        about = {"id": number, "name": f"Hình {number}", "descr": block["alt"]}
        vector = _vector(self._part, block) if block["mime"] == CHART_MIME else None
        return el(
            "drawing",
            _bare(
                "wp:inline",
                _bare("wp:extent", **size),
                _bare("wp:docPr", **about),
                _bare("wp:cNvGraphicFramePr", _bare("a:graphicFrameLocks", noChangeAspect="1")),
                _graphic(about, picture, size, vector),
                distT=0, distB=0, distL=0, distR=0,
            ),
        )  # fmt: skip

    # --- The form ---

    def _layout(self, widths: Sequence[int], rows: Iterable[tuple[Sequence[Sequence[Any]], str]]) -> Any:
        """A table without borders that places what stands side by side."""
        made = [
            el("tr", el("trPr", el("cantSplit")), *(
                el("tc", el("tcPr", el("tcW", w=width, type="dxa"), el("vAlign", val=place)), *content)
                for width, content in zip(widths, cells, strict=True)
            ))
            for cells, place in rows
        ]  # fmt: skip
        about = el("tblPr", el("tblStyle", val="BCBoCuc"), el("tblW", w=sum(widths), type="dxa"),
                    el("tblLayout", type="fixed"), el("tblLook", val="0000"))  # fmt: skip
        return el("tbl", about, el("tblGrid", *(el("gridCol", w=width) for width in widths)), *made)

    def _letterhead(self) -> Iterator[Any]:
        report = self._report
        widths = [round(62 * MM), round(98 * MM)]
        left, right = (width / 20 for width in widths)
        superior = [self._line("BCChuQuan", report["superior"])] if report["superior"] else []
        issuer = [self._line("BCCoQuan", line) for line in report["issuer"]]
        last = text_width(report["issuer"][-1], 13, "bold")
        rows = [
            ([[*superior, *issuer, _rule(0.42 * min(last, left), left)],
              [self._line("BCQuocHieu", NATION), self._line("BCTieuNgu", MOTTO),
               _rule(text_width(MOTTO, 14, "bold"), right)]], "top"),
            ([[self._line("BCSo", report["number"])], [self._line("BCNgay", report["place_and_date"])]], "bottom"),
        ]  # fmt: skip
        if report["draft"]:
            words = "DỰ THẢO"
            side = round(
                (left - text_width(words, 14, "bold") - 4) * 10
            )  # a little room, so that it never wraps
            mark = self._line("BCDuThao", words, el("ind", left=side, right=side))
            rows.append(([[mark], [el("p", el("pPr", el("pStyle", val="BCCach")))]], "top"))
        yield self._layout(widths, rows)

    def _title(self) -> Iterator[Any]:
        report, room = self._report, self._room(False)
        yield self._line("BCTenLoai", report["kind"])
        yield self._line("BCTrichYeu", report["subject"], el("ind", left=round(8 * MM), right=round(8 * MM)))
        within = room - 16 * 72 / 25.4
        width = text_width(report["subject"], 14, "bold")
        yield _rule(0.36 * within if width > within else 0.4 * width, room)  # T-03
        if report["note"]:
            yield self._line("BCGhiChuDau", report["note"])
        yield from self._addressees(report["addressees"], room)

    def _addressees(self, entries: Sequence[str], room: float) -> Iterator[Any]:
        words = "Kính gửi"
        if not entries:
            yield el("p", el("pPr", el("pStyle", val="BCCach"), el("spacing", before=160)))
        elif len(entries) == 1:
            yield self._line("BCKinhGui", f"{words}: {entries[0]}")
        else:
            below = text_width(words, 14)
            longest = below + max(text_width(f"- {entry}", 14) for entry in entries)
            side = max(0, round((room - longest) * 10))
            yield self._line("BCKinhGuiDong", f"{words}:", el("spacing", before=200), el("ind", left=side))
            for number, entry in enumerate(entries, 1):
                last = [el("spacing", after=160)] if number == len(entries) else []
                yield self._line(
                    "BCKinhGuiDong", f"- {entry}", *last, el("ind", left=side + round(below * 20))
                )

    def _signature(self) -> Any:
        report = self._report
        whole = round(self._room(False) * 20)
        widths = [round(whole / 2.15), whole - round(whole / 2.15)]
        recipients = [self._line("BCNoiNhanDong", f"- {entry}") for entry in report["recipients"]]
        posts = [self._line("BCQuyen", line) for line in (report["authority"], *report["posts"]) if line]
        signed = (
            self._line("BCHoTen", report["signatory"])
            if report["signatory"]
            else self._paragraph("BCHoTen", [])
        )
        space = el("p", el("pPr", el("pStyle", val="BCNoiNhan"), el("spacing", before=280)), run("Nơi nhận:"))
        _about(posts[0]).insert(1, el("spacing", before=280))
        return self._layout(widths, [([[space, *recipients], [*posts, signed]], "top")])

    def _annex(self, annex: Node) -> Iterator[Any]:
        landscape = annex["landscape"]
        label = [run(annex["label"], el("rPr", el("rStyle", val="BCThuong"))), el("r", el("br"))]
        yield el("p", el("pPr", el("pStyle", val="BCPhuLuc")), *label, *self._inline(annex["title"]))
        number, issuer = (text_node(text) for text in self._report["reference"])
        width = text_width(f"{number['text']} {issuer['text']}", 14)
        between = text_node(" ") if width <= self._room(landscape) else {"type": "break"}
        yield self._paragraph("BCKemTheo", [number, between, issuer])
        figures = sum(block["type"] == "figure" for block in annex["blocks"])
        pages = -(-figures // 3)
        sharing = max(1, -(-figures // max(1, pages)))  # as in report.typ
        room, height = self._room(landscape), self._height(landscape)
        mm = 72 / 25.4
        limit = (height - 32 * mm) / sharing - 18 * mm if sharing > 1 else height - 45 * mm
        seen = 0
        for block in annex["blocks"]:
            if block["type"] == "figure":
                breaks = [el("pageBreakBefore")] if seen and seen % sharing == 0 else []
                seen += 1
                yield from self._figure(block, room, limit, *breaks)
            elif block["type"] == "table":
                yield from self._table(block, landscape=landscape)
            else:
                yield from self._block(block)


def _bare(name: str, /, *children: Any, **attributes: Any) -> Any:
    """An element whose attributes are in no namespace, as in drawings."""
    element = el(name, *children)
    for key, value in attributes.items():
        element.set(key, str(value))
    return element


def _look(styles: Sequence[str]) -> Any:
    """The properties of a run with character styles: Word allows one, the others are put as what they do."""
    if not styles:
        return None
    does = {"Strong": ("b", "bCs"), "Emphasis": ("i", "iCs"), "BCGachBo": ("strike",)}
    *others, last = sorted(styles, key=lambda style: style not in does)
    return el("rPr", el("rStyle", val=last), *(el(name) for style in others for name in does.get(style, ())))


def _about(paragraph: Any) -> Any:
    return paragraph.find(qualified("w:pPr"))


def _copy(element: Any) -> Any:
    import copy

    return copy.deepcopy(element)


def _replace(old: Any, new: Any) -> None:
    """Put the content of an element of a part in the place of what it holds."""
    for child in list(old):
        old.remove(child)
    old.extend(list(new))


def _all_blocks(document: Node) -> Iterator[Node]:
    yield from walk(document["body"])
    for annex in document["annexes"]:
        yield from walk(annex["blocks"])


def _header_grid(block: Node) -> Iterator[list[tuple[str, int, int, str]]]:
    """The header row by row as Word has it: (text, first column, columns, merge), cells that go on below repeated."""
    going_on: dict[int, tuple[int, int]] = {}  # by first column: how many columns, how many rows are left
    for cells in block["header"]:
        row: list[tuple[str, int, int, str]] = []
        queue, column = list(cells), 0
        while column < block["columns"]:
            if column in going_on:
                span, left = going_on.pop(column)
                row.append(("", column, span, "continue"))
                if left > 1:
                    going_on[column] = span, left - 1
            else:
                cell = queue.pop(0)
                span = cell["colspan"]
                row.append((cell["text"], column, span, "restart" if cell["rowspan"] > 1 else ""))
                if cell["rowspan"] > 1:
                    going_on[column] = span, cell["rowspan"] - 1
            column += span
        yield row


def _with_next(block: Node) -> list[bool]:
    """Whether each row stays on the page of the next one (`kept`, see `fit_tables`)."""
    stays: list[bool] = []
    left = 0
    for count in block["kept"] or [1] * len(block["rows"]):
        left = count or left
        stays.append(left > 1)
        left -= 1
    return stays


def _rule(length: float, room: float) -> Any:
    """A line of a length, centred in a room (both in points)."""
    side = max(0, round((room - length) * 10))
    return el("p", el("pPr", el("pStyle", val="BCKe"), el("ind", left=side, right=side)))


# --- What it says ---


def _said(body: Any) -> Iterator[sentences.Paragraph]:
    """The paragraphs of a body that was just written, as `sentences.read` finds them in the file."""
    for element in body:
        if element.tag == qualified("w:p"):
            yield sentences.Paragraph((sentences.Piece(_words(element)),))
        for row in element.iterchildren(qualified("w:tr")):
            cells = list(row.iterchildren(qualified("w:tc")))
            inside = [
                [sentences.Piece(_words(p)) for p in cell.iterchildren(qualified("w:p"))] for cell in cells
            ]
            yield from sentences.row_of(
                [[sentences.Paragraph((piece,)) for piece in cell] for cell in inside]
            )


def _words(paragraph: Any) -> str:
    found = paragraph.iter(qualified("w:t"), qualified("w:br"))
    return "".join([element.text if element.tag == qualified("w:t") else " " for element in found])


# --- Pictures -----------------------------------------------------------------------------------------------


def _graphic(about: dict[str, Any], picture: str, size: dict[str, int], vector: Any) -> Any:
    """A picture of so many EMU each way; `picture` is its bitmap's relation, `vector` what newer programs show."""
    blip = el("a:blip", vector, r__embed=picture)
    shape = _bare(
        "pic:spPr",
        _bare("a:xfrm", _bare("a:off", x=0, y=0), _bare("a:ext", **size)),
        _bare("a:prstGeom", _bare("a:avLst"), prst="rect"),
    )
    named = _bare("pic:nvPicPr", _bare("pic:cNvPr", **about), _bare("pic:cNvPicPr"))
    filled = _bare("pic:blipFill", blip, _bare("a:stretch", _bare("a:fillRect")))
    return _bare(
        "a:graphic", _bare("a:graphicData", _bare("pic:pic", named, filled, shape), uri=NAMESPACES["pic"])
    )


def _vector(part: Any, block: Node) -> Any:
    """The drawing itself, which Word 2016 and later show in the place of the bitmap."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    name = PackURI(f"/word/media/drawing{block['number']}.svg")
    drawing = Part(name, CHART_MIME, block["data"].encode(), part.package)
    id = part.relate_to(drawing, f"{NAMESPACES['r']}/image")
    return _bare("a:extLst", _bare("a:ext", el("asvg:svgBlip", r__embed=id), uri=SVG_EXTENSION))


SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_SHEETS = b"""
#set page(width: auto, height: auto, margin: 0pt)
#for drawing in json(bytes(sys.inputs.drawings)) { page(image(bytes(drawing), format: "svg")) }
"""


def _bitmaps(charts: Sequence[Node]) -> list[tuple[bytes, float, float]]:
    """Drawings as PNG with width and height in points."""
    import typst
    from PIL import Image

    if not charts:
        return []
    drawings = json.dumps([block["data"] for block in charts])
    try:
        made, _warnings = compiler(chosen_font()).compile_with_warnings(
            input=_SHEETS, sys_inputs={"drawings": drawings}, format="png", ppi=PPI
        )
    except typst.TypstError:
        raise cell_error(
            charts[0].get("cell", 0),
            _("its picture cannot be read."),
            _("Save it again as PNG, JPEG or SVG."),
        ) from None
    sheets = made if isinstance(made, list) else [made]
    sizes = [Image.open(io.BytesIO(sheet)).size for sheet in sheets]
    return [(s, w * 72 / PPI, h * 72 / PPI) for s, (w, h) in zip(sheets, sizes, strict=True)]


def _bitmap(block: Node) -> tuple[bytes, float, float]:
    import base64

    from PIL import Image

    content = base64.b64decode(block["data"])
    try:
        width, height = Image.open(io.BytesIO(content)).size
    except OSError:
        raise cell_error(
            block.get("cell", 0), _("its picture cannot be read."), _("Save it again as PNG, JPEG or SVG.")
        ) from None
    return content, width * 0.75, height * 0.75


# --- The same bytes each time -------------------------------------------------------------------------------

_EPOCH = (1980, 1, 1, 0, 0, 0)


def _settled(content: bytes) -> bytes:
    """The package with fixed times."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as settled:
        for name in package.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            packed = name.endswith((".png", ".jpg", ".jpeg"))
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            settled.writestr(entry, package.read(name))
    return out.getvalue()


def _custom(properties: dict[str, str]) -> bytes:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    types = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    root = etree.Element(f"{{{space}}}Properties", nsmap={None: space, "vt": types})
    for number, (name, value) in enumerate(properties.items(), 2):
        entry = etree.SubElement(
            root,
            f"{{{space}}}property",
            fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}",
            pid=str(number),
            name=name,
        )
        etree.SubElement(entry, f"{{{types}}}lpwstr").text = value
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written
