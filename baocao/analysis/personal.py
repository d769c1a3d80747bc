"""What identifies a person or a business, recognised in headers, cells and sentences.

Reports on this kind of subject are made of counts. Names, dates of birth, identity and telephone numbers, addresses
and the names of businesses (a household's business bears its owner's name) must not come in: they would be personal
data, here of the sensitive kind (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; until 2025 Nghị định 13/2023/NĐ-CP,
Điều 2). What is found is said by its kind alone: no message of this module holds a word of the text.

Pure functions on texts. They err on neither side on purpose: what is missed gets printed, and what is found without
being there stops a report. A name of two syllables counts only where it stands alone or after a title, and a place that
is named like a person must be told apart by its type ("phường Trần Phú") or given as known.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from baocao.analysis.vietnamese import deaccent, fold, one_line
from baocao.messages import Message, _

if TYPE_CHECKING:
    from baocao.analysis.sheets import Sheet

NAME = _("a person's name")
BIRTH = _("a date of birth")
IDENTITY = _("a person's identity or passport number")
TELEPHONE = _("a telephone number")
MAIL = _("an e-mail address")
ADDRESS = _("an address of a person or business")
BUSINESS = _("the name of a business")
LICENCE = _("a business's licence or tax number")

SEARCHED_ROWS = 100
"""Headers stand within the first so many rows of a sheet."""


def _any(lines: str) -> str:
    """The alternatives of a pattern, one a line."""
    return "|".join(filter(None, map(str.strip, lines.splitlines())))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ----------------------------------------------------------------------------------------------------------
# Headers
# ----------------------------------------------------------------------------------------------------------

_PAPERS = _any(r"""
    cmnd|cmtnd|cmt|cccd|hộ chiếu|passport|căn cước(?: công dân)?|chứng minh nhân dân|chứng minh thư(?: nhân dân)?
    định danh(?: cá nhân)?|giấy tờ tùy thân
""")
_NAME_HEADERS = _any(r"""
    họ(?: và| &)? tên.*|họ(?: và)? (?:chữ|tên) đệm.*|bí danh|tên (?:gọi khác|thường gọi)
    tên (?:(?:các )?đối tượng|người|nạn nhân|nhân viên|tiếp viên|khách|cán bộ|cán sự|tình nguyện viên)(?: .*)?
    (?:tên )?chủ (?:cơ sở|quán|hộ|nhà|doanh nghiệp|hộ kinh doanh|nhà nghỉ|karaoke|khách sạn)(?: kinh doanh)?
    (?:tên )?người (?:đại diện|đứng tên|liên hệ|quản lý|phụ trách)(?: .*)?|đại diện(?: theo)? pháp luật
""")
_BIRTH_HEADERS = _any(r"""
    (?:ngày )?(?:tháng )?(?:và )?năm sinh(?: .*)?|ngày(?: tháng)? sinh(?: .*)?|ntns|sinh (?:ngày|năm)
""")
_IDENTITY_HEADERS = (
    rf"(?:(?:mã )?số |thẻ |giấy )*(?:{_PAPERS})(?:(?: số| thẻ| hoặc| hay| và)* (?:{_PAPERS}))*"
    r"(?: số)?(?: (?:của|ngày cấp|nơi cấp|cấp ngày)(?: .*)?)?"
)
_TELEPHONE_HEADERS = _any(r"""
    (?:số )?(?:điện thoại|sđt|đtdđ|di động|zalo|phone|tel|mobile)(?: (?:di động|liên hệ|liên lạc|cá nhân|của|chủ).*)?
""")
_ADDRESS_HEADERS = _any(r"""
    địa chỉ(?! tin cậy| e ?mail).*|(?:nơi|chỗ) ở(?: .*)?|số nhà(?: đường.*)?
    nơi (?:cư trú|thường trú|tạm trú|đăng ký .*trú|sinh|đkhktt)|hktt|(?:đăng ký )?hộ khẩu thường trú
    quê quán|nguyên quán|trú quán
