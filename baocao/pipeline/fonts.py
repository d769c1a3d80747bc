"""Which font a PDF is set in: the form asks for Times New Roman (Nghị định 30/2020/NĐ-CP, Phụ lục I, I.4).

Few machines but Windows have it. Tinos, Liberation Serif 2 and TeX Gyre Termes look like it; New Computer
Modern comes with Typst and is always there. A family counts only if Vietnamese survives it: its four faces
are set, and the text is read back out of the PDF letter by letter.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import io
import itertools
import json
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baocao.analysis import digests
from baocao.errors import ExportError
from baocao.messages import _

REQUIRED = "Times New Roman"
FAMILIES = (REQUIRED, "Tinos", "Liberation Serif", "TeX Gyre Termes", "New Computer Modern")
PIN = "BAOCAO_FONT"
FACES = tuple(itertools.product((400, 700), ("normal", "italic")))

_TONES = ("", "\N{COMBINING GRAVE ACCENT}", "\N{COMBINING HOOK ABOVE}", "\N{COMBINING TILDE}",
          "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING DOT BELOW}")  # fmt: skip
_VOWELS = "aăâeêioôơuưy"
_LOWER = [unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES] + ["đ"]
LETTERS = "".join(letter for letter in _LOWER + [c.upper() for c in _LOWER] if not letter.isascii())
"""The 134 letters that Vietnamese has beyond ASCII, both cases."""


@dataclass(frozen=True)
class Font:
    """A font family.

    `digest` is the SHA-256 of its four faces, `substitute` whether it stands in for the required family, `files`
    are the faces' files (none if the family comes with Typst).
    """

    name: str
    digest: str
    substitute: bool
    files: tuple[Path, ...] = field(default=(), repr=False)


FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/Library/Fonts",
           "~/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts",
           "~/AppData/Local/Microsoft/Windows/Fonts")  # fmt: skip
"""Where systems keep fonts."""


def state(memory: Path) -> dict[str, str]:
    """The digest of the font that will be used, by its name; nothing if there is none.

    To find it out takes a second, so it is remembered in the file `memory` as long as no folder of fonts changes.
    """
    now = digests.of([os.environ.get(PIN, ""), _typst_version().decode(), _folders()])
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(memory.read_bytes())
        if kept["state"] == now and kept["files"] == _stats(kept["files"]):
            return dict(kept["font"])
    try:
        font = chosen_font()
    except ExportError:
        return {}
    kept = {"state": now, "files": _stats(map(str, font.files)), "font": {font.name: font.digest}}
    with contextlib.suppress(OSError):
        memory.write_text(json.dumps(kept), encoding="utf-8")
    return {font.name: font.digest}


def _folders() -> list[list[Any]]:
    """The folders of fonts with the time at which a file was last added to or removed from each."""
    found = []
    for folder in FOLDERS:
        for parent, _names, _files in os.walk(Path(folder).expanduser()):
            found.append([parent, os.stat(parent).st_mtime_ns])  # noqa: PTH116
    return sorted(found)


def _stats(files: Iterable[str]) -> dict[str, list[int]]:
    return {file: [os.stat(file).st_size, os.stat(file).st_mtime_ns] for file in files}  # noqa: PTH116


def chosen_font(pinned: str = "") -> Font:
    """The font to use: `pinned`, or else the one that BAOCAO_FONT names, or else the first that will do.

    Raises `ExportError` if the one asked for is missing or cannot show Vietnamese.
    """
    return _chosen(pinned or os.environ.get(PIN, ""))


@functools.cache
def compiler(font: Font) -> Any:
    """A Typst compiler that sees this family's files and no other of the machine's.

    Typst takes folders, and a system's folder holds other families, which a picture's text could be drawn
    with: so the files are copied into one of their own, which lasts as long as the process.
    """
    import typst

    folder = tempfile.mkdtemp(prefix="baocao-font-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for number, file in enumerate(font.files):
        shutil.copyfile(file, Path(folder) / f"{number}{file.suffix}")
    options: Any = {"font_paths": [folder], "ignore_system_fonts": True}
    return typst.Compiler(input=b"", **options)


@functools.cache
def _chosen(pinned: str) -> Font:
    faces = _faces()
    for family in [pinned] if pinned else FAMILIES:
        font = _font(family, faces.get(family, {}))
        if font and _shows_vietnamese(font):
            return font
    raise ExportError(
        _("The font '{name}' is not installed, lacks a face, or does not show all Vietnamese letters.",
          name=pinned or ", ".join(FAMILIES)),
        _("Install it, or clear {variable} to use the first that will do of: {names}.",
          variable=PIN, names=", ".join(FAMILIES)),
    )  # fmt: skip


def _faces() -> dict[str, dict[tuple[int, str], str | None]]:
    """Per family, the file of each face; None for a face inside Typst."""
    import typst

    faces: dict[str, dict[tuple[int, str], str | None]] = {}
    for face in sorted(typst.Fonts(include_system_fonts=True).fonts(), key=lambda face: face.path or ""):
        if face.stretch == 1 and (face.weight, face.style) in FACES:
            faces.setdefault(face.family, {}).setdefault((face.weight, face.style), face.path)
    return faces


def _font(family: str, faces: dict[tuple[int, str], str | None]) -> Font | None:
    if set(faces) != set(FACES):
        return None
    files = tuple(Path(path) for face in FACES if (path := faces[face]))
    if files and len(files) != len(FACES):
        return None
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files) or _typst_version())
    return Font(family, digest.hexdigest(), family != REQUIRED, files)


def _typst_version() -> bytes:
    from importlib.metadata import version

    return f"typst {version('typst')}".encode()


_SPECIMEN = b"""
#set document(title: "x")
#set text(font: sys.inputs.font, fallback: false, lang: "vi", size: 8pt)
#for weight in (400, 700) {
  for style in ("normal", "italic") { par(text(weight: weight, style: style, sys.inputs.letters)) }
}
"""


def _shows_vietnamese(font: Font) -> bool:
    import pypdfium2
    import typst

    try:
        pdf, warnings = compiler(font).compile_with_warnings(
            input=_SPECIMEN,
            sys_inputs={"font": font.name, "letters": LETTERS},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=0,
        )
    except typst.TypstError:  # PDF/A refuses a letter that the font does not have
        return False
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return not warnings and "".join(text.split()) == LETTERS * len(FACES)
