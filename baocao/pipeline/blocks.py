"""What one notebook cell holds, as blocks of a document: headings, paragraphs, lists, tables, figures.

Markdown is read into its syntax tree and the values of its `{eval}` roles are put into the tree, so that no
text is ever taken for markup twice. What has no place in a document is an error that names the cell, never
silence.

A block is a dict with a `type` (heading, paragraph, list, quote, code, rule, table, figure) and the number
of its `cell`; an inline node is one with the type text, strong, emphasis, strike, code, link or break. A text that is
the value of a role has its `expression`; a block whose sentences the office decides about has its `origin`.
"""

from __future__ import annotations

import ast
import base64
import copy
import functools
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.parsers import expat

from baocao.analysis.document import CHART_MIME, FRAME_MIME, PROSE_MIME, TABLE_MIME, HeaderCell, Table
from baocao.errors import ExportError, MisuseError
from baocao.messages import Message, _

Node = dict[str, Any]

IMAGES = {".svg": CHART_MIME, ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
ROLE = "{eval}"


def read_cell(
    number: int, cell: Any, *, report: bool, show_code: bool = False, folder: Path | None = None
) -> list[Node]:
    """The blocks of a cell; `report` is strict about what a report may hold.

    Raw cells are meant for one other format (nbformat's definition), so they print nothing; nor does a cell
    tagged `hide`.
    """
    if "hide" in cell_tags(cell):
        return []
    blocks: list[Node] = []
    if cell["cell_type"] == "markdown":
        images = functools.partial(_image, number, cell, report, folder)
        values = cell["metadata"].get("user_expressions", ())
        blocks = _Markdown(number, values, images, report).blocks(cell["source"])
    elif cell["cell_type"] == "code":
        if show_code and not report:
            blocks = _code(cell["source"])
        for output in cell["outputs"]:
            blocks += _output(number, cell, output, report)
    return [block | {"cell": number} for block in blocks]


def cell_tags(cell: Any) -> list[str]:
    """The tags of a cell."""
    return list(cell["metadata"].get("tags", []))


def cell_error(cell: int, problem: Message, remedy: Message | None = None) -> ExportError:
    """The error for a problem in a cell; cells are counted from 1."""
    return ExportError(_("Cell {cell}: {problem}", cell=cell, problem=problem), remedy)


def walk(blocks: Iterable[Node]) -> Iterator[Node]:
    """The blocks in the order of print, those inside lists and quotes included."""
    for block in blocks:
        yield block
        for inner in block.get("items", ()):
            yield from walk(inner)
        yield from walk(block.get("blocks", ()))


def plain_text(nodes: Iterable[Node]) -> str:
    """The words of inline nodes."""
    return "".join(
        " " if node["type"] == "break" else node.get("text") or plain_text(node.get("children", ()))
        for node in nodes
    )


_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


def cleaned(value: Any) -> Any:
    """Plain data with every text composed (NFC, P-08) and without colour codes and control characters."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", _CONTROL.sub("", value))
    if isinstance(value, Mapping):
        return {key: cleaned(item) for key, item in value.items()}
    return [cleaned(item) for item in value] if isinstance(value, list) else value


def text_node(text: str) -> Node:
    """Text as an inline node."""
    return {"type": "text", "text": cleaned(text)}


def _code(text: str) -> list[Node]:
    return [{"type": "code", "text": cleaned(text).expandtabs(4).rstrip("\n")}] if text.strip() else []


# --- Outputs ------------------------------------------------------------------------------------------------


def _output(number: int, cell: Any, output: Any, report: bool) -> list[Node]:
    match output["output_type"]:
        case "stream":
            told = report and output["name"] == "stderr"  # to the analyst; no part of the document
            return [] if told else _shown_as_code(number, output["text"], report)
        case "error":
            sentence = f"{output['ename']}: {output['evalue']}"
            return _shown_as_code(number, "\n".join(output["traceback"]) or sentence, report)
    data = output["data"]
    pictures = [mime for mime in IMAGES.values() if mime in data]
    blocks: list[Node] = []
    if FRAME_MIME in data:
        return blocks
    if PROSE_MIME in data:
        return _prose(number, data[PROSE_MIME], report)
    if "text/markdown" in data:
        images = functools.partial(_image, number, cell, report, None)
        return _Markdown(number, (), images, report).blocks(data["text/markdown"])
    if TABLE_MIME in data:
        blocks = [_table_output(number, data[TABLE_MIME])]
    elif pictures:
        about = output["metadata"].get(pictures[0], {})
        texts = {key: about.get(key, "") for key in ("alt", "caption", "source")}
        blocks = [_figure(number, pictures[0], data[pictures[0]], report, **texts) | {"chart": True}]
    elif not report:
        blocks = _html_blocks(data.get("text/html", ""))
    return blocks or _shown_as_code(
        number, data.get("text/plain", ", ".join(data)), report or "text/plain" not in data
    )


def _shown_as_code(number: int, text: str, stray: bool) -> list[Node]:
    """Text as a program wrote it, which a report has no place for."""
    if stray:
        raise cell_error(
            number,
            _(
                "it shows something that has no place in the document: {what}",
                what=cleaned(text).strip()[:80],
            ),
            _("Show prose, a Table or show_chart(...); or give the cell the tag 'hide'."),
        )
    return _code(text)


def _prose(number: int, prose: Any, report: bool) -> list[Node]:
    """The blocks of sentences that the office decides about, with their origin: a section, and the offer's id."""
    images = functools.partial(_image, number, {}, report, None)
    blocks: list[Node] = []
    for part in prose["parts"]:
        results = {
            code: {"status": "ok", "data": {"text/plain": repr(value)}}
            for code, value in part["values"].items()
        }
        values = [
            {"expression": code, "result": results[code]} for code in roles(part["text"]) if code in results
        ]
        origin = {"section": prose["section"], "offer": part["offer"]}
        blocks += [
            block | {"origin": origin}
            for block in _Markdown(number, values, images, report).blocks(part["text"])
        ]
    return blocks


def _table_output(number: int, data: Any) -> Node:
    try:
        return _table_node(Table.from_json(data))
    except MisuseError as error:
        raise cell_error(
            number, _("its table is malformed: {why}", why=error.message), error.remedy
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise cell_error(number, _("its table is malformed: {why}", why=str(error))) from None


def _figure(
    number: int, mime: str, data: str, report: bool, *, alt: str, caption: str = "", source: str = ""
) -> Node:
    if report and not alt.strip():
        raise cell_error(
            number,
            _("its picture has no text that stands for it."),
            _("Show it with show_chart(figure, alt='what the chart shows', ...)."),
        )
    if mime == CHART_MIME:
        try:
            expat.ParserCreate().Parse(data, True)
        except expat.ExpatError:
            raise cell_error(
                number, _("its picture cannot be read."), _("Save it again as PNG, JPEG or SVG.")
            ) from None
    else:
        data = "".join(data.split())  # base64 may come in lines
    texts = cleaned({"alt": alt, "caption": caption, "source": source})
    return {"type": "figure", "mime": mime, "data": data, **texts}


def _image(
    number: int, cell: Any, report: bool, folder: Path | None, url: str, alt: str, caption: str
) -> Node:
    """A picture that Markdown names: attached to the cell, in the address, or a file beside the notebook."""
    mime, data = "", ""
    if url.startswith("attachment:"):
        attached = cell.get("attachments", {}).get(url.removeprefix("attachment:"), {})
        mime, data = next(iter(attached.items()), ("", ""))
    elif inside := re.fullmatch(r"data:([\w/+.-]+);base64,(.*)", url, re.DOTALL):
        mime, data = inside.groups()
    elif folder and ":" not in url:
        path = (folder / url).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            mime = IMAGES.get(path.suffix.lower(), "")
            data = base64.b64encode(path.read_bytes()).decode()
    try:
        content = base64.b64decode(data, validate=False)
        if content and mime in IMAGES.values():
            drawn = content.decode() if mime == CHART_MIME else data
            return _figure(number, mime, drawn, report, alt=alt, caption=caption)
    except ValueError:  # neither base64 nor text
        pass
    raise cell_error(
        number,
        _("the picture '{url}' cannot be taken into the document.", url=url[:60]),
        _("Drag a PNG, JPEG or SVG file into the cell, so that it becomes part of the notebook."),
    )


# --- Markdown -----------------------------------------------------------------------------------------------


@functools.cache
def _parser() -> Any:
    import mistune

    return mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])