""")
_BUSINESS_HEADERS = _any(r"""
    (?:tên )?(?:trên )?(?:biển|bảng) hiệu(?: .*)?|tên thương hiệu|tên(?: và)? địa chỉ.*
    tên cơ sở(?: (?:kinh doanh|dịch vụ|lưu trú|karaoke|vi phạm|được kiểm tra|và địa chỉ|địa chỉ).*)?
    tên (?:quán|nhà hàng|nhà nghỉ|nhà trọ|khách sạn|karaoke|massage|hộ kinh doanh|doanh nghiệp|công ty|cửa hàng)(?: .*)?
""")
_LICENCE_HEADERS = _any(r"""
    (?:số )?(?:gpkd|gcnđkkd|đkkd|mst)|mã số (?:thuế|doanh nghiệp|hộ kinh doanh)
    (?:số giấy phép|giấy phép số|số giấy chứng nhận)(?: (?:đăng ký )?kinh doanh)?|số đăng ký kinh doanh
""")
_HEADERS = (
    (NAME, _NAME_HEADERS),
    (BIRTH, _BIRTH_HEADERS),
    (IDENTITY, _IDENTITY_HEADERS),
    (TELEPHONE, _TELEPHONE_HEADERS),
    (MAIL, r"(?:địa chỉ )?(?:e ?mail|thư điện tử)|facebook"),
    (BUSINESS, _BUSINESS_HEADERS),
    (ADDRESS, _ADDRESS_HEADERS),
    (LICENCE, _LICENCE_HEADERS),
)


@functools.cache
def _header_patterns(accented: bool) -> tuple[tuple[Message, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(words if accented else deaccent(words))) for kind, words in _HEADERS)


def kind_of_header(text: str) -> Message | None:
    """The kind of personal data that a column's header announces ("a person's name"); None if it announces none.

    Spaces, capitals, the way of placing tones, a number in front and remarks in brackets do not matter, nor do accents
    if none is written. Of a header with several levels, joined by ">", each is looked at.
    """
    for level in text.split(">"):
        plain = re.sub(r"\([^)]*\)", " ", fold(level))
        words = " ".join(re.sub(r"^[\W\d]+|[^\w&]+", " ", plain).split())
        for kind, pattern in _header_patterns(accented=not words.isascii()):
            if pattern.fullmatch(words):
                return kind
    return None


# ----------------------------------------------------------------------------------------------------------
# Numbers, dates, addresses
# ----------------------------------------------------------------------------------------------------------

_CAPITALS = "".join(c for c in map(chr, range(0x1EFA)) if c.isupper() and deaccent(c).isascii())
_BEGINS, _ENDS = r"(?<![\w.,/])", r"(?![\d/]|[.,]\d)"
"""Where a number begins and ends that is not part of another one, of a date or of a document's number."""
_MAIL = r"[\w.+-]+@\w[\w-]*(?:\.[\w-]+)+"
_TELEPHONE = rf"""{_BEGINS}
    (?!\d{{1,2}}[./ -]\d{{1,2}}[./ -](?:19|20)\d\d)                 # 02.12.2020 10 is a date and a count
    (?: \(?(?:\+|00)84\)?[ .-]?(?:\(?0\)?[ .-]?)? | 84[ .-]?         # +84 912 345 678
      | \(?0(?!\.\d{{9}}) )                                         # 0.912345678 is a fraction
    (?: (?:3[2-9]|5[25-9]|7[06-9]|[89][ .-]?\d)(?:[ .-]?\d){{7}}           # 0912.345.678
      | 1[ .-]?[2689](?:[ .-]?\d){{8}}                                # 01234 567 890, until 2018
      | 2(?:\d{{1,3}}\))?(?:[ .-]{{0,2}}\d){{6,9}}(?<=\d) )(?!\d|[.,]\d|/(?!0))      # (0215) 3 862 123
"""
_IDENTITY = rf"""
    \b(?:{_PAPERS.replace(" ", r"[ ]")})[\s:.,]*(?:(?:số|là)[\s:.]*)*[a-z]?\d(?:[ .-]?\d){{6,11}}{_ENDS}
    | {_BEGINS}(?-i:[A-Z])\d{{7,8}}(?!\w)
    | {_BEGINS}0\d{{2}}(?:[ .-]?\d{{3}}){{2,3}}{_ENDS}                  # no figure begins with 0
    | {_BEGINS}(?<![+-])(?!\d+000(?!\d))\d{{9}}(?!\d|[.,/]\d|\s*(?:đ|vnđ|đồng|triệu|tỷ)\b)
"""
_DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}|\d{1,2}\s+tháng\s+\d"
_BIRTH = rf"""
    (?<!\w)(?P<before>[^\W\d_]+[ ])?(?P<word>sinh)
    (?:\s*[:,]?\s*(?:vào|ngày|tháng|năm)\b)*\s*:?\s*(?:{_DAY}|(?:19|20)\d\d)(?!\d)
    | \bs\.?n\.?\s*:?\s*(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-])?(?:19[3-9]|20[0-2])\d(?!\d)
"""
_ADDRESS = rf"""
    \b(?:số[ ]nhà|nhà[ ]số|sn)\s*:?\s*\d
    | \b(?:số|ngõ|hẻm|ngách|kiệt)\s*:?\s*\d+[a-z]?(?:/\d+)*\s*,?\s*(?:đường|phố|ngõ|hẻm|ngách|kiệt)[ ]
      (?:số[ ])?(?:\d|(?-i:[{_CAPITALS}]))
"""
_PATTERNS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE | re.VERBOSE))
    for kind, pattern in (
        (MAIL, _MAIL),
        (TELEPHONE, _TELEPHONE),
        (IDENTITY, _IDENTITY),
        (BIRTH, _BIRTH),
        (ADDRESS, _ADDRESS),
    )
)
_OTHER_SINH = _words("""
    an bẩm chiềng dân dưỡng giáo giới hi hy học hồi ký khai khử môi mưu nảy nhân nội phái phát phục quần sản
    tái thí tuyển tân tự vệ y phổ độ
""")
"""Before "sinh", syllables with which it is another word: phát sinh năm 2020."""


