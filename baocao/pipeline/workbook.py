"""Inside an .xlsx package: the elements of its cells, and what its formulas read (ECMA-376, part 1, 18).

Names are compared without their namespace, as there are two of them: transitional and strict.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from baocao.analysis.sheets import LAST_COLUMN, LAST_ROW, Place, Range

# --- XML ------------------------------------------------------------------------------------------------------


def parsed(part: bytes) -> Any:
    """The tree of a part; nothing that it names is ever fetched."""
    from lxml import etree

    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def written(tree: Any) -> bytes:
    """A part as office programs write it."""
    from lxml import etree

    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def local(node: Any) -> str:
    """The name of an element; "" of a comment."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def child(node: Any, name: str) -> Any:
    """A new last element in another one."""
    from lxml import etree

    return etree.SubElement(node, node.tag.rpartition("}")[0] + "}" + name)


def empty(cell: Any) -> None:
    """Take out what a cell holds; its style stays."""
    for piece in list(cell):
        cell.remove(piece)
    cell.attrib.pop("t", None)


def text_nodes(string: Any) -> Iterator[Any]:
    """The pieces of a text, without the reading aids that East Asian texts have."""
    for piece in () if string is None else string:
        if local(piece) == "t":
            yield piece
        elif local(piece) == "r":
            yield from piece.iterchildren("{*}t")


def replace_text(texts: Sequence[Any], start: int, end: int, word: str) -> None:
    """Put a word in the place of a stretch of the whole text, which may begin in one piece and end in another."""
    position = 0
    for text in texts:
        old = text.text or ""
        first, last = max(start - position, 0), min(end - position, len(old))
        if first < last:
            text.text = old[:first] + word + old[last:]
            word = ""
        position += len(old)


def _rows(data: Any) -> Iterator[tuple[int, Any]]:
    """The rows of a sheet with their numbers; those that do not say where they are follow each other."""
    number = 0
    for row in data.iterchildren("{*}row"):
        number = int(row.get("r") or number + 1)
        yield number, row


def cells_of(tree: Any) -> dict[Place, Any]:
    """The elements of a sheet's cells; those that do not say where they are follow each other."""
    cells = {}
    for number, row in _rows(tree.find("{*}sheetData")):
        column = 0
        for cell in row.iterchildren("{*}c"):
            _number, column = place_of(cell.get("r", "")) or (number, column + 1)
            cells[number, column] = cell
    return cells


def new_cell(tree: Any, cell: Place) -> Any:
    """Make the element of a cell that a sheet does not have yet, in the style of its row or column."""
    data = tree.find("{*}sheetData")
    lines = dict(_rows(data))
    line = lines.get(cell[0])
    if line is None:
        line = child(data, "row")
        line.set("r", str(cell[0]))
        data.insert(sum(1 for other in lines if other < cell[0]), line)
    node = child(line, "c")
    node.set("r", address(cell))
    columns = (
        c for c in tree.iterfind("{*}cols/{*}col") if int(c.get("min")) <= cell[1] <= int(c.get("max"))
    )
    style = line.get("s") or next((c.get("style") for c in columns if c.get("style")), "")
    if style:
        node.set("s", style)
    before = [c for c in line if c is not node and (place_of(c.get("r", "")) or cell) < cell]
    line.insert(len(before), node)
    line.attrib.pop("spans", None)
    if (size := tree.find("{*}dimension")) is not None:  # says where the cells are, and may be left out
        tree.remove(size)
    return node


def computed_on_opening(part: bytes, *, for_everybody: bool) -> bytes:
    """The workbook's own part, so that whatever opens it computes all formulas; without the folder it was saved in."""
    tree = parsed(part)
    settings_of = tree.find("{*}calcPr")
    if settings_of is None:
        settings_of = child(tree, "calcPr")
        before = (
            "definedNames",
            "externalReferences",
            "functionGroups",
            "sheets",
        )  # CT_Workbook, ECMA-376, 18.2.27
        last = next(node for name in before if (node := tree.find(f"{{*}}{name}")) is not None)
        last.addnext(settings_of)
    settings_of.set("fullCalcOnLoad", "1")
    settings_of.attrib.pop("calcMode", None)
    if for_everybody:
        for path in list(tree.iter("{*}absPath")):
            path.getparent().remove(path)
    return written(tree)


def without_remembered_figures(part: bytes) -> bytes:
    """A chart without the figures that it keeps of the cells it draws: they are those of the empty form."""
    tree = parsed(part)
    for cache in [n for n in tree.iter() if local(n) in ("numCache", "strCache", "multiLvlStrCache")]:
        cache.getparent().remove(cache)
    return written(tree)


def without_authors(part: bytes) -> bytes:
    """The properties of a workbook without the names of who made and saved it."""
    tree = parsed(part)
    for node in tree:
        if local(node) in ("creator", "lastModifiedBy"):
            node.text = None
    return written(tree)


_BEHIND_HEADERS = frozenset((
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
))  # fmt: skip
"""What stands behind a sheet's headers and footers (18.3.1.99)."""
_HEADERS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_KINDS = (("oddHeader", ""), ("evenHeader", "differentOddEven"), ("firstHeader", "differentFirst"))
"""The headers of a sheet, and what says that some pages have one of their own."""


