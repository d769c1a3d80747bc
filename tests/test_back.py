"""A Word file that comes back: what was changed by hand, what no longer agrees with the data, and what is proposed."""

from __future__ import annotations

import dataclasses
import io
import json
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, UNIT
from lxml import etree
from nbformat.v4 import new_notebook
from test_export import FRAME, markdown, shows

from baocao.analysis.document import Frame, Narrative, Offers, Prose, Table
from baocao.analysis.packages import Package
from baocao.errors import InputError, UsageError
from baocao.pipeline import commandline
from baocao.pipeline.back import Back, differences, open_word, report_of
from baocao.pipeline.commandline import Selection
from baocao.pipeline.export import export
from baocao.pipeline.sentences import SCHEME, Paragraph, Piece, fingerprint, key, read, sentences

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NARRATIVE = """## ton-tai

<!-- bo: dan-so -->

Một số nơi chưa quản lý chặt chẽ địa bàn. Kinh phí còn ít.

Toàn huyện có {eval}`B1` cơ sở, **tăng** so với năm trước. Cần theo dõi _sát_ hơn.

- Ý thứ nhất của cơ quan.
- Ý thứ hai của cơ quan.

## kien-nghi

Đề nghị cấp trên hỗ trợ kinh phí cho công tác này.
"""
SECTIONS = ("ton-tai", "kien-nghi")
AS_REPORT = dataclasses.replace(
    FRAME, sections=["ket-qua", *SECTIONS], annexes=["so-lieu"], folder=f"{UNIT}/2020", edition="internal"
)


def prose(said: Prose) -> Any:
    return shows(said._repr_mimebundle_() | {"text/markdown": said.text, "text/plain": said.text})