def _numbers_in(text: str) -> Message | None:
    """The kind of the first number, date or address in a text that is personal."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            before = (match.groupdict().get("before") or "").strip()
            place = before.istitle() and match["word"].istitle()  # xã Mường Sinh năm 2020
            if not place and fold(before) not in _OTHER_SINH:
                return kind
    return None


# ----------------------------------------------------------------------------------------------------------
# Names of persons
# ----------------------------------------------------------------------------------------------------------

_PLAIN_FAMILIES = _words("""
    nguyễn trần phạm huỳnh hoàng trịnh bùi đặng ngô đinh quách phùng lê phan võ vũ đỗ
    lò lường quàng tòng điêu lèo khoàng lù
    sùng giàng thào sình vừ lầu hờ chớ tráng lừu chá cứ
    tẩn phàn chẻo chìn
""")
"""Of Kinh and Mường; Thái and Khơ Mú; Mông; Dao."""
_FAMILIES = _PLAIN_FAMILIES | _words("""
    âu bạc bàn bế ca cà cao cầm chang chảo chu dương đào đàm điền đoàn đồng hà hạng hồ hứa hạ kha khổng kim kiều
    la lâm lại lưu lương lục lý ly ma mai mã mạc mào mè mùa nghiêm nông phí pờ quang sần tạ tao thạch thái thân
    tiêu tô tống triệu trương từ vàng vi vương