def roles(source: str) -> list[str]:
    """The expressions of the `{eval}` roles in a Markdown text, in the order in which their values are asked for."""
    return list(_roles(_parser()(source)))


def paragraphs_in(source: str) -> int:
    """How many paragraphs, items of lists among them, a Markdown text makes; pictures and tables are none."""
    return _count(_parser()(source))


def _count(tokens: Sequence[Node]) -> int:
    own = sum(
        token["type"] in ("paragraph", "block_text")
        and any(child["type"] not in ("image", "softbreak") for child in token["children"])
        for token in tokens
    )
    inner = (
        _count(token["children"]) for token in tokens if token["type"] in ("list", "list_item", "block_quote")
    )
    return own + sum(inner)


def _roles(tokens: Sequence[Node]) -> Iterator[str]:
    before = ""
    for token in tokens:
        if token["type"] == "codespan" and before.endswith(ROLE):
            yield token["raw"].strip()
        yield from _roles(token.get("children", ()))
        before = token["raw"] if token["type"] == "text" else ""


class _Markdown:
    """Markdown of one cell, with the values of its `{eval}` roles in place.

    The role is MyST's and jupyterlab-myst shows it live; the run notes the values beside the cell in the same
    way, `metadata.user_expressions`, in order of occurrence.
    """

    def __init__(
        self, cell: int, values: Iterable[Any], image: Callable[[str, str, str], Node], report: bool
    ) -> None:
        self._cell, self._values, self._image, self._report = cell, iter(values), image, report

    def blocks(self, source: str) -> list[Node]:
        """The blocks of a Markdown text."""
        return self._blocks(_parser()(source))

    def _blocks(self, tokens: Iterable[Node]) -> list[Node]:
        return [block for token in tokens for block in self._block(token)]

    def _block(self, token: Node) -> list[Node]:
        about = token.get("attrs", {})
        blocks: list[Node] = []
        match token["type"]:
            case "blank_line":
                pass
            case "paragraph" | "block_text":
                blocks = self._paragraphs(token["children"])
            case "heading":
                children = self._inline(token["children"])
                blocks = [{"type": "heading", "level": about["level"], "number": "", "children": children}]
            case "list":
                items = [self._blocks(item["children"]) for item in token["children"]]
                numbers = {"ordered": about["ordered"], "start": about.get("start", 1)}
                blocks = [{"type": "list", **numbers, "items": items}]
            case "block_quote":
                blocks = [{"type": "quote", "blocks": self._blocks(token["children"])}]
            case "block_code":
                blocks = _code(token["raw"])
            case "block_html":  # the document holds no HTML: it is shown as it was typed
                blocks = [{"type": "paragraph", "children": [text_node(token["raw"].strip())]}]
            case "thematic_break":
                blocks = [{"type": "rule"}]
            case "table":
                blocks = [self._table(token)]
            case _other:
                raise self._unknown(token)
        return blocks

    def _paragraphs(self, tokens: Sequence[Node]) -> list[Node]:
        """A paragraph; a picture in it stands by itself, with a paragraph before and after."""
        blocks: list[Node] = []
        start = 0
        for end, token in enumerate([*tokens, None]):
            if token and token["type"] != "image":
                continue
            children = _without_doubled_spaces(self._inline(tokens[start:end]))
            if plain_text(children).strip():
                blocks.append({"type": "paragraph", "children": children})
            if token:
                alt = plain_text(self._inline(token["children"]))
                blocks.append(self._image(token["attrs"]["url"], alt, token["attrs"].get("title") or ""))
            start = end + 1
        return blocks

    def _table(self, token: Node) -> Node:
        head, *body = token["children"]
        header = self._cells(head)
        rows = [self._cells(row) for part in body for row in part["children"]]
        align = "".join((cell["attrs"].get("align") or "left")[0] for cell in head["children"])
        return _table_node(Table.from_rows("", [header], rows, align=align, row_header=None))

    def _cells(self, row: Node) -> list[str]:
        return [plain_text(self._inline(cell["children"])) for cell in row["children"]]

    def _inline(self, tokens: Sequence[Node]) -> list[Node]:
        nodes: list[Node] = []
        role = False
        for index, token in enumerate(tokens, start=1):
            if role:
                nodes += self._value(token["raw"])
                role = False
            elif token["type"] == "text":
                code_follows = index < len(tokens) and tokens[index]["type"] == "codespan"
                role = code_follows and token["raw"].endswith(ROLE)
                text = html.unescape(token["raw"].removesuffix(ROLE if role else ""))
                if self._report and re.search(r"\{\s*eval\s*\}", text, re.IGNORECASE):
                    raise cell_error(
                        self._cell,
                        _("a value in the prose is begun and not finished: {text}", text=text.strip()[-60:]),
                        _(
                            "Write it without a space, between two backquotes: {example}.",
                            example="{eval}`...`",
                        ),
                    )
                nodes.append(text_node(text))
            else:
                nodes += self._node(token)
        return nodes

    def _node(self, token: Node) -> list[Node]:
        match token["type"]:
            case "inline_html":
                nodes = [text_node(token["raw"])]
            case "codespan":
                nodes = [text_node(token["raw"]) | {"type": "code"}]
            case "softbreak":
                nodes = [text_node(" ")]
            case "linebreak":
                nodes = [{"type": "break"}]
            case "strong" | "emphasis" | "strikethrough" as kind:
                kind = "strike" if kind == "strikethrough" else kind
                nodes = [{"type": kind, "children": self._inline(token["children"])}]
            case "link":
                nodes = self._inline(token["children"])
                if re.match(r"(https?|mailto):", token["attrs"]["url"]):  # others lead nowhere from a page
                    nodes = [{"type": "link", "url": token["attrs"]["url"], "children": nodes}]
            case "image":
                raise cell_error(
                    self._cell,
                    _("a picture stands inside a heading, a table or emphasised text."),
                    _("Put the picture on a line of its own."),
                )
            case _other:
                raise self._unknown(token)
        return nodes

    def _value(self, expression: str) -> list[Node]:
        entry = next(self._values, None)
        if not entry or entry["expression"].strip() != expression.strip():
            why = _("it was not computed when the notebook was run")
        elif entry["result"]["status"] != "ok":
            why = _(
                "{name}: {text}",
                name=entry["result"].get("ename", ""),
                text=entry["result"].get("evalue", ""),
            )
        else:
            return self._shown(expression, entry["result"]["data"])
        raise cell_error(
            self._cell,
            _("the value of {expression} is missing: {why}", expression=expression, why=why),
            _("Correct the expression, then run the notebook from top to bottom."),
        )

    def _shown(self, expression: str, data: Mapping[str, str]) -> list[Node]:
        if "text/markdown" in data:
            paragraphs = [token for token in _parser()(data["text/markdown"]) if token["type"] == "paragraph"]
            return [node for token in paragraphs for node in self._inline(token["children"])]
        text = data.get("text/plain", "")
        if text.startswith(
            ("'", '"')
        ):  # the repr of a string, shown without its quotes as jupyterlab-myst does
            text = str(ast.literal_eval(text))
        elif self._report and not re.fullmatch(
            r"-?\d+", text
        ):  # a float, None, an object: as Python writes it
            raise cell_error(
                self._cell,
                _("the value of {expression} is not written as a report writes it: {text}",
                  expression=expression, text=text[:60]),
                _('Let it be a text: so("B1"), or vietnamese.number(...).'),
            )  # fmt: skip
        return [text_node(text) | {"expression": expression.strip()}]

    def _unknown(self, token: Node) -> ExportError:
        return cell_error(self._cell, _("Markdown of kind '{kind}' cannot be printed.", kind=token["type"]))


