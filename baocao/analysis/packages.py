"""Zip packages of XML (.xlsx, .ods, .docx), read part by part, whatever they say of themselves.

Nothing is trusted: what a part unpacks to is counted while it is read, no tree of a whole part is ever built, a DOCTYPE
is refused with all that it could declare, and nothing outside of the package is ever opened.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Collection, Iterator
from xml.parsers import expat

MOST_PARTS = 5_000
"""Parts of a package, which a workbook of a hundred sheets with pictures does not have."""
LARGEST_XML = 40 * 2**20
"""Bytes of XML that are read of a package, unpacked; pictures and whatever else no table needs do not count."""
DEEPEST = 200
"""Elements within each other."""
MOST_ELEMENTS = 1_000_000
"""Elements that are read of a package, each of which takes some microseconds; most may be empty cells."""
MOST_NODES = 200_000
"""Elements and texts within one that is kept whole: a cell, a paragraph, a list of styles."""
LONGEST_TAG = 2**20
"""Bytes of one tag with its attributes, which the parser reads over and over until it has it all."""

_PIECE = 2**16
_CENTRAL = b"PK\x01\x02"


class TooLargeError(Exception):
    """There is more in a file than a table of figures can have."""


class Node:
    """An element with all that is in it: elements and texts in their order; names are without namespaces."""

    __slots__ = ("attributes", "name", "parts")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.parts: list[Node | str] = []

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, default)

    def find(self, *path: str) -> Node | None:
        """The first element along a path of names."""
        node = self
        for name in path:
            for part in node.parts:
                if isinstance(part, Node) and part.name == name:
                    node = part
                    break
            else:
                return None
        return node

    def children(self, *names: str) -> Iterator[Node]:
        """The elements directly in it, of these names if any are given."""
        return (part for part in self.parts if isinstance(part, Node) and (not names or part.name in names))

    def text(self) -> str:
        """The texts directly in it."""
        return "".join([part for part in self.parts if isinstance(part, str)])


class Package:
    """The parts of a zip file; raises `TooLargeError`, or whatever a damaged one makes its readers raise."""

    def __init__(self, content: bytes) -> None:
        if content.count(_CENTRAL) > MOST_PARTS:
            raise TooLargeError
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._left = LARGEST_XML
        self._elements = 0
        self.names = frozenset(self._archive.namelist())

    def nodes(
        self, part: str, whole: Collection[str], around: Collection[str] = ()
    ) -> Iterator[tuple[str, Node]]:
        """The elements of these names as they come: ("end", node) for those kept `whole`.

        Those `around` others come without what is in them, as ("start", node) and ("end", node).
        """
        builder, given = _Builder(frozenset(whole), frozenset(around)), 0
        for piece in self._pieces(part):
            builder.parser.Parse(piece)
            given += len(piece)
            self._elements += builder.taken()
            if given - builder.parser.CurrentByteIndex > LONGEST_TAG or self._elements > MOST_ELEMENTS:
                raise TooLargeError
            yield from builder.found
            builder.found.clear()
        builder.parser.Parse(b"", True)
        yield from builder.found

    def whole(self, part: str, *names: str) -> Iterator[Node]:
        """The elements of these names in a part."""
        return (node for _when, node in self.nodes(part, names))

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to within the package: (kind, part) by the reference's name; "" is the package itself."""
        folder, name = posixpath.split(part)
        found = {}
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        for node in self.whole(relations, "Relationship") if relations in self.names else ():
            if node.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, node.get("Target"))).lstrip("/")
                found[node.get("Id")] = node.get("Type").rpartition("/")[2], target
        return found

    def start(self, part: str) -> bytes:
        """How a part begins."""
        with self._archive.open(part) as stream:
            return stream.read(200)

    def _pieces(self, part: str) -> Iterator[bytes]:
        entry = self._archive.getinfo(part)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile  # no office program writes others, and what they take in memory is unknown
        with self._archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    raise TooLargeError
                yield piece


class _Builder:
    """Makes nodes of what the parser reports."""

    def __init__(self, whole: Collection[str], around: Collection[str]) -> None:
        self._whole = whole
        self._around = around
        self._depth = 0
        self._elements = 0
        self._count = 0
        self._open: list[Node] = []
        self._names: dict[str, str] = {}
        self.found: list[tuple[str, Node]] = []
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse

    def taken(self) -> int:
        """How many elements came since this was asked last."""
        taken, self._elements = self._elements, 0
        return taken

    def _refuse(self, *_declaration: object) -> None:
        raise zipfile.BadZipFile

    def _name(self, full: str) -> str:
        """A name without its namespace; LibreOffice repeats attributes in one of its own, which is kept apart."""
        known = self._names.get(full)
        if known is None:
            space, _space, local = full.rpartition(" ")
            known = self._names[full] = f"calcext:{local}" if "calcext" in space else local
        return known

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooLargeError
        name = self._name(full)
        if not self._open and name not in self._whole and name not in self._around:
            return
        node = Node(name, {self._name(key): value for key, value in attributes.items()} if attributes else {})
        if self._open:
            self._open[-1].parts.append(node)
            self._open.append(node)
            self._counted()
        elif name in self._whole:
            self._open.append(node)
            self._count = 0
        else:
            self.found.append(("start", node))

    def _end(self, full: str) -> None:
        self._depth -= 1
        if self._open:
            node = self._open.pop()
            if not self._open:
                self.found.append(("end", node))
        elif (name := self._name(full)) in self._around:
            self.found.append(("end", Node(name, {})))

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)
            self._counted()

    def _counted(self) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            raise TooLargeError