""")
"""These and others, which are also the beginning of common words."""
_SURE_FAMILIES = _words(
    "nguyễn trần huỳnh hoàng trịnh bùi đặng quàng lường điêu sùng giàng thào sình phùng quách"
)
"""Those that begin hardly any word: enough where every word is in capitals."""
_ASCII_FAMILIES = _words("nguyen tran pham huynh hoang trinh bui ngo")
"""Those that are known without their accents."""
_ANY_ASCII_FAMILIES = frozenset(map(deaccent, _FAMILIES))
_MIDDLES = _words("""
    a bá chí đình đức duy hồng hữu huy kim mạnh minh mỹ ngọc phương quang quốc thanh thành thế thị thu thúy
    tiến trọng trung tuấn văn việt xuân
""")
_WORDS = frozenset(_any("""
    bạc liêu|bạc màu|bàn giao|bàn ghế|bế giảng|bế mạc|ca nhạc|ca khúc|cà phê|cà mau|cao bằng|cao đẳng|cao điểm
    cao học|cao cấp|cao nguyên|cao phong|cao nhất|cao hơn|chu kỳ|chu đáo|dương tính|đào tạo|đàm phán|đoàn kết
    đoàn kiểm|đoàn liên|đoàn phí|đoàn thanh|đoàn thể|đoàn tụ|đoàn văn|đoàn viên|đoàn công|đoàn xã|đồng bào
    đồng bộ|đồng nai|đồng tháp|đồng thời|đồng ý|đỗ xe|hà đông|hà giang|hà nam|hà nội|hà tĩnh|hạ long|hạ tầng
    hạng mục|hạng nhất|hạng nhì|hạng ba|hoàng hôn|hoàng sa|hồ chí|hồ sơ|hứa hẹn|kim loại|kim ngạch|kim tiền
    lai châu|lâm đồng|lâm nghiệp|lâm sản|lâm thời|lại lần|lò đốt|lò hơi|lưu động|lưu hành|lưu niệm|lưu trú
    lưu văn|lưu ý|lương thực|lương tháng|lương y|lý do|lý lịch|lý luận|ma túy|mã số|mã đơn|mã huyện|mã tỉnh
    mã xã|mai dịch|mai châu|mai sơn|mùa đông|mùa hè|mùa vụ|nông dân|nông lâm|nông nghiệp|nông sản|nông thôn
    nghiêm cấm|nghiêm trọng|phạm nhân|phạm pháp|phạm tội|phạm vi|phan thiết|phí dịch|quang cảnh|thạch thành
    thái bình|thái độ|thái lan|thái nguyên|thân nhân|thân thể|thân thiện|tiêu biểu|tiêu chí|tiêu chuẩn|tiêu cực
    tiêu dùng|tiêu đề|tiêu hủy|tống đạt|tống tiền|triệu đồng|từ ngày|từ tháng|từ năm|từ chối|từ điển|vàng bạc
    vi phạm|vi bằng|vi rút|võ nhai|võ thuật|vũ khí|vũ trường|vũ lực|vũ trang|vũng tàu|vương quốc
""").split("|"))  # fmt: skip
"""Words and places whose first two syllables read like a name's."""
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|nh|ng|[cmnpt])?|[a-z]"
)
"""A syllable as Vietnamese has them, without accents; or the one letter that stands for a name."""
_PUBLIC = ("hồ chí minh", "võ nguyên giáp")

