"""A report as a Word file: its parts as Word wants them, and what LibreOffice makes of it."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import nbformat
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lxml import etree
from PIL import Image
from test_export import FRAME, SVG, markdown, plain, report, shows

from baocao.analysis.document import CHART_MIME, FRAME_MIME, Frame
from baocao.analysis.packages import Package
from baocao.errors import ExportError
from baocao.pipeline import export, sentences
from baocao.pipeline.assemble import assemble, blocks_of
from baocao.pipeline.blocks import plain_text
from baocao.pipeline.word import EDITION, REPORT, SENTENCES, render_docx, tag_of
from baocao.pipeline.word_styles import text_width

NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
}
W = f"{{{NAMES['w']}}}"
MM = 72 / 25.4


def part(content: bytes, name: str = "word/document.xml") -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def found(root: Any, path: str) -> list[Any]:
    return list(root.xpath(path, namespaces=NAMES))


def said(content: bytes) -> sentences.WordText:
    return sentences.read(Package(content))


@pytest.fixture(scope="module")
def small() -> bytes:
    return render_docx(
        assemble(report(dataclasses.replace(FRAME, folder="a/b/2020", edition="public")), "docx")
    )


# --- What is in the file --------------------------------------------------------------------------------------


def test_sections_have_the_page_of_the_form(small: bytes) -> None:
    sections = found(part(small), "//w:sectPr")
    sizes = [(s.find(f"{W}pgSz").get(f"{W}w"), s.find(f"{W}pgSz").get(f"{W}h")) for s in sections]
    assert sizes == [
        ("11906", "16838"),
        ("16838", "11906"),
        ("11906", "16838"),
    ]  # twips: A4 (P-01), one turned
    for section in sections:
        margins = section.find(f"{W}pgMar")
        in_mm = {
            side: round(int(margins.get(f"{W}{side}")) / 1440 * 25.4)
            for side in ("top", "bottom", "left", "right")
        }
        assert in_mm == {"top": 20, "bottom": 20, "left": 30, "right": 20}  # P-03 to P-05
        assert section.find(f"{W}titlePg") is not None  # P-07
        assert section.find(f"{W}pgNumType").get(f"{W}start") == "1"  # L-06
    header = part(small, "word/header1.xml")
    assert found(header, "//w:fldSimple/@w:instr") == [" PAGE "]


def test_a_draft_bears_its_mark_on_every_page_and_a_signed_report_none(report: Path) -> None:
    notebook = nbformat.read(report / "report.ipynb", as_version=4)
    document = assemble(notebook, "docx")
    for draft in (True, False):
        document["report"]["draft"] = draft
        content = render_docx(document)
        sections = found(part(content), "//w:sectPr")
        for section in sections:
            kinds = [each.get(f"{W}type") for each in section.findall(f"{W}headerReference")]
            assert kinds == (["default", "first"] if draft else ["default"])
        marks = found(part(content, "word/header1.xml"), "//wp:anchor[@behindDoc='1']//wp:docPr/@descr")
        assert marks == (["DỰ THẢO"] if draft else [])


def test_everything_has_a_style_of_its_own_name(small: bytes) -> None:
    styles = {s.get(f"{W}styleId"): s for s in part(small, "word/styles.xml").iter(f"{W}style")}
    used = set(found(part(small), "//w:pStyle/@w:val | //w:rStyle/@w:val | //w:tblStyle/@w:val"))
    assert used <= set(styles)
    names = {id: s.find(f"{W}name").get(f"{W}val") for id, s in styles.items()}
    bases = {names[id]: names.get(s.find(f"{W}basedOn").get(f"{W}val")) for id, s in styles.items() if id in used
             and s.find(f"{W}basedOn") is not None}  # fmt: skip
    assert bases["Mục (I.)"] == "heading 1"
    assert bases["Khoản (1.)"] == "heading 2"
    assert bases["Tiểu mục (1.1.)"] == "heading 3"
    assert bases["Tên bảng"] == "caption"
    assert bases["Gạch đầu dòng"] == "List Bullet"
    assert bases["Thân văn bản"] == "Normal"
    assert len(set(names.values())) == len(names)
    assert {
        f.get(f"{W}ascii") for f in found(part(small, "word/styles.xml"), "//w:rPrDefault//w:rFonts")
    } == {"Times New Roman"}
    assert found(part(small, "word/styles.xml"), "//w:lang/@w:val") == ["vi-VN"]


def test_every_value_in_the_prose_is_a_control_that_cannot_be_deleted(small: bytes) -> None:
    controls = found(part(small), "//w:sdt")
    told = [(c.xpath("string(.//w:tag/@w:val)", namespaces=NAMES), "".join(c.itertext())) for c in controls]
    assert told == [("so.b1", "20"), ("so.tang", "2")]
    assert found(part(small), "//w:sdtPr/w:lock/@w:val") == ["sdtLocked"] * 2
    assert found(part(small), "//w:sdtPr/w:alias/@w:val") == ["Số liệu so.b1", "Số liệu so.tang"]
    ids = found(part(small), "//w:sdtPr/w:id/@w:val")
    assert len(set(ids)) == 2
    assert [tag_of(e) for e in ('so("B1")', "so( 'B1.change' )", "nam_sau", 'so("B1") + 1')] == [
        "B1", "B1.change", "nam_sau", 'so("B1") + 1'
    ]  # fmt: skip
    long = [tag_of(f'theo_so_lieu("{letter}", {"x" * 100})') for letter in "AB"]
    assert len(set(long)) == 2
    assert all(len(sentences.TITLE + tag) <= 64 for tag in long)  # what Word takes


def test_the_file_says_what_the_document_does(small: bytes) -> None:
    document = assemble(report(), "docx")
    texts = [
        sentences.shown(plain_text(b["children"])) for b in blocks_of(document) if b["type"] == "paragraph"
    ]
    paragraphs = [p.text for p in said(small).paragraphs]
    assert [text for text in texts if text not in paragraphs] == []
    assert "I. Kết quả năm 2020" in paragraphs
    assert "2.1. Tham mưu" in paragraphs
    assert "Kính gửi: Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên" in paragraphs
    assert [p.text for p in said(small).paragraphs if p.mark == "-"] == ["một", "hai"]
    assert sum(p.row for p in said(small).paragraphs) == 62


def test_tables_tell_their_headers_and_keep_their_rows_whole(small: bytes) -> None:
    table = found(part(small), "//w:tbl[w:tblPr/w:tblStyle/@w:val='BCBang']")[0]
    rows = table.findall(f"{W}tr")
    assert [row.find(f".//{W}tblHeader") is not None for row in rows[:3]] == [True, True, False]
    assert all(row.find(f".//{W}cantSplit") is not None for row in rows)
    assert found(table, ".//w:tblCaption/@w:val") == ["Số cơ sở theo xã"]
    assert found(rows[0], ".//w:gridSpan/@w:val") == ["2"]
    assert found(rows[0], ".//w:vMerge/@w:val") == ["restart"]
    assert found(rows[1], ".//w:vMerge/@w:val") == ["continue"]
    assert {len(found(row, "w:tc")) for row in rows[2:]} == {4}
    widths = [int(w) for w in found(table, "w:tblGrid/w:gridCol/@w:w")]
    assert sum(widths) == round((297 - 50) / 25.4 * 1440)


def test_charts_are_drawings_with_a_bitmap_for_older_programs(small: bytes) -> None:
    alts = found(part(small), "//wp:docPr/@descr")
    assert alts == ["Nhà nghỉ nhiều nhất"] * 2
    extents = [int(e.get("cx")) / 12700 for e in found(part(small), "//wp:extent")]
    assert extents == pytest.approx([200, 200], abs=0.4)  # points, as the drawing says
    assert len(found(part(small), "//asvg:svgBlip")) == 2
    with zipfile.ZipFile(io.BytesIO(small)) as package:
        bitmaps = [n for n in package.namelist() if n.endswith(".png")]
        drawings = [package.read(n).decode() for n in package.namelist() if re.search(r"drawing\d+.svg$", n)]
        for name in bitmaps:
            assert Image.open(io.BytesIO(package.read(name))).width >= 200 * 200 / 72  # 200 dots per inch
    assert drawings == [SVG, SVG]


def test_what_the_file_said_can_be_told_later(small: bytes) -> None:
    text = said(small)
    assert (text.properties[REPORT], text.properties[EDITION]) == ("a/b/2020", "public")
    prints = "".join(text.properties[name] for name in sorted(text.properties) if name.startswith(SENTENCES))
    assert all(len(value) <= 255 for value in text.properties.values())
    assert prints == "".join(
        sentences.fingerprint(sentences.text_of(s)) for p in text.paragraphs for s in sentences.sentences(p)
    )


def test_names_that_other_libraries_register_change_nothing(small: bytes) -> None:
    """Libraries for Excel files register prefixes of namespaces for all that is written after them."""
    code = """if True:
        import dataclasses, sys
        from lxml import etree
        from test_export import FRAME, report
        from baocao.pipeline.assemble import assemble
        from baocao.pipeline.word import render_docx
        from baocao.pipeline.word_styles import NAMESPACES
        for number, space in enumerate(NAMESPACES.values()):
            etree.register_namespace(f"x{number}", space)
        frame = dataclasses.replace(FRAME, folder="a/b/2020", edition="public")
        sys.stdout.buffer.write(render_docx(assemble(report(frame), "docx")))
    """
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    assert done.stdout == small


def test_nothing_in_the_file_comes_from_the_clock_or_the_template(small: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(small)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name or "customXml" in name for name in package.namelist())
    about = docx.Document(io.BytesIO(small)).core_properties
    assert (about.created.isoformat()[:10], about.language) == ("2020-12-14", "vi-VN")
    assert about.title == FRAME.title


@pytest.mark.parametrize("charts", ["body", "none"])
def test_charts_stand_where_the_office_wants_them(charts: str) -> None:
    frame = dataclasses.replace(FRAME, charts={"html": "annex", "pdf": "annex", "docx": charts})
    document = assemble(report(frame), "docx")
    assert [a["title"][0]["text"] for a in document["annexes"]] == ["Biểu tổng hợp cơ sở"]
    assert len([b for b in document["body"] if b["type"] == "figure"]) == (2 if charts == "body" else 0)
    as_pdf = assemble(report(dataclasses.replace(FRAME, charts={"html": "body", "pdf": "annex"})), "docx")
    assert len(as_pdf["annexes"]) == 2


def test_the_form_fits_what_the_office_fills_in() -> None:
    several = dataclasses.replace(
        FRAME, superior="UBND TỈNH ĐIỆN BIÊN", number="5", date="2021-01-05", signatory="Họ Và Tên", note="",
        addressees=["Sở Một", "Sở Hai"], recipients=["Như trên"], charts={"html": "none", "pdf": "none"}, annexes=[],
    )  # fmt: skip
    content = render_docx(assemble(report(several), "docx"))
    paragraphs = [p.text for p in said(content).paragraphs]
    assert paragraphs[0] == "UBND TỈNH ĐIỆN BIÊN"
    assert paragraphs[paragraphs.index("Kính gửi:") :][:3] == ["Kính gửi:", "- Sở Một;", "- Sở Hai."]
    assert "DỰ THẢO" not in paragraphs
    assert "Họ Và Tên" in paragraphs
    assert len(found(part(content), "//w:sectPr")) == 1
    nobody = dataclasses.replace(several, addressees=[], recipients=["Lãnh đạo huyện"])
    assert not any(
        "Kính gửi" in p.text for p in said(render_docx(assemble(report(nobody), "docx"))).paragraphs
    )


def test_any_notebook_becomes_a_word_file() -> None:
    content = export.export(plain(), "docx", "thu")
    text = " ".join(p.text for p in said(content).paragraphs)
    for words in (
        "Thử nghiệm",
        "Một mã, liên kết, tệp.",
        "x",
        "trích",
        "một",
        "hai",
        "mã ─ ✓",
        "Mùn Chung",
        "42",
        "Sâu hơn",
    ):
        assert words in text
    assert said(content).properties == {}
    links = part(content, "word/_rels/document.xml.rels")
    assert "https://example.org" in etree.tostring(links).decode()
    assert [p.mark for p in said(content).paragraphs if p.text in ("một", "hai")] == ["1.", "-"]
    empty = export.export(nbformat.v4.new_notebook(), "docx", "trống")
    assert [p.text for p in said(empty).paragraphs] == ["trống"]


def test_a_picture_that_cannot_be_drawn_is_an_error_that_names_its_cell() -> None:
    cell = shows({CHART_MIME: "<svg xmlns='http://www.w3.org/2000/svg' width='-1'/>", "text/plain": "x"},
                 about={CHART_MIME: {"alt": "x", "caption": "", "source": ""}})  # fmt: skip
    broken = nbformat.v4.new_notebook(cells=[markdown("# Một"), cell])
    with pytest.raises(ExportError, match=r"\b2\b"):
        export.export(broken, "docx")


def test_the_length_of_a_text_is_that_of_times_new_roman() -> None:
    from fontTools.ttLib import TTFont

    from baocao.pipeline.fonts import LETTERS, chosen_font

    font = chosen_font()
    if font.name not in ("Times New Roman", "Tinos", "Liberation Serif"):  # those of the same widths
        pytest.fail("a font as wide as Times New Roman is needed: fonts-croscore")
    for face, file in (("roman", font.files[0]), ("bold", font.files[2])):
        letters = TTFont(file)
        widths, names, em = letters["hmtx"], letters.getBestCmap(), letters["head"].unitsPerEm
        for letter in LETTERS + "ABCXYZabcxyz0123456789.,;:()/- ":
            assert text_width(letter, 1000, face) == pytest.approx(
                widths[names[ord(letter)]][0] * 1000 / em, abs=1.5
            ), letter


# --- What LibreOffice makes of it ---------------------------------------------------------------------------------


def signed_copy(notebook: Any) -> Any:
    """The report as if it had its number, date and signature."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if FRAME_MIME in output.get("data", {}):
                frame = Frame.from_json(output.data[FRAME_MIME])
                signed = {"number": "5", "date": "2021-02-05", "signatory": "Họ Và Tên", "superior": "UBND TỈNH ĐIỆN BIÊN",
                          "addressees": ["Sở Một", "Ủy ban nhân dân tỉnh Điện Biên"]}  # fmt: skip
                output.data[FRAME_MIME] = dataclasses.replace(frame, **signed).as_json()
    return notebook