def report(text: str = NARRATIVE, b1: str = "20", frame: Frame = AS_REPORT) -> Any:
    """A report with live values, sentences that the figures suggest, and the office's own."""
    narrative = Narrative.parse(text, SECTIONS)
    offers = Offers(narrative)
    offers.add("ton-tai", "can-su", "Đội ngũ cán sự phân bố chưa đều trên địa bàn.", "H1")
    offers.add("ton-tai", "chua-dat", f"Chưa hoàn thành chỉ tiêu: mới có {b1} cơ sở.", "B1")
    offers.add("ton-tai", "dan-so", "Dân cư sống thưa.", "A1")
    values = {"so.get": b1, "so": b1}
    table = Table.from_rows("Số cơ sở", [["TT", "Xã", "Số"]], [["1", "Mùn Chung", b1], ["2", "Ta Ma", "-"]])
    return new_notebook(
        cells=[
            shows(frame._repr_mimebundle_()),
            markdown("Thực hiện văn bản của Sở, huyện báo cáo như sau:", "opening"),
            markdown("# Kết quả năm {eval}`year`", "section:ket-qua", values={"year": "2020"}),
            markdown(
                'Toàn huyện có {eval}`so("B1")` cơ sở lưu trú. {eval}`nhan_xet`',
                values={'so("B1")': f"'{b1}'", "nhan_xet": f"'Số cơ sở là {values['so']}. Không có vụ việc nào.'"},
            ),
            markdown("## Tồn tại", "section:ton-tai"),
            prose(offers.prose("ton-tai")),
            prose(narrative.section("ton-tai", lambda code: {"B1": b1, "B1.previous": "18"}[code])),
            markdown("# Kiến nghị", "section:kien-nghi"),
            prose(narrative.section("kien-nghi", lambda _code: b1)),
            markdown("Trên đây là báo cáo của Ủy ban nhân dân huyện./.", "closing"),
            markdown("# Biểu số liệu", "annex:so-lieu"),
            shows(table._repr_mimebundle_()),
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def made() -> bytes:
    return export(report(), "docx")


def edited(docx: bytes, change: Callable[[Any], object], parts: dict[str, bytes] | None = None) -> bytes:
    """The file with its body changed, and other parts put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(content)
                change(root)
                content = etree.tostring(root)
            new.writestr(name, (parts or {}).pop(name, content))
        for name, content in (parts or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def words(paragraph: Any) -> str:
    return "".join(t.text or "" for t in paragraph.iter(f"{W}t"))


def paragraph(root: Any, start: str) -> Any:
    return next(p for p in root.iter(f"{W}p") if words(p).startswith(start))


def write(paragraph: Any, text: str) -> None:
    """Put a text in the place of a paragraph's first run, as if it was typed; its other text goes."""
    first, *others = list(paragraph.iter(f"{W}t"))
    first.text = text
    for t in others:
        t.text = ""


def typed(root: Any, old: str, new: str) -> None:
    """Replace a piece of text that lies within one run."""
    found = [t for t in root.iter(f"{W}t") if old in (t.text or "")]
    assert found, old
    found[0].text = found[0].text.replace(old, new)


def removed(element: Any) -> None:
    element.getparent().remove(element)


def back(docx: bytes, notebook: Any = None, narrative: str = NARRATIVE) -> tuple[Back, str]:
    found, proposal = differences(
        notebook or report(), read(Package(docx)), "huyện Tuần Giáo 2020", narrative, {"B1", "H1"}
    )
    assert found
    return found, proposal


def told(found: Back) -> list[tuple[str, str, str]]:
    return [(c.kind, c.before, c.after) for c in found.changes]


# --- What is no change ----------------------------------------------------------------------------------------


def test_a_file_as_it_was_sent_says_nothing_new(made: bytes) -> None:
    found, proposal = back(made)
    assert (found.changes, found.numbers, found.outdated, found.remarks, proposal) == ((), (), (), (), "")
    assert found.base_known
    assert report_of(read(Package(made))) == (UNIT, 2020, "internal")


def harmless(root: Any) -> None:
    """What Word and people's keyboards do to a text without anybody noticing."""
    for number, t in enumerate(list(root.iter(f"{W}t"))):
        text = unicodedata.normalize("NFD", t.text or "") if number % 2 else t.text or ""
        text = text.replace(" - ", " – ").replace('"', "”").replace(" ", "\N{NO-BREAK SPACE}", number % 3)
        t.text = text[: len(text) // 2] + "\N{SOFT HYPHEN}" + text[len(text) // 2 :]
        run = t.getparent()
        if len(t.text) > 4 and run.tag == f"{W}r" and run.getparent().tag == f"{W}p":
            other = etree.fromstring(etree.tostring(run))
            other.find(f"{W}t").text, t.text = t.text[3:], t.text[:3]
            t.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            other.find(f"{W}t").set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.addnext(other)
            run.addnext(etree.Element(f"{W}proofErr"))


def test_what_nobody_sees_is_no_change(made: bytes) -> None:
    found, proposal = back(edited(made, harmless))
    assert (found.changes, found.numbers, found.outdated, proposal) == ((), (), (), "")


def test_controls_that_were_lost_on_the_way_are_no_change(made: bytes) -> None:
    def unwrap(root: Any) -> None:
        for sdt in list(root.iter(f"{W}sdt")):
            for run in sdt.find(f"{W}sdtContent"):
                sdt.addprevious(run)
            removed(sdt)

    found, _proposal = back(edited(made, unwrap))
    assert (found.changes, found.numbers) == ((), ())

    def unwrap_and_edit(root: Any) -> None:
        unwrap(root)
        typed(root, "Một số nơi", "Nhiều nơi")

    _found, proposal = back(edited(made, unwrap_and_edit))
    assert "Toàn huyện có {eval}`B1` cơ sở, **tăng** so với năm trước." in proposal


def test_fingerprints_are_those_of_files_that_are_out_there() -> None:
    # Change SCHEME together with these: files that offices hold would be compared wrongly otherwise.
    assert SCHEME == 1
    assert [fingerprint(t) for t in ("Có 20 cơ sở.", "“Có\N{NO-BREAK SPACE}20”")] == ["yNtbyd", "gq4diH"]
    split = sentences(Paragraph((Piece("I. Mục A. Nghị định số 9. Có 1.234 (84,2%). tiếp. “Hai” là hai?"),)))
    assert ["".join(p.text for p in s).strip() for s in split] == [
        "I. Mục A.", "Nghị định số 9.", "Có 1.234 (84,2%). tiếp.", "“Hai” là hai?"
    ]  # fmt: skip


# --- What was changed by hand -----------------------------------------------------------------------------------


def test_sentences_changed_added_and_removed_are_told_with_their_places(made: bytes) -> None:
    def change(root: Any) -> None:
        typed(root, "Kinh phí còn ít.", "Kinh phí còn rất ít.")
        removed(paragraph(root, "Ý thứ hai"))
        added = etree.fromstring(etree.tostring(paragraph(root, "Đề nghị cấp trên")))
        paragraph(root, "Đề nghị cấp trên").addnext(added)
        write(added, "Đề nghị mở lớp tập huấn * cho cán bộ [xã].")
        typed(root, "huyện báo cáo", "Ủy ban báo cáo")

    found, proposal = back(edited(made, change))
    assert told(found) == [
        ("changed", "Thực hiện văn bản của Sở, huyện báo cáo như sau:", "Thực hiện văn bản của Sở, Ủy ban báo cáo như sau:"),
        ("changed", "Kinh phí còn ít.", "Kinh phí còn rất ít."),
        ("removed", "Ý thứ hai của cơ quan.", ""),
        ("added", "", "Đề nghị mở lớp tập huấn * cho cán bộ [xã]."),
    ]  # fmt: skip
    assert [c.place.title for c in found.changes] == ["Mở đầu", "1. Tồn tại", "1. Tồn tại", "II. Kiến nghị"]
    assert [(c.place.by, c.place.section) for c in found.changes] == [
        ("notebook", ""), ("narrative", "ton-tai"), ("narrative", "ton-tai"), ("narrative", "kien-nghi")
    ]  # fmt: skip
    assert found.changes[0].place.cell == 2
    assert (
        proposal
        == """## ton-tai

<!-- bo: dan-so -->

<!-- sửa: trước là: “Kinh phí còn ít.” -->
Một số nơi chưa quản lý chặt chẽ địa bàn. Kinh phí còn rất ít.

Toàn huyện có {eval}`B1` cơ sở, **tăng** so với năm trước. Cần theo dõi _sát_ hơn.

- Ý thứ nhất của cơ quan.

<!-- sửa: đã bỏ: “Ý thứ hai của cơ quan.” -->

## kien-nghi

Đề nghị cấp trên hỗ trợ kinh phí cho công tác này.

<!-- sửa: câu mới: “Đề nghị mở lớp tập huấn * cho cán bộ [xã].” -->
Đề nghị mở lớp tập huấn \\* cho cán bộ \\[xã\\].
"""
    )


def test_offered_sentences_that_were_taken_out_or_changed_are_left_out_by_their_ids(made: bytes) -> None:
    def change(root: Any) -> None:
        removed(paragraph(root, "Đội ngũ cán sự"))
        typed(root, "Chưa hoàn thành chỉ tiêu: mới có", "Chỉ tiêu chưa hoàn thành: mới có")

    found, proposal = back(edited(made, change))
    assert [(c.kind, c.place.by, c.place.offer) for c in found.changes] == [
        ("removed", "offer", "can-su"), ("changed", "offer", "chua-dat")
    ]  # fmt: skip
    again = Narrative.parse(proposal, SECTIONS)
    assert {name for _section, name in again.left_out} == {"dan-so", "can-su", "chua-dat"}
    assert "Chỉ tiêu chưa hoàn thành: mới có 20 cơ sở." in again.sections["ton-tai"]
    assert "Toàn huyện có {eval}`B1` cơ sở, **tăng** so với năm trước. Cần theo dõi _sát_ hơn." in proposal


def test_what_no_narrative_holds_is_told_and_not_proposed(made: bytes) -> None:
    def change(root: Any) -> None:
        typed(root, "Không có vụ việc nào.", "Không có vụ nào.")
        typed(root, "Mùn Chung", "Mùn Chung 1")
        typed(root, "TUẦN GIÁO", "TUẦN GIÁO MỚI")
        typed(root, "Trên đây là", "Đây là")

    found, proposal = back(edited(made, change))
    assert [(c.place.by, c.place.title) for c in found.changes] == [
        ("form", "Thể thức văn bản"), ("notebook", "I. Kết quả năm 2020"), ("notebook", "Kết thúc"), ("table", "Phụ lục I")
    ]  # fmt: skip
    assert found.changes[3].after == "1 | Mùn Chung 1 | 20"
    assert proposal == ""


def test_tracked_changes_count_as_accepted(made: bytes) -> None:
    def change(root: Any) -> None:
        about = f'xmlns:w="{W[1:-1]}" w:id="900" w:author="A"'
        first = paragraph(root, "Một số nơi")
        run = first.find(f"{W}r")
        deleted = etree.fromstring(f"<w:del {about}><w:r><w:delText>Một số nơi</w:delText></w:r></w:del>")
        inserted = etree.fromstring(f"<w:ins {about}><w:r><w:t>Nhiều nơi</w:t></w:r></w:ins>")
        run.find(f"{W}t").text = run.find(f"{W}t").text.removeprefix("Một số nơi")
        run.addprevious(deleted)
        run.addprevious(inserted)
        first = paragraph(root, "Ý thứ nhất")  # its end is deleted: the next paragraph goes on in it
        mark = etree.fromstring(f"<w:rPr xmlns:w='{W[1:-1]}'><w:del w:id='901' w:author='A'/></w:rPr>")
        first.find(f"{W}pPr").append(mark)
        row = next(tr for tr in root.iter(f"{W}tr") if "Ta Ma" in words(tr))
        row.find(f"{W}trPr").append(etree.fromstring(f"<w:del {about}/>"))

    found, proposal = back(edited(made, change))
    assert told(found)[0] == (
        "changed", "Một số nơi chưa quản lý chặt chẽ địa bàn.", "Nhiều nơi chưa quản lý chặt chẽ địa bàn."
    )  # fmt: skip
    assert ("removed", "2 | Ta Ma | -", "") in told(found)
    assert "Ý thứ nhất của cơ quan.Ý thứ hai của cơ quan." in proposal


def test_comments_are_listed_with_what_they_are_about(made: bytes) -> None:
    names = {
        "word/comments.xml": f'<w:comments xmlns:w="{W[1:-1]}"><w:comment w:id="7" w:author="Lãnh đạo"><w:p><w:r>'
        "<w:t>Xem lại</w:t></w:r></w:p></w:comment></w:comments>".encode()
    }
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        rels = "word/_rels/document.xml.rels"
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
        entry = f'<Relationship Id="rIdC" Type="{kind}" Target="comments.xml"/></Relationships>'
        names[rels] = package.read(rels).replace(b"</Relationships>", entry.encode())

    def change(root: Any) -> None:
        mark = f'<w:r xmlns:w="{W[1:-1]}"><w:commentReference w:id="7"/></w:r>'
        paragraph(root, "Ý thứ hai").append(etree.fromstring(mark))

    found, _proposal = back(edited(made, change, names))
    [remark] = found.remarks
    assert (remark.text, remark.author, remark.around, remark.place.section) == (
        "Xem lại", "Lãnh đạo", "Ý thứ hai của cơ quan.", "ton-tai"
    )  # fmt: skip
    assert found.changes == ()


# --- Values -------------------------------------------------------------------------------------------------


def test_a_value_typed_over_is_told_and_comes_back_as_its_code(made: bytes) -> None:
    def change(root: Any) -> None:
        sdt = next(s for s in paragraph(root, "Toàn huyện có 20 cơ sở, tăng").iter(f"{W}sdt"))
        sdt.find(f".//{W}t").text = "22"

    found, proposal = back(edited(made, change))
    [number] = found.numbers
    assert (number.tag, number.in_word, number.now, number.by_hand) == ("B1", "22", "20", True)
    assert told(found) == [
        (
            "changed",
            "Toàn huyện có 20 cơ sở, tăng so với năm trước.",
            "Toàn huyện có 22 cơ sở, tăng so với năm trước.",
        )
    ]
    assert "<!-- sửa: bản Word ghi “22”, số liệu là “20” (B1) -->" in proposal
    assert "Toàn huyện có {eval}`B1` cơ sở, **tăng** so với năm trước. Cần theo dõi *sát* hơn." in proposal


def test_what_the_data_changed_is_told_from_what_a_person_did(made: bytes) -> None:
    """The file was made when there were 20; now there are 25, and one sentence was changed by hand meanwhile."""

    def change(root: Any) -> None:
        typed(root, "Kinh phí còn ít.", "Kinh phí còn rất ít.")

    found, proposal = back(edited(made, change), report(b1="25"))
    assert told(found) == [("changed", "Kinh phí còn ít.", "Kinh phí còn rất ít.")]
    assert {(n.tag, n.in_word, n.now, n.by_hand) for n in found.numbers} == {
        ("B1", "20", "25", False),
        ("nhan_xet", "Số cơ sở là 20. Không có vụ việc nào.", "Số cơ sở là 25. Không có vụ việc nào.", False),
    }
    assert [(o.in_word, o.now) for o in found.outdated] == [
        ("Chưa hoàn thành chỉ tiêu: mới có 20 cơ sở.", "Chưa hoàn thành chỉ tiêu: mới có 25 cơ sở."),
        ("1 | Mùn Chung | 20", "1 | Mùn Chung | 25"),
    ]
    assert "Toàn huyện có {eval}`B1` cơ sở, **tăng** so với năm trước. Cần theo dõi _sát_ hơn." in proposal
    assert "bo: chua-dat" not in proposal


def test_what_the_office_wrote_since_stays_in_the_proposal(made: bytes) -> None:
    def change(root: Any) -> None:
        typed(root, "Kinh phí còn ít.", "Kinh phí còn rất ít.")

    newer = NARRATIVE.replace("- Ý thứ nhất", "Câu cơ quan viết thêm sau khi gửi.\n\n- Ý thứ nhất")
    found, proposal = back(edited(made, change), report(newer), newer)
    assert told(found) == [("changed", "Kinh phí còn ít.", "Kinh phí còn rất ít.")]
    assert "Kinh phí còn rất ít.\n" in proposal
    assert "Câu cơ quan viết thêm sau khi gửi.\n\n- Ý thứ nhất" in proposal


def test_without_its_own_properties_a_file_is_compared_with_the_report_of_today(made: bytes) -> None:
    bare = edited(made, lambda _root: None, {"docProps/custom.xml": b"<Properties/>"})
    assert report_of(read(Package(bare))) is None
    found, _proposal = back(bare)
    assert not found.base_known
    assert found.changes == ()


# --- The proposal, whatever was done ----------------------------------------------------------------------------

BITS = ("Thêm câu này.", "Năm 2020 có 5. Hết", "* dấu sao *", "1. không phải danh sách", "# không phải đề mục",
        "a_b_c <b>đậm</b> & [x](y) `mã` ~~z~~", "- gạch")  # fmt: skip


def _add_words(chance: random.Random, p: Any, _mine: list[Any]) -> None:
    t = chance.choice(list(p.iter(f"{W}t")))
    t.text = f"{t.text} {chance.choice(BITS)} "


def _drop_words(chance: random.Random, p: Any, _mine: list[Any]) -> None:
    t = chance.choice(list(p.iter(f"{W}t")))
    t.text = " ".join(word for word in t.text.split(" ") if chance.random() > 0.2)


def _add_paragraph(chance: random.Random, p: Any, _mine: list[Any]) -> None:
    new = etree.fromstring(etree.tostring(p))
    for sdt in list(new.iter(f"{W}sdt")):
        removed(sdt)
    write(new, chance.choice(BITS))
    p.addnext(new)


def _join(_chance: random.Random, p: Any, mine: list[Any]) -> None:
    if p.getnext() in mine:
        for run in list(p.getnext())[1:]:
            p.append(run)
        removed(p.getnext())


def _swap(_chance: random.Random, p: Any, mine: list[Any]) -> None:
    if p.getprevious() in mine:
        p.getprevious().addprevious(p)


def randomly(chance: random.Random) -> Callable[[Any], None]:
    """What a person may do to the office's own paragraphs."""
    ways = [_add_words, _drop_words, _add_paragraph, _join, _swap, lambda _chance, p, _mine: removed(p)]

    def change(root: Any) -> None:
        own = ("Một số nơi", "Toàn huyện có 20 cơ sở, tăng", "Ý thứ nhất", "Ý thứ hai", "Đề nghị cấp trên")
        mine = [p for p in root.iter(f"{W}p") if words(p).startswith(own)]
        for p in mine:
            if p.getparent() is not None and chance.random() > 0.2:
                chance.choice(ways)(chance, p, mine)

    return change


def own_words(notebook_or_docx: Any) -> list[str]:
    """The text between the sections' headings, sentence by sentence, without what the figures suggest."""
    docx = notebook_or_docx if isinstance(notebook_or_docx, bytes) else export(notebook_or_docx, "docx")
    texts = [key(p.text) for p in read(Package(docx)).paragraphs if p.text]
    inside = texts[
        texts.index("1. Tồn tại") + 1 : next(i for i, t in enumerate(texts) if t.startswith("Trên đây"))
    ]
    others = ("Đội ngũ", "Chưa hoàn thành", "II. Kiến nghị")
    return " ".join(t for t in inside if not t.startswith(others)).split()


@pytest.mark.parametrize("seed", range(12))
def test_a_proposal_that_is_taken_over_makes_the_report_that_came_back(made: bytes, seed: int) -> None:
    came = edited(made, randomly(random.Random(seed)))
    found, proposal = back(came)
    assert bool(proposal) == any(c.place.by == "narrative" for c in found.changes)
    if proposal:
        assert own_words(report(proposal)) == own_words(came)
        assert not re.search(r"(?<!sửa: )--(?!>)", re.sub("<!--", "", proposal))


# --- Files and the command ---------------------------------------------------------------------------------------


def damaged(made: bytes) -> dict[str, tuple[bytes, str]]:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
    bomb = edited(
        made, lambda _root: None, {"word/document.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}
    )
    return {
        "protected.docx": (ole + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        "old.docx": (ole + "WordDocument".encode("utf-16-le"), ".docx"),
        "cut.docx": (made[: len(made) // 2], "hỏng"),
        "text.docx": (b"chi la van ban", "Word"),
        "declared.docx": (bomb, "hỏng"),
        "empty.docx": (b"", "Word"),
    }


def test_files_that_cannot_be_read_say_why(tmp_path: Path, made: bytes) -> None:
    for name, (content, why) in damaged(made).items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError) as raised:
            open_word(tmp_path / name)
        assert name in str(raised.value)
        assert why in str(raised.value), name
    with pytest.raises(InputError):
        open_word(tmp_path / "none.docx")


def test_a_file_of_another_origin_is_not_compared() -> None:
    import docx

    other, out = docx.Document(), io.BytesIO()
    other.add_paragraph("Văn bản khác.")
    other.save(out)
    assert differences(report(), read(Package(out.getvalue())), "x", NARRATIVE, ()) == (None, "")


def asked(**values: Any) -> Selection:
    rest = {"names": (), "years": None, "province": None, "every": False, "as_json": False, "debug": False}
    return Selection(**(rest | {"data": ROOT / "data", "outputs": ROOT / "outputs"} | values))


def test_the_report_is_the_one_that_the_file_names() -> None:
    named = (UNIT, 2020, "public")
    for given in ({}, {"names": ("tuan-giao",)}, {"names": (UNIT,), "years": "2020"}):
        wanted, edition = commandline.of_word_file(asked(**given), Path("a.docx"), named)
        assert (wanted.names, wanted.years, edition) == ((UNIT,), "2020", "public")
    for given in ({"years": "2019"}, {"names": ("dien-bien-dong",)}):
        with pytest.raises(UsageError, match=r"a\.docx"):
            commandline.of_word_file(asked(**given), Path("a.docx"), named)
    wanted, edition = commandline.of_word_file(asked(names=("x",), years="2020"), Path("a.docx"), None)
    assert (wanted.names, edition) == (("x",), "internal")
    with pytest.raises(UsageError, match="--unit"):
        commandline.of_word_file(asked(), Path("a.docx"), None)


def test_the_command_compares_with_the_data_and_leaves_them_alone(
    report: Path, outputs: Path, pipeline: Callable[..., Any]
) -> None:
    def change(root: Any) -> None:
        typed(root, "Hoạt động của đội ngũ cán sự chưa mạnh.", "Hoạt động của đội ngũ cán sự còn yếu.")

    narrative = ROOT / "data" / UNIT / "2020" / "narrative.md"
    before = narrative.read_bytes()
    (outputs / "sua.docx").write_bytes(edited((report / "report.docx").read_bytes(), change))
    done = pipeline("back", outputs / "sua.docx", "--outputs", outputs, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    [one] = found["changes"]
    assert (one["before"], one["after"], one["place"]["section"]) == (
        "Hoạt động của đội ngũ cán sự chưa mạnh.", "Hoạt động của đội ngũ cán sự còn yếu.", "ton-tai"
    )  # fmt: skip
    assert (found["numbers"], found["outdated"], found["comments"]) == ([], [], [])
    proposal = Path(found["proposal"])
    assert proposal == outputs / UNIT / "2020" / "narrative.de-xuat.md"
    lines = [
        line for line in proposal.read_text(encoding="utf-8").splitlines() if not line.startswith("<!--")
    ]
    old = "Hoạt động của đội ngũ cán sự chưa mạnh."
    assert lines == before.decode().replace(old, "Hoạt động của đội ngũ cán sự còn yếu.").splitlines()
    assert narrative.read_bytes() == before

    proposal.write_text("của người khác", encoding="utf-8")
    done = pipeline("back", outputs / "sua.docx", "--outputs", outputs)
    assert proposal.read_text(encoding="utf-8") == "của người khác"
    assert "narrative.de-xuat-2.md" in done.out
    assert "+ Hoạt động của đội ngũ cán sự còn yếu." in done.out
