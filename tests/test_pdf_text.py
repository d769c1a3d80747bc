"""What a reader's programs take out of the PDFs of whole reports: every word of the report, once, in its order.

A search, a copy, a screen reader and an archive read the text; they see no page.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from baocao.analysis.document import MOTTO, NATION
from baocao.pipeline.assemble import assemble

HYPHENS = {"\N{SOFT HYPHEN}", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}", "\N{MINUS SIGN}", "\N{EN DASH}"}


def words(texts: Iterator[str] | Sequence[str]) -> list[str]:
    return " ".join(texts).split()


# --- The report, from its notebook --------------------------------------------------------------------------


def written(folder: Path) -> list[str]:
    """The words of an executed report, in the order in which a person reads them."""
    document = assemble(nbformat.read(folder / "report.ipynb", 4), "pdf")
    frame, annexes = document["report"], document["annexes"]
    texts = [*([frame["superior"].upper()] if frame["superior"] else []), *frame["issuer"], NATION, MOTTO]
    texts += [frame["number"], frame["place_and_date"], *(["DỰ THẢO"] if frame["draft"] else [])]
    texts += [frame["kind"].upper(), frame["subject"], frame["note"]]
    texts += _addressees(frame["addressees"])
    texts += _blocks(document["body"])
    texts += ["Nơi nhận:", *(f"- {entry}" for entry in frame["recipients"])]
    texts += [frame["authority"], *frame["posts"], frame["signatory"]]
    for annex in annexes:
        texts += [
            annex["label"],
            _inline(annex["title"]).upper(),
            *frame["reference"],
            *_blocks(annex["blocks"]),
        ]
    return words(texts)


def _addressees(lines: list[str]) -> list[str]:
    return [f"Kính gửi: {lines[0]}"] if len(lines) == 1 else ["Kính gửi:", *(f"- {line}" for line in lines)]


def _inline(nodes: list[Any]) -> str:
    return "".join(
        " " if n["type"] == "break" else n.get("text") or _inline(n.get("children", [])) for n in nodes
    )


def _blocks(blocks: list[Any]) -> Iterator[str]:
    for block in blocks:
        match block["type"]:
            case "paragraph":
                yield _inline(block["children"])
            case "heading":
                text = f"{block['number']} {_inline(block['children'])}"
                yield text.upper() if block["level"] == 1 else text
            case "list":
                for number, item in enumerate(block["items"], block["start"]):
                    yield f"{number}." if block["ordered"] else "-"
                    yield from _blocks(item)
            case "table":
                yield block["caption"]
                yield from (cell["text"] for row in block["header"] for cell in row)
                for row in block["rows"]:
                    yield from [row] if isinstance(row, str) else row
                yield from block["notes"]
            case "figure":
                yield block["label"]
                yield f"Nguồn: {block['source']}" if block["source"] else ""
            case other:
                raise AssertionError(other)


# --- The file -----------------------------------------------------------------------------------------------


def heard(path: Path) -> list[str]:
    """The words of a PDF in the order of its tags: what a screen reader says, pictures aside."""
    marked = _marked(path)
    texts: list[str] = []
    with pikepdf.open(path) as file:
        pages = {page.obj.objgen: number for number, page in enumerate(file.pages)}

        def walk(element: Any, page: int | None) -> None:
            if isinstance(element, pikepdf.Array):
                for child in element:
                    walk(child, page)
            elif isinstance(element, pikepdf.Dictionary):
                page = pages[element.Pg.objgen] if "/Pg" in element else page
                if element.get("/Type") == "/MCR":
                    texts.append(marked.get((page, int(element.MCID)), ""))
                elif "/S" in element:
                    walk(element.get("/K", pikepdf.Array()), page)
                    texts.append("" if element.S in ("/Strong", "/Em", "/Span") else " ")
            else:
                texts.append(marked.get((page, int(element)), ""))

        walk(file.Root.StructTreeRoot.K, None)
    return "".join(texts).split()


def _marked(path: Path) -> dict[tuple[int | None, int], str]:
    """The text of each marked piece of content, by page and number."""
    found: dict[tuple[int | None, int], str] = {}
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            letters = page.get_textpage()
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                size = pdfium.FPDFTextObj_GetText(item.raw, letters.raw, None, 0)
                text = ctypes.create_string_buffer(size)
                pointer = ctypes.cast(text, ctypes.POINTER(ctypes.c_ushort))
                pdfium.FPDFTextObj_GetText(item.raw, letters.raw, pointer, size)
                key = number, pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
                found[key] = found.get(key, "") + text.raw[: size - 2].decode("utf-16-le")
    return found


@pytest.fixture(scope="module", params=["dien-bien/huyen-tuan-giao", "vi-du/_tinh", "public"])
def folder(request: pytest.FixtureRequest) -> Path:
    if request.param == "dien-bien/huyen-tuan-giao":
        return request.getfixturevalue("report")  # type: ignore[no-any-return]
    editions: Path = request.getfixturevalue("editions")
    return editions / ("public/vi-du/huyen-minh-hoa" if request.param == "public" else request.param) / "2020"


def test_a_screen_reader_says_every_word_of_the_report_in_its_order(folder: Path) -> None:
    assert heard(folder / "report.pdf") == written(folder)


def test_pdftotext_finds_every_word_of_the_report_composed_and_with_plain_hyphens(folder: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    command = ["pdftotext", "-raw", folder / "report.pdf", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert unicodedata.is_normalized("NFC", text)
    expected = written(folder)
    assert {sign for sign in text if sign in HYPHENS} <= set("".join(expected))
    found = Counter(words([text]))
    assert Counter(expected) - found == Counter()