def _without_doubled_spaces(nodes: Sequence[Node]) -> list[Node]:
    """The nodes of a paragraph without the spaces that values leave around them which turned out empty."""
    kept: list[Node] = []
    space_before = True
    for node in nodes:
        if node["type"] == "text":
            text = re.sub(" {2,}", " ", node["text"])
            text = text.removeprefix(" ") if space_before else text
            if not text:
                continue
            kept.append(node | {"text": text})
        else:
            kept.append(node)
        space_before = plain_text(kept[-1:]).endswith(" ")
    if kept and kept[-1]["type"] == "text":
        kept[-1] = kept[-1] | {"text": kept[-1]["text"].rstrip(" ")}
    return kept


# --- Tables -------------------------------------------------------------------------------------------------


def _table_node(table: Table) -> Node:
    return {"type": "table", "columns": len(table.align), **cleaned(table.as_json())}


def _html_blocks(source: str) -> list[Node]:
    """The tables in a cell's HTML (a DataFrame shows one) and the text beside them."""
    return copy.deepcopy(_parsed_html(source))


@functools.lru_cache(maxsize=64)  # a notebook is printed in two formats
def _parsed_html(source: str) -> list[Node]:
    import lxml.html

    parser = lxml.html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    page = lxml.html.document_fromstring(f"<body>{source}", parser=parser)
    for element in list(page.iter("style", "script")):
        element.drop_tree()
    tables = [table for table in page.iter("table") if next(table.iterancestors("table"), None) is None]
    blocks = [_table_node(_html_table(table)) for table in tables]
    for table in tables:
        table.drop_tree()
    text = _html_text(page)
    return blocks + ([{"type": "paragraph", "children": [text_node(text)]}] if text else [])