_ADDRESSED = re.compile(
    r"(?:^|\W)(?:(?<!trẻ )(?<!chị )(?<!anh )(?<!các )(?<!những )(?:ông|bà|anh|chị|em|cháu)"
    r"|tên (?:là|thật|gọi(?: là)?)|họ(?: và)? tên)[\s:“\"'(]*$",
    re.IGNORECASE,
)
"""Words behind which any name is a person's, be it a given name alone."""
_NAMED = re.compile(
    r"(?:^|\W)(?:đối tượng|nạn nhân|bị can|bị cáo|nghi can|nghi phạm|nhân viên|tiếp viên|đồng chí|đ/c|đại diện|bác"
    r"|chú|cô|cụ|dì|vợ|chồng|con|(?:các|những) (?:ông|bà|anh|chị|em|cháu)|người (?:bán|mua|môi giới) dâm"
    r"|người (?:đại diện|vi phạm)"
    r"|(chủ(?: (?:cơ sở|quán|hộ|nhà|nhà nghỉ|nhà hàng|khách sạn|karaoke|tiệm|cửa hàng|chứa))?))(?: là)?[\s:“\"'(]*$",
    re.IGNORECASE,
)
"""Words behind which a family name begins a person's name; behind an owner (the group), any name that ends there is."""
_CLAUSE_ENDS = re.compile(r"\s*(?:$|[,.;:()–-]|(?:và|bị|đã|có|không|vi phạm|cho|được|ở|tại)\b)")
_PLACED = re.compile(
    r"(?:^|\W)(?:xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh|tt|tp|tx|[xphq]|đường|phố|ngõ|hẻm|cầu|chợ"
    r"|bản|thôn|ấp|khối|khu|khu phố|tổ dân phố|buôn|làng|sông|núi|đèo|trường|thpt|thcs|ptdtbt|ptdtnt|tiểu học|trung học"
    r"|mầm non|đại học|học viện|bệnh viện|quỹ|học bổng|giải thưởng|giải|công viên|quảng trường|nghĩa trang|tượng đài"
    r"|bảo tàng|chiến dịch|đội|đoàn|nông trường|hợp tác xã|lễ hội|đền|chùa|di tích)\.?[\s“\"]*$",
    re.IGNORECASE,
)
"""Words behind which a person's name is that of a place or an institution."""
_NOT_GIVEN = _words("""
    bộ cảnh công cộng cơ chủ đảng điểm đoàn đội hội học huyện khác không lực mẹ nà nhà phòng phụ quân rịa số sở
    tỉnh tổ tổng tô thanh thiếu trưng triệu trong trường ủy viện việt xã đen ngoan em chị nhi dâu hai ba kính
    trai gái nuôi chồng vợ nội ngoại họ
""")
"""What may follow ông, bà, anh, chị, em with a capital and is no given name: Bà Rịa, các anh Công an."""

_INITIALS = re.compile(
    r"(?:^|\W)(?:ông|bà|anh|chị|em|cháu|đối tượng|chủ(?: (?:cơ sở|quán|hộ))?|nạn nhân|tên là|họ tên"
    r"|người (?:bán|mua) dâm)[\s:“\"]*(?-i:[A-ZĐ])\. ?(?:(?-i:[A-ZĐ])\. ?)*(?-i:[A-ZĐ])(?!\w)",
    re.IGNORECASE,
)
"""A name of which only the first letters are given."""


def _runs(text: str) -> list[tuple[int, list[str]]]:
    """The longest rows of capitalised words, one space apart, that a text holds, each with its beginning."""
    found: list[tuple[int, list[str]]] = []
    end = -2
    for match in re.finditer(r"[^\W\d_]+", text):
        if match[0][0].isupper():
            if match.start() == end + 1 and text[end] == " ":
                found[-1][1].append(match[0])
            else:
                found.append((match.start(), [match[0]]))
            end = match.end()
    return found


def _names_person(text: str, known: Collection[str]) -> bool:
    whole = re.sub(r"^[\W\d_]+|[\W_]+$", "", text)
    return _INITIALS.search(text) is not None or any(
        _is_person(text, start + len(" ".join([*words[:i], ""])), words[i:], i, whole, known)
        for start, words in _runs(text)
        for i in range(len(words))
    )