@pytest.fixture(scope="module")
def office(program: Callable[[str], str], report: Path, small: bytes, tmp_path_factory: Any) -> Path:
    """The Word files of a draft, of a signed report and of a small one, as PDF, and through .odt and back."""
    folder = tmp_path_factory.mktemp("office")
    notebook = nbformat.read(report / "report.ipynb", as_version=4)
    (folder / "draft.docx").write_bytes((report / "report.docx").read_bytes())
    (folder / "signed.docx").write_bytes(export.export(signed_copy(notebook), "docx"))
    (folder / "small.docx").write_bytes(small)
    (folder / "plain.docx").write_bytes(export.export(plain(), "docx"))
    names = ["draft.docx", "signed.docx", "small.docx", "plain.docx"]
    for kind, files, into in (
        ("pdf", names, ""), ("odt", ["draft.docx"], ""), ("docx", ["draft.odt"], "odt"), ("docx", ["draft.docx"], "docx")
    ):  # fmt: skip
        subprocess.run(
            [program("soffice"), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
             "--convert-to", kind, "--outdir", str(folder / into), *(str(folder / name) for name in files)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
    return folder


def page_texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_pages_are_a4_and_numbered_as_the_form_says(office: Path) -> None:
    for name in ("draft", "signed"):
        with pypdfium2.PdfDocument(office / f"{name}.pdf") as document:
            sizes = [tuple(round(side / MM) for side in page.get_size()) for page in document]
        texts = page_texts(office / f"{name}.pdf")
        assert set(sizes) == {(210, 297), (297, 210)}
        starts = [0, *(n for n, text in enumerate(texts) if re.match(r"Phụ lục [IVX]+ ", text))]
        assert len(starts) == 4
        for first, end in zip(starts, [*starts[1:], len(texts)], strict=True):
            assert not re.match(r"\d", texts[first])
            assert [texts[n].split()[0] for n in range(first + 1, end)] == [
                str(n + 2) for n in range(end - first - 1)
            ]


def test_the_office_prints_all_that_the_file_says(office: Path) -> None:
    for name in ("draft", "signed", "small", "plain"):
        printed = re.sub(r"\W", "", "".join(page_texts(office / f"{name}.pdf"))).lower()
        for paragraph in said((office / f"{name}.docx").read_bytes()).paragraphs:
            for sentence in sentences.sentences(paragraph):
                if not paragraph.row and len(sentence) < 40:
                    words = re.sub(r"\W", "", sentences.text_of(sentence)).lower()
                    pieces = [
                        words[n : n + 40] for n in range(0, len(words), 40)
                    ]  # a page may end in between
                    missing = [piece for piece in pieces if piece not in printed]
                    assert len(missing) <= 1, missing


def strokes(path: Path, number: int = 0) -> list[tuple[float, float, float]]:
    """Left end, right end and height of the lines on a page, in points; LibreOffice draws each twice."""
    with pypdfium2.PdfDocument(path) as document:
        found = set()
        for item in document[number].get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
            left, bottom, right, top = item.get_bounds()
            if right - left > 5 * (top - bottom):
                found.add((round(left, 1), round(right, 1), round(bottom, 1)))
    return sorted(found)


def spans(path: Path, text: str) -> tuple[float, float, float]:
    """Left end, right end and height of a text on the first page."""
    with pypdfium2.PdfDocument(path) as document:
        page = document[0].get_textpage()
        first, count = page.search(text, match_case=True).get_next()
        boxes = [page.get_charbox(n) for n in range(first, first + count)]
        return min(b[0] for b in boxes), max(b[2] for b in boxes), min(b[1] for b in boxes)


LONG_TITLE = "Kết quả thực hiện công tác phòng, chống mại dâm năm 2020 và"
LAST_LINE = "phương hướng, nhiệm vụ trọng tâm năm 2021"


@pytest.mark.parametrize(
    ("name", "title", "last"),
    [
        ("draft", LONG_TITLE, LAST_LINE),
        ("signed", LONG_TITLE, LAST_LINE),
        ("small", FRAME.subject, FRAME.subject),
    ],
)
def test_lines_of_the_form_are_as_long_as_it_asks_for(office: Path, name: str, title: str, last: str) -> None:
    """Q-05: as long as the motto; A-03, T-03: a third to a half of the text above, and centred below it."""
    path = office / f"{name}.pdf"
    drawn = strokes(path)
    motto = "Độc lập - Tự do - Hạnh phúc"
    for text, above, shares in (
        (motto, motto, (0.97, 1.04)), ("HUYỆN TUẦN GIÁO",) * 2 + ((0.33, 0.5),), (title, last, (0.33, 0.5))
    ):  # fmt: skip
        left, right, _bottom = spans(path, text)
        bottom = spans(path, above)[2]
        [line] = [s for s in drawn if 0 < bottom - s[2] < 12 and left - 5 < s[0] < right]
        assert shares[0] <= (line[1] - line[0]) / (right - left) <= shares[1], text
        assert (line[0] + line[1]) / 2 == pytest.approx((left + right) / 2, abs=2)


def test_the_signature_stands_with_the_last_words(office: Path) -> None:
    texts = page_texts(office / "draft.pdf")
    [last] = [text for text in texts if "Nơi nhận:" in text]
    assert "./." in last
    signed = next(text for text in page_texts(office / "signed.pdf") if "Nơi nhận:" in text)
    assert "Họ Và Tên" in signed
    assert "DỰ THẢO" not in page_texts(office / "signed.pdf")[0]


def test_charts_keep_their_texts_for_who_cannot_see_them(office: Path) -> None:
    wanted = found(part((office / "draft.docx").read_bytes()), "//wp:docPr/@descr")
    assert len(wanted) == 5
    with pikepdf.open(office / "draft.pdf") as pdf:
        told = [
            str(o.Alt)
            for o in pdf.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure" and "/Alt" in o
        ]
    for again in ("docx", "odt"):
        there = found(part((office / again / "draft.docx").read_bytes()), "//wp:docPr/@descr")
        assert there == wanted, again
    assert told == [] or sorted(told) == sorted(wanted)  # without tags there are none


@pytest.mark.parametrize("way", ["docx", "odt"])
def test_saved_by_libreoffice_it_says_the_same(office: Path, way: str) -> None:
    before, after = (
        said((office / "draft.docx").read_bytes()),
        said((office / way / "draft.docx").read_bytes()),
    )
    assert [sentences.key(p.text) for p in after.paragraphs] == [
        sentences.key(p.text) for p in before.paragraphs
    ]
    assert {k: v for k, v in after.properties.items() if k.startswith("baocao")} == before.properties
    root = part((office / way / "draft.docx").read_bytes())
    assert len(found(root, "//w:tr[.//w:tblHeader]")) == 3  # header rows
    if way == "docx":  # LibreOffice 7.4 knows the titles of controls in .docx only, and no tags
        assert [p.controls for p in after.paragraphs] == [p.controls for p in before.paragraphs]


@pytest.mark.parametrize("name", ["draft", "signed"])
def test_the_form_passes_the_check_of_the_decree(office: Path, name: str) -> None:
    """But for P-06: LibreOffice takes another font for Times New Roman where that is missing."""
    nd30 = pytest.importorskip("baocao.nd30")
    assert [r for r in nd30.check(office / f"{name}.pdf").deviations if r.rule != "P-06"] == []
