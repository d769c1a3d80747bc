"""Encodings from before Unicode: tables against published charts, fonts, and columns that are recognised or left alone."""

import json
import re
import unicodedata

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from baocao.analysis.encodings import (
    TCVN3,
    VNI,
    LegacyFont,
    encoding_of_font,
    in_unicode,
    may_be_unicode,
    recognise,
)

# The charts as printed: TCVN 5712:1993 (VN3) from byte A1 on, "." where it has no letter.
TCVN3_CHART = "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
# VNI-Windows as a typist learns it: letter, what stands for it.
VNI_CHART = dict(
    re.findall(
        r"(\S)=(\S+)",
        """á=aù à=aø ả=aû ã=aõ ạ=aï ă=aê ắ=aé ằ=aè ẳ=aú ẵ=aü ặ=aë â=aâ ấ=aá ầ=aà ẩ=aå ẫ=aã ậ=aä é=eù è=eø ẻ=eû ẽ=eõ
        ẹ=eï ê=eâ ế=eá ề=eà ể=eå ễ=eã ệ=eä í=í ì=ì ỉ=æ ĩ=ó ị=ò ó=où ò=oø ỏ=oû õ=oõ ọ=oï ô=oâ ố=oá ồ=oà ổ=oå ỗ=oã ộ=oä ơ=ô
        ớ=ôù ờ=ôø ở=ôû ỡ=ôõ ợ=ôï ú=uù ù=uø ủ=uû ũ=uõ ụ=uï ư=ö ứ=öù ừ=öø ử=öû ữ=öõ ự=öï ý=yù ỳ=yø ỷ=yû ỹ=yõ ỵ=î đ=ñ""",
    )
)
TO_TCVN3 = {letter: chr(0xA1 + n) for n, letter in enumerate(TCVN3_CHART) if letter != "."}
TO_VNI = VNI_CHART | {letter.upper(): code.upper() for letter, code in VNI_CHART.items()}

NAMES = [
    "Tuần Giáo", "Phình Sáng", "Rạng Đông", "Mùn Chung", "Nà Tòng", "Ta Ma", "Mường Mùn", "Pú Xi", "Pú Nhung", "Quài Nưa",
    "Mường Thín", "Tỏa Tình", "Nà Sáy", "Mường Khong", "Quài Cang", "Quài Tở", "Chiềng Sinh", "Chiềng Đông", "Tênh Phông",
]  # fmt: skip
IN_TCVN3 = [
    "TuÇn Gi¸o", "Ph×nh S¸ng", "R¹ng §«ng", "Mïn Chung", "Nµ Tßng", "Ta Ma", "M\u00adêng Mïn", "Pó Xi", "Pó Nhung",
    "Quµi N\u00ada", "M\u00adêng ThÝn", "Táa T×nh", "Nµ S¸y", "M\u00adêng Khong", "Quµi Cang", "Quµi Të", "ChiÒng Sinh",
    "ChiÒng §«ng", "Tªnh Ph«ng",
]  # fmt: skip
"""The names as they stand in a file that was typed in .VnTime."""

ONSETS = re.findall(r"\S+", "b c ch d đ g gh gi h k kh l m n ng ngh nh ph qu r s t th tr v x")
RHYMES = re.findall(
    r"\S+",
    """a á à ả ã ạ ai ái ang áng ạng ăn ắn ằng ặt ẵn ẳng âu ấu ầy ẩn ẫm ập e é è ẻ ẽ ẹ ê ế ề ể ễ ệ ên iêng iếng iễn
    i í ì ỉ ĩ ị o ó ò ỏ õ ọ ô ố ồ ổ ỗ ộ ơ ớ ờ ở ỡ ợ u ú ù ủ ũ ụ ư ứ ừ ử ữ ự ương ường ượng y ý ỳ ỷ ỹ ỵ uyên uyết oa òa oạt""",
)
SYLLABLES = st.builds(lambda onset, rhyme: onset + rhyme, st.sampled_from(ONSETS), st.sampled_from(RHYMES))
TEXTS = st.lists(SYLLABLES | st.sampled_from(["12", "-", "(ha)", "3,5%"]), min_size=1, max_size=8).map(
    " ".join
)


def in_tcvn3(text):
    return "".join(TO_TCVN3.get(letter, letter) for letter in text)


def in_vni(text):
    return "".join(TO_VNI.get(letter, letter) for letter in text)


def test_the_tables_are_those_of_the_charts():
    assert {code: letter for letter, code in TO_TCVN3.items()} == TCVN3.table
    assert len(TO_VNI) == 134
    assert {letter: VNI.decode(code) for letter, code in TO_VNI.items()} == {
        letter: letter for letter in TO_VNI
    }
    assert all(VNI.decode(code.capitalize()) == letter.upper() for letter, code in VNI_CHART.items())


def test_the_names_of_the_communes_come_back_from_both():
    assert [in_tcvn3(name) for name in NAMES] == IN_TCVN3
    assert [TCVN3.decode(text) for text in IN_TCVN3] == NAMES
    assert [VNI.decode(in_vni(name)) for name in NAMES] == NAMES
    assert VNI.decode("UÛY BAN NHAÂN DAÂN HUYEÄN Ñieän Bieân Ñoâng") == "ỦY BAN NHÂN DÂN HUYỆN Điện Biên Đông"


@given(text=TEXTS)
def test_any_text_survives_both_encodings(text):
    assert TCVN3.decode(in_tcvn3(text)) == text
    assert VNI.decode(in_vni(text)) == text
    assert VNI.decode(in_vni(text.upper())) == text.upper()
    assert TCVN3.can_hold(in_tcvn3(text))
    assert VNI.can_hold(in_vni(text))