def _html_text(element: Any) -> str:
    """The words in an element, with one space between what stood apart."""
    return " ".join(text for part in element.itertext() if (text := part.strip()))


def _html_table(table: Any) -> Table:
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    heads = sum(row.getparent().tag == "thead" for row in rows)
    header: list[list[HeaderCell]] = [[] for _row in range(heads)]
    texts: dict[tuple[int, int], str] = {}
    named = len(rows) > heads
    for r, row in enumerate(rows):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (r, column) in texts:
                column += 1
            text = _html_text(cell)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            if r < heads:
                header[r].append(HeaderCell(text, across, min(down, heads - r)))
            elif column == 0 and cell.tag != "th":
                named = False
            texts |= {(r + i, column + j): "" for i in range(down) for j in range(across)}
            texts[r, column] = text
    columns = 1 + max((column for _row, column in texts), default=0)
    matrix = [[texts.get((r, c), "") for c in range(columns)] for r in range(len(rows))]
    body = matrix[heads:]
    number = re.compile(r"([-+]?[\d.,]*\d%?|NaN|)")
    numeric = [all(number.fullmatch(row[c]) for row in body) for c in range(columns)]
    align = "".join("l" if (c == 0 and named) or not numeric[c] else "r" for c in range(columns))
    caption = " ".join(map(_html_text, table.iterchildren("caption")))
    make = functools.partial(
        Table.from_rows, caption, rows=body, align=align, row_header=0 if named else None
    )
    try:
        return make(header)
    except ValueError:  # spans that do not fill the header: each text keeps its place, the spans go
        return make(matrix[:heads])


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1")
    return max(1, int(value)) if value.isdecimal() else 1