def _is_person(
    text: str, start: int, words: Sequence[str], i: int, whole: str, known: Collection[str]
) -> bool:
    """Whether the words from `start` on, the rest of a row of capitals without its first `i`, are a person's name."""
    name = " ".join(words)
    before, after, folded = text[:start], text[start + len(name) :], [fold(word) for word in words]
    if _PLACED.search(before) or fold(name) in known or " ".join(folded[:3]) in _PUBLIC:
        return False
    fits = list(itertools.takewhile(lambda word: _SYLLABLE.fullmatch(deaccent(word)), folded))
    like_name = _begins_like_name(fits, text, capitals=name.isupper())
    if _ADDRESSED.search(before):
        return like_name or (not name.isupper() and len(folded) <= 4 and any(map(_is_given, fits[:1])))
    if named := _NAMED.search(before):
        owner = named[1] and _CLAUSE_ENDS.match(after) and len(fits) == len(folded) <= 3
        return like_name or (bool(owner) and not name.isupper() and all(map(_is_given, fits)))
    if name == whole:
        return like_name and len(fits) == len(folded) <= 5
    if like_name and len(fits) >= 3 and fits[1] in ("văn", "thị"):
        return i == 0 or not name.isupper()
    first = i == 0 or (i == 1 and folded[0] in _PLAIN_FAMILIES and not name.isupper())
    return like_name and first and 3 <= len(fits) == len(folded) <= 4


def _begins_like_name(folded: Sequence[str], text: str, *, capitals: bool) -> bool:
    """Whether folded syllables begin with a family name.

    More is asked where all letters are capitals, and where the text is written without accents.
    """
    if len(folded) < 2 or " ".join(folded[:2]) in _WORDS:
        return False
    family, middle = folded[:2]
    if text.isascii() or ("".join(folded).isascii() and family not in _FAMILIES):
        return family in _ASCII_FAMILIES or (
            family in _ANY_ASCII_FAMILIES and middle in ("van", "thi", "a") and len(folded) >= 3
        )
    if not capitals:
        return family in _FAMILIES
    return (family in _FAMILIES and middle in _MIDDLES and len(folded) >= 3) or family in _SURE_FAMILIES


def _is_given(folded: str) -> bool:
    """Whether a folded syllable may be a given name; one letter, as in "anh A", says nobody."""
    return len(folded) > 1 and folded not in _NOT_GIVEN | _GENERIC


# ----------------------------------------------------------------------------------------------------------
# Names of businesses
# ----------------------------------------------------------------------------------------------------------

_TRADES = _any(r"""
    karaoke|nhà nghỉ|nhà trọ|khách sạn|nhà hàng|homestay|hotel|motel|massage|mát ?-?xa|xoa bóp|tẩm quất|spa|bar|pub|club
    (?<!chủ )(?<!tập )(?<!quê )(?<!trú )(?<!sứ )(?<!sự )(?<!nguyên )quán|vũ trường|salon|gội đầu|(?:cắt|hớt) tóc|bia hơi
    hộ kinh doanh|dntn|doanh nghiệp tư nhân|(?:công ty|cty) (?:tnhh|cổ phần|cp)(?: mtv| một thành viên)?
""")
_DRINKS = "cà phê|cafe|café|coffee"
"""Names no trade inside a sentence: coffee is grown there."""
_TRADE = re.compile(
    rf"(?:(?<!\w)(?:{_TRADES})|^(?:{_DRINKS}))(?:[ ,/&-]+(?:{_TRADES}|{_DRINKS}|ăn|nhậu|nước|bia)(?!\w))*(?!\w)"
    r"\s*(?::|-|–|(?:có |mang |lấy )?(?:tên|biển hiệu|hiệu)(?: là)?:?)?\s*",
    re.IGNORECASE,
)
"""A kind of establishment, or several, as far as its name."""
_GENERIC = _words("""
    bar bia bàn bán báo bị biển biểu bình buổi cafe cam cả các cán cao cà căn cảnh cấp có còn công cơ cục của
    cùng chi chính cho chủ chưa chương cộng chung dân dịch do doanh du dễ dưới đã đang đăng đến đều để địa điểm
    đình định đó đoàn đối đội đơn được đợt gây ghi giấy giải giao giám gội gồm hàng hiện hành hình hoạt hoặc hộ
    homestay hotel huyện internet karaoke ký kết khách khai khác không khu kiểm kinh kỳ là lao liên loại lưu
    lượt mại massage mát mua một motel năm nay ngày nghỉ nghi nghiệp ngoài người nguồn nguy nhà nhân nhắc những
    nhiều nội nơi ở phát phạm phạt phép phòng phối phụ phố phường pub quán quản quận quý quy rà sạn salon sau
    sân số sở spa tại tạm tắm tẩm tên tệ tệp tổ tổng tổn tỉnh tình thành tháng theo thị thôn thu thuộc thường
    tiếp tiền tiêu toàn tội tp trên trọ trong trung trực truyền trước trường tt tuyên tx từ ubnd vào vẫn vi
    việt vụ với và về xã xoa xử yêu ăn đồng đi thời
""")
"""Syllables that begin a common word and no business's name, also where headings write each with a capital."""
_QUOTED = re.compile(rf"[“\"'‘«][ ]?[{_CAPITALS}0-9]")