def print_above(tree: Any, words: str) -> None:
    """Let each printed page of a sheet bear words at its upper right edge, beside what its header has already."""
    headers = next(tree.iterchildren("{*}headerFooter"), None)
    if headers is None:
        headers = child(tree, "headerFooter")
        behind = next((node for node in tree if local(node) in _BEHIND_HEADERS), None)
        if behind is not None:
            behind.addprevious(headers)
    for name, own in _KINDS:
        if own and headers.get(own) not in ("1", "true"):
            continue
        header = next(headers.iterchildren(f"{{*}}{name}"), None)
        if header is None:
            header = child(headers, name)
            headers[:] = sorted(headers, key=lambda node: _HEADERS.index(local(node)))
        text = header.text or ""
        header.text = f"{text} {words}" if "&R" in text else f"{text}&R{words}"


# --- Formulas -------------------------------------------------------------------------------------------------

_AREA = re.compile(
    r"\$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>\d+)(?::\$?(?P<c2>[A-Z]{1,3})\$?(?P<r2>\d+))?"
    r"|\$?(?P<col1>[A-Z]{1,3}):\$?(?P<col2>[A-Z]{1,3})|\$?(?P<row1>\d+):\$?(?P<row2>\d+)"
)
_SHEET = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<area>.+)")
_MOVES = ("INDIRECT(", "OFFSET(")
"""Functions that read cells which their formulas do not name."""


def defined_names(part: bytes) -> dict[str, str]:
    """What the names of a workbook stand for, by the names in capitals."""
    return {
        n.get("name").upper(): n.text or "" for n in parsed(part).iterfind("{*}definedNames/{*}definedName")
    }


Area = tuple[int, Range]
"""A range on the sheet of a number."""


def areas_read(
    formula: str, sheet: int, sheet_names: Sequence[str], names: Mapping[str, str], depth: int = 0
) -> list[Area] | None:
    """The areas that a formula reads; None if that cannot be told."""
    from openpyxl.formula.tokenizer import Tokenizer, TokenizerError

    try:
        tokens = Tokenizer(formula).items
    except TokenizerError:
        return None
    found: list[Area] = []
    for token in tokens:
        areas: list[Area] | None = []
        if token.type == "FUNC" and token.value.upper() in _MOVES:
            areas = None
        elif token.type == "OPERAND" and token.subtype == "RANGE":
            named = names.get(token.value.upper())
            if named is None:
                areas = _area(token.value, sheet, sheet_names)
            else:
                areas = (
                    areas_read(f"={named}", sheet, sheet_names, names, depth + 1)
                    if depth < DEEPEST_NAME
                    else None
                )
        if areas is None:
            return None
        found += areas
    return found


def _area(text: str, sheet: int, sheet_names: Sequence[str]) -> list[Area] | None:
    """The areas of one reference, of several sheets if it names them; none if it is to another workbook."""
    first = last = sheet
    if qualified := _SHEET.fullmatch(text):
        name = (qualified["quoted"] or qualified["plain"]).replace("''", "'")
        if "[" in name:
            return []
        ends = [i for end in name.split(":") if (i := _index(end, sheet_names)) is not None]
        if not ends:
            return None
        first, last, text = min(ends), max(ends), qualified["area"]
    area = range_of(text.upper())
    return area and [(number, area) for number in range(first, last + 1)]


DEEPEST_NAME = 5
"""Defined names within each other."""


def _index(name: str, names: Sequence[str]) -> int | None:
    folded = [each.casefold() for each in names]
    return folded.index(name.casefold()) if name.casefold() in folded else None


def range_of(text: str) -> Range | None:
    """The range that "$A$1:B3", "C5", "A:A" or "1:3" is; None for anything else."""
    from openpyxl.utils import column_index_from_string as column

    match = _AREA.fullmatch(text)
    if not match:
        return None
    rows, columns = [1, LAST_ROW], [1, LAST_COLUMN]
    if match["c1"]:
        rows = sorted((int(match["r1"]), int(match["r2"] or match["r1"])))
        columns = sorted((column(match["c1"]), column(match["c2"] or match["c1"])))
    elif match["col1"]:
        columns = sorted((column(match["col1"]), column(match["col2"])))
    else:
        rows = sorted((int(match["row1"]), int(match["row2"])))
    return rows[0], columns[0], rows[1], columns[1]


def holds(area: Area, cell: tuple[int, Place]) -> bool:
    """Whether a cell, with the number of its sheet, lies in an area."""
    (sheet, (top, left, bottom, right)), (number, (row, column)) = area, cell
    return sheet == number and top <= row <= bottom and left <= column <= right


def some_missing(cells: Iterable[tuple[int, Place]], sheet: int, names: Sequence[str]) -> str:
    """The condition, as a formula, that one of these cells holds no number."""
    found = sorted(cells, key=lambda c: (c[0], c[1][1], c[1][0]))
    areas = []
    for (number, _column, _run), group in itertools.groupby(
        enumerate(found), key=lambda item: (item[1][0], item[1][1][1], item[1][1][0] - item[0])
    ):
        members = [cell for _order, (_number, cell) in group]
        first, last = members[0], members[-1]
        prefix = "" if number == sheet else "'" + names[number].replace("'", "''") + "'!"
        areas.append(prefix + address(first) + ("" if first == last else f":{address(last)}"))
    if len(areas) > MOST_AREAS:
        return "TRUE"
    return f"COUNT({','.join(areas)})<{len(found)}"


MOST_AREAS = 200
"""Arguments of a function; Excel allows 255, and a formula has room for so many."""


def address(cell: Place) -> str:
    """The address of a cell: C5."""
    return f"{letters(cell[1])}{cell[0]}"


def letters(number: int) -> str:
    """The letters of a column."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def place_of(address: str) -> Place | None:
    """The row and column of an address; None if it is none."""
    from openpyxl.utils import column_index_from_string

    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", address)
    if not match:
        return None
    place = int(match[2]), column_index_from_string(match[1])
    return place if place[0] <= LAST_ROW and place[1] <= LAST_COLUMN else None
