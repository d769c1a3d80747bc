"""Vietnamese from before Unicode: TCVN3 (ABC) and VNI-Windows, which offices still have in old files and fonts.

Both keep a text as Western letters that only a font such as .VnTime or VNI-Times shows as Vietnamese: "TuÇn Gi¸o"
and "Tuaàn Giaùo" are Tuần Giáo. The file itself says it were Unicode. So the font of a cell tells the encoding, and
where no font does, all texts of a column together do; one text alone may be a word in either ("Pó Xi"), so it is
never guessed.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from baocao.analysis.vietnamese import nfc

MOST_ODD_WORDS = 0.15
"""A column is in an encoding although so large a share of its words, abbreviations for instance, is none there."""


def _tcvn3() -> dict[str, str]:
    """TCVN 5712:1993, VN3: one byte per letter, capitals only of the letters without tones."""
    rows = {
        0xA1: "ĂÂÊÔƠƯĐăâêôơưđ", 0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ",
        0xDC: "ĩíịò", 0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
    }  # fmt: skip
    return {chr(first + n): letter for first, row in rows.items() for n, letter in enumerate(row)}


def _vni() -> dict[str, str]:
    """VNI-Windows: a vowel, then a letter that stands for its marks; a capital takes it in either case."""
    grave, hook, tilde, acute, dot = tones = "\u0300\u0309\u0303\u0301\u0323"
    plain = dict(zip("øûõùï", tones, strict=True))
    circumflex = {"â": "\u0302"} | {mark: "\u0302" + tone for mark, tone in zip("àåãáä", tones, strict=True)}
    breve = {"ê": "\u0306"} | {mark: "\u0306" + tone for mark, tone in zip("èúüéë", tones, strict=True)}
    marks = (
        dict.fromkeys("iuyôö", plain)
        | dict.fromkeys("eo", plain | circumflex)
        | {"a": plain | circumflex | breve}
    )
    alone = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "i" + acute, "ì": "i" + grave, "æ": "i" + hook, "ó": "i" + tilde,
             "ò": "i" + dot, "î": "y" + dot}  # fmt: skip
    table = dict(alone)
    for base, of_base in marks.items():
        table |= {base + mark: alone.get(base, base) + written for mark, written in of_base.items()}
    capitals = {
        way(code): letter.upper() for code, letter in table.items() for way in (str.upper, str.capitalize)
    }
    return {code: nfc(letter) for code, letter in (table | capitals).items()}


_IN_CAPITALS = re.compile(r"\b(?=(?:[^\W\d_a-z]*[A-Z]){2})[^\W\d_a-z]+\b")
"""A word whose plain letters are all capitals, two at least; its accented ones may be small."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """One way of writing Vietnamese with Western letters; `table` has what stands in a file for each letter.

    One without `capitals` of accented letters has the small ones in words of capitals: "CHñ TÞCH" is CHỦ TỊCH.
    """

    name: str
    table: Mapping[str, str] = field(repr=False)
    capitals: bool = True

    @functools.cached_property
    def _codes(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted(map(re.escape, self.table), key=len, reverse=True)))

    def decode(self, text: str) -> str:
        """The text in Unicode (NFC); what is no letter of this encoding stays as it is."""
        decoded = nfc(self._codes.sub(lambda code: self.table[code[0]], text))
        return decoded if self.capitals else _IN_CAPITALS.sub(lambda word: word[0].upper(), decoded)

    def can_hold(self, text: str) -> bool:
        """Whether all its accented letters can be of this encoding; ầ, ơ, đ never are, they are Unicode already."""
        return not _ACCENTED.search(self._codes.sub("", text)) and not in_unicode(text)

    def fits(self, word: str) -> bool:
        """Whether a word in this encoding is a Vietnamese syllable or an abbreviation (Q§ is QĐ)."""
        decoded = self.decode(word)
        return self.can_hold(word) and (_possible(decoded) or _ABBREVIATION.fullmatch(decoded) is not None)


TCVN3 = Encoding("TCVN3 (ABC)", _tcvn3(), capitals=False)
VNI = Encoding("VNI-Windows", _vni())


@dataclass(frozen=True)
class LegacyFont:
    """What a font says of the texts in it; a font of `capitals` shows small letters as capitals."""

    encoding: Encoding
    capitals: bool = False

    def decode(self, text: str) -> str:
        """The text in Unicode as the font shows it."""
        decoded = self.encoding.decode(text)
        return decoded.upper() if self.capitals else decoded


def encoding_of_font(name: str) -> LegacyFont | None:
    """The encoding that a font is made for: .VnTime, .VnArial, .VnTimeH (capitals), VNI-Times, VNI Helve; else None."""
    name = name.strip()
    if re.match(r"\.vn", name, re.IGNORECASE):
        return LegacyFont(TCVN3, capitals=name.endswith("H"))
    return LegacyFont(VNI) if re.match(r"vni[- ]", name, re.IGNORECASE) else None


# ----------------------------------------------------------------------------------------------------------
# Texts without such a font
# ----------------------------------------------------------------------------------------------------------

_MODERN = re.compile("(?![ŒœŠšŸŽžƒ])[\u0100-\u02af\u0300-\u1fff\u3000-\ud7ff]")
"""Letters, and marks of their own, that Windows had not in one byte."""
_ACCENTED = re.compile("[À-ÖØ-öø-ÿ]")
_SIGNS = "".join(code for code in TCVN3.table if not code.isalpha())
_WORD = re.compile(rf"(?:[^\W\d_]|[{re.escape(_SIGNS)}])+")
"""A word in any encoding; in TCVN3 signs such as ¸ § × are letters."""
_LETTERS = frozenset("".join(TCVN3.table.values()) + "".join(TCVN3.table.values()).upper())
_ABBREVIATION = re.compile("[B-DĐF-HJ-NP-TV-XZ]+")
_TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")
_SYLLABLE = re.compile(
    r"""(?: qu | đr? | [bcdfghj-np-tv-xz]{0,3} | gi )             # also Kr, Pl, Hr in names of the highlands
      (?: (?:a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|iê|yê|oa|oă|oe|oo|ôô|uâ|uê|uô|uơ|ươ|uy|uyê)(?:ch|ng|nh|[ckmnpt])
        | a|e|ê|i|o|ô|ơ|u|ư|y|ia|ua|ưa|oa|oe|uê|uơ|uy|uya
        | ai|ao|au|ay|âu|ây|eo|êu|iu|iêu|yêu|oi|ôi|ơi|oai|oay|oao|oeo|ui|ưi|ưu|uôi|ươi|ươu|uây|uyu )""",
    re.VERBOSE,
)
_CAPITAL_WITHIN = re.compile("[a-zß-öø-ÿ][À-ÖØ-Þ]")
_STOPPED = re.compile(r".*(?:ch|[ckpt])")


class _Reading(IntEnum):
    """What a word is if the text is Unicode."""

    PROOF = 0
    """It has a letter that no older encoding has."""
    SYLLABLE = 1
    UNLIKELY = 2
    """Its letters are Vietnamese, but it is no syllable: a slip, a foreign word, or another encoding."""
    IMPOSSIBLE = 3
    """It has a letter or sign that no Vietnamese word has."""


def in_unicode(text: str) -> bool:
    """Whether a text must be Unicode: it has letters, or marks of their own, that no older encoding has."""
    return _MODERN.search(text) is not None


def recognise(texts: Iterable[str]) -> Encoding | None:
    """The older encoding of texts that belong together (a column); None if they are Unicode, or it is not clear.

    They are in it if as Unicode they cannot be Vietnamese, and in this encoding, and in no other, nearly all are.
    """
    words = {word for text in texts for word in _accented_words(text)}
    readings = [_as_unicode(word) for word in words]
    strange = readings.count(_Reading.UNLIKELY) + 2 * readings.count(_Reading.IMPOSSIBLE)
    if _Reading.PROOF in readings or strange < 2:
        return None
    fitting = [
        encoding
        for encoding in (TCVN3, VNI)
        if sum(not encoding.fits(word) for word in words) <= MOST_ODD_WORDS * len(words)
    ]
    return fitting[0] if len(fitting) == 1 else None


def may_be_unicode(text: str) -> bool:
    """Whether all words of a text are Vietnamese if it is Unicode."""
    return all(_as_unicode(word) <= _Reading.SYLLABLE for word in _accented_words(text))


def may_be_in(text: str, encoding: Encoding) -> bool:
    """Whether all words of a text are Vietnamese in an older encoding."""
    return all(map(encoding.fits, _accented_words(text)))


def has_accents(text: str) -> bool:
    """Whether a text reads differently in different encodings."""
    return bool(_accented_words(text))


def _accented_words(text: str) -> list[str]:
    """The words of a text that are not the same in all encodings."""
    if text.isascii():
        return []
    words = _WORD.findall(text if in_unicode(text) else nfc(text))
    return [word for word in words if not word.isascii() and any(map(str.isalpha, word))]


@functools.lru_cache(maxsize=65536)
def _as_unicode(word: str) -> _Reading:
    if in_unicode(word):
        return _Reading.PROOF
    quoted = word.startswith("«") and word.endswith("»")
    word = word.removeprefix("«").removesuffix("»")
    if word.isascii() and (quoted or _possible(word)):
        return _Reading.SYLLABLE
    if not all(char in _LETTERS or (char.isascii() and char.isalpha()) for char in word):
        return _Reading.IMPOSSIBLE
    if word.isascii() or _CAPITAL_WITHIN.search(word):
        return _Reading.IMPOSSIBLE
    return _Reading.SYLLABLE if _possible(word) else _Reading.UNLIKELY


@functools.lru_cache(maxsize=65536)
def _possible(word: str) -> bool:
    """Whether a word in Unicode can be a Vietnamese syllable, or one as names of other peoples are written."""
    apart = unicodedata.normalize("NFD", word.lower())
    bare = apart.translate(_TONES)
    tones = len(apart) - len(bare)
    syllable = nfc(bare)
    if tones > 1 or not _SYLLABLE.fullmatch(syllable):
        return False
    high_or_low = "\u0301" in apart or "\u0323" in apart
    return tones == 0 or high_or_low or not _STOPPED.fullmatch(syllable)