def _names_business(text: str, known: Collection[str]) -> bool:
    """Whether a text names a business: a kind of establishment with a proper name behind it."""
    rows = dict(_runs(text))
    for match in _TRADE.finditer(text):
        start = match.end()
        if _QUOTED.match(text, start):
            return True
        # In a row of capitals the kind belongs to the row: "Karaoke Hoàng Gia".
        inside = next((s for s, words in rows.items() if s < start < s + len(" ".join(words))), start)
        words = text[start : inside + len(" ".join(rows.get(inside, [])))].split()
        folded = [fold(word) for word in words]
        if not folded or " ".join(folded) in known or folded[0] in _GENERIC:
            continue
        if not text[match.start() : start].isupper() or (len(folded) <= 3 and not _GENERIC & set(folded)):
            return True
    return False


# ----------------------------------------------------------------------------------------------------------
# Texts and sheets
# ----------------------------------------------------------------------------------------------------------


def kind_in_text(text: str, known: Collection[str] = ()) -> Message | None:
    """The kind of the first personal data found in a cell's text or a sentence; None if there are none.

    `known` are names of places, with or without type, that are none even where they read like a person's or a
    business's. Kinds are looked for in a fixed order, numbers before names.
    """
    return _kind(one_line(text), frozenset(map(fold, known)))


def _kind(line: str, known: Collection[str]) -> Message | None:
    if fold(line) in known:
        return None
    if kind := _numbers_in(line):
        return kind
    if not any(letter.isupper() for letter in line):
        return None
    if _names_business(line, known):
        return BUSINESS
    return NAME if _names_person(line, known) else None


def look(sheet: Sheet, rows: Iterable[int], known: Collection[str] = ()) -> list[tuple[int, int, Message]]:
    """The personal data in a sheet, as (row, column, kind) in the order of the cells, rows and columns from 1.

    Every text in `rows` is looked at, whatever its column; numbers are not, nor are plain figures of a format that
    does not tell them from texts. Headers are looked for in the first rows of the sheet, and count if one of `rows`
    holds something under them. Rows under a table, in which an official signs, are for the caller to leave out.
    """
    wanted, places = frozenset(rows), frozenset(map(fold, known))
    lowest = {column: row for row, column in sorted(sheet.cells) if row in wanted}
    found = []
    for row, column in sorted(sheet.cells):
        value = sheet.cells[row, column]
        if not isinstance(value, str):
            continue
        heads = row <= SEARCHED_ROWS and row < lowest.get(column, 0)
        kind = kind_of_header(value) if heads else None
        if kind is None and row in wanted and (sheet.typed or not _FIGURE.fullmatch(value.strip())):
            kind = _kind(one_line(value), places)
        if kind is not None:
            found.append((row, column, kind))
    return found


_FIGURE = re.compile(r"-?(?:[1-9][\d.,]*|0(?:[.,]\d+)?)")
"""A number as a file writes it that tells no numbers from texts; one that begins with 0 is none."""