@pytest.mark.parametrize(
    ("name", "font"),
    [
        (".VnTime", LegacyFont(TCVN3)),
        (".VnArial", LegacyFont(TCVN3)),
        (".vntime", LegacyFont(TCVN3)),
        (".VnArial Narrow", LegacyFont(TCVN3)),
        (".VnTimeH", LegacyFont(TCVN3, capitals=True)),
        (".VnArialH", LegacyFont(TCVN3, capitals=True)),
        ("VNI-Times", LegacyFont(VNI)),
        ("VNI Helve", LegacyFont(VNI)),
        ("Times New Roman", None),
        ("Arial", None),
        ("Vni", None),
        ("UVnTime", None),
        ("", None),
    ],
)
def test_a_font_names_its_encoding(name, font):
    assert encoding_of_font(name) == font


def test_a_font_of_capitals_shows_capitals():
    assert LegacyFont(TCVN3, capitals=True).decode("céng hßa x· héi 2020") == "CỘNG HÒA XÃ HỘI 2020"


# --- columns without such a font ---


def test_a_column_is_recognised_by_all_its_texts():
    assert recognise(IN_TCVN3) is TCVN3
    assert recognise([in_vni(name) for name in NAMES]) is VNI
    assert recognise(["STT", "1", "-", "TuÇn Gi¸o"]) is TCVN3
    assert recognise(["Q§-UBND ngµy", "Tæng céng", "Kh¸ch s¹n"]) is TCVN3


@pytest.mark.parametrize(
    "texts",
    [
        NAMES,
        ["hòa", "xã", "Pú Xi", "tên"],
        ["-", "12", "…", "1.234,5"],
        [],
        ["Pó Xi"],
        ["cafe Müller", "Zürich", "Besançon", "hôtel"],
        ["25 m²", "30°C", "5 µg", "§ 5", "2 × 3", "«Tổng»", "“hòa”"],
        [unicodedata.normalize("NFD", name) for name in NAMES],
        ["Đắk Lắk", "Kon Plông", "Ea H'Leo", "Krông Nô", "Hrê", "Ngọk Réo"],
        ["Krông Nô", "Kon Plông", "Hrê", "Ba Tô"],
        ["giaó", "taù", "nghiã"],
        [*NAMES, *IN_TCVN3],
    ],
    ids=str,
)
def test_what_is_unicode_or_unclear_is_left(texts):
    assert recognise(texts) is None


def project_texts():
    """Vietnamese as this project has it in Unicode: names, sentences, messages, a page of prose."""
    yield from (ROOT / "baocao" / "units" / "units.csv").read_text(encoding="utf-8").splitlines()
    yield from (ROOT / "README.vi.md").read_text(encoding="utf-8").splitlines()
    yield from (ROOT / "baocao" / "locale" / "vi.po").read_text(encoding="utf-8").splitlines()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield from "".join(cell["source"]).splitlines()


def test_no_text_of_this_project_is_taken_for_another_encoding():
    lines = list(project_texts())
    pieces = {piece for line in lines for piece in [line, *re.split(r"[,;|\"]", line), *line.split()]}
    assert len(pieces) > 3000
    assert [piece for piece in pieces if recognise([piece])] == []


@given(st.lists(TEXTS, min_size=1, max_size=12))
def test_vietnamese_in_unicode_is_never_taken_for_another_encoding(texts):
    assert recognise(texts) is None
    assert all(map(may_be_unicode, texts))


@given(
    st.lists(
        st.sampled_from([*NAMES, "Phòng Lao động", "Tổng cộng", "Số cơ sở kinh doanh"]),
        min_size=5,
        unique=True,
    )
)
def test_enough_names_in_an_older_encoding_are_always_recognised(texts):
    assert recognise(map(in_tcvn3, texts)) is TCVN3
    assert recognise(map(in_vni, texts)) is VNI


def test_letters_that_no_older_encoding_has_prove_unicode():
    assert all(in_unicode(text) for text in ["ầ", "đ", "ơ", "o\u0300", "Điện"])
    assert not any(in_unicode(text) for text in ["hòa", "TuÇn Gi¸o", "12 m²", "“—”", "Œuvre"])
    assert not TCVN3.can_hold("Nà Tòng")
    assert not VNI.can_hold("Xã Pú Xi")


def test_a_text_that_cannot_be_unicode_is_told_from_a_slip_and_a_foreign_name():
    assert recognise(["X· M\u00adêng Mïn"]) is TCVN3
    assert recognise(["Huyeän"]) is recognise(["Tuaàn Giaùo"]) is VNI
    assert not any(map(may_be_unicode, ["X·", "Huyeän", "Giaùo", "TuÇn", "Müller", "tùc"]))
    assert not any(
        map(recognise, [["Müller"], ["Zürich"], ["Nuñez"], ["café"], ["m²"], ["Pó Xi"], ["Giaùo"], ["tùc"]])
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("KT. CHñ TÞCH", "KT. CHỦ TỊCH"), ("Tæ tr­ëng", "Tổ trưởng"), ("X· QUµI N\xadA", "Xã QUÀI NƯA"),
        ("Q§ 361", "QĐ 361"), ("UBND huyÖn", "UBND huyện"), ("Tæng", "Tổng"),
    ],
)  # fmt: skip
def test_words_of_capitals_get_capitals_although_the_font_has_none(written, read):
    assert TCVN3.decode(written) == read
